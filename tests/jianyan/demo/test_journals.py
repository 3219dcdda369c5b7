"""The journals of the demonstration's finished topics hold, and every change behind their back is found and named."""

from __future__ import annotations

import pytest
from django.db import connection

from consultations.models import JournalEntry, Suggestion, Topic, Vote
from consultations.queries.journal_check import check_journal
from consultations.queries.journal_export import journal_lines
from jianyan.accounts.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]


def finished() -> list[Topic]:
    return list(Topic.objects.filter(frozen_at__isnull=False).order_by("pk"))


def sentences(topic: Topic) -> list[str]:
    return [fault.sentence for fault in check_journal(topic.pk).faults]


def test_every_finished_topic_is_proven() -> None:
    topics = finished()
    assert len(topics) >= 5
    for topic in topics:
        verdict = check_journal(topic.pk)
        assert (verdict.faults, verdict.entries, verdict.head) == ((), topic.revision, topic.head)
        assert verdict.votes > 100
        assert len(list(journal_lines(topic.pk))) == topic.revision


@pytest.mark.parametrize("revision", [1, 2, 40, 77])
@pytest.mark.parametrize("column", ["payload", "hash", "at", "kind"])
def test_one_changed_byte_of_an_entry_names_it(column: str, revision: int) -> None:
    topic = finished()[0]
    entry = JournalEntry.objects.get(topic=topic, revision=revision)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT CAST({column} AS TEXT) FROM consultations_journalentry WHERE id = %s", [entry.pk]
        )
        (kept,) = cursor.fetchone()
        # The last digit, or else letter, becomes another one: still JSON, still a time, still a hash.
        places = [place for place, one in enumerate(kept) if one in "0123456789"]
        place = places[-1] if places else len(kept) - 1
        other = {"1": "2", "a": "b"}.get(kept[place], "1" if kept[place].isdigit() else "a")
        changed = kept[:place] + other + kept[place + 1 :]
        assert len(changed) == len(kept)
        assert changed != kept
        cursor.execute(
            f"UPDATE consultations_journalentry SET {column} = %s WHERE id = %s", [changed, entry.pk]
        )
    kind = JournalEntry.objects.values_list("kind", flat=True).get(pk=entry.pk)
    assert sentences(topic) == [f"第{revision}条日志（{kind}）被改动过：哈希值与内容不符。"]


@pytest.mark.parametrize("revision", [1, 2, 60])
def test_a_removed_entry_is_named(revision: int) -> None:
    topic = finished()[0]
    JournalEntry.objects.filter(topic=topic, revision=revision).delete()
    assert sentences(topic) == [f"缺少第{revision}条日志。"]


def test_a_removed_last_entry_is_noticed() -> None:
    topic = finished()[0]
    JournalEntry.objects.filter(topic=topic, revision=topic.revision).delete()
    assert sentences(topic) == [f"议题记到第{topic.revision}条，日志止于第{topic.revision - 1}条。"]


def test_a_vote_that_was_changed_removed_or_given_to_another_names_its_suggestion() -> None:
    topic = finished()[0]
    vote = Vote.objects.filter(topic=topic, choice="support").order_by("pk")[0]
    number = vote.suggestion.number
    stranger = User.objects.exclude(pk__in=Vote.objects.filter(topic=topic).values("voter")).order_by("pk")[0]
    Vote.objects.filter(pk=vote.pk).update(voter=stranger)
    assert sentences(topic) == [f"建言{number}号：表中有2张票与日志不符。"]
    Vote.objects.filter(pk=vote.pk).update(voter=vote.voter_id, choice=None)
    assert sentences(topic)[0] == f"建言{number}号：表中有1张票与日志不符。"
    Vote.objects.filter(pk=vote.pk).delete()
    assert sentences(topic)[0] == f"建言{number}号：表中有1张票与日志不符。"


def test_a_tally_that_was_changed_names_its_suggestion() -> None:
    topic = finished()[0]
    suggestion = Suggestion.objects.filter(topic=topic).order_by("number")[0]
    votes = suggestion.support
    Suggestion.objects.filter(pk=suggestion.pk).update(support=votes + 1)
    assert sentences(topic) == [
        f"建言{suggestion.number}号所记为({votes + 1}, 0, 0)，重新计票为({votes}, 0, 0)。"
    ]
