"""The rows behind figures that are counted from suggestions, and from persons."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jianyan.accounts.models import Body, User
from jianyan.accounts.people import ORDERINGS

from ..models import Suggestion
from .attendees import Held, held_on
from .authors import author_name, with_authors
from .counted_events import CountedEvent
from .figure_row import FigureRow, Reader, ShownEvent, shown_events


@dataclass(frozen=True)
class SuggestionList:
    """One row per public suggestion."""

    suggestions: QuerySet[Suggestion]
    value: Callable[[Suggestion], int]
    who: Reader

    @property
    def count(self) -> int:
        """How many suggestions."""
        return self.suggestions.count()

    def between(self, start: int, stop: int) -> tuple[FigureRow, ...]:
        """By topic and number."""
        rows = with_authors(self.suggestions.select_related("topic"))
        suggestions = list(rows.order_by("topic__opens_at", "topic_id", "number")[start:stop])
        shown = shown_events({one.topic.deliberation_id for one in suggestions}, self.who)
        return tuple(self._row(one, shown) for one in suggestions)

    def _row(self, suggestion: Suggestion, shown: Mapping[int, ShownEvent]) -> FigureRow:
        event = shown[suggestion.topic.deliberation_id]
        public = event.place is not None
        return FigureRow(
            day=timezone.localdate(suggestion.published_at or suggestion.posted_at),
            what=(
                f"#{suggestion.number} {suggestion.public_text}"
                if public
                else _("a suggestion that is not public")
            ),
            whose=author_name(suggestion, suggestion.topic) if public else "",
            place=("consultations:topic", suggestion.topic_id) if public else None,
            event=event.title,
            event_place=event.place,
            value=self.value(suggestion),
        )


class PersonList:
    """One row per person with the sectors that they were in on the days; in one row how many, for who may not know."""

    def __init__(
        self,
        people: frozenset[int],
        came: Iterable[tuple[int, CountedEvent]],
        sectors: Callable[[], Mapping[int, tuple[Held, ...]]],
        who: Reader,
    ) -> None:
        self._people, self._came, self._sectors, self._who = people, came, sectors, who

    @property
    def count(self) -> int:
        """How many rows."""
        return len(self._people) if self._who.staff else min(1, len(self._people))

    def between(self, start: int, stop: int) -> tuple[FigureRow, ...]:
        """By strokes."""
        if not self._who.staff:
            words = _("Different persons; the names are shown to those who keep the books.")
            return (FigureRow(day=None, what=words, value=len(self._people)),)[: self.count][start:stop]
        users = list(
            User.objects.filter(pk__in=self._people)
            .order_by(*ORDERINGS["strokes"])
            .only("display_name")[start:stop]
        )
        times, sectors_of = self._looked_up({user.pk for user in users})
        names = {
            body.pk: str(body)
            for body in Body.objects.filter(pk__in={pk for found in sectors_of.values() for pk in found})
        }
        return tuple(
            FigureRow(
                day=None,
                what=user.display_name,
                whose=pgettext("between names", ", ").join(names[pk] for pk in sectors_of[user.pk]),
                note=_("%(count)s events") % {"count": times[user.pk]},
            )
            for user in users
        )

    def _looked_up(self, ids: set[int]) -> tuple[Counter[int], Mapping[int, dict[int, None]]]:
        """How often each of these came, and the ids of their sectors on those days in the order of time."""
        held = self._sectors()
        times: Counter[int] = Counter()
        sectors: defaultdict[int, dict[int, None]] = defaultdict(dict)
        for user_id, event in sorted(
            ((user_id, event) for user_id, event in self._came if user_id in ids),
            key=lambda pair: (pair[1].day, pair[1].id),
        ):
            times[user_id] += 1
            then = held_on(held.get(user_id, ()), event.day)
            if then is not None:
                sectors[user_id][then.body_id] = None
        return times, sectors
