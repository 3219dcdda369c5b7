"""What `make bench` measures, part by part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.documents import documents
from tests.benchmarks.fanout import fanout
from tests.benchmarks.growth import growth
from tests.benchmarks.joins import joins
from tests.benchmarks.memory import memory
from tests.benchmarks.page import topic_page
from tests.benchmarks.processes import two_processes
from tests.benchmarks.searching import searching
from tests.benchmarks.sides import SIDES, TICKING, TUTORIAL, Setup
from tests.benchmarks.similar import similar
from tests.benchmarks.stage import Stage
from tests.benchmarks.votes import storm
from tests.benchmarks.yearly import yearly

# Votes a second that are offered, whether the last ones are answered or not.
OFFERED = 1500.0
# Those that store votes one by one need longer for the last answers than for the storm before.
SLOW_SECONDS = 2.0


@dataclass(frozen=True)
class Wanted:
    """What is asked for on the command line: `seconds` of each measurement; `profile` of votes, pace and joins."""

    seconds: float
    voters: int
    profile: Path | None = None


Measure = Callable[[Stage, Setup, Wanted], dict[str, Any]]


@dataclass(frozen=True)
class Part:
    """A measurement, and on what it is taken."""

    name: str
    measure: Measure
    sides: tuple[str, ...] = ("jianyan",)
    servers: tuple[str, ...] = ("uvicorn", "daphne", "node")
    databases: tuple[str, ...] = ("postgresql",)

    def setups(self, *, servers: list[str], databases: list[str], sides: list[str]) -> list[Setup]:
        """What of it is wanted. The Node side comes with its server, where uvicorn is wanted."""
        return [
            Setup(SIDES[side], server, database)
            for database in self.databases
            for server in self.servers
            for side in self.sides
            if side in sides
            and database in databases
            and database in SIDES[side].databases
            and server in SIDES[side].servers
            and (server in servers or (server == "node" and "uvicorn" in servers))
        ]


def _votes(stage: Stage, setup: Setup, wanted: Wanted) -> dict[str, Any]:
    seconds = min(wanted.seconds, SLOW_SECONDS) if setup.side in {TICKING, TUTORIAL} else wanted.seconds
    return storm(stage, setup, voters=wanted.voters, seconds=seconds, profile=wanted.profile)


def _pace(stage: Stage, setup: Setup, wanted: Wanted) -> dict[str, Any]:
    return storm(
        stage, setup, voters=wanted.voters, seconds=wanted.seconds, rate=OFFERED, profile=wanted.profile
    )


BOTH = ("postgresql", "sqlite")
PARTS = {
    part.name: part
    for part in (
        Part("votes", _votes, sides=("jianyan", "node", "ticking", "tutorial"), databases=BOTH),
        Part("pace", _pace, databases=BOTH),
        Part("fanout", lambda stage, setup, wanted: fanout(stage, setup, seconds=wanted.seconds)),
        Part("joins", lambda stage, setup, wanted: joins(stage, setup, profile=wanted.profile)),
        Part("memory", lambda stage, setup, _wanted: memory(stage, setup)),
        Part(
            "growth",
            lambda stage, setup, wanted: growth(stage, setup, voters=wanted.voters, seconds=wanted.seconds),
            servers=("uvicorn",),
        ),
        Part(
            "processes",
            lambda stage, setup, wanted: two_processes(stage, setup, seconds=wanted.seconds),
            servers=("uvicorn",),
        ),
        Part("page", lambda stage, setup, _wanted: topic_page(stage, setup), servers=("uvicorn",)),
        # Without a server; under the name of one, like everything here.
        Part("similar", lambda _stage, _setup, _wanted: similar(), servers=("uvicorn",)),
        Part(
            "search",
            lambda stage, setup, _wanted: searching(stage, setup),
            servers=("uvicorn",),
            databases=BOTH,
        ),
        Part(
            "report", lambda stage, setup, _wanted: yearly(stage, setup), servers=("uvicorn",), databases=BOTH
        ),
        Part("documents", lambda _stage, _setup, _wanted: documents(), servers=("uvicorn",)),
    )
}
