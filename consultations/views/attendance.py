"""Who takes part: moderators read the list, secretaries correct it; members say themselves that they are on leave."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jianyan.accounts.roles import Actor, actor_of

from ..actions.attendance import correct_attendance
from ..actions.attendance_list import set_leaders
from ..actions.guests import add_guest, correct_guest
from ..actions.leave import ask_leave, take_back_leave
from ..enums import Mode, Presence
from ..errors import BadForm, NotSignedIn, UnknownDeliberation, UnknownTopic
from ..forms.attendance import GuestForm, LeadersForm, LeaveForm
from ..queries.attendance import attendance_page
from .attendance_file import urlpatterns as file_patterns

Rest = ParamSpec("Rest")
Acting = Callable[Concatenate[HttpRequest, Actor, dt.datetime, Rest], HttpResponse]


@require_safe
def attendance(request: HttpRequest, deliberation_id: int) -> HttpResponse:
    """The list by sector; with a form for each person where it may be corrected."""
    at = timezone.now()
    actor = actor_of(request.user, at=at)
    if actor is None:
        return redirect_to_login(request.get_full_path())
    page = attendance_page(deliberation_id, actor, at=at)
    if page is None:
        raise Http404
    context = {
        "page": page,
        "presences": Presence,
        "modes": (Mode.OFFLINE, Mode.ONLINE),
        "leaders_form": LeadersForm(initial={"names": "、".join(page.leaders)}),
        "guest_form": GuestForm(),
    }
    answer = render(request, "consultations/attendance.html", context)
    patch_cache_control(answer, private=True, no_store=True)
    return answer


def acting(view: Acting[Rest]) -> Callable[Concatenate[HttpRequest, Rest], HttpResponse]:
    """For somebody signed in who changes something of a deliberation, at one instant; 404 where there is none."""

    @wraps(view)
    def entered(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        at = timezone.now()
        actor = actor_of(request.user, at=at)
        if actor is None:
            raise NotSignedIn
        try:
            return view(request, actor, at, *args, **kwargs)
        except (UnknownDeliberation, UnknownTopic):
            raise Http404 from None

    return entered


@require_POST
@acting
def attendance_correct(
    request: HttpRequest, actor: Actor, at: dt.datetime, deliberation_id: int, user_id: int
) -> HttpResponse:
    """Set one person's `presence` (empty: did not take part) or `mode` (online, offline); what is not sent stays."""
    correct_attendance(
        deliberation_id=deliberation_id,
        user_id=user_id,
        presence=request.POST.get("presence"),
        mode=request.POST.get("mode"),
        by=actor,
        at=at,
    )
    return _to_list(deliberation_id, f"p{user_id}")


@require_POST
@acting
def guest_correct(
    request: HttpRequest, actor: Actor, _at: dt.datetime, deliberation_id: int, guest_id: int
) -> HttpResponse:
    """As `attendance_correct`, of a guest, who with an empty `presence` is off the list."""
    correct_guest(
        deliberation_id=deliberation_id,
        guest_id=guest_id,
        presence=request.POST.get("presence"),
        mode=request.POST.get("mode"),
        by=actor,
    )
    return _to_list(deliberation_id, f"guest{guest_id}")


@require_POST
@acting
def guest_add(request: HttpRequest, actor: Actor, _at: dt.datetime, deliberation_id: int) -> HttpResponse:
    """Put a guest without an account on the list: `name`, `unit`, `presence`, `mode`."""
    fields = _filled(GuestForm(request.POST)).cleaned_data
    guest = add_guest(
        deliberation_id=deliberation_id,
        name=fields["name"],
        unit=fields["unit"],
        presence=fields["presence"],
        mode=fields["mode"],
        by=actor,
    )
    return _to_list(deliberation_id, f"guest{guest.pk}")


@require_POST
@acting
def leaders(request: HttpRequest, actor: Actor, at: dt.datetime, deliberation_id: int) -> HttpResponse:
    """Set who is named first: `names`, with commas between them."""
    fields = _filled(LeadersForm(request.POST)).cleaned_data
    set_leaders(deliberation_id=deliberation_id, names=fields["names"], by=actor, at=at)
    messages.success(request, _("The order is set; the summary prints it so."))
    return _to_list(deliberation_id, "order")


@require_POST
@acting
def leave(request: HttpRequest, actor: Actor, at: dt.datetime, deliberation_id: int) -> HttpResponse:
    """Ask for leave with a `reason`, or take that back (`back`)."""
    if "back" in request.POST:
        take_back_leave(deliberation_id=deliberation_id, by=actor, at=at)
        messages.success(request, _("Your leave is taken back: you are awaited."))
    else:
        reason = _filled(LeaveForm(request.POST)).cleaned_data["reason"]
        ask_leave(deliberation_id=deliberation_id, reason=reason, by=actor, at=at)
        messages.success(request, _("You are noted as on leave."))
    return redirect("consultations:deliberation", deliberation_id)


def _filled(form: Form) -> Form:
    """The form, if it can be read; raises BadForm with the first thing that is wrong."""
    if not form.is_valid():
        field, wrong = next(iter(form.errors.items()))
        label = form.fields[field].label or field
        raise BadForm(detail=_("%(field)s: %(wrong)s") % {"field": label, "wrong": wrong[0]})
    return form


def _to_list(deliberation_id: int, anchor: str) -> HttpResponse:
    address = reverse("consultations:attendance", args=[deliberation_id])
    return HttpResponseRedirect(f"{address}#{anchor}")


urlpatterns: list[URLPattern] = [
    path("deliberations/<int:deliberation_id>/attendance/", attendance, name="attendance"),
    path(
        "deliberations/<int:deliberation_id>/attendance/<int:user_id>",
        attendance_correct,
        name="attendance-correct",
    ),
    path("deliberations/<int:deliberation_id>/attendance/guests", guest_add, name="guest-add"),
    path(
        "deliberations/<int:deliberation_id>/attendance/guests/<int:guest_id>",
        guest_correct,
        name="guest-correct",
    ),
    path("deliberations/<int:deliberation_id>/attendance/leaders", leaders, name="leaders"),
    path("deliberations/<int:deliberation_id>/leave", leave, name="leave"),
    *file_patterns,
]
