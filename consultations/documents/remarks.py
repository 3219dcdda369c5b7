"""Numbers in a secretary's own words that nothing bears out: no fault, but worth a look."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from ..enums import StatementKind
from .findings import QUOTED, Finding, found
from .model import Counts, Statement, SummaryDocument, Tally
from .wording import statements_of

LOOKED_AT = 100
"""Numbers of one text: more than anybody writes, few enough for whatever anybody sends."""
_VALUES = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
_SIGNS = f"{''.join((*_VALUES, *_TENS))}万"
_DIGITS = rf"\d{{1,9}}|[{_SIGNS}]{{1,9}}"
_NUMBER = re.compile(_DIGITS)
# 第三条 and 3条 of a list count nothing.
_COUNTED = re.compile(rf"(?<![第\d{_SIGNS}])({_DIGITS})\s?[余多]?(?:个界别|条|次|名|人|项)")


def remarks_on(document: SummaryDocument) -> Iterator[Finding]:
    """The sentences with a number of suggestions, acts, people, sectors or items that nothing they rest on has."""
    texts = {row.id: row.text for row in document.appendix}
    totals = _totals(document.opening.counts)
    known: dict[int, frozenset[int]] = {}
    for statement in statements_of(document):
        counted = _unsourced(statement, totals)
        if not counted:
            continue
        for citation in statement.citations:
            source = citation.suggestion_id
            if source not in known:
                known[source] = frozenset(_numbers(texts.get(source, "")))
        sourced = {number for citation in statement.citations for number in known[citation.suggestion_id]}
        for words, number in counted.items():
            if number not in sourced:
                yield found("number_unsourced", statement=statement.text[:QUOTED], number=words)


def _unsourced(statement: Statement, totals: frozenset[int]) -> dict[str, int]:
    """What the sentence counts, as it says it, and the number; without what its figures bear out."""
    if statement.kind == StatementKind.LEAD:
        return {}
    figures = totals | _figures(statement)
    found_here = islice(_COUNTED.finditer(statement.text), LOOKED_AT)
    counted = {one[0]: value_of(one[1]) for one in found_here}
    # 一次性, 一人一策: an article rather than a number.
    return {
        words: number
        for words, number in counted.items()
        if number not in figures and not (number == 1 and not words[0].isdecimal())
    }


def _figures(statement: Statement) -> frozenset[int]:
    sectors = {citation.sector for citation in statement.citations} - {""}
    tallies = [number for citation in statement.citations for number in _stands(citation.tally)]
    return frozenset((statement.support, len(statement.citations), len(sectors), *tallies))


def _totals(counts: Counts) -> frozenset[int]:
    return frozenset(
        (counts.participants, counts.sectors, counts.suggestions, counts.published, *_stands(counts.tally))
    )


def _stands(tally: Tally) -> tuple[int, int, int]:
    return tally.support, tally.neutral, tally.oppose


def _numbers(text: str) -> Iterator[int]:
    return (value_of(one[0]) for one in islice(_NUMBER.finditer(text), LOOKED_AT))


def value_of(word: str) -> int:
    """12, １２, 十二, 一百二十, 二〇二六, 三万五千 → the number. `word` has nothing but such digits."""
    if word.isdecimal():
        return int(word)
    myriads = total = digits = 0
    for sign in word:
        if sign in _TENS:
            total, digits = total + (digits or 1) * _TENS[sign], 0
        elif sign == "万":
            myriads, total, digits = (total + digits or 1) * 10_000, 0, 0
        else:
            digits = digits * 10 + _VALUES[sign]
    return myriads + total + digits
