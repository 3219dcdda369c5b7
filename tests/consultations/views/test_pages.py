"""Home, the page of a deliberation, one's own page and the public journal."""

from __future__ import annotations

import re

import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from consultations.actions.freezing import freeze_deliberation
from consultations.actions.merging import merge_suggestions
from consultations.actions.moderation import hide_suggestion, return_suggestion
from consultations.actions.proposals import propose_wording
from consultations.actions.topics import close_topic
from consultations.actions.votes import Ballot, cast_votes
from consultations.enums import Visibility
from consultations.models import Suggestion, Topic
from consultations.queries.desk import edition_of
from jianyan.accounts.models import User
from tests.consultations.conftest import Scene
from tests.consultations.factories import (
    HOUR,
    MINUTE,
    NOON,
    actor,
    make_deliberation,
    make_suggestion,
    make_topic,
)
from tests.consultations.views.looking import LATER, look, text_of
from tests.jianyan.accounts.factories import make_member, make_user


def support(scene: Scene, *voters: User) -> None:
    ballots = [Ballot(actor(one), scene.suggestion.pk, "support") for one in voters]
    cast_votes(topic_id=scene.topic.pk, ballots=ballots, at=LATER)


# --- home ---------------------------------------------------------------------------------------------------


def test_home_says_what_is_live_what_comes_and_what_is_finished(scene: Scene) -> None:
    make_topic(scene.county, "明天的议题", opens_at=NOON + 24 * HOUR, announced_at=NOON)
    make_topic(scene.county, "昨天的议题", opens_at=NOON - 24 * HOUR)
    make_topic(scene.county, "尚未公布的议题", announced_at=None)
    text = text_of(look("/"))
    places = [text.index(title) for title in ("破解老城区停车难", "明天的议题", "昨天的议题")]
    assert places == sorted(places)
    assert "尚未公布的议题" not in text
    assert "尚未公布的议题" in text_of(look("/", scene.moderator))


def test_an_empty_home_says_so(db: None) -> None:
    answer = look("/")
    assert answer.status_code == 200
    assert 'class="empty' in answer.content.decode()


def test_home_asks_as_often_for_many_topics_as_for_one(scene: Scene) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            look("/")
        return len(asked)

    one = queries()
    for day in range(1, 4):
        make_topic(scene.county, f"第{day}日", opens_at=NOON - day * 24 * HOUR)
    assert (one, queries()) == (2, 2)


# --- deliberation -------------------------------------------------------------------------------------------


def test_a_deliberation_lists_its_topics_and_who_took_part(scene: Scene) -> None:
    path = f"/deliberations/{scene.topic.deliberation_id}/"
    answer = look(path)
    assert answer.status_code == 200
    assert f'href="/topics/{scene.topic.pk}/"' in answer.content.decode()
    assert f'href="/desk/{scene.topic.pk}/"' not in answer.content.decode()
    assert f'href="/desk/{scene.topic.pk}/"' in look(path, scene.moderator).content.decode()


def test_a_deliberation_that_one_may_not_see_is_not_there(scene: Scene) -> None:
    hidden = make_deliberation(scene.county, visibility=Visibility.MEMBERS)
    make_topic(scene.county, "委员议题", deliberation=hidden)
    assert look(f"/deliberations/{hidden.pk}/").status_code == 404
    assert look(f"/deliberations/{hidden.pk}/", make_user("外人")).status_code == 404
    assert look(f"/deliberations/{hidden.pk}/", scene.member).status_code == 200
    assert look("/deliberations/987654321/").status_code == 404


def test_after_closing_the_secretary_is_offered_to_freeze_and_then_to_edit(scene: Scene) -> None:
    path = f"/deliberations/{scene.topic.deliberation_id}/"
    freezing = f'action="/deliberations/{scene.topic.deliberation_id}/freeze/"'
    assert freezing not in look(path, scene.secretary).content.decode()
    close_topic(topic_id=scene.topic.pk, by=actor(scene.moderator), at=LATER)
    after = LATER + MINUTE
    assert freezing in look(path, scene.secretary, at=after).content.decode()
    assert freezing not in look(path, scene.moderator, at=after).content.decode()
    summary = freeze_deliberation(
        deliberation_id=scene.topic.deliberation_id, by=actor(scene.secretary), at=after
    )
    edit = f'href="/summaries/{summary.pk}/edit/"'
    assert edit in look(path, scene.secretary, at=after).content.decode()
    assert edit not in look(path, scene.member, at=after).content.decode()


# --- one's own page -----------------------------------------------------------------------------------------


def test_ones_own_page_shows_ideas_with_their_way_and_votes(scene: Scene) -> None:
    support(scene, scene.member)
    idea = make_suggestion(scene.topic, scene.member, "增设夜间公交。并取消早班。")
    return_suggestion(suggestion_id=idea.pk, reason="请只写一件事。", by=actor(scene.moderator), at=LATER)
    text = text_of(look("/me/", scene.member))
    assert "增设夜间公交。并取消早班。" in text
    assert "请只写一件事。" in text
    assert "退回修改" in text
    assert "机关单位车位晚六点" in text


def test_a_vote_for_what_is_no_longer_shown_does_not_show_it(scene: Scene) -> None:
    support(scene, scene.member)
    hide_suggestion(
        suggestion_id=scene.suggestion.pk, reason="涉及个人隐私。", by=actor(scene.moderator), at=LATER
    )
    text = text_of(look("/me/", scene.member))
    assert "机关单位车位" not in text
    assert "不再显示" in text


def test_after_closing_ones_own_page_leads_to_the_journal(scene: Scene) -> None:
    support(scene, scene.member)
    close_topic(topic_id=scene.topic.pk, by=actor(scene.moderator), at=LATER)
    topic = Topic.objects.get(pk=scene.topic.pk)
    answer = look("/me/", scene.member, at=LATER + MINUTE)
    assert topic.head[:8] in answer.content.decode()
    assert f'href="/topics/{topic.pk}/journal/"' in answer.content.decode()


def test_whoever_took_part_in_nothing_is_shown_the_way_and_guests_sign_in(scene: Scene) -> None:
    assert 'href="/"' in look("/me/", make_member(scene.county)).content.decode()
    answer = look("/me/")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/me/")


def merge(scene: Scene, *merging: Suggestion, into: Suggestion) -> None:
    merge_suggestions(
        topic_id=scene.topic.pk,
        suggestion_ids=[one.pk for one in merging],
        into=into.pk,
        by=actor(scene.moderator),
        at=LATER,
    )


def test_what_was_merged_is_said_where_it_was_mine_and_where_i_supported_it(scene: Scene) -> None:
    support(scene, scene.other)
    second = make_suggestion(scene.topic, scene.member, "机关大院夜间开放车位。", publish_by=scene.moderator)
    merge(scene, scene.suggestion, into=second)
    mine = look("/me/", scene.author)
    assert "已合并到 #2" in text_of(mine)
    assert f'href="/topics/{scene.topic.pk}/#s{second.pk}"' in mine.content.decode()
    voted = text_of(look("/me/", scene.other))
    assert "我的 1 次附议" in voted
    assert re.search(r"2 附议 · 机关大院夜间开放车位。 （您附议的是 #1，已合并到此条）", voted)
    take_back = Ballot(actor=actor(scene.other), suggestion_id=second.pk, choice=None)
    cast_votes(topic_id=scene.topic.pk, ballots=[take_back], at=LATER)
    assert "您附议的是" not in text_of(look("/me/", scene.other))


def test_a_group_counts_once_on_the_home_page_and_in_its_deliberation(scene: Scene) -> None:
    support(scene, scene.other)
    second = make_suggestion(scene.topic, scene.member, "机关大院夜间开放车位。", publish_by=scene.moderator)
    merge(scene, scene.suggestion, into=second)
    assert re.search(r"1 条建言 · 1 次附议", text_of(look("/")))
    assert "1 条建言" in text_of(look(f"/deliberations/{scene.topic.deliberation_id}/"))


def test_a_proposal_that_waits_is_said_on_ones_own_page(scene: Scene) -> None:
    propose_wording(
        suggestion_id=scene.suggestion.pk,
        text="机关单位车位夜间开放。",
        seen=edition_of(scene.suggestion),
        by=actor(scene.moderator),
        at=LATER,
    )
    assert "主持人提出了修改建议，请您决定" in text_of(look("/me/", scene.author))


def test_ones_own_page_asks_as_often_for_many_as_for_one(scene: Scene) -> None:
    client = Client()
    client.force_login(scene.member)

    def queries() -> int:
        with time_machine.travel(LATER, tick=False), CaptureQueriesContext(connection) as asked:
            client.get("/me/")
        return len(asked)

    support(scene, scene.member)
    one = queries()
    for title in ("二", "三"):
        topic = make_topic(scene.county, title)
        make_suggestion(topic, scene.member)
    assert queries() == one


# --- the public journal -------------------------------------------------------------------------------------


def test_the_journal_shows_head_and_entries_and_names_nobody(scene: Scene) -> None:
    support(scene, scene.member)
    topic = Topic.objects.get(pk=scene.topic.pk)
    answer = look(f"/topics/{topic.pk}/journal/")
    assert topic.head in answer.content.decode()
    assert f"第{scene.suggestion.number}号：附议；现有 1 人附议" in answer.content.decode()
    assert scene.suggestion.text in answer.content.decode()
    for name in ("罗小满", "林栖云"):
        assert name not in answer.content.decode()
    assert len(re.findall(r"<tr\b", answer.content.decode())) == 1 + topic.revision


def test_a_long_journal_is_paged(scene: Scene) -> None:
    for minute in range(60):
        choice = "support" if minute % 2 == 0 else None
        ballots = [Ballot(actor(scene.member), scene.suggestion.pk, choice)]
        cast_votes(topic_id=scene.topic.pk, ballots=ballots, at=LATER + minute * MINUTE / 10)
    path = f"/topics/{scene.topic.pk}/journal/"
    first = look(path).content.decode()
    assert len(re.findall(r"<tr\b", first)) == 51
    assert 'href="?before=13"' in first
    last = look(path, before="13").content.decode()
    assert len(re.findall(r"<tr\b", last)) == 13
    assert 'href="?before=' not in last
    for none in ("x", "-1", "9" * 40):
        assert 'href="?before=13"' in look(path, before=none).content.decode(), none


def test_the_journal_of_a_topic_that_one_may_not_see_is_not_there(scene: Scene) -> None:
    draft = make_topic(scene.county, "尚未公布", announced_at=None)
    assert look(f"/topics/{draft.pk}/journal/").status_code == 404
