"""What a rule or a language model has proposed waits in a summary until a person accepts it or sends it back."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from jianyan.accounts.roles import Actor

from ..documents.figures import cited_support
from ..enums import Pending, StatementKind
from ..models import Statement, Suggestion, SummarySection
from .editions import save_passage, unchanged_since
from .one_statement import open_statement
from .summaries import Opened


@transaction.atomic
def accept_pending(*, statement_id: int, edition: int, by: Actor, at: dt.datetime) -> Statement:
    """Let it stand where it is. Raises ChangedMeanwhile where somebody has changed it since `edition`."""
    opened, statement = open_statement(statement_id, by=by, at=at)
    if statement.pending:
        unchanged_since(statement, edition)
        _settle(opened, statement, "accepted")
    return statement


@transaction.atomic
def send_back(*, statement_id: int, edition: int, by: Actor, at: dt.datetime) -> Statement:
    """Do not accept it: a proposed consensus goes to its theme, what a model has worded is taken out.

    There it stands behind what has as much support; it can be put back. Raises ChangedMeanwhile.
    """
    opened, statement = open_statement(statement_id, by=by, at=at)
    if not statement.pending:
        return statement
    unchanged_since(statement, edition)
    if statement.pending == Pending.MODEL:
        # It stays a proposal: whoever puts it back has not accepted it by that.
        statement.removed = True
        save_passage(statement, "removed")
        opened.changed("sent_back", statement=statement.pk)
        return statement
    if statement.section.topic_id is None:
        statement.section = _theme_of(opened, statement)
        _place(opened, statement)
    _settle(opened, statement, "sent_back")
    return statement


def _settle(opened: Opened, statement: Statement, how: str) -> None:
    statement.pending = ""
    save_passage(statement, "pending", "section", "position")
    opened.changed(how, statement=statement.pk, section=statement.section_id)


def _theme_of(opened: Opened, statement: Statement) -> SummarySection:
    """The section whose lead counts what it rests on; else the one of its topic that has its theme, or the last."""
    cited = list(statement.citations.select_related("suggestion__theme").order_by("suggestion__number"))
    sections = opened.summary.sections.filter(topic__isnull=False).order_by("position", "id")
    counting = sections.filter(
        statements__kind=StatementKind.LEAD,
        statements__citations__suggestion__in=[citation.suggestion_id for citation in cited],
    )
    found = counting.first()
    if found is not None:
        return found
    first = cited[0].suggestion if cited else None
    of_topic = [one for one in sections if first is None or one.topic_id == first.topic_id]
    heading = first.theme.name if first is not None and first.theme is not None else ""
    return next((one for one in of_topic if one.heading == heading), of_topic[-1])


def _place(opened: Opened, statement: Statement) -> None:
    """Behind those of its new section that have as much support, as a draft has it; a lead stays first."""
    grouped = Suggestion.objects.filter(topic__in=opened.topics, merged_into__isnull=False)
    merged = dict(grouped.values_list("id", "merged_into_id"))

    def support(one: Statement) -> int:
        return cited_support([(cited.suggestion_id, cited.support) for cited in one.citations.all()], merged)

    rows = statement.section.statements.filter(removed=False).prefetch_related("citations")
    standing = list(rows.order_by("position", "id"))
    own = support(statement)
    place = next(
        (
            number
            for number, one in enumerate(standing)
            if one.kind != StatementKind.LEAD and support(one) < own
        ),
        len(standing),
    )
    standing.insert(place, statement)
    for position, one in enumerate(standing):
        one.position = position
    Statement.objects.bulk_update([one for one in standing if one.pk != statement.pk], ["position"])
