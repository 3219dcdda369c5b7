"""The sentences that the topic page's script says, in the reader's language; it has none of its own."""

from __future__ import annotations

from django.utils.translation import gettext as _

from ..enums import Status


def strings() -> dict[str, str]:
    """Key → sentence; {n} and the like are filled in by the script."""
    return {
        "connecting": _("Connecting…"),
        "offline": _("No network. What you do is kept and sent when you are back."),
        "polling": _("The live connection is blocked here; the page refreshes every few seconds."),
        "reconnected": _("Connected again."),
        "new_ideas": _("{n} new suggestions, tap to show"),
        "order_changed": _("The order has changed, tap to refresh"),
        "saving": _("Saving…"),
        "saved": _("Saved"),
        "retry": _("Not saved yet, trying again…"),
        "support": _("Support"),
        "supported": _("Supported"),
        "support_of": _("Support suggestion {n}"),
        "neutral": _("Neutral"),
        "oppose": _("Oppose"),
        "edited": _("edited"),
        "no_theme": _("No theme yet"),
        "left": _("{n} left"),
        "over": _("{n} too many"),
        "sending": _("Sending…"),
        "received": _("Received, awaiting review."),
        "published_now": _("Your suggestion is published."),
        "returned_now": _("Your suggestion was returned for edit."),
        "closes_in": _("Closes in {t}"),
        "opens_in": _("Opens in {t}"),
        "days": _("{n} days"),
        "paused": _("Paused"),
        "phase_announced": _("Upcoming"),
        "phase_open": _("Live"),
        "phase_closed": _("Closed"),
        "said": _("{ideas} suggestions, {votes} votes, {here} here"),
        "budget": _("{n} of {all} votes left"),
        "discard": _("Dismiss"),
        "withdraw_sure": _("Withdraw this suggestion?"),
        "reload": _("A new version is ready; the page is loaded again."),
        "you_are_out": _("You have been signed out. Please sign in again."),
        **{f"status_{status.value}": str(status.label) for status in Status},
    }
