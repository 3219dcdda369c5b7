"""A summary as data: a frozen tree from which every format is a pure function to bytes.

Its numbers come from the snapshot taken when the topics were frozen; `figures` computes them and `verify` checks
them. Instants are aware; those of the opening are printed in the zone they carry, so hand them over in local time.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Annotated, Literal

from msgspec import Meta

from ..enums import Mode, Pending, StatementKind, Status, SummaryKind, SummaryStatus

Schema = Literal["jianyan.summary/2"]
SCHEMA: Schema = "jianyan.summary/2"
Count = Annotated[int, Meta(ge=0)]
Instant = Annotated[dt.datetime, Meta(tz=True)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many members took each stand, as frozen."""

    support: Count = 0
    neutral: Count = 0
    oppose: Count = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """The signed version that this one corrects."""

    version: Count
    signed_on: dt.date
    seal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Who issues what, under which number. `number` is like 〔2026〕1号, None until it is given.

    `edition` counts changes of a draft; `version` is 1, and one more with each correction of what was signed.
    `date` is the day of signing, of a draft that of the last change.
    """

    issuer: str
    office: str = ""
    """Who prints and sends it (印发机关); the issuer where empty."""
    kind: SummaryKind
    number: str | None = None
    edition: Count
    version: Count = 1
    replaces: Replaced | None = None
    date: dt.date
    signed_by: str = ""
    copied_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Totals of the opening: those present, their sectors, suggestions received and made public, and stands."""

    participants: Count
    sectors: Count
    suggestions: Count
    published: Count
    tally: Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """When, where, through which channel, on what, hosted by whom, and how many. `remarks` is the secretary's."""

    starts_at: Instant
    ends_at: Instant
    mode: Mode
    place: str = ""
    channel: str
    host: str
    topics: tuple[str, ...]
    counts: Counts
    remarks: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """One suggestion that a statement rests on, with the frozen tally that it quotes."""

    suggestion_id: int
    number: Count
    sector: str
    tally: Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One sentence. `support` is the sum over its citations; a note (秘书补充) cites nothing and has none.

    The words of a lead are `wording.lead_text` of its citations. `pending`: who put it there, until a person accepts it.
    """

    text: str
    kind: StatementKind
    reworded: bool = False
    pending: Pending | None = None
    support: Count = 0
    citations: tuple[Citation, ...] = ()

    @property
    def is_lead(self) -> bool:
        """Whether it opens its theme."""
        return self.kind == StatementKind.LEAD


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The statements under one theme of a topic, most supported first; those without a theme have None."""

    theme: str | None
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicPart:
    """What the summary says on one topic."""

    topic_id: int
    title: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentResponse:
    """What a department answered (部门回应); `topic_id` is None where it is on all topics."""

    topic_id: int | None
    department: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A line of the list of assignments (交办清单), and the suggestions it rests on by id."""

    item: str
    lead: str
    cohandling: str
    due: dt.date | None
    suggestions: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedSuggestion:
    """A row of the appendix. `author` is the name to print (匿名委员 where the topic hides it).

    An empty `text` is one that is withheld: allowed where the suggestion was never public or was hidden.
    `reason` says why it was returned, declined or hidden.
    """

    id: int
    topic_id: int
    number: Count
    text: str
    author: str
    sector: str
    status: Status
    theme: str | None = None
    tally: Tally
    reason: str = ""
    merged_into: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendee:
    """A name as printed, and the sector or unit they stand for (printed for observers)."""

    name: str
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """出席, 列席, 请假; each list in the order in which it is printed (领导在前，其余按姓氏笔画)."""

    present: tuple[Attendee, ...] = ()
    observers: tuple[Attendee, ...] = ()
    on_leave: tuple[Attendee, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SectorFigures:
    """One sector: members present, suggestions by it, support for these."""

    sector: str
    participants: Count
    suggestions: Count
    support: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeFigures:
    """One theme of one topic: suggestions in it, support for these."""

    topic_id: int
    theme: str | None
    suggestions: Count
    support: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """The tables of the appendix."""

    sectors: tuple[SectorFigures, ...]
    themes: tuple[ThemeFigures, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenSuggestion:
    """A suggestion at freezing: what the summary prints of it, its words as `snapshot.text_hash`.

    That is empty where the text is withheld. Theme and reason are not frozen: the secretary may still sort.
    """

    id: int
    number: Count
    author: str
    sector: str
    status: Status
    text_hash: str
    merged_into: int | None = None
    support: Count = 0
    neutral: Count = 0
    oppose: Count = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicSnapshot:
    """A topic at freezing. `head` is the hash of its journal's entry number `revision`, as published."""

    topic_id: int
    title: str
    revision: Count
    head: str
    closed_at: Instant
    suggestions: tuple[FrozenSuggestion, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Everything that the summary's numbers come from. `topics` in the order in which they are printed."""

    topics: tuple[TopicSnapshot, ...]
    attendance: Attendance


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryDocument:
    """The whole summary. `snapshot_hash` is `snapshot_digest(snapshot)` as it was kept at freezing.

    `seal` is `sealing.seal_of` of a signed one, empty before.
    """

    head: Head
    title: str
    status: SummaryStatus
    opening: Opening
    consensus: tuple[Statement, ...] = ()
    topics: tuple[TopicPart, ...]
    responses: tuple[DepartmentResponse, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    appendix: tuple[ListedSuggestion, ...]
    statistics: Statistics
    snapshot: Snapshot
    snapshot_hash: str
    seal: str = ""
    schema: Schema = SCHEMA
