"""Who takes a summary away as a file is kept: it holds names, and drafts nobody else has seen."""

from __future__ import annotations

import datetime as dt

from jianyan.accounts.roles import Actor

from ..models import SummaryExport


def record_export(*, summary_id: int, edition: int, name: str, by: Actor, at: dt.datetime) -> SummaryExport:
    """Keep that this person takes this edition in the format of that name. It changes nothing, and is in no journal."""
    return SummaryExport.objects.create(
        summary_id=summary_id, edition=edition, format=name, by_id=by.user_id, at=at
    )
