"""A network between processes that is worse than any: `python -m tests.faults.lossy_hints serve …`.

Of the messages that a process sends to the others a fifth never arrives, a fifth arrives twice, and two fifths arrive
late, behind those that were sent after them. What it did to how many is told, when the process ends, in `hints.json` in
its data directory.
"""

from __future__ import annotations

import asyncio
import atexit
import json
import random
from collections import Counter
from typing import Any

from channels_redis.pubsub import RedisPubSubChannelLayer

from jianyan.__main__ import main
from jianyan.commands import set_up

FATES = ("arrives", "is lost", "arrives twice", "is late", "is late")
LATEST = 1.0
"""Seconds."""

fates: Counter[str] = Counter()


class LossyLayer(RedisPubSubChannelLayer):  # type: ignore[misc]  # it carries no types
    """Channels' layer over Redis, by which not everything is sent as it should be."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._dice = random.Random(5)
        self._late: set[asyncio.Task[None]] = set()

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        """Send it once, twice, later, or not at all."""
        fate = self._dice.choice(FATES)
        fates[fate] += 1
        match fate:
            case "is lost":
                return
            case "is late":
                task = asyncio.create_task(self._send_late(group, message, self._dice.uniform(0, LATEST)))
                self._late.add(task)
                task.add_done_callback(self._late.discard)
            case _:
                for _time in range(2 if fate == "arrives twice" else 1):
                    await self._get_layer().group_send(group, message)

    async def _send_late(self, group: str, message: dict[str, Any], seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self._get_layer().group_send(group, message)


def tell() -> None:
    """What was done to how many messages."""
    from django.conf import settings

    (settings.VAR / "hints.json").write_text(json.dumps(fates), "utf-8")


if __name__ == "__main__":
    set_up()
    from django.conf import settings

    settings.CHANNEL_LAYERS["default"]["BACKEND"] = f"{__name__}.{LossyLayer.__name__}"
    atexit.register(tell)
    main()
