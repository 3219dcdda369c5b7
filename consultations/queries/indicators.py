"""Which indicators are in force for a body in a year: its own, those of a body above it, or the standard ones."""

from __future__ import annotations

from types import MappingProxyType

from django.utils import translation

from jianyan.accounts.models import Body

from ..enums import Measure, ReportPart, Unit
from ..indicators import IndicatorRule, check, standard_indicators
from ..models import Indicator

_PARTS = {part: place for place, part in enumerate(ReportPart)}


def indicators_of(body: Body, year: int, *, language: str | None = None) -> tuple[IndicatorRule, ...]:
    """In the order of the report; one query. `language`: of the standard ones' words, the active one by default.

    Of one slug the rule of the nearest body stands, of its versions the latest that is not after the year.
    Raises BadIndicator where somebody has entered one that cannot be counted.
    """
    language = language or translation.get_language() or "zh-hans"
    nearness = {pk: depth for depth, pk in enumerate(body.lineage, 1)}
    found: dict[str, tuple[tuple[int, int], IndicatorRule]] = {}
    for rule in standard_indicators(language):
        _offer(found, rule, (0, rule.since), year)
    rows = Indicator.objects.filter(body__in=nearness) | Indicator.objects.filter(body=None)
    for row in rows.select_related("body", "category"):
        _offer(found, _rule(row), (nearness.get(row.body_id or 0, 0), row.since), year)
    rules = [rule for _rank, rule in found.values()]
    for rule in rules:
        check(rule.slug, rule.measure, rule.category, rule.parameters)
    return tuple(sorted(rules, key=lambda rule: (_PARTS[rule.part], rule.position, rule.slug)))


def _offer(
    found: dict[str, tuple[tuple[int, int], IndicatorRule]],
    rule: IndicatorRule,
    rank: tuple[int, int],
    year: int,
) -> None:
    # What is entered for all bodies stands before what the standard says since the same year.
    if rule.since <= year and (rule.slug not in found or rank >= found[rule.slug][0]):
        found[rule.slug] = (rank, rule)


def _rule(row: Indicator) -> IndicatorRule:
    return IndicatorRule(
        slug=row.slug,
        since=row.since,
        name=row.name,
        part=ReportPart(row.part),
        measure=Measure(row.measure),
        category=row.category.slug if row.category is not None else None,
        unit=Unit(row.unit),
        step=row.step,
        counts=row.counts,
        position=row.position,
        parameters=MappingProxyType(row.parameters) if isinstance(row.parameters, dict) else row.parameters,
        own=str(row.body) if row.body is not None else "",
    )
