"""`jianyan summary export ID` and `jianyan summary verify FILE.json`."""

from __future__ import annotations

from pathlib import Path

import click
import structlog

from consultations.documents.findings import Findings
from consultations.documents.reading import MOST_BYTES
from consultations.documents.verify import against_heads, examine
from consultations.queries.exports import EXPORTS, export_of
from consultations.queries.summary_check import against_journals, journal_heads
from consultations.queries.summary_rows import load_summary
from jianyan.commands.failure import CommandFailed
from jianyan.commands.whole_file import replace_file
from jianyan.commands.words import reason
from jianyan.language import gettext as _

log = structlog.get_logger(__name__)


@click.group(help=_("Export or verify a summary."))
def command() -> None:
    """Hold `export` and `verify` together."""


@command.command(help=_("Write a summary as a file; drafts too."))
@click.argument("summary", type=click.IntRange(min=1))
@click.option(
    "--format", "name", type=click.Choice(EXPORTS), required=True, help=_("The format; zip is all of them.")
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help=_("The file; it is replaced only once the new one is whole."),
)
def export(summary: int, name: str, out: Path) -> None:
    """Render, write beside the target, put in its place."""
    exported = export_of(load_summary(summary), name)
    try:
        replace_file(out, exported.content)
    except OSError as error:
        raise CommandFailed(_("Cannot write to {}: {}").format(out, reason(error))) from error
    # Whoever may run commands is none of the site's users: there is no name to keep it under.
    log.info("summary exported", summary=summary, format=name, edition=exported.edition)
    click.echo(_("{} bytes written to {}").format(len(exported.content), out))


@command.command(
    help=_("Check seal, numbers and citations of an exported JSON, and the journals that are here.")
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
def verify(file: Path) -> None:
    """One line for everything that does not hold or is worth a look; 1 where anything does not hold."""
    try:
        # One byte more than may be: it is not read further to be refused.
        with file.open("rb") as opened:
            data = opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise CommandFailed(_("Cannot read {}: {}").format(file, reason(error))) from error
    verdict = examine(data)
    faults, heads = verdict.faults, None
    if verdict.document is not None:
        heads = journal_heads(verdict.document.snapshot)
        faults.add(against_heads(verdict.document, heads) if heads is not None else ())
        faults.add(against_journals(verdict.document))
    _say(faults)
    if verdict.remarks.total:
        click.echo(_("No faults, but worth a look:"))
        _say(verdict.remarks)
    if faults.total:
        raise CommandFailed(_("{} findings: the summary does not hold.").format(faults.total))
    click.echo(_("Every number and citation holds."))
    if heads is None:
        click.echo(_("No topic of this summary is in this database: no journal was compared."))
    else:
        click.echo(_("The journals of {} topics hold and agree.").format(len(heads)))


def _say(findings: Findings) -> None:
    """Each in a line, as long as there are not too many alike."""
    for finding in findings.named:
        click.echo(" ".join(finding.message.split()))
    unnamed = findings.unnamed(findings.counts)
    if unnamed:
        click.echo(_("… and {} more of the same kinds.").format(unnamed))
