"""The sentences that the topic page's script says, in the reader's language; it has none of its own."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ..enums import Choice, Phase, Status


def strings() -> dict[str, str]:
    """Key → sentence; {n} and the like are filled in by the script."""
    return {
        "connecting": _("Connecting…"),
        "offline": _("No network. What you do is kept and sent when you are back."),
        "polling": _("The live connection is blocked here; the page refreshes every few seconds."),
        "out": _(
            "You have been signed out, or this topic is no longer open to you. Please load the page again."
        ),
        "reload": _("A new version is ready; the page is loaded again."),
        "new_ideas": _("{n} new suggestions, tap to show"),
        "order_changed": _("The order has changed, tap to refresh"),
        "retry": _("Not saved yet, trying again…"),
        "supported": _("Supported"),
        "gone": _("This suggestion is no longer shown."),
        "merged_into": _("Merged into #{number}"),
        "includes": _("Includes {numbers}"),
        "between_numbers": pgettext("between suggestion numbers", ", "),
        "no_theme": _("No theme yet"),
        "left": _("{n} left"),
        "over": _("{n} too many"),
        "reported": _("Reported; it waits for the moderators."),
        "not_sent": _("This did not get through. Please try again."),
        "sending": _("Sending…"),
        "similar_said": _("{n} similar suggestions are shown below your text"),
        "similar_support": _("{n} in support"),
        "similar_vote": _("Support this one instead"),
        "similar_discard": _("Clear what I have written"),
        "similar_restore": _("Bring it back"),
        "closes_in": _("Closes in {t}"),
        "opens_in": _("Opens in {t}"),
        "days": _("{n} days"),
        "paused": _("Paused"),
        "budget": _("{n} of {all} votes left"),
        "said": _("{ideas} suggestions, {votes} votes, {here} here"),
        "said_own": _("Your suggestion: {status}"),
        "write_announced": _(
            "You can send it as soon as the topic opens. What you write is kept on this device."
        ),
        "write_paused": _("The moderator has paused this topic. Please wait a moment."),
        "write_over": _("The time for new suggestions is over."),
        **{f"choice_{choice.value}": str(choice.label) for choice in Choice},
        **{f"phase_{phase.value}": str(phase.label) for phase in Phase},
        **{f"status_{status.value}": str(status.label) for status in Status},
    }
