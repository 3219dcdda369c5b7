"""A voter on either server, with the same few abilities, so that one load generator drives both."""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Protocol

import msgspec

from jianyan.simulation.client import Answer, TopicClient
from jianyan.simulation.connection import Connection


class Voter(Protocol):
    """One signed-in member with one open socket, who also listens."""

    async def arrive(self) -> None:
        """Connect, and wait until the server has told the present state."""

    def vote(self, suggestion: int, *, support: bool) -> asyncio.Future[Answer]:
        """Support, or take it back."""

    def suggestions(self) -> list[int]:
        """The ids of what can be voted on."""

    def support_of(self, suggestion: int) -> int:
        """The count that this listener has been told last."""

    @property
    def frames(self) -> int:
        """Frames received so far."""

    async def leave(self) -> None:
        """Close the socket."""


class JianyanVoter:
    """On our server: the same client that simulated members use."""

    def __init__(self, site: str, headers: Mapping[str, str], *, topic: int) -> None:
        self._client = TopicClient(site, topic, headers, dice=random.Random(0))
        self._running: asyncio.Task[int | None] | None = None

    async def arrive(self) -> None:
        self._running = asyncio.create_task(self._client.run())
        await asyncio.wait_for(self._client.welcomed.wait(), 60)

    def vote(self, suggestion: int, *, support: bool) -> asyncio.Future[Answer]:
        return self._client.vote(suggestion, "support" if support else None)

    def suggestions(self) -> list[int]:
        return list(self._client.view.suggestions)

    def support_of(self, suggestion: int) -> int:
        tally = self._client.view.tallies[suggestion]
        return -1 if tally is None else tally[0]

    @property
    def frames(self) -> int:
        return self._client.frames

    async def leave(self) -> None:
        self._client.close()
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)


@lru_cache(maxsize=256)
def _decode(message: bytes) -> dict[str, Any]:
    frame: dict[str, Any] = msgspec.json.decode(message)
    return frame


class ReferenceVoter:
    """On the yardstick."""

    def __init__(self, site: str, headers: Mapping[str, str], *, path: str) -> None:
        self._address = site.replace("http", "ws", 1) + path
        self._headers = headers
        self._connection: Connection | None = None
        self._references = itertools.count()
        self._waiting: dict[int, tuple[float, asyncio.Future[Answer]]] = {}
        self._counts: dict[int, int] = {}
        self._welcomed = asyncio.Event()
        self.frames = 0

    async def arrive(self) -> None:
        self._connection = Connection(self._address, self._headers, self._take, lambda code: None)
        await self._connection.open()
        await asyncio.wait_for(self._welcomed.wait(), 60)

    def vote(self, suggestion: int, *, support: bool) -> asyncio.Future[Answer]:
        reference = next(self._references)
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting[reference] = (time.perf_counter(), answer)
        assert self._connection is not None
        self._connection.send(
            json.dumps({"ref": reference, "suggestion": suggestion, "support": support}).encode()
        )
        return answer

    def suggestions(self) -> list[int]:
        return list(self._counts)

    def support_of(self, suggestion: int) -> int:
        return self._counts[suggestion]

    async def leave(self) -> None:
        if self._connection is not None:
            self._connection.close()

    def _take(self, message: bytes) -> None:
        self.frames += 1
        frame = _decode(message)
        match frame["type"]:
            case "tally":
                self._counts[frame["suggestion"]] = frame["support"]
            case "ack":
                since, answer = self._waiting.pop(frame["ref"])
                answer.set_result(Answer("", time.perf_counter() - since))
            case "welcome":
                self._counts = {number: support for number, _text, support in frame["suggestions"]}
                self._welcomed.set()
