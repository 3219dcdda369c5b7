"""One's own panel over HTTP, with and without a script."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.test import Client

from consultations.actions.merging import merge_suggestions
from consultations.actions.proposals import propose_wording
from consultations.actions.votes import Ballot, cast_votes
from consultations.enums import FlagKind
from consultations.models import Flag, Proposal, Suggestion
from consultations.queries.desk import edition_of
from jianyan.accounts.models import User
from tests.consultations.conftest import Scene
from tests.consultations.factories import actor, make_suggestion, make_topic
from tests.consultations.views.looking import LATER, look, text_of
from tests.jianyan.accounts.factories import make_member

JSON = {"accept": "application/json"}


def propose(scene: Scene) -> Proposal:
    return propose_wording(
        suggestion_id=scene.suggestion.pk,
        text="机关单位车位晚八点至早七点向周边居民错时开放。",
        seen=edition_of(scene.suggestion),
        by=actor(scene.moderator),
        at=LATER,
    )


def merge(scene: Scene) -> Suggestion:
    """The author's suggestion, merged into the member's."""
    second = make_suggestion(scene.topic, scene.member, "机关大院夜间开放车位。", publish_by=scene.moderator)
    merge_suggestions(
        topic_id=scene.topic.pk,
        suggestion_ids=[scene.suggestion.pk],
        into=second.pk,
        by=actor(scene.moderator),
        at=LATER,
    )
    return second


def post(address: str, user: User | None, fields: dict[str, str], **options: Any) -> Any:
    client = Client(enforce_csrf_checks=options.pop("enforce_csrf_checks", False))
    if user is not None:
        client.force_login(user)
    with time_machine.travel(LATER, tick=False):
        return client.post(address, fields, **options)


def test_the_panel_stands_on_the_page_and_by_itself(scene: Scene) -> None:
    propose(scene)
    page = text_of(look(f"/topics/{scene.topic.pk}/", scene.author))
    assert "主持人建议修改您的 #1" in page
    answer = look(f"/topics/{scene.topic.pk}/own/", scene.author)
    assert "采用建议的文字" in text_of(answer)
    assert answer["Cache-Control"] == "private, no-store"
    assert "<ins>八</ins>" in answer.content.decode()
    assert "<del>六</del>" in answer.content.decode()
    for other in (scene.member, scene.moderator):
        assert "建议修改" not in text_of(look(f"/topics/{scene.topic.pk}/own/", other))


def test_who_may_not_see_the_topic_has_no_panel(scene: Scene) -> None:
    draft = make_topic(scene.county, "尚未公布", announced_at=None)
    assert look(f"/topics/{draft.pk}/own/", scene.author).status_code == 404
    assert look(f"/topics/{scene.topic.pk}/own/").status_code == 302


def test_a_plain_form_accepts_and_leads_back_to_the_page(scene: Scene) -> None:
    proposal = propose(scene)
    address = f"/topics/{scene.topic.pk}/own/proposals/{proposal.pk}/"
    answer = post(address, scene.author, {"answer": "accept"})
    assert (answer.status_code, answer["Location"]) == (303, f"/topics/{scene.topic.pk}/")
    scene.suggestion.refresh_from_db()
    assert scene.suggestion.text == "机关单位车位晚八点至早七点向周边居民错时开放。"


def test_the_script_declines_and_is_told_what_is_refused(scene: Scene) -> None:
    proposal = propose(scene)
    address = f"/topics/{scene.topic.pk}/own/proposals/{proposal.pk}/"
    assert post(address, scene.author, {"answer": "perhaps"}, headers=JSON).status_code == 422
    assert post(address, scene.author, {"answer": "decline"}, headers=JSON).status_code == 204
    late = post(address, scene.author, {"answer": "accept"}, headers=JSON)
    assert (late.status_code, late.json()["code"]) == (409, "changed_meanwhile")
    scene.suggestion.refresh_from_db()
    assert scene.suggestion.edited_at is None


def test_nobody_answers_for_the_author_and_no_form_of_another_site_does(scene: Scene) -> None:
    proposal = propose(scene)
    address = f"/topics/{scene.topic.pk}/own/proposals/{proposal.pk}/"
    assert post(address, scene.member, {"answer": "accept"}, headers=JSON).status_code == 403
    assert post(address, scene.moderator, {"answer": "accept"}, headers=JSON).status_code == 403
    assert post(address, None, {"answer": "accept"}, headers=JSON).status_code == 403
    forged = post(address, scene.author, {"answer": "accept"}, headers=JSON, enforce_csrf_checks=True)
    assert (forged.status_code, forged.json()["code"]) == (403, "csrf_failed")
    proposal.refresh_from_db()
    assert proposal.state == "open"


def test_the_author_of_a_merged_idea_asks_for_a_split_in_words(scene: Scene) -> None:
    merge(scene)
    page = text_of(look(f"/topics/{scene.topic.pk}/", scene.author))
    assert "您的 #1 已合并到 #2" in page
    assert "意思不同？请求拆分" in page
    address = f"/topics/{scene.topic.pk}/own/split/{scene.suggestion.pk}/"
    assert post(address, scene.author, {"text": "我说的是错时。"}).status_code == 303
    flag = Flag.objects.get()
    assert (flag.kind, flag.text, flag.member) == (FlagKind.SPLIT, "我说的是错时。", scene.author)
    page = text_of(look(f"/topics/{scene.topic.pk}/", scene.author))
    assert "已提出拆分请求，等待主持人处理。" in page
    assert "意思不同？请求拆分" not in page


@pytest.mark.parametrize("who", ["other", "member"])
def test_who_has_nothing_to_do_with_a_merged_idea_cannot_ask_for_a_split(scene: Scene, who: str) -> None:
    merge(scene)
    address = f"/topics/{scene.topic.pk}/own/split/{scene.suggestion.pk}/"
    answer = post(address, getattr(scene, who), {"text": "拆开吧。"}, headers=JSON)
    assert answer.status_code in (403, 409)
    assert not Flag.objects.exists()


def test_many_merges_of_what_one_supports_are_one_fold(scene: Scene) -> None:
    into = make_suggestion(scene.topic, scene.member, "机关大院夜间开放车位。", publish_by=scene.moderator)
    merging = []
    for number in range(3):
        author = make_member(scene.county, f"委员{number}")
        merging.append(make_suggestion(scene.topic, author, f"第{number}件。", publish_by=scene.moderator))
        ballot = Ballot(actor(scene.other), merging[-1].pk, "support")
        cast_votes(topic_id=scene.topic.pk, ballots=[ballot], at=LATER)
    for number, one in enumerate(merging, 1):
        merge_suggestions(
            topic_id=scene.topic.pk,
            suggestion_ids=[one.pk],
            into=into.pk,
            by=actor(scene.moderator),
            at=LATER,
        )
        shown = look(f"/topics/{scene.topic.pk}/own/", scene.other).content.decode()
        assert shown.count("data-joined=") == number
        assert ("您附议的 3 条建言已合并" in shown) == (number == 3)
