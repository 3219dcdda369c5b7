"""The big screen in the room: the topic for everybody to read from the last row."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jianyan.accounts.roles import actor_of

from .. import rules
from ..actions.topics import mark_phase, window
from ..models import Topic
from ..queries.screen import RESULT, TOP, screen_page, topic_in_turn
from ..queries.state import load_topic
from .pages import topic_for
from .qr import qr_svg


@require_safe
def screen(request: HttpRequest, topic_id: int) -> HttpResponse:
    """`look` is light or dark. `room=1`, for staff: the code is that of the room, with which people are checked in."""
    at = timezone.now()
    return _screen(request, topic_for(request, topic_id, at), at)


@require_safe
def deliberation_screen(request: HttpRequest, deliberation_id: int) -> HttpResponse:
    """The same for all topics of a deliberation: the screen goes on to the one that is open."""
    at = timezone.now()
    topic_id = topic_in_turn(deliberation_id, actor_of(request.user, at=at), at=at)
    if topic_id is not None:
        return _screen(request, topic_for(request, topic_id, at), at, follows=True)
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    raise Http404


def _screen(request: HttpRequest, topic: Topic, at: dt.datetime, *, follows: bool = False) -> HttpResponse:
    if topic.announced_at is not None and topic.marked != window(topic, at):
        # Nobody listens over a socket, so nobody else has journalled what the clock has reached.
        mark_phase(topic_id=topic.pk, at=at)
        topic = load_topic(topic.pk)
    deliberation = topic.deliberation
    wanted = request.GET.get("room") == "1"
    if wanted and rules.may_prepare(actor_of(request.user, at=at), deliberation) is None:
        join = reverse("consultations:join-room", args=[deliberation.join_code, deliberation.room_key])
    else:
        join = reverse("consultations:join-code", args=[deliberation.join_code])
    context = {
        "page": screen_page(topic, at=at),
        "topic": topic,
        "look": "dark" if request.GET.get("look") == "dark" else "light",
        "qr": qr_svg(request.build_absolute_uri(join)),
        "join_at": f"{request.get_host()}{reverse('consultations:join').rstrip('/')}",
        "verify_at": f"{request.get_host()}{reverse('consultations:journal', args=[topic.pk])}",
        "follows": follows,
        "rows": {"top": TOP, "result": RESULT},
        "strings": strings(),
    }
    answer = render(request, "consultations/screen.html", context)
    patch_cache_control(answer, private=True, no_store=True)
    return answer


def strings() -> dict[str, str]:
    """The sentences that the page's script says; {n} and the like are filled in by it."""
    return {
        "opens_in": _("until it opens"),
        "opening": _("opens at once"),
        "closes_in": _("until it closes"),
        "paused": _("Paused"),
        "closed": _("Closed"),
        "days": _("{n} days"),
        "connecting": _("Connecting…"),
        "out": _("This screen is no longer signed in. Please open it again."),
    }


urlpatterns: list[URLPattern] = [
    path("topics/<int:topic_id>/screen/", screen, name="screen"),
    path(
        "deliberations/<int:deliberation_id>/screen/",
        deliberation_screen,
        name="deliberation-screen",
    ),
]
