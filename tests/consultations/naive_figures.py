"""Every measure counted anew by going through all rows one by one: slow, plain, and written apart from the queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from consultations.indicators import IndicatorRule
from consultations.models import (
    Attendance,
    Deliberation,
    Outcome,
    OutcomeCover,
    Referral,
    Satisfaction,
    Submission,
    Suggestion,
)
from jianyan.accounts.models import Body, Membership

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Recount:
    """What a body and all below it did between two days, both inclusive, as of an instant."""

    def __init__(self, body: Body, since: dt.date, until: dt.date, at: dt.datetime) -> None:
        self.body, self.since, self.until, self.at = body, since, until, at
        self.bodies = {one.pk: one for one in Body.objects.all()}
        self.every_event = list(
            Deliberation.objects.select_related("record", "host").prefetch_related(
                "record__co_hosts", "topics", "categories", "channel__categories"
            )
        )
        self.every_suggestion = list(Suggestion.objects.select_related("topic"))
        self.every_attendance = list(Attendance.objects.all())
        self.every_outcome = list(Outcome.objects.select_related("body"))
        self.every_cover = list(
            OutcomeCover.objects.select_related("referral", "summary", "suggestion__topic")
        )
        self.every_membership = list(Membership.objects.select_related("body"))

    def value(self, rule: IndicatorRule) -> int | Decimal:
        """The figure of an indicator."""
        counted: int | Decimal = getattr(self, rule.measure.value)(rule)
        return counted

    def below(self, body: Body | None) -> bool:
        while body is not None:
            if body.pk == self.body.pk:
                return True
            body = self.bodies.get(body.parent_id or 0)
        return False

    def within(self, day: dt.date) -> bool:
        return self.since <= day <= self.until

    def is_ours(self, event: Deliberation) -> bool:
        record = getattr(event, "record", None)
        together = record.co_hosts.all() if record is not None and record.withdrawn_at is None else ()
        return any(self.below(body) for body in (event.host, *together))

    def took_place(self, event: Deliberation) -> bool:
        record = getattr(event, "record", None)
        if record is not None and record.withdrawn_at is None and event.starts_at <= self.at:
            return True
        announced = [
            topic
            for topic in event.topics.all()
            if topic.announced_at is not None and topic.announced_at <= self.at
        ]
        over = event.ends_at <= self.at and all(topic.closes_at <= self.at for topic in announced)
        return bool(announced) and over

    def is_of(self, event: Deliberation, category: str | None) -> bool:
        own = {one.slug for one in event.categories.all()}
        slugs = own or {one.slug for one in event.channel.categories.all()}
        return category is None or category in slugs

    def all_events(self, category: str | None) -> Iterator[Deliberation]:
        for event in self.every_event:
            if self.took_place(event) and self.is_ours(event) and self.is_of(event, category):
                yield event

    def counted(self, rule: IndicatorRule) -> Iterator[Deliberation]:
        for event in self.all_events(rule.category):
            if self.within(event.starts_at.astimezone(SHANGHAI).date()):
                yield event

    def paper(self, event: Deliberation, number: str) -> int:
        record = getattr(event, "record", None)
        return getattr(record, number) if record is not None and record.withdrawn_at is None else 0

    def suggestions(self, event: Deliberation) -> list[Suggestion]:
        return [
            one
            for one in self.every_suggestion
            if one.topic.deliberation_id == event.pk and one.status in ("published", "merged")
        ]

    def came(self, event: Deliberation) -> list[Attendance]:
        return [
            one
            for one in self.every_attendance
            if one.deliberation_id == event.pk and one.presence in ("present", "observer")
        ]

    def leads_to(self, outcome: Outcome) -> set[int]:
        found = set()
        for cover in self.every_cover:
            if cover.outcome_id == outcome.pk:
                for thing in (cover.referral, cover.summary):
                    if thing is not None:
                        found.add(thing.deliberation_id)
                if cover.suggestion is not None:
                    found.add(cover.suggestion.topic.deliberation_id)
                if cover.deliberation_id is not None:
                    found.add(cover.deliberation_id)
        return found

    def came_of(self, event: Deliberation, kind: str) -> int:
        return sum(
            outcome.kind == kind and outcome.withdrawn_at is None and event.pk in self.leads_to(outcome)
            for outcome in self.every_outcome
        )

    def events(self, rule: IndicatorRule) -> int:
        return len(list(self.counted(rule)))

    def hosts(self, rule: IndicatorRule) -> int:
        return len({event.host_id for event in self.counted(rule)})

    def attendances(self, rule: IndicatorRule) -> int:
        return sum(
            max(self.paper(event, "attendance"), len(self.came(event))) for event in self.counted(rule)
        )

    def statements(self, rule: IndicatorRule) -> int:
        platform = "from" in rule.parameters
        return sum(
            max(0 if platform else self.paper(event, "statements"), len(self.suggestions(event)))
            for event in self.counted(rule)
        )

    def accepted(self, rule: IndicatorRule) -> int:
        return sum(
            max(self.paper(event, "accepted"), self.came_of(event, "adopted")) for event in self.counted(rule)
        )

    def resolved(self, rule: IndicatorRule) -> int:
        return sum(
            max(self.paper(event, "resolved"), self.came_of(event, "resolved"))
            for event in self.counted(rule)
        )

    def votes(self, rule: IndicatorRule) -> int:
        return sum(
            one.support
            for event in self.counted(rule)
            for one in self.suggestions(event)
            if one.status == "published"
        )

    def is_member(self, user_id: int, day: dt.date) -> bool:
        return any(
            row.user_id == user_id
            and row.role == "member"
            and self.below(row.body)
            and (row.since is None or row.since <= day)
            and (row.until is None or day <= row.until)
            for row in self.every_membership
        )

    def persons(self, rule: IndicatorRule) -> int:
        found = set()
        for event in self.counted(rule):
            day = event.starts_at.astimezone(SHANGHAI).date()
            for row in self.came(event):
                if row.user_id is not None and (
                    "who" not in rule.parameters or self.is_member(row.user_id, day)
                ):
                    found.add(row.user_id)
        return len(found)

    def found_outcomes(self, rule: IndicatorRule) -> list[Outcome]:
        events = {event.pk for event in self.all_events(rule.category)}
        limits: dict[str, Any] = dict(rule.parameters)
        return [
            one
            for one in self.every_outcome
            if one.withdrawn_at is None
            and self.below(one.body)
            and self.within(one.date)
            and one.kind in limits.get("kinds", [one.kind])
            and one.level in limits.get("levels", [one.level])
            and one.amount_of == limits.get("amount_of", one.amount_of)
            and (rule.category is None or events & self.leads_to(one))
        ]

    def outcomes(self, rule: IndicatorRule) -> int:
        return len(self.found_outcomes(rule))

    def items(self, rule: IndicatorRule) -> int:
        return len({one.item or f"alone {one.pk}" for one in self.found_outcomes(rule)})

    def amount(self, rule: IndicatorRule) -> Decimal:
        return sum((one.amount or Decimal(0) for one in self.found_outcomes(rule)), Decimal(0))

    def submissions(self, rule: IndicatorRule) -> int:
        return sum(
            one.withdrawn_at is None
            and self.below(one.body)
            and self.within(one.filed)
            and one.kind in rule.parameters.get("kinds", [one.kind])
            and one.sponsor_kind in rule.parameters.get("sponsor_kinds", [one.sponsor_kind])
            for one in Submission.objects.all()
        )

    def found_referrals(self, rule: IndicatorRule) -> list[Referral]:
        return [
            one
            for one in Referral.objects.all()
            if one.state != "withdrawn"
            and self.is_ours(one.deliberation)
            and self.is_of(one.deliberation, rule.category)
            and self.within(one.issued_at.astimezone(SHANGHAI).date())
        ]

    def referrals(self, rule: IndicatorRule) -> int:
        return len(self.found_referrals(rule))

    def answered(self, rule: IndicatorRule) -> int:
        return sum(
            self.satisfies(one, rule.parameters["satisfied"])
            if "satisfied" in rule.parameters
            else self.is_answered(one)
            for one in self.found_referrals(rule)
        )

    def is_answered(self, referral: Referral) -> bool:
        leads = [part.body_id for part in referral.bodies.all() if part.leads]
        return any(reply.withdrawn_at is None and reply.body_id in leads for reply in referral.replies.all())

    def satisfies(self, referral: Referral, degrees: list[str]) -> bool:
        last = [
            one.degree
            for one in Satisfaction.objects.all()
            if one.reply.referral_id == referral.pk
            and one.reply.withdrawn_at is None
            and one.reply.round == referral.round
        ]
        return bool(last) and all(degree in degrees for degree in last)
