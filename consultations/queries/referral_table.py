"""Referrals as one table, for whoever takes them away as a file."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ..documents.tables import Cell, Table
from ..enums import Satisfied
from .referral_rows import ReferralRow


def table_of(rows: Iterable[ReferralRow]) -> Table:
    """One row for each referral, in the language that is active; days are dates and counts are numbers."""
    degrees = tuple(str(degree.label) for degree in Satisfied)
    return Table(
        name=_("Follow-up"),
        columns=(
            _("Referral no."),
            _("Deliberation"),
            _("Summary no."),
            _("What is to be done"),
            _("Suggestions"),
            _("Theme"),
            _("Body in charge"),
            _("Bodies that help"),
            _("State"),
            _("Under oversight"),
            _("Referred on"),
            _("Due date"),
            _("Days overdue"),
            _("Accepted on"),
            _("Answered on"),
            _("Class of the reply"),
            _("Reply"),
            *degrees,
            _("Closed on"),
            _("Outcomes"),
        ),
        rows=(_row(row, degrees) for row in rows),
    )


def _row(row: ReferralRow, degrees: tuple[str, ...]) -> tuple[Cell, ...]:
    between = pgettext("between names", ", ")
    said = dict(row.satisfied)
    answer = row.answer
    several = len({idea.topic_id for idea in row.ideas}) > 1
    return (
        row.id,
        row.deliberation,
        row.number,
        row.item,
        between.join(f"{idea.topic} #{idea.number}" if several else f"#{idea.number}" for idea in row.ideas),
        between.join(dict.fromkeys(idea.theme for idea in row.ideas if idea.theme)),
        row.lead,
        between.join(row.helping),
        row.state_name,
        _("Yes") if row.supervised else "",
        row.issued,
        row.due,
        row.overdue or None,
        row.accepted,
        row.answered,
        f"{answer.letter} {answer.meaning}".strip() if answer is not None else "",
        answer.text if answer is not None else "",
        *(said.get(degree) for degree in degrees),
        row.closed,
        "\n".join(
            f"{one.day.isoformat()} {one.kind_name} {one.level_name} {one.words}" for one in row.outcomes
        ),
    )
