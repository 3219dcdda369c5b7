"""承办单位工作台: what was referred to the bodies for which somebody answers."""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from jianyan.accounts.roles import actor_of

from ..errors import NotAllowed
from ..queries.department import answers_anywhere, department_desk
from .desk_place import whole


@require_safe
def department(request: HttpRequest) -> HttpResponse:
    """The desk; `shelf` is one of `queries.department.shelves`, `page` counts from 1."""
    at = timezone.now()
    actor = actor_of(request.user, at=at)
    if actor is None:
        return redirect_to_login(request.get_full_path())
    if not answers_anywhere(actor):
        raise NotAllowed
    page = whole(request.GET.get("page")) or 1
    desk = department_desk(actor, at=at, shelf=request.GET.get("shelf", ""), page=page)
    answer = render(request, "consultations/department/desk.html", {"desk": desk})
    patch_cache_control(answer, private=True, no_store=True)
    return answer


urlpatterns: list[URLPattern] = [
    path("department/", department, name="department"),
]
