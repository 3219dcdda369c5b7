"""Keeping what can be found in step with what there is.

Nothing that writes waits for the search: entries are brought up to date before somebody searches. Topics say by their
revision whether anything has happened in them, everything else by its edition.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from django.db import DatabaseError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from ..enums import PUBLIC, Findable, ReferralState, Step, SummaryStatus
from ..grams import folded, grams
from ..models import (
    EventRecord,
    JournalEntry,
    Outcome,
    OutcomeCover,
    Referral,
    SearchEntry,
    SearchMark,
    Statement,
    Submission,
    Summary,
    Topic,
)

log = structlog.get_logger(__name__)

AT_A_TIME = 500
"""Rows that are read and written together."""
BEFORE_A_SEARCH = 2_000
"""Rows for which somebody who searches waits; what is left is done before the next search, or by the command."""
LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class Found:
    """What an entry is made of; `title` and `text` are what everybody may read who may open it."""

    object_id: int
    edition: int
    deliberation_id: int | None
    topic_id: int | None
    body_id: int
    title: str
    text: str
    at: dt.datetime


def bring_up_to_date(*, most: int = BEFORE_A_SEARCH) -> bool:
    """Make the entries of what has changed, of about `most` rows; whether nothing is left.

    Where the database takes no writing now, what is there is searched: False.
    """
    try:
        left = most
        for step in (_topics, *_BOOKS):
            if left <= 0:
                return False
            left -= step(left)
    except DatabaseError:
        log.warning("the search could not be brought up to date", exc_info=True)
        return False
    return left > 0


def rebuild() -> int:
    """Make all entries anew; how many there are then. What is searched meanwhile finds what is there already."""
    with transaction.atomic():
        SearchEntry.objects.all().delete()
        SearchMark.objects.all().delete()
    while not bring_up_to_date(most=AT_A_TIME * 10):
        pass
    return SearchEntry.objects.count()


# --- topics and their suggestions ---------------------------------------------------------------------------


def _topics(most: int) -> int:
    """So many rows were gone through at least; topics whose revision has risen."""
    behind = (
        Topic.objects.filter(revision__gt=0)
        .exclude(Exists(SearchMark.objects.filter(topic=OuterRef("pk"), revision=OuterRef("revision"))))
        .order_by("id")
        .values_list("id", flat=True)
    )
    done = 0
    for topic_id in list(behind[: max(1, most)]):
        done += _topic(topic_id)
        if done >= most:
            break
    return done


@transaction.atomic
def _topic(topic_id: int) -> int:
    topic = Topic.objects.select_related("deliberation").get(pk=topic_id)
    mark = SearchMark.objects.select_for_update().filter(topic=topic).first()
    seen = mark.revision if mark is not None else 0
    # While a topic is live nearly all its steps are votes, which change nothing that can be found.
    told = JournalEntry.objects.filter(topic=topic, revision__gt=seen).exclude(kind=Step.VOTES).exists()
    done = _enter_topic(topic) if told else 1
    SearchMark.objects.update_or_create(topic=topic, defaults={"revision": topic.revision})
    return done


def _enter_topic(topic: Topic) -> int:
    host_id = topic.deliberation.host_id
    announced = topic.announced_at
    around = {"deliberation_id": topic.deliberation_id, "topic_id": topic.pk, "body_id": host_id}
    if announced is not None:
        own = Found(
            topic.pk, topic.revision, title=topic.title, text=topic.prompt, at=topic.opens_at, **around
        )
        _put(Findable.TOPIC, [own])
    rows = list(topic.suggestions.filter(status__in=PUBLIC))
    _put(
        Findable.SUGGESTION,
        (
            Found(row.pk, topic.revision, title="", text=row.public_text, at=row.posted_at, **around)
            for row in rows
        ),
    )
    gone = SearchEntry.objects.filter(kind=Findable.SUGGESTION, topic=topic)
    gone.exclude(object_id__in=[row.pk for row in rows]).delete()
    return len(rows) + 1


# --- the books ----------------------------------------------------------------------------------------------


def _summaries(most: int) -> int:
    signed = Summary.objects.filter(status=SummaryStatus.SIGNED)
    # A correction stands in the place of what it replaces, once it is signed.
    shown = signed.exclude(replaced_by__status=SummaryStatus.SIGNED)

    def found(rows: Sequence[Summary]) -> Iterator[Found]:
        words: dict[int, list[str]] = {}
        said = Statement.objects.filter(section__summary__in=rows, removed=False)
        for summary_id, text in said.order_by("section__position", "position").values_list(
            "section__summary_id", "text"
        ):
            words.setdefault(summary_id, []).append(text)
        for row in rows:
            text = "\n".join(words.get(row.pk, ()))
            yield Found(
                row.pk,
                row.edition,
                row.deliberation_id,
                None,
                row.deliberation.host_id,
                row.title,
                text,
                row.signed_at or row.edited_at,
            )

    return _enter(
        Findable.SUMMARY,
        shown.select_related("deliberation").defer("snapshot", "content"),
        Summary.objects.exclude(pk__in=shown.values("pk")),
        found,
        most,
    )


def _referrals(most: int) -> int:
    given = Referral.objects.exclude(state=ReferralState.WITHDRAWN).select_related("deliberation")

    def found(rows: Sequence[Referral]) -> Iterator[Found]:
        for row in rows:
            yield Found(
                row.pk,
                row.edition,
                row.deliberation_id,
                None,
                row.deliberation.host_id,
                "",
                row.item,
                row.issued_at,
            )

    gone = Referral.objects.filter(state=ReferralState.WITHDRAWN)
    return _enter(Findable.REFERRAL, given, gone, found, most)


def _outcomes(most: int) -> int:
    def found(rows: Sequence[Outcome]) -> Iterator[Found]:
        where = _covered(rows)
        for row in rows:
            text = " ".join(part for part in (row.words, row.document_number) if part)
            yield Found(row.pk, row.edition, where.get(row.pk), None, row.body_id, "", text, _noon(row.date))

    return _enter(
        Findable.OUTCOME,
        Outcome.objects.filter(withdrawn_at=None),
        Outcome.objects.exclude(withdrawn_at=None),
        found,
        most,
    )


def _covered(outcomes: Sequence[Outcome]) -> dict[int, int]:
    """Outcome id → the deliberation of what it covers first; those that cover a submission alone have none."""
    rows = OutcomeCover.objects.filter(outcome__in=outcomes).order_by("-id")
    where: dict[int, int] = {}
    for outcome_id, *ids in rows.values_list(
        "outcome_id",
        "deliberation_id",
        "suggestion__topic__deliberation_id",
        "referral__deliberation_id",
        "summary__deliberation_id",
    ):
        deliberation_id = next((one for one in ids if one is not None), None)
        if deliberation_id is not None:
            where[outcome_id] = deliberation_id
    return where


def _events(most: int) -> int:
    def found(rows: Sequence[EventRecord]) -> Iterator[Found]:
        for row in rows:
            event = row.deliberation
            yield Found(
                row.pk, row.edition, event.pk, None, event.host_id, event.title, event.place, event.starts_at
            )

    # One with topics is found by these.
    alone = EventRecord.objects.filter(deliberation__topics=None)
    return _enter(
        Findable.EVENT,
        alone.filter(withdrawn_at=None).select_related("deliberation"),
        EventRecord.objects.filter(Q(deliberation__topics__isnull=False) | Q(withdrawn_at__isnull=False)),
        found,
        most,
    )


def _submissions(most: int) -> int:
    def found(rows: Sequence[Submission]) -> Iterator[Found]:
        for row in rows:
            text = " ".join(part for part in (row.number, row.sponsor) if part)
            yield Found(row.pk, row.edition, None, None, row.body_id, row.title, text, _noon(row.filed))

    return _enter(
        Findable.SUBMISSION,
        Submission.objects.filter(withdrawn_at=None),
        Submission.objects.exclude(withdrawn_at=None),
        found,
        most,
    )


_BOOKS: tuple[Callable[[int], int], ...] = (_summaries, _referrals, _outcomes, _events, _submissions)


def _enter(
    kind: Findable,
    shown: QuerySet[Any],
    gone: QuerySet[Any],
    found: Callable[[Sequence[Any]], Iterable[Found]],
    most: int,
) -> int:
    """Enter those of `shown` whose entry is missing or of another edition, and take out those of `gone`."""
    entries = SearchEntry.objects.filter(kind=kind)
    entries.filter(object_id__in=gone.values("pk")).delete()
    current = entries.filter(object_id=OuterRef("pk"), edition=OuterRef("edition"))
    behind = list(shown.exclude(Exists(current)).order_by("pk")[:most])
    for begin in range(0, len(behind), AT_A_TIME):
        _put(kind, found(behind[begin : begin + AT_A_TIME]))
    return len(behind)


def _put(kind: Findable, found: Iterable[Found]) -> None:
    """Write the entries; those that say the same already are left alone."""
    made = {one.object_id: one for one in found}
    standing = {
        row.object_id: row
        for row in SearchEntry.objects.filter(kind=kind, object_id__in=made).defer("grams", "folded")
    }
    fresh, changed = [], []
    for object_id, one in made.items():
        entry = standing.get(object_id)
        if entry is None:
            fresh.append(_entry(kind, one))
        elif (entry.title, entry.text) != (one.title[:LONGEST_TITLE], one.text):
            renewed = _entry(kind, one)
            renewed.pk = entry.pk
            changed.append(renewed)
        elif entry.edition != one.edition and kind is not Findable.SUGGESTION:
            SearchEntry.objects.filter(pk=entry.pk).update(
                edition=one.edition, deliberation=one.deliberation_id, body=one.body_id, at=one.at
            )
    with transaction.atomic():
        SearchEntry.objects.bulk_create(
            fresh,
            batch_size=AT_A_TIME,
            # Two who search at once make the same one.
            ignore_conflicts=True,
        )
        SearchEntry.objects.bulk_update(changed, _FIELDS, batch_size=AT_A_TIME)


_FIELDS = ("edition", "deliberation", "topic", "body", "title", "text", "folded", "grams", "at")


def _entry(kind: Findable, one: Found) -> SearchEntry:
    words = f"{one.title}\n{one.text}"
    return SearchEntry(
        kind=kind,
        object_id=one.object_id,
        edition=one.edition,
        deliberation_id=one.deliberation_id,
        topic_id=one.topic_id,
        body_id=one.body_id,
        title=one.title[:LONGEST_TITLE],
        text=one.text,
        folded=folded(words),
        grams=" ".join(grams(words)),
        at=one.at,
    )


def _noon(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(12)))
