"""An operator's model server, spoken to in the shape of OpenAI's: a question, an answer in time, and rest after a failure."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Timer
from time import monotonic
from typing import Any, TypeVar
from urllib.parse import urlsplit

import structlog

log = structlog.get_logger(__name__)

REST = 60.0
"""Seconds in which it is not asked again after a failure, which would make everybody wait."""

Answer = TypeVar("Answer")


class Unusable(Exception):
    """What it answered is no answer."""


class ModelServer:
    """One address. `fails` is what the log calls it when it does not answer as it should; thread-safe."""

    def __init__(self, address: str, *, key: str, fails: str, clock: Callable[[], float] = monotonic) -> None:
        self._address = urlsplit(address)
        self._key = key
        self._fails = fails
        self._clock = clock
        self._rests_until = 0.0
        self._failing = False

    def ask(
        self,
        question: Mapping[str, Any],
        read: Callable[[bytes], Answer],
        *,
        patience: float,
        largest: int,
    ) -> Answer | None:
        """What `read` makes of the answer (it may raise Unusable); None while it rests, and where it fails.

        It has `patience` seconds from the first byte that is sent to the last one that comes, and `largest` bytes.
        """
        if self._clock() < self._rests_until:
            return None
        try:
            answer = read(self._post(json.dumps(question).encode(), patience, largest))
        except (OSError, HTTPException, Unusable) as failure:
            self._rests_until = self._clock() + REST
            if not self._failing:
                # Once, until it works again. What was asked and answered is in no line of the log.
                log.warning(self._fails, host=self._address.hostname, why=type(failure).__name__)
            self._failing = True
            return None
        self._failing = False
        return answer

    def _post(self, body: bytes, patience: float, largest: int) -> bytes:
        """Raises OSError, HTTPException or Unusable."""
        kind = HTTPSConnection if self._address.scheme == "https" else HTTPConnection
        connection = kind(self._address.hostname or "", self._address.port, timeout=patience)
        try:
            connection.connect()
            with _hanging_up(connection, patience):
                connection.request(
                    "POST",
                    f"{self._address.path}?{self._address.query}".rstrip("?"),
                    body,
                    {"Content-Type": "application/json", "Authorization": f"Bearer {self._key}"},
                )
                answer = connection.getresponse()
                if answer.status != 200:
                    # A redirect, too: neither the texts nor the key are for another host.
                    raise Unusable(answer.status)
                content = answer.read(largest + 1)
        finally:
            connection.close()
        if len(content) > largest:
            raise Unusable
        return content


@contextmanager
def _hanging_up(connection: HTTPConnection, patience: float) -> Iterator[None]:
    """Ends the conversation when the time is over, however slowly bytes trickle in."""

    def hang_up() -> None:
        # It may have ended by itself in this very moment.
        with suppress(OSError):
            connected.shutdown(socket.SHUT_RDWR)

    connected: socket.socket = connection.sock
    timer = Timer(patience, hang_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
