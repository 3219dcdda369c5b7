"""What versions of a summary there are, and how two of them differ."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from django.utils.translation import gettext as _

from ..differences import differences
from ..enums import StatementKind, VersionReason
from ..models import Suggestion, Summary, SummaryVersion
from .summary_versions import content_now

NOW = 0
"""The id of what stands in the summary now, as if it were a version."""
SHOWN = 50
"""So many versions are listed, the last ones."""

Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Version:
    """A kept version, or what stands now (`id` NOW, without a reason).

    `sentences`: how many there were; `changed`: how many of them are not as in the version before, with those that
    were taken out; None where there is none before.
    """

    id: int
    edition: int
    reason: str
    at: dt.datetime
    by: str
    sentences: int
    changed: int | None


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that both have, or only the earlier (`gone`) or the later (`come`) one."""

    kind: Literal["same", "gone", "come"]
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """How one part differs: title, opening, a sentence, a response, an assignment.

    `where` names the part; `how` is added, gone, reworded, moved or sources. `cited` and `uncited` are numbers of
    suggestions.
    """

    where: str
    how: Literal["added", "gone", "reworded", "moved", "sources"]
    pieces: tuple[Piece, ...]
    cited: tuple[int, ...] = ()
    uncited: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions, the earlier one first, and all that differs, in the order of the document."""

    before: Version
    after: Version
    changes: tuple[Change, ...]


def versions_of(summary: Summary) -> tuple[Version, ...]:
    """The last SHOWN of them, the newest first; before them what stands now, where that is not kept yet.

    At most six queries.
    """
    kept = _Kept(summary)
    return kept.versions


def comparison_of(summary: Summary, before_id: int, after_id: int) -> Comparison | None:
    """How the later of the two differs from the earlier one, whichever was named first; None where one is not listed."""
    kept = _Kept(summary)
    places = {version.id: place for place, version in enumerate(kept.versions)}
    if before_id not in places or after_id not in places:
        return None
    earlier, later = sorted((before_id, after_id), key=lambda version_id: -places[version_id])
    numbers = dict(
        Suggestion.objects.filter(topic__deliberation=summary.deliberation_id).values_list("pk", "number")
    )
    return Comparison(
        before=kept.versions[places[earlier]],
        after=kept.versions[places[later]],
        changes=tuple(changes_between(kept.contents[earlier], kept.contents[later], numbers)),
    )


class _Kept:
    """The versions of a summary with their contents, read once."""

    def __init__(self, summary: Summary) -> None:
        rows = list(summary.versions.select_related("by").order_by("-edition", "-id")[: SHOWN + 1])
        self.contents: dict[int, Content] = {row.pk: row.content for row in rows}
        order = [row.pk for row in rows]
        # A version that was kept at an edition is what stands after it, too, until somebody changes something.
        if not rows or rows[0].edition != summary.edition:
            self.contents[NOW] = content_now(summary)
            order.insert(0, NOW)
        changed = {
            later: changed_sentences(self.contents[earlier], self.contents[later])
            for later, earlier in pairwise(order)
        }
        known = {row.pk: row for row in rows}
        self.versions = tuple(
            _version(summary, known.get(pk), pk, self.contents[pk], changed.get(pk)) for pk in order[:SHOWN]
        )


def _version(
    summary: Summary, row: SummaryVersion | None, pk: int, content: Content, changed: int | None
) -> Version:
    return Version(
        id=pk,
        edition=row.edition if row is not None else summary.edition,
        reason=str(VersionReason(row.reason).label) if row is not None else "",
        at=row.at if row is not None else summary.edited_at,
        by=row.by.display_name if row is not None else "",
        sentences=len(_sentences(content)),
        changed=changed,
    )


def changed_sentences(before: Content, after: Content) -> int:
    """How many sentences are new, gone, reworded, moved to another section or rest on something else."""
    old, new = _sentences(before), _sentences(after)
    return sum(old.get(pk) != new.get(pk) for pk in old.keys() | new.keys())


def _sentences(content: Content) -> dict[int, tuple[Any, ...]]:
    """Id → what it says, where, and what it rests on; without leads, which nobody writes."""
    return {
        one["id"]: (section["id"], one["text"], sorted(one["cites"]))
        for section in content["sections"]
        for one in section["statements"]
        if one["kind"] != StatementKind.LEAD
    }


def changes_between(before: Content, after: Content, numbers: Mapping[int, int]) -> Iterator[Change]:
    """All that differs, in the order of the later one; what is gone stands at the end of its part.

    `numbers`: suggestion id → its number.
    """
    for name, where in (("title", _("Title")), ("opening", _("Opening"))):
        if before[name] != after[name]:
            yield Change(where, "reworded", pieces(before[name], after[name]))
    yield from _headings(before, after)
    yield from _statements(before, after, numbers)
    yield from _lines(before, after, "responses", _("Response of a department"), _response_text)
    yield from _lines(before, after, "assignments", _("Assignment"), _assignment_text)


def _heading(section: Content) -> str:
    if section["topic"] is None:
        return _("Consensus")
    return str(section["heading"]) or _("Other suggestions")


def _headings(before: Content, after: Content) -> Iterator[Change]:
    old = {section["id"]: _heading(section) for section in before["sections"]}
    for section in after["sections"]:
        was, now = old.get(section["id"], ""), _heading(section)
        if was != now:
            yield Change(_("Heading"), "reworded" if was else "added", pieces(was, now))


def _statements(before: Content, after: Content, numbers: Mapping[int, int]) -> Iterator[Change]:
    old = {
        one["id"]: (section["id"], one)
        for section in before["sections"]
        for one in section["statements"]
        if one["kind"] != StatementKind.LEAD
    }
    headings = {section["id"]: _heading(section) for section in (*before["sections"], *after["sections"])}
    seen = set()
    for section in after["sections"]:
        stay = _in_order(
            [one["id"] for one in section["statements"]],
            [pk for pk, (where, _one) in old.items() if where == section["id"]],
        )
        for one in section["statements"]:
            if one["kind"] == StatementKind.LEAD:
                continue
            seen.add(one["id"])
            where, was = old.get(one["id"], (None, None))
            moved = was is not None and (where != section["id"] or one["id"] not in stay)
            change = _statement(headings[section["id"]], was, one, numbers, moved=moved)
            if change is not None:
                yield change
    for pk, (where, was) in old.items():
        if pk not in seen:
            yield Change(headings[where], "gone", (Piece("gone", was["text"]),))


def _in_order(now: Sequence[int], before: Sequence[int]) -> set[int]:
    """Those that stand in both in the same order, as many as can be: the others are what was moved."""
    places = {pk: place for place, pk in enumerate(before)}
    runs: list[list[int]] = [[]]
    for pk in now:
        if pk in places:
            fitting = [run for run in runs if not run or places[run[-1]] < places[pk]]
            longest = max(fitting, key=len)
            runs.append([*longest, pk])
    longest = max(runs, key=len)
    return set(longest)


def _statement(
    where: str, was: Content | None, now: Content, numbers: Mapping[int, int], *, moved: bool
) -> Change | None:
    if was is None:
        return Change(where, "added", (Piece("come", now["text"]),), _numbers(now["cites"], numbers))
    cited = _numbers(set(now["cites"]) - set(was["cites"]), numbers)
    uncited = _numbers(set(was["cites"]) - set(now["cites"]), numbers)
    if was["text"] != now["text"]:
        return Change(where, "reworded", pieces(was["text"], now["text"]), cited, uncited)
    if cited or uncited:
        return Change(where, "sources", (Piece("same", now["text"]),), cited, uncited)
    return Change(where, "moved", (Piece("same", now["text"]),)) if moved else None


def _numbers(ids: Any, numbers: Mapping[int, int]) -> tuple[int, ...]:
    return tuple(sorted(numbers[pk] for pk in ids if pk in numbers))


def _response_text(line: Content) -> str:
    return f"{line['department']}：{line['text']}"


def _assignment_text(line: Content) -> str:
    rest = (line["lead"], line["cohandling"], line["due"])
    return "；".join(str(part) for part in (line["item"], *rest) if part)


def _lines(before: Content, after: Content, name: str, where: str, text_of: Any) -> Iterator[Change]:
    old = {line["id"]: text_of(line) for line in before[name]}
    new = {line["id"]: text_of(line) for line in after[name]}
    stay = _in_order(list(new), list(old))
    for pk, text in new.items():
        if pk not in old:
            yield Change(where, "added", (Piece("come", text),))
        elif old[pk] != text:
            yield Change(where, "reworded", pieces(old[pk], text))
        elif pk not in stay:
            yield Change(where, "moved", (Piece("same", text),))
    for pk, text in old.items():
        if pk not in new:
            yield Change(where, "gone", (Piece("gone", text),))


def pieces(before: str, after: str) -> tuple[Piece, ...]:
    """Both texts as one: what both have, what only the earlier and what only the later has, in order."""
    gone, come = ({start: end for start, end in spans if start < end} for spans in differences(before, after))
    starts = [sorted(spans) for spans in (gone, come)]
    found: list[Piece] = []
    i = j = 0
    while i < len(before) or j < len(after):
        if i in gone:
            found.append(Piece("gone", before[i : gone[i]]))
            i = gone[i]
        elif j in come:
            found.append(Piece("come", after[j : come[j]]))
            j = come[j]
        else:
            until_gone = next((at for at in starts[0] if at > i), len(before)) - i
            until_come = next((at for at in starts[1] if at > j), len(after)) - j
            many = min(until_gone, until_come)
            found.append(Piece("same", after[j : j + many]))
            i, j = i + many, j + many
    return tuple(found)
