"""Joining by a code: typed from a screen, or scanned, at home or in the room."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jianyan.accounts.roles import actor_of

from .. import rules
from ..actions.attendance import check_in_on_site
from ..enums import Presence
from ..errors import NotSignedIn, RateLimited, Refused, UnknownCode
from ..pace import Limit, is_spent, require_pace
from ..queries.joining import door, tidy_code
from ..queries.prepare import load_deliberation
from .qr import qr_svg

GUESSING = Limit("join", per_user=20, per_address=120, window=300)
"""Codes that open nothing. A hall may sit behind one address, and some of it mistypes."""


@require_safe
def join(request: HttpRequest) -> HttpResponse:
    """The box for the code; `code` is what was typed into it."""
    typed = request.GET.get("code", "")
    if not typed:
        return _box(request)
    code = tidy_code(typed)
    return redirect("consultations:join-code", code) if code else _box(request, typed, UnknownCode())


@require_safe
def join_code(request: HttpRequest, code: str, room_key: str = "") -> HttpResponse:
    """Sign in, then to the topic. With the key of the room whoever comes is checked in on site."""
    if is_spent(request, GUESSING):
        # Whoever can sign in is counted apart from all the others at the same address.
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return _box(request, code, RateLimited())
    at = timezone.now()
    actor = actor_of(request.user, at=at)
    found = door(code, actor, at=at, room_key=room_key)
    if found is None:
        require_pace(request, GUESSING)
        return _box(request, code, UnknownCode())
    if actor is None or isinstance(found.verdict, NotSignedIn):
        return redirect_to_login(request.get_full_path())
    if found.verdict is not None:
        raise found.verdict
    if found.in_the_room and request.method == "GET":
        row = check_in_on_site(deliberation_id=found.deliberation_id, by=actor)
        if row is not None and row.presence == Presence.PRESENT:
            messages.success(request, _("You are checked in: present on site."))
        elif row is not None and row.presence == Presence.OBSERVER:
            messages.success(request, _("You are checked in: observer on site."))
    if found.topic_id is not None:
        answer = redirect("consultations:topic", found.topic_id)
    else:
        answer = redirect("consultations:deliberation", found.deliberation_id)
    patch_cache_control(answer, private=True, no_store=True)
    return answer


@require_safe
def join_cards(request: HttpRequest, deliberation_id: int) -> HttpResponse:
    """Cards to print, for whoever prepares: one for the wall of the room, one to be sent around."""
    actor = actor_of(request.user)
    if actor is None:
        return redirect_to_login(request.get_full_path())
    deliberation = load_deliberation(deliberation_id)
    if deliberation is None or rules.may_prepare(actor, deliberation) is not None:
        raise Http404
    code = deliberation.join_code
    room = reverse("consultations:join-room", args=[code, deliberation.room_key])
    anywhere = reverse("consultations:join-code", args=[code])
    context = {
        "deliberation": deliberation,
        "room_qr": qr_svg(request.build_absolute_uri(room)),
        "qr": qr_svg(request.build_absolute_uri(anywhere)),
        "join_at": f"{request.get_host()}{reverse('consultations:join').rstrip('/')}",
    }
    answer = render(request, "consultations/join_cards.html", context)
    patch_cache_control(answer, private=True, no_store=True)
    return answer


def _box(request: HttpRequest, typed: str = "", refused: Refused | None = None) -> HttpResponse:
    answer = render(
        request,
        "consultations/join.html",
        {"typed": typed[:32], "refusal": refused},
        status=refused.status if refused is not None else 200,
    )
    patch_cache_control(answer, private=True, no_store=True)
    return answer


urlpatterns: list[URLPattern] = [
    path("j/", join, name="join"),
    path("j/<str:code>", join_code, name="join-code"),
    path("j/<str:code>/<str:room_key>", join_code, name="join-room"),
    path("deliberations/<int:deliberation_id>/cards/", join_cards, name="join-cards"),
]
