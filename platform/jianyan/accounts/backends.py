"""Signing in by mobile phone or username, and password."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db.models import Q
from django.http import HttpRequest

from .models import User
from .phones import mainland_mobile


def login_name(typed: str) -> str:
    """What somebody typed as phone or username: a phone in its eleven digits, anything else without outer blanks."""
    return mainland_mobile(typed) or typed.strip()


class PhoneOrUsernameBackend(ModelBackend):
    """A phone counts for more than a username: somebody else's username may look like it."""

    def authenticate(
        self,
        request: HttpRequest | None,  # noqa: ARG002  Django passes it
        username: str | None = None,
        password: str | None = None,
        **_credentials: Any,
    ) -> User | None:
        """The active user of that phone or username, if the password is theirs.

        As long for an unknown name as for a wrong password: each hashes once.
        """
        if not username or not password:
            return None
        name = login_name(username)
        users = User.objects.filter(Q(phone=name) | Q(username=name))
        candidates = sorted(users, key=lambda user: user.phone != name)
        if not candidates:
            User().set_password(password)
        return next(
            (
                user
                for user in candidates
                if user.check_password(password) and self.user_can_authenticate(user)
            ),
            None,
        )
