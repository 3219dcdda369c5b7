"""The public journal as a file, and what it keeps back while counts are hidden."""

from __future__ import annotations

import datetime as dt
import json
import tracemalloc
from typing import Any

import pytest
import time_machine
from asgiref.sync import async_to_sync
from django.db import connection
from django.test import AsyncClient, Client
from django.test.utils import CaptureQueriesContext

from consultations.actions.merging import merge_suggestions, unmerge_suggestion
from consultations.actions.proposals import answer_proposal, propose_wording
from consultations.actions.topics import close_topic
from consultations.actions.votes import Ballot, cast_votes
from consultations.enums import Visibility
from consultations.models import JournalEntry, Suggestion, Topic
from consultations.queries.desk import edition_of
from consultations.queries.journal_check import check_journal
from consultations.queries.journal_export import PER_PART, journal_lines
from consultations.views import journal
from jianyan.accounts.models import User
from tests.consultations.conftest import Scene
from tests.consultations.factories import (
    HOUR,
    MINUTE,
    NOON,
    actor,
    make_deliberation,
    make_suggestion,
    make_topic,
)
from tests.consultations.views.looking import LATER, look, text_of


@pytest.fixture(autouse=True)
def one_connection(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """That of the test is kept open between parts, as Django's test client keeps it between requests."""
    if "transactional_db" not in request.fixturenames:
        monkeypatch.setattr(journal, "close_old_connections", lambda: None)


def support(scene: Scene, *users: User, at: dt.datetime = LATER) -> None:
    ballots = [Ballot(actor(user), scene.suggestion.pk, "support") for user in users]
    counted = cast_votes(topic_id=scene.topic.pk, ballots=ballots, at=at)
    assert counted.refusals == {}


def content(answer: Any) -> str:
    async def parts() -> bytes:
        return b"".join([part async for part in answer])

    return async_to_sync(parts)().decode()


def path_of(topic: Topic) -> str:
    return f"/topics/{topic.pk}/journal.jsonl"


def test_the_download_is_the_whole_journal_as_a_file(scene: Scene) -> None:
    support(scene, scene.member, scene.other)
    answer = look(path_of(scene.topic))
    assert answer["Content-Type"] == "application/x-ndjson"
    assert answer["Content-Disposition"] == f'attachment; filename="journal-{scene.topic.pk}.jsonl"'
    assert answer["Cache-Control"] == "private, no-store"
    text = content(answer)
    assert text.splitlines() == list(journal_lines(scene.topic.pk))
    assert json.loads(text.splitlines()[-1])["hash"] == Topic.objects.get(pk=scene.topic.pk).head
    assert text.endswith("\n")
    assert path_of(scene.topic) in look(f"/topics/{scene.topic.pk}/journal/").content.decode()


def test_the_download_since_a_revision_is_what_came_after_it(scene: Scene) -> None:
    support(scene, scene.member)
    every = content(look(path_of(scene.topic))).splitlines()
    assert content(look(path_of(scene.topic), after="1")).splitlines() == every[1:]
    assert content(look(path_of(scene.topic), after="3")) == ""
    for none in ("x", "-1", "", "9" * 40, "²"):
        assert content(look(path_of(scene.topic), after=none)).splitlines() == every, none


def test_the_download_is_what_is_there_now_whatever_the_head_says(scene: Scene) -> None:
    client = Client()
    with time_machine.travel(LATER, tick=False):
        answer = client.get(path_of(scene.topic))
        before = content(answer)
        JournalEntry.objects.filter(topic=scene.topic, revision=2).update(kind="notice")
        after = content(client.get(path_of(scene.topic), headers={"If-None-Match": "*"}))
    assert "ETag" not in answer
    assert before != after


def lengthen(topic: Topic, entries: int) -> None:
    """Entries as of votes, whose hashes are nobody's."""
    first = topic.revision + 1
    payload = {"votes": [[1, "0" * 16, "support"]], "tallies": [[1, 1, 0, 0]]}
    JournalEntry.objects.bulk_create(
        JournalEntry(topic=topic, revision=number, at=LATER, kind="votes", payload=payload, hash="0" * 64)
        for number in range(first, first + entries)
    )
    Topic.objects.filter(pk=topic.pk).update(revision=topic.revision + entries)


def test_the_download_asks_once_for_each_part_and_misses_none(scene: Scene) -> None:
    topic = Topic.objects.get(pk=scene.topic.pk)
    lengthen(topic, 2 * PER_PART - topic.revision)
    with CaptureQueriesContext(connection) as queries:
        text = content(look(path_of(topic)))
    asked = [query for query in queries.captured_queries if "journalentry" in query["sql"]]
    # Full parts do not say that they are the last.
    assert len(asked) == 3
    assert [json.loads(line)["revision"] for line in text.splitlines()] == list(range(1, 2 * PER_PART + 1))


@pytest.mark.django_db(transaction=True)
async def test_a_long_journal_is_never_in_memory_as_a_whole(long_topic: Topic) -> None:
    answer: Any = await AsyncClient().get(path_of(long_topic))
    sizes, peak = [], 0
    tracemalloc.start()
    try:
        async for part in answer:
            sizes.append(len(part))
            peak = max(peak, tracemalloc.get_traced_memory()[1])
    finally:
        tracemalloc.stop()
    assert len(sizes) == 20_000 // PER_PART + 1
    assert sum(sizes) > 4_000_000
    assert peak < sum(sizes) / 2


@pytest.fixture
def long_topic(transactional_db: None, scene: Scene) -> Topic:
    topic = Topic.objects.get(pk=scene.topic.pk)
    lengthen(topic, 20_000 - topic.revision)
    return topic


def test_the_file_is_open_to_those_who_may_see_the_topic(scene: Scene) -> None:
    deliberation = make_deliberation(scene.county, visibility=Visibility.MEMBERS)
    inside = make_topic(scene.county, "委员议题", deliberation=deliberation)
    draft = make_topic(scene.county, "尚未公布", announced_at=None)
    assert look(path_of(draft)).status_code == 404
    assert look(path_of(draft), scene.moderator).status_code == 200
    assert look(path_of(inside)).status_code == 302
    assert look(path_of(inside), scene.member).status_code == 200


def test_votes_are_withheld_while_counts_are_hidden_and_shown_from_closing_on(scene: Scene) -> None:
    Topic.objects.filter(pk=scene.topic.pk).update(tallies="closed")
    support(scene, scene.member)
    entry = JournalEntry.objects.get(topic=scene.topic, kind="votes")
    voter = entry.payload["votes"][0][1]
    page = look(f"/topics/{scene.topic.pk}/journal/")
    told = page.content.decode()
    assert entry.hash in told
    assert "关闭后公开" in text_of(page)
    assert voter not in told
    assert "人附议" not in told
    assert path_of(scene.topic) not in told
    refused = look(path_of(scene.topic), scene.moderator)
    assert (refused.status_code, voter in refused.content.decode()) == (409, False)
    closed = NOON + HOUR
    assert voter in look(f"/topics/{scene.topic.pk}/journal/", at=closed).content.decode()
    assert voter in content(look(path_of(scene.topic), at=closed))


def test_a_journal_of_sm3_says_so(scene: Scene, sm3_topic: Topic) -> None:
    page = look(f"/topics/{sm3_topic.pk}/journal/")
    assert f"sm3:{sm3_topic.head}" in page.content.decode()
    assert "SM3" in text_of(page)
    assert "SHA-256" in text_of(look(f"/topics/{scene.topic.pk}/journal/"))
    assert json.loads(content(look(path_of(sm3_topic))))["hash"] == f"sm3:{sm3_topic.head}"
    assert check_journal(sm3_topic.pk).faults == ()


@pytest.fixture
def sm3_topic(scene: Scene, settings: Any) -> Topic:
    settings.JOURNAL_HASH = "sm3"
    topic = make_topic(scene.county, "商用密码")
    return close_topic(topic_id=topic.pk, by=actor(scene.moderator), at=NOON + MINUTE)


def merged_pair(scene: Scene, topic: Topic) -> Suggestion:
    """No. 1 merged into no. 2, which it brings a supporter; the representative."""
    first = make_suggestion(topic, scene.author, "车位夜间开放。", publish_by=scene.moderator)
    second = make_suggestion(topic, scene.member, "夜间开放车位。", publish_by=scene.moderator)
    cast_votes(topic_id=topic.pk, ballots=[Ballot(actor(scene.other), first.pk, "support")], at=LATER)
    merge_suggestions(
        topic_id=topic.pk, suggestion_ids=[first.pk], into=second.pk, by=actor(scene.moderator), at=LATER
    )
    return second


def test_merges_are_said_in_words_with_what_they_come_to(scene: Scene) -> None:
    topic = make_topic(scene.county, "合并")
    merged_pair(scene, topic)
    shown = text_of(look(f"/topics/{topic.pk}/journal/"))
    assert "第1号并入第2号 第2号：现有 1 人附议" in shown
    unmerge_suggestion(suggestion_id=topic.suggestions.get(number=1).pk, by=actor(scene.moderator), at=LATER)
    shown = text_of(look(f"/topics/{topic.pk}/journal/"))
    assert "第1号从第2号中拆出 第1号：现有 1 人附议 第2号：现有 0 人附议" in shown


def test_counts_of_a_merge_are_withheld_while_counts_are_hidden(scene: Scene) -> None:
    topic = make_topic(scene.county, "盲投", tallies="closed")
    merged_pair(scene, topic)
    page = look(f"/topics/{topic.pk}/journal/")
    assert "第1号并入第2号" in text_of(page)
    assert "人附议" not in text_of(page)
    assert "tallies" not in page.content.decode()
    assert "第2号：现有 1 人附议" in text_of(look(f"/topics/{topic.pk}/journal/", at=NOON + 2 * HOUR))


def test_a_proposal_and_its_answer_are_said_without_its_words(scene: Scene) -> None:
    proposal = propose_wording(
        suggestion_id=scene.suggestion.pk,
        text="机关车位夜间开放。",
        reason="更简洁",
        seen=edition_of(scene.suggestion),
        by=actor(scene.moderator),
        at=LATER,
    )
    shown = text_of(look(f"/topics/{scene.topic.pk}/journal/"))
    assert "理由：更简洁" in shown
    assert "机关车位夜间开放。" not in shown
    answer_proposal(proposal_id=proposal.pk, accept=False, by=actor(scene.author), at=LATER)
    assert "作者保留了原文。" in text_of(look(f"/topics/{scene.topic.pk}/journal/"))


def test_the_page_says_in_which_office_a_step_was_taken_and_never_by_whom(scene: Scene) -> None:
    page = text_of(look(f"/topics/{scene.topic.pk}/journal/"))
    assert "发布建言 主持人" in page
    assert scene.moderator.display_name not in page
    posted, published = JournalEntry.objects.filter(topic=scene.topic).order_by("revision")[:2]
    assert ("by" in posted.payload, published.payload["by"]) == (False, "moderator")
