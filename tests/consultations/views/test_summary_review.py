"""What is under review: read with its sources, commented on sentence by sentence, changed by nobody."""

from __future__ import annotations

import pytest
import time_machine
from django.test import Client

from consultations.actions.assignments import Task, add_assignment
from consultations.actions.responses import add_response
from consultations.actions.signing import submit_summary
from consultations.models import ReviewComment
from jianyan.accounts.models import User
from tests.consultations.summary_scene import EDITED, Drafted, make_drafted


@pytest.fixture
def submitted(db: None) -> Drafted:
    drafted = make_drafted()
    one, by = drafted.summary.pk, drafted.finished.by
    add_response(
        summary_id=one, topic_id=None, department="县公安局", text="四月底前划定。", by=by, at=EDITED
    )
    add_assignment(summary_id=one, task=Task("清理“僵尸车”", "县城管局"), by=by, at=EDITED)
    submit_summary(summary_id=one, by=by, at=EDITED)
    return drafted


@pytest.fixture(autouse=True)
def clock() -> object:
    with time_machine.travel(EDITED, tick=False) as traveller:
        yield traveller


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_comment_stands_at_its_sentence(submitted: Drafted) -> None:
    signer = client_of(User.objects.get(display_name="俞秘书"))
    one, statement = submitted.summary.pk, submitted.statement(3).pk
    answer = signer.post(
        f"/summaries/{one}/comments/", {"text": "请写明时段。", "statement": statement}, follow=True
    )
    assert answer.redirect_chain == [(f"/summaries/{one}/review/", 303)]
    page = answer.content.decode()
    assert ReviewComment.objects.get().statement_id == statement
    row = page.partition(f'id="statement-{statement}"')[2].partition('</li>\n          <li class="sentence')[
        0
    ]
    assert "请写明时段。" in row
    for words in ("四月底前划定。", "清理“僵尸车”", "牵头：县城管局", 'id="summary-sign"'):
        assert words in page
    assert answer["Cache-Control"] == "no-store"


def test_in_review_the_editor_leads_to_the_review_and_changes_nothing(submitted: Drafted) -> None:
    client = client_of(submitted.finished.secretary)
    one = submitted.summary.pk
    review = f"/summaries/{one}/review/"
    edition = submitted.fresh().edition
    assert client.get(f"/summaries/{one}/edit/")["Location"] == review
    statement = submitted.statement(3).pk
    answer = client.post(f"/summaries/{one}/statements/{statement}/save", {"text": "改。", "edition": "1"})
    assert answer["Location"] == review
    assert submitted.fresh().edition == edition
    page = client.get(review).content.decode()
    assert "/statements/" not in page
    # Whoever submitted it does not sign it, but may take it back.
    assert 'id="summary-sign"' not in page
    assert f"/summaries/{one}/take-back" in page


def test_only_what_is_under_review_is_reviewed_and_only_by_those_who_may(submitted: Drafted) -> None:
    one = submitted.summary.pk
    review = f"/summaries/{one}/review/"
    assert client_of(submitted.finished.members[0]).get(review).status_code == 403
    assert Client().get(review)["Location"].startswith("/accounts/login/")
    client = client_of(submitted.finished.secretary)
    client.post(f"/summaries/{one}/take-back")
    assert client.get(review)["Location"] == f"/summaries/{one}/"
