"""What the frame of a page knows of its reader."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from jianyan.accounts.enums import Role
from jianyan.accounts.roles import actor_of

from . import keeping, rules
from .queries.notifications import unread_count


@dataclass(frozen=True, slots=True)
class StaffLinks:
    """Which of the staff's pages this reader has."""

    desk: bool
    prepare: bool
    books: bool
    department: bool


def staff_links(request: HttpRequest) -> dict[str, object]:
    """Context processor: `staff_links`, asked of the database only by pages that show them."""

    def look() -> StaffLinks:
        actor = actor_of(request.user)
        works = actor is not None and rules.prepares_anywhere(actor)
        return StaffLinks(
            desk=works,
            prepare=works,
            books=actor is not None and keeping.reads_anywhere(actor),
            department=actor is not None and bool(actor.grants.get(Role.HANDLER)),
        )

    return {"staff_links": SimpleLazyObject(look)}


def unread(request: HttpRequest) -> dict[str, object]:
    """Context processor: `unread`, how many notifications are new, asked only by pages that somebody has signed in to."""

    def look() -> int:
        return unread_count(request.user.pk) if request.user.is_authenticated else 0

    return {"unread": SimpleLazyObject(look)}
