"""`jianyan scans`: is every scan and attachment what was stored, and is every stored file one of them?"""

from __future__ import annotations

import click

from consultations.actions.kept_files import check_files
from consultations.models import Attachment, Suggestion
from jianyan.commands.failure import CommandFailed
from jianyan.language import gettext as _


@click.command(
    help=_("Compare scans and attachments with what was stored, and find files that belong to nothing.")
)
@click.option("--clean", is_flag=True, help=_("Remove files that have belonged to nothing for an hour."))
def command(*, clean: bool) -> None:
    """One line per scan or attachment that is missing or changed; ends with 1 where there is one."""
    checked = check_files()
    scans = Suggestion.objects.filter(pk__in=checked.scans).order_by("topic", "number")
    for topic_id, number in scans.values_list("topic_id", "number"):
        click.echo(_("Topic {}, no. {}: the scan is missing or changed").format(topic_id, number))
    attachments = Attachment.objects.filter(pk__in=checked.attachments).order_by("id")
    for pk, name in attachments.values_list("pk", "name"):
        click.echo(_("Attachment {}, {}: the file is missing or changed").format(pk, name))
    if clean:
        for path in checked.orphans:
            path.unlink(missing_ok=True)
    if checked.orphans:
        said = _("{} files of nothing removed.") if clean else _("{} files belong to nothing.")
        click.echo(said.format(len(checked.orphans)))
    if checked.lost:
        raise CommandFailed(_("{} of {} files are missing or changed.").format(checked.lost, checked.files))
    click.echo(_("{} files, each as it was stored.").format(checked.files))
