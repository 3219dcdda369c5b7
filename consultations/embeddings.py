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
from threading import Lock
from time import monotonic

from django.conf import settings

from .model_server import ModelServer, Unusable
from .screening import masks

PATIENCE = 1.0
"""Seconds that the endpoint has for an answer."""
LARGEST = 4 * 1024 * 1024
"""Bytes that an answer may have."""
KEPT = 4096
"""Texts whose vector is kept: published ones are compared again and again."""


class Embeddings:
    """Asks one endpoint. Keeps vectors of texts that stand in a topic, never of what somebody is just writing."""

    def __init__(
        self, endpoint: str, *, key: str, model: str, clock: Callable[[], float] = monotonic
    ) -> None:
        self._server = ModelServer(endpoint, key=key, fails="similarity_endpoint_fails", clock=clock)
        self._model = model
        self._kept: OrderedDict[str, array[float]] = OrderedDict()
        self._lock = Lock()

    def likeness(self, text: str, others: Sequence[str]) -> list[float] | None:
        """The cosine of the text with each of the others; None where the endpoint does not answer as it should."""
        asked, wanted = _masked(text), [_masked(other) for other in others]
        with self._lock:
            known = {other: self._kept[other] for other in wanted if other in self._kept}
        missing = [other for other in dict.fromkeys(wanted) if other not in known]
        texts = [asked, *missing]
        vectors = self._server.ask(
            {"model": self._model, "input": texts},
            lambda content: _vectors(content, len(texts)),
            patience=PATIENCE,
            largest=LARGEST,
        )
        if vectors is None:
            return None
        first, *rest = vectors
        news = dict(zip(missing, rest, strict=True))
        self._keep(news)
        return [_cosine(first, (known | news)[other]) for other in wanted]

    def _keep(self, news: dict[str, array[float]]) -> None:
        with self._lock:
            self._kept.update(news)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)


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
