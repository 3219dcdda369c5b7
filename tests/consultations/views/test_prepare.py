"""Preparing a deliberation through its forms: created, copied, changed, announced; nothing typed is ever lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consultations.actions.drafting import draft_summary
from consultations.actions.freezing import freeze_deliberation
from consultations.actions.signing import sign_summary, submit_summary
from consultations.actions.statements import add_note
from consultations.actions.themes import create_theme
from consultations.models import Channel, Deliberation, JournalEntry, Topic
from jianyan.accounts.models import User
from tests.consultations.conftest import Scene
from tests.consultations.factories import (
    HOUR,
    MINUTE,
    NOON,
    actor,
    make_channel,
    make_deliberation,
    make_topic,
)
from tests.jianyan.accounts.factories import make_county, make_moderator, make_secretary

from .desk_scene import NOW, at, page

TOMORROW = NOON + 24 * HOUR


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with at(NOW):
        yield


@pytest.fixture
def secretary(scene: Scene) -> Client:
    return signed_in(scene.secretary)


@pytest.fixture
def channel(db: None) -> Channel:
    return make_channel()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def local(instant: dt.datetime) -> str:
    return timezone.localtime(instant).strftime("%Y-%m-%dT%H:%M")


def filled(scene: Scene, *topics: dict[str, str], **own: str) -> dict[str, str]:
    """What a secretary has typed: tomorrow for an hour, with one topic unless told."""
    fields = {
        "deliberation-title": "三季度网络议政",
        "deliberation-host": str(scene.county.committee.pk),
        "deliberation-number": "2",
        "deliberation-starts_at": local(TOMORROW),
        "deliberation-ends_at": local(TOMORROW + HOUR),
        "deliberation-mode": "online",
        "deliberation-place": "",
        "deliberation-visibility": "public",
        "topic-TOTAL_FORMS": str(max(1, len(topics))),
        "topic-INITIAL_FORMS": str(max(1, len(topics))),
    }
    for index, topic in enumerate(topics or ({},)):
        row = {
            "title": f"议题{index + 1}",
            "prompt": "请就一件事献一计。",
            "background": "",
            "departments": "公安、综合执法\n建设",
            "themes": "错时共享\n挖潜增位",
            "opens_at": "",
            "closes_at": "",
            "posting_until": "",
            "voting_from": "",
            "ideas": "1",
            "length": "200",
            "ballot": "support",
            "budget": "",
            "tallies": "live",
            "premoderated": "on",
            "consensus_share": "50",
            "consensus_sectors": "3",
            **topic,
        }
        fields |= {f"topic-{index}-{name}": value for name, value in row.items()}
    return fields | {f"deliberation-{name}": value for name, value in own.items()}


def as_shown(response: Any, **changes: str) -> dict[str, str]:
    """The fields of the form as a browser would send them back, with those changes."""
    form = response.context["form"]
    fields = {}
    for part in (form.topics.management_form, form.deliberation, *form.topics.forms):
        for bound in part:
            if bound.field.disabled or (bound.widget_type == "checkbox" and not bound.value()):
                continue
            shown = bound.field.widget.format_value(bound.value()) if bound.value() is not None else ""
            shown = shown[0] if isinstance(shown, list) else shown
            fields[bound.html_name] = "on" if bound.widget_type == "checkbox" else str(shown or "")
    return fields | changes


def wrong(response: Any) -> dict[str, str]:
    """What the page says is wrong: messages by the field's name."""
    assert response.status_code == 422
    return {
        target.removeprefix("id_"): message for target, _label, message in response.context["form"].errors
    }


def new(channel: Channel) -> str:
    return f"/prepare/new/?channel={channel.pk}"


# --- who may ------------------------------------------------------------------------------------------------


def test_members_prepare_nothing(scene: Scene, channel: Channel) -> None:
    member = signed_in(scene.member)
    deliberation = scene.topic.deliberation_id
    for address in ("/prepare/", "/prepare/new/", new(channel), f"/prepare/{deliberation}/"):
        assert member.get(address).status_code == 403, address
        assert Client().get(address).status_code == 302, address
    assert member.post(new(channel), filled(scene)).status_code == 403
    assert member.post(f"/prepare/{deliberation}/announce").status_code == 403
    assert Deliberation.objects.count() == 1


def test_what_another_county_prepares_is_nobody_else_s_business(scene: Scene) -> None:
    stranger = signed_in(make_moderator(make_county("政协邻县委员会"), "外县主持"))
    deliberation = scene.topic.deliberation_id
    assert stranger.get(f"/prepare/{deliberation}/").status_code == 404
    assert stranger.post(f"/prepare/{deliberation}/announce").status_code == 404
    assert stranger.get(f"/prepare/new/?copy={deliberation}").status_code == 404
    assert stranger.get("/prepare/").context["rows"] == ()


def test_one_cannot_host_where_one_has_no_role(scene: Scene, secretary: Client, channel: Channel) -> None:
    elsewhere = make_county("政协邻县委员会").committee
    response = secretary.post(new(channel), filled(scene, host=str(elsewhere.pk)))
    assert list(wrong(response)) == ["deliberation-host"]


def test_departments_are_no_hosts_and_bodies_below_are(
    scene: Scene, secretary: Client, channel: Channel
) -> None:
    hosts = secretary.get(new(channel)).context["form"].deliberation.fields["host"].queryset
    names = {body.name for body in hosts}
    assert scene.county.committee.name in names
    assert scene.county.special_committees[0].name in names
    assert scene.county.department.name not in names


# --- new ----------------------------------------------------------------------------------------------------


def test_first_the_channel_is_chosen_or_what_to_copy(
    scene: Scene, secretary: Client, channel: Channel
) -> None:
    text = page(secretary.get("/prepare/new/"))
    assert f'href="/prepare/new/?channel={channel.pk}"' in text
    assert f'href="/prepare/new/?copy={scene.topic.deliberation_id}"' in text
    assert (
        secretary.get("/prepare/new/?channel=4242").templates[0].name == "consultations/prepare/choose.html"
    )


def test_the_channel_s_defaults_are_filled_in(secretary: Client) -> None:
    channel = make_channel("民生议事堂", "hall")
    rules = {"length": 500, "premoderated": False, "budget": 3, "rotated": True, "tallies": "closed"} | {
        "consensus_share": 60,
        "consensus_sectors": 5,
    }
    Channel.objects.filter(pk=channel.pk).update(**rules)
    form = secretary.get(new(channel)).context["form"].topics.forms[0]
    assert {name: form[name].value() for name in rules} == rules


def test_a_deliberation_is_saved_with_its_topics_unseen_by_others(
    scene: Scene, secretary: Client, channel: Channel
) -> None:
    response = secretary.post(
        new(channel),
        filled(
            scene,
            {"posting_until": local(TOMORROW + 40 * MINUTE), "voting_from": local(TOMORROW + 10 * MINUTE)},
            {
                "ideas": "3",
                "budget": "5",
                "ballot": "three_way",
                "tallies": "closed",
                "premoderated": "",
                "rotated": "on",
                "consensus_share": "40",
                "consensus_sectors": "2",
            },
            linked="on",
        ),
    )
    made = Deliberation.objects.get(title="三季度网络议政")
    assert response["Location"] == f"/prepare/{made.pk}/"
    assert (made.year, made.number, made.host, made.channel) == (2026, 2, scene.county.committee, channel)
    first, second = made.topics.order_by("position")
    assert (first.opens_at, first.closes_at) == (TOMORROW, TOMORROW + HOUR)
    assert (first.posting_until, first.voting_from) == (TOMORROW + 40 * MINUTE, TOMORROW + 10 * MINUTE)
    assert first.departments == ["公安", "综合执法", "建设"]
    assert [theme.name for theme in first.themes.all()] == ["错时共享", "挖潜增位"]
    assert (second.ideas, second.budget, second.ballot, second.tallies) == (3, 5, "three_way", "closed")
    assert (second.premoderated, second.posting_until, second.announced_at) == (False, None, None)
    assert (made.linked, first.rotated, second.rotated) == (True, False, True)
    assert (first.consensus_share, first.consensus_sectors) == (50, 3)
    assert (second.consensus_share, second.consensus_sectors) == (40, 2)
    assert signed_in(scene.member).get(f"/topics/{first.pk}/").status_code == 404
    entry = JournalEntry.objects.get(topic=first)
    assert (entry.kind, entry.revision) == ("prepared", 1)
    assert (entry.payload["rules"]["length"], entry.payload["rules"]["rotated"]) == (200, False)
    assert entry.payload["linked"] is True
    assert [name for _id, name in entry.payload["themes"]] == ["错时共享", "挖潜增位"]


def test_another_topic_is_added_and_one_taken_out_without_judging_what_is_typed(
    scene: Scene, secretary: Client, channel: Channel
) -> None:
    typed = filled(scene, {"title": "半", "opens_at": "不是时间"}, {"title": "二"}, title="")
    added = secretary.post(new(channel), typed | {"add": "1"})
    assert added.status_code == 200
    forms = added.context["form"].topics.forms
    assert [form["title"].value() for form in forms] == ["半", "二", None]
    assert forms[0]["opens_at"].value() == "不是时间"
    assert forms[2]["length"].value() == 200
    assert added.context["form"].errors == []
    taken = secretary.post(new(channel), typed | {"remove": "0"})
    assert [form["title"].value() for form in taken.context["form"].topics.forms] == ["二"]
    assert Deliberation.objects.count() == 1


def test_nonsense_in_the_hidden_fields_does_no_harm(
    scene: Scene, secretary: Client, channel: Channel
) -> None:
    typed = filled(scene)
    for total in ("", "x", "٣", "-1", "99999999"):
        assert (
            secretary.post(new(channel), typed | {"topic-TOTAL_FORMS": total, "add": "1"}).status_code == 200
        )
        assert secretary.post(new(channel), typed | {"topic-TOTAL_FORMS": total}).status_code == 422
    assert Deliberation.objects.count() == 1


WRONG_TIMES = [
    ({}, {"ends_at": local(TOMORROW)}, "deliberation-ends_at"),
    ({}, {"starts_at": ""}, "deliberation-starts_at"),
    ({}, {"starts_at": "明天", "ends_at": "后天"}, "deliberation-starts_at"),
    ({"closes_at": local(TOMORROW)}, {}, "topic-0-closes_at"),
    ({"opens_at": local(TOMORROW - HOUR)}, {}, "topic-0-opens_at"),
    ({"closes_at": local(TOMORROW + 2 * HOUR)}, {}, "topic-0-closes_at"),
    ({"posting_until": local(TOMORROW)}, {}, "topic-0-posting_until"),
    ({"posting_until": local(TOMORROW + 2 * HOUR)}, {}, "topic-0-posting_until"),
    ({"voting_from": local(TOMORROW + HOUR)}, {}, "topic-0-voting_from"),
    ({"voting_from": local(TOMORROW - HOUR)}, {}, "topic-0-voting_from"),
    ({}, {"starts_at": local(NOON - 2 * HOUR), "ends_at": local(NOON - HOUR)}, "topic-0-closes_at"),
]


@pytest.mark.parametrize(("topic", "own", "field"), WRONG_TIMES)
def test_times_that_do_not_fit_are_named(
    scene: Scene, secretary: Client, channel: Channel, topic: dict[str, str], own: dict[str, str], field: str
) -> None:
    response = secretary.post(new(channel), filled(scene, topic, **own))
    assert field in wrong(response)
    assert f'href="#id_{field}"' in page(response)
    assert 'value="三季度网络议政"' in page(response)
    assert Deliberation.objects.count() == 1


WRONG_FIELDS = [
    ({"title": ""}, {}, "topic-0-title"),
    ({"prompt": "   "}, {}, "topic-0-prompt"),
    ({"title": "藏着\u202e字符"}, {}, "topic-0-title"),
    ({"themes": "长" * 41}, {}, "topic-0-themes"),
    ({"themes": "\n".join(str(index) for index in range(31))}, {}, "topic-0-themes"),
    ({"ideas": "0"}, {}, "topic-0-ideas"),
    ({"consensus_share": "101"}, {}, "topic-0-consensus_share"),
    ({"consensus_sectors": ""}, {}, "topic-0-consensus_sectors"),
    ({"length": "9"}, {}, "topic-0-length"),
    ({"ballot": "lottery"}, {}, "topic-0-ballot"),
    ({"budget": "0"}, {}, "topic-0-budget"),
    ({}, {"title": ""}, "deliberation-title"),
    ({}, {"mode": "hybrid"}, "deliberation-place"),
    ({}, {"visibility": "secret"}, "deliberation-visibility"),
]


@pytest.mark.parametrize(("topic", "own", "field"), WRONG_FIELDS)
def test_fields_that_are_wrong_are_named(
    scene: Scene, secretary: Client, channel: Channel, topic: dict[str, str], own: dict[str, str], field: str
) -> None:
    assert list(wrong(secretary.post(new(channel), filled(scene, topic, **own)))) == [field]


def test_a_number_counts_once_a_year_and_channel(scene: Scene, secretary: Client, channel: Channel) -> None:
    make_deliberation(scene.county, year=2026, number=2)
    assert secretary.get(new(channel)).context["form"].deliberation["number"].value() == 3
    assert list(wrong(secretary.post(new(channel), filled(scene)))) == ["deliberation-number"]
    assert secretary.post(new(channel), filled(scene, number="")).status_code == 302


# --- copies -------------------------------------------------------------------------------------------------


def test_a_copy_takes_words_rules_and_times_to_the_same_weekday_ahead(
    scene: Scene, secretary: Client
) -> None:
    topic = scene.topic
    Topic.objects.filter(pk=topic.pk).update(
        departments=["公安", "建设"],
        budget=4,
        posting_until=NOON + 40 * MINUTE,
        rotated=True,
        tallies="closed",
    )
    Deliberation.objects.filter(pk=topic.deliberation_id).update(linked=True)
    create_theme(topic_id=topic.pk, name="错时共享", by=actor(scene.moderator), at=NOON)
    response = secretary.get(f"/prepare/new/?copy={topic.deliberation_id}")
    form = response.context["form"]
    week = dt.timedelta(weeks=1)
    assert form.deliberation.initial["starts_at"] == NOON + week
    assert form.deliberation["number"].value() == 1
    copied = form.topics.forms[0].initial
    assert (copied["title"], copied["budget"], copied["themes"]) == ("破解老城区停车难", 4, "错时共享")
    assert (copied["departments"], copied["opens_at"]) == ("公安\n建设", None)
    assert copied["posting_until"] == NOON + 40 * MINUTE + week
    made = secretary.post(f"/prepare/new/?copy={topic.deliberation_id}", as_shown(response))
    assert made.status_code == 302
    again = Deliberation.objects.exclude(pk=topic.deliberation_id).get()
    taken = again.topics.get()
    assert (again.starts_at, taken.posting_until) == (NOON + week, NOON + 40 * MINUTE + week)
    assert (again.linked, taken.rotated, taken.tallies) == (True, True, "closed")


def test_a_copy_of_one_without_topics_has_a_blank_one(scene: Scene, secretary: Client) -> None:
    empty = make_deliberation(scene.county, starts_at=TOMORROW + 30 * HOUR, ends_at=TOMORROW + 31 * HOUR)
    form = secretary.get(f"/prepare/new/?copy={empty.pk}").context["form"]
    assert form.deliberation.initial["starts_at"] == TOMORROW + 30 * HOUR
    assert len(form.topics.forms) == 1


# --- changes ------------------------------------------------------------------------------------------------


@pytest.fixture
def draft(scene: Scene) -> Topic:
    topic = make_topic(
        scene.county, "老旧小区加装电梯", opens_at=TOMORROW, announced_at=None, closes_at=TOMORROW + HOUR
    )
    create_theme(topic_id=topic.pk, name="资金", by=actor(scene.moderator), at=NOON)
    topic.refresh_from_db()
    return topic


def edit(topic: Topic) -> str:
    return f"/prepare/{topic.deliberation_id}/"


def test_what_is_shown_and_sent_back_unchanged_changes_nothing(draft: Topic, secretary: Client) -> None:
    before = JournalEntry.objects.filter(topic=draft).count()
    first = secretary.post(edit(draft), as_shown(secretary.get(edit(draft))))
    assert first.status_code == 302
    draft.refresh_from_db()
    assert (draft.opens_at, draft.closes_at) == (TOMORROW, TOMORROW + HOUR)
    assert JournalEntry.objects.filter(topic=draft).count() == before


def test_texts_times_and_themes_are_changed_and_journalled(draft: Topic, secretary: Client) -> None:
    money = draft.themes.get()
    shown = secretary.get(edit(draft))
    response = secretary.post(
        edit(draft),
        as_shown(
            shown,
            **{
                "deliberation-starts_at": local(TOMORROW + 2 * HOUR),
                "deliberation-ends_at": local(TOMORROW + 4 * HOUR),
                "topic-0-title": "老旧小区加装电梯怎么推",
                "topic-0-themes": "邻里协商\n资金",
            },
        ),
    )
    assert response.status_code == 302
    draft.refresh_from_db()
    assert (draft.title, draft.opens_at, draft.closes_at) == (
        "老旧小区加装电梯怎么推",
        TOMORROW + 2 * HOUR,
        TOMORROW + 4 * HOUR,
    )
    assert [theme.name for theme in draft.themes.order_by("position")] == ["邻里协商", "资金"]
    assert draft.themes.get(name="资金") == money
    entry = JournalEntry.objects.filter(topic=draft).latest("revision")
    assert (entry.kind, entry.payload["title"]) == ("prepared", "老旧小区加装电梯怎么推")


def test_topics_are_added_and_taken_out_again(draft: Topic, secretary: Client) -> None:
    shown = secretary.post(edit(draft), as_shown(secretary.get(edit(draft)), add="1"))
    two = as_shown(shown, **{"topic-1-title": "第二题", "topic-1-prompt": "请献一计。"})
    assert secretary.post(edit(draft), two).status_code == 302
    assert list(draft.deliberation.topics.values_list("title", flat=True)) == ["老旧小区加装电梯", "第二题"]
    taken = secretary.post(edit(draft), as_shown(secretary.get(edit(draft)), remove="0"))
    assert secretary.post(edit(draft), as_shown(taken)).status_code == 302
    left = draft.deliberation.topics.get()
    assert (left.title, left.position) == ("第二题", 1)


def test_an_announced_topic_can_be_changed_but_not_taken_out(draft: Topic, secretary: Client) -> None:
    secretary.post(edit(draft), as_shown(secretary.get(edit(draft)), add="1"))
    Topic.objects.filter(pk=draft.pk).update(announced_at=NOW)
    shown = secretary.post(edit(draft), as_shown(secretary.get(edit(draft)), add="1"))
    both = as_shown(shown, **{"topic-1-title": "第二题", "topic-1-prompt": "请献一计。"})
    out = secretary.post(edit(draft), both | {"remove": "0"})
    refused = secretary.post(edit(draft), as_shown(out))
    assert refused.status_code == 422
    assert "老旧小区加装电梯" in refused.context["refused"]
    assert secretary.post(edit(draft), both | {"topic-0-title": "改了题目"}).status_code == 302
    draft.refresh_from_db()
    assert draft.title == "改了题目"


def test_two_secretaries_the_second_is_told_and_loses_nothing(
    draft: Topic, secretary: Client, scene: Scene
) -> None:
    mine = as_shown(secretary.get(edit(draft)), **{"topic-0-title": "我的题目"})
    theirs = signed_in(scene.moderator)
    theirs.post(edit(draft), as_shown(theirs.get(edit(draft)), **{"topic-0-title": "别人的题目"}))
    response = secretary.post(edit(draft), mine)
    assert response.status_code == 409
    assert 'value="我的题目"' in page(response)
    draft.refresh_from_db()
    assert draft.title == "别人的题目"


def test_a_topic_that_a_colleague_has_added_meanwhile_is_not_taken_out_unseen(
    draft: Topic, secretary: Client, scene: Scene
) -> None:
    mine = as_shown(secretary.get(edit(draft)))
    make_topic(
        scene.county,
        "同事加的",
        deliberation=draft.deliberation,
        opens_at=TOMORROW,
        closes_at=TOMORROW + HOUR,
        announced_at=None,
    )
    assert secretary.post(edit(draft), mine).status_code == 409
    assert draft.deliberation.topics.count() == 2


def test_once_a_topic_has_opened_the_deliberation_and_that_topic_stay_as_they_are(
    scene: Scene, secretary: Client
) -> None:
    live = scene.topic
    Deliberation.objects.filter(pk=live.deliberation_id).update(ends_at=TOMORROW + HOUR)
    later = make_topic(
        scene.county,
        "明天的议题",
        deliberation=live.deliberation,
        opens_at=TOMORROW,
        closes_at=TOMORROW + HOUR,
    )
    shown = secretary.get(edit(live))
    assert [topic.pk for topic in shown.context["form"].opened] == [live.pk]
    assert [form.initial["topic_id"] for form in shown.context["form"].topics.forms] == [later.pk]
    added = secretary.post(edit(live), as_shown(shown, add="1", **{"deliberation-title": "偷改"}))
    assert added.context["form"].deliberation["title"].value() == "网络议政"
    forged = as_shown(shown, **{"deliberation-title": "偷改", "topic-0-title": "改后"})
    assert secretary.post(edit(live), forged).status_code == 302
    later.refresh_from_db()
    live.deliberation.refresh_from_db()
    assert (later.title, live.deliberation.title, later.position) == ("改后", "网络议政", 2)
    stolen = as_shown(secretary.get(edit(live)), **{"topic-0-topic_id": str(live.pk)})
    assert secretary.post(edit(live), stolen).status_code in {409, 422}
    unknown = as_shown(secretary.get(edit(live)), **{"topic-0-topic_id": "424242"})
    assert secretary.post(edit(live), unknown).status_code == 422


def test_when_all_have_opened_there_is_nothing_left_to_prepare(scene: Scene, secretary: Client) -> None:
    response = secretary.get(edit(scene.topic))
    assert response.templates[0].name == "consultations/prepare/over.html"
    assert secretary.get("/prepare/424242/").status_code == 404


# --- announcing ---------------------------------------------------------------------------------------------


def test_announcing_shows_it_to_everybody_once(draft: Topic, secretary: Client, scene: Scene) -> None:
    announce = f"{edit(draft)}announce"
    assert announce in page(secretary.get(edit(draft)))
    assert secretary.get(announce).status_code == 405
    assert secretary.post(announce)["Location"] == edit(draft)
    draft.refresh_from_db()
    assert draft.announced_at == NOW
    assert signed_in(scene.member).get(f"/topics/{draft.pk}/").status_code == 200
    revision = draft.revision
    secretary.post(announce)
    draft.refresh_from_db()
    assert draft.revision == revision
    assert announce not in page(secretary.get(edit(draft)))


def test_what_would_be_closed_already_is_not_announced(draft: Topic, secretary: Client) -> None:
    with at(TOMORROW + 2 * HOUR):
        response = secretary.post(f"{edit(draft)}announce", follow=True)
    draft.refresh_from_db()
    assert draft.announced_at is None
    assert "老旧小区加装电梯" in str(next(iter(response.context["messages"])))


# --- the list -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_list_asks_the_same_questions_for_one_and_for_three(scene: Scene, how_many: int) -> None:
    for index in range(1, how_many):
        make_topic(scene.county, f"议题{index}", opens_at=TOMORROW, announced_at=None)
    client = signed_in(scene.secretary)
    with CaptureQueriesContext(connection) as asked:
        rows = client.get("/prepare/").context["rows"]
    assert len(rows) == how_many
    assert [row.draft for row in rows] == [True] * (how_many - 1) + [False]
    # Session, user, roles, bodies, deliberations, topics, summaries, notifications.
    assert len(asked) == 8


def test_the_list_says_what_comes_next(scene: Scene) -> None:
    draft = make_topic(scene.county, "茶产业如何提价又提量", opens_at=TOMORROW, announced_at=None)
    topic, event = scene.topic, scene.topic.deliberation
    announced = make_topic(scene.county, "河湖水环境还差哪一步", opens_at=TOMORROW)

    def steps(who: User) -> dict[int, tuple[str | None, int | None]]:
        rows = signed_in(who).get("/prepare/").context["rows"]
        return {row.id: (row.next_step, row.place) for row in rows}

    assert steps(scene.secretary) == {
        draft.deliberation_id: ("announce", draft.deliberation_id),
        announced.deliberation_id: (None, None),
        event.pk: ("steer", topic.pk),
    }
    with at(topic.closes_at):
        assert steps(scene.secretary)[event.pk] == ("freeze", event.pk)
        assert steps(scene.moderator)[event.pk] == (None, None)
        assert f'href="/deliberations/{event.pk}/#summary"' in page(
            signed_in(scene.secretary).get("/prepare/")
        )
        summary = freeze_deliberation(
            deliberation_id=event.pk, by=actor(scene.secretary, topic.closes_at), at=topic.closes_at
        )
        assert steps(scene.secretary)[event.pk] == ("edit", summary.pk)
        draft_summary(summary_id=summary.pk, by=actor(scene.secretary, topic.closes_at), at=topic.closes_at)
        add_note(
            section_id=summary.sections.get(topic=None).pk,
            text="会后继续征集。",
            by=actor(scene.secretary, topic.closes_at),
            at=topic.closes_at,
        )
        submit_summary(summary_id=summary.pk, by=actor(scene.secretary, topic.closes_at), at=topic.closes_at)
        sign_summary(
            summary_id=summary.pk,
            by=actor(make_secretary(scene.county, "第二位"), topic.closes_at),
            at=topic.closes_at,
        )
        assert steps(scene.secretary)[event.pk] == (None, None)
