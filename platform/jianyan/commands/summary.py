"""`jianyan summary export ID` and `jianyan summary verify FILE.json`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from consultations.documents import FORMATS
from consultations.documents.content import from_content
from consultations.documents.model import SummaryDocument
from consultations.documents.verify import verify as check
from consultations.queries.summary_check import against_journals, journal_heads
from consultations.queries.summary_document import summary_document
from jianyan.commands.failure import CommandFailed
from jianyan.commands.whole_file import replace_file
from jianyan.commands.words import reason
from jianyan.language import gettext as _

UNREADABLE = frozenset({"not_json", "unknown_schema", "shape"})


@click.group(help=_("Export or verify a summary."))
def command() -> None:
    """Hold `export` and `verify` together."""


@command.command(help=_("Write a summary as a file; drafts too."))
@click.argument("summary", type=click.IntRange(min=1))
@click.option("--format", "name", type=click.Choice(list(FORMATS)), required=True, help=_("The format."))
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help=_("The file; it is replaced only once the new one is whole."),
)
def export(summary: int, name: str, out: Path) -> None:
    """Render, write beside the target, put in its place."""
    content = FORMATS[name].render(summary_document(summary))
    try:
        replace_file(out, content)
    except OSError as error:
        raise CommandFailed(_("Cannot write to {}: {}").format(out, reason(error))) from error
    click.echo(_("{} bytes written to {}").format(len(content), out))


@command.command(
    help=_("Check every number and citation of an exported JSON, and the journals that are here.")
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
def verify(file: Path) -> None:
    """One line for everything that does not hold, and then 1; otherwise what was checked."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise CommandFailed(_("Cannot read {}: {}").format(file, reason(error))) from error
    heads, lines = _findings(data)
    for line in lines:
        click.echo(" ".join(line.split()))
    if lines:
        raise CommandFailed(_("{} findings: the summary does not hold.").format(len(lines)))
    click.echo(_("Every number and citation holds."))
    if heads is None:
        click.echo(_("No topic of this summary is in this database: no journal was compared."))
    else:
        click.echo(_("The journals of {} topics hold and agree.").format(len(heads)))


def _findings(data: bytes) -> tuple[dict[int, str] | None, list[str]]:
    """(journal heads here, sentences); of a file that is no summary at all, only why."""
    first = check(data)
    if any(finding.code in UNREADABLE for finding in first):
        return None, [finding.message for finding in first]
    document = from_content(json.loads(data), SummaryDocument)
    heads = journal_heads(document.snapshot)
    findings = check(data, journal_heads=heads)
    return heads, [*(finding.message for finding in findings), *against_journals(document)]
