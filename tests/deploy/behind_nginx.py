"""platform/deploy/nginx.conf before two workers: what comes through, from whom, and what does not.

Run on PostgreSQL by test_nginx.py; by itself, on SQLite: pytest tests/deploy/behind_nginx.py
"""

from __future__ import annotations

import http.client
import json
import re
import signal
import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
import redis
from allauth.usersessions.models import UserSession
from pytest_django import Settings

from consultations.models import Vote
from tests.conftest import database_url
from tests.deploy.production import Production, meet_production, production
from tests.jianyan.accounts.factories import PASSWORD
from tests.nginx import NAME
from tests.processes import DEADLINE
from tests.realtime.conftest import Hall, make_hall
from tests.realtime.readers import Reader, reading, sign_in

FORGED = "203.0.113.7"
# Another machine than the test's own, as far as the proxy can tell.
PHONE = "127.0.0.2"

# Also for tests that look at no rows: the site wants its tables.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def running(
    unmeasured_module: None, django_db_setup: None, tmp_path_factory: pytest.TempPathFactory, redis_url: str
) -> Iterator[Production]:
    directory = tmp_path_factory.mktemp("production")
    with production(directory, database_url=database_url(), redis_url=redis_url) as site:
        yield site


@pytest.fixture
def hall(running: Production, transactional_db: None, settings: Settings) -> Hall:
    meet_production(settings)
    return make_hall(running.site)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class Client:
    """A browser at one address that keeps its cookies and also sends whatever else it is told to."""

    def __init__(self, running: Production, *, address: str = "127.0.0.1", **headers: str) -> None:
        self.running = running
        self.address = address
        self.headers = headers
        self.cookies: dict[str, str] = {}

    def ask(
        self, path: str, body: str | None = None, *, content: str = "application/json", **headers: str
    ) -> Answer:
        """GET, or POST where there is a body."""
        connection = http.client.HTTPSConnection(
            NAME,
            self.running.proxy.port,
            timeout=30,
            source_address=(self.address, 0),
            context=self.running.proxy.trust,
        )
        sent = {
            "Accept-Language": "zh-CN",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            **self.headers,
            **headers,
        }
        if body is not None:
            sent |= {"Content-Type": content, "Referer": f"{self.running.url}/"}
        try:
            connection.request("GET" if body is None else "POST", path, body=body, headers=sent)
            answer = connection.getresponse()
            found = Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()
        for line in found.headers.get_all("Set-Cookie") or ():
            name, _, value = line.split(";")[0].partition("=")
            self.cookies[name] = value.strip('"')
        return found

    def sign_in(self, name: str, password: str) -> Answer:
        """Through the form."""
        page = self.ask("/accounts/login/")
        [token] = set(re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text))
        return self.ask(
            "/accounts/login/",
            urlencode({"csrfmiddlewaretoken": token, "login": name, "password": password}),
            content="application/x-www-form-urlencoded",
        )


@contextmanager
def listening_in(running: Production, hall: Hall, session: str | None = None) -> Iterator[Reader]:
    """A socket on the hall's topic through the proxy."""
    with reading(
        running.proxy.websocket_url,
        hall.topic.pk,
        session=session,
        origin=running.url,
        ssl=running.proxy.trust,
    ) as reader:
        yield reader


def test_a_page_comes_over_tls_compressed_and_with_the_sites_own_headers(
    running: Production, hall: Hall
) -> None:
    answer = Client(running, **{"Accept-Encoding": "gzip"}).ask("/accounts/login/")
    assert answer.status == 200
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Server"] == "nginx"
    for cookie in answer.headers.get_all("Set-Cookie") or ():
        assert cookie.startswith("__Host-")
        assert "; Secure" in cookie


def test_plain_http_is_led_to_https_and_other_names_get_nothing(running: Production) -> None:
    plain = http.client.HTTPConnection("127.0.0.1", running.proxy.plain_port, timeout=30)
    plain.request("GET", "/topics/7/?a=b", headers={"Host": NAME})
    answer = plain.getresponse()
    assert (answer.status, answer.headers["Location"]) == (301, f"https://{NAME}/topics/7/?a=b")
    plain.close()

    stranger = http.client.HTTPConnection("127.0.0.1", running.proxy.plain_port, timeout=30)
    stranger.request("GET", "/", headers={"Host": "elsewhere.example"})
    with pytest.raises(http.client.RemoteDisconnected):
        stranger.getresponse()
    stranger.close()

    unchecked = ssl.create_default_context()
    unchecked.check_hostname, unchecked.verify_mode = False, ssl.CERT_NONE
    with (
        socket.create_connection(("127.0.0.1", running.proxy.port), timeout=30) as connection,
        pytest.raises(ssl.SSLError),
    ):
        unchecked.wrap_socket(connection, server_hostname="elsewhere.example")


def test_a_vote_over_wss_is_acknowledged_committed_and_seen_by_others(
    running: Production, hall: Hall
) -> None:
    with (
        listening_in(running, hall) as audience,
        listening_in(running, hall, sign_in(hall.member)) as voter,
    ):
        audience.next("welcome")
        voter.next("welcome")
        ref = voter.vote(hall.suggestion.pk)
        assert voter.next("ack")["refs"] == [ref]
        assert Vote.objects.get(suggestion=hall.suggestion, voter=hall.member).choice == "support"
        seen = audience.until(lambda frame: bool(frame.get("tallies")) and frame["type"] == "update")
        assert seen["tallies"] == [[hall.suggestion.pk, 1, 0, 0]]


def test_a_socket_of_another_page_is_refused(running: Production, hall: Hall) -> None:
    with (
        pytest.raises(Exception, match="HTTP 403"),
        reading(
            running.proxy.websocket_url,
            hall.topic.pk,
            origin="https://elsewhere.example",
            ssl=running.proxy.trust,
        ),
    ):
        pass


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-Forwarded-For", f"{FORGED}, {FORGED}"),
        # To the site, which has it from CGI, an underscore would be the same name.
        ("X_Forwarded_For", FORGED),
        ("Forwarded", f"for={FORGED}"),
    ],
)
def test_a_forged_address_is_written_nowhere(
    running: Production, hall: Hall, redis_url: str, header: str, value: str
) -> None:
    phone = Client(running, address=PHONE, **{header: value})
    assert phone.sign_in(hall.member.phone or "", PASSWORD).status == 302
    assert [session.ip for session in UserSession.objects.filter(user=hall.member)] == [PHONE]

    guesser = Client(running, address=PHONE, **{header: value})
    assert guesser.sign_in(hall.other.phone or "", "not-the-password").status == 200
    assert guesser.ask(f"/topics/{hall.topic.pk}/state", Accept="application/json").status == 200
    counted = [str(key) for key in redis.Redis.from_url(redis_url, decode_responses=True).keys("*")]
    assert any(key.endswith(f":login_failed:120/60/ip:ip:{PHONE}") for key in counted)
    assert any(f"pace:read:address:{PHONE}:" in key for key in counted)
    assert not any(FORGED in key for key in counted)


def test_a_forged_scheme_does_not_make_a_plain_request_a_safe_one(running: Production) -> None:
    plain = http.client.HTTPConnection("127.0.0.1", running.proxy.plain_port, timeout=30)
    plain.request("GET", "/", headers={"Host": NAME, "X-Forwarded-Proto": "https"})
    assert plain.getresponse().status == 301
    plain.close()


def test_static_files_are_cached_for_ever_and_the_proxy_keeps_them(running: Production, hall: Hall) -> None:
    client = Client(running)
    page = client.ask("/accounts/login/")
    path = re.findall(r'href="(/static/[^"]+\.[0-9a-f]{12}\.css)"', page.text)[0]
    first, again = client.ask(path), client.ask(path)
    for answer in (first, again):
        assert answer.status == 200
        assert "immutable" in answer.headers["Cache-Control"]
        assert int(re.findall(r"max-age=(\d+)", answer.headers["Cache-Control"])[0]) >= 31_536_000
    assert again.headers["X-Cache"] == "HIT"
    assert first.body == again.body
    compressed = client.ask(path, **{"Accept-Encoding": "gzip"})
    assert compressed.headers["Content-Encoding"] == "gzip"
    assert len(compressed.body) < len(first.body)


@pytest.mark.parametrize(
    "path", ["/metrics", "/readyz", "//metrics", "/%6detrics", "/./metrics", "/metrics?a=b"]
)
def test_what_is_for_the_machine_alone_does_not_come_through(running: Production, path: str) -> None:
    answer = Client(running, **{"X-Forwarded-For": "127.0.0.1"}).ask(path)
    assert answer.status == 404
    assert "nginx" in answer.text


def test_the_machine_itself_is_told(running: Production) -> None:
    with urlopen(f"{running.site.url}/metrics") as metrics, urlopen(f"{running.site.url}/readyz") as ready:
        assert b"jianyan_connections" in metrics.read()
        assert json.load(ready)["status"] == "ready"


def test_a_body_that_is_too_large_ends_at_the_proxy(running: Production) -> None:
    assert Client(running).ask("/accounts/login/", "x" * (12 * 1024 * 1024)).status == 413
    # A summary to be checked may be larger; the site itself misses its token.
    assert Client(running).ask("/verify/", "x" * (20 * 1024 * 1024)).status == 403
    assert Client(running).ask("/verify/", "x" * (22 * 1024 * 1024)).status == 413


def test_pages_of_members_are_never_kept_by_the_proxy(running: Production, hall: Hall) -> None:
    client = Client(running)
    client.cookies["__Host-session"] = sign_in(hall.member)
    for path in ("/", f"/topics/{hall.topic.pk}/", f"/topics/{hall.topic.pk}/state"):
        answer = client.ask(path)
        assert answer.status == 200, path
        assert "X-Cache" not in answer.headers


def test_whoever_watches_is_answered_by_the_proxy_and_sees_what_changes(
    running: Production, hall: Hall
) -> None:
    path = f"/topics/{hall.topic.pk}/watch/state"
    member, audience = Client(running), Client(running, **{"Accept-Encoding": "gzip"})
    member.cookies["__Host-session"] = sign_in(hall.member)
    kept = {client.ask(path).headers["X-Cache"] for client in (member, audience) * 10}
    assert "HIT" in kept
    answer = member.ask(path)
    assert json.loads(answer.body)["me"] is None
    assert answer.headers["Cache-Control"].startswith("public, max-age=1")
    assert "Set-Cookie" not in answer.headers
    for address in (path, f"/topics/{hall.topic.pk}/watch"):
        whole = audience.ask(address)
        assert whole.status == 200
        unchanged = audience.ask(address, **{"If-None-Match": whole.headers["ETag"]})
        assert (unchanged.status, unchanged.body) == (304, b"")
    assert whole.headers["Content-Encoding"] == "gzip"

    with listening_in(running, hall, sign_in(hall.other)) as voter:
        voter.next("welcome")
        voter.vote(hall.suggestion.pk)
        revision = voter.next("ack")["revision"]
    deadline = monotonic() + DEADLINE
    while json.loads(member.ask(path).body)["revision"] < revision:
        assert monotonic() < deadline


def test_workers_are_renewed_and_stopped_behind_the_proxy_in_good_order(
    transactional_db: None, settings: Settings, tmp_path: Path, redis_url: str
) -> None:
    meet_production(settings)
    with (
        production(tmp_path, database_url=database_url(), redis_url=redis_url, server="uvicorn") as running,
        ExitStack() as sockets,
    ):
        hall = make_hall(running.site)
        session = sign_in(hall.member)
        readers = [sockets.enter_context(listening_in(running, hall, session)) for _number in range(6)]
        for reader in readers:
            reader.next("welcome")

        client = Client(running)
        client.cookies["__Host-session"] = session
        running.site.process.send_signal(signal.SIGHUP)
        answered = []
        deadline = monotonic() + 2 * DEADLINE
        while "workers renewed" not in running.site.log.read_text():
            assert monotonic() < deadline
            answered.append(client.ask(f"/topics/{hall.topic.pk}/").status)
        assert set(answered) == {200}
        assert {reader.closed() for reader in readers} == {1012}

        with listening_in(running, hall, session) as voter:
            voter.next("welcome")
            ref = voter.vote(hall.suggestion.pk)
            assert voter.next("ack")["refs"] == [ref]
            state = f"/topics/{hall.topic.pk}/watch/state"
            assert client.ask(state).status == 200
            assert running.site.stop() == 0
            assert voter.closed() == 1012

        # Whoever watches sees the last there was; for others the proxy says that nobody is there.
        assert client.ask(state).status == 200
        assert client.ask("/").status == 502
