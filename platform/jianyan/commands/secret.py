"""`jianyan secret`: a value for SECRET_KEY."""

from __future__ import annotations

import secrets

import click

from jianyan.language import gettext as _


@click.command(help=_("Print a fresh random value for SECRET_KEY."))
def command() -> None:
    """Print 67 URL-safe characters, 400 bits of chance."""
    click.echo(secrets.token_urlsafe(50))
