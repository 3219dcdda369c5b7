"""Who is here, with a clock of our own."""

from __future__ import annotations

from realtime.presence import Presence
from tests.realtime.test_pace import Clock

TOPIC = 12


def test_a_member_counts_once_over_tabs_and_each_anonymous_socket_once() -> None:
    presence = Presence()
    for user_id in (1, 1, 2, None, None):
        presence.enter(TOPIC, user_id)
    assert presence.here(TOPIC) == 4
    presence.leave(TOPIC, 1)
    assert presence.here(TOPIC) == 4
    presence.leave(TOPIC, 1)
    presence.leave(TOPIC, None)
    assert presence.here(TOPIC) == 2
    presence.leave(TOPIC, 2)
    presence.leave(TOPIC, None)
    assert presence.here(TOPIC) == 0
    assert presence.told() == []


def test_topics_are_counted_apart() -> None:
    presence = Presence()
    presence.enter(TOPIC, 1)
    presence.enter(13, 1)
    assert presence.here(TOPIC) == 1
    assert presence.told() == [(TOPIC, [1], 0), (13, [1], 0)]


def test_a_member_in_two_processes_counts_once() -> None:
    presence = Presence()
    presence.enter(TOPIC, 1)
    presence.hear_all("other", [(TOPIC, [1, 2], 3)])
    assert presence.here(TOPIC) == 5


def test_what_a_process_says_replaces_what_it_said() -> None:
    presence = Presence()
    presence.hear_all("other", [(TOPIC, [1, 2], 3), (13, [1], 0)])
    presence.hear_all("other", [(13, [1, 2], 0)])
    assert presence.here(TOPIC) == 0
    assert presence.here(13) == 2


def test_a_process_that_falls_silent_is_forgotten_after_fifteen_seconds() -> None:
    clock = Clock()
    presence = Presence(clock)
    presence.hear_all("other", [(TOPIC, [1, 2], 0)])
    presence.hear_all("third", [(TOPIC, [3], 0)])
    clock.now += 14.9
    presence.hear_all("third", [(TOPIC, [3], 0)])
    assert presence.here(TOPIC) == 3
    clock.now += 0.2
    assert presence.here(TOPIC) == 1
    clock.now += 15
    assert presence.here(TOPIC) == 0
