"""The big screen as the server draws it: what everybody may know, and no more."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from consultations.actions.moderation import feature_suggestion, hide_suggestion
from consultations.actions.topics import close_topic, pause_topic
from consultations.actions.votes import Ballot, cast_votes
from consultations.enums import Tallies, Visibility
from consultations.models import JournalEntry, Suggestion, Topic
from jianyan.accounts.models import User
from tests.consultations.conftest import Scene
from tests.consultations.factories import HOUR, MINUTE, NOON, actor, make_suggestion, make_topic
from tests.consultations.views.looking import LATER, text_of
from tests.consultations.views.looking import look as look_at
from tests.jianyan.accounts.factories import make_user


def look(topic: Topic, user: User | None = None, **more: Any) -> Any:
    return look_at(f"/topics/{topic.pk}/screen/", user, **more)


def view_of(answer: Any) -> str:
    found = re.search(r'data-view="(\w+)"', answer.text)
    assert found is not None
    return found[1]


def rows_in(answer: Any) -> list[int]:
    rows = answer.text.partition('id="rows"')[2].partition("</ol>")[0]
    return [int(number) for number in re.findall(r'data-id="(\d+)"', rows)]


def support(suggestion: Suggestion, *voters: User) -> None:
    ballots = [Ballot(actor(one), suggestion.pk, "support") for one in voters]
    assert cast_votes(topic_id=suggestion.topic_id, ballots=ballots, at=LATER).refusals == {}


def second_idea(scene: Scene, text: str = "第二条") -> Suggestion:
    return make_suggestion(scene.topic, scene.member, text, publish_by=scene.moderator, at=NOON + 2 * MINUTE)


def test_it_shows_the_topic_how_to_join_and_the_most_supported(scene: Scene) -> None:
    second = second_idea(scene)
    support(second, scene.author, scene.other)
    answer = look(scene.topic)
    code = scene.topic.deliberation.join_code
    text = text_of(answer)
    assert (view_of(answer), rows_in(answer)) == ("live", [second.pk, scene.suggestion.pk])
    for shown in (scene.topic.title, "政协越溪县委员会", "testserver/j", f"{code[:3]} {code[3:]}"):
        assert shown in text, shown
    assert answer["Cache-Control"] == "private, no-store"


def test_it_has_no_controls_and_nothing_of_who_reads(scene: Scene) -> None:
    plain = look(scene.topic).text
    for absent in ("<form", "<button", "<a ", "csrf", "<input"):
        assert absent not in plain, absent
    assert look(scene.topic, scene.member).text == plain


def test_the_look_is_light_unless_dark_is_asked_for(scene: Scene) -> None:
    for asked, theme in (("", "light"), ("dark", "dark"), ("pink", "light")):
        assert f'data-theme="{theme}"' in look(scene.topic, look=asked).text


def test_each_phase_has_its_view(scene: Scene) -> None:
    assert view_of(look(scene.topic, at=NOON - MINUTE)) == "waiting"
    assert view_of(look(scene.topic)) == "live"
    pause_topic(topic_id=scene.topic.pk, by=actor(scene.moderator), at=LATER)
    assert view_of(look(scene.topic)) == "paused"
    assert view_of(look(scene.topic, at=NOON + 61 * MINUTE)) == "closed"


def test_the_featured_one_is_shown_with_its_author(scene: Scene) -> None:
    feature_suggestion(suggestion_id=scene.suggestion.pk, on=True, by=actor(scene.moderator), at=LATER)
    featured = look(scene.topic).text.partition('id="featured"')[2].partition("</section>")[0]
    for shown in (scene.suggestion.text, "林栖云", "文艺界"):
        assert shown in featured


def test_what_is_masked_hidden_or_not_published_is_not_on_it(scene: Scene) -> None:
    masked = second_idea(scene, "请打张三的电话13800001234反映。")
    Suggestion.objects.filter(pk=masked.pk).update(masked=[[6, 17]], featured=True)
    hidden = make_suggestion(scene.topic, scene.other, "已隐藏的建言", publish_by=scene.moderator)
    hide_suggestion(suggestion_id=hidden.pk, reason="与议题无关", by=actor(scene.moderator), at=LATER)
    plain = look(scene.topic, scene.moderator).text
    assert "13800001234" not in plain
    assert "＊" * 11 in plain
    assert "已隐藏的建言" not in plain


def test_hidden_counts_are_told_neither_by_a_number_nor_by_the_order(scene: Scene) -> None:
    Topic.objects.filter(pk=scene.topic.pk).update(tallies=Tallies.CLOSED)
    second = second_idea(scene)
    support(scene.suggestion, scene.member, scene.other)
    answer = look(scene.topic)
    assert rows_in(answer) == [second.pk, scene.suggestion.pk]
    assert re.findall(r'screen-row-count number">([^<]*)<', answer.text) == ["", "", ""]
    assert 'id="votes">–<' in answer.text
    closed = look(scene.topic, at=NOON + 61 * MINUTE)
    assert rows_in(closed) == [scene.suggestion.pk, second.pk]
    assert 'id="votes">2<' in closed.text


def test_only_representatives_are_in_the_ranking(scene: Scene) -> None:
    second = second_idea(scene)
    Suggestion.objects.filter(pk=second.pk).update(status="merged", merged_into=scene.suggestion)
    assert rows_in(look(scene.topic)) == [scene.suggestion.pk]


def test_after_closing_it_shows_the_entry_that_closed_the_topic_for_good(scene: Scene) -> None:
    support(scene.suggestion, scene.member)
    close_topic(topic_id=scene.topic.pk, by=actor(scene.moderator), at=LATER)
    entry = JournalEntry.objects.get(topic=scene.topic, kind="closed")
    hide_suggestion(suggestion_id=scene.suggestion.pk, reason="…", by=actor(scene.moderator), at=LATER)
    text = text_of(look(scene.topic))
    assert f"公开日志第{entry.revision}条" in text
    assert " ".join(re.findall("....", entry.hash)) in text
    assert f"testserver/topics/{scene.topic.pk}/journal/" in text


def test_a_closing_that_nobody_noticed_is_journalled_by_looking(scene: Scene) -> None:
    answer = look(scene.topic, at=NOON + 61 * MINUTE)
    entry = JournalEntry.objects.filter(topic=scene.topic).order_by("-revision")[0]
    assert (entry.kind, entry.payload["window"]) == ("phase", "closed")
    assert f"公开日志第{entry.revision}条" in text_of(answer)


def test_it_is_open_to_whoever_may_see_the_topic(scene: Scene) -> None:
    scene.topic.deliberation.visibility = Visibility.MEMBERS
    scene.topic.deliberation.save()
    assert look(scene.topic)["Location"].startswith("/accounts/login/")
    assert look(scene.topic, make_user("外人")).status_code == 404
    assert look(scene.topic, scene.member).status_code == 200
    draft = make_topic(scene.county, "尚未公布", announced_at=None)
    assert look(draft).status_code == 404


@pytest.mark.parametrize(("closed", "queries"), [(False, 9), (True, 10)])
def test_the_number_of_queries_does_not_depend_on_the_rows(scene: Scene, closed: bool, queries: int) -> None:
    if closed:
        close_topic(topic_id=scene.topic.pk, by=actor(scene.moderator), at=LATER)
    client = Client()
    client.force_login(scene.member)
    # It has opened, and nobody had noticed.
    look(scene.topic)
    with time_machine.travel(LATER, tick=False):
        with CaptureQueriesContext(connection) as one:
            client.get(f"/topics/{scene.topic.pk}/screen/")
        for number, by in enumerate((scene.member, scene.other), 2):
            Suggestion.objects.create(
                topic=scene.topic,
                author=by,
                number=number,
                text="又一条",
                client_ref=str(number),
                status="published",
                posted_at=LATER,
                published_at=LATER,
            )
        with CaptureQueriesContext(connection) as three:
            client.get(f"/topics/{scene.topic.pk}/screen/")
    assert (len(one), len(three)) == (queries, queries)


# --- the key of the room ------------------------------------------------------------------------------------


def test_the_code_of_the_room_is_on_the_screen_of_staff_who_ask_for_it(scene: Scene) -> None:
    def code(user: User | None, **query: str) -> str:
        page: str = look(scene.topic, user, **query).text
        return page.partition("<svg")[2].partition("</svg>")[0]

    usual = code(None)
    for user in (scene.moderator, scene.secretary):
        assert code(user) == usual
        assert code(user, room="1") != usual
    for somebody in (None, scene.member, scene.author):
        assert code(somebody, room="1") == usual


def test_the_square_code_leads_to_where_one_joins(scene: Scene) -> None:
    deliberation = scene.topic.deliberation
    plain = f"http://testserver/j/{deliberation.join_code}"
    with patch("consultations.views.screen.qr_svg", return_value="") as drawn:
        look(scene.topic)
        drawn.assert_called_with(plain)
        look(scene.topic, scene.secretary, room="1")
        drawn.assert_called_with(f"{plain}/{deliberation.room_key}")


def test_no_page_or_answer_says_the_key_of_the_room(scene: Scene) -> None:
    key = scene.topic.deliberation.room_key
    topic, deliberation = scene.topic.pk, scene.topic.deliberation_id
    for address in (
        "/",
        f"/topics/{topic}/",
        f"/topics/{topic}/screen/",
        f"/topics/{topic}/screen/?room=1",
        f"/topics/{topic}/state",
        f"/topics/{topic}/watch",
        f"/topics/{topic}/watch/state",
        f"/topics/{topic}/journal/",
        f"/deliberations/{deliberation}/",
        f"/j/{scene.topic.deliberation.join_code}",
    ):
        for somebody in (None, scene.member, scene.moderator):
            answer = look_at(address, somebody)
            assert key not in answer.text, address
            assert key not in str(answer.headers), address


# --- several topics -----------------------------------------------------------------------------------------


def topic_on(deliberation_id: int, user: User | None = None, *, at: dt.datetime) -> int:
    answer = look_at(f"/deliberations/{deliberation_id}/screen/", user, at=at)
    assert 'data-follows="yes"' in answer.text
    return int(re.findall(r'data-topic="(\d+)"', answer.text)[0])


def test_the_screen_of_a_deliberation_goes_on_to_the_topic_that_is_on(scene: Scene) -> None:
    deliberation = scene.topic.deliberation
    later = make_topic(scene.county, "下午的议题", deliberation=deliberation, opens_at=NOON + 2 * HOUR)
    Topic.objects.filter(pk=later.pk).update(announced_at=NOON - HOUR)
    for at, topic in (
        (NOON - 30 * MINUTE, scene.topic),
        (NOON + MINUTE, scene.topic),
        (NOON + 61 * MINUTE, scene.topic),
        (NOON + 111 * MINUTE, later),
        (NOON + 121 * MINUTE, later),
        (NOON + 200 * MINUTE, later),
    ):
        assert topic_on(deliberation.pk, at=at) == topic.pk, at


def test_of_several_open_topics_each_has_its_minute(scene: Scene) -> None:
    second = make_topic(scene.county, "第二题", deliberation=scene.topic.deliberation)
    shown = [topic_on(second.deliberation_id, at=LATER + minute * MINUTE) for minute in range(4)]
    assert {*shown[:2]} == {scene.topic.pk, second.pk}
    assert shown[2:] == shown[:2]


def test_a_deliberation_that_one_may_not_see_has_no_screen(scene: Scene) -> None:
    scene.topic.deliberation.visibility = Visibility.MEMBERS
    scene.topic.deliberation.save()
    address = f"/deliberations/{scene.topic.deliberation_id}/screen/"
    assert look_at(address)["Location"] == f"/accounts/login/?next={address}"
    assert look_at(address, make_user("外人")).status_code == 404
    assert look_at(address, scene.member).status_code == 200
    assert look_at("/deliberations/987654/screen/", scene.member).status_code == 404
