"""Each row of a file: is it new, has it changed, is it known as it is, or can it not be taken? Nothing is written."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import and_

from django.utils.translation import gettext as _

from ..enums import OutcomeKind, Sponsor
from .columns import EventColumn, OutcomeColumn, SubmissionColumn
from .comparing import event_changes, outcome_changes, submission_changes, unknown_co_hosts
from .known import Known
from .naming import channel_meant, likely_kind
from .plan import (
    Change,
    EventDecision,
    NewChannel,
    OutcomeDecision,
    Plan,
    SubmissionDecision,
    Unknown,
    Verdict,
)
from .reading import LONGEST_AMOUNT_OF, LONGEST_NUMBER
from .rows import EventRow, Fault, OutcomeRow, Rows, SubmissionRow


class NotTaken(Exception):
    """This row cannot be taken; the column that is why, or none, and a sentence for the reader."""

    def __init__(self, column: str, text: str) -> None:
        super().__init__(text)
        self.column = column


def plan_of(rows: Rows, known: Known) -> Plan:
    """Decide about every row."""
    decider = _Decider(known, list(rows.faults))
    for event in rows.events:
        try:
            decider.take_event(event)
        except NotTaken as why:
            decider.faults.append(Fault(event.where, why.column, str(why)))
    for outcome in rows.outcomes:
        try:
            decider.take_outcome(outcome, decider.event_of(outcome))
        except NotTaken as why:
            decider.faults.append(Fault(outcome.where, why.column, str(why)))
    for submission in rows.submissions:
        try:
            decider.take_submission(submission)
        except NotTaken as why:
            decider.faults.append(Fault(submission.where, why.column, str(why)))
    return decider.plan(rows)


@dataclass(slots=True)
class _Decider:
    """What has been decided so far; `seen` is what each row of the file was taken for, with where it stands."""

    known: Known
    faults: list[Fault]
    events: dict[str, EventDecision] = field(default_factory=dict)
    outcomes: dict[str, OutcomeDecision] = field(default_factory=dict)
    submissions: dict[str, SubmissionDecision] = field(default_factory=dict)
    gone: list[int] = field(default_factory=list)
    hosts: Counter[str] = field(default_factory=Counter)
    sponsors: Counter[str] = field(default_factory=Counter)
    channels: dict[str, list[frozenset[str]]] = field(default_factory=dict)
    sources: dict[str, list[str]] = field(default_factory=dict)
    seen: dict[tuple[object, ...], str] = field(default_factory=dict)

    def plan(self, rows: Rows) -> Plan:
        """All of it; every fault in the order in which it was found."""
        bodies = [Unknown(name, count, likely_kind(name) or "") for name, count in self.hosts.items()]
        bodies += [
            Unknown(name, count, likely_kind(name, sponsor=True) or "")
            for name, count in self.sponsors.items()
            if name not in self.hosts
        ]
        return Plan(
            events=tuple(self.events.values()),
            outcomes=tuple(self.outcomes.values()),
            submissions=tuple(self.submissions.values()),
            gone=tuple(self.gone),
            faults=tuple(self.faults),
            bodies=tuple(bodies),
            channels=tuple(
                NewChannel(name, len(every), tuple(sorted(reduce(and_, every))))
                for name, every in self.channels.items()
            ),
            examples=rows.examples,
            ignored=rows.ignored,
        )

    # --- events

    def take_event(self, row: EventRow) -> None:
        """Decide about an event, and about what the same row says came of it. Raises NotTaken."""
        counts_as = self._counts_as(row)
        source = self._source(row)
        self._require_new((source,), row.where)
        self._require_new((row.date, row.host, row.title), row.where)
        host = self.known.names.host(row.host)
        host_id = host.pk if host is not None else None
        channel_id = channel_meant(row.channel, self.known.channels)
        earlier = self.known.events.get(source)
        changes: tuple[Change, ...] = ()
        if earlier is not None:
            # Whoever was chosen once for a name that nobody has stays chosen.
            host_id = host_id or earlier.host_id
            channel_id = channel_id or earlier.channel_id
            changes = event_changes(row, earlier, host_id, channel_id, counts_as, self.known)
        elif (row.date, host_id, row.title) in self.known.held:
            raise NotTaken("", _("an event of this title, host and day is there already."))
        if host_id is None:
            self.hosts[row.host] += 1
        if channel_id is None:
            self.channels.setdefault(row.channel, []).append(frozenset(counts_as or ()))
        self.hosts.update(unknown_co_hosts(row.co_hosts or (), earlier, self.known))
        verdict = _verdict(
            changes, known=earlier is not None, withdrawn=earlier is not None and earlier.withdrawn
        )
        row = replace(row, counts_as=counts_as)
        self.events[source] = EventDecision(source, verdict, row, channel_id, host_id, changes, earlier)
        if row.number:
            self.sources.setdefault(row.number, []).append(source)
        if row.outcomes is not None:
            self._take_outcomes_of(source, row.outcomes)

    def _take_outcomes_of(self, source: str, outcomes: Sequence[OutcomeRow]) -> None:
        for outcome in outcomes:
            try:
                self.take_outcome(outcome, source)
            except NotTaken as why:
                self.faults.append(Fault(outcome.where, why.column, str(why)))
        keys = {outcome.key for outcome in outcomes}
        self.gone += [pk for key, pk in self.known.outcomes_of.get(source, {}).items() if key not in keys]

    def _counts_as(self, row: EventRow) -> tuple[str, ...] | None:
        """The short names of what it counts as."""
        if row.counts_as is None:
            return None
        for word in row.counts_as:
            if word not in self.known.categories:
                raise NotTaken(
                    EventColumn.COUNTS_AS.value, _("there is no category “%(name)s”.") % {"name": word}
                )
        return tuple(sorted({self.known.categories[word] for word in row.counts_as}))

    def _source(self, row: EventRow) -> str:
        """By the number in the file, or where it has none by day, host and title; the same in every file."""
        name = row.number
        if "/" in name:
            raise NotTaken(EventColumn.NUMBER.value, _("a number has no “/”."))
        if not name:
            told = f"{row.date.isoformat()}\n{row.host}\n{row.title}"
            name = hashlib.sha256(told.encode()).hexdigest()[:20]
        return f"{self.known.prefix}{row.date.year}/{name}"

    def _require_new(self, key: tuple[object, ...], where: str) -> None:
        if key in self.seen:
            raise NotTaken("", _("the same event as in %(where)s.") % {"where": self.seen[key]})
        self.seen[key] = where

    # --- outcomes

    def event_of(self, row: OutcomeRow) -> str:
        """The source of the event whose number it names, in this file or an earlier one. Raises NotTaken."""
        found = self.sources.get(row.event) or self.known.sources.get(row.event, [])
        if len(found) == 1:
            return found[0]
        text = (
            _("several events have the number “%(number)s”.")
            if found
            else _("no event has the number “%(number)s”.")
        )
        raise NotTaken(OutcomeColumn.EVENT.value, text % {"number": row.event[:LONGEST_NUMBER]})

    def take_outcome(self, row: OutcomeRow, event: str) -> None:
        """Decide about what came of an event. Raises NotTaken."""
        decided = self.events.get(event)
        earlier_event = self.known.events.get(event)
        if decided is not None:
            date, title = decided.row.date, decided.row.title
        elif earlier_event is not None:
            date, title = earlier_event.date, earlier_event.title
        else:
            raise NotTaken(OutcomeColumn.EVENT.value, _("its event is not taken."))
        source = f"{event}/{row.key}"
        row = replace(row, date=row.date or date)
        if row.amount is not None and not row.amount_of:
            row = replace(row, amount_of=row.words[:LONGEST_AMOUNT_OF])
        if row.kind == OutcomeKind.RESOLVED and not row.evidence:
            # What is solved has evidence; here it is the record of the event itself. The same words in every language.
            number = f"，{row.event}" if row.event else ""
            row = replace(row, evidence=f"活动登记：《{title}》（{date.isoformat()}{number}）")
        earlier = self.known.outcomes.get(source)
        changes = outcome_changes(row, earlier) if earlier is not None else ()
        withdrawn = (earlier is not None and earlier.withdrawn) or (
            earlier_event is not None and earlier_event.withdrawn
        )
        verdict = _verdict(changes, known=earlier is not None, withdrawn=withdrawn)
        known_id = earlier.id if earlier is not None else None
        self.outcomes[source] = OutcomeDecision(source, verdict, event, row, changes, known_id)

    # --- submissions

    def take_submission(self, row: SubmissionRow) -> None:
        """Decide about a proposal. Raises NotTaken."""
        source = f"{self.known.prefix}{row.filed.year}/{row.number}"
        if source in self.submissions:
            where = self.submissions[source].row.where
            raise NotTaken(
                SubmissionColumn.NUMBER.value, _("the same number as in %(where)s.") % {"where": where}
            )
        earlier = self.known.submissions.get(source)
        if earlier is None and row.number in self.known.numbers:
            raise NotTaken(SubmissionColumn.NUMBER.value, _("a proposal with this number is there already."))
        sponsor_id, members = self._sponsor(row, known=earlier is not None)
        changes = submission_changes(row, earlier) if earlier is not None else ()
        verdict = _verdict(
            changes, known=earlier is not None, withdrawn=earlier is not None and earlier.withdrawn
        )
        known_id = earlier.id if earlier is not None else None
        self.submissions[source] = SubmissionDecision(
            source, verdict, row, sponsor_id, members, changes, known_id
        )

    def _sponsor(self, row: SubmissionRow, *, known: bool) -> tuple[int | None, tuple[int, ...]]:
        """The body, or the members of these names as far as they are known."""
        if row.sponsor_kind in (Sponsor.GROUP, Sponsor.COMMITTEE):
            body = self.known.names.sponsor(row.sponsor)
            if body is None and not known:
                self.sponsors[row.sponsor] += 1
            return body.pk if body is not None else None, ()
        found = (self.known.members.get(name) for name in row.names)
        return None, tuple(pk for pk in found if pk is not None)


def _verdict(changes: Sequence[Change], *, known: bool, withdrawn: bool) -> Verdict:
    if withdrawn:
        return Verdict.WITHDRAWN
    if not known:
        return Verdict.NEW
    return Verdict.CHANGED if changes else Verdict.UNCHANGED
