"""What `jianyan serve` refuses to begin with, in both languages, and what it only warns of."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db.utils import ConnectionHandler
from psycopg import sql

from jianyan.commands import preflight
from jianyan.commands.failure import WronglyConfigured
from jianyan.settings import databases
from tests.conftest import Serve
from tests.processes import free_port, wait_until
from tests.servers import PostgreSQL, jianyan_environment, run_jianyan


def refused(directory: Path, *arguments: str, **variables: str) -> str:
    """What `jianyan serve` says that does not start, without its first word."""
    done = run_jianyan(
        "serve", *arguments, environment=jianyan_environment(JIANYAN_VAR=str(directory), **variables)
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    return done.stderr.removeprefix("jianyan: ").strip()


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Several workers need Redis between them; set REDIS_URL or leave --workers out."),
        ("zh", "多个进程之间需要 Redis，请设置 REDIS_URL，或去掉 --workers。"),
    ],
)
def test_several_workers_without_redis_are_refused(
    sqlite_url: str, tmp_path: Path, language: str, sentence: str
) -> None:
    variables = {"DATABASE_URL": sqlite_url, "JIANYAN_LANG": language}
    assert refused(tmp_path, "--workers", "2", **variables) == sentence


def test_several_workers_on_windows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    preflight.require_possible(1)
    with pytest.raises(WronglyConfigured, match=r"Windows"):
        preflight.require_possible(2)


def test_a_sqlite_without_write_ahead_logging_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, DATABASE_URL="sqlite:///:memory:", JIANYAN_LANG="zh") == (
        "SQLite 在此处不能使用预写日志（journal_mode 为 memory），请把数据库文件放在本机磁盘上。"
    )


def database(monkeypatch: pytest.MonkeyPatch, entry: dict[str, Any]) -> None:
    """Have the preflight look at this one."""
    monkeypatch.setattr(preflight, "connection", ConnectionHandler({"default": entry})["default"])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("pragmas", "reason"),
    [
        ("PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL", "journal_mode.*delete"),
        ("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL", "synchronous.*1"),
        ("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF", "synchronous.*0"),
    ],
)
def test_a_sqlite_that_forgets_commits_is_refused(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, pragmas: str, reason: str
) -> None:
    entry = databases.from_url(sqlite_url)
    database(monkeypatch, entry)
    preflight.require_database()
    database(monkeypatch, {**entry, "OPTIONS": {**entry["OPTIONS"], "init_command": pragmas}})
    with pytest.raises(WronglyConfigured, match=reason):
        preflight.require_database()


def test_a_role_that_forgets_commits_is_refused(
    postgresql: PostgreSQL, postgresql_url: str, tmp_path: Path
) -> None:
    """The server's own setting is on: what counts is what holds for our sessions."""
    role = sql.Identifier("jianyan_forgetful")
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(role))
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'forgetful'").format(role))
        connection.execute(sql.SQL("ALTER ROLE {} SET synchronous_commit = off").format(role))
        try:
            place = postgresql_url.rpartition("@")[2]
            said = refused(tmp_path, DATABASE_URL=f"postgresql://jianyan_forgetful:forgetful@{place}")
        finally:
            connection.execute(sql.SQL("DROP ROLE {}").format(role))
    assert said == "PostgreSQL has synchronous_commit off and could lose confirmed votes; switch it on."


def test_a_server_that_does_not_wait_for_its_disk_is_refused(
    own_postgresql: PostgreSQL, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    log.touch()

    def fsync(value: str) -> None:
        with psycopg.connect(own_postgresql.url, autocommit=True) as connection:
            connection.execute(f"ALTER SYSTEM SET fsync = {value}".encode())
            connection.execute("SELECT pg_reload_conf()")
        assert own_postgresql.process is not None
        wait_until(lambda: now() == value, process=own_postgresql.process, log=log)

    def now() -> str:
        with psycopg.connect(own_postgresql.url) as connection:
            [value] = connection.execute("SHOW fsync").fetchone() or [""]
            return str(value)

    fsync("off")
    try:
        said = refused(tmp_path, DATABASE_URL=own_postgresql.url)
    finally:
        fsync("on")
    assert said == "PostgreSQL has fsync off and could lose confirmed votes; switch it on."


def test_production_with_the_key_of_development_is_refused(sqlite_url: str, tmp_path: Path) -> None:
    done = run_jianyan(
        "serve",
        environment=jianyan_environment(
            JIANYAN_VAR=str(tmp_path),
            JIANYAN_ENV="prod",
            SECRET_KEY="for-development-only-and-refused-in-production-0123456789",
            ALLOWED_HOSTS="jianyan.example",
            DATABASE_URL=sqlite_url,
        ),
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [
        "SECRET_KEY：正式运行必须设置，且为不少于 50 个字符的随机串（可用 jianyan secret 生成）。",
        "SECRET_KEY: must be set in production, to at least 50 random characters (`jianyan secret` makes one).",
    ]


# --- what is only warned of ---------------------------------------------------------------------------------


def test_a_silent_redis_is_no_reason_to_refuse(serve: Serve) -> None:
    site = serve(REDIS_URL=f"redis://127.0.0.1:{free_port()}/0")
    assert "Redis does not answer" in site.log.read_text()


@pytest.mark.django_db
def test_a_postgresql_with_too_few_connections_is_warned_of(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """16 in the pool and 4 beside it, for each worker."""
    database(monkeypatch, databases.from_url(postgresql_url))
    with psycopg.connect(postgresql_url) as connection:
        row = connection.execute("SELECT current_setting('max_connections')::int").fetchone()
    assert row is not None
    enough = row[0] // 20
    preflight.warn(enough)
    assert caplog.records == []
    preflight.warn(enough + 1)
    assert "too few connections" in caplog.text
