"""What every change of one statement begins and ends with."""

from __future__ import annotations

import datetime as dt

from jianyan.accounts.roles import Actor

from ..errors import ChangedMeanwhile, UnknownPassage
from ..models import Statement
from .summaries import Opened, open_summary


def open_statement(statement_id: int, *, by: Actor, at: dt.datetime) -> tuple[Opened, Statement]:
    """Its summary, open to this person, and the statement with its section. Raises UnknownPassage, see `open_summary`."""
    summary_id = (
        Statement.objects.filter(pk=statement_id).values_list("section__summary_id", flat=True).first()
    )
    if summary_id is None:
        raise UnknownPassage
    opened = open_summary(summary_id, by=by, at=at)
    return opened, Statement.objects.select_related("section").get(pk=statement_id)


def unchanged_since(statement: Statement, edition: int) -> None:
    """Raises ChangedMeanwhile where somebody else has changed it."""
    if statement.edition != edition:
        raise ChangedMeanwhile


def save_statement(statement: Statement, *fields: str) -> None:
    """These fields, and a further edition."""
    statement.edition += 1
    statement.save(update_fields=[*fields, "edition"])
