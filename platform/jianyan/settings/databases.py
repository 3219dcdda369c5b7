"""From DATABASE_URL to Django's DATABASES entry."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NoReturn

import environ

from jianyan.environment import refuse

# FULL: in WAL mode NORMAL may lose the last commits when power fails, and those were acknowledged.
SQLITE_OPTIONS: dict[str, Any] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 30,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL",
}
# `timeout`: seconds a request waits for a connection before it is refused. `reconnect_timeout`: seconds for which the pool
# tries on its behalf, ever more rarely; after that it tries only when somebody asks anew. So they are the same: whoever
# waited longer would wait for nothing, also when the database has long been back.
POSTGRESQL_POOL: dict[str, Any] = {"min_size": 2, "max_size": 16, "timeout": 3, "reconnect_timeout": 3}


def sqlite(path: Path) -> dict[str, Any]:
    """A SQLite database in that file, safe for many threads and processes of one machine."""
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path), "OPTIONS": dict(SQLITE_OPTIONS)}


def from_url(url: str) -> dict[str, Any]:
    """The DATABASES entry for `sqlite:///…` or `postgresql://…`; anything else ends the process with code 2."""
    scheme = url.partition("://")[0]
    if scheme not in {"sqlite", "postgres", "postgresql"}:
        _refuse_url()
    try:
        entry: dict[str, Any] = dict(environ.Env.db_url_config(url))
    except ValueError:
        _refuse_url()
    if not entry.get("NAME"):
        _refuse_url()
    if scheme == "sqlite":
        return sqlite(Path(entry["NAME"]))
    options = {"pool": dict(POSTGRESQL_POOL), **entry.get("OPTIONS", {})}
    return {
        **entry,
        "ENGINE": "django.db.backends.postgresql",
        "OPTIONS": options,
        # Django's pool keeps connections; a second keeper above it would hold them for ever.
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
    }


def _refuse_url() -> NoReturn:
    refuse(
        "DATABASE_URL",
        zh="应形如 postgresql://用户:口令@主机:5432/库名 或 sqlite:////绝对路径。",
        en="must look like postgresql://user:password@host:5432/name or sqlite:////absolute/path.",
    )
