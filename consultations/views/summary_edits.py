"""What the editor's forms do: one address per noun, and in it the verb."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from django.http import Http404, HttpResponse
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from ..actions.accepting import accept_pending, send_back
from ..actions.assignments import assign_statement
from ..actions.statements import (
    add_citation,
    add_note,
    edit_statement,
    join_statement,
    merge_statement,
    move_statement,
    move_to_section,
    put_back_statement,
    remove_citation,
    remove_statement,
    restore_wording,
    split_statement,
)
from ..actions.summaries import edit_head
from ..actions.summary_sections import add_section, move_section, rename_section
from ..errors import BadForm, Refused
from ..models import Statement
from ..queries.summary_places import holds_section, holds_statement, place_of, sections_of, statement_at
from .desk_place import whole
from .summary_draw import Done, Undo, after, attempt_at, refuse, since
from .summary_fields import number, places, text
from .summary_visit import Visit, refusing, visiting


@require_safe
@visiting
def summary_changes(visit: Visit) -> HttpResponse:
    """What the page looks like now, for whoever has it as it was at an `edition`."""
    return since(visit, whole(visit.request.GET.get("edition")) or 0)


# --- title, opening, sections -------------------------------------------------------------------------------


def _refuse_head(visit: Visit, refusal: Refused) -> HttpResponse:
    attempt = attempt_at(visit, refusal, what="head", of=visit.summary.pk, verb="save")
    return refuse(visit, refusal, attempt, ())


@require_POST
@visiting
@refusing(_refuse_head)
def summary_head(visit: Visit) -> HttpResponse:
    """Save title (`text`) and `opening`, as seen at `edition`."""
    edit_head(
        summary_id=visit.summary.pk,
        title=text(visit),
        opening=text(visit, "opening"),
        head_edition=number(visit, "edition"),
        by=visit.actor,
        at=visit.at,
    )
    return after(visit, Done(_("Title and opening are saved."), frozenset(), "summary-head", head=True))


def _refuse_new_section(visit: Visit, refusal: Refused) -> HttpResponse:
    attempt = attempt_at(visit, refusal, what="sections", of=number(visit, "topic"), verb="add")
    return refuse(visit, refusal, attempt, ())


@require_POST
@visiting
@refusing(_refuse_new_section)
def summary_sections(visit: Visit) -> HttpResponse:
    """A further section (`text` is its heading) for a `topic`."""
    section = add_section(
        summary_id=visit.summary.pk,
        topic_id=number(visit, "topic"),
        heading=text(visit),
        by=visit.actor,
        at=visit.at,
    )
    line = _("The section “%(heading)s” is added.") % {"heading": section.heading}
    return after(visit, Done(line, frozenset(), f"section-{section.pk}", everything=True))


def _refuse_section(visit: Visit, refusal: Refused, section_id: int) -> HttpResponse:
    attempt = attempt_at(visit, refusal, what="section", of=section_id, verb="rename")
    return refuse(visit, refusal, attempt, (section_id,))


@require_POST
@visiting
@refusing(_refuse_section)
def summary_section(visit: Visit, section_id: int) -> HttpResponse:
    """Move a section by `places`, or give it another heading (`text`) as seen at `edition`."""
    _require_section(visit, section_id)
    anchor = f"section-{section_id}"
    if "places" in visit.request.POST:
        move_section(section_id=section_id, places=places(visit), by=visit.actor, at=visit.at)
        return after(visit, Done(_("The section is moved."), frozenset(), anchor, everything=True))
    edition = number(visit, "edition")
    rename_section(section_id=section_id, heading=text(visit), edition=edition, by=visit.actor, at=visit.at)
    return after(visit, Done(_("The heading is saved."), frozenset({section_id}), anchor))


def _refuse_note(visit: Visit, refusal: Refused, section_id: int) -> HttpResponse:
    attempt = attempt_at(visit, refusal, what="note", of=section_id, verb="add")
    return refuse(visit, refusal, attempt, (section_id,))


@require_POST
@visiting
@refusing(_refuse_note)
def summary_note(visit: Visit, section_id: int) -> HttpResponse:
    """A sentence of the secretary's own (`text`) at the end of the section."""
    _require_section(visit, section_id)
    note = add_note(section_id=section_id, text=text(visit), by=visit.actor, at=visit.at)
    line = _("The secretary's note is added.")
    return after(visit, Done(line, frozenset({section_id}), f"statement-{note.pk}"))


def _require_section(visit: Visit, section_id: int) -> None:
    if not holds_section(visit.summary, section_id):
        raise Http404


# --- statements ---------------------------------------------------------------------------------------------


def _save(visit: Visit, statement_id: int) -> Statement:
    edition = number(visit, "edition")
    return edit_statement(
        statement_id=statement_id, text=text(visit), edition=edition, by=visit.actor, at=visit.at
    )


def _original(visit: Visit, statement_id: int) -> Statement:
    edition = number(visit, "edition")
    return restore_wording(statement_id=statement_id, edition=edition, by=visit.actor, at=visit.at)


def _remove(visit: Visit, statement_id: int) -> Statement:
    edition = number(visit, "edition")
    return remove_statement(statement_id=statement_id, edition=edition, by=visit.actor, at=visit.at)


def _put_back(visit: Visit, statement_id: int) -> Statement:
    return put_back_statement(statement_id=statement_id, by=visit.actor, at=visit.at)


def _move(visit: Visit, statement_id: int) -> Statement:
    return move_statement(statement_id=statement_id, places=places(visit), by=visit.actor, at=visit.at)


def _to_section(visit: Visit, statement_id: int) -> Statement:
    """`place` counts from 1; without one it goes to the end."""
    return move_to_section(
        statement_id=statement_id,
        section_id=number(visit, "section"),
        place=number(visit, "place") or None,
        by=visit.actor,
        at=visit.at,
    )


def _split(visit: Visit, statement_id: int) -> Statement:
    """The first sentence is what `first` says that `text` begins with; or else its first line."""
    both, first = (text(visit, field).replace("\r\n", "\n") for field in ("text", "first"))
    if first and both.startswith(first):
        second = both.removeprefix(first)
    else:
        first, _line_feed, second = both.strip().partition("\n")
    if not first.strip() or not second.strip():
        raise BadForm(detail=_("put the cursor where the second sentence begins"))
    edition = number(visit, "edition")
    statement, _behind = split_statement(
        statement_id=statement_id, first=first, second=second, edition=edition, by=visit.actor, at=visit.at
    )
    return statement


def _join(visit: Visit, statement_id: int) -> Statement:
    edition = number(visit, "edition")
    return join_statement(statement_id=statement_id, edition=edition, by=visit.actor, at=visit.at)


def _merge(visit: Visit, statement_id: int) -> Statement:
    """`place` is the other's number within the section."""
    return merge_statement(
        statement_id=statement_id,
        into_id=statement_at(statement_id, place=number(visit, "place")),
        edition=number(visit, "edition"),
        by=visit.actor,
        at=visit.at,
    )


def _cite(visit: Visit, statement_id: int) -> Statement:
    return add_citation(
        statement_id=statement_id,
        topic_id=number(visit, "topic"),
        number=number(visit, "number"),
        edition=number(visit, "edition"),
        by=visit.actor,
        at=visit.at,
    )


def _uncite(visit: Visit, statement_id: int) -> Statement:
    return remove_citation(
        statement_id=statement_id,
        suggestion_id=number(visit, "suggestion"),
        edition=number(visit, "edition"),
        by=visit.actor,
        at=visit.at,
    )


def _assign(visit: Visit, statement_id: int) -> Statement:
    assign_statement(summary_id=visit.summary.pk, statement_id=statement_id, by=visit.actor, at=visit.at)
    return Statement.objects.get(pk=statement_id)


def _accept(visit: Visit, statement_id: int) -> Statement:
    edition = number(visit, "edition")
    return accept_pending(statement_id=statement_id, edition=edition, by=visit.actor, at=visit.at)


def _send_back(visit: Visit, statement_id: int) -> Statement:
    edition = number(visit, "edition")
    return send_back(statement_id=statement_id, edition=edition, by=visit.actor, at=visit.at)


_VERBS: Mapping[str, Callable[[Visit, int], Statement]] = MappingProxyType(
    {
        "save": _save,
        "original": _original,
        "remove": _remove,
        "put-back": _put_back,
        "move": _move,
        "section": _to_section,
        "split": _split,
        "join": _join,
        "merge": _merge,
        "cite": _cite,
        "uncite": _uncite,
        "assign": _assign,
        "accept": _accept,
        "send-back": _send_back,
    }
)


def _undo(verb: str, statement: Statement, place: int, section_id: int) -> Undo | None:
    """What leads back after a verb; `place` and section are those from before it."""
    match verb:
        case "move" | "section" if place:
            return Undo(statement.pk, "section", {"section": section_id, "place": place})
        case "remove":
            return Undo(statement.pk, "put-back", {})
        case "split":
            return Undo(statement.pk, "join", {"edition": statement.edition})
    return None


_DONE: Mapping[str, Promise] = MappingProxyType(
    {
        "save": gettext_lazy("The sentence is saved."),
        "original": gettext_lazy("The sentence has its drafted wording again."),
        "remove": gettext_lazy("The sentence is taken out. It can be put back at the end of its section."),
        "put-back": gettext_lazy("The sentence is back."),
        "split": gettext_lazy("Split: both sentences rest on the same suggestions."),
        "join": gettext_lazy(
            "Joined: the sentence rests on the suggestions of both. The other can be put back below its section; "
            "words and sources that were joined stay."
        ),
        "merge": gettext_lazy(
            "Merged: the sentence that stays rests on the suggestions of both. The other can be put back below its "
            "section; sources that were joined stay."
        ),
        "cite": gettext_lazy("The source is added."),
        "uncite": gettext_lazy("The source is removed."),
        "assign": gettext_lazy("The sentence is on the list of assignments."),
        "accept": gettext_lazy("Accepted."),
        "send-back": gettext_lazy(
            "Sent back: a proposed consensus stands in its theme again, other words are taken out."
        ),
    }
)


def _line(verb: str, statement: Statement) -> str:
    """What was done, in words; after a move with the place that the sentence has now."""
    if verb in _DONE:
        return str(_DONE[verb])
    place, of = place_of(statement)
    return _("Moved: now no. %(place)s of %(of)s in this section.") % {"place": place, "of": of}


def _refuse_statement(visit: Visit, refusal: Refused, statement_id: int, verb: str) -> HttpResponse:
    attempt = attempt_at(visit, refusal, what="statement", of=statement_id, verb=verb)
    return refuse(visit, refusal, attempt, sections_of(statement_id))


@require_POST
@visiting
@refusing(_refuse_statement)
def summary_statement(visit: Visit, statement_id: int, verb: str) -> HttpResponse:
    """Do to a statement what the verb says."""
    if verb not in _VERBS or not holds_statement(visit.summary, statement_id):
        raise Http404
    was = Statement.objects.get(pk=statement_id)
    place, _of = place_of(was)
    statement = _VERBS[verb](visit, statement_id)
    sections = frozenset({was.section_id}) | sections_of(statement.pk)
    anchor = f"section-{statement.section_id}" if statement.removed else f"statement-{statement.pk}"
    undo = _undo(verb, statement, place, was.section_id)
    return after(visit, Done(_line(verb, statement), sections, anchor, undo, lists=verb == "assign"))


_SUMMARY = "summaries/<int:summary_id>"

urlpatterns: list[URLPattern] = [
    path(f"{_SUMMARY}/changes", summary_changes, name="summary-changes"),
    path(f"{_SUMMARY}/head", summary_head, name="summary-head"),
    path(f"{_SUMMARY}/sections/", summary_sections, name="summary-sections"),
    path(f"{_SUMMARY}/sections/<int:section_id>/", summary_section, name="summary-section"),
    path(f"{_SUMMARY}/sections/<int:section_id>/notes/", summary_note, name="summary-note"),
    path(
        f"{_SUMMARY}/statements/<int:statement_id>/<slug:verb>", summary_statement, name="summary-statement"
    ),
]
