"""A script performed through the real actions, with past instants: the journal that comes of it is a genuine one."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

from consultations.actions.attendance import check_in
from consultations.actions.moderation import (
    assign_theme,
    decline_suggestion,
    hide_suggestion,
    publish_suggestion,
    return_suggestion,
)
from consultations.actions.suggestions import post_suggestion
from consultations.actions.votes import Ballot, cast_votes
from consultations.models import Topic
from consultations.models.channel import standard_reasons
from jianyan.accounts.roles import Actor

from .catalogue import Quality
from .script import Arrives, Decides, Event, Hides, Posts, Votes

# Votes of so many seconds are one step of the journal. Live it is a few hundredths of one; a year of journals would
# then not load in seconds.
FLUSH = dt.timedelta(seconds=60)

_REASON = {Quality.TWO_IDEAS: 0, Quality.OFF_TOPIC: 2, Quality.PRIVATE_DATA: 3, Quality.HARSH: 4}


def reason_for(quality: Quality) -> str:
    """Why an idea of this quality is not published, in the channel's own words."""
    return standard_reasons()[_REASON[quality]]


class Performance:
    """One topic's script on its way through the actions."""

    def __init__(self, topic: Topic, actors: Mapping[int, Actor], moderator: Actor) -> None:
        self._topic = topic
        self._actors = actors
        self._moderator = moderator
        self._themes = {theme.name: theme.pk for theme in topic.themes.all()}
        self._suggestions: dict[int, int] = {}
        self._parts: dict[int, Posts] = {}
        self._wishes: list[Votes] = []
        self._now = self._flushed = topic.opens_at

    def perform(self, events: Sequence[Event]) -> None:
        """Do it all, in the order given."""
        for event in events:
            if event.at >= self._flushed + FLUSH:
                self._flush()
                self._flushed = event.at
            self._now = event.at
            match event:
                case Arrives():
                    check_in(topic_id=self._topic.pk, people=[self._actors[event.member]], at=event.at)
                case Posts():
                    self._post(event)
                case Decides():
                    self._decide(event)
                case Hides():
                    hide_suggestion(
                        suggestion_id=self._suggestions[event.key],
                        by=self._moderator,
                        at=event.at,
                        reason=reason_for(Quality.PRIVATE_DATA),
                    )
                case Votes():
                    self._wishes.append(event)
        self._flush()

    def _post(self, event: Posts) -> None:
        posted = post_suggestion(
            topic_id=self._topic.pk,
            by=self._actors[event.part.author],
            text=event.part.idea.text,
            client_ref=str(uuid.uuid4()),
            at=event.at,
        )
        self._suggestions[event.key] = posted.suggestion.pk
        self._parts[event.key] = event

    def _decide(self, event: Decides) -> None:
        number = self._suggestions[event.key]
        by = self._moderator
        match event.quality:
            case Quality.GOOD | Quality.PRIVATE_DATA:
                # What should have stayed out slips through, as happens, and is hidden a little later.
                publish_suggestion(suggestion_id=number, by=by, at=event.at)
                theme = self._themes.get(self._parts[event.key].part.idea.theme or "")
                assign_theme(suggestion_id=number, theme_id=theme, by=by, at=event.at)
            case Quality.TWO_IDEAS:
                return_suggestion(suggestion_id=number, by=by, at=event.at, reason=reason_for(event.quality))
            case Quality.OFF_TOPIC | Quality.HARSH:
                decline_suggestion(suggestion_id=number, by=by, at=event.at, reason=reason_for(event.quality))

    def _flush(self) -> None:
        """Cast what has gathered."""
        if not self._wishes:
            return
        ballots = [
            Ballot(
                self._actors[wish.member],
                self._suggestions[wish.key],
                "support" if wish.support else None,
            )
            for wish in self._wishes
        ]
        cast_votes(topic_id=self._topic.pk, ballots=ballots, at=self._now)
        self._wishes.clear()
