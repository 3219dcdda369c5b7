"""Random rows come and go: every measure equals a naive recount, and the rows behind a figure always add up to it."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consultations.enums import (
    Level,
    Measure,
    OutcomeKind,
    Presence,
    ReferralState,
    ReportPart,
    Satisfied,
    Sponsor,
    Status,
    SubmissionKind,
    Unit,
)
from consultations.models import (
    Attendance,
    Deliberation,
    EventRecord,
    Indicator,
    Outcome,
    Referral,
    ReferralBody,
    Reply,
    Satisfaction,
    Submission,
    Suggestion,
    Topic,
)
from consultations.periods import Period, of_year
from consultations.queries.breakdowns import By, breakdowns
from consultations.queries.figure_rows import figure_page, figure_rows, rows_behind
from consultations.queries.figures import counted_figures
from consultations.queries.indicators import indicators_of
from jianyan.accounts.enums import BodyKind
from jianyan.accounts.models import Body, Membership
from tests.consultations.factories import actor, make_channel, make_topic
from tests.consultations.naive_figures import Recount
from tests.consultations.year_scene import AFTER, local, make_category, make_event, make_outcome
from tests.jianyan.accounts.factories import (
    make_body,
    make_county,
    make_member,
    make_membership,
    make_secretary,
    make_user,
)

SETTINGS = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
CATEGORIES = ("reading", "consultations", "hall_sessions", "live_sessions")
DAYS = (
    "2023-12-31",
    "2024-01-01",
    "2024-06-30",
    "2024-12-31",
    "2025-01-01",
    "2025-06-14",
    "2025-06-15",
    "2025-12-31",
)
# Measures of which no standard indicator has such a restriction.
FURTHER: tuple[tuple[Measure, str | None, dict[str, Any]], ...] = (
    (Measure.EVENTS, None, {}),
    (Measure.ATTENDANCES, "hall_sessions", {}),
    (Measure.STATEMENTS, "consultations", {"from": ["platform"]}),
    (Measure.ACCEPTED, "reading", {}),
    (Measure.RESOLVED, None, {}),
    (Measure.VOTES, "consultations", {}),
    (Measure.PERSONS, "reading", {}),
    (Measure.PERSONS, "hall_sessions", {"who": ["members"]}),
    (Measure.OUTCOMES, "consultations", {}),
    (Measure.ITEMS, "reading", {"levels": ["county", "city"]}),
    (Measure.AMOUNT, None, {}),
    (Measure.SUBMISSIONS, None, {}),
    (Measure.REFERRALS, "consultations", {}),
    (Measure.ANSWERED, "consultations", {"satisfied": ["no"]}),
)


class World:
    """A county in which anything may have happened."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.county = make_county()
        committee = self.county.committee
        self.bodies: list[Body] = [
            committee,
            make_body("民生议事堂·云岭镇", BodyKind.HALL, parent=committee),
            make_body("法润委员工作室", BodyKind.STUDIO, parent=self.county.sectors[0]),
            *self.county.sectors[:2],
            self.county.department,
        ]
        self.channels = [make_channel(), make_channel("读书活动", "reading")]
        self.channels[1].categories.add(make_category("reading"))
        self.secretary = make_secretary(self.county)
        self.people = [make_member(self.county, f"委员{number}") for number in range(4)]
        self.people.append(make_user("列席者"))
        self.numbers = itertools.count(1)
        for place, (measure, category, parameters) in enumerate(FURTHER):
            Indicator.objects.create(
                slug=f"further_{place}",
                since=2020,
                name=f"另{place}",
                part=ReportPart.INNOVATION,
                measure=measure,
                category=make_category(category) if category else None,
                parameters=parameters,
                unit=Unit.UNITS,
                counts="另计",
            )

    def some(self, things: Any, most: int) -> list[Any]:
        return self.chance.sample(list(things), self.chance.randint(0, min(most, len(things))))

    def any_of(self, model: Any) -> Any:
        rows = list(model.objects.order_by("pk"))
        return self.chance.choice(rows) if rows else None

    def day(self) -> str:
        return self.chance.choice(DAYS)

    def happen(self) -> None:
        self.chance.choice(
            (
                self.record, self.record, self.deliberate, self.attend, self.attend, self.suggest, self.suggest,
                self.come_of, self.come_of, self.come_of, self.submit, self.refer, self.reply, self.rate,
                self.move, self.take_back, self.put_back,
            )
        )()  # fmt: skip

    def record(self) -> None:
        counted: dict[str, Any] = {
            key: self.chance.randint(0, 3) for key in ("attendance", "statements", "accepted", "resolved")
        }
        event = make_event(
            self.chance.choice(self.bodies),
            self.day(),
            self.secretary,
            categories=self.some(CATEGORIES, 2),
            co_hosts=self.some(self.bodies, 2),
            channel=self.chance.choice(self.channels),
            **counted,
        )
        hour = dt.timedelta(hours=self.chance.choice((-9, 0, 14)))
        Deliberation.objects.filter(pk=event.pk).update(
            starts_at=event.starts_at + hour, ends_at=event.ends_at + hour
        )

    def deliberate(self) -> None:
        topic = make_topic(self.county, opens_at=local(self.day(), self.chance.choice((0, 23))))
        topic.deliberation.categories.set(map(make_category, self.some(CATEGORIES, 2)))
        if self.chance.random() < 0.2:
            Topic.objects.filter(pk=topic.pk).update(announced_at=None)
        elif self.chance.random() < 0.2:
            Topic.objects.filter(pk=topic.pk).update(closes_at=AFTER + dt.timedelta(days=1))

    def attend(self) -> None:
        event = self.any_of(Deliberation)
        if event is None:
            return
        presence = self.chance.choice([*Presence.values, ""])
        if self.chance.random() < 0.2:
            Attendance.objects.create(
                deliberation=event, guest_name=f"来宾{next(self.numbers)}", presence=presence
            )
        else:
            Attendance.objects.update_or_create(
                deliberation=event, user=self.chance.choice(self.people), defaults={"presence": presence}
            )

    def suggest(self) -> None:
        topic = self.any_of(Topic)
        if topic is None:
            return
        number = next(self.numbers)
        into = topic.suggestions.filter(status=Status.PUBLISHED).first()
        statuses = [Status.PUBLISHED, Status.PUBLISHED, Status.HIDDEN, Status.WITHDRAWN]
        status = self.chance.choice([*statuses, Status.MERGED] if into else statuses)
        Suggestion.objects.create(
            topic=topic,
            author=self.chance.choice(self.people),
            sector=self.chance.choice([None, *self.county.sectors]),
            number=number,
            slot=number,
            client_ref=str(number),
            text=f"第{number}条",
            status=status,
            merged_into=into if status == Status.MERGED else None,
            support=self.chance.randint(0, 3),
            posted_at=topic.opens_at,
        )

    def come_of(self) -> None:
        things = (
            ("deliberation", Deliberation), ("deliberation", Deliberation), ("suggestion", Suggestion),
            ("referral", Referral), ("submission", Submission),
        )  # fmt: skip
        covers = {
            (name, found): {name: found}
            for name, model in self.some(things, 3)
            if (found := self.any_of(model)) is not None
        }
        make_outcome(
            self.chance.choice(self.bodies),
            self.secretary,
            kind=self.chance.choice(OutcomeKind.values),
            level=self.chance.choice(Level.values),
            date=self.day(),
            item=self.chance.choice(("", "PS01", "PS02")),
            amount=self.chance.choice((None, Decimal("0.00"), Decimal("101200.50"), Decimal("3000000.00"))),
            amount_of=self.chance.choice(("直播间销售额", "财政投入")),
            covers=covers.values(),
        )

    def submit(self) -> None:
        Submission.objects.create(
            body=self.chance.choice(self.bodies),
            kind=self.chance.choice(SubmissionKind.values),
            title="关于停车的建议",
            sponsor_kind=self.chance.choice(Sponsor.values),
            sponsor="民盟支部",
            filed=self.day(),
            entered_by=self.secretary,
            entered_at=AFTER,
        )

    def refer(self) -> None:
        event = self.any_of(Deliberation)
        if event is None:
            return
        day = dt.date.fromisoformat(self.day())
        referral = Referral.objects.create(
            deliberation=event,
            item="错时开放",
            state=self.chance.choice(ReferralState.values),
            due=day,
            first_due=day,
            issued_at=local(day, self.chance.choice((0, 23))),
            issued_by=self.secretary,
            round=self.chance.choice((1, 2)),
        )
        for place, body in enumerate(self.some(self.bodies, 2)):
            ReferralBody.objects.create(referral=referral, body=body, leads=place == 0)

    def reply(self) -> None:
        referral = self.any_of(Referral)
        if referral is None:
            return
        Reply.objects.filter(referral=referral).update(withdrawn_at=AFTER)
        Reply.objects.create(
            referral=referral,
            body=self.chance.choice(self.bodies),
            round=self.chance.choice((1, 2)),
            text="已办理",
            at=AFTER,
        )

    def rate(self) -> None:
        reply = self.any_of(Reply)
        if reply is not None:
            Satisfaction.objects.update_or_create(
                reply=reply,
                user=self.chance.choice(self.people),
                defaults={"degree": self.chance.choice(Satisfied.values), "at": AFTER},
            )

    def move(self) -> None:
        """Somebody changes body on a day; or begins, or ends."""
        person = self.chance.choice(self.people)
        day = dt.date.fromisoformat(self.day())
        Membership.objects.filter(user=person, since__lte=day).update(until=day)
        make_membership(
            person,
            self.chance.choice(self.bodies),
            term=f"{next(self.numbers)}",
            since=self.chance.choice((None, day, day + dt.timedelta(days=1))),
        )

    def take_back(self) -> None:
        found = self.any_of(self.chance.choice((EventRecord, Outcome, Submission)))
        if found is not None:
            type(found).objects.filter(pk=found.pk).update(withdrawn_at=AFTER)
        attendance = self.any_of(Attendance)
        if attendance is not None:
            attendance.delete()

    def put_back(self) -> None:
        found = self.any_of(self.chance.choice((EventRecord, Outcome, Submission)))
        if found is not None:
            type(found).objects.filter(pk=found.pk).update(withdrawn_at=None)


@pytest.mark.django_db
@pytest.mark.usefixtures("unmeasured")
@SETTINGS
@given(seed=st.integers(0, 2**32))
def test_every_indicator_equals_a_naive_recount_and_its_rows_add_up(seed: int) -> None:
    with transaction.atomic():
        world = World(random.Random(seed))
        for _turn in range(2):
            for _step in range(25):
                world.happen()
            body = world.chance.choice(world.bodies)
            period = world.chance.choice(
                (of_year(2025), of_year(2024), Period(dt.date(2024, 7, 1), dt.date(2025, 6, 14)))
            )
            check(world, body, period)
        transaction.set_rollback(True)


def check(world: World, body: Body, period: Period) -> None:
    now = Recount(body, period.since, period.until, AFTER)
    earlier = period.before()
    before = Recount(body, earlier.since, earlier.until, AFTER)
    rules = {rule.slug: rule for rule in indicators_of(body, period.year)}
    counted = counted_figures(body, period, at=AFTER)
    assert {one.figure.measure for one in counted} == set(Measure)
    assert {one.figure.slug: (one.figure.value, one.figure.before) for one in counted} == {
        slug: (now.value(rule), before.value(rule)) for slug, rule in rules.items()
    }
    reader = world.chance.choice((None, actor(world.secretary, AFTER)))
    for one in counted:
        number, found = rows_behind(one, actor=reader, at=AFTER)
        rows = tuple(found)
        assert len(rows) == number, one.figure.slug
        assert sum(row.value for row in rows) == one.figure.value, one.figure.slug
    slug = world.chance.choice(list(rules))
    told = figure_rows(slug, body, period, actor=reader, at=AFTER)
    page = figure_page(slug, body, period, actor=reader, at=AFTER)
    assert told is not None
    assert page is not None
    assert page.rows == tuple(told[1])[:100]
    every = rules["further_0"]
    attendance, statements = now.attendances(every), now.statements(every)
    for broken in breakdowns(body, period, at=AFTER):
        assert sum(share.attendance for share in broken.rows) == attendance
        assert sum(share.statements for share in broken.rows) == statements
        if broken.by is not By.SECTOR:
            assert sum(share.events for share in broken.rows) == now.events(every)
