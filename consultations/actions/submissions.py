"""Submissions 报送: proposals 提案 and reports of public opinion 社情民意信息 that suggestions grow into, or that stand alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jianyan.accounts.enums import BodyKind, Role
from jianyan.accounts.models import Body, Membership, User
from jianyan.accounts.people import ORDERINGS
from jianyan.accounts.roles import Actor, in_force_on

from .. import rules
from ..enums import News, Sponsor, Step, SubmissionKind, SubmissionState
from ..errors import (
    BadDates,
    BadForm,
    BadSponsor,
    ChangedMeanwhile,
    DateAhead,
    HasOutcomes,
    NumberTaken,
    UnknownBody,
    UnknownMember,
    UnknownSubmission,
)
from ..keeping import may_keep
from ..models import Outcome, Submission, Topic
from .covering import Concerned, Covers, concerned_with, journal_each, lock_concerned, require_open
from .outcomes import EARLIEST, body_kept, line
from .summaries import accept

TITLE_LENGTH, NUMBER_LENGTH, SPONSOR_LENGTH, TEXT_LENGTH = 200, 40, 200, 20_000
NAMED = 3
"""So many members are called by their names as sponsors; of more the first, and how many."""

_S = SubmissionState
WAYS: Mapping[SubmissionState, tuple[SubmissionState, ...]] = {
    _S.FILED: (_S.ACCEPTED, _S.CLOSED),
    _S.ACCEPTED: (_S.HANDLED, _S.CLOSED),
    _S.HANDLED: (),
    _S.CLOSED: (),
}
"""Which state may follow which; the last step can always be taken back."""
_COMMITTEES = (BodyKind.SPECIAL_COMMITTEE, BodyKind.SECTOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionFacts:
    """What is said of a document. Its `sponsor` may be empty where a body or members say it."""

    body_id: int
    kind: str
    title: str
    sponsor_kind: str
    filed: dt.date
    number: str = ""
    text: str = ""
    sponsor: str = ""
    sponsor_body_id: int | None = None
    member_ids: frozenset[int] = frozenset()
    suggestion_ids: frozenset[int] = frozenset()


@transaction.atomic
def file_submission(
    *, facts: SubmissionFacts, sent_as: str = "", by: Actor, at: dt.datetime | None = None
) -> Submission:
    """Enter a document; whoever follows the suggestions that it grew from hears of it.

    `sent_as`: the same again is the same document. Raises NumberTaken, BadSponsor, UnknownMember, NotCoverable,
    DateAhead, BadForm, UnknownBody, and what `may_keep` says.
    """
    at = at or timezone.now()
    concerned = concerned_with(facts.suggestion_ids)
    topics = lock_concerned(concerned)
    source = f"form/{sent_as}" if sent_as else None
    if source is not None and (earlier := Submission.objects.filter(source=source).first()) is not None:
        return earlier
    body = body_kept(facts.body_id, by=by)
    submission = Submission(source=source, entered_by_id=by.user_id, entered_at=at)
    _say(submission, _accepted(facts, body, at))
    covers = Covers(suggestions=facts.suggestion_ids)
    require_open(covers, body, added=covers, at=at)
    try:
        _save(submission)
    except (IntegrityError, NumberTaken):
        # Without a topic nothing holds back the same form that is sent twice at once.
        earlier = Submission.objects.filter(source=source).exclude(source=None).first()
        if earlier is None:
            raise
        return earlier
    submission.suggestions.set(facts.suggestion_ids)
    submission.members.set(facts.member_ids)
    _journal(submission, "filed", topics, concerned, by=by, at=at, news=News.SUBMITTED)
    return submission


@transaction.atomic
def edit_submission(
    *, submission_id: int, facts: SubmissionFacts, edition: int, by: Actor, at: dt.datetime | None = None
) -> Submission:
    """Set all that it says. What says the same is left as it is; whoever newly follows something in it hears of it.

    Raises UnknownSubmission, ChangedMeanwhile where somebody else has changed it since `edition`, and as
    `file_submission`.
    """
    at = at or timezone.now()
    before = _suggestions_of(submission_id)
    concerned = concerned_with(before | facts.suggestion_ids)
    topics = lock_concerned(concerned)
    submission = _locked(submission_id, by=by)
    body = body_kept(facts.body_id, by=by)
    said = _accepted(facts, body, at)
    members = frozenset(submission.members.values_list("pk", flat=True))
    same = (before, members) == (facts.suggestion_ids, facts.member_ids)
    if same and all(getattr(submission, name) == value for name, value in said.items()):
        return submission
    if submission.edition != edition:
        raise ChangedMeanwhile
    new = facts.suggestion_ids - before
    covers = Covers(suggestions=facts.suggestion_ids)
    require_open(covers, body, added=Covers(suggestions=new), at=at)
    _say(submission, said)
    _require_order(submission)
    submission.edition += 1
    _save(submission)
    submission.suggestions.set(facts.suggestion_ids)
    submission.members.set(facts.member_ids)
    news = News.SUBMITTED if new else None
    _journal(submission, "corrected", topics, concerned, by=by, at=at, news=news, told=new)
    return submission


@transaction.atomic
def move_submission(
    *, submission_id: int, state: str, on: dt.date, by: Actor, at: dt.datetime | None = None
) -> Submission:
    """It has been put on the list, handled or closed on that day; moved twice is moved once.

    Raises UnknownSubmission, BadForm where that state does not follow, BadDates, DateAhead.
    """
    at = at or timezone.now()

    def move(submission: Submission) -> bool:
        if submission.state == state:
            return False
        if state not in WAYS[SubmissionState(submission.state)]:
            raise BadForm(
                detail=_("what is in this state cannot become that: %(state)s")
                % {"state": submission.get_state_display()}
            )
        if on > timezone.localdate(at):
            raise DateAhead(date=on.isoformat())
        submission.state = state
        if state == SubmissionState.ACCEPTED:
            submission.accepted_on = on
        else:
            submission.ended_on = on
        _require_order(submission)
        return True

    return _change(submission_id, "moved", move, by=by, at=at, news=News.SUBMITTED)


@transaction.atomic
def move_submission_back(*, submission_id: int, by: Actor, at: dt.datetime | None = None) -> Submission:
    """Take its last step back; from the first state on, nothing happens. Raises UnknownSubmission."""

    def move_back(submission: Submission) -> bool:
        match SubmissionState(submission.state):
            case SubmissionState.FILED:
                return False
            case SubmissionState.ACCEPTED:
                submission.state, submission.accepted_on = SubmissionState.FILED, None
            case SubmissionState.HANDLED | SubmissionState.CLOSED:
                listed = submission.accepted_on is not None
                submission.state = SubmissionState.ACCEPTED if listed else SubmissionState.FILED
                submission.ended_on = None
        return True

    return _change(submission_id, "moved", move_back, by=by, at=at or timezone.now())


@transaction.atomic
def withdraw_submission(*, submission_id: int, by: Actor, at: dt.datetime | None = None) -> Submission:
    """Take it out: it counts no more, and stays in the books. Raises UnknownSubmission, HasOutcomes."""
    at = at or timezone.now()

    def withdraw(submission: Submission) -> bool:
        if submission.withdrawn_at is not None:
            return False
        if Outcome.objects.filter(covers__submission=submission, withdrawn_at=None).exists():
            raise HasOutcomes
        submission.withdrawn_at = at
        return True

    return _change(submission_id, "withdrawn", withdraw, by=by, at=at)


@transaction.atomic
def put_back_submission(*, submission_id: int, by: Actor, at: dt.datetime | None = None) -> Submission:
    """Have it count again. Raises UnknownSubmission, NumberTaken where its number is another's by now, NotCoverable."""
    at = at or timezone.now()

    def put_back(submission: Submission) -> bool:
        if submission.withdrawn_at is None:
            return False
        submission.withdrawn_at = None
        covers = Covers(suggestions=_suggestions_of(submission.pk))
        require_open(covers, submission.body, added=covers, at=at)
        return True

    return _change(submission_id, "put_back", put_back, by=by, at=at)


def _change(
    submission_id: int,
    change: str,
    apply: Callable[[Submission], bool],
    *,
    by: Actor,
    at: dt.datetime,
    news: News | None = None,
) -> Submission:
    concerned = concerned_with(_suggestions_of(submission_id))
    topics = lock_concerned(concerned)
    submission = _locked(submission_id, by=by)
    if _suggestions_of(submission_id) != {pk for rows in concerned.values() for pk, _number in rows}:
        raise ChangedMeanwhile
    if apply(submission):
        submission.edition += 1
        _save(submission)
        _journal(submission, change, topics, concerned, by=by, at=at, news=news)
    return submission


def _accepted(facts: SubmissionFacts, body: Body, at: dt.datetime) -> dict[str, Any]:
    """The fields of the row, cleaned. Raises BadForm, DateAhead, BadSponsor, UnknownMember, UnknownBody."""
    if facts.kind not in SubmissionKind.values:
        raise BadForm(detail=_("there is no such kind of document"))
    if facts.filed > timezone.localdate(at):
        raise DateAhead(date=facts.filed.isoformat())
    if facts.filed < EARLIEST:
        raise BadForm(detail=_("the year %(year)s cannot be right") % {"year": facts.filed.year})
    return {
        "body_id": body.pk,
        "kind": facts.kind,
        "number": line(facts.number, NUMBER_LENGTH, what=_("number")),
        "title": line(facts.title, TITLE_LENGTH, what=_("the title"), needed=True),
        "text": accept(facts.text, TEXT_LENGTH, what=_("the text")) if facts.text.strip() else "",
        "sponsor_kind": facts.sponsor_kind,
        "sponsor": _sponsor(facts, body),
        "sponsor_body_id": facts.sponsor_body_id,
        "filed": facts.filed,
    }


def _sponsor(facts: SubmissionFacts, body: Body) -> str:
    """By what name it is put forward, where kind, body and members agree."""
    members = _members(facts, body)
    name = line(facts.sponsor, SPONSOR_LENGTH, what=_("the name of the sponsor"))
    if facts.sponsor_kind not in Sponsor.values:
        raise BadSponsor(detail=_("please choose who puts it forward."))
    match kind := Sponsor(facts.sponsor_kind):
        case Sponsor.GROUP | Sponsor.COMMITTEE:
            sponsoring = _sponsoring_body(facts, kind)
            if not name and sponsoring is None:
                raise BadSponsor(detail=_("please choose the body, or write its name."))
            return name or (sponsoring.name if sponsoring is not None else "")
        case Sponsor.JOINT | Sponsor.MEMBER:
            alone = kind is Sponsor.MEMBER
            if facts.sponsor_body_id is not None:
                raise BadSponsor(detail=_("members put it forward, and a body as well."))
            if alone and len(members) != 1:
                raise BadSponsor(detail=_("please name exactly one member."))
            if not alone and len(members) < 2:
                raise BadSponsor(detail=_("please name two members at least."))
            return name or _names(members)


def _sponsoring_body(facts: SubmissionFacts, kind: Sponsor) -> Body | None:
    if facts.sponsor_body_id is None:
        return None
    sponsoring = Body.objects.filter(pk=facts.sponsor_body_id).first()
    if sponsoring is None:
        raise UnknownBody
    if (sponsoring.kind in _COMMITTEES) is not (kind is Sponsor.COMMITTEE):
        raise BadSponsor(
            detail=_("%(name)s is a body of another kind: %(kind)s.")
            % {"name": sponsoring.name, "kind": sponsoring.get_kind_display()}
        )
    return sponsoring


def _members(facts: SubmissionFacts, body: Body) -> list[User]:
    """In the order of strokes. Whoever was no member of the body, or of what is above and below it, is refused."""
    people = list(User.objects.filter(pk__in=facts.member_ids).order_by(*ORDERINGS["strokes"]))
    if len(people) != len(facts.member_ids):
        raise BadSponsor(detail=_("one of these members does not exist."))
    within = Body.objects.filter(path__startswith=f"/{body.lineage[0]}/")
    held = Membership.objects.filter(
        in_force_on(facts.filed), role=Role.MEMBER, user__in=people, body__in=within
    )
    holding = set(held.values_list("user_id", flat=True))
    for person in people:
        if person.pk not in holding:
            raise UnknownMember(name=str(person))
    return people


def _names(members: list[User]) -> str:
    if len(members) > NAMED:
        return _("%(name)s and others, %(count)s members") % {
            "name": members[0].display_name,
            "count": len(members),
        }
    return pgettext("between names", ", ").join(member.display_name for member in members)


def _require_order(submission: Submission) -> None:
    accepted, ended = submission.accepted_on, submission.ended_on
    if accepted is not None and accepted < submission.filed:
        raise BadDates(detail=_("it was put on the list before it was filed."))
    if ended is not None and ended < (accepted or submission.filed):
        raise BadDates(detail=_("it ended before it began."))


def _save(submission: Submission) -> None:
    """Raises NumberTaken, which the database sees to: two may take the same number at the same moment."""
    try:
        with transaction.atomic():
            submission.save()
    except IntegrityError:
        others = Submission.objects.exclude(pk=submission.pk).filter(
            body=submission.body_id, kind=submission.kind, number=submission.number, withdrawn_at=None
        )
        other = others.first() if submission.number else None
        if other is None:
            raise
        raise NumberTaken(number=other.number, title=other.title) from None


def _suggestions_of(submission_id: int) -> frozenset[int]:
    rows = Submission.suggestions.through.objects.filter(submission=submission_id)
    return frozenset(rows.values_list("suggestion_id", flat=True))


def _locked(submission_id: int, *, by: Actor) -> Submission:
    submission = (
        Submission.objects.select_for_update(of=("self",))
        .select_related("body")
        .filter(pk=submission_id)
        .first()
    )
    if submission is None:
        raise UnknownSubmission
    rules.require(may_keep(by, submission.body.lineage))
    return submission


def _say(submission: Submission, said: Mapping[str, Any]) -> None:
    for name, value in said.items():
        setattr(submission, name, value)


def _journal(
    submission: Submission,
    change: str,
    topics: list[Topic],
    concerned: Concerned,
    *,
    by: Actor,
    at: dt.datetime,
    news: News | None = None,
    told: frozenset[int] | None = None,
) -> None:
    payload = {
        "submission": submission.pk,
        "edition": submission.edition,
        "change": change,
        "kind": submission.kind,
        # Not `number`: that is what a suggestion is called by.
        "document": submission.number,
        "state": submission.state,
    }
    journal_each(Step.SUBMITTED, payload, topics, concerned, by=by, at=at, news=news, told=told)
