"""`jianyan report YEAR`: the annual report of a body as a file."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click
import structlog
from django.utils import timezone

from consultations.documents.report import FORMATS
from consultations.periods import YEARS, Period, of_year
from consultations.queries.exports import Exported
from consultations.queries.report_export import exported, unwritten
from consultations.queries.reports import body_named, committee, in_force
from jianyan.accounts.models import Body
from jianyan.commands.failure import CommandFailed, WronglyConfigured
from jianyan.commands.whole_file import replace_file
from jianyan.commands.words import reason
from jianyan.language import gettext as _

log = structlog.get_logger(__name__)


@click.command(
    help=_("Write the annual report as a file: the signed one, else the draft with figures as of now.")
)
@click.argument("year", type=click.IntRange(min=YEARS[0], max=YEARS[-1]))
@click.option("--format", "name", type=click.Choice(tuple(FORMATS)), required=True, help=_("The format."))
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help=_("The file; it is replaced only once the new one is whole."),
)
@click.option("--body", help=_("The name of the body; the committee at the top where none is given."))
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), help=_("The first day, of another period than the year.")
)
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help=_("The last day."))
@click.option("--draft", is_flag=True, help=_("The draft with figures as of now, even where one is signed."))
def command(
    year: int,
    name: str,
    out: Path,
    body: str | None,
    since: dt.datetime | None,
    until: dt.datetime | None,
    *,
    draft: bool,
) -> None:
    """Count, render, write beside the target, put in its place."""
    of = _body(body)
    period = _period(year, since, until)
    file = _file(of, period, name, draft=draft)
    try:
        replace_file(out, file.content)
    except OSError as error:
        raise CommandFailed(_("Cannot write to {}: {}").format(out, reason(error))) from error
    log.info("report exported", body_id=of.pk, since=str(period.since), until=str(period.until), format=name)
    click.echo(_("{} bytes written to {}").format(len(file.content), out))


def _body(name: str | None) -> Body:
    found = committee() if name is None else body_named(name)
    if found is None:
        raise CommandFailed(
            _("There is no committee.")
            if name is None
            else _("No body, or more than one, is named {}.").format(name)
        )
    return found


def _period(year: int, since: dt.datetime | None, until: dt.datetime | None) -> Period:
    usual = of_year(year)
    try:
        return Period(
            since.date() if since is not None else usual.since,
            until.date() if until is not None else usual.until,
        )
    except ValueError:
        raise WronglyConfigured(_("The last day lies before the first one.")) from None


def _file(body: Body, period: Period, name: str, *, draft: bool) -> Exported:
    at = timezone.now()
    report = in_force(body, period, draft=draft)
    return unwritten(body, period, name, at=at) if report is None else exported(report, name, at=at)
