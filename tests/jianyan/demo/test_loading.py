"""What is in the database once the demonstration is loaded."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from consultations import rules
from consultations.documents import FORMATS
from consultations.documents.verify import verify
from consultations.enums import Phase
from consultations.models import (
    Attendance,
    Channel,
    Deliberation,
    EventRecord,
    Notification,
    Outcome,
    Referral,
    Report,
    Suggestion,
    Summary,
    Topic,
    Vote,
)
from consultations.queries.journal_check import check_journal
from consultations.queries.summary_document import summary_document
from jianyan.accounts.models import Body, Membership, User
from jianyan.demo import loading, people
from jianyan.demo.catalogue import DATA, idea_of_text
from tests.jianyan.demo.conftest import AT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]


def in_phase(phase: Phase) -> list[Topic]:
    return [topic for topic in Topic.objects.order_by("opens_at") if rules.phase(topic, AT) is phase]


def statuses(topic: Topic) -> Counter[str]:
    return Counter(topic.suggestions.values_list("status", flat=True))


def test_the_county_has_its_bodies_and_channels() -> None:
    assert Counter(Body.objects.values_list("kind", flat=True)) == {
        "committee": 1,
        "sector": 23,
        "special_committee": 8,
        "party": 12,
        "studio": 23,
        "hall": 16,
        "department": 22,
        "organ": 6,
    }
    # The rest came with the year on paper.
    assert list(Channel.objects.values_list("name", "is_consultation"))[:5] == [
        ("微建言·献一计", True),
        ("民生议事堂", False),
        ("专题协商", True),
        ("协商式监督", True),
        ("读书活动", False),
    ]


def test_the_year_on_paper_is_entered_and_its_report_signed_with_the_figures_it_must_have() -> None:
    expected = json.loads((DATA / "offline_year.json").read_text(encoding="utf-8"))["expected"]
    assert EventRecord.objects.count() == 310
    report = Report.objects.get()
    assert (report.status, report.title) == ("signed", "政协越溪县委员会2025年履职答卷")
    printed = {one["slug"]: one["printed"] for one in (report.figures or {})["figures"]}
    assert {slug: printed[slug] for slug in expected} == {
        slug: one["printed"] for slug, one in expected.items()
    }


def test_what_was_signed_is_followed_through_and_something_waits_for_the_department() -> None:
    states = Counter(Referral.objects.values_list("state", flat=True))
    assert states == {"closed": 5, "answered": 2, "accepted": 4, "issued": 1}
    waits = Referral.objects.get(state="issued")
    assert waits.bodies.get(leads=True).body.name == people.DEPARTMENT
    assert Counter(Outcome.objects.filter(source=None).values_list("kind", flat=True)) == {
        "adopted": 1,
        "instruction": 1,
        "resolved": 1,
        "reported": 1,
        "converted": 1,
    }
    assert Referral.objects.filter(round=2, supervised_at__isnull=False).count() == 1


def test_the_whole_roster_is_in_and_every_member_sits_in_the_committee_and_one_sector() -> None:
    seats = Membership.objects.filter(role="member")
    assert seats.filter(body__kind="committee").count() == 180
    assert seats.filter(body__kind="sector").values("user").distinct().count() == 180


def test_every_printed_account_signs_in_with_the_printed_password_and_holds_its_role() -> None:
    for account in people.ACCOUNTS:
        user = User.objects.get(username=account.username)
        assert user.check_password("yuexi-2026")
        where = people.DEPARTMENT if account.role == "handler" else "政协越溪县委员会"
        assert user.memberships.filter(role=account.role, body__name=where).exists()
    assert {user.username for user in User.objects.filter(is_superuser=True)} == {"administrator"}


def test_nobody_signs_in_as_the_moderator_on_duty_or_as_a_simulated_member() -> None:
    others = User.objects.exclude(username__in=[account.username for account in people.ACCOUNTS])
    assert others.count() == 179
    assert not any(user.has_usable_password() for user in others)


def test_eight_topics_are_finished_one_is_live_and_three_are_announced() -> None:
    assert [len(in_phase(phase)) for phase in (Phase.CLOSED, Phase.OPEN, Phase.ANNOUNCED)] == [8, 1, 3]
    assert Topic.objects.count() == 12
    numbered = Deliberation.objects.filter(topics__isnull=False)
    assert len(set(numbered.values_list("channel__slug", "year", "number"))) == 12


def test_a_moderator_has_dealt_with_every_idea_of_the_finished_topics() -> None:
    total: Counter[str] = Counter()
    for topic in in_phase(Phase.CLOSED):
        total += statuses(topic)
    assert total == {"published": 140, "returned": 9, "declined": 8, "hidden": 1}


def test_seven_of_them_are_frozen_six_of_which_have_a_signed_summary_and_one_a_draft() -> None:
    frozen = [topic for topic in in_phase(Phase.CLOSED) if topic.frozen_at is not None]
    assert len(frozen) == 7
    assert Counter(Summary.objects.values_list("status", flat=True)) == {"signed": 6, "draft": 1}
    assert all(summary.sections.exists() for summary in Summary.objects.all())


def test_what_is_signed_is_numbered_by_its_issuer_and_holds_what_departments_answered() -> None:
    given: dict[tuple[str, int], list[int]] = {}
    for summary in Summary.objects.filter(status="signed").order_by("signed_at"):
        document = summary_document(summary.pk)
        assert document.head.signed_by == "宗怀瑾"
        assert document.snapshot.attendance.observers
        assert document.responses
        assert all(one.suggestions for one in document.assignments)
        assert document.assignments
        assert verify(FORMATS["json"].render(document)) == []
        assert summary.submitted_by is not None
        assert summary.submitted_by.display_name == "沈若谷"
        given.setdefault((document.head.issuer, summary.year or 0), []).append(summary.number or 0)
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in given.values())


def test_the_live_topic_has_ideas_votes_and_something_waiting_at_the_desk() -> None:
    (live,) = in_phase(Phase.OPEN)
    assert live.title == "破解老城区停车难"
    assert (live.closes_at - AT).total_seconds() == 55 * 60
    found = statuses(live)
    assert found["published"] >= 15
    assert found["pending"] >= 4
    waiting = live.suggestions.filter(status="pending")
    qualities = {idea.quality.value for row in waiting if (idea := idea_of_text(row.text)) is not None}
    assert qualities >= {"harsh", "private_data"}
    assert live.votes.exclude(choice=None).count() > 150


def test_ideas_are_written_by_members_of_the_stated_sector_one_each() -> None:
    for suggestion in Suggestion.objects.select_related("sector"):
        idea = idea_of_text(suggestion.text)
        assert idea is not None
        assert suggestion.sector is not None
        assert idea.sector == suggestion.sector.name
    for topic in Topic.objects.all():
        authors = list(topic.suggestions.values_list("author_id", flat=True))
        assert len(authors) == len(set(authors))


def test_every_idea_fits_the_rules_of_its_topic() -> None:
    assert set(Topic.objects.values_list("ideas", "length", "premoderated")) == {(1, 200, True)}


def test_votes_are_spread_as_people_vote_and_whoever_came_was_present() -> None:
    for topic in in_phase(Phase.CLOSED):
        supports = sorted(topic.suggestions.filter(status="published").values_list("support", flat=True))
        assert supports[-1] >= 3 * max(1, supports[len(supports) // 2]) or supports[-1] >= 30
        voters = topic.votes.values("voter").distinct().count()
        present = Attendance.objects.filter(deliberation=topic.deliberation, presence="present").count()
        assert voters <= present
    assert Vote.objects.filter(choice=None).count() > 10


def test_every_journal_verifies() -> None:
    for topic in Topic.objects.all():
        assert check_journal(topic.pk).faults == ()


def test_visitors_have_spoken_before_and_are_free_to_speak_in_the_live_topic() -> None:
    (live,) = in_phase(Phase.OPEN)
    member = User.objects.get(username="member")
    assert member.display_name == "贺春梅"
    assert Suggestion.objects.filter(author=member).exclude(topic=live).exists()
    assert not Suggestion.objects.filter(author__username__in=["member", "member2"], topic=live).exists()


def test_it_is_found_to_be_loaded() -> None:
    assert loading.is_loaded()
    assert not loading.is_empty()


def test_only_of_the_live_topic_there_is_something_new_to_read() -> None:
    assert Notification.objects.exclude(read_at=None).count() > 500
    new = Notification.objects.filter(read_at=None)
    assert {notification.topic for notification in new} == set(in_phase(Phase.OPEN))
