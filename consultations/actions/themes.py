"""The moderator's grouping: make, rename, order and delete themes. `at` None: when the topic's lock was got."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from jianyan.accounts.roles import Actor

from .. import rules
from ..enums import Step
from ..errors import BadForm, UnknownTheme
from ..events import ThemesChanged, emit
from ..models import Theme, Topic
from ..text import clean, measure
from .locking import lock_topic
from .recording import record

NAME_LENGTH = 40


def _name(topic: Topic, name: str, *, but: int | None = None) -> str:
    name = clean(name).replace("\n", " ")
    if measure(name) > NAME_LENGTH or len(name) > NAME_LENGTH:
        raise BadForm(detail=_("a theme has at most %(limit)s characters") % {"limit": NAME_LENGTH})
    others = topic.themes.filter(name=name)
    if (others if but is None else others.exclude(pk=but)).exists():
        raise BadForm(detail=_("there is already a theme “%(name)s”") % {"name": name})
    return name


def _record(topic: Topic, *, by: Actor, at: dt.datetime | None, freed: Sequence[int] = ()) -> None:
    """`freed`: suggestions that have no theme any more."""
    payload: dict[str, Any] = {"themes": [[theme.pk, theme.name] for theme in _in_order(topic)]}
    if freed:
        payload["suggestions"] = list(freed)
    record(topic, Step.THEMES, payload, at=at or timezone.now(), actor=by)
    emit(ThemesChanged(topic_id=topic.pk, revision=topic.revision))


def _in_order(topic: Topic) -> QuerySet[Theme]:
    return topic.themes.order_by("position", "id")


def _locked(theme_id: int, by: Actor) -> tuple[Topic, Theme]:
    """The topic of a theme, locked, and the theme as it is then. Raises UnknownTheme, NotAllowed, Frozen."""
    topic_id = Theme.objects.filter(pk=theme_id).values_list("topic_id", flat=True).first()
    if topic_id is None:
        raise UnknownTheme
    topic = lock_topic(topic_id)
    rules.require(rules.may_curate(by, topic))
    theme = topic.themes.filter(pk=theme_id).first()
    if theme is None:
        raise UnknownTheme
    return topic, theme


@transaction.atomic
def create_theme(*, topic_id: int, name: str, by: Actor, at: dt.datetime | None = None) -> Theme:
    """A new theme after the others."""
    topic = lock_topic(topic_id)
    rules.require(rules.may_curate(by, topic))
    last = topic.themes.order_by("-position").values_list("position", flat=True).first()
    theme = Theme.objects.create(
        topic=topic, name=_name(topic, name), position=0 if last is None else last + 1
    )
    _record(topic, by=by, at=at)
    return theme


@transaction.atomic
def rename_theme(*, theme_id: int, name: str, by: Actor, at: dt.datetime | None = None) -> Theme:
    """Give a theme another name; its suggestions stay."""
    topic, theme = _locked(theme_id, by)
    theme.name = _name(topic, name, but=theme_id)
    theme.save(update_fields=["name"])
    _record(topic, by=by, at=at)
    return theme


@transaction.atomic
def order_themes(
    *, topic_id: int, theme_ids: Sequence[int], by: Actor, at: dt.datetime | None = None
) -> None:
    """Put the themes in this order; all of them must be named, each once. Raises UnknownTheme."""
    topic = lock_topic(topic_id)
    rules.require(rules.may_curate(by, topic))
    themes = {theme.pk: theme for theme in topic.themes.all()}
    if len(theme_ids) != len(themes) or set(theme_ids) != set(themes):
        raise UnknownTheme
    if [theme.pk for theme in _in_order(topic)] == list(theme_ids):
        return
    for position, theme_id in enumerate(theme_ids):
        themes[theme_id].position = position
    Theme.objects.bulk_update(themes.values(), ["position"])
    _record(topic, by=by, at=at)


@transaction.atomic
def move_theme(*, theme_id: int, places: int, by: Actor, at: dt.datetime | None = None) -> None:
    """Move a theme that many places down, or up where negative; no further than the end. Raises UnknownTheme."""
    topic, theme = _locked(theme_id, by)
    order = [one.pk for one in _in_order(topic)]
    here = order.index(theme.pk)
    there = min(max(here + places, 0), len(order) - 1)
    if there != here:
        order.insert(there, order.pop(here))
        order_themes(topic_id=topic.pk, theme_ids=order, by=by, at=at)


@transaction.atomic
def delete_theme(*, theme_id: int, by: Actor, at: dt.datetime | None = None) -> int:
    """Take a theme away; its suggestions stay, under none. How many that were. Raises UnknownTheme."""
    topic, theme = _locked(theme_id, by)
    freed = list(theme.suggestions.order_by("id").values_list("id", flat=True))
    theme.delete()
    _record(topic, by=by, at=at, freed=freed)
    return len(freed)
