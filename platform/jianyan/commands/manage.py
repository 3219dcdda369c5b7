"""`jianyan manage …`: Django's own management commands, under the same settings."""

from __future__ import annotations

import click
from django.core.management import execute_from_command_line

from jianyan.language import gettext as _


@click.command(
    help=_("Run one of Django's management commands, such as migrate."),
    context_settings={"ignore_unknown_options": True, "help_option_names": []},
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(arguments: tuple[str, ...]) -> None:
    """Hand everything to Django unread, its `--help` too."""
    execute_from_command_line(["jianyan manage", *arguments])
