"""An entry into the database: the user, and a membership in the committee and in each body of the row."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from ..enums import Role
from ..models import Body, Membership, User
from .answers import RowRefused
from .columns import Column
from .deciding import Entry
from .terms import SEPARATOR, terms_in


@dataclass(frozen=True, slots=True)
class Written:
    """Who was written. `changed` are the columns that brought news of a known user."""

    user: User
    created: bool
    changed: tuple[Column, ...] = ()


def write(entry: Entry, committee: Body) -> Written:
    """Create the user or bring a known one up to date; call it in a transaction. Raises RowRefused.

    A row never empties a field and never ends a membership: that is done by hand, in the administration.
    """
    if entry.known is not None and entry.known.user is not None:
        user = entry.known.user
        changed = _update_user(user, entry) + _update_memberships(user, entry, committee)
        return Written(user, created=False, changed=tuple(dict.fromkeys(changed)))
    user = _create_user(entry)
    for body in (committee, *entry.bodies):
        _sit(user, body, entry)
    return Written(user, created=True)


def _create_user(entry: Entry) -> User:
    values = entry.values
    user = User(
        username=_free_username(values[Column.PHONE]),
        display_name=values[Column.NAME],
        phone=values[Column.PHONE],
        gender=entry.gender,
        position=values[Column.POSITION],
        note=values[Column.NOTE],
    )
    user.set_unusable_password()
    user.save()
    return user


def _free_username(phone: str) -> str:
    """The phone, or the phone with a number where somebody has taken it for a username."""
    taken = set(User.objects.filter(username__startswith=phone).values_list("username", flat=True))
    candidates = (f"{phone}-{number}" if number else phone for number in range(len(taken) + 1))
    return next(username for username in (phone, *candidates) if username not in taken)


def _update_user(user: User, entry: Entry) -> list[Column]:
    news = {
        Column.GENDER: ("gender", entry.gender),
        Column.POSITION: ("position", entry.values[Column.POSITION]),
        Column.NOTE: ("note", entry.values[Column.NOTE]),
    }
    changed = [column for column, (field, value) in news.items() if value and getattr(user, field) != value]
    for column in changed:
        field, value = news[column]
        setattr(user, field, value)
    if changed:
        user.save(update_fields=[news[column][0] for column in changed])
    return changed


def _update_memberships(user: User, entry: Entry, committee: Body) -> list[Column]:
    columns = {
        "sector": Column.SECTOR,
        "party": Column.PARTY,
        "special_committee": Column.SPECIAL_COMMITTEE,
    }
    seats = [seat for seat in user.memberships.select_related("body") if seat.role == Role.MEMBER]
    changed: list[Column] = []
    for body in (committee, *entry.bodies):
        now = [seat for seat in seats if terms_in(seat.term) & terms_in(entry.values[Column.TERM])]
        here = next((seat for seat in now if seat.body_id == body.pk), None)
        if here is not None:
            changed += _update_seat(here, entry)
            continue
        elsewhere = next((seat for seat in now if body != committee and seat.body.kind == body.kind), None)
        if elsewhere is not None:
            raise _differs(elsewhere, body, user)
        _sit(user, body, entry)
        changed.append(columns.get(body.kind, Column.TERM))
    return changed


def _update_seat(seat: Membership, entry: Entry) -> list[Column]:
    changed: list[Column] = []
    term = SEPARATOR.join(
        dict.fromkeys([*seat.term.split(SEPARATOR), *entry.values[Column.TERM].split(SEPARATOR)])
    )
    if term != seat.term:
        seat.term = term
        changed.append(Column.TERM)
    if entry.since is not None and entry.since != seat.since:
        seat.since = entry.since
        changed.append(Column.SINCE)
    if changed:
        seat.save()
    return changed


def _sit(user: User, body: Body, entry: Entry) -> None:
    Membership.objects.create(
        user=user, body=body, role=Role.MEMBER, term=entry.values[Column.TERM], since=entry.since
    )


def _differs(seat: Membership, body: Body, user: User) -> RowRefused:
    return RowRefused(
        "membership_differs",
        _(
            "the member “%(name)s” sits in %(there)s (%(term)s), this row says %(here)s; "
            "please change the membership in the administration first."
        )
        % {"name": user.display_name, "there": seat.body.name, "term": seat.term, "here": body.name},
        {"member": user.display_name},
    )
