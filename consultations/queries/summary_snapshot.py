"""What a freezing keeps: journal heads, words and tallies of every suggestion, and who took part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import F

from jianyan.accounts.enums import BodyKind
from jianyan.accounts.models import Membership

from ..documents.model import Attendance, Attendee, FrozenSuggestion, Snapshot, TopicSnapshot
from ..documents.snapshot import text_hash
from ..enums import PUBLIC, Presence, Status
from ..journal import published
from ..models import Attendance as Attended
from ..models import Deliberation, Suggestion, Topic
from .authors import author_names, with_authors
from .precedence import precedence_in


def take_snapshot(deliberation: Deliberation, topics: Iterable[Topic]) -> Snapshot:
    """Everything that the numbers of a summary come from; the topics, locked by the caller, in their order."""
    return Snapshot(
        topics=tuple(
            _frozen_topic(topic) for topic in sorted(topics, key=lambda topic: (topic.position, topic.pk))
        ),
        attendance=attendance_of(deliberation),
    )


def shown_text(suggestion: Suggestion) -> str:
    """Its words, or nothing where they are withheld: what is not public is not printed, whatever the reason."""
    return suggestion.public_text if suggestion.status in PUBLIC else ""


def _frozen_topic(topic: Topic) -> TopicSnapshot:
    rows = with_authors(topic.suggestions.all()).order_by("number")
    return TopicSnapshot(
        topic_id=topic.pk,
        title=topic.title,
        revision=topic.revision,
        head=published(topic.head, topic.hash_algorithm),
        closed_at=topic.closes_at,
        suggestions=tuple(_frozen(suggestion, topic) for suggestion in rows),
    )


def _frozen(suggestion: Suggestion, topic: Topic) -> FrozenSuggestion:
    """As it is printed: the author of what is not public is nobody's business either."""
    return FrozenSuggestion(
        id=suggestion.pk,
        number=suggestion.number,
        author=author_names(suggestion, topic) if suggestion.status in PUBLIC else "",
        sector=str(suggestion.sector) if suggestion.sector is not None else "",
        status=Status(suggestion.status),
        text_hash=text_hash(shown_text(suggestion)),
        merged_into=suggestion.merged_into_id,
        support=suggestion.support,
        neutral=suggestion.neutral,
        oppose=suggestion.oppose,
    )


def attendance_of(deliberation: Deliberation) -> Attendance:
    """出席, 列席 and 请假, each with those who lead first, then in stroke order. Who was merely invited is in none."""
    rows = list(deliberation.attendances.select_related("user"))
    precedence = precedence_in(deliberation, rows)
    noted = sorted((row for row in rows if row.presence), key=precedence.place)
    user_ids = [row.user_id for row in noted if row.user_id is not None]
    sectors, units = sectors_of(user_ids), _units(user_ids)

    def listed(presence: Presence) -> tuple[Attendee, ...]:
        return tuple(
            Attendee(name=row.name, unit=_unit(row, sectors, units))
            for row in noted
            if row.presence == presence
        )

    return Attendance(
        present=listed(Presence.PRESENT),
        observers=listed(Presence.OBSERVER),
        on_leave=listed(Presence.ON_LEAVE),
    )


def _unit(row: Attended, sectors: Mapping[int, str], units: Mapping[int, str]) -> str:
    """Of those present only a sector is counted as one; others may stand for any unit."""
    is_present = row.presence == Presence.PRESENT
    if row.user is None:
        return "" if is_present else row.guest_unit
    sector = sectors.get(row.user.pk, "")
    return sector if is_present or sector else units.get(row.user.pk) or row.user.position


def sectors_of(user_ids: Sequence[int]) -> dict[int, str]:
    """Each person's latest sector: the one that their suggestions carry."""
    return _bodies(user_ids, (BodyKind.SECTOR,))


def _units(user_ids: Sequence[int]) -> dict[int, str]:
    return _bodies(user_ids, (BodyKind.DEPARTMENT, BodyKind.PARTY, BodyKind.STUDIO, BodyKind.SOCIETY))


def _bodies(user_ids: Sequence[int], kinds: Iterable[BodyKind]) -> dict[int, str]:
    memberships = Membership.objects.filter(user_id__in=user_ids, body__kind__in=list(kinds)).order_by(
        F("since").asc(nulls_first=True), "id"
    )
    # The last one written stays: the latest.
    return {membership.user_id: str(membership.body) for membership in memberships.select_related("body")}
