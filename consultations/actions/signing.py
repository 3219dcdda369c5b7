"""From a draft to a signed summary: submit, review with comments, send back, sign, correct."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jianyan.accounts.roles import Actor

from .. import rules
from ..documents.json import content_of
from ..documents.sealing import sealed
from ..enums import Step, SummaryStatus, VersionReason
from ..errors import NotReady, Refused, UnknownPassage
from ..models import (
    NumberSeries,
    ReviewComment,
    Statement,
    Summary,
)
from ..queries.readiness import remarks_on
from ..queries.summary_document import drafted_document
from ..queries.summary_rows import read_rows
from .summaries import Opened, accept, open_summary
from .summary_copies import begin_from
from .summary_versions import keep_version

COMMENT_LENGTH = 500


@transaction.atomic
def submit_summary(*, summary_id: int, by: Actor, at: dt.datetime | None = None) -> Summary:
    """Hand it to another person to sign; nobody edits it meanwhile. Raises NotReady where something must be done first."""
    opened = open_summary(summary_id, by=by, at=at or timezone.now())
    summary = opened.summary
    blocking = [remark.words for remark in remarks_on(read_rows(summary)) if remark.blocks]
    if len(blocking) == 1:
        raise NotReady(detail=blocking[0])
    if blocking:
        detail = _("%(words)s (%(count)s in all)") % {"words": blocking[0], "count": len(blocking)}
        raise NotReady(detail=detail)
    summary.status = SummaryStatus.REVIEW
    summary.submitted_at, summary.submitted_by_id = opened.at, by.user_id
    summary.save(update_fields=["status", "submitted_at", "submitted_by"])
    keep_version(opened, VersionReason.SUBMITTED)
    opened.record(Step.SUMMARY_SUBMITTED, {})
    return summary


@transaction.atomic
def take_back_summary(*, summary_id: int, by: Actor, at: dt.datetime | None = None) -> Summary:
    """Make a draft of it again; any secretary of the host may."""
    opened = open_summary(summary_id, by=by, at=at or timezone.now(), may=rules.may_take_back_summary)
    return _return(opened, "taken_back")


@transaction.atomic
def return_summary(*, summary_id: int, comment: str, by: Actor, at: dt.datetime | None = None) -> Summary:
    """Send it back to the secretaries, who read why."""
    opened = open_summary(summary_id, by=by, at=at or timezone.now(), may=rules.may_review_summary)
    _comment(opened, None, comment)
    return _return(opened, "sent_back")


def _return(opened: Opened, how: str) -> Summary:
    summary = opened.summary
    summary.status = SummaryStatus.DRAFT
    summary.submitted_at = summary.submitted_by = None
    summary.save(update_fields=["status", "submitted_at", "submitted_by"])
    keep_version(opened, VersionReason.RETURNED)
    opened.record(Step.SUMMARY_RETURNED, {"how": how})
    return summary


@transaction.atomic
def comment_on_summary(
    *, summary_id: int, statement_id: int | None, text: str, by: Actor, at: dt.datetime | None = None
) -> ReviewComment:
    """Remark something on the whole, or on one sentence. It changes nothing, and is in no journal."""
    opened = open_summary(summary_id, by=by, at=at or timezone.now(), may=rules.may_review_summary)
    return _comment(opened, statement_id, text)


def _comment(opened: Opened, statement_id: int | None, text: str) -> ReviewComment:
    text = accept(text, COMMENT_LENGTH, what=_("the comment"))
    if (
        statement_id is not None
        and not Statement.objects.filter(pk=statement_id, section__summary=opened.summary).exists()
    ):
        raise UnknownPassage
    return ReviewComment.objects.create(
        summary=opened.summary, statement_id=statement_id, text=text, at=opened.at, by_id=opened.by.user_id
    )


@transaction.atomic
def settle_comment(
    *, summary_id: int, comment_id: int, by: Actor, at: dt.datetime | None = None
) -> ReviewComment:
    """Say that what a comment asked for is done. Settled twice is settled once."""
    opened = open_summary(summary_id, by=by, at=at or timezone.now())
    comment = opened.summary.comments.filter(pk=comment_id).first()
    if comment is None:
        raise UnknownPassage
    if comment.settled_at is None:
        comment.settled_at, comment.settled_by_id = opened.at, by.user_id
        comment.save(update_fields=["settled_at", "settled_by"])
    return comment


@transaction.atomic
def sign_summary(*, summary_id: int, by: Actor, at: dt.datetime | None = None) -> Summary:
    """Sign it: its document is kept as it is now, with its number and its seal, and never changes again.

    A first version is given the next number of its issuer, kind and year; a correction has that of what it replaces.
    """
    opened = open_summary(summary_id, by=by, at=at or timezone.now(), may=rules.may_sign_summary)
    summary = opened.summary
    summary.status = SummaryStatus.SIGNED
    summary.signed_at, summary.signed_by_id = opened.at, by.user_id
    if summary.number is None:
        _number(summary, opened.at)
    document = sealed(drafted_document(summary))
    summary.content, summary.seal = content_of(document), document.seal
    summary.save()
    keep_version(opened, VersionReason.SIGNED)
    opened.record(
        Step.SUMMARY_SIGNED,
        {"number": document.head.number, "version": summary.version, "seal": summary.seal},
    )
    return summary


def _number(summary: Summary, at: dt.datetime) -> None:
    """The next of the series. Whoever signs at the same time waits for its row, so that none is left out or doubled."""
    summary.issuer = summary.deliberation.host
    summary.year = timezone.localdate(at).year
    NumberSeries.objects.get_or_create(issuer=summary.issuer, kind=summary.kind, year=summary.year)
    series = NumberSeries.objects.select_for_update().get(
        issuer=summary.issuer, kind=summary.kind, year=summary.year
    )
    series.last += 1
    series.save(update_fields=["last"])
    summary.number = series.last


@transaction.atomic
def correct_summary(*, summary_id: int, by: Actor, at: dt.datetime | None = None) -> Summary:
    """Begin a further version of what is signed: a draft with the same words, sources, figures and number."""

    def may(actor: Actor, summary: Summary) -> Refused | None:
        replaced = Summary.objects.filter(replaces=summary).exists()
        return rules.may_correct_summary(actor, summary, replaced=replaced)

    opened = open_summary(summary_id, by=by, at=at or timezone.now(), may=may)
    old = opened.summary
    new = begin_from(
        old,
        at=opened.at,
        version=old.version + 1,
        replaces=old,
        issuer=old.issuer,
        year=old.year,
        number=old.number,
    )
    further = Opened(new, opened.topics, by, opened.at)
    further.record(Step.SUMMARY_REOPENED, {"replaces": old.pk, "version": new.version})
    return new
