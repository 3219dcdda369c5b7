"""A member's year: what counts, when, and where the member was then; in few queries, however much it is."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consultations.enums import Level, OutcomeKind, Sponsor
from consultations.models import EventRecord, Outcome, Referral, Submission
from consultations.queries.member_record import RecordPage, record_bodies, record_page
from consultations.queries.record_loading import given_by
from consultations.queries.record_rows import Totals
from jianyan.accounts.models import User
from tests.consultations.record_scene import (
    NOW,
    YEAR,
    Year,
    attend,
    make_closed_topic,
    make_event,
    make_idea,
    make_outcome,
    make_submission,
    make_year,
    noon,
    support,
    switch_on,
)
from tests.jianyan.accounts.factories import make_body, make_membership, make_user

pytestmark = pytest.mark.django_db

DAY = dt.date(YEAR, 9, 1)


@pytest.fixture
def scene() -> Year:
    return make_year()


def record(scene: Year, user: User, year: int = YEAR, *, discreet: bool = False) -> RecordPage:
    return record_page(scene.county.committee, user, year, at=NOW, discreet=discreet)


def test_nothing_done_is_a_record_as_well(scene: Year) -> None:
    page = record(scene, scene.luo)
    assert page.totals == Totals(0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    assert (page.total, page.lines, page.frozen) == (None, (), None)


def test_attendance_counts_by_how_one_took_part(scene: Year) -> None:
    for month, presence in enumerate(("present", "present", "observer", "on_leave"), start=1):
        event = make_event(scene, f"{month}月读书", noon(month, 3), categories=("reading",))
        attend(scene.luo, event, presence, "offline" if month == 1 else "online")
    page = record(scene, scene.luo)
    assert page.totals == Totals(2, 1, 1, 1, 0, 0, 0, 0, 0, 0)
    assert [(one.title, one.day, one.categories) for one in page.rows.attended][:1] == [
        ("1月读书", dt.date(YEAR, 1, 3), ("reading",))
    ]


def test_an_event_without_categories_counts_as_those_of_its_channel(scene: Year) -> None:
    own = make_event(scene, "读书一", noon(1, 3), categories=("standing_study",))
    other = make_event(scene, "读书二", noon(1, 4))
    other.channel.categories.set(own.categories.all())
    own.categories.clear()
    own.categories.create(slug="studio", name="工作室")
    attend(scene.luo, own)
    attend(scene.luo, other)
    assert [one.categories for one in record(scene, scene.luo).rows.attended] == [
        ("studio",),
        ("standing_study",),
    ]


def test_the_local_date_decides_the_year(scene: Year) -> None:
    # 00:30 on the first of January in Shanghai is still the year before in Greenwich.
    attend(scene.luo, make_event(scene, "元旦", dt.datetime(YEAR - 1, 12, 31, 16, 30, tzinfo=dt.UTC)))
    attend(scene.luo, make_event(scene, "跨年", dt.datetime(YEAR, 12, 31, 16, 30, tzinfo=dt.UTC)))
    assert [one.title for one in record(scene, scene.luo).rows.attended] == ["元旦"]
    assert [one.title for one in record(scene, scene.luo, YEAR + 1).rows.attended] == ["跨年"]


def test_what_was_taken_out_counts_no_more(scene: Year) -> None:
    attend(scene.luo, make_event(scene, "误录", noon(3, 3)))
    topic = make_closed_topic(scene, "停车", noon(3, 5))
    idea = make_idea(topic, scene.luo)
    make_outcome(scene, DAY, suggestion=idea)
    make_submission(scene, DAY, scene.luo)
    assert record(scene, scene.luo).totals == Totals(1, 0, 0, 1, 1, 0, 0, 0, 1, 1)
    EventRecord.objects.update(withdrawn_at=NOW)
    Outcome.objects.update(withdrawn_at=NOW)
    Submission.objects.update(withdrawn_at=NOW)
    assert record(scene, scene.luo).totals == Totals(0, 0, 0, 0, 1, 0, 0, 0, 0, 0)


def test_a_member_who_changed_sector_in_june_is_counted_where_they_were_then(scene: Year) -> None:
    first, second, _third = scene.county.sectors
    attend(scene.lin, make_event(scene, "三月", noon(3, 3)))
    attend(scene.lin, make_event(scene, "九月", noon(9, 3)))
    attend(scene.lin, make_event(scene, "十月", noon(10, 3)))
    make_idea(make_closed_topic(scene, "停车", noon(6, 30)), scene.lin)
    page = record(scene, scene.lin)
    assert [one.sector for one in page.rows.attended] == [first.pk, second.pk, second.pk]
    assert (page.rows.totals(first.pk).present, page.rows.totals(first.pk).ideas) == (1, 1)
    assert (page.rows.totals(second.pk).present, page.rows.totals(second.pk).ideas) == (2, 0)
    assert [(stay.body, stay.since, stay.until) for stay in page.rows.stays if stay.kind == "sector"] == [
        ("文艺界", dt.date(2022, 1, 12), dt.date(YEAR, 6, 30)),
        ("经济界", dt.date(YEAR, 7, 1), None),
    ]


def test_after_the_term_one_comes_as_a_guest(scene: Year) -> None:
    attend(scene.gu, make_event(scene, "六月", noon(6, 30)))
    attend(scene.gu, make_event(scene, "七月", noon(7, 1)))
    assert [one.title for one in record(scene, scene.gu).rows.attended] == ["六月"]


def test_ideas_count_by_lead_and_cosigner_and_only_published_ones(scene: Year) -> None:
    topic = make_closed_topic(scene, "停车", noon(3, 5))
    idea = make_idea(topic, scene.luo, scene.lin)
    support(idea, scene.gu)
    make_idea(topic, scene.luo, status="hidden")
    make_idea(topic, scene.luo, status="withdrawn")
    assert record(scene, scene.luo).totals == Totals(0, 0, 0, 0, 1, 0, 1, 0, 0, 0)
    assert record(scene, scene.lin).totals == Totals(0, 0, 0, 0, 0, 1, 0, 0, 0, 0)
    assert record(scene, scene.gu).totals.given == 1
    given = given_by(scene.county.committee, YEAR, scene.gu.pk, at=NOW)
    assert [one.pk for one in given] == [idea.pk]


def test_what_is_still_open_counts_for_nobody_yet(scene: Year) -> None:
    make_idea(make_closed_topic(scene, "停车", NOW), scene.luo)
    assert record(scene, scene.luo, NOW.year).rows.ideas == ()


def test_outcomes_come_of_ideas_of_earlier_years(scene: Year) -> None:
    idea = make_idea(make_closed_topic(scene, "停车", noon(3, 5, year=YEAR - 1)), scene.luo)
    make_outcome(scene, DAY, suggestion=idea)
    page = record(scene, scene.luo)
    assert (page.totals.ideas, page.totals.outcomes) == (0, 1)
    [came] = page.rows.outcomes
    assert (came.lead, came.sources[0].id, came.sources[0].number) == (True, idea.pk, "1")


def test_several_instructions_on_one_document_are_one(scene: Year) -> None:
    idea = make_idea(make_closed_topic(scene, "停车", noon(3, 5)), scene.luo)
    for level in (Level.COUNTY, Level.CITY):
        make_outcome(scene, DAY, kind=OutcomeKind.INSTRUCTION, level=level, item="PS01", suggestion=idea)
    page = record(scene, scene.luo)
    assert (len(page.rows.outcomes), page.totals.outcomes) == (2, 1)
    [done] = [done for done, _row in page.rows.deeds if done.deed == "outcome"]
    assert done.level == "city"


def test_outcomes_lead_back_through_referrals_documents_and_merges(scene: Year) -> None:
    topic = make_closed_topic(scene, "停车", noon(3, 5))
    idea = make_idea(topic, scene.luo, scene.lin)
    merged = make_idea(topic, scene.gu, status="merged", merged_into=idea)
    referral = Referral.objects.create(
        deliberation=topic.deliberation,
        item="错时开放",
        due=DAY,
        first_due=DAY,
        issued_at=noon(4, 1),
        issued_by=scene.secretary,
    )
    referral.suggestions.add(idea)
    document = make_submission(scene, DAY, suggestions=(idea,), sponsor_kind=Sponsor.GROUP)
    make_outcome(scene, DAY, referral=referral)
    make_outcome(scene, DAY, submission=document)
    make_outcome(scene, DAY, suggestion=idea)
    assert [one.lead for one in record(scene, scene.luo).rows.outcomes] == [True, True, True]
    assert [one.lead for one in record(scene, scene.lin).rows.outcomes] == [False, False, False]
    of_merged = record(scene, scene.gu).rows
    assert [(one.lead, one.sources[0].kind, one.sources[0].id) for one in of_merged.outcomes] == [
        (False, "suggestion", merged.pk),
        (False, "submission", document.pk),
        (False, "suggestion", merged.pk),
    ]
    assert [(one.lead, one.kind) for one in record(scene, scene.luo).rows.filed] == [(True, "proposal")]


def test_an_instruction_that_covers_three_ideas_is_one(scene: Year) -> None:
    topic = make_closed_topic(scene, "停车", noon(3, 5))
    ideas = [make_idea(topic, scene.luo) for _ in range(3)]
    make_outcome(scene, DAY, kind=OutcomeKind.INSTRUCTION, suggestion=ideas)
    page = record(scene, scene.luo)
    assert (page.totals.ideas, page.totals.outcomes, len(page.rows.outcomes[0].sources)) == (3, 1, 3)


def test_who_puts_a_document_forward_alone_leads_and_jointly_signs(scene: Year) -> None:
    make_submission(scene, DAY, scene.luo)
    make_submission(scene, DAY, scene.luo, scene.lin, sponsor_kind=Sponsor.JOINT)
    assert [one.lead for one in record(scene, scene.luo).rows.filed] == [True, False]
    assert [one.lead for one in record(scene, scene.lin).rows.filed] == [False]


def test_points_are_off_until_a_body_says_otherwise(scene: Year) -> None:
    idea = make_idea(make_closed_topic(scene, "停车", noon(3, 5)), scene.luo, scene.lin)
    make_outcome(scene, DAY, suggestion=idea)
    attend(scene.luo, make_event(scene, "读书", noon(3, 3)))
    assert record(scene, scene.luo).total is None
    switch_on(scene)
    page = record(scene, scene.luo)
    assert page.total == Decimal(22)
    assert [(line.deed, line.points, line.row.id) for line in page.lines] == [
        ("attended", Decimal(2), page.rows.attended[0].id),
        ("outcome", Decimal(20), page.rows.outcomes[0].id),
    ]
    assert record(scene, scene.lin).total == Decimal(3)
    switch_on(scene, on=False)
    assert record(scene, scene.luo).total is None


def test_a_document_is_a_step_on_the_way_of_its_idea_and_no_further_work(scene: Year) -> None:
    idea = make_idea(make_closed_topic(scene, "停车", noon(3, 5)), scene.luo)
    document = make_submission(scene, DAY, scene.luo, suggestions=(idea,))
    make_outcome(scene, DAY, submission=document)
    make_outcome(scene, DAY, submission=make_submission(scene, DAY, scene.luo))
    switch_on(scene)
    page = record(scene, scene.luo)
    assert [done.works for done, _row in page.rows.deeds if done.deed == "outcome"] == [
        (("suggestion", idea.pk),),
        (("submission", page.rows.filed[1].id),),
    ]
    assert page.total == Decimal(40)


def test_who_may_not_look_at_the_desk_is_not_told_whose_an_anonymous_idea_is(scene: Year) -> None:
    topic = make_closed_topic(scene, "停车", noon(3, 5), anonymous=True)
    idea = make_idea(topic, scene.luo)
    support(idea, scene.lin)
    make_outcome(scene, DAY, suggestion=idea)
    switch_on(scene)
    page = record(scene, scene.luo, discreet=True)
    assert (page.totals.ideas, page.totals.support, page.totals.outcomes) == (1, 0, 1)
    assert (page.rows.ideas[0].id, page.rows.ideas[0].number) == (0, 0)
    assert [source.id for line in page.lines for source in getattr(line.row, "sources", ())] == [0]
    assert page.total == Decimal(20)
    assert record(scene, scene.luo).totals.support == 1


def test_a_member_has_a_record_with_the_nearest_committee(scene: Year) -> None:
    town = make_body("乡联络委", parent=scene.county.committee)
    somebody = make_user("韦青")
    make_membership(somebody, town)
    assert record_bodies(scene.lin, YEAR) == (scene.county.committee,)
    assert record_bodies(somebody, YEAR) == (town,)
    assert record_bodies(scene.gu, YEAR) == (scene.county.committee,)
    assert record_bodies(scene.gu, YEAR + 1) == ()


def much(scene: Year, times: int) -> None:
    for number in range(times):
        attend(scene.luo, make_event(scene, f"读书{number}", noon(3, 3), categories=(f"c{number}",)))
        topic = make_closed_topic(scene, f"停车{number}", noon(4, 3))
        idea = make_idea(topic, scene.luo)
        cosigned = make_idea(topic, scene.lin, scene.luo)
        support(cosigned, scene.luo)
        referral = Referral.objects.create(
            deliberation=topic.deliberation,
            item="错时开放",
            due=DAY,
            first_due=DAY,
            issued_at=noon(4, 1),
            issued_by=scene.secretary,
        )
        referral.suggestions.add(idea)
        document = make_submission(scene, DAY, scene.luo, suggestions=(cosigned,))
        make_outcome(scene, DAY, suggestion=idea)
        make_outcome(scene, DAY, referral=referral, submission=document)


def test_a_record_takes_the_same_few_queries_whatever_its_size(scene: Year) -> None:
    switch_on(scene)
    counts = []
    for times in (1, 2):
        much(scene, times)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            page = record(scene, scene.luo)
        counts.append(len(captured))
        assert page.totals.present == 3 ** (times - 1)
    assert counts == [13, 13]


def test_who_is_on_the_list_without_a_word_was_not_there(scene: Year) -> None:
    attend(scene.luo, make_event(scene, "读书", noon(3, 3)), "")
    assert record(scene, scene.luo).rows.attended == ()
