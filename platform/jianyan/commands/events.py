"""`jianyan events import`: events that took place elsewhere, from a CSV, Excel or JSON file."""

from __future__ import annotations

import json
from pathlib import Path

import click
from django.db.models import Q
from django.utils import timezone

from consultations.actions.event_import import import_events, look_at_events
from consultations.actions.event_names import Choices, likely_choices
from consultations.importing.plan import Plan, Verdict
from jianyan.accounts.models import User
from jianyan.accounts.roles import Actor, actor_of
from jianyan.accounts.roster.files import MOST_BYTES
from jianyan.accounts.roster.table import NotAList
from jianyan.commands.failure import CommandFailed, WronglyConfigured
from jianyan.commands.members import find_committee
from jianyan.commands.words import reason
from jianyan.language import gettext as _


@click.group(help=_("Import events that took place outside the platform."))
def command() -> None:
    """Hold the one verb there is so far."""


@command.command(
    "import",
    help=_(
        "Import the events, outcomes and proposals in FILE (.csv, .xlsx or .json). The same file again changes "
        "nothing. Rows that cannot be taken are named and left out; then it ends with 1."
    ),
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--by", required=True, metavar=_("NAME|PHONE"), help=_("The secretary who enters them."))
@click.option("--body", metavar=_("NAME|ID"), help=_("The committee; needed only where there are several."))
@click.option("--dry-run", is_flag=True, help=_("Say what the file would do, but write nothing."))
@click.option(
    "--create",
    is_flag=True,
    help=_("Make bodies and channels that are not there, as what their names probably mean."),
)
@click.option("--json", "as_json", is_flag=True, help=_("Print the answer as JSON."))
def import_(file: Path, *, by: str, body: str | None, dry_run: bool, create: bool, as_json: bool) -> None:
    """Read, look, write, print; ends with 1 when the file or a row was refused, with 2 on wrong usage."""
    committee, actor, at = find_committee(body), _secretary(by), timezone.now()
    content = _content(file)
    try:
        plan = look_at_events(content=content, body_id=committee.pk, by=actor, at=at)
    except NotAList as refusal:
        raise CommandFailed(str(refusal)) from refusal
    missing = bool(plan.bodies or plan.channels)
    if not dry_run and (create or not missing):
        choices = likely_choices(plan) if create else Choices()
        import_events(
            content=content, body_id=committee.pk, choices=choices, seen=plan.digest, by=actor, at=at
        )
    if as_json:
        click.echo(json.dumps(_as_json(plan), ensure_ascii=False, indent=2))
    else:
        _print(plan)
    if dry_run:
        click.echo(_("Only tried: nothing was written."), err=True)
    elif missing and not create:
        raise CommandFailed(_("Nothing was written: some names are not there. Make them with --create."))
    if plan.faults:
        raise SystemExit(1)


def _secretary(by: str) -> Actor:
    found = list(User.objects.filter(Q(username=by) | Q(phone=by) | Q(display_name=by)))
    actor = actor_of(found[0]) if len(found) == 1 else None
    if actor is None:
        raise WronglyConfigured(_("There is nobody called {}, or more than one.").format(by))
    return actor


def _content(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(MOST_BYTES + 1)
    except OSError as error:
        message = _("The file {} cannot be read: {}").format(file, reason(error))
        raise CommandFailed(message) from error


def _lists(plan: Plan) -> dict[str, dict[str, int]]:
    return {
        "events": plan.count(plan.events),
        "outcomes": plan.count(plan.outcomes),
        "submissions": plan.count(plan.submissions),
    }


def _as_json(plan: Plan) -> dict[str, object]:
    return {
        **_lists(plan),
        "gone": len(plan.gone),
        "faults": [{"where": one.where, "column": one.column, "text": one.text} for one in plan.faults],
        "bodies": [{"name": one.name, "rows": one.rows, "likely": one.likely} for one in plan.bodies],
        "channels": [{"name": one.name, "counts_as": list(one.counts_as)} for one in plan.channels],
        "ignored_columns": list(plan.ignored),
    }


def _print(plan: Plan) -> None:
    for fault in plan.faults:
        click.echo(f"✗ {' '.join(part for part in (fault.where, fault.column, fault.text) if part)}")
    for unknown in plan.bodies:
        click.echo(f"? {unknown.name} → {unknown.likely or '—'} ({unknown.rows})")
    for channel in plan.channels:
        click.echo(f"? {channel.name} → {_('channel')} ({channel.rows})")
    names = {"events": _("Events held"), "outcomes": _("Outcomes"), "submissions": _("Proposals")}
    words = {
        Verdict.NEW: _("new"),
        Verdict.CHANGED: _("changed"),
        Verdict.UNCHANGED: _("as before"),
        Verdict.WITHDRAWN: _("taken out by hand"),
    }
    for name, counts in _lists(plan).items():
        told = " · ".join(f"{words[Verdict(verdict)]} {count}" for verdict, count in counts.items())
        click.echo(f"{names[name]} — {told}")
    if plan.gone:
        click.echo(_("Outcomes no longer in the file: {}").format(len(plan.gone)))
    if plan.ignored:
        click.echo(_("Columns not read: {}").format("、".join(plan.ignored)))
