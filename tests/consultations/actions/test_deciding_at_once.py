"""Several moderators at the same moment: one decision stands, the others are told whose it was."""

from __future__ import annotations

from typing import Any

import pytest

from consultations.actions.decisions import Decision, Outcome, decide, decide_each, merge_seen
from consultations.errors import AlreadyDecided, Refused
from consultations.models import JournalEntry, Suggestion
from consultations.queries.desk import edition_of
from tests.consultations.factories import actor, make_suggestion, make_topic
from tests.consultations.test_concurrency import at_once
from tests.jianyan.accounts.factories import make_county, make_member, make_moderator

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_many_moderators_one_decides_and_the_others_learn_who() -> None:
    county = make_county()
    topic = make_topic(county)
    suggestion = make_suggestion(topic, make_member(county))
    seen = edition_of(suggestion)
    moderators = [make_moderator(county, f"主持{name}") for name in "甲乙丙丁戊己"]

    def wish(index: int) -> Any:
        return decide(
            (Decision.PUBLISH, Decision.RETURN, Decision.DECLINE)[index % 3],
            topic_id=topic.pk,
            suggestion_id=suggestion.pk,
            seen=seen,
            by=actor(moderators[index]),
            reason="请修改。",
        )

    answers = at_once([lambda index=index: wish(index) for index in range(6)])  # type: ignore[misc]
    (done,) = (answer for answer in answers if isinstance(answer, Suggestion))
    refusals = [answer for answer in answers if isinstance(answer, Refused)]
    assert len(refusals) == 5
    assert {type(refusal) for refusal in refusals} == {AlreadyDecided}
    suggestion.refresh_from_db()
    assert suggestion.status == done.status
    assert {refusal.params["name"] for refusal in refusals} == {str(suggestion.decided_by)}
    kinds = list(JournalEntry.objects.filter(topic=topic).order_by("revision").values_list("kind", flat=True))
    assert kinds == ["posted", done.status]


def test_two_that_decide_the_same_several_share_them_without_a_gap() -> None:
    county = make_county()
    topic = make_topic(county)
    rows = [make_suggestion(topic, make_member(county, f"委员{name}")) for name in "甲乙丙丁戊己庚辛"]
    seen = {row.pk: edition_of(row) for row in rows}
    first, second = make_moderator(county, "韩主持"), make_moderator(county, "孙审核")

    def wish(by: Any) -> tuple[Outcome, ...]:
        return decide_each(Decision.PUBLISH, topic_id=topic.pk, seen=seen, by=actor(by))

    one, other = at_once([lambda: wish(first), lambda: wish(second)])
    for mine, theirs in zip(one, other, strict=True):
        assert (mine.refusal is None) != (theirs.refusal is None)
        refusal, winner = (mine.refusal, second) if mine.refusal is not None else (theirs.refusal, first)
        assert isinstance(refusal, AlreadyDecided)
        assert refusal.params["name"] == str(winner)
    assert set(Suggestion.objects.values_list("status", flat=True)) == {"published"}
    topic.refresh_from_db()
    assert topic.revision == JournalEntry.objects.filter(topic=topic).count() == 16


def test_of_merging_and_publishing_at_once_one_is_done() -> None:
    county = make_county()
    topic = make_topic(county)
    moderator = make_moderator(county)
    into = make_suggestion(topic, make_member(county), publish_by=moderator)
    row = make_suggestion(topic, make_member(county, "罗小满"))
    seen = edition_of(row)

    def merge() -> Any:
        return merge_seen(
            topic_id=topic.pk,
            seen={row.pk: seen},
            into=into.pk,
            into_seen=edition_of(into),
            by=actor(moderator),
        )

    def publish() -> Any:
        return decide(
            Decision.PUBLISH, topic_id=topic.pk, suggestion_id=row.pk, seen=seen, by=actor(moderator)
        )

    answers = at_once([merge, publish])
    assert sum(isinstance(answer, AlreadyDecided) for answer in answers) == 1
    row.refresh_from_db()
    merged = isinstance(answers[1], Refused)
    assert (row.status, row.merged_into_id) == (("merged", into.pk) if merged else ("published", None))
