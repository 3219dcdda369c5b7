"""Whose books somebody keeps or may read: `keeping`, asked of the database for many bodies at once."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q, QuerySet

from jianyan.accounts.enums import Role
from jianyan.accounts.models import Body
from jianyan.accounts.roles import Actor

from ..keeping import READERS


def bodies_kept(actor: Actor) -> QuerySet[Body]:
    """The bodies whose books this person keeps, with all below them; highest first. One query for their paths."""
    return Body.objects.filter(_below(actor, (Role.SECRETARY,), of="")).order_by("path")


def books_read(actor: Actor | None, *, of: str) -> Q:
    """Filters rows by the body that `of` leads to (`body__`): those in books that this person may read."""
    return _below(actor, READERS, of=of)


def _below(actor: Actor | None, roles: Collection[Role], *, of: str) -> Q:
    ids = set() if actor is None else {pk for role in roles for pk in actor.grants.get(role, ())}
    below = Q(pk__in=())
    if ids:
        for path in Body.objects.filter(pk__in=ids).values_list("path", flat=True):
            below |= Q(**{f"{of}path__startswith": path})
    return below
