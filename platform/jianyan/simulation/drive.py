"""Drive a topic at a chosen rate: so many members, so many votes a second, through WebSockets like everybody's."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence

from .client import Answer, TopicClient
from .measures import Measures

Progress = Callable[[Measures, int], None]

# How many sockets are opened at a time: a crowd arrives within seconds, not within one accept queue.
ARRIVING_TOGETHER = 25
ANSWER_SECONDS = 10.0
# Votes are sent in bursts this far apart: at high rates a sleep between each two would be too coarse.
BEAT = 0.02


class NobodyWelcomed(Exception):
    """Not one member got in; `close_code` is what the server said, None where it could not be reached."""

    def __init__(self, close_code: int | None) -> None:
        super().__init__(close_code)
        self.close_code = close_code


class Drive:
    """A crowd in one topic. `run` takes `seconds` and returns what it has measured."""

    def __init__(
        self, site: str, topic_id: int, members: Sequence[Mapping[str, str]], *, rate: float, seed: int
    ) -> None:
        self._dice = random.Random(seed)  # noqa: S311 - a crowd to be repeated, not a secret
        self._clients = [TopicClient(site, topic_id, headers, dice=self._dice) for headers in members]
        self._rate = rate
        self.measures = Measures()

    @property
    def connected(self) -> int:
        """How many members are connected at the moment."""
        return sum(client.welcomed.is_set() for client in self._clients)

    async def run(self, seconds: float, progress: Progress) -> Measures:
        """Let everybody in, vote for `seconds`, wait for the last answers. Raises NobodyWelcomed."""
        devices: list[asyncio.Task[int | None]] = []
        try:
            for first in range(0, len(self._clients), ARRIVING_TOGETHER):
                batch = self._clients[first : first + ARRIVING_TOGETHER]
                devices += [asyncio.create_task(client.run()) for client in batch]
                await self._arrived(devices)
            if not self.connected:
                raise NobodyWelcomed(self._clients[0].close_code)
            await self._vote(seconds, progress)
        finally:
            for device in devices:
                device.cancel()
            await asyncio.wait(devices)
        return self.measures

    async def _arrived(self, devices: Sequence[asyncio.Task[int | None]]) -> None:
        """Wait until those who have set out are in or have been turned away, at most ANSWER_SECONDS."""
        await asyncio.gather(
            *(_arrival(client, device) for client, device in zip(self._clients, devices, strict=False))
        )

    async def _vote(self, seconds: float, progress: Progress) -> None:
        loop = asyncio.get_running_loop()
        start = loop.time()
        told = start
        answers: set[asyncio.Future[Answer]] = set()
        while (now := loop.time()) < start + seconds:
            due = int((now - start) * self._rate) - self.measures.sent
            for _turn in range(due):
                self._cast(answers)
            if now - told >= 1:
                told = now
                progress(self.measures, self.connected)
            await asyncio.sleep(BEAT)
        if answers:
            await asyncio.wait(answers, timeout=ANSWER_SECONDS)
        self.measures.unanswered = len(answers)

    def _cast(self, answers: set[asyncio.Future[Answer]]) -> None:
        """One member gives or takes back one vote."""
        self.measures.sent += 1
        client = self._dice.choice(self._clients)
        public = [number for number in client.view.suggestions if number not in client.view.own]
        if not public:
            self.measures.refused["nothing_to_vote_on"] += 1
            return
        number = self._dice.choice(public)
        choice = None if client.view.votes.get(number) else "support"
        client.view.votes[number] = choice or ""
        answer = client.vote(number, choice)
        answers.add(answer)

        def take(done: asyncio.Future[Answer]) -> None:
            answers.discard(done)
            if not done.cancelled():
                self.measures.take(done.result())

        answer.add_done_callback(take)


async def _arrival(client: TopicClient, device: asyncio.Task[int | None]) -> None:
    welcome = asyncio.create_task(client.welcomed.wait())
    await asyncio.wait([welcome, device], timeout=ANSWER_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    welcome.cancel()
