"""One member's record of a year: what is there now, or what was kept when the year was frozen; and its points."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db.models.fields.json import KeyTransform

from jianyan.accounts.enums import BodyKind, Role
from jianyan.accounts.models import Body, Membership, User

from .. import points
from ..documents.content import from_content
from ..models import Appeal, PointCorrection, PointRules, RecordFreeze
from ..points import Rule
from .record_loading import overlapping, records_of
from .record_rows import Row, Rows, Totals, untold


@dataclass(frozen=True, slots=True)
class Line:
    """Points that one deed earned by one rule: `id` of its row in the list of that `deed`, `rule` its place."""

    deed: str
    id: int
    rule: int
    full: Decimal
    points: Decimal


@dataclass(frozen=True, slots=True)
class Correction:
    """Points that a secretary added or took; one that was taken back counts no more."""

    id: int
    points: Decimal
    reason: str
    at: dt.datetime
    by: str
    withdrawn_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of one member when a year is frozen."""

    rows: Rows
    lines: tuple[Line, ...]
    corrections: tuple[Correction, ...]

    @property
    def total(self) -> Decimal:
        """All points of the year."""
        standing = (one.points for one in self.corrections if one.withdrawn_at is None)
        return sum((line.points for line in self.lines), points.NOTHING) + sum(standing, points.NOTHING)


@dataclass(frozen=True, slots=True)
class InForce:
    """The rules of points of a body and year. `version` 0: it has none."""

    version: int
    on: bool
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Frozen:
    """That a year was closed: when, by whom, and the hash of what was kept."""

    id: int
    at: dt.datetime
    by: str
    digest: str


@dataclass(frozen=True, slots=True)
class PointLine:
    """A line of points with the rule and the row that it is for."""

    rule: Rule
    deed: str
    row: Row
    full: Decimal
    points: Decimal

    @property
    def is_cut(self) -> bool:
        """Whether the most in a year was reached."""
        return self.points < self.full


@dataclass(frozen=True, slots=True)
class RecordPage:
    """What the page of one record shows. `total` None: points are not counted in that year."""

    body: Body
    year: int
    rows: Rows
    totals: Totals
    lines: tuple[PointLine, ...]
    corrections: tuple[Correction, ...]
    total: Decimal | None
    rules: tuple[Rule, ...]
    frozen: Frozen | None
    appeals: tuple[Appeal, ...]

    @property
    def of_body(self) -> str:
        """What leads from a page of this body to another of it."""
        return f"?body={self.body.pk}"


def record_page(body: Body, user: User, year: int, *, at: dt.datetime, discreet: bool = False) -> RecordPage:
    """The record as it is, or as it was frozen; at most fourteen queries. `discreet`: see `Rows.discreet`."""
    frozen = frozen_year(body, year)
    if frozen is None:
        in_force = rules_in_force(body, year)
        kept = kept_of(body, year, [user], in_force, at=at)[user.pk]
    else:
        in_force, of_user = _kept_when_frozen(frozen, user.pk)
        # Who has become a member of that year since is shown as somebody of whom nothing was kept.
        kept = of_user or Kept(Rows(user.pk, user.display_name), (), ())
    rows = kept.rows.discreet() if discreet else kept.rows
    appeals = Appeal.objects.filter(body=body, user=user, year=year)
    return RecordPage(
        body=body,
        year=year,
        rows=rows,
        totals=rows.totals(),
        lines=tuple(_point_lines(kept, in_force, discreet=discreet)) if in_force.on else (),
        corrections=kept.corrections if in_force.on else (),
        total=kept.total if in_force.on else None,
        rules=in_force.rules if in_force.on else (),
        frozen=frozen,
        appeals=tuple(appeals.select_related("answered_by", "correction")),
    )


def rules_in_force(body: Body, year: int) -> InForce:
    """The latest version of the body's rules for the year. One query."""
    latest = PointRules.objects.filter(body=body, year=year).order_by("-version").first()
    if latest is None:
        return InForce(0, on=False, rules=())
    return InForce(latest.version, on=latest.on, rules=from_content(latest.rules, tuple[Rule, ...]))


def kept_of(
    body: Body, year: int, users: Collection[User], in_force: InForce, *, at: dt.datetime
) -> dict[int, Kept]:
    """By user id what would be kept of them now: ten queries at most, and nine where points are not counted."""
    corrections = _corrections(body, year, users) if in_force.on else {}
    return {
        user_id: Kept(
            rows, tuple(_lines(rows, in_force)) if in_force.on else (), tuple(corrections.get(user_id, ()))
        )
        for user_id, rows in records_of(body, year, users, at=at).items()
    }


def frozen_year(body: Body, year: int) -> Frozen | None:
    """Whether the body's year is frozen. One query."""
    row = (
        RecordFreeze.objects.filter(body=body, year=year, undone_at=None)
        .select_related("by")
        .defer("content")
        .first()
    )
    return Frozen(row.pk, row.at, row.by.display_name, row.digest) if row is not None else None


def key_of(user_id: int) -> str:
    """Under which a member is kept: no number, which databases would take for a place in a list."""
    return f"u{user_id}"


def record_bodies(user: User, year: int) -> tuple[Body, ...]:
    """The committees that keep a record of this member for the year, highest first. Two queries.

    Of each membership the nearest committee above, or the body at the root where there is none.
    """
    held = Membership.objects.filter(overlapping(year), user=user, role=Role.MEMBER).select_related("body")
    lineages = [one.body.lineage for one in held]
    bodies = Body.objects.in_bulk({pk for lineage in lineages for pk in lineage})
    keeping = set()
    for lineage in lineages:
        committees = [pk for pk in lineage if bodies[pk].kind == BodyKind.COMMITTEE]
        keeping.add(committees[-1] if committees else lineage[0])
    return tuple(sorted((bodies[pk] for pk in keeping), key=lambda body: body.path))


def _lines(rows: Rows, in_force: InForce) -> Iterator[Line]:
    deeds = [done for done, _row in rows.deeds]
    for one in points.score(in_force.rules, deeds):
        done = deeds[one.done]
        yield Line(done.deed, done.id, one.rule, one.full, one.points)


def _point_lines(kept: Kept, in_force: InForce, *, discreet: bool) -> Iterator[PointLine]:
    found = {(done.deed, done.id): row for done, row in kept.rows.deeds}
    for line in kept.lines:
        row = found[line.deed, line.id]
        rule = in_force.rules[line.rule]
        yield PointLine(rule, line.deed, untold(row) if discreet else row, line.full, line.points)


def _corrections(body: Body, year: int, users: Collection[User]) -> dict[int, list[Correction]]:
    found: dict[int, list[Correction]] = defaultdict(list)
    rows = PointCorrection.objects.filter(body=body, year=year, user__in=users).select_related("by")
    for row in rows:
        found[row.user_id].append(
            Correction(row.pk, row.points, row.reason, row.at, row.by.display_name, row.withdrawn_at)
        )
    return found


def _kept_when_frozen(frozen: Frozen, user_id: int) -> tuple[InForce, Kept | None]:
    """Of all that was kept only what is of this member. One query."""
    in_force, kept = (
        RecordFreeze.objects.filter(pk=frozen.id)
        .values_list(
            KeyTransform("in_force", "content"),
            KeyTransform(key_of(user_id), KeyTransform("members", "content")),
        )
        .get()
    )
    return from_content(in_force, InForce), from_content(kept, Kept) if kept is not None else None
