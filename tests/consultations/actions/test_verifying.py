"""A topic is verified while members vote in it, and nobody is accused of what was merely under way."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connection

from consultations.actions.verifying import compare_tallies, verify_journal
from consultations.actions.votes import Ballot, cast_votes
from consultations.errors import UnknownTopic
from consultations.models import Suggestion
from tests.consultations.factories import MINUTE, NOON, actor, make_suggestion, make_topic
from tests.jianyan.accounts.factories import make_county, make_member, make_moderator

# Seconds. Whoever waits for SQLite's lock looks for it only now and then: each leaves it to the other for a while.
PAUSE = 0.02

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_live_topic_is_sound_at_every_moment() -> None:
    county = make_county()
    topic = make_topic(county)
    suggestion = make_suggestion(topic, make_member(county), publish_by=make_moderator(county))
    voters = [actor(make_member(county, name)) for name in ("罗小满", "顾南枝", "周砚")]
    over = Event()

    def vote() -> int:
        cast = 0
        try:
            while not over.is_set():
                choice = "support" if cast % 2 == 0 else None
                ballots = [Ballot(voter, suggestion.pk, choice) for voter in voters]
                assert cast_votes(topic_id=topic.pk, ballots=ballots, at=NOON + MINUTE).refusals == {}
                cast += 1
                over.wait(PAUSE)
        finally:
            connection.close()
        return cast

    with ThreadPoolExecutor(1) as threads:
        voting = threads.submit(vote)
        try:
            for _ in range(20):
                over.wait(PAUSE)
                assert verify_journal(topic_id=topic.pk).faults == ()
                assert compare_tallies(topic_id=topic.pk) == ()
        finally:
            over.set()
        assert voting.result() > 10


def test_a_wrong_tally_is_told_and_left_as_it_is() -> None:
    county = make_county()
    topic = make_topic(county)
    suggestion = make_suggestion(topic, make_member(county), publish_by=make_moderator(county))
    Suggestion.objects.filter(pk=suggestion.pk).update(support=3)
    (wrong,) = compare_tallies(topic_id=topic.pk)
    assert (wrong.number, wrong.stated, wrong.counted) == (1, (3, 0, 0), (0, 0, 0))
    assert len(verify_journal(topic_id=topic.pk).faults) == 1
    assert Suggestion.objects.get(pk=suggestion.pk).support == 3


@pytest.mark.parametrize("topic_id", [404, 10**20])
def test_an_unknown_topic_is_refused(topic_id: int) -> None:
    for check in (verify_journal, compare_tallies):
        with pytest.raises(UnknownTopic):
            check(topic_id=topic_id)
