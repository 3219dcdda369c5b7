"""HTTP and WebSocket, as in the tutorial."""

from __future__ import annotations

import os

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.benchmarks.reference.settings")
django_application = get_asgi_application()

from tests.benchmarks.reference.consumers import TopicConsumer  # noqa: E402
from tests.benchmarks.reference.ticking import TickingConsumer  # noqa: E402

# Each its own process: BENCH_FORM says which one.
FORMS = {"tutorial": TopicConsumer, "ticking": TickingConsumer}
consumer = FORMS[os.environ.get("BENCH_FORM", "tutorial")]

application = ProtocolTypeRouter(
    {
        "http": django_application,
        "websocket": AllowedHostsOriginValidator(
            AuthMiddlewareStack(
                URLRouter([path("ws/topic/", consumer.as_asgi())])  # type: ignore[list-item, arg-type]
            )
        ),
    }
)
