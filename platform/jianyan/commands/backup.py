"""`jianyan backup FILE`: the whole database and the files that people have sent in one file, while the site runs."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click
from django.db import connection

from consultations.actions.kept_files import kept_files
from jianyan.commands import preflight
from jianyan.commands.archives import DATABASE, pack
from jianyan.commands.copies import CopyFailed, copy_postgresql, copy_sqlite
from jianyan.commands.failure import CommandFailed
from jianyan.commands.whole_file import whole_file
from jianyan.commands.words import reason
from jianyan.language import gettext as _


@click.command(
    help=_(
        "Write the whole database, and the files that people have sent, to one file; the site may go on running."
    )
)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def command(file: Path) -> None:
    """Copy, check the copy, put it in its place."""
    preflight.require_database()
    try:
        # It holds phone numbers and passwords' hashes: nobody else may read it.
        with whole_file(file, mode=0o600) as part:
            files = _fill(part)
            size = part.stat().st_size
    except CopyFailed as failure:
        raise CommandFailed(_("The backup was not made: {}").format(_(str(failure)))) from failure
    except OSError as error:
        raise CommandFailed(_("Cannot write to {}: {}").format(file, reason(error))) from error
    click.echo(_("{} bytes written to {}").format(size, file))
    if files:
        click.echo(_("{} files are in it.").format(files))


def _fill(part: Path) -> int:
    """Fill the empty file; how many files that people have sent are in it."""
    if next(kept_files(), None) is None:
        _copy_database(part)
        return 0
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=part.parent) as directory:
        database = Path(directory) / DATABASE
        database.touch(mode=0o600)
        _copy_database(database)
        # After the database: whatever its rows name was on the disk before them, and none is ever replaced.
        files = sorted(kept_files())
        pack(part, database, files)
    return len(files)


def _copy_database(copy: Path) -> None:
    if connection.vendor == "postgresql":
        copy_postgresql(connection.settings_dict, copy)
    else:
        copy_sqlite(Path(connection.settings_dict["NAME"]), copy)
