"""Changing a summary: the common part of every edit, and its title and opening."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jianyan.accounts.roles import Actor

from .. import rules
from ..documents.labels import KIND
from ..documents.wording import quoted
from ..enums import Step, SummaryKind, VersionReason
from ..errors import BadForm, ChangedMeanwhile, Empty, Refused, UnknownSummary
from ..events import SummaryChanged, emit
from ..models import Deliberation, Summary, SummaryVersion, Topic
from ..queries.summary_versions import Unkept, unkept
from ..text import clean, measure
from .locking import lock_topics
from .recording import record

TITLE_LENGTH = 120
REMARKS_LENGTH = 2000


@dataclass(frozen=True, slots=True)
class Opened:
    """A summary that this person may change, and its topics, locked in the order of their ids.

    `before`: what stood in it, where that has to be kept once it changes.
    """

    summary: Summary
    topics: tuple[Topic, ...]
    by: Actor
    at: dt.datetime
    before: Unkept | None = None

    def changed(self, change: str, **facts: Any) -> None:
        """A new edition; one journal entry in each topic: what kind of change and where, no words of a draft."""
        if self.before is not None:
            SummaryVersion.objects.create(
                summary=self.summary, reason=VersionReason.EDITED, **asdict(self.before)
            )
        self.summary.edition += 1
        self.summary.edited_at = self.at
        self.summary.save(update_fields=["edition", "edited_at"])
        self.record(Step.SUMMARY_EDITED, {"change": change} | facts)

    def record(self, step: Step, payload: dict[str, Any]) -> None:
        """Journal a step of the summary in each of its topics, and tell of it after the commit."""
        for topic in self.topics:
            about = {"summary": self.summary.pk, "edition": self.summary.edition}
            record(topic, step, about | payload, at=self.at, actor=self.by)
            emit(SummaryChanged(topic_id=topic.pk, revision=topic.revision))


def open_summary(
    summary_id: int,
    *,
    by: Actor,
    at: dt.datetime,
    may: Callable[[Actor, Summary], Refused | None] = rules.may_edit_summary,
) -> Opened:
    """Lock the topics of a summary, and it with them. Raises UnknownSummary, and what `may` answers."""
    topics = lock_topics(
        Topic.objects.filter(deliberation__summaries=summary_id).values_list("id", flat=True)
    )
    # Read under the locks: what was read before them could be somebody's last edition but one.
    summary = (
        Summary.objects.select_related("deliberation__host", "deliberation__channel")
        .filter(pk=summary_id)
        .first()
    )
    if summary is None:
        raise UnknownSummary
    rules.require(may(by, summary))
    before = unkept(summary, topic_id=topics[0].pk, by_id=by.user_id, at=at)
    return Opened(summary, tuple(topics), by, at, before)


def title_of(deliberation: Deliberation, kind: SummaryKind = SummaryKind.MINUTES) -> str:
    """What a summary is called until a secretary calls it something else."""
    return f"{quoted(deliberation.title)}{KIND[kind]}"


def accept(text: str, limit: int, *, what: str) -> str:
    """The cleaned text. Raises BadCharacters, or BadForm where there is nothing in it or too much."""
    try:
        text = clean(text)
    except Empty:
        raise BadForm(detail=_("%(what)s is empty") % {"what": what}) from None
    if measure(text) > limit or len(text) > 2 * limit:
        detail = _("%(what)s has at most %(limit)s characters") % {"what": what, "limit": limit}
        raise BadForm(detail=detail)
    return text


@transaction.atomic
def edit_head(
    *, summary_id: int, title: str, opening: str, head_edition: int, by: Actor, at: dt.datetime
) -> Summary:
    """Set the title, and what the secretary adds to the opening (may be empty).

    Raises ChangedMeanwhile where somebody else has changed them since `head_edition`.
    """
    opened = open_summary(summary_id, by=by, at=at)
    summary = opened.summary
    title = accept(title, TITLE_LENGTH, what=_("the title")).replace("\n", "")
    opening = accept(opening, REMARKS_LENGTH, what=_("the opening")) if opening.strip() else ""
    if (title, opening) == (summary.title, summary.opening):
        return summary
    if summary.head_edition != head_edition:
        raise ChangedMeanwhile
    summary.title, summary.opening = title, opening
    summary.head_edition += 1
    summary.save(update_fields=["title", "opening", "head_edition"])
    opened.changed("head")
    return summary
