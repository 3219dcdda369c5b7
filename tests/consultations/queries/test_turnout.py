"""Who has come, by sector, as those who steer a topic see it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consultations.actions.votes import Ballot, cast_votes
from consultations.enums import Presence
from consultations.models import Attendance
from consultations.queries.state import load_topic
from consultations.queries.turnout import Turnout, turnout
from jianyan.accounts.enums import Role
from jianyan.accounts.models import User
from tests.consultations.conftest import Scene
from tests.consultations.factories import MINUTE, NOON, actor
from tests.jianyan.accounts.factories import make_member, make_membership, make_user

AT = NOON + 10 * MINUTE


def come(scene: Scene, who: User, presence: str = Presence.PRESENT, *, checked_in: bool = True) -> None:
    Attendance.objects.create(
        deliberation=scene.topic.deliberation,
        user=who,
        presence=presence,
        checked_in_at=NOON if checked_in else None,
    )


def seen(scene: Scene) -> Turnout:
    return turnout(load_topic(scene.topic.pk), at=AT)


def test_members_stand_under_their_sector_in_the_order_of_strokes(scene: Scene) -> None:
    early = make_member(scene.county, "丁一", sector=scene.county.sectors[0])
    make_member(scene.county, "魏晋之", sector=scene.county.sectors[0])
    come(scene, scene.author)
    come(scene, early)
    come(scene, scene.member, "", checked_in=False)
    come(scene, scene.other, Presence.ON_LEAVE, checked_in=False)
    cast_votes(
        topic_id=scene.topic.pk,
        ballots=[Ballot(actor(who), scene.suggestion.pk, "support") for who in (scene.member, early)],
        at=AT,
    )
    found = seen(scene)
    rows = [
        (sector.name, sector.here, sector.away, sector.on_leave, sector.posted, sector.voted)
        for sector in found.sectors
    ]
    assert rows == [
        ("文艺界", ("丁一", "林栖云"), ("魏晋之",), (), 1, 1),
        ("经济界", (), ("罗小满",), (), 0, 1),
        ("教育界", (), (), ("顾南枝",), 0, 0),
    ]
    assert (found.here, found.members, found.guests) == (2, 5, ())


def test_who_has_no_voice_is_a_guest_and_who_has_no_sector_is_still_there(scene: Scene) -> None:
    loose = make_user("区若谷")
    make_membership(loose, scene.county.committee, Role.MEMBER)
    observer, invited = make_user("周列席"), make_user("吴未到")
    come(scene, loose)
    come(scene, observer, Presence.OBSERVER)
    come(scene, invited, "", checked_in=False)
    found = seen(scene)
    assert found.guests == ("周列席",)
    assert [(sector.here, sector.members) for sector in found.sectors if not sector.id] == [(("区若谷",), 1)]


def test_guests_without_an_account_come_last_and_only_those_who_came(scene: Scene) -> None:
    come(scene, make_user("周列席"), Presence.OBSERVER)
    make = Attendance.objects.create
    for name, presence in (
        ("魏晋之", "present"),
        ("丁一", "observer"),
        ("吴未到", "on_leave"),
        ("沈离席", ""),
    ):
        make(deliberation=scene.topic.deliberation, guest_name=name, presence=presence)
    assert seen(scene).guests == ("周列席", "丁一", "魏晋之")


def test_a_member_of_another_body_has_no_voice_and_is_not_expected(scene: Scene) -> None:
    elsewhere = make_user("陆外县")
    make_membership(elsewhere, scene.county.department, Role.MEMBER)
    assert "陆外县" not in str(seen(scene))


@pytest.mark.parametrize("how_many", [1, 30])
def test_it_asks_six_questions_however_many_come(scene: Scene, how_many: int) -> None:
    come(scene, make_user("周列席"), Presence.OBSERVER)
    for number in range(how_many):
        come(scene, make_member(scene.county, f"委员{number}"))
    topic = load_topic(scene.topic.pk)
    with CaptureQueriesContext(connection) as asked:
        assert turnout(topic, at=AT).here == how_many
    assert len(asked) == 6
