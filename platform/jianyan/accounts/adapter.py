"""What the site wants otherwise than allauth does it."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils.translation import gettext_lazy as _

from .backends import login_name


class AccountAdapter(DefaultAccountAdapter):
    """Accounts come from the roster, never from signing up."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _(
            "The phone number, username or password is not right. Please try again."
        ),
        "too_many_login_attempts": _("Too many failed attempts. Please wait five minutes and try again."),
        "incorrect_password": _("This is not your password."),
        "enter_current_password": _("This is not your present password."),
    }

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        """Never."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count attempts by the name that is meant: +86 199… and 199… are one and the same."""
        credentials["username"] = login_name(credentials.get("username") or "")
        super().pre_authenticate(request, **credentials)

    def get_password_change_redirect_url(self, _request: HttpRequest) -> str:
        """To the start page: the form has nothing more to offer."""
        return resolve_url(settings.LOGIN_REDIRECT_URL)
