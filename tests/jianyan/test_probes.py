"""What load balancers, supervisors and Prometheus ask a running site."""

from __future__ import annotations

import http.client
import json
import re
import shutil
import signal
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from jianyan import health, probes
from jianyan.health import DOWN, Examination
from tests import servers
from tests.conftest import Serve
from tests.jianyan.watching import Numbers, eventually
from tests.realtime.conftest import Hall, make_hall
from tests.realtime.readers import reading, sign_in
from tests.servers import PostgreSQL, Redis, Site, jianyan_environment, run_jianyan

PRODUCTION = {
    "JIANYAN_ENV": "prod",
    "SECRET_KEY": "kT5vX0bQm2LrW9sYhZ3nC7dF1gJ4pAe6uRi8oVxNqMwBzKtHyS",
    "ALLOWED_HOSTS": "jianyan.example",
    "TRUSTED_PROXY_COUNT": "1",
}
READY = {"status": "ready", "database": "ok", "migrations": "current", "layer": "none"}
DATABASE_DOWN = {"status": "unavailable", "database": "down", "migrations": "unknown", "layer": "none"}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    text: str

    @property
    def found(self) -> dict[str, str]:
        found: dict[str, str] = json.loads(self.text)
        return found


@dataclass
class Machine:
    """Asks over one connection that stays open, as load balancers do."""

    port: int
    connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def ask(self, path: str, *, method: str = "GET", **headers: str) -> Answer:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        self.connection.request(method, path, headers=names)
        answer = self.connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read().decode())

    def comes_to_find(self, status: int, found: dict[str, str]) -> bool:
        """Whether /readyz comes to answer that."""

        def is_so() -> bool:
            answer = self.ask("/readyz")
            return (answer.status, answer.found) == (status, found)

        return eventually(is_so)


@contextmanager
def machine(site: Site) -> Iterator[Machine]:
    asking = Machine(site.port)
    with closing(asking.connection):
        yield asking


@pytest.fixture(scope="module")
def production(
    tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path
) -> Iterator[tuple[Site, Machine]]:
    """A site as it is run for real, behind one proxy; who asks stands in the proxy's place."""
    var = tmp_path_factory.mktemp("production")
    shutil.copy(migrated_sqlite, var / "jianyan.sqlite3")
    variables = PRODUCTION | {"METRICS_ALLOW": "127.0.0.1, 10.1.0.0/16, 2001:db8::/32"}
    collected = run_jianyan(
        "manage",
        "collectstatic",
        "--noinput",
        environment=jianyan_environment(JIANYAN_VAR=str(var), **variables),
    )
    assert collected.returncode == 0, collected.stderr
    with servers.site(var, port=None, **variables) as site, machine(site) as asking:
        # The first time, all migrations are read.
        assert asking.comes_to_find(200, READY)
        yield site, asking


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_a_probe_is_answered_whatever_host_it_names_without_https_session_or_trace(
    production: tuple[Site, Machine], path: str
) -> None:
    _site, asking = production
    answer = asking.ask(path, Host="10.0.0.7:8000", Cookie="__Host-session=abcdefghijklmnopqrstuvwxyz012345")
    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert (answer.headers["Set-Cookie"], answer.headers["Vary"], answer.headers["Location"]) == (None,) * 3
    head = asking.ask(path, method="HEAD", Host="10.0.0.7:8000")
    assert (head.status, head.text, head.headers["Content-Type"]) == (200, "", answer.headers["Content-Type"])
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        refused = asking.ask(path, method=method)
        assert (refused.status, refused.headers["Allow"]) == (405, "GET, HEAD")


def test_other_addresses_still_check_the_host_and_go_to_https(production: tuple[Site, Machine]) -> None:
    _site, asking = production
    assert asking.ask("/", Host="10.0.0.7:8000").status == 400
    home = asking.ask("/", Host="jianyan.example")
    assert (home.status, home.headers["Location"]) == (301, "https://jianyan.example/")
    assert asking.ask("/healthz/", Host="10.0.0.7:8000").status == 400


def test_what_each_probe_says(production: tuple[Site, Machine]) -> None:
    _site, asking = production
    alive = asking.ask("/healthz")
    assert (alive.text, alive.headers["Content-Type"]) == ("ok", "text/plain; charset=utf-8")
    ready = asking.ask("/readyz")
    assert (ready.found.keys(), ready.headers["Content-Type"]) == (READY.keys(), "application/json")
    metrics = asking.ask("/metrics")
    assert metrics.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert Numbers(metrics.text).sum("jianyan_layer_up") == 1


@pytest.mark.parametrize(
    ("forwarded", "status"),
    [
        ("127.0.0.1", 200),
        ("10.1.2.3", 200),
        ("203.0.113.9, 10.1.2.3", 200),
        ("::ffff:10.1.2.3", 200),
        ("2001:db8::7", 200),
        ("203.0.113.9", 404),
        ("10.2.0.1", 404),
        ("127.0.0.1, 203.0.113.9", 404),
        ("10.1.2.3,203.0.113.9", 404),
        ("2001:db9::7", 404),
        ("", 404),
        ("127.0.0.1,", 404),
        ("localhost", 404),
    ],
)
def test_only_who_is_allowed_sees_metrics_and_a_forged_address_does_not_help(
    production: tuple[Site, Machine], forwarded: str, status: int
) -> None:
    _site, asking = production
    answer = asking.ask(
        "/metrics", Host="jianyan.example", X_Forwarded_Proto="https", X_Forwarded_For=forwarded
    )
    assert answer.status == status
    assert ("jianyan_votes_total" in answer.text) is (status == 200)


def test_to_others_metrics_lead_nowhere_like_any_address(production: tuple[Site, Machine]) -> None:
    _site, asking = production
    headers = {
        "Host": "jianyan.example",
        "X_Forwarded_Proto": "https",
        "X_Forwarded_For": "203.0.113.9",
        "Accept": "text/html",
    }
    metrics, nothing = (asking.ask(path, **headers) for path in ("/metrics", "/nothing-here"))
    assert (metrics.status, nothing.status) == (404, 404)
    token = re.compile(r"\b[A-Za-z0-9]{64}\b")
    assert token.sub("", metrics.text.replace("/metrics", "/nothing-here")) == token.sub("", nothing.text)
    assert asking.ask("/metrics", method="POST", **headers).status == 404


def test_without_an_announced_proxy_no_forwarded_address_counts(serve: Serve) -> None:
    with machine(serve()) as asking:
        assert asking.ask("/metrics").status == 200
        for forwarded in ("127.0.0.1", "::1", ""):
            assert asking.ask("/metrics", X_Forwarded_For=forwarded).status == 404
    with machine(serve(METRICS_ALLOW="192.0.2.0/24")) as stranger:
        assert stranger.ask("/metrics").status == 404
        assert stranger.ask("/metrics", X_Forwarded_For="192.0.2.1").status == 404
        assert stranger.ask("/readyz").status == 200


@pytest.mark.parametrize(
    ("proxies", "meta", "allowed"),
    [
        (0, {"REMOTE_ADDR": "::1"}, True),
        (0, {"REMOTE_ADDR": ""}, False),
        (0, {}, False),
        (2, {"REMOTE_ADDR": "127.0.0.1"}, True),
        # Around the outer of two proxies: its own address must not open the door.
        (2, {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "127.0.0.1"}, False),
        (2, {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "127.0.0.1, 10.0.0.2"}, True),
        (2, {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "127.0.0.1, 9.9.9.9, 10.0.0.2"}, False),
    ],
)
def test_who_asks_is_known_for_certain_or_is_nobody(
    settings: Any, proxies: int, meta: dict[str, str], allowed: bool
) -> None:
    settings.TRUSTED_PROXY_COUNT = proxies
    assert probes.may_measure(meta) is allowed


@pytest.mark.parametrize("value", ["10.0.0.0/33", "10.0.0.1/8", "localhost", "127.0.0.1;::1", ","])
def test_a_network_that_is_none_is_refused_at_start(value: str) -> None:
    done = run_jianyan("manage", "check", environment=jianyan_environment(METRICS_ALLOW=value))
    assert (done.returncode, done.stdout) == (2, "")
    chinese, english = done.stderr.splitlines()
    assert chinese.startswith(
        "METRICS_ALLOW：应为用逗号分隔的地址或网段，如 10.0.0.5,10.1.0.0/16；有误的是："
    )
    assert english.startswith("METRICS_ALLOW: must list addresses or networks like 10.0.0.5,10.1.0.0/16;")


# ── Readiness ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_without_the_layer_it_is_degraded_and_still_served(serve: Serve, own_redis: Redis) -> None:
    with machine(serve(REDIS_URL=own_redis.url)) as asking:
        assert asking.comes_to_find(200, READY | {"layer": "ok"})
        own_redis.kill()
        assert asking.comes_to_find(200, READY | {"status": "degraded", "layer": "down"})
        own_redis.start()
        assert asking.comes_to_find(200, READY | {"layer": "ok"})


def test_without_the_database_it_is_alive_but_not_ready(serve: Serve, own_postgresql: PostgreSQL) -> None:
    url = own_postgresql.create_database("jianyan_probes")
    environment = jianyan_environment(DATABASE_URL=url)
    assert run_jianyan("manage", "migrate", "--verbosity", "0", environment=environment).returncode == 0
    with machine(serve(DATABASE_URL=url)) as asking:
        assert asking.comes_to_find(200, READY)
        own_postgresql.stop(at_once=True)
        try:
            assert asking.comes_to_find(503, DATABASE_DOWN)
            assert asking.ask("/healthz").text == "ok"
        finally:
            own_postgresql.start()
        assert asking.comes_to_find(200, READY)


def test_a_version_whose_migrations_are_not_applied_is_not_ready(serve: Serve) -> None:
    site = serve()
    path = Path(site.environment["JIANYAN_VAR"]) / "jianyan.sqlite3"
    with machine(site) as asking, closing(sqlite3.connect(path)) as database:
        assert asking.comes_to_find(200, READY)
        with database:
            newest = "SELECT max(id) FROM django_migrations WHERE app = 'consultations'"
            database.execute(f"UPDATE django_migrations SET app = 'undone' WHERE id = ({newest})")
        assert asking.comes_to_find(503, READY | {"status": "unavailable", "migrations": "pending"})
        with database:
            database.execute("UPDATE django_migrations SET app = 'consultations' WHERE app = 'undone'")
        assert asking.comes_to_find(200, READY)


@pytest.fixture
def own_hall(transactional_db: None, site: Site) -> Hall:
    return make_hall(site)


def test_while_it_ends_it_is_not_ready(own_hall: Hall) -> None:
    with (
        machine(own_hall.site) as asking,
        reading(own_hall.url, own_hall.topic.pk, session=sign_in(own_hall.member)) as voter,
        closing(connection.copy()) as other,
        other.cursor() as cursor,
    ):
        voter.next("welcome")
        assert asking.comes_to_find(200, READY)
        # It cannot end before the vote has been written, and that waits for us.
        if other.vendor == "sqlite":
            cursor.execute("BEGIN IMMEDIATE")
        else:
            cursor.execute("BEGIN")
            cursor.execute("SELECT 1 FROM consultations_topic WHERE id = %s FOR UPDATE", [own_hall.topic.pk])
        voter.vote(own_hall.suggestion.pk)
        with pytest.raises(TimeoutError):
            voter.next("ack", patience=0.5)
        own_hall.site.process.send_signal(signal.SIGTERM)
        assert asking.comes_to_find(503, READY | {"status": "stopping"})
        assert asking.ask("/healthz").text == "ok"
        cursor.execute("ROLLBACK")
        voter.next("ack")
        assert voter.closed() == 1012
    assert own_hall.site.process.wait(30) == 0


# ── One question at a time ────────────────────────────────────────────────────────────────────────────────────────


def test_an_answer_is_shared_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def ask() -> int:
        asked.append(1)
        return len(asked)

    monkeypatch.setattr(health, "PATIENCE", 60.0)
    monkeypatch.setattr(health, "KEPT", 1_000.0)
    examination = Examination(ask, silence=-1)
    assert [examination.answer() for _ in range(5)] == [1] * 5
    monkeypatch.setattr(health, "KEPT", 0.0)
    assert [examination.answer(), examination.answer()] == [2, 3]


def test_silence_is_an_answer_and_nobody_asks_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()
    asked: list[int] = []

    def ask() -> health.DatabaseState:
        asked.append(1)
        release.wait(60)
        return health.DatabaseState("ok", "current")

    monkeypatch.setattr(health, "PATIENCE", 0.0)
    monkeypatch.setattr(health, "KEPT", 0.0)
    examination = Examination(ask, silence=DOWN)
    assert examination.answer() == DOWN
    assert eventually(lambda: asked == [1])
    assert [examination.answer() for _ in range(3)] == [DOWN] * 3
    assert asked == [1]
    release.set()
    monkeypatch.setattr(health, "PATIENCE", 60.0)
    assert examination.answer() == health.DatabaseState("ok", "current")


def test_a_fault_of_ours_is_not_taken_for_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "PATIENCE", 60.0)

    def ask() -> str:
        raise LookupError("no such setting")

    with pytest.raises(LookupError, match="no such setting"):
        Examination(ask, silence="down").answer()
