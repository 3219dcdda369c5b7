"""Many threads, each with its own connection, on a real database: the topic's row orders them all."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from django.db import connection

from consultations.actions.cosigning import answer_cosigning, name_cosigners
from consultations.actions.flags import PACE, flag_suggestion, unmask_suggestion
from consultations.actions.suggestions import edit_suggestion, post_suggestion
from consultations.actions.topics import mark_phase
from consultations.actions.votes import Ballot, cast_votes
from consultations.enums import Cosigning
from consultations.errors import Refused, SlotTaken
from consultations.models import Cosigner, Flag, Notification, Suggestion, Topic, Vote
from consultations.queries.desk import edition_of
from tests.consultations.factories import HOUR, MINUTE, NOON, actor, make_suggestion, make_topic
from tests.consultations.test_properties import check_chain, check_tallies
from tests.jianyan.accounts.factories import make_county, make_member, make_moderator

AT = NOON + 5 * MINUTE
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("unmeasured")]


def at_once(jobs: Sequence[Callable[[], Any]], threads: int = 8) -> list[Any]:
    """What each job returned, or the refusal it raised."""

    def run(job: Callable[[], Any]) -> Any:
        try:
            return job()
        except Refused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, jobs))


def test_two_hundred_concurrent_duplicates_of_a_vote_count_once() -> None:
    county = make_county()
    topic = make_topic(county)
    suggestion = make_suggestion(topic, make_member(county), publish_by=make_moderator(county))
    ballot = Ballot(actor(make_member(county, "罗小满")), suggestion.pk, "support")
    before = Topic.objects.get(pk=topic.pk).revision

    answers = at_once([lambda: cast_votes(topic_id=topic.pk, ballots=[ballot], at=AT)] * 200)

    assert {answer.revision for answer in answers} == {before + 1}
    assert all(not answer.refusals for answer in answers)
    suggestion.refresh_from_db()
    assert (suggestion.support, Vote.objects.count()) == (1, 1)


def test_of_twenty_concurrent_ideas_of_one_member_one_is_taken() -> None:
    county = make_county()
    topic = make_topic(county)
    member = actor(make_member(county))

    def post(number: int) -> Any:
        reference = f"6f9a3c5e-7d8b-4f1a-9c2d-{number:012d}"
        return post_suggestion(topic_id=topic.pk, by=member, text="一计", client_ref=reference, at=AT)

    answers = at_once([lambda n=number: post(n) for number in range(20)])  # type: ignore[misc]

    assert sum(isinstance(answer, SlotTaken) for answer in answers) == 19
    assert Suggestion.objects.filter(topic=topic).count() == 1


def test_of_one_idea_and_many_signatures_at_once_one_is_taken() -> None:
    county = make_county()
    topic = make_topic(county)
    member = actor(make_member(county))
    asked = []
    for number in range(8):
        lead = make_member(county, f"委员{number}")
        asked.append(make_suggestion(topic, lead))
        name_cosigners(
            suggestion_id=asked[-1].pk, member_ids=[member.user_id], by=actor(lead), at=NOON + MINUTE
        )
    jobs: list[Callable[[], Any]] = [
        partial(answer_cosigning, suggestion_id=suggestion.pk, agree=True, by=member, at=AT)
        for suggestion in asked
    ]
    reference = "6f9a3c5e-7d8b-4f1a-9c2d-000000000000"
    jobs.insert(
        4,
        partial(post_suggestion, topic_id=topic.pk, by=member, text="一计", client_ref=reference, at=AT),
    )

    answers = at_once(jobs)

    assert sum(isinstance(answer, SlotTaken) for answer in answers) == 8
    agreed = Cosigner.objects.filter(member_id=member.user_id, state=Cosigning.AGREED).count()
    assert agreed + Suggestion.objects.filter(author_id=member.user_id).count() == 1


def test_concurrent_votes_and_ideas_leave_no_gap_and_every_tally_right() -> None:
    county = make_county()
    topic = make_topic(county, ballot="three_way", budget=3)
    moderator = make_moderator(county)
    members = [make_member(county, f"委员{number}") for number in range(8)]
    ideas = [make_suggestion(topic, member, publish_by=moderator) for member in members[:5]]
    actors = [actor(member) for member in members]
    chance = random.Random(20260305)

    def vote(batch: list[Ballot], at: dt.datetime) -> Any:
        return cast_votes(topic_id=topic.pk, ballots=batch, at=at)

    batches = [
        [
            Ballot(
                chance.choice(actors),
                chance.choice(ideas).pk,
                chance.choice(["support", "neutral", "oppose", None]),
            )
            for _ in range(5)
        ]
        for _ in range(60)
    ]
    at_once([lambda batch=batch: vote(batch, AT) for batch in batches])  # type: ignore[misc]

    fresh = Topic.objects.get(pk=topic.pk)
    check_chain(fresh)
    check_tallies(fresh, actors, at=AT)
    assert Vote.objects.filter(topic=topic).count() > 20


def test_a_topic_that_twenty_close_at_once_is_told_once_to_everybody() -> None:
    county = make_county()
    topic = make_topic(county)
    suggestion = make_suggestion(topic, make_member(county), publish_by=make_moderator(county))
    voters = [make_member(county, f"委员{number}") for number in range(5)]
    ballots = [Ballot(actor(voter), suggestion.pk, "support") for voter in voters]
    cast_votes(topic_id=topic.pk, ballots=ballots, at=AT)

    marked = at_once([lambda: mark_phase(topic_id=topic.pk, at=NOON + HOUR)] * 20)

    assert sorted(marked) == [False] * 19 + [True]
    told = Notification.objects.filter(kind="closed").values_list("user_id", flat=True)
    assert sorted(told) == sorted([suggestion.author_id, *(voter.pk for voter in voters)])


def test_of_forty_concurrent_reports_of_one_member_each_suggestion_has_one_and_the_pace_holds() -> None:
    county = make_county()
    topic = make_topic(county)
    moderator = make_moderator(county)
    ideas = [
        make_suggestion(topic, make_member(county, f"委员{number}"), publish_by=moderator)
        for number in range(PACE + 3)
    ]
    member = actor(make_member(county, "罗小满"))

    def report(number: int) -> Any:
        idea = ideas[number % len(ideas)]
        return flag_suggestion(suggestion_id=idea.pk, kind="other", by=member, at=AT)

    at_once([lambda n=number: report(n) for number in range(40)])  # type: ignore[misc]

    flagged = list(Flag.objects.values_list("suggestion_id", flat=True))
    assert (len(flagged), len(set(flagged))) == (PACE, PACE)
    check_chain(Topic.objects.get(pk=topic.pk))


def test_what_is_shown_in_full_is_what_was_read_whoever_comes_first() -> None:
    county = make_county()
    moderator = actor(make_moderator(county))
    for turn in range(8):
        text, other = f"请打13812345{turn:03d}。", f"请打13912345{turn:03d}。"
        topic = make_topic(county, premoderated=False)
        idea = make_suggestion(topic, make_member(county, f"委员{turn}"), text)
        seen = edition_of(idea)
        edit = partial(edit_suggestion, suggestion_id=idea.pk, by=actor(idea.author), text=other, at=AT)
        unmask = partial(unmask_suggestion, suggestion_id=idea.pk, by=moderator, seen=seen, at=AT)
        at_once([edit, unmask] if turn % 2 else [unmask, edit])
        idea.refresh_from_db()
        # The later number was read by nobody: it is masked, whichever of the two had the topic first.
        assert idea.public_text == "请打＊＊＊＊＊＊＊＊＊＊＊。"
        check_chain(Topic.objects.get(pk=topic.pk))
