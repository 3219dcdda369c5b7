"""May this person do this to that, at this instant? Pure functions: no database, no clock.

A topic is passed with its deliberation and host loaded. Each `may_…` answers None, or the refusal to raise.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from jianyan.accounts.enums import Role
from jianyan.accounts.roles import Actor

from .enums import (
    BALLOT_CHOICES,
    PUBLIC,
    REPORTABLE,
    Choice,
    FlagKind,
    Phase,
    Status,
    SummaryStatus,
    Tallies,
    Visibility,
)
from .errors import (
    AlreadyClosed,
    AlreadyDecided,
    AlreadyMerged,
    AlreadyReplaced,
    AlreadySigned,
    Frozen,
    InReview,
    LeaveClosed,
    MergedIntoItself,
    NotAllowed,
    NotClosed,
    NotEditable,
    NotInReview,
    NotMergeable,
    NotMerged,
    NotOpen,
    NotSigned,
    NotSignedIn,
    NoVoice,
    OwnFlag,
    OwnMerge,
    OwnSignature,
    OwnSuggestion,
    Paused,
    PostingClosed,
    Refused,
    Thawed,
    TopicHasOpened,
    UnknownChoice,
    UnknownReason,
    UnknownSuggestion,
    UnknownTopic,
    VotingClosed,
    VotingNotOpen,
)
from .models import Deliberation, Suggestion, Summary, Topic

PROPOSABLE = (Status.PENDING, Status.PUBLISHED, Status.RETURNED)
"""Suggestions whose wording can still become another."""

STAFF = (Role.MODERATOR, Role.CHAIR, Role.SECRETARY, Role.ADMINISTRATOR, Role.AUDITOR)


def require(verdict: Refused | None) -> None:
    """Raise the refusal, if there is one."""
    if verdict is not None:
        raise verdict


# --- time ---------------------------------------------------------------------------------------------------


def phase(topic: Topic, at: dt.datetime) -> Phase:
    """Where the topic stands at that instant; derived from its times, until the journal says that it has closed.

    From then on it stays closed: clocks are set back, and those of two machines differ, but what was final is final.
    """
    if topic.marked == Phase.CLOSED:
        return Phase.CLOSED
    if topic.announced_at is None or at < topic.announced_at:
        return Phase.DRAFT
    if at < topic.opens_at:
        return Phase.ANNOUNCED
    return Phase.OPEN if at < topic.closes_at else Phase.CLOSED


def posting_ends(topic: Topic) -> dt.datetime:
    """The first instant at which nothing more may be posted."""
    return min(topic.posting_until or topic.closes_at, topic.closes_at)


def voting_begins(topic: Topic) -> dt.datetime:
    """The first instant at which votes are taken."""
    return max(topic.voting_from or topic.opens_at, topic.opens_at)


def posting_open(topic: Topic, at: dt.datetime) -> bool:
    """Whether ideas are taken at that instant."""
    return phase(topic, at) is Phase.OPEN and not _paused(topic, at) and at < posting_ends(topic)


def voting_open(topic: Topic, at: dt.datetime) -> bool:
    """Whether votes are taken at that instant."""
    return phase(topic, at) is Phase.OPEN and not _paused(topic, at) and voting_begins(topic) <= at


def tallies_shown(topic: Topic, at: dt.datetime) -> bool:
    """Whether counts may be shown to everybody at that instant."""
    return topic.tallies == Tallies.LIVE or phase(topic, at) is Phase.CLOSED


def next_boundary(topic: Topic, at: dt.datetime) -> dt.datetime | None:
    """The next instant after `at` at which the clock alone changes the phase or a window; None if there is none."""
    if topic.announced_at is None:
        return None
    instants = (
        topic.announced_at,
        topic.opens_at,
        voting_begins(topic),
        posting_ends(topic),
        topic.closes_at,
    )
    return min((instant for instant in instants if instant > at), default=None)


def _paused(topic: Topic, at: dt.datetime) -> bool:
    return topic.paused_at is not None and topic.paused_at <= at


# --- people -------------------------------------------------------------------------------------------------


def has_voice(actor: Actor | None, topic: Topic) -> bool:
    """Whether the person may post and vote here: a member of the host or of a body above it."""
    return actor is not None and actor.holds(Role.MEMBER, topic.deliberation.host.lineage)


def _holds_any(actor: Actor | None, deliberation: Deliberation, roles: Collection[Role]) -> bool:
    lineage = deliberation.host.lineage
    return actor is not None and any(actor.holds(role, lineage) for role in roles)


def role_in(actor: Actor, topic: Topic) -> str:
    """What the person is here: the voice first, then the work, then observer."""
    lineage = topic.deliberation.host.lineage
    for role in (Role.MEMBER, Role.MODERATOR, Role.SECRETARY):
        if actor.holds(role, lineage):
            return role.value
    return "observer"


def duty_in(actor: Actor, topic: Topic) -> str:
    """In which role somebody works on the topic: moderator before secretary before chair; empty for others."""
    lineage = topic.deliberation.host.lineage
    duties = (Role.MODERATOR, Role.SECRETARY, Role.CHAIR, Role.ADMINISTRATOR)
    return next((role.value for role in duties if actor.holds(role, lineage)), "")


def may_see_deliberation(
    actor: Actor | None, deliberation: Deliberation, *, announced: bool, invited: bool = False
) -> Refused | None:
    """Staff of the host see everything of theirs; others what is announced and open to them."""
    if _holds_any(actor, deliberation, STAFF):
        return None
    if not announced:
        return UnknownTopic()
    match Visibility(deliberation.visibility):
        case Visibility.PUBLIC:
            return None
        case Visibility.MEMBERS:
            if _holds_any(actor, deliberation, (Role.MEMBER,)):
                return None
        case Visibility.INVITED:
            if actor is not None and invited:
                return None
    return NotSignedIn() if actor is None else NotAllowed()


def may_see(actor: Actor | None, topic: Topic, at: dt.datetime, *, invited: bool = False) -> Refused | None:
    """Whether the topic's page and its socket are open to this person. `invited`: has an attendance row."""
    announced = phase(topic, at) is not Phase.DRAFT
    return may_see_deliberation(actor, topic.deliberation, announced=announced, invited=invited)


def may_moderate(actor: Actor | None, topic: Topic) -> Refused | None:
    """Moderators of the host or above; its secretaries stand in for them."""
    if actor is None:
        return NotSignedIn()
    return None if _holds_any(actor, topic.deliberation, (Role.MODERATOR, Role.SECRETARY)) else NotAllowed()


def may_prepare(actor: Actor | None, deliberation: Deliberation) -> Refused | None:
    """Who writes topics, times and rules before they are announced."""
    if actor is None:
        return NotSignedIn()
    return None if _holds_any(actor, deliberation, (Role.MODERATOR, Role.SECRETARY)) else NotAllowed()


def prepares_anywhere(actor: Actor) -> bool:
    """Whether the person holds a role in which deliberations are prepared, in any body."""
    return any(actor.grants.get(role) for role in (Role.MODERATOR, Role.SECRETARY))


def may_change(actor: Actor | None, topic: Topic, at: dt.datetime) -> Refused | None:
    """Question, times and rules of a topic may change until it opens."""
    verdict = may_prepare(actor, topic.deliberation)
    if verdict is None and phase(topic, at) not in (Phase.DRAFT, Phase.ANNOUNCED):
        return TopicHasOpened()
    return verdict


def may_summarise(actor: Actor | None, deliberation: Deliberation) -> Refused | None:
    """Secretaries of the host or above freeze, draft, edit and export."""
    if actor is None:
        return NotSignedIn()
    return None if _holds_any(actor, deliberation, (Role.SECRETARY,)) else NotAllowed()


def may_see_summary(
    actor: Actor | None, summary: Summary, *, announced: bool, invited: bool = False
) -> Refused | None:
    """A draft is its secretaries' alone, and in review the chairs'; a signed one is open like its deliberation."""
    verdict = may_summarise(actor, summary.deliberation)
    if verdict is None:
        return None
    if summary.status == SummaryStatus.SIGNED:
        return may_see_deliberation(actor, summary.deliberation, announced=announced, invited=invited)
    return verdict if summary.status == SummaryStatus.DRAFT else _reviews(actor, summary)


def may_edit_summary(actor: Actor | None, summary: Summary) -> Refused | None:
    """Secretaries, until it is submitted for signing."""
    verdict = may_summarise(actor, summary.deliberation)
    if verdict is not None:
        return verdict
    match SummaryStatus(summary.status):
        case SummaryStatus.SIGNED:
            return AlreadySigned()
        case SummaryStatus.REVIEW:
            return InReview()
        case SummaryStatus.DRAFT:
            return None if summary.thawed_at is None else Thawed()


def may_take_back_summary(actor: Actor | None, summary: Summary) -> Refused | None:
    """Secretaries make a draft of it again while nobody has signed it."""
    verdict = may_summarise(actor, summary.deliberation)
    return verdict if verdict is not None else _in_review(summary)


def may_review_summary(actor: Actor | None, summary: Summary) -> Refused | None:
    """Secretaries and chairs of the host or above comment on what was submitted, and may send it back."""
    verdict = _reviews(actor, summary)
    return verdict if verdict is not None else _in_review(summary)


def may_sign_summary(actor: Actor | None, summary: Summary) -> Refused | None:
    """As those who review; where the channel wants two persons, not by who submitted it."""
    verdict = may_review_summary(actor, summary)
    if verdict is None and actor is not None and summary.deliberation.channel.two_persons:
        return OwnSignature() if summary.submitted_by_id == actor.user_id else None
    return verdict


def may_correct_summary(actor: Actor | None, summary: Summary, *, replaced: bool) -> Refused | None:
    """Secretaries begin a corrected version of what is signed, one at a time."""
    verdict = may_summarise(actor, summary.deliberation)
    if verdict is not None:
        return verdict
    if summary.status != SummaryStatus.SIGNED:
        return NotSigned()
    return AlreadyReplaced() if replaced else None


def may_unfreeze(actor: Actor | None, summary: Summary) -> Refused | None:
    """Secretaries undo the freezing as long as no version was signed and none is under review."""
    verdict = may_edit_summary(actor, summary)
    if verdict is None and summary.version > 1:
        return AlreadySigned()
    return verdict


def _reviews(actor: Actor | None, summary: Summary) -> Refused | None:
    if actor is None:
        return NotSignedIn()
    return None if _holds_any(actor, summary.deliberation, (Role.SECRETARY, Role.CHAIR)) else NotAllowed()


def _in_review(summary: Summary) -> Refused | None:
    if summary.status == SummaryStatus.SIGNED:
        return AlreadySigned()
    return None if summary.status == SummaryStatus.REVIEW else NotInReview()


def may_audit(actor: Actor | None, deliberation: Deliberation) -> Refused | None:
    """Who may read what the public journal leaves out."""
    if actor is None:
        return NotSignedIn()
    return None if _holds_any(actor, deliberation, (Role.AUDITOR, Role.SECRETARY)) else NotAllowed()


# --- a member's own ideas -----------------------------------------------------------------------------------


def may_take_part(actor: Actor | None, topic: Topic, at: dt.datetime) -> Refused | None:
    """The part common to posting and voting: a voice, an open topic, no pause."""
    if actor is None:
        return NotSignedIn()
    if not has_voice(actor, topic):
        return NoVoice()
    match phase(topic, at):
        case Phase.DRAFT:
            return UnknownTopic()
        case Phase.ANNOUNCED:
            return NotOpen()
        case Phase.OPEN:
            return Paused() if _paused(topic, at) else None
        case Phase.CLOSED:
            return AlreadyClosed()


def _may_write(actor: Actor | None, topic: Topic, at: dt.datetime) -> Refused | None:
    verdict = may_take_part(actor, topic, at)
    if isinstance(verdict, AlreadyClosed) or (verdict is None and at >= posting_ends(topic)):
        return PostingClosed()
    return verdict


def may_post(actor: Actor | None, topic: Topic, at: dt.datetime) -> Refused | None:
    """Whether a new idea is taken; whether a slot is free is asked under the lock."""
    return _may_write(actor, topic, at)


def may_edit(actor: Actor | None, topic: Topic, suggestion: Suggestion, at: dt.datetime) -> Refused | None:
    """One's own idea, while it waits, was returned or is published, and while ideas are taken."""
    if actor is None:
        return NotSignedIn()
    if suggestion.author_id != actor.user_id:
        return NotAllowed() if suggestion.status in PUBLIC else UnknownSuggestion()
    verdict = _may_write(actor, topic, at)
    if verdict is not None:
        return verdict
    if suggestion.status not in (Status.PENDING, Status.RETURNED, Status.PUBLISHED):
        return NotEditable(status=suggestion.get_status_display())
    return None


def may_withdraw(
    actor: Actor | None, topic: Topic, suggestion: Suggestion, at: dt.datetime
) -> Refused | None:
    """One's own idea, as long as the topic is open, unless it was merged into another."""
    if actor is None:
        return NotSignedIn()
    if suggestion.author_id != actor.user_id:
        return NotAllowed() if suggestion.status in PUBLIC else UnknownSuggestion()
    verdict = may_take_part(actor, topic, at)
    if verdict is not None:
        return verdict
    if suggestion.status not in (Status.PENDING, Status.RETURNED, Status.PUBLISHED, Status.WITHDRAWN):
        return NotEditable(status=suggestion.get_status_display())
    return None


def may_answer(actor: Actor | None, topic: Topic, suggestion: Suggestion) -> Refused | None:
    """A moderator's proposal is answered by the author alone; after closing, too, until the topic is frozen."""
    if actor is None:
        return NotSignedIn()
    if suggestion.author_id != actor.user_id:
        return NotAllowed() if suggestion.status in PUBLIC else UnknownSuggestion()
    if topic.frozen_at is not None:
        return Frozen()
    if suggestion.status not in PROPOSABLE:
        return NotEditable(status=suggestion.get_status_display())
    return None


# --- on behalf of members, and with others ------------------------------------------------------------------

OPEN_TO_COSIGNERS = (Status.PENDING, Status.RETURNED, Status.PUBLISHED)


def may_enter(actor: Actor | None, topic: Topic, at: dt.datetime) -> Refused | None:
    """Staff enter what a member has handed in or said, from the opening until the topic is frozen."""
    verdict = may_curate(actor, topic)
    if verdict is None and phase(topic, at) not in (Phase.OPEN, Phase.CLOSED):
        return NotOpen()
    return verdict


def may_name_cosigners(
    actor: Actor | None, topic: Topic, suggestion: Suggestion, at: dt.datetime
) -> Refused | None:
    """The author, as long as the idea may be edited; and staff, where they have typed it for its author."""
    if suggestion.entered_by_id is not None and may_moderate(actor, topic) is None:
        verdict = may_enter(actor, topic, at)
        if verdict is None and suggestion.status not in OPEN_TO_COSIGNERS:
            return NotEditable(status=suggestion.get_status_display())
        return verdict
    return may_edit(actor, topic, suggestion, at)


def may_cosign(actor: Actor | None, topic: Topic, suggestion: Suggestion, at: dt.datetime) -> Refused | None:
    """Whether somebody who was named may agree or not: until the topic is frozen, for what is entered late."""
    verdict = may_take_part(actor, topic, at)
    if isinstance(verdict, AlreadyClosed):
        verdict = Frozen() if topic.frozen_at is not None else None
    if verdict is None and suggestion.status not in OPEN_TO_COSIGNERS:
        return NotEditable(status=suggestion.get_status_display())
    return verdict


def may_leave_cosigners(actor: Actor | None, topic: Topic, at: dt.datetime) -> Refused | None:
    """Whoever has agreed may take their name back as long as an author may withdraw: while the topic is open."""
    return may_take_part(actor, topic, at)


def may_see_scan(actor: Actor | None, topic: Topic, suggestion: Suggestion) -> bool:
    """Papers carry handwriting: the author, and moderators, secretaries and auditors of the host."""
    if actor is None:
        return False
    work = (Role.MODERATOR, Role.SECRETARY, Role.AUDITOR)
    return suggestion.author_id == actor.user_id or _holds_any(actor, topic.deliberation, work)


# --- votes --------------------------------------------------------------------------------------------------


def may_vote(actor: Actor | None, topic: Topic, at: dt.datetime) -> Refused | None:
    """Whether this person's votes are taken at all at that instant."""
    verdict = may_take_part(actor, topic, at)
    if isinstance(verdict, AlreadyClosed):
        return VotingClosed()
    if verdict is None and at < voting_begins(topic):
        return VotingNotOpen()
    return verdict


def may_choose(
    actor: Actor, topic: Topic, *, author_id: int | None, status: str | None, choice: str | None
) -> Refused | None:
    """Whether this stand on that suggestion is on the ballot. `status` None: no such suggestion in the topic."""
    if status is None or status not in PUBLIC:
        return UnknownSuggestion()
    if author_id == actor.user_id:
        return OwnSuggestion()
    if choice is not None and choice not in BALLOT_CHOICES[topic.ballot]:
        return UnknownChoice()
    return None


# --- moderation ---------------------------------------------------------------------------------------------

_DECIDABLE: dict[Status, tuple[Status, ...]] = {
    Status.PUBLISHED: (Status.PENDING, Status.RETURNED),
    Status.RETURNED: (Status.PENDING,),
    Status.DECLINED: (Status.PENDING, Status.RETURNED),
    Status.HIDDEN: (Status.PUBLISHED,),
}
_MERGEABLE = (Status.PENDING, Status.PUBLISHED)
_RESTORABLE = (Status.HIDDEN, Status.DECLINED)


def may_curate(actor: Actor | None, topic: Topic) -> Refused | None:
    """Moderating goes on after closing, until the topic is frozen for its summary."""
    verdict = may_moderate(actor, topic)
    if verdict is None and topic.frozen_at is not None:
        return Frozen()
    return verdict


def may_decide(
    actor: Actor | None, topic: Topic, suggestion: Suggestion, *, becomes: Status
) -> Refused | None:
    """Publish, return, decline or hide; refused where somebody has decided otherwise meanwhile."""
    verdict = may_curate(actor, topic)
    if verdict is None and suggestion.status not in _DECIDABLE[becomes]:
        return AlreadyDecided(status=suggestion.get_status_display())
    return verdict


def may_merge(
    actor: Actor | None, topic: Topic, merging: Collection[Suggestion], target: Suggestion
) -> Refused | None:
    """Put these into the group of the target: published, not merged itself, and none of them the moderator's own."""
    verdict = may_curate(actor, topic)
    if verdict is not None or actor is None:
        return verdict
    for suggestion in (target, *merging):
        if suggestion.status == Status.MERGED:
            into = suggestion.merged_into
            return AlreadyMerged(number=suggestion.number, into=into.number if into is not None else "–")
    if target.pk in {suggestion.pk for suggestion in merging}:
        return MergedIntoItself()
    if target.status != Status.PUBLISHED:
        return NotMergeable(number=target.number, status=target.get_status_display())
    for suggestion in merging:
        if suggestion.status not in _MERGEABLE:
            return NotMergeable(number=suggestion.number, status=suggestion.get_status_display())
    if actor.user_id in {suggestion.author_id for suggestion in (target, *merging)}:
        return OwnMerge()
    return None


def may_flag(
    actor: Actor | None,
    topic: Topic,
    suggestion: Suggestion,
    at: dt.datetime,
    *,
    kind: str,
    own: bool,
    stands: bool,
) -> Refused | None:
    """Report what others have published; ask that a merged one be split: its authors, and whoever `stands` for it.

    From the opening until the topic is frozen. `own`: the person has written or signed it.
    """
    if actor is None:
        return NotSignedIn()
    if not has_voice(actor, topic):
        return NoVoice()
    now = phase(topic, at)
    if now in (Phase.DRAFT, Phase.ANNOUNCED):
        return UnknownTopic() if now is Phase.DRAFT else NotOpen()
    if topic.frozen_at is not None:
        return Frozen()
    if suggestion.status not in PUBLIC:
        return UnknownSuggestion()
    if kind == FlagKind.SPLIT:
        if suggestion.status != Status.MERGED:
            return NotMerged(number=suggestion.number)
        return None if own or stands else NotAllowed()
    if kind not in REPORTABLE:
        return UnknownReason()
    return OwnFlag() if own else None


def may_restore(actor: Actor | None, topic: Topic, suggestion: Suggestion) -> Refused | None:
    """Bring back what was hidden or declined."""
    verdict = may_curate(actor, topic)
    if verdict is None and suggestion.status not in _RESTORABLE:
        return AlreadyDecided(status=suggestion.get_status_display())
    return verdict


def may_propose(actor: Actor | None, topic: Topic, suggestion: Suggestion) -> Refused | None:
    """Propose another wording to the author, of what is or may yet be shown."""
    verdict = may_curate(actor, topic)
    if verdict is None and suggestion.status not in PROPOSABLE:
        return AlreadyDecided(status=suggestion.get_status_display())
    return verdict


def may_feature(actor: Actor | None, topic: Topic, suggestion: Suggestion, *, on: bool) -> Refused | None:
    """Only what everybody can see can be featured."""
    verdict = may_curate(actor, topic)
    if verdict is None and on and suggestion.status != Status.PUBLISHED:
        return AlreadyDecided(status=suggestion.get_status_display())
    return verdict


# --- phases -------------------------------------------------------------------------------------------------


def may_steer(
    actor: Actor | None, topic: Topic, at: dt.datetime, *, during: Collection[Phase]
) -> Refused | None:
    """Announce, open, pause, resume, extend or close, in the phases where that makes sense."""
    verdict = may_moderate(actor, topic)
    if verdict is not None:
        return verdict
    if topic.frozen_at is not None:
        return Frozen()
    now = phase(topic, at)
    if now in during:
        return None
    return AlreadyClosed() if now is Phase.CLOSED else NotOpen()


def may_freeze(actor: Actor | None, topic: Topic, at: dt.datetime) -> Refused | None:
    """A secretary may freeze what has closed."""
    verdict = may_summarise(actor, topic.deliberation)
    if verdict is None and phase(topic, at) is not Phase.CLOSED:
        return NotClosed()
    return verdict


def choices_of(topic: Topic) -> tuple[Choice, ...]:
    """The stands that the topic's ballot offers, in order."""
    return tuple(Choice(value) for value in BALLOT_CHOICES[topic.ballot])


# --- attendance ---------------------------------------------------------------------------------------------

DOORS = dt.timedelta(minutes=60)
"""How long before the beginning people are taken for having come to it."""


def doors_open(deliberation: Deliberation, at: dt.datetime, *, until: dt.datetime) -> bool:
    """Whether who is in the room has come for this deliberation. `until`: when the last of its topics closes."""
    return deliberation.starts_at - DOORS <= at < max(deliberation.ends_at, until)


def takes_part(actor: Actor, deliberation: Deliberation) -> bool:
    """Whether the person has a voice in the deliberation's topics: present 出席 where others are observers 列席."""
    return actor.holds(Role.MEMBER, deliberation.host.lineage)


def may_ask_leave(
    actor: Actor | None, deliberation: Deliberation, at: dt.datetime, *, listed: bool, noted: bool
) -> Refused | None:
    """Whoever is awaited says before the beginning that they cannot come, or takes that back.

    `listed`: they are on its list; `noted`: they have come already, or a secretary has said how they take part.
    """
    if actor is None:
        return NotSignedIn()
    if not listed and not takes_part(actor, deliberation):
        return NotAllowed()
    return LeaveClosed() if noted or at >= deliberation.starts_at else None
