"""The desk of those who answer for a body: what waits for them, what is late, what they have answered. Nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from jianyan.accounts.enums import Role
from jianyan.accounts.models import Body
from jianyan.accounts.roles import Actor

from ..enums import ReferralState
from ..models import Referral, ReferralBody, Reply
from ..referral_states import OPEN
from .referral_rows import ReferralRow, overdue, rows_of, with_all

PER_PAGE = 50

TO_DO = "todo"


@dataclass(frozen=True, slots=True)
class DeskRow:
    """A referral on the desk. `bodies`: those of the reader that have a part in it; `leads`: one of them leads."""

    row: ReferralRow
    bodies: tuple[str, ...]
    leads: bool


@dataclass(frozen=True, slots=True)
class DepartmentDesk:
    """One page of one shelf. `counts`: by shelf, how many lie there."""

    bodies: tuple[str, ...]
    shelf: str
    counts: dict[str, int]
    rows: tuple[DeskRow, ...]
    page: int
    pages: int


def shelves(bodies: Collection[int], today: dt.date) -> dict[str, Q]:
    """What of these bodies lies on which shelf, in the order of the desk.

    A leading body has to accept and to answer; a co-handling one has to contribute once it is accepted.
    """
    parts = ReferralBody.objects.filter(referral=OuterRef("pk"), body__in=bodies)
    said = Reply.objects.filter(
        referral=OuterRef("pk"), body__in=bodies, round=OuterRef("round"), withdrawn_at=None
    )
    leads = Q(Exists(parts.filter(leads=True)))
    return {
        TO_DO: (leads & Q(state__in=OPEN)) | (Q(state=ReferralState.ACCEPTED) & ~Q(Exists(said))),
        "to_accept": leads & Q(state=ReferralState.ISSUED),
        "in_hand": Q(state=ReferralState.ACCEPTED),
        "overdue": overdue(today),
        "answered": Q(state=ReferralState.ANSWERED),
        "closed": Q(state=ReferralState.CLOSED),
    }


def answers_anywhere(actor: Actor) -> bool:
    """Whether the person answers for any body."""
    return bool(actor.grants.get(Role.HANDLER))


def department_desk(actor: Actor, *, at: dt.datetime, shelf: str = TO_DO, page: int = 1) -> DepartmentDesk:
    """What was referred to the bodies for which this person answers, soonest due first; as many queries for any number."""
    own = list(_own(actor).order_by("position", "id"))
    ids = {body.pk for body in own}
    parts = ReferralBody.objects.filter(body__in=ids)
    scope = Referral.objects.filter(pk__in=parts.values("referral")).order_by()
    laid = shelves(ids, timezone.localdate(at))
    counts = scope.aggregate(**{key: Count("pk", filter=which) for key, which in laid.items()})
    shown = shelf if shelf in laid else TO_DO
    pages = max(1, -(-counts[shown] // PER_PAGE))
    page = min(max(1, page), pages)
    done = shown in ("answered", "closed")
    rows = scope.filter(laid[shown]).order_by(
        F("answered_at").desc(nulls_last=True) if done else F("due").asc(), "id"
    )
    loaded = list(with_all(rows)[(page - 1) * PER_PAGE : page * PER_PAGE])
    return DepartmentDesk(
        bodies=tuple(str(body) for body in own),
        shelf=shown,
        counts=counts,
        rows=tuple(
            DeskRow(
                row,
                bodies=tuple(str(one.body) for one in referral.bodies.all() if one.body_id in ids),
                leads=any(one.leads for one in referral.bodies.all() if one.body_id in ids),
            )
            for row, referral in zip(rows_of(loaded, actor, at=at), loaded, strict=True)
        ),
        page=page,
        pages=pages,
    )


def _own(actor: Actor) -> QuerySet[Body]:
    """The bodies in which the role is held, and all below them."""
    held = Q(pk__in=())
    granted = Body.objects.filter(pk__in=actor.grants.get(Role.HANDLER, ()))
    for path in granted.values_list("path", flat=True):
        held |= Q(path__startswith=path)
    return Body.objects.filter(held)
