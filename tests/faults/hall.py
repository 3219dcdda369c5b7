"""A live topic as the rig knows it: who takes part, and what the database says afterwards.

`fill` makes it, `audit` reads it; both ask a child process (`inside.py`) under the environment of a site.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.servers import ROOT

CHOICES = ("support", "neutral", "oppose")
GENESIS = "0" * 64

Key = tuple[int, int]
"""(suggestion id, user id)."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is signed in; `headers` make a request theirs."""

    user: int
    cookie: str

    @property
    def headers(self) -> dict[str, str]:
        """For a WebSocket or a request."""
        return {"Cookie": self.cookie}


@dataclass(frozen=True, slots=True)
class Hall:
    """A topic that is open for hours. `members` vote and post; `suggestions` (ids) are there from the start."""

    topic: int
    suggestions: tuple[int, ...]
    members: tuple[Person, ...]
    moderator: Person
    secretary: Person


@dataclass(frozen=True, slots=True)
class Suggested:
    """A suggestion's row."""

    id: int
    author: int
    text: str
    status: str
    tally: tuple[int, int, int]


@dataclass(slots=True)
class Audit:
    """What the database holds of a topic. `steps`: per suggestion and pseudonym, (revision, choice) as journalled."""

    revision: int
    head: str
    votes: list[tuple[int, int, str | None]]
    suggestions: list[Suggested]
    pseudonyms: dict[int, str]
    journal: list[str]
    commands: dict[str, tuple[int, str]]
    steps: dict[tuple[int, str], list[tuple[int, str | None]]] = field(default_factory=dict)
    stated: dict[int, list[int]] = field(default_factory=dict)
    chain_faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Replay the journal as docs/verify.md has anybody do it: from the lines alone."""
        steps: defaultdict[tuple[int, str], list[tuple[int, str | None]]] = defaultdict(list)
        previous = GENESIS
        for number, text in enumerate(self.journal, start=1):
            entry = json.loads(text)
            said = entry.pop("hash")
            canonical = json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            if entry["revision"] != number:
                self.chain_faults.append(f"entry {number} of the journal is missing")
            if hashlib.sha256((previous + canonical).encode()).hexdigest() != said:
                self.chain_faults.append(f"entry {number} of the journal has been changed")
            previous = said
            if entry["kind"] == "votes":
                for suggestion, voter, choice in entry["payload"]["votes"]:
                    steps[suggestion, voter].append((number, choice))
                for suggestion, *tally in entry["payload"]["tallies"]:
                    self.stated[suggestion] = tally
        if (len(self.journal), previous) != (self.revision, self.head):
            self.chain_faults.append("the topic's revision and head are not those of its journal")
        self.steps = dict(steps)

    def journalled(self, key: Key, at_revision: int) -> str | None:
        """The stand of that member on that suggestion after that revision."""
        suggestion, user = key
        steps = self.steps.get((suggestion, self.pseudonyms[user]), [])
        place = bisect_right(steps, at_revision, key=lambda step: step[0])
        return steps[place - 1][1] if place else None

    def replayed(self) -> dict[int, list[int]]:
        """The tallies that the journal's votes add up to, of suggestions that ever had one."""
        found: dict[int, list[int]] = {}
        for (suggestion, _voter), steps in self.steps.items():
            tally = found.setdefault(suggestion, [0, 0, 0])
            choice = steps[-1][1]
            if choice is not None:
                tally[CHOICES.index(choice)] += 1
        return found


def fill(environment: Mapping[str, str], *, members: int, suggestions: int = 12) -> Hall:
    """Make the topic in a migrated database that is empty otherwise."""
    facts = _ask(environment, "fill", members, suggestions)
    return Hall(
        topic=facts["topic"],
        suggestions=tuple(facts["suggestions"]),
        members=tuple(Person(**member) for member in facts["members"]),
        moderator=Person(**facts["moderator"]),
        secretary=Person(**facts["secretary"]),
    )


def audit(environment: Mapping[str, str], topic: int) -> Audit:
    """Read everything. Nobody may be writing meanwhile: it is read in several questions."""
    facts = _ask(environment, "audit", topic)
    return Audit(
        revision=facts["revision"],
        head=facts["head"],
        votes=[(suggestion, voter, choice) for suggestion, voter, choice in facts["votes"]],
        suggestions=[Suggested(**{**one, "tally": tuple(one["tally"])}) for one in facts["suggestions"]],
        pseudonyms={int(user): pseudonym for user, pseudonym in facts["pseudonyms"].items()},
        journal=facts["export"][1].splitlines() if facts["export"][0] == 0 else [],
        commands={name: (facts[name][0], facts[name][1]) for name in ("export", "verify", "recount")},
    )


def hurry(environment: Mapping[str, str], topic: int, seconds: int) -> None:
    """Have the topic close by the clock after so many seconds; everybody is told."""
    _ask(environment, "hurry", topic, seconds)


def finish(environment: Mapping[str, str], topic: int) -> int:
    """Close and freeze; the number of the summary."""
    summary: int = _ask(environment, "finish", topic)["summary"]
    return summary


def _ask(environment: Mapping[str, str], order: str, *arguments: int) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.inside", order, *map(str, arguments)],
        env=dict(environment),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{order}: {done.stderr}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
