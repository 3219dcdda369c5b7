"""What log lines say of where they come from, and what none of them says."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client, override_settings
from structlog.contextvars import get_contextvars

from jianyan import metrics
from jianyan.accounts.models import User
from jianyan.log_context import socket_context
from tests import servers
from tests.conftest import Serve, database_url
from tests.jianyan.accounts.factories import PASSWORD, make_user
from tests.jianyan.watching import Numbers, log_lines
from tests.realtime.asking import Asker
from tests.realtime.conftest import make_hall
from tests.realtime.readers import reading
from tests.servers import ROOT, jianyan_environment, run_jianyan

LOGIN = "/accounts/login/"
GIVEN = "7f0e7a52-2f2c-4f64-9d2b-0d2f3cf3a9a1"
MADE = re.compile(r"[0-9a-f]{32}")


# ── Requests ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_each_request_is_given_an_id_of_its_own() -> None:
    ids = {Client().get(LOGIN).headers["X-Request-ID"] for _ in range(3)}
    assert len(ids) == 3
    assert all(MADE.fullmatch(one) for one in ids)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("proxies", "given", "kept"),
    [
        (1, GIVEN, True),
        (2, "a" * 8, True),
        (1, "a" * 64, True),
        (0, GIVEN, False),
        (1, "a" * 7, False),
        (1, "a" * 65, False),
        (1, "", False),
        (1, "abcdefgh_ijkl", False),
        (1, "abcdefgh ijkl", False),
        (1, "abcdefgh\nijkl", False),
        (1, "１２３４５６７８９", False),
    ],
)
def test_an_id_is_taken_over_only_from_our_proxy_and_only_if_it_is_one(
    settings: Any, proxies: int, given: str, kept: bool
) -> None:
    settings.TRUSTED_PROXY_COUNT = proxies
    answered = Client().get(LOGIN, headers={"X-Request-ID": given}).headers["X-Request-ID"]
    assert (answered == given) is kept
    assert kept or MADE.fullmatch(answered)


def test_refused_and_missing_pages_carry_an_id_too(serve: Serve) -> None:
    asker = Asker(serve().port)
    asker.sends_token = False
    for answer in (asker.page("/nothing-here"), asker.post_form(LOGIN, login="x")):
        assert answer.status in (403, 404)
        assert MADE.fullmatch(answer.headers["X-Request-Id"])


def http_requests(view: str, status: int) -> float:
    page = Numbers(metrics.page().decode())
    return page.sum("jianyan_http_seconds_count", view=view, status=str(status))


@pytest.mark.django_db
def test_requests_are_measured_by_view_and_status_never_by_address() -> None:
    before = {key: http_requests(*key) for key in (("account_login", 200), ("none", 404))}
    Client().get(LOGIN, {"next": "/topics/1/"})
    for number in range(3):
        Client().get(f"/nothing-here/{number}/")
    assert {key: http_requests(*key) - count for key, count in before.items()} == {
        ("account_login", 200): 1,
        ("none", 404): 3,
    }


# ── Sockets ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_lines_of_a_socket_carry_its_own_id_while_it_lasts() -> None:
    with socket_context(7, user_id=3):
        first = get_contextvars()
    with socket_context(7):
        second = get_contextvars()
    assert re.fullmatch(r"[0-9a-f]{8}", first["socket"])
    assert (first["topic"], first["user_id"], second["topic"]) == (7, 3, 7)
    assert "user_id" not in second
    assert not get_contextvars().keys() & {"socket", "topic", "user_id"}


def test_sockets_do_not_share_an_id() -> None:
    ids = set()
    for _ in range(50):
        with socket_context(7):
            ids.add(get_contextvars()["socket"])
    assert len(ids) == 50


# ── The lines of a process ────────────────────────────────────────────────────────────────────────────────────────

EVERYBODY_SPEAKS = """
import logging
import django, structlog
from jianyan.environment import use_settings
use_settings()
django.setup()
for name in ("daphne.server", "uvicorn.error", "django.request", "django.security.csrf", "twisted"):
    logging.getLogger(name).warning("%s speaks", name)
for name in ("django.db.backends", "websockets.server", "websockets.client", "uvicorn.error"):
    logging.getLogger(name).debug("a secret of %s", name)
log = structlog.get_logger("jianyan.example")
log.debug("quiet", topic=3)
try:
    try:
        raise KeyError("no 19900010001 nor +8619900010002 among " + "一二三四五六七八九十" * 30)
    except KeyError as error:
        refused = "violates check\\nDETAIL:  Failing row contains (5, 在老街口增设候车亭).\\nCONTEXT: 罗小满"
        raise ValueError(refused) from error
except ValueError as error:
    password = "a local variable"
    log.exception("broken", error=repr(error))
log.warning("Conflict: /r/0123456789abcdef0123456789abcdef.a-signed_link/answer")
log.info("numbers", revision=19900010003456, request_id="13912345678abcdef13912345678abcd")
"""


def said(**variables: str) -> list[str]:
    """The lines that another process writes to standard error when everybody in it speaks."""
    done = subprocess.run(
        [sys.executable, "-c", EVERYBODY_SPEAKS],
        env=jianyan_environment(LOG_LEVEL="DEBUG", **variables),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == ""
    return [line for line in done.stderr.splitlines() if "Using selector" not in line]


def test_libraries_and_we_write_the_same_lines() -> None:
    lines = [json.loads(line) for line in said(LOG_FORMAT="json", JIANYAN_WORKER="3")]
    lines = [line for line in lines if "secret" not in line["event"]]
    assert [(line["logger"], line["level"]) for line in lines] == [
        ("daphne.server", "warning"),
        ("uvicorn.error", "warning"),
        ("django.request", "warning"),
        ("django.security.csrf", "warning"),
        ("twisted", "warning"),
        ("jianyan.example", "debug"),
        ("jianyan.example", "error"),
        ("jianyan.example", "warning"),
        ("jianyan.example", "info"),
    ]
    for line in lines:
        assert line["worker"] == 3
        assert line["pid"] > 0
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", line["timestamp"])


@pytest.mark.parametrize("form", ["json", "console"])
def test_what_libraries_would_give_away_is_not_written_and_mobile_numbers_are_masked(form: str) -> None:
    text = "\n".join(said(LOG_FORMAT=form))
    for secret in ("a secret of", "a local variable", "19900010001", "19900010002", "9900010001"):
        assert secret not in text
    assert "a-signed_link" not in text
    assert "Conflict: /r/…/answer" in text
    assert "no 19********* nor +8619********* among" in text
    assert "violates check" in text
    assert "老街口" not in text
    assert "19900010003456" in text
    assert "13912345678abcdef13912345678abcd" in text


def test_what_an_exception_says_is_cut() -> None:
    [broken] = [json.loads(line) for line in said(LOG_FORMAT="json") if "broken" in line]
    outer, inner = broken["exception"]
    assert (outer["exc_type"], outer["exc_value"]) == ("ValueError", "violates check\nDETAIL: …")
    assert (inner["exc_type"], len(inner["exc_value"])) == ("KeyError", 201)
    assert broken["error"] == "ValueError('violates check\\nDETAIL: …"
    assert all("locals" not in frame for frame in outer["frames"])


def test_production_writes_json_unless_told_otherwise() -> None:
    production = {
        "JIANYAN_ENV": "prod",
        "SECRET_KEY": "kT5vX0bQm2LrW9sYhZ3nC7dF1gJ4pAe6uRi8oVxNqMwBzKtHyS",
        "ALLOWED_HOSTS": "jianyan.example",
    }
    assert json.loads(said(**production)[0])["event"] == "daphne.server speaks"
    assert not said(**production, LOG_FORMAT="console")[0].startswith("{")
    assert not said()[0].startswith("{")


def test_an_unknown_format_is_refused_at_start() -> None:
    done = run_jianyan("manage", "check", environment=jianyan_environment(LOG_FORMAT="xml"))
    assert (done.returncode, done.stdout, done.stderr.splitlines()) == (
        2,
        "",
        ["LOG_FORMAT：只能是 console 或 json。", "LOG_FORMAT: must be console or json."],
    )


# ── A running site ────────────────────────────────────────────────────────────────────────────────────────────────

IDEA = "在老街口增设一处夜间母婴候车亭"
WRONG = "falsches-kennwort-2026"


def set_password(user: User) -> None:
    """As a site in use keeps it, which does not know the quick hashes of the tests."""
    hashers = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    with override_settings(PASSWORD_HASHERS=hashers):
        User.objects.filter(pk=user.pk).update(password=make_password(PASSWORD))


@pytest.mark.parametrize("server", ["daphne", "uvicorn"])
def test_nobody_is_found_in_the_log_of_a_site_that_tells_everything(
    server: str, transactional_db: None, tmp_path: Path
) -> None:
    with servers.site(
        tmp_path / "site",
        *("--server", server),
        JIANYAN_ENV="dev",
        DATABASE_URL=database_url(),
        LOG_LEVEL="DEBUG",
        LOG_FORMAT="json",
    ) as site:
        hall = make_hall(site)
        set_password(hall.member)
        set_password(hall.other)
        member, other = Asker(site.port), Asker(site.port)
        assert member.post_form(LOGIN, login=hall.member.username, password=WRONG).status == 200
        assert member.post_form(LOGIN, login=hall.member.username, password=PASSWORD).status == 302
        assert other.post_form(LOGIN, login=hall.other.username, password=PASSWORD).status == 302
        topic = f"/topics/{hall.topic.pk}"
        wish = {"ref": str(uuid.uuid4()), "suggestion": hall.suggestion.pk, "choice": "support"}
        assert member.post_json(f"{topic}/votes", wish).status == 200
        idea = {"ref": str(uuid.uuid4()), "text": IDEA}
        assert member.post_json(f"{topic}/suggestions", idea).status == 200
        assert member.post_json(f"{topic}/suggestions", idea | {"ref": str(uuid.uuid4())}).status == 409
        assert IDEA in member.page(f"{topic}/").text
        assert member.page("/nothing-here/?q=" + hall.member.username).status == 404
        session = other.cookies["sessionid"]
        with reading(hall.url, hall.topic.pk, session=session) as reader:
            reader.next("welcome")
            reader.vote(hall.suggestion.pk)
            reader.next("ack")
            reader.send(type="suggest", ref=str(uuid.uuid4()), text=IDEA)
            reader.until(lambda frame: "suggestion" in frame)
        sessions = [asker.cookies["sessionid"] for asker in (member, other)]
        lines = log_lines(site)
        text = site.log.read_text()
        site.stop()
    answered = [line for line in lines if line["event"] == "answered"]
    assert {line["view"] for line in answered} >= {"account_login", "realtime:votes", "realtime:suggestions"}
    assert {line["level"] for line in lines} >= {"debug", "warning"}
    [vote] = [line for line in answered if line["view"] == "realtime:votes"]
    assert (vote["user_id"], vote["status"], vote["method"]) == (hall.member.pk, 200, "POST")
    assert all(MADE.fullmatch(line["request_id"]) for line in answered)
    [missing] = [line for line in lines if line["event"] == "Not Found: /nothing-here/"]
    assert missing["request_id"] in {line["request_id"] for line in answered if line["status"] == 404}
    for secret in (
        *sessions,
        PASSWORD,
        WRONG,
        IDEA,
        IDEA[:6],
        json.dumps(IDEA)[1:-1],
        *(person.username for person in (hall.member, hall.other)),
        *(person.display_name for person in (hall.member, hall.other, hall.author)),
    ):
        assert secret not in text


@pytest.mark.django_db
def test_who_is_signed_in_is_named_by_number_and_only_while_they_ask() -> None:
    member = make_user("罗小满")
    client = Client()
    client.force_login(member)
    client.get("/")
    assert get_contextvars()["user_id"] == member.pk
    request_id = get_contextvars()["request_id"]
    Client().get(LOGIN)
    assert "user_id" not in get_contextvars()
    assert get_contextvars()["request_id"] != request_id
