from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consultations.actions.merging import merge_suggestions
from consultations.actions.moderation import (
    assign_theme,
    decline_suggestion,
    hide_suggestion,
    publish_suggestion,
    restore_suggestion,
)
from consultations.actions.suggestions import edit_suggestion
from consultations.actions.votes import Ballot, cast_votes
from consultations.enums import Cosigning
from consultations.errors import NotOpen, NotSignedIn, NoVoice, PostingClosed
from consultations.models import Cosigner, Suggestion, Theme, Topic
from consultations.queries import similar
from consultations.queries.similar import hints, nearest_theme, similar_to
from consultations.similarity import HINT_FROM
from tests.consultations.conftest import Scene
from tests.consultations.factories import HOUR, MINUTE, NOON, actor, make_suggestion, make_topic
from tests.jianyan.accounts.factories import make_member, make_user

AT = NOON + 5 * MINUTE
WRITTEN = "晚上机关大院的停车场空着，能不能让附近居民停进来？"
"""Like the suggestion of the scene."""


def asked(scene: Scene, text: str = WRITTEN, *, topic: Topic | None = None) -> list[int]:
    found = hints(_fresh(topic or scene.topic), actor(scene.member), text, at=AT)
    return [hint.id for hint in found]


def _fresh(topic: Topic) -> Topic:
    return Topic.objects.select_related("deliberation__host").get(pk=topic.pk)


# --- while writing ------------------------------------------------------------------------------------------


def test_a_hint_says_what_everybody_may_read(scene: Scene) -> None:
    cast_votes(
        topic_id=scene.topic.pk,
        ballots=[Ballot(actor(scene.other), scene.suggestion.pk, "support")],
        at=AT,
    )
    (hint,) = hints(_fresh(scene.topic), actor(scene.member), WRITTEN, at=AT)
    assert (hint.id, hint.number, hint.text) == (scene.suggestion.pk, 1, scene.suggestion.text)
    assert (hint.author, hint.sector, hint.support) == ("林栖云", "文艺界", 1)


def test_counts_and_names_are_kept_as_the_topic_keeps_them(scene: Scene) -> None:
    Topic.objects.filter(pk=scene.topic.pk).update(tallies="closed", anonymous=True)
    (hint,) = hints(_fresh(scene.topic), actor(scene.member), WRITTEN, at=AT)
    assert (hint.author, hint.support) == ("匿名委员", None)


@pytest.mark.parametrize("text", ["", "  ", "建议", "的", "古镇每周末固定演两场折子戏。"])
def test_nothing_like_it_is_no_hint(scene: Scene, text: str) -> None:
    assert asked(scene, text) == []


def test_what_is_not_public_is_never_a_hint(scene: Scene) -> None:
    waiting = make_suggestion(scene.topic, scene.other, "机关停车场夜间向附近居民开放，早上开走。")
    assert asked(scene) == [scene.suggestion.pk]
    publish_suggestion(suggestion_id=waiting.pk, by=actor(scene.moderator), at=AT)
    assert set(asked(scene)) == {scene.suggestion.pk, waiting.pk}
    hide_suggestion(suggestion_id=waiting.pk, by=actor(scene.moderator), at=AT, reason="重复")
    assert asked(scene) == [scene.suggestion.pk]
    restore_suggestion(suggestion_id=waiting.pk, by=actor(scene.moderator), at=AT)
    assert set(asked(scene)) == {scene.suggestion.pk, waiting.pk}


def test_an_edit_moves_a_suggestion_to_its_new_words(scene: Scene) -> None:
    assert asked(scene) == [scene.suggestion.pk]
    edit_suggestion(
        suggestion_id=scene.suggestion.pk, by=actor(scene.author), text="古镇周末晚上固定演折子戏。", at=AT
    )
    assert asked(scene, "建议古镇每周末晚上演戏。") == []
    publish_suggestion(suggestion_id=scene.suggestion.pk, by=actor(scene.moderator), at=AT)
    assert asked(scene) == []
    assert asked(scene, "建议古镇每周末晚上演戏。") == [scene.suggestion.pk]


def test_ones_own_is_no_hint_nor_what_one_has_signed(scene: Scene) -> None:
    assert hints(_fresh(scene.topic), actor(scene.author), WRITTEN, at=AT) == ()
    Cosigner.objects.create(
        topic=scene.topic,
        suggestion=scene.suggestion,
        member=scene.member,
        state=Cosigning.AGREED,
        slot=1,
        invited_at=AT,
    )
    assert asked(scene) == []


def test_of_a_group_the_representative_is_the_hint_once(scene: Scene) -> None:
    texts = (
        "夜里机关院子的车位让居民停。",
        "晚上机关大院停车场向附近居民开放。",
        "机关的停车场晚上给居民停车。",
    )
    others = [
        make_suggestion(scene.topic, make_member(scene.county, f"委员{n}"), text, publish_by=scene.moderator)
        for n, text in enumerate(texts)
    ]
    assert len(asked(scene)) == 3
    merge_suggestions(
        topic_id=scene.topic.pk,
        suggestion_ids=[one.pk for one in others],
        into=scene.suggestion.pk,
        by=actor(scene.moderator),
        at=AT,
    )
    assert asked(scene) == [scene.suggestion.pk]


def test_private_data_that_is_masked_stays_so(scene: Scene) -> None:
    text = scene.suggestion.text
    Suggestion.objects.filter(pk=scene.suggestion.pk).update(masked=[[0, 2]])
    (hint,) = hints(_fresh(scene.topic), actor(scene.member), WRITTEN, at=AT)
    assert hint.text == "＊＊" + text[2:]


def test_only_who_may_post_may_ask(scene: Scene) -> None:
    topic = _fresh(scene.topic)
    with pytest.raises(NotSignedIn):
        hints(topic, None, WRITTEN, at=AT)
    with pytest.raises(NoVoice):
        hints(topic, actor(make_user("旁听")), WRITTEN, at=AT)
    with pytest.raises(NotOpen):
        hints(topic, actor(scene.member), WRITTEN, at=NOON - MINUTE)
    with pytest.raises(PostingClosed):
        hints(topic, actor(scene.member), WRITTEN, at=NOON + HOUR)


# --- keeping up ---------------------------------------------------------------------------------------------


def test_an_index_is_built_once_and_then_follows_the_journal(scene: Scene) -> None:
    topic, member = _fresh(scene.topic), actor(scene.member)
    with CaptureQueriesContext(connection) as building:
        hints(topic, member, WRITTEN, at=AT)
    with CaptureQueriesContext(connection) as again:
        hints(topic, member, WRITTEN, at=AT)
    ballots = [Ballot(actor(scene.other), scene.suggestion.pk, "support")]
    cast_votes(topic_id=topic.pk, ballots=ballots, at=AT)
    topic = _fresh(topic)
    with CaptureQueriesContext(connection) as after_votes:
        hints(topic, member, WRITTEN, at=AT)
    # The rows of the nearest, of those that stand for them, their co-signers; before them the index, or the steps since.
    assert [len(queries) for queries in (building, again, after_votes)] == [4, 3, 4]


def test_an_older_revision_is_another_past(scene: Scene) -> None:
    """After a restore the journal has other entries under the same numbers."""
    assert asked(scene) == [scene.suggestion.pk]
    Suggestion.objects.filter(pk=scene.suggestion.pk).update(text="古镇周末晚上固定演折子戏。")
    Topic.objects.filter(pk=scene.topic.pk).update(revision=1)
    assert asked(scene) == []


def test_too_long_a_way_is_not_gone_step_by_step(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(similar, "BACKLOG", 1)
    assert asked(scene) == [scene.suggestion.pk]
    people = [make_member(scene.county, f"委员{number}") for number in range(3)]
    made = [make_suggestion(scene.topic, one, WRITTEN, publish_by=scene.moderator) for one in people]
    assert set(asked(scene)) == {one.pk for one in made}


def test_so_many_topics_are_kept(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(similar, "KEPT", 1)
    other = make_topic(scene.county, "古镇")
    assert asked(scene) == [scene.suggestion.pk]
    assert asked(scene, topic=other) == []
    assert list(similar._kept) == [other.pk]
    assert asked(scene) == [scene.suggestion.pk]


# --- at the desk --------------------------------------------------------------------------------------------


def test_the_desk_sees_what_waits_too_with_what_is_shared(scene: Scene) -> None:
    waiting = make_suggestion(scene.topic, scene.other, "机关停车场夜间向居民开放，早上开走。")
    opened = make_suggestion(scene.topic, scene.member, WRITTEN)
    found = similar_to(scene.topic.pk, opened.pk)
    assert {one.id for one in found} == {waiting.pk, scene.suggestion.pk}
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    first = next(one for one in found if one.id == waiting.pk)
    assert (first.status, first.support, first.theme) == ("pending", 0, None)
    assert first.score >= HINT_FROM
    marked = "".join(first.text[start:end] for start, end in first.spans)
    assert "机关" in marked
    assert "停车场" in marked
    assert "早上" not in marked
    assert "停车场" in "".join(WRITTEN[start:end] for start, end in first.opened_spans)


def test_the_desk_is_not_shown_the_opened_one_its_group_or_what_is_away(scene: Scene) -> None:
    same = make_suggestion(scene.topic, scene.other, WRITTEN, publish_by=scene.moderator)
    merge_suggestions(
        topic_id=scene.topic.pk,
        suggestion_ids=[same.pk],
        into=scene.suggestion.pk,
        by=actor(scene.moderator),
        at=AT,
    )
    assert similar_to(scene.topic.pk, scene.suggestion.pk) == ()
    assert similar_to(scene.topic.pk, same.pk) == ()
    declined = make_suggestion(scene.topic, scene.member, WRITTEN)
    assert [one.id for one in similar_to(scene.topic.pk, declined.pk)] == [scene.suggestion.pk]
    decline_suggestion(suggestion_id=declined.pk, by=actor(scene.moderator), at=AT, reason="重复")
    assert declined.pk not in {one.id for one in similar_to(scene.topic.pk, scene.suggestion.pk)}
    assert similar_to(scene.topic.pk, 0) == ()
    assert similar_to(make_topic(scene.county, "古镇").pk, scene.suggestion.pk) == ()


def test_the_theme_of_the_nearest_is_offered_where_it_is_clear(scene: Scene) -> None:
    sharing, fees = (Theme.objects.create(topic=scene.topic, name=name) for name in ("错时共享", "收费"))
    opened = make_suggestion(scene.topic, scene.member, WRITTEN)
    assert nearest_theme(scene.topic.pk, opened.pk) is None
    texts = [("机关停车场晚上对居民开放。", sharing), ("路边停车半小时内免费，越久越贵。", fees)]
    for number, (text, theme) in enumerate(texts):
        one = make_suggestion(
            scene.topic, make_member(scene.county, f"委员{number}"), text, publish_by=scene.moderator
        )
        assign_theme(suggestion_id=one.pk, theme_id=theme.pk, by=actor(scene.moderator), at=AT)
    assert nearest_theme(scene.topic.pk, opened.pk) == sharing.pk
    assert nearest_theme(scene.topic.pk, 0) is None


def test_the_desks_questions_take_few_queries(scene: Scene) -> None:
    opened = make_suggestion(scene.topic, scene.member, WRITTEN)
    with CaptureQueriesContext(connection) as first:
        similar_to(scene.topic.pk, opened.pk)
    with CaptureQueriesContext(connection) as again:
        similar_to(scene.topic.pk, opened.pk)
    with CaptureQueriesContext(connection) as themes:
        nearest_theme(scene.topic.pk, opened.pk)
    assert [len(queries) for queries in (first, again, themes)] == [5, 4, 2]
