"""What staff have before them who enter ideas for members: whom they may enter one for, and what they have entered."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import regex
from django.utils import timezone

from jianyan.accounts.enums import BodyKind, Role
from jianyan.accounts.models import Membership, User
from jianyan.accounts.people import ORDERINGS
from jianyan.accounts.roles import in_force_on

from ..enums import LIVE, Cosigning
from ..models import Cosigner, Suggestion, Topic

FOUND = 12
"""Members that a search shows."""
LATEST = 20
"""Entered suggestions that the page lists."""
TAIL = 3
"""Digits from which on a number is looked for at the end of phone numbers."""

_SYLLABLES = regex.compile(r"[a-z]+")
_BETWEEN = regex.compile(r"[\s'’·.-]+")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A member with a voice. `phone_tail`: four digits, or empty; `is_free`: whether a slot is left for them."""

    id: int
    name: str
    sector: str
    position: str
    phone_tail: str
    is_free: bool


@dataclass(frozen=True, slots=True)
class Entered:
    """A suggestion that was entered for a member. `scan`: what the file was called, or empty."""

    id: int
    number: int
    text: str
    author: str
    status: str
    status_name: str
    source_name: str
    entered_by: str
    entered_at: dt.datetime
    scan: str


@dataclass(frozen=True, slots=True)
class Named:
    """Names that were typed, as members: `ids` in their order; those that nobody has, or several have."""

    ids: tuple[int, ...]
    unknown: tuple[str, ...]
    ambiguous: tuple[str, ...]


def find_members(topic: Topic, search: str, *, at: dt.datetime) -> tuple[Candidate, ...]:
    """Members by name, by pinyin (whole or its initials), or by the last digits of their phone; four queries.

    Whose name or pinyin begins with it comes first, then in the order of strokes.
    """
    wanted = _BETWEEN.sub("", unicodedata.normalize("NFKC", search)).casefold().replace("ü", "v")
    if not wanted:
        return ()
    ranked = ((_rank(user, wanted), place, user) for place, user in enumerate(_members(topic, at)))
    found = sorted((rank, place, user) for rank, place, user in ranked if rank is not None)
    return _candidates(topic, [user for _rank, _place, user in found[:FOUND]])


def candidate(topic: Topic, user_id: int, *, at: dt.datetime) -> Candidate | None:
    """One of them by id; None for somebody without a voice here. Four queries."""
    found = _candidates(topic, [user for user in _members(topic, at) if user.pk == user_id])
    return found[0] if found else None


def members_named(topic: Topic, names: Iterable[str], *, at: dt.datetime) -> Named:
    """Who is meant by these names; of several who share one, a blank and the last digits of the phone tell."""
    wanted = list(dict.fromkeys(name for name in names if name))
    return named_among(_members(topic, at) if wanted else [], wanted)


def named_among(people: Sequence[User], names: Iterable[str]) -> Named:
    """Who of these people is meant, each name once."""
    ids: list[int] = []
    unknown: list[str] = []
    ambiguous: list[str] = []
    for text in names:
        name, _blank, tail = text.rpartition(" ")
        meant = [
            user.pk
            for user in people
            if user.display_name == text
            or (name and user.display_name == name and (user.phone or "").endswith(tail))
        ]
        if len(meant) == 1:
            ids.extend(meant)
        else:
            (ambiguous if meant else unknown).append(text)
    return Named(tuple(dict.fromkeys(ids)), tuple(unknown), tuple(ambiguous))


def entered(topic: Topic) -> tuple[Entered, ...]:
    """What was entered last, latest first; one query."""
    rows = (
        topic.suggestions.filter(entered_by__isnull=False)
        .select_related("author", "entered_by", "scan")
        .order_by("-number")[:LATEST]
    )
    return tuple(_entered(row) for row in rows)


def _entered(row: Suggestion) -> Entered:
    return Entered(
        id=row.pk,
        number=row.number,
        text=row.text,
        author=row.author.display_name,
        status=str(row.status),
        status_name=str(row.get_status_display()),
        source_name=str(row.get_entered_from_display()),
        entered_by=str(row.entered_by),
        entered_at=row.posted_at,
        scan=row.scan.name if hasattr(row, "scan") else "",
    )


def _members(topic: Topic, at: dt.datetime) -> list[User]:
    """Everybody with a voice in the topic, in the order of strokes."""
    memberships = Membership.objects.filter(
        in_force_on(timezone.localdate(at)), role=Role.MEMBER, body_id__in=topic.deliberation.host.lineage
    )
    people = User.objects.filter(is_active=True, pk__in=memberships.values("user_id"))
    return list(
        people.only("display_name", "phone", "position", "name_pinyin").order_by(*ORDERINGS["strokes"])
    )


def _rank(user: User, wanted: str) -> int | None:
    """0: begins so; 1: has it somewhere; None: is somebody else."""
    name = _BETWEEN.sub("", user.display_name).casefold()
    syllables = _SYLLABLES.findall(user.name_pinyin.replace("u9", "v"))
    spoken, initials = "".join(syllables), "".join(syllable[0] for syllable in syllables)
    if name.startswith(wanted) or spoken.startswith(wanted) or initials.startswith(wanted):
        return 0
    is_tail = wanted.isdecimal() and len(wanted) >= TAIL and (user.phone or "").endswith(wanted)
    inside = wanted in name or (len(wanted) > 1 and wanted in spoken)
    return 1 if is_tail or inside else None


def _candidates(topic: Topic, people: Sequence[User]) -> tuple[Candidate, ...]:
    ids = [user.pk for user in people]
    sectors: dict[int, str] = {}
    of_sectors = Membership.objects.filter(user_id__in=ids, body__kind=BodyKind.SECTOR)
    for membership in of_sectors.select_related("body").order_by("since", "id"):
        sectors[membership.user_id] = str(membership.body)
    taken = Counter(
        topic.suggestions.filter(author_id__in=ids, status__in=LIVE).values_list("author_id", flat=True)
    )
    taken.update(
        Cosigner.objects.filter(
            topic=topic, member_id__in=ids, state=Cosigning.AGREED, suggestion__status__in=LIVE
        ).values_list("member_id", flat=True)
    )
    return tuple(
        Candidate(
            id=user.pk,
            name=user.display_name,
            sector=sectors.get(user.pk, ""),
            position=user.position,
            phone_tail=(user.phone or "")[-4:],
            is_free=taken[user.pk] < topic.ideas,
        )
        for user in people
    )
