"""Closing a year of records: what was counted is kept as it is, until a secretary undoes that."""

from __future__ import annotations

import datetime as dt
import hashlib

from django.db import transaction

from jianyan.accounts.models import Body
from jianyan.accounts.roles import Actor

from .. import keeping, rules
from ..errors import UnknownRecord, YearFrozen
from ..journal import canonical
from ..models import RecordFreeze
from ..queries.member_record import frozen_year
from ..queries.member_records import year_content
from ..queries.record_loading import FIRST_YEAR, LAST_YEAR


def lock_year(body_id: int, year: int) -> Body:
    """The body, its row locked until the transaction ends: the unit of ordering of its records. Raises UnknownRecord."""
    body = Body.objects.select_for_update(no_key=True).filter(pk=body_id).first()
    if body is None or not FIRST_YEAR <= year <= LAST_YEAR:
        raise UnknownRecord
    return body


def require_open(body: Body, year: int) -> None:
    """Raises YearFrozen."""
    if frozen_year(body, year) is not None:
        raise YearFrozen


@transaction.atomic
def freeze_year(*, body_id: int, year: int, by: Actor, at: dt.datetime) -> RecordFreeze:
    """Keep all records of the year as they are now, with their points and the hash of it all.

    Raises UnknownRecord, NotAllowed, YearFrozen.
    """
    body = lock_year(body_id, year)
    rules.require(keeping.may_keep(by, body.lineage))
    require_open(body, year)
    content = year_content(body, year, at=at)
    return RecordFreeze.objects.create(
        body=body,
        year=year,
        at=at,
        by_id=by.user_id,
        content=content,
        digest=hashlib.sha256(canonical(content).encode()).hexdigest(),
    )


@transaction.atomic
def undo_freezing(*, freeze_id: int, by: Actor, at: dt.datetime) -> RecordFreeze:
    """Let records and points of the year change again; what was kept stays, with who undid it and when.

    Doing it again changes nothing. Raises UnknownRecord, NotAllowed.
    """
    of = RecordFreeze.objects.filter(pk=freeze_id).values_list("body_id", "year").first()
    if of is None:
        raise UnknownRecord
    body = lock_year(*of)
    rules.require(keeping.may_keep(by, body.lineage))
    freeze = RecordFreeze.objects.defer("content").get(pk=freeze_id)
    if freeze.undone_at is None:
        freeze.undone_at, freeze.undone_by_id = at, by.user_id
        freeze.save(update_fields=["undone_at", "undone_by"])
    return freeze
