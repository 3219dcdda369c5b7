"""The client against a server that sends what a real one seldom does: gaps, silence, a call to reload."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from jianyan.simulation import client as client_module
from jianyan.simulation.client import TopicClient

WITHIN = 10.0
PEOPLE = {"here": 1, "posted": 0, "voted": 0}


def welcome(revision: int) -> dict[str, Any]:
    return {
        "type": "welcome",
        "revision": revision,
        "full": True,
        "phase": {"name": "open"},
        "people": PEOPLE,
        "suggestions": [],
        "me": None,
    }


def play(script: list[dict[str, Any]], act: Callable[[TopicClient, list[Any]], Awaitable[None]]) -> list[Any]:
    """Every connection gets a welcome and then the script; the addresses asked for and the frames received."""
    heard: list[Any] = []

    async def handle(socket: ServerConnection) -> None:
        assert socket.request is not None
        heard.append(socket.request.path)
        try:
            await socket.send(json.dumps(welcome(5)))
            if len(heard) == 1:
                for frame in script:
                    await socket.send(json.dumps(frame))
            while True:
                heard.append(json.loads(await socket.recv()))
        except ConnectionClosed:
            pass

    async def visit() -> None:
        async with serve(handle, "127.0.0.1", 0) as server, asyncio.timeout(WITHIN):
            port = server.sockets[0].getsockname()[1]
            client = TopicClient(f"http://127.0.0.1:{port}", 3, {}, dice=random.Random(1))
            device = asyncio.create_task(client.run())
            await client.welcomed.wait()
            await act(client, heard)
            client.close()
            await device

    asyncio.run(visit())
    return heard


def until(count: int) -> Callable[[TopicClient, list[Any]], Awaitable[None]]:
    """Stay until the server has heard so many things."""

    async def wait(client: TopicClient, heard: list[Any]) -> None:
        while len(heard) < count:  # noqa: ASYNC110 - the server's news, and nothing of ours signals it
            await asyncio.sleep(0.01)

    return wait


def test_a_gap_is_a_resync() -> None:
    gap = {"type": "update", "from": 8, "revision": 9, "phase": {}, "people": PEOPLE}
    assert play([gap], until(2)) == ["/ws/topics/3/", {"type": "resync", "revision": 5}]


def test_a_beacon_ahead_is_a_resync_and_one_abreast_is_not() -> None:
    beacons = [{"type": "beacon", "revision": revision, "people": PEOPLE} for revision in (5, 7)]
    assert play(beacons, until(2)) == ["/ws/topics/3/", {"type": "resync", "revision": 5}]


def test_a_call_to_reload_is_a_new_connection_from_the_revision_it_has() -> None:
    assert play([{"type": "reload"}], until(2)) == ["/ws/topics/3/", "/ws/topics/3/?revision=5"]


def test_silence_is_a_new_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "SILENCE", 0.05)
    heard = play([], until(2))
    assert heard[:2] == ["/ws/topics/3/", "/ws/topics/3/?revision=5"]


def test_notices_are_kept_and_what_is_not_understood_is_left() -> None:
    async def act(client: TopicClient, heard: list[Any]) -> None:
        while not client.view.notices:  # noqa: ASYNC110 - see above
            await asyncio.sleep(0.01)
        assert client.view.notices == ["还有五分钟"]

    play([{"type": "fanfare"}, {"type": "notice", "text": "还有五分钟", "level": "info"}], act)


def test_an_answer_to_nothing_and_one_that_comes_twice_are_left() -> None:
    async def act(client: TopicClient, heard: list[Any]) -> None:
        vote = client.vote(1, "support")
        client._take(b'{"type":"ack","refs":["v1","v1","x"],"revision":6}')
        assert (await vote).revision == 6
        cancelled = client.vote(1, None)
        cancelled.cancel()
        client._take(b'{"type":"refused","ref":"v2","code":"voting_closed","message":""}')
        client._take(b'{"type":"refused","ref":null,"code":"bad_frame","message":""}')

    play([], act)


def test_dropping_what_is_not_connected_is_nothing() -> None:
    async def visit() -> None:
        client = TopicClient("https://jianyan.example", 3, {}, dice=random.Random(1))
        client.drop()
        client.close()
        assert await client.run() is None

    asyncio.run(visit())


@pytest.mark.parametrize("turns", range(12))
def test_closed_at_any_turn_of_its_connecting_it_leaves_at_once(turns: int) -> None:
    async def act(client: TopicClient, heard: list[Any]) -> None:
        other = TopicClient(client._address.replace("ws://", "http://"), 3, {}, dice=random.Random(1))
        device = asyncio.create_task(other.run())
        for _ in range(turns):
            await asyncio.sleep(0)
        other.close()
        assert await device is None

    play([], act)


def test_cancelled_it_leaves_at_once() -> None:
    async def act(client: TopicClient, heard: list[Any]) -> None:
        other = TopicClient(client._address.replace("ws://", "http://"), 3, {}, dice=random.Random(1))
        device = asyncio.create_task(other.run())
        await other.welcomed.wait()
        device.cancel()
        await asyncio.wait([device])
        assert device.cancelled()
        assert not other.welcomed.is_set()

    play([], act)
