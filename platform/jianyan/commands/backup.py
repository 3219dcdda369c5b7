"""`jianyan backup FILE`: the whole database in one file, while the site runs."""

from __future__ import annotations

from pathlib import Path

import click
from django.db import connection

from jianyan.commands import preflight
from jianyan.commands.copies import CopyFailed, copy_postgresql, copy_sqlite
from jianyan.commands.failure import CommandFailed
from jianyan.commands.whole_file import whole_file
from jianyan.commands.words import reason
from jianyan.language import gettext as _


@click.command(help=_("Write the whole database to one file; the site may go on running."))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def command(file: Path) -> None:
    """Copy, check the copy, put it in its place."""
    preflight.require_database()
    try:
        # It holds phone numbers and passwords' hashes: nobody else may read it.
        with whole_file(file, mode=0o600) as part:
            if connection.vendor == "postgresql":
                copy_postgresql(connection.settings_dict, part)
            else:
                copy_sqlite(Path(connection.settings_dict["NAME"]), part)
            size = part.stat().st_size
    except CopyFailed as failure:
        raise CommandFailed(_("The backup was not made: {}").format(_(str(failure)))) from failure
    except OSError as error:
        raise CommandFailed(_("Cannot write to {}: {}").format(file, reason(error))) from error
    click.echo(_("{} bytes written to {}").format(size, file))
