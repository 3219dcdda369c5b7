"""The load generator, a process of its own: `python -m tests.benchmarks.load`.

Orders come as lines of JSON on standard input, each is answered by one line of JSON on standard output; between them
it listens and answers pings. The first order says where the topic is, each later one what its crowd does
(`{"do": "arrive" | "storm" | "offer" | "rest" | "come_back", …}` with the arguments of the crowd's method).
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import Any

from tests.benchmarks.crowd import Crowd
from tests.benchmarks.dialects import DIALECTS


def carry_out(crowd: Crowd, order: dict[str, Any]) -> Any:
    """What the crowd's method says."""
    doing: dict[str, Callable[..., Any]] = {
        "arrive": crowd.arrive,
        "storm": crowd.storm,
        "offer": crowd.offer,
        "rest": crowd.rest,
        "come_back": crowd.come_back,
    }
    return doing[order.pop("do")](**order)


def main() -> None:
    """Serve orders until there are no more."""
    orders = os.fdopen(sys.stdin.fileno(), "rb", buffering=0)
    first = json.loads(orders.readline())
    if first["core"] is not None:
        os.sched_setaffinity(0, {first["core"]})
    crowd = Crowd(DIALECTS[first["dialect"]], (first["host"], first["port"]), first["path"])
    waiting: list[bytes] = []
    crowd.watch(orders.fileno(), lambda: waiting.append(orders.readline()))
    while True:
        crowd.turn(1.0)
        if not waiting:
            continue
        line = waiting.pop()
        if not line:
            return
        answer = carry_out(crowd, json.loads(line))
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
