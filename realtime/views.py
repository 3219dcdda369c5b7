"""The state that newcomers are welcomed with: read once for all who come within a moment."""

from __future__ import annotations

import asyncio
from time import monotonic

from . import looks
from .looks import View
from .threads import DatabaseThread

FRESH = 0.25
"""Seconds for which a state that was read serves whoever comes; the next tick brings the rest."""


class Views:
    """Of one topic, by the revision that the reader has seen; None for those who have seen nothing."""

    def __init__(self, topic_id: int, thread: DatabaseThread) -> None:
        self._topic_id = topic_id
        self._thread = thread
        self._asked: dict[int | None, asyncio.Task[View]] = {}

    async def get(self, since: int | None) -> View:
        """The state now, a moment ago at most. Raises DatabaseError and UnknownTopic."""
        task = self._asked.get(since)
        if task is None or not _serves(task):
            self._asked = {key: asked for key, asked in self._asked.items() if _serves(asked)}
            task = asyncio.get_running_loop().create_task(self._thread.ask(looks.view, self._topic_id, since))
            self._asked[since] = task
        return await asyncio.shield(task)

    def stop(self) -> None:
        """Stop asking."""
        for task in self._asked.values():
            task.cancel()


def _serves(task: asyncio.Task[View]) -> bool:
    if not task.done():
        return True
    failed = task.cancelled() or task.exception() is not None
    return not failed and monotonic() - task.result().made < FRESH
