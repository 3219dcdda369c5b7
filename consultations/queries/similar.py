"""Suggestions that say the same: the index of each topic that was asked about lately, kept in this process.

An index is brought up to the topic's revision whenever it is asked, from the journal, so that it does not matter which
process has written. What is shown is read from the tables each time; the index only says where to look.
"""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from threading import Lock

from jianyan.accounts.roles import Actor

from .. import rules
from ..embeddings import endpoint
from ..enums import PUBLIC, Status, Step
from ..journal import touched
from ..models import JournalEntry, Suggestion, Topic
from ..similarity import DESK_FROM, HINT_FROM, THEME_FROM, Index, leading_theme, shared
from .authors import author_name, with_authors

KEPT = 32
"""Topics whose index a process keeps; the one that was asked longest ago goes first."""
BACKLOG = 500
"""Journal entries (votes left out) over which an index is brought up to date rather than built anew."""
LOOKED_AT = 20
"""Nearest texts that are considered: some of them are merged into the same one, or the asker's own."""
NEIGHBOURS = 12
"""Nearest texts that are asked for their theme."""

_INDEXED = (Status.PENDING, Status.PUBLISHED, Status.MERGED)

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Similar:
    """A suggestion that says much of what the opened one says. `score` is from 0 to 1.

    `text` is the public one. `spans`: (start, end) of what in it the opened one says, too; `opened_spans`: of what in
    the opened one it says. Where the nearest one was merged, this is the representative of its group.
    """

    id: int
    number: int
    text: str
    status: str
    support: int
    theme: int | None
    score: float
    spans: tuple[Span, ...]
    opened_spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Hint:
    """A public suggestion that somebody who is writing may want to support instead. `support`: None while hidden."""

    id: int
    number: int
    text: str
    author: str
    sector: str
    support: int | None


HINTS = 3
"""Hints that a person is given at once."""


def hints(topic: Topic, actor: Actor | None, text: str, *, at: dt.datetime) -> tuple[Hint, ...]:
    """Public suggestions like the text that this person is writing, best first; each group once, none of their own.

    Three queries while the index is up to date. Raises Refused where the person could not post.
    """
    rules.require(rules.may_post(actor, topic, at))
    # What is far too long to be sent is compared as far as here.
    text = text[: 4 * topic.length]
    scores = _live(topic.pk).nearest(topic, text, LOOKED_AT, public=True)
    likely = [(key, score) for key, score in scores if score >= HINT_FROM]
    rows = _reordered(text, _representatives(topic.pk, likely, PUBLIC))
    shown = rules.tallies_shown(topic, at)
    return tuple(
        Hint(
            id=row.pk,
            number=row.number,
            text=row.public_text,
            author=author_name(row, topic),
            sector=str(row.sector) if row.sector is not None else "",
            support=row.support if shown else None,
        )
        for row, _ in rows
        if actor is not None and actor.user_id not in _signed_by(row)
    )[:HINTS]


def similar_to(topic_id: int, suggestion_id: int, limit: int = 3) -> tuple[Similar, ...]:
    """What stands or waits in the topic and is like the suggestion, best first; each group once, never its own.

    Empty for a suggestion that the topic does not have. Four queries while the index is up to date.
    """
    opened = _opened(topic_id, suggestion_id)
    if opened is None:
        return ()
    own_group = {opened.pk, opened.merged_into_id or opened.pk}
    scores = _live(topic_id).nearest(opened.topic, opened.public_text, LOOKED_AT, public=False)
    likely = [(key, score) for key, score in scores if score >= DESK_FROM]
    found = []
    for row, score in _reordered(opened.public_text, _representatives(topic_id, likely, _INDEXED)):
        if row.pk in own_group:
            continue
        found.append(
            Similar(
                id=row.pk,
                number=row.number,
                text=row.public_text,
                status=str(row.status),
                support=row.support,
                theme=row.theme_id,
                score=score,
                spans=tuple(shared(row.public_text, opened.public_text)),
                opened_spans=tuple(shared(opened.public_text, row.public_text)),
            )
        )
    return tuple(found[:limit])


def nearest_theme(topic_id: int, suggestion_id: int) -> int | None:
    """The theme that most of the nearest grouped suggestions have, by their scores; None where that is not clear."""
    opened = _opened(topic_id, suggestion_id)
    if opened is None:
        return None
    scores = dict(_live(topic_id).nearest(opened.topic, opened.public_text, NEIGHBOURS, public=False))
    themes = Suggestion.objects.filter(pk__in=scores, topic_id=topic_id, status__in=_INDEXED).exclude(
        theme=None
    )
    rows = themes.exclude(pk=suggestion_id).order_by("pk").values_list("pk", "theme_id")
    return leading_theme(
        (theme, scores[pk]) for pk, theme in rows if theme is not None and scores[pk] >= THEME_FROM
    )


def _signed_by(suggestion: Suggestion) -> set[int]:
    """Who it is by, co-signers included; loaded `with_authors`."""
    return {suggestion.author_id, *(one.member_id for one in suggestion.cosigners.all())}


def _opened(topic_id: int, suggestion_id: int) -> Suggestion | None:
    rows = Suggestion.objects.select_related("topic")
    return rows.filter(pk=suggestion_id, topic_id=topic_id).first()


def _representatives(
    topic_id: int, scores: Iterable[tuple[int, float]], statuses: Collection[str]
) -> list[tuple[Suggestion, float]]:
    """The suggestions that stand for these, best first, each once: of what was merged, what it was merged into."""
    best = dict(scores)
    if not best:
        return []
    rows = Suggestion.objects.filter(pk__in=best, topic_id=topic_id, status__in=statuses)
    standing: dict[int, float] = {}
    for pk, into in rows.values_list("pk", "merged_into_id"):
        standing[into or pk] = max(best[pk], standing.get(into or pk, 0.0))
    found = with_authors(Suggestion.objects.filter(pk__in=standing, status__in=statuses))
    return [(row, standing[row.pk]) for row in sorted(found, key=lambda row: (-standing[row.pk], row.pk))]


def _reordered(text: str, rows: list[tuple[Suggestion, float]]) -> list[tuple[Suggestion, float]]:
    """The same rows, in the order that the operator's endpoint gives them, where there is one and it answers."""
    asked = endpoint()
    if asked is None or len(rows) < 2:
        return rows
    likeness = asked.likeness(text, [row.public_text for row, _ in rows])
    if likeness is None:
        return rows
    places = sorted(range(len(rows)), key=lambda place: -likeness[place])
    return [rows[place] for place in places]


def forget() -> None:
    """Drop every index."""
    with _lock:
        _kept.clear()


class _Live:
    """The index of a topic at a revision. Asked by several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._revision: int | None = None
        self._index = Index()
        self._public: set[int] = set()

    def nearest(self, topic: Topic, text: str, limit: int, *, public: bool) -> list[tuple[int, float]]:
        """(id, score), best first. `public`: only what everybody may read."""
        with self._lock:
            self._follow(topic)
            return self._index.nearest(text, limit, among=self._public if public else None)

    def _follow(self, topic: Topic) -> None:
        if self._revision == topic.revision:
            return
        changed = self._changed_since(topic)
        if changed is None:
            self._index, self._public = Index(), set()
            self._take(topic.suggestions.filter(status__in=_INDEXED))
        elif changed:
            for pk in changed:
                self._index.remove(pk)
                self._public.discard(pk)
            self._take(topic.suggestions.filter(pk__in=changed, status__in=_INDEXED))
        self._revision = topic.revision

    def _changed_since(self, topic: Topic) -> set[int] | None:
        """Suggestions that were touched since; None where the way is too long, or leads back: after a restore."""
        if self._revision is None or topic.revision < self._revision:
            return None
        entries = JournalEntry.objects.filter(
            topic=topic, revision__gt=self._revision, revision__lte=topic.revision
        ).exclude(kind=Step.VOTES)
        news = list(entries.order_by("revision").values_list("kind", "payload")[: BACKLOG + 1])
        return touched(news).suggestions if len(news) <= BACKLOG else None

    def _take(self, rows: Iterable[Suggestion]) -> None:
        for row in rows:
            self._index.add(row.pk, row.public_text)
            if row.status in PUBLIC:
                self._public.add(row.pk)


_kept: OrderedDict[int, _Live] = OrderedDict()
_lock = Lock()


def _live(topic_id: int) -> _Live:
    with _lock:
        live = _kept.pop(topic_id, None) or _Live()
        _kept[topic_id] = live
        if len(_kept) > KEPT:
            _kept.popitem(last=False)
        return live
