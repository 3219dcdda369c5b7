"""Readers for tests: a real WebSocket client that checks every frame it is sent against the protocol's JSON Schema."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from time import monotonic
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from jsonschema import Draft202012Validator
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.sync.connection import Connection

from jianyan.accounts.models import User
from realtime.protocol import json_schema

Frame = dict[str, Any]

_schema = json_schema()
FROM_SERVER = Draft202012Validator({**_schema, "$ref": "#/$defs/ServerFrame"})
FROM_CLIENT = Draft202012Validator({**_schema, "$ref": "#/$defs/ClientFrame"})
PATIENCE = 15.0
"""Seconds for what comes in milliseconds unless the machine is very busy."""


def sign_in(user: User) -> str:
    """A session of that user; its key is the cookie."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    assert session.session_key is not None
    return str(session.session_key)


def cookie(session_key: str, *others: str) -> str:
    """The Cookie header of that session."""
    return "; ".join([f"{settings.SESSION_COOKIE_NAME}={session_key}", *others])


class Closed(Exception):
    """The server has closed the socket; `code` is what browsers see."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def _written(frame: Frame) -> str:
    FROM_CLIENT.validate(frame)
    return json.dumps(frame)


class Reader:
    """One socket. `frames` is everything that came, in order."""

    def __init__(self, socket: Connection) -> None:
        self.socket = socket
        self.frames: list[Frame] = []

    def send(self, **frame: Any) -> None:
        """Send a frame of the protocol."""
        self.raw(_written(frame))

    def raw(self, data: str | bytes) -> None:
        """Send whatever it is."""
        self.socket.send(data)

    def vote(self, suggestion: int, choice: str | None = "support") -> str:
        """Send a vote; its ref."""
        (ref,) = self.votes([suggestion], choice)
        return ref

    def votes(self, suggestions: Iterable[int], choice: str | None = "support") -> list[str]:
        """Send votes in one piece, so that the server finds them all at once; their refs."""
        refs = []
        with self.socket.protocol_mutex:
            for suggestion in suggestions:
                refs.append(uuid.uuid4().hex)
                frame = {"type": "vote", "ref": refs[-1], "suggestion": suggestion, "choice": choice}
                self.socket.protocol.send_text(_written(frame).encode())
            self.socket.socket.sendall(b"".join(self.socket.protocol.data_to_send()))
        return refs

    def read(self, deadline: float | None = None) -> Frame:
        """The next frame. Raises Closed, and TimeoutError when none comes before the deadline (monotonic)."""
        deadline = deadline or monotonic() + PATIENCE
        try:
            data = self.socket.recv(max(0, deadline - monotonic()))
        except ConnectionClosed as closed:
            raise Closed(closed.rcvd.code if closed.rcvd is not None else 1006) from None
        assert isinstance(data, str)
        frame: Frame = json.loads(data)
        FROM_SERVER.validate(frame)
        self.frames.append(frame)
        return frame

    def until(self, wanted: Callable[[Frame], bool], patience: float = PATIENCE) -> Frame:
        """The next frame that is wanted; others that come before are passed over. `patience` in seconds."""
        deadline = monotonic() + patience
        while not wanted(frame := self.read(deadline)):
            pass
        return frame

    def next(self, kind: str, patience: float = PATIENCE) -> Frame:
        """The next frame of that type."""
        return self.until(lambda frame: frame["type"] == kind, patience)

    def until_revision(self, revision: int) -> Frame:
        """The frame with which the reader reaches that revision."""
        return self.until(
            lambda frame: frame["type"] in ("welcome", "update") and frame["revision"] >= revision
        )

    def closed(self, patience: float = PATIENCE) -> int:
        """The code with which the server closes; frames before it are read."""
        try:
            self.until(lambda _: False, patience)
        except Closed as closed:
            return closed.code
        raise AssertionError


@contextmanager
def reading(
    site: str,
    topic_id: int,
    *,
    session: str | None = None,
    origin: str | None = None,
    query: str = "",
    language: str = "en",
    **options: Any,
) -> Iterator[Reader]:
    """A socket on the topic of the site at `ws://…`; with `session` signed in."""
    headers = {"Accept-Language": language}
    if session is not None:
        headers["Cookie"] = cookie(session)
    with connect(
        f"{site}/ws/topics/{topic_id}/{query}",
        origin=origin or site.replace("ws://", "http://"),  # type: ignore[arg-type]
        additional_headers=headers,
        compression=None,
        max_size=None,
        **options,
    ) as socket:
        yield Reader(socket)
