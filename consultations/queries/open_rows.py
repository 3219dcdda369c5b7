"""Rows of the open data: what is public of each kind, and what is said of it.

In a row a page is its path: on which site it is, is for the file to say.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, TypeAlias

from django.db.models import Count, QuerySet, Sum
from django.urls import reverse
from django.utils import timezone

from .. import rules
from ..enums import PUBLIC, Phase, ReferralState, ReportStatus, Status, SummaryStatus
from ..models import (
    Deliberation,
    EventRecord,
    Outcome,
    Referral,
    Report,
    Submission,
    Suggestion,
    Summary,
    Topic,
)
from .authors import author_name, with_authors
from .event_counts import counts_of
from .facts import zulu
from .outcomes import visible_outcomes
from .submissions import visible_submissions
from .visible import visible_deliberations

Value: TypeAlias = str | int | float | bool | None
Row: TypeAlias = tuple[Value, ...]


def public_deliberations(at: dt.datetime) -> QuerySet[Deliberation]:
    """Those that anybody may see."""
    return visible_deliberations(None, at)


def public_outcomes(at: dt.datetime) -> QuerySet[Outcome]:
    """Those that anybody may see."""
    return visible_outcomes(None, at).filter(withdrawn_at=None)


def deliberations(at: dt.datetime) -> QuerySet[Deliberation]:
    """Those that anybody may see, with host and channel."""
    return public_deliberations(at).select_related("host", "channel")


def topics(at: dt.datetime) -> QuerySet[Topic]:
    """Announced ones of public deliberations."""
    return Topic.objects.filter(
        deliberation__in=public_deliberations(at).values("pk"), announced_at__lte=at
    ).select_related("deliberation__host")


def suggestions(at: dt.datetime) -> QuerySet[Suggestion]:
    """Published and merged ones, with their authors."""
    shown = Suggestion.objects.filter(topic__in=topics(at).order_by().values("pk"), status__in=PUBLIC)
    return with_authors(shown).select_related("topic", "theme")


def summaries(at: dt.datetime) -> QuerySet[Summary]:
    """Signed ones, corrected versions included."""
    signed = Summary.objects.filter(
        status=SummaryStatus.SIGNED, deliberation__in=public_deliberations(at).values("pk")
    )
    return signed.select_related("issuer", "replaced_by").defer("snapshot", "content")


def referrals(at: dt.datetime) -> QuerySet[Referral]:
    """All that stand."""
    given = Referral.objects.exclude(state=ReferralState.WITHDRAWN)
    return given.filter(deliberation__in=public_deliberations(at).values("pk")).prefetch_related(
        "bodies__body", "suggestions", "replies__grade"
    )


def outcomes(at: dt.datetime) -> QuerySet[Outcome]:
    """With what they cover."""
    return public_outcomes(at).select_related("body").prefetch_related("covers")


def events(at: dt.datetime) -> QuerySet[EventRecord]:
    """Records from paper that stand."""
    recorded = EventRecord.objects.filter(
        withdrawn_at=None, deliberation__in=public_deliberations(at).values("pk")
    )
    return recorded.select_related("deliberation__host", "deliberation__channel").prefetch_related(
        "co_hosts", "deliberation__categories", "deliberation__channel__categories"
    )


def submissions(at: dt.datetime) -> QuerySet[Submission]:
    """Those that anybody may know of."""
    return (
        visible_submissions(None, at)
        .filter(withdrawn_at=None)
        .select_related("body")
        .prefetch_related("suggestions")
    )


def reports(_at: dt.datetime) -> QuerySet[Report]:
    """Signed ones."""
    return Report.objects.filter(status=ReportStatus.SIGNED).select_related("body").defer("content")


def deliberation_rows(found: list[Deliberation], _at: dt.datetime) -> Iterator[Row]:
    """In the columns of `deliberations`."""
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


def topic_rows(found: list[Topic], at: dt.datetime) -> Iterator[Row]:
    """In the columns of `topics`."""
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


def suggestion_rows(found: list[Suggestion], at: dt.datetime) -> Iterator[Row]:
    """In the columns of `suggestions`."""
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


def summary_rows(found: list[Summary], _at: dt.datetime) -> Iterator[Row]:
    """In the columns of `summaries`."""
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


def referral_rows(found: list[Referral], at: dt.datetime) -> Iterator[Row]:
    """In the columns of `referrals`."""
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


def outcome_rows(found: list[Outcome], _at: dt.datetime) -> Iterator[Row]:
    """In the columns of `outcomes`."""
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


def event_rows(found: list[EventRecord], _at: dt.datetime) -> Iterator[Row]:
    """In the columns of `events`."""
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


def submission_rows(found: list[Submission], _at: dt.datetime) -> Iterator[Row]:
    """In the columns of `submissions`."""
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


def indicator_rows(found: list[Report], _at: dt.datetime) -> Iterator[Row]:
    """In the columns of `indicators`: a row for each figure of each report."""
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
