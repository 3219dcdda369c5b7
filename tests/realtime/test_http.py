"""The wire over HTTP: what a page without sockets, and one without script, gets for its wishes."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from consultations.enums import Visibility
from consultations.models import JournalEntry, Suggestion, Vote
from jianyan.accounts.models import User
from tests.consultations.conftest import Scene, county, scene
from tests.consultations.factories import HOUR, MINUTE, NOON, make_deliberation, make_topic
from tests.jianyan.accounts.factories import make_user
from tests.realtime.readers import FROM_SERVER

__all__ = ["county", "scene"]

LATER = NOON + 10 * MINUTE


@pytest.fixture(autouse=True)
def later() -> Iterator[time_machine.Traveller]:
    """Ten minutes after opening; and nobody has asked for anything before."""
    cache.clear()
    with time_machine.travel(LATER, tick=False) as traveller:
        yield traveller


def client_of(user: User | None = None, **options: Any) -> Client:
    client = Client(headers={"Accept": "application/json", "Accept-Language": "en"}, **options)
    if user is not None:
        client.force_login(user)
    return client


def frame(answer: Any) -> dict[str, Any]:
    """The frame in an answer, checked like one from a socket."""
    content: dict[str, Any] = json.loads(answer.content)
    FROM_SERVER.validate(content)
    return content


def post(client: Client, path: str, **fields: object) -> Any:
    return client.post(path, json.dumps(fields), content_type="application/json")


# --- reading ------------------------------------------------------------------------------------------------


def test_the_state_is_a_welcome_and_nothing_while_nothing_changed(scene: Scene) -> None:
    client = client_of(scene.member)
    answer = client.get(f"/topics/{scene.topic.pk}/state")
    welcome = frame(answer)
    assert (welcome["type"], welcome["full"], welcome["phase"]["name"]) == ("welcome", True, "open")
    assert [one["id"] for one in welcome["suggestions"]] == [scene.suggestion.pk]
    assert welcome["me"]["role"] == "member"
    assert "no-store" in answer["Cache-Control"]
    same = client.get(f"/topics/{scene.topic.pk}/state", {"revision": welcome["revision"]})
    assert (same.status_code, same.content) == (304, b"")


def test_without_a_session_the_state_is_everybodys_and_may_be_kept_for_a_second(scene: Scene) -> None:
    address = f"/topics/{scene.topic.pk}/state"
    first = client_of().get(address)
    assert (first["Cache-Control"], first["Vary"]) == ("public, max-age=1", "Cookie, Accept-Language")
    assert not first.cookies
    assert frame(first)["me"] is None
    with CaptureQueriesContext(connection) as queries:
        same = client_of().get(address)
        unchanged = client_of().get(address, headers={"If-None-Match": first["ETag"]})
    assert (same.content, same["ETag"]) == (first.content, first["ETag"])
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert (unchanged["ETag"], unchanged["Cache-Control"]) == (first["ETag"], "public, max-age=1")
    assert len(queries) == 0
    # As the protocol has it, whether or not there is a session; and nothing that another reader could be given.
    at_this = client_of().get(address, {"revision": frame(first)["revision"]})
    assert (at_this.status_code, "no-store" in at_this["Cache-Control"]) == (304, True)


def test_with_a_session_the_state_is_nobody_elses(scene: Scene) -> None:
    address = f"/topics/{scene.topic.pk}/state"
    client_of().get(address)
    own = client_of(scene.author).get(address)
    assert frame(own)["me"]["role"] == "member"
    assert "no-store" in own["Cache-Control"]
    assert "ETag" not in own
    signed_out = Client(headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}=ended"}).get(address)
    assert (frame(signed_out)["me"], "no-store" in signed_out["Cache-Control"]) == (None, True)


def test_the_state_since_a_revision_is_what_changed(scene: Scene) -> None:
    client = client_of(scene.member)
    seen = frame(client.get(f"/topics/{scene.topic.pk}/state"))["revision"]
    voted = frame(
        post(
            client_of(scene.other),
            f"/topics/{scene.topic.pk}/votes",
            ref="1",
            suggestion=scene.suggestion.pk,
            choice="support",
        )
    )
    changed = frame(client.get(f"/topics/{scene.topic.pk}/state", {"revision": seen}))
    assert (changed["full"], changed["revision"]) == (False, voted["revision"])
    assert [(one["id"], one["tally"]) for one in changed["suggestions"]] == [(scene.suggestion.pk, [1, 0, 0])]


def test_a_revision_that_is_none_or_ahead_gets_the_whole_state(scene: Scene) -> None:
    for revision in ("-1", "x", "", "9" * 30, "999"):
        welcome = frame(client_of().get(f"/topics/{scene.topic.pk}/state", {"revision": revision}))
        assert welcome["full"] is True, revision


def test_whoever_asks_first_journals_what_the_clock_has_reached(
    scene: Scene, later: time_machine.Traveller
) -> None:
    later.move_to(NOON + HOUR)
    welcome = frame(client_of().get(f"/topics/{scene.topic.pk}/state"))
    assert welcome["phase"]["name"] == "closed"
    last = JournalEntry.objects.filter(topic=scene.topic).latest("revision")
    assert (last.kind, last.revision) == ("phase", welcome["revision"])


def test_a_topic_of_members_is_not_told_to_others(scene: Scene) -> None:
    deliberation = make_deliberation(scene.county, visibility=Visibility.MEMBERS)
    topic = make_topic(scene.county, "委员议题", deliberation=deliberation)
    for user, status, code in (
        (None, 403, "not_signed_in"),
        (make_user("外人"), 403, "not_allowed"),
        (scene.member, 200, None),
    ):
        answer = client_of(user).get(f"/topics/{topic.pk}/state")
        assert (answer.status_code, frame(answer).get("code")) == (status, code)


# --- voting -------------------------------------------------------------------------------------------------


def test_a_vote_is_acknowledged_once_it_is_committed_and_again_when_it_is_sent_again(scene: Scene) -> None:
    client = client_of(scene.member)
    path = f"/topics/{scene.topic.pk}/votes"
    first = frame(post(client, path, ref="a", suggestion=scene.suggestion.pk, choice="support"))
    again = frame(post(client, path, ref="a", suggestion=scene.suggestion.pk, choice="support"))
    assert first == again == {"type": "ack", "refs": ["a"], "revision": first["revision"]}
    assert Vote.objects.get().choice == "support"
    back = frame(post(client, path, ref="b", suggestion=scene.suggestion.pk, choice=None))
    assert back["revision"] == first["revision"] + 1
    assert Vote.objects.get().choice is None


def test_a_form_without_script_comes_back_to_where_it_was(scene: Scene) -> None:
    client = Client()
    client.force_login(scene.member)
    path = f"/topics/{scene.topic.pk}/"
    fields = {"suggestion": scene.suggestion.pk, "choice": "support"}
    where = f"{path}?order=newest"
    for extra, headers, expected in (
        ({}, {}, path),
        ({"next": where}, {}, where),
        ({}, {"Referer": f"http://testserver{path}?order=theme"}, path),
        ({"next": "//evil.example/"}, {}, path),
        ({"next": "https://evil.example/"}, {"Referer": "https://evil.example/topics/1/"}, path),
    ):
        answer = client.post(f"{path}votes", {**fields, **extra}, headers=headers)
        assert (answer.status_code, answer["Location"]) == (303, expected)
    assert Vote.objects.get().choice == "support"
    client.post(f"{path}votes", {**fields, "choice": ""})
    assert Vote.objects.get().choice is None


def test_a_refused_vote_has_a_code_a_sentence_and_leaves_no_trace(
    scene: Scene, later: time_machine.Traveller
) -> None:
    path = f"/topics/{scene.topic.pk}/votes"
    wish = {"ref": "r", "suggestion": scene.suggestion.pk, "choice": "support"}
    for user, fields, status, code in (
        (None, wish, 403, "not_signed_in"),
        (scene.author, wish, 409, "own_suggestion"),
        (scene.moderator, wish, 403, "not_allowed"),
        (scene.member, {**wish, "suggestion": 987654}, 422, "unknown_suggestion"),
        (scene.member, {**wish, "choice": "oppose"}, 422, "unknown_choice"),
        (scene.member, {**wish, "suggestion": "many"}, 422, "bad_frame"),
        (scene.member, {**wish, "colour": "red"}, 422, "bad_frame"),
    ):
        answer = post(client_of(user), path, **fields)
        refused = frame(answer)
        assert (answer.status_code, refused["type"], refused["code"]) == (status, "refused", code), fields
        assert refused["ref"] == "r"
        assert refused["message"].isascii()
    later.move_to(NOON + HOUR)
    answer = post(client_of(scene.member), path, **wish)
    assert (answer.status_code, frame(answer)["code"]) == (409, "voting_closed")
    assert not Vote.objects.exists()


# --- one's own idea -----------------------------------------------------------------------------------------


def test_an_idea_is_posted_edited_and_withdrawn(scene: Scene) -> None:
    client = client_of(scene.member)
    ideas = f"/topics/{scene.topic.pk}/suggestions"
    ref = str(uuid.uuid4())
    posted = frame(post(client, ideas, ref=ref, text="增设夜间公交。"))
    assert posted["refs"] == [ref]
    assert (posted["suggestion"]["status"], posted["suggestion"]["mine"]) == ("pending", True)
    assert frame(post(client, ideas, ref=ref, text="增设夜间公交。")) == posted
    one = posted["suggestion"]["id"]
    edited = frame(post(client, f"{ideas}/{one}/edit", ref="e", text="增设夜间公交两条。"))
    assert edited["suggestion"]["text"] == "增设夜间公交两条。"
    gone = frame(post(client, f"{ideas}/{one}/withdraw", ref="w"))
    assert gone["type"] == "ack"
    assert Suggestion.objects.get(pk=one).status == "withdrawn"


def test_somebody_elses_idea_is_neither_edited_nor_withdrawn(scene: Scene) -> None:
    ideas = f"/topics/{scene.topic.pk}/suggestions/{scene.suggestion.pk}"
    for verb, fields in (("edit", {"ref": "e", "text": "别的"}), ("withdraw", {"ref": "w"})):
        answer = post(client_of(scene.member), f"{ideas}/{verb}", **fields)
        assert answer.status_code == 403, verb
        assert frame(answer)["code"] == "not_allowed"
    scene.suggestion.refresh_from_db()
    assert (scene.suggestion.status, scene.suggestion.text[:4]) == ("published", "机关单位")


# --- pace, tokens, other methods ----------------------------------------------------------------------------


def test_whoever_asks_too_often_is_told_to_wait_and_others_are_not(scene: Scene) -> None:
    client = client_of(scene.member)
    ideas = f"/topics/{scene.topic.pk}/suggestions"
    for _turn in range(15):
        assert post(client, ideas, ref="r", text="").status_code == 422
    answer = post(client, ideas, ref="r", text="")
    assert (answer.status_code, frame(answer)["code"]) == (429, "rate_limited")
    assert post(client_of(scene.other), ideas, ref="r", text="").status_code == 422


def test_the_pace_is_another_ones_after_the_window(scene: Scene, later: time_machine.Traveller) -> None:
    client = client_of(scene.member)
    path = f"/topics/{scene.topic.pk}/state"
    answers = [client.get(path).status_code for _turn in range(61)]
    assert answers == [200] * 60 + [429]
    later.shift(dt.timedelta(seconds=10))
    assert client.get(path).status_code == 200


def test_without_the_token_nothing_is_written(scene: Scene) -> None:
    client = client_of(scene.member, enforce_csrf_checks=True)
    wish = {"ref": "r", "suggestion": scene.suggestion.pk, "choice": "support"}
    assert post(client, f"/topics/{scene.topic.pk}/votes", **wish).status_code == 403
    assert not Vote.objects.exists()


def test_only_the_methods_that_are_meant_are_answered(scene: Scene) -> None:
    client = client_of(scene.member)
    path = f"/topics/{scene.topic.pk}"
    assert client.post(f"{path}/state").status_code == 405
    for ending in ("votes", "suggestions"):
        assert client.get(f"{path}/{ending}").status_code == 405
