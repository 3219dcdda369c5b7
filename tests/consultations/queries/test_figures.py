"""The figures of a report: what comes out of the demo's year, and what each measure counts."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from consultations.actions.event_import import import_events, look_at_events
from consultations.actions.event_names import likely_choices
from consultations.enums import OutcomeKind, Presence, Satisfied
from consultations.models import Attendance, Referral, ReferralBody, Reply, Satisfaction
from consultations.periods import of_year
from consultations.queries.figures import Figure, figures
from jianyan.accounts.models import Body, Membership
from tests.consultations.factories import actor, make_suggestion, make_topic
from tests.consultations.year_scene import (
    AFTER,
    OFFLINE_YEAR,
    load_offline_year,
    local,
    make_event,
    make_outcome,
)
from tests.jianyan.accounts.factories import (
    make_county,
    make_member,
    make_membership,
    make_moderator,
    make_secretary,
)

pytestmark = pytest.mark.django_db
YEAR = of_year(2025)


def by_slug(body: Body, at: dt.datetime = AFTER, **of: Any) -> dict[str, Figure]:
    return {figure.slug: figure for figure in figures(body, of.pop("period", YEAR), at=at, **of)}


def test_every_figure_and_phrase_of_the_demo_year_comes_out(django_assert_num_queries: Any) -> None:
    county = make_county()
    expected = load_offline_year(county.committee, make_secretary(county))
    with django_assert_num_queries(20):
        found = by_slug(county.committee)
    told = {slug: (one["value"], one["printed"]) for slug, one in expected.items()}
    assert len(told) == 19
    assert {slug: (found[slug].value, found[slug].printed) for slug in told} == told


def test_they_come_out_of_the_import_of_that_year_as_well() -> None:
    county = make_county()
    by, content = actor(make_secretary(county), AFTER), OFFLINE_YEAR.read_bytes()
    body_id = county.committee.pk
    plan = look_at_events(content=content, body_id=body_id, by=by, at=AFTER)
    import_events(
        content=content,
        body_id=body_id,
        choices=likely_choices(plan),
        seen=plan.digest,
        by=by,
        at=AFTER,
    )
    found = by_slug(county.committee)
    expected = json.loads(content)["expected"]
    assert {slug: found[slug].printed for slug in expected} == {
        slug: one["printed"] for slug, one in expected.items()
    }


def test_every_figure_says_what_it_is_beside_the_year_before() -> None:
    county = make_county()
    by = make_secretary(county)
    for day, attendance in (("2024-03-01", 400), ("2025-03-01", 1000), ("2025-03-02", 43)):
        make_event(county.committee, day, by, categories=["reading"], attendance=attendance)
    figure = by_slug(county.committee)["reading_attendance"]
    assert (figure.value, figure.printed, figure.exact) == (1043, "1000多人次", "1043人次")
    assert (figure.before, figure.before_printed, figure.change) == (400, "400人次", 643)
    assert figure.counts.startswith("读书活动的出席和列席，按人次计，不是人数")
    assert (figure.since, figure.own, figure.category) == (2020, "", "reading")
    english = by_slug(county.committee, language="en")["reading_attendance"]
    assert (english.printed, english.name) == ("over 1,000 attendances", "Attendances of reading events")


def test_one_instruction_that_covers_three_suggestions_is_one() -> None:
    county = make_county()
    by, moderator = make_secretary(county), make_moderator(county)
    topic = make_topic(county, opens_at=local("2025-04-01"))
    suggestions = [
        make_suggestion(topic, make_member(county, name), publish_by=moderator)
        for name in ("林栖云", "罗小满", "顾南枝")
    ]
    covers = [{"suggestion": suggestion} for suggestion in suggestions]
    make_outcome(county.committee, by, kind=OutcomeKind.INSTRUCTION, covers=covers, item="PS01")
    make_outcome(county.committee, by, kind=OutcomeKind.INSTRUCTION, covers=covers[:1], item="PS01")
    make_outcome(county.committee, by, kind=OutcomeKind.INSTRUCTION, covers=covers[:1])
    make_outcome(county.committee, by, kind=OutcomeKind.INSTRUCTION, item="PS02", withdrawn_at=AFTER)
    assert by_slug(county.committee)["instructions"].value == 2


def test_persons_count_once_as_members_of_the_day_whatever_their_sector_and_term() -> None:
    county = make_county()
    by = make_secretary(county)
    person, former = make_member(county), make_member(county, "罗小满")
    june = dt.date(2025, 6, 30)
    Membership.objects.update(until=june)
    make_membership(person, county.committee, term="第十一届", since=june + dt.timedelta(days=1))
    make_membership(person, county.sectors[1], term="第十一届", since=june + dt.timedelta(days=1))
    for day, people in (("2025-03-01", (person,)), ("2025-09-01", (person, former, by))):
        event = make_event(county.committee, day, by)
        for one in people:
            Attendance.objects.create(deliberation=event, user=one, presence=Presence.PRESENT)
    assert by_slug(county.committee)["members_taking_part"].value == 1
    assert by_slug(county.sectors[1])["members_taking_part"].value == 0


def test_a_share_is_of_what_was_referred_or_rated() -> None:
    county = make_county()
    by, author = make_secretary(county), make_member(county)
    event = make_event(county.committee, "2025-03-01", by)
    for degrees in (None, (), (Satisfied.YES,), (Satisfied.MOSTLY,), (Satisfied.NO,)):
        due = dt.date(2025, 6, 1)
        referral = Referral.objects.create(
            deliberation=event,
            item="错时开放",
            due=due,
            first_due=due,
            issued_at=local("2025-03-05"),
            issued_by=by,
        )
        ReferralBody.objects.create(referral=referral, body=county.department, leads=True)
        if degrees is None:
            continue
        reply = Reply.objects.create(referral=referral, body=county.department, text="已办理", at=AFTER)
        for degree in degrees:
            Satisfaction.objects.create(reply=reply, user=author, degree=degree, at=AFTER)
    found = by_slug(county.committee)
    assert found["referrals_issued"].value == 5
    answered, satisfied = found["referrals_answered"], found["referrals_satisfied"]
    assert (answered.value, answered.of, answered.share) == (4, 5, 80)
    assert (satisfied.value, satisfied.of, satisfied.share) == (2, 3, 66)


def test_where_nothing_happened_every_figure_is_nought_and_no_share() -> None:
    found = by_slug(make_county().committee)
    assert {figure.value for figure in found.values()} == {0}
    assert found["referrals_answered"].share is None
    assert found["live_sales_yuan"].printed == "0元"


def test_a_running_deliberation_adds_nothing_so_that_hidden_counts_stay_hidden() -> None:
    county = make_county()
    opens = local("2025-04-01")
    topic = make_topic(county, opens_at=opens, tallies="closed")
    suggestion = make_suggestion(topic, make_member(county), publish_by=make_moderator(county))
    type(suggestion).objects.update(support=9)
    running = by_slug(county.committee, at=opens + dt.timedelta(minutes=30))
    assert (running["supporting_votes"].value, running["suggestions_posted"].value) == (0, 0)
    over = by_slug(county.committee)
    assert (over["supporting_votes"].value, over["suggestions_posted"].value) == (9, 1)


@pytest.mark.parametrize("number", [1, 3])
def test_queries_do_not_grow_with_what_is_counted(number: int, django_assert_num_queries: Any) -> None:
    county = make_county()
    by = make_secretary(county)
    for day in range(1, number + 1):
        event = make_event(county.committee, f"2025-03-0{day}", by, categories=["reading"])
        make_outcome(county.committee, by, covers=[{"deliberation": event}])
        Attendance.objects.create(
            deliberation=event, user=make_member(county, f"委员{day}"), presence=Presence.PRESENT
        )
    with django_assert_num_queries(20):
        assert by_slug(county.committee)["members_taking_part"].value == number
