"""A topic's journal for everybody who may see the topic: entries by page, newest first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jianyan.accounts.enums import Role

from .. import rules
from ..enums import Choice, FlagKind, Source, Step
from ..journal import canonical, published
from ..models import JournalEntry, Suggestion, Topic
from .outcome_words import came_words
from .referral_words import referral_words

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """One step; nobody is named in it. `words` say it to people, `content` is what the hash covers.

    `role`: in which office it was taken; empty for what members and the clock do.

    `withheld`: it holds counts of a topic that does not show them yet, so they are in neither of the two.
    """

    revision: int
    at: dt.datetime
    kind: str
    kind_name: str
    role: str
    words: tuple[str, ...]
    content: str
    hash: str
    withheld: bool


@dataclass(frozen=True, slots=True)
class JournalPage:
    """Entries below `before` (or the newest), and where the next page begins (None: this was the last).

    `complete`: nothing of the journal is withheld, so it can be downloaded and verified.
    """

    head: str
    algorithm: str
    revision: int
    complete: bool
    entries: tuple[Entry, ...]
    older: int | None


def journal_page(topic: Topic, *, at: dt.datetime, before: int | None = None) -> JournalPage:
    """One page of the journal: two queries."""
    complete = rules.tallies_shown(topic, at)
    rows = JournalEntry.objects.filter(topic=topic).order_by("-revision")
    if before is not None:
        rows = rows.filter(revision__lt=before)
    shown = list(rows[:PER_PAGE])
    voted_on = {vote[0] for row in shown for vote in row.payload.get("votes", ())}
    numbers = dict(Suggestion.objects.filter(topic=topic, pk__in=voted_on).values_list("pk", "number"))
    entries = tuple(
        _entry(row, topic, numbers, withheld=not complete and "tallies" in row.payload) for row in shown
    )
    return JournalPage(
        head=published(topic.head, topic.hash_algorithm),
        algorithm=str(topic.get_hash_algorithm_display()),
        revision=topic.revision,
        complete=complete,
        entries=entries,
        older=entries[-1].revision if entries and entries[-1].revision > 1 else None,
    )


def _entry(row: JournalEntry, topic: Topic, numbers: Mapping[int, int], *, withheld: bool) -> Entry:
    return Entry(
        revision=row.revision,
        at=row.at,
        kind=row.kind,
        kind_name=str(row.get_kind_display()),
        role=str(Role(row.payload["by"]).label) if row.payload.get("by") else "",
        words=_words(row, numbers, withheld=withheld),
        content="" if withheld else canonical(row.payload),
        hash=published(row.hash, topic.hash_algorithm),
        withheld=withheld,
    )


def _words(row: JournalEntry, numbers: Mapping[int, int], *, withheld: bool) -> tuple[str, ...]:
    payload: Mapping[str, Any] = row.payload
    match Step(row.kind):
        case Step.VOTES:
            return () if withheld else _votes(payload, numbers)
        case Step.MERGED | Step.UNMERGED:
            return _merge(Step(row.kind), payload, withheld=withheld)
        case Step.ANSWERED:
            more = (
                _("The author took the proposed text.")
                if payload["accepted"]
                else _("The author kept theirs.")
            )
        case Step.FLAGGED:
            more = str(FlagKind(payload["kind"]).label)
        case Step.COSIGNED:
            signed = {"signed": len(payload["cosigners"]), "invited": payload["invited"]}
            more = _("Signed by %(signed)s others; %(invited)s have not answered yet.") % signed
        case Step.REFERRED:
            return referral_words(payload)
        case Step.OUTCOME | Step.SUBMITTED:
            return came_words(Step(row.kind), payload)
        case Step.POSTED if "entered" in payload:
            more = _("Entered by staff for a member: %(source)s.") % {
                "source": Source(payload["entered"]).label
            }
        case _:
            more = payload.get("text", "")
    number = payload.get("number")
    reason = payload.get("reason", "")
    words = (
        _("No. %(number)s") % {"number": number} if number is not None else "",
        more,
        _("Reason: %(reason)s") % {"reason": reason} if reason else "",
    )
    return tuple(filter(None, words))


def _merge(kind: Step, payload: Mapping[str, Any], *, withheld: bool) -> tuple[str, ...]:
    *merged, into = payload["numbers"]
    between = pgettext("between suggestion numbers", ", ")
    told = {"numbers": between.join(map(str, merged)), "into": into}
    if kind is Step.MERGED:
        words = _("No. %(numbers)s merged into no. %(into)s") % told
    else:
        words = _("No. %(numbers)s taken out of no. %(into)s again") % told
    if withheld:
        return (words,)
    counts = tuple(
        _("No. %(number)s: %(support)s in support now") % {"number": number, "support": tally[1]}
        for number, tally in zip(payload["numbers"], payload["tallies"], strict=True)
        if kind is Step.UNMERGED or number == into
    )
    return (words, *counts)


def _votes(payload: Mapping[str, Any], numbers: Mapping[int, int]) -> tuple[str, ...]:
    supports = {tally[0]: tally[1] for tally in payload["tallies"]}
    return tuple(
        _("No. %(number)s: %(stand)s; %(support)s in support now")
        % {
            "number": numbers.get(suggestion, "–"),
            "stand": Choice(choice).label if choice else _("vote taken back"),
            "support": supports.get(suggestion, "–"),
        }
        for suggestion, _voter, choice in payload["votes"]
    )
