"""Refusals: each a class with a stable code, an HTTP status and a sentence for the reader. They leave no trace."""

from __future__ import annotations

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refused(Exception):
    """A wish that the rules do not grant. `params` fill the sentence."""

    code: ClassVar[str]
    status: ClassVar[int] = 409
    sentence: ClassVar[str | Promise]

    def __init__(self, **params: object) -> None:
        super().__init__(self.code)
        self.params = params

    @property
    def message(self) -> str:
        """The sentence in the language that is active now."""
        return str(self.sentence) % self.params if self.params else str(self.sentence)

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class NotAllowed(Refused):
    code, status = "not_allowed", 403
    sentence = _("You are not allowed to do this.")


class NotSignedIn(Refused):
    code, status = "not_signed_in", 403
    sentence = _("Please sign in first.")


class PasswordChangeNeeded(Refused):
    code, status = "password_change_needed", 403
    sentence = _("Please choose a password of your own first.")


class NoVoice(Refused):
    code, status = "not_allowed", 403
    sentence = _("Only members of the hosting body may post and support suggestions here.")


class UnknownDeliberation(Refused):
    code, status = "unknown_deliberation", 404
    sentence = _("There is no such deliberation.")


class UnknownTopic(Refused):
    code, status = "unknown_topic", 422
    sentence = _("There is no such topic.")


class UnknownSuggestion(Refused):
    code, status = "unknown_suggestion", 422
    sentence = _("This suggestion does not exist or is no longer shown.")


class UnknownProposal(Refused):
    code, status = "unknown_proposal", 422
    sentence = _("There is no such proposal.")


class UnknownCode(Refused):
    code, status = "unknown_code", 404
    sentence = _("There is nothing to join with this code. Please compare the six digits with the screen.")


class UnknownPerson(Refused):
    code, status = "unknown_person", 422
    sentence = _("This person is neither a member here nor invited.")


class UnknownTheme(Refused):
    code, status = "unknown_theme", 422
    sentence = _("There is no such theme in this topic.")


class UnknownChoice(Refused):
    code, status = "unknown_choice", 422
    sentence = _("This ballot does not offer that choice.")


class NotOpen(Refused):
    code = "not_open"
    sentence = _("This topic has not opened yet.")


class Paused(Refused):
    code = "paused"
    sentence = _("The moderator has paused this topic. Please wait a moment.")


class PostingClosed(Refused):
    code = "posting_closed"
    sentence = _("The time for new suggestions is over.")


class VotingClosed(Refused):
    code = "voting_closed"
    sentence = _("Voting is closed. Your vote was not counted.")


class VotingNotOpen(Refused):
    code = "voting_not_open"
    sentence = _("Voting has not begun yet.")


class AlreadyClosed(Refused):
    code = "already_closed"
    sentence = _("This topic is already closed.")


class TopicHasOpened(Refused):
    code = "topic_has_opened"
    sentence = _("This topic has opened; its question and rules can no longer change.")


class NotClosed(Refused):
    code = "not_closed"
    sentence = _("This is possible only after closing.")


class Frozen(Refused):
    code = "frozen"
    sentence = _("This topic is frozen for the summary and can no longer change.")


class SlotTaken(Refused):
    code = "slot_taken"
    sentence = _("You already have an idea in this topic. Edit or withdraw it first: one idea each.")


class SlotTakenBy(SlotTaken):
    sentence = _("%(name)s already has an idea in this topic, alone or with others: one idea each.")


class OwnSuggestion(Refused):
    code = "own_suggestion"
    sentence = _("You cannot support your own suggestion.")


class BudgetSpent(Refused):
    code = "budget_spent"
    sentence = _("You have used all %(budget)s of your votes here. Take one back first.")


class VoteStands(Refused):
    code = "vote_stands"
    sentence = _(
        "You have taken a stand on this suggestion. Take that back first: nobody supports what they sign."
    )


class UnknownMember(Refused):
    code, status = "unknown_member", 422
    sentence = _("%(name)s is not a member of the hosting body.")


class OwnCosigner(Refused):
    code, status = "own_cosigner", 422
    sentence = _("%(name)s is the author of this suggestion and need not co-sign it.")


class TooManyCosigners(Refused):
    code, status = "too_many_cosigners", 422
    sentence = _("At most %(limit)s people can be named as co-signers of one suggestion.")


class BadScan(Refused):
    code, status = "bad_scan", 422
    sentence = _("This file was not taken: %(detail)s")


class ScanLost(Refused):
    code, status = "scan_lost", 404
    sentence = _("The file of this scan is missing, or has been changed. Please tell the administrator.")


class BadAttachment(Refused):
    code, status = "bad_attachment", 422
    sentence = _("“%(name)s” was not taken: %(detail)s")


class AttachmentLost(Refused):
    code, status = "attachment_lost", 404
    sentence = _("This file is missing, or has been changed. Please tell the administrator.")


class Empty(Refused):
    code, status = "empty", 422
    sentence = _("Please write your idea first.")


class TooLong(Refused):
    code, status = "too_long", 422
    sentence = _("Your text has %(length)s characters, at most %(limit)s are allowed.")


class SameText(Refused):
    code, status = "same_text", 422
    sentence = _("This is the text as it is now. Change it first.")


class BadCharacters(Refused):
    code, status = "bad_characters", 422
    sentence = _("The text contains invisible control characters. Please type it again.")


class BadReference(Refused):
    code, status = "bad_reference", 422
    sentence = _("The reference of a suggestion must be a UUID.")


class ReasonMissing(Refused):
    code, status = "reason_missing", 422
    sentence = _("Please give the author a reason.")


class AlreadyDecided(Refused):
    code = "already_decided"
    sentence = _("Somebody has already dealt with this suggestion; its state is now: %(status)s.")


class TakenByAnother(Refused):
    code = "taken_by_another"
    sentence = _("%(name)s has this suggestion open and is deciding about it.")


class AlreadyMerged(Refused):
    code = "already_merged"
    sentence = _("No. %(number)s has been merged into no. %(into)s already.")


class NotMergeable(Refused):
    code = "not_mergeable"
    sentence = _("No. %(number)s cannot be merged in this state: %(status)s.")


class MergedIntoItself(Refused):
    code, status = "merged_into_itself", 422
    sentence = _("A suggestion cannot be merged into itself.")


class OwnMerge(Refused):
    code = "own_merge"
    sentence = _("You wrote one of these suggestions yourself; another moderator has to decide.")


class OtherTopic(Refused):
    code, status = "other_topic", 422
    sentence = _("Only suggestions of the same topic can be merged.")


class NotMerged(Refused):
    code = "not_merged"
    sentence = _("No. %(number)s is not merged into another any more.")


class RepresentsOthers(Refused):
    code = "represents_others"
    sentence = _("Others were merged into this suggestion. That merge has to be undone first.")


class AlreadyFlagged(Refused):
    code = "already_flagged"
    sentence = _("You have reported this suggestion already; the moderators will look at it.")


class TooManyFlags(Refused):
    code, status = "too_many_flags", 429
    sentence = _(
        "%(limit)s reports of yours wait in this topic. Please wait until some have been dealt with."
    )


class OwnFlag(Refused):
    code = "own_flag"
    sentence = _("This suggestion is your own; you can edit or withdraw it.")


class UnknownReason(Refused):
    code, status = "unknown_reason", 422
    sentence = _("Please choose one of the reasons.")


class NotEditable(Refused):
    code = "not_editable"
    sentence = _("This suggestion can no longer be changed; its state is: %(status)s.")


class BadTime(Refused):
    code, status = "bad_time", 422
    sentence = _("The new time must lie after the present one.")


class BadForm(Refused):
    code, status = "bad_form", 422
    sentence = _("The form was not filled in correctly: %(detail)s")


class BadIndicator(Refused):
    code, status = "bad_indicator", 422
    sentence = _(
        "The indicator %(slug)s is restricted by what its measure does not know. Possible here: %(detail)s"
    )


class ChangedMeanwhile(Refused):
    code = "changed_meanwhile"
    sentence = _("Somebody else has changed this meanwhile. Look at the new text and save again.")


class UnknownSummary(Refused):
    code, status = "unknown_summary", 404
    sentence = _("There is no such summary.")


class UnknownPassage(Refused):
    code, status = "unknown_passage", 422
    sentence = _("This section or statement is not part of the summary.")


class UnknownVersion(Refused):
    code, status = "unknown_version", 404
    sentence = _("There is no such version of the summary.")


class NotCitable(Refused):
    code, status = "not_citable", 422
    sentence = _("There is no published suggestion with this number in the deliberation.")


class ComputedWords(Refused):
    code = "computed_words"
    sentence = _("This sentence is computed from the suggestions of its section. It can only be taken out.")


class NoModel(Refused):
    code, status = "no_model", 422
    sentence = _("This site has no language model that could propose wordings.")


class NoWordings(Refused):
    code, status = "no_wordings", 422
    sentence = _(
        "The language model did not answer as it should. Nothing has changed; please go on without it, or try again "
        "in a minute."
    )


class AlreadySigned(Refused):
    code = "already_signed"
    sentence = _("This summary is signed and can no longer change.")


class InReview(Refused):
    code = "in_review"
    sentence = _("This summary is being reviewed. Take it back before you change it.")


class NotInReview(Refused):
    code = "not_in_review"
    sentence = _("This summary has not been submitted for signing.")


class NotReady(Refused):
    code, status = "not_ready", 422
    sentence = _("This summary is not ready to be submitted: %(detail)s.")


class OwnSignature(Refused):
    code, status = "own_signature", 403
    sentence = _("A summary is signed by another person than who submitted it.")


class NotSigned(Refused):
    code = "not_signed"
    sentence = _("This summary is not signed yet.")


class AlreadyReplaced(Refused):
    code = "already_replaced"
    sentence = _("A correction of this summary has been begun already.")


class NotFrozen(Refused):
    code = "not_frozen"
    sentence = _("Freeze the deliberation first: every summary rests on its snapshot.")


class Thawed(Refused):
    code = "thawed"
    sentence = _("The freezing was undone. Freeze the deliberation again before you go on with its summary.")


class RateLimited(Refused):
    code, status = "rate_limited", 429
    sentence = _("Too many at once. Please wait a moment.")


class TryAgain(Refused):
    code, status = "try_again", 429
    sentence = _("The server is busy. Nothing was lost, please try again.")


class BadFrame(Refused):
    code, status = "bad_frame", 422
    sentence = _("This message was not understood: %(detail)s")


class BadRequest(Refused):
    code, status = "bad_request", 400
    sentence = _("The browser sent something that could not be understood.")


class NoToken(Refused):
    code, status = "csrf_failed", 403
    sentence = _(
        "This form had been open for too long, or cookies are switched off. "
        "Go back, load the page again and send it once more."
    )


class BrokenJournal(Refused):
    code, status = "broken_journal", 500
    sentence = _("An entry of this journal cannot be read; jianyan journal verify names it.")


class NotFound(Refused):
    code, status = "not_found", 404
    sentence = _("There is nothing at this address, or it is not open to you.")


class MethodNotAllowed(Refused):
    code, status = "method_not_allowed", 405
    sentence = _("This address does not answer requests of this kind.")


class Broken(Refused):
    code, status = "server_error", 500
    sentence = _(
        "Something went wrong on the server and has been recorded. "
        "Whatever was acknowledged is safe. Please try again in a moment."
    )


class LeaveClosed(Refused):
    code = "leave_closed"
    sentence = _(
        "Leave can no longer be asked for here: the deliberation has begun, or your attendance has been noted. "
        "Please tell its secretary."
    )


class ListChanged(Refused):
    code = "list_changed"
    sentence = _("The list has changed since you looked. Below is what the file would change now.")


class UnknownReferral(Refused):
    code, status = "unknown_referral", 404
    sentence = _("There is no such referral.")


class UnknownReply(Refused):
    code, status = "unknown_reply", 422
    sentence = _("There is no such reply, or another one has taken its place.")


class UnknownGrade(Refused):
    code, status = "unknown_grade", 422
    sentence = _("Please choose one of the classes of replies.")


class UnknownBody(Refused):
    code, status = "unknown_body", 422
    sentence = _("There is no such body.")


class LeadMissing(Refused):
    code, status = "lead_missing", 422
    sentence = _("Please choose the body that leads: exactly one.")


class BodyTwice(Refused):
    code, status = "body_twice", 422
    sentence = _("%(name)s is chosen twice: one body leads, others help, each of them once.")


class NotAHandler(Refused):
    code, status = "not_a_handler", 422
    sentence = _("Nothing can be referred to %(name)s: it is no department, and nobody answers for it.")


class BadDue(Refused):
    code, status = "bad_due", 422
    sentence = _("The due date lies in the past. Please choose today or a later day.")


class NothingToRefer(Refused):
    code, status = "nothing_to_refer", 422
    sentence = _("Only published suggestions, and lines of a signed summary, can be referred.")


class AlreadyReferred(Refused):
    code = "already_referred"
    sentence = _("This has been referred already.")


class NotNow(Refused):
    code = "not_now"
    sentence = _("This step is not possible now. The state of the referral: %(state)s.")


class AcceptanceOver(Refused):
    code = "acceptance_over"
    sentence = _("The %(days)s days are over in which this could be sent back as wrongly addressed.")


class NoExtension(Refused):
    code = "no_extension"
    sentence = _("The due date has been put off already, or its channel does not allow it.")


class NotUndoable(Refused):
    code = "not_undoable"
    sentence = _("The last step cannot be undone.")


class UnknownLink(Refused):
    code, status = "unknown_link", 404
    sentence = _("There is no such link. Please copy the whole address from the message that you were sent.")


class LinkExpired(Refused):
    code, status = "link_expired", 410
    sentence = _("This link has expired. The secretaries can send you a new one.")


class LinkRevoked(Refused):
    code, status = "link_revoked", 410
    sentence = _("This link has been withdrawn. The secretaries can send you a new one.")


class UnknownRecord(Refused):
    code, status = "unknown_record", 404
    sentence = _("There is no such record, or it is not of that body and year.")


class YearFrozen(Refused):
    code = "year_frozen"
    sentence = _("The records of this year are frozen. Undo the freezing before you change anything in them.")


class PointsOff(Refused):
    code = "points_off"
    sentence = _("Points are not counted in this year.")


class OwnRecord(Refused):
    code, status = "own_record", 403
    sentence = _("This is your own record; another secretary has to decide about it.")


class AppealAnswered(Refused):
    code = "appeal_answered"
    sentence = _("This appeal has been answered already.")


class TooManyAppeals(Refused):
    code, status = "too_many_appeals", 429
    sentence = _("%(limit)s appeals of yours wait for an answer. Please wait until some have been answered.")


class UnknownOutcome(Refused):
    code, status = "unknown_outcome", 404
    sentence = _("There is no such outcome.")


class CoversNothing(Refused):
    code, status = "covers_nothing", 422
    sentence = _(
        "Please say what the outcome is of: a suggestion, referral, summary, event or document at least."
    )


class NotCoverable(Refused):
    code, status = "not_coverable", 422
    sentence = _("%(what)s cannot stand here: %(detail)s")


class EvidenceMissing(Refused):
    code, status = "evidence_missing", 422
    sentence = _("What is solved needs evidence: a file, or where it can be read.")


class DateAhead(Refused):
    code, status = "date_ahead", 422
    sentence = _("%(date)s has not come yet.")


class BadAmount(Refused):
    code, status = "bad_amount", 422
    sentence = _("The amount was not taken: %(detail)s")


class UnknownSubmission(Refused):
    code, status = "unknown_submission", 404
    sentence = _("There is no such proposal or report.")


class NumberTaken(Refused):
    code = "number_taken"
    sentence = _("No. %(number)s is taken already: “%(title)s”.")


class BadSponsor(Refused):
    code, status = "bad_sponsor", 422
    sentence = _("Who puts it forward is not clear: %(detail)s")


class BadDates(Refused):
    code, status = "bad_dates", 422
    sentence = _("The dates do not follow each other: %(detail)s")


class HasOutcomes(Refused):
    code = "has_outcomes"
    sentence = _("Outcomes rest on this document. Take them out first.")


class UnknownReport(Refused):
    code, status = "unknown_report", 404
    sentence = _("There is no such report.")


class UnknownFigure(Refused):
    code, status = "unknown_figure", 422
    sentence = _("There is no figure %(token)s. Please choose one of the list.")


class ReportSigned(AlreadySigned):
    sentence = _(
        "This report is signed and can no longer change. A mistake is corrected by a further version."
    )


class ReportInReview(InReview):
    sentence = _("This report is being reviewed. Take it back before you change it.")


class ReportNotInReview(NotInReview):
    sentence = _("This report has not been submitted for signing.")


class ReportNotReady(NotReady):
    sentence = _("This report is not ready to be submitted: %(detail)s.")


class OwnReport(OwnSignature):
    sentence = _("A report is signed by another person than who submitted it.")


class ReportNotSigned(NotSigned):
    sentence = _("This report is not signed yet.")


class ReportReplaced(AlreadyReplaced):
    sentence = _("A correction of this report has been begun already.")


class UnknownEvent(Refused):
    code, status = "unknown_event", 404
    sentence = _("Nothing was noted of such an event.")


class HasTopics(Refused):
    code = "has_topics"
    sentence = _("This deliberation has topics: its title, host and times are changed where it is prepared.")
