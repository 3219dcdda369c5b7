"""What must hold before a server starts. Each check raises WronglyConfigured with one sentence, or returns."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage, staticfiles_storage
from django.db import DatabaseError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from jianyan.commands.failure import WronglyConfigured
from jianyan.commands.listening import listen, port_of
from jianyan.commands.words import reason
from jianyan.language import gettext as _

OLDEST_POSTGRESQL = 15


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
    """Reach the database, which must have every migration and, on PostgreSQL, must not forget what it confirms."""
    database = _unpooled()
    try:
        pending = _pending_migrations(database)
        if database.vendor == "postgresql":
            _require_durable_postgresql(database)
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
        cursor.execute("SHOW server_version_num")
        version = int(cursor.fetchone()[0]) // 10_000
        cursor.execute("SHOW synchronous_commit")
        synchronous_commit = cursor.fetchone()[0]
    if version < OLDEST_POSTGRESQL:
        raise WronglyConfigured(
            _("PostgreSQL {} is too old; {} or newer is needed.").format(version, OLDEST_POSTGRESQL)
        )
    if synchronous_commit == "off":
        # Acknowledged means committed: with `off` a crash takes back votes that members saw confirmed.
        raise WronglyConfigured(
            _("PostgreSQL has synchronous_commit off and could lose confirmed votes; switch it on.")
        )


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
