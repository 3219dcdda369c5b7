"""What the screening of texts does when a text arrives: private data is masked, and moderators are told by flags."""

from __future__ import annotations

import datetime as dt

from jianyan.accounts.roles import Actor

from .. import screening
from ..enums import FlagKind
from ..models import Flag, Suggestion


def raise_flags(suggestion: Suggestion, *, at: dt.datetime) -> None:
    """One open flag for each kind of finding in the text as it is saved; those of an earlier text are settled.

    Part of the step of whoever holds the topic's lock. The journal names neither: a word is not for the public, and
    that something is masked everybody sees.
    """
    kinds = {FlagKind.PRIVATE} if suggestion.masked else set()
    if screening.words_found(suggestion.text):
        kinds.add(FlagKind.SENSITIVE)
    raised = Flag.objects.filter(suggestion=suggestion, member=None, settled_at=None)
    raised.exclude(kind__in=kinds).update(settled_at=at)
    standing = set(raised.values_list("kind", flat=True))
    Flag.objects.bulk_create(
        Flag(topic_id=suggestion.topic_id, suggestion=suggestion, kind=kind, flagged_at=at)
        for kind in FlagKind
        if kind in kinds - standing
    )


def settle_screening(suggestion: Suggestion, *, by: Actor, at: dt.datetime) -> None:
    """A moderator has decided about the text with its findings before them: nothing is left to look at."""
    Flag.objects.filter(suggestion=suggestion, member=None, settled_at=None).update(
        settled_at=at, settled_by_id=by.user_id
    )
