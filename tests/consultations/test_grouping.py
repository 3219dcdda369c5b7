from __future__ import annotations

import pytest

from consultations.grouping import Edge, Forest, Stand, by_voter


def test_what_is_merged_nowhere_is_a_group_of_itself() -> None:
    forest = Forest()
    assert (forest.root(5), forest.members(5), forest.is_grouped(5)) == (5, (5,), False)


def test_the_representative_is_the_root_whatever_the_order_of_merges() -> None:
    forest = Forest([Edge(3, 2, 10), Edge(2, 1, 11), Edge(4, 2, 12)])
    assert [forest.root(one) for one in (1, 2, 3, 4)] == [1, 1, 1, 1]
    assert set(forest.members(1)) == {1, 2, 3, 4}
    assert set(forest.members(2)) == {2, 3, 4}


def test_splitting_cuts_one_edge_and_leaves_what_is_below() -> None:
    forest = Forest([Edge(3, 2, 10), Edge(2, 1, 11)])
    forest.split(2)
    assert (forest.members(1), forest.members(2)) == ((1,), (2, 3))
    assert not forest.is_grouped(1)


@pytest.mark.parametrize("edge", [Edge(2, 1, 9), Edge(1, 2, 9), Edge(1, 3, 9), Edge(1, 1, 9), Edge(2, 4, 9)])
def test_no_circle_and_no_second_parent(edge: Edge) -> None:
    forest = Forest([Edge(3, 2, 7), Edge(2, 1, 8)])
    with pytest.raises(ValueError, match="Edge"):
        forest.merge(edge)


def test_splitting_what_is_not_merged_is_an_error() -> None:
    with pytest.raises(ValueError, match="1"):
        Forest([Edge(2, 1, 8)]).split(1)


def test_who_supported_both_counts_once() -> None:
    votes = by_voter(
        [(1, "a", "support", 3), (2, "a", "support", 4), (2, "b", "support", 4), (1, "c", "support", 5)]
    )
    assert Forest([Edge(2, 1, 6)]).tally(1, votes) == (3, 0, 0)
    assert Forest().tally(1, votes) == (2, 0, 0)


def test_the_latest_stand_counts() -> None:
    forest = Forest([Edge(2, 1, 6)])
    assert forest.stand(1, {1: Stand("support", 3), 2: Stand("oppose", 4)}) == "oppose"
    assert forest.stand(1, {1: Stand("support", 5), 2: Stand("oppose", 4)}) == "support"


def test_of_one_entry_what_was_said_of_the_representative_counts() -> None:
    assert Forest([Edge(2, 1, 6)]).stand(1, {1: Stand("oppose", 4), 2: Stand("support", 4)}) == "oppose"


def test_what_was_taken_back_before_the_merge_does_not_take_back_another() -> None:
    assert Forest([Edge(2, 1, 6)]).stand(1, {1: Stand(None, 5), 2: Stand("support", 4)}) == "support"


def test_what_is_taken_back_after_the_merge_is_taken_back_from_the_group() -> None:
    assert Forest([Edge(2, 1, 6)]).stand(1, {1: Stand(None, 7), 2: Stand("support", 4)}) is None


def test_a_vote_replaces_only_what_had_been_merged_by_then() -> None:
    # 2 was merged at 6, taken back from the group at 7; 3, which the same person supports, came at 8.
    forest = Forest([Edge(2, 1, 6), Edge(3, 1, 8)])
    said = {1: Stand(None, 7), 2: Stand("support", 4), 3: Stand("support", 5)}
    assert forest.stand(1, said) == "support"
    forest.split(3)
    assert forest.stand(1, said) is None


def test_a_vote_for_the_root_replaces_what_was_said_two_merges_below() -> None:
    forest = Forest([Edge(3, 2, 6), Edge(2, 1, 7)])
    assert forest.stand(1, {3: Stand("support", 2), 1: Stand("oppose", 8)}) == "oppose"
    assert forest.stand(1, {3: Stand("support", 2), 1: Stand("oppose", 1)}) == "support"


def test_everything_one_voter_stands_for_is_said_of_representatives() -> None:
    forest = Forest([Edge(2, 1, 6)])
    said = {2: Stand("support", 4), 5: Stand("oppose", 4), 7: Stand(None, 4)}
    assert forest.stands(said) == {1: "support", 5: "oppose"}
