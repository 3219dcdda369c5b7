"""Preparing deliberations: what the actions themselves refuse, whoever calls them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from consultations.actions.deliberations import (
    DeliberationPlan,
    TopicPlan,
    announce_deliberation,
    change_deliberation,
    create_deliberation,
)
from consultations.errors import (
    BadForm,
    NotAllowed,
    Refused,
    TopicHasOpened,
    UnknownDeliberation,
    UnknownTopic,
)
from consultations.models import Deliberation, JournalEntry, Topic
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

TOMORROW = NOON + 24 * HOUR


def plan_for(scene: Scene, *topics: TopicPlan, **fields: Any) -> DeliberationPlan:
    plan = DeliberationPlan(
        host_id=scene.county.committee.pk,
        title="三季度网络议政",
        number=1,
        mode="online",
        place="",
        starts_at=TOMORROW,
        ends_at=TOMORROW + HOUR,
        visibility="public",
        linked=False,
        topics=topics,
    )
    return replace(plan, **fields)


def topic_plan(**fields: Any) -> TopicPlan:
    plan = TopicPlan(
        title="老旧小区加装电梯",
        prompt="请献一计。",
        background="",
        departments=("建设",),
        themes=("资金", "邻里协商"),
        opens_at=TOMORROW,
        posting_until=None,
        voting_from=None,
        closes_at=TOMORROW + HOUR,
        ideas=1,
        length=200,
        ballot="support",
        budget=None,
        tallies="live",
        premoderated=True,
        anonymous=False,
        rotated=False,
    )
    return replace(plan, **fields)


def create(scene: Scene, plan: DeliberationPlan) -> Deliberation:
    return create_deliberation(channel_id=make_channel().pk, plan=plan, by=actor(scene.secretary), at=NOON)


def test_a_new_deliberation_s_journals_begin_with_what_was_set(scene: Scene) -> None:
    made = create(scene, plan_for(scene, topic_plan(), topic_plan(title="秋季校园周边交通")))
    topics = list(made.topics.order_by("position"))
    assert [(topic.title, topic.revision, topic.announced_at) for topic in topics] == [
        ("老旧小区加装电梯", 1, None),
        ("秋季校园周边交通", 1, None),
    ]
    payload = JournalEntry.objects.get(topic=topics[0]).payload
    assert payload["opens_at"] == "2026-03-06T12:00:00.000000Z"
    assert payload["voting_from"] == "2026-03-06T12:00:00.000000Z"
    assert payload["posting_until"] == "2026-03-06T13:00:00.000000Z"
    assert payload["rules"]["ballot"] == "support"


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"host_id": 424242}, NotAllowed),
        ({"ends_at": TOMORROW}, BadForm),
        ({"number": 7}, BadForm),
        ({"topics": (topic_plan(closes_at=TOMORROW),)}, BadForm),
    ],
)
def test_what_does_not_fit_is_refused_and_leaves_no_trace(
    scene: Scene, fields: dict[str, Any], refusal: type[Refused]
) -> None:
    make_deliberation(scene.county, year=2026, number=7)
    with pytest.raises(refusal):
        create(scene, plan_for(scene, topic_plan(), **fields))
    assert not Deliberation.objects.filter(title="三季度网络议政").exists()
    assert not Topic.objects.filter(title="老旧小区加装电梯").exists()


def test_a_member_can_neither_create_nor_change_nor_announce(scene: Scene) -> None:
    made = create(scene, plan_for(scene, topic_plan()))
    member = actor(scene.member)
    with pytest.raises(NotAllowed):
        create_deliberation(channel_id=made.channel_id, plan=plan_for(scene), by=member, at=NOON)
    with pytest.raises(NotAllowed):
        change_deliberation(deliberation_id=made.pk, plan=plan_for(scene), by=member, at=NOON)
    with pytest.raises(NotAllowed):
        announce_deliberation(deliberation_id=made.pk, by=member, at=NOON)


def test_an_unknown_deliberation_is_refused(scene: Scene) -> None:
    with pytest.raises(UnknownDeliberation):
        change_deliberation(deliberation_id=424242, plan=plan_for(scene), by=actor(scene.secretary), at=NOON)
    with pytest.raises(UnknownDeliberation):
        announce_deliberation(deliberation_id=424242, by=actor(scene.secretary), at=NOON)


def test_a_topic_that_opens_while_it_is_being_changed_stays_as_it_is(scene: Scene) -> None:
    made = create(scene, plan_for(scene, topic_plan()))
    topic = made.topics.get()
    announce_deliberation(deliberation_id=made.pk, by=actor(scene.secretary), at=NOON)
    topic.refresh_from_db()
    changed = topic_plan(title="改了", topic_id=topic.pk, seen=topic.revision)
    plan = plan_for(scene, changed, known=frozenset({topic.pk}))
    with pytest.raises(TopicHasOpened):
        change_deliberation(
            deliberation_id=made.pk, plan=plan, by=actor(scene.secretary), at=TOMORROW + MINUTE
        )
    topic.refresh_from_db()
    assert topic.title == "老旧小区加装电梯"


def test_a_topic_of_another_deliberation_is_not_changed_through_this_one(scene: Scene) -> None:
    made = create(scene, plan_for(scene, topic_plan()))
    elsewhere = make_topic(scene.county, "别处的议题", opens_at=TOMORROW, announced_at=None)
    plan = plan_for(
        scene,
        topic_plan(topic_id=made.topics.get().pk, seen=1),
        topic_plan(topic_id=elsewhere.pk),
        known=frozenset(made.topics.values_list("pk", flat=True)),
    )
    with pytest.raises(UnknownTopic):
        change_deliberation(deliberation_id=made.pk, plan=plan, by=actor(scene.secretary), at=NOON)
    elsewhere.refresh_from_db()
    assert elsewhere.title == "别处的议题"


def test_that_the_clocks_run_together_is_a_setting_of_every_topic_s_journal(scene: Scene) -> None:
    made = create(scene, plan_for(scene, topic_plan(), topic_plan(title="第二题")))
    first, second = made.topics.order_by("position")
    plan = plan_for(
        scene,
        topic_plan(topic_id=first.pk, seen=1),
        topic_plan(title="第二题", topic_id=second.pk, seen=1),
        known=frozenset({first.pk, second.pk}),
        linked=True,
    )
    change_deliberation(deliberation_id=made.pk, plan=plan, by=actor(scene.secretary), at=NOON)
    made.refresh_from_db()
    assert made.linked
    said = JournalEntry.objects.filter(topic__in=(first, second)).order_by("topic", "revision")
    assert [entry.payload["linked"] for entry in said] == [False, True, False, True]


def test_announcing_announces_every_draft_at_one_instant(scene: Scene) -> None:
    made = create(scene, plan_for(scene, topic_plan(), topic_plan(title="第二题")))
    at = NOON + dt.timedelta(minutes=7)
    assert announce_deliberation(deliberation_id=made.pk, by=actor(scene.secretary), at=at) == 2
    assert set(made.topics.values_list("announced_at", flat=True)) == {at}
    assert announce_deliberation(deliberation_id=made.pk, by=actor(scene.secretary), at=at) == 0
