"""`jianyan mail`: what waits to be sent by e-mail."""

from __future__ import annotations

import click
from django.conf import settings

from consultations.actions.mailing import Round, send_mails
from jianyan.commands.failure import CommandFailed, WronglyConfigured
from jianyan.commands.words import reason
from jianyan.language import gettext as _


@click.command(help=_("Send the e-mails that wait, once; the site does so by itself while it runs."))
def command() -> None:
    """Round after round until nothing is due; ends with 1 where the server fails."""
    if not settings.MAILS:
        raise WronglyConfigured(_("EMAIL_URL is not set, so no mail goes out."))
    done = Round()
    try:
        while now := send_mails():
            done += now
    except OSError as error:
        raise CommandFailed(_("The mail server failed: {}").format(reason(error))) from error
    click.echo(
        _("{} mails sent, {} refused by the server, {} put off.").format(
            done.sent, done.refused, done.put_off
        )
    )
