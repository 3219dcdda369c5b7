"""The fairer form: votes are still stored one by one, but the new counts leave together, four times a second."""

from __future__ import annotations

import asyncio

from channels.layers import BaseChannelLayer

from tests.benchmarks.reference.consumers import GROUP, TopicConsumer

TICK = 0.25


class Ticker:
    """What has changed since the last tick; a task sends it while there is something."""

    def __init__(self) -> None:
        self._changed: dict[int, int] = {}
        self._sending: asyncio.Task[None] | None = None

    def counted(self, layer: BaseChannelLayer, suggestion: int, support: int) -> None:
        """A suggestion has a new count."""
        self._changed[suggestion] = support
        if self._sending is None:
            self._sending = asyncio.get_running_loop().create_task(self._send(layer))

    async def _send(self, layer: BaseChannelLayer) -> None:
        while self._changed:
            await asyncio.sleep(TICK)
            changed, self._changed = self._changed, {}
            tallies = [list(count) for count in changed.items()]
            await layer.group_send(GROUP, {"type": "votes.counted", "tallies": tallies})
        self._sending = None


ticker = Ticker()


class TickingConsumer(TopicConsumer):
    """Each vote is stored and counted; the counts are told at the next tick."""

    async def tell(self, suggestion: int, support: int) -> None:
        """Tell everybody soon."""
        ticker.counted(self.channel_layer, suggestion, support)
