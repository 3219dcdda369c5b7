"""What the desk shows of a text that needs care: findings, flags, proposals, who typed it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from consultations.actions.flags import flag_suggestion
from consultations.actions.proposals import answer_proposal
from consultations.actions.suggestions import edit_suggestion
from consultations.enums import Cosigning, FlagKind
from consultations.models import Cosigner, Proposal, Suggestion
from consultations.queries.desk import edition_of
from consultations.queries.marking import Segment, segments
from tests.consultations.conftest import Scene
from tests.consultations.factories import actor, make_suggestion

from .desk_scene import NOW, Desk, at, desk_of, page

PHONE = "丁家弄请直接联系王阿姨，电话13812345678。"


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with at(NOW):
        yield


@pytest.fixture
def desk(scene: Scene) -> Desk:
    return desk_of(scene.moderator, scene.topic)


def test_a_text_is_cut_where_marks_begin_and_end() -> None:
    assert segments("甲乙丙丁", shared=[(0, 2)], private=[(1, 3)]) == (
        Segment("甲", "shared"),
        Segment("乙", "shared private"),
        Segment("丙", "private"),
        Segment("丁"),
    )
    assert segments("甲乙", shared=[(1, 9), (0, 0)]) == (Segment("甲"), Segment("乙", "shared"))
    assert segments("") == ()


def test_marked_text_is_escaped(desk: Desk, scene: Scene) -> None:
    suggestion = make_suggestion(scene.topic, scene.member, "<b>13812345678</b>")
    text = page(desk.get(f"?item={suggestion.pk}"))
    assert "<b>" not in text
    assert '&lt;b&gt;<mark class="private">13812345678</mark>&lt;/b&gt;' in text


def test_private_data_is_marked_and_shown_in_full_only_when_the_moderator_says_so(
    desk: Desk, scene: Scene
) -> None:
    suggestion = make_suggestion(scene.topic, scene.member, PHONE)
    response = desk.get(f"?item={suggestion.pk}")
    item = response.context["item"]
    assert [piece.text for piece in item.marked if "private" in piece.marks] == ["13812345678"]
    assert item.masked
    assert "unmask" in item.may
    assert response.context["queue"].rows[0].private
    assert "*" not in page(response).split('id="desk-text"')[1].split("</p>")[0]
    desk.decide(suggestion, "publish")
    suggestion.refresh_from_db()
    assert "13812345678" not in suggestion.public_text
    shown = desk.post(f"items/{suggestion.pk}/unmask", htmx=True, seen=edition_of(suggestion))
    assert "照原文公开" in shown.context["line"].text
    suggestion.refresh_from_db()
    assert suggestion.public_text == PHONE


def test_a_text_that_has_changed_is_not_shown_in_full_unread(desk: Desk, scene: Scene) -> None:
    suggestion = make_suggestion(scene.topic, scene.member, PHONE)
    seen = edition_of(suggestion)
    edit_suggestion(suggestion_id=suggestion.pk, by=actor(scene.member, NOW), text=PHONE + "很急。", at=NOW)
    assert desk.post(f"items/{suggestion.pk}/unmask", seen=seen).status_code == 409


def test_flags_have_a_shelf_are_read_with_names_and_are_settled(desk: Desk, scene: Scene) -> None:
    flag_suggestion(
        suggestion_id=scene.suggestion.pk,
        kind=FlagKind.UNTRUE,
        text="没有这回事。",
        by=actor(scene.member, NOW),
        at=NOW,
    )
    response = desk.get(f"?shelf=flagged&item={scene.suggestion.pk}")
    queue = response.context["queue"]
    assert (queue.counts["flagged"], [(row.number, row.flags) for row in queue.rows]) == (1, [(1, 1)])
    (flag,) = response.context["item"].flags
    assert (flag.kind, flag.text, flag.member) == ("untrue", "没有这回事。", "罗小满")
    settled = desk.post(
        f"items/{scene.suggestion.pk}/settle", htmx=True, shown=f"?shelf=flagged&item={scene.suggestion.pk}"
    )
    assert settled.context["queue"].counts["flagged"] == 0
    assert settled.context["item"].flags == ()


def test_another_wording_is_proposed_and_its_answer_is_shown(desk: Desk, scene: Scene) -> None:
    suggestion = scene.suggestion
    response = desk.post(
        f"items/{suggestion.pk}/propose",
        htmx=True,
        text="机关车位夜间向居民开放。",
        reason="更短。",
        seen=edition_of(suggestion),
    )
    assert response.status_code == 200
    (row,) = response.context["item"].proposals
    assert (row.text, row.reason, row.open, row.proposed_by) == (
        "机关车位夜间向居民开放。",
        "更短。",
        True,
        "韩主持",
    )
    suggestion.refresh_from_db()
    before = suggestion.text
    assert before != "机关车位夜间向居民开放。"
    answer_proposal(proposal_id=Proposal.objects.get().pk, accept=True, by=actor(scene.author, NOW), at=NOW)
    item = desk.get(f"?item={suggestion.pk}").context["item"]
    assert item.text == "机关车位夜间向居民开放。"
    assert [earlier.text for earlier in item.earlier] == [before]
    assert item.proposals[0].open is False


def test_a_proposal_that_is_refused_is_still_there_to_be_mended(desk: Desk, scene: Scene) -> None:
    too_long = "开放。" * 100
    response = desk.post(
        f"items/{scene.suggestion.pk}/propose",
        proposing="1",
        text=too_long,
        seen=edition_of(scene.suggestion),
    )
    assert response.status_code == 422
    assert too_long in page(response)
    assert not Proposal.objects.exists()


def test_returning_for_two_ideas_is_one_button_with_the_first_reason(desk: Desk, scene: Scene) -> None:
    suggestion = make_suggestion(scene.topic, scene.member, "增设信号灯；另外开放机关车位。")
    text = page(desk.get(f"?item={suggestion.pk}"))
    button = text.split('data-key="s"')[0].rsplit("<button", 1)[1]
    assert 'value="一条建言请只写一件事，请拆开后重新提交。"' in button


def test_who_signs_with_the_author_is_shown_with_their_answer(desk: Desk, scene: Scene) -> None:
    suggestion = make_suggestion(scene.topic, scene.member)
    Cosigner.objects.create(
        topic=scene.topic, suggestion=suggestion, member=scene.other, state=Cosigning.INVITED, invited_at=NOW
    )
    response = desk.get(f"?item={suggestion.pk}")
    assert response.context["item"].cosigners == (("顾南枝", "尚未答复"),)
    assert "顾南枝（尚未答复）" in page(response)


def test_who_typed_it_for_the_author_is_shown(desk: Desk, scene: Scene) -> None:
    suggestion = make_suggestion(scene.topic, scene.member)
    Suggestion.objects.filter(pk=suggestion.pk).update(entered_by=scene.secretary, entered_from="paper")
    response = desk.get(f"?item={suggestion.pk}")
    assert response.context["item"].entered[0] == "沈秘书"
    assert response.context["queue"].rows[0].entered
