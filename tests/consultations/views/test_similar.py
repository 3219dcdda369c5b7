"""The question that a page asks while somebody is writing."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from consultations.enums import Visibility
from consultations.models import Deliberation, Topic
from consultations.views.similar import ASKING
from jianyan.accounts.models import User
from tests.consultations.conftest import Scene
from tests.consultations.factories import HOUR, MINUTE, NOON
from tests.jianyan.accounts.factories import make_user

WRITTEN = "晚上机关大院的停车场空着，能不能让附近居民停进来？"


@pytest.fixture(autouse=True)
def later() -> Iterator[time_machine.Traveller]:
    """Ten minutes after opening; nobody has asked for anything before."""
    cache.clear()
    with time_machine.travel(NOON + 10 * MINUTE, tick=False) as traveller:
        yield traveller


def client_of(user: User | None, **options: Any) -> Client:
    client = Client(headers={"Accept": "application/json", "Accept-Language": "en"}, **options)
    if user is not None:
        client.force_login(user)
    return client


def ask(client: Client, topic: Topic, body: object, **options: Any) -> Any:
    text = body if isinstance(body, str) else json.dumps(body)
    return client.post(f"/topics/{topic.pk}/similar", text, content_type="application/json", **options)


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, json.loads(answer.content)["code"]


def test_a_member_who_writes_is_told_what_is_there_already(scene: Scene) -> None:
    answer = ask(client_of(scene.member), scene.topic, {"text": WRITTEN})
    assert answer.status_code == 200
    assert json.loads(answer.content) == {
        "similar": [
            {
                "id": scene.suggestion.pk,
                "number": 1,
                "text": scene.suggestion.text,
                "author": "林栖云",
                "sector": "文艺界",
                "support": 0,
            }
        ]
    }
    assert "no-store" in answer["Cache-Control"]
    assert json.loads(ask(client_of(scene.author), scene.topic, {"text": WRITTEN}).content) == {"similar": []}


def test_only_who_may_post_now_is_answered(scene: Scene, later: time_machine.Traveller) -> None:
    asked = {"text": WRITTEN}
    assert code(ask(client_of(None), scene.topic, asked)) == (403, "not_signed_in")
    assert code(ask(client_of(make_user("旁听")), scene.topic, asked)) == (403, "not_allowed")
    assert code(ask(client_of(scene.moderator), scene.topic, asked)) == (403, "not_allowed")
    Deliberation.objects.update(visibility=Visibility.INVITED)
    assert code(ask(client_of(make_user("路人")), scene.topic, asked))[0] == 404
    Deliberation.objects.update(visibility=Visibility.PUBLIC)
    later.move_to(NOON + HOUR)
    assert code(ask(client_of(scene.member), scene.topic, asked)) == (409, "posting_closed")


def test_it_is_a_post_with_our_token(scene: Scene) -> None:
    strict = client_of(scene.member, enforce_csrf_checks=True)
    assert code(ask(strict, scene.topic, {"text": WRITTEN})) == (403, "csrf_failed")
    assert client_of(scene.member).get(f"/topics/{scene.topic.pk}/similar").status_code == 405


@pytest.mark.parametrize("body", ["", "{", "[]", '"text"', '{"text": 1}', "{}", "null", "[" * 50_000])
def test_a_body_that_is_no_question_is_refused(scene: Scene, body: str) -> None:
    assert code(ask(client_of(scene.member), scene.topic, body)) == (400, "bad_request")


@pytest.mark.parametrize("text", ["", "好", "机" * 20_000, "\ud83d", "\u202e\u202d"])
def test_whatever_is_written_is_answered(scene: Scene, text: str) -> None:
    assert ask(client_of(scene.member), scene.topic, {"text": text}).status_code == 200


def test_who_asks_too_often_is_told_so(scene: Scene) -> None:
    client = client_of(scene.member)
    answers = [ask(client, scene.topic, {"text": WRITTEN}) for _ in range(ASKING.per_user + 1)]
    assert {answer.status_code for answer in answers[:-1]} == {200}
    assert code(answers[-1]) == (429, "rate_limited")
    assert ask(client_of(scene.other), scene.topic, {"text": WRITTEN}).status_code == 200


def test_what_is_written_stays_out_of_the_log(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        ask(client_of(scene.member), scene.topic, {"text": WRITTEN})
        ask(client_of(None), scene.topic, {"text": WRITTEN})
    lines = "\n".join(record.getMessage() for record in caplog.records if record.name != "django.db.backends")
    assert WRITTEN[:6] not in lines
