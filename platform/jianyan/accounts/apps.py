"""The accounts application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Users, bodies, memberships, roster import and sign-in."""

    name = "jianyan.accounts"
    label = "accounts"
    verbose_name = _("People and bodies")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Follow the changes that end somebody's standing, and sign-ins with a first password."""
        from . import first_password, standing

        standing.connect()
        first_password.connect()
