"""`jianyan serve`: it runs, it ends when told, and says in one line why it cannot start."""

from __future__ import annotations

import importlib.util
import socket
import urllib.request
from pathlib import Path

import psycopg
import pytest
from django.db.utils import ConnectionHandler

from jianyan.commands import preflight
from jianyan.commands import servers as servers_of_the_site
from jianyan.commands.failure import WronglyConfigured
from jianyan.commands.serve import site_address
from jianyan.settings import databases
from tests import servers
from tests.conftest import Serve
from tests.servers import jianyan_environment, run_jianyan


def refused(*arguments: str, **variables: str) -> tuple[int, str, str]:
    """Exit code, output and errors of a `jianyan serve` that does not start."""
    done = run_jianyan("serve", *arguments, environment=jianyan_environment(**variables))
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("server", ["daphne", "uvicorn"])
def test_it_serves_pages_and_ends_with_0_on_sigterm(serve: Serve, server: str) -> None:
    site = serve("--server", server)
    with urllib.request.urlopen(f"{site.url}/accounts/login/") as response:
        assert response.status == 200
        assert "script-src 'self'" in response.headers["Content-Security-Policy"]
        assert "unsafe" not in response.headers["Content-Security-Policy"]
        assert response.headers["X-Frame-Options"] == "DENY"
        assert response.headers["Server"] is None
    assert site.stop() == 0
    assert site.log.read_text().splitlines()[0] == f"Jianyan is running at {site.url}/ (Ctrl-C stops it)"


def test_it_serves_on_postgresql_and_redis(serve: Serve, postgresql_url: str, redis_url: str) -> None:
    site = serve(DATABASE_URL=postgresql_url, REDIS_URL=redis_url)
    with urllib.request.urlopen(f"{site.url}/accounts/login/") as response:
        assert response.status == 200


@pytest.mark.parametrize("server", ["daphne", "uvicorn"])
def test_requests_are_logged_where_asked_and_nowhere_else(serve: Serve, server: str, tmp_path: Path) -> None:
    site = serve("--server", server, "--access-log", str(tmp_path / "access.log"))
    urllib.request.urlopen(f"{site.url}/accounts/login/").close()
    site.stop()
    assert "GET /accounts/login/" in (tmp_path / "access.log").read_text()
    assert len(site.log.read_text().splitlines()) == 1


def test_a_log_that_cannot_be_written_is_said_in_one_line(sqlite_url: str, tmp_path: Path) -> None:
    path = tmp_path / "none" / "access.log"
    assert refused(
        "--access-log", str(path), "--port", "0", DATABASE_URL=sqlite_url, JIANYAN_VAR=str(tmp_path)
    ) == (2, "", f"jianyan: Cannot write to {path}: No such file or directory\n")


def test_a_server_that_is_not_installed_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    servers_of_the_site.require_server("uvicorn")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    servers_of_the_site.require_server("daphne")
    with pytest.raises(WronglyConfigured, match=r"jianyan\[uvicorn\]"):
        servers_of_the_site.require_server("uvicorn")


def test_port_0_means_any_that_is_free(serve: Serve) -> None:
    first, second = serve(), serve()
    assert first.port != second.port


def test_a_port_in_use_is_said_in_one_line(sqlite_url: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert refused(PORT=str(port), DATABASE_URL=sqlite_url, JIANYAN_VAR=str(tmp_path)) == (
            2,
            "",
            f"jianyan: Port {port} is in use; choose another with --port or PORT.\n",
        )


def test_an_address_of_another_machine_is_said_in_one_line(sqlite_url: str, tmp_path: Path) -> None:
    code, _out, errors = refused("--host", "192.0.2.1", DATABASE_URL=sqlite_url, JIANYAN_VAR=str(tmp_path))
    assert (code, errors) == (
        2,
        "jianyan: Cannot listen on 192.0.2.1:8000: Cannot assign requested address\n",
    )


def test_an_unwritable_data_directory_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert refused(JIANYAN_VAR=str(tmp_path / "file" / "var")) == (
        2,
        "",
        f"jianyan: The data directory {tmp_path / 'file' / 'var'} cannot be written to: Not a directory\n",
    )


def test_pending_migrations_are_said_in_one_line(tmp_path: Path) -> None:
    code, out, errors = refused(JIANYAN_VAR=str(tmp_path))
    assert (code, out) == (2, "")
    assert errors.startswith("jianyan: The database lacks ")
    assert errors.endswith(" migrations; run first: jianyan manage migrate\n")
    assert errors.count("\n") == 1


def test_an_unreachable_database_is_said_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        url = f"postgresql://nobody@127.0.0.1:{unheard.getsockname()[1]}/none"
        code, out, errors = refused(JIANYAN_VAR=str(tmp_path), DATABASE_URL=url)
    assert (code, out) == (2, "")
    assert errors.startswith("jianyan: The database cannot be reached: ")
    assert errors.count("\n") == 1


def test_a_postgresql_that_forgets_commits_is_refused(postgresql_url: str, tmp_path: Path) -> None:
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        connection.execute(
            f"ALTER DATABASE {postgresql_url.rpartition('/')[2]} SET synchronous_commit = off".encode()
        )
    assert refused(JIANYAN_VAR=str(tmp_path), DATABASE_URL=postgresql_url) == (
        2,
        "",
        "jianyan: PostgreSQL has synchronous_commit off and could lose confirmed votes; switch it on.\n",
    )


@pytest.mark.django_db
def test_an_old_postgresql_is_refused(postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    handler = ConnectionHandler({"default": databases.from_url(postgresql_url)})
    monkeypatch.setattr(preflight, "connection", handler["default"])
    monkeypatch.setattr(preflight, "OLDEST_POSTGRESQL", 99)
    with pytest.raises(WronglyConfigured, match=r" 99 "):
        preflight.require_database()


def test_production_needs_its_static_files_collected(sqlite_url: str, tmp_path: Path) -> None:
    production = {
        "JIANYAN_ENV": "prod",
        "SECRET_KEY": "kT5vX0bQm2LrW9sYhZ3nC7dF1gJ4pAe6uRi8oVxNqMwBzKtHyS",
        "ALLOWED_HOSTS": "jianyan.example",
        "DATABASE_URL": sqlite_url,
        "TRUSTED_PROXY_COUNT": "1",
    }
    var = tmp_path / "production"
    assert refused(JIANYAN_VAR=str(var), **production) == (
        2,
        "",
        f"jianyan: No static files in {var}/static; run first: jianyan manage collectstatic --noinput\n",
    )
    collected = run_jianyan(
        "manage",
        "collectstatic",
        "--noinput",
        environment=jianyan_environment(JIANYAN_VAR=str(var), **production),
    )
    assert collected.returncode == 0, collected.stderr
    with servers.site(var, port=None, **production) as site:
        request = urllib.request.Request(
            f"{site.url}/accounts/login/", headers={"Host": "jianyan.example", "X-Forwarded-Proto": "https"}
        )
        with urllib.request.urlopen(request) as response:
            assert (
                response.headers["Strict-Transport-Security"]
                == "max-age=31536000; includeSubDomains; preload"
            )
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert response.headers["Referrer-Policy"] == "same-origin"
            assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
            assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000/"),
        ("0.0.0.0", "http://127.0.0.1:8000/"),
        ("::", "http://[::1]:8000/"),
        ("::1", "http://[::1]:8000/"),
        ("jianyan.example", "http://jianyan.example:8000/"),
    ],
)
def test_the_address_shown_can_be_opened_on_this_machine(host: str, address: str) -> None:
    assert site_address(host, 8000) == address
