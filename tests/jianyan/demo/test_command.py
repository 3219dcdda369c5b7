"""`jianyan demo` as one types it: the county, the live topic, and forty members who take part by themselves."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from urllib.request import urlopen

import pytest
from django.test import Client

from jianyan.demo import people
from tests.demonstration import PATIENCE, Demo, running
from tests.realtime.readers import Frame, reading
from tests.servers import jianyan_environment, run_jianyan

PREPARING = "Preparing the demonstration, once"


def watch(demo: Demo, until: Callable[[list[Frame]], bool]) -> list[Frame]:
    """What the audience of the live topic is sent, until that holds."""
    with reading(f"ws://127.0.0.1:{demo.port}", demo.leaflet["live_topic"]) as audience:
        deadline = monotonic() + PATIENCE
        while not until(audience.frames):
            audience.read(deadline)
        return audience.frames


def counts_have_moved(frames: list[Frame]) -> bool:
    return sum(bool(frame.get("tallies")) for frame in frames if frame["type"] == "update") >= 2


@pytest.mark.usefixtures("unmeasured")
def test_the_demonstration_moves_by_itself_keeps_what_was_done_and_begins_anew_when_asked(
    tmp_path: Path,
) -> None:
    var = tmp_path / "var"
    with running(var) as demo:
        leaflet = demo.leaflet
        assert leaflet["url"] == f"http://127.0.0.1:{demo.port}"
        assert f"{leaflet['url']}/topics/{leaflet['live_topic']}/" in demo.printed
        assert PREPARING in demo.printed
        assert {account["role"] for account in leaflet["accounts"]} >= {
            "member",
            "moderator",
            "secretary",
            "administrator",
        }
        with urlopen(f"{leaflet['url']}/topics/{leaflet['live_topic']}/") as page:
            assert page.status == 200
        frames = watch(
            demo, lambda seen: counts_have_moved(seen) and seen[-1].get("people", {}).get("here", 0) >= 20
        )
        reached = frames[-1]["revision"]
        assert frames[0]["suggestions"]
    with running(var) as again:
        assert PREPARING not in again.printed
        welcome = watch(again, bool)[0]
        if again.leaflet["live_topic"] == leaflet["live_topic"]:
            assert welcome["revision"] >= reached
    with running(var, "--reset") as anew:
        assert watch(anew, bool)[0]["revision"] < reached


@pytest.mark.django_db
def test_every_account_of_the_leaflet_can_sign_in(loaded: None) -> None:
    for account in people.ACCOUNTS:
        answer = Client().post("/accounts/login/", {"login": account.username, "password": people.PASSWORD})
        assert answer.status_code == 302, account.username


def test_a_database_of_somebody_elses_is_left_alone(tmp_path: Path) -> None:
    environment = jianyan_environment(JIANYAN_VAR=str(tmp_path))
    assert run_jianyan("manage", "migrate", "--verbosity", "0", environment=environment).returncode == 0
    made = run_jianyan(
        "manage",
        "shell",
        "-c",
        "from jianyan.accounts.models import User; User.objects.create_user('somebody', display_name='某人')",
        environment=environment,
    )
    assert made.returncode == 0, made.stderr
    for arguments in ((), ("--reset",)):
        done = run_jianyan("demo", "--port", "0", *arguments, environment=environment)
        assert (done.returncode, done.stdout) == (2, "")
        assert len(done.stderr.splitlines()) == 1
        assert f"The database of {tmp_path} holds other data" in done.stderr


def test_the_demonstration_is_refused_in_production(tmp_path: Path) -> None:
    environment = jianyan_environment(
        JIANYAN_VAR=str(tmp_path),
        JIANYAN_ENV="prod",
        SECRET_KEY=secrets.token_urlsafe(50),
        ALLOWED_HOSTS="jianyan.example",
    )
    done = run_jianyan("demo", environment=environment)
    assert done.returncode == 2
    assert done.stderr == "jianyan: The demonstration is not for production: everybody knows its passwords.\n"


@pytest.mark.parametrize("port", ["x", "70000", "-1"])
def test_a_port_that_is_none_is_one_line(tmp_path: Path, port: str) -> None:
    done = run_jianyan("demo", "--port", port, environment=jianyan_environment(JIANYAN_VAR=str(tmp_path)))
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
