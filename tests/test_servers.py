"""The suite's own servers do what the fault tests rely on, and nothing is skipped unseen."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests import processes, servers
from tests.conftest import database_url
from tests.servers import ROOT, Missing, PostgreSQL, Redis, Site


def only(directory: Path, *tools: str) -> str:
    """A PATH that leads to nothing but these tools."""
    for tool in tools:
        (directory / tool).symlink_to(shutil.which(tool) or "")
    return str(directory)


def test_postgresql_keeps_what_was_committed_when_it_is_stopped_at_once(own_postgresql: PostgreSQL) -> None:
    url = own_postgresql.create_database("kept")
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE fact AS SELECT 7 AS number")
    own_postgresql.stop(at_once=True)
    assert not own_postgresql.answers()
    own_postgresql.start()
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT number FROM fact").fetchone() == (7,)


def test_postgresql_comes_from_its_wheel_where_the_machine_has_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", only(tmp_path))
    monkeypatch.setattr(servers, "DEBIAN_POSTGRESQL", tmp_path / "none")
    with servers.own_postgresql() as server:
        assert server.binaries is not None
        assert server.binaries.parent.name == "pginstall"
        assert server.answers()


def test_a_given_postgresql_is_used_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_DATABASE_URL", "postgresql://somebody@somewhere/postgres")
    with servers.postgresql() as server:
        assert server.url == "postgresql://somebody@somewhere/postgres"
        assert server.binaries is None


def test_redis_comes_back_on_its_port_after_a_kill(own_redis: Redis) -> None:
    assert processes.listening(own_redis.port)
    own_redis.kill()
    assert not processes.listening(own_redis.port)
    own_redis.start()
    assert processes.listening(own_redis.port)


def test_what_the_machine_lacks_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", only(tmp_path))
    monkeypatch.setattr(servers, "find_spec", lambda _name: None)
    monkeypatch.setattr(servers, "DEBIAN_POSTGRESQL", tmp_path / "none")
    with pytest.raises(
        Missing, match=r"^PostgreSQL: install postgresql \(initdb\) or set TEST_DATABASE_URL$"
    ):
        servers.own_postgresql().__enter__()
    with pytest.raises(Missing, match=r"^Redis: install redis-server or set TEST_REDIS_URL$"):
        servers.redis_binary()
    with pytest.raises(Missing, match=r"^Chromium: install chromium"):
        servers.chromium()


def test_a_process_that_ends_early_is_reported_with_what_it_said(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("w") as output:
        process = subprocess.Popen([sys.executable, "-c", "print('no disk')"], stdout=output, text=True)
        process.wait()
    with pytest.raises(processes.NotReady, match="ended with 0: no disk"):
        processes.wait_until(lambda: False, process=process, log=log)


def test_the_site_shows_the_database_of_the_test(site: Site) -> None:
    assert site.environment["DATABASE_URL"] == database_url()
    site.kill()
    assert not processes.listening(site.port)


@pytest.mark.parametrize(("ci", "code", "outcome"), [("true", 1, "1 failed"), ("", 0, "1 skipped")])
def test_a_skip_fails_where_ci_says_so_and_names_its_reason(
    tmp_path: Path, ci: str, code: int, outcome: str
) -> None:
    (tmp_path / "conftest.py").write_text("from tests.conftest import pytest_runtest_makereport\n")
    (tmp_path / "test_it.py").write_text('import pytest\ndef test_it():\n    pytest.skip("no printer")\n')
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-ra", "-c", os.devnull, "-p", "no:cacheprovider", str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "CI": ci, "PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code
    assert outcome in done.stdout
    assert "no printer" in done.stdout
