"""What is measured, in one process and over several that share a directory."""

from __future__ import annotations

import errno
import http.client
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import override_settings
from prometheus_client import CollectorRegistry, Histogram, generate_latest

from jianyan import metrics
from jianyan.metrics import directory
from jianyan.metrics.histograms import BatchHistogram
from tests.conftest import Serve
from tests.jianyan.watching import Numbers, eventually
from tests.servers import ROOT, Site, jianyan_environment

WAITED = [0.004, 0.005, 0.0051, 0.02, 0.02, 0.3, 7.0, 0.0]


def numbers() -> Numbers:
    return Numbers(metrics.page().decode())


def test_a_batch_is_counted_as_its_observations_one_by_one_would_be() -> None:
    bounds = (0.005, 0.02, 0.25, 5)
    alone, together = CollectorRegistry(), CollectorRegistry()
    one = Histogram("waited", "…", buckets=bounds, registry=alone)
    for seconds in WAITED:
        one.observe(seconds)
    batch = BatchHistogram("waited", "…", buckets=bounds, registry=together)
    batch.observe_all([])
    batch.observe_all(WAITED[:5])
    batch.observe_all(WAITED[5:])
    told = Numbers(generate_latest(together).decode())
    assert told.sum("waited_bucket", le="0.005") == 3
    assert told.sum("waited_count") == 8
    assert told.sum("waited_sum") == pytest.approx(7.3541)
    expected = Numbers(generate_latest(alone).decode())
    assert [sample[:2] for sample in told.samples] == [sample[:2] for sample in expected.samples]
    assert [sample.value for sample in told.samples] == pytest.approx(
        [sample.value for sample in expected.samples]
    )


def test_a_flush_moves_what_is_said_about_votes() -> None:
    before = numbers()
    metrics.observe_flush(votes=3, seconds=0.012, waited=[0.02, 0.03, 0.7])
    metrics.observe_flush(votes=0, seconds=0.001, waited=[])
    after = numbers()

    def more(name: str, **labels: str) -> float:
        return after.sum(name, **labels) - before.sum(name, **labels)

    assert more("jianyan_votes_total") == 3
    assert (more("jianyan_batch_size_count"), more("jianyan_batch_size_sum")) == (2, 3)
    assert more("jianyan_flush_seconds_bucket", le="0.01") == 1
    assert more("jianyan_flush_seconds_bucket", le="0.02") == 2
    assert more("jianyan_ack_seconds_bucket", le="0.05") == 2
    assert more("jianyan_ack_seconds_count") == 3
    assert more("jianyan_ack_seconds_sum") == pytest.approx(0.75)


def test_what_stands_and_what_is_counted_is_told(request: pytest.FixtureRequest) -> None:
    def at_rest() -> None:
        metrics.lagging(revisions=0, seconds=0.0)
        metrics.queue_length(0)
        metrics.layer_is(up=True)

    request.addfinalizer(at_rest)
    before = numbers()
    for _ in range(3):
        metrics.connection_opened()
    for _ in range(2):
        metrics.connection_closed()
    metrics.refused("try_again")
    metrics.refused("voting_closed", 40)
    metrics.slow_reader_closed()
    metrics.lagging(revisions=12, seconds=3.5)
    metrics.queue_length(7)
    metrics.layer_is(up=False)
    after = numbers()
    assert after.sum("jianyan_connections") - before.sum("jianyan_connections") == 1
    metrics.connection_closed()
    for code, wishes in (("try_again", 1), ("voting_closed", 40)):
        counted = after.sum("jianyan_refused_total", code=code)
        assert counted - before.sum("jianyan_refused_total", code=code) == wishes
    closed = "jianyan_slow_readers_closed_total"
    assert after.sum(closed) - before.sum(closed) == 1
    assert after.sum("jianyan_hub_lag_revisions") == 12
    assert after.sum("jianyan_hub_lag_seconds") == 3.5
    assert after.sum("jianyan_queue_length") == 7
    assert (before.sum("jianyan_layer_up"), after.sum("jianyan_layer_up")) == (1, 0)


def test_a_process_tells_of_itself() -> None:
    told = numbers()
    own = str(os.getpid())
    assert told.labels("process_resident_memory_bytes", "pid") == {own}
    assert told.sum("process_resident_memory_bytes", pid=own) > 10_000_000
    assert told.sum("process_cpu_seconds_total", pid=own) > 0


# ── Several processes ─────────────────────────────────────────────────────────────────────────────────────────────

WORKER = """
import os, sys
from jianyan.environment import use_settings
use_settings()
from jianyan import metrics
metrics.connection_opened()
metrics.observe_flush(votes=5, seconds=0.004, waited=[0.01] * 5)
metrics.lagging(revisions=int(sys.argv[1]), seconds=1.0)
metrics.layer_is(up=sys.argv[1] != "9")
metrics.refused("try_again")
metrics.observe_http(view="home", status=200, seconds=0.01)
print(os.getpid(), flush=True)
sys.stdin.read()
"""


def worker(lag: int, shared: Path) -> subprocess.Popen[str]:
    """A process that has measured and waits for the end of its standard input."""
    started = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(lag)],
        env=jianyan_environment(PROMETHEUS_MULTIPROC_DIR=str(shared)),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert started.stdout is not None
    assert int(started.stdout.readline()) == started.pid
    return started


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The directory of port 8000, as the supervisor prepares it."""
    monkeypatch.setenv(directory.VARIABLE, "")
    path = tmp_path / "metrics" / "8000"
    path.mkdir(parents=True)
    (path / "counter_1.db").write_bytes(b"of the last run")
    with override_settings(VAR=tmp_path):
        metrics.prepare(8000)
    assert os.environ["PROMETHEUS_MULTIPROC_DIR"] == str(path)
    assert list(path.iterdir()) == []
    return path


def test_any_worker_answers_for_all_and_the_dead_keep_what_they_counted(shared: Path) -> None:
    with worker(4, shared) as first, worker(9, shared) as second:
        told = numbers()
        assert told.sum("jianyan_connections") == 2
        assert told.sum("jianyan_votes_total") == 10
        assert told.sum("jianyan_ack_seconds_bucket", le="0.01") == 10
        assert told.sum("jianyan_ack_seconds_count") == 10
        assert told.sum("jianyan_refused_total", code="try_again") == 2
        assert told.sum("jianyan_http_seconds_count", view="home", status="200") == 2
        assert told.sum("jianyan_hub_lag_revisions") == 9
        assert told.sum("jianyan_layer_up") == 0
        pids = {str(first.pid), str(second.pid)}
        assert told.labels("process_open_fds", "pid") == pids
        second.kill()
        second.wait()
        metrics.forget(second.pid)
        told = numbers()
        assert told.sum("jianyan_connections") == 1
        assert told.sum("jianyan_hub_lag_revisions") == 4
        assert told.sum("jianyan_layer_up") == 1
        assert told.sum("jianyan_votes_total") == 10
        assert told.sum("jianyan_ack_seconds_count") == 10
        assert told.labels("process_open_fds", "pid") == {str(first.pid)}


@pytest.mark.skipif(not hasattr(os, "posix_fallocate"), reason="this system cannot reserve room in a file")
def test_a_full_disk_cannot_take_away_the_room_of_a_worker(shared: Path) -> None:
    with worker(1, shared) as process:
        files = {path.name.removesuffix(f"_{process.pid}.db"): path.stat() for path in shared.iterdir()}
    assert set(files) == set(directory.SIZES)
    for kind, file in files.items():
        assert file.st_blocks * 512 >= file.st_size >= directory.SIZES[kind], kind


def test_without_room_a_worker_keeps_its_numbers_to_itself(
    shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(file: int, start: int, length: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "posix_fallocate", full, raising=False)
    directory.reserve()
    assert directory.shared() is None
    assert numbers().labels("process_open_fds", "pid") == {str(os.getpid())}


def test_without_a_directory_workers_are_started_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(directory.VARIABLE, str(tmp_path))
    (tmp_path / "metrics").touch()
    with override_settings(VAR=tmp_path):
        metrics.prepare(8000)
    assert directory.shared() is None
    metrics.forget(os.getpid())
    assert numbers().labels("process_open_fds", "pid") == {str(os.getpid())}


def page_of(site: Site) -> Numbers:
    with urllib.request.urlopen(f"{site.url}/metrics") as answer:
        return Numbers(answer.read().decode())


def test_two_sites_that_share_a_directory_are_summed_by_either(serve: Serve, shared: Path) -> None:
    one, two = (serve(PROMETHEUS_MULTIPROC_DIR=str(shared)) for _ in range(2))
    for site, times in ((one, 2), (two, 3)):
        for _ in range(times):
            urllib.request.urlopen(f"{site.url}/accounts/login/").close()
    login = {"view": "account_login", "status": "200"}
    for site in (one, two):
        told = page_of(site)
        assert told.sum("jianyan_http_seconds_count", **login) == 5
        assert told.labels("process_resident_memory_bytes", "pid") == {
            str(one.process.pid),
            str(two.process.pid),
        }
    two.kill()
    metrics.forget(two.process.pid)
    told = page_of(one)
    assert told.sum("jianyan_http_seconds_count", **login) == 5
    assert told.labels("process_resident_memory_bytes", "pid") == {str(one.process.pid)}


def test_workers_behind_one_port_are_one_site(serve: Serve, redis_url: str) -> None:
    site = serve("--workers", "2", "--server", "uvicorn", REDIS_URL=redis_url)

    def workers() -> set[str]:
        return page_of(site).labels("process_resident_memory_bytes", "pid")

    assert eventually(lambda: len(workers()) == 2)
    for _ in range(20):
        urllib.request.urlopen(f"{site.url}/accounts/login/").close()
    login = {"view": "account_login", "status": "200"}
    # Whichever of the two is asked: each connection may end at the other.
    asked = [page_of(site).sum("jianyan_http_seconds_count", **login) for _ in range(10)]
    assert asked == [20] * 10
    killed = min(workers())
    os.kill(int(killed), signal.SIGKILL)
    assert eventually(lambda: patient(lambda: len(workers() - {killed}) == 2 and killed not in workers()))
    assert page_of(site).sum("jianyan_http_seconds_count", **login) == 20


def patient(ask: Callable[[], bool]) -> bool:
    """The answer; False where the one that was asked has just been killed."""
    try:
        return ask()
    except (OSError, http.client.HTTPException):
        return False
