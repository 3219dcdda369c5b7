"""`jianyan serve --workers`: several processes on one port, replaced, renewed and ended without losing anybody."""

from __future__ import annotations

import signal
import sqlite3
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest

from consultations.models import Vote
from tests import servers
from tests.conftest import Serve, database_url
from tests.processes import DEADLINE, wait_until
from tests.realtime.conftest import make_hall
from tests.realtime.readers import reading, sign_in
from tests.servers import PostgreSQL, Site, run_jianyan


def listeners(site: Site) -> set[int]:
    """The processes below the site's that listen on its port."""
    return {child.pid for child in psutil.Process(site.process.pid).children() if listens(child, site.port)}


def listens(process: psutil.Process, port: int) -> bool:
    """Whether it does; what has ended listens no more."""
    try:
        connections = process.net_connections("tcp")
    except psutil.NoSuchProcess:
        return False
    return any(one.status == psutil.CONN_LISTEN and one.laddr.port == port for one in connections)


def until(site: Site, ready: Callable[[], bool]) -> None:
    """Wait for that, while the site answers every question."""

    def answered() -> bool:
        answer(site)
        return ready()

    wait_until(answered, process=site.process, log=site.log)


def answer(site: Site) -> None:
    """A page. Whoever is answered by a process that is killed meanwhile asks again at once, as browsers do."""
    for _ in range(10):
        try:
            with urllib.request.urlopen(f"{site.url}/accounts/login/", timeout=DEADLINE) as response:
                assert response.status == 200
                return
        except OSError as error:
            failure = error
    raise failure


@pytest.fixture(scope="module")
def two(
    postgresql: PostgreSQL,
    migrated_postgresql: str,
    redis_url: str,
    worker_id: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Site]:
    """A site of two workers, both listening, which no test of this module ends."""
    url = postgresql.create_database(f"jianyan_workers_{worker_id}", template=migrated_postgresql)
    with servers.site(
        tmp_path_factory.mktemp("workers"),
        *("--workers", "2", "--server", "uvicorn"),
        DATABASE_URL=url,
        REDIS_URL=redis_url,
    ) as site:
        wait_until(lambda: len(listeners(site)) == 2, process=site.process, log=site.log)
        yield site


def test_a_killed_worker_is_replaced_while_the_others_answer(two: Site) -> None:
    killed, other = sorted(listeners(two))
    psutil.Process(killed).kill()
    until(two, lambda: len(listeners(two) - {killed}) == 2)
    assert other in listeners(two)


def test_a_hangup_puts_new_workers_in_the_place_of_the_old_ones(two: Site) -> None:
    before = listeners(two)
    two.process.send_signal(signal.SIGHUP)
    until(two, lambda: len(listeners(two) - before) == 2 and not before & listeners(two))


def test_workers_know_which_they_are(two: Site) -> None:
    numbers = {psutil.Process(pid).environ()["JIANYAN_WORKER"] for pid in listeners(two)}
    assert numbers == {"1", "2"}


def test_a_second_site_on_the_same_port_is_refused(two: Site) -> None:
    for workers in ("1", "2"):
        done = run_jianyan(
            "serve", "--workers", workers, "--port", str(two.port), environment=two.environment
        )
        assert (done.returncode, done.stdout, done.stderr) == (
            2,
            "",
            f"jianyan: Port {two.port} is in use; choose another with --port or PORT.\n",
        )


def test_workers_are_not_renewed_by_what_cannot_begin(serve: Serve, redis_url: str) -> None:
    site = serve("--workers", "2", REDIS_URL=redis_url)
    wait_until(lambda: len(listeners(site)) == 2, process=site.process, log=site.log)
    before = listeners(site)
    with sqlite3.connect(Path(site.environment["JIANYAN_VAR"]) / "jianyan.sqlite3") as database:
        database.execute("DELETE FROM django_migrations WHERE app = 'consultations'")
    site.process.send_signal(signal.SIGHUP)
    until(site, lambda: "workers not renewed" in site.log.read_text())
    assert listeners(site) == before
    assert site.stop() == 0
    # It has been said at the start that this is not what SQLite is for.
    assert "PostgreSQL is meant for them" in site.log.read_text()


def test_the_end_of_all_workers_loses_no_vote(transactional_db: None, tmp_path: Path, redis_url: str) -> None:
    with servers.site(
        tmp_path, "--workers", "2", JIANYAN_ENV="test", DATABASE_URL=database_url(), REDIS_URL=redis_url
    ) as site:
        wait_until(lambda: len(listeners(site)) == 2, process=site.process, log=site.log)
        hall = make_hall(site)
        with ExitStack() as open_sockets:
            readers = [
                open_sockets.enter_context(reading(hall.url, hall.topic.pk, session=sign_in(member)))
                for member in (hall.member, hall.other) * 3
            ]
            for reader in readers:
                reader.next("welcome")
            refs = [reader.vote(hall.suggestion.pk) for reader in readers]
            for reader in readers:
                assert reader.socket.ping().wait(DEADLINE)
            site.process.terminate()
            acknowledged = [
                reader.until(lambda frame, ref=ref: ref in frame.get("refs", ()))  # type: ignore[misc]
                for reader, ref in zip(readers, refs, strict=True)
            ]
            assert [frame["type"] for frame in acknowledged] == ["ack"] * 6
            assert [reader.closed() for reader in readers] == [1012] * 6
        assert site.process.wait(DEADLINE) == 0
    assert Vote.objects.filter(choice="support").count() == 2


@pytest.mark.parametrize("module", ["jianyan", "tests.jianyan.one_socket"])
def test_workers_end_when_their_supervisor_is_killed(serve: Serve, redis_url: str, module: str) -> None:
    site = serve("--workers", "2", "--server", "uvicorn", module=module, REDIS_URL=redis_url)
    wait_until(lambda: len(listeners(site)) == 2, process=site.process, log=site.log)
    workers = [psutil.Process(pid) for pid in listeners(site)]
    assert ("--listening" in " ".join(workers[0].cmdline())) == (module != "jianyan")
    answer(site)
    site.kill()
    _gone, alive = psutil.wait_procs(workers, timeout=DEADLINE)
    assert alive == []
