"""Merging at the desk: seen before it is done, done as it was seen, taken back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from consultations.actions.merging import merge_suggestions, unmerge_suggestion
from consultations.actions.moderation import hide_suggestion, publish_suggestion
from consultations.actions.suggestions import edit_suggestion
from consultations.actions.votes import Ballot, cast_votes
from consultations.enums import Choice
from consultations.models import JournalEntry, Suggestion, Topic
from jianyan.accounts.models import User
from tests.consultations.conftest import Scene
from tests.consultations.factories import actor, make_suggestion, make_topic
from tests.jianyan.accounts.factories import make_member, make_moderator

from .desk_scene import NOW, Desk, at, desk_of, page


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with at(NOW):
        yield


@pytest.fixture
def desk(scene: Scene) -> Desk:
    return desk_of(scene.moderator, scene.topic)


@pytest.fixture
def target(scene: Scene) -> Suggestion:
    """Published, number 1."""
    return scene.suggestion


@pytest.fixture
def pending(scene: Scene) -> Suggestion:
    """Waits, number 2; says what the target says."""
    return make_suggestion(scene.topic, scene.member, "机关单位的车位晚上向周边居民错时开放。")


@pytest.fixture
def published(scene: Scene) -> Suggestion:
    """Published, number 2."""
    text = "机关单位的车位晚上向周边居民错时开放。"
    return make_suggestion(scene.topic, scene.member, text, publish_by=scene.moderator)


def support(suggestion: Suggestion, *voters: User) -> None:
    ballots = [Ballot(actor(voter, NOW), suggestion.pk, Choice.SUPPORT.value) for voter in voters]
    cast_votes(topic_id=suggestion.topic_id, ballots=ballots, at=NOW)


def confirm(desk: Desk, response: Any, *, htmx: bool = False, shown: str = "") -> Any:
    """Send the form of the preview as it was drawn."""
    form = page(response).split('class="desk-preview"')[1].split("</form>")[0]
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form)
    sent = {name: [value for one, value in fields if one == name] for name, _ in fields}
    headers = desk._headers(htmx=htmx, shown=shown)
    return desk.client.post(desk.address("merge"), sent, headers=headers)


def test_similar_ones_stand_beside_the_opened_one_with_what_they_share(
    desk: Desk, target: Suggestion, pending: Suggestion
) -> None:
    item = desk.get(f"?item={pending.pk}").context["item"]
    assert [(one.suggestion.number, one.key, one.takes, one.joins) for one in item.alike] == [
        (1, "1", True, False)
    ]
    assert "".join(piece.text for piece in item.marked) == pending.text
    assert "车位" in "".join(piece.text for piece in item.marked if piece.marks == "shared")
    assert "".join(piece.text for piece in item.alike[0].marked) == target.text


def test_of_two_published_ones_either_can_go_into_the_other(
    desk: Desk, target: Suggestion, published: Suggestion
) -> None:
    (one,) = desk.get(f"?item={published.pk}").context["item"].alike
    assert (one.key, one.takes, one.join_key, one.joins) == ("1", True, "a", True)
    assert one.suggestion.id == target.pk


def test_a_preview_says_how_many_members_the_group_would_have_and_changes_nothing(
    desk: Desk, scene: Scene, target: Suggestion, published: Suggestion
) -> None:
    both, third, fourth = (make_member(scene.county, name) for name in ("戚远", "韦青", "沐阳"))
    support(target, scene.member, both, third)
    support(published, both, fourth)
    entries = JournalEntry.objects.count()
    response = desk.get(f"merge?item={published.pk}&of={published.pk}&into={target.pk}")
    preview = response.context["preview"]
    assert (preview.count, preview.apart, preview.merge.support) == (2, 5, 4)
    text = page(response)
    assert "林栖云" in text
    assert "罗小满" in text
    assert JournalEntry.objects.count() == entries


def test_after_the_preview_it_is_done_and_the_line_undoes_it(
    desk: Desk, target: Suggestion, pending: Suggestion
) -> None:
    response = desk.get(f"merge?item={pending.pk}&of={pending.pk}&into={target.pk}")
    done = confirm(desk, response, htmx=True, shown=f"?item={pending.pk}")
    assert done.status_code == 200
    pending.refresh_from_db()
    assert (pending.status, pending.merged_into) == ("merged", target)
    line = done.context["line"]
    assert "2" in line.text
    assert "1" in line.text
    undone = desk.client.post(line.undo.action, dict(line.undo.fields))
    assert undone.status_code == 303
    pending.refresh_from_db()
    assert (pending.status, pending.merged_into) == ("pending", None)


def test_a_plain_form_is_led_back_to_the_desk_with_the_line(
    desk: Desk, target: Suggestion, pending: Suggestion
) -> None:
    response = desk.get(f"merge?item={pending.pk}&of={pending.pk}&into={target.pk}")
    done = confirm(desk, response)
    assert done.status_code == 303
    shown = desk.client.get(done["Location"])
    assert shown.context["line"].undo.fields == (("of", str(pending.pk)),)


def test_after_merging_what_waited_the_next_one_is_open(
    desk: Desk, scene: Scene, target: Suggestion, pending: Suggestion
) -> None:
    following = make_suggestion(scene.topic, scene.other, "医院东侧两条支路改单行。")
    response = desk.get(f"merge?item={pending.pk}&of={pending.pk}&into={target.pk}")
    done = confirm(desk, response, htmx=True, shown=f"?item={pending.pk}")
    assert done.context["item"].id == following.pk


@pytest.mark.parametrize("typed", ["1", "#1", " １ ", "＃1"])
def test_a_number_can_be_typed(desk: Desk, target: Suggestion, pending: Suggestion, typed: str) -> None:
    response = desk.client.get(desk.address("merge"), {"of": str(pending.pk), "number": typed})
    assert response.context["preview"].into.part.id == target.pk


def test_another_one_can_be_put_into_the_opened_one(
    desk: Desk, target: Suggestion, pending: Suggestion
) -> None:
    response = desk.get(f"merge?item={target.pk}&of={target.pk}&number=2&reverse=1")
    preview = response.context["preview"]
    assert (preview.merging[0].part.id, preview.into.part.id) == (pending.pk, target.pk)


@pytest.mark.parametrize("typed", ["", "x", "0", "99", "-1", "1.5"])
def test_a_number_that_is_none_is_refused_with_a_line(desk: Desk, pending: Suggestion, typed: str) -> None:
    response = desk.client.get(desk.address("merge"), {"of": str(pending.pk), "number": typed})
    assert response.status_code == 422
    assert response.context["line"].tone == "refused"
    assert response.context["preview"] is None


def test_what_waits_takes_nothing_and_the_line_offers_to_open_it(
    desk: Desk, scene: Scene, pending: Suggestion
) -> None:
    other = make_suggestion(scene.topic, scene.other, "机关单位的车位晚上错时开放。")
    response = desk.get(f"merge?item={other.pk}&of={other.pk}&into={pending.pk}")
    assert response.status_code == 409
    line = response.context["line"]
    assert (line.tone, line.again) == ("refused", pending.pk)
    assert "第2号" in line.text


def test_a_merged_or_hidden_target_is_refused_with_a_clear_line(
    desk: Desk, scene: Scene, target: Suggestion, published: Suggestion
) -> None:
    moderator = actor(scene.moderator, NOW)
    pending = make_suggestion(scene.topic, scene.other, "机关单位的车位晚上错时开放。")
    merge_suggestions(
        topic_id=scene.topic.pk, suggestion_ids=[published.pk], into=target.pk, by=moderator, at=NOW
    )
    merged = desk.get(f"merge?item={pending.pk}&of={pending.pk}&into={published.pk}")
    assert merged.status_code == 409
    assert "第2号此前已并入第1号" in merged.context["line"].text
    unmerge_suggestion(suggestion_id=published.pk, by=moderator, at=NOW)
    hide_suggestion(suggestion_id=published.pk, by=moderator, reason="与本议题无关。", at=NOW)
    hidden = desk.get(f"merge?item={pending.pk}&of={pending.pk}&into={published.pk}")
    assert hidden.status_code == 409
    assert "已隐藏" in hidden.context["line"].text


def test_another_topic_s_cannot_be_merged_here(desk: Desk, scene: Scene, pending: Suggestion) -> None:
    elsewhere = make_suggestion(
        make_topic(scene.county, "另一议题"), scene.author, publish_by=scene.moderator
    )
    asked = desk.get(f"merge?item={pending.pk}&of={pending.pk}&into={elsewhere.pk}")
    assert asked.status_code == 422
    sent = desk.post("merge", of=f"{pending.pk}:x", into=f"{elsewhere.pk}:x")
    assert sent.status_code == 409
    pending.refresh_from_db()
    assert pending.status == "pending"


def test_what_changes_between_preview_and_confirmation_is_not_merged_unread(
    desk: Desk, scene: Scene, target: Suggestion, pending: Suggestion
) -> None:
    response = desk.get(f"merge?item={pending.pk}&of={pending.pk}&into={target.pk}")
    edit_suggestion(suggestion_id=pending.pk, by=actor(scene.member, NOW), text="完全不同的话。", at=NOW)
    done = confirm(desk, response)
    assert done.status_code == 409
    assert done.context["line"].tone == "refused"
    pending.refresh_from_db()
    assert pending.status == "pending"


def test_what_a_colleague_decides_between_preview_and_confirmation_is_named(
    desk: Desk, scene: Scene, target: Suggestion, pending: Suggestion
) -> None:
    response = desk.get(f"merge?item={pending.pk}&of={pending.pk}&into={target.pk}")
    colleague = make_moderator(scene.county, "孙审核")
    publish_suggestion(suggestion_id=pending.pk, by=actor(colleague, NOW), at=NOW)
    done = confirm(desk, response)
    assert done.status_code == 409
    assert done.context["line"].text == "第2号：孙审核已于20:30处理，现为“已发布”。"


def test_a_frozen_topic_is_not_merged_in(desk: Desk, target: Suggestion, pending: Suggestion) -> None:
    response = desk.get(f"merge?item={pending.pk}&of={pending.pk}&into={target.pk}")
    Topic.objects.update(frozen_at=NOW)
    assert confirm(desk, response).status_code == 409
    assert desk.get(f"merge?of={pending.pk}&into={target.pk}").status_code == 409


def test_a_group_is_shown_with_its_way_out(
    desk: Desk, scene: Scene, target: Suggestion, published: Suggestion
) -> None:
    merge_suggestions(
        topic_id=scene.topic.pk,
        suggestion_ids=[published.pk],
        into=target.pk,
        by=actor(scene.moderator, NOW),
        at=NOW,
    )
    opened = desk.get(f"?item={target.pk}&shelf=published")
    rows = {row.number: (row.group, row.into) for row in opened.context["queue"].rows}
    assert rows == {1: ((2,), None), 2: ((), 1)}
    item = opened.context["item"]
    assert [(key, part.number) for key, part in item.splits] == [("1", 2)]
    assert item.may.isdisjoint({"hide", "decline", "return"})
    merged = desk.get(f"?item={published.pk}").context["item"]
    assert merged.group.representative.number == 1
    assert "split" in merged.may
    response = desk.post("unmerge", htmx=True, shown=f"?item={target.pk}", of=str(published.pk))
    assert response.status_code == 200
    published.refresh_from_db()
    assert published.status == "published"
    assert desk.post("unmerge", of=str(published.pk)).status_code == 409
    assert desk.post("unmerge").status_code == 422


def test_without_anything_to_merge_the_address_leads_to_the_desk(desk: Desk) -> None:
    assert desk.get("merge")["Location"] == desk.address()
    assert desk.post("merge").status_code == 422
