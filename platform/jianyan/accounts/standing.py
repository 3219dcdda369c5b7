"""Which changes touch somebody's standing: connected once, when the application is ready."""

from __future__ import annotations

from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_out
from django.db.models.signals import post_delete, post_save
from django.http import HttpRequest

from .models import Membership, User
from .signals import announce_standing


def connect() -> None:
    """Listen to signing out, to ended sessions, and to every change of a user or of a role."""
    user_logged_out.connect(on_logout, dispatch_uid="standing")
    post_delete.connect(on_session_ended, sender=UserSession, dispatch_uid="standing")
    post_save.connect(on_user_saved, sender=User, dispatch_uid="standing")
    post_delete.connect(on_user_deleted, sender=User, dispatch_uid="standing")
    post_save.connect(on_membership, sender=Membership, dispatch_uid="standing")
    post_delete.connect(on_membership, sender=Membership, dispatch_uid="standing")


def on_logout(request: HttpRequest, user: User | None, **_signal: Any) -> None:
    """This session of the user is over; nobody's, where nobody was signed in."""
    if user is not None:
        announce_standing(user.pk, request.session.session_key)


def on_session_ended(instance: UserSession, **_signal: Any) -> None:
    """The user, or the administrator, has ended one session from another."""
    announce_standing(instance.user_id, instance.session_key)


def on_user_saved(instance: User, *, created: bool, **_signal: Any) -> None:
    """A deactivated user, or one with another password."""
    if not created and (not instance.is_active or instance.loaded_password not in {None, instance.password}):
        announce_standing(instance.pk)


def on_user_deleted(instance: User, **_signal: Any) -> None:
    """The account is gone."""
    announce_standing(instance.pk)


def on_membership(instance: Membership, **_signal: Any) -> None:
    """A role was given, changed or taken away."""
    announce_standing(instance.user_id)
