from __future__ import annotations

from jianyan.demo.catalogue import Quality, issue, issues
from jianyan.rehearsal.plan import Remedy, plan


def test_everything_that_was_said_comes_in_evenly_and_in_its_order() -> None:
    turns = plan(issue("parking"), per_minute=30)
    assert [turn.position for turn in turns] == list(range(1, 48))
    assert [turn.seconds for turn in turns[:3]] == [2.0, 4.0, 6.0]
    assert turns[-1].seconds == 94.0


def test_what_says_the_same_is_to_be_merged_into_what_came_first() -> None:
    same = {turn.position: turn.same_as for turn in plan(issue("parking"), per_minute=30) if turn.same_as}
    assert same == {4: 1, 5: 1, 9: 8, 10: 2, 27: 26, 32: 3, 34: 33}
    assert all(
        turn.right == (Remedy.MERGE,) for turn in plan(issue("parking"), per_minute=30) if turn.same_as
    )


def test_the_quality_says_what_is_right() -> None:
    turns = {
        turn.idea.quality: turn.right for turn in plan(issue("parking"), per_minute=30) if not turn.same_as
    }
    assert turns == {
        Quality.GOOD: (Remedy.PUBLISH,),
        Quality.TWO_IDEAS: (Remedy.RETURN,),
        Quality.OFF_TOPIC: (Remedy.DECLINE, Remedy.RETURN),
        Quality.HARSH: (Remedy.RETURN, Remedy.DECLINE),
        Quality.PRIVATE_DATA: (Remedy.RETURN,),
    }


def test_a_few_can_be_chosen() -> None:
    turns = plan(issue("parking"), per_minute=60, positions=(2, 10))
    assert [(turn.position, turn.seconds) for turn in turns] == [(2, 2.0), (10, 3.0)]


def test_every_issue_can_be_rehearsed() -> None:
    for one in issues():
        assert len(plan(one, per_minute=30)) == len(one.ideas)
