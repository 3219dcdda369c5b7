"""What happens in an hour: in order, within the hour, and nothing before its cause."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from jianyan.demo.casting import Part
from jianyan.demo.catalogue import Idea, Quality, issue
from jianyan.demo.script import Arrives, Decides, Event, Hides, Hour, Posts, Votes, write

OPENS = dt.datetime(2026, 3, 26, 6, 30, tzinfo=dt.UTC)
HOUR = Hour(OPENS, OPENS + dt.timedelta(minutes=75), closed=True)
STILL_OPEN = Hour(OPENS, OPENS + dt.timedelta(minutes=20), closed=False)
VOTERS = range(1000, 1060)


def parts() -> list[Part]:
    return [Part(number, idea) for number, idea in enumerate(issue("parking").ideas)]


def script(hour: Hour) -> list[Event]:
    return write(parts(), VOTERS, hour, random.Random("script"))


@pytest.mark.parametrize("hour", [HOUR, STILL_OPEN])
def test_events_are_in_order_and_nobody_votes_before_publication_or_after_the_hour(hour: Hour) -> None:
    events = script(hour)
    assert [event.at for event in events] == sorted(event.at for event in events)
    published: dict[int, dt.datetime] = {}
    arrived: dict[int, dt.datetime] = {}
    for event in events:
        match event:
            case Arrives():
                arrived[event.member] = event.at
            case Posts():
                assert HOUR.opens <= event.at < hour.until
                assert arrived[event.part.author] <= event.at
            case Decides():
                published[event.key] = event.at
            case Votes():
                assert event.at < hour.until
                assert published[event.key] < event.at
                assert arrived[event.member] <= event.at
                assert event.member != event.key


def test_only_good_ideas_get_votes() -> None:
    qualities = {parts()[event.key].idea.quality for event in script(HOUR) if isinstance(event, Votes)}
    assert qualities == {Quality.GOOD}


def test_every_idea_of_a_finished_hour_is_dealt_with_and_private_data_hidden_soon() -> None:
    events = script(HOUR)
    assert len([event for event in events if isinstance(event, Decides)]) == 47
    hidden = [event for event in events if isinstance(event, Hides)]
    assert [parts()[event.key].idea.quality for event in hidden] == [Quality.PRIVATE_DATA]


def test_in_an_open_hour_the_difficult_and_the_latest_are_left_for_visitors_at_the_desk() -> None:
    events = script(STILL_OPEN)
    decided = {event.key for event in events if isinstance(event, Decides)}
    waiting = [event for event in events if isinstance(event, Posts) and event.key not in decided]
    qualities = [event.part.idea.quality for event in waiting]
    assert qualities.count(Quality.HARSH) == 1
    assert qualities.count(Quality.PRIVATE_DATA) == 1
    assert qualities.count(Quality.GOOD) >= 2


def test_some_change_their_minds() -> None:
    back = [event for event in script(HOUR) if isinstance(event, Votes) and not event.support]
    assert 0 < len(back) < 60


def test_an_hour_without_ideas_is_only_arrivals() -> None:
    events = write([], VOTERS, HOUR, random.Random(1))
    assert {type(event) for event in events} == {Arrives}
    assert len(events) == 60


def test_an_author_arrives_before_speaking_even_without_voting() -> None:
    idea = Idea("只此一条。", "经济界", None, Quality.GOOD)
    events = write([Part(7, idea)], [], HOUR, random.Random(1))
    assert [type(event) for event in events] == [Arrives, Posts, Decides]
