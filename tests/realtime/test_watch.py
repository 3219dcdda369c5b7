"""Following without an account: the same bytes for everybody, which any cache may keep, and nothing of anybody."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from consultations.actions.moderation import hide_suggestion
from consultations.actions.topics import close_topic, extend_topic
from consultations.actions.votes import Ballot, cast_votes
from consultations.enums import Visibility
from consultations.models import JournalEntry, Suggestion, Topic
from jianyan.accounts.models import User
from realtime import editions as kept
from realtime.watch import CACHING, editions
from tests.consultations.conftest import Scene, county, scene
from tests.consultations.factories import (
    HOUR,
    MINUTE,
    NOON,
    actor,
    make_deliberation,
    make_suggestion,
    make_topic,
)
from tests.realtime.readers import FROM_SERVER

__all__ = ["county", "scene"]

LATER = NOON + 10 * MINUTE
SECOND = dt.timedelta(seconds=1)


@pytest.fixture(autouse=True)
def later() -> Iterator[time_machine.Traveller]:
    """Ten minutes after opening."""
    with time_machine.travel(LATER, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def looking(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each request looks whether the topic has changed; nothing is kept from another test."""
    monkeypatch.setattr(kept, "FRESH", 0.0)
    editions.forget()
    yield
    editions.forget()


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in real use, within one second."""
    monkeypatch.setattr(kept, "FRESH", 3600.0)


def get(path: str, user: User | None = None, headers: Mapping[str, str] | None = None) -> Any:
    client = Client(headers=headers)
    if user is not None:
        client.force_login(user)
    return client.get(path)


def state_of(topic: Topic, **headers: str) -> Any:
    return get(f"/topics/{topic.pk}/watch/state", headers=headers)


def page_of(topic: Topic, query: str = "", **headers: str) -> Any:
    return get(f"/topics/{topic.pk}/watch{query}", headers=headers)


def support(scene: Scene, *users: User) -> None:
    ballots = [Ballot(actor(user), scene.suggestion.pk, "support") for user in users]
    assert cast_votes(topic_id=scene.topic.pk, ballots=ballots, at=LATER).refusals == {}


# --- what is in it ------------------------------------------------------------------------------------------


def test_the_state_is_a_welcome_for_the_audience(scene: Scene) -> None:
    support(scene, scene.member)
    welcome = json.loads(state_of(scene.topic).content)
    FROM_SERVER.validate(welcome)
    assert (welcome["type"], welcome["full"], welcome["me"]) == ("welcome", True, None)
    assert [(one["id"], one["tally"], one["mine"]) for one in welcome["suggestions"]] == [
        (scene.suggestion.pk, [1, 0, 0], False)
    ]
    assert welcome["people"] == {"here": 0, "posted": 1, "voted": 1}


def test_times_are_those_of_the_last_step(scene: Scene, later: time_machine.Traveller) -> None:
    state_of(scene.topic)  # it has opened, and nobody had noticed
    support(scene, scene.member)
    later.shift(20 * MINUTE)
    welcome = json.loads(state_of(scene.topic).content)
    assert welcome["now"] == "2026-03-05T12:10:00.000Z"
    assert welcome["phase"]["closes_ms"] == 50 * 60 * 1000


def test_the_page_is_complete_without_a_script_and_says_nothing_of_a_reader(scene: Scene) -> None:
    text = page_of(scene.topic).content.decode()
    for needed in (scene.topic.title, scene.topic.prompt, scene.suggestion.text, "林栖云", "旁听"):
        assert needed in text
    for personal in ("csrf", "<form", "hx-headers", "data-user", "data-voice"):
        assert personal not in text, personal


def test_the_language_size_and_order_are_in_the_address_alone(scene: Scene) -> None:
    make_suggestion(scene.topic, scene.other, "医院周边限时停放。", publish_by=scene.moderator, at=LATER)
    accept = {"Accept-Language": "en", "Cookie": "django_language=en; jianyan_size=large"}
    plain = page_of(scene.topic, **accept)
    assert (plain["Content-Language"], 'lang="zh-hans"' in plain.content.decode()) == ("zh-hans", True)
    assert plain.content == page_of(scene.topic).content == page_of(scene.topic, "?lang=fr&x=1").content
    english = page_of(scene.topic, "?lang=en&order=support")
    assert (english["Content-Language"], "Follow along" in english.content.decode()) == ("en", True)
    assert 'href="?order=newest&amp;lang=en"' in english.content.decode()
    assert 'data-size="large"' in page_of(scene.topic, "?size=large").content.decode()
    shown = page_of(scene.topic, "?order=newest").content.decode()
    assert shown.index("医院周边") < shown.index(scene.suggestion.text)
    assert page_of(scene.topic, "?order=nonsense").content == plain.content


# --- caches -------------------------------------------------------------------------------------------------


def test_the_headers_are_those_that_a_cache_needs(scene: Scene) -> None:
    for answer, content_type in (
        (page_of(scene.topic), "text/html; charset=utf-8"),
        (state_of(scene.topic), "application/json"),
    ):
        assert answer.status_code == 200
        assert answer["Content-Type"] == content_type
        assert answer["Cache-Control"] == CACHING == "public, max-age=1, stale-while-revalidate=5"
        assert answer["ETag"].startswith(f'"{Topic.objects.get(pk=scene.topic.pk).revision}-')
        assert answer["Content-Length"] == str(len(answer.content))
        assert (answer["X-Frame-Options"], answer["X-Content-Type-Options"]) == ("DENY", "nosniff")
        assert "nonce" not in answer["Content-Security-Policy"]
        assert "Vary" not in answer
        assert not answer.cookies


def test_whoever_asks_is_not_looked_at(scene: Scene) -> None:
    client = Client()
    client.force_login(scene.author)
    for path in ("watch", "watch/state"):
        address = f"/topics/{scene.topic.pk}/{path}"
        nobody = get(address)
        with CaptureQueriesContext(connection) as queries:
            member = client.get(address)
        assert (member.content, member["ETag"]) == (nobody.content, nobody["ETag"])
        assert "Vary" not in member
        assert not member.cookies
        asked = [query["sql"] for query in queries.captured_queries]
        assert [sql for sql in asked if "session" in sql or "accounts_user" in sql] == []
    assert Session.objects.count() == 1


def test_what_has_not_changed_is_not_sent_and_its_suggestions_are_not_read(scene: Scene) -> None:
    for path in ("watch", "watch/state"):
        address = f"/topics/{scene.topic.pk}/{path}"
        first = get(address)
        with CaptureQueriesContext(connection) as queries:
            again = get(address, headers={"If-None-Match": f'"other", {first["ETag"]}'})
        assert (again.status_code, again.content) == (304, b"")
        assert (again["ETag"], again["Cache-Control"]) == (first["ETag"], CACHING)
        assert first["X-Server-Time"] == again["X-Server-Time"] == "2026-03-05T12:10:00.000Z"
        assert len(queries) == 1
        assert "consultations_suggestion" not in queries.captured_queries[0]["sql"]
        support(scene, *([scene.member] if path == "watch" else [scene.other]))
        changed = get(address, headers={"If-None-Match": first["ETag"]})
        assert (changed.status_code, changed["ETag"] != first["ETag"]) == (200, True)


def test_another_process_at_another_time_gives_the_same_bytes(
    scene: Scene, later: time_machine.Traveller
) -> None:
    first = state_of(scene.topic)
    editions.forget()
    later.shift(MINUTE)
    second = state_of(scene.topic)
    assert (second.content, second["ETag"]) == (first.content, first["ETag"])


def test_within_a_second_the_database_is_not_asked_at_all(scene: Scene, fresh: None) -> None:
    for path in ("watch", "watch/state"):
        get(f"/topics/{scene.topic.pk}/{path}")
    with CaptureQueriesContext(connection) as queries:
        for _turn in range(50):
            assert page_of(scene.topic).status_code == state_of(scene.topic).status_code == 200
    assert len(queries) == 0


def test_many_at_once_have_it_made_once(scene: Scene, fresh: None) -> None:
    """Threads meet at the first request: one makes it, the others wait for that."""
    made = []
    begun, go_on = threading.Event(), threading.Event()

    def make(topic: Any) -> kept.Edition:
        made.append(topic.revision)
        begun.set()
        assert go_on.wait(20)
        return kept.edition(topic.revision, b"once")

    shelf = kept.Editions()
    given: list[bytes] = []

    def ask() -> None:
        given.append(shelf.get(kept.Variant(1, "state"), make).body)

    topic = scene.topic

    class Loaded(threading.Thread):
        def run(self) -> None:
            ask()

    with pytest.MonkeyPatch.context() as patch:
        # The test's own transaction is not seen by other threads.
        patch.setattr(kept, "open_topic", lambda _topic_id, _at: topic)
        threads = [Loaded() for _number in range(8)]
        threads[0].start()
        assert begun.wait(20)
        for thread in threads[1:]:
            thread.start()
        go_on.set()
        for thread in threads:
            thread.join(20)
    assert (len(made), given) == (1, [b"once"] * 8)


def test_only_so_many_editions_are_kept(scene: Scene, fresh: None) -> None:
    shelf = kept.Editions()
    made: list[str] = []

    def ask(kind: str) -> None:
        def make(topic: Any) -> kept.Edition:
            made.append(kind)
            return kept.edition(topic.revision, b"")

        shelf.get(kept.Variant(scene.topic.pk, kind), make)

    for number in range(kept.KEPT):
        ask(str(number))
    ask("0")
    ask("one more")
    ask("0")
    ask("1")
    assert made == [*(str(number) for number in range(kept.KEPT)), "one more", "1"]


# --- time ---------------------------------------------------------------------------------------------------


def test_hidden_counts_appear_with_closing_although_all_is_kept(
    scene: Scene, later: time_machine.Traveller, fresh: None
) -> None:
    Topic.objects.filter(pk=scene.topic.pk).update(tallies="closed")
    support(scene, scene.member)

    def tally() -> object:
        return json.loads(state_of(scene.topic).content)["suggestions"][0]["tally"]

    def counted() -> bool:
        return '<span class="stand-count number">1</span>' in page_of(scene.topic).content.decode()

    assert (tally(), counted()) == (None, False)
    later.move_to(NOON + HOUR - SECOND / 1000)
    assert (tally(), counted()) == (None, False)
    later.move_to(NOON + HOUR)
    assert (tally(), counted()) == ([1, 0, 0], True)
    closed = json.loads(state_of(scene.topic).content)
    assert (closed["phase"]["name"], closed["phase"]["voting"]) == ("closed", False)
    # Whoever asked first has journalled it, once.
    phases = JournalEntry.objects.filter(topic=scene.topic, kind="phase").order_by("revision")
    assert [entry.payload["window"] for entry in phases] == ["open+posting+voting", "closed"]


def test_what_the_moderator_does_is_seen_at_the_next_look(scene: Scene) -> None:
    assert scene.suggestion.text in page_of(scene.topic).content.decode()
    hide_suggestion(suggestion_id=scene.suggestion.pk, reason="重复", by=actor(scene.moderator), at=LATER)
    assert scene.suggestion.text not in page_of(scene.topic).content.decode()
    assert json.loads(state_of(scene.topic).content)["suggestions"] == []
    extend_topic(topic_id=scene.topic.pk, by=actor(scene.moderator), at=LATER, minutes=5)
    assert json.loads(state_of(scene.topic).content)["phase"]["closes_ms"] == 55 * 60 * 1000
    close_topic(topic_id=scene.topic.pk, by=actor(scene.moderator), at=LATER)
    assert json.loads(state_of(scene.topic).content)["phase"]["name"] == "closed"


# --- who may see it -----------------------------------------------------------------------------------------


def hidden_topics(scene: Scene) -> list[Topic]:
    return [
        make_topic(scene.county, "尚未公布", announced_at=None),
        *(
            make_topic(
                scene.county, "不公开", deliberation=make_deliberation(scene.county, visibility=visibility)
            )
            for visibility in (Visibility.MEMBERS, Visibility.INVITED)
        ),
    ]


def test_a_topic_that_is_not_for_everybody_is_not_told_to_anybody_here(scene: Scene) -> None:
    unknown = Topic(pk=987_654_321)
    for topic, status, code in zip(
        [*hidden_topics(scene), unknown],
        [404, 403, 403, 404],
        ["unknown_topic", "not_signed_in", "not_signed_in", "unknown_topic"],
        strict=True,
    ):
        for user in (None, scene.member, scene.moderator):
            refused = get(f"/topics/{topic.pk}/watch/state", user)
            assert (refused.status_code, json.loads(refused.content)["code"]) == (status, code)
            led = get(f"/topics/{topic.pk}/watch", user)
            assert (led.status_code, led["Location"]) == (302, f"/topics/{topic.pk}/")
            for answer in (refused, led):
                assert answer["Cache-Control"] == "no-store"
                assert "不公开" not in answer.content.decode()


def test_a_topic_that_becomes_private_is_gone_at_the_next_look(scene: Scene) -> None:
    assert state_of(scene.topic).status_code == 200
    scene.topic.deliberation.visibility = Visibility.MEMBERS
    scene.topic.deliberation.save()
    assert (state_of(scene.topic).status_code, page_of(scene.topic).status_code) == (403, 302)


def test_a_refusal_is_in_the_language_of_the_address(scene: Scene) -> None:
    [draft, *_] = hidden_topics(scene)
    address = f"/topics/{draft.pk}/watch/state"
    assert "没有这个议题" in get(address, headers={"Accept-Language": "en"}).json()["message"]
    assert get(f"{address}?lang=en").json()["message"] == "There is no such topic."


def test_a_foreign_host_is_refused(scene: Scene, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["jianyan.example"]
    assert state_of(scene.topic, Host="elsewhere.example").status_code == 400
    assert state_of(scene.topic, Host="jianyan.example").status_code == 200


def test_hostile_texts_stay_texts(scene: Scene) -> None:
    text = "</script><script>alert(1)</script><img src=x onerror=alert(1)> & \"'"
    Suggestion.objects.filter(pk=scene.suggestion.pk).update(text=text)
    Topic.objects.filter(pk=scene.topic.pk).update(title=text[:120], prompt=text)
    page = page_of(scene.topic).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert json.loads(state_of(scene.topic).content)["suggestions"][0]["text"] == text


def test_the_topic_page_leads_here_where_everybody_may_come(scene: Scene) -> None:
    link = f'href="/topics/{scene.topic.pk}/watch"'
    assert link in get(f"/topics/{scene.topic.pk}/", scene.member).content.decode()
    assert "?lang=en" in get(f"/topics/{scene.topic.pk}/", headers={"Accept-Language": "en"}).content.decode()
    inside = hidden_topics(scene)[1]
    assert "/watch" not in get(f"/topics/{inside.pk}/", scene.member).content.decode()
