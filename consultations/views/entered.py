"""What the pages of outcomes and of submissions share: what an address asks for, and how an entry is changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from jianyan.accounts.roles import Actor

from ..errors import NotAllowed, Refused
from ..forms.covers import key
from ..keeping import may_keep
from ..models import Outcome, Submission
from .desk_place import whole

ASKED = {"event": "deliberation"}
"""What addresses call something otherwise than forms do."""
MOST_NAMED = 50

Entry = TypeVar("Entry", Outcome, Submission)


def chosen(value: str | None, values: list[str]) -> str:
    """The value, if it is one of them; else empty."""
    return value if value is not None and value in values else ""


def year_of(value: str | None) -> int | None:
    """A year that databases can compare with; None for any other text."""
    year = whole(value)
    return year if year is not None and 1900 <= year <= 9998 else None


def credit(form: Any, field: Any) -> None:
    """Suggest the body of what is named first, else the highest of those whose books are kept."""
    bodies = list(form.within.bodies[:1])
    if form.named:
        field.initial = form.named[0].host_id
    elif bodies:
        field.initial = bodies[0].pk


def asked_for(request: HttpRequest) -> list[str]:
    """What the address names, as forms name it."""
    return [
        key(ASKED.get(name, name), pk)
        for name in ("suggestion", "referral", "summary", "event", "submission")
        for text in request.GET.getlist(name)[:MOST_NAMED]
        if (pk := whole(text)) is not None
    ]


def kept(found: Entry | None, actor: Actor, read: Callable[[], object | None]) -> Entry:
    """The entry, for who keeps the books that it stands in.

    `read` gives what the actor may see of it. Raises Http404 for those who may not know of it, NotAllowed for those who
    read it and do not keep it.
    """
    if found is None:
        raise Http404
    if may_keep(actor, found.body.lineage) is not None:
        if read() is None:
            raise Http404
        raise NotAllowed
    return found


def changed(request: HttpRequest, found: Entry, change: Callable[[], Entry], done: str) -> HttpResponse:
    """Change it, and back to its page, which says what was done or why it was not."""
    try:
        change()
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, done)
    page = "outcome" if isinstance(found, Outcome) else "submission"
    return redirect(f"consultations:{page}", found.pk)
