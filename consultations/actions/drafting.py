"""The first draft of a summary, from what members wrote and how they were supported. No language model."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import regex
from django.db import transaction

from jianyan.accounts.roles import Actor

from ..enums import PUBLIC, Status, Step
from ..models import Citation, Statement, Suggestion, Summary, SummarySection, Topic
from .summaries import open_summary

_LINE = regex.compile(r"\s*\n\s*")
_STOPS = "。！？!?…；;：:，,、"
_CLOSED = ("。", "！", "？", "!", "?", "…", "。”", "！”", "？”", "。）", "。」", "。》")
_SPEAKER = regex.compile(r"^(?:我们?|本人|个人)?(?:特|在此|诚恳)?建议[：:，,]?\s*(?=\S)")


@dataclass(frozen=True, slots=True)
class Group:
    """A suggestion with those merged into it."""

    lead: Suggestion
    others: tuple[Suggestion, ...]

    @property
    def support(self) -> int:
        """Distinct members."""
        return self.lead.support

    @property
    def members(self) -> tuple[Suggestion, ...]:
        """All of them, the lead first."""
        return self.lead, *self.others


def as_sentence(text: str) -> str:
    """The member's words as one paragraph: lines joined, the speaker left out of “我建议”, a full stop at the end.

    Nothing else: whether an idea reads better in officialese is for the secretary to say, and is marked as theirs.
    """
    lines = _LINE.split(text.strip())
    joined = "".join(line if line.endswith(tuple(_STOPS)) else f"{line}；" for line in lines[:-1]) + lines[-1]
    sentence = _SPEAKER.sub("建议", joined)
    if sentence.endswith(_CLOSED):
        return sentence
    return sentence.rstrip("，,、；;：:. ") + "。"


@transaction.atomic
def draft_summary(*, summary_id: int, by: Actor, at: dt.datetime) -> Summary:
    """Sections by topic and theme, statements by support, each resting on its suggestions.

    A section for the consensus stands first and empty: what was agreed on is not for counting to decide. A summary
    that has sections already is left as it is.
    """
    opened = open_summary(summary_id, by=by, at=at)
    if opened.summary.sections.exists():
        return opened.summary
    sections = [SummarySection(summary=opened.summary)]
    statements: list[Statement] = []
    citations: list[Citation] = []
    for topic in sorted(opened.topics, key=lambda topic: (topic.position, topic.pk)):
        for heading, groups in _by_theme(topic):
            section = SummarySection(
                summary=opened.summary, topic=topic, heading=heading, position=len(sections)
            )
            sections.append(section)
            for position, group in enumerate(groups):
                text = as_sentence(group.lead.public_text)
                statement = Statement(section=section, text=text, original=text, position=position)
                statements.append(statement)
                citations += (_citation(statement, suggestion) for suggestion in group.members)
    SummarySection.objects.bulk_create(sections)
    Statement.objects.bulk_create(statements)
    Citation.objects.bulk_create(citations)
    opened.record(Step.SUMMARY_DRAFTED, {"sections": len(sections), "statements": len(statements)})
    return opened.summary


def _citation(statement: Statement, suggestion: Suggestion) -> Citation:
    # The topics are frozen: the suggestion's tally is the snapshot's.
    return Citation(
        statement=statement,
        suggestion=suggestion,
        support=suggestion.support,
        neutral=suggestion.neutral,
        oppose=suggestion.oppose,
    )


def _by_theme(topic: Topic) -> Iterator[tuple[str, list[Group]]]:
    """(heading, groups by support, then number) in the moderator's order of themes; those without one last.

    A topic without anything to quote has one empty section, where the secretary can still say so.
    """
    groups = sorted(_groups(topic), key=lambda group: (-group.support, group.lead.number))
    for theme in topic.themes.order_by("position", "id"):
        of_theme = [group for group in groups if group.lead.theme_id == theme.pk]
        if of_theme:
            yield theme.name, of_theme
    others = [group for group in groups if group.lead.theme_id is None]
    if others or not groups:
        yield "", others


def _groups(topic: Topic) -> Iterator[Group]:
    public = list(topic.suggestions.filter(status__in=PUBLIC).order_by("number"))
    for suggestion in public:
        if suggestion.status != Status.MERGED:
            yield Group(suggestion, tuple(one for one in public if one.merged_into_id == suggestion.pk))
