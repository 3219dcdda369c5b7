"""Merging and undoing it: counts, refusals, the journal, and what members see."""

from __future__ import annotations

import datetime as dt
import importlib
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consultations.actions.merging import merge_suggestions, unmerge_suggestion
from consultations.actions.moderation import decline_suggestion, feature_suggestion, hide_suggestion
from consultations.actions.recount import recount_topic
from consultations.actions.suggestions import edit_suggestion, withdraw_suggestion
from consultations.actions.topics import close_topic
from consultations.actions.votes import Ballot, cast_votes
from consultations.enums import Status
from consultations.errors import (
    AlreadyMerged,
    BadForm,
    Frozen,
    MergedIntoItself,
    NotAllowed,
    NotMergeable,
    NotMerged,
    OtherTopic,
    OwnMerge,
    OwnSuggestion,
    Refused,
    RepresentsOthers,
    UnknownSuggestion,
)
from consultations.models import JournalEntry, Suggestion, Topic, Vote
from consultations.queries.facts import SuggestionFact
from consultations.queries.groups import lineage, preview_merge
from consultations.queries.journal_check import check_journal
from consultations.queries.state import changes_since, own_part, topic_state
from jianyan.accounts.roles import Actor
from tests.consultations.factories import MINUTE, NOON, actor, make_suggestion, make_topic
from tests.consultations.remembered import remembered
from tests.consultations.test_properties import check_chain, check_tallies, stood
from tests.jianyan.accounts.factories import (
    County,
    make_county,
    make_member,
    make_membership,
    make_moderator,
)

AT = NOON + 2 * MINUTE
NAMES = ("林栖云", "罗小满", "顾南枝", "周知夏", "沈禾")


@remembered
def make_group(**rules: Any) -> Group:
    """See Group."""
    return Group(**rules)


class Group:
    """Five members with a published idea each, numbered from 1; nobody has voted."""

    def __init__(self, county: County | None = None, *, at: dt.datetime = AT, **rules: Any) -> None:
        self.at = at
        self.county = county or make_county()
        self.topic = make_topic(self.county, **rules)
        self.chair = make_moderator(self.county)
        self.moderator = actor(self.chair)
        self.users = [make_member(self.county, name) for name in NAMES]
        self.members = [actor(user) for user in self.users]
        self.ideas = [
            make_suggestion(self.topic, user, f"第{number}条，错时停车", publish_by=self.chair).pk
            for number, user in enumerate(self.users, 1)
        ]

    def vote(self, member: int, idea: int, choice: str | None = "support") -> None:
        counted = cast_votes(
            topic_id=self.topic.pk,
            ballots=[Ballot(self.members[member], self.ideas[idea], choice)],
            at=self.at,
        )
        for refusal in counted.refusals.values():
            raise refusal

    def merge(self, *ideas: int, into: int, by: Actor | None = None) -> Suggestion:
        return merge_suggestions(
            topic_id=self.topic.pk,
            suggestion_ids=[self.ideas[idea] for idea in ideas],
            into=self.ideas[into],
            by=by or self.moderator,
            at=self.at,
        )

    def unmerge(self, idea: int) -> Suggestion:
        return unmerge_suggestion(suggestion_id=self.ideas[idea], by=self.moderator, at=self.at)

    def idea(self, idea: int) -> Suggestion:
        return Suggestion.objects.get(pk=self.ideas[idea])

    def support(self, idea: int) -> int:
        return self.idea(idea).support

    def own_votes(self, member: int) -> dict[int, str]:
        votes = own_part(self.topic.pk, self.members[member], at=self.at).votes
        return {self.ideas.index(int(pk)): choice for pk, choice in votes.items()}

    def fresh(self) -> Topic:
        return Topic.objects.get(pk=self.topic.pk)

    def check(self, *, unmerged: bool = False) -> None:
        check_chain(self.fresh())
        check_tallies(self.fresh(), self.members, at=AT, unmerged=unmerged)


@pytest.fixture
def group(db: None) -> Group:
    return make_group()


def test_who_supported_several_counts_once(group: Group) -> None:
    for member, idea in ((2, 0), (3, 0), (3, 1), (4, 1)):
        group.vote(member, idea)
    representative = group.merge(1, into=0)
    assert (representative.support, group.support(0), group.support(1)) == (3, 3, 2)
    assert group.idea(1).status == Status.MERGED
    assert group.idea(1).merged_into_id == group.ideas[0]
    group.check()


def test_the_preview_says_what_the_merge_then_comes_to(group: Group) -> None:
    for member, idea in ((2, 0), (3, 0), (3, 1), (4, 1)):
        group.vote(member, idea)
    # Named twice it is one, as when it is merged.
    preview = preview_merge(group.fresh(), [group.ideas[1]] * 2, group.ideas[0], group.moderator)
    assert preview is not None
    assert (preview.support, preview.neutral, preview.oppose, preview.refusal) == (3, 0, 0, None)
    assert preview.into.tally == (2, 0, 0)
    assert [(part.number, part.tally, part.merged_at) for part in preview.parts] == [(2, (2, 0, 0), None)]
    assert group.merge(1, into=0).support == 3


def test_the_preview_of_what_may_not_be_says_why(group: Group) -> None:
    group.merge(1, into=0)
    preview = preview_merge(group.fresh(), [group.ideas[2]], group.ideas[1], group.moderator)
    assert preview is not None
    assert isinstance(preview.refusal, AlreadyMerged)
    assert preview.refusal.params == {"number": 2, "into": 1}
    assert preview_merge(group.fresh(), [0], group.ideas[1], group.moderator) is None


def test_nobodys_vote_is_moved_and_undoing_restores_everything(group: Group) -> None:
    for member, idea in ((2, 0), (3, 0), (3, 1), (4, 1)):
        group.vote(member, idea)
    feature_suggestion(suggestion_id=group.ideas[1], on=True, by=group.moderator, at=AT)
    rows = stood(group.topic)
    facts = {fact.id: fact for fact in topic_state(group.topic.pk, at=AT).suggestions}
    stands = [group.own_votes(member) for member in range(5)]
    group.merge(1, into=0)
    assert stood(group.topic) == rows
    assert not group.idea(1).featured
    group.unmerge(1)
    assert stood(group.topic) == rows
    assert {fact.id: fact for fact in topic_state(group.topic.pk, at=AT).suggestions} == facts
    assert [group.own_votes(member) for member in range(5)] == stands
    group.check()


def test_what_was_featured_meanwhile_stays_featured(group: Group) -> None:
    feature_suggestion(suggestion_id=group.ideas[1], on=True, by=group.moderator, at=AT)
    group.merge(1, into=0)
    feature_suggestion(suggestion_id=group.ideas[2], on=True, by=group.moderator, at=AT)
    assert not group.unmerge(1).featured
    assert group.idea(2).featured


def test_a_vote_for_what_was_merged_goes_to_the_representative(group: Group) -> None:
    group.merge(1, into=0)
    group.vote(2, 1)
    assert (group.support(0), group.support(1)) == (1, 0)
    assert Vote.objects.get().suggestion_id == group.ideas[0]
    assert group.own_votes(2) == {0: "support"}
    group.unmerge(1)
    assert (group.support(0), group.support(1)) == (1, 0)
    group.check()


def test_supporters_see_their_support_on_the_representative_and_can_take_it_back(group: Group) -> None:
    group.vote(2, 1)
    group.merge(1, into=0)
    assert group.own_votes(2) == {0: "support"}
    revision = group.fresh().revision
    group.vote(2, 0)
    assert group.fresh().revision == revision, "a wish that is fulfilled changes nothing"
    group.vote(2, 0, None)
    assert (group.support(0), group.own_votes(2)) == (0, {})
    group.check()
    group.unmerge(1)
    assert (group.support(1), group.own_votes(2)) == (1, {1: "support"})
    group.check()


def test_authors_of_a_group_do_not_support_it_but_what_they_supported_before_counts(group: Group) -> None:
    group.vote(0, 1)
    group.vote(1, 0)
    group.merge(1, into=0)
    assert group.support(0) == 2
    group.vote(1, 0, None)
    group.vote(0, 1, None)
    assert group.support(0) == 0
    for member in (0, 1):
        with pytest.raises(OwnSuggestion):
            group.vote(member, 0)
    group.check()


def test_groups_are_merged_into_groups_and_come_out_as_they_went_in(group: Group) -> None:
    for member, idea in ((0, 2), (1, 2), (3, 2), (0, 1), (3, 1), (4, 0)):
        group.vote(member, idea)
    group.merge(2, into=1)
    assert group.support(1) == 3
    group.merge(1, into=0)
    assert group.support(0) == 4
    assert [group.idea(idea).merged_into_id for idea in (1, 2)] == [group.ideas[0]] * 2
    group.check()
    found = lineage(group.fresh(), group.ideas[2])
    assert found is not None
    assert (found.representative.number, [part.number for part in found.parts]) == (1, [2, 3])
    assert lineage(group.fresh(), group.ideas[0]) == found
    assert group.unmerge(1).support == 3
    assert (group.support(0), group.idea(2).merged_into_id) == (1, group.ideas[1])
    group.check()
    group.unmerge(2)
    assert [group.support(idea) for idea in range(3)] == [1, 2, 3]
    assert lineage(group.fresh(), group.ideas[2]) is None
    group.check()


def test_several_are_merged_in_one_step(group: Group) -> None:
    revision = group.fresh().revision
    group.merge(1, 2, 2, into=0)
    entry = JournalEntry.objects.get(topic=group.topic, revision=revision + 1)
    assert group.fresh().revision == revision + 1
    assert (entry.kind, entry.payload["by"]) == ("merged", "moderator")
    assert entry.payload["edges"] == [[group.ideas[1], group.ideas[0]], [group.ideas[2], group.ideas[0]]]
    assert "author" not in str(entry.payload)


def test_a_waiting_idea_can_be_merged_and_waits_again_when_that_is_undone(group: Group) -> None:
    waiting = make_suggestion(group.topic, make_member(group.county, "程远"), "也说错时停车")
    merge_suggestions(
        topic_id=group.topic.pk, suggestion_ids=[waiting.pk], into=group.ideas[0], by=group.moderator, at=AT
    )
    last = topic_state(group.topic.pk, at=AT).suggestions[-1]
    assert isinstance(last, SuggestionFact)
    assert (last.id, last.status, last.merged_into) == (waiting.pk, "merged", group.ideas[0])
    revision = group.fresh().revision
    unmerge_suggestion(suggestion_id=waiting.pk, by=group.moderator, at=AT)
    waiting.refresh_from_db()
    assert waiting.status == Status.PENDING
    # Everybody has seen it, so everybody is told that it is gone.
    gone = [
        fact for fact in changes_since(group.topic.pk, revision, at=AT).suggestions if fact.id == waiting.pk
    ]
    assert [fact.status for fact in gone] == ["hidden"]
    assert check_journal(group.topic.pk).faults == ()


def test_voters_of_what_was_merged_are_told_what_they_stand_for(group: Group) -> None:
    group.vote(3, 1)
    group.vote(4, 0)
    revision = group.fresh().revision
    group.merge(1, into=0)
    authors = changes_since(group.topic.pk, revision, at=AT).authors
    concerned = {group.users.index(user) for user in group.users if user.pk in authors}
    assert concerned == {0, 1, 3}


def test_a_budget_counts_a_group_once(db: None) -> None:
    group = make_group(budget=2)
    group.vote(4, 0)
    group.vote(4, 1)
    with pytest.raises(Refused, match="budget_spent"):
        group.vote(4, 2)
    group.merge(1, into=0)
    group.vote(4, 2)
    assert group.own_votes(4) == {0: "support", 2: "support"}
    group.check()


def test_the_latest_of_three_stands_counts(db: None) -> None:
    group = make_group(ballot="three_way")
    group.vote(4, 0, "oppose")
    group.vote(4, 1, "support")
    group.vote(3, 1, "neutral")
    representative = group.merge(1, into=0)
    assert (representative.support, representative.neutral, representative.oppose) == (1, 1, 0)
    group.check()


@pytest.mark.parametrize(
    ("ideas", "into", "refusal"),
    [
        ((0,), 0, MergedIntoItself),
        ((0, 1), 1, MergedIntoItself),
        ((), 1, BadForm),
        ((3,), 4, AlreadyMerged),
        ((2,), 3, AlreadyMerged),
        ((2,), 1, NotMergeable),
        ((1,), 2, NotMergeable),
    ],
)
def test_what_makes_no_sense_is_refused_and_leaves_no_trace(
    group: Group, ideas: tuple[int, ...], into: int, refusal: type[Refused]
) -> None:
    group.merge(3, into=0)
    hide_suggestion(suggestion_id=group.ideas[1], by=group.moderator, at=AT, reason="含个人信息")
    before = topic_state(group.topic.pk, at=AT)
    if ideas == (3,):
        into = 4
    with pytest.raises(refusal):
        group.merge(*ideas, into=into)
    assert topic_state(group.topic.pk, at=AT) == before
    group.check()


def test_only_one_topic_at_a_time(group: Group) -> None:
    other = make_topic(group.county, "另一个议题", deliberation=group.topic.deliberation)
    elsewhere = make_suggestion(other, group.users[0], "别处的建言", publish_by=group.chair)
    for ids, into, refusal in (
        ([elsewhere.pk], group.ideas[0], OtherTopic),
        ([group.ideas[0]], elsewhere.pk, OtherTopic),
        ([999_999], group.ideas[0], UnknownSuggestion),
    ):
        with pytest.raises(refusal):
            merge_suggestions(
                topic_id=group.topic.pk, suggestion_ids=ids, into=into, by=group.moderator, at=AT
            )


def test_members_merge_nothing_and_moderators_not_what_they_wrote(group: Group) -> None:
    with pytest.raises(NotAllowed):
        group.merge(1, into=0, by=group.members[3])
    own = make_moderator(group.county, "方亦舟")
    make_membership(own, group.county.committee)
    make_suggestion(group.topic, own, "主持人自己的建言", publish_by=group.chair)
    group.ideas.append(Suggestion.objects.get(author=own).pk)
    with pytest.raises(OwnMerge):
        group.merge(5, into=0, by=actor(own))
    group.merge(5, into=0)


def test_merging_goes_on_after_closing_until_the_topic_is_frozen(group: Group) -> None:
    group.vote(3, 1)
    close_topic(topic_id=group.topic.pk, by=group.moderator, at=AT)
    assert group.merge(1, into=0).support == 1
    Topic.objects.filter(pk=group.topic.pk).update(frozen_at=AT)
    with pytest.raises(Frozen):
        group.unmerge(1)
    with pytest.raises(Frozen):
        group.merge(2, into=0)


def test_who_stands_for_others_cannot_go(group: Group) -> None:
    group.merge(1, into=0)
    with pytest.raises(RepresentsOthers):
        withdraw_suggestion(suggestion_id=group.ideas[0], by=group.members[0], at=AT)
    with pytest.raises(RepresentsOthers):
        hide_suggestion(suggestion_id=group.ideas[0], by=group.moderator, at=AT, reason="含个人信息")
    with pytest.raises(Refused, match="already_decided"):
        decline_suggestion(suggestion_id=group.ideas[1], by=group.moderator, at=AT, reason="与议题无关")
    group.unmerge(1)
    withdraw_suggestion(suggestion_id=group.ideas[0], by=group.members[0], at=AT)


def test_an_edit_of_the_representative_is_seen_and_does_not_leave_its_group_alone(group: Group) -> None:
    group.merge(1, into=0)
    edited = edit_suggestion(suggestion_id=group.ideas[0], by=group.members[0], text="改过的字", at=AT)
    assert (edited.suggestion.status, edited.suggestion.edited_at) == (Status.PUBLISHED, AT)


def test_what_is_not_merged_cannot_be_undone(group: Group) -> None:
    with pytest.raises(NotMerged):
        group.unmerge(1)
    group.merge(1, into=0)
    group.unmerge(1)
    with pytest.raises(NotMerged):
        group.unmerge(1)


def test_a_wrong_count_of_a_group_is_found_and_set_right(group: Group) -> None:
    group.vote(2, 0)
    group.vote(3, 1)
    group.merge(1, into=0)
    Suggestion.objects.filter(pk=group.ideas[0]).update(support=7)
    assert [fault.suggestion for fault in check_journal(group.topic.pk).faults] == [group.ideas[0]]
    (wrong,) = recount_topic(topic_id=group.topic.pk, at=AT)
    assert (wrong.stated, wrong.counted) == ((7, 0, 0), (2, 0, 0))
    assert check_journal(group.topic.pk).faults == ()


@pytest.mark.django_db
@pytest.mark.usefixtures("unmeasured")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    ballot=st.sampled_from(["support", "three_way"]),
    budget=st.sampled_from([None, 2]),
    wishes=st.lists(
        st.tuples(
            st.sampled_from(["merge", "unmerge", "vote", "vote", "back"]),
            st.integers(0, 4),
            st.integers(0, 4),
            st.sampled_from(["support", "oppose", "neutral"]),
        ),
        max_size=40,
    ),
)
def test_any_run_of_merges_votes_and_undos_equals_a_recount(
    ballot: str, budget: int | None, wishes: list[tuple[str, int, int, str]]
) -> None:
    with transaction.atomic():
        group = make_group(ballot=ballot, budget=budget)
        unmerged = False
        for name, one, two, choice in wishes:
            try:
                match name:
                    case "merge":
                        group.merge(one, into=two)
                    case "unmerge":
                        group.unmerge(one)
                        unmerged = True
                    case "vote":
                        group.vote(one, two, choice)
                    case _:
                        group.vote(one, two, None)
            except Refused:
                continue
            group.check(unmerged=unmerged)
        transaction.set_rollback(True)


def test_votes_from_before_groups_learn_their_revision_from_the_journal(group: Group) -> None:
    for member, idea, choice in ((2, 0, "support"), (3, 0, "support"), (2, 0, None), (4, 1, "support")):
        group.vote(member, idea, choice)
    rows = stood(group.topic)
    Vote.objects.update(revision=0)
    migration = importlib.import_module("consultations.migrations.0007_votes_know_their_revision")
    migration.find_revisions(apps, None)
    assert stood(group.topic) == rows
