"""To whom something can be referred: departments, and whatever bodies somebody answers for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from jianyan.accounts.enums import BodyKind, Role
from jianyan.accounts.models import Body, Membership
from jianyan.accounts.roles import in_force_on

from ..errors import BodyTwice, LeadMissing, NotAHandler, UnknownBody


def chosen_bodies(
    lead_id: int | None, cohandling_ids: Sequence[int], on: dt.date
) -> tuple[tuple[int, bool], ...]:
    """(body id, whether it leads), the leading one first.

    Raises LeadMissing, UnknownBody, BodyTwice, and NotAHandler for what is no department and nobody answers for.
    """
    if lead_id is None:
        raise LeadMissing
    ids = (lead_id, *cohandling_ids)
    bodies = Body.objects.in_bulk(ids)
    if bodies.keys() != set(ids):
        raise UnknownBody
    twice = next((pk for index, pk in enumerate(ids) if pk in ids[:index]), None)
    if twice is not None:
        raise BodyTwice(name=str(bodies[twice]))
    held = Membership.objects.filter(in_force_on(on), role=Role.HANDLER).order_by()
    answered_for = set(held.values_list("body_id", flat=True))
    for pk in ids:
        body = bodies[pk]
        if body.kind != BodyKind.DEPARTMENT and answered_for.isdisjoint(body.lineage):
            raise NotAHandler(name=str(body))
    return tuple((pk, pk == lead_id) for pk in ids)
