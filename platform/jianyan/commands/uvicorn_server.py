"""The site under uvicorn."""

from __future__ import annotations

import logging
import signal
import socket
from types import FrameType
from typing import TextIO

import uvicorn
from channels.routing import get_default_application

from jianyan.commands.listening import BACKLOG
from jianyan.commands.servers import GRACE, LARGEST_FRAME, PING_INTERVAL, PING_TIMEOUT, Post
from realtime import runtime
from realtime.uvicorn import TopicProtocol

KEEP_ALIVE = 75
"""Seconds. Longer than a proxy keeps an idle connection (nginx: 60), or it would now and then use one just closed."""


class Server(uvicorn.Server):
    """uvicorn, which lets the votes that have come be written before it closes the sockets, and ends with 0."""

    def __init__(self, config: uvicorn.Config, post: Post) -> None:
        super().__init__(config)
        self._post = post

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to accept."""
        await super().startup(sockets)
        self._post.begun()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept nothing new, stop what carries the topics, then close what is still open."""
        for server in self.servers:
            server.close()
        running = runtime.running()
        if running is not None:
            await running.stop()
        await super().shutdown(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - as uvicorn calls it
        """Note that it shall end. uvicorn would raise the signal again afterwards, and not end with 0."""
        if self.should_exit and sig == signal.SIGINT:
            self.force_exit = True
        self.should_exit = True


def run(post: Post) -> None:
    """Serve until SIGINT or SIGTERM."""
    config = uvicorn.Config(
        get_default_application(),
        interface="asgi3",
        lifespan="off",
        workers=1,
        backlog=BACKLOG,
        ws=TopicProtocol,
        ws_max_size=LARGEST_FRAME,
        ws_ping_interval=PING_INTERVAL,
        ws_ping_timeout=PING_TIMEOUT,
        # Compressing costs three times the memory and more than twice the processor for frames of a few hundred bytes.
        ws_per_message_deflate=False,
        # What proxies say is read by TRUSTED_PROXY_COUNT alone.
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=GRACE,
        log_config=None,
        log_level="warning",
        access_log=post.requests_log is not None,
    )
    if post.requests_log is not None:
        _write_requests_to(post.requests_log)
    Server(config, post).run(sockets=[post.listening])


def _write_requests_to(stream: TextIO) -> None:
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    access = logging.getLogger("uvicorn.access")
    access.handlers = [handler]
    access.propagate = False
    access.setLevel(logging.INFO)
