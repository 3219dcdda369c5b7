"""What an indicator counts that is no event: outcomes, proposals and reports, referrals. Of any date; see `dated`."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from jianyan.accounts.models import Body

from ..enums import ReferralState
from ..indicators import IndicatorRule
from ..models import Deliberation, Outcome, OutcomeCover, Referral, Reply, Satisfaction, Submission
from ..periods import Period
from .event_counts import EVENT, counts_as, held_by, held_in


def outcomes_of(rule: IndicatorRule, body: Body, *, at: dt.datetime) -> QuerySet[Outcome]:
    """Standing outcomes that the body or one below it is credited with, as the rule restricts them.

    With a category: those that lead to an event that counts as it.
    """
    found = Outcome.objects.filter(withdrawn_at=None, body__path__startswith=body.path)
    if kinds := rule.words("kinds"):
        found = found.filter(kind__in=kinds)
    if levels := rule.words("levels"):
        found = found.filter(level__in=levels)
    if amount_of := rule.text("amount_of"):
        found = found.filter(amount_of=amount_of)
    if rule.category is not None:
        events = held_by(body, category=rule.category, at=at)
        covers = OutcomeCover.objects.annotate(event=EVENT).filter(event__in=events)
        found = found.filter(pk__in=covers.values("outcome"))
    return found


def submissions_of(rule: IndicatorRule, body: Body) -> QuerySet[Submission]:
    """Standing proposals and reports that the body or one below it has received."""
    found = Submission.objects.filter(withdrawn_at=None, body__path__startswith=body.path)
    if kinds := rule.words("kinds"):
        found = found.filter(kind__in=kinds)
    if sponsor_kinds := rule.words("sponsor_kinds"):
        found = found.filter(sponsor_kind__in=sponsor_kinds)
    return found


def referrals_of(rule: IndicatorRule, body: Body) -> QuerySet[Referral]:
    """What was referred from deliberations of the body or one below it, and not taken back."""
    deliberations = Deliberation.objects.filter(held_in(body))
    if rule.category is not None:
        deliberations = deliberations.filter(counts_as(rule.category))
    return Referral.objects.filter(deliberation__in=deliberations).exclude(state=ReferralState.WITHDRAWN)


def answered_of(rule: IndicatorRule, body: Body) -> QuerySet[Referral]:
    """Of the referrals those that the leading body has answered; with `satisfied`, to its authors' satisfaction."""
    found = referrals_of(rule, body)
    degrees = rule.words("satisfied")
    if not degrees:
        answers = Reply.objects.filter(
            referral=OuterRef("pk"),
            withdrawn_at=None,
            referral__bodies__leads=True,
            referral__bodies__body=F("body"),
        )
        return found.filter(Exists(answers))
    last = _ratings().filter(reply__round=OuterRef("round"))
    return found.filter(Exists(last.filter(degree__in=degrees)), ~Exists(last.exclude(degree__in=degrees)))


def answerable_of(rule: IndicatorRule, body: Body) -> QuerySet[Referral]:
    """What `answered_of` is a share of: all referrals; with `satisfied`, those that were rated."""
    found = referrals_of(rule, body)
    return found.filter(Exists(_ratings())) if rule.words("satisfied") else found


def dated(field: str, period: Period) -> Q:
    """Filters by a field that holds a date."""
    return Q(**{f"{field}__gte": period.since, f"{field}__lte": period.until})


def timed(field: str, period: Period) -> Q:
    """Filters by a field that holds an instant."""
    return Q(**{f"{field}__gte": period.starts_at, f"{field}__lt": period.ends_at})


def _ratings() -> QuerySet[Satisfaction]:
    return Satisfaction.objects.filter(reply__referral=OuterRef("pk"), reply__withdrawn_at=None)
