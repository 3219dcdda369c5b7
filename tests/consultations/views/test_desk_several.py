"""Several suggestions at once: each decided by itself, each refusal told, nothing lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from consultations.actions.claims import claim_suggestion
from consultations.actions.moderation import assign_theme, publish_suggestion, return_suggestion
from consultations.actions.suggestions import edit_suggestion
from consultations.actions.themes import create_theme
from consultations.models import JournalEntry, Suggestion, Topic
from consultations.queries.desk import edition_of
from jianyan.accounts.models import User
from tests.consultations.conftest import Scene
from tests.consultations.factories import actor, make_suggestion, make_topic
from tests.jianyan.accounts.factories import make_moderator

from .desk_scene import HTMX, NOW, Desk, at, desk_of, page, waiting


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with at(NOW):
        yield


@pytest.fixture
def desk(scene: Scene) -> Desk:
    return desk_of(scene.moderator, scene.topic)


@pytest.fixture
def colleague(scene: Scene) -> User:
    return make_moderator(scene.county, "孙审核")


@pytest.fixture
def rows(scene: Scene) -> list[Suggestion]:
    """Three that wait: numbers 2, 3 and 4."""
    return waiting(scene.county, scene.topic, 3)


def send(desk: Desk, rows: Sequence[Suggestion], *, shown: str = "", **fields: str) -> Any:
    """What the bar sends for rows that are marked as they were last loaded."""
    picks = [f"{row.pk}:{edition_of(row)}" for row in rows]
    headers = {**HTMX, "HX-Current-URL": f"http://testserver{desk.address()}{shown}"}
    return desk.client.post(desk.address("several"), {"pick": picks, **fields}, headers=headers)


def states(rows: Sequence[Suggestion]) -> list[str]:
    for row in rows:
        row.refresh_from_db()
    return [str(row.status) for row in rows]


def test_all_that_are_marked_are_published_each_with_an_entry_of_its_own(
    desk: Desk, rows: list[Suggestion]
) -> None:
    response = send(desk, rows, publish="")
    assert response.status_code == 200
    assert states(rows) == ["published", "published", "published"]
    line = response.context["line"]
    assert line.text.startswith("3条已发布：#2、#3、#4")
    assert (line.left, line.undo) == ((), None)
    kinds = JournalEntry.objects.order_by("revision").values_list("kind", flat=True)
    assert list(kinds)[-3:] == ["published", "published", "published"]


def test_one_that_a_colleague_has_decided_meanwhile_is_told_with_name_and_time_and_stops_no_other(
    desk: Desk, rows: list[Suggestion], colleague: User
) -> None:
    publish_suggestion(suggestion_id=rows[1].pk, by=actor(colleague, NOW), at=NOW)
    response = send(desk, rows, **{"return": "请写得更具体。"})
    assert response.status_code == 200
    assert states(rows) == ["returned", "published", "returned"]
    line = response.context["line"]
    assert line.left == ((rows[1].pk, "第3号：孙审核已于20:30处理，现为“已发布”。"),)
    assert "第3号：孙审核" in page(response)


def test_one_that_its_author_has_changed_is_not_decided_unread(desk: Desk, rows: list[Suggestion]) -> None:
    edit_suggestion(suggestion_id=rows[0].pk, by=actor(rows[0].author, NOW), text="完全不同的话。", at=NOW)
    response = send(desk, rows, publish="")
    assert states(rows) == ["pending", "published", "published"]
    ((left, why),) = response.context["line"].left
    assert left == rows[0].pk
    assert why.startswith("第2号：")


def test_what_a_colleague_has_open_is_left_to_them(
    desk: Desk, rows: list[Suggestion], colleague: User
) -> None:
    claim_suggestion(suggestion_id=rows[2].pk, by=actor(colleague, NOW), at=NOW)
    response = send(desk, rows, publish="")
    assert states(rows) == ["published", "published", "pending"]
    assert response.context["line"].left == ((rows[2].pk, "第4号：孙审核正在处理这一条。"),)


def test_where_all_are_refused_nothing_is_done_and_each_says_why(
    desk: Desk, rows: list[Suggestion], colleague: User
) -> None:
    for row in rows:
        return_suggestion(suggestion_id=row.pk, by=actor(colleague, NOW), reason="请修改。", at=NOW)
    response = send(desk, rows, decline="与本议题无关。")
    assert response.status_code == 409
    line = response.context["line"]
    assert (line.tone, len(line.left)) == ("refused", 3)
    assert states(rows) == ["returned", "returned", "returned"]


def test_returning_several_needs_a_reason_and_takes_ready_and_own_words(
    desk: Desk, rows: list[Suggestion]
) -> None:
    assert send(desk, rows, **{"return": "", "return-words": " "}).status_code == 422
    assert states(rows) == ["pending", "pending", "pending"]
    send(desk, rows, **{"return": "请写得更具体。", "return-words": "写明路口。"})
    rows[0].refresh_from_db()
    assert (rows[0].status, rows[0].reason) == ("returned", "请写得更具体。 写明路口。")


def test_declining_several_can_be_undone_at_once(desk: Desk, rows: list[Suggestion]) -> None:
    undo = send(desk, rows, decline="与本议题无关。").context["line"].undo
    assert states(rows) == ["declined", "declined", "declined"]
    fields: dict[str, list[str]] = {}
    for name, value in undo.fields:
        fields.setdefault(name, []).append(value)
    response = desk.client.post(undo.action, fields, headers=HTMX)
    assert response.status_code == 200
    assert states(rows) == ["pending", "pending", "pending"]


def test_a_theme_for_several_is_undone_to_what_each_had(
    desk: Desk, scene: Scene, rows: list[Suggestion]
) -> None:
    by = actor(scene.moderator, NOW)
    old, new = (create_theme(topic_id=scene.topic.pk, name=name, by=by, at=NOW) for name in ("旧类", "新类"))
    assign_theme(suggestion_id=rows[0].pk, theme_id=old.pk, by=by, at=NOW)
    undo = send(desk, rows, theme=str(new.pk)).context["line"].undo
    states(rows)
    assert [row.theme_id for row in rows] == [new.pk, new.pk, new.pk]
    backs = [value for _name, value in undo.fields]
    desk.client.post(undo.action, {"back": backs}, headers=HTMX)
    states(rows)
    assert [row.theme_id for row in rows] == [old.pk, None, None]
    refused = send(desk, rows, theme="424242")
    assert refused.status_code == 409
    assert len(refused.context["line"].left) == 3


def test_several_are_merged_after_a_preview_of_all_of_them(
    desk: Desk, scene: Scene, rows: list[Suggestion]
) -> None:
    response = send(desk, rows, merge="1", into="1")
    preview = response.context["preview"]
    assert [one.part.number for one in preview.merging] == [2, 3, 4]
    assert states(rows) == ["pending", "pending", "pending"]
    done = desk.client.post(
        desk.address("merge"),
        {"of": [one.seen for one in preview.merging], "into": preview.into.seen},
        headers=HTMX,
    )
    assert states(rows) == ["merged", "merged", "merged"]
    assert len(done.context["line"].undo.fields) == 3
    desk.client.post(desk.address("unmerge"), {"of": [row.pk for row in rows]})
    assert states(rows) == ["pending", "pending", "pending"]


def test_what_a_colleague_has_open_is_not_merged_with_the_others(
    desk: Desk, rows: list[Suggestion], colleague: User
) -> None:
    claim_suggestion(suggestion_id=rows[1].pk, by=actor(colleague, NOW), at=NOW)
    response = send(desk, rows, merge="1", into="1")
    assert response.status_code == 409
    assert response.context["preview"] is None
    assert response.context["line"].text == "第3号：孙审核正在处理这一条。"


def test_the_one_that_others_go_into_may_be_among_the_marked(
    desk: Desk, scene: Scene, rows: list[Suggestion]
) -> None:
    preview = send(desk, [scene.suggestion, rows[0]], merge="1", into="1").context["preview"]
    assert [one.part.number for one in preview.merging] == [2]


def test_the_opened_one_stays_as_it_is_unless_it_was_among_them(desk: Desk, rows: list[Suggestion]) -> None:
    around = send(desk, rows[:1], shown=f"?item={rows[1].pk}", publish="")
    assert 'id="desk-item"' not in page(around)
    among = send(desk, rows[1:2], shown=f"?item={rows[1].pk}", publish="")
    assert among.context["item"].id == rows[2].pk


def test_decided_after_closing_until_it_is_frozen(desk: Desk, rows: list[Suggestion]) -> None:
    Topic.objects.update(closes_at=NOW)
    assert send(desk, rows[:1], publish="").status_code == 200
    Topic.objects.update(frozen_at=NOW)
    assert send(desk, rows[1:], publish="").status_code == 409
    assert states(rows) == ["published", "pending", "pending"]


@pytest.mark.parametrize(
    "fields", [{}, {"publish": "", "pick": ""}, {"publish": "", "pick": "x:y"}, {"merge": "1", "into": "1"}]
)
def test_what_marks_nothing_is_refused(desk: Desk, fields: dict[str, str]) -> None:
    assert desk.client.post(desk.address("several"), fields).status_code == 422


def test_a_suggestion_of_another_topic_is_not_decided_here(desk: Desk, scene: Scene) -> None:
    elsewhere = make_suggestion(make_topic(scene.county, "另一议题"), scene.author)
    assert send(desk, [elsewhere], publish="").status_code == 422
    assert states([elsewhere]) == ["pending"]
