"""`jianyan restore FILE`: what `jianyan backup` wrote, in the place of what is there; then every journal is verified."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import click
from django.conf import settings
from django.db import connection

from consultations.actions.kept_files import check_files, put_file
from consultations.actions.verifying import verify_journal
from consultations.models import Topic
from jianyan.commands import preflight
from jianyan.commands.archives import Backup, opened
from jianyan.commands.copies import (
    CopyFailed,
    InUse,
    check_sqlite,
    restore_postgresql,
    restore_sqlite,
    vendor_of,
)
from jianyan.commands.failure import CommandFailed
from jianyan.commands.progress import watched
from jianyan.commands.words import reason
from jianyan.language import gettext as _


@click.command(
    help=_("Put a backup in the place of the database, while the site is stopped, and verify its journals.")
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@click.option("--yes", is_flag=True, help=_("Do not ask whether what is there may go."))
def command(file: Path, *, yes: bool) -> None:
    """All of the backup or none of it; ends with 1 where a journal in it does not hold, or a file is missing."""
    preflight.require_writable(settings.VAR)
    with ExitStack() as taken_apart:
        try:
            backup = taken_apart.enter_context(opened(file, within=settings.VAR))
            vendor = vendor_of(backup.database)
            if vendor == "sqlite":
                check_sqlite(backup.database)
        except CopyFailed as failure:
            raise CommandFailed(_("{} is damaged: {}").format(file, _(str(failure)))) from failure
        except OSError as error:
            raise CommandFailed(_("Cannot read {}: {}").format(file, reason(error))) from error
        _require_ours(vendor, file)
        if not yes:
            click.confirm(_("Everything that is in the database now will be lost. Go on?"), abort=True)
        _restore(backup)
    click.echo(_("Restored from {}").format(file))
    preflight.require_database()
    _verify()
    _verify_files()


def _restore(backup: Backup) -> None:
    """The files first: a row is never without its file, and a file without a row harms nobody."""
    try:
        for stored, path in backup.files.items():
            put_file(stored, path.read_bytes())
        if connection.vendor == "postgresql":
            _require_alone()
            restore_postgresql(backup.database, connection.settings_dict)
        else:
            restore_sqlite(backup.database, Path(connection.settings_dict["NAME"]))
    except InUse as error:
        raise CommandFailed(_("The database is in use; stop the site first.")) from error
    except CopyFailed as failure:
        raise CommandFailed(_("Nothing was restored: {}").format(_(str(failure)))) from failure
    except OSError as error:
        raise CommandFailed(_("Cannot write to {}: {}").format(settings.SCANS, reason(error))) from error


def _require_ours(vendor: str | None, file: Path) -> None:
    """It is a backup, of the kind of database that is configured."""
    if vendor is None:
        raise CommandFailed(_("{} is no backup.").format(file))
    if vendor != connection.vendor:
        raise CommandFailed(
            _("{} is a backup of another kind of database than DATABASE_URL names.").format(file)
        )


def _require_alone() -> None:
    """Nobody else is connected to this PostgreSQL database, and neither are we from here on. Raises InUse."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        [others] = cursor.fetchone()
    connection.close()
    if others:
        raise InUse


def _verify_files() -> None:
    checked = check_files()
    if checked.lost:
        raise CommandFailed(
            _("{} of {} files are missing or changed: restore them from where they were kept.").format(
                checked.lost, checked.files
            )
        )
    if checked.files:
        click.echo(_("{} files, each as it was stored.").format(checked.files))


def _verify() -> None:
    topics = tuple(Topic.objects.order_by("id").values_list("id", flat=True))
    verdicts = [verify_journal(topic_id=topic) for topic in watched(topics, _("Verifying"))]
    broken = [verdict for verdict in verdicts if verdict.faults]
    for verdict in broken:
        click.echo(_("Topic {}: {}").format(verdict.topic_id, verdict.faults[0].sentence))
    if broken:
        raise CommandFailed(_("{} of {} journals do not hold.").format(len(broken), len(verdicts)))
    click.echo(_("{} topics, and every journal holds.").format(len(verdicts)))
