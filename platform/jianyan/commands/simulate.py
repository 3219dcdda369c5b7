"""`jianyan simulate`: a crowd of members in one topic of a running site, voting at a chosen rate."""

from __future__ import annotations

import asyncio
import math
import sys
from typing import Any

import click
from django.conf import settings
from django.utils import timezone

from consultations.queries.state import load_topic
from jianyan.accounts.models import User
from jianyan.commands.failure import CommandFailed, WronglyConfigured
from jianyan.commands.serve import site_address
from jianyan.language import gettext as _
from jianyan.simulation.drive import Drive, NobodyWelcomed
from jianyan.simulation.measures import Measures
from jianyan.simulation.sessions import headers_for
from jianyan.simulation.voices import voices_in


class Finite(click.FloatRange):
    """A number, and neither "nan" nor "inf", which Python reads as numbers too."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """As click does it, and then no more than what can be waited for."""
        number: float = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(_("{} is not a number that can be counted to.").format(value), param, ctx)
        return number


@click.command(
    help=_(
        "Let simulated members vote in a topic of a running site, through WebSockets, and measure the answers."
    )
)
@click.option("--topic", type=click.IntRange(min=1), required=True, help=_("The topic's number."))
@click.option("--members", type=click.IntRange(1, 5000), default=100, show_default=True, help=_("How many."))
@click.option(
    "--rate",
    type=Finite(0, 100_000, min_open=True),
    default=20.0,
    show_default=True,
    help=_("Votes per second of all members together."),
)
@click.option(
    "--seconds", type=Finite(0, min_open=True), default=30.0, show_default=True, help=_("How long.")
)
@click.option("--url", help=_("Where the site is that uses this database; this machine's by default."))
def command(topic: int, members: int, rate: float, seconds: float, url: str | None) -> None:
    """Sign the members in through the database, let them vote, print what came of it."""
    if settings.SETTINGS_MODULE == "jianyan.settings.prod":
        raise WronglyConfigured(_("This votes in the names of real members, and is not for production."))
    voters = recruit(topic, members)
    site = url or site_address("127.0.0.1", settings.PORT)
    drive = Drive(site, topic, headers_for(voters), rate=rate, seed=topic)
    try:
        measures = asyncio.run(drive.run(seconds, show))
    except NobodyWelcomed as nobody:
        if nobody.close_code is None:
            raise CommandFailed(_("Nothing answers at {}.").format(site)) from nobody
        raise CommandFailed(
            _("Nobody got into topic {} at {} ({}).").format(topic, site, nobody.close_code)
        ) from nobody
    click.echo(report(measures, seconds))


def recruit(topic_id: int, members: int) -> list[User]:
    """So many people with a voice in the topic. Raises UnknownTopic, CommandFailed where there are fewer."""
    topic = load_topic(topic_id)
    voters = list(voices_in(topic.deliberation.host, at=timezone.now())[:members])
    if len(voters) < members:
        raise CommandFailed(_("Only {} members have a voice in this topic.").format(len(voters)))
    return voters


def show(measures: Measures, connected: int) -> None:
    """One line of progress, written over the last one on a terminal."""
    line = _("{} connected, {} sent, {} acknowledged, {} refused").format(
        connected, measures.sent, measures.acknowledged, measures.refused.total()
    )
    terminal = sys.stdout.isatty()
    click.echo(f"\r{line}" if terminal else line, nl=not terminal)


def report(measures: Measures, seconds: float) -> str:
    """The result in four lines."""
    refused = ", ".join(f"{code} {count}" for code, count in sorted(measures.refused.items()))
    return "\n".join(
        [
            "",
            _("Acknowledged: {} ({:.1f} a second)").format(
                measures.acknowledged, measures.acknowledged / seconds
            ),
            _("Refused: {} {}").format(measures.refused.total(), f"({refused})" if refused else "").rstrip(),
            _("Without an answer: {}").format(measures.unanswered),
            _("Latency: median {:.0f} ms, 99 % within {:.0f} ms").format(
                measures.milliseconds(0.5), measures.milliseconds(0.99)
            ),
        ]
    )
