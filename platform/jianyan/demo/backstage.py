"""Everything that moves by itself: forty members, the moderator on duty, and the programme; a process of its own.

It ends when its standard input does. The system closes that with the parent, however the parent ends.
"""

from __future__ import annotations

import asyncio
import os
import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from channels.db import database_sync_to_async
from django.contrib.sessions.models import Session
from django.utils import timezone

from jianyan.accounts.models import User
from jianyan.simulation.sessions import headers_for

from . import leaflet, programme
from .duty import Duty
from .guest import Guest
from .stage import Stage

# Seconds between two looks at the programme and at the desk.
LOOK = 2.0
ENDS_WITHIN = 10.0


@contextmanager
def backstage(site: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run it beside this process; it is gone when the context is left."""
    process = subprocess.Popen(
        [sys.executable, "-m", "jianyan", "demo", "--backstage", site],
        stdin=subprocess.PIPE,
        # Ctrl-C is for the parent: the members leave when it closes their standard input.
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def run(site: str, until: BinaryIO) -> None:
    """Play until that stream ends."""
    asyncio.run(_run(site, until))


async def _run(site: str, until: BinaryIO) -> None:
    loop = asyncio.get_running_loop()
    over = asyncio.Event()

    def wait_for_the_end() -> None:
        # Past its buffer: Python cannot end in peace while a daemon holds the lock of that.
        while os.read(until.fileno(), 1024):
            pass
        loop.call_soon_threadsafe(over.set)

    # A daemon: should the play fail by itself, nothing waits for a stream that goes on.
    threading.Thread(target=wait_for_the_end, daemon=True).start()
    playing = loop.create_task(_play(site))
    ended = loop.create_task(over.wait())
    await asyncio.wait([playing, ended], return_when=asyncio.FIRST_COMPLETED)
    ended.cancel()
    playing.cancel()
    await asyncio.gather(playing, return_exceptions=over.is_set())


async def _play(site: str) -> None:
    stage, guests = await database_sync_to_async(_gather)(site)
    async with asyncio.TaskGroup() as company:
        company.create_task(_look_after(site, stage))
        for guest in guests:
            company.create_task(guest.run())


def _gather(site: str) -> tuple[Stage, list[Guest]]:
    """The stage and the forty, signed in; earlier sessions of theirs are over."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    cast = programme.read_cast()
    users = User.objects.in_bulk(cast.crowd)
    headers = headers_for(users[user_id] for user_id in cast.crowd)
    stage = Stage(cast, random.Random())  # noqa: S311 - chance for a play
    guests = [
        Guest(site, user_id, header, stage) for user_id, header in zip(cast.crowd, headers, strict=True)
    ]
    return stage, guests


async def _look_after(site: str, stage: Stage) -> None:
    """The programme and the desk, again and again."""
    loop = asyncio.get_running_loop()
    duty = Duty()
    while True:
        before = stage.live
        await database_sync_to_async(stage.refresh)(timezone.now(), loop.time())
        if stage.live is not None and stage.live != before:
            leaflet.note(site, stage.live)
        await database_sync_to_async(duty.look)(list(stage.scenes), timezone.now())
        await asyncio.sleep(LOOK)
