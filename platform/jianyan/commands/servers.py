"""The two servers that can carry the site, under the same limits."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module, util
from typing import TextIO

from jianyan.commands.failure import WronglyConfigured
from jianyan.commands.words import reason
from jianyan.language import gettext as _

# Twice the protocol's 64 KiB: what is a little too long still reaches the consumer, which closes with 4413.
# Beyond this Daphne drops the connection without a close frame, and the client would only come back.
LARGEST_FRAME = 131_072
# Seconds: a half-open connection is gone after their sum.
PING_INTERVAL = 5
PING_TIMEOUT = 10
GRACE = 10
"""Seconds that requests under way have to be answered, once the sockets are closed, before the server ends."""

# Name → the module that runs it; each has `run(post)`.
SERVERS = {"daphne": "jianyan.commands.daphne_server", "uvicorn": "jianyan.commands.uvicorn_server"}


@dataclass(frozen=True, slots=True)
class Post:
    """Where a server listens, where it writes down requests, and whom it tells that it accepts connections."""

    listening: socket.socket
    requests_log: TextIO | None = None
    begun: Callable[[], None] = lambda: None


def require_server(name: str) -> None:
    """Raises WronglyConfigured where the server is not installed."""
    if name == "uvicorn" and util.find_spec("uvicorn") is None:
        raise WronglyConfigured(_("uvicorn is not installed; install jianyan[uvicorn]."))


@contextmanager
def requests_log(path: str | None) -> Iterator[TextIO | None]:
    """The file to write requests to, standard output for `-`, None where none is asked for.

    Raises WronglyConfigured where it cannot be written.
    """
    if path is None or path == "-":
        yield None if path is None else sys.stdout
        return
    try:
        # Line by line: several processes may append to one file.
        stream = open(path, "a", buffering=1, encoding="utf-8")  # noqa: PTH123, SIM115 - closed below
    except OSError as error:
        raise WronglyConfigured(_("Cannot write to {}: {}").format(path, reason(error))) from error
    with stream:
        yield stream


def run(name: str, post: Post) -> None:
    """Serve until SIGINT or SIGTERM, and then end in order.

    In order: nothing new is accepted, votes that have come are written and acknowledged, sockets closed with 1012,
    requests under way answered within GRACE seconds.
    """
    import_module(SERVERS[name]).run(post)
