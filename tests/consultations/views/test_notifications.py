"""One's own notifications: in words, new until shown, a page at a time; the count beside the bell; what one wants told."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from consultations.actions.merging import merge_suggestions, unmerge_suggestion
from consultations.actions.moderation import (
    decline_suggestion,
    feature_suggestion,
    hide_suggestion,
    restore_suggestion,
    return_suggestion,
)
from consultations.actions.notifying import notify_people
from consultations.actions.topics import close_topic
from consultations.actions.votes import Ballot, cast_votes
from consultations.enums import Choice, Cosigning, News
from consultations.models import Cosigner, Notification, NotificationChoice, Suggestion
from consultations.views.notifications import ASKING
from jianyan.accounts.models import User
from tests.consultations.conftest import Scene
from tests.consultations.factories import MINUTE, NOON, actor, make_suggestion
from tests.consultations.views.looking import LATER, look, text_of
from tests.jianyan.accounts.factories import make_member

SETTINGS = "/notifications/settings"


def lines(user: User) -> list[tuple[str, str]]:
    """(sentence, where it leads) of everything that this person's page shows, newest first."""
    page = look("/notifications/", user).content.decode()
    return re.findall(r'<p class="told-words"><a class="way" href="([^"]+)">([^<]+)</a>', page)


def words(user: User) -> list[str]:
    return [sentence for _address, sentence in lines(user)]


def support(suggestion: Suggestion, voter: User) -> None:
    ballot = Ballot(actor(voter), suggestion.pk, Choice.SUPPORT)
    cast_votes(topic_id=suggestion.topic_id, ballots=[ballot], at=LATER)


def merge(scene: Scene, *merging: Suggestion) -> None:
    merge_suggestions(
        topic_id=scene.topic.pk,
        suggestion_ids=[one.pk for one in merging],
        into=scene.suggestion.pk,
        by=actor(scene.moderator),
        at=LATER,
    )


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


# --- in words -----------------------------------------------------------------------------------------------


def test_each_decision_is_a_sentence_that_leads_to_the_suggestion(scene: Scene) -> None:
    by, topic = actor(scene.moderator), f"/topics/{scene.topic.pk}/"
    suggestion = scene.suggestion
    feature_suggestion(suggestion_id=suggestion.pk, on=True, by=by, at=LATER)
    hide_suggestion(suggestion_id=suggestion.pk, reason="请先核实。", by=by, at=LATER)
    restore_suggestion(suggestion_id=suggestion.pk, by=by, at=LATER)
    close_topic(topic_id=scene.topic.pk, by=by, at=LATER)
    here = f"{topic}#s{suggestion.pk}"
    assert lines(scene.author) == [
        (topic, "您参与的议题已结束，可查看结果和您的回执。"),
        (here, "您的第1条建言已恢复公开。"),
        (here, "您的第1条建言已停止公开。"),
        (here, "您的第1条建言已上大屏展示。"),
        (here, "您的第1条建言已发布。"),
    ]
    assert "原因： 请先核实。" in text_of(look("/notifications/", scene.author))


def test_what_is_not_public_leads_to_ones_own_part_of_the_page(scene: Scene) -> None:
    by, own = actor(scene.moderator), f"/topics/{scene.topic.pk}/#my-ideas"
    returned = make_suggestion(scene.topic, scene.member)
    return_suggestion(suggestion_id=returned.pk, reason="请只写一件事。", by=by, at=LATER)
    declined = make_suggestion(scene.topic, scene.other)
    decline_suggestion(suggestion_id=declined.pk, reason="与议题无关。", by=by, at=LATER)
    assert lines(scene.member) == [(own, "您的第2条建言被退回，请修改后重新提交。")]
    assert lines(scene.other) == [(own, "您的第3条建言未予采用。")]
    restore_suggestion(suggestion_id=declined.pk, by=by, at=LATER)
    assert words(scene.other) == ["您的第3条建言已重新进入审核。", "您的第3条建言未予采用。"]


def test_a_merge_is_told_to_each_as_it_concerns_them(scene: Scene) -> None:
    second, third, fourth = (
        make_suggestion(scene.topic, by, publish_by=scene.moderator)
        for by in (scene.member, scene.other, make_member(scene.county, "夏雨荷"))
    )
    supporter = make_member(scene.county, "支持者")
    support(third, supporter)
    Notification.objects.all().delete()
    merge(scene, fourth)
    merge(scene, second, third)
    here = f"/topics/{scene.topic.pk}/#s{scene.suggestion.pk}"
    assert lines(scene.member) == [(here, "您的第2条建言已并入第1条，附议合并计算。")]
    assert lines(supporter) == [(here, "您附议的第3条已并入第1条，附议合并计算。")]
    assert words(scene.author) == [
        "第2、3条已并入您的第1条建言，附议合并计算。",
        "第4条已并入您的第1条建言，附议合并计算。",
    ]
    assert words(fourth.author) == [
        "第2、3条已并入第1条，您的第4条建言也在其中。",
        "您的第4条建言已并入第1条，附议合并计算。",
    ]
    unmerge_suggestion(suggestion_id=third.pk, by=actor(scene.moderator), at=LATER)
    assert words(scene.other)[0] == "您的第3条建言已从第1条中拆分出来，恢复单列。"
    assert words(supporter)[0] == "您附议的第3条已从第1条中拆分出来，恢复单列。"
    assert words(scene.author)[0] == "第3条已从您的第1条建言中拆分出来。"
    assert words(scene.member)[0] == "第3条已从第1条中拆分出来，您的第2条建言仍在其中。"


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        (News.PROPOSED, "对您的第1条建言有一条修改建议，是否采用由您决定。"),
        (News.COSIGN, "有委员邀请您联名第1条建言，请答复是否同意。"),
        (News.COSIGNED, "您邀请联名第1条建言的委员已答复。"),
        (News.ENTERED, "已为您代录第1条建言。"),
        (News.MERGED, "第1条建言已合并。"),
        (News.UNMERGED, "第1条建言的合并已撤销。"),
    ],
)
def test_every_other_kind_has_its_sentence(scene: Scene, kind: News, sentence: str) -> None:
    notify_people(scene.topic, kind, [scene.member.pk], scene.suggestion, 99, LATER)
    [(address, said)] = lines(scene.member)
    assert said == sentence
    place = "own-panel" if kind in (News.PROPOSED, News.COSIGN) else f"s{scene.suggestion.pk}"
    assert address == f"/topics/{scene.topic.pk}/#{place}"


def test_the_sentence_is_in_the_language_of_whoever_reads(scene: Scene) -> None:
    client = signed_in(scene.author)
    page = client.get("/notifications/", headers={"Accept-Language": "en"})
    assert "Your suggestion no. 1 is published." in text_of(page)


def test_nobody_else_is_named(scene: Scene) -> None:
    second = make_suggestion(scene.topic, scene.member, publish_by=scene.moderator)
    merge(scene, second)
    said = text_of(look("/notifications/", scene.author))
    assert not [name for name in ("罗小满", "韩主持", "顾南枝", "沈秘书") if name in said]


def test_a_masked_passage_is_shown_to_those_alone_whose_suggestion_it_is(scene: Scene) -> None:
    text = "请拨打13800138000登记车位。"
    second = make_suggestion(scene.topic, scene.member, text, publish_by=scene.moderator)
    Suggestion.objects.filter(pk=second.pk).update(masked=[[3, 14]])
    Cosigner.objects.create(
        topic=scene.topic,
        suggestion=second,
        member=scene.secretary,
        state=Cosigning.AGREED,
        slot=1,
        invited_at=NOON,
    )
    support(second, scene.other)
    second.refresh_from_db()
    merge(scene, second)
    for own in (scene.member, scene.secretary):
        assert text in text_of(look("/notifications/", own))
    said = text_of(look("/notifications/", scene.other))
    assert "请拨打＊＊＊＊＊＊＊＊＊＊＊登记车位。" in said
    assert "13800138000" not in said


def test_what_is_not_shown_any_more_is_shown_to_nobody_else(scene: Scene) -> None:
    notify_people(scene.topic, News.COSIGN, [scene.member.pk], scene.suggestion, 99, LATER)
    assert scene.suggestion.text in text_of(look("/notifications/", scene.member))
    hide_suggestion(suggestion_id=scene.suggestion.pk, reason="不实。", by=actor(scene.moderator), at=LATER)
    assert scene.suggestion.text not in text_of(look("/notifications/", scene.member))


# --- new, and read ------------------------------------------------------------------------------------------


def test_what_was_shown_is_new_no_more(scene: Scene) -> None:
    first, second = (look("/notifications/", scene.author).content.decode() for _turn in range(2))
    assert 'class="card told-one new"' in first
    assert 'class="card told-one new"' not in second
    assert Notification.objects.get(user=scene.author).read_at == LATER


def test_only_looking_reads(scene: Scene) -> None:
    signed_in(scene.author).head("/notifications/")
    look("/notifications/", scene.other)
    assert Notification.objects.get(user=scene.author).read_at is None


def fill(scene: Scene, user: User, count: int) -> None:
    for revision in range(100, 100 + count):
        notify_people(scene.topic, News.COSIGN, [user.pk], scene.suggestion, revision, LATER)


def test_pages_follow_each_other_and_all_can_be_marked_at_once(scene: Scene) -> None:
    fill(scene, scene.member, 65)
    client = signed_in(scene.member)
    address, seen = "/notifications/", []
    while True:
        page = client.get(address).content.decode()
        seen.append(page.count('<li class="card told-one'))
        older = re.search(r'<a class="button" href="(\?before=\d+)">', page)
        if older is None:
            break
        address = f"/notifications/{older[1]}"
    assert seen == [30, 30, 5]
    Notification.objects.update(read_at=None)
    assert "全部标为已读" in text_of(client.get("/notifications/"))
    answer = client.post("/notifications/read")
    assert (answer.status_code, answer["Location"]) == (303, "/notifications/")
    assert not Notification.objects.filter(user=scene.member, read_at=None).exists()
    assert "全部标为已读" not in text_of(client.get("/notifications/"))


@pytest.mark.parametrize("before", ["-1", "x", "９", "9" * 30, "\x00"])
def test_a_page_that_there_is_not_is_the_first_one(scene: Scene, before: str) -> None:
    assert "您的第1条建言已发布。" in text_of(look("/notifications/", scene.author, before=before))


def test_a_page_asks_as_often_for_many_as_for_one(scene: Scene) -> None:
    def asked(user: User) -> int:
        client = signed_in(user)
        with CaptureQueriesContext(connection) as queries:
            client.get("/notifications/")
        return len(queries)

    fill(scene, scene.member, 1)
    fill(scene, scene.other, 30)
    # Session, user, notifications, steps, co-signed, marked as read, roles for the links, what is still new.
    assert (asked(scene.member), asked(scene.other)) == (8, 8)


def test_nobody_has_been_told_anything_at_first(scene: Scene) -> None:
    assert "还没有通知" in text_of(look("/notifications/", scene.member))


# --- the bell -----------------------------------------------------------------------------------------------


def bell(page: Any) -> tuple[str, bool]:
    """The count in the head of a page, and whether it is shown."""
    found = re.search(
        r'<span class="bell-new"( hidden)?> <span class="bell-count number">(\S+)</span>', page.text
    )
    assert found is not None
    return found[2], found[1] is None


def test_every_page_counts_what_is_new(scene: Scene) -> None:
    assert bell(look("/", scene.author)) == ("1", True)
    assert bell(look(f"/topics/{scene.topic.pk}/", scene.author)) == ("1", True)
    assert bell(look("/notifications/", scene.author)) == ("0", False)
    assert bell(look("/", scene.author)) == ("0", False)
    assert "data-unread" not in look("/").text


def test_more_than_ninety_nine_are_many(scene: Scene) -> None:
    fill(scene, scene.member, 99)
    assert bell(look("/", scene.member)) == ("99", True)
    fill(scene, scene.member, 120)
    assert bell(look("/", scene.member)) == ("99+", True)


def test_the_count_is_asked_for_and_said_again_only_when_it_has_changed(scene: Scene) -> None:
    client = signed_in(scene.author)
    first = client.get("/notifications/unread")
    assert (first.status_code, first.json()) == (200, {"unread": 1})
    assert "private" in first["Cache-Control"]
    again = client.get("/notifications/unread", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    # The next one at this browser has as many, and yet another answer.
    fill(scene, scene.member, 1)
    other = signed_in(scene.member).get("/notifications/unread", headers={"If-None-Match": first["ETag"]})
    assert (other.status_code, other.json()) == (200, {"unread": 1})
    client.get("/notifications/")
    none = client.get("/notifications/unread", headers={"If-None-Match": first["ETag"]})
    assert none.json() == {"unread": 0}


def test_the_count_is_ones_own_and_not_asked_without_end(scene: Scene) -> None:
    guest = Client().get("/notifications/unread")
    assert (guest.status_code, guest.json()["code"]) == (403, "not_signed_in")
    client = signed_in(scene.member)
    with time_machine.travel(dt.datetime(2026, 3, 5, 12, 10, tzinfo=dt.UTC), tick=False):
        codes = [client.get("/notifications/unread").status_code for _turn in range(ASKING.per_user + 1)]
    assert codes == [200] * ASKING.per_user + [429]


# --- what one wants to be told ------------------------------------------------------------------------------


def boxes(page: Any, name: str) -> dict[str, bool]:
    """Kind → ticked, of the boxes of that name."""
    found = re.findall(rf'<input type="checkbox" name="{name}" value="(\w+)"[^>]*?( checked)?>', page.text)
    return {kind: bool(ticked) for kind, ticked in found}


def test_everything_is_told_and_what_follows_up_is_mailed_until_somebody_chooses(scene: Scene) -> None:
    User.objects.filter(pk=scene.author.pk).update(email="lin@county.example")
    with override_settings(MAILS=True):
        page = look(SETTINGS, scene.author)
    assert boxes(page, "told") == dict.fromkeys(News.values, True)
    followed_up = {"to_handle", "referred", "replied", "outcome", "submitted", "misdirect"}
    assert {kind for kind, ticked in boxes(page, "mailed").items() if ticked} == followed_up
    assert "邮件发到lin@county.example" in text_of(page)


@pytest.mark.parametrize(("mails", "said"), [(False, False), (True, True)])
def test_who_has_no_address_or_no_server_is_offered_no_mail(scene: Scene, mails: bool, said: bool) -> None:
    with override_settings(MAILS=mails):
        page = look(SETTINGS, scene.author)
        assert boxes(page, "mailed") == {}
        assert ("没有登记邮箱" in text_of(page)) is said
        signed_in(scene.author).post(SETTINGS, {"told": ["returned"], "mailed": ["closed"]})
    choice = NotificationChoice.objects.get(user=scene.author)
    assert (choice.mailed, "returned" in choice.off, "closed" in choice.off) == (None, False, True)


def test_a_choice_is_kept_and_shown(scene: Scene) -> None:
    User.objects.filter(pk=scene.author.pk).update(email="lin@county.example")
    with override_settings(MAILS=True):
        client = signed_in(scene.author)
        answer = client.post(SETTINGS, {"told": ["returned", "hidden"], "mailed": ["hidden", "closed"]})
        assert (answer.status_code, answer["Location"]) == (303, SETTINGS)
        page = client.get(SETTINGS)
    assert "已保存。" in text_of(page)
    told, mailed = (
        {kind for kind, ticked in boxes(page, name).items() if ticked} for name in ("told", "mailed")
    )
    assert (told, mailed) == ({"returned", "hidden", "closed"}, {"hidden", "closed"})
    hide_suggestion(
        suggestion_id=scene.suggestion.pk,
        reason="请先核实。",
        by=actor(scene.moderator),
        at=NOON + 20 * MINUTE,
    )
    assert bell(client.get("/")) == ("2", True)


@pytest.mark.parametrize("address", ["/notifications/", SETTINGS])
def test_whoever_is_not_signed_in_is_asked_to(db: None, address: str) -> None:
    answer = look(address)
    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={address}")
