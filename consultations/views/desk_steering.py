"""The right side of the desk: the topic's phase, its themes, and a word to everybody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

from django.db import transaction
from django.http import HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jianyan.accounts.roles import Actor

from ..actions.locking import turn_of
from ..actions.themes import create_theme, order_themes, rename_theme
from ..actions.topics import (
    announce_topic,
    close_topic,
    extend_topic,
    give_notice,
    open_topic,
    pause_topic,
    resume_topic,
)
from ..errors import BadForm, UnknownTheme
from ..models import Topic
from .desk_page import after, refuse
from .desk_place import whole
from .desk_visit import Visit, desk_view


class Steering(Protocol):
    """An action that takes a topic to another phase."""

    def __call__(self, *, topic_id: int, by: Actor, at: dt.datetime) -> Topic: ...


_STEPS: Mapping[str, Steering] = MappingProxyType(
    {
        "announce": announce_topic,
        "open": open_topic,
        "pause": pause_topic,
        "resume": resume_topic,
        "close": close_topic,
    }
)


@require_POST
@desk_view(refuse, at_controls=True)
def desk_phase(visit: Visit) -> HttpResponse:
    """`step` is announce, open, pause, resume, close, or extend by `minutes`."""
    fields = visit.request.POST
    step = fields.get("step", "")
    if step != "extend" and step not in _STEPS:
        raise BadForm(detail=_("what the topic is to do"))
    with transaction.atomic():
        at = turn_of(visit.topic.pk)
        if step == "extend":
            minutes = whole(fields.get("minutes")) or 0
            extend_topic(topic_id=visit.topic.pk, by=visit.actor, at=at, minutes=minutes)
        else:
            _STEPS[step](topic_id=visit.topic.pk, by=visit.actor, at=at)
    visit.topic.refresh_from_db()
    return after(visit, done=step)


@require_POST
@desk_view(refuse, at_controls=True)
def desk_themes(visit: Visit) -> HttpResponse:
    """A new theme after the others."""
    name = visit.request.POST.get("name", "")
    create_theme(topic_id=visit.topic.pk, name=name, by=visit.actor, at=visit.at)
    return after(visit, done="themes")


@require_POST
@desk_view(refuse, at_controls=True)
def desk_theme_change(visit: Visit, theme_id: int) -> HttpResponse:
    """Move a theme `up` or `down`, or give it another `name`."""
    order = list(visit.topic.themes.order_by("position", "id").values_list("id", flat=True))
    if theme_id not in order:
        raise UnknownTheme
    fields = visit.request.POST
    if "move" in fields:
        _move(order, theme_id, by=-1 if fields["move"] == "up" else 1)
        order_themes(topic_id=visit.topic.pk, theme_ids=order, by=visit.actor, at=visit.at)
    else:
        rename_theme(theme_id=theme_id, name=fields.get("name", ""), by=visit.actor, at=visit.at)
    return after(visit, done="themes")


@require_POST
@desk_view(refuse, at_controls=True)
def desk_notice(visit: Visit) -> HttpResponse:
    """A word to everybody on the topic's page; `urgent` makes it one that cannot be overlooked."""
    fields = visit.request.POST
    give_notice(
        topic_id=visit.topic.pk,
        by=visit.actor,
        at=visit.at,
        text=fields.get("text", ""),
        level="urgent" if fields.get("urgent") else "info",
    )
    return after(visit, done="notice")


def _move(order: list[int], theme_id: int, *, by: int) -> None:
    """Move it within the list; at either end it stays."""
    index = order.index(theme_id)
    other = index + by
    if 0 <= other < len(order):
        order[index], order[other] = order[other], order[index]


urlpatterns: list[URLPattern] = [
    path("desk/<int:topic_id>/phase", desk_phase, name="desk-phase"),
    path("desk/<int:topic_id>/themes/", desk_themes, name="desk-themes"),
    path("desk/<int:topic_id>/themes/<int:theme_id>/", desk_theme_change, name="desk-theme-change"),
    path("desk/<int:topic_id>/notice", desk_notice, name="desk-notice"),
]
