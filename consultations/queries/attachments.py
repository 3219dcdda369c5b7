"""Who may have an attachment: staff of the host, those who handle the matter, and the authors of what it is about."""

from __future__ import annotations

from django.db.models import Q

from jianyan.accounts.enums import Role
from jianyan.accounts.models import Body
from jianyan.accounts.roles import Actor

from ..enums import Cosigning
from ..keeping import READERS, may_read_books
from ..models import Attachment, Cosigner, Outcome, Referral, Submission, Suggestion

STAFF = (*READERS, Role.MODERATOR)


def attachment_for(attachment_id: int, actor: Actor | None) -> Attachment | None:
    """The attachment, if this person may have it; None for everybody else, and where there is none.

    What was taken out, or hangs on something that was, is for those who read the books alone.
    """
    found = (
        Attachment.objects.select_related(
            "outcome__body", "reply__referral__deliberation__host", "reply__body"
        )
        .filter(pk=attachment_id)
        .first()
    )
    if found is None or actor is None:
        return None
    if found.outcome is not None:
        gone = found.withdrawn_at is not None or found.outcome.withdrawn_at is not None
        if gone:
            return found if may_read_books(actor, found.outcome.body.lineage) is None else None
        return found if may_read_evidence(actor, found.outcome) else None
    if found.reply is None:
        # The database refuses one that hangs on nothing.
        raise ValueError(found.pk)
    referral = found.reply.referral
    gone = found.withdrawn_at is not None or found.reply.withdrawn_at is not None
    if gone:
        return found if may_read_books(actor, referral.deliberation.host.lineage) is None else None
    return found if may_read_reply_files(actor, referral) else None


def may_read_evidence(actor: Actor | None, outcome: Outcome) -> bool:
    """The files of an outcome: whoever reads the books, handles a referral that it covers, or wrote what it is of."""
    if actor is None:
        return False
    if may_read_books(actor, outcome.body.lineage) is None:
        return True
    referrals = Referral.objects.filter(outcome_covers__outcome=outcome)
    suggestions = Suggestion.objects.filter(
        Q(outcome_covers__outcome=outcome)
        | Q(referrals__in=referrals)
        | Q(submissions__in=Submission.objects.filter(outcome_covers__outcome=outcome))
    )
    handling = Body.objects.filter(referred__referral__in=referrals)
    return any(actor.holds(Role.HANDLER, body.lineage) for body in handling) or _wrote(
        actor, list(suggestions.values_list("pk", flat=True))
    )


def may_read_reply_files(actor: Actor | None, referral: Referral) -> bool:
    """The files beside a reply: staff of the host, whoever handles the referral, and the authors of what it carries."""
    if actor is None:
        return False
    if any(actor.holds(role, referral.deliberation.host.lineage) for role in STAFF):
        return True
    handling = Body.objects.filter(referred__referral=referral)
    return any(actor.holds(Role.HANDLER, body.lineage) for body in handling) or _wrote(
        actor, list(referral.suggestions.values_list("pk", flat=True))
    )


def _wrote(actor: Actor, suggestion_ids: list[int]) -> bool:
    """Whether they are the author or a co-signer of one of these."""
    return (
        Suggestion.objects.filter(pk__in=suggestion_ids, author=actor.user_id).exists()
        or Cosigner.objects.filter(
            suggestion__in=suggestion_ids, member=actor.user_id, state=Cosigning.AGREED
        ).exists()
    )
