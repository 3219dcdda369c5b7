"""One's own notifications: the page, the settings, and the count beside the bell."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers, get_conditional_response, patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jianyan.accounts.models import User

from ..actions.inbox import choose_news, mark_read
from ..enums import News
from ..errors import NotSignedIn, Refused
from ..models import NotificationChoice
from ..pace import Limit, require_pace
from ..queries.notifications import inbox, unread_count

# A page asks once a minute, and when something of its reader's has changed.
ASKING = Limit("unread", per_user=60, per_address=6_000)


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of news in the settings: whether it is told inside the site, and whether by e-mail."""

    kind: str
    name: str
    told: bool
    mailed: bool


@require_safe
def notifications(request: HttpRequest) -> HttpResponse:
    """What this person was told, newest first; what is shown counts as read from now on. `before` is an id."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    page = inbox(request.user.pk, before=_id(request.GET.get("before", "")))
    if page.new and request.method == "GET":
        mark_read(user_id=request.user.pk, at=timezone.now(), ids=page.new)
    answer = render(request, "consultations/notifications/inbox.html", {"page": page})
    # Going back must not show as new what was read meanwhile.
    patch_cache_control(answer, private=True, no_store=True)
    return answer


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Nothing is new any more, on no page."""
    if request.user.is_authenticated:
        mark_read(user_id=request.user.pk, at=timezone.now())
    return HttpResponseRedirect(reverse("consultations:notifications"), status=303)


@require_safe
def unread(request: HttpRequest) -> HttpResponse:
    """`{"unread": 3}`, or 304 where the asker has that answer already."""
    try:
        require_pace(request, ASKING)
        if not request.user.is_authenticated:
            raise NotSignedIn
    except Refused as refused:
        failed = JsonResponse({"code": refused.code, "message": refused.message}, status=refused.status)
        add_never_cache_headers(failed)
        return failed
    count = unread_count(request.user.pk)
    # Of the person as well: the next one to sign in at this browser has a count of their own.
    etag = f'"{request.user.pk}-{count}"'
    answer: HttpResponse = JsonResponse({"unread": count}, headers={"ETag": etag})
    patch_cache_control(answer, private=True, no_cache=True)
    return get_conditional_response(request, etag=etag, response=answer) or answer


@require_http_methods(["GET", "HEAD", "POST"])
def choices(request: HttpRequest) -> HttpResponse:
    """What this person wants to be told, and what of it by e-mail where there is a way."""
    reader = request.user
    if not isinstance(reader, User):
        return redirect_to_login(request.path)
    mails = settings.MAILS and bool(reader.email)
    if request.method == "POST":
        choose_news(
            user_id=reader.pk,
            told=request.POST.getlist("told"),
            mailed=request.POST.getlist("mailed") if mails else None,
        )
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(reverse("consultations:notification_settings"), status=303)
    choice = NotificationChoice.objects.filter(user=reader).first() or NotificationChoice(user=reader)
    rows = [Row(kind.value, str(kind.label), kind not in choice.off, choice.mails(kind)) for kind in News]
    context = {"rows": rows, "mails": mails, "mail_is_sent": settings.MAILS, "address": reader.email}
    return render(request, "consultations/notifications/settings.html", context)


def _id(word: str) -> int | None:
    return int(word) if word.isascii() and word.isdigit() and len(word) < 19 else None


urlpatterns: list[URLPattern] = [
    path("notifications/", notifications, name="notifications"),
    path("notifications/read", read_all, name="notifications_read"),
    path("notifications/unread", unread, name="notifications_unread"),
    path("notifications/settings", choices, name="notification_settings"),
]
