"""The first draft of a summary, from what members wrote and how they were supported. No language model."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import regex
from django.db import transaction

from jianyan.accounts.roles import Actor

from ..documents.snapshot import read_snapshot
from ..enums import PUBLIC, Pending, StatementKind, Status, Step, VersionReason
from ..folding import folded
from ..models import Citation, Statement, Suggestion, Summary, SummarySection, Topic
from ..queries.supporters import sectors_among, supporters_in
from ..similarity import Index
from .quoting import quotation
from .summaries import open_summary
from .summary_versions import keep_version

_LINE = regex.compile(r"\s*\n\s*")
_STOPS = "。！？!?…；;：:，,、"
_CLOSED = ("。", "！", "？", "!", "?", "…", "。”", "！”", "？”", "。）", "。」", "。》")
_SPEAKER = regex.compile(r"^(?:我们?|本人|个人)?(?:特|在此|诚恳)?建议[：:，,]?\s*(?=\S)")


@dataclass(frozen=True, slots=True)
class Group:
    """Suggestions that one sentence stands for: what was merged, and what says the same. The words are the first's.

    `supporters`: ids of everybody who supports any of them.
    """

    members: tuple[Suggestion, ...]
    supporters: frozenset[int]

    @property
    def first(self) -> Suggestion:
        """Whose words it has: the most supported one."""
        return self.members[0]

    @property
    def order(self) -> tuple[int, bool, int]:
        """By distinct supporters; of equal ones what was featured first, then by number."""
        return -len(self.supporters), not self.first.featured, self.first.number

    def with_(self, others: Iterable[Group]) -> Group:
        """This one and others that say the same."""
        found = list(others)
        return Group(
            (*self.members, *(one for other in found for one in other.members)),
            self.supporters.union(*(other.supporters for other in found)),
        )


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
    """Sections by topic and theme: what each theme has in all, then statements by support, resting on suggestions.

    What says the same is folded into one statement. What the rule of its topic calls a consensus is put into the
    section that stands first, for a person to accept. A summary that has sections already is left as it is.
    """
    opened = open_summary(summary_id, by=by, at=at)
    if opened.summary.sections.exists():
        return opened.summary
    draft = _Draft(opened.summary)
    for topic in sorted(opened.topics, key=lambda topic: (topic.position, topic.pk)):
        draft.add(topic)
    draft.save()
    opened.record(Step.SUMMARY_DRAFTED, draft.facts)
    keep_version(opened, VersionReason.DRAFTED)
    return opened.summary


class _Draft:
    """The rows of a summary as they come together; nothing is written before `save`."""

    def __init__(self, summary: Summary) -> None:
        self._summary = summary
        self._present = len(read_snapshot(summary.snapshot).attendance.present)
        self._consensus = SummarySection(summary=summary)
        self._sections = [self._consensus]
        self._statements: list[Statement] = []
        self._citations: list[Citation] = []
        self._ends: Counter[int] = Counter()

    def add(self, topic: Topic) -> None:
        """Everything that is said on a topic."""
        groups = _groups(topic)
        sectors = sectors_among({person for group in groups for person in group.supporters})
        for heading, of_theme in _by_theme(topic, groups):
            section = self._section(topic, heading)
            if heading:
                self._state(section, StatementKind.LEAD, [one for group in of_theme for one in group.members])
            for group in of_theme:
                agreed = is_consensus(topic, group.supporters, sectors, present=self._present)
                self._state(
                    self._consensus if agreed else section,
                    StatementKind.CITED,
                    group.members,
                    text=as_sentence(group.first.public_text),
                    pending=Pending.CONSENSUS if agreed else "",
                )

    def save(self) -> None:
        """Write it."""
        SummarySection.objects.bulk_create(self._sections)
        Statement.objects.bulk_create(self._statements)
        Citation.objects.bulk_create(self._citations)

    @property
    def facts(self) -> dict[str, int]:
        """What the journal says of it; leads are no statements of anybody."""
        kinds = Counter(statement.kind for statement in self._statements)
        return {
            "sections": len(self._sections),
            "statements": kinds[StatementKind.CITED],
            "consensus": self._ends[self._consensus.position],
        }

    def _section(self, topic: Topic, heading: str) -> SummarySection:
        section = SummarySection(
            summary=self._summary, topic=topic, heading=heading, position=len(self._sections)
        )
        self._sections.append(section)
        return section

    def _state(
        self,
        section: SummarySection,
        kind: StatementKind,
        cited: Iterable[Suggestion],
        *,
        text: str = "",
        pending: str = "",
    ) -> None:
        place = self._ends[section.position]
        statement = Statement(
            section=section, kind=kind, text=text, original=text, position=place, pending=pending
        )
        self._ends[section.position] += 1
        self._statements.append(statement)
        self._citations += (quotation(statement, suggestion) for suggestion in cited)


def is_consensus(
    topic: Topic, supporters: Collection[int], sectors: Mapping[int, str], *, present: int
) -> bool:
    """Whether the topic's rule calls it one: by its share of those present, and by so many sectors. By people."""
    from_sectors = {sectors[person] for person in supporters if person in sectors}
    return (
        present > 0
        and 100 * len(supporters) >= topic.consensus_share * present
        and len(from_sectors) >= topic.consensus_sectors
    )


def _by_theme(topic: Topic, groups: Sequence[Group]) -> Iterator[tuple[str, list[Group]]]:
    """(heading, folded groups) in the moderator's order of themes; those without one last.

    A topic without anything to quote has one empty section, where the secretary can still say so.
    """
    index = Index.from_texts({group.first.pk: group.first.public_text for group in groups})
    for theme in topic.themes.order_by("position", "id"):
        of_theme = [group for group in groups if group.first.theme_id == theme.pk]
        if of_theme:
            yield theme.name, _fold(of_theme, index)
    others = [group for group in groups if group.first.theme_id is None]
    if others or not groups:
        yield "", _fold(others, index)


def _fold(groups: Sequence[Group], index: Index) -> list[Group]:
    by_id = {group.first.pk: group for group in groups}
    texts = {key: group.first.public_text for key, group in by_id.items()}
    folded_groups = (
        by_id[first].with_(by_id[one] for one in others) for first, *others in folded(texts, index)
    )
    return sorted(folded_groups, key=lambda group: group.order)


def _groups(topic: Topic) -> list[Group]:
    """What was merged and what was not, in order."""
    public = list(topic.suggestions.filter(status__in=PUBLIC).order_by("number"))
    supporters = supporters_in(topic.pk)
    return sorted(
        (
            Group(
                (suggestion, *(one for one in public if one.merged_into_id == suggestion.pk)),
                supporters.get(suggestion.pk, frozenset()),
            )
            for suggestion in public
            if suggestion.status != Status.MERGED
        ),
        key=lambda group: group.order,
    )
