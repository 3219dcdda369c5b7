"""Drawing the editor: the whole page, or for htmx the parts of it that have changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from ..documents import FORMATS
from ..errors import ChangedMeanwhile, Refused
from ..queries.summary_page import summary_page
from ..queries.summary_signing import signing_of
from .desk_place import from_htmx
from .summary_visit import Visit


@dataclass(frozen=True, slots=True)
class Attempt:
    """What was refused: of `what` and its id; `fields`, and the `text` among them, hold what had been typed.

    `what` is statement, head, section, note, sections, response, responses, assignment or assignments.
    `meanwhile`: somebody else was first; both texts are then shown.
    """

    what: str
    id: int
    verb: str
    message: str
    meanwhile: bool
    text: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Undo:
    """What takes back what was done: a verb on a statement, and the fields of its form."""

    statement_id: int
    verb: str
    fields: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Done:
    """What was done, in a line; the sections that have changed by it; where on the page it is (an element's id)."""

    line: str
    sections: frozenset[int]
    anchor: str
    undo: Undo | None = None
    head: bool = False
    lists: bool = False
    everything: bool = False


def show(visit: Visit, *, attempt: Attempt | None = None, status: int = 200) -> HttpResponse:
    """The whole editor; after a refusal with what had been typed."""
    context = {
        "page": summary_page(visit.summary.pk),
        "signing": signing_of(visit.summary, visit.actor),
        "attempt": attempt,
        "formats": tuple(FORMATS),
    }
    return _guarded(render(visit.request, "consultations/summary/edit.html", context, status=status))


def after(visit: Visit, done: Done) -> HttpResponse:
    """The answer to something done: for a plain form the way back to that place, for htmx what has changed."""
    if not from_htmx(visit.request):
        messages.success(visit.request, done.line)
        return HttpResponseRedirect(f"{visit.url}#{done.anchor}", status=303)
    by_itself = "X-Autosave" in visit.request.headers
    response = _regions(
        visit,
        done.sections,
        # What is saved without having been asked for is said beside its box alone.
        line="" if by_itself else done.line,
        undo=done.undo,
        head=done.head,
        lists=done.lists,
        everything=done.everything,
    )
    if by_itself:
        response["X-Saved"] = f"{timezone.localtime(visit.at):%H:%M}"
    return response


def since(visit: Visit, edition: int) -> HttpResponse:
    """All of the page for whoever has seen it at that edition; nothing where it is the same still."""
    if visit.summary.edition == edition:
        return _guarded(HttpResponse(status=204))
    return _regions(visit, (), head=True, everything=True)


def refuse(
    visit: Visit, refusal: Refused, attempt: Attempt, sections: Collection[int], *, lists: bool = False
) -> HttpResponse:
    """The fresh state at that place, the reason why nothing was done, and what had been typed."""
    if from_htmx(visit.request):
        return _regions(
            visit,
            sections,
            attempt=attempt,
            head=attempt.what == "head",
            lists=lists,
            everything=attempt.what == "sections",
            status=refusal.status,
        )
    return show(visit, attempt=attempt, status=refusal.status)


def attempt_at(visit: Visit, refusal: Refused, *, what: str, of: int, verb: str) -> Attempt:
    """What was tried, from the fields of the request."""
    fields = visit.request.POST
    meanwhile = isinstance(refusal, ChangedMeanwhile)
    message = refusal.message
    if meanwhile:
        message = _(
            "Somebody else has changed this meanwhile. Nothing of yours was saved, and nothing is lost."
        )
    return Attempt(
        what=what,
        id=of,
        verb=verb,
        message=message,
        meanwhile=meanwhile,
        text=fields.get("text", ""),
        fields=fields.dict(),
    )


def _regions(
    visit: Visit,
    sections: Collection[int],
    *,
    line: str = "",
    undo: Undo | None = None,
    attempt: Attempt | None = None,
    head: bool = False,
    lists: bool = False,
    everything: bool = False,
    status: int = 200,
) -> HttpResponse:
    page = summary_page(visit.summary.pk)
    context = {
        "page": page,
        "line": line,
        "undo": undo,
        "attempt": attempt,
        "head": head,
        "lists": lists,
        "everything": everything,
        "passages": [passage for passage in page.passages if passage.id in sections],
        "swap": True,
    }
    response = render(visit.request, "consultations/summary/regions.html", context, status=status)
    # By this the page's script knows an answer of ours, whatever its status, from a proxy's error page.
    response["X-Summary"] = "regions"
    return _guarded(response)


def _guarded(response: HttpResponse) -> HttpResponse:
    patch_vary_headers(response, ["HX-Request"])
    response["Cache-Control"] = "no-store"
    return response
