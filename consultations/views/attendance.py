"""Who takes part: moderators read the list, secretaries correct it."""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_POST, require_safe

from jianyan.accounts.roles import actor_of

from ..actions.attendance import correct_attendance
from ..enums import Mode, Presence
from ..errors import NotSignedIn, UnknownDeliberation
from ..queries.attendance import attendance_page


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
    answer = render(
        request,
        "consultations/attendance.html",
        {"page": page, "presences": Presence, "modes": (Mode.OFFLINE, Mode.ONLINE)},
    )
    patch_cache_control(answer, private=True, no_store=True)
    return answer


@require_POST
def attendance_correct(request: HttpRequest, deliberation_id: int, user_id: int) -> HttpResponse:
    """Set one person's `presence` (empty: did not take part) or `mode` (online, offline); what is not sent stays."""
    actor = actor_of(request.user)
    if actor is None:
        raise NotSignedIn
    try:
        correct_attendance(
            deliberation_id=deliberation_id,
            user_id=user_id,
            presence=request.POST.get("presence"),
            mode=request.POST.get("mode"),
            by=actor,
        )
    except UnknownDeliberation:
        raise Http404 from None
    address = reverse("consultations:attendance", args=[deliberation_id])
    return redirect(f"{address}#p{user_id}")


urlpatterns: list[URLPattern] = [
    path("deliberations/<int:deliberation_id>/attendance/", attendance, name="attendance"),
    path(
        "deliberations/<int:deliberation_id>/attendance/<int:user_id>",
        attendance_correct,
        name="attendance-correct",
    ),
]
