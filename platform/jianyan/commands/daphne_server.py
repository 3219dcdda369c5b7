"""The site under Daphne."""

from __future__ import annotations

import asyncio
from math import inf
from time import monotonic
from typing import Any

from channels.routing import get_default_application
from daphne.access import AccessLogGenerator
from daphne.http_protocol import WebRequest
from daphne.server import Server as Daphne
from twisted.internet.defer import Deferred

from jianyan.commands.listening import BACKLOG
from jianyan.commands.servers import GRACE, LARGEST_FRAME, PING_INTERVAL, PING_TIMEOUT, Post
from realtime import runtime


class Server(Daphne):
    """Daphne on a socket that is there already, which ends in order."""

    def __init__(self, post: Post) -> None:
        super().__init__(
            application=get_default_application(),
            # Daphne insists on having one. See `run`.
            endpoints=["adopted"],
            action_logger=AccessLogGenerator(post.requests_log) if post.requests_log is not None else None,
            websocket_max_message_size=LARGEST_FRAME,
            websocket_max_frame_size=LARGEST_FRAME,
            # Its own pings go by the wall clock, which may be set back. See `_adopt`.
            ping_interval=inf,
            ping_timeout=PING_TIMEOUT,
            verbosity=0,
            server_name="",
        )
        self._post = post
        self._port: Any = None

    def run(self) -> None:
        """Serve until SIGINT or SIGTERM."""
        from twisted.internet import reactor

        # Twisted's timers go by the wall clock: set back by an hour, nothing would time out for that hour.
        reactor.seconds = monotonic  # type: ignore[method-assign,misc]  # a method by its types
        # It knows endpoints as Twisted's strings alone, and the one for a given socket supposes IPv4.
        self.endpoints: list[str] = []
        reactor.callWhenRunning(self._adopt)
        super().run()

    def _adopt(self) -> None:
        from twisted.internet import reactor

        # Whatever is not said here stays as Daphne has set it, but for null origins: who may come is ours to say.
        self.ws_factory.setProtocolOptions(autoPingInterval=PING_INTERVAL, allowNullOrigin=True)
        listening = self._post.listening
        listening.settimeout(0)
        listening.listen(BACKLOG)
        self._port = reactor.adoptStreamPort(listening.fileno(), listening.family, self.http_factory)
        # The port has a descriptor of its own: while another is open, the system goes on to take connections.
        listening.close()
        self._post.begun()

    def kill_all_applications(self) -> Deferred[Any]:
        """What Daphne does when told to end; in its place, and in its name, an end in order."""
        return Deferred.fromFuture(asyncio.ensure_future(self._end()))

    async def _end(self) -> None:
        self._port.stopListening()
        running = runtime.running()
        if running is not None:
            await running.stop()
        deadline = monotonic() + GRACE
        while (requests := self._applications(WebRequest)) and monotonic() < deadline:
            await asyncio.wait(requests, timeout=deadline - monotonic())
        unended = self._applications(object)
        for application in unended:
            application.cancel()
        await asyncio.gather(*unended, return_exceptions=True)

    def _applications(self, kind: type) -> list[asyncio.Task[None]]:
        running = [
            details.get("application_instance")
            for protocol, details in self.connections.items()
            if isinstance(protocol, kind)
        ]
        return [application for application in running if application is not None and not application.done()]


def run(post: Post) -> None:
    """Serve until SIGINT or SIGTERM."""
    Server(post).run()
