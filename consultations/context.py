"""What the frame of a page knows of its reader."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from jianyan.accounts.roles import actor_of

from . import rules


@dataclass(frozen=True, slots=True)
class StaffLinks:
    """Which of the staff's pages this reader has."""

    desk: bool
    prepare: bool


def staff_links(request: HttpRequest) -> dict[str, object]:
    """Context processor: `staff_links`, asked of the database only by pages that show them."""

    def look() -> StaffLinks:
        actor = actor_of(request.user)
        works = actor is not None and rules.prepares_anywhere(actor)
        return StaffLinks(desk=works, prepare=works)

    return {"staff_links": SimpleLazyObject(look)}
