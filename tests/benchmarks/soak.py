"""`python -m tests.benchmarks.soak --minutes 20 --clients 300`: whether a server stays as it is when it runs for long.

Members listen, vote a little, leave and come back. Each minute the server's memory, descriptors, tasks and objects are
printed, its garbage collected before; at the end it is judged whether they grow. The exit code is 1 if they do.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks import observed
from tests.benchmarks.generator import Generator, generator
from tests.benchmarks.sides import JIANYAN, Setup
from tests.benchmarks.stage import Contents, Running, Stage

MINUTE = 60.0
# Votes a second of all, and the share of the members that leaves and comes back each minute.
RATE = 20.0
CHURN = 0.1
# The first minutes fill caches and pools: this share of them is not judged.
WARMING_UP = 0.25
# What may be gained over the judged minutes, as a share of the median: noise of the allocator, not a leak.
TOLERANCE = {"rss_kib": 0.03, "uss_kib": 0.03, "descriptors": 0.02, "tasks": 0.02, "objects": 0.02}


@dataclass(frozen=True)
class Look:
    """The server at one moment."""

    rss_kib: float
    uss_kib: float
    descriptors: float
    tasks: float
    objects: float


def main() -> None:
    """Soak, and judge."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="jianyan-soak-") as name, ExitStack() as stack:
        stage = Stage(Path(name), stack)
        setup = Setup(JIANYAN, options.server, options.database)
        database = stage.database(setup, Contents(voters=options.clients))
        server = stack.enter_context(stage.serving(setup, database, observed=True))
        crowd = stack.enter_context(generator(server))
        crowd.arrive(database.facts["cookies"])
        sys.stdout.write("minute   RSS KiB   USS KiB  descriptors  tasks    objects  told in 1 s\n")
        looks = [_minute(server, crowd, minute, options) for minute in range(1, options.minutes + 1)]
    grown = growing(looks)
    sys.stdout.write(f"grows: {', '.join(grown)}\n" if grown else "flat\n")
    raise SystemExit(1 if grown else 0)


def _minute(server: Running, crowd: Generator, minute: int, options: argparse.Namespace) -> Look:
    seen = crowd.ask("offer", seconds=options.minute_seconds, rate=RATE)
    crowd.ask("come_back", count=int(options.clients * CHURN), together=20)
    assert seen["true_tallies"] == 1, seen
    assert not seen["failures"], seen
    footprint, said = observed.look(server.process, server.observations)
    look = Look(
        footprint.rss, footprint.uss, footprint.descriptors, float(said["tasks"]), float(said["objects"])
    )
    sys.stdout.write(
        f"{minute:>6} {look.rss_kib:>9.0f} {look.uss_kib:>9.0f} {look.descriptors:>12.0f} {look.tasks:>6.0f}"
        f" {look.objects:>10.0f} {seen['told_in_time']:>11.0%}\n"
    )
    sys.stdout.flush()
    return look


def growing(looks: Sequence[Look]) -> list[str]:
    """What grows over the judged minutes by more than noise, with how much a minute."""
    judged = looks[int(len(looks) * WARMING_UP) :]
    if len(judged) < 2:
        return []
    found = []
    minutes = [float(minute) for minute in range(len(judged))]
    for name, tolerance in TOLERANCE.items():
        values = [float(getattr(look, name)) for look in judged]
        slope = statistics.linear_regression(minutes, values).slope
        if slope * (len(judged) - 1) > tolerance * statistics.median(values) + 1:
            found.append(f"{name} by {slope:.1f} a minute")
    return found


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.soak", description=__doc__)
    add = parser.add_argument
    add("--minutes", type=int, default=20)
    add("--clients", type=int, default=300)
    add("--server", choices=["uvicorn", "daphne"], default="uvicorn")
    add("--database", choices=["postgresql", "sqlite"], default="postgresql")
    add("--minute-seconds", type=float, default=MINUTE, help="how long a minute is; less to try it out")
    return parser.parse_args()


if __name__ == "__main__":
    main()
