"""Referring: all lines of a signed summary's list of assignments at once, or one published suggestion."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jianyan.accounts.models import Body
from jianyan.accounts.roles import Actor, actor_of

from .. import rules
from ..actions.referring import refer
from ..enums import PUBLIC, SummaryStatus
from ..errors import NotSignedIn, Refused
from ..forms.referrals import LineForm, SuggestionForm
from ..models import Deliberation, Suggestion, Summary
from ..queries.handling_bodies import handling_bodies, meant, names_in
from ..queries.referrals import Line, lines_to_refer, referrals_of_suggestion, usual_due
from .desk_place import whole


@dataclass(frozen=True, slots=True)
class LineToRefer:
    """A line with its form, None where it has been referred. `unknown`: names in it that are no body's."""

    line: Line
    form: LineForm | None
    unknown: tuple[str, ...]


@require_http_methods(["GET", "HEAD", "POST"])
def refer_summary(request: HttpRequest, summary_id: int) -> HttpResponse:
    """Every line with who is meant by the names in it; what is sent refers those that are chosen, each by itself."""
    at = timezone.now()
    actor = _signed_in(request, at)
    if actor is None:
        return redirect_to_login(request.get_full_path())
    summary = _signed_summary(summary_id, actor)
    if request.method != "POST":
        return _show_lines(request, summary, _lines(summary, at))
    lines = _lines(summary, at, request)
    chosen = [one for one in lines if one.form is not None and one.form["chosen"].value()]
    done = [_refer_line(one, summary, actor, at) for one in chosen]
    referred = done.count(True)
    if referred:
        messages.success(request, _("Lines referred: %(count)s") % {"count": referred})
    elif not chosen:
        messages.error(request, _("Please choose at least one line."))
    if referred == len(chosen):
        return HttpResponseRedirect(reverse("consultations:summary-refer", args=[summary_id]), status=303)
    # What is referred by now is shown as that; the others keep what was chosen for them.
    sent = {one.line.id: one for one in lines}
    again = [sent[one.line.id] if one.form is not None else one for one in _lines(summary, at)]
    return _show_lines(request, summary, again, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def refer_suggestion(request: HttpRequest, suggestion_id: int) -> HttpResponse:
    """One published suggestion, with what is to be done in words of the office's own."""
    at = timezone.now()
    actor = _signed_in(request, at)
    if actor is None:
        return redirect_to_login(request.get_full_path())
    suggestion = (
        Suggestion.objects.select_related(
            "topic__deliberation__host", "topic__deliberation__channel", "theme"
        )
        .filter(pk=suggestion_id, status__in=PUBLIC)
        .first()
    )
    if suggestion is None:
        raise Http404
    deliberation = suggestion.topic.deliberation
    _require_office(actor, deliberation)
    bodies = handling_bodies(at)
    status = 200
    if request.method == "POST":
        form = SuggestionForm(request.POST, bodies=bodies, auto_id="refer-%s")
        status = 422
        if form.is_valid():
            fields = form.cleaned_data
            try:
                made = refer(
                    deliberation_id=deliberation.pk,
                    suggestion_ids=[suggestion.pk],
                    item=fields["item"],
                    lead_id=fields["lead"],
                    cohandling_ids=fields["cohandling"],
                    due=fields["due"],
                    by=actor,
                    at=at,
                )
            except Refused as refusal:
                form.blame(refusal)
                status = refusal.status
            else:
                messages.success(request, _("Referred. The bodies, authors and supporters are told."))
                return HttpResponseRedirect(reverse("consultations:referral", args=[made.pk]), status=303)
    else:
        form = SuggestionForm(bodies=bodies, auto_id="refer-%s", initial=_proposed(suggestion, bodies, at))
    context = {
        "suggestion": suggestion,
        "deliberation": deliberation,
        "form": form,
        "referred": referrals_of_suggestion(suggestion.pk),
    }
    return _private(render(request, "consultations/referral/suggestion.html", context, status=status))


@require_safe
def find_suggestion(request: HttpRequest, deliberation_id: int) -> HttpResponse:
    """From a `topic` and a `number` to where that suggestion is referred."""
    at = timezone.now()
    actor = _signed_in(request, at)
    if actor is None:
        return redirect_to_login(request.get_full_path())
    deliberation = Deliberation.objects.select_related("host").filter(pk=deliberation_id).first()
    if deliberation is None:
        raise Http404
    _require_office(actor, deliberation)
    number, topic = whole(request.GET.get("number")), whole(request.GET.get("topic"))
    found = Suggestion.objects.filter(
        topic=topic, topic__deliberation=deliberation, number=number or 0, status__in=PUBLIC
    ).first()
    if found is None:
        messages.error(request, _("There is no published suggestion with this number in the topic."))
        place = reverse("consultations:deliberation-follow-up", args=[deliberation_id])
    else:
        place = reverse("consultations:suggestion-refer", args=[found.pk])
    return HttpResponseRedirect(place)


def _signed_in(request: HttpRequest, at: dt.datetime) -> Actor | None:
    """Who asks. Raises NotSignedIn for a form of somebody who is not signed in."""
    actor = actor_of(request.user, at=at)
    if actor is None and request.method == "POST":
        raise NotSignedIn
    return actor


def _signed_summary(summary_id: int, actor: Actor) -> Summary:
    """Raises Http404 for what is not signed, and for those who do not refer it."""
    summary = (
        Summary.objects.defer("snapshot", "content")
        .select_related("deliberation__host", "deliberation__channel")
        .filter(pk=summary_id, status=SummaryStatus.SIGNED)
        .first()
    )
    if summary is None:
        raise Http404
    _require_office(actor, summary.deliberation)
    return summary


def _require_office(actor: Actor, deliberation: Deliberation) -> None:
    if rules.may_summarise(actor, deliberation) is not None:
        # Those who may see the deliberation learn nothing here that its page does not say.
        raise Http404


def _lines(summary: Summary, at: dt.datetime, request: HttpRequest | None = None) -> list[LineToRefer]:
    bodies = handling_bodies(at)
    made = []
    for line in lines_to_refer(summary, at=at):
        named, unknown = _named(line, bodies)
        form = None
        if line.referred is None:
            sent: dict[str, Any] = {"data": request.POST} if request is not None else {}
            initial = {"chosen": "lead" in named, "due": line.due, **named}
            form = LineForm(prefix=f"line-{line.id}", auto_id="id-%s", bodies=bodies, initial=initial, **sent)
        made.append(LineToRefer(line, form, unknown))
    return made


def _named(line: Line, bodies: tuple[Body, ...]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The bodies that the names in a line mean, as the fields of the form; and the names that mean none."""
    leading, helping = names_in(line.lead), names_in(line.cohandling)
    found = {name: meant(name, bodies) for name in (*leading, *helping)}
    ids = [body.pk for name in (*leading, *helping) if (body := found[name]) is not None]
    lead = next((body.pk for name in leading if (body := found[name]) is not None), None)
    fields: dict[str, Any] = {"cohandling": [pk for pk in dict.fromkeys(ids) if pk != lead]}
    if lead is not None:
        fields["lead"] = lead
    return fields, tuple(name for name, body in found.items() if body is None)


def _refer_line(one: LineToRefer, summary: Summary, actor: Actor, at: dt.datetime) -> bool:
    """Whether it is referred now; if not, the form says why."""
    form = one.form
    if form is None or not form.is_valid():
        return False
    fields = form.cleaned_data
    try:
        refer(
            deliberation_id=summary.deliberation_id,
            summary_id=summary.pk,
            assignment_id=one.line.id,
            lead_id=fields["lead"],
            cohandling_ids=fields["cohandling"],
            due=fields["due"],
            by=actor,
            at=at,
        )
    except Refused as refusal:
        form.blame(refusal)
        return False
    return True


def _show_lines(
    request: HttpRequest, summary: Summary, lines: list[LineToRefer], *, status: int = 200
) -> HttpResponse:
    newer = Summary.objects.filter(replaces=summary, status=SummaryStatus.SIGNED).values_list("pk", flat=True)
    context = {
        "summary": summary,
        "lines": lines,
        "open": any(one.form is not None for one in lines),
        "newer": newer.first(),
    }
    return _private(render(request, "consultations/referral/summary.html", context, status=status))


def _proposed(suggestion: Suggestion, bodies: tuple[Body, ...], at: dt.datetime) -> dict[str, Any]:
    """What the form begins with: the idea's words, the first department of the topic that is known, the usual day."""
    named = (meant(name, bodies) for name in suggestion.topic.departments)
    lead = next((body for body in named if body is not None), None)
    return {
        "item": suggestion.public_text,
        "lead": lead.pk if lead is not None else "",
        "due": usual_due(suggestion.topic.deliberation, at),
    }


def _private(answer: HttpResponse) -> HttpResponse:
    patch_cache_control(answer, private=True, no_store=True)
    return answer


urlpatterns: list[URLPattern] = [
    path("summaries/<int:summary_id>/refer/", refer_summary, name="summary-refer"),
    path("suggestions/<int:suggestion_id>/refer/", refer_suggestion, name="suggestion-refer"),
    path("deliberations/<int:deliberation_id>/refer/", find_suggestion, name="suggestion-find"),
]
