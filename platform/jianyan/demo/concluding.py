"""What comes of a finished hour: frozen and drafted, answered by departments, submitted by the secretary, signed by the chair."""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from typing import Any

from django.utils import timezone

from consultations.actions.accepting import accept_pending
from consultations.actions.assignments import Task, add_assignment
from consultations.actions.drafting import draft_summary
from consultations.actions.freezing import freeze_deliberation
from consultations.actions.responses import add_response
from consultations.actions.signing import sign_summary, submit_summary
from consultations.models import Statement, Summary, Topic
from jianyan.accounts.enums import Role

from . import people
from .catalogue import DATA

HOUR = dt.timedelta(hours=1)


def draft(topic: Topic, at: dt.datetime) -> Summary:
    """Freeze the topic's deliberation and draft its summary."""
    by = people.official(Role.SECRETARY, at=at)
    summary = freeze_deliberation(deliberation_id=topic.deliberation_id, by=by, at=at)
    return draft_summary(summary_id=summary.pk, by=by, at=at)


def sign(summary: Summary, slug: str, at: dt.datetime) -> Summary:
    """With what the departments have answered, and who is to do what; two persons, three hours apart."""
    by = people.official(Role.SECRETARY, at=at)
    proposed = Statement.objects.filter(section__summary=summary, removed=False).exclude(pending="")
    for statement in proposed.order_by("id"):
        accept_pending(statement_id=statement.pk, edition=statement.edition, by=by, at=at)
    written = _answers()[slug]
    for response in written["responses"]:
        add_response(summary_id=summary.pk, topic_id=None, **response, by=by, at=at)
    for one in written["assignments"]:
        due = timezone.localdate(at) + dt.timedelta(days=one["days"])
        task = Task(item=one["item"], lead=one["lead"], cohandling=one["cohandling"], due=due)
        add_assignment(summary_id=summary.pk, task=task, by=by, at=at)
    submit_summary(summary_id=summary.pk, by=by, at=at + HOUR)
    return sign_summary(summary_id=summary.pk, by=people.official(Role.CHAIR, at=at), at=at + 3 * HOUR)


@cache
def _answers() -> dict[str, Any]:
    """Slug → `responses` and `assignments` of data/answers.json."""
    answers: dict[str, Any] = json.loads((DATA / "answers.json").read_text(encoding="utf-8"))
    return answers
