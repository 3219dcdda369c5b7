"""The moderator on duty: deals with what waits, slowly enough for a visitor at the desk to be first.

Clear ideas are published within a minute; what needs a decision waits ten, for whoever comes to try the desk. What
another moderator has open is left to them.
"""

from __future__ import annotations

import datetime as dt

from django.db.models import Max

from consultations.actions.claims import claim_suggestion, release_claim
from consultations.actions.merging import merge_suggestions
from consultations.actions.moderation import (
    assign_theme,
    decline_suggestion,
    feature_suggestion,
    publish_suggestion,
    return_suggestion,
)
from consultations.enums import Status
from consultations.errors import Refused
from consultations.models import Suggestion
from jianyan.accounts.roles import Actor

from . import people
from .casting import chance
from .catalogue import Idea, Quality, idea_of_text, said_before
from .performance import reason_for

READS = dt.timedelta(seconds=5)
# Seconds between which a clear idea waits, each idea its own time.
SOONEST, LATEST = 15, 50
# What needs a decision is left for visitors that long; a text with two ideas goes back soon, so that its author can
# be seen to send it again.
FOR_VISITORS = dt.timedelta(minutes=10)
GOES_BACK = dt.timedelta(seconds=70)
# With so many supporters an idea may be put on the big screen, once in a topic.
WORTH_FEATURING = 10


class Duty:
    """The hours of the moderator on duty. `look` is called every few seconds."""

    def __init__(self) -> None:
        self._reading: dict[int, dt.datetime] = {}
        self._featured: set[int] = set()

    def look(self, topic_ids: list[int], at: dt.datetime) -> None:
        """Open what has waited long enough, and decide on what has been read."""
        by = people.on_duty(at=at)
        waiting = (
            Suggestion.objects.filter(topic__in=topic_ids, topic__frozen_at=None, status=Status.PENDING)
            .annotate(edited=Max("versions__replaced_at"))
            .select_related("topic")
            .order_by("posted_at")
        )
        for suggestion in waiting:
            since = max(suggestion.posted_at, suggestion.edited or suggestion.posted_at)
            if at >= since + patience(suggestion):
                self._handle(suggestion, by, at)
        for topic_id in topic_ids:
            self._feature(topic_id, by, at)

    def _handle(self, suggestion: Suggestion, by: Actor, at: dt.datetime) -> None:
        if claim_suggestion(suggestion_id=suggestion.pk, by=by, at=at) is None:
            self._reading.pop(suggestion.pk, None)
            return
        if at < self._reading.setdefault(suggestion.pk, at) + READS:
            return
        del self._reading[suggestion.pk]
        try:
            decide(suggestion, by, at)
        except Refused:
            # Somebody was quicker, or the author has withdrawn it.
            release_claim(suggestion_id=suggestion.pk, by=by)

    def _feature(self, topic_id: int, by: Actor, at: dt.datetime) -> None:
        if topic_id in self._featured:
            return
        public = Suggestion.objects.filter(topic_id=topic_id, topic__frozen_at=None, status=Status.PUBLISHED)
        best = public.filter(support__gte=WORTH_FEATURING).order_by("-support", "number").first()
        if best is not None:
            self._featured.add(topic_id)
            if not public.filter(featured=True).exists():
                feature_suggestion(suggestion_id=best.pk, on=True, by=by, at=at)


def patience(suggestion: Suggestion) -> dt.timedelta:
    """How long a suggestion waits before the moderator on duty opens it."""
    idea = idea_of_text(suggestion.text)
    if idea is not None and idea.quality is Quality.TWO_IDEAS:
        return GOES_BACK
    if idea is not None and idea.quality is not Quality.GOOD:
        return FOR_VISITORS
    return dt.timedelta(seconds=SOONEST + (LATEST - SOONEST) * chance("patience", str(suggestion.pk)))


def decide(suggestion: Suggestion, by: Actor, at: dt.datetime) -> None:
    """Publish what is clear, under its theme, or merge it where it is there already; return or decline the rest.

    Raises Refused.
    """
    idea = idea_of_text(suggestion.text)
    quality = idea.quality if idea is not None else Quality.GOOD
    match quality:
        case Quality.GOOD if (said := _said_before(suggestion)) is not None:
            merge_suggestions(
                topic_id=suggestion.topic_id, suggestion_ids=[suggestion.pk], into=said, by=by, at=at
            )
        case Quality.GOOD:
            publish_suggestion(suggestion_id=suggestion.pk, by=by, at=at)
            theme_id = _theme(suggestion, idea)
            if theme_id is not None:
                assign_theme(suggestion_id=suggestion.pk, theme_id=theme_id, by=by, at=at)
        case Quality.TWO_IDEAS | Quality.PRIVATE_DATA:
            return_suggestion(suggestion_id=suggestion.pk, by=by, at=at, reason=reason_for(quality))
        case Quality.OFF_TOPIC | Quality.HARSH:
            decline_suggestion(suggestion_id=suggestion.pk, by=by, at=at, reason=reason_for(quality))


def _said_before(suggestion: Suggestion) -> int | None:
    text = said_before(suggestion.text)
    published = Suggestion.objects.filter(topic_id=suggestion.topic_id, status=Status.PUBLISHED, text=text)
    return published.values_list("id", flat=True).first() if text is not None else None


def _theme(suggestion: Suggestion, idea: Idea | None) -> int | None:
    if idea is None or idea.theme is None or suggestion.theme_id is not None:
        return None
    themes = suggestion.topic.themes.filter(name=idea.theme)
    return themes.values_list("id", flat=True).first()
