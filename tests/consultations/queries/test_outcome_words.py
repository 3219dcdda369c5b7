"""What followers are told of outcomes and documents, and what the public journal says of them."""

from __future__ import annotations

import pytest
from django.utils import translation

from consultations.actions.outcomes import withdraw_outcome
from consultations.actions.submissions import move_submission
from consultations.models import Topic
from consultations.queries.journal_page import journal_page
from consultations.queries.notifications import inbox
from tests.consultations.follow_scene import LATER, TODAY, make_outcome, make_submission
from tests.consultations.summary_scene import Finished, make_finished

pytestmark = pytest.mark.django_db


@pytest.fixture
def finished(db: None) -> Finished:
    return make_finished()


def test_author_and_supporter_are_told_in_their_own_way_and_led_to_it(finished: Finished) -> None:
    outcome = make_outcome(finished, 1)
    author, supporter = finished.members[0], finished.members[1]
    [own] = [one for one in inbox(author.pk).told if one.kind == "outcome"]
    [followed] = [one for one in inbox(supporter.pk).told if one.kind == "outcome"]
    assert own.words == "您的第 1 号建言取得成效（批示、县级）。"
    assert followed.words == "您附议的第 1 号建言取得成效（批示、县级）。"
    assert own.path == followed.path == f"/outcomes/{outcome.pk}/"


def test_each_step_of_a_document_is_told(finished: Finished) -> None:
    submission = make_submission(finished, 1, number="2026-12")
    move_submission(submission_id=submission.pk, state="accepted", on=TODAY, by=finished.by, at=LATER)
    told = [one for one in inbox(finished.members[0].pk).told if one.kind == "submitted"]
    assert [one.words for one in told] == [
        "您的第 1 号建言所转文件（提案 2026-12）有新进展：已立案。",
        "您的第 1 号建言已转为文件（提案 2026-12）。",
    ]
    assert {one.path for one in told} == {f"/submissions/{submission.pk}/"}
    with translation.override("en"):
        words = inbox(finished.members[0].pk).told[1].words
    assert words == "Your suggestion no. 1 grew into a document (Proposal no. 2026-12)."


def test_the_journal_says_what_came_and_what_was_taken_out(finished: Finished) -> None:
    outcome = make_outcome(finished, 1, 3)
    withdraw_outcome(outcome_id=outcome.pk, by=finished.by, at=LATER)
    make_submission(finished, 2, kind="opinion")
    page = journal_page(Topic.objects.get(pk=finished.topic.pk), at=LATER)
    said = [(entry.kind, entry.role, entry.words) for entry in page.entries[:3]]
    assert said == [
        ("submitted", "秘书", ("社情民意信息", "第2号")),
        ("outcome", "秘书", ("批示、县级", "第1、3号", "已移出")),
        ("outcome", "秘书", ("批示、县级", "第1、3号")),
    ]
