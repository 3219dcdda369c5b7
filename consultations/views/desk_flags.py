"""What members and the screening of texts have flagged, at the desk: settled, or shown in full."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST

from ..actions.flags import settle_flags, unmask_suggestion
from .desk_page import after, refuse
from .desk_visit import Visit, desk_view


@require_POST
@desk_view(refuse)
def desk_settle(visit: Visit, suggestion_id: int) -> HttpResponse:
    """Its flags are dealt with."""
    settle_flags(suggestion_id=suggestion_id, by=visit.actor)
    return after(visit, done="settle", of=suggestion_id)


@require_POST
@desk_view(refuse)
def desk_unmask(visit: Visit, suggestion_id: int) -> HttpResponse:
    """Show to everybody what is masked in the edition that was `seen`."""
    seen = visit.request.POST.get("seen", "")
    unmask_suggestion(suggestion_id=suggestion_id, by=visit.actor, seen=seen)
    return after(visit, done="unmask", of=suggestion_id)


urlpatterns: list[URLPattern] = [
    path("desk/<int:topic_id>/items/<int:suggestion_id>/settle", desk_settle, name="desk-settle"),
    path("desk/<int:topic_id>/items/<int:suggestion_id>/unmask", desk_unmask, name="desk-unmask"),
]
