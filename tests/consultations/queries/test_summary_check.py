"""A summary against the journals of the database it came from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.utils import translation

from consultations.documents.model import FrozenSuggestion, Snapshot, SummaryDocument, TopicSnapshot
from consultations.enums import Status
from consultations.models import JournalEntry, Topic, Vote
from consultations.queries.summary_check import against_journals, journal_heads
from consultations.queries.summary_document import summary_document
from tests.consultations.summary_scene import Drafted, make_drafted


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
