"""The books of the bodies that somebody keeps or reads: how much stands in each, and what waits."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import timezone

from jianyan.accounts.roles import Actor

from ..enums import AppealState, ReferralState, ReportStatus
from ..keeping import READERS
from ..models import Appeal, EventRecord, Outcome, Referral, Report, Submission
from ..periods import of_year
from ..referral_states import OPEN
from .events import bodies_of


@dataclass(frozen=True, slots=True)
class Books:
    """In numbers: of `year` what was entered; of what goes on, how much of it waits."""

    year: int
    open_referrals: int
    overdue: int
    sent_back: int
    events: int
    outcomes: int
    submissions: int
    reports_to_sign: int
    open_appeals: int


def books(actor: Actor, *, at: dt.datetime) -> Books:
    """Of all bodies whose books this person may read, and those below them: eight queries at most."""
    today = timezone.localdate(at)
    year = of_year(today.year)
    hosted = bodies_of(actor, READERS, through="deliberation__host__path")
    own = bodies_of(actor, READERS, through="body__path")
    waiting = Q(state__in=OPEN)
    referrals = Referral.objects.filter(hosted).aggregate(
        open=Count("pk", filter=waiting),
        overdue=Count("pk", filter=waiting & Q(due__lt=today)),
        sent_back=Count("pk", filter=Q(state=ReferralState.RETURNED)),
    )
    within = {"deliberation__starts_at__gte": year.starts_at, "deliberation__starts_at__lt": year.ends_at}
    return Books(
        year=today.year,
        open_referrals=referrals["open"],
        overdue=referrals["overdue"],
        sent_back=referrals["sent_back"],
        events=EventRecord.objects.filter(hosted, withdrawn_at=None, **within).count(),
        outcomes=Outcome.objects.filter(own, withdrawn_at=None, date__year=today.year).count(),
        submissions=Submission.objects.filter(own, withdrawn_at=None, filed__year=today.year).count(),
        reports_to_sign=Report.objects.filter(own, status=ReportStatus.REVIEW).count(),
        open_appeals=Appeal.objects.filter(own, state=AppealState.OPEN).count(),
    )
