"""Points 履职积分: the shape of a body's rules, what is wrong with them, and what a record earns by them. Pure.

A rule matches deeds by kind, role, category or kind of outcome, and level. Every rule that matches a deed gives its
points; of rules of one `group` only the highest counts for each work (就高不重复), where the work of an outcome, and
of a document, is the suggestion that it came of, if there is one. `cap` bounds what a rule gives in a year.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

import msgspec
from django.utils.translation import gettext as _

from .enums import Deed, Level, OutcomeKind, Part, SubmissionKind

Work: TypeAlias = tuple[str, int]
"""What a deed is about, as (`event`, `suggestion` or `submission`, id)."""

MOST_RULES = 60
MOST_POINTS = Decimal("999.9")
TENTH = Decimal("0.1")
LONGEST_GROUP = 20
NOTHING = Decimal(0)

PARTS: Mapping[str, tuple[Part, ...]] = {
    Deed.ATTENDED: (Part.PRESENT, Part.OBSERVER, Part.ON_LEAVE),
    Deed.SUGGESTED: (Part.LEAD, Part.COSIGNER),
    Deed.SUBMITTED: (Part.LEAD, Part.COSIGNER),
    Deed.OUTCOME: (Part.LEAD, Part.COSIGNER),
}
"""In which roles a deed of each kind can be done."""


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What earns how many points. Empty `part`, `of` and `level`: any.

    `of`: the short name of a category, the kind of a submission or of an outcome. `points`, `cap`: to one tenth.
    """

    deed: str
    part: str = ""
    of: str = ""
    level: str = ""
    points: Decimal
    group: str = ""
    cap: Decimal | None = None

    @property
    def about(self) -> tuple[str, str, str, str]:
        """What it is about; the same for no two rules of a body."""
        return self.deed, self.part, self.of, self.level


@dataclass(frozen=True, slots=True)
class Done:
    """One deed of one member. `works`: what it is about, each at most once; `of`: everything that it counts as."""

    deed: str
    part: str
    day: dt.date
    id: int
    works: tuple[Work, ...]
    of: frozenset[str] = frozenset()
    level: str = ""


@dataclass(frozen=True, slots=True)
class Earned:
    """What a deed earned by a rule, both as places in their lists. `points` are fewer than `full` beyond the cap."""

    rule: int
    done: int
    full: Decimal
    points: Decimal


class BadRules(ValueError):
    """Rules that cannot be used; says why in the reader's language."""


def rules_content(rules: Iterable[Rule]) -> list[dict[str, Any]]:
    """Fit for a JSON field, and read as `tuple[Rule, ...]`; numbers as texts, so that no tenth is lost."""
    content: list[dict[str, Any]] = msgspec.to_builtins(list(rules))
    return content


def check(rules: Sequence[Rule]) -> None:
    """Raises BadRules for too many, for one that is wrong, and for two of which one would never be seen."""
    if len(rules) > MOST_RULES:
        raise BadRules(_("At most %(limit)s rules.") % {"limit": MOST_RULES})
    seen = set()
    for rule in rules:
        for _field, sentence in faults(rule):
            raise BadRules(sentence)
        if rule.about in seen:
            raise BadRules(same_fault())
        seen.add(rule.about)


def faults(rule: Rule) -> Iterator[tuple[str, str]]:
    """What is wrong with a rule: the field, and a sentence in the reader's language."""
    if rule.deed not in Deed.values:
        yield "deed", _("Please choose what earns points.")
        return
    if rule.part and rule.part not in PARTS[rule.deed]:
        yield "deed", _("Nobody does this in that role.")
    if rule.deed == Deed.OUTCOME and rule.of not in ("", *OutcomeKind.values):
        yield "of", _("There is no such kind of outcome.")
    if rule.deed == Deed.SUBMITTED and rule.of not in ("", *SubmissionKind.values):
        yield "of", _("There is no such kind of document.")
    if rule.deed == Deed.SUGGESTED and rule.of:
        yield "of", _("Suggestions have no kinds.")
    if rule.level and (rule.deed != Deed.OUTCOME or rule.level not in Level.values):
        yield "level", _("Only outcomes have a level.")
    if not NOTHING <= rule.points <= MOST_POINTS or rule.points % TENTH:
        yield (
            "points",
            _("Points are from 0 to %(most)s, with one decimal at most.") % {"most": MOST_POINTS},
        )
    if rule.cap is not None and (not NOTHING < rule.cap <= MOST_POINTS or rule.cap % TENTH):
        sentence = _("The most in a year is above 0 and at most %(most)s, with one decimal at most.")
        yield "cap", sentence % {"most": MOST_POINTS}
    if len(rule.group) > LONGEST_GROUP:
        yield "group", _("At most %(limit)s characters.") % {"limit": LONGEST_GROUP}


def same_fault() -> str:
    """What to say of a rule that there is already."""
    return _("Two rules are about the same thing. Make one of them.")


def amount_fault() -> str:
    """What to say of a correction that is none."""
    return _("A correction is not 0, at most %(most)s, with one decimal at most.") % {"most": MOST_POINTS}


def matches(rule: Rule, done: Done) -> bool:
    """Whether the rule is about this deed."""
    return (
        rule.deed == done.deed
        and rule.part in ("", done.part)
        and (not rule.of or rule.of in done.of)
        and rule.level in ("", done.level)
    )


def score(rules: Sequence[Rule], done: Sequence[Done]) -> tuple[Earned, ...]:
    """What the deeds of one member in one year earn, by day. What a higher rule of the group outdoes is not in it.

    Of equal points the earlier rule counts, then the earlier deed. An outcome of several works counts once, for the
    first of them that nothing higher has been counted for; what caps cut off are the latest points.
    """
    found = [
        (at, index) for index, deed in enumerate(done) for at, rule in enumerate(rules) if matches(rule, deed)
    ]
    counted = [pair for pair in found if not rules[pair[0]].group]
    counted += _highest(rules, done, [pair for pair in found if rules[pair[0]].group])
    counted.sort(key=lambda pair: (done[pair[1]].day, pair[1], pair[0]))
    given: dict[int, Decimal] = {}
    earned = []
    for at, index in counted:
        rule, so_far = rules[at], given.get(at, NOTHING)
        points = rule.points if rule.cap is None else min(rule.points, rule.cap - so_far)
        given[at] = so_far + points
        earned.append(Earned(at, index, rule.points, points))
    return tuple(earned)


def total(earned: Iterable[Earned]) -> Decimal:
    """The sum of the points."""
    return sum((one.points for one in earned), NOTHING)


def shown(points: Decimal) -> str:
    """15, 0.5, −3: without a decimal that says nothing."""
    text = format(points.quantize(TENTH), "f").removesuffix(".0")
    return text.replace("-", "−")


def _highest(
    rules: Sequence[Rule], done: Sequence[Done], found: Iterable[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    taken: set[tuple[str, Work]] = set()
    counted: set[tuple[str, int]] = set()
    ranked = sorted(found, key=lambda pair: (-rules[pair[0]].points, pair[0], done[pair[1]].day, pair[1]))
    for at, index in ranked:
        group = rules[at].group
        if (group, index) in counted:
            continue
        free = next((work for work in done[index].works if (group, work) not in taken), None)
        if free is not None:
            taken.add((group, free))
            counted.add((group, index))
            yield at, index


_ATTENDANCE = "出席"
_IDEAS = "建言成果"


def standard_rules() -> tuple[Rule, ...]:
    """What a body may begin with: taking part, ideas and what came of them; of these only the highest for each idea."""

    def rule(
        deed: Deed, part: Part | str, points: int, *, of: str = "", level: str = "", cap: int = 0
    ) -> Rule:
        group = _ATTENDANCE if deed is Deed.ATTENDED else _IDEAS
        return Rule(
            deed=deed.value,
            part=str(part),
            of=of,
            level=level,
            points=Decimal(points),
            group=group,
            cap=Decimal(cap) if cap else None,
        )

    return (
        rule(Deed.ATTENDED, Part.PRESENT, 3, of="consultations"),
        rule(Deed.ATTENDED, Part.PRESENT, 2),
        rule(Deed.ATTENDED, Part.OBSERVER, 1, cap=10),
        rule(Deed.ATTENDED, Part.ON_LEAVE, 0),
        rule(Deed.SUGGESTED, Part.LEAD, 15),
        rule(Deed.SUGGESTED, Part.COSIGNER, 3),
        rule(Deed.SUBMITTED, Part.LEAD, 15, of=SubmissionKind.PROPOSAL),
        rule(Deed.SUBMITTED, Part.COSIGNER, 3, of=SubmissionKind.PROPOSAL),
        rule(Deed.SUBMITTED, Part.LEAD, 10, of=SubmissionKind.OPINION),
        rule(Deed.SUBMITTED, Part.COSIGNER, 2, of=SubmissionKind.OPINION),
        rule(Deed.OUTCOME, Part.LEAD, 20, of=OutcomeKind.ADOPTED),
        rule(Deed.OUTCOME, Part.LEAD, 25, of=OutcomeKind.RESOLVED),
        rule(Deed.OUTCOME, Part.LEAD, 25, of=OutcomeKind.INSTRUCTION, level=Level.COUNTY),
        rule(Deed.OUTCOME, Part.LEAD, 30, of=OutcomeKind.INSTRUCTION, level=Level.CITY),
        rule(Deed.OUTCOME, Part.LEAD, 40, of=OutcomeKind.INSTRUCTION, level=Level.PROVINCE),
        rule(Deed.OUTCOME, Part.LEAD, 50, of=OutcomeKind.INSTRUCTION, level=Level.NATION),
        rule(Deed.OUTCOME, Part.COSIGNER, 5),
    )
