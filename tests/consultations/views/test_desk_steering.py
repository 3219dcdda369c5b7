"""The controls of the desk: phases, themes, a word to everybody."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from consultations.actions import locking
from consultations.actions.moderation import assign_theme
from consultations.actions.steering import steer
from consultations.actions.themes import create_theme
from consultations.actions.topics import close_topic
from consultations.models import Attendance, Deliberation, JournalEntry, Theme, Topic
from consultations.views import desk_steering
from jianyan.accounts.roles import Actor
from tests.consultations.conftest import Scene
from tests.consultations.factories import HOUR, MINUTE, NOON, actor, make_topic

from .desk_scene import NOW, Desk, at, desk_of, page


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with at(NOW):
        yield


@pytest.fixture
def desk(scene: Scene) -> Desk:
    return desk_of(scene.moderator, scene.topic)


def steps_of(desk: Desk) -> set[str]:
    return set(desk.get().context["controls"].steps)


def test_an_open_topic_is_paused_resumed_extended_and_closed(desk: Desk, scene: Scene) -> None:
    assert steps_of(desk) == {"pause", "extend", "close"}
    response = desk.post("phase", step="pause")
    assert response.status_code == 303
    assert response["Location"] == desk.address("?done=pause&was=1&view=controls")
    assert steps_of(desk) == {"resume", "extend", "close"}
    desk.post("phase", step="resume")
    desk.post("phase", step="extend", minutes="5")
    topic = Topic.objects.get(pk=scene.topic.pk)
    assert (topic.paused_at, topic.closes_at) == (None, NOON + HOUR + 5 * MINUTE)
    desk.post("phase", step="close")
    topic.refresh_from_db()
    assert topic.closes_at == NOW
    assert steps_of(desk) == set()
    kinds = JournalEntry.objects.filter(topic=topic).order_by("revision").values_list("kind", flat=True)
    assert list(kinds)[-4:] == ["paused", "resumed", "extended", "closed"]


def test_a_topic_closes_when_its_lock_was_got_and_not_when_that_was_asked_for(
    desk: Desk, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Votes that were committed meanwhile are of an earlier time than the closing."""
    lock, got = locking.lock_topic, NOW + dt.timedelta(seconds=3)
    with ExitStack() as waited:

        def wait(topic_id: int) -> Topic:
            waited.enter_context(at(got))
            return lock(topic_id)

        monkeypatch.setattr(locking, "lock_topic", wait)
        desk.post("phase", step="close")
    assert Topic.objects.get(pk=scene.topic.pk).closes_at == got
    assert JournalEntry.objects.filter(topic=scene.topic).latest("revision").at == got


def test_a_draft_is_announced_and_opened_before_its_time(scene: Scene) -> None:
    topic = make_topic(scene.county, "老旧小区加装电梯", opens_at=NOW + HOUR, announced_at=None)
    desk = desk_of(scene.moderator, topic)
    assert steps_of(desk) == {"announce", "open"}
    desk.post("phase", step="announce")
    assert steps_of(desk) == {"open", "extend"}
    desk.post("phase", step="open")
    topic.refresh_from_db()
    assert (topic.announced_at, topic.opens_at) == (NOW, NOW)
    assert steps_of(desk) == {"pause", "extend", "close"}


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"step": "resign"}, 422),
        ({"step": ""}, 422),
        ({"step": "extend", "minutes": "0"}, 422),
        ({"step": "extend", "minutes": "-5"}, 422),
        ({"step": "extend", "minutes": "99999999"}, 422),
        ({"step": "announce"}, 409),
    ],
)
def test_a_step_that_makes_no_sense_is_refused(desk: Desk, fields: dict[str, str], status: int) -> None:
    entries = JournalEntry.objects.count()
    response = desk.post("phase", htmx=False, shown="", **fields)
    assert response.status_code == status
    assert response.context["line"].tone == "refused"
    assert response.context["place"].view == "controls"
    assert JournalEntry.objects.count() == entries


def test_steering_leaves_the_opened_suggestion_alone(desk: Desk, scene: Scene) -> None:
    response = desk.post("phase", htmx=True, shown=f"?item={scene.suggestion.pk}", step="pause")
    text = page(response)
    assert 'id="desk-phase"' in text
    assert 'id="desk-queue"' in text
    assert 'id="desk-item"' not in text
    assert response["HX-Replace-Url"] == desk.address(f"?item={scene.suggestion.pk}")


def test_after_steering_opening_a_suggestion_shows_it_though_the_address_had_the_controls(
    desk: Desk, scene: Scene
) -> None:
    response = desk.get(f"?item={scene.suggestion.pk}", htmx=True, shown="?view=controls")
    assert 'id="desk-item"' in page(response)


def test_themes_are_created_renamed_and_put_in_order(desk: Desk, scene: Scene) -> None:
    for name in ("错时共享", "挖潜增位", "智能诱导"):
        assert desk.post("themes/", name=name).status_code == 303
    first, second, third = Theme.objects.order_by("position")
    desk.post(f"themes/{third.pk}/", move="up")
    desk.post(f"themes/{first.pk}/", move="up")
    desk.post(f"themes/{second.pk}/", move="down")
    desk.post(f"themes/{first.pk}/", name="错时与共享")
    names = [theme.name for theme in desk.get().context["controls"].themes]
    assert names == ["错时与共享", "智能诱导", "挖潜增位"]
    assert [theme.key for theme in desk.get().context["controls"].themes] == ["1", "2", "3"]


def test_a_theme_s_name_is_checked_and_what_was_typed_is_kept(desk: Desk, scene: Scene) -> None:
    create_theme(topic_id=scene.topic.pk, name="错时共享", by=actor(scene.moderator), at=NOON)
    response = desk.post("themes/", name="错时共享")
    assert response.status_code == 422
    assert 'value="错时共享">' in page(response)
    assert desk.post("themes/", name=" ").status_code == 422
    assert desk.post("themes/", name="长" * 41).status_code == 422


def test_a_theme_of_another_topic_is_not_this_one_s(desk: Desk, scene: Scene) -> None:
    other = make_topic(scene.county, "另一议题")
    theme = create_theme(topic_id=other.pk, name="别处", by=actor(scene.moderator), at=NOON)
    assert desk.post(f"themes/{theme.pk}/", name="改名").status_code == 422
    theme.refresh_from_db()
    assert theme.name == "别处"


def test_a_notice_goes_into_the_journal_with_its_level(desk: Desk) -> None:
    assert desk.post("notice", text="还有两分钟。").status_code == 303
    assert desk.post("notice", text="请立即停止。", urgent="1").status_code == 303
    entries = JournalEntry.objects.filter(kind="notice").order_by("revision")
    assert [entry.payload for entry in entries] == [
        {"text": "还有两分钟。", "level": "info", "by": "moderator"},
        {"text": "请立即停止。", "level": "urgent", "by": "moderator"},
    ]


def test_a_notice_that_is_too_long_is_refused_and_still_there(desk: Desk) -> None:
    response = desk.post("notice", htmx=True, text="长" * 201, urgent="1")
    assert response.status_code == 422
    assert "长" * 201 + "</textarea>" in page(response)
    assert 'value="1" checked' in page(response)
    assert desk.post("notice", text="").status_code == 422


def test_times_that_differ_from_the_usual_are_shown(scene: Scene) -> None:
    topic = make_topic(
        scene.county,
        "先建言后附议",
        posting_until=NOON + 20 * MINUTE,
        voting_from=NOON + 15 * MINUTE,
        closes_at=NOON + HOUR,
    )
    controls = desk_of(scene.moderator, topic).get().context["controls"]
    assert (controls.posting_until, controls.voting_from) == (NOON + 20 * MINUTE, NOON + 15 * MINUTE)
    assert controls.phase.closes_ms == dt.timedelta(minutes=30) // dt.timedelta(milliseconds=1)


# --- several topics -----------------------------------------------------------------------------------------


@pytest.fixture
def siblings(scene: Scene) -> list[Topic]:
    """Two more live topics of the same deliberation, whose clocks run together with the first."""
    Deliberation.objects.update(linked=True)
    return [
        make_topic(scene.county, title, deliberation=scene.topic.deliberation, position=position)
        for position, title in ((2, "老旧小区加装电梯"), (3, "校园周边交通"))
    ]


def line(response: Any) -> str:
    return str(response.context["line"].text)


def test_a_pause_of_linked_topics_says_how_many_it_was(desk: Desk, siblings: list[Topic]) -> None:
    shown = page(desk.get())
    assert 'role="switch" aria-checked="true"' in shown
    assert "老旧小区加装电梯" in shown
    assert desk.get().context["controls"].reach == {"pause": 3, "extend": 3, "close": 3}
    response = desk.post("phase", htmx=True, step="pause")
    assert line(response).startswith("已暂停 3 个议题")
    assert [topic.paused_at for topic in Topic.objects.all()] == [NOW] * 3
    assert line(desk.post("phase", htmx=True, step="pause")) == "没有变化：本来就是如此。"
    followed = desk.client.post(desk.address("phase"), {"step": "resume"}, follow=True)
    assert line(followed) == "已继续 3 个议题。"
    assert line(desk.post("phase", htmx=True, step="extend", minutes="7")).startswith(
        "3 个议题的结束时间已延后"
    )
    assert {topic.closes_at for topic in Topic.objects.all()} == {NOON + HOUR + 7 * MINUTE}


def test_the_link_is_switched_at_the_desk_and_shown_there(desk: Desk, siblings: list[Topic]) -> None:
    response = desk.post("link", htmx=True, on="0")
    assert line(response) == "各议题现在各自计时。"
    assert 'role="switch" aria-checked="false"' in page(response)
    assert line(desk.post("phase", htmx=True, step="pause")).startswith("议题已暂停")
    assert [topic.paused_at is None for topic in siblings_now(siblings)] == [True, True]
    assert line(desk.post("link", htmx=True, on="1")) == "3 个议题计时已联动。"
    assert line(desk.post("link", htmx=True, on="1")) == "没有变化：本来就是如此。"


def siblings_now(siblings: list[Topic]) -> list[Topic]:
    return [Topic.objects.get(pk=topic.pk) for topic in siblings]


def test_a_topic_alone_has_no_switch(desk: Desk) -> None:
    assert 'role="switch"' not in page(desk.get())
    assert desk.post("link", on="1").status_code == 422


def test_a_stale_desk_extends_nothing_once_its_topic_is_closed(
    desk: Desk, scene: Scene, siblings: list[Topic]
) -> None:
    Deliberation.objects.update(linked=False)
    close_topic(topic_id=scene.topic.pk, by=actor(scene.moderator), at=NOW)
    Deliberation.objects.update(linked=True)
    response = desk.post("phase", htmx=True, step="extend", minutes="5")
    assert (response.status_code, response.context["line"].tone) == (409, "refused")
    assert {topic.closes_at for topic in siblings_now(siblings)} == {NOON + HOUR}


def test_what_another_desk_did_meanwhile_is_shown_with_the_refusal(
    desk: Desk, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_late(step: str, *, topic_id: int, by: Actor, **fields: Any) -> Any:
        close_topic(topic_id=topic_id, by=by, at=NOW)
        return steer(step, topic_id=topic_id, by=by, **fields)

    monkeypatch.setattr(desk_steering, "steer", too_late)
    response = desk.post("phase", htmx=True, step="extend", minutes="5")
    assert response.status_code == 409
    assert (response.context["controls"].phase.name, steps_of(desk)) == ("closed", set())


def test_a_notice_goes_to_linked_topics_where_that_is_asked_for(desk: Desk, siblings: list[Topic]) -> None:
    assert "发到全部 3 个议题" in page(desk.get())
    assert line(desk.post("notice", htmx=True, text="还有两分钟。", everywhere="1")).startswith(
        "通知已发到 3 个议题"
    )
    desk.post("notice", text="只在这里。")
    told = JournalEntry.objects.filter(kind="notice").values_list("topic", "payload__text")
    here = desk.topic.pk
    assert sorted(told) == sorted(
        [(here, "还有两分钟。"), (here, "只在这里。"), *((topic.pk, "还有两分钟。") for topic in siblings)]
    )


# --- ready notices, themes, attendance ----------------------------------------------------------------------


def test_a_ready_notice_is_one_press_and_leaves_what_is_being_written(desk: Desk) -> None:
    ready = desk.get().context["controls"].ready[0]
    assert ready == "还有两分钟，正在写的请尽快提交。"
    assert f'name="ready" value="{ready}" formnovalidate' in page(desk.get())
    response = desk.post("notice", htmx=True, ready=ready, text="还没写完的")
    assert JournalEntry.objects.get(kind="notice").payload["text"] == ready
    assert "还没写完的</textarea>" in page(response)


def test_themes_are_put_in_order_all_at_once(desk: Desk) -> None:
    for name in ("甲", "乙", "丙"):
        desk.post("themes/", name=name)
    first, second, third = Theme.objects.order_by("position")
    desk.post("themes/order", order=f"{third.pk} {first.pk} {second.pk}")
    assert [theme.name for theme in desk.get().context["controls"].themes] == ["丙", "甲", "乙"]
    for wrong in ("", f"{first.pk} {second.pk}", f"{first.pk} {second.pk} 424242", "甲 乙 丙"):
        assert desk.post("themes/order", order=wrong).status_code == 422
    assert [theme.name for theme in desk.get().context["controls"].themes] == ["丙", "甲", "乙"]


def test_a_theme_is_deleted_after_saying_how_many_suggestions_lose_it(desk: Desk, scene: Scene) -> None:
    theme = create_theme(topic_id=scene.topic.pk, name="错时共享", by=actor(scene.moderator), at=NOON)
    assign_theme(suggestion_id=scene.suggestion.pk, theme_id=theme.pk, by=actor(scene.moderator), at=NOON)
    assert "其下 1 条建言将变为未归类" in page(desk.get())
    response = desk.post(f"themes/{theme.pk}/", htmx=True, delete="1")
    assert line(response) == "归类已删除，其下 1 条建言现在未归类。"
    assert not Theme.objects.exists()
    # Another desk still shows it.
    assert desk.post(f"themes/{theme.pk}/", name="改名").status_code == 422


def test_the_desk_counts_who_has_come_and_names_them_by_sector(desk: Desk, scene: Scene) -> None:
    Attendance.objects.create(
        deliberation=scene.topic.deliberation, user=scene.member, presence="present", checked_in_at=NOON
    )
    shown = page(desk.get("pulse", htmx=True))
    assert "已到 <strong>1</strong> 人，应到 3 人" in shown
    assert re.search(r"<dt>出席</dt><dd>罗小满</dd>", shown)
    assert re.search(r"<dt>未到</dt><dd>林栖云</dd>", shown)
