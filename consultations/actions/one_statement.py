"""What every change of one statement begins with."""

from __future__ import annotations

import datetime as dt

from jianyan.accounts.roles import Actor

from ..errors import UnknownPassage
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
