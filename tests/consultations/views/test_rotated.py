"""A topic in which every member sees another order."""

from __future__ import annotations

from consultations.models import Topic
from consultations.queries.topic_page import place, topic_page
from tests.consultations.conftest import Scene
from tests.consultations.factories import HOUR, MINUTE, NOON, make_suggestion, make_topic
from tests.consultations.views.looking import LATER, text_of
from tests.consultations.views.test_topic_page import ids_in, look, support


def rotated(scene: Scene) -> Topic:
    topic = make_topic(scene.county, "人人不同序", rotated=True, ideas=20)
    for number in range(8):
        make_suggestion(topic, scene.author, f"第{number}条", publish_by=scene.moderator)
    return topic


def test_each_has_an_order_that_stays_whatever_comes_and_is_voted(scene: Scene) -> None:
    topic = rotated(scene)
    first = topic.suggestions.earliest("number")
    mine, others = ids_in(look(topic, scene.member)), ids_in(look(topic, scene.other))
    assert mine != others
    assert sorted(mine) == sorted(others)
    support(first, scene.member, scene.other)
    late = make_suggestion(
        topic, scene.author, "后来的一条", publish_by=scene.moderator, at=NOON + 5 * MINUTE
    )
    again = ids_in(look(topic, scene.member))
    assert late.pk in again
    assert [one for one in again if one != late.pk] == mine


def test_another_order_can_be_asked_for_and_the_result_has_the_final_one(scene: Scene) -> None:
    topic = rotated(scene)
    newest = [one.pk for one in topic.suggestions.order_by("-number")]
    assert ids_in(look(topic, scene.member, order="newest")) == newest
    support(topic.suggestions.latest("number"), scene.member)
    closed = ids_in(look(topic, scene.member, at=NOON + 2 * HOUR))
    assert closed[0] == newest[0]
    assert closed == ids_in(look(topic, scene.other, at=NOON + 2 * HOUR))


def test_the_rules_say_so_and_the_script_begins_there(scene: Scene) -> None:
    topic = rotated(scene)
    answer = look(topic, scene.member)
    assert "每位委员看到的顺序不同。" in text_of(answer)
    assert 'data-order="shuffled"' in answer.content.decode()
    assert "每位委员看到的顺序不同。" not in text_of(look(scene.topic, scene.member))
    assert topic_page(scene.topic, scene.member, at=LATER).order == "newest"


def test_over_many_members_no_idea_stands_first_much_more_often_than_another() -> None:
    ids = range(101, 109)
    firsts = [min(ids, key=lambda one: place(member + 12 * 7919, one)) for member in range(1, 801)]
    shares = [firsts.count(one) for one in ids]
    # A hundred each, were chance even; five standard deviations of it are 47.
    assert all(53 <= share <= 147 for share in shares), shares
