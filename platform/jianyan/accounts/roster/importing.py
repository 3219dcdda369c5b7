"""The whole import: every row decided, written in a savepoint of its own, and answered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from typing import NoReturn

from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext as _

from ..models import Body
from .answers import Action, Answer, Outcome, Reason, Report, RowRefused
from .columns import Column
from .deciding import Decider, Entry
from .register import Register
from .table import Line, Table
from .widths import refuse_wrong_width
from .writing import Written, write

Watch = Callable[[Sequence[Line]], Iterable[Line]]


def import_roster(
    table: Table[Column], committee: Body, *, dry_run: bool = False, strict: bool = False, watch: Watch = iter
) -> Report:
    """Import what can be imported and answer every row.

    `dry_run` answers the same and writes nothing; `strict` writes nothing if one row is refused. Both hold one
    transaction open throughout; otherwise each row has its own. `watch` gives the lines again, and sees them pass.
    """
    together = dry_run or strict
    with transaction.atomic() if together else nullcontext():
        answers = _answer_all(table, committee, watch)
        outcome = Outcome.IMPORTED
        if dry_run:
            outcome = Outcome.TRIED
        elif strict and any(answer.action is Action.REJECT for answer in answers):
            outcome = Outcome.WITHHELD
        if outcome is not Outcome.IMPORTED:
            transaction.set_rollback(True)
    return Report(committee.name, outcome, answers, table.ignored)


def _answer_all(table: Table[Column], committee: Body, watch: Watch) -> list[Answer]:
    decider = Decider(Register.load(committee))
    return [_answer(table, decider, row, line) for row, line in enumerate(watch(table.lines), 1)]


def _answer(table: Table[Column], decider: Decider, row: int, line: Line) -> Answer:
    try:
        entry = decider.decide(row, _cells(table, decider, line))
        written = _write(entry, decider.register.committee)
    except RowRefused as refused:
        return Answer(
            row, line.number, Action.REJECT, reason=refused.reason, conflicts_with=refused.conflicts_with
        )
    decider.take(entry)
    return Answer(
        row,
        line.number,
        _action(entry, written),
        normalised=entry.normalised,
        warnings=(*entry.warnings, *_news(written)),
        user_id=written.user.pk,
    )


def _cells(table: Table[Column], decider: Decider, line: Line) -> dict[Column, str]:
    """Column → text. Raises RowRefused for a line that repeats the headings or has too many or too few cells."""
    width = len(table.headings)
    cells = line.cells
    if not table.delimiter:
        cells += ("",) * (width - len(cells))
    if len(cells) != width:
        refuse_wrong_width(table, decider, cells)
    if [cell.strip() for cell in cells] == [heading.strip() for heading in table.headings]:
        raise RowRefused(
            "header_repeated",
            _("the same as the headings, probably brought in by pasting several tables together; skipped."),
        )
    return table.row(cells)


def _write(entry: Entry, committee: Body) -> Written:
    try:
        with transaction.atomic():
            return write(entry, committee)
    except (IntegrityError, DataError) as error:
        _refuse_stored(error)


def _refuse_stored(error: Exception) -> NoReturn:
    raise RowRefused(
        "not_stored",
        _("the database did not take it, perhaps because somebody else is importing; please try again."),
    ) from error


def _action(entry: Entry, written: Written) -> Action:
    if not written.created:
        return Action.UPDATE if written.changed else Action.UNCHANGED
    return Action.NORMALISE if entry.normalised else Action.ACCEPT


def _news(written: Written) -> list[Reason]:
    news = []
    if written.changed:
        columns = "、".join(column.value for column in written.changed)
        news.append(Reason("member_updated", _("updated: %(columns)s") % {"columns": columns}))
    if not written.created and not written.user.is_active:
        news.append(Reason("member_inactive", _("the account is deactivated and stays so")))
    return news
