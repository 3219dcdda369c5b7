"""What somebody has been told: how much of it is new, and page by page, each in a sentence of the reader's language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ..enums import PUBLIC, Cosigning, News, Status, Step
from ..models import Cosigner, JournalEntry, Notification, Suggestion
from .outcome_words import told_of_outcome
from .referral_told import told_of_referral

PER_PAGE = 30
MOST_COUNTED = 100
"""Whoever has more that is new is told of so many, and more."""
WITH_A_REASON = (News.RETURNED, News.DECLINED, News.HIDDEN, News.PROPOSED)

TO_BE_ANSWERED = (News.PROPOSED, News.COSIGN)
"""These lead to where their answer is given."""

OF_A_SUMMARY = (News.SIGNED, News.TO_SIGN, News.SENT_BACK)

Steps: TypeAlias = Mapping[tuple[int, int], JournalEntry]
"""(topic id, revision) → the step itself."""


@dataclass(frozen=True, slots=True)
class Told:
    """One notification. `place`: where on the topic's page it leads, unless to another `page` (its name, an id).

    `text`: the suggestion's, as this person may read it; empty where there is none, or it is not shown to them.
    """

    id: int
    kind: str
    words: str
    reason: str
    text: str
    topic_id: int
    topic: str
    place: str
    page: tuple[str, int] | None
    at: dt.datetime
    new: bool

    @property
    def path(self) -> str:
        """What it leads to."""
        if self.page is not None:
            name, pk = self.page
            return reverse(f"consultations:{name}", args=[pk])
        topic = reverse("consultations:topic", args=[self.topic_id])
        return f"{topic}#{self.place}" if self.place else topic


@dataclass(frozen=True, slots=True)
class Inbox:
    """One page, newest first, and where the next begins (None: this was the last)."""

    told: tuple[Told, ...]
    older: int | None

    @property
    def new(self) -> tuple[int, ...]:
        """Ids of those that were not read before."""
        return tuple(one.id for one in self.told if one.new)


def unread_count(user_id: int) -> int:
    """How many this person has not read, at most MOST_COUNTED: one query."""
    return Notification.objects.filter(user_id=user_id, read_at=None)[:MOST_COUNTED].count()


def inbox(user_id: int, *, before: int | None = None) -> Inbox:
    """One page of what this person was told, those below the id `before` where there is one: three queries."""
    rows = Notification.objects.filter(user_id=user_id).order_by("-id")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    shown = list(rows.select_related("topic", "suggestion")[: PER_PAGE + 1])
    more, shown = len(shown) > PER_PAGE, shown[:PER_PAGE]
    return Inbox(told=told(shown), older=shown[-1].pk if more else None)


def told(rows: Sequence[Notification]) -> tuple[Told, ...]:
    """These notifications in words, with `topic` and `suggestion` loaded: two queries."""
    steps = _steps(rows)
    cosigned = _cosigned(rows)
    return tuple(_told(row, steps, cosigned) for row in rows)


def _steps(rows: Iterable[Notification]) -> Steps:
    wanted: dict[int, set[int]] = {}
    for row in rows:
        # That a topic has closed is said without its entry, which holds all its tallies.
        if row.kind != News.CLOSED:
            wanted.setdefault(row.topic_id, set()).add(row.revision)
    if not wanted:
        return {}
    which = Q()
    for topic_id, revisions in wanted.items():
        which |= Q(topic=topic_id, revision__in=revisions)
    return {(entry.topic_id, entry.revision): entry for entry in JournalEntry.objects.filter(which)}


def _cosigned(rows: Iterable[Notification]) -> set[tuple[int, int]]:
    """(suggestion id, user id) of those who have agreed to be named beside the author."""
    agreed = Cosigner.objects.filter(
        state=Cosigning.AGREED,
        suggestion__in={row.suggestion_id for row in rows},
        member__in={row.user_id for row in rows},
    )
    return set(agreed.values_list("suggestion_id", "member_id"))


def _told(row: Notification, steps: Steps, cosigned: set[tuple[int, int]]) -> Told:
    step = steps.get((row.topic_id, row.revision))
    payload: Mapping[str, Any] = step.payload if step is not None else {}
    suggestion = row.suggestion
    own = suggestion is not None and (
        suggestion.author_id == row.user_id or (suggestion.pk, row.user_id) in cosigned
    )
    return Told(
        id=row.pk,
        kind=row.kind,
        words=sentence(row, step, own=own),
        reason=payload.get("reason", "") if row.kind in WITH_A_REASON else "",
        text=_text(suggestion, own=own),
        topic_id=row.topic_id,
        topic=row.topic.title,
        place="own-panel" if row.kind in TO_BE_ANSWERED else _place(suggestion),
        page=_page(row, step),
        at=row.happened_at,
        new=row.read_at is None,
    )


def _page(row: Notification, step: JournalEntry | None) -> tuple[str, int] | None:
    """The page of what the step is about, where that is not the topic's own."""
    if step is None:
        return None
    match Step(step.kind):
        case Step.REFERRED:
            return "referral", step.payload["referral"]
        case Step.OUTCOME:
            return "outcome", step.payload["outcome"]
        case Step.SUBMITTED:
            return "submission", step.payload["submission"]
        case _ if row.kind in OF_A_SUMMARY:
            return "summary", step.payload["summary"]
        case _:
            return None


def _text(suggestion: Suggestion | None, *, own: bool) -> str:
    if suggestion is None:
        return ""
    if own:
        return suggestion.text
    return suggestion.public_text if suggestion.status in PUBLIC else ""


def _place(suggestion: Suggestion | None) -> str:
    if suggestion is None:
        return ""
    if suggestion.status == Status.MERGED:
        return f"s{suggestion.merged_into_id}"
    return f"s{suggestion.pk}" if suggestion.status == Status.PUBLISHED else "my-ideas"


def sentence(row: Notification, step: JournalEntry | None, *, own: bool) -> str:
    """What has happened, in the language that is active now; it names nobody. `own`: it is about the reader's own."""
    number = row.suggestion.number if row.suggestion is not None else 0
    if row.kind in (News.MERGED, News.UNMERGED) and step is not None:
        return _regrouped(row, step.payload, own=own)
    if step is not None and step.kind == Step.REFERRED:
        return told_of_referral(row.kind, step.payload, number=number, own=own)
    if step is not None and step.kind in (Step.OUTCOME, Step.SUBMITTED):
        return told_of_outcome(Step(step.kind), step.payload, number=number, own=own)
    if step is not None and step.kind == Step.RESTORED:
        said = (
            _("Your suggestion no. %(number)s is shown again.")
            if row.kind == News.PUBLISHED
            else _("Your suggestion no. %(number)s is under review again.")
        )
        return said % {"number": number}
    return _said()[News(row.kind)] % {"number": number}


def _said() -> dict[News, str]:
    return {
        News.PUBLISHED: _("Your suggestion no. %(number)s is published."),
        News.RETURNED: _("Your suggestion no. %(number)s came back: please edit it and send it again."),
        News.DECLINED: _("Your suggestion no. %(number)s was not taken."),
        News.HIDDEN: _("Your suggestion no. %(number)s is no longer shown."),
        News.PROPOSED: _(
            "Another wording is proposed for your suggestion no. %(number)s. Whether to take it up is yours to say."
        ),
        News.MERGED: _("Suggestion no. %(number)s was merged."),
        News.UNMERGED: _("The merge of suggestion no. %(number)s was undone."),
        News.FEATURED: _("Your suggestion no. %(number)s was put on the screen."),
        News.COSIGN: _(
            "You are named as a co-signer of suggestion no. %(number)s. Please say whether you agree."
        ),
        News.COSIGNED: _("A co-signer of your suggestion no. %(number)s has answered."),
        News.ENTERED: _("Suggestion no. %(number)s was entered for you."),
        News.CLOSED: _("A topic that you took part in has closed. The result is there, and your receipt."),
        News.SIGNED: _("The summary of a topic that you took part in is signed: it can be read now."),
        News.TO_SIGN: _("A summary is submitted for signing. Please read it, and sign it or send it back."),
        News.SENT_BACK: _("A summary that you submitted came back to be changed."),
    }


def _regrouped(row: Notification, payload: Mapping[str, Any], *, own: bool) -> str:
    merged = row.kind == News.MERGED
    *moving, representative = payload["numbers"]
    words = {
        "number": row.suggestion.number if row.suggestion is not None else 0,
        "moved": pgettext("between numbers in a list", ", ").join(str(number) for number in moving),
        "into": representative,
    }
    if row.suggestion_id == (payload["into"] if merged else payload["from"]):
        said = (
            _("No. %(moved)s was merged into your suggestion no. %(into)s; the support is counted together.")
            if merged
            else _("No. %(moved)s stands apart from your suggestion no. %(into)s again.")
        )
    elif row.suggestion_id not in payload["moved"]:
        said = (
            _(
                "No. %(moved)s was merged into no. %(into)s, of whose group your suggestion no. %(number)s is a part."
            )
            if merged
            else _(
                "No. %(moved)s left the group of no. %(into)s, of which your suggestion no. %(number)s is a part."
            )
        )
    elif own:
        said = (
            _("Your suggestion no. %(number)s was merged into no. %(into)s; the support is counted together.")
            if merged
            else _("Your suggestion no. %(number)s stands apart from no. %(into)s again.")
        )
    else:
        said = (
            _(
                "No. %(number)s, which you support, was merged into no. %(into)s; the support is counted together."
            )
            if merged
            else _("No. %(number)s, which you support, stands apart from no. %(into)s again.")
        )
    return said % words
