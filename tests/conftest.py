"""Fixtures for the whole suite: databases, Redis, the site as a process, a browser; and no silent skips.

- `site`: a running site on the very database that the test's own ORM uses (asks for `transactional_db`). In
  `tests/browser` it is forked from a process that has everything loaded (`tests/forking.py`).
- `serve(**environment)`: further or special sites; each with a directory of its own and, unless DATABASE_URL is
  given, an empty migrated SQLite file.
- `postgresql`, `postgresql_url`, `redis_url`: real servers; `postgresql_url` is an empty migrated database.
- `browser`, `page`: Chromium through Playwright. Neither is measured by coverage, nor is what asks for `unmeasured`
  or `unmeasured_module`.
"""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import TypeVar

import pytest
from coverage import Coverage
from django.db import connection, transaction
from django.test import TransactionTestCase
from django.utils import translation
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.plugin import DjangoDbBlocker

from tests import servers
from tests.once import once
from tests.servers import Missing, PostgreSQL, Redis, Site

Serve = Callable[..., Site]
Server = TypeVar("Server")


LONGEST = (
    "test_on_postgresql.py",
    "test_nginx.py",
    "test_every_address.py",
    "test_wrong_use.py",
    "test_command.py",
    "test_updates.py",
)
"""Files that take more than a minute."""


def pytest_configure() -> None:
    """Whoever starts the tests in the background may have them ignore Ctrl-C; the sites that they start would, too."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order the files so that the processors of the machine have something to do all the time.

    What takes minutes begins first, so that no process is left with it when the others are done. What mostly waits, for
    a browser or for a failure to be noticed, is spread among what computes.
    """
    tests = Path(__file__).parent
    files = {item.path for item in items}
    waiting = {path for path in files if path.relative_to(tests).parts[0] in ("browser", "faults")}
    place: dict[Path, float] = {}
    for group in (waiting, files - waiting):
        place |= {path: (number + 0.5) / len(group) for number, path in enumerate(sorted(group))}
    for path in files:
        if path.name in LONGEST:
            place[path] = 0
    items.sort(key=lambda item: place[item.path])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where CI=true, a skipped test has failed: the machine was to offer everything."""
    report = yield
    if report.skipped and os.environ.get("CI") == "true" and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and CI=true allows none: {reason}"
    return report


@pytest.fixture(scope="session", autouse=True)
def emptied() -> Iterator[None]:
    """After a test that committed, rows are deleted where there are any.

    Django would truncate every table, which PostgreSQL is slow at, and make content types and permissions anew.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: _empty())
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The first test begins with what every other does: nothing, not even what migrations put into a database."""
    with django_db_blocker.unblock():
        _empty()


def _empty() -> None:
    """Delete what a test has committed."""
    # Together, as their references are looked at in the end.
    with transaction.atomic(), connection.cursor() as cursor:
        for table in empty_tables():
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")


def empty_tables() -> list[str]:
    """The tables that are empty in a migrated database."""
    from django.contrib.auth.models import Permission
    from django.contrib.contenttypes.models import ContentType

    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return sorted(set(names) - {Permission._meta.db_table, ContentType._meta.db_table})


@pytest.fixture(autouse=True)
def own_language() -> None:
    """Each test begins in the site's language, whatever the requests of the last one asked for."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """Nobody is given what was kept of another test's topic, which may have had the same number."""
    from consultations.queries import similar
    from realtime import http, watch

    http.everybodys.forget()
    watch.editions.forget()
    similar.forget()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A PostgreSQL server that the session's tests share, each in databases of its own."""
    with _or_skip(servers.postgresql()) as server:
        yield server


@pytest.fixture(scope="session")
def own_postgresql() -> Iterator[PostgreSQL]:
    """A PostgreSQL that tests may stop; they start it again."""
    with _or_skip(servers.own_postgresql()) as server:
        yield server


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Redis that the session's tests share: TEST_REDIS_URL, or one of our own."""
    url = os.environ.get("TEST_REDIS_URL", "")
    if url:
        yield url
        return
    with _or_skip(servers.own_redis()) as server:
        yield server.url


@pytest.fixture
def own_redis() -> Iterator[Redis]:
    """A Redis for this test alone, which may kill and restart it."""
    with _or_skip(servers.own_redis()) as server:
        yield server


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with every migration and nothing else; copy it, do not write to it."""
    directory = tmp_path_factory.mktemp("migrated")

    def make(path: Path) -> None:
        _migrate(JIANYAN_VAR=str(directory), DATABASE_URL=f"sqlite:///{path}")

    return once(tmp_path_factory, "migrated.sqlite3", make)


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql: PostgreSQL, worker_id: str) -> str:
    """The name of a database that serves as template: every migration and nothing else."""
    name = f"jianyan_template_{worker_id}"
    _migrate(DATABASE_URL=postgresql.create_database(name))
    return name


@pytest.fixture
def postgresql_url(postgresql: PostgreSQL, migrated_postgresql: str, worker_id: str) -> str:
    """DATABASE_URL of a fresh migrated PostgreSQL database."""
    return postgresql.create_database(f"jianyan_{worker_id}", template=migrated_postgresql)


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """DATABASE_URL of a fresh migrated SQLite file."""
    return f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'jianyan.sqlite3')}"


@pytest.fixture
def serve(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Serve]:
    """Start sites: `serve("--host", …, DATABASE_URL=…, REDIS_URL=…)`; all end with the test.

    Without DATABASE_URL the site has an empty migrated SQLite file in a directory of its own.
    """
    with ExitStack() as running:

        def start(*arguments: str, port: int | None = None, **variables: str) -> Site:
            directory = tmp_path / f"site-{len(list(tmp_path.glob('site-*')))}"
            directory.mkdir()
            if "DATABASE_URL" not in variables:
                shutil.copy(migrated_sqlite, directory / "jianyan.sqlite3")
            return running.enter_context(servers.site(directory, *arguments, port=port, **variables))

        yield start


@pytest.fixture
def site(transactional_db: None, tmp_path: Path) -> Iterator[Site]:
    """A running site on this test's database: rows that the test commits are what the site shows."""
    # The test's own settings: passwords that the test has set are hashed as they say.
    with servers.site(tmp_path / "site", JIANYAN_ENV="test", DATABASE_URL=database_url()) as running:
        yield running


def database_url() -> str:
    """The URL of the database that this test's ORM uses, for another process."""
    entry = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{entry['NAME']}"
    return f"postgresql://{entry['USER']}:{entry['PASSWORD']}@{entry['HOST']}:{entry['PORT']}/{entry['NAME']}"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, for the tests of one module.

    Playwright keeps an event loop running in this thread, in which Django would refuse to touch the database, and
    beside which no other loop can run: hence the variable, and hence no longer than a module. It switches between
    greenlets, which coverage could follow only by asking at every call of the whole suite which one it is in: these
    tests are not measured, nor are their sites.
    """
    try:
        path = servers.chromium()
    except Missing as missing:
        pytest.skip(str(missing))
    with _unmeasured(), pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page in a context of its own, Chinese, as wide as a phone."""
    context = browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 844})
    yield context.new_page()
    context.close()


@pytest.fixture
def unmeasured() -> Iterator[None]:
    """For tests that do the same again and again, or all that others do once more: coverage would double their time."""
    with _unmeasured():
        yield


@pytest.fixture(scope="module")
def unmeasured_module() -> Iterator[None]:
    """The same for what a whole module runs on."""
    with _unmeasured():
        yield


@contextmanager
def _unmeasured() -> Iterator[None]:
    """Coverage stands still in this process and in those that it starts."""
    stopped: list[Coverage] = []
    while (running := Coverage.current()) is not None:
        running.stop()
        stopped.append(running)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
            yield
    finally:
        for one in reversed(stopped):
            one.start()


def _migrate(**variables: str) -> None:
    done = servers.run_jianyan(
        "manage", "migrate", "--verbosity", "0", environment=servers.jianyan_environment(**variables)
    )
    assert done.returncode == 0, done.stderr


@contextmanager
def _or_skip(server: AbstractContextManager[Server]) -> Iterator[Server]:
    """The server; where the machine lacks it, skip and say what is missing."""
    with ExitStack() as running:
        try:
            started = running.enter_context(server)
        except Missing as missing:
            pytest.skip(str(missing))
        yield started
