"""The topic page as the server draws it."""

from __future__ import annotations

import datetime as dt
import json
import re
import uuid
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from consultations.actions.merging import merge_suggestions
from consultations.actions.moderation import (
    assign_theme,
    feature_suggestion,
    hide_suggestion,
    return_suggestion,
)
from consultations.actions.themes import create_theme
from consultations.actions.topics import close_topic, mark_phase, pause_topic
from consultations.actions.votes import Ballot, cast_votes
from consultations.enums import Visibility
from consultations.journal import pseudonym
from consultations.models import Suggestion, Topic
from consultations.queries.topic_page import place
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
from tests.consultations.views.looking import LATER, text_of
from tests.consultations.views.looking import look as look_at
from tests.jianyan.accounts.factories import make_county, make_member, make_user


def look(topic: Topic, user: User | None = None, *, at: dt.datetime = LATER, **query: str) -> Any:
    """The answer to whoever opens the topic's page at that instant."""
    return look_at(f"/topics/{topic.pk}/", user, at=at, **query)


def ids_in(answer: Any) -> list[int]:
    """Suggestions in the order of the list."""
    return [
        int(number)
        for number in re.findall(r'<li class="suggestion[^"]*" id="s(\d+)"', answer.content.decode())
    ]


def beginning(answer: Any) -> dict[str, Any]:
    found = re.search(
        r'<script id="beginning" type="application/json">(.*?)</script>', answer.content.decode()
    )
    assert found is not None
    content: dict[str, Any] = json.loads(found[1])
    return content


def support(suggestion: Suggestion, *voters: User, at: dt.datetime = LATER) -> None:
    cast_votes(
        topic_id=suggestion.topic_id,
        ballots=[Ballot(actor=actor(one), suggestion_id=suggestion.pk, choice="support") for one in voters],
        at=at,
    )


# --- who may see --------------------------------------------------------------------------------------------


def test_everybody_may_open_a_public_topic(scene: Scene) -> None:
    answer = look(scene.topic)
    assert answer.status_code == 200
    assert "机关单位车位晚六点至早七点向周边居民错时开放。" in answer.content.decode()
    assert "委员登录后可以建言、附议。" in answer.content.decode()


def test_a_topic_that_is_not_announced_is_not_there(scene: Scene) -> None:
    draft = make_topic(scene.county, "尚未公布", announced_at=None)
    assert look(draft).status_code == 404
    assert look(draft, scene.member).status_code == 404
    assert look(draft, scene.moderator).status_code == 200


def test_a_members_topic_asks_guests_to_sign_in_and_is_not_there_for_others(scene: Scene) -> None:
    deliberation = make_deliberation(scene.county, visibility=Visibility.MEMBERS)
    topic = make_topic(scene.county, "委员议题", deliberation=deliberation)
    answer = look(topic)
    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next=/topics/{topic.pk}/")
    assert look(topic, make_user("外人")).status_code == 404
    assert look(topic, scene.member).status_code == 200


def test_a_topic_that_never_was_is_not_found(db: None) -> None:
    answer = Client().get("/topics/987654321/")
    assert answer.status_code == 404
    assert "没有找到" in answer.content.decode()


def test_the_page_is_not_kept_by_caches(scene: Scene) -> None:
    assert look(scene.topic, scene.member)["Cache-Control"] == "private, no-store"


def test_a_topic_that_goes_on_for_days_says_on_which_day_it_ends(scene: Scene) -> None:
    assert "截至 21:00" in text_of(look(scene.topic))
    week = make_topic(scene.county, "一周的议题", closes_at=NOON + 7 * 24 * HOUR)
    assert "截至 2026-03-12 20:00" in text_of(look(week))


# --- how much it asks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("who", "queries"), [("guest", 7), ("member", 22)])
def test_the_number_of_queries_does_not_depend_on_the_rows(scene: Scene, who: str, queries: int) -> None:
    client = Client()
    if who == "member":
        client.force_login(scene.author)
    with time_machine.travel(LATER, tick=False):
        with CaptureQueriesContext(connection) as one:
            client.get(f"/topics/{scene.topic.pk}/")
        Topic.objects.filter(pk=scene.topic.pk).update(ideas=3)
        theme = create_theme(topic_id=scene.topic.pk, name="错时共享", by=actor(scene.moderator), at=LATER)
        for by in (scene.member, scene.other):
            made = make_suggestion(scene.topic, by, f"{by.display_name}的建议", publish_by=scene.moderator)
            assign_theme(suggestion_id=made.pk, theme_id=theme.pk, by=actor(scene.moderator), at=LATER)
        make_suggestion(scene.topic, scene.author, "作者的第二条")
        with CaptureQueriesContext(connection) as three:
            client.get(f"/topics/{scene.topic.pk}/")
    assert (len(one), len(three)) == (queries, queries)


# --- the list -----------------------------------------------------------------------------------------------


def three(scene: Scene) -> tuple[Suggestion, Suggestion, Suggestion]:
    """The author's, supported once; the member's, twice; the other's, not at all; a minute between them."""
    second = make_suggestion(
        scene.topic, scene.member, "第二条", publish_by=scene.moderator, at=NOON + 2 * MINUTE
    )
    third = make_suggestion(
        scene.topic, scene.other, "第三条", publish_by=scene.moderator, at=NOON + 3 * MINUTE
    )
    support(scene.suggestion, scene.other)
    support(second, scene.author, scene.other)
    return scene.suggestion, second, third


def test_while_it_is_live_the_newest_come_first_unless_another_order_is_asked_for(scene: Scene) -> None:
    first, second, third = three(scene)
    assert ids_in(look(scene.topic)) == [third.pk, second.pk, first.pk]
    assert ids_in(look(scene.topic, order="support")) == [second.pk, first.pk, third.pk]
    assert ids_in(look(scene.topic, order="nonsense")) == [third.pk, second.pk, first.pk]


def test_after_closing_the_order_is_the_final_one(scene: Scene) -> None:
    first, second, third = three(scene)
    assert ids_in(look(scene.topic, at=NOON + 2 * HOUR)) == [second.pk, first.pk, third.pk]


def test_by_theme_each_group_has_its_heading_and_what_has_none_comes_last(scene: Scene) -> None:
    first, second, third = three(scene)
    by = actor(scene.moderator)
    for name, suggestion in (("收费", third), ("错时共享", first)):
        theme = create_theme(topic_id=scene.topic.pk, name=name, by=by, at=LATER)
        assign_theme(suggestion_id=suggestion.pk, theme_id=theme.pk, by=by, at=LATER)
    answer = look(scene.topic, order="theme")
    assert ids_in(answer) == [third.pk, first.pk, second.pk]
    headings = re.findall(r'<h3 class="list-group">(.*?)</h3>', answer.content.decode())
    assert headings == ["收费", "错时共享", "未归类"]


def test_hidden_counts_are_nowhere_and_everybody_has_an_order_of_their_own(scene: Scene) -> None:
    topic = make_topic(scene.county, "盲投", tallies="closed", ideas=20)
    made = [
        make_suggestion(topic, scene.author, f"第{number}条", publish_by=scene.moderator)
        for number in range(8)
    ]
    support(made[0], scene.member, scene.other)
    answer = look(topic, scene.member)
    assert 'class="stand-count number"></span>' in answer.content.decode()
    assert not re.search(r'class="stand-count number">\d', answer.content.decode())
    assert ids_in(answer) == ids_in(look(topic, scene.member))
    assert ids_in(answer) != ids_in(look(topic, scene.other))
    assert sorted(ids_in(answer)) == [one.pk for one in made]
    assert re.search(r'class="stand-count number">2', look(topic, at=NOON + 2 * HOUR).content.decode())


def test_the_place_in_a_shuffled_list_is_fixed_arithmetic() -> None:
    # The same literals stand in tests/browser/test_order.py, for the page's script.
    assert [round(place(7919, number), 9) for number in (1, 2, 3)] == [0.984663675, 0.451969552, 0.90094409]


def test_what_is_hidden_or_waiting_is_not_shown(scene: Scene) -> None:
    make_suggestion(scene.topic, scene.member, "还在审核的一条")
    hide_suggestion(
        suggestion_id=scene.suggestion.pk, by=actor(scene.moderator), at=LATER, reason="涉及个人信息"
    )
    answer = look(scene.topic, scene.other)
    assert ids_in(answer) == []
    assert "还在审核的一条" not in answer.content.decode()
    assert "机关单位车位" not in answer.content.decode()
    assert "还没有已发布的建言，期待您的第一条。" in answer.content.decode()


def test_the_featured_idea_stands_on_top(scene: Scene) -> None:
    feature_suggestion(suggestion_id=scene.suggestion.pk, on=True, by=actor(scene.moderator), at=LATER)
    answer = look(scene.topic).content.decode()
    assert re.search(r'<div class="featured" id="featured" >', answer)
    assert answer.index('id="featured-text"') < answer.index('id="list"')


def test_markup_in_texts_and_names_is_only_text(scene: Scene) -> None:
    scene.member.display_name = "<b>罗</b>"
    scene.member.save()
    make_suggestion(scene.topic, scene.member, "<script>alert(1)</script> & 完", publish_by=scene.moderator)
    answer = look(scene.topic).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; 完" in answer
    assert "<b>罗</b>" not in answer
    assert "<script>alert" not in answer


def test_an_anonymous_topic_names_nobody(scene: Scene) -> None:
    topic = make_topic(scene.county, "匿名", anonymous=True)
    make_suggestion(topic, scene.author, publish_by=scene.moderator)
    answer = text_of(look(topic))
    assert "林栖云" not in answer
    assert "匿名委员" in answer


def test_what_was_merged_stands_under_its_representative_and_counts_once(scene: Scene) -> None:
    first, second, third = three(scene)
    merge_suggestions(
        topic_id=scene.topic.pk,
        suggestion_ids=[first.pk, third.pk],
        into=second.pk,
        by=actor(scene.moderator),
        at=LATER,
    )
    answer = look(scene.topic, scene.other)
    assert ids_in(answer) == [second.pk]
    shown = text_of(answer)
    assert "含 #1、#3" in shown
    assert re.search(r"林栖云 \S+ 您附议过 机关单位车位", shown)
    assert f'id="s{first.pk}"' in answer.content.decode()
    # `other` supported both, the author the second: two people.
    assert '<b id="votes">2</b>' in answer.content.decode()
    assert '<b id="ideas">1</b>' in answer.content.decode()
    assert beginning(look(scene.topic, scene.other))["me"]["votes"] == {str(second.pk): "support"}


def test_support_of_what_has_become_ones_own_can_only_be_taken_back(scene: Scene) -> None:
    first, second, _third = three(scene)
    merge_suggestions(
        topic_id=scene.topic.pk,
        suggestion_ids=[first.pk],
        into=second.pk,
        by=actor(scene.moderator),
        at=LATER,
    )
    button = re.compile(rf'<button class="button stand-button"[^>]*value="{second.pk}"[^>]*>')

    def state(user: User) -> tuple[bool, bool]:
        found = button.search(look(scene.topic, user).content.decode())
        assert found is not None
        return 'aria-pressed="true"' in found[0], "disabled" in found[0]

    # The author of the merged one supported the other before; the other's author never could.
    assert state(scene.author) == (True, False)
    assert state(scene.member) == (False, True)
    support_of_none = Ballot(actor=actor(scene.author), suggestion_id=second.pk, choice=None)
    cast_votes(topic_id=scene.topic.pk, ballots=[support_of_none], at=LATER)
    assert state(scene.author) == (False, True)


# --- one's own part -----------------------------------------------------------------------------------------


def test_a_member_finds_the_votes_pressed_and_pressing_again_takes_back(scene: Scene) -> None:
    support(scene.suggestion, scene.member)
    answer = look(scene.topic, scene.member).content.decode()
    button = re.search(r'<button class="button stand-button"[^>]*>.*?</button>', answer)
    assert button is not None
    assert 'form="stand-none"' in button[0]
    assert 'aria-pressed="true"' in button[0]
    assert "已附议" in button[0]
    assert beginning(look(scene.topic, scene.member))["me"]["votes"] == {str(scene.suggestion.pk): "support"}


def test_nobody_supports_their_own_and_guests_support_nothing(scene: Scene) -> None:
    for reader in (scene.author, scene.moderator, None):
        answer = look(scene.topic, reader).content.decode()
        assert re.search(
            r'data-choice="support" aria-pressed="false" aria-describedby="n\d+" disabled>', answer
        )


def test_a_returned_idea_says_why_and_can_be_edited_in_place(scene: Scene) -> None:
    topic = make_topic(scene.county, "退回")
    idea = make_suggestion(topic, scene.author, "两件事：停车和照明。")
    return_suggestion(suggestion_id=idea.pk, by=actor(scene.moderator), at=LATER, reason="一条只写一件事。")
    answer = look(topic, scene.author)
    assert "退回修改" in text_of(answer)
    assert "一条只写一件事。" in text_of(answer)
    assert f'action="/topics/{topic.pk}/suggestions/{idea.pk}/edit"' in answer.content.decode()
    assert '<details class="own-edit" open>' in answer.content.decode()
    assert re.search(r'<form class="write"[^>]* hidden>', answer.content.decode())


def test_whoever_may_post_several_ideas_keeps_the_box_until_the_last_one(scene: Scene) -> None:
    topic = make_topic(scene.county, "两条", ideas=2)
    for number, hidden in ((1, False), (2, True)):
        make_suggestion(topic, scene.author, f"第{number}条")
        form = re.search(r'<form class="write"[^>]*>', look(topic, scene.author).content.decode())
        assert form is not None
        assert form[0].endswith(" hidden>") is hidden


def test_before_opening_one_may_already_write_but_not_send(scene: Scene) -> None:
    answer = look(scene.topic, scene.member, at=NOON - MINUTE).content.decode()
    assert '<button class="button primary" disabled>提交</button>' in answer
    assert "现在可以先写好，内容会保存在本机；议题开始后即可提交。" in answer


def test_a_pause_keeps_the_box_and_says_so(scene: Scene) -> None:
    pause_topic(topic_id=scene.topic.pk, by=actor(scene.moderator), at=LATER)
    answer = look(scene.topic, scene.member).content.decode()
    assert re.search(r'<form class="write"[^>]*"\s*>', answer)
    assert '<span class="phase open paused" id="phase">已暂停</span>' in answer


def test_after_closing_there_is_a_receipt_with_the_votes_and_the_journals_head(scene: Scene) -> None:
    support(scene.suggestion, scene.member)
    close_topic(topic_id=scene.topic.pk, by=actor(scene.moderator), at=LATER + MINUTE)
    scene.topic.refresh_from_db()
    answer = look(scene.topic, scene.member, at=LATER + 2 * MINUTE)
    assert "您的 1 次附议已计入。" in text_of(answer)
    assert scene.topic.head in answer.content.decode()
    voter = pseudonym(scene.topic.secret, scene.member.pk)
    assert re.search(f"您的附议在公开日志中以此化名出现，他人无从得知： ?{voter} ", text_of(answer))
    assert voter in text_of(Client().get(f"/topics/{scene.topic.pk}/journal/"))
    assert "次附议已计入" not in text_of(look(scene.topic, at=LATER + 2 * MINUTE))


def test_a_receipt_stays_the_same_whatever_happens_after_closing(scene: Scene) -> None:
    support(scene.suggestion, scene.member)
    closed = NOON + HOUR
    assert mark_phase(topic_id=scene.topic.pk, at=closed)
    scene.topic.refresh_from_db()
    revision, head = scene.topic.revision, scene.topic.head
    hide_suggestion(
        suggestion_id=scene.suggestion.pk, reason="重复", by=actor(scene.moderator), at=closed + MINUTE
    )
    scene.topic.refresh_from_db()
    assert scene.topic.head != head
    page = look(scene.topic, scene.member, at=closed + 2 * MINUTE)
    assert f"公开日志第 {revision} 条" in text_of(page)
    assert head in page.content.decode()
    assert scene.topic.head not in page.content.decode()
    entry = f"/topics/{scene.topic.pk}/journal/?before={revision + 1}"
    assert f'href="{entry}"' in page.content.decode()
    client = Client()
    client.force_login(scene.member)
    with time_machine.travel(closed + 2 * MINUTE, tick=False):
        assert head in client.get(entry).content.decode()
        assert head[:16] in client.get("/me/").content.decode()


def test_a_receipt_of_a_closing_that_nobody_has_noticed_has_the_last_entry(scene: Scene) -> None:
    support(scene.suggestion, scene.member)
    scene.topic.refresh_from_db()
    assert scene.topic.head in look(scene.topic, scene.member, at=NOON + HOUR).content.decode()


def test_the_budget_that_is_left_is_shown(scene: Scene) -> None:
    topic = make_topic(scene.county, "五票", budget=5)
    idea = make_suggestion(topic, scene.author, publish_by=scene.moderator)
    support(idea, scene.member)
    assert "还剩 4 票，共 5 票" in text_of(look(topic, scene.member))


def test_the_script_begins_where_the_page_stands(scene: Scene) -> None:
    begun = beginning(look(scene.topic, scene.member))
    scene.topic.refresh_from_db()
    assert begun["revision"] == scene.topic.revision
    assert begun["rules"] == {
        "ideas": 1,
        "length": 200,
        "ballot": ["support"],
        "budget": None,
        "tallies": "live",
    }
    assert begun["phase"] == {
        "name": "open",
        "posting": True,
        "voting": True,
        "paused": False,
        "posting_ms": 3_000_000,
        "closes_ms": 3_000_000,
    }
    assert begun["me"] == {"role": "member", "votes": {}, "suggestions": []}
    assert beginning(look(scene.topic))["me"] is None


def test_moderators_find_the_way_to_the_desk_and_members_do_not(scene: Scene) -> None:
    assert f'href="/desk/{scene.topic.pk}/"' in look(scene.topic, scene.moderator).content.decode()
    assert "/desk/" not in look(scene.topic, scene.member).content.decode()


def test_a_member_of_another_county_only_follows(scene: Scene) -> None:
    stranger = make_member(make_county("政协别县委员会"), "外县委员")
    assert "您正在旁听。" in text_of(look(scene.topic, stranger))


# --- without a script ---------------------------------------------------------------------------------------


def test_a_text_that_was_refused_is_given_back_once(scene: Scene) -> None:
    client = Client()
    client.force_login(scene.member)
    with time_machine.travel(LATER, tick=False):
        long = "长" * 201
        sent = client.post(f"/topics/{scene.topic.pk}/suggestions", {"text": long, "ref": str(uuid.uuid4())})
        assert (sent.status_code, sent["Location"]) == (303, f"/topics/{scene.topic.pk}/")
        shown = client.get(f"/topics/{scene.topic.pk}/").content.decode()
        again = client.get(f"/topics/{scene.topic.pk}/").content.decode()
    assert f"{long}</textarea>" in shown
    assert '<p class="notice error">您写了201字，最多200字，请精简后再提交。</p>' in shown
    assert long not in again


def test_a_refused_edit_is_given_back_in_its_own_box(scene: Scene) -> None:
    topic = make_topic(scene.county, "退回")
    idea = make_suggestion(topic, scene.author, "两件事。")
    client = Client()
    client.force_login(scene.author)
    with time_machine.travel(LATER, tick=False):
        client.post(f"/topics/{topic.pk}/suggestions/{idea.pk}/edit", {"text": "改" * 201})
        shown = client.get(f"/topics/{topic.pk}/").content.decode()
    own = shown[shown.index('id="my-list"') : shown.index('id="write"')]
    assert "改" * 201 + "</textarea>" in own
    assert shown.count("改" * 201) == 1
