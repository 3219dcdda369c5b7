"""Where HTTP and WebSocket meet."""

from __future__ import annotations

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

from jianyan.environment import use_settings

use_settings()
django_application = get_asgi_application()

# After Django is set up: the consumers import models through the domain.
from realtime.routing import websocket_application, with_runtime  # noqa: E402

application = ProtocolTypeRouter(
    {"http": with_runtime(django_application), "websocket": websocket_application}
)
