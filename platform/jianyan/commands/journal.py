"""`jianyan journal verify TOPIC` and `jianyan journal export TOPIC`."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from consultations.actions.verifying import verify_journal
from consultations.queries.journal_export import journal_lines
from jianyan.commands.failure import CommandFailed
from jianyan.commands.whole_file import replace_file
from jianyan.commands.words import reason
from jianyan.language import gettext as _


@click.group(help=_("Verify or export a topic's journal."))
def command() -> None:
    """Hold `verify` and `export` together."""


@command.command(help=_("Recompute a topic's chain, count its votes anew and compare with the tables."))
@click.argument("topic", type=click.IntRange(min=1))
def verify(topic: int) -> None:
    """Say what holds; ends with 1 and names the first broken entry or suggestion where something does not."""
    verdict = verify_journal(topic_id=topic)
    click.echo(_("Topic {}: {}").format(verdict.topic_id, verdict.title))
    if verdict.faults:
        raise CommandFailed(" ".join(fault.sentence for fault in verdict.faults))
    click.echo(
        _("{} entries and {} standing votes verified; the tables agree.").format(
            verdict.entries, verdict.votes
        )
    )
    click.echo(_("Head: {}").format(verdict.head))


@command.command(
    help=_("Write a topic's journal as JSON Lines; docs/verify.md says how to check it without us.")
)
@click.argument("topic", type=click.IntRange(min=1))
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help=_("The file; standard output otherwise.")
)
def export(topic: int, out: Path | None) -> None:
    """Write one entry per line."""
    _write(journal_lines(topic), out)


def _write(lines: Iterable[str], out: Path | None) -> None:
    # The bytes are what is hashed: no platform's line endings, no other encoding.
    encoded = (line.encode() + b"\n" for line in lines)
    try:
        if out is not None:
            replace_file(out, b"".join(encoded))
        else:
            sys.stdout.buffer.writelines(encoded)
            sys.stdout.buffer.flush()
    except BrokenPipeError:
        # Whoever reads has read enough.
        raise
    except OSError as error:
        where = out or _("standard output")
        raise CommandFailed(_("Cannot write to {}: {}").format(where, reason(error))) from error
