"""What the forms of the two lists do: 部门回应 and 交办清单. One address per list, one per line and verb."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from types import MappingProxyType

from django.http import Http404, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ..actions.assignments import Task, add_assignment, edit_assignment
from ..actions.responses import add_response, edit_response
from ..actions.summary_lines import move_line, put_back_line, remove_line
from ..errors import BadForm, Refused
from ..models import Assignment, Response
from ..queries.summary_places import holds_assignment, holds_response
from .summary_draw import Done, after, attempt_at, refuse
from .summary_fields import number, places, text
from .summary_visit import Visit, refusing, visiting


def _done(visit: Visit, line: str, noun: str, of: int, *, shown: bool = True) -> HttpResponse:
    anchor = f"{noun}-{of}" if shown else f"summary-{noun}s"
    return after(visit, Done(line, frozenset(), anchor, lists=True))


def _line(verb: str) -> str:
    match verb:
        case "save":
            return _("The entry is saved.")
        case "remove":
            return _("The entry is taken out. It can be put back below its list.")
        case "put-back":
            return _("The entry is back.")
    return _("The entry is moved.")


# --- responses ----------------------------------------------------------------------------------------------


def _refuse_new_response(visit: Visit, refusal: Refused) -> HttpResponse:
    attempt = attempt_at(visit, refusal, what="responses", of=visit.summary.pk, verb="add")
    return refuse(visit, refusal, attempt, (), lists=True)


@require_POST
@visiting
@refusing(_refuse_new_response)
def summary_responses(visit: Visit) -> HttpResponse:
    """A further response: `department`, `text`, and the `topic` that it is on (none: all of them)."""
    response = add_response(
        summary_id=visit.summary.pk,
        topic_id=number(visit, "topic") or None,
        department=text(visit, "department"),
        text=text(visit),
        by=visit.actor,
        at=visit.at,
    )
    return _done(visit, _("The response is added."), "response", response.pk)


def _save_response(visit: Visit, response_id: int) -> Response:
    return edit_response(
        response_id=response_id,
        topic_id=number(visit, "topic") or None,
        department=text(visit, "department"),
        text=text(visit),
        edition=number(visit, "edition"),
        by=visit.actor,
        at=visit.at,
    )


def _remove_response(visit: Visit, response_id: int) -> Response:
    edition = number(visit, "edition")
    return remove_line(Response, response_id, edition=edition, by=visit.actor, at=visit.at)


def _put_back_response(visit: Visit, response_id: int) -> Response:
    return put_back_line(Response, response_id, by=visit.actor, at=visit.at)


def _move_response(visit: Visit, response_id: int) -> Response:
    return move_line(Response, response_id, places=places(visit), by=visit.actor, at=visit.at)


_ON_RESPONSES: Mapping[str, Callable[[Visit, int], Response]] = MappingProxyType(
    {
        "save": _save_response,
        "remove": _remove_response,
        "put-back": _put_back_response,
        "move": _move_response,
    }
)


def _refuse_response(visit: Visit, refusal: Refused, response_id: int, verb: str) -> HttpResponse:
    attempt = attempt_at(visit, refusal, what="response", of=response_id, verb=verb)
    return refuse(visit, refusal, attempt, (), lists=True)


@require_POST
@visiting
@refusing(_refuse_response)
def summary_response(visit: Visit, response_id: int, verb: str) -> HttpResponse:
    """Do to a response what the verb says."""
    if verb not in _ON_RESPONSES or not holds_response(visit.summary, response_id):
        raise Http404
    response = _ON_RESPONSES[verb](visit, response_id)
    return _done(visit, _line(verb), "response", response.pk, shown=not response.removed)


# --- assignments --------------------------------------------------------------------------------------------


def _task(visit: Visit) -> Task:
    return Task(
        item=text(visit),
        lead=text(visit, "lead"),
        cohandling=text(visit, "cohandling"),
        due=_day(text(visit, "due")),
    )


def _day(typed: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(typed) if typed.strip() else None
    except ValueError:
        raise BadForm(detail=_("the due date is not a date")) from None


def _refuse_new_assignment(visit: Visit, refusal: Refused) -> HttpResponse:
    attempt = attempt_at(visit, refusal, what="assignments", of=visit.summary.pk, verb="add")
    return refuse(visit, refusal, attempt, (), lists=True)


@require_POST
@visiting
@refusing(_refuse_new_assignment)
def summary_assignments(visit: Visit) -> HttpResponse:
    """A further assignment: the item (`text`), and `lead`, `cohandling` and `due` where they are known."""
    assignment = add_assignment(summary_id=visit.summary.pk, task=_task(visit), by=visit.actor, at=visit.at)
    return _done(visit, _("The assignment is added."), "assignment", assignment.pk)


def _save_assignment(visit: Visit, assignment_id: int) -> Assignment:
    return edit_assignment(
        assignment_id=assignment_id,
        task=_task(visit),
        edition=number(visit, "edition"),
        by=visit.actor,
        at=visit.at,
    )


def _remove_assignment(visit: Visit, assignment_id: int) -> Assignment:
    edition = number(visit, "edition")
    return remove_line(Assignment, assignment_id, edition=edition, by=visit.actor, at=visit.at)


def _put_back_assignment(visit: Visit, assignment_id: int) -> Assignment:
    return put_back_line(Assignment, assignment_id, by=visit.actor, at=visit.at)


def _move_assignment(visit: Visit, assignment_id: int) -> Assignment:
    return move_line(Assignment, assignment_id, places=places(visit), by=visit.actor, at=visit.at)


_ON_ASSIGNMENTS: Mapping[str, Callable[[Visit, int], Assignment]] = MappingProxyType(
    {
        "save": _save_assignment,
        "remove": _remove_assignment,
        "put-back": _put_back_assignment,
        "move": _move_assignment,
    }
)


def _refuse_assignment(visit: Visit, refusal: Refused, assignment_id: int, verb: str) -> HttpResponse:
    attempt = attempt_at(visit, refusal, what="assignment", of=assignment_id, verb=verb)
    return refuse(visit, refusal, attempt, (), lists=True)


@require_POST
@visiting
@refusing(_refuse_assignment)
def summary_assignment(visit: Visit, assignment_id: int, verb: str) -> HttpResponse:
    """Do to an assignment what the verb says."""
    if verb not in _ON_ASSIGNMENTS or not holds_assignment(visit.summary, assignment_id):
        raise Http404
    assignment = _ON_ASSIGNMENTS[verb](visit, assignment_id)
    return _done(visit, _line(verb), "assignment", assignment.pk, shown=not assignment.removed)


_SUMMARY = "summaries/<int:summary_id>"

urlpatterns: list[URLPattern] = [
    path(f"{_SUMMARY}/responses/", summary_responses, name="summary-responses"),
    path(f"{_SUMMARY}/responses/<int:response_id>/<slug:verb>", summary_response, name="summary-response"),
    path(f"{_SUMMARY}/assignments/", summary_assignments, name="summary-assignments"),
    path(
        f"{_SUMMARY}/assignments/<int:assignment_id>/<slug:verb>",
        summary_assignment,
        name="summary-assignment",
    ),
]
