"""代录: staff find the member, type what they have handed in or said, and have its paper kept with it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from .. import rules
from ..actions.behalf import enter_suggestion
from ..errors import NotSignedIn, Refused
from ..forms.behalf import EntryForm, members_meant
from ..queries import behalf as queries
from .desk_place import from_htmx, whole
from .desk_visit import Visit, enter, to_sign_in


@require_http_methods(["GET", "HEAD", "POST"])
def behalf(request: HttpRequest, topic_id: int) -> HttpResponse:
    """First the member (`q` searches, for htmx alone the list; `member` is the one), then their idea."""
    try:
        visit = enter(request, topic_id)
    except NotSignedIn:
        return to_sign_in(request)
    if request.method == "POST":
        return _send(visit)
    if from_htmx(request):
        return _found(visit, _search(request))
    return _show(visit, member=queries.candidate(visit.topic, _member(visit), at=visit.at))


def _send(visit: Visit) -> HttpResponse:
    """Enter it; whatever is wrong, what was typed is there again, but for the file, which browsers do not keep."""
    form = EntryForm(visit.request.POST, visit.request.FILES)
    member = queries.candidate(visit.topic, _member(visit), at=visit.at)
    refused, status = "", 422
    if member is None:
        refused = _("Please choose the member first.")
    elif form.is_valid():
        fields = form.cleaned_data
        try:
            enter_suggestion(
                topic_id=visit.topic.pk,
                member_id=member.id,
                source=fields["source"],
                text=fields["text"],
                client_ref=str(fields["ref"]),
                scan=fields["scan"],
                cosigner_ids=members_meant(visit.topic, fields["cosigners"], at=visit.at),
                by=visit.actor,
            )
        except Refused as refusal:
            refused, status = refusal.message, refusal.status
        else:
            said = _("Entered for %(name)s. It waits for review, and %(name)s is told.") % {
                "name": member.name
            }
            messages.success(visit.request, said)
            return HttpResponseRedirect(_address(visit), status=303)
    return _show(visit, member=member, form=form, refused=refused, status=status)


def _show(
    visit: Visit,
    *,
    member: queries.Candidate | None,
    form: EntryForm | None = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    search = _search(visit.request)
    verdict = rules.may_enter(visit.actor, visit.topic, visit.at)
    context = {
        "topic": visit.topic,
        "search": search,
        "found": queries.find_members(visit.topic, search, at=visit.at),
        "member": member,
        "form": form or EntryForm(),
        "refused": refused,
        "closed": verdict.message if verdict is not None else "",
        "entered": queries.entered(visit.topic),
    }
    answer = render(visit.request, "consultations/behalf/page.html", context, status=status)
    answer["Cache-Control"] = "no-store"
    patch_vary_headers(answer, ["HX-Request"])
    return answer


def _found(visit: Visit, search: str) -> HttpResponse:
    found = queries.find_members(visit.topic, search, at=visit.at)
    context = {"topic": visit.topic, "search": search, "found": found}
    answer = render(visit.request, "consultations/behalf/found.html", context)
    answer["Cache-Control"] = "no-store"
    patch_vary_headers(answer, ["HX-Request"])
    return answer


def _search(request: HttpRequest) -> str:
    return "".join(sign for sign in request.GET.get("q", "") if sign.isprintable()).strip()[:40]


def _member(visit: Visit) -> int:
    fields = visit.request.POST if visit.request.method == "POST" else visit.request.GET
    return whole(fields.get("member")) or 0


def _address(visit: Visit) -> str:
    return reverse("consultations:behalf", args=[visit.topic.pk])


urlpatterns: list[URLPattern] = [
    path("desk/<int:topic_id>/behalf/", behalf, name="behalf"),
]
