"""The desk over HTTP: who may, what is shown, and that nothing is decided that was not seen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from consultations.actions.claims import claim_suggestion
from consultations.actions.moderation import decline_suggestion, publish_suggestion, return_suggestion
from consultations.actions.suggestions import edit_suggestion, withdraw_suggestion
from consultations.actions.themes import create_theme
from consultations.enums import Visibility
from consultations.models import Channel, Claim, JournalEntry, Suggestion, Topic
from consultations.queries.desk import edition_of
from jianyan.accounts.models import User
from tests.consultations.conftest import Scene
from tests.consultations.factories import MINUTE, NOON, actor, make_suggestion, make_topic
from tests.jianyan.accounts.factories import (
    County,
    make_administrator,
    make_auditor,
    make_county,
    make_moderator,
)

from .desk_scene import NOW, Desk, at, desk_of, page, waiting

SECOND = dt.timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with at(NOW):
        yield


@pytest.fixture
def pending(scene: Scene) -> Suggestion:
    return make_suggestion(scene.topic, scene.member, "医院东侧两条支路改单行。")


@pytest.fixture
def desk(scene: Scene) -> Desk:
    return desk_of(scene.moderator, scene.topic)


@pytest.fixture
def colleague(scene: Scene) -> User:
    return make_moderator(scene.county, "孙审核")


# --- who may ------------------------------------------------------------------------------------------------


def test_moderators_and_secretaries_of_the_host_have_a_desk(scene: Scene) -> None:
    assert desk_of(scene.moderator, scene.topic).get().status_code == 200
    assert desk_of(scene.secretary, scene.topic).get().status_code == 200


@pytest.mark.parametrize("make", [make_administrator, make_auditor])
def test_other_officials_have_none(scene: Scene, make: Callable[[County], User]) -> None:
    assert desk_of(make(scene.county), scene.topic).get().status_code == 403


def test_a_member_has_none(scene: Scene) -> None:
    assert desk_of(scene.member, scene.topic).get().status_code == 403


def test_a_moderator_of_another_county_has_none(scene: Scene) -> None:
    stranger = make_moderator(make_county("政协邻县委员会"), "外县主持")
    assert desk_of(stranger, scene.topic).get().status_code == 403


def test_what_a_person_may_not_see_has_no_desk_for_them(scene: Scene) -> None:
    hidden = make_topic(scene.county, "未公开的议题", announced_at=None)
    assert desk_of(scene.member, hidden).get().status_code == 404
    assert desk_of(scene.moderator, hidden).get().status_code == 200
    deliberation = scene.topic.deliberation
    deliberation.visibility = Visibility.INVITED
    deliberation.save()
    assert desk_of(scene.member, scene.topic).get().status_code == 404


def test_the_desk_leads_to_the_page_for_the_audience_where_there_is_one(scene: Scene) -> None:
    link = f'href="/topics/{scene.topic.pk}/watch"'
    assert link in desk_of(scene.moderator, scene.topic).get().content.decode()
    scene.topic.deliberation.visibility = Visibility.MEMBERS
    scene.topic.deliberation.save()
    assert "/watch" not in desk_of(scene.moderator, scene.topic).get().content.decode()


def test_an_unknown_topic_is_not_found(desk: Desk) -> None:
    assert desk.client.get("/desk/424242/").status_code == 404


def test_who_is_not_signed_in_is_asked_to_and_comes_back(scene: Scene, pending: Suggestion) -> None:
    visitor = Desk(Client(), scene.topic)
    response = visitor.get(f"?item={pending.pk}")
    assert response.status_code == 302
    assert response["Location"] == f"/accounts/login/?next=/desk/{scene.topic.pk}/%3Fitem%3D{pending.pk}"


def test_a_region_asked_for_after_signing_out_loads_the_sign_in_page_as_a_whole(scene: Scene) -> None:
    response = Desk(Client(), scene.topic).get("pulse", htmx=True)
    assert response.status_code == 403
    assert response["HX-Redirect"].startswith("/accounts/login/?next=")


def actions_on(suggestion: Suggestion) -> list[tuple[str, dict[str, str]]]:
    item = f"items/{suggestion.pk}"
    return [
        (f"{item}/decide", {"decision": "publish"}),
        (f"{item}/theme", {"theme": ""}),
        (f"{item}/feature", {"on": "1"}),
        (f"{item}/propose", {"text": "医院东侧两条支路改为单行。", "seen": edition_of(suggestion)}),
        (f"{item}/settle", {}),
        (f"{item}/unmask", {"seen": edition_of(suggestion)}),
        ("several", {"publish": "", "pick": f"{suggestion.pk}:{edition_of(suggestion)}"}),
        ("unmerge", {"of": str(suggestion.pk)}),
        (f"{item}/claim", {}),
        (f"{item}/release", {}),
        ("phase", {"step": "pause"}),
        ("themes/", {"name": "新归类"}),
        ("notice", {"text": "请抓紧时间"}),
    ]


def test_nobody_but_a_moderator_can_do_anything_at_the_desk(scene: Scene, pending: Suggestion) -> None:
    entries = JournalEntry.objects.count()
    for rest, fields in actions_on(pending):
        for person in (scene.member, scene.author, make_administrator(scene.county, f"管理{rest}")):
            assert (
                desk_of(person, scene.topic).post(rest, htmx=False, shown="", **fields).status_code == 403
            ), rest
        assert Desk(Client(), scene.topic).post(rest, htmx=False, shown="", **fields).status_code == 302, rest
    assert JournalEntry.objects.count() == entries
    assert not Claim.objects.exists()


def test_every_action_needs_a_token(scene: Scene, pending: Suggestion) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(scene.moderator)
    for rest, fields in actions_on(pending):
        assert Desk(client, scene.topic).post(rest, htmx=False, shown="", **fields).status_code == 403, rest


def test_an_action_cannot_be_a_link(desk: Desk, pending: Suggestion) -> None:
    for rest, _fields in actions_on(pending):
        assert desk.get(rest).status_code == 405, rest


def test_losing_the_role_ends_the_desk_at_the_next_action(
    desk: Desk, scene: Scene, pending: Suggestion
) -> None:
    scene.moderator.memberships.all().delete()
    assert desk.decide(pending, "publish").status_code == 403


# --- the queue ----------------------------------------------------------------------------------------------


def test_the_queue_is_in_order_of_arrival_with_its_count_and_the_age_of_the_oldest(
    desk: Desk, scene: Scene
) -> None:
    rows = waiting(scene.county, scene.topic, 3)
    response = desk.get()
    queue = response.context["queue"]
    assert [row.id for row in queue.rows] == [row.pk for row in rows]
    assert queue.counts == {
        "waiting": 3,
        "flagged": 0,
        "published": 1,
        "returned": 0,
        "away": 0,
        "all": 4,
    }
    assert queue.oldest == NOON + MINUTE
    assert "29" in page(response)


def test_what_comes_back_from_its_author_queues_behind_what_came_in_meanwhile(
    desk: Desk, scene: Scene
) -> None:
    first, second = waiting(scene.county, scene.topic, 2)
    moderator = actor(scene.moderator, NOW)
    return_suggestion(suggestion_id=first.pk, by=moderator, at=NOON + 5 * MINUTE, reason="请写得更具体。")
    edit_suggestion(
        suggestion_id=first.pk, by=actor(first.author, NOW), text="改好了。", at=NOON + 10 * MINUTE
    )
    rows = desk.get().context["queue"].rows
    assert [(row.id, row.since) for row in rows] == [
        (second.pk, NOON + 2 * MINUTE),
        (first.pk, NOON + 10 * MINUTE),
    ]


def test_an_edit_while_waiting_keeps_the_place_in_the_queue(desk: Desk, scene: Scene) -> None:
    first, second = waiting(scene.county, scene.topic, 2)
    edit_suggestion(
        suggestion_id=first.pk, by=actor(first.author, NOW), text="改了一个字。", at=NOON + 9 * MINUTE
    )
    assert [row.id for row in desk.get().context["queue"].rows] == [first.pk, second.pk]


@pytest.mark.parametrize(
    ("shelf", "numbers"),
    [
        ("waiting", [4, 5]),
        ("published", [1]),
        ("returned", [2]),
        ("away", [3]),
        ("all", [6, 5, 4, 3, 2, 1]),
        ("nonsense", [4, 5]),
    ],
)
def test_every_shelf_shows_what_belongs_there(
    desk: Desk, scene: Scene, shelf: str, numbers: list[int]
) -> None:
    rows = waiting(scene.county, scene.topic, 5)
    moderator = actor(scene.moderator, NOW)
    return_suggestion(suggestion_id=rows[0].pk, by=moderator, at=NOW, reason="请修改。")
    decline_suggestion(suggestion_id=rows[1].pk, by=moderator, at=NOW, reason="与本议题无关。")
    withdraw_suggestion(suggestion_id=rows[4].pk, by=actor(rows[4].author, NOW), at=NOW)
    assert [row.number for row in desk.get(f"?shelf={shelf}").context["queue"].rows] == numbers


@pytest.mark.parametrize(
    ("search", "numbers"),
    [
        ("第2条", [3]),
        ("委员1", [2]),
        ("文艺界", [2, 3]),
        ("文艺界 第1条", [2]),
        ("%233", [3]),
        ("没有这回事", []),
    ],
)
def test_a_search_finds_number_text_author_and_sector(
    desk: Desk, scene: Scene, search: str, numbers: list[int]
) -> None:
    waiting(scene.county, scene.topic, 2)
    queue = desk.get(f"?q={search}").context["queue"]
    assert [row.number for row in queue.rows] == numbers
    assert queue.counts["waiting"] == 2


def test_a_long_queue_is_cut_and_offers_more(
    desk: Desk, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("consultations.views.desk_place.PAGE", 2)
    waiting(scene.county, scene.topic, 3)
    response = desk.get()
    queue = response.context["queue"]
    assert (len(queue.rows), queue.found, queue.more) == (2, 3, 1)
    assert response.context["more_query"] == "limit=102&view=queue"
    assert "limit=102" in page(response)


def test_the_author_has_a_real_name_here_even_where_the_topic_names_nobody(scene: Scene) -> None:
    topic = make_topic(scene.county, "不署名的议题", anonymous=True)
    suggestion = make_suggestion(topic, scene.author)
    response = desk_of(scene.moderator, topic).get(f"?item={suggestion.pk}")
    assert response.context["item"].author == "林栖云"
    assert [row.author for row in response.context["queue"].rows] == ["林栖云"]


@pytest.mark.parametrize(
    "query", ["item=0", "item=abc", "item=999999999999999999999", "item=٣", "limit=-5&q=%00", "item="]
)
def test_an_address_that_makes_no_sense_shows_the_desk(desk: Desk, query: str) -> None:
    assert desk.get(f"?{query}").status_code == 200


def test_a_suggestion_of_another_topic_cannot_be_opened_or_decided_here(desk: Desk, scene: Scene) -> None:
    elsewhere = make_suggestion(make_topic(scene.county, "另一议题"), scene.author)
    response = desk.get(f"?item={elsewhere.pk}")
    assert response.context["item"] is None
    assert response.context["missing"] is True
    assert not Claim.objects.exists()
    assert desk.decide(elsewhere, "publish").status_code == 404


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_page_asks_as_many_questions_for_three_rows_as_for_one(
    desk: Desk, scene: Scene, how_many: int
) -> None:
    opened = waiting(scene.county, scene.topic, how_many)[0]
    create_theme(topic_id=scene.topic.pk, name="错时共享", by=actor(scene.moderator), at=NOON)
    with CaptureQueriesContext(connection) as pulse:
        assert desk.get("pulse", htmx=True).status_code == 200
    assert len(pulse) == 17
    desk.get(f"?item={opened.pk}")
    with CaptureQueriesContext(connection) as whole:
        assert desk.get(f"?item={opened.pk}").status_code == 200
    assert len(whole) == 43


# --- claims -------------------------------------------------------------------------------------------------


def test_opening_claims_for_a_minute_and_lets_the_one_before_go(desk: Desk, scene: Scene) -> None:
    first, second = waiting(scene.county, scene.topic, 2)
    desk.get(f"?item={first.pk}")
    assert Claim.objects.get().until == NOW + 60 * SECOND
    desk.get(f"?item={second.pk}", htmx=True)
    assert Claim.objects.get().suggestion == second
    desk.get()
    assert not Claim.objects.exists()


def test_looking_claims_nothing(desk: Desk, pending: Suggestion) -> None:
    assert desk.get(f"items/{pending.pk}/", htmx=True).status_code == 200
    assert desk.get(f"pulse?item={pending.pk}", htmx=True).status_code == 200
    assert not Claim.objects.exists()


def test_fragments_opened_as_pages_lead_to_the_desk(desk: Desk, pending: Suggestion) -> None:
    assert desk.get(f"items/{pending.pk}/")["Location"] == desk.address(f"?item={pending.pk}")
    assert desk.get("pulse?shelf=all")["Location"] == desk.address("?shelf=all")


def test_what_a_colleague_has_open_is_shown_as_taken_with_the_name(
    desk: Desk, colleague: User, pending: Suggestion
) -> None:
    claim_suggestion(suggestion_id=pending.pk, by=actor(colleague, NOW), at=NOW)
    response = desk.get(f"?item={pending.pk}")
    assert response.context["queue"].rows[0].taken_by == "孙审核"
    assert response.context["item"].taken_by == "孙审核"
    assert 'data-key="p"' not in page(response)
    anyway = desk.get(f"?item={pending.pk}&anyway=1")
    assert 'data-key="p"' in page(anyway)
    assert Claim.objects.get().moderator == colleague


def test_a_claim_that_has_lapsed_is_taken_over(desk: Desk, colleague: User, pending: Suggestion) -> None:
    claim_suggestion(suggestion_id=pending.pk, by=actor(colleague, NOW), at=NOW - 60 * SECOND)
    assert desk.get(f"?item={pending.pk}").context["item"].taken_by == ""
    assert Claim.objects.get().moderator != colleague


def test_a_claim_is_renewed_while_it_is_open_and_let_go_afterwards(
    desk: Desk, colleague: User, scene: Scene, pending: Suggestion
) -> None:
    assert desk.post(f"items/{pending.pk}/claim").status_code == 204
    other = desk_of(colleague, scene.topic)
    assert other.post(f"items/{pending.pk}/claim").status_code == 409
    assert other.post(f"items/{pending.pk}/release").status_code == 204
    assert Claim.objects.get().moderator == scene.moderator
    assert desk.post(f"items/{pending.pk}/release").status_code == 204
    assert not Claim.objects.exists()
    assert desk.post("items/424242/claim").status_code == 404


# --- decisions ----------------------------------------------------------------------------------------------


def test_publishing_opens_the_next_oldest_that_nobody_else_has(
    desk: Desk, scene: Scene, colleague: User
) -> None:
    first, second, third = waiting(scene.county, scene.topic, 3)
    claim_suggestion(suggestion_id=second.pk, by=actor(colleague, NOW), at=NOW)
    response = desk.decide(first, "publish", htmx=True, shown=f"?item={first.pk}")
    assert response.status_code == 200
    assert response.context["item"].id == third.pk
    assert response["HX-Replace-Url"] == desk.address(f"?item={third.pk}")
    first.refresh_from_db()
    assert (first.status, first.decided_by) == ("published", scene.moderator)
    text = page(response)
    assert 'id="desk-line" hx-swap-oob="innerHTML"' in text
    assert "<html" not in text


def test_after_the_last_one_nothing_is_open(desk: Desk, pending: Suggestion) -> None:
    response = desk.decide(pending, "publish", htmx=True, shown=f"?item={pending.pk}")
    assert response.context["item"] is None
    assert response["HX-Replace-Url"] == desk.address()


def test_on_another_shelf_what_was_decided_stays_open(desk: Desk, scene: Scene) -> None:
    response = desk.decide(
        scene.suggestion, "hide", htmx=True, shown="?shelf=published&q=停车", reason="内容与本议题无关。"
    )
    assert response.context["item"].status == "hidden"
    assert response["HX-Replace-Url"] == desk.address(
        f"?shelf=published&q=%E5%81%9C%E8%BD%A6&item={scene.suggestion.pk}"
    )


def test_a_plain_form_is_answered_by_a_redirect_to_the_next_with_the_line(desk: Desk, scene: Scene) -> None:
    first, second = waiting(scene.county, scene.topic, 2)
    response = desk.decide(first, "decline", reason="与本议题无关。")
    assert response.status_code == 303
    assert response["Location"] == desk.address(f"?item={second.pk}&done=decline&of={first.pk}&view=item")
    shown = desk.client.get(response["Location"])
    line = shown.context["line"]
    assert line.undo.fields[0] == ("decision", "restore")
    assert line.undo.action == desk.address(f"items/{first.pk}/decide")
    undone = desk.client.post(line.undo.action, dict(line.undo.fields))
    assert undone.status_code == 303
    first.refresh_from_db()
    assert first.status == "pending"


def test_a_reason_and_own_words_are_joined(desk: Desk, pending: Suggestion) -> None:
    desk.decide(pending, "return", reason="请写得更具体。", words="是哪两条支路？")
    pending.refresh_from_db()
    assert (pending.status, pending.reason) == ("returned", "请写得更具体。 是哪两条支路？")


@pytest.mark.parametrize("decision", ["return", "decline"])
def test_no_reason_no_decision(desk: Desk, pending: Suggestion, decision: str) -> None:
    response = desk.decide(pending, decision, words="  ")
    assert response.status_code == 422
    assert response.context["line"].tone == "refused"
    pending.refresh_from_db()
    assert pending.status == "pending"


@pytest.mark.parametrize("decision", ["", "merge", "PUBLISH"])
def test_an_unknown_decision_is_refused(desk: Desk, pending: Suggestion, decision: str) -> None:
    assert desk.decide(pending, decision).status_code == 422


def test_two_moderators_one_suggestion_the_second_is_told_and_sees_the_fresh_state(
    desk: Desk, scene: Scene, colleague: User, pending: Suggestion
) -> None:
    theirs = desk_of(colleague, scene.topic)
    assert theirs.decide(pending, "return", reason="请写得更具体。").status_code == 303
    response = desk.decide(pending, "publish", htmx=True)
    assert response.status_code == 409
    assert response.context["line"].tone == "refused"
    assert response.context["item"].status == "returned"
    assert "退回修改" in response.context["line"].text
    pending.refresh_from_db()
    assert (pending.status, pending.decided_by) == ("returned", colleague)


def test_a_text_that_its_author_has_changed_meanwhile_is_not_published_unread(
    desk: Desk, scene: Scene, pending: Suggestion
) -> None:
    edit_suggestion(suggestion_id=pending.pk, by=actor(scene.member, NOW), text="完全不同的话。", at=NOW)
    response = desk.decide(pending, "publish")
    assert response.status_code == 409
    assert response.context["item"].text == "完全不同的话。"
    assert [earlier.text for earlier in response.context["item"].earlier] == ["医院东侧两条支路改单行。"]
    pending.refresh_from_db()
    assert pending.status == "pending"
    assert desk.decide(pending, "publish").status_code == 303


def test_what_was_typed_is_still_there_after_a_refusal(desk: Desk, scene: Scene, pending: Suggestion) -> None:
    edit_suggestion(suggestion_id=pending.pk, by=actor(scene.member, NOW), text="完全不同的话。", at=NOW)
    response = desk.decide(pending, "return", words="是哪两条支路？")
    assert "是哪两条支路？</textarea>" in page(response)


def test_a_declined_one_whose_slot_is_taken_again_cannot_be_restored(
    desk: Desk, scene: Scene, pending: Suggestion
) -> None:
    desk.decide(pending, "decline", reason="与本议题无关。")
    make_suggestion(scene.topic, scene.member, "另外一条。", at=NOW)
    pending.refresh_from_db()
    response = desk.decide(pending, "restore")
    assert response.status_code == 409
    assert response.context["line"].tone == "refused"


def test_hiding_and_showing_again(desk: Desk, scene: Scene) -> None:
    desk.decide(scene.suggestion, "hide", reason="文中有个人信息。")
    scene.suggestion.refresh_from_db()
    assert scene.suggestion.status == "hidden"
    response = desk.decide(scene.suggestion, "restore", htmx=True, shown="?shelf=away")
    assert response.context["item"].status == "published"
    assert response.context["line"].undo is None


def test_returned_can_be_published_as_the_line_says(desk: Desk, pending: Suggestion) -> None:
    response = desk.decide(pending, "return", htmx=True, reason="请修改。")
    assert response.context["line"].undo is None
    assert response.context["line"].again == pending.pk
    pending.refresh_from_db()
    desk.decide(pending, "publish")
    pending.refresh_from_db()
    assert pending.status == "published"


def test_themes_are_given_taken_and_the_change_undone(desk: Desk, scene: Scene) -> None:
    by = actor(scene.moderator)
    theme = create_theme(topic_id=scene.topic.pk, name="错时共享", by=by, at=NOON)
    path = f"items/{scene.suggestion.pk}/theme"
    response = desk.post(path, htmx=True, theme=str(theme.pk))
    assert response.context["item"].theme == theme.pk
    assert response.context["line"].undo.fields == (("theme", ""),)
    response = desk.post(path, htmx=True, theme="")
    assert response.context["item"].theme is None
    assert response.context["line"].undo.fields == (("theme", str(theme.pk)),)
    assert desk.post(path, theme="424242").status_code == 422
    assert desk.post(path, theme="x").status_code == 422
    assert desk.post(path, theme=str(theme.pk)).status_code == 303


def test_featuring_replaces_what_was_featured_and_can_be_undone(
    desk: Desk, scene: Scene, pending: Suggestion
) -> None:
    publish_suggestion(suggestion_id=pending.pk, by=actor(scene.moderator, NOW), at=NOW)
    desk.post(f"items/{scene.suggestion.pk}/feature", on="1")
    response = desk.post(f"items/{pending.pk}/feature", htmx=True, on="1")
    assert response.context["line"].undo.fields == (("on", "0"),)
    assert list(Suggestion.objects.filter(featured=True)) == [pending]
    response = desk.post(f"items/{pending.pk}/feature", htmx=True, on="0")
    assert response.context["line"].undo is None
    assert not Suggestion.objects.filter(featured=True).exists()


def test_what_waits_cannot_be_featured(desk: Desk, pending: Suggestion) -> None:
    assert desk.post(f"items/{pending.pk}/feature", on="1").status_code == 409


def test_once_frozen_nothing_can_be_decided(desk: Desk, scene: Scene, pending: Suggestion) -> None:
    Topic.objects.filter(pk=scene.topic.pk).update(frozen_at=NOW)
    response = desk.get(f"?item={pending.pk}")
    assert response.context["item"].may == frozenset()
    assert response.context["controls"].steps == frozenset()
    assert desk.decide(pending, "publish").status_code == 409


def test_the_channel_s_reasons_have_the_keys_in_their_order(
    desk: Desk, scene: Scene, pending: Suggestion
) -> None:
    Channel.objects.filter(pk=scene.topic.deliberation.channel_id).update(reasons=["甲", "乙"])
    response = desk.get(f"?item={pending.pk}")
    assert response.context["reasons"] == (("1", "甲"), ("2", "乙"))


def test_open_next_opens_the_oldest(desk: Desk, scene: Scene) -> None:
    first, _second = waiting(scene.county, scene.topic, 2)
    response = desk.get("?open=next")
    assert response.context["item"].id == first.pk


def test_going_back_in_history_brings_the_whole_page(desk: Desk) -> None:
    response = desk.client.get(
        desk.address(), headers={"HX-Request": "true", "HX-History-Restore-Request": "true"}
    )
    assert "<html" in page(response)


@pytest.mark.parametrize(
    "done", ["done=publish&of=424242", "done=nonsense", "done=nonsense&of={item}", "of=1"]
)
def test_an_invented_line_is_not_shown(desk: Desk, pending: Suggestion, done: str) -> None:
    assert desk.get("?" + done.format(item=pending.pk)).context["line"] is None


# --- all desks ----------------------------------------------------------------------------------------------


def test_all_desks_have_the_topics_one_answers_for_live_ones_first(scene: Scene) -> None:
    waiting(scene.county, scene.topic, 2)
    make_topic(scene.county, "明天的议题", opens_at=NOW + dt.timedelta(days=1))
    make_topic(make_county("政协邻县委员会"), "邻县的议题")
    response = desk_of(scene.moderator, scene.topic).client.get("/desk/")
    assert [(row.title, row.waiting) for row in response.context["rows"]] == [
        ("破解老城区停车难", 2),
        ("明天的议题", 0),
    ]
    assert response.context["rows"][0].oldest == NOON + MINUTE


def test_who_moderates_nothing_finds_no_desks(scene: Scene) -> None:
    response = desk_of(scene.member, scene.topic).client.get("/desk/")
    assert response.status_code == 200
    assert response.context["rows"] == ()
    assert Client().get("/desk/").status_code == 302


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_list_of_desks_asks_as_many_questions_for_three_as_for_one(scene: Scene, how_many: int) -> None:
    for index in range(1, how_many):
        make_topic(scene.county, f"议题{index}")
    client = desk_of(scene.moderator, scene.topic).client
    with CaptureQueriesContext(connection) as asked:
        assert len(client.get("/desk/").context["rows"]) == how_many
    assert len(asked) == 6  # session, user, roles, bodies, topics, notifications
