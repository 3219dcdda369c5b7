"""The demo's year as rows, and people who write and sign a report on it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from consultations.actions.report_signing import sign_report, submit_report
from consultations.actions.reports import begin_report
from consultations.models import Report
from consultations.periods import Period, of_year
from jianyan.accounts.enums import Role
from jianyan.accounts.models import User
from jianyan.accounts.roles import Actor
from tests.consultations.factories import actor
from tests.consultations.remembered import remembered
from tests.consultations.year_scene import load_offline_year, make_event
from tests.jianyan.accounts.factories import County, make_county, make_membership, make_secretary, make_user

YEAR = of_year(2025)
WRITTEN = dt.datetime(2026, 1, 12, 1, 30, tzinfo=dt.UTC)
"""9:30 in China."""
LATER = WRITTEN + dt.timedelta(minutes=30)


@dataclass(frozen=True)
class Reporting:
    """Who writes (`secretary`, `by`), a second one (`rival`), and who signs (`chair`, `signer`)."""

    county: County
    secretary: User
    chair: User
    by: Actor
    rival: Actor
    signer: Actor
    expected: dict[str, Any]

    def begin(self, period: Period = YEAR, at: dt.datetime = WRITTEN) -> Report:
        """A draft with the standard text."""
        return begin_report(body_id=self.county.committee.pk, period=period, by=self.by, at=at)

    def submitted(self) -> Report:
        """A report in review."""
        report = self.begin()
        return submit_report(report_id=report.pk, edition=report.edition, by=self.by, at=WRITTEN)

    def signed(self) -> Report:
        """A signed report."""
        return sign_report(report_id=self.submitted().pk, by=self.signer, at=LATER)


def make_chair(county: County, name: str = "陆主席") -> User:
    """Holds the role chair in the committee, and nothing else."""
    user = make_user(name)
    make_membership(user, county.committee, Role.CHAIR, term="")
    return user


@remembered
def make_reporting(*, whole: bool = False) -> Reporting:
    """A county with people; `whole`: with everything of the demo's year, else with three events of three kinds."""
    county = make_county()
    secretary, chair = make_secretary(county), make_chair(county)
    expected: dict[str, Any] = {}
    if whole:
        expected = load_offline_year(county.committee, secretary)
    else:
        make_event(
            county.committee, "2025-03-05", secretary, categories=["reading"], attendance=120, statements=45
        )
        make_event(
            county.committee,
            "2025-05-06",
            secretary,
            categories=["hall_sessions"],
            title="古道口停车",
            attendance=30,
            accepted=4,
            resolved=3,
        )
        make_event(county.committee, "2024-05-06", secretary, categories=["reading"], attendance=80)
    return Reporting(
        county=county,
        secretary=secretary,
        chair=chair,
        by=actor(secretary, WRITTEN),
        rival=actor(make_secretary(county, "第二秘书"), WRITTEN),
        signer=actor(chair, WRITTEN),
        expected=expected,
    )
