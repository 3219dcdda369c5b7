"""The realtime application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RealtimeConfig(AppConfig):
    """Topic sockets and what passes between processes."""

    name = "realtime"
    verbose_name = _("Live topics")

    def ready(self) -> None:
        """Listen to the domain, and check what the sockets rest on."""
        from . import checks, publish

        publish.connect()
        checks.register()
