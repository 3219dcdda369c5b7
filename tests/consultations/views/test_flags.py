"""Reporting a suggestion from the page, and the page that says how suggestions are reviewed."""

from __future__ import annotations

import re
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from consultations.actions.flags import settle_flags
from consultations.actions.moderation import publish_suggestion, return_suggestion
from consultations.enums import Visibility
from consultations.models import Channel, Deliberation, Flag, Suggestion, Topic
from consultations.views.flags import FLAGGING
from jianyan.accounts.models import User
from tests.consultations.conftest import Scene
from tests.consultations.factories import HOUR, MINUTE, NOON, actor, make_suggestion
from tests.consultations.views.looking import LATER, look, text_of
from tests.jianyan.accounts.factories import make_user

TAKEN = "已举报，待处理"


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    """The pace is counted by person, whose number is another person's in the next test."""
    cache.clear()


def path_of(suggestion: Suggestion) -> str:
    return f"/topics/{suggestion.topic_id}/suggestions/{suggestion.pk}/flag"


def send(suggestion: Suggestion, user: User | None, *, json: bool = False, **fields: str) -> Any:
    client = Client()
    if user is not None:
        client.force_login(user)
    headers = {"Accept": "application/json"} if json else {}
    with time_machine.travel(LATER, tick=False):
        return client.post(path_of(suggestion), {"kind": "harsh", **fields}, headers=headers)


def page_of(scene: Scene, user: User | None) -> str:
    content: str = look(f"/topics/{scene.topic.pk}/", user).content.decode()
    return content


def test_the_form_shows_the_suggestion_and_the_reasons(scene: Scene) -> None:
    answer = look(path_of(scene.suggestion), scene.member)
    assert answer["Cache-Control"].startswith("max-age=0")
    assert scene.suggestion.text in text_of(answer)
    assert re.findall(r'name="kind" value="(\w+)"', answer.content.decode()) == [
        "off_topic",
        "private",
        "harsh",
        "untrue",
        "other",
    ]


def test_a_plain_form_leads_back_to_the_suggestion_with_a_word(scene: Scene) -> None:
    client = Client()
    client.force_login(scene.member)
    with time_machine.travel(LATER, tick=False):
        answer = client.post(path_of(scene.suggestion), {"kind": "harsh", "text": "太冲"})
        assert (answer.status_code, answer["Location"]) == (
            303,
            f"/topics/{scene.topic.pk}/#s{scene.suggestion.pk}",
        )
        assert TAKEN in client.get(f"/topics/{scene.topic.pk}/").content.decode()
    made = Flag.objects.get()
    assert (made.kind, made.text, made.member) == ("harsh", "太冲", scene.member)


def test_a_program_is_answered_in_json_and_a_second_time_told_that_nothing_changed(scene: Scene) -> None:
    answer = send(scene.suggestion, scene.member, json=True)
    assert (answer.status_code, answer.json()) == (200, {"message": TAKEN})
    again = send(scene.suggestion, scene.member, json=True)
    assert (again.status_code, again.json()["code"]) == (409, "already_flagged")
    assert Flag.objects.count() == 1


@pytest.mark.parametrize("kind", ["", "split", "sensitive", "nonsense"])
def test_other_kinds_are_refused(scene: Scene, kind: str) -> None:
    answer = send(scene.suggestion, scene.member, json=True, kind=kind)
    assert answer.status_code in (409, 422)
    assert not Flag.objects.exists()


def test_who_may_not_report_is_told_so(scene: Scene) -> None:
    guest = look(path_of(scene.suggestion))
    assert (guest.status_code, guest["Location"].split("?")[0]) == (302, "/accounts/login/")
    assert send(scene.suggestion, make_user("访客"), json=True).json()["code"] == "not_allowed"
    assert look(path_of(scene.suggestion), make_user("访客二")).status_code == 403
    assert send(scene.suggestion, scene.author, json=True).json()["code"] == "own_flag"
    assert look(path_of(scene.suggestion), scene.author).status_code == 409


def test_what_is_not_shown_has_no_form(scene: Scene) -> None:
    waiting = make_suggestion(scene.topic, scene.other, "夜里要有人值班。")
    assert look(path_of(waiting), scene.member).status_code == 404
    assert send(waiting, scene.member).status_code == 404
    Deliberation.objects.update(visibility=Visibility.INVITED)
    assert look(path_of(scene.suggestion), make_user("访客")).status_code == 404


def test_many_at_once_are_slowed_down_before_anything_is_looked_at(scene: Scene) -> None:
    client = Client()
    client.force_login(scene.member)
    with time_machine.travel(LATER, tick=False):
        answers = [
            client.post(path_of(scene.suggestion), {"kind": "other"}, headers={"Accept": "application/json"})
            for _ in range(FLAGGING.per_user + 1)
        ]
    assert [answers[0].status_code, answers[1].status_code, answers[-1].status_code] == [200, 409, 429]
    assert Flag.objects.count() == 1


def test_members_find_it_in_the_row_and_nobody_else_does(scene: Scene) -> None:
    member = page_of(scene, scene.member)
    assert f'href="suggestions/{scene.suggestion.pk}/flag"' in member
    assert '<template id="flag">' in member
    for reader in (None, scene.moderator, make_user("访客")):
        assert "/flag" not in page_of(scene, reader)
        assert '<template id="flag">' not in page_of(scene, reader)
    assert f'href="suggestions/{scene.suggestion.pk}/flag"' not in page_of(scene, scene.author)
    Topic.objects.update(frozen_at=NOON + HOUR)
    assert "/flag" not in page_of(scene, scene.member)


def test_whoever_has_reported_sees_what_became_of_it(scene: Scene) -> None:
    send(scene.suggestion, scene.member)
    page = page_of(scene, scene.member)
    assert f'<p class="flag-state">{TAKEN}</p>' in page
    assert f'href="suggestions/{scene.suggestion.pk}/flag"' not in page
    assert TAKEN not in page_of(scene, scene.other)
    settle_flags(suggestion_id=scene.suggestion.pk, by=actor(scene.moderator), at=LATER)
    page = page_of(scene, scene.member)
    assert f'href="suggestions/{scene.suggestion.pk}/flag"' in page
    assert "主持人已处理" in page


# --- how suggestions are reviewed ---------------------------------------------------------------------------


def policy_of(scene: Scene, user: User | None = None) -> Any:
    return look(f"/topics/{scene.topic.pk}/policy", user)


def test_the_policy_is_for_everybody_who_may_see_the_topic_and_linked_from_it(scene: Scene) -> None:
    Channel.objects.update(policy="第一条。\n\n 第二条<b>。")
    page = policy_of(scene)
    assert page.status_code == 200
    assert re.findall("<li>(第.*?)</li>", page.content.decode()) == ["第一条。", "第二条&lt;b&gt;。"]
    assert "先审后发：每条建言由主持人看过后再发布" in text_of(page)
    assert f'href="/topics/{scene.topic.pk}/policy"' in page_of(scene, None)
    Topic.objects.update(premoderated=False)
    assert "即时发布" in text_of(policy_of(scene))
    Deliberation.objects.update(visibility=Visibility.MEMBERS)
    assert policy_of(scene).status_code == 302
    assert policy_of(scene, make_user("访客")).status_code == 404
    assert policy_of(scene, scene.member).status_code == 200


def test_it_counts_what_came_of_the_topic_so_far(scene: Scene) -> None:
    moderator = actor(scene.moderator)
    reasons = [
        "一条建言请只写一件事，请拆开后重新提交。",
        "请写得更具体：在哪里、做什么、由谁来做。 门牌？",
        "别的话",
    ]
    for author, reason in zip((scene.member, scene.other), reasons[:2], strict=True):
        idea = make_suggestion(scene.topic, author, "两件事。")
        return_suggestion(suggestion_id=idea.pk, by=moderator, at=NOON + 2 * MINUTE, reason=reason)
    publish_suggestion(suggestion_id=idea.pk, by=moderator, at=NOON + 6 * MINUTE)
    Suggestion.objects.filter(pk=scene.suggestion.pk).update(published_at=NOON + 8 * MINUTE)
    page = text_of(policy_of(scene))
    assert "收到 3 已发布 2 未采用 0 发布前等待（中位数） 6 分钟" in page
    assert "一条建言请只写一件事，请拆开后重新提交。 ×1" in page
    assert "请写得更具体：在哪里、做什么、由谁来做。 ×1" in page
    assert "其他理由" not in page


def test_reasons_in_other_words_are_counted_and_not_shown(scene: Scene) -> None:
    idea = make_suggestion(scene.topic, scene.member, "两件事。")
    return_suggestion(
        suggestion_id=idea.pk, by=actor(scene.moderator), at=NOON + 2 * MINUTE, reason="请罗委员改一改"
    )
    page = text_of(policy_of(scene))
    assert "其他理由 ×1" in page
    assert "罗委员" not in page


def test_the_policy_asks_as_much_of_the_database_whatever_has_happened(scene: Scene) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            policy_of(scene)
        return len(asked)

    before = queries()
    for author in (scene.member, scene.other):
        make_suggestion(scene.topic, author, "又一件事。", publish_by=scene.moderator)
    assert (before, queries()) == (3, 3)
