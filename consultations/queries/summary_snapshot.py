"""What a freezing keeps: journal heads, words and tallies of every suggestion, and who took part."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import F

from jianyan.accounts.enums import BodyKind
from jianyan.accounts.models import Membership
from jianyan.accounts.people import ORDERINGS

from ..documents.model import Attendance, Attendee, FrozenSuggestion, Snapshot, TopicSnapshot
from ..documents.snapshot import text_hash
from ..enums import PUBLIC, Presence, Status
from ..journal import published
from ..models import Deliberation, Suggestion, Topic
from .authors import author_names, with_authors


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
    """出席, 列席 and 请假, each in stroke order. Who was merely invited is in none of them."""
    rows = list(
        deliberation.attendances.exclude(presence="")
        .select_related("user")
        .order_by(*(f"user__{key}" for key in ORDERINGS["strokes"]))
    )
    user_ids = [row.user_id for row in rows]
    sectors, units = _sectors(user_ids), _units(user_ids)

    def listed(presence: Presence) -> tuple[Attendee, ...]:
        return tuple(
            Attendee(
                name=row.user.display_name,
                # Only a sector is counted as one; an observer may stand for any unit.
                unit=sectors.get(row.user_id, "")
                if presence is Presence.PRESENT
                else sectors.get(row.user_id) or units.get(row.user_id) or row.user.position,
            )
            for row in rows
            if row.presence == presence
        )

    return Attendance(
        present=listed(Presence.PRESENT),
        observers=listed(Presence.OBSERVER),
        on_leave=listed(Presence.ON_LEAVE),
    )


def _sectors(user_ids: Sequence[int]) -> dict[int, str]:
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
