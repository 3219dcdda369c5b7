"""Copies of the database, made while the site runs and put back while it does not: SQLite by itself, PostgreSQL by its tools.

What a tool or SQLite does not do is raised as CopyFailed, with the reason in its own words.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.db.backends.postgresql.client import DatabaseClient

SQLITE = b"SQLite format 3\0"
POSTGRESQL = b"PGDMP"
# Seconds to wait for whoever has the database open.
PATIENCE = 5.0
# All or nothing, into an empty schema: what a later version has added to the tables goes as well.
EMPTY = "DROP SCHEMA public CASCADE; CREATE SCHEMA public"


class CopyFailed(Exception):
    """The copy was not made, or is none; the message is a reason."""


class InUse(Exception):
    """Somebody else is at the database: the site, most likely."""


def vendor_of(copy: Path) -> str | None:
    """`sqlite` or `postgresql`, by the file's first bytes; None for anything else. Raises OSError."""
    with copy.open("rb") as file:
        begins = file.read(len(SQLITE))
    if begins == SQLITE:
        return "sqlite"
    return "postgresql" if begins.startswith(POSTGRESQL) else None


# ── SQLite ────────────────────────────────────────────────────────────────────────────────────────────────────────


def copy_sqlite(database: Path, copy: Path) -> None:
    """Fill the empty file `copy` with what is committed at this instant; writers do not wait for it."""
    with _told(), closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as source:
        with closing(sqlite3.connect(copy)) as target:
            # The caller brings it to the disk as a whole.
            target.execute("PRAGMA journal_mode=OFF")
            target.execute("PRAGMA synchronous=OFF")
            # In one go: piecemeal it would begin anew at every commit, and in a storm never end.
            source.backup(target)
        with closing(sqlite3.connect(copy)) as target:
            # The one file is all there is, and can be read where nothing may be written.
            target.execute("PRAGMA journal_mode=DELETE")
    check_sqlite(copy)


def check_sqlite(copy: Path) -> None:
    """Read all of it, and find nothing broken."""
    with _told(), closing(sqlite3.connect(f"{copy.absolute().as_uri()}?immutable=1", uri=True)) as source:
        [(verdict,), *_more] = source.execute("PRAGMA integrity_check(1)").fetchall()
    if verdict != "ok":
        raise CopyFailed(verdict)


def restore_sqlite(copy: Path, database: Path) -> None:
    """Put the copy's content in the place of the database's, all of it or none. Raises InUse."""
    with (
        _told(),
        closing(sqlite3.connect(f"{copy.absolute().as_uri()}?immutable=1", uri=True)) as source,
        closing(sqlite3.connect(database, timeout=PATIENCE, isolation_level=None)) as target,
    ):
        _have_alone(target)
        target.execute("PRAGMA synchronous=FULL")
        source.backup(target)


def _have_alone(target: sqlite3.Connection) -> None:
    """Leave WAL, which SQLite allows only to the last one who has the database open."""
    try:
        target.execute("PRAGMA journal_mode=DELETE")
        target.execute("BEGIN EXCLUSIVE")
        target.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            raise InUse from error
        raise


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise CopyFailed(str(error)) from error


# ── PostgreSQL ────────────────────────────────────────────────────────────────────────────────────────────────────


def copy_postgresql(settings: dict[str, Any], copy: Path) -> None:
    """Fill the file `copy` with what is committed at this instant; `settings` is the DATABASES entry."""
    _run("pg_dump", settings, ["--format=custom", "--no-owner", "--no-privileges", f"--file={copy}"])


def restore_postgresql(copy: Path, settings: dict[str, Any]) -> None:
    """Put the copy's content in the place of the database's, all of it or none."""
    with tempfile.TemporaryDirectory(prefix="jianyan-restore-") as directory:
        script = Path(directory) / "restore.sql"
        # First as a whole, so that a damaged copy is found before anything is touched.
        _finish(["pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(copy)], {})
        _run(
            "psql",
            settings,
            [
                *("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"),
                *("--output=/dev/null", f"--command={EMPTY}", f"--file={script}"),
            ],
        )


def _run(tool: str, settings: dict[str, Any], arguments: Sequence[str]) -> None:
    """One of PostgreSQL's tools on that database; the password travels in its environment, which nobody else sees."""
    (_psql, *words), variables = DatabaseClient.settings_to_cmd_args_env(settings, list(arguments))
    _finish([tool, *words], variables or {})


def _finish(command: Sequence[str], variables: dict[str, str]) -> None:
    try:
        done = subprocess.run(
            command,
            env={**os.environ, "LC_MESSAGES": "C", **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise CopyFailed(f"{command[0]}: command not found") from error
    if done.returncode != 0:
        raise CopyFailed(done.stderr.strip() or f"{command[0]}: {done.returncode}")
