"""Open data: everything that is public as rows, under names that stay as they are.

What a dataset consists of is said in `DATASETS`; docs/open-data.md and `/open/v1/schema.json` are made of the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from django.db.models import Count, Q, QuerySet, Sum
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .. import rules
from ..enums import PUBLIC, Phase, ReferralState, ReportStatus, Status, SummaryStatus
from ..models import (
    Deliberation,
    EventRecord,
    Outcome,
    OutcomeCover,
    Referral,
    Report,
    Submission,
    Suggestion,
    Summary,
    Topic,
)
from ..periods import Period
from .authors import author_name, with_authors
from .event_counts import counts_of
from .facts import zulu
from .visible import visible_deliberations

VERSION = "jianyan.open/1"
AT_A_TIME = 1_000
"""Rows that are read together while a file is sent."""

Value: TypeAlias = str | int | float | bool | None
Row: TypeAlias = tuple[Value, ...]
Type: TypeAlias = Literal["string", "integer", "number", "boolean", "date", "date-time", "uri"]


@dataclass(frozen=True, slots=True)
class Column:
    """A field of a row; `null` where there is nothing to say."""

    name: str
    type: Type
    means: str | Promise
    null: bool = False


@dataclass(frozen=True, slots=True)
class Dataset:
    """Rows of one kind. `query` gives what is public at an instant; `date` is the field that since and until restrict.

    In the rows a page is its path: on which site it is, is for the file to say.
    """

    name: str
    means: str | Promise
    columns: tuple[Column, ...]
    query: Callable[[dt.datetime], QuerySet[Any]]
    date: str
    day: bool
    rows: Callable[[list[Any], dt.datetime], Iterable[Row]]
    edition: str

    def selected(self, at: dt.datetime, period: Period | None) -> QuerySet[Any]:
        """What is public of it, in the period where there is one."""
        found = self.query(at)
        if period is None:
            return found
        if self.day:
            return found.filter(**{f"{self.date}__gte": period.since, f"{self.date}__lte": period.until})
        return found.filter(**{f"{self.date}__gte": period.starts_at, f"{self.date}__lt": period.ends_at})

    def part(self, at: dt.datetime, period: Period | None, after: int) -> tuple[list[Row], int | None]:
        """The rows with ids after that one, and where the next part begins; None: this was the last."""
        found = list(self.selected(at, period).filter(pk__gt=after).order_by("pk")[:AT_A_TIME])
        last = found[-1].pk if len(found) == AT_A_TIME else None
        return list(self.rows(found, at)), last

    def state(self, at: dt.datetime, period: Period | None) -> str:
        """A text that is another one when the rows are: one query."""
        found = self.selected(at, period).order_by()
        told = found.aggregate(rows=Count("pk"), editions=Sum(self.edition))
        return f"{self.name} {told['rows']} {told['editions']}"


def public_deliberations(at: dt.datetime) -> QuerySet[Deliberation]:
    """Those that anybody may see."""
    return visible_deliberations(None, at)


def public_outcomes(at: dt.datetime) -> QuerySet[Outcome]:
    """Those that cover something that anybody may see, or a submission."""
    public = public_deliberations(at).values("pk")
    covers = OutcomeCover.objects.filter(
        Q(deliberation__in=public)
        | Q(suggestion__topic__deliberation__in=public, suggestion__status__in=PUBLIC)
        | Q(referral__deliberation__in=public)
        | Q(summary__deliberation__in=public)
        | Q(submission__withdrawn_at=None, submission__isnull=False)
    )
    return Outcome.objects.filter(withdrawn_at=None, pk__in=covers.values("outcome"))


def _topics(at: dt.datetime) -> QuerySet[Topic]:
    return Topic.objects.filter(
        deliberation__in=public_deliberations(at).values("pk"), announced_at__lte=at
    ).select_related("deliberation__host")


def _suggestions(at: dt.datetime) -> QuerySet[Suggestion]:
    shown = Suggestion.objects.filter(topic__in=_topics(at).order_by().values("pk"), status__in=PUBLIC)
    return with_authors(shown).select_related("topic", "theme")


def _summaries(at: dt.datetime) -> QuerySet[Summary]:
    signed = Summary.objects.filter(
        status=SummaryStatus.SIGNED, deliberation__in=public_deliberations(at).values("pk")
    )
    return signed.select_related("issuer", "replaced_by").defer("snapshot", "content")


def _referrals(at: dt.datetime) -> QuerySet[Referral]:
    given = Referral.objects.exclude(state=ReferralState.WITHDRAWN)
    return given.filter(deliberation__in=public_deliberations(at).values("pk")).prefetch_related(
        "bodies__body", "suggestions", "replies__grade"
    )


def _outcomes(at: dt.datetime) -> QuerySet[Outcome]:
    return public_outcomes(at).select_related("body").prefetch_related("covers")


def _events(at: dt.datetime) -> QuerySet[EventRecord]:
    recorded = EventRecord.objects.filter(
        withdrawn_at=None, deliberation__in=public_deliberations(at).values("pk")
    )
    return recorded.select_related("deliberation__host", "deliberation__channel").prefetch_related(
        "co_hosts", "deliberation__categories", "deliberation__channel__categories"
    )


def _submissions(_at: dt.datetime) -> QuerySet[Submission]:
    return Submission.objects.filter(withdrawn_at=None).select_related("body").prefetch_related("suggestions")


def _reports(_at: dt.datetime) -> QuerySet[Report]:
    return Report.objects.filter(status=ReportStatus.SIGNED).select_related("body").defer("content")


def _deliberation_rows(found: list[Deliberation], _at: dt.datetime) -> Iterator[Row]:
    counts = counts_of(Deliberation.objects.filter(pk__in=[one.pk for one in found]))
    for one in found:
        numbers = counts[one.pk]
        yield (
            one.pk,
            reverse("consultations:deliberation", args=[one.pk]),
            one.title,
            one.channel.name,
            one.host.name,
            one.year,
            one.number,
            one.mode,
            one.place,
            zulu(one.starts_at),
            zulu(one.ends_at),
            numbers.attendance,
            numbers.statements,
        )


def _topic_rows(found: list[Topic], at: dt.datetime) -> Iterator[Row]:
    sums = {
        topic_id: (ideas, support)
        for topic_id, ideas, support in Suggestion.objects.filter(topic__in=found, status=Status.PUBLISHED)
        .order_by()
        .values_list("topic_id")
        .annotate(ideas=Count("pk"), support_sum=Sum("support"))
    }
    for one in found:
        ideas, support = sums.get(one.pk, (0, 0))
        phase = rules.phase(one, at)
        yield (
            one.pk,
            reverse("consultations:topic", args=[one.pk]),
            one.deliberation_id,
            one.title,
            one.prompt,
            zulu(one.opens_at),
            zulu(one.closes_at),
            phase.value,
            one.anonymous,
            ideas,
            support if rules.tallies_shown(one, at) else None,
            one.head if phase is Phase.CLOSED else None,
        )


def _suggestion_rows(found: list[Suggestion], at: dt.datetime) -> Iterator[Row]:
    for one in found:
        topic = one.topic
        shown = rules.tallies_shown(topic, at)
        sector = one.sector.name if one.sector is not None and not topic.anonymous else None
        yield (
            one.pk,
            f"{reverse('consultations:topic', args=[topic.pk])}#s{one.pk}",
            topic.pk,
            one.number,
            one.public_text,
            None if topic.anonymous else author_name(one, topic),
            sector,
            one.status,
            one.merged_into_id,
            one.theme.name if one.theme is not None else None,
            one.support if shown else None,
            one.neutral if shown else None,
            one.oppose if shown else None,
            zulu(one.posted_at),
        )


def _summary_rows(found: list[Summary], _at: dt.datetime) -> Iterator[Row]:
    for one in found:
        page = reverse("consultations:summary", args=[one.pk])
        later = getattr(one, "replaced_by", None)
        yield (
            one.pk,
            page,
            one.deliberation_id,
            one.kind,
            one.title,
            one.issuer.name if one.issuer is not None else None,
            one.number_text,
            one.version,
            zulu(one.signed_at) if one.signed_at is not None else None,
            one.seal,
            later is not None and later.status == SummaryStatus.SIGNED,
        )


def _referral_rows(found: list[Referral], at: dt.datetime) -> Iterator[Row]:
    today = timezone.localdate(at)
    for one in found:
        bodies = list(one.bodies.all())
        replies = [
            reply for reply in one.replies.all() if reply.withdrawn_at is None and reply.grade is not None
        ]
        grade = replies[-1].grade if replies else None
        waiting = one.state in (ReferralState.ISSUED, ReferralState.ACCEPTED, ReferralState.RETURNED)
        yield (
            one.pk,
            reverse("consultations:referral", args=[one.pk]),
            one.deliberation_id,
            one.item,
            _joined(suggestion.pk for suggestion in one.suggestions.all()),
            next((body.body.name for body in bodies if body.leads), None),
            _joined(body.body.name for body in bodies if not body.leads),
            one.state,
            _day(one.issued_at),
            one.due.isoformat(),
            waiting and one.due < today,
            _day(one.answered_at),
            grade.letter if grade is not None else None,
            _day(one.closed_at),
            one.supervised_at is not None,
        )


def _outcome_rows(found: list[Outcome], _at: dt.datetime) -> Iterator[Row]:
    for one in found:
        covers = list(one.covers.all())
        yield (
            one.pk,
            reverse("consultations:outcome", args=[one.pk]),
            one.kind,
            one.level,
            one.date.isoformat(),
            one.words,
            one.document_number,
            one.item,
            _number(one.amount),
            one.amount_of,
            one.body.name,
            _joined(cover.deliberation_id for cover in covers if cover.deliberation_id is not None),
            _joined(cover.suggestion_id for cover in covers if cover.suggestion_id is not None),
            _joined(cover.referral_id for cover in covers if cover.referral_id is not None),
            _joined(cover.summary_id for cover in covers if cover.summary_id is not None),
            _joined(cover.submission_id for cover in covers if cover.submission_id is not None),
        )


def _event_rows(found: list[EventRecord], _at: dt.datetime) -> Iterator[Row]:
    events = Deliberation.objects.filter(pk__in=[one.deliberation_id for one in found])
    counts = counts_of(events)
    for one in found:
        event, numbers = one.deliberation, counts[one.deliberation_id]
        own = list(event.categories.all()) or list(event.channel.categories.all())
        yield (
            event.pk,
            reverse("consultations:deliberation", args=[event.pk]),
            event.title,
            event.channel.name,
            event.host.name,
            _joined(body.name for body in one.co_hosts.all()),
            timezone.localdate(event.starts_at).isoformat(),
            event.mode,
            event.place,
            _joined(category.slug for category in own),
            numbers.attendance,
            numbers.statements,
            numbers.accepted,
            numbers.resolved,
        )


def _submission_rows(found: list[Submission], _at: dt.datetime) -> Iterator[Row]:
    for one in found:
        yield (
            one.pk,
            reverse("consultations:submission", args=[one.pk]),
            one.kind,
            one.number,
            one.title,
            one.sponsor_kind,
            one.sponsor,
            one.body.name,
            one.filed.isoformat(),
            one.state,
            _joined(suggestion.pk for suggestion in one.suggestions.all() if suggestion.status in PUBLIC),
        )


def _indicator_rows(found: list[Report], _at: dt.datetime) -> Iterator[Row]:
    for one in found:
        told: Mapping[str, Any] = one.figures or {}
        for figure in told.get("figures", ()):
            yield (
                one.pk,
                f"{reverse('consultations:reports')}{one.until.year}/",
                one.body.name,
                one.since.isoformat(),
                one.until.isoformat(),
                one.version,
                figure["slug"],
                figure["name"],
                figure["unit"],
                _number(figure["value"]),
                figure["printed"],
                figure["counts"],
                figure["since"],
            )


def _joined(values: Iterable[object]) -> str:
    return ";".join(str(value) for value in values)


def _day(at: dt.datetime | None) -> str | None:
    return timezone.localdate(at).isoformat() if at is not None else None


def _number(value: Decimal | str | float | None) -> int | float | None:
    if value is None:
        return None
    number = float(value)
    return int(number) if number.is_integer() else number


_ID = Column("id", "integer", _("Stays the same for ever."))
_URL = Column("url", "uri", _("Its page."))

DATASETS: Mapping[str, Dataset] = {
    one.name: one
    for one in (
        Dataset(
            "deliberations",
            _("Deliberations and events, held or announced."),
            (
                _ID,
                _URL,
                Column("title", "string", _("Its title.")),
                Column("channel", "string", _("The form of consultation.")),
                Column("host", "string", _("The body that holds it.")),
                Column("year", "integer", _("Of its number in the series of its channel."), null=True),
                Column("number", "integer", _("In that series."), null=True),
                Column("mode", "string", _("online, offline or hybrid.")),
                Column("place", "string", _("Where, as far as it has a place.")),
                Column(
                    "starts_at", "date-time", _("When it begins; of events from paper perhaps the day alone.")
                ),
                Column("ends_at", "date-time", _("When it ends.")),
                Column("attendances", "integer", _("How often somebody took part (人次).")),
                Column("statements", "integer", _("Published suggestions, or statements counted on paper.")),
            ),
            lambda at: public_deliberations(at).select_related("host", "channel"),
            "starts_at",
            day=False,
            rows=_deliberation_rows,
            edition="topics__revision",
        ),
        Dataset(
            "topics",
            _("Questions that members were asked."),
            (
                _ID,
                _URL,
                Column("deliberation", "integer", _("Id of its deliberation.")),
                Column("title", "string", _("Its title.")),
                Column("prompt", "string", _("The question.")),
                Column("opens_at", "date-time", _("From when suggestions are taken.")),
                Column("closes_at", "date-time", _("Until when.")),
                Column("phase", "string", _("announced, open or closed.")),
                Column("anonymous", "boolean", _("Whether authors are not named.")),
                Column("suggestions", "integer", _("Published ones; a merged group is one.")),
                Column("support", "integer", _("Supporting votes; null while counts are hidden."), null=True),
                Column(
                    "journal_head", "string", _("The last hash of its journal, once it is closed."), null=True
                ),
            ),
            _topics,
            "opens_at",
            day=False,
            rows=_topic_rows,
            edition="revision",
        ),
        Dataset(
            "suggestions",
            _("What members suggested, as far as it is published."),
            (
                _ID,
                _URL,
                Column("topic", "integer", _("Id of its topic.")),
                Column("number", "integer", _("In its topic.")),
                Column("text", "string", _("The text as everybody may read it.")),
                Column("author", "string", _("Null where the topic names no authors."), null=True),
                Column("sector", "string", _("Of the author when it was posted."), null=True),
                Column("status", "string", _("published, or merged into another one.")),
                Column("merged_into", "integer", _("Id of that one."), null=True),
                Column("theme", "string", _("The moderator's grouping."), null=True),
                Column("support", "integer", _("Null while counts are hidden."), null=True),
                Column("neutral", "integer", _("Where the ballot has it; null while hidden."), null=True),
                Column("oppose", "integer", _("Where the ballot has it; null while hidden."), null=True),
                Column("posted_at", "date-time", _("When it was posted.")),
            ),
            _suggestions,
            "posted_at",
            day=False,
            rows=_suggestion_rows,
            edition="topic__revision",
        ),
        Dataset(
            "summaries",
            _("Signed summaries, corrected versions included."),
            (
                _ID,
                _URL,
                Column("deliberation", "integer", _("Id of its deliberation.")),
                Column("kind", "string", _("minutes, overview or digest.")),
                Column("title", "string", _("Its title.")),
                Column("issuer", "string", _("The body that has issued it."), null=True),
                Column("number", "string", _("Such as 〔2026〕1号.")),
                Column("version", "integer", _("1, or higher for a correction.")),
                Column("signed_at", "date-time", _("When it was signed."), null=True),
                Column("seal", "string", _("The hash of the whole document.")),
                Column("replaced", "boolean", _("Whether a later version was signed.")),
            ),
            _summaries,
            "signed_at",
            day=False,
            rows=_summary_rows,
            edition="edition",
        ),
        Dataset(
            "referrals",
            _("What was referred to bodies that handle it, and how far it has come."),
            (
                _ID,
                _URL,
                Column("deliberation", "integer", _("Id of its deliberation.")),
                Column("item", "string", _("What is to be done.")),
                Column(
                    "suggestions", "string", _("Ids of the suggestions it rests on, with semicolons between.")
                ),
                Column("lead", "string", _("The body that leads."), null=True),
                Column("co_handling", "string", _("Bodies that help, with semicolons between.")),
                Column("state", "string", _("issued, returned, accepted, answered or closed.")),
                Column("issued", "date", _("When it was referred."), null=True),
                Column("due", "date", _("When the answer is due.")),
                Column("overdue", "boolean", _("Whether that day is past without an answer.")),
                Column("answered", "date", _("When it was answered."), null=True),
                Column("class", "string", _("The class of the answer."), null=True),
                Column("closed", "date", _("When it was closed."), null=True),
                Column("oversight", "boolean", _("Whether it is under oversight (督办).")),
            ),
            _referrals,
            "issued_at",
            day=False,
            rows=_referral_rows,
            edition="edition",
        ),
        Dataset(
            "outcomes",
            _("What came of suggestions."),
            (
                _ID,
                _URL,
                Column("kind", "string", _("instruction, adopted, converted, resolved or reported.")),
                Column("level", "string", _("town, county, city, province or nation.")),
                Column("date", "date", _("When.")),
                Column("words", "string", _("What it is.")),
                Column("document_number", "string", _("Where it has one.")),
                Column("item", "string", _("The same for several on one document: these are one (一件).")),
                Column("amount", "number", _("In yuan."), null=True),
                Column("amount_of", "string", _("What the amount is.")),
                Column("body", "string", _("To whom it is credited.")),
                Column("deliberations", "string", _("Ids of what it covers, with semicolons between.")),
                Column("suggestions", "string", _("Ids of what it covers.")),
                Column("referrals", "string", _("Ids of what it covers.")),
                Column("summaries", "string", _("Ids of what it covers.")),
                Column("submissions", "string", _("Ids of what it covers.")),
            ),
            _outcomes,
            "date",
            day=True,
            rows=_outcome_rows,
            edition="edition",
        ),
        Dataset(
            "events",
            _("Events that took place outside the platform, or were counted on paper as well."),
            (
                Column("id", "integer", _("Id of its deliberation; stays the same for ever.")),
                _URL,
                Column("title", "string", _("Its title.")),
                Column("channel", "string", _("The form of consultation.")),
                Column("host", "string", _("The body that has held it.")),
                Column("co_hosts", "string", _("Together with, with semicolons between.")),
                Column("date", "date", _("When.")),
                Column("mode", "string", _("online, offline or hybrid.")),
                Column("place", "string", _("Where, as far as it is known.")),
                Column("categories", "string", _("What it counts as, with semicolons between.")),
                Column("attendances", "integer", _("How often somebody took part (人次).")),
                Column("statements", "integer", _("Statements made.")),
                Column("accepted", "integer", _("Suggestions taken up.")),
                Column("resolved", "integer", _("Problems solved.")),
            ),
            _events,
            "deliberation__starts_at",
            day=False,
            rows=_event_rows,
            edition="edition",
        ),
        Dataset(
            "submissions",
            _("Proposals and reports of public opinion."),
            (
                _ID,
                _URL,
                Column("kind", "string", _("proposal or opinion.")),
                Column("number", "string", _("Its number, where it has one.")),
                Column("title", "string", _("Its title.")),
                Column("sponsor_kind", "string", _("group, committee, joint or member.")),
                Column("sponsor", "string", _("Who has put it forward.")),
                Column("body", "string", _("Who has received it.")),
                Column("filed", "date", _("When.")),
                Column("state", "string", _("filed, accepted, handled or closed.")),
                Column("suggestions", "string", _("Ids of what it grew out of, with semicolons between.")),
            ),
            _submissions,
            "filed",
            day=True,
            rows=_submission_rows,
            edition="edition",
        ),
        Dataset(
            "indicators",
            _("The figures of signed annual reports."),
            (
                Column("report", "integer", _("Id of the report; stays the same for ever.")),
                _URL,
                Column("body", "string", _("Whose report it is; of this body and all below it.")),
                Column("since", "date", _("The first day.")),
                Column("until", "date", _("The last day.")),
                Column("version", "integer", _("Of the report.")),
                Column("slug", "string", _("Short name of the figure; with the report it is unique.")),
                Column("name", "string", _("Its name.")),
                Column("unit", "string", _("What it is counted in.")),
                Column("value", "number", _("The exact value."), null=True),
                Column("printed", "string", _("As the report prints it.")),
                Column("counts", "string", _("What was counted.")),
                Column("rule_since", "integer", _("The year since which this is counted so.")),
            ),
            _reports,
            "until",
            day=True,
            rows=_indicator_rows,
            edition="edition",
        ),
    )
}


def schema() -> dict[str, Any]:
    """All datasets as JSON Schema: of each the object that a row is."""
    # One schema, whoever asks.
    with translation.override("en"):
        rows = {name: _row_schema(one) for name, one in DATASETS.items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": VERSION,
        "title": "Jianyan open data",
        "$defs": rows,
    }


def _row_schema(dataset: Dataset) -> dict[str, Any]:
    return {
        "type": "object",
        "description": str(dataset.means),
        "properties": {column.name: _column_schema(column) for column in dataset.columns},
        "required": [column.name for column in dataset.columns],
        "additionalProperties": False,
    }


def _column_schema(column: Column) -> dict[str, Any]:
    plain = column.type if column.type in ("integer", "number", "boolean") else "string"
    told: dict[str, Any] = {
        "type": [plain, "null"] if column.null else plain,
        "description": str(column.means),
    }
    if column.type in ("date", "date-time", "uri"):
        told["format"] = column.type
    return told
