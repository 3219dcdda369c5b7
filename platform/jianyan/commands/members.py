"""`jianyan members import`: a roster of members from a CSV or Excel file."""

from __future__ import annotations

import json
from pathlib import Path

import click
from django.db.models import Q

from jianyan.accounts.enums import BodyKind
from jianyan.accounts.models import Body
from jianyan.accounts.roster.answers import Action, Answer, Outcome, Report
from jianyan.accounts.roster.files import read_roster
from jianyan.accounts.roster.importing import import_roster
from jianyan.accounts.roster.passwords import hand_out
from jianyan.accounts.roster.table import NotAList
from jianyan.commands.failure import CommandFailed, WronglyConfigured
from jianyan.commands.progress import watched
from jianyan.commands.words import reason
from jianyan.language import gettext as _


@click.group(help=_("Import a roster of members."))
def command() -> None:
    """Hold the one verb there is so far."""


@command.command(
    "import",
    help=_(
        "Import the members listed in FILE (.csv or .xlsx). Every row is answered: taken as it is, taken after "
        "normalising, bringing news of a known member, unchanged, or refused with a reason. "
        "Ends with 1 if a row was refused."
    ),
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help=_("Answer every row, but write nothing."))
@click.option("--strict", is_flag=True, help=_("Write nothing at all if one row is refused."))
@click.option("--body", metavar=_("NAME|ID"), help=_("The committee; needed only where there are several."))
@click.option("--sheet", metavar=_("NAME"), help=_("The sheet of a workbook that has several rosters."))
@click.option("--json", "as_json", is_flag=True, help=_("Print the answers as JSON."))
@click.option(
    "--initial-passwords",
    metavar=_("NEW.csv"),
    type=click.Path(path_type=Path),
    help=_(
        "Give everybody in FILE who has no password a random first one, written to this new file; "
        "it must be changed at the first sign-in."
    ),
)
def import_(
    file: Path,
    *,
    dry_run: bool,
    strict: bool,
    body: str | None,
    sheet: str | None,
    as_json: bool,
    initial_passwords: Path | None,
) -> None:
    """Read, import, print; ends with 1 when a row or the file was refused, with 2 on wrong usage."""
    if initial_passwords is not None:
        _require_new(initial_passwords, dry_run=dry_run)
    committee = find_committee(body)
    try:
        table = read_roster(file, sheet=sheet)
    except NotAList as refusal:
        raise CommandFailed(str(refusal)) from refusal
    report = import_roster(
        table,
        committee,
        dry_run=dry_run,
        strict=strict,
        watch=lambda lines: watched(lines, _("Importing"), length=len(lines)),
    )
    if as_json:
        click.echo(json.dumps({"file": file.name, **report.as_json()}, ensure_ascii=False, indent=2))
    else:
        _print(report)
    if initial_passwords is not None and report.outcome is Outcome.IMPORTED:
        _hand_out(report, initial_passwords)
    if report.rejected:
        raise SystemExit(1)


def find_committee(wanted: str | None) -> Body:
    """The committee of that id, name or short name, or the only root there is; ends with 2 where that is none."""
    committees = Body.objects.filter(kind=BodyKind.COMMITTEE)
    if wanted is None:
        found = list(committees.filter(parent__isnull=True))
    else:
        named = Q(name=wanted) | Q(short_name=wanted)
        number = Q(pk=int(wanted)) if wanted.isdecimal() else Q(pk__in=())
        found = list(committees.filter(named | number))
    if len(found) == 1:
        return found[0]
    if wanted is not None:
        raise WronglyConfigured(_("There is no committee {}, or more than one.").format(wanted))
    if found:
        names = "、".join(f"{committee.pk} {committee.name}" for committee in found)
        raise WronglyConfigured(_("There are several committees; name one with --body: {}").format(names))
    raise WronglyConfigured(
        _("There is no committee yet. Create it with its sectors in the administration, or run: jianyan demo")
    )


def _require_new(path: Path, *, dry_run: bool) -> None:
    if dry_run:
        raise WronglyConfigured(_("--initial-passwords and --dry-run exclude each other."))
    try:
        taken = path.exists()
    except OSError as error:
        raise WronglyConfigured(_no_passwords(path, error)) from error
    if taken:
        raise WronglyConfigured(_("The file {} exists already; passwords go into a new one.").format(path))
    if not path.absolute().parent.is_dir():
        raise WronglyConfigured(_("There is no folder {}.").format(path.absolute().parent))


def _no_passwords(path: Path, error: OSError) -> str:
    return _("The passwords could not be written to {}: {}").format(path, reason(error))


def _hand_out(report: Report, path: Path) -> None:
    users = [answer.user_id for answer in report.answers if answer.user_id is not None]
    try:
        count = hand_out(users, path)
    except OSError as error:
        raise CommandFailed(_no_passwords(path, error)) from error
    # Standard error: with --json, standard output is for the answers alone.
    click.echo(_("First passwords given: {}").format(count), err=True)


def _print(report: Report) -> None:
    for answer in report.answers:
        for line in _lines(answer):
            click.echo(line)
    if report.ignored:
        click.echo(_("Columns not read: {}").format("、".join(report.ignored)))
    summary = " · ".join(f"{_labels()[Action(action)]} {count}" for action, count in report.summary.items())
    click.echo(f"{report.body} — {summary}")
    click.echo(
        {
            Outcome.IMPORTED: _("Imported."),
            Outcome.TRIED: _("Only tried: nothing was written."),
            Outcome.WITHHELD: _("Nothing was written, because rows were refused and --strict was given."),
        }[report.outcome]
    )


def _labels() -> dict[Action, str]:
    return {
        Action.ACCEPT: _("taken as it is"),
        Action.NORMALISE: _("taken after normalising"),
        Action.UPDATE: _("updated"),
        Action.UNCHANGED: _("unchanged"),
        Action.REJECT: _("refused"),
    }


def _lines(answer: Answer) -> list[str]:
    """What somebody should read about this row; nothing where all is well."""
    if answer.reason is not None:
        return [f"✗ {answer.reason.about_row(answer.row)['message']} [{answer.reason.code}]"]
    label = _("Row {}").format(answer.row)
    changes = [f"~ {label} {column} → {value}" for column, value in answer.normalised.items()]
    return changes + [f"! {label} {warning}" for warning in answer.warnings]
