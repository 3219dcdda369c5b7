"""Events that took place elsewhere, entered by hand, corrected, taken out and put back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from consultations.actions.categories import standard_categories
from consultations.actions.event_records import (
    Counted,
    EventPlan,
    change_event,
    enter_event,
    note_counts,
    put_back_event,
    withdraw_event,
)
from consultations.errors import (
    ChangedMeanwhile,
    DateAhead,
    HasTopics,
    NotAllowed,
    Refused,
    UnknownBody,
    UnknownDeliberation,
    UnknownEvent,
)
from consultations.models import Channel, Deliberation, EventRecord
from jianyan.accounts.roles import Actor
from tests.consultations.factories import actor, make_channel, make_topic
from tests.jianyan.accounts.factories import (
    County,
    make_body,
    make_county,
    make_member,
    make_membership,
    make_secretary,
    make_user,
)

AT = dt.datetime(2026, 4, 1, 9, 0, tzinfo=dt.UTC)
DAY = dt.date(2026, 3, 5)

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Scene:
    """A committee with its secretary and a channel of consultation."""

    county: County
    secretary: Actor
    channel: Channel

    def plan(self, counted: Counted | None = None, **fields: Any) -> EventPlan:
        plan = EventPlan(
            channel_id=self.channel.pk,
            host_id=self.county.committee.pk,
            title="夜间公交协商",
            day=DAY,
            begins=None,
            ends=None,
            mode="offline",
            place="县政协会议室",
            visibility="public",
            counted=counted or Counted(attendance=31, statements=12),
        )
        return replace(plan, **fields)

    def enter(self, **fields: Any) -> EventRecord:
        return enter_event(plan=self.plan(**fields), by=self.secretary, at=AT)

    def change(self, record: EventRecord, **fields: Any) -> EventRecord:
        return change_event(
            deliberation_id=record.deliberation_id,
            plan=self.plan(**fields),
            edition=record.edition,
            by=self.secretary,
            at=AT,
        )


@pytest.fixture
def scene() -> Scene:
    county = make_county()
    standard_categories()
    return Scene(county, actor(make_secretary(county), AT), make_channel())


def test_an_event_is_entered_with_its_day_or_with_its_hours(scene: Scene) -> None:
    whole_day = scene.enter()
    assert whole_day.dated_only
    assert whole_day.deliberation.starts_at == dt.datetime(2026, 3, 4, 16, 0, tzinfo=dt.UTC)
    assert whole_day.deliberation.ends_at == dt.datetime(2026, 3, 5, 15, 59, tzinfo=dt.UTC)
    assert (whole_day.attendance, whole_day.statements, whole_day.edition) == (31, 12, 1)
    assert (whole_day.entered_by_id, whole_day.entered_at) == (scene.secretary.user_id, AT)
    afternoon = scene.enter(begins=dt.time(14, 30), ends=dt.time(16, 0))
    assert not afternoon.dated_only
    assert afternoon.deliberation.starts_at == dt.datetime(2026, 3, 5, 6, 30, tzinfo=dt.UTC)
    assert afternoon.deliberation.ends_at == dt.datetime(2026, 3, 5, 8, 0, tzinfo=dt.UTC)
    # Six digits are for what people join.
    assert len(afternoon.deliberation.join_code) == 8


def test_a_consultation_counts_as_one_and_other_channels_as_they_say(scene: Scene) -> None:
    categories = standard_categories()

    def counted_as(record: EventRecord) -> list[str]:
        return [one.slug for one in record.deliberation.categories.all()]

    assert counted_as(scene.enter()) == ["consultations"]
    scene.channel.categories.set([categories["hall_sessions"]])
    assert counted_as(scene.enter()) == [], "as its channel, whatever that will be"
    both = (categories["hall_sessions"].pk, categories["consultations"].pk)
    assert counted_as(scene.enter(counted=Counted(counts_as=both))) == ["consultations", "hall_sessions"]
    only = (categories["hall_sessions"].pk,)
    assert counted_as(scene.enter(counted=Counted(counts_as=only))) == []
    reading = Channel.objects.create(slug="other", name="其他活动", is_consultation=False)
    assert counted_as(scene.enter(channel_id=reading.pk)) == []


def test_a_correction_says_which_edition_it_saw(scene: Scene) -> None:
    record = scene.enter(counted=Counted(co_hosts=(scene.county.sectors[0].pk,), attendance=31))
    changed = scene.change(record, title="夜间公交线路协商", counted=Counted(attendance=33))
    assert (changed.deliberation.title, changed.attendance, changed.edition) == ("夜间公交线路协商", 33, 2)
    assert list(changed.co_hosts.all()) == []
    with pytest.raises(ChangedMeanwhile):
        change_event(
            deliberation_id=record.deliberation_id,
            plan=scene.plan(title="旧的"),
            edition=1,
            by=scene.secretary,
            at=AT,
        )
    assert Deliberation.objects.get().title == "夜间公交线路协商"


def test_what_was_taken_out_is_there_and_can_be_put_back(scene: Scene) -> None:
    record = scene.enter()
    pk = record.deliberation_id
    gone = withdraw_event(deliberation_id=pk, edition=1, by=scene.secretary, at=AT)
    assert (gone.withdrawn_at, gone.edition) == (AT, 2)
    with pytest.raises(ChangedMeanwhile):
        put_back_event(deliberation_id=pk, edition=1, by=scene.secretary)
    back = put_back_event(deliberation_id=pk, edition=2, by=scene.secretary)
    assert (back.withdrawn_at, back.edition, back.attendance) == (None, 3, 31)


def test_beside_topics_only_what_was_counted_is_noted(scene: Scene) -> None:
    topic = make_topic(scene.county)
    event = topic.deliberation
    counted = Counted(attendance=57, note="现场另有旁听")
    first = note_counts(deliberation_id=event.pk, counted=counted, edition=0, by=scene.secretary, at=AT)
    assert (first.attendance, first.edition, first.dated_only) == (57, 1, False)
    with pytest.raises(ChangedMeanwhile):
        note_counts(deliberation_id=event.pk, counted=counted, edition=0, by=scene.secretary, at=AT)
    again = replace(counted, attendance=58)
    second = note_counts(deliberation_id=event.pk, counted=again, edition=1, by=scene.secretary, at=AT)
    assert (second.pk, second.attendance, second.edition) == (first.pk, 58, 2)
    with pytest.raises(HasTopics):
        scene.change(second)
    event.refresh_from_db()
    assert event.title == "网络议政"
    early = event.starts_at - dt.timedelta(days=1)
    with pytest.raises(DateAhead):
        note_counts(deliberation_id=event.pk, counted=counted, edition=2, by=scene.secretary, at=early)


def test_nobody_enters_for_others_or_ahead_of_time(scene: Scene) -> None:
    record = scene.enter()
    elsewhere = make_body("政协别县委员会")
    other = make_user("别处秘书")
    make_membership(other, elsewhere, "secretary", term="")

    def refused(does: Callable[[], object]) -> type[Refused]:
        with pytest.raises(Refused) as why:
            does()
        return why.type

    member = replace(scene, secretary=actor(make_member(scene.county), AT))
    stranger = replace(scene, secretary=actor(other, AT))
    assert refused(member.enter) is NotAllowed
    assert refused(stranger.enter) is NotAllowed
    assert refused(lambda: stranger.change(record)) is NotAllowed
    assert refused(lambda: stranger.change(record, host_id=elsewhere.pk)) is NotAllowed
    assert refused(lambda: scene.change(record, host_id=elsewhere.pk)) is NotAllowed
    assert refused(lambda: scene.enter(host_id=0)) is UnknownBody
    assert refused(lambda: scene.enter(day=dt.date(2026, 4, 2))) is DateAhead
    assert refused(lambda: scene.change(EventRecord(deliberation_id=0, edition=1))) is UnknownDeliberation
    untold = make_topic(scene.county).deliberation
    assert refused(lambda: scene.change(EventRecord(deliberation=untold, edition=1))) is UnknownEvent
    assert EventRecord.objects.count() == 1
