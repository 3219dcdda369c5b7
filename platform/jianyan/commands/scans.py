"""`jianyan scans`: is every scan what was stored, and does every stored file belong to a suggestion?"""

from __future__ import annotations

import click

from consultations.actions.scans import check_scans
from consultations.models import Suggestion
from jianyan.commands.failure import CommandFailed
from jianyan.language import gettext as _


@click.command(help=_("Compare the scans with what was stored, and find files that belong to no suggestion."))
@click.option(
    "--clean", is_flag=True, help=_("Remove files that have belonged to no suggestion for an hour.")
)
def command(*, clean: bool) -> None:
    """One line per scan that is missing or changed; ends with 1 where there is one."""
    checked = check_scans()
    lost = Suggestion.objects.filter(pk__in=checked.lost).order_by("topic", "number")
    for topic_id, number in lost.values_list("topic_id", "number"):
        click.echo(_("Topic {}, no. {}: the scan is missing or changed").format(topic_id, number))
    if clean:
        for path in checked.orphans:
            path.unlink(missing_ok=True)
    if checked.orphans:
        said = _("{} files of no suggestion removed.") if clean else _("{} files belong to no suggestion.")
        click.echo(said.format(len(checked.orphans)))
    if checked.lost:
        raise CommandFailed(
            _("{} of {} scans are missing or changed.").format(len(checked.lost), checked.scans)
        )
    click.echo(_("{} scans, each as it was stored.").format(checked.scans))
