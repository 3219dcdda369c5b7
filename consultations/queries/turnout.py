"""Who has come to a deliberation, and who takes part in one of its topics, by sector: for those who steer it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from jianyan.accounts.enums import BodyKind, Role
from jianyan.accounts.models import Membership, User
from jianyan.accounts.names import stroke_key
from jianyan.accounts.people import ORDERINGS
from jianyan.accounts.roles import in_force_on

from ..enums import LIVE, Presence
from ..models import Attendance, Suggestion, Topic
from .voters import voters_in


@dataclass(frozen=True, slots=True)
class SectorTurnout:
    """The members of a sector who have a voice; `posted` and `voted` count people. Names in the order of strokes."""

    id: int
    name: str
    posted: int
    voted: int
    here: tuple[str, ...]
    away: tuple[str, ...]
    on_leave: tuple[str, ...]

    @property
    def members(self) -> int:
        """All of them."""
        return len(self.here) + len(self.away) + len(self.on_leave)


@dataclass(frozen=True, slots=True)
class Turnout:
    """`guests`: who has come and has no voice here, observers and others; last those without an account.

    A sector without members is left out.
    """

    sectors: tuple[SectorTurnout, ...]
    guests: tuple[str, ...]

    @property
    def here(self) -> int:
        """Members who have come."""
        return sum(len(sector.here) for sector in self.sectors)

    @property
    def members(self) -> int:
        """Members who have a voice."""
        return sum(sector.members for sector in self.sectors)


def turnout(topic: Topic, *, at: dt.datetime) -> Turnout:
    """For a topic loaded with its deliberation and host: six queries, whatever the number of people."""
    lineage = topic.deliberation.host.lineage
    attendances = Attendance.objects.filter(deliberation_id=topic.deliberation_id)
    rows = list(attendances.values_list("user_id", "guest_name", "presence", "checked_in_at"))
    known = {user_id: (presence, came is not None) for user_id, guest, presence, came in rows if not guest}
    without_account = [
        guest for _none, guest, presence, came in rows if guest and _has_come(presence, came is not None)
    ]
    with_voice = Membership.objects.filter(
        in_force_on(timezone.localdate(at)), role=Role.MEMBER, body_id__in=lineage
    ).values("user_id")
    people = User.objects.filter(is_active=True).order_by(*ORDERINGS["strokes"])
    members = dict(people.filter(pk__in=with_voice).values_list("pk", "display_name"))
    come = {user_id for user_id, stood in known.items() if _has_come(*stood)}
    guests = people.filter(pk__in=come - members.keys()).values_list("display_name", flat=True)
    names, sector_of = _sectors(members)
    posted = set(
        Suggestion.objects.filter(topic=topic, status__in=LIVE).values_list("author_id", flat=True).distinct()
    )
    voted = voters_in(topic.pk)
    groups: dict[int, list[int]] = {sector: [] for sector in names}
    for user_id in members:
        groups.setdefault(sector_of.get(user_id, 0), []).append(user_id)
    return Turnout(
        sectors=tuple(
            SectorTurnout(
                id=sector,
                name=names.get(sector, "") or _("no sector"),
                posted=len(posted.intersection(group)),
                voted=len(voted.intersection(group)),
                here=_named(members, (one for one in group if one in come)),
                away=_named(members, (one for one in group if one not in come and not _excused(known, one))),
                on_leave=_named(members, (one for one in group if _excused(known, one))),
            )
            for sector, group in groups.items()
            if group
        ),
        guests=(*guests, *sorted(without_account, key=stroke_key)),
    )


def _has_come(presence: str, checked_in: bool) -> bool:  # noqa: FBT001  # two columns of a row
    return presence in (Presence.PRESENT, Presence.OBSERVER) or (checked_in and presence != Presence.ON_LEAVE)


def _excused(known: dict[int, tuple[str, bool]], user_id: int) -> bool:
    return known.get(user_id, ("", False))[0] == Presence.ON_LEAVE


def _named(names: dict[int, str], ids: Iterable[int]) -> tuple[str, ...]:
    return tuple(names[user_id] for user_id in ids)


def _sectors(members: Collection[int]) -> tuple[dict[int, str], dict[int, int]]:
    """The names of the sectors in their order, and the sector of each; as suggestions have it, the latest one."""
    rows = (
        Membership.objects.filter(body__kind=BodyKind.SECTOR, role=Role.MEMBER)
        .order_by("-since", "-id")
        .values_list("user_id", "body_id", "body__position", "body__short_name", "body__name")
    )
    sector_of: dict[int, int] = {}
    found: set[tuple[int, int, str]] = set()
    for user_id, body_id, position, short_name, name in rows:
        if user_id in members and user_id not in sector_of:
            sector_of[user_id] = body_id
            found.add((position, body_id, short_name or name))
    return {body_id: name for _position, body_id, name in sorted(found)}, sector_of
