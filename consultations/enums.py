"""The closed lists of the domain."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """Where a suggestion stands. LIVE ones hold their author's slot; PUBLIC ones are shown to everybody."""

    PENDING = "pending", _("Awaiting review")
    PUBLISHED = "published", _("Published")
    RETURNED = "returned", _("Returned for edit")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    MERGED = "merged", _("Merged")
    HIDDEN = "hidden", _("Hidden")


class FlagKind(models.TextChoices):
    """Why somebody, or the screening of texts, asks the moderators to look at a suggestion."""

    OFF_TOPIC = "off_topic", _("Off topic")
    PRIVATE = "private", _("Somebody's private data")
    HARSH = "harsh", _("Insulting or harsh")
    UNTRUE = "untrue", _("Not true")
    OTHER = "other", _("Another reason")
    SPLIT = "split", _("Please split what was merged")
    SENSITIVE = "sensitive", _("A word of the operator's list")


REPORTABLE = (FlagKind.OFF_TOPIC, FlagKind.PRIVATE, FlagKind.HARSH, FlagKind.UNTRUE, FlagKind.OTHER)
"""What members may report a suggestion for."""


class FindingKind(models.TextChoices):
    """What the screening of texts finds."""

    PHONE = "phone", _("Telephone number")
    ID_CARD = "id_card", _("ID-card number")
    PLATE = "plate", _("Vehicle plate")
    CONTACT = "contact", _("E-mail, QQ or WeChat name")
    ACCOUNT = "account", _("Bank-card number")
    WORD = "word", _("A word of the operator's list")


class Proposed(models.TextChoices):
    """What became of a moderator's proposal for another text."""

    OPEN = "open", _("Waits for the author")
    ACCEPTED = "accepted", _("Accepted by the author")
    DECLINED = "declined", _("Declined by the author")
    OVERTAKEN = "overtaken", _("Overtaken by another text or decision")


class Cosigning(models.TextChoices):
    """Whether somebody who was named as a co-signer has agreed."""

    INVITED = "invited", _("Has not answered yet")
    AGREED = "agreed", _("Agreed")
    DECLINED = "declined", _("Declined")


class Source(models.TextChoices):
    """How a suggestion came that somebody else typed for its author."""

    PAPER = "paper", _("On paper")
    SPOKEN = "spoken", _("Spoken")


class News(models.TextChoices):
    """What people are notified of inside the site."""

    PUBLISHED = "published", _("My suggestion is published")
    RETURNED = "returned", _("My suggestion came back")
    DECLINED = "declined", _("My suggestion was not taken")
    HIDDEN = "hidden", _("My suggestion is hidden")
    PROPOSED = "proposed", _("Another wording is proposed to me")
    MERGED = "merged", _("A suggestion of mine, or one I support, was merged")
    UNMERGED = "unmerged", _("A merge was undone")
    FEATURED = "featured", _("My suggestion is on the screen")
    COSIGN = "cosign", _("Somebody names me as a co-signer")
    COSIGNED = "cosigned", _("A co-signer has answered")
    ENTERED = "entered", _("A suggestion was entered for me")
    CLOSED = "closed", _("A topic that I took part in has closed")
    SIGNED = "signed", _("The summary of a topic that I took part in is signed")
    TO_SIGN = "to_sign", _("A summary is submitted for signing")
    SENT_BACK = "sent_back", _("A summary that I submitted came back")
    TO_HANDLE = "to_handle", _("Something was referred to a body that I answer for")
    REFERRED = "referred", _("A suggestion of mine, or one I support, was referred")
    REPLIED = "replied", _("A suggestion of mine, or one I support, was answered")
    OUTCOME = "outcome", _("Something came of a suggestion of mine, or of one I support")
    SUBMITTED = "submitted", _("A suggestion of mine, or one I support, grew into a proposal or report")
    RETURNED_TO_US = "misdirect", _("A referral was sent back, or an author is not satisfied")


MAILED_UNLESS_CHOSEN = (
    News.TO_HANDLE,
    News.REFERRED,
    News.REPLIED,
    News.OUTCOME,
    News.SUBMITTED,
    News.RETURNED_TO_US,
)
"""What goes by e-mail to whoever has an address and never chose otherwise: it comes months after anybody looked."""

LIVE = (Status.PENDING, Status.PUBLISHED, Status.RETURNED, Status.MERGED, Status.HIDDEN)
PUBLIC = (Status.PUBLISHED, Status.MERGED)


class Choice(models.TextChoices):
    """A member's stand on a suggestion. No stand is stored as NULL."""

    SUPPORT = "support", _("Support")
    NEUTRAL = "neutral", _("Neutral")
    OPPOSE = "oppose", _("Oppose")


class BallotKind(models.TextChoices):
    """Which stands a topic's ballot offers."""

    SUPPORT = "support", _("Support only")
    THREE_WAY = "three_way", _("Support, neutral or oppose")


BALLOT_CHOICES: dict[str, tuple[str, ...]] = {
    BallotKind.SUPPORT: (Choice.SUPPORT.value,),
    BallotKind.THREE_WAY: (Choice.SUPPORT.value, Choice.NEUTRAL.value, Choice.OPPOSE.value),
}


class Tallies(models.TextChoices):
    """When counts are shown."""

    LIVE = "live", _("Live")
    CLOSED = "closed", _("After closing")


class Phase(models.TextChoices):
    """Derived from a topic's times, never stored."""

    DRAFT = "draft", _("In preparation")
    ANNOUNCED = "announced", _("Upcoming")
    OPEN = "open", _("Live")
    CLOSED = "closed", _("Closed")


class Visibility(models.TextChoices):
    """Who may see a deliberation."""

    PUBLIC = "public", _("Everybody")
    MEMBERS = "members", _("Members of the hosting body")
    INVITED = "invited", _("Invited people")


class Mode(models.TextChoices):
    """Where a deliberation takes place."""

    ONLINE = "online", _("Online")
    OFFLINE = "offline", _("On site")
    HYBRID = "hybrid", _("Online and on site")


class Presence(models.TextChoices):
    """How somebody took part."""

    PRESENT = "present", _("Present")
    OBSERVER = "observer", _("Observer")
    ON_LEAVE = "on_leave", _("On leave")


class SummaryKind(models.TextChoices):
    """What a summary is."""

    MINUTES = "minutes", _("Consultation summary")
    OVERVIEW = "overview", _("Overview")
    DIGEST = "digest", _("Digest")


class SummaryStatus(models.TextChoices):
    """How far a summary has come."""

    DRAFT = "draft", _("Draft")
    REVIEW = "review", _("In review")
    SIGNED = "signed", _("Signed")


class StatementKind(models.TextChoices):
    """A statement rests on suggestions, or is the secretary's own note (秘书补充).

    A lead opens a theme: its words are computed from what it cites, and stored nowhere.
    """

    CITED = "cited", _("From suggestions")
    NOTE = "note", _("Secretary's note")
    LEAD = "lead", _("Opening of a theme")


class Pending(models.TextChoices):
    """What a person has yet to accept in a statement: who put it there."""

    CONSENSUS = "consensus", _("Consensus by the rule of the topic")
    MODEL = "model", _("Wording by a language model")


class VersionReason(models.TextChoices):
    """Why a version of a summary was kept."""

    DRAFTED = "drafted", _("Drafted")
    EDITED = "edited", _("Before further changes")
    SUBMITTED = "submitted", _("Submitted")
    RETURNED = "returned", _("Returned")
    SIGNED = "signed", _("Signed")
    RESTORED = "restored", _("Before an earlier version was restored")
    FROZEN_ANEW = "frozen_anew", _("Frozen anew")


class JournalHash(models.TextChoices):
    """What a topic's journal is chained with, from its first entry to its last. Values are names of `hashlib`."""

    SHA256 = "sha256", "SHA-256"
    SM3 = "sm3", "SM3"


class Step(models.TextChoices):
    """The kinds of journal entry."""

    PREPARED = "prepared", _("Question, times and rules set")
    ANNOUNCED = "announced", _("Announced")
    OPENED = "opened", _("Opened")
    PAUSED = "paused", _("Paused")
    RESUMED = "resumed", _("Resumed")
    EXTENDED = "extended", _("Extended")
    CLOSED = "closed", _("Closed")
    PHASE = "phase", _("Phase reached")
    NOTICE = "notice", _("Notice to all")
    POSTED = "posted", _("Suggestion received")
    EDITED = "edited", _("Suggestion edited")
    WITHDRAWN = "withdrawn", _("Suggestion withdrawn")
    PUBLISHED = "published", _("Suggestion published")
    RETURNED = "returned", _("Suggestion returned for edit")
    DECLINED = "declined", _("Suggestion declined")
    HIDDEN = "hidden", _("Suggestion hidden")
    RESTORED = "restored", _("Suggestion restored")
    THEMED = "themed", _("Suggestion assigned to a theme")
    FEATURED = "featured", _("Suggestion featured")
    MERGED = "merged", _("Suggestion merged into another")
    UNMERGED = "unmerged", _("Merge undone")
    PROPOSED = "proposed", _("Another wording proposed to the author")
    ANSWERED = "answered", _("Proposal answered by the author")
    FLAGGED = "flagged", _("Suggestion flagged")
    SETTLED = "settled", _("Flags settled")
    UNMASKED = "unmasked", _("Masked passages shown")
    COSIGNED = "cosigned", _("Co-signers changed")
    THEMES = "themes", _("Themes changed")
    VOTES = "votes", _("Votes")
    FROZEN = "frozen", _("Frozen for the summary")
    SUMMARY_DRAFTED = "summary_drafted", _("Summary drafted")
    SUMMARY_EDITED = "summary_edited", _("Summary edited")
    SUMMARY_SUBMITTED = "summary_submitted", _("Summary submitted")
    SUMMARY_RETURNED = "summary_returned", _("Summary returned to its secretaries")
    SUMMARY_SIGNED = "summary_signed", _("Summary signed")
    SUMMARY_REOPENED = "summary_reopened", _("Correction of the summary begun")
    UNFROZEN = "unfrozen", _("Freezing undone")
    REFERRED = "referred", _("Step of a referral")
    OUTCOME = "outcome", _("Outcome")
    SUBMITTED = "submitted", _("Grown into a proposal or report")


class ReferralState(models.TextChoices):
    """Where a referral stands; `referral_states` says which step leads from one to another."""

    ISSUED = "issued", _("Referred")
    RETURNED = "returned", _("Sent back as wrongly addressed")
    ACCEPTED = "accepted", _("In hand")
    ANSWERED = "answered", _("Answered")
    CLOSED = "closed", _("Concluded")
    WITHDRAWN = "withdrawn", _("Taken back")


class Move(models.TextChoices):
    """The steps of a referral."""

    ISSUE = "issue", _("Referred")
    ACCEPT = "accept", _("Taken in hand")
    SEND_BACK = "send_back", _("Sent back as wrongly addressed")
    READDRESS = "readdress", _("Referred to others")
    EXTEND = "extend", _("Put off")
    CONTRIBUTE = "contribute", _("Contribution of a co-handling body")
    ANSWER = "answer", _("Answered")
    RATE = "rate", _("Rated by an author")
    REOPEN = "reopen", _("Reopened")
    CLOSE = "close", _("Concluded")
    WITHDRAW = "withdraw", _("Taken back")
    SUPERVISE = "supervise", _("Put under oversight")
    RELEASE = "release", _("Oversight ended")
    REMIND = "remind", _("Reminded")
    UNDO = "undo", _("Last step undone")


class Satisfied(models.TextChoices):
    """What the author of a suggestion says of a reply."""

    YES = "yes", _("Satisfied")
    MOSTLY = "mostly", _("Mostly satisfied")
    NO = "no", _("Not satisfied")


class OutcomeKind(models.TextChoices):
    """What came of suggestions."""

    INSTRUCTION = "instruction", _("Instruction of a leader")
    ADOPTED = "adopted", _("Adopted")
    CONVERTED = "converted", _("Turned into policy or income")
    RESOLVED = "resolved", _("Solved")
    REPORTED = "reported", _("Reported in the media")


class Level(models.TextChoices):
    """Of which level an outcome is, lowest first."""

    TOWN = "town", _("Town")
    COUNTY = "county", _("County")
    CITY = "city", _("City")
    PROVINCE = "province", _("Province")
    NATION = "nation", _("Nation")


class SubmissionKind(models.TextChoices):
    """Documents that suggestions grow into."""

    PROPOSAL = "proposal", _("Proposal")
    OPINION = "opinion", _("Report of public opinion")


class Sponsor(models.TextChoices):
    """Who puts a document forward."""

    GROUP = "group", _("Party or group")
    COMMITTEE = "committee", _("Special committee or sector")
    JOINT = "joint", _("Several members")
    MEMBER = "member", _("One member")


class SubmissionState(models.TextChoices):
    """How far a document has come."""

    FILED = "filed", _("Filed")
    ACCEPTED = "accepted", _("Put on the list")
    HANDLED = "handled", _("Handled and answered")
    CLOSED = "closed", _("Closed without handling")


class Measure(models.TextChoices):
    """What an indicator counts; `queries.indicators` says how, and which rows stand behind it."""

    EVENTS = "events", _("Events")
    HOSTS = "hosts", _("Different hosts of events")
    ATTENDANCES = "attendances", _("Attendances")
    PERSONS = "persons", _("Different persons")
    STATEMENTS = "statements", _("Statements and suggestions")
    ACCEPTED = "accepted", _("Suggestions taken up")
    RESOLVED = "resolved", _("Problems solved")
    VOTES = "votes", _("Supporting votes")
    OUTCOMES = "outcomes", _("Outcomes")
    ITEMS = "items", _("Documents with outcomes")
    AMOUNT = "amount", _("Amounts of outcomes")
    SUBMISSIONS = "submissions", _("Proposals and reports")
    REFERRALS = "referrals", _("Referrals")
    ANSWERED = "answered", _("Referrals that were answered")


class Unit(models.TextChoices):
    """What figures are counted in."""

    SESSIONS = "sessions", _("sessions")
    TIMES = "times", _("times")
    ATTENDANCES = "attendances", _("attendances")
    PERSONS = "persons", _("persons")
    PIECES = "pieces", _("pieces")
    LINES = "lines", _("lines")
    ITEMS = "items", _("items")
    UNITS = "units", _("units")
    YUAN = "yuan", _("yuan")
    ARTICLES = "articles", _("articles")


class ReportPart(models.TextChoices):
    """The parts of the annual report, in order."""

    LEARNING = "learning", _("Faith and learning")
    CONSULTATION = "consultation", _("Consultation")
    LIVELIHOOD = "livelihood", _("People's livelihood")
    UNITED_FRONT = "united_front", _("United front")
    INNOVATION = "innovation", _("Innovation")


class ReportStatus(models.TextChoices):
    """How far a report has come."""

    DRAFT = "draft", _("Draft")
    REVIEW = "review", _("In review")
    SIGNED = "signed", _("Signed")


class ReportStep(models.TextChoices):
    """What the words of a report were kept at."""

    BEGUN = "begun", _("Begun")
    EDITED = "edited", _("Edited")
    REMOVED = "removed", _("A passage taken out")
    STANDARD = "standard", _("Standard text again")
    RESTORED = "restored", _("Earlier version restored")
    SUBMITTED = "submitted", _("Submitted")
    TAKEN_BACK = "taken_back", _("Taken back")
    SENT_BACK = "sent_back", _("Sent back")
    SIGNED = "signed", _("Signed")


class AppealState(models.TextChoices):
    """What became of an appeal."""

    OPEN = "open", _("Waits for an answer")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")


class Deed(models.TextChoices):
    """What a member's record holds, and points can be given for."""

    ATTENDED = "attended", _("Taking part in an event")
    SUGGESTED = "suggested", _("Suggestion published")
    SUBMITTED = "submitted", _("Proposal or report filed")
    OUTCOME = "outcome", _("Outcome of a suggestion or document")


class Part(models.TextChoices):
    """In which role a member did it: how they took part, or whose idea it was."""

    PRESENT = "present", _("Present")
    OBSERVER = "observer", _("Observer")
    ON_LEAVE = "on_leave", _("On leave")
    LEAD = "lead", _("Lead author")
    COSIGNER = "cosigner", _("Co-signer")


class Findable(models.TextChoices):
    """What the search finds."""

    TOPIC = "topic", _("Topic")
    SUGGESTION = "suggestion", _("Suggestion")
    SUMMARY = "summary", _("Consultation summary")
    REFERRAL = "referral", _("Referral")
    OUTCOME = "outcome", _("Outcome")
    EVENT = "event", _("Event")
    SUBMISSION = "submission", _("Proposal or report")
