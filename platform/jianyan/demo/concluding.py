"""What comes of a finished hour: frozen and drafted, answered by departments, submitted by the secretary, signed by the chair."""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from typing import Any

from django.utils import timezone

from consultations.actions.accepting import accept_pending
from consultations.actions.assignments import Task, add_assignment, assign_statement, edit_assignment
from consultations.actions.drafting import draft_summary
from consultations.actions.freezing import freeze_deliberation
from consultations.actions.guests import add_guest
from consultations.actions.responses import add_response
from consultations.actions.signing import sign_summary, submit_summary
from consultations.enums import Presence, StatementKind
from consultations.models import Statement, Summary, Topic
from jianyan.accounts.enums import Role
from jianyan.accounts.roles import Actor

from . import people
from .catalogue import DATA

HOUR = dt.timedelta(hours=1)


def draft(topic: Topic, slug: str, at: dt.datetime) -> Summary:
    """Note who came from the departments, freeze the topic's deliberation and draft its summary."""
    by = people.official(Role.SECRETARY, at=at)
    for guest in _answers().get(slug, {}).get("observers", ()):
        add_guest(
            deliberation_id=topic.deliberation_id,
            **guest,
            presence=Presence.OBSERVER,
            mode=topic.deliberation.mode,
            by=by,
        )
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
        _assign(summary, task, one["of"], by=by, at=at)
    submit_summary(summary_id=summary.pk, by=by, at=at + HOUR)
    return sign_summary(summary_id=summary.pk, by=people.official(Role.CHAIR, at=at), at=at + 3 * HOUR)


def _assign(summary: Summary, task: Task, of: str, *, by: Actor, at: dt.datetime) -> None:
    """Give the task, resting on the statement of the idea that holds the words `of`, where it was put forward."""
    statement = (
        Statement.objects.filter(
            section__summary=summary, removed=False, citations__suggestion__text__contains=of
        )
        .exclude(kind=StatementKind.LEAD)
        .first()
    )
    if statement is None:
        add_assignment(summary_id=summary.pk, task=task, by=by, at=at)
        return
    row = assign_statement(summary_id=summary.pk, statement_id=statement.pk, by=by, at=at)
    edit_assignment(assignment_id=row.pk, task=task, edition=row.edition, by=by, at=at)


@cache
def _answers() -> dict[str, Any]:
    """Slug → `observers`, `responses` and `assignments` of data/answers.json."""
    answers: dict[str, Any] = json.loads((DATA / "answers.json").read_text(encoding="utf-8"))
    return answers
