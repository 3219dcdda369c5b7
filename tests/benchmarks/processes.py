"""Two processes: whether each carries its topic beside the other as cheaply as alone."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

from tests.benchmarks.consumption import Meter, cpu_seconds
from tests.benchmarks.generator import generator
from tests.benchmarks.sides import Setup
from tests.benchmarks.stage import Contents, Stage

VOTERS = 250


def two_processes(stage: Stage, setup: Setup, *, seconds: float) -> dict[str, Any]:
    """Votes per CPU second of two processes with a topic each, beside one process after the other.

    Both run all the time, with all listeners, on one database and one Redis, and share the servers' core. Everybody votes
    again as soon as answered, so that batches are alike in both cases. 1.0: they cost each other nothing.
    """
    database = stage.database(setup, Contents(voters=2 * VOTERS, topics=2))
    cookies = database.facts["cookies"]
    with ExitStack() as stack:
        servers = [stack.enter_context(stage.serving(setup, database, with_redis=True)) for _turn in range(2)]
        crowds = [stack.enter_context(generator(server, topic=topic)) for topic, server in enumerate(servers)]
        for topic, crowd in enumerate(crowds):
            crowd.arrive(cookies[topic * VOTERS : (topic + 1) * VOTERS])
        everything = (*(server.process for server in servers), *servers[0].helpers)

        def cost_of(voting: list[int]) -> tuple[float, float]:
            meter = Meter(lambda: cpu_seconds(everything))
            for topic in voting:
                crowds[topic].order("storm", seconds=seconds)
            seen = [crowds[topic].answer() for topic in voting]
            assert all(one["true_tallies"] == 1 for one in seen), seen
            return meter.spent() / sum(one["acknowledged"] for one in seen) * 1000, meter.disturbance()

        (first, _), (second, _), (together, disturbance) = cost_of([0]), cost_of([1]), cost_of([0, 1])
    return {
        "alone_cpu_seconds_per_1000": (first + second) / 2,
        "together_cpu_seconds_per_1000": together,
        "ratio": (first + second) / 2 / together,
        "disturbance": disturbance,
    }
