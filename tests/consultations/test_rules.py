from __future__ import annotations

import datetime as dt

import pytest

from consultations import rules
from consultations.actions.topics import mark_phase
from consultations.enums import Phase, Visibility
from consultations.errors import NotAllowed, NotSignedIn, NoVoice, UnknownTopic
from consultations.models import Topic
from jianyan.accounts.enums import BodyKind, Role
from jianyan.accounts.models import User
from tests.consultations.conftest import Scene
from tests.consultations.factories import HOUR, MINUTE, NOON, actor, make_deliberation, make_topic
from tests.jianyan.accounts.factories import (
    County,
    make_auditor,
    make_body,
    make_membership,
    make_user,
)

INSTANT = dt.timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("at", "phase"),
    [
        (NOON - 24 * HOUR - INSTANT, Phase.DRAFT),
        (NOON - 24 * HOUR, Phase.ANNOUNCED),
        (NOON - INSTANT, Phase.ANNOUNCED),
        (NOON, Phase.OPEN),
        (NOON + HOUR - INSTANT, Phase.OPEN),
        (NOON + HOUR, Phase.CLOSED),
    ],
)
def test_the_phase_follows_from_the_times(county: County, at: dt.datetime, phase: Phase) -> None:
    assert rules.phase(make_topic(county), at) is phase


def test_a_topic_that_was_never_announced_is_a_draft_for_ever(county: County) -> None:
    topic = make_topic(county, announced_at=None)
    assert rules.phase(topic, NOON + HOUR) is Phase.DRAFT
    assert rules.next_boundary(topic, NOON) is None


def test_what_the_journal_calls_closed_stays_closed_when_the_clock_is_set_back(county: County) -> None:
    topic = make_topic(county)
    mark_phase(topic_id=topic.pk, at=NOON + HOUR)
    topic.refresh_from_db()
    assert rules.phase(topic, NOON) is Phase.CLOSED
    assert (rules.posting_open(topic, NOON), rules.voting_open(topic, NOON)) == (False, False)


def test_posting_and_voting_have_their_own_windows(county: County) -> None:
    topic = make_topic(county, posting_until=NOON + 20 * MINUTE, voting_from=NOON + 10 * MINUTE)
    seen = [
        (rules.posting_open(topic, NOON + m * MINUTE), rules.voting_open(topic, NOON + m * MINUTE))
        for m in (-1, 0, 10, 19, 20, 59, 60)
    ]
    assert seen == [
        (False, False), (True, False), (True, True), (True, True), (False, True), (False, True), (False, False),
    ]  # fmt: skip


def test_a_pause_stops_both_and_changes_no_phase(county: County) -> None:
    topic = make_topic(county, paused_at=NOON + MINUTE)
    assert rules.posting_open(topic, NOON)
    assert not rules.posting_open(topic, NOON + MINUTE)
    assert not rules.voting_open(topic, NOON + MINUTE)
    assert rules.phase(topic, NOON + MINUTE) is Phase.OPEN


def test_the_next_boundary_walks_through_the_times_and_ends(county: County) -> None:
    topic = make_topic(county, posting_until=NOON + 20 * MINUTE, voting_from=NOON + 10 * MINUTE)
    walked: list[dt.datetime] = []
    following = rules.next_boundary(topic, NOON - 25 * HOUR)
    while following is not None:
        walked.append(following)
        following = rules.next_boundary(topic, following)
    assert walked == [NOON - 24 * HOUR, NOON, NOON + 10 * MINUTE, NOON + 20 * MINUTE, NOON + HOUR]


def _see(topic: Topic, user: User | None, *, invited: bool = False, at: dt.datetime = NOON) -> object:
    verdict = rules.may_see(actor(user) if user else None, topic, at, invited=invited)
    return type(verdict) if verdict is not None else None


def test_a_public_topic_is_open_to_everybody_once_announced(scene: Scene) -> None:
    assert _see(scene.topic, None) is None
    assert _see(scene.topic, None, at=NOON - 25 * HOUR) is UnknownTopic
    assert _see(scene.topic, scene.member, at=NOON - 25 * HOUR) is UnknownTopic
    assert _see(scene.topic, scene.moderator, at=NOON - 25 * HOUR) is None


def test_a_topic_for_members_is_closed_to_others(scene: Scene) -> None:
    scene.topic.deliberation.visibility = Visibility.MEMBERS
    stranger = make_user("外人")
    assert _see(scene.topic, None) is NotSignedIn
    assert _see(scene.topic, stranger) is NotAllowed
    assert _see(scene.topic, scene.member) is None
    assert _see(scene.topic, make_auditor(scene.county)) is None


def test_a_topic_for_invited_people_asks_for_the_invitation(scene: Scene) -> None:
    scene.topic.deliberation.visibility = Visibility.INVITED
    assert _see(scene.topic, scene.member) is NotAllowed
    assert _see(scene.topic, scene.member, invited=True) is None
    assert _see(scene.topic, None, invited=True) is NotSignedIn
    assert _see(scene.topic, scene.moderator) is None


def test_a_role_holds_for_the_body_and_what_is_below_it_only(scene: Scene) -> None:
    committee = scene.county.special_committees[0]
    below = make_topic(scene.county, deliberation=make_deliberation(scene.county, "专委会", host=committee))
    elsewhere = make_body("另一个县政协", BodyKind.COMMITTEE)
    stranger = make_user("外县主持")
    make_membership(stranger, elsewhere, Role.MODERATOR)
    local = make_user("专委会主持")
    make_membership(local, committee, Role.MODERATOR)
    assert rules.may_moderate(actor(scene.moderator), below) is None
    assert rules.may_moderate(actor(local), below) is None
    assert isinstance(rules.may_moderate(actor(local), scene.topic), NotAllowed)
    assert isinstance(rules.may_moderate(actor(stranger), scene.topic), NotAllowed)
    assert rules.has_voice(actor(scene.member), below)


def test_a_member_of_a_sector_alone_has_no_voice_in_what_the_committee_hosts(scene: Scene) -> None:
    guest = make_user("客人")
    make_membership(guest, scene.county.sectors[0])
    assert isinstance(rules.may_post(actor(guest), scene.topic, NOON), NoVoice)


def test_a_membership_that_has_ended_gives_nothing(scene: Scene) -> None:
    former = make_user("往届委员")
    make_membership(former, scene.county.committee, until=NOON.date() - dt.timedelta(days=1))
    assert isinstance(rules.may_post(actor(former), scene.topic, NOON), NoVoice)


def test_only_the_roles_that_should_may_moderate_summarise_and_audit(scene: Scene) -> None:
    auditor = make_auditor(scene.county)
    deliberation = scene.topic.deliberation
    verdicts = {
        user.display_name: (
            rules.may_moderate(actor(user), scene.topic) is None,
            rules.may_summarise(actor(user), deliberation) is None,
            rules.may_audit(actor(user), deliberation) is None,
        )
        for user in (scene.member, scene.moderator, scene.secretary, auditor)
    }
    assert verdicts == {
        "罗小满": (False, False, False),
        "韩主持": (True, False, False),
        "沈秘书": (True, True, True),
        "审计员": (False, False, True),
    }
    assert isinstance(rules.may_moderate(None, scene.topic), NotSignedIn)
    assert isinstance(rules.may_prepare(None, deliberation), NotSignedIn)
    assert isinstance(rules.may_summarise(None, deliberation), NotSignedIn)
    assert isinstance(rules.may_audit(None, deliberation), NotSignedIn)
    assert isinstance(rules.may_prepare(actor(scene.member), deliberation), NotAllowed)


def test_the_role_shown_names_the_voice_first(scene: Scene) -> None:
    make_membership(scene.member, scene.county.committee, Role.MODERATOR, term="")
    users = (scene.member, scene.moderator, scene.secretary, make_auditor(scene.county))
    assert [rules.role_in(actor(user), scene.topic) for user in users] == [
        "member",
        "moderator",
        "secretary",
        "observer",
    ]
