"""The way into the books: for whom it is, and what it counts."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from consultations.enums import Level, OutcomeKind, ReferralState, Sponsor, SubmissionKind
from consultations.models import Appeal, EventRecord, Outcome, Referral, Report, Submission
from consultations.queries.books import Books, books
from jianyan.accounts.enums import Role
from jianyan.accounts.models import User
from tests.consultations.conftest import Scene
from tests.consultations.factories import HOUR, NOON, actor, make_deliberation
from tests.consultations.views.looking import text_of
from tests.jianyan.accounts.factories import County, make_county, make_membership, make_secretary, make_user

TODAY = NOON.date()


def fill(county: County, clerk: User) -> None:
    """One of each, and something that waits in each."""
    facts: dict[str, Any] = {"entered_by": clerk, "entered_at": NOON}
    event = make_deliberation(county, "现场协商")
    EventRecord.objects.create(deliberation=event, **facts)
    for state, due in (
        (ReferralState.ISSUED, TODAY.replace(day=1)),
        (ReferralState.ACCEPTED, TODAY),
        (ReferralState.RETURNED, TODAY),
        (ReferralState.CLOSED, TODAY.replace(day=1)),
    ):
        Referral.objects.create(
            deliberation=event,
            item="事项",
            state=state,
            due=due,
            first_due=due,
            issued_at=NOON,
            issued_by=clerk,
        )
    Outcome.objects.create(
        body=county.sectors[0],
        kind=OutcomeKind.ADOPTED,
        level=Level.COUNTY,
        date=TODAY,
        words="获采纳",
        **facts,
    )
    Submission.objects.create(
        body=county.committee,
        kind=SubmissionKind.PROPOSAL,
        title="提案",
        sponsor_kind=Sponsor.GROUP,
        sponsor="民盟支部",
        filed=TODAY,
        **facts,
    )
    Report.objects.create(
        body=county.committee,
        since="2025-01-01",
        until="2025-12-31",
        title="履职答卷",
        status="review",
        made_at=NOON,
        made_by=clerk,
        edited_at=NOON,
    )
    Appeal.objects.create(body=county.committee, user=clerk, year=2025, text="少记一次", at=NOON)


def test_it_counts_what_stands_in_the_books_of_ones_bodies_and_what_waits(scene: Scene) -> None:
    fill(scene.county, scene.secretary)
    other = make_county("政协邻县委员会")
    fill(other, make_secretary(other))
    counted = books(actor(scene.secretary), at=NOON + HOUR)
    assert counted == Books(
        year=2026,
        open_referrals=2,
        overdue=1,
        sent_back=1,
        events=1,
        outcomes=1,
        submissions=1,
        reports_to_sign=1,
        open_appeals=1,
    )


def test_it_asks_as_often_for_much_as_for_little(scene: Scene) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            books(actor(scene.secretary), at=NOON + HOUR)
        return len(asked)

    once = queries()
    fill(scene.county, scene.secretary)
    assert queries() == once == 9


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.SECRETARY, 200),
        (Role.CHAIR, 200),
        (Role.AUDITOR, 200),
        (Role.MEMBER, 403),
        (Role.MODERATOR, 403),
        (Role.HANDLER, 403),
        (Role.ADMINISTRATOR, 403),
    ],
)
def test_it_is_for_those_who_keep_or_read_the_books(scene: Scene, role: Role, status: int) -> None:
    user = make_user("某人")
    make_membership(user, scene.county.committee, role)
    client = Client()
    client.force_login(user)
    with time_machine.travel(NOON + HOUR, tick=False):
        answer = client.get("/books/")
    assert answer.status_code == status
    if status == 200:
        assert ("登记活动" in text_of(answer)) == (role is Role.SECRETARY)


def test_whoever_is_not_signed_in_is_asked_to(db: None) -> None:
    assert Client().get("/books/").status_code == 302


@pytest.mark.parametrize(
    ("role", "links"), [(Role.HANDLER, ["/department/"]), (Role.AUDITOR, ["/books/"]), (Role.MEMBER, [])]
)
def test_the_head_of_a_page_leads_whoever_has_work_there(scene: Scene, role: Role, links: list[str]) -> None:
    user = make_user("某人")
    make_membership(user, scene.county.committee, role)
    client = Client()
    client.force_login(user)
    page = client.get("/").content.decode()
    assert [
        link for link in ("/books/", "/department/") if f'class="site-work" href="{link}"' in page
    ] == links
