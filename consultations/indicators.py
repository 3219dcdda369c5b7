"""Indicators 指标: what the figures of a report count, as data; the standard ones, and what their parameters may say. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from .enums import Level, Measure, OutcomeKind, ReportPart, Satisfied, Sponsor, SubmissionKind, Unit
from .errors import BadIndicator

DATA = Path(__file__).parent / "data" / "indicators.json"

# A parameter is one text, or a list of the words of one of the closed lists.
_OUTCOME = {"kinds": frozenset(OutcomeKind.values), "levels": frozenset(Level.values), "amount_of": None}
_PARAMETERS: Mapping[Measure, Mapping[str, frozenset[str] | None]] = {
    Measure.EVENTS: {},
    Measure.HOSTS: {},
    Measure.ATTENDANCES: {},
    Measure.PERSONS: {"who": frozenset({"members"})},
    Measure.STATEMENTS: {"from": frozenset({"platform"})},
    Measure.ACCEPTED: {},
    Measure.RESOLVED: {},
    Measure.VOTES: {},
    Measure.OUTCOMES: _OUTCOME,
    Measure.ITEMS: _OUTCOME,
    Measure.AMOUNT: _OUTCOME,
    Measure.SUBMISSIONS: {
        "kinds": frozenset(SubmissionKind.values),
        "sponsor_kinds": frozenset(Sponsor.values),
    },
    Measure.REFERRALS: {},
    Measure.ANSWERED: {"satisfied": frozenset(Satisfied.values)},
}
# What has no event has no category either.
_WITHOUT_CATEGORY = frozenset({Measure.SUBMISSIONS})


def no_parameters() -> Mapping[str, Any]:
    """Of an indicator that is not restricted."""
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class IndicatorRule:
    """One indicator as it is in force. `category`: a slug, or None for all events; `since`: the year of the rule.

    `own`: the name of the body whose rule it is; empty for a standard one.
    """

    slug: str
    since: int
    name: str
    part: ReportPart
    measure: Measure
    category: str | None
    unit: Unit
    step: int
    counts: str
    position: int
    parameters: Mapping[str, Any] = field(default_factory=no_parameters)
    own: str = ""

    def words(self, name: str) -> tuple[str, ...]:
        """The list that a parameter gives; empty where it restricts nothing."""
        found: tuple[str, ...] = tuple(self.parameters.get(name, ()))
        return found

    def text(self, name: str) -> str:
        """The text that a parameter gives; empty where it restricts nothing."""
        found: str = self.parameters.get(name, "")
        return found


def check(slug: str, measure: Measure, category: str | None, parameters: object) -> None:
    """Raise BadIndicator where the parameters are not those of the measure, or it can have no category."""
    if category is not None and measure in _WITHOUT_CATEGORY:
        raise BadIndicator(slug=slug, detail=f"{measure}: –")
    if not isinstance(parameters, Mapping):
        raise BadIndicator(slug=slug, detail="{}")
    known = _PARAMETERS[measure]
    for name, value in parameters.items():
        if name not in known:
            raise BadIndicator(slug=slug, detail=f"{name}: {_listed(known) or '–'}")
        words = known[name]
        if words is None:
            if not isinstance(value, str) or not value.strip():
                raise BadIndicator(slug=slug, detail=f"{name}: “…”")
        elif (
            not isinstance(value, list)
            or not value
            or not all(isinstance(word, str) and word in words for word in value)
        ):
            raise BadIndicator(slug=slug, detail=f"{name}: [{_listed(words)}]")


@cache
def standard_indicators(language: str) -> tuple[IndicatorRule, ...]:
    """The standard ones in that language (zh-hans or en), of every year since which one was in force."""
    key = "zh" if language.startswith("zh") else "en"
    rows = json.loads(DATA.read_text(encoding="utf-8"))
    return tuple(_rule(row, key, position) for position, row in enumerate(rows, 1))


def _rule(row: dict[str, Any], language: str, position: int) -> IndicatorRule:
    rule = IndicatorRule(
        slug=row["slug"],
        since=row["since"],
        name=row["name"][language],
        part=ReportPart(row["part"]),
        measure=Measure(row["measure"]),
        category=row.get("category"),
        unit=Unit(row["unit"]),
        step=row.get("step", 1),
        counts=row["counts"][language],
        position=position,
        parameters=MappingProxyType(row.get("parameters", {})),
    )
    check(rule.slug, rule.measure, rule.category, rule.parameters)
    return rule


def _listed(words: Mapping[str, object] | frozenset[str]) -> str:
    return ", ".join(sorted(words))
