"""Outcomes 成效: what came of suggestions, referrals, summaries, events and documents, with what proves it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jianyan.accounts.models import Body
from jianyan.accounts.roles import Actor

from .. import rules
from ..enums import Level, News, OutcomeKind, Step
from ..errors import (
    BadAmount,
    BadForm,
    ChangedMeanwhile,
    CoversNothing,
    DateAhead,
    EvidenceMissing,
    UnknownBody,
    UnknownOutcome,
)
from ..keeping import may_keep
from ..models import Outcome
from .attachments import KeptAttachment, attach, discard_attachment, keeping_attachments
from .covering import (
    Covers,
    concerned_by,
    covers_of,
    journal_each,
    lock_concerned,
    require_open,
    set_covers,
)
from .kept_files import Upload
from .summaries import accept

LENGTHS = {"words": 300, "document_number": 80, "item": 80, "amount_of": 40, "reference": 300}
"""Characters of each text."""
HIGHEST_AMOUNT = Decimal(10) ** 13
"""Yuan; an amount is below it."""
EARLIEST = dt.date(1949, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeFacts:
    """What is said of an outcome. `item` is the same for several 批示 on one document; `amount` in yuan is of `amount_of`.

    `reference` is evidence in words: what was published where, under which number.
    """

    body_id: int
    kind: str
    level: str
    date: dt.date
    words: str
    document_number: str = ""
    item: str = ""
    amount: Decimal | None = None
    amount_of: str = ""
    reference: str = ""


def record_outcome(
    *,
    facts: OutcomeFacts,
    covers: Covers,
    files: Sequence[Upload] = (),
    sent_as: str = "",
    by: Actor,
    at: dt.datetime | None = None,
) -> Outcome:
    """Enter what came of something, with its evidence; whoever follows the suggestions in it hears of it.

    `sent_as`: the same again is the same outcome, so that a form that is sent twice counts once. Raises CoversNothing,
    NotCoverable, EvidenceMissing, DateAhead, BadAmount, BadAttachment, BadForm, UnknownBody, and what `may_keep` says.
    """
    with keeping_attachments(files) as kept:
        outcome, is_new = _record(facts, covers, kept, sent_as, by=by, at=at or timezone.now())
    if not is_new:
        for file in kept:
            discard_attachment(file)
    return outcome


@transaction.atomic
def _record(
    facts: OutcomeFacts,
    covers: Covers,
    kept: Sequence[KeptAttachment],
    sent_as: str,
    *,
    by: Actor,
    at: dt.datetime,
) -> tuple[Outcome, bool]:
    concerned = concerned_by(covers)
    topics = lock_concerned(concerned)
    source = f"form/{sent_as}" if sent_as else None
    if source is not None and (earlier := Outcome.objects.filter(source=source).first()) is not None:
        return earlier, False
    body = body_kept(facts.body_id, by=by)
    outcome = Outcome(source=source, entered_by_id=by.user_id, entered_at=at, files=len(kept))
    _say(outcome, accepted(facts, at))
    _require_covers(covers, body, added=covers, at=at)
    _require_evidence(outcome)
    try:
        with transaction.atomic():
            outcome.save(force_insert=True)
    except IntegrityError:
        # Without a topic nothing holds back the same form that is sent twice at once.
        twin = Outcome.objects.filter(source=source).exclude(source=None).first()
        if twin is None:
            raise
        return twin, False
    set_covers(outcome, covers)
    for file in kept:
        attach(file, outcome=outcome, by_id=by.user_id, at=at)
    journal_each(
        Step.OUTCOME, _payload(outcome, "recorded"), topics, concerned, by=by, at=at, news=News.OUTCOME
    )
    return outcome, True


def edit_outcome(
    *,
    outcome_id: int,
    facts: OutcomeFacts,
    covers: Covers,
    files: Sequence[Upload] = (),
    without: Collection[int] = (),
    edition: int,
    by: Actor,
    at: dt.datetime | None = None,
) -> Outcome:
    """Set all that it says and covers, add files, and take out those with the ids `without`, which are kept.

    What says the same is left as it is. Whoever follows what it covers now and did not before hears of it. Raises
    UnknownOutcome, ChangedMeanwhile where somebody else has changed it since `edition`, and as `record_outcome`.
    """
    with keeping_attachments(files) as kept:
        return _edit(outcome_id, facts, covers, kept, without, edition, by=by, at=at or timezone.now())


@transaction.atomic
def _edit(
    outcome_id: int,
    facts: OutcomeFacts,
    covers: Covers,
    kept: Sequence[KeptAttachment],
    without: Collection[int],
    edition: int,
    *,
    by: Actor,
    at: dt.datetime,
) -> Outcome:
    before = covers_of(_found(outcome_id))
    concerned = concerned_by(covers | before)
    topics = lock_concerned(concerned)
    # Where the edition is the one that was seen, what it covers is still what was read before the locks.
    outcome = _locked(outcome_id, by=by)
    body = body_kept(facts.body_id, by=by)
    said = accepted(facts, at)
    gone = outcome.attachments.filter(pk__in=without, withdrawn_at=None)
    same = all(getattr(outcome, name) == value for name, value in said.items()) and covers == before
    if same and not kept and not gone.exists():
        return outcome
    if outcome.edition != edition:
        raise ChangedMeanwhile
    _require_covers(covers, body, added=covers - before, at=at)
    gone.update(withdrawn_at=at)
    for file in kept:
        attach(file, outcome=outcome, by_id=by.user_id, at=at)
    _say(outcome, said)
    outcome.files = outcome.attachments.filter(withdrawn_at=None).count()
    _require_evidence(outcome)
    outcome.edition += 1
    outcome.save()
    set_covers(outcome, covers)
    known = {pk for rows in concerned_by(before).values() for pk, _number in rows}
    new = {pk for rows in concerned_by(covers).values() for pk, _number in rows} - known
    payload = _payload(outcome, "corrected")
    journal_each(
        Step.OUTCOME, payload, topics, concerned, by=by, at=at, news=News.OUTCOME if new else None, told=new
    )
    return outcome


@transaction.atomic
def withdraw_outcome(*, outcome_id: int, by: Actor, at: dt.datetime | None = None) -> Outcome:
    """Take it out: it counts no more, and stays in the books. Twice is once. Raises UnknownOutcome."""
    return _move(outcome_id, "withdrawn", by=by, at=at or timezone.now())


@transaction.atomic
def put_back_outcome(*, outcome_id: int, by: Actor, at: dt.datetime | None = None) -> Outcome:
    """Have it count again, if what it covers is still open. Twice is once. Raises UnknownOutcome, NotCoverable."""
    return _move(outcome_id, "put_back", by=by, at=at or timezone.now())


def _move(outcome_id: int, change: str, *, by: Actor, at: dt.datetime) -> Outcome:
    seen = _found(outcome_id)
    covers = covers_of(seen)
    concerned = concerned_by(covers)
    topics = lock_concerned(concerned)
    outcome = _locked(outcome_id, by=by)
    withdrawn = change == "withdrawn"
    if (outcome.withdrawn_at is not None) is withdrawn:
        return outcome
    if outcome.edition != seen.edition:
        raise ChangedMeanwhile
    if not withdrawn:
        require_open(covers, outcome.body, added=covers, at=at)
    outcome.withdrawn_at = at if withdrawn else None
    outcome.edition += 1
    outcome.save(update_fields=["withdrawn_at", "edition"])
    journal_each(Step.OUTCOME, _payload(outcome, change), topics, concerned, by=by, at=at)
    return outcome


def accepted(facts: OutcomeFacts, at: dt.datetime) -> dict[str, Any]:
    """The fields of the row, cleaned. Raises BadForm, DateAhead, BadAmount."""
    if facts.kind not in OutcomeKind.values:
        raise BadForm(detail=_("there is no such kind of outcome"))
    if facts.level not in Level.values:
        raise BadForm(detail=_("there is no such level"))
    if facts.date > timezone.localdate(at):
        raise DateAhead(date=facts.date.isoformat())
    if facts.date < EARLIEST:
        raise BadForm(detail=_("the year %(year)s cannot be right") % {"year": facts.date.year})
    texts = {
        "words": line(facts.words, LENGTHS["words"], what=_("what came of it"), needed=True),
        "document_number": line(facts.document_number, LENGTHS["document_number"], what=_("document number")),
        "item": line(facts.item, LENGTHS["item"], what=_("the document it is about")),
        "amount_of": line(facts.amount_of, LENGTHS["amount_of"], what=_("what the amount is")),
        "reference": line(facts.reference, LENGTHS["reference"], what=_("evidence")),
    }
    _require_amount(facts.amount, texts["amount_of"])
    return {**asdict(facts), **texts}


def line(text: str, limit: int, *, what: str, needed: bool = False) -> str:
    """A text in one line, which may be empty where it is not `needed`. Raises BadForm, BadCharacters."""
    if not needed and not text.strip():
        return ""
    return accept(text, limit, what=what).replace("\n", " ")


def body_kept(body_id: int, *, by: Actor) -> Body:
    """The body, whose books this person keeps. Raises UnknownBody, and what `may_keep` says."""
    body = Body.objects.filter(pk=body_id).first()
    if body is None:
        raise UnknownBody
    rules.require(may_keep(by, body.lineage))
    return body


def _require_covers(covers: Covers, body: Body, *, added: Covers, at: dt.datetime) -> None:
    if not covers:
        raise CoversNothing
    require_open(covers, body, added=added, at=at)


def _require_amount(amount: Decimal | None, amount_of: str) -> None:
    if amount is None:
        if amount_of:
            raise BadAmount(detail=_("please say how much it is."))
        return
    if not amount.is_finite() or amount < 0:
        raise BadAmount(detail=_("it cannot be negative."))
    if amount >= HIGHEST_AMOUNT or amount != amount.quantize(Decimal("0.01")):
        raise BadAmount(detail=_("it is more than can be right, or has more than two decimals."))
    if not amount_of:
        raise BadAmount(detail=_("please say what it is: an investment, an income, money that was saved."))


def _require_evidence(outcome: Outcome) -> None:
    if outcome.kind == OutcomeKind.RESOLVED and not outcome.reference and not outcome.files:
        raise EvidenceMissing


def _say(outcome: Outcome, said: dict[str, Any]) -> None:
    for name, value in said.items():
        setattr(outcome, name, value)


def _found(outcome_id: int) -> Outcome:
    outcome = Outcome.objects.filter(pk=outcome_id).first()
    if outcome is None:
        raise UnknownOutcome
    return outcome


def _locked(outcome_id: int, *, by: Actor) -> Outcome:
    """Under its lock, if this person keeps the books that it stands in."""
    outcome = Outcome.objects.select_for_update(of=("self",)).select_related("body").get(pk=outcome_id)
    rules.require(may_keep(by, outcome.body.lineage))
    return outcome


def _payload(outcome: Outcome, change: str) -> dict[str, Any]:
    """What everybody reads in the journal: no words, which may have to be corrected one day."""
    return {
        "outcome": outcome.pk,
        "edition": outcome.edition,
        "change": change,
        "kind": outcome.kind,
        "level": outcome.level,
        "date": outcome.date.isoformat(),
    }
