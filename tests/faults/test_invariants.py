"""The judge itself: each way in which record and database can disagree is found, and agreement is found to be none."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

import pytest

from jianyan.simulation.client import Answer
from tests.faults.crowd import Crowd, Idea, Wished
from tests.faults.hall import GENESIS, Audit, Suggested
from tests.faults.invariants import judge, judge_copy

KEY = (1, 7)
"""The member 7 on the suggestion 1."""
Steps = Sequence[tuple[str | None, list[int]]]
"""Each an entry of the journal: the member's choice, and the tally it states."""
SUPPORT, OPPOSE, NOTHING = [1, 0, 0], [0, 0, 1], [0, 0, 0]


def granted(choice: str | None, revision: int, *, until: int = 0, answered: float = 0.0) -> Wished:
    return Wished(KEY, choice, 0.0, Answer("", 0.1, revision), until, answered)


def refused(choice: str | None, code: str) -> Wished:
    return Wished(KEY, choice, 0.0, Answer(code, 0.1), 0)


def unanswered(choice: str | None) -> Wished:
    return Wished(KEY, choice, 0.0)


def crowd(*line: Wished, ideas: Sequence[Idea] = (), stray: int = 0) -> Crowd:
    """What of a crowd the judge looks at."""
    members = [SimpleNamespace(device=SimpleNamespace(stray=stray))]
    wishes = defaultdict(list, {KEY: list(line)} if line else {})
    return cast(Crowd, SimpleNamespace(wishes=wishes, ideas=list(ideas), members=members))


def journal(steps: Steps) -> list[str]:
    """A journal of these votes, chained as it must be."""
    lines, previous = [], GENESIS
    for revision, (choice, tally) in enumerate(steps, start=1):
        payload = {"votes": [[1, "p7", choice]], "tallies": [[1, *tally]]}
        entry = {"revision": revision, "at": "", "kind": "votes", "payload": payload}
        canonical = json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        previous = hashlib.sha256((previous + canonical).encode()).hexdigest()
        lines.append(json.dumps({**entry, "hash": previous}))
    return lines


def database(steps: Steps, **changes: Any) -> Audit:
    """A database in which everything agrees with the journal of these steps, but for the changes."""
    lines = journal(steps)
    choice, tally = steps[-1] if steps else (None, NOTHING)
    facts = {
        "revision": len(lines),
        "head": json.loads(lines[-1])["hash"] if lines else GENESIS,
        "votes": [(*KEY, choice)] if steps else [],
        "suggestions": [Suggested(1, 9, "一计", "published", (tally[0], tally[1], tally[2]))],
        "pseudonyms": {7: "p7"},
        "journal": lines,
        "commands": {"verify": (0, ""), "recount": (0, "")},
    }
    return Audit(**{**facts, **changes})


@pytest.mark.parametrize(
    ("line", "steps"),
    [
        ([granted("support", 1)], [("support", SUPPORT)]),
        ([granted("support", 1), granted("oppose", 2)], [("support", SUPPORT), ("oppose", OPPOSE)]),
        # Both in one batch: the second has taken the first one's place before anything was written.
        ([granted("support", 1, until=2), granted("oppose", 1, until=2)], [("oppose", OPPOSE)]),
        # Nobody knows whether the last one was done.
        ([granted("support", 1), unanswered("oppose")], [("support", SUPPORT)]),
        ([granted("support", 1), unanswered("oppose")], [("support", SUPPORT), ("oppose", OPPOSE)]),
        ([unanswered("oppose")], []),
        ([refused("support", "voting_closed")], []),
    ],
)
def test_what_agrees_is_found_to_agree(line: list[Wished], steps: Steps) -> None:
    judgement = judge(crowd(*line), database(steps))
    assert (judgement.lost, judgement.faults, judgement.undecided) == ([], [], 0)


@pytest.mark.parametrize(
    ("line", "steps"),
    [
        ([granted("support", 1)], []),
        ([granted("support", 1)], [("oppose", OPPOSE)]),
        (
            [granted("support", 1), refused("oppose", "voting_closed")],
            [("support", SUPPORT), ("oppose", OPPOSE)],
        ),
        # Voted anew after the loss: the last word is there, the first never was.
        ([granted("support", 1), granted("oppose", 1)], [("oppose", OPPOSE)]),
        # The earlier one was not answered, so it was before the later one, which was.
        ([unanswered("oppose"), granted("support", 1)], [("support", SUPPORT), ("oppose", OPPOSE)]),
    ],
)
def test_an_acknowledged_vote_that_is_not_there_is_lost(line: list[Wished], steps: Steps) -> None:
    assert len(judge(crowd(*line), database(steps)).lost) == 1


def test_a_refused_vote_must_have_left_no_trace() -> None:
    judgement = judge(crowd(refused("support", "rate_limited")), database([("support", SUPPORT)]))
    assert judgement.faults == ["a refused vote has left a trace: (1, 7) is support"]


def test_one_that_was_to_be_tried_again_may_be_there_and_is_counted() -> None:
    judgement = judge(crowd(refused("support", "try_again")), database([("support", SUPPORT)]))
    assert (judgement.lost, judgement.faults, judgement.undecided) == ([], [], 1)


@pytest.mark.parametrize(
    ("code", "texts", "lost", "faults"),
    [
        ("", ["一计", "又一计"], 0, 0),
        ("", ["一计"], 1, 0),
        ("", ["一计", "又一计", "又一计"], 0, 1),
        ("slot_taken", ["一计"], 0, 0),
        ("slot_taken", ["一计", "又一计"], 0, 1),
        ("try_again", ["一计", "又一计"], 0, 0),
    ],
)
def test_an_idea_is_there_once_if_it_was_acknowledged_and_not_if_it_was_refused(
    code: str, texts: list[str], lost: int, faults: int
) -> None:
    idea = Idea(7, "又一计", 0.0, Answer(code, 0.1))
    rows = [Suggested(number, 7, text, "published", (0, 0, 0)) for number, text in enumerate(texts, start=1)]
    judgement = judge(crowd(ideas=[idea]), database([], suggestions=rows))
    assert (len(judgement.lost), len(judgement.faults)) == (lost, faults)


def test_a_second_answer_to_one_wish_is_a_fault() -> None:
    assert judge(crowd(stray=1), database([])).faults == ["1 answers that nobody waited for"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"votes": [(*KEY, "support"), (*KEY, "support")]}, "B: (1, 7) has 2 votes"),
        (
            {"suggestions": [Suggested(1, 9, "一计", "published", (2, 0, 0))]},
            "C: suggestion 1 states [2, 0, 0]",
        ),
        ({"head": "0"}, "C: the topic's revision and head are not those of its journal"),
        ({"commands": {"recount": (1, "wrong")}}, "C: jianyan recount ended with 1: wrong"),
        ({"journal": journal([("support", OPPOSE)])}, "C: suggestion 1 states [1, 0, 0]"),
        ({"journal": journal([("oppose", SUPPORT)])}, "C: suggestion 1 states [1, 0, 0]"),
        ({"journal": journal([("support", SUPPORT)] * 2)[1:]}, "C: entry 1 of the journal is missing"),
    ],
)
def test_tables_and_journal_must_say_the_same(changes: dict[str, Any], said: str) -> None:
    faults = judge(crowd(), database([("support", SUPPORT)], **changes)).faults
    assert any(fault.startswith(said) for fault in faults), faults


def test_a_copy_holds_what_was_acknowledged_before_it_was_begun() -> None:
    line = [granted("support", 1, answered=1.0), granted("oppose", 2, answered=3.0)]
    copy = database([("support", SUPPORT)])
    assert judge_copy(crowd(*line), copy, before=2.0) == []
    assert len(judge_copy(crowd(*line), copy, before=4.0)) == 1
