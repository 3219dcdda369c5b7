"""What must hold before a server starts. Each check raises WronglyConfigured with one sentence, or returns."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import structlog
from django.conf import settings
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage, staticfiles_storage
from django.db import DatabaseError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from jianyan.commands.failure import WronglyConfigured
from jianyan.commands.listening import listen, port_of
from jianyan.commands.words import reason
from jianyan.language import gettext as _

log = structlog.get_logger(__name__)

OLDEST_POSTGRESQL = 15
SQLITE_FULL = 2
"""What `PRAGMA synchronous` answers for FULL; less forgets the latest commits when power fails."""
REDIS_PATIENCE = 1.0
"""Seconds."""
BESIDES_THE_POOL = 4
"""Connections that a process may have beside those of its pool, while it starts and while it is renewed."""


def require_writable(directory: Path) -> None:
    """Create the data directory and try to write a file in it."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=directory):
            pass
    except OSError as error:
        raise WronglyConfigured(
            _("The data directory {} cannot be written to: {}").format(directory, reason(error))
        ) from error


def require_database() -> None:
    """Reach the database, which must not forget what it confirms, and must have every migration."""
    database = _unpooled()
    try:
        if database.vendor == "postgresql":
            _require_durable_postgresql(database)
        elif database.vendor == "sqlite":
            _require_durable_sqlite(database)
        pending = _pending_migrations(database)
    except DatabaseError as error:
        raise WronglyConfigured(
            _("The database cannot be reached: {}").format(_(str(error).strip()))
        ) from error
    finally:
        database.close()
    if pending:
        raise WronglyConfigured(
            _("The database lacks {} migrations; run first: jianyan manage migrate").format(pending)
        )


def _unpooled() -> BaseDatabaseWrapper:
    """A connection of its own: the pool would try for long, and hide why it does not succeed."""
    database = connection.copy()
    database.settings_dict["OPTIONS"].pop("pool", None)
    return database


def _pending_migrations(database: BaseDatabaseWrapper) -> int:
    executor = MigrationExecutor(database)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _require_durable_postgresql(database: BaseDatabaseWrapper) -> None:
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version_num')::int / 10000,"
            " current_setting('synchronous_commit'), current_setting('fsync')"
        )
        version, synchronous_commit, fsync = cursor.fetchone()
    if version < OLDEST_POSTGRESQL:
        raise WronglyConfigured(
            _("PostgreSQL {} is too old; {} or newer is needed.").format(version, OLDEST_POSTGRESQL)
        )
    for name, value in (("synchronous_commit", synchronous_commit), ("fsync", fsync)):
        if value == "off":
            # Acknowledged means committed: with `off` a crash takes back votes that members saw confirmed.
            raise WronglyConfigured(
                _("PostgreSQL has {} off and could lose confirmed votes; switch it on.").format(name)
            )


def _require_durable_sqlite(database: BaseDatabaseWrapper) -> None:
    with database.cursor() as cursor:
        # Asked and not believed: where the file system cannot share memory, SQLite keeps the journal it had.
        cursor.execute("PRAGMA journal_mode")
        journal_mode = cursor.fetchone()[0]
        cursor.execute("PRAGMA synchronous")
        synchronous = cursor.fetchone()[0]
    if journal_mode != "wal":
        raise WronglyConfigured(
            _(
                "SQLite refuses write-ahead logging here (journal_mode {}); keep the file on a local disk."
            ).format(journal_mode)
        )
    if synchronous < SQLITE_FULL:
        raise WronglyConfigured(
            _("SQLite has synchronous {} and could lose confirmed votes; FULL is needed.").format(synchronous)
        )


def require_possible(workers: int) -> None:
    """Whether so many processes can be one site on this machine, with these settings."""
    if workers == 1:
        return
    if sys.platform == "win32":
        raise WronglyConfigured(_("On Windows the site runs as one process; leave --workers out."))
    if not settings.REDIS_URL:
        raise WronglyConfigured(
            _("Several workers need Redis between them; set REDIS_URL or leave --workers out.")
        )


def warn(workers: int) -> None:
    """Log what the site can begin with, but will not be happy with. The database must be there."""
    if settings.REDIS_URL:
        _warn_of_silent_redis()
    if connection.vendor == "postgresql":
        _warn_of_few_connections(workers)
    elif workers > 1:
        log.warning("SQLite lets one of several workers write at a time; PostgreSQL is meant for them")


def _warn_of_silent_redis() -> None:
    import redis

    # No reason to refuse: without Redis votes go on, and it may come back at any time.
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_connect_timeout=REDIS_PATIENCE, socket_timeout=REDIS_PATIENCE
        ) as asked:
            asked.ping()
    except redis.RedisError as error:
        log.warning(
            "Redis does not answer; until it does, processes learn of each other late", error=repr(error)
        )


def _warn_of_few_connections(workers: int) -> None:
    pool = connection.settings_dict["OPTIONS"].get("pool")
    if not isinstance(pool, dict):
        return
    database = _unpooled()
    try:
        with database.cursor() as cursor:
            cursor.execute("SHOW max_connections")
            offered = int(cursor.fetchone()[0])
    finally:
        database.close()
    needed = workers * (pool["max_size"] + BESIDES_THE_POOL)
    if offered < needed:
        log.warning("PostgreSQL offers too few connections", max_connections=offered, needed=needed)


def require_static_files() -> None:
    """Where static files carry hashed names, they must have been collected."""
    if isinstance(staticfiles_storage, ManifestStaticFilesStorage) and not staticfiles_storage.hashed_files:
        raise WronglyConfigured(
            _("No static files in {}; run first: jianyan manage collectstatic --noinput").format(
                settings.STATIC_ROOT
            )
        )


def free_port(host: str, port: int) -> int:
    """The port, once it is known that `host` can listen on it; for 0, a free one that the system chose."""
    with listen(host, port) as probe:
        return port_of(probe)
