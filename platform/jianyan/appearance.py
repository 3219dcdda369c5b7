"""How a reader wants the site to look: 大字 and a light or dark page, remembered in cookies that hold nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

SIZE_COOKIE = "jianyan_size"
THEME_COOKIE = "jianyan_theme"
SIZES = ("normal", "large")
THEMES = ("auto", "light", "dark")
A_YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Appearance:
    """`size` is normal or large; `theme` is auto (as the device says), light or dark."""

    size: str
    theme: str


def appearance_of(request: HttpRequest) -> Appearance:
    """What the cookies say; anything unknown counts as not said."""
    size = request.COOKIES.get(SIZE_COOKIE, "")
    theme = request.COOKIES.get(THEME_COOKIE, "")
    return Appearance(size if size in SIZES else "normal", theme if theme in THEMES else "auto")


def appearance(request: HttpRequest) -> dict[str, Appearance]:
    """Context processor: `appearance` for the page's root element and the switches in the footer."""
    return {"appearance": appearance_of(request)}


@require_POST
def set_appearance(request: HttpRequest) -> HttpResponse:
    """Remember `size` or `theme` from the form and go back to `next`, a page of this site."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)
    for name, cookie, known in (("size", SIZE_COOKIE, SIZES), ("theme", THEME_COOKIE, THEMES)):
        value = request.POST.get(name)
        if value is not None and value in known:
            response.set_cookie(
                cookie,
                value,
                max_age=A_YEAR,
                samesite="Lax",
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
            )
    return response
