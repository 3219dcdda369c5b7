"""One of the forty: comes, reads, supports, changes their mind, has an idea, goes, loses the network, comes again."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jianyan.simulation.client import Answer, TopicClient

from .casting import likes
from .catalogue import idea_of_text
from .stage import Stage

# Seconds.
WELCOME_WITHIN = 30.0
ANSWER_WITHIN = 20.0
NOTHING_ON = 3.0
GOODBYE_WITHIN = 2.0


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How somebody uses their phone. `pace`: seconds between two acts, about; `stay` and `away`: likewise."""

    pace: float
    stay: float
    away: float
    fickle: float
    curious: float

    @classmethod
    def of(cls, dice: random.Random) -> Rhythm:
        """Somebody's own."""
        return cls(
            pace=dice.lognormvariate(3.0, 0.45),
            stay=dice.uniform(150, 540),
            away=dice.uniform(20, 120),
            fickle=dice.uniform(0.0, 0.12),
            curious=dice.uniform(0.15, 0.6),
        )


class Guest:
    """A simulated member. `run` goes on until it is cancelled."""

    def __init__(self, site: str, user_id: int, headers: Mapping[str, str], stage: Stage) -> None:
        self._site = site
        self._user_id = user_id
        self._headers = headers
        self._stage = stage
        self._dice = random.Random(user_id)  # noqa: S311 - a character, not a secret
        self._rhythm = Rhythm.of(self._dice)
        self._seen: set[int] = set()

    async def run(self) -> None:
        """Visit one topic after another."""
        await asyncio.sleep(self._dice.uniform(0, 20))
        while True:
            topic_id = self._choose()
            if topic_id is None:
                await asyncio.sleep(NOTHING_ON)
                continue
            await self._visit(topic_id)
            if not self._drawn_away(topic_id):
                await asyncio.sleep(self._about(self._rhythm.away))

    def _choose(self) -> int | None:
        """Mostly what is new, sometimes another open topic."""
        newest = self._stage.newest()
        if newest is not None and self._dice.random() < 0.2:
            return self._dice.choice(list(self._stage.scenes))
        return newest

    def _drawn_away(self, topic_id: int) -> bool:
        """Whether something new has begun elsewhere."""
        newest = self._stage.newest()
        return newest is not None and newest != topic_id and newest not in self._seen

    async def _visit(self, topic_id: int) -> None:
        self._seen.add(topic_id)
        client = TopicClient(self._site, topic_id, self._headers, dice=self._dice)
        device = asyncio.create_task(client.run())
        try:
            async with asyncio.timeout(WELCOME_WITHIN):
                await client.welcomed.wait()
            await self._take_part(client, topic_id)
        except TimeoutError:
            pass  # no network today; next time
        finally:
            client.close()
            await asyncio.wait([device], timeout=GOODBYE_WITHIN)
            device.cancel()

    async def _take_part(self, client: TopicClient, topic_id: int) -> None:
        loop = asyncio.get_running_loop()
        leaves = loop.time() + self._about(self._rhythm.stay)
        while loop.time() < leaves and topic_id in self._stage.scenes:
            await asyncio.sleep(self._about(self._rhythm.pace))
            if self._drawn_away(topic_id) and self._dice.random() < self._rhythm.curious:
                return
            if self._dice.random() < 0.01:
                client.drop()
                continue
            answer = self._act(client, topic_id)
            if answer is not None:
                await asyncio.wait([answer], timeout=ANSWER_WITHIN)

    def _act(self, client: TopicClient, topic_id: int) -> asyncio.Future[Answer] | None:
        """One thing, or nothing but reading."""
        phase = client.view.phase
        if phase.get("posting"):
            answer = self._speak(client, topic_id)
            if answer is not None:
                return answer
        return self._vote(client) if phase.get("voting") else None

    def _speak(self, client: TopicClient, topic_id: int) -> asyncio.Future[Answer] | None:
        """Post one's idea when it is one's turn; take the second idea out of one that was returned."""
        for suggestion in client.view.own.values():
            idea = idea_of_text(suggestion["text"])
            if suggestion["status"] == "returned" and idea is not None and self._dice.random() < 0.4:
                return client.edit(suggestion["id"], idea.first_half)
        scene = self._stage.scenes.get(topic_id)
        turn = scene.turns.get(self._user_id) if scene is not None else None
        if turn is None or client.view.own or turn.since > asyncio.get_running_loop().time():
            return None
        return client.suggest(turn.idea.text)

    def _vote(self, client: TopicClient) -> asyncio.Future[Answer] | None:
        """Support one of what one likes, the newest most likely; now and then take a support back."""
        view = client.view
        if view.votes and self._dice.random() < self._rhythm.fickle:
            number = self._dice.choice(list(view.votes))
            if number in view.suggestions:
                del view.votes[number]
                return client.vote(number, None)
        wanted = [
            number
            for number, suggestion in view.suggestions.items()
            if number not in view.votes and number not in view.own and self._likes(suggestion)
        ]
        if not wanted:
            return None
        number = wanted[-1] if self._dice.random() < 0.5 else self._dice.choice(wanted)
        view.votes[number] = "support"
        return client.vote(number, "support")

    def _likes(self, suggestion: Mapping[str, Any]) -> bool:
        return likes(self._user_id, suggestion["text"])

    def _about(self, seconds: float) -> float:
        """Around so many seconds: never below a third, seldom above the double."""
        return seconds * max(0.33, self._dice.gauss(1.0, 0.45))
