"""Who signs in with a first password, which somebody else has seen, chooses a new one before anything else."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed, password_set
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.deprecation import MiddlewareMixin
from django.utils.http import urlencode

from .models import User

SESSION_KEY = "must_change_password"
# What is needed for choosing one, and for leaving.
ALLOWED = frozenset(
    {
        "account_change_password",
        "account_logout",
        "account_reauthenticate",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "appearance",
        "set_language",
    }
)


def connect() -> None:
    """Note at every sign-in whether it was with a first password, and when another has been chosen."""
    user_logged_in.connect(on_login, dispatch_uid="first_password")
    for chosen in (password_changed, password_set):
        chosen.connect(on_chosen, dispatch_uid="first_password")


def on_login(request: HttpRequest, user: User, **_signal: Any) -> None:
    """Kept in the session, which every page reads anyway: asking the user would be one more query."""
    if user.must_change_password:
        request.session[SESSION_KEY] = True


def on_chosen(request: HttpRequest, user: User, **_signal: Any) -> None:
    """The password is known to its owner alone."""
    request.session.pop(SESSION_KEY, None)
    if user.must_change_password:
        user.must_change_password = False
        user.save(update_fields=["must_change_password"])


def is_held_back(request: HttpRequest) -> bool:
    """Whether the session began with a first password, and the address is none of those for choosing another."""
    if not request.session.get(SESSION_KEY):
        return False
    return request.resolver_match is None or request.resolver_match.view_name not in ALLOWED


class FirstPasswordMiddleware(MiddlewareMixin):
    """Sends a session that began with a first password to the page where it is changed."""

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        """Redirect, or None to go on."""
        if not is_held_back(request):
            return None
        query = f"?{urlencode({'next': request.get_full_path()})}" if request.method == "GET" else ""
        return HttpResponseRedirect(f"{reverse('account_change_password')}{query}")
