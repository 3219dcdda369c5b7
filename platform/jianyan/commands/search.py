"""`jianyan search`: what can be found, made anew."""

from __future__ import annotations

import click

from consultations.actions.search_index import rebuild
from jianyan.language import gettext as _


@click.group(help=_("Care for the search."))
def command() -> None:
    """The site keeps it up to date by itself."""


@command.command(
    "rebuild", help=_("Make all entries of the search anew, for instance after restoring a backup.")
)
def rebuild_entries() -> None:
    """Says how many there are."""
    click.echo(_("{} things can be found.").format(rebuild()))
