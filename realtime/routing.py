"""Addresses of the sockets, and who may come to them at all."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from channels.routing import URLRouter
from django.urls import re_path

from .admission import headers_by_name, is_ours
from .consumers import NoSuchSocket, TopicSocket
from .runtime import runtime

Application = Callable[[Any, Any, Any], Awaitable[None]]

# At most 18 digits: every database keeps them.
_sockets = URLRouter(
    [
        re_path(r"^ws/topics/(?P<topic_id>[0-9]{1,18})/$", TopicSocket.as_asgi()),  # type: ignore[arg-type,list-item]
        re_path(r"", NoSuchSocket.as_asgi()),  # type: ignore[arg-type,list-item]
    ]
)


async def websocket_application(scope: Any, receive: Any, send: Any) -> None:
    """The sockets, for pages of this site; others are refused with 403 before there is a socket.

    `send` is passed on as it is: the consumer looks through it for the server's connection.
    """
    if is_ours(headers_by_name(scope["headers"])):
        await _sockets(scope, receive, send)
    else:
        await receive()
        await send({"type": "websocket.close", "code": 4403})


def with_runtime(application: Application) -> Application:
    """The HTTP application of a process that tells the others what it has committed, from its first request on."""

    async def begun(scope: Any, receive: Any, send: Any) -> None:
        runtime()
        await application(scope, receive, send)

    return begun
