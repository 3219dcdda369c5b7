"""The load generator, a process of its own: `python -m tests.benchmarks.load`, its orders as JSON on standard input.

It lets everybody in, prints `ready`, waits for `go`, votes for the given time, waits for the last answers and then
one second, and prints what it has seen as one line of JSON. It knows every vote that was cast, hence also what the
final tallies must be.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from jianyan.simulation.client import Answer
from jianyan.simulation.measures import Measures
from tests.benchmarks.voters import JianyanVoter, ReferenceVoter, Voter

# A tally that is told later than this after the last acknowledgement was not told in time.
IN_TIME = 1.0
ANSWERS_WITHIN = 30.0
ARRIVING_TOGETHER = 20
BEAT = 0.01


@dataclass
class Orders:
    """What to do. `rate` None: everybody sends the next vote as soon as the last is answered."""

    kind: str
    site: str
    path: str
    topic: int
    cookies: list[str]
    seconds: float
    rate: float | None


class Storm:
    """A crowd that votes."""

    def __init__(self, voters: Sequence[Voter]) -> None:
        self.voters = voters
        self.measures = Measures()
        self._dice = random.Random(7)
        # What each voter's last acknowledged wish for a suggestion was: the truth that the tallies must tell.
        self.standing: dict[tuple[int, int], bool] = {}
        self._open: set[asyncio.Future[Answer]] = set()
        self._busy: set[tuple[int, int]] = set()

    async def run(self, seconds: float, rate: float | None) -> float:
        """Vote for `seconds`; how long it took until the last answer."""
        loop = asyncio.get_running_loop()
        start = loop.time()
        end = start + seconds
        if rate is None:
            for index in range(len(self.voters)):
                self._cast(index, until=end)
            await asyncio.sleep(seconds)
        else:
            while (now := loop.time()) < end:
                for _turn in range(int((now - start) * rate) - self.measures.sent):
                    self._cast(self._dice.randrange(len(self.voters)), until=0.0)
                await asyncio.sleep(BEAT)
        if self._open:
            await asyncio.wait(self._open, timeout=ANSWERS_WITHIN)
        self.measures.unanswered = len(self._open)
        return loop.time() - start

    def _cast(self, index: int, *, until: float) -> None:
        suggestion = self._dice.choice(self.voters[index].suggestions())
        key = (index, suggestion)
        if key in self._busy:
            return
        support = not self.standing.get(key, False)
        self._busy.add(key)
        self.measures.sent += 1
        answer = self.voters[index].vote(suggestion, support=support)
        self._open.add(answer)

        def take(done: asyncio.Future[Answer]) -> None:
            self._open.discard(done)
            self._busy.discard(key)
            if done.cancelled():
                return
            self.measures.take(done.result())
            if done.result().accepted:
                self.standing[key] = support
            if asyncio.get_running_loop().time() < until:
                self._cast(index, until=until)

        answer.add_done_callback(take)

    def delivered(self) -> float:
        """Share of (listener, suggestion) pairs whose last told count is the true one."""
        truth: dict[int, int] = dict.fromkeys(self.voters[0].suggestions(), 0)
        for (_voter, suggestion), support in self.standing.items():
            truth[suggestion] += support
        told = [
            voter.support_of(suggestion) == count
            for voter in self.voters
            for suggestion, count in truth.items()
        ]
        return sum(told) / len(told)


def recruit(orders: Orders) -> list[Voter]:
    """A voter for each cookie."""
    voters: list[Voter] = []
    for cookie in orders.cookies:
        headers = {"Cookie": cookie}
        if orders.kind == "jianyan":
            voters.append(JianyanVoter(orders.site, headers, topic=orders.topic))
        else:
            voters.append(ReferenceVoter(orders.site, headers, path=orders.path))
    return voters


async def measure(orders: Orders) -> dict[str, Any]:
    """Carry the orders out."""
    voters = recruit(orders)
    for first in range(0, len(voters), ARRIVING_TOGETHER):
        await asyncio.gather(*(voter.arrive() for voter in voters[first : first + ARRIVING_TOGETHER]))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.readline)
    frames = sum(voter.frames for voter in voters)
    busy = sum(os.times()[:2])
    storm = Storm(voters)
    seconds = await storm.run(orders.seconds, orders.rate)
    await asyncio.sleep(IN_TIME)
    measures = storm.measures
    result = {
        "votes_per_second": measures.acknowledged / seconds,
        "acknowledged": measures.acknowledged,
        "refused": dict(measures.refused),
        "unanswered": measures.unanswered,
        "p50_ms": measures.milliseconds(0.5),
        "p99_ms": measures.milliseconds(0.99),
        "delivered_in_time": storm.delivered(),
        "frames": sum(voter.frames for voter in voters) - frames,
        "generator_cpu_share": (sum(os.times()[:2]) - busy) / (seconds + IN_TIME),
        "seconds": seconds,
    }
    await asyncio.gather(*(voter.leave() for voter in voters))
    return result


def main() -> None:
    """Read the orders, print the result."""
    orders = Orders(**json.loads(sys.stdin.readline()))
    sys.stdout.write(json.dumps(asyncio.run(measure(orders))) + "\n")


if __name__ == "__main__":
    main()
