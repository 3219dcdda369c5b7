"""The supervisor and its workers, with small programs in the place of the site."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import sys
from collections.abc import Callable

import pytest

from jianyan.commands import supervision
from jianyan.commands.supervision import Supervisor, Worker
from tests.processes import DEADLINE


def program(text: str) -> list[str]:
    """A Python program; `channel` in it is its end of the channel."""
    begin = "import signal, socket, sys; channel = socket.socket(fileno=int(sys.argv[1])); "
    return [sys.executable, "-c", begin + text]


def told(caplog: pytest.LogCaptureFixture, event: str) -> list[dict[str, object]]:
    """What was logged under that name."""
    return [
        record.msg
        for record in caplog.records
        if isinstance(record.msg, dict) and record.msg["event"] == event
    ]


async def run_until(supervisor: Supervisor, ready: Callable[[], bool]) -> None:
    """Run it until that is so, and end it as the system would."""
    async with asyncio.timeout(DEADLINE):
        running = asyncio.create_task(supervisor.run())
        while not ready():  # noqa: ASYNC110  # a line in a log sets no event
            await asyncio.sleep(0.01)
        signal.raise_signal(signal.SIGTERM)
        await running


async def test_what_ends_again_and_again_is_replaced_ever_more_rarely(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervision, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(supervision, "LONGEST_PAUSE", 0.03)
    supervisor = Supervisor(1, program("raise SystemExit(3)"))
    await run_until(supervisor, lambda: len(told(caplog, "worker ended")) >= 4)
    ends = told(caplog, "worker ended")[:4]
    assert [end["code"] for end in ends] == [3, 3, 3, 3]
    assert [end["replaced_in_seconds"] for end in ends] == [0.01, 0.02, 0.03, 0.03]


async def test_what_has_lived_long_is_replaced_soon(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervision, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(supervision, "STEADY", 0.0)
    supervisor = Supervisor(1, program("raise SystemExit(3)"))
    await run_until(supervisor, lambda: len(told(caplog, "worker ended")) >= 3)
    assert {end["replaced_in_seconds"] for end in told(caplog, "worker ended")} == {0.01}


async def test_what_cannot_even_be_started_is_tried_again(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervision, "FIRST_PAUSE", 0.01)
    supervisor = Supervisor(1, ["/nowhere/python"])
    await run_until(supervisor, lambda: len(told(caplog, "worker could not be started")) >= 2)


async def test_what_does_not_end_when_told_is_killed(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    deaf = program("signal.signal(signal.SIGTERM, signal.SIG_IGN); channel.send(b'+'); signal.pause()")
    worker = Worker(1, deaf, [])
    assert await worker.begins()
    monkeypatch.setattr(supervision, "PATIENCE", 0.01)
    await worker.end()
    assert await worker.ended() == -signal.SIGKILL
    assert len(told(caplog, "worker killed")) == 1


async def test_what_never_listens_has_not_begun_and_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervision, "PATIENCE", 0.01)
    worker = Worker(1, program("signal.pause()"), [])
    assert not await worker.begins()
    assert worker.is_over
    assert not await Worker(1, program("raise SystemExit(2)"), []).begins()


@pytest.mark.parametrize(("deaf", "code"), [(False, -signal.SIGTERM), (True, 1)])
def test_a_worker_without_a_supervisor_ends_in_order_or_else_at_once(*, deaf: bool, code: int) -> None:
    text = "from jianyan.commands import supervision; supervision.PATIENCE = 0.01; "
    text += f"signal.signal(signal.SIGTERM, signal.{'SIG_IGN' if deaf else 'SIG_DFL'}); "
    text += "supervision.attend(channel)(); signal.pause()"
    ours, theirs = socket.socketpair()
    with ours, theirs:
        process = subprocess.Popen([*program(text), str(theirs.fileno())], pass_fds=[theirs.fileno()])
        theirs.close()
        ours.settimeout(DEADLINE)
        assert ours.recv(1) == b"+"
    # Ours is closed now, as if the supervisor had been killed.
    assert process.wait(DEADLINE) == code
