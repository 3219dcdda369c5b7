"""The way of a suggestion, from its posting to what came of it; and who is meant by a name in a summary."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext

from consultations.actions.covering import Covers
from consultations.actions.outcomes import record_outcome
from consultations.actions.referrals import close_referral, withdraw_referral
from consultations.actions.satisfaction import rate_reply
from consultations.enums import Status
from consultations.models import Merge, Suggestion
from consultations.queries.handling_bodies import handling_bodies, meant, names_in
from consultations.queries.mine import mine
from consultations.queries.ways import Station, ways_of
from jianyan.accounts.enums import BodyKind, Role
from jianyan.accounts.models import Body
from tests.consultations.factories import NOON, actor
from tests.consultations.follow_scene import make_outcome, make_submission, outcome_facts
from tests.consultations.referral_scene import DAY, REFERRED, Referring, make_referring
from tests.consultations.summary_scene import make_finished
from tests.consultations.views.looking import look, text_of
from tests.jianyan.accounts.factories import make_body, make_county, make_membership, make_user

LATER = REFERRED + 100 * DAY


@pytest.fixture
def scene(db: None) -> Referring:
    return make_referring()


def way(scene: Referring, number: int, *, at: dt.datetime = LATER) -> tuple[Station, ...]:
    suggestion = scene.suggestion(number)
    return ways_of([suggestion], actor(suggestion.author), at=at)[suggestion.pk]


def words(stations: tuple[Station, ...]) -> list[str]:
    return [one.words for one in stations]


def test_it_goes_from_the_posting_to_the_outcome(scene: Referring) -> None:
    referral, replied = scene.answered()
    rate_reply(reply_id=replied.reply.pk, degree="yes", by=scene.author, at=REFERRED + 3 * DAY)
    record_outcome(
        facts=outcome_facts(
            scene.county.committee, words="停车免费一小时", kind="adopted", date=LATER.date()
        ),
        covers=Covers(referrals=frozenset([referral.pk])),
        by=scene.by,
        at=LATER,
    )
    stations = way(scene, 3)
    assert words(stations) == [
        "提交",
        "已发布",
        "写入协商纪要〔2026〕1号",
        "交办 县交通运输局",
        "已接收",
        "答复 A类",
        "评价：满意",
        "已办结",
        "采用：停车免费一小时",
    ]
    assert all(one.at is not None for one in stations)
    assert stations[2].url == f"/summaries/{scene.summary.pk}/"
    assert stations[5].url == f"/referrals/{referral.pk}/"


def test_what_waits_stands_last_and_says_when_it_is_late(scene: Referring) -> None:
    scene.refer()
    waiting = way(scene, 3, at=REFERRED)[-1]
    assert (waiting.words, waiting.at, waiting.urgent) == ("办理中，期限2026-06-05", None, False)
    late = way(scene, 3)[-1]
    assert (late.words, late.urgent) == ("逾期8天", True)


def test_what_was_taken_back_is_no_station(scene: Referring) -> None:
    referral = scene.refer()
    withdraw_referral(referral_id=referral.pk, reason="另行安排", by=scene.by, at=REFERRED)
    assert words(way(scene, 3)) == ["提交", "已发布", "写入协商纪要〔2026〕1号"]


def test_an_unsatisfied_author_is_seen_to_have_reopened_it(scene: Referring) -> None:
    _referral, replied = scene.answered()
    rate_reply(reply_id=replied.reply.pk, degree="no", by=scene.author, at=REFERRED + 3 * DAY)
    stations = way(scene, 3, at=REFERRED + 4 * DAY)
    assert words(stations)[-4:-1] == ["答复 A类", "评价：不满意", "重新办理"]
    assert [one.urgent for one in stations][-3:] == [True, False, False]


def test_what_came_of_the_summary_or_of_a_document_counts_for_what_is_in_it(scene: Referring) -> None:
    record_outcome(
        facts=outcome_facts(scene.county.committee, words="整份纪要得到批示"),
        covers=Covers(summaries=frozenset([scene.summary.pk])),
        by=scene.by,
        at=LATER,
    )
    submission = make_submission(scene.drafted.finished, 1)
    record_outcome(
        facts=outcome_facts(scene.county.committee, words="提案被采用", kind="adopted"),
        covers=Covers(submissions=frozenset([submission.pk])),
        by=scene.by,
        at=LATER,
    )
    assert words(way(scene, 1))[3:] == ["转为提案", "批示：整份纪要得到批示", "采用：提案被采用"]
    assert words(way(scene, 2))[3:] == ["批示：整份纪要得到批示"]


def test_what_was_merged_goes_on_with_its_representative(db: None) -> None:
    scene = make_referring()
    own, into = scene.suggestion(2), scene.suggestion(3)
    Suggestion.objects.filter(pk=own.pk).update(status=Status.MERGED, merged_into=into)
    Merge.objects.create(
        suggestion=own,
        into=into,
        revision=1,
        status_before="published",
        merged_by=scene.drafted.finished.moderator,
        merged_at=NOON + DAY / 48,
    )
    scene.refer()
    merged = way(scene, 2)
    assert words(merged)[:3] == ["提交", "已发布", "已合并到 #3"]
    assert "交办 县交通运输局" in words(merged)


def test_ones_own_page_shows_the_way_of_ideas_and_of_what_one_supports(scene: Referring) -> None:
    finished = scene.drafted.finished
    _referral, _replied = scene.answered()
    own = text_of(look("/me/", scene.suggestion(3).author, at=LATER))
    for station in ("提交", "写入协商纪要〔2026〕1号", "交办 县交通运输局", "答复 A类"):
        assert station in own
    # 林栖云 supports no. 3, among others.
    page = look("/me/", scene.suggestion(1).author, at=LATER).content.decode()
    supported = page.partition("次附议</summary>")[2]
    assert "交办 县交通运输局" in supported
    (topic,) = mine(actor(finished.members[0]), at=LATER)
    assert {vote.number: bool(vote.way) for vote in topic.votes} == {2: True, 3: True, 4: True, 6: False}


def test_where_nothing_has_come_of_what_one_supports_nothing_unfolds(db: None) -> None:
    finished = make_finished()
    (topic,) = mine(actor(finished.members[0]), at=LATER)
    assert [vote.way for vote in topic.votes] == [()] * len(topic.votes)
    assert [len(idea.way) for idea in topic.ideas] == [2]


def test_ones_own_page_asks_as_often_for_many_ways_as_for_one(scene: Referring) -> None:
    client = Client()
    client.force_login(scene.suggestion(3).author)

    def queries() -> int:
        with time_machine.travel(LATER, tick=False), CaptureQueriesContext(connection) as asked:
            client.get("/me/")
        return len(asked)

    scene.answered()
    make_outcome(scene.drafted.finished, 3)
    make_submission(scene.drafted.finished, 3)
    one = queries()
    Suggestion.objects.filter(number__in=(1, 2, 4)).update(
        author=scene.suggestion(3).author, slot=F("number") + 1
    )
    for number in (1, 2, 4):
        referral = scene.refer(
            assignment_id=None, suggestion_ids=[scene.suggestion(number).pk], item=f"第{number}条"
        )
        make_outcome(scene.drafted.finished, number)
        assert referral.pk
    assert queries() == one


def test_nothing_is_asked_where_there_are_no_suggestions(db: None) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert ways_of([], None, at=LATER) == {}
    assert len(asked) == 0


def test_the_reply_of_an_author_without_an_account_is_closed_by_the_secretary(scene: Referring) -> None:
    referral, _replied = scene.answered()
    close_referral(referral_id=referral.pk, by=scene.by, at=REFERRED + 5 * DAY)
    assert words(way(scene, 3))[-1] == "已办结"


# --- names --------------------------------------------------------------------------------------------------


@pytest.fixture
def bodies(db: None) -> dict[str, Body]:
    named = {
        "越溪县交通运输局": "县交通运输局",
        "越溪县公安局": "县公安局",
        "越溪县住房和城乡建设局": "县住建局",
        "越溪县文化广电旅游体育局": "",
        "越溪县教育局": "县教育局",
        "越溪县教育考试院": "",
    }
    return {name: make_body(name, BodyKind.DEPARTMENT, short_name=short) for name, short in named.items()}


@pytest.mark.parametrize(
    ("written", "whom"),
    [
        ("越溪县交通运输局", "越溪县交通运输局"),
        ("县交通运输局", "越溪县交通运输局"),
        ("交通运输局", "越溪县交通运输局"),
        ("县交通局", "越溪县交通运输局"),
        ("县住建局", "越溪县住房和城乡建设局"),
        ("住建局", "越溪县住房和城乡建设局"),
        ("文旅局", "越溪县文化广电旅游体育局"),
        ("县教育局", "越溪县教育局"),
        ("教育", None),
        ("县财政局", None),
        ("局", None),
        ("县", None),
        ("", None),
    ],
)
def test_a_body_is_known_by_its_name_its_short_name_or_what_can_only_mean_it(
    bodies: dict[str, Body], written: str, whom: str | None
) -> None:
    found = meant(written, tuple(bodies.values()))
    assert (found.name if found is not None else None) == whom


def test_names_of_several_bodies_are_told_apart() -> None:
    assert names_in("县公安局、县住房和城乡建设局，县教育局; 县公安局") == (
        "县公安局",
        "县住房和城乡建设局",
        "县教育局",
    )
    assert names_in("县公安局和县教育局") == ("县公安局", "县教育局")
    assert names_in(" 、，") == ()


def test_departments_handle_and_whatever_body_somebody_answers_for(db: None) -> None:
    county = make_county()
    hospital = make_body("越溪县人民医院", BodyKind.SOCIETY)
    assert set(handling_bodies(LATER)) == {county.department}
    handler = make_user("院办主任")
    membership = make_membership(handler, hospital, Role.HANDLER, term="")
    assert set(handling_bodies(LATER)) == {county.department, hospital}
    membership.until = LATER.date() - DAY
    membership.save()
    assert set(handling_bodies(LATER)) == {county.department}
