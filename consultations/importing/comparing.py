"""What a row says otherwise than the tables: column by column, in words for the reader."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ..enums import Level, Mode, OutcomeKind, Sponsor, SubmissionState
from .columns import EventColumn, OutcomeColumn, SubmissionColumn
from .known import Known, KnownEvent, KnownOutcome, KnownSubmission
from .plan import Change
from .rows import EventRow, OutcomeRow, SubmissionRow


def event_changes(
    row: EventRow,
    known: KnownEvent,
    host_id: int,
    channel_id: int,
    counts_as: tuple[str, ...] | None,
    tables: Known,
) -> tuple[Change, ...]:
    """What the file does not say stays, and is no change."""
    changes = [
        *_changed(EventColumn.DATE, known.date, row.date),
        *_changed(EventColumn.TITLE, known.title, row.title),
        *_changed(EventColumn.MODE, Mode(known.mode).label, Mode(row.mode).label),
        *_changed(EventColumn.PLACE, known.place, row.place),
        *_changed(EventColumn.ATTENDANCE, known.attendance, row.attendance),
        *_changed(EventColumn.STATEMENTS, known.statements, row.statements),
        *_changed(EventColumn.ACCEPTED, known.accepted, row.accepted),
        *_changed(EventColumn.RESOLVED, known.resolved, row.resolved),
        *_changed(EventColumn.NOTE, known.note, row.note),
    ]
    if channel_id != known.channel_id:
        changes += _changed(EventColumn.CHANNEL, known.channel, row.channel)
    if host_id != known.host_id:
        changes += _changed(EventColumn.HOST, known.host, tables.body_names[host_id])
    if counts_as is not None and counts_as != known.counts_as:
        names = {slug: name for name, slug in tables.categories.items() if name != slug}
        was, becomes = ([names.get(slug, slug) for slug in slugs] for slugs in (known.counts_as, counts_as))
        changes += _changed(EventColumn.COUNTS_AS, _listed(was), _listed(becomes))
    if row.co_hosts is not None:
        changes += _co_hosts(row.co_hosts, known, tables)
    return tuple(changes)


def unknown_co_hosts(names: Sequence[str], known: KnownEvent | None, tables: Known) -> list[str]:
    """The names among these that nobody has, unless somebody was chosen for them once, who stays."""
    unknown = [name for name in names if tables.names.host(name) is None]
    return [] if known is not None and len(names) == len(known.co_hosts) else unknown


def _co_hosts(names: Sequence[str], known: KnownEvent, tables: Known) -> list[Change]:
    found = [tables.names.host(name) for name in names]
    if None in found and not unknown_co_hosts(names, known, tables):
        return []
    ids = sorted(body.pk for body in found if body is not None)
    if None not in found and ids == [pk for pk, _name in known.co_hosts]:
        return []
    return _changed(EventColumn.CO_HOSTS, _listed(name for _pk, name in known.co_hosts), _listed(names))


def outcome_changes(row: OutcomeRow, known: KnownOutcome) -> tuple[Change, ...]:
    """As `event_changes`, of what came of it."""
    kind, level, words, item, amount, amount_of, date, document, evidence = known.values
    return (
        *_changed(OutcomeColumn.KIND, OutcomeKind(kind).label, OutcomeKind(row.kind).label),
        *_changed(OutcomeColumn.LEVEL, Level(level).label, Level(row.level).label),
        *_changed(OutcomeColumn.WORDS, words, row.words),
        *_changed(OutcomeColumn.ITEM, item, row.item),
        *_changed(OutcomeColumn.AMOUNT, _yuan(amount, amount_of), _yuan(row.amount, row.amount_of)),
        *_changed(OutcomeColumn.DATE, date, row.date),
        *_changed(OutcomeColumn.DOCUMENT, document, row.document),
        *_changed(OutcomeColumn.EVIDENCE, evidence, row.evidence),
    )


def submission_changes(row: SubmissionRow, known: KnownSubmission) -> tuple[Change, ...]:
    """As `event_changes`, of a proposal."""
    _number, sponsor_kind, title, sponsor, filed, state = known.values
    return (
        *_changed(SubmissionColumn.KIND, Sponsor(sponsor_kind).label, Sponsor(row.sponsor_kind).label),
        *_changed(SubmissionColumn.TITLE, title, row.title),
        *_changed(SubmissionColumn.SPONSOR, sponsor, row.sponsor),
        *_changed(SubmissionColumn.FILED, filed, row.filed),
        *_changed(SubmissionColumn.STATE, SubmissionState(state).label, SubmissionState(row.state).label),
    )


def _changed(column: EventColumn | OutcomeColumn | SubmissionColumn, was: Any, becomes: Any) -> list[Change]:
    """None: the file does not say."""
    if becomes is None or was == becomes:
        return []
    return [Change(column.value, _shown(was), _shown(becomes))]


def _shown(value: Any) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value) or _("nothing")


def _yuan(amount: Decimal | None, amount_of: str) -> str:
    return "" if amount is None else f"{amount:f} {amount_of}".strip()


def _listed(names: Iterable[str]) -> str:
    return pgettext("between names", ", ").join(names)
