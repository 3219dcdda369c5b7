"""The running site reminds by itself, from the morning on."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools

import pytest
import time_machine
from django.db import OperationalError
from structlog.testing import capture_logs

from consultations.models import Reminder
from realtime import mailing
from realtime.mailing import OFFICE_OPENS, Postman
from tests.consultations.referral_scene import DUE, make_referring

pytestmark = pytest.mark.django_db(transaction=True)

SHANGHAI = dt.timezone(dt.timedelta(hours=8))


def at(hour: int) -> dt.datetime:
    return dt.datetime.combine(DUE + dt.timedelta(days=1), dt.time(hour), SHANGHAI)


def refer() -> None:
    make_referring().refer()


async def reminding(monkeypatch: pytest.MonkeyPatch, *, rounds: int) -> None:
    """The errand, for so many rounds with pauses of no time."""
    pauses, over = itertools.count(), asyncio.Event()

    async def pause(_seconds: float) -> None:
        if next(pauses) == rounds:
            over.set()
            await asyncio.Event().wait()

    postman = Postman()
    monkeypatch.setattr(asyncio, "sleep", pause)
    errand = asyncio.create_task(postman.remind())
    await over.wait()
    errand.cancel()
    postman.stop()


async def test_nobody_is_reminded_before_the_office_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    await asyncio.to_thread(refer)
    with time_machine.travel(at(OFFICE_OPENS - 1), tick=False):
        await reminding(monkeypatch, rounds=2)
    assert await Reminder.objects.acount() == 0
    with time_machine.travel(at(OFFICE_OPENS), tick=False), capture_logs() as logs:
        await reminding(monkeypatch, rounds=3)
    assert await Reminder.objects.acount() == 1
    assert [log["sent"] for log in logs if log["event"] == "reminders sent"] == [1]


async def test_a_database_that_is_away_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    answers: list[OperationalError | int] = [OperationalError("the database is away"), 2]

    def send() -> int:
        answer = answers.pop(0)
        if isinstance(answer, OperationalError):
            raise answer
        return answer

    monkeypatch.setattr(mailing, "send_reminders", send)
    with time_machine.travel(at(OFFICE_OPENS), tick=False), capture_logs() as logs:
        await reminding(monkeypatch, rounds=2)
    assert [log["event"] for log in logs] == ["reminders failed", "reminders sent"]
