"""The tutorial's chat consumer, with votes in place of messages."""

from __future__ import annotations

from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.db import transaction

from tests.benchmarks.reference.models import Suggestion, Vote

GROUP = "topic"


class TopicConsumer(AsyncJsonWebsocketConsumer):
    """Each vote is stored, counted and sent to everybody in the topic."""

    async def connect(self) -> None:
        """Only signed-in members; each gets the present counts."""
        user = self.scope["user"]
        if user is None or not user.is_authenticated:
            await self.close()
            return
        await self.channel_layer.group_add(GROUP, self.channel_name)
        await self.accept()
        await self.send_json({"type": "welcome", "suggestions": await self.counts()})

    async def disconnect(self, code: int) -> None:
        """Leave the group."""
        await self.channel_layer.group_discard(GROUP, self.channel_name)

    async def receive_json(self, content: dict[str, Any], **kwargs: Any) -> None:
        """A vote: store it, answer, tell everybody."""
        support = await self.store(content["suggestion"], supports=content["support"])
        await self.send_json({"type": "ack", "ref": content["ref"]})
        await self.tell(content["suggestion"], support)

    async def tell(self, suggestion: int, support: int) -> None:
        """Tell everybody now."""
        await self.channel_layer.group_send(
            GROUP, {"type": "votes.counted", "tallies": [[suggestion, support]]}
        )

    async def votes_counted(self, event: dict[str, Any]) -> None:
        """Pass new counts on to this socket."""
        await self.send_json({"type": "tally", "tallies": event["tallies"]})

    @database_sync_to_async
    def counts(self) -> list[list[Any]]:
        """[id, text, support] of every suggestion."""
        return [list(row) for row in Suggestion.objects.order_by("id").values_list("id", "text", "support")]

    @database_sync_to_async
    def store(self, suggestion_id: int, *, supports: bool) -> int:
        """Keep the vote and count again; the suggestion's support."""
        with transaction.atomic():
            Vote.objects.update_or_create(
                suggestion_id=suggestion_id, voter=self.scope["user"], defaults={"supports": supports}
            )
            support: int = Vote.objects.filter(suggestion_id=suggestion_id, supports=True).count()
            Suggestion.objects.filter(pk=suggestion_id).update(support=support)
        return support
