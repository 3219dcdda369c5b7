"""Further kinds of summary of a deliberation that is frozen: 议政综述, 建言摘编."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from jianyan.accounts.roles import Actor

from .. import rules
from ..enums import Step, SummaryKind
from ..errors import NotFrozen, UnknownDeliberation
from ..models import Deliberation, Summary
from .locking import lock_topics
from .summaries import Opened, title_of
from .summary_copies import begin_from


@transaction.atomic
def begin_summary(*, deliberation_id: int, kind: SummaryKind, by: Actor, at: dt.datetime) -> Summary:
    """A summary of that kind on the same snapshot, beginning with the words and sources of the latest 协商纪要.

    From then on it goes its own way: it is edited, numbered and signed by itself. Where one has been begun, that one.
    Raises NotFrozen before the deliberation is frozen, and while its freezing is undone.
    """
    deliberation = Deliberation.objects.select_related("host").filter(pk=deliberation_id).first()
    if deliberation is None:
        raise UnknownDeliberation
    rules.require(rules.may_summarise(by, deliberation))
    topics = lock_topics(deliberation.topics.values_list("id", flat=True))
    begun = deliberation.summaries.filter(kind=kind).order_by("-version").first()
    if begun is not None:
        return begun
    minutes = deliberation.summaries.filter(kind=SummaryKind.MINUTES).order_by("-version").first()
    if minutes is None or minutes.thawed_at is not None:
        raise NotFrozen
    summary = begin_from(minutes, at=at, kind=kind, title=title_of(deliberation, kind))
    opened = Opened(summary, tuple(topics), by, at)
    opened.record(Step.SUMMARY_DRAFTED, {"kind": kind.value, "from": minutes.pk})
    return summary
