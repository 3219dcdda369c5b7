"""Whoever changes a byte of a journal, or a vote behind its back, is found out."""

from __future__ import annotations

import pytest
from django.db import connection

from consultations.actions.moderation import feature_suggestion, hide_suggestion
from consultations.actions.recount import recount_topic
from consultations.actions.topics import close_topic
from consultations.actions.votes import Ballot, cast_votes
from consultations.errors import BrokenJournal, UnknownTopic
from consultations.models import JournalEntry, Suggestion, Topic, Vote
from consultations.queries.journal_check import Miscount, Verdict, check_journal, miscounts
from consultations.queries.journal_export import journal_lines
from tests.consultations.conftest import Scene
from tests.consultations.factories import MINUTE, NOON, actor, make_suggestion


@pytest.fixture
def finished(scene: Scene) -> Scene:
    """Two suggestions, votes for and a vote taken back, one suggestion hidden, the topic closed."""
    at = NOON + 2 * MINUTE
    other = make_suggestion(scene.topic, scene.other, "医院周边限时停放。", publish_by=scene.moderator, at=at)
    for user, suggestion, choice in (
        (scene.member, scene.suggestion, "support"),
        (scene.other, scene.suggestion, "support"),
        (scene.member, other, "support"),
        (scene.member, other, None),
    ):
        at += MINUTE
        counted = cast_votes(
            topic_id=scene.topic.pk, ballots=[Ballot(actor(user), suggestion.pk, choice)], at=at
        )
        assert counted.refusals == {}
    moderator = actor(scene.moderator)
    feature_suggestion(suggestion_id=scene.suggestion.pk, on=True, by=moderator, at=at)
    hide_suggestion(suggestion_id=other.pk, reason="有个人信息", by=moderator, at=at)
    close_topic(topic_id=scene.topic.pk, by=moderator, at=at + MINUTE)
    return scene


def verdict(scene: Scene) -> Verdict:
    return check_journal(scene.topic.pk)


def tamper(scene: Scene, revision: int, **fields: object) -> None:
    assert JournalEntry.objects.filter(topic=scene.topic, revision=revision).update(**fields) == 1


def test_the_journal_of_a_finished_topic_verifies(finished: Scene) -> None:
    found = verdict(finished)
    assert found.faults == ()
    assert (found.entries, found.votes) == (11, 2)
    assert found.head == Topic.objects.get(pk=finished.topic.pk).head


@pytest.mark.parametrize("revision", [1, 5, 8, 11])
def test_one_changed_character_of_a_payload_names_its_entry(finished: Scene, revision: int) -> None:
    entry = JournalEntry.objects.get(topic=finished.topic, revision=revision)
    tamper(finished, revision, payload={**entry.payload, "number": 9})
    fault = verdict(finished).faults[0]
    assert fault.revision == revision
    assert "has been changed" in fault.sentence or "被改动" in fault.sentence


@pytest.mark.parametrize("revision", [1, 6, 11])
def test_a_changed_hash_names_its_entry(finished: Scene, revision: int) -> None:
    entry = JournalEntry.objects.get(topic=finished.topic, revision=revision)
    tamper(finished, revision, hash=("0" if entry.hash[0] != "0" else "1") + entry.hash[1:])
    assert verdict(finished).faults[0].revision == revision


def test_a_changed_instant_names_its_entry(finished: Scene) -> None:
    tamper(finished, 7, at=NOON)
    assert verdict(finished).faults[0].revision == 7


@pytest.mark.parametrize("at", ["2026-93-05 12:00:00", "garbage"])
def test_an_instant_that_is_none_names_its_entry_and_cannot_be_exported(finished: Scene, at: str) -> None:
    _write_past_django(finished, 5, at)
    assert verdict(finished).faults[0].revision == 5
    with pytest.raises(BrokenJournal):
        list(journal_lines(finished.topic.pk))
    # What was broken before it still comes first.
    tamper(finished, 3, kind="edited")
    assert verdict(finished).faults[0].revision == 3


def _write_past_django(scene: Scene, revision: int, at: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE consultations_journalentry SET at = %s WHERE topic_id = %s AND revision = %s",
            [at, scene.topic.pk, revision],
        )


def test_a_changed_head_of_the_topic_names_the_last_entry(finished: Scene) -> None:
    Topic.objects.filter(pk=finished.topic.pk).update(head="0" * 64)
    (fault,) = verdict(finished).faults
    assert (fault.revision, fault.sentence) == (11, "议题所记的链头与最后一条日志（第11条）的哈希值不符。")


def test_a_removed_entry_is_missing(finished: Scene) -> None:
    JournalEntry.objects.get(topic=finished.topic, revision=4).delete()
    found = verdict(finished)
    assert found.faults[0].revision == 4
    assert found.entries == 3


def test_a_removed_last_entry_is_missing(finished: Scene) -> None:
    JournalEntry.objects.get(topic=finished.topic, revision=11).delete()
    assert verdict(finished).faults[0].revision == 11


def test_a_tally_that_its_votes_do_not_add_up_to_is_found_in_a_chain_that_fits(scene: Scene) -> None:
    Suggestion.objects.filter(pk=scene.suggestion.pk).update(support=5)
    cast_votes(
        topic_id=scene.topic.pk,
        ballots=[Ballot(actor(scene.member), scene.suggestion.pk, "support")],
        at=NOON + 3 * MINUTE,
    )
    assert verdict(scene).faults[0].revision == 3


def test_a_changed_vote_names_its_suggestion(finished: Scene) -> None:
    Vote.objects.filter(suggestion=finished.suggestion, voter=finished.member).update(choice="oppose")
    found = verdict(finished)
    assert [fault.suggestion for fault in found.faults] == [finished.suggestion.pk, finished.suggestion.pk]


def test_a_vote_moved_to_another_member_names_its_suggestion(finished: Scene) -> None:
    Vote.objects.filter(suggestion=finished.suggestion, voter=finished.member).update(
        voter=finished.moderator
    )
    found = verdict(finished)
    assert [fault.suggestion for fault in found.faults] == [finished.suggestion.pk]


def test_a_changed_tally_names_its_suggestion(finished: Scene) -> None:
    Suggestion.objects.filter(pk=finished.suggestion.pk).update(support=3)
    fault = verdict(finished).faults[0]
    assert (fault.suggestion, fault.revision) == (finished.suggestion.pk, None)


def test_a_published_text_changed_afterwards_names_its_suggestion(finished: Scene) -> None:
    Suggestion.objects.filter(pk=finished.suggestion.pk).update(text="另一句话。")
    assert verdict(finished).faults[0].suggestion == finished.suggestion.pk


def test_a_hidden_text_changed_afterwards_no_longer_fits_its_seal(finished: Scene) -> None:
    hidden = Suggestion.objects.get(topic=finished.topic, status="hidden")
    Suggestion.objects.filter(pk=hidden.pk).update(text="另一句话。")
    assert verdict(finished).faults[0].suggestion == hidden.pk


def test_a_status_changed_past_the_journal_names_its_suggestion(finished: Scene) -> None:
    hidden = Suggestion.objects.get(topic=finished.topic, status="hidden")
    Suggestion.objects.filter(pk=hidden.pk).update(status="published")
    assert verdict(finished).faults[0].suggestion == hidden.pk


def test_three_stands_are_counted_each_for_itself(scene: Scene) -> None:
    Topic.objects.filter(pk=scene.topic.pk).update(ballot="three_way")
    for minutes, (user, choice) in enumerate(
        ((scene.member, "neutral"), (scene.other, "oppose"), (scene.member, "support"))
    ):
        cast_votes(
            topic_id=scene.topic.pk,
            ballots=[Ballot(actor(user), scene.suggestion.pk, choice)],
            at=NOON + (3 + minutes) * MINUTE,
        )
    found = verdict(scene)
    assert (found.faults, found.votes) == ((), 2)
    assert miscounts(scene.topic.pk) == ()


def test_a_recount_sets_the_tally_right_and_the_journal_holds_again(finished: Scene) -> None:
    Suggestion.objects.filter(pk=finished.suggestion.pk).update(support=7)
    wrong = recount_topic(topic_id=finished.topic.pk, at=NOON + 10 * MINUTE)
    assert wrong == (Miscount(finished.suggestion.pk, 1, (7, 0, 0), (2, 0, 0)),)
    assert Suggestion.objects.get(pk=finished.suggestion.pk).support == 2
    entry = JournalEntry.objects.get(topic=finished.topic, revision=12)
    assert (entry.kind, entry.payload) == (
        "votes",
        {"votes": [], "tallies": [[finished.suggestion.pk, 2, 0, 0]]},
    )
    assert verdict(finished).faults == ()


def test_a_recount_of_a_sound_topic_writes_nothing(finished: Scene) -> None:
    assert recount_topic(topic_id=finished.topic.pk, at=NOON + 10 * MINUTE) == ()
    assert Topic.objects.get(pk=finished.topic.pk).revision == 11


def test_an_unknown_topic_is_refused(db: None) -> None:
    with pytest.raises(UnknownTopic):
        check_journal(404)
    with pytest.raises(UnknownTopic):
        journal_lines(404)
