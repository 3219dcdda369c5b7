"""How far a summary has come towards its signature, what may be done with it by whom, and what was remarked on it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from jianyan.accounts.roles import Actor

from .. import rules
from ..enums import SummaryStatus
from ..models import ReviewComment, Summary


@dataclass(frozen=True, slots=True)
class Comment:
    """A remark on the whole (`statement_id` None) or on a sentence."""

    id: int
    statement_id: int | None
    excerpt: str
    text: str
    author: str
    at: dt.datetime
    settled: bool


@dataclass(frozen=True, slots=True)
class Signing:
    """`cannot_sign` says why somebody who may review may not sign; empty where they may."""

    summary_id: int
    status: SummaryStatus
    thawed: bool
    number: str
    version: int
    submitted_by: str
    submitted_at: dt.datetime | None
    signed_by: str
    signed_at: dt.datetime | None
    seal: str
    replaces_id: int | None
    replaced_by_id: int | None
    replaced_by_signed: bool
    may_edit: bool
    may_take_back: bool
    may_review: bool
    may_sign: bool
    cannot_sign: str
    may_correct: bool
    may_unfreeze: bool
    comments: tuple[Comment, ...]


def signing_of(summary: Summary, actor: Actor | None) -> Signing:
    """For a summary that `load_summary` gave; comments are for its secretaries and reviewers alone. Two queries."""
    successor = Summary.objects.filter(replaces=summary).first()
    refusal = rules.may_sign_summary(actor, summary)
    may_review = rules.may_review_summary(actor, summary) is None
    may_edit = rules.may_edit_summary(actor, summary) is None
    return Signing(
        summary_id=summary.pk,
        status=SummaryStatus(summary.status),
        thawed=summary.thawed_at is not None,
        number=summary.number_text,
        version=summary.version,
        submitted_by=summary.submitted_by.display_name if summary.submitted_by is not None else "",
        submitted_at=summary.submitted_at,
        signed_by=summary.signed_by.display_name if summary.signed_by is not None else "",
        signed_at=summary.signed_at,
        seal=summary.seal,
        replaces_id=summary.replaces_id,
        replaced_by_id=successor.pk if successor is not None else None,
        replaced_by_signed=successor is not None and successor.status == SummaryStatus.SIGNED,
        may_edit=may_edit,
        may_take_back=rules.may_take_back_summary(actor, summary) is None,
        may_review=may_review,
        may_sign=refusal is None,
        cannot_sign=refusal.message if refusal is not None and may_review else "",
        may_correct=rules.may_correct_summary(actor, summary, replaced=successor is not None) is None,
        may_unfreeze=rules.may_unfreeze(actor, summary) is None,
        comments=_comments(summary) if may_review or may_edit else (),
    )


def _comments(summary: Summary) -> tuple[Comment, ...]:
    rows = ReviewComment.objects.filter(summary=summary).select_related("by", "statement")
    return tuple(
        Comment(
            id=row.pk,
            statement_id=row.statement_id,
            excerpt=row.statement.text[:24] if row.statement is not None else "",
            text=row.text,
            author=row.by.display_name,
            at=row.at,
            settled=row.settled_at is not None,
        )
        for row in rows
    )
