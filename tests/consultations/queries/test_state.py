from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consultations.actions.moderation import feature_suggestion, return_suggestion
from consultations.actions.topics import mark_phase
from consultations.actions.votes import Ballot, cast_votes
from consultations.enums import Visibility
from consultations.errors import UnknownTopic
from consultations.models import Attendance, Topic
from consultations.queries.facts import GoneFact
from consultations.queries.state import (
    changes_since,
    own_part,
    own_part_for,
    people_counts,
    revisions,
    seat,
    topic_state,
)
from tests.consultations.conftest import Scene
from tests.consultations.factories import HOUR, MINUTE, NOON, actor, make_suggestion, make_topic
from tests.jianyan.accounts.factories import make_auditor, make_member

AT = NOON + 5 * MINUTE


def support(scene: Scene) -> None:
    ballots = [Ballot(actor(scene.member), scene.suggestion.pk, "support")]
    cast_votes(topic_id=scene.topic.pk, ballots=ballots, at=AT)


def test_the_whole_state_says_what_the_wire_needs(scene: Scene) -> None:
    support(scene)
    state = topic_state(scene.topic.pk, at=AT)
    (fact,) = state.suggestions
    assert not isinstance(fact, GoneFact)
    assert (state.topic, state.revision, state.full) == (scene.topic.pk, 3, True)
    assert (state.phase.name, state.phase.posting, state.phase.voting, state.phase.paused) == (
        "open", True, True, False,
    )  # fmt: skip
    assert (state.phase.posting_ms, state.phase.closes_ms) == (55 * 60_000, 55 * 60_000)
    assert (state.rules.ideas, state.rules.length, state.rules.ballot) == (1, 200, ("support",))
    assert (fact.number, fact.author, fact.sector, fact.status) == (1, "林栖云", "文艺界", "published")
    assert (fact.tally, fact.at) == ((1, 0, 0), "2026-03-05T12:01:00.000Z")


def test_an_anonymous_topic_names_nobody(scene: Scene) -> None:
    Topic.objects.filter(pk=scene.topic.pk).update(anonymous=True)
    (fact,) = topic_state(scene.topic.pk, at=AT).suggestions
    assert not isinstance(fact, GoneFact)
    assert fact.author == "匿名委员"


def test_hidden_counts_come_with_the_closing(scene: Scene) -> None:
    Topic.objects.filter(pk=scene.topic.pk).update(tallies="closed")
    support(scene)
    state = topic_state(scene.topic.pk, at=AT)
    assert [getattr(fact, "tally", 0) for fact in state.suggestions] == [None]
    assert changes_since(scene.topic.pk, 2, at=AT).tallies == ()
    mark_phase(topic_id=scene.topic.pk, at=NOON + HOUR)
    changes = changes_since(scene.topic.pk, state.revision, at=NOON + HOUR)
    assert changes.tallies == ((scene.suggestion.pk, 1, 0, 0),)
    assert changes.phase.name == "closed"


def test_changes_carry_only_what_came_after(scene: Scene) -> None:
    support(scene)
    changes = changes_since(scene.topic.pk, 2, at=AT)
    assert (changes.since, changes.revision, changes.tallies) == (2, 3, ((scene.suggestion.pk, 1, 0, 0),))
    assert (changes.suggestions, changes.themes, changes.authors, changes.notices) == ((), None, (), ())


def test_the_author_of_a_returned_idea_has_news_and_nobody_else_hears_its_id(scene: Scene) -> None:
    pending = make_suggestion(scene.topic, scene.member, "太笼统")
    return_suggestion(suggestion_id=pending.pk, by=actor(scene.moderator), at=AT, reason="请写具体")
    changes = changes_since(scene.topic.pk, 2, at=AT)
    assert (changes.suggestions, changes.authors) == ((), (scene.member.pk,))
    own = own_part(scene.topic.pk, actor(scene.member), at=AT)
    assert [(fact.status, fact.reason, fact.mine) for fact in own.suggestions] == [
        ("returned", "请写具体", True)
    ]


def test_whoever_is_ahead_or_far_behind_gets_everything(scene: Scene) -> None:
    assert topic_state(scene.topic.pk, at=AT, since=99).full
    assert not topic_state(scene.topic.pk, at=AT, since=0).full
    Topic.objects.filter(pk=scene.topic.pk).update(revision=502)
    assert topic_state(scene.topic.pk, at=AT, since=1).full


def test_ones_own_part_holds_standing_votes_and_the_role(scene: Scene) -> None:
    support(scene)
    own = own_part_for(scene.topic.pk, scene.member.pk, at=AT)
    assert own is not None
    assert (own.role, own.votes, own.suggestions) == ("member", {str(scene.suggestion.pk): "support"}, ())
    scene.member.is_active = False
    scene.member.save()
    assert own_part_for(scene.topic.pk, scene.member.pk, at=AT) is None


def test_people_are_counted_once(scene: Scene) -> None:
    second = make_suggestion(scene.topic, scene.other, "第二条", publish_by=scene.moderator)
    ballots = [Ballot(actor(scene.member), pk, "support") for pk in (scene.suggestion.pk, second.pk)]
    cast_votes(topic_id=scene.topic.pk, ballots=ballots, at=AT)
    assert people_counts(scene.topic.pk) == (2, 1)


def test_only_standing_votes_of_the_topic_count_whoever_comes_first_or_last(scene: Scene) -> None:
    elsewhere = make_topic(scene.county)
    there = make_suggestion(elsewhere, scene.author, "别处", publish_by=scene.moderator)
    second = make_suggestion(scene.topic, scene.other, "第二条", publish_by=scene.moderator)
    assert people_counts(scene.topic.pk) == (2, 0)
    crowd = [actor(make_member(scene.county, f"委员{number}")) for number in range(6)]
    stands = [
        (None, None),
        ("support", None),
        (None, "support"),
        (None, None),
        ("support", "support"),
        (None, None),
    ]
    for voter, choices in zip(crowd, stands, strict=True):
        for target, choice in zip((scene.suggestion, second), choices, strict=True):
            for wish in ("support", choice):
                cast_votes(topic_id=scene.topic.pk, ballots=[Ballot(voter, target.pk, wish)], at=AT)
        cast_votes(topic_id=elsewhere.pk, ballots=[Ballot(voter, there.pk, "support")], at=AT)
    assert people_counts(scene.topic.pk) == (2, 3)
    assert people_counts(elsewhere.pk) == (1, 6)


def test_revisions_leave_out_what_does_not_exist(scene: Scene) -> None:
    assert revisions([scene.topic.pk, 999_999]) == {scene.topic.pk: 2}


def test_a_seat_knows_who_may_see_and_speak(scene: Scene) -> None:
    stranger = make_auditor(scene.county)
    seats = [seat(scene.topic.pk, user, at=AT) for user in (scene.member, stranger, None)]
    assert [(one.may_see, one.has_voice, one.role) for one in seats] == [
        (True, True, "member"),
        (True, False, "observer"),
        (True, False, None),
    ]
    with pytest.raises(UnknownTopic):
        seat(999_999, scene.member, at=AT)


def test_an_invitation_is_an_attendance_row(scene: Scene) -> None:
    deliberation = scene.topic.deliberation
    deliberation.visibility = Visibility.INVITED
    deliberation.save()
    assert not seat(scene.topic.pk, scene.member, at=AT).may_see
    Attendance.objects.create(deliberation=deliberation, user=scene.member)
    assert seat(scene.topic.pk, scene.member, at=AT).may_see


def test_the_number_of_queries_does_not_grow_with_the_rows(scene: Scene) -> None:
    counts = []
    for names in ((), ("甲", "乙", "丙")):
        for name in names:
            member = make_member(scene.county, name)
            made = make_suggestion(scene.topic, member, f"{name}的建言", publish_by=scene.moderator)
            feature_suggestion(suggestion_id=made.pk, on=True, by=actor(scene.moderator), at=AT)
        with CaptureQueriesContext(connection) as queries:
            topic_state(scene.topic.pk, at=AT)
            changes_since(scene.topic.pk, 0, at=AT)
            own_part(scene.topic.pk, actor(scene.author), at=AT)
        counts.append(len(queries))
    assert counts == [14, 14]
