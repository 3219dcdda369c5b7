"""The last counts, from memory."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from realtime.backlog import LENGTH, Backlog, Step


def step(revision: int, *tallies: tuple[int, int, int, int]) -> Step:
    return Step(revision - 1, revision, tallies)


def test_consecutive_steps_are_told_together_with_the_newest_counts() -> None:
    backlog = Backlog(5)
    assert backlog.follow(step(6, (17, 1, 0, 0)))
    assert backlog.follow(step(7, (18, 1, 0, 0)))
    assert backlog.follow(step(8, (17, 2, 0, 0)))
    assert backlog.head == 8
    assert backlog.tallies(5) == ((17, 2, 0, 0), (18, 1, 0, 0))
    assert backlog.tallies(7) == ((17, 2, 0, 0),)
    assert backlog.tallies(8) == ()


def test_a_step_after_a_gap_is_not_taken() -> None:
    backlog = Backlog(5)
    assert backlog.follow(step(7, (17, 1, 0, 0))) is False
    assert backlog.head == 5
    assert backlog.covers(5)


def test_a_step_that_is_known_changes_nothing() -> None:
    backlog = Backlog(5)
    assert backlog.follow(step(5, (17, 1, 0, 0)))
    assert backlog.head == 5
    assert backlog.tallies(0) == ()


def test_steps_of_several_revisions_follow_where_they_overlap() -> None:
    backlog = Backlog(5)
    assert backlog.follow(Step(4, 8, ((17, 3, 0, 0),)))
    assert backlog.head == 8


def test_it_covers_what_it_holds_and_nothing_before() -> None:
    backlog = Backlog(5)
    assert backlog.covers(5)
    assert not backlog.covers(4)
    backlog.follow(step(6))
    assert backlog.covers(5)
    backlog.restart(9)
    assert backlog.covers(9)
    assert not backlog.covers(8)


def test_the_oldest_steps_are_forgotten() -> None:
    backlog = Backlog(0)
    for revision in range(1, LENGTH + 3):
        backlog.follow(step(revision))
    assert not backlog.covers(1)
    assert backlog.covers(2)


@given(
    counts=st.lists(st.tuples(st.integers(1, 5), st.integers(0, 9)), max_size=30),
    since=st.integers(0, 30),
)
def test_counts_then_and_what_came_after_are_the_counts_now(
    counts: list[tuple[int, int]], since: int
) -> None:
    backlog = Backlog(0)
    then: dict[int, int] = {}
    now: dict[int, int] = {}
    since = min(since, len(counts))
    for revision, (suggestion, support) in enumerate(counts, start=1):
        backlog.follow(step(revision, (suggestion, support, 0, 0)))
        now[suggestion] = support
        if revision <= since:
            then[suggestion] = support
    assert then | {tally[0]: tally[1] for tally in backlog.tallies(since)} == now
