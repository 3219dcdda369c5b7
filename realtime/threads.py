"""Asking the database from the event loop: threads with one connection each, kept open."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from django.db import InterfaceError, OperationalError, connections

P = ParamSpec("P")
T = TypeVar("T")


class DatabaseThread:
    """One thread and its connection. What is asked waits for what was asked before."""

    def __init__(self, name: str) -> None:
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)

    async def ask(self, question: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """The answer of a reading function. It is asked twice when the connection turns out to be dead."""
        call = partial(_ask_again, partial(question, *args, **kwargs))
        return await asyncio.get_running_loop().run_in_executor(self._executor, call)

    def submit(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Begin something that is not to be done twice."""
        return self._executor.submit(work, *args, **kwargs)

    def stop(self) -> None:
        """Close the connection and end the thread after what was begun; returns at once."""
        self._executor.submit(connections.close_all)
        self._executor.shutdown(wait=False)


def _ask_again(question: Callable[[], T]) -> T:
    try:
        return question()
    except (OperationalError, InterfaceError):
        # The server may have been restarted since the last question. A second failure is the caller's to hear.
        connections.close_all()
        return question()
