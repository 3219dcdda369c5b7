"""The button of a section that has a language model propose sentences, and what is said of those that do not hold."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_POST

from ..actions.proposed_wordings import Proposed, propose_wordings
from ..documents.printable import printable
from ..errors import Refused
from ..queries.summary_places import holds_section
from ..wording_checks import Objection
from ..wordings import Rejected
from .summary_draw import Done, after, attempt_at, refuse
from .summary_visit import Visit, refusing, visiting

NAMED = 5
"""So many rejected sentences are named; of more, the number."""
_EXCERPT = 20
_WHY = {
    Objection.EMPTY: gettext_lazy("says nothing"),
    Objection.LONG: gettext_lazy("is too long"),
    Objection.UNCITED: gettext_lazy("cites nothing"),
    Objection.UNKNOWN: gettext_lazy("cites what it was not given"),
    Objection.CHARACTERS: gettext_lazy("has characters that cannot be printed"),
    Objection.MARKUP: gettext_lazy("has addresses or markup"),
    Objection.INSTRUCTIONS: gettext_lazy("repeats instructions"),
    Objection.PRIVATE: gettext_lazy("has private data"),
    Objection.NUMBERS: gettext_lazy("has numbers that its sources do not have"),
    Objection.CONTRARY: gettext_lazy("says the contrary of its sources"),
    Objection.UNFOUNDED: gettext_lazy("is not borne out by its sources"),
}


def _refuse(visit: Visit, refusal: Refused, section_id: int) -> HttpResponse:
    attempt = attempt_at(visit, refusal, what="wordings", of=section_id, verb="propose")
    return refuse(visit, refusal, attempt, (section_id,))


@require_POST
@visiting
@refusing(_refuse)
def summary_wordings(visit: Visit, section_id: int) -> HttpResponse:
    """Have sentences proposed for a section."""
    if not holds_section(visit.summary, section_id):
        raise Http404
    found = propose_wordings(section_id=section_id, by=visit.actor, at=visit.at)
    return after(visit, Done(_line(found), frozenset({section_id}), f"section-{section_id}"))


def _line(found: Proposed) -> str:
    many = len(found.statements)
    line = (
        _("%(count)s sentences are proposed; they wait in this section to be accepted.") % {"count": many}
        if many
        else _("Nothing is proposed.")
    )
    if not found.rejected:
        return line
    named = pgettext("between sentences", "; ").join(_rejected(one) for one in found.rejected[:NAMED])
    rejected = _("%(count)s were rejected: %(named)s.") % {"count": len(found.rejected), "named": named}
    return _("%(line)s %(rejected)s") % {"line": line, "rejected": rejected}


def _rejected(one: Rejected) -> str:
    text = " ".join(printable(one.text).split())
    shown = text if len(text) <= _EXCERPT else text[:_EXCERPT] + "…"
    return _("“%(text)s” %(why)s") % {"text": shown, "why": _WHY[one.why]}


urlpatterns: list[URLPattern] = [
    path(
        "summaries/<int:summary_id>/sections/<int:section_id>/wordings/",
        summary_wordings,
        name="summary-wordings",
    ),
]
