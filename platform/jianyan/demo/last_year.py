"""The year 2025, in which the county had no platform: read from its books, and reported on."""

from __future__ import annotations

import datetime as dt

from consultations.actions.event_import import import_events, look_at_events
from consultations.actions.event_names import likely_choices
from consultations.actions.report_signing import sign_report, submit_report
from consultations.actions.reports import begin_report
from consultations.models import Report
from consultations.periods import of_year
from jianyan.accounts.enums import Role
from jianyan.accounts.models import Body

from . import people
from .catalogue import DATA

YEAR = 2025


def enter(committee: Body, at: dt.datetime) -> None:
    """Import what happened, as a secretary would: look first, let what is missing be made, then take it."""
    content = (DATA / "offline_year.json").read_bytes()
    by = people.official(Role.SECRETARY, at=at)
    plan = look_at_events(content=content, body_id=committee.pk, by=by, at=at)
    import_events(
        content=content,
        body_id=committee.pk,
        choices=likely_choices(plan),
        seen=plan.digest,
        by=by,
        at=at,
    )


def begin(committee: Body, at: dt.datetime) -> Report:
    """A draft of its report, in the standard words."""
    by = people.official(Role.SECRETARY, at=at)
    return begin_report(body_id=committee.pk, period=of_year(YEAR), by=by, at=at)


def report(committee: Body, at: dt.datetime) -> Report:
    """Write its report, and sign it: two persons."""
    by = people.official(Role.SECRETARY, at=at)
    draft = begin(committee, at)
    submit_report(report_id=draft.pk, edition=draft.edition, by=by, at=at)
    return sign_report(report_id=draft.pk, by=people.official(Role.CHAIR, at=at), at=at)
