"""A signed summary, departments with handlers, and what is referred to them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from consultations.actions.assignments import assign_statement
from consultations.actions.referral_handling import accept_referral
from consultations.actions.referring import refer
from consultations.actions.replies import Replied, answer_referral
from consultations.models import Assignment, Grade, Referral, Suggestion, Summary
from jianyan.accounts.enums import BodyKind, Role
from jianyan.accounts.models import Body, User
from jianyan.accounts.roles import Actor
from tests.consultations.factories import HOUR, actor
from tests.consultations.remembered import remembered
from tests.consultations.summary_scene import EDITED, FROZEN, Drafted, make_drafted, make_signed
from tests.jianyan.accounts.factories import County, make_body, make_membership, make_user

REFERRED = FROZEN + HOUR
"""5 March 2026, 21:40 where the site is."""
DAY = dt.timedelta(days=1)
TODAY = dt.date(2026, 3, 5)
DUE = dt.date(2026, 6, 5)
"""Three months later."""


@dataclass(frozen=True)
class Referring:
    """A signed summary with one assignment, which rests on suggestion 3 (林栖云's no. 1 and others are free).

    No. 3 is 欧阳晴川's, supported by 林栖云, 丁一 and 曾小满. `transport` and `police` have a handler each,
    `hospital` has none and is answered for by nobody.
    """

    drafted: Drafted
    summary: Summary
    assignment: Assignment
    transport: Body
    police: Body
    hospital: Body
    handler: User
    officer: User
    grade: Grade

    @property
    def county(self) -> County:
        """The county of it all."""
        return self.drafted.finished.county

    @property
    def by(self) -> Actor:
        """The secretary."""
        return self.drafted.finished.by

    @property
    def acting(self) -> Actor:
        """Who answers for the transport department."""
        return actor(self.handler)

    @property
    def helping(self) -> Actor:
        """Who answers for the police."""
        return actor(self.officer)

    @property
    def author(self) -> Actor:
        """Of suggestion 3."""
        return actor(self.suggestion(3).author)

    def suggestion(self, number: int) -> Suggestion:
        """The suggestion of that number."""
        return self.drafted.finished.suggestion(number)

    def refer(self, *, cohandlers: Sequence[Body] | None = None, **wishes: Any) -> Referral:
        """Refer the assignment to the transport department, with the police, unless told otherwise."""
        helpers = (self.police,) if cohandlers is None else cohandlers
        wishes = {
            "deliberation_id": self.drafted.finished.deliberation.pk,
            "lead_id": self.transport.pk,
            "cohandling_ids": [body.pk for body in helpers],
            "by": self.by,
            "at": REFERRED,
            **wishes,
        }
        if not wishes.get("suggestion_ids"):
            wishes.setdefault("assignment_id", self.assignment.pk)
        return refer(**wishes)

    def accepted(self, **wishes: Any) -> Referral:
        """Referred, and taken in hand a day later."""
        referral = self.refer(**wishes)
        return accept_referral(referral_id=referral.pk, by=self.acting, at=REFERRED + DAY)

    def answer(self, referral: Referral, *, at: dt.datetime = REFERRED + 2 * DAY, **wishes: Any) -> Replied:
        """The transport department answers, two days after it was referred."""
        wishes = {"text": "已划定错时车位120个。", "grade_id": self.grade.pk, "by": self.acting, **wishes}
        return answer_referral(referral_id=referral.pk, at=at, **wishes)

    def answered(self, **wishes: Any) -> tuple[Referral, Replied]:
        """Accepted and answered."""
        referral = self.accepted(**wishes)
        replied = self.answer(referral)
        referral.refresh_from_db()
        return referral, replied


def make_handler(body: Body, name: str = "程处长") -> User:
    """Answers for that body."""
    user = make_user(name)
    make_membership(user, body, Role.HANDLER, term="")
    return user


@remembered
def make_referring(*, anonymous: bool = False) -> Referring:
    """See Referring; nothing is referred yet."""
    drafted = make_drafted(anonymous=anonymous)
    assignment = assign_statement(
        summary_id=drafted.summary.pk,
        statement_id=drafted.statement(3).pk,
        by=drafted.finished.by,
        at=EDITED,
    )
    summary = make_signed(drafted)
    transport = drafted.finished.county.department
    police = make_body("越溪县公安局", BodyKind.DEPARTMENT, short_name="县公安局")
    hospital = make_body("越溪县人民医院", BodyKind.SOCIETY, short_name="县医院")
    return Referring(
        drafted=drafted,
        summary=summary,
        assignment=assignment,
        transport=transport,
        police=police,
        hospital=hospital,
        handler=make_handler(transport),
        officer=make_handler(police, "高警官"),
        grade=Grade.objects.update_or_create(
            letter="A", defaults={"meaning": "已经解决或者采纳", "solved": True}
        )[0],
    )
