"""What departments answered on the spot (部门回应), as the secretary notes it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from jianyan.accounts.roles import Actor

from ..errors import UnknownPassage
from ..models import Response
from .summaries import Opened, accept, open_summary
from .summary_lines import add_line, edit_line, open_line

DEPARTMENT_LENGTH = 60
TEXT_LENGTH = 3000


@transaction.atomic
def add_response(
    *, summary_id: int, topic_id: int | None, department: str, text: str, by: Actor, at: dt.datetime
) -> Response:
    """At the end of the list; on a topic, or on all of them (None). Raises UnknownPassage for a topic of others."""
    opened = open_summary(summary_id, by=by, at=at)
    response = Response(
        summary=opened.summary,
        topic_id=_topic(opened, topic_id),
        department=department_name(department),
        text=_text(text),
    )
    return add_line(opened, response)


@transaction.atomic
def edit_response(
    *,
    response_id: int,
    topic_id: int | None,
    department: str,
    text: str,
    edition: int,
    by: Actor,
    at: dt.datetime,
) -> Response:
    """Set all that it says. Raises ChangedMeanwhile where somebody else has changed it since `edition`."""
    opened, response = open_line(Response, response_id, by=by, at=at)
    words = {
        "topic_id": _topic(opened, topic_id),
        "department": department_name(department),
        "text": _text(text),
    }
    return edit_line(opened, response, words, edition=edition)


def department_name(name: str) -> str:
    """The cleaned name in one line. Raises BadForm where it is empty or longer than DEPARTMENT_LENGTH."""
    return accept(name, DEPARTMENT_LENGTH, what=_("the department")).replace("\n", "")


def _text(text: str) -> str:
    return accept(text, TEXT_LENGTH, what=_("the response"))


def _topic(opened: Opened, topic_id: int | None) -> int | None:
    if topic_id is not None and topic_id not in {topic.pk for topic in opened.topics}:
        raise UnknownPassage
    return topic_id
