"""An operator's own endpoint for embeddings, in the shape of OpenAI's: it may put likely suggestions into another order.

Texts leave the machine for it, so that there is none unless the settings name one, and private data that we recognise is
masked first. Nothing waits for it long: whatever it does wrong, our own order stands, and it is left alone for a while.
"""

from __future__ import annotations

import json
import math
from array import array
from collections import OrderedDict
from collections.abc import Callable, Sequence
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Lock
from time import monotonic
from urllib.parse import urlsplit

import structlog
from django.conf import settings

from .screening import masks

log = structlog.get_logger(__name__)

PATIENCE = 1.0
"""Seconds that the endpoint has for an answer."""
REST = 60.0
"""Seconds in which it is not asked again after a failure, which would make everybody wait."""
LARGEST = 4 * 1024 * 1024
"""Bytes that an answer may have."""
KEPT = 4096
"""Texts whose vector is kept: published ones are compared again and again."""


class Unusable(Exception):
    """What the endpoint answered is no answer."""


class Embeddings:
    """Asks one endpoint. Keeps vectors of texts that stand in a topic, never of what somebody is just writing."""

    def __init__(
        self, endpoint: str, *, key: str, model: str, clock: Callable[[], float] = monotonic
    ) -> None:
        self._endpoint = urlsplit(endpoint)
        self._key = key
        self._model = model
        self._clock = clock
        self._kept: OrderedDict[str, array[float]] = OrderedDict()
        self._lock = Lock()
        self._rests_until = 0.0
        self._failing = False

    def likeness(self, text: str, others: Sequence[str]) -> list[float] | None:
        """The cosine of the text with each of the others; None where the endpoint does not answer as it should."""
        if self._clock() < self._rests_until:
            return None
        asked, wanted = _masked(text), [_masked(other) for other in others]
        with self._lock:
            known = {other: self._kept[other] for other in wanted if other in self._kept}
        missing = [other for other in dict.fromkeys(wanted) if other not in known]
        try:
            first, *rest = self._ask([asked, *missing])
        except (OSError, HTTPException, Unusable) as failure:
            self._rests_until = self._clock() + REST
            if not self._failing:
                # Once, until it works again. What was asked is in no line of the log.
                log.warning(
                    "similarity_endpoint_fails", host=self._endpoint.hostname, why=type(failure).__name__
                )
            self._failing = True
            return None
        self._failing = False
        news = dict(zip(missing, rest, strict=True))
        self._keep(news)
        return [_cosine(first, (known | news)[other]) for other in wanted]

    def _keep(self, news: dict[str, array[float]]) -> None:
        with self._lock:
            self._kept.update(news)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)

    def _ask(self, texts: list[str]) -> list[array[float]]:
        """A vector for each text. Raises OSError, HTTPException or Unusable."""
        deadline = self._clock() + PATIENCE
        kind = HTTPSConnection if self._endpoint.scheme == "https" else HTTPConnection
        connection = kind(self._endpoint.hostname or "", self._endpoint.port, timeout=PATIENCE)
        try:
            connection.request(
                "POST",
                f"{self._endpoint.path}?{self._endpoint.query}".rstrip("?"),
                json.dumps({"model": self._model, "input": texts}).encode(),
                {"Content-Type": "application/json", "Authorization": f"Bearer {self._key}"},
            )
            answer = connection.getresponse()
            if answer.status != 200:
                # A redirect, too: neither the texts nor the key are for another host.
                raise Unusable(answer.status)
            content = bytearray()
            # Whatever has come, not all of it: an answer that trickles would never end.
            while part := answer.read1(65_536):
                content += part
                if len(content) > LARGEST or self._clock() > deadline:
                    raise Unusable
        finally:
            connection.close()
        return _vectors(bytes(content), len(texts))


def endpoint() -> Embeddings | None:
    """The endpoint that the settings name; one for the process, as long as they name the same one."""
    global _endpoint  # noqa: PLW0603  # what it has learned is worth keeping
    named: tuple[str, str, str] = (
        settings.SIMILARITY_ENDPOINT,
        settings.SIMILARITY_KEY,
        settings.SIMILARITY_MODEL,
    )
    if not named[0]:
        return None
    if _endpoint is None or _endpoint[0] != named:
        address, key, model = named
        _endpoint = named, Embeddings(address, key=key, model=model)
    return _endpoint[1]


_endpoint: tuple[tuple[str, str, str], Embeddings] | None = None


def _vectors(content: bytes, count: int) -> list[array[float]]:
    try:
        rows = json.loads(content)["data"]
        found = {int(row["index"]): array("f", row["embedding"]) for row in rows}
        vectors = [found[number] for number in range(count)]
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise Unusable from error
    if len({len(vector) for vector in vectors}) != 1:
        raise Unusable
    if not all(math.isfinite(number) for vector in vectors for number in vector):
        raise Unusable
    return vectors


def _cosine(one: array[float], other: array[float]) -> float:
    """0 where there is no comparing them: the model has changed behind the endpoint."""
    if len(one) != len(other):
        return 0.0
    length = math.hypot(*one) * math.hypot(*other)
    return sum(a * b for a, b in zip(one, other, strict=True)) / length if length else 0.0


def _masked(text: str) -> str:
    for start, end in masks(text):
        text = text[:start] + "＊" * (end - start) + text[end:]
    return text
