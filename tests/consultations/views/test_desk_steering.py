"""The controls of the desk: phases, themes, a word to everybody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from consultations.actions import locking
from consultations.actions.themes import create_theme
from consultations.models import JournalEntry, Theme, Topic
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
