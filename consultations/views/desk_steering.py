"""The right side of the desk: the topic's phase, its themes, and a word to everybody."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST

from ..actions.steering import give_notices, link_clocks, steer
from ..actions.themes import create_theme, delete_theme, move_theme, order_themes, rename_theme
from ..actions.topics import give_notice
from ..errors import UnknownTheme
from .desk_page import after, refuse
from .desk_place import whole
from .desk_visit import Visit, desk_view


@require_POST
@desk_view(refuse, at_controls=True)
def desk_phase(visit: Visit) -> HttpResponse:
    """`step` is announce, open, pause, resume, close, or extend by `minutes`; linked topics go along."""
    fields = visit.request.POST
    step = fields.get("step", "")
    changed = steer(step, topic_id=visit.topic.pk, by=visit.actor, minutes=whole(fields.get("minutes")) or 0)
    visit.topic.refresh_from_db()
    return after(visit, done=step, was=str(len(changed)))


@require_POST
@desk_view(refuse, at_controls=True)
def desk_link(visit: Visit) -> HttpResponse:
    """Let the clocks of the deliberation's topics run together (`on` is 1), or each by itself."""
    on = visit.request.POST.get("on") == "1"
    changed = link_clocks(topic_id=visit.topic.pk, on=on, by=visit.actor)
    visit.topic.refresh_from_db()
    return after(visit, done="link" if on else "unlink", was=str(len(changed)))


@require_POST
@desk_view(refuse, at_controls=True)
def desk_themes(visit: Visit) -> HttpResponse:
    """A new theme after the others."""
    create_theme(topic_id=visit.topic.pk, name=visit.request.POST.get("name", ""), by=visit.actor)
    return after(visit, done="themes")


@require_POST
@desk_view(refuse, at_controls=True)
def desk_theme_order(visit: Visit) -> HttpResponse:
    """Put the themes in the `order` of these ids, separated by blanks."""
    order = [whole(word) or 0 for word in visit.request.POST.get("order", "").split()]
    order_themes(topic_id=visit.topic.pk, theme_ids=order, by=visit.actor)
    return after(visit, done="themes")


@require_POST
@desk_view(refuse, at_controls=True)
def desk_theme_change(visit: Visit, theme_id: int) -> HttpResponse:
    """Move a theme `up` or `down`, `delete` it, or give it another `name`."""
    if not visit.topic.themes.filter(pk=theme_id).exists():
        raise UnknownTheme
    fields = visit.request.POST
    if "delete" in fields:
        freed = delete_theme(theme_id=theme_id, by=visit.actor)
        return after(visit, done="theme-deleted", was=str(freed))
    if "move" in fields:
        move_theme(theme_id=theme_id, places=-1 if fields["move"] == "up" else 1, by=visit.actor)
    else:
        rename_theme(theme_id=theme_id, name=fields.get("name", ""), by=visit.actor)
    return after(visit, done="themes")


@require_POST
@desk_view(refuse, at_controls=True)
def desk_notice(visit: Visit) -> HttpResponse:
    """A word to everybody on the topic's page, written (`text`) or chosen from the `ready` ones.

    `urgent` makes it one that cannot be overlooked; with `everywhere` it goes to linked topics, too.
    """
    fields = visit.request.POST
    text = fields.get("ready") or fields.get("text", "")
    level = "urgent" if fields.get("urgent") else "info"
    if fields.get("everywhere"):
        told = give_notices(topic_id=visit.topic.pk, by=visit.actor, text=text, level=level)
    else:
        told = (give_notice(topic_id=visit.topic.pk, by=visit.actor, text=text, level=level),)
    return after(visit, done="notice", was=str(len(told)))


urlpatterns: list[URLPattern] = [
    path("desk/<int:topic_id>/phase", desk_phase, name="desk-phase"),
    path("desk/<int:topic_id>/link", desk_link, name="desk-link"),
    path("desk/<int:topic_id>/themes/", desk_themes, name="desk-themes"),
    path("desk/<int:topic_id>/themes/order", desk_theme_order, name="desk-theme-order"),
    path("desk/<int:topic_id>/themes/<int:theme_id>/", desk_theme_change, name="desk-theme-change"),
    path("desk/<int:topic_id>/notice", desk_notice, name="desk-notice"),
]
