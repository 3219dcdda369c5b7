"""The search: what it finds, for whom, and what it costs. Run on PostgreSQL as well, whose index is another."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from consultations.actions import search_index
from consultations.actions.moderation import hide_suggestion
from consultations.actions.search_index import bring_up_to_date, rebuild
from consultations.actions.suggestions import edit_suggestion
from consultations.actions.votes import Ballot, cast_votes
from consultations.enums import (
    Findable,
    Level,
    Mode,
    OutcomeKind,
    ReferralState,
    Sponsor,
    SubmissionKind,
    Visibility,
)
from consultations.models import (
    Attendance,
    Deliberation,
    EventRecord,
    Outcome,
    OutcomeCover,
    Referral,
    SearchEntry,
    SearchMark,
    Submission,
    Suggestion,
    Topic,
)
from consultations.queries.search import MOST, PER_PAGE, SearchPage, Wanted, search
from jianyan.accounts.models import User
from tests.consultations.factories import (
    HOUR,
    MINUTE,
    NOON,
    actor,
    make_channel,
    make_deliberation,
    make_suggestion,
    make_topic,
)
from tests.consultations.summary_scene import make_drafted, make_signed
from tests.jianyan.accounts.factories import (
    County,
    make_county,
    make_member,
    make_moderator,
    make_secretary,
    make_user,
)

pytestmark = pytest.mark.django_db

LATER = NOON + HOUR


@pytest.fixture
def county() -> County:
    """A county of its own."""
    return make_county()


@pytest.fixture
def topic(county: County) -> Topic:
    """破解老城区停车难, open since NOON."""
    return make_topic(county)


def found(words: str, user: User | None = None, *, at: dt.datetime = LATER, **more: object) -> SearchPage:
    """Brought up to date, and searched as that user."""
    bring_up_to_date()
    reader = actor(user, at) if user is not None else None
    return search(reader, Wanted(words, **more), at=at)  # type: ignore[arg-type]


def texts(page: SearchPage) -> list[str]:
    """What was found, in order: titles, or the texts of what has none."""
    return ["".join(piece.text for piece in hit.title or hit.text) for hit in page.hits]


def publish(topic: Topic, county: County, text: str, *, at: dt.datetime | None = None) -> Suggestion:
    """A published suggestion of a member of its own."""
    moderator = User.objects.filter(display_name="韩主持").first() or make_moderator(county)
    return make_suggestion(topic, make_member(county), text, publish_by=moderator, at=at)


@pytest.mark.parametrize(
    "words",
    [
        "停",
        "停车",
        "车难",
        "停车难",
        "老城区停车难",
        "“停车难”",
        "停车 老城",
        "ＷＩＦＩ 基站",
        "wif",
        "5g基站",
        "停车？",
        "（wifi）",
    ],
)
def test_words_of_one_character_two_and_more_are_found(topic: Topic, county: County, words: str) -> None:
    one = publish(topic, county, "老城区停车难，装WiFi和5G基站。")
    publish(topic, county, "给菜场加一层楼。")
    assert one.text in texts(found(words))


@pytest.mark.parametrize(
    "words", ["车停", "难停车", "停车场", "停车 菜场", "“停车 老城”", "ifi", "基站 6g", "桥"]
)
def test_what_does_not_stand_there_is_not_found(topic: Topic, county: County, words: str) -> None:
    Topic.objects.update(title="别的", prompt="别的问题")
    publish(topic, county, "老城区停车难，装WiFi和5G基站。")
    publish(topic, county, "给菜场加一层楼。")
    assert texts(found(words)) == []


def test_pieces_that_stand_apart_are_no_word(topic: Topic, county: County) -> None:
    publish(topic, county, "停车要快，车难得很。")
    assert texts(found("停车难", kind=Findable.SUGGESTION)) == []


def test_titles_come_first_then_the_latest(topic: Topic, county: County) -> None:
    early = publish(topic, county, "停车场要早开。", at=NOON + MINUTE)
    late = publish(topic, county, "停车场要晚关。", at=NOON + 2 * MINUTE)
    assert texts(found("停车")) == ["破解老城区停车难", late.text, early.text]


def test_only_what_is_shown_is_found_and_it_leaves_when_it_is_hidden_or_edited(
    topic: Topic, county: County
) -> None:
    moderator = make_moderator(county)
    waiting = make_suggestion(topic, make_member(county), "夜市灯光，还没有审核。")
    shown = publish(topic, county, "夜市灯光太亮。")
    assert texts(found("夜市")) == [shown.text]
    assert waiting.text not in texts(found("夜市", moderator))
    cast_votes(
        topic_id=topic.pk,
        ballots=[Ballot(actor(make_member(county)), shown.pk, "support")],
        at=NOON + 2 * MINUTE,
    )
    edit_suggestion(
        suggestion_id=shown.pk,
        text="夜市噪声太大。",
        by=actor(User.objects.get(pk=shown.author_id)),
        at=NOON + 3 * MINUTE,
    )
    assert texts(found("灯光")) == []
    assert texts(found("噪声")) == ["夜市噪声太大。"]
    hide_suggestion(suggestion_id=shown.pk, reason="有误", by=actor(moderator), at=NOON + 4 * MINUTE)
    assert texts(found("夜市")) == []


def test_everybody_finds_what_they_may_open_and_nothing_else(county: County) -> None:
    member, guest, stranger = make_member(county), make_user("来宾"), make_user("路人")
    moderator = make_moderator(county)
    for visibility in Visibility:
        deliberation = make_deliberation(county, f"桥头{visibility.value}", visibility=visibility)
        topic = make_topic(county, f"桥头{visibility.value}", deliberation=deliberation)
        publish(topic, county, f"桥头意见{visibility.value}")
        if visibility is Visibility.INVITED:
            Attendance.objects.create(deliberation=deliberation, user=guest)
    make_topic(county, "桥头明天", announced_at=LATER + HOUR, opens_at=LATER + 2 * HOUR)
    make_topic(county, "桥头草稿", announced_at=None)
    everybody = {"桥头public", "桥头意见public"}
    members = {"桥头members", "桥头意见members"}
    invited = {"桥头invited", "桥头意见invited"}
    assert set(texts(found("桥头"))) == everybody
    assert set(texts(found("桥头", stranger))) == everybody
    assert set(texts(found("桥头", member))) == everybody | members
    assert set(texts(found("桥头", guest))) == everybody | invited
    assert set(texts(found("桥头", moderator))) == everybody | members | invited


def test_summaries_are_found_once_they_are_signed() -> None:
    drafted = make_drafted()
    assert texts(found("纪要", kind=Findable.SUMMARY)) == []
    signed = make_signed(drafted)
    page = found("错时开放", kind=Findable.SUMMARY)
    assert texts(page) == [signed.title]
    assert page.hits[0].path == f"/summaries/{signed.pk}/"


def test_referrals_outcomes_events_and_submissions_are_found_until_they_are_taken_back(
    topic: Topic, county: County
) -> None:
    clerk = make_secretary(county)
    referral = Referral.objects.create(
        deliberation=topic.deliberation,
        item="研究渡口加班船",
        due=NOON.date(),
        first_due=NOON.date(),
        issued_at=NOON,
        issued_by=clerk,
    )
    facts = {"entered_by": clerk, "entered_at": NOON}
    outcome = Outcome.objects.create(
        body=county.committee,
        kind=OutcomeKind.ADOPTED,
        level=Level.COUNTY,
        date=NOON.date(),
        words="渡口加船获采纳",
        **facts,
    )
    OutcomeCover.objects.create(outcome=outcome, referral=referral)
    submission = Submission.objects.create(
        body=county.committee,
        kind=SubmissionKind.PROPOSAL,
        number="2026-001",
        title="关于渡口安全的提案",
        sponsor_kind=Sponsor.GROUP,
        sponsor="民盟支部",
        filed=NOON.date(),
        **facts,
    )
    event = make_deliberation(
        county, "渡口现场协商", mode=Mode.OFFLINE, channel=make_channel("民生议事堂", "hall")
    )
    record = EventRecord.objects.create(deliberation=event, **facts)
    page = found("渡口")
    assert {hit.path for hit in page.hits} == {
        f"/referrals/{referral.pk}/",
        f"/outcomes/{outcome.pk}/",
        f"/submissions/{submission.pk}/",
        f"/deliberations/{event.pk}/",
    }
    assert [(one.kind, one.count) for one in page.kinds] == [
        (Findable.REFERRAL, 1),
        (Findable.OUTCOME, 1),
        (Findable.EVENT, 1),
        (Findable.SUBMISSION, 1),
    ]
    assert texts(found("渡口", kind=Findable.OUTCOME)) == [outcome.words]
    Outcome.objects.filter(pk=outcome.pk).update(words="渡口加船写入计划", edition=2)
    assert texts(found("渡口", kind=Findable.OUTCOME)) == ["渡口加船写入计划"]
    Referral.objects.filter(pk=referral.pk).update(state=ReferralState.WITHDRAWN)
    for row in (outcome, submission, record):
        type(row).objects.filter(pk=row.pk).update(withdrawn_at=NOON)
    assert texts(found("渡口")) == []


def test_an_outcome_and_a_document_are_found_by_whoever_may_open_all_that_they_are_of(
    topic: Topic, county: County
) -> None:
    clerk, member = make_secretary(county), make_member(county)
    closed = make_deliberation(county, "内部商议", visibility=Visibility.INVITED)
    facts = {"entered_by": clerk, "entered_at": NOON}
    outcome = Outcome.objects.create(
        body=county.committee,
        kind=OutcomeKind.ADOPTED,
        level=Level.COUNTY,
        date=NOON.date(),
        words="渡口加船获采纳",
        **facts,
    )
    OutcomeCover.objects.create(outcome=outcome, deliberation=topic.deliberation)
    opinion = Submission.objects.create(
        body=county.committee,
        kind=SubmissionKind.OPINION,
        title="渡口安全隐患",
        sponsor_kind=Sponsor.MEMBER,
        sponsor="林栖云",
        filed=NOON.date(),
        **facts,
    )
    assert texts(found("渡口")) == [outcome.words]
    OutcomeCover.objects.create(outcome=outcome, deliberation=closed)
    for reader in (None, member):
        assert texts(found("渡口", reader)) == []
    assert set(texts(found("渡口", clerk))) == {outcome.words, opinion.title}
    opinion.members.add(member)
    assert texts(found("渡口", member)) == [opinion.title]


def test_a_year_and_a_body_restrict_what_is_found(county: County) -> None:
    other = make_county("政协邻县委员会")
    publish(make_topic(county, "去年的渡口", opens_at=NOON - dt.timedelta(days=365)), county, "加班船。")
    publish(make_topic(county, "今年的渡口"), county, "加班船。")
    make_suggestion(make_topic(other, "邻县的渡口"), make_member(other), "加班船。")
    page = found("渡口")
    assert page.years == (2026, 2025)
    assert set(texts(page)) == {"去年的渡口", "今年的渡口", "邻县的渡口"}
    assert texts(found("渡口", year=2025)) == ["去年的渡口"]
    within = found("渡口", year=2026, body_id=county.committee.pk)
    assert texts(within) == ["今年的渡口"]
    assert within.body == county.committee.name
    assert found("渡口", body_id=10**9).body == ""


def test_pages_turn_and_a_page_that_is_not_there_is_the_last_one(topic: Topic, county: County) -> None:
    for number in range(PER_PAGE + 3):
        publish(topic, county, f"公交第{number}路加密。", at=NOON + MINUTE)
    first, second = found("公交"), found("公交", page=2)
    assert (len(first.hits), len(second.hits), first.total, first.pages) == (PER_PAGE, 3, PER_PAGE + 3, 2)
    assert not set(texts(first)) & set(texts(second))
    assert texts(found("公交", page=99)) == texts(second)


def test_of_what_is_found_too_often_the_latest_are_shown(topic: Topic, county: County) -> None:
    publish(topic, county, "公交加密。")
    bring_up_to_date()
    entry = SearchEntry.objects.get(kind=Findable.SUGGESTION)
    SearchEntry.objects.bulk_create(
        SearchEntry(
            **{
                field.attname: getattr(entry, field.attname)
                for field in SearchEntry._meta.concrete_fields
                if field.name not in ("id", "object_id", "kind")
            },
            kind=Findable.TOPIC,
            object_id=10**6 + number,
        )
        for number in range(MOST)
    )
    page = found("公交")
    assert (page.total, page.capped) == (MOST, True)


def test_votes_make_no_entry_anew(topic: Topic, county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    one = publish(topic, county, "公交加密。")
    bring_up_to_date()
    cast_votes(
        topic_id=topic.pk,
        ballots=[Ballot(actor(make_member(county)), one.pk, "support")],
        at=NOON + 5 * MINUTE,
    )
    monkeypatch.setattr(search_index, "_enter_topic", lambda topic: pytest.fail("entered"))
    assert bring_up_to_date()
    topic.refresh_from_db()
    assert SearchMark.objects.get(topic=topic).revision == topic.revision


def test_much_that_is_new_is_entered_bit_by_bit(county: County) -> None:
    for number in range(4):
        publish(make_topic(county, f"议题{number}"), county, f"公交第{number}路。")
    assert not bring_up_to_date(most=3)
    some = SearchEntry.objects.count()
    assert 0 < some < 8
    while not bring_up_to_date(most=3):
        pass
    assert SearchEntry.objects.count() == 8
    assert rebuild() == 8


def test_a_database_that_takes_no_writing_is_searched_as_it_is(
    topic: Topic, county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(topic, county, "公交加密。")
    bring_up_to_date()
    publish(topic, county, "公交夜班。")

    def full(most: int) -> int:
        raise DatabaseError("database or disk is full")

    monkeypatch.setattr(search_index, "_topics", full)
    assert not bring_up_to_date()
    assert texts(search(None, Wanted("公交"), at=LATER)) == ["公交加密。"]


def test_an_entry_says_whose_a_suggestion_is_and_of_an_anonymous_one_does_not(county: County) -> None:
    open_one, hidden = make_topic(county, "实名"), make_topic(county, "匿名", anonymous=True)
    for topic in (open_one, hidden):
        make_suggestion(
            topic, make_member(county, "缪小满"), "渡口加班船。", publish_by=make_moderator(county)
        )
    by = {hit.about: hit.by for hit in found("渡口").hits}
    assert "缪小满" in by["实名"]
    assert "缪小满" not in by["匿名"]


@pytest.mark.parametrize(
    "words", ["", "   ", "，。", '"', "'", "\x00", "'; DROP TABLE", '停" OR "1', "停:* & !难", "NEAR(停)"]
)
def test_no_search_breaks_the_index(topic: Topic, words: str) -> None:
    page = found(words)
    assert page.total in (0, 1)


def test_it_asks_as_often_for_many_as_for_one(county: County) -> None:
    def queries() -> int:
        bring_up_to_date()
        with CaptureQueriesContext(connection) as asked:
            search(None, Wanted("公交"), at=LATER)
        return len(asked)

    publish(make_topic(county, "公交一"), county, "公交加密。")
    once = queries()
    for number in range(3):
        publish(make_topic(county, f"公交{number}"), county, "公交夜班。")
    assert queries() == once == 6


def test_an_event_with_topics_is_found_by_these_alone(topic: Topic, county: County) -> None:
    clerk = make_secretary(county)
    Deliberation.objects.filter(pk=topic.deliberation_id).update(title="渡口之夜")
    EventRecord.objects.create(deliberation=topic.deliberation, entered_by=clerk, entered_at=NOON)
    assert texts(found("渡口之夜")) == []
