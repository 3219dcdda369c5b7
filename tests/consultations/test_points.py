"""Points: which rules match, what counts once, where the most in a year cuts; and a naive recount of random records."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from consultations import points
from consultations.documents.content import from_content
from consultations.enums import Deed, Level, OutcomeKind, Part, SubmissionKind
from consultations.points import BadRules, Done, Rule, Work, check, rules_content, score, total

DAY = dt.date(2025, 3, 5)


def rule(deed: str = "suggested", points: str = "15", **fields: str) -> Rule:
    cap = fields.pop("cap", None)
    return Rule(deed=deed, points=Decimal(points), cap=Decimal(cap) if cap else None, **fields)


def idea(number: int, *, part: str = "lead", day: dt.date = DAY) -> Done:
    return Done("suggested", part, day, number, (("suggestion", number),))


def outcome(number: int, *about: int, of: str = "adopted", level: str = "county", part: str = "lead") -> Done:
    works = tuple(("suggestion", one) for one in about)
    return Done("outcome", part, DAY, number, works, of=frozenset({of}), level=level)


def event(number: int, *of: str, part: str = "present", day: dt.date = DAY) -> Done:
    return Done("attended", part, day, number, (("event", number),), of=frozenset(of))


def test_a_lead_author_has_fifteen_and_a_cosigner_three() -> None:
    rules = (rule(part="lead"), rule(part="cosigner", points="3"))
    assert total(score(rules, (idea(1), idea(2, part="cosigner")))) == Decimal(18)


def test_of_a_group_only_the_highest_counts_for_each_idea() -> None:
    rules = (
        rule(group="成果"),
        rule("outcome", "20", of="adopted", group="成果"),
        rule("outcome", "30", of="instruction", group="成果"),
    )
    done = (idea(1), idea(2), outcome(7, 1), outcome(8, 1, of="instruction"))
    earned = [(one.rule, one.done, int(one.points)) for one in score(rules, done)]
    assert earned == [(0, 1, 15), (2, 3, 30)]


def test_an_instruction_on_three_ideas_counts_once() -> None:
    rules = (rule(group="成果"), rule("outcome", "30", of="instruction", group="成果"))
    done = (idea(1), idea(2), idea(3), outcome(9, 1, 2, 3, of="instruction"))
    assert total(score(rules, done)) == Decimal(60)


def test_without_a_group_every_rule_counts() -> None:
    rules = (rule(), rule("outcome", "20"))
    assert total(score(rules, (idea(1), outcome(7, 1)))) == Decimal(35)


def test_an_event_of_two_categories_counts_by_the_higher_one() -> None:
    rules = (
        rule("attended", "3", of="consultations", group="出席"),
        rule("attended", "2", of="hall_sessions", group="出席"),
    )
    assert total(score(rules, (event(1, "consultations", "hall_sessions"), event(2, "hall_sessions")))) == 5


def test_the_most_in_a_year_cuts_what_came_last() -> None:
    rules = (rule("attended", "2", part="present", cap="5"),)
    days = [DAY + dt.timedelta(days=day) for day in (9, 0, 5, 20)]
    earned = score(rules, tuple(event(number, day=day) for number, day in enumerate(days)))
    given = [(one.done, int(one.full), int(one.points)) for one in earned]
    assert given == [(1, 2, 2), (2, 2, 2), (0, 2, 1), (3, 2, 0)]


def test_levels_are_told_apart() -> None:
    rules = (rule("outcome", "50", level="province"), rule("outcome", "10", level="county"))
    done = (outcome(1, 1, level="province"), outcome(2, 2), outcome(3, 3, level="town"))
    assert [one.points for one in score(rules, done)] == [50, 10]


def test_leave_and_absence_earn_nothing_by_the_standard_set() -> None:
    standard = points.standard_rules()
    check(standard)
    assert total(score(standard, (event(1, part="on_leave"),))) == 0
    assert total(score(standard, (idea(1), idea(2, part="cosigner")))) == 18


def test_rules_survive_being_kept() -> None:
    standard = points.standard_rules()
    assert from_content(rules_content(standard), tuple[Rule, ...]) == standard


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (rule("danced"), "Please choose what earns points."),
        (rule(part="present"), "Nobody does this in that role."),
        (rule("attended", part="lead"), "Nobody does this in that role."),
        (rule(of="reading"), "Suggestions have no kinds."),
        (rule("outcome", of="reading"), "There is no such kind of outcome."),
        (rule("submitted", of="adopted"), "There is no such kind of document."),
        (rule(level="county"), "Only outcomes have a level."),
        (rule("outcome", level="moon"), "Only outcomes have a level."),
        (rule(points="-1"), "Points are from 0 to 999.9, with one decimal at most."),
        (rule(points="1000"), "Points are from 0 to 999.9, with one decimal at most."),
        (rule(points="0.25"), "Points are from 0 to 999.9, with one decimal at most."),
        (rule(cap="0.05"), "The most in a year is above 0 and at most 999.9, with one decimal at most."),
        (rule(group="长" * 21), "At most 20 characters."),
    ],
)
def test_what_is_wrong_with_a_rule_is_said(wrong: Rule, said: str) -> None:
    with translation.override("en"), pytest.raises(BadRules, match=said.replace(".", r"\.")):
        check((wrong,))


def test_two_rules_about_the_same_are_refused() -> None:
    with pytest.raises(BadRules):
        check((rule(), rule(points="10")))


def test_more_rules_than_anybody_reads_are_refused() -> None:
    with pytest.raises(BadRules):
        check(tuple(rule("attended", of=f"c{number}") for number in range(61)))


@pytest.mark.parametrize(("amount", "text"), [("15", "15"), ("0.5", "0.5"), ("-3", "−3"), ("10.0", "10")])
def test_points_are_shown_without_a_decimal_that_says_nothing(amount: str, text: str) -> None:
    assert points.shown(Decimal(amount)) == text


# --- the property ---------------------------------------------------------------------------------------------------

TENTHS = st.integers(0, 400).map(lambda tenths: Decimal(tenths) / 10)
OF = {
    Deed.ATTENDED.value: ("reading", "consultations"),
    Deed.SUGGESTED.value: (),
    Deed.SUBMITTED.value: tuple(SubmissionKind.values),
    Deed.OUTCOME.value: tuple(OutcomeKind.values[:2]),
}


@st.composite
def some_rules(draw: st.DrawFn) -> tuple[Rule, ...]:
    found: dict[tuple[str, str, str, str], Rule] = {}
    for _ in range(draw(st.integers(0, 6))):
        deed = draw(st.sampled_from(sorted(OF)))
        one = Rule(
            deed=deed,
            part=draw(st.sampled_from(["", *(part.value for part in points.PARTS[deed])])),
            of=draw(st.sampled_from(["", *OF[deed]])),
            level=draw(st.sampled_from(["", Level.COUNTY.value])) if deed == "outcome" else "",
            points=draw(TENTHS),
            group=draw(st.sampled_from(["", "甲", "乙"])),
            cap=draw(st.none() | TENTHS.filter(bool)),
        )
        found[one.deed, one.part, one.of, one.level] = one
    return tuple(found.values())


@st.composite
def some_deeds(draw: st.DrawFn) -> tuple[Done, ...]:
    found = []
    for number in range(draw(st.integers(0, 8))):
        deed = draw(st.sampled_from(sorted(OF)))
        about: list[Work] = [(deed, number)]
        if deed == "outcome":
            ids = draw(st.sets(st.integers(1, 3), min_size=1))
            about = [("suggested", one) for one in sorted(ids)]
        found.append(
            Done(
                deed,
                draw(st.sampled_from(points.PARTS[deed])).value,
                DAY + dt.timedelta(days=draw(st.integers(0, 3))),
                number,
                tuple(about),
                of=frozenset(draw(st.sets(st.sampled_from(OF[deed])))) if OF[deed] else frozenset(),
                level=draw(st.sampled_from(["county", "city"])) if deed == "outcome" else "",
            )
        )
    return tuple(found)


def recounted(rules: Sequence[Rule], done: Sequence[Done]) -> dict[int, Decimal]:
    """Points by rule, counted the long way: work by work, taking the best that is left until nothing is."""
    about = [
        (at, index)
        for at, one in enumerate(rules)
        for index, deed in enumerate(done)
        if one.deed == deed.deed
        and (one.part == "" or one.part == deed.part)
        and (one.of == "" or one.of in deed.of)
        and (one.level == "" or one.level == deed.level)
    ]
    counted = [pair for pair in about if rules[pair[0]].group == ""]
    for group in {one.group for one in rules if one.group}:
        left = [pair for pair in about if rules[pair[0]].group == group]
        free = {work for _, index in left for work in done[index].works}
        while left:
            best = left[0]
            for pair in left[1:]:
                ahead = rules[pair[0]].points - rules[best[0]].points
                if ahead > 0 or (ahead == 0 and _sooner(pair, best, done)):
                    best = pair
            left.remove(best)
            works = [work for work in done[best[1]].works if work in free]
            if works:
                free.remove(works[0])
                left = [pair for pair in left if pair[1] != best[1]]
                counted.append(best)
    sums: dict[int, Decimal] = defaultdict(Decimal)
    for at, _index in counted:
        sums[at] += rules[at].points
    return {at: min(amount, rules[at].cap or amount) for at, amount in sums.items()}


def _sooner(one: tuple[int, int], other: tuple[int, int], done: Sequence[Done]) -> bool:
    return (one[0], done[one[1]].day, one[1]) < (other[0], done[other[1]].day, other[1])


@given(some_rules(), some_deeds())
def test_points_are_what_a_naive_recount_gives(rules: tuple[Rule, ...], done: tuple[Done, ...]) -> None:
    earned = score(rules, done)
    sums: dict[int, Decimal] = defaultdict(Decimal)
    for one in earned:
        sums[one.rule] += one.points
    assert dict(sums) == recounted(rules, done)
    assert total(earned) == sum(recounted(rules, done).values(), Decimal(0))


@given(some_rules(), some_deeds())
def test_no_work_counts_twice_in_a_group_and_no_rule_beyond_its_most(
    rules: tuple[Rule, ...], done: tuple[Done, ...]
) -> None:
    earned = score(rules, done)
    for group in {one.group for one in rules if one.group}:
        indexes = [one.done for one in earned if rules[one.rule].group == group]
        assert len(indexes) == len(set(indexes))
        assert len(indexes) <= len({work for index in indexes for work in done[index].works})
    for at, one in enumerate(rules):
        if one.cap is not None:
            assert sum(line.points for line in earned if line.rule == at) <= one.cap


def test_every_part_belongs_to_a_deed() -> None:
    assert {part for parts in points.PARTS.values() for part in parts} == set(Part)
    assert set(points.PARTS) == set(Deed)
