"""To whom something can be referred, and which of them is meant by a name in a summary."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import regex
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from jianyan.accounts.enums import BodyKind, Role
from jianyan.accounts.models import Body, Membership
from jianyan.accounts.roles import in_force_on

_BETWEEN = regex.compile(r"[、,，;；/\n]+|(?<=[局委办院会部])和")
# What is written before the name proper differs from list to list.
_BEFORE = regex.compile(r"^(?:.{2,6}?[省市县区旗]|[省市县区旗])(?=.{2,})")


def handling_bodies(at: dt.datetime) -> tuple[Body, ...]:
    """Departments, and whatever body somebody answers for on that day, in their order; one query."""
    answered_for = Membership.objects.filter(
        in_force_on(timezone.localdate(at)), body=OuterRef("pk"), role=Role.HANDLER
    )
    found = Body.objects.filter(Q(kind=BodyKind.DEPARTMENT) | Q(Exists(answered_for)))
    return tuple(found.order_by("position", "id"))


def names_in(text: str) -> tuple[str, ...]:
    """The names that are written in one field, in their order, each once."""
    return tuple(dict.fromkeys(part.strip() for part in _BETWEEN.split(text) if part.strip()))


def meant(name: str, bodies: Sequence[Body]) -> Body | None:
    """The body that is called so: by its name, else its short name, else the only one that the name leaves possible.

    县交通局 and 交通运输局 may both be the same; where two are possible, none is.
    """
    for exact in (
        [body for body in bodies if body.name == name],
        [body for body in bodies if body.short_name == name],
        [body for body in bodies if _core(name) in {_core(body.name), _core(body.short_name)} - {""}],
        [body for body in bodies if _shortens(_core(name), _core(body.name))],
    ):
        if len(exact) == 1:
            return exact[0]
        if exact:
            return None
    return None


def _core(name: str) -> str:
    """The name without the place before it: 交通运输局 of 越溪县交通运输局."""
    return _BEFORE.sub("", name)


def _shortens(short: str, long: str) -> bool:
    """Whether the characters of the short name stand in the long one in their order: 交通局 of 交通运输局."""
    rest = iter(long)
    return len(short) > 1 and all(character in rest for character in short)
