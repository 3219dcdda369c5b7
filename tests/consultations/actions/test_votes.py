from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from consultations.actions.counting import exchange_votes
from consultations.actions.moderation import hide_suggestion
from consultations.actions.topics import pause_topic
from consultations.actions.votes import Ballot, Counted, cast_votes
from consultations.errors import (
    BudgetSpent,
    NotOpen,
    NoVoice,
    OwnSuggestion,
    Paused,
    Refused,
    UnknownChoice,
    UnknownSuggestion,
    UnknownTopic,
    VotingClosed,
    VotingNotOpen,
)
from consultations.journal import pseudonym
from consultations.models import JournalEntry, Suggestion, Topic, Vote
from jianyan.accounts.models import User
from tests.consultations.conftest import Scene
from tests.consultations.factories import HOUR, MINUTE, NOON, actor, make_suggestion, make_topic
from tests.jianyan.accounts.factories import make_member
from tests.plans import nothing_read_whole


def cast(
    topic: Topic, *wishes: tuple[User, Suggestion, str | None], at: dt.datetime = NOON + 5 * MINUTE
) -> Counted:
    ballots = [Ballot(actor(user), suggestion.pk, choice) for user, suggestion, choice in wishes]
    return cast_votes(topic_id=topic.pk, ballots=ballots, at=at)


def tally(suggestion: Suggestion) -> tuple[int, int, int]:
    suggestion.refresh_from_db()
    return suggestion.support, suggestion.neutral, suggestion.oppose


def refusal(counted: Counted) -> type[Refused] | None:
    return type(counted.refusals[0]) if counted.refusals else None


def test_a_batch_is_one_step_with_absolute_tallies_under_pseudonyms(scene: Scene) -> None:
    counted = cast(
        scene.topic,
        (scene.member, scene.suggestion, "support"),
        (scene.other, scene.suggestion, "support"),
    )
    assert counted.refusals == {}
    assert tally(scene.suggestion) == (2, 0, 0)
    entry = JournalEntry.objects.get(topic=scene.topic, revision=counted.revision)
    scene.topic.refresh_from_db()
    assert entry.kind == "votes"
    assert entry.payload == {
        "votes": [
            [scene.suggestion.pk, pseudonym(scene.topic.secret, user.pk), "support"]
            for user in (scene.member, scene.other)
        ],
        "tallies": [[scene.suggestion.pk, 2, 0, 0]],
    }


def test_a_replay_is_acknowledged_again_and_changes_nothing(scene: Scene) -> None:
    first = cast(scene.topic, (scene.member, scene.suggestion, "support"))
    again = cast(scene.topic, (scene.member, scene.suggestion, "support"))
    assert again == first
    assert tally(scene.suggestion) == (1, 0, 0)


def test_the_last_wish_of_a_batch_stands_and_what_cancels_out_is_no_step(scene: Scene) -> None:
    before = JournalEntry.objects.count()
    cast(
        scene.topic,
        (scene.member, scene.suggestion, "support"),
        (scene.member, scene.suggestion, None),
    )
    assert tally(scene.suggestion) == (0, 0, 0)
    assert JournalEntry.objects.count() == before


def test_a_vote_taken_back_keeps_its_row_without_a_choice(scene: Scene) -> None:
    cast(scene.topic, (scene.member, scene.suggestion, "support"))
    cast(scene.topic, (scene.member, scene.suggestion, None))
    assert tally(scene.suggestion) == (0, 0, 0)
    assert Vote.objects.get(suggestion=scene.suggestion, voter=scene.member).choice is None


def test_a_three_way_ballot_moves_a_stand_from_one_column_to_another(scene: Scene) -> None:
    Topic.objects.filter(pk=scene.topic.pk).update(ballot="three_way")
    cast(scene.topic, (scene.member, scene.suggestion, "oppose"), (scene.other, scene.suggestion, "neutral"))
    assert tally(scene.suggestion) == (0, 1, 1)
    cast(scene.topic, (scene.member, scene.suggestion, "support"))
    assert tally(scene.suggestion) == (1, 1, 0)


def test_refusals_name_their_reason_and_the_others_are_committed(scene: Scene) -> None:
    pending = make_suggestion(scene.topic, scene.member, "还在审核")
    counted = cast(
        scene.topic,
        (scene.author, scene.suggestion, "support"),
        (scene.member, scene.suggestion, "support"),
        (scene.moderator, scene.suggestion, "support"),
        (scene.other, scene.suggestion, "oppose"),
        (scene.other, pending, "support"),
        (scene.other, Suggestion(pk=999_999), "support"),
    )
    assert {index: type(refused) for index, refused in counted.refusals.items()} == {
        0: OwnSuggestion,
        2: NoVoice,
        3: UnknownChoice,
        4: UnknownSuggestion,
        5: UnknownSuggestion,
    }
    assert tally(scene.suggestion) == (1, 0, 0)
    assert Vote.objects.count() == 1


def test_a_suggestion_of_another_topic_is_unknown_here(scene: Scene) -> None:
    elsewhere = make_topic(scene.county, deliberation=scene.topic.deliberation)
    assert refusal(cast(elsewhere, (scene.member, scene.suggestion, "support"))) is UnknownSuggestion


def test_a_hidden_suggestion_takes_no_votes_and_keeps_those_it_has(scene: Scene) -> None:
    cast(scene.topic, (scene.member, scene.suggestion, "support"))
    hide_suggestion(
        suggestion_id=scene.suggestion.pk, by=actor(scene.moderator), at=NOON + MINUTE, reason="含个人信息"
    )
    assert refusal(cast(scene.topic, (scene.other, scene.suggestion, "support"))) is UnknownSuggestion
    assert tally(scene.suggestion) == (1, 0, 0)


@pytest.mark.parametrize(
    ("at", "refused"),
    [
        (NOON - MINUTE, NotOpen),
        (NOON, None),
        (NOON + HOUR - dt.timedelta(microseconds=1), None),
        (NOON + HOUR, VotingClosed),
        (NOON - 25 * HOUR, UnknownTopic),
    ],
)
def test_the_window_is_exact_at_both_ends(
    scene: Scene, at: dt.datetime, refused: type[Refused] | None
) -> None:
    assert refusal(cast(scene.topic, (scene.member, scene.suggestion, "support"), at=at)) is refused


def test_a_vote_at_the_closing_instant_is_refused_and_leaves_no_trace(scene: Scene) -> None:
    scene.topic.refresh_from_db()
    before = scene.topic.revision
    cast(scene.topic, (scene.member, scene.suggestion, "support"), at=NOON + HOUR)
    scene.topic.refresh_from_db()
    assert (scene.topic.revision, Vote.objects.count(), tally(scene.suggestion)) == (before, 0, (0, 0, 0))


def test_before_voting_begins_and_while_paused_votes_are_refused(scene: Scene) -> None:
    Topic.objects.filter(pk=scene.topic.pk).update(voting_from=NOON + 10 * MINUTE)
    wish = (scene.member, scene.suggestion, "support")
    assert refusal(cast(scene.topic, wish)) is VotingNotOpen
    pause_topic(topic_id=scene.topic.pk, by=actor(scene.moderator), at=NOON + 6 * MINUTE)
    assert refusal(cast(scene.topic, wish, at=NOON + 11 * MINUTE)) is Paused


def test_the_budget_counts_standing_votes_within_and_across_batches(scene: Scene) -> None:
    Topic.objects.filter(pk=scene.topic.pk).update(budget=1)
    second = make_suggestion(scene.topic, scene.other, "第二条", publish_by=scene.moderator)
    counted = cast(
        scene.topic, (scene.member, scene.suggestion, "support"), (scene.member, second, "support")
    )
    assert {index: type(refused) for index, refused in counted.refusals.items()} == {1: BudgetSpent}
    assert refusal(cast(scene.topic, (scene.member, second, "support"))) is BudgetSpent
    assert refusal(cast(scene.topic, (scene.member, scene.suggestion, "support"))) is None
    counted = cast(scene.topic, (scene.member, scene.suggestion, None), (scene.member, second, "support"))
    assert counted.refusals == {}
    assert (tally(scene.suggestion), tally(second)) == ((0, 0, 0), (1, 0, 0))


def test_an_unknown_topic_is_refused(scene: Scene) -> None:
    with pytest.raises(UnknownTopic):
        cast(Topic(pk=999_999), (scene.member, scene.suggestion, "support"))


def test_the_database_itself_refuses_a_second_vote_row(scene: Scene) -> None:
    cast(scene.topic, (scene.member, scene.suggestion, "support"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Vote.objects.create(
            topic=scene.topic, suggestion=scene.suggestion, voter=scene.member, choice="support", cast_at=NOON
        )


def test_a_batch_takes_the_same_number_of_queries_for_one_vote_and_for_many(scene: Scene) -> None:
    members = [make_member(scene.county, f"委员{n}") for n in range(6)]
    second = make_suggestion(scene.topic, scene.other, "第二条", publish_by=scene.moderator)
    third = make_suggestion(scene.topic, scene.member, "第三条", publish_by=scene.moderator)
    counts = []
    for batch, targets in ((members[:1], [second]), (members[1:4], [scene.suggestion, second, third])):
        ballots = [Ballot(actor(user), target.pk, "support") for user in batch for target in targets]
        with CaptureQueriesContext(connection) as queries:
            cast_votes(topic_id=scene.topic.pk, ballots=ballots, at=NOON + MINUTE)
        counts.append(len([q for q in queries.captured_queries if "SAVEPOINT" not in q["sql"]]))
    assert counts[0] == counts[1] <= 7


def test_a_batch_looks_its_votes_up_among_many(scene: Scene) -> None:
    subjects = [make_suggestion(scene.topic, make_member(scene.county)) for _ in range(2)]
    crowd = User.objects.bulk_create(User(username=f"crowd{number}", password="!") for number in range(1_000))
    Vote.objects.bulk_create(
        Vote(topic=scene.topic, suggestion=subject, voter=voter, choice="support", cast_at=NOON)
        for subject in subjects
        for voter in crowd
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE consultations_vote")
    # So many that it is tempting to read everything once instead.
    wished = {(subjects[0].pk, voter.pk): "oppose" for voter in crowd[:400]}
    with nothing_read_whole("consultations_vote"):
        before = exchange_votes(scene.topic.pk, wished, at=NOON + MINUTE, revision=2)
    assert before == dict.fromkeys(wished, "support")


def test_votes_are_looked_up_even_where_there_are_so_few_that_reading_all_is_cheaper(scene: Scene) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # What other tests took back still fills pages.
            cursor.execute("TRUNCATE consultations_vote")
        cast(scene.topic, (scene.member, scene.suggestion, "support"))
        if connection.vendor == "postgresql":
            # PostgreSQL finds out by itself; SQLite is never told.
            cursor.execute("ANALYZE consultations_vote")
    wishes = [(user, scene.suggestion, "support") for user in (scene.other, scene.member)]
    with nothing_read_whole("consultations_vote"):
        cast(scene.topic, *wishes)
