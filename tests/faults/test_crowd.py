"""D itself: whoever sees something else than a fresh client is named, with what it is."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.faults.crowd import Member, Sight, _differences

PHASE = {"name": "open", "posting": True, "voting": True, "paused": False}
SUGGESTION = {"id": 1, "number": 1, "text": "一计", "status": "published", "tally": [2, 0, 0]}


def sight(**changes: Any) -> Sight:
    """What a welcome of revision 5 shows, but for the changes."""
    welcome = {
        "revision": 5,
        "full": True,
        "phase": {**PHASE, "closes_ms": 1000},
        "themes": [{"id": 3, "name": "停车"}],
        "suggestions": [SUGGESTION],
        "people": {"here": 1, "posted": 1, "voted": 2},
        "me": None,
    }
    seen = Sight()
    seen.take_welcome({**welcome, **changes})
    return seen


def who_differs(seen: Sight) -> list[str]:
    member = SimpleNamespace(person=SimpleNamespace(user=7), device=SimpleNamespace(sight=seen))
    return _differences([cast(Member, member)], [sight()])


def test_what_is_ones_own_or_counts_heads_or_milliseconds_is_no_difference() -> None:
    own = {**SUGGESTION, "mine": True}
    me = {"votes": {"1": "support"}, "suggestions": []}
    phase = {**PHASE, "closes_ms": 900}
    people = {"here": 9, "posted": 1, "voted": 2}
    assert who_differs(sight(suggestions=[own], me=me, phase=phase, people=people)) == []


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"revision": 4}, "revision"),
        ({"phase": {**PHASE, "voting": False}}, "phase"),
        ({"themes": []}, "themes"),
        ({"suggestions": [{**SUGGESTION, "tally": [1, 0, 0]}]}, "tallies"),
        ({"suggestions": [{**SUGGESTION, "text": "又一计"}]}, "suggestions"),
        ({"people": {"here": 1, "posted": 1, "voted": 1}}, "people"),
    ],
)
def test_everything_else_is_one(changes: dict[str, Any], name: str) -> None:
    (told,) = who_differs(sight(**changes))
    assert told.startswith(f"D: member 7 sees {name} ")


def test_an_update_is_seen_like_the_welcome_that_it_leads_to() -> None:
    seen = sight(revision=4, themes=[], suggestions=[{**SUGGESTION, "tally": [1, 0, 0]}])
    assert seen.take_update(
        {"from": 4, "revision": 5, "tallies": [[1, 2, 0, 0]], "themes": [{"id": 3, "name": "停车"}]}
    )
    assert who_differs(seen) == []


def test_sites_that_show_different_states_are_told() -> None:
    assert _differences([], [sight(), sight(revision=6)]) == ["the sites differ in revision"]
