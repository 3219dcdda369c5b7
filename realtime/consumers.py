"""One socket of one topic: authorise, decode, hand over; it decides nothing.

A Channels consumer without what makes the generic ones slow: no channel in the layer for each socket (the hub knows
its listeners), no task and no hop to a database thread for each message.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable
from contextvars import Context, copy_context
from time import monotonic
from typing import Any, assert_never
from urllib.parse import parse_qs

import structlog
from channels.consumer import AsyncConsumer
from channels.exceptions import StopConsumer
from django.db import Error as DatabaseError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from structlog.contextvars import bind_contextvars

from consultations.errors import NotAllowed, NotSignedIn, RateLimited, UnknownTopic
from jianyan.log_context import socket_context

from . import daphne
from .admission import Admission, headers_by_name, language_of, session_key_in
from .intake import Queued
from .listener import Listener
from .outlets import Connection, Frame, Outlet, PlainOutlet
from .pace import Bucket
from .protocol import (
    LARGEST_FRAME,
    LARGEST_INTEGER,
    VERSION,
    Edit,
    Reload,
    Resync,
    Suggest,
    UnreadableFrame,
    Vote,
    Withdraw,
    decode,
    encode,
)
from .room import Room
from .runtime import Runtime, runtime
from .writing import Arrival

log = structlog.get_logger(__name__)

BAD_FRAMES = 3
"""Frames that are answered with bad_frame; the next one closes."""
# Frames per second for ever, and at once: after a reconnection everything unanswered is sent again.
RATE, BURST = 20, 120
DEAR = 5
"""What anything but a vote costs."""
# Refusals for going too fast, before the socket is closed.
PATIENCE_RATE, PATIENCE = 1, 40


class TopicSocket(AsyncConsumer):
    """`/ws/topics/<topic_id>/?revision=<r>`; with `counted=no` for a screen on the wall, which is nobody who is here."""

    listener: Listener | None = None
    room: Room | None = None
    runtime: Runtime
    context: Context
    base_send: Any

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Dispatch what comes, one after the other, in the task that the server runs us in."""
        self.scope = scope
        self.base_send = send
        self.runtime = runtime()
        self.bad_frames = 0
        self.bucket = Bucket(rate=RATE, burst=BURST)
        self.patience = Bucket(rate=PATIENCE_RATE, burst=PATIENCE)
        self.resyncs: deque[int] = deque()
        self.resyncing: asyncio.Task[None] | None = None
        try:
            with socket_context(int(scope["url_route"]["kwargs"].get("topic_id", 0))):
                while True:
                    await self.dispatch(await receive())
        except StopConsumer:
            pass
        finally:
            self.leave()

    async def dispatch(self, message: dict[str, Any]) -> None:
        """A message of the server."""
        match message["type"]:
            case "websocket.receive":
                await self.websocket_receive(message)
            case "websocket.connect":
                await self.websocket_connect(message)
            case "websocket.disconnect":
                raise StopConsumer

    # ── Opening ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def websocket_connect(self, _message: dict[str, Any]) -> None:
        """Authorise, then subscribe, then look: seen twice, never missed."""
        topic_id = int(self.scope["url_route"]["kwargs"]["topic_id"])
        headers = headers_by_name(self.scope["headers"])
        asked = parse_qs(self.scope["query_string"].decode("ascii", "replace"))
        admission = await self.admission(topic_id, session_key_in(headers))
        await self.base_send({"type": "websocket.accept"})
        outlet = self.outlet()
        if isinstance(admission, int):
            outlet.close(admission)
            return
        if asked.get("protocol", [str(VERSION)]) != [str(VERSION)]:
            outlet.send(Frame(encode(Reload())))
            outlet.close(1000)
            return
        if admission.actor is not None and self.runtime.hub.crowded(admission.actor.user_id):
            outlet.close(4429)
            return
        if admission.actor is not None:
            bind_contextvars(user_id=admission.actor.user_id)
        self.context = copy_context()
        counted = asked.get("counted") != ["no"]
        self.listener = Listener(topic_id, admission, outlet, language_of(headers), counted=counted)
        self.room = self.runtime.hub.enter(self.listener)
        await self.welcome(self.room.welcome(self.listener, _revision(asked.get("revision", [""])[0])))
        if admission.has_voice and counted:
            self.offer(Arrival())
        outlet.read(self.take)

    async def admission(self, topic_id: int, session_key: str | None) -> Admission | int:
        """Who this is, or the code to close with."""
        if self.runtime.stopped is not None:
            return 1012
        try:
            return await self.runtime.admitting.ask(
                self.runtime.door.admit, topic_id=topic_id, session_key=session_key, at=timezone.now()
            )
        except NotSignedIn:
            return 4401
        except NotAllowed:
            return 4403
        except UnknownTopic:
            return 4404
        except DatabaseError as error:
            log.warning("socket could not be opened", topic=topic_id, error=repr(error))
            return 1012

    def outlet(self) -> Outlet:
        """Where this socket's frames leave."""
        owner = getattr(self.base_send, "__self__", None)
        if isinstance(owner, Connection):
            return owner.outlet()
        protocol = daphne.protocol_behind(self.base_send)
        return PlainOutlet(self.base_send) if protocol is None else daphne.DaphneOutlet(protocol)

    async def welcome(self, making: Awaitable[None]) -> None:
        """Have the state sent; where the database does not answer, the client comes back."""
        try:
            await making
        except (DatabaseError, UnknownTopic) as error:
            log.warning("no welcome", error=repr(error))
            if self.listener is not None:
                self.listener.close(1012)

    def leave(self) -> None:
        """The socket is gone."""
        if self.listener is not None:
            self.listener.closed = True
            self.runtime.hub.leave(self.listener)
            self.listener = None

    # ── Frames ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def websocket_receive(self, message: dict[str, Any]) -> None:
        """A frame that has come by the server's queue."""
        text: str | None = message.get("text")
        if self.listener is None or self.listener.closed:
            return
        if _is_too_large(message):
            self.listener.close(4413)
        elif text is None:
            self.bad_frame(self.listener, UnreadableFrame(_("it is binary, not text"), None))
        else:
            self.take(text)

    def take(self, text: str | bytes) -> None:
        """Decode a frame and hand it over."""
        listener = self.listener
        if listener is None or listener.closed:
            return
        try:
            frame = decode(text)
        except UnreadableFrame as unreadable:
            self.bad_frame(listener, unreadable)
            return
        if not self.bucket.take(1 if isinstance(frame, Vote) else DEAR):
            self.too_fast(listener, None if isinstance(frame, Resync) else frame.ref)
            return
        match frame:
            case Vote() | Suggest() | Edit() | Withdraw():
                self.offer(frame)
            case Resync():
                self.resync(frame.revision)
            case _:
                assert_never(frame)

    def resync(self, revision: int) -> None:
        """Have the state sent after those that were asked for before."""
        self.resyncs.append(revision)
        if self.resyncing is None:
            # Its log lines are this socket's, although the server's connection called us.
            self.resyncing = asyncio.get_running_loop().create_task(self.catch_up(), context=self.context)

    async def catch_up(self) -> None:
        """Send what was asked for, one after the other."""
        try:
            while self.resyncs and self.listener is not None and self.room is not None:
                await self.welcome(self.room.resync(self.listener, self.resyncs.popleft()))
        finally:
            self.resyncing = None

    def offer(self, wanted: Vote | Suggest | Edit | Withdraw | Arrival) -> None:
        """Hand over to the intake; those who are not signed in have nothing to hand over."""
        listener = self.listener
        if listener is None:
            return
        if listener.actor is not None:
            self.runtime.intake.offer(Queued(listener, listener.actor, wanted, monotonic()))
        elif not isinstance(wanted, Arrival):
            listener.refuse(NotSignedIn(), wanted.ref)

    def bad_frame(self, listener: Listener, unreadable: UnreadableFrame) -> None:
        """Answer the first ones, then close."""
        self.bad_frames += 1
        if self.bad_frames > BAD_FRAMES:
            listener.close(4422)
        else:
            listener.refuse(unreadable, unreadable.ref)

    def too_fast(self, listener: Listener, ref: str | None) -> None:
        """Refuse, and close when it goes on."""
        if self.patience.take():
            listener.refuse(RateLimited(), ref)
        else:
            listener.close(4429)


class NoSuchSocket(TopicSocket):
    """Any other address."""

    async def websocket_connect(self, _message: dict[str, Any]) -> None:
        """Say so in a way that browsers pass on to the page."""
        await self.base_send({"type": "websocket.accept"})
        self.outlet().close(4404)


def _is_too_large(message: dict[str, Any]) -> bool:
    data: bytes = message.get("bytes") or b""
    text: str = message.get("text") or ""
    # A character has one to four bytes, so most texts need not be encoded to be measured.
    if len(text) * 4 > LARGEST_FRAME:
        return len(text.encode()) > LARGEST_FRAME
    return len(data) > LARGEST_FRAME


def _revision(word: str) -> int | None:
    if not word.isascii() or not word.isdigit() or len(word) > 16:
        return None
    revision = int(word)
    return revision if revision <= LARGEST_INTEGER else None
