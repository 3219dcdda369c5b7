"""The operator's endpoint, against a real HTTP server that answers rightly, wrongly, late, or not at all."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.test import override_settings
from structlog.testing import capture_logs

from consultations import embeddings
from consultations.embeddings import PATIENCE, Embeddings, endpoint
from consultations.model_server import REST
from consultations.models import Topic
from consultations.queries import similar
from tests.consultations.conftest import Scene
from tests.consultations.factories import MINUTE, NOON, actor, make_suggestion

AT = NOON + 5 * MINUTE
OURS = "机关停车场晚上向附近居民开放。"
WRITTEN = "晚上机关停车场能不能让居民停"

Answer = tuple[int, bytes]


@dataclass
class Endpoint:
    """A server; `answer` says what it answers to the texts that it was sent, `asked` has all requests."""

    url: str = ""
    answer: Callable[[list[str]], Answer] = lambda texts: (500, b"")
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)


def vectors(of: Callable[[str], list[float]]) -> Callable[[list[str]], Answer]:
    def answer(texts: list[str]) -> Answer:
        rows = [{"index": number, "embedding": of(text)} for number, text in enumerate(texts)]
        # In no order: the index says which is which.
        return 200, json.dumps({"object": "list", "data": rows[::-1], "model": "m"}).encode()

    return answer


@pytest.fixture
def server() -> Iterator[Endpoint]:
    made = Endpoint()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            made.asked.append(sent)
            made.keys.append(self.headers["Authorization"])
            status, content = made.answer(sent["input"])
            self.send_response(status)
            if status == 302:
                self.send_header("Location", made.url + "/elsewhere")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_words: object) -> None:
            pass

    class Listening(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """Whoever asked has gone: that is what is tried here."""

    listening = Listening(("127.0.0.1", 0), Handler)
    listening.daemon_threads = True
    thread = threading.Thread(target=listening.serve_forever)
    thread.start()
    made.url = f"http://127.0.0.1:{listening.server_port}/v1/embeddings"
    yield made
    listening.shutdown()
    listening.server_close()
    thread.join()


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def asking(server: Endpoint, clock: Clock | None = None) -> Embeddings:
    return Embeddings(server.url, key="k-1", model="bge-small-zh", clock=clock or Clock())


def of_length(text: str) -> list[float]:
    return [1.0, float(len(text))]


def test_likeness_is_the_cosine_of_what_the_endpoint_says(server: Endpoint) -> None:
    server.answer = vectors(lambda text: [1.0, 0.0] if "车" in text else [0.0, 2.0])
    assert asking(server).likeness("停车", ["车位", "古镇"]) == pytest.approx([1, 0])
    assert server.asked == [{"model": "bge-small-zh", "input": ["停车", "车位", "古镇"]}]
    assert server.keys == ["Bearer k-1"]


def test_texts_of_the_topic_are_sent_once_and_what_is_being_written_each_time(server: Endpoint) -> None:
    server.answer = vectors(of_length)
    asked = asking(server)
    asked.likeness("写", ["甲", "乙"])
    asked.likeness("写完", ["乙", "丙", "丙"])
    assert [sent["input"] for sent in server.asked] == [["写", "甲", "乙"], ["写完", "丙"]]


def test_what_is_kept_is_bounded(server: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embeddings, "KEPT", 1)
    server.answer = vectors(of_length)
    asked = asking(server)
    asked.likeness("写", ["甲", "乙"])
    asked.likeness("写", ["甲", "乙"])
    assert [sent["input"] for sent in server.asked] == [["写", "甲", "乙"], ["写", "甲"]]


def test_private_data_stays_here(server: Endpoint) -> None:
    server.answer = vectors(of_length)
    asking(server).likeness("请联系 13900001111", ["我的电话是 13900002222。"])
    (sent,) = server.asked
    assert sent["input"] == ["请联系 ＊＊＊＊＊＊＊＊＊＊＊", "我的电话是 ＊＊＊＊＊＊＊＊＊＊＊。"]


@pytest.mark.parametrize(
    "answer",
    [
        (500, b""),
        (401, b'{"error": "key"}'),
        (302, b""),
        (200, b""),
        (200, b"<html>"),
        (200, b"[" * 100_000),
        (200, b"{}"),
        (200, b'{"data": [{"index": 0, "embedding": [1]}]}'),
        (200, b'{"data": [{"index": 0, "embedding": [1]}, {"index": 1, "embedding": [1, 2]}]}'),
        (200, b'{"data": [{"index": 0, "embedding": [1]}, {"index": 1, "embedding": [NaN]}]}'),
        (200, b'{"data": [{"index": 0, "embedding": "x"}, {"index": 1, "embedding": null}]}'),
        (200, b" " * (embeddings.LARGEST + 1)),
    ],
    ids=lambda answer: f"{answer[0]}-{answer[1][:24]!r}",
)
def test_an_answer_that_is_none_is_said_once_and_the_endpoint_rests(server: Endpoint, answer: Answer) -> None:
    server.answer = lambda texts: answer
    clock = Clock()
    asked = asking(server, clock)
    with capture_logs() as lines:
        assert asked.likeness("机密的草稿", ["乙"]) is None
        assert asked.likeness("机密的草稿", ["乙"]) is None
        clock.now += REST
        assert asked.likeness("机密的草稿", ["乙"]) is None
    assert len(server.asked) == 2
    assert [line["event"] for line in lines] == ["similarity_endpoint_fails"]
    assert "机密" not in str(lines)
    clock.now += REST
    server.answer = vectors(of_length)
    assert asked.likeness("甲", ["乙"]) == pytest.approx([1])


def test_where_nobody_listens_our_order_stands() -> None:
    assert Embeddings("http://127.0.0.1:9/v1/embeddings", key="", model="m").likeness("甲", ["乙"]) is None


def test_nobody_waits_long_for_it(server: Endpoint) -> None:
    released = threading.Event()

    def never(texts: list[str]) -> Answer:
        released.wait(60)
        return 200, b""

    server.answer = never
    begun = time.monotonic()
    assert asking(server).likeness("甲", ["乙"]) is None
    took = time.monotonic() - begun
    released.set()
    # It gave up by itself, long before an answer came.
    assert took < 30
    assert PATIENCE == 1.0


def test_there_is_one_only_where_the_settings_name_it() -> None:
    assert endpoint() is None
    named = {"SIMILARITY_ENDPOINT": "http://127.0.0.1:9/e", "SIMILARITY_KEY": "", "SIMILARITY_MODEL": "m"}
    with override_settings(**named):
        first = endpoint()
        assert first is not None
        assert endpoint() is first
    with override_settings(**named | {"SIMILARITY_MODEL": "n"}):
        assert endpoint() not in (None, first)


# --- what it is for -----------------------------------------------------------------------------------------


def hinted(scene: Scene, text: str = WRITTEN) -> list[str]:
    topic = Topic.objects.select_related("deliberation__host").get(pk=scene.topic.pk)
    return [hint.text for hint in similar.hints(topic, actor(scene.member), text, at=AT)]


def test_it_reorders_what_we_have_found_and_adds_nothing(scene: Scene, server: Endpoint) -> None:
    make_suggestion(scene.topic, scene.other, OURS, publish_by=scene.moderator)
    plain = hinted(scene)
    assert len(plain) == 2
    server.answer = vectors(lambda text: [1.0, 0.0] if text in (plain[1], WRITTEN) else [0.0, 1.0])
    named = {"SIMILARITY_ENDPOINT": server.url, "SIMILARITY_KEY": "k", "SIMILARITY_MODEL": "m"}
    with override_settings(**named):
        assert hinted(scene) == plain[::-1]
        assert hinted(scene, "古镇周末晚上固定演戏") == []
        server.answer = lambda texts: (500, b"")
        assert hinted(scene) == plain
