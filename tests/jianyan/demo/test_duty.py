"""The moderator on duty: clear ideas within a minute, difficult ones after visitors had their chance."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from consultations.actions.claims import claim_suggestion
from consultations.actions.moderation import publish_suggestion
from consultations.actions.suggestions import edit_suggestion, post_suggestion
from consultations.models import Suggestion, Topic
from jianyan.accounts.enums import Role
from jianyan.accounts.models import User
from jianyan.accounts.roles import Actor, actor_of
from jianyan.demo import people, programme
from jianyan.demo.catalogue import Quality, idea_of_text, issue, said_before
from jianyan.demo.duty import Duty
from tests.jianyan.demo.conftest import AT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

SECOND = dt.timedelta(seconds=1)
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def topic() -> Topic:
    found = programme.live_topic(AT)
    assert found is not None
    # What waits since before is none of these tests' business.
    found.suggestions.filter(status="pending").update(status="declined")
    return found


def acting(username: str) -> Actor:
    actor = actor_of(User.objects.get(username=username), at=AT)
    assert actor is not None
    return actor


def post(topic: Topic, text: str, *, by: str = "member") -> Suggestion:
    posted = post_suggestion(topic_id=topic.pk, by=acting(by), text=text, client_ref=str(uuid.uuid4()), at=AT)
    return posted.suggestion


def text_of(quality: Quality) -> str:
    return next(idea.text for idea in issue("tea").ideas if idea.quality is quality)


def watch(topic: Topic, *minutes: float) -> None:
    """Look at the desk at these minutes after AT, and once more after the reading time."""
    duty = Duty()
    for minute in minutes:
        duty.look([topic.pk], AT + minute * MINUTE)
        duty.look([topic.pk], AT + minute * MINUTE + 6 * SECOND)


def status(suggestion: Suggestion) -> str:
    suggestion.refresh_from_db()
    return suggestion.status


def test_what_a_visitor_writes_is_published_within_a_minute_but_not_at_once(topic: Topic) -> None:
    mine = post(topic, "在菜场门口划出十个限时车位。")
    watch(topic, 0.1)
    assert status(mine) == "pending"
    watch(topic, 1)
    assert status(mine) == "published"
    assert mine.decided_by == User.objects.get(username="duty-moderator")


def test_it_is_taken_while_the_moderator_on_duty_reads_it(topic: Topic) -> None:
    mine = post(topic, "在菜场门口划出十个限时车位。")
    Duty().look([topic.pk], AT + MINUTE)
    assert status(mine) == "pending"
    by = acting("moderator")
    assert claim_suggestion(suggestion_id=mine.pk, by=by, at=AT + MINUTE + SECOND) is None


def test_what_another_moderator_has_open_is_left_to_them(topic: Topic) -> None:
    mine = post(topic, "在菜场门口划出十个限时车位。")
    assert claim_suggestion(suggestion_id=mine.pk, by=acting("moderator"), at=AT + MINUTE) is not None
    watch(topic, 1.2)
    assert status(mine) == "pending"
    watch(topic, 3)
    assert status(mine) == "published"


def test_a_known_idea_goes_under_its_theme(topic: Topic) -> None:
    idea = next(one for one in issue("parking").ideas if one.theme == "错时共享")
    mine = post(topic, idea.text)
    watch(topic, 1)
    mine.refresh_from_db()
    assert mine.theme is not None
    assert mine.theme.name == "错时共享"


@pytest.mark.parametrize(
    ("quality", "becomes"),
    [(Quality.OFF_TOPIC, "declined"), (Quality.PRIVATE_DATA, "returned"), (Quality.HARSH, "declined")],
)
def test_what_needs_a_decision_waits_ten_minutes_for_a_visitor(
    topic: Topic, quality: Quality, becomes: str
) -> None:
    source = {Quality.HARSH: "rivers"}.get(quality, "tea")
    text = next(idea.text for idea in issue(source).ideas if idea.quality is quality)
    mine = post(topic, text)
    watch(topic, 1, 5, 9)
    assert status(mine) == "pending"
    watch(topic, 10)
    assert status(mine) == becomes
    assert mine.reason


def test_two_ideas_go_back_and_what_comes_again_is_published(topic: Topic) -> None:
    mine = post(topic, text_of(Quality.TWO_IDEAS))
    watch(topic, 1.5)
    assert status(mine) == "returned"
    assert mine.reason == "一条建言请只写一件事，请拆开后重新提交。"
    idea = idea_of_text(mine.text)
    assert idea is not None
    edit_suggestion(suggestion_id=mine.pk, by=acting("member"), text=idea.first_half, at=AT + 3 * MINUTE)
    watch(topic, 3.1)
    assert status(mine) == "pending"
    watch(topic, 4)
    assert status(mine) == "published"


def test_somebody_quicker_is_no_trouble(topic: Topic, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = post(topic, "在菜场门口划出十个限时车位。")
    duty = Duty()
    duty.look([topic.pk], AT + MINUTE)
    waiting = list(Suggestion.objects.filter(pk=mine.pk))
    publish_suggestion(suggestion_id=mine.pk, by=acting("moderator"), at=AT + MINUTE + SECOND)
    # What was read before somebody else decided.
    by = people.official(Role.MODERATOR, at=AT)
    for suggestion in waiting:
        duty._handle(suggestion, by, AT + MINUTE + 6 * SECOND)
    assert status(mine) == "published"


def test_the_most_supported_idea_is_featured_once_unless_one_already_is(topic: Topic) -> None:
    duty = Duty()
    duty.look([topic.pk], AT)
    featured = topic.suggestions.get(featured=True)
    assert featured.support == max(topic.suggestions.values_list("support", flat=True))
    topic.suggestions.update(featured=False)
    duty.look([topic.pk], AT + SECOND)
    assert not topic.suggestions.filter(featured=True).exists()


def test_a_topic_where_something_is_featured_is_left_alone(topic: Topic) -> None:
    least = topic.suggestions.filter(status="published").order_by("support").first()
    assert least is not None
    topic.suggestions.filter(pk=least.pk).update(featured=True)
    Duty().look([topic.pk], AT)
    assert topic.suggestions.get(featured=True) == least


def test_what_was_said_before_is_merged_into_what_said_it(topic: Topic) -> None:
    texts = [idea.text for idea in issue("parking").ideas]
    assert said_before(texts[3]) == texts[0]
    assert said_before(texts[0]) is None
    topic.suggestions.filter(text__in=(texts[0], texts[3])).update(text="别的")
    first, again = post(topic, texts[0]), post(topic, texts[3], by="member2")
    publish_suggestion(suggestion_id=first.pk, by=acting("moderator"), at=AT)
    watch(topic, 1)
    again.refresh_from_db()
    assert (again.status, again.merged_into_id) == ("merged", first.pk)
