"""`jianyan remind`: bodies are reminded of what they have to answer."""

from __future__ import annotations

import click

from consultations.actions.reminding import send_reminders
from jianyan.language import gettext as _


@click.command(
    help=_("Remind of referrals whose day has come, once; the site does so by itself while it runs.")
)
def command() -> None:
    """Whoever was reminded today is not reminded again."""
    click.echo(_("{} reminders sent.").format(send_reminders()))
