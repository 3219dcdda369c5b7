"""The members of a rehearsal: they post at their time, and support what they like of what is published."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from jianyan.demo.casting import likes
from jianyan.simulation.client import TopicClient

from .plan import Turn

# Seconds between two looks of a voter at the list.
LOOK = 3.0
READY_WITHIN = 30.0


class NotLetIn(Exception):
    """The site does not let the simulated members in, or refuses what they post; the message says with which code."""


@dataclass(slots=True)
class Crowd:
    """`authors` and `voters`: headers that sign them in, by user id."""

    site: str
    topic_id: int
    turns: Sequence[Turn]
    authors: Mapping[str, int]
    voters: Sequence[int]
    headers: Mapping[int, Mapping[str, str]]
    clients: dict[int, TopicClient] = field(default_factory=dict)

    async def perform(self, begun: asyncio.Event, over: asyncio.Event) -> None:
        """Come in, and from `begun` on post everything in its time; support until `over`. Raises NotLetIn."""
        async with asyncio.TaskGroup() as group:
            running = [group.create_task(self._client(member).run()) for member in self.headers]
            await self._all_in()
            await begun.wait()
            voting = [group.create_task(self._support(member, over)) for member in self.voters]
            await self._post()
            await over.wait()
            for task in (*voting, *running):
                task.cancel()

    def _client(self, member: int) -> TopicClient:
        dice = random.Random(member)  # noqa: S311 - a play to be repeated
        client = TopicClient(self.site, self.topic_id, self.headers[member], dice=dice)
        self.clients[member] = client
        return client

    async def _all_in(self) -> None:
        try:
            async with asyncio.timeout(READY_WITHIN):
                for client in self.clients.values():
                    await client.welcomed.wait()
        except TimeoutError:
            codes = {str(client.close_code) for client in self.clients.values() if client.close_code}
            raise NotLetIn(", ".join(sorted(codes)) or "–") from None

    async def _post(self) -> None:
        loop = asyncio.get_running_loop()
        start = loop.time()
        answers = []
        for turn in self.turns:
            await asyncio.sleep(start + turn.seconds - loop.time())
            answers.append(self.clients[self.authors[turn.idea.text]].suggest(turn.idea.text))
        for answer in await asyncio.gather(*answers):
            if not answer.accepted:
                raise NotLetIn(answer.code)

    async def _support(self, member: int, over: asyncio.Event) -> None:
        client = self.clients[member]
        dice = random.Random(member)  # noqa: S311 - a play to be repeated
        seen: set[int] = set()
        while not over.is_set():
            await asyncio.sleep(LOOK * dice.uniform(0.5, 1.5))
            for pk, suggestion in list(client.view.suggestions.items()):
                if pk in seen or suggestion["status"] != "published":
                    continue
                seen.add(pk)
                if likes(member, suggestion["text"]):
                    # It may be refused: merged or hidden in this moment.
                    await client.vote(pk, "support")
