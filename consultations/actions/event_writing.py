"""Writes what was decided about the rows of an import, many rows with few queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import F
from django.utils import timezone

from jianyan.accounts.roles import Actor

from ..enums import SubmissionKind
from ..event_days import moved_to, whole_day
from ..importing.columns import EventColumn
from ..importing.known import Known, KnownEvent
from ..importing.plan import Decision, EventDecision, OutcomeDecision, Plan, SubmissionDecision, Verdict
from ..importing.rows import EventRow, OutcomeRow
from ..models import Category, Deliberation, EventRecord, Outcome, OutcomeCover, Submission
from ..queries.joining import free_record_codes
from .event_names import Made
from .outcomes import OutcomeFacts, accepted

BATCH = 500
Decided = TypeVar("Decided", bound=Decision)

OF_THE_EVENT = frozenset(
    {
        EventColumn.DATE,
        EventColumn.CHANNEL,
        EventColumn.HOST,
        EventColumn.TITLE,
        EventColumn.MODE,
        EventColumn.PLACE,
    }
)
"""What the deliberation itself says; everything else is its record's."""

OwnCategory = Deliberation.categories.through
CoHost = EventRecord.co_hosts.through
SubmissionMember = Submission.members.through


@dataclass(frozen=True, slots=True)
class Writer:
    """With what is known and what names mean, by one person at one instant."""

    known: Known
    made: Made
    by: Actor
    at: dt.datetime

    def write(self, plan: Plan) -> None:
        """All that is new or changed; what is unchanged or was taken out is left alone."""
        ids = {source: one.deliberation_id for source, one in self.known.events.items()}
        ids |= self._new_events(_those(plan.events, Verdict.NEW))
        for event in _those(plan.events, Verdict.CHANGED):
            if event.known is not None:
                self._change_event(event, event.known)
        hosts = {source: one.host_id for source, one in self.known.events.items()}
        hosts |= {one.source: self._host(one) for one in plan.events}
        self._new_outcomes(_those(plan.outcomes, Verdict.NEW), ids, hosts)
        for outcome in _those(plan.outcomes, Verdict.CHANGED):
            Outcome.objects.filter(pk=outcome.known_id or 0).update(
                **self._outcome_fields(outcome.row, hosts[outcome.event]), edition=F("edition") + 1
            )
        Outcome.objects.filter(pk__in=plan.gone).update(withdrawn_at=self.at, edition=F("edition") + 1)
        self._new_submissions(_those(plan.submissions, Verdict.NEW))
        for submission in _those(plan.submissions, Verdict.CHANGED):
            Submission.objects.filter(pk=submission.known_id or 0).update(
                **self._submission_fields(submission), edition=F("edition") + 1
            )

    # --- events

    def _host(self, decision: EventDecision) -> int:
        return decision.host_id or self.made.bodies[decision.row.host]

    def _channel(self, decision: EventDecision) -> int:
        return decision.channel_id or self.made.channels[decision.row.channel]

    def _new_events(self, decisions: Sequence[EventDecision]) -> dict[str, int]:
        """Source → id of its deliberation."""
        codes = free_record_codes(len(decisions))
        events = []
        for decision, code in zip(decisions, codes, strict=True):
            starts_at, ends_at = whole_day(decision.row.date)
            events.append(
                Deliberation(
                    channel_id=self._channel(decision),
                    host_id=self._host(decision),
                    title=decision.row.title,
                    mode=decision.row.mode,
                    place=decision.row.place or "",
                    starts_at=starts_at,
                    ends_at=ends_at,
                    join_code=code,
                )
            )
        Deliberation.objects.bulk_create(events, batch_size=BATCH)
        own: list[Any] = []
        co_hosts: list[Any] = []
        records = [
            EventRecord(
                deliberation=event,
                dated_only=True,
                source=decision.source,
                entered_by_id=self.by.user_id,
                entered_at=self.at,
                **_counted(decision.row),
            )
            for event, decision in zip(events, decisions, strict=True)
        ]
        EventRecord.objects.bulk_create(records, batch_size=BATCH)
        for event, record, decision in zip(events, records, decisions, strict=True):
            own += [OwnCategory(deliberation=event, category=one) for one in self._categories(decision.row)]
            co_hosts += [CoHost(eventrecord=record, body_id=pk) for pk in self._co_hosts(decision.row)]
        OwnCategory.objects.bulk_create(own, batch_size=BATCH)
        CoHost.objects.bulk_create(co_hosts, batch_size=BATCH)
        return {decision.source: event.pk for event, decision in zip(events, decisions, strict=True)}

    def _change_event(self, decision: EventDecision, known: KnownEvent) -> None:
        """What the file does not say stays. The hour of one that has one stays as well."""
        row, changed = decision.row, {change.column for change in decision.changes}
        records = EventRecord.objects.filter(pk=known.record_id)
        records.update(**_counted(row), edition=F("edition") + 1)
        if changed & OF_THE_EVENT:
            event = Deliberation.objects.get(pk=known.deliberation_id)
            if row.date != known.date:
                event.starts_at = moved_to(event.starts_at, since=known.date, day=row.date)
                event.ends_at = moved_to(event.ends_at, since=known.date, day=row.date)
            event.channel_id, event.host_id = self._channel(decision), self._host(decision)
            event.title, event.mode = row.title, row.mode
            event.place = event.place if row.place is None else row.place
            event.save()
        if EventColumn.HOST in changed:
            # What came of it goes with it.
            came = Outcome.objects.filter(source__startswith=f"{decision.source}/")
            came.update(body_id=self._host(decision), edition=F("edition") + 1)
        if EventColumn.COUNTS_AS in changed:
            Deliberation.objects.get(pk=known.deliberation_id).categories.set(self._categories(row))
        if EventColumn.CO_HOSTS in changed:
            records.get().co_hosts.set(self._co_hosts(row))

    def _categories(self, row: EventRow) -> list[Category]:
        return [self.made.categories[slug] for slug in row.counts_as or ()]

    def _co_hosts(self, row: EventRow) -> set[int]:
        found = ((name, self.known.names.host(name)) for name in row.co_hosts or ())
        return {body.pk if body is not None else self.made.bodies[name] for name, body in found}

    # --- outcomes and submissions

    def _new_outcomes(
        self, decisions: Sequence[OutcomeDecision], events: Mapping[str, int], hosts: Mapping[str, int]
    ) -> None:
        """Each credited to the host of its event, which it covers. `events`, `hosts`: source of an event → id."""
        outcomes = [
            Outcome(
                source=one.source,
                entered_by_id=self.by.user_id,
                entered_at=self.at,
                **self._outcome_fields(one.row, hosts[one.event]),
            )
            for one in decisions
        ]
        Outcome.objects.bulk_create(outcomes, batch_size=BATCH)
        OutcomeCover.objects.bulk_create(
            [
                OutcomeCover(outcome=outcome, deliberation_id=events[one.event])
                for outcome, one in zip(outcomes, decisions, strict=True)
            ],
            batch_size=BATCH,
        )

    def _outcome_fields(self, row: OutcomeRow, body_id: int) -> dict[str, Any]:
        """As one that is entered by hand. Raises what `outcomes.accepted` raises."""
        facts = OutcomeFacts(
            body_id=body_id,
            kind=row.kind,
            level=row.level,
            date=row.date or timezone.localdate(self.at),
            words=row.words,
            document_number=row.document,
            item=row.item,
            amount=row.amount,
            amount_of=row.amount_of,
            reference=row.evidence,
        )
        return accepted(facts, self.at)

    def _new_submissions(self, decisions: Sequence[SubmissionDecision]) -> None:
        submissions = [
            Submission(
                body=self.known.committee,
                kind=SubmissionKind.PROPOSAL,
                number=one.row.number,
                source=one.source,
                entered_by_id=self.by.user_id,
                entered_at=self.at,
                **self._submission_fields(one),
            )
            for one in decisions
        ]
        Submission.objects.bulk_create(submissions, batch_size=BATCH)
        SubmissionMember.objects.bulk_create(
            [
                SubmissionMember(submission=submission, user_id=pk)
                for submission, one in zip(submissions, decisions, strict=True)
                for pk in one.members
            ],
            batch_size=BATCH,
        )

    def _submission_fields(self, decision: SubmissionDecision) -> dict[str, Any]:
        row = decision.row
        fields: dict[str, Any] = {
            "sponsor_kind": row.sponsor_kind,
            "title": row.title,
            "sponsor": row.sponsor,
            "filed": row.filed,
            "state": row.state,
        }
        body = decision.sponsor_id or self.made.bodies.get(row.sponsor)
        return fields if body is None else fields | {"sponsor_body_id": body}


def _counted(row: EventRow) -> dict[str, Any]:
    """The fields of a record that the file says something about."""
    fields = {
        "attendance": row.attendance,
        "statements": row.statements,
        "accepted": row.accepted,
        "resolved": row.resolved,
        "note": row.note,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _those(decisions: Iterable[Decided], verdict: Verdict) -> list[Decided]:
    return [one for one in decisions if one.verdict is verdict]
