"""Whether this process serves, and whether it should be sent work: for load balancers and supervisors."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from threading import Lock, Thread
from time import monotonic
from typing import Generic, TypeVar

import structlog
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse

from realtime.runtime import running

log = structlog.get_logger(__name__)

PATIENCE = 2.0
"""Seconds that an answer may take before it counts as none."""
KEPT = 1.0
"""Seconds for which an answer holds: whoever asks often opens no more connections than who asks once a second."""
# For libpq, in seconds, the last one in milliseconds: a database host that has vanished is noticed, not waited for.
VANISHED = {
    "connect_timeout": 2,
    "keepalives_idle": 2,
    "keepalives_interval": 1,
    "keepalives_count": 2,
    "tcp_user_timeout": 2000,
}

T = TypeVar("T")


class Examination(Generic[T]):
    """A question that may hang. It is asked in a thread of its own, by one at a time, and its answer is shared."""

    def __init__(self, ask: Callable[[], T], *, silence: T) -> None:
        """`silence` is the answer when there is none within PATIENCE."""
        self._ask = ask
        self._silence = silence
        self._lock = Lock()
        self._begun = 0.0
        self._answer: Future[T] | None = None

    def answer(self) -> T:
        """The answer, at most KEPT old. Raises what the question raises."""
        with self._lock:
            if self._answer is None or (self._answer.done() and monotonic() - self._begun > KEPT):
                self._begun = monotonic()
                self._answer = Future()
                # A daemon: a process that ends does not wait for a database that is gone.
                Thread(target=self._find, args=(self._answer,), name="jianyan-health", daemon=True).start()
            answer, begun = self._answer, self._begun
        try:
            return answer.result(max(0.0, begun + PATIENCE - monotonic()))
        except TimeoutError:
            return self._silence

    def _find(self, answer: Future[T]) -> None:
        try:
            answer.set_result(self._ask())
        except Exception as error:  # noqa: BLE001  # whoever asked is to hear it
            answer.set_exception(error)


@dataclass(frozen=True, slots=True)
class DatabaseState:
    """`migrations` is `unknown` while the database is down."""

    database: str
    migrations: str


DOWN = DatabaseState("down", "unknown")


class DatabaseQuestion:
    """Whether the database answers and has every migration of this version.

    Each time over a connection of its own: one of the pool may have to be waited for, and then a busy process would be
    taken for a broken one.
    """

    def __init__(self) -> None:
        self._complete: frozenset[tuple[str, str]] | None = None

    def __call__(self) -> DatabaseState:
        """Ask now."""
        database = connection.copy()
        options = database.settings_dict["OPTIONS"]
        options.pop("pool", None)
        if database.vendor == "postgresql":
            options.update(VANISHED)
        try:
            return DatabaseState("ok", "current" if self._is_current(database) else "pending")
        except DatabaseError as error:
            log.warning("database does not answer", error=repr(error))
            return DOWN
        finally:
            database.close()

    def _is_current(self, database: BaseDatabaseWrapper) -> bool:
        """What was complete once stays so while nothing is undone; only otherwise are all migrations read."""
        applied = frozenset(MigrationRecorder(database).applied_migrations())
        if self._complete is not None and applied >= self._complete:
            return True
        executor = MigrationExecutor(database)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        self._complete = applied
        return True


def ask_layer() -> str:
    """`ok`, `down`, or `none` where the process is alone and needs none."""
    if not settings.REDIS_URL:
        return "none"
    from redis import Redis, RedisError

    try:
        with Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1) as redis:
            redis.ping()
    except (RedisError, OSError) as error:
        log.warning("channel layer does not answer", error=repr(error))
        return "down"
    return "ok"


_database = Examination(DatabaseQuestion(), silence=DOWN)
_layer = Examination(ask_layer, silence="down")


def is_stopping() -> bool:
    """Whether this process was told to end and only finishes what it has begun."""
    runtime = running()
    return runtime is not None and runtime.stopped is not None


def alive(_request: HttpRequest) -> HttpResponse:
    """`ok`, and nothing is touched: a database that is away is no reason to restart the process."""
    return HttpResponse("ok", content_type="text/plain; charset=utf-8")


def ready(_request: HttpRequest) -> HttpResponse:
    """What was found, as JSON; 503 where this process should not be sent anybody.

    Without the channel layer it is `degraded` and still 200: votes go on, other processes hear of them a little later.
    """
    database = _database.answer()
    layer = _layer.answer()
    if is_stopping():
        status = "stopping"
    elif (database.database, database.migrations) != ("ok", "current"):
        status = "unavailable"
    else:
        status = "degraded" if layer == "down" else "ready"
    found = {
        "status": status,
        "database": database.database,
        "migrations": database.migrations,
        "layer": layer,
    }
    return JsonResponse(found, status=200 if status in {"ready", "degraded"} else 503)
