"""How a command says that it could not do what was asked."""

from __future__ import annotations

from typing import IO, Any

import click


class CommandFailed(click.ClickException):
    """Refused, or a fault was found: one line on standard error, no traceback, exit code 1."""

    exit_code = 1

    def show(self, file: IO[Any] | None = None) -> None:
        """Write the message on a single line."""
        click.echo(f"jianyan: {' '.join(self.message.split())}", file=file, err=file is None)


class WronglyConfigured(CommandFailed):
    """The machine or the environment is not as it must be: exit code 2."""

    exit_code = 2
