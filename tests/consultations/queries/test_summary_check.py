"""A summary against the journals of the database it came from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from consultations.actions.signing import submit_summary
from consultations.documents.model import FrozenSuggestion, Snapshot, SummaryDocument, TopicSnapshot
from consultations.documents.sealing import sealed
from consultations.enums import Status
from consultations.models import JournalEntry, Topic, Vote
from consultations.queries import summary_check
from consultations.queries.journal_check import Fault, Verdict, check_journal
from consultations.queries.summary_check import (
    Standing,
    against_journals,
    comparable,
    journal_heads,
    standing_here,
    topics_here,
)
from consultations.queries.summary_document import summary_document
from tests.consultations.factories import make_topic
from tests.consultations.summary_scene import FROZEN, Drafted, make_drafted, make_signed


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def drafted(db: None) -> Drafted:
    return make_drafted()


@pytest.fixture
def document(drafted: Drafted) -> SummaryDocument:
    return summary_document(drafted.summary.pk)


def with_topic(document: SummaryDocument, topic: TopicSnapshot) -> SummaryDocument:
    return replace(document, snapshot=replace(document.snapshot, topics=(topic,)))


def with_first(document: SummaryDocument, first: FrozenSuggestion) -> SummaryDocument:
    (topic,) = document.snapshot.topics
    return with_topic(document, replace(topic, suggestions=(first, *topic.suggestions[1:])))


def test_what_was_just_frozen_holds(document: SummaryDocument) -> None:
    (topic,) = document.snapshot.topics
    assert journal_heads(document.snapshot) == {topic.topic_id: topic.head}
    assert list(against_journals(document)) == []


def test_topics_that_are_not_here_are_not_compared(document: SummaryDocument) -> None:
    elsewhere = with_topic(document, replace(document.snapshot.topics[0], topic_id=404))
    assert journal_heads(elsewhere.snapshot) is None
    assert list(against_journals(elsewhere)) == []
    assert journal_heads(Snapshot(topics=(), attendance=document.snapshot.attendance)) is None


def test_a_revision_that_the_journal_does_not_reach_has_no_head(document: SummaryDocument) -> None:
    beyond = with_topic(document, replace(document.snapshot.topics[0], revision=999))
    assert journal_heads(beyond.snapshot) == {}


def test_every_difference_is_a_sentence(document: SummaryDocument) -> None:
    first = document.snapshot.topics[0].suggestions[0]
    for changed, sentence in (
        (replace(first, support=9), "no. 1: the votes of the journal add up to 1/0/0, not 9/0/0."),
        (replace(first, number=17), "no. 17 is not in the journal."),
        (replace(first, text_hash="0" * 64), "no. 1 has other words in the journal."),
        (replace(first, status=Status.HIDDEN), "no. 1 has another status in the journal."),
    ):
        (found,) = against_journals(with_first(document, changed))
        assert found.message == f"Topic 破解老城区停车难: suggestion {sentence}"


def test_a_suggestion_left_out_is_noticed(document: SummaryDocument) -> None:
    (topic,) = document.snapshot.topics
    shorter = with_topic(document, replace(topic, suggestions=topic.suggestions[1:]))
    assert [one.message for one in against_journals(shorter)] == [
        "Topic 破解老城区停车难: the journal has 1 suggestions that the summary leaves out."
    ]


def test_another_snapshot_than_the_one_frozen_is_noticed(document: SummaryDocument) -> None:
    changed = replace(document, snapshot_hash="0" * 64)
    assert [one.message for one in against_journals(changed)] == [
        "Topic 破解老城区停车难: the journal does not say that it was frozen with this snapshot."
    ]


def test_a_journal_or_a_table_that_was_changed_is_noticed(document: SummaryDocument) -> None:
    Vote.objects.filter(suggestion__number=3).delete()
    assert len(list(against_journals(document))) == 2
    JournalEntry.objects.filter(topic=Topic.objects.get(), revision=2).update(payload={})
    found = list(against_journals(document))
    assert found[0].message.startswith("Topic 破解老城区停车难: Entry 2 (")


def test_a_signed_document_has_its_seal_in_the_journal(drafted: Drafted) -> None:
    document = summary_document(make_signed(drafted).pk)
    assert list(against_journals(document)) == []
    forged = sealed(replace(document, title="另一个标题"))
    assert [one.message for one in against_journals(forged)] == [
        "Topic 破解老城区停车难: the journal does not say that a document with this seal was signed."
    ]


def test_a_topic_that_is_named_again_is_compared_once(document: SummaryDocument) -> None:
    (topic,) = document.snapshot.topics
    again = replace(document.snapshot, topics=(topic, replace(topic, revision=1)))
    assert journal_heads(again) == {topic.topic_id: topic.head}
    Vote.objects.filter(suggestion__number=3).delete()
    assert len(list(against_journals(replace(document, snapshot=again)))) == 2


def test_what_is_written_while_a_journal_is_read_accuses_nobody(
    drafted: Drafted, document: SummaryDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic_id = drafted.finished.topic.pk
    turns: list[int] = []

    def read_in_the_middle(topic: int) -> Verdict:
        """The topic as it was before an entry, the journal as it is after it."""
        turns.append(topic)
        if len(turns) > 1:
            return check_journal(topic)
        submit_summary(summary_id=drafted.summary.pk, by=drafted.finished.by, at=FROZEN)
        return replace(check_journal(topic), faults=(Fault("torn"),))

    monkeypatch.setattr(summary_check, "check_journal", read_in_the_middle)
    assert list(against_journals(document)) == []
    assert turns == [topic_id, topic_id]


def test_a_fault_that_stays_is_named_after_the_last_turn(
    document: SummaryDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns: list[int] = []

    def restless(topic: int) -> Verdict:
        turns.append(topic)
        Topic.objects.update(revision=100 + len(turns))
        return check_journal(topic)

    monkeypatch.setattr(summary_check, "check_journal", restless)
    assert [one.code for one in against_journals(document)] == ["journal_fault"]
    assert len(turns) == summary_check.TURNS


def test_topics_of_another_deliberation_are_not_compared_with_it(
    drafted: Drafted, document: SummaryDocument
) -> None:
    (topic,) = document.snapshot.topics
    other = make_topic(drafted.finished.county)
    Topic.objects.filter(pk=other.pk).update(marked=Topic.objects.get(pk=topic.topic_id).marked)
    both = replace(
        document, snapshot=replace(document.snapshot, topics=(topic, replace(topic, topic_id=other.pk)))
    )
    assert set(topics_here(both.snapshot)) == {topic.topic_id, other.pk}
    assert set(comparable(both, None, at=FROZEN)) == {topic.topic_id}


def test_how_many_queries_it_takes_does_not_depend_on_the_suggestions(
    drafted: Drafted, document: SummaryDocument, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(3):
        known = comparable(document, drafted.finished.by, at=FROZEN)
        journal_heads(document.snapshot, known)
    with django_assert_num_queries(1):
        assert standing_here(document, drafted.finished.by).standing == Standing.DRAFT
