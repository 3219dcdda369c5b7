"""A year of events as JSON: `year`, `sessions` with what came of them, and `proposals`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

import msgspec
from django.utils.translation import gettext as _

from jianyan.accounts.roster.table import NotAList

from .columns import MOST_ROWS, EventColumn, OutcomeColumn, SubmissionColumn
from .reading import Cells, event_of, outcome_of, submission_of
from .rows import Fault, OutcomeRow, Rows


class Year(msgspec.Struct):
    """The file; every session and proposal is looked at by itself."""

    sessions: list[msgspec.Raw]
    year: int | None = None
    proposals: list[msgspec.Raw] = []


class SessionOutcome(msgspec.Struct):
    """What came of a session."""

    kind: str
    level: str
    note: str
    amount: Decimal | None = None
    item: str = ""
    date: str = ""
    reference: str = ""


class Session(msgspec.Struct):
    """An event. `figures` are the short names of what it counts as."""

    id: str
    date: str
    channel: str
    title: str
    host: str
    mode: str = ""
    co_host: str = ""
    place: str = ""
    note: str = ""
    attendance: int = 0
    statements: int = 0
    accepted: int = 0
    resolved: int = 0
    outcomes: list[SessionOutcome] = []
    figures: list[str] = []


class ProposalRow(msgspec.Struct):
    """A proposal."""

    no: str
    kind: str
    title: str
    by: str
    filed: str
    status: str = ""


_YEAR = msgspec.json.Decoder(Year)
_SESSION = msgspec.json.Decoder(Session)
_PROPOSAL = msgspec.json.Decoder(ProposalRow)


def read_json(content: bytes, *, latest: dt.date) -> Rows:
    """All sessions and proposals; raises NotAList where the file is no such thing."""
    try:
        year = _YEAR.decode(content.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NotAList(
            _("This JSON is not a year of events: it needs “sessions”, a list of them.")
        ) from error
    if max(len(year.sessions), len(year.proposals)) > MOST_ROWS:
        raise NotAList(_("The list has more than %(most)s rows; please divide it.") % {"most": MOST_ROWS})
    rows = Rows()
    for place, raw in enumerate(year.sessions, 1):
        _take_session(raw, _("session %(number)s") % {"number": place}, year.year, latest, rows)
    for place, raw in enumerate(year.proposals, 1):
        _take_proposal(raw, _("proposal %(number)s") % {"number": place}, latest, rows)
    return rows


def _take_session(raw: msgspec.Raw, where: str, year: int | None, latest: dt.date, rows: Rows) -> None:
    try:
        session = _SESSION.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        rows.faults.append(_malformed(where, error))
        return
    where = f"{where} {session.id[:40]}".rstrip()
    found = Cells(where, _session_cells(session))
    outcomes = [
        _outcome(one, session, f"{where}, {place}", str(place), latest, found.faults)
        for place, one in enumerate(session.outcomes, 1)
    ]
    event = event_of(found, latest, tuple(outcomes))
    if year is not None and event.date.year != year and not found.faults:
        text = _("%(date)s is not in %(year)s.") % {"date": event.date.isoformat(), "year": year}
        found.faults.append(Fault(where, EventColumn.DATE.value, text))
    if not session.id.strip():
        found.faults.append(Fault(where, EventColumn.NUMBER.value, _("this is empty.")))
    if found.faults:
        rows.faults += found.faults
    else:
        rows.events.append(event)


def _session_cells(session: Session) -> Mapping[EventColumn, str]:
    return {
        EventColumn.NUMBER: session.id,
        EventColumn.DATE: session.date,
        EventColumn.CHANNEL: session.channel,
        EventColumn.TITLE: session.title,
        EventColumn.HOST: session.host,
        EventColumn.MODE: session.mode,
        EventColumn.CO_HOSTS: session.co_host,
        EventColumn.PLACE: session.place,
        EventColumn.NOTE: session.note,
        EventColumn.ATTENDANCE: str(session.attendance),
        EventColumn.STATEMENTS: str(session.statements),
        EventColumn.ACCEPTED: str(session.accepted),
        EventColumn.RESOLVED: str(session.resolved),
        EventColumn.COUNTS_AS: "、".join(session.figures),
    }


def _outcome(
    one: SessionOutcome, session: Session, where: str, key: str, latest: dt.date, faults: list[Fault]
) -> OutcomeRow:
    """A sum that something was turned into is of what its words say; what is solved rests on the session itself."""
    found = Cells(
        where,
        {
            OutcomeColumn.EVENT: session.id,
            OutcomeColumn.KIND: one.kind,
            OutcomeColumn.LEVEL: one.level,
            OutcomeColumn.WORDS: one.note,
            OutcomeColumn.ITEM: one.item,
            OutcomeColumn.AMOUNT: "" if one.amount is None else format(one.amount, "f"),
            OutcomeColumn.DATE: one.date,
            OutcomeColumn.EVIDENCE: one.reference,
        },
    )
    row = outcome_of(found, key, latest)
    faults += found.faults
    return row


def _take_proposal(raw: msgspec.Raw, where: str, latest: dt.date, rows: Rows) -> None:
    try:
        proposal = _PROPOSAL.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        rows.faults.append(_malformed(where, error))
        return
    found = Cells(
        f"{where} {proposal.no[:40]}",
        {
            SubmissionColumn.NUMBER: proposal.no,
            SubmissionColumn.KIND: proposal.kind,
            SubmissionColumn.TITLE: proposal.title,
            SubmissionColumn.SPONSOR: proposal.by,
            SubmissionColumn.FILED: proposal.filed,
            SubmissionColumn.STATE: proposal.status,
        },
    )
    submission = submission_of(found, latest)
    if found.faults:
        rows.faults += found.faults
    else:
        rows.submissions.append(submission)


def _malformed(where: str, error: Exception) -> Fault:
    return Fault(
        where, "", _("a value is missing or of another kind than expected: %(why)s") % {"why": error}
    )
