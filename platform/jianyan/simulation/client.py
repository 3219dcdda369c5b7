"""A topic as one member's device sees it: kept up to date over a WebSocket, found again when the network is lost.

The client's rule of docs/protocol.md: what is old is ignored, a gap is a resync, what has no answer is sent again
under its old reference.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import msgspec
from websockets.exceptions import InvalidHandshake

from .connection import Connection

# Seconds without any frame after which the connection counts as lost; a quiet server sends a beacon every 5.
SILENCE = 20.0
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 15.0
# After these the same client would be refused again: not signed in, not allowed, no such topic.
FINAL = frozenset({4401, 4403, 4404})

decode = msgspec.json.Decoder().decode
encode = msgspec.json.Encoder().encode


@lru_cache(maxsize=64)
def _decode_shared(message: bytes) -> dict[str, Any]:
    # What is broadcast is the same bytes for everybody: one of hundreds of sockets decodes it for all.
    frame: dict[str, Any] = decode(message)
    return frame


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a wish: accepted (code empty) or refused; `seconds` from the wish to its answer."""

    code: str
    seconds: float
    revision: int = 0

    @property
    def accepted(self) -> bool:
        """Whether it is committed."""
        return not self.code


@dataclass(slots=True)
class Wish:
    """A frame that waits for its answer."""

    message: bytes
    since: float
    answer: asyncio.Future[Answer]


@dataclass(slots=True)
class View:
    """The topic as this client knows it. `tallies` by suggestion: [support, neutral, oppose], None while hidden."""

    revision: int = -1
    phase: dict[str, Any] = field(default_factory=dict)
    suggestions: dict[int, dict[str, Any]] = field(default_factory=dict)
    tallies: dict[int, list[int] | None] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    votes: dict[int, str] = field(default_factory=dict)
    own: dict[int, dict[str, Any]] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)

    def take_welcome(self, frame: Mapping[str, Any]) -> None:
        """Begin anew, or catch up where the frame is not full."""
        if frame["full"]:
            self.suggestions.clear()
            self.tallies.clear()
        elif frame["revision"] < self.revision:
            return
        self.revision = frame["revision"]
        self._take_shared(frame)
        me = frame["me"]
        if me is not None:
            self.votes = {int(suggestion): choice for suggestion, choice in me["votes"].items()}
            self.own = {suggestion["id"]: suggestion for suggestion in me["suggestions"]}

    def take_update(self, frame: Mapping[str, Any]) -> bool:
        """Apply an update; False where something before it is missing."""
        if frame["revision"] <= self.revision:
            return True
        if frame["from"] > self.revision:
            return False
        self.revision = frame["revision"]
        self._take_shared(frame)
        for suggestion, *tally in frame.get("tallies") or ():
            self.tallies[suggestion] = tally
        return True

    def _take_shared(self, frame: Mapping[str, Any]) -> None:
        self.phase = frame.get("phase") or self.phase
        self.people = frame.get("people") or self.people
        for suggestion in frame.get("suggestions") or ():
            number = suggestion["id"]
            if suggestion["status"] == "hidden":
                self.suggestions.pop(number, None)
                self.tallies.pop(number, None)
            else:
                self.suggestions[number] = suggestion
                self.tallies[number] = suggestion["tally"]


class TopicClient:
    """One device in one topic. `run` keeps it connected until it is closed or the server will not have it."""

    def __init__(self, site: str, topic_id: int, headers: Mapping[str, str], *, dice: random.Random) -> None:
        parts = urlsplit(site)
        scheme = "wss" if parts.scheme == "https" else "ws"
        self._address = urlunsplit((scheme, parts.netloc, f"/ws/topics/{topic_id}/", "", ""))
        self._headers = headers
        self._dice = dice
        self._connection: Connection | None = None
        self._wishes: dict[str, Wish] = {}
        self._references = itertools.count(1)
        self._wanted = True
        self._heard = 0.0
        self._failures = 0
        self.welcomed = asyncio.Event()
        self.view = View()
        self.connections = 0
        self.frames = 0
        self.close_code: int | None = None

    async def run(self) -> int | None:
        """Connect, and again whenever the connection is lost; returns the final close code, None when closed here."""
        try:
            while self._wanted:
                await self._connect_once()
                if self.close_code in FINAL:
                    return self.close_code
                if self._wanted:
                    await asyncio.sleep(self._pause())
            return None
        finally:
            self.welcomed.clear()
            self._forget_wishes()
            if self._connection is not None:
                self._connection.abort()

    def close(self) -> None:
        """Leave for good."""
        self._wanted = False
        if self._connection is not None:
            self._connection.close()

    def drop(self) -> None:
        """Lose the network; `run` comes back by itself."""
        if self._connection is not None:
            self._connection.abort()

    def vote(self, suggestion: int, choice: str | None) -> asyncio.Future[Answer]:
        """Ask for a stand on a suggestion. The future is cancelled when the client ends without an answer."""
        return self._wish(
            f"v{next(self._references)}", {"type": "vote", "suggestion": suggestion, "choice": choice}
        )

    def suggest(self, text: str) -> asyncio.Future[Answer]:
        """Post an idea."""
        return self._wish(str(uuid4()), {"type": "suggest", "text": text})

    def edit(self, suggestion: int, text: str) -> asyncio.Future[Answer]:
        """Reword one's own idea."""
        return self._wish(
            f"e{next(self._references)}", {"type": "edit", "suggestion": suggestion, "text": text}
        )

    def _wish(self, reference: str, frame: dict[str, Any]) -> asyncio.Future[Answer]:
        message = encode({"ref": reference, **frame})
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._wishes[reference] = Wish(message, time.perf_counter(), answer)
        self._send(message)
        return answer

    def _send(self, message: bytes) -> None:
        if self._connection is None or not self.welcomed.is_set():
            return  # sent once there is a connection: a wish stays until it is answered
        try:
            self._connection.send(message)
        except ConnectionResetError:
            self._connection.abort()

    async def _connect_once(self) -> None:
        loop = asyncio.get_running_loop()
        over: asyncio.Future[int] = loop.create_future()

        def end(code: int) -> None:
            if not over.done():
                over.set_result(code)

        address = self._address
        if self.view.revision >= 0:
            address += f"?revision={self.view.revision}"
        self._heard = loop.time()
        self._failures += 1
        self._connection = Connection(address, self._headers, self._take, end)
        try:
            await self._connection.open()
            self.connections += 1
            await self._wait_for_end(over)
        except (OSError, InvalidHandshake):
            pass  # `run` tries again
        finally:
            self._connection.abort()
            self._connection = None
            self.welcomed.clear()

    async def _wait_for_end(self, over: asyncio.Future[int]) -> None:
        """Until the server or the network ends the connection, or nothing has been heard for SILENCE."""
        loop = asyncio.get_running_loop()
        while (quiet := loop.time() - self._heard) < SILENCE:
            await asyncio.wait([over], timeout=SILENCE - quiet)
            if over.done():
                self.close_code = over.result()
                return

    def _pause(self) -> float:
        """Seconds before the next attempt: 1 doubling to 15, anywhere between half of that and all of it."""
        longest = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** max(0, self._failures - 1))
        return longest * self._dice.uniform(0.5, 1.0)

    def _take(self, message: bytes) -> None:
        self._heard = asyncio.get_running_loop().time()
        self.frames += 1
        if message.startswith(b'{"type":"ack"'):
            self._take_ack(decode(message))
            return
        shared = message.startswith((b'{"type":"update"', b'{"type":"beacon"'))
        frame = _decode_shared(message) if shared else decode(message)
        match frame["type"]:
            case "update":
                if not self.view.take_update(frame):
                    self._resync()
            case "beacon":
                self.view.people = frame["people"]
                if frame["revision"] > self.view.revision:
                    self._resync()
            case "welcome":
                self._take_welcome(frame)
            case "refused":
                self._answer(frame["ref"], frame["code"], 0)
            case "notice":
                self.view.notices.append(frame["text"])
            case "reload":
                self.drop()
            case _:
                pass  # a newer server may say more than we understand

    def _take_welcome(self, frame: Mapping[str, Any]) -> None:
        self.view.take_welcome(frame)
        self._failures = 0
        if not self.welcomed.is_set():
            self.welcomed.set()
            for wish in tuple(self._wishes.values()):
                self._send(wish.message)

    def _take_ack(self, frame: Mapping[str, Any]) -> None:
        for reference in frame["refs"]:
            self._answer(reference, "", frame["revision"])
        own = frame.get("suggestion")
        if own is not None:
            self.view.own[own["id"]] = own

    def _answer(self, reference: str | None, code: str, revision: int) -> None:
        wish = self._wishes.pop(reference or "", None)
        if wish is not None and not wish.answer.done():
            wish.answer.set_result(Answer(code, time.perf_counter() - wish.since, revision))

    def _resync(self) -> None:
        self._send(encode({"type": "resync", "revision": self.view.revision}))

    def _forget_wishes(self) -> None:
        for wish in self._wishes.values():
            wish.answer.cancel()
        self._wishes.clear()
