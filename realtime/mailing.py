"""Sending mails and reminders from within the site, in a thread of its own: a mail server may be slow."""

from __future__ import annotations

import asyncio

import structlog
from django.db import DatabaseError, InterfaceError, connections
from django.utils import timezone

from consultations.actions.mailing import Round, send_mails
from consultations.actions.reminding import send_reminders

from .threads import DatabaseThread

log = structlog.get_logger(__name__)

EACH = 20.0
"""Seconds until it is asked again whether mails are due."""
LONGEST_PAUSE = 600.0
"""Seconds. While the server fails, it is tried ever more rarely, up to this."""


REMIND_EACH = 600.0
"""Seconds until it is asked again whether anybody is to be reminded of a referral."""
OFFICE_OPENS = 8
"""The hour, where the site is, before which nobody is reminded: a day begins at midnight, an office later."""


class Postman:
    """Sends what is due, for ever. Each process of the site has one; they do not come into each other's way."""

    def __init__(self) -> None:
        self._thread = DatabaseThread("jianyan-mailing")

    async def deliver(self) -> None:
        """Round after round while there is something to send, then with pauses."""
        pause = EACH
        while True:
            try:
                done = await asyncio.wrap_future(self._thread.submit(_send))
            except OSError as error:
                pause = min(2 * pause, LONGEST_PAUSE)
                log.warning("mail server failed", reason=str(error), again_in_seconds=pause)
            else:
                pause = EACH
                if done:
                    log.info("mails sent", sent=done.sent, refused=done.refused, put_off=done.put_off)
                    continue
            await asyncio.sleep(pause)

    async def remind(self) -> None:
        """Remind of referrals whose day has come, from the morning on. Whoever is told by e-mail is so by `deliver`."""
        while True:
            await asyncio.sleep(REMIND_EACH)
            if timezone.localtime().hour < OFFICE_OPENS:
                continue
            try:
                sent = await asyncio.wrap_future(self._thread.submit(_remind))
            except (DatabaseError, InterfaceError) as error:
                # Nobody is forgotten: what was not reminded of is reminded of the next time.
                log.warning("reminders failed", reason=str(error), again_in_seconds=REMIND_EACH)
            else:
                if sent:
                    log.info("reminders sent", sent=sent)

    def stop(self) -> None:
        """End the thread after the round that was begun; returns at once."""
        self._thread.stop()


def _send() -> Round:
    try:
        return send_mails()
    finally:
        # Not kept between rounds: most of the time nobody would use it.
        connections.close_all()


def _remind() -> int:
    try:
        return send_reminders()
    finally:
        connections.close_all()
