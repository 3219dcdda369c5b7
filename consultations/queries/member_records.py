"""The records of all members of a body in a year: the secretary's list, what freezing keeps, and what has changed since.

Nobody is ranked: members stand in the order of their strokes, whatever they have done.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.db.models.fields.json import KeyTransform

from jianyan.accounts.enums import BodyKind
from jianyan.accounts.models import Body, User
from jianyan.accounts.people import ORDERINGS
from jianyan.accounts.roles import Actor

from .. import keeping
from ..documents.content import from_content, to_content
from ..enums import AppealState
from ..models import Appeal, RecordFreeze
from .member_record import Frozen, InForce, Kept, frozen_year, kept_of, key_of, rules_in_force
from .record_loading import memberships_in
from .record_rows import Totals

PER_PAGE = 50
SCHEMA = 1
"""Of what is kept of a frozen year."""


@dataclass(frozen=True, slots=True)
class Sums:
    """One member in the list: `sectors` by name, `by_sector` by id, "0" for all. `total`: points, None while off."""

    name: str
    sectors: tuple[str, ...]
    by_sector: dict[str, Totals]
    total: Decimal | None


@dataclass(frozen=True, slots=True)
class ListLine:
    """One member in the list, with the sums of the whole year or of the time in the chosen sector."""

    user_id: int
    name: str
    sectors: tuple[str, ...]
    totals: Totals
    total: Decimal | None


@dataclass(frozen=True, slots=True)
class RecordsPage:
    """A page of the list. `open_appeals`: how many wait for an answer in that year."""

    body: Body
    bodies: tuple[Body, ...]
    year: int
    lines: tuple[ListLine, ...]
    count: int
    number: int
    last: int
    sectors: tuple[Body, ...]
    sector: Body | None
    frozen: Frozen | None
    on: bool
    open_appeals: int
    may_keep: bool

    @property
    def of_body(self) -> str:
        """What leads from a page of this body to another of it."""
        return f"?body={self.body.pk}"


@dataclass(frozen=True, slots=True)
class Difference:
    """A number of a member's record that is another now than when the year was frozen; None: no such member."""

    user_id: int
    name: str
    what: str
    then: str | None
    now: str | None


def kept_bodies(actor: Actor) -> tuple[Body, ...]:
    """The bodies in which the person keeps the books, or may read them; highest first. One query."""
    ids = {pk for role in keeping.READERS for pk in actor.grants.get(role, ())}
    return tuple(Body.objects.filter(pk__in=ids).order_by("path"))


def records_page(
    body: Body,
    year: int,
    actor: Actor,
    *,
    sector: int | None = None,
    number: int = 1,
    bodies: tuple[Body, ...] = (),
    at: dt.datetime,
) -> RecordsPage:
    """For those who may read the body's books: sixteen queries at most, however many members it has."""
    held = memberships_in(body, year)
    sectors = tuple(
        Body.objects.filter(pk__in=held.filter(body__kind=BodyKind.SECTOR).values("body")).order_by(
            "position", "id"
        )
    )
    chosen = next((one for one in sectors if one.pk == sector), None)
    if chosen is not None:
        held = held.filter(body=chosen)
    members = members_in(held)
    count = members.count()
    last = max(1, -(-count // PER_PAGE))
    number = min(max(1, number), last)
    shown = list(members[(number - 1) * PER_PAGE : number * PER_PAGE])
    frozen = frozen_year(body, year)
    if frozen is None:
        in_force = rules_in_force(body, year)
        kept = kept_of(body, year, shown, in_force, at=at)
        sums = {pk: sums_of(one, on=in_force.on) for pk, one in kept.items()}
        on = in_force.on
    else:
        on, sums = _sums_when_frozen(frozen)
    key = str(chosen.pk) if chosen is not None else "0"
    waiting = Appeal.objects.filter(body=body, year=year, state=AppealState.OPEN)
    return RecordsPage(
        body=body,
        bodies=bodies,
        year=year,
        lines=tuple(_line(user, sums.get(user.pk), key) for user in shown),
        count=count,
        number=number,
        last=last,
        sectors=sectors,
        sector=chosen,
        frozen=frozen,
        on=on,
        open_appeals=waiting.count(),
        may_keep=keeping.may_keep(actor, body.lineage) is None,
    )


def members_in(held: QuerySet[Any]) -> QuerySet[User]:
    """Who holds one of these memberships, each once, in the order of strokes."""
    return User.objects.filter(pk__in=held.values("user")).order_by(*ORDERINGS["strokes"])


def member_of(body: Body, year: int, user_id: int) -> User | None:
    """The person, if they were a member of the body on any day of the year. One query."""
    return members_in(memberships_in(body, year)).filter(pk=user_id).first()


def year_content(body: Body, year: int, *, at: dt.datetime) -> dict[str, Any]:
    """What is kept when the year is frozen, fit for a JSON field; it depends on nothing but the tables."""
    in_force = rules_in_force(body, year)
    users = list(members_in(memberships_in(body, year)))
    kept = kept_of(body, year, users, in_force, at=at)
    content: dict[str, Any] = to_content(
        {
            "schema": SCHEMA,
            "body": body.name,
            "year": year,
            "in_force": in_force,
            # A database may keep the entries of an object in an order of its own.
            "order": [user.pk for user in users],
            "members": {key_of(user.pk): kept[user.pk] for user in users},
            "sums": {key_of(user.pk): sums_of(kept[user.pk], on=in_force.on) for user in users},
        }
    )
    return content


def year_records(
    body: Body, year: int, *, at: dt.datetime
) -> tuple[InForce, tuple[Kept, ...], Frozen | None]:
    """The rules and all records of the year in the order of strokes, as they are or as they were frozen."""
    frozen = frozen_year(body, year)
    if frozen is None:
        in_force = rules_in_force(body, year)
        users = list(members_in(memberships_in(body, year)))
        return in_force, tuple(kept_of(body, year, users, in_force, at=at).values()), None
    content = RecordFreeze.objects.values_list("content", flat=True).get(pk=frozen.id)
    kept = from_content(content["members"], dict[str, Kept])
    ordered = tuple(kept[key_of(pk)] for pk in content["order"])
    return from_content(content["in_force"], InForce), ordered, frozen


def differences(body: Body, year: int, frozen: Frozen, *, at: dt.datetime) -> tuple[Difference, ...]:
    """What a freezing would keep otherwise now, member by member in the order of strokes."""
    _on, then = _sums_when_frozen(frozen)
    in_force = rules_in_force(body, year)
    users = list(members_in(memberships_in(body, year)))
    now = {
        pk: sums_of(kept, on=in_force.on) for pk, kept in kept_of(body, year, users, in_force, at=at).items()
    }
    found = []
    for user_id in (*now, *(pk for pk in then if pk not in now)):
        before, after = then.get(user_id), now.get(user_id)
        name = (after or before or Sums("", (), {}, None)).name
        found += [
            Difference(user_id, name, what, one, other)
            for what, one, other in _compared(before, after)
            if one != other
        ]
    return tuple(found)


def sums_of(kept: Kept, *, on: bool) -> Sums:
    """The sums of a member's year, and of the time in each of their sectors."""
    sectors = {stay.body_id: stay.body for stay in kept.rows.stays if stay.kind == BodyKind.SECTOR}
    return Sums(
        name=kept.rows.name,
        sectors=tuple(sectors.values()),
        by_sector={
            "0": kept.rows.totals(),
            **{str(pk): kept.rows.totals(pk) for pk in sectors},
        },
        total=kept.total if on else None,
    )


def _compared(then: Sums | None, now: Sums | None) -> list[tuple[str, str | None, str | None]]:
    def told(sums: Sums | None) -> Mapping[str, str]:
        if sums is None:
            return {}
        whole = to_content(sums.by_sector["0"])
        points = {} if sums.total is None else {"points": str(sums.total)}
        return {
            **{key: str(value) for key, value in whole.items()},
            **points,
            "sectors": "、".join(sums.sectors),
        }

    before, after = told(then), told(now)
    return [(what, before.get(what), after.get(what)) for what in {**before, **after}]


def _line(user: User, sums: Sums | None, key: str) -> ListLine:
    if sums is None:
        return ListLine(user.pk, user.display_name, (), _NOTHING, None)
    return ListLine(user.pk, sums.name, sums.sectors, sums.by_sector.get(key, _NOTHING), sums.total)


_NOTHING = Totals(0, 0, 0, 0, 0, 0, 0, 0, 0, 0)


def _sums_when_frozen(frozen: Frozen) -> tuple[bool, dict[int, Sums]]:
    in_force, sums = (
        RecordFreeze.objects.filter(pk=frozen.id)
        .values_list(KeyTransform("in_force", "content"), KeyTransform("sums", "content"))
        .get()
    )
    read = from_content(sums, dict[str, Sums])
    return from_content(in_force, InForce).on, {int(key[1:]): one for key, one in read.items()}
