"""What an outcome covers, and what suggestions have grown into: which topics a step of either concerns, and telling of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from jianyan.accounts.models import Body
from jianyan.accounts.roles import Actor

from ..enums import PUBLIC, News, ReferralState, Step, SummaryStatus
from ..errors import NotCoverable
from ..events import FollowedUp, emit
from ..models import (
    Citation,
    Deliberation,
    EventRecord,
    Outcome,
    OutcomeCover,
    Referral,
    Submission,
    Suggestion,
    Summary,
    Topic,
)
from .locking import lock_topics
from .notifying import tell_followers
from .recording import record

Concerned: TypeAlias = Mapping[int, Sequence[tuple[int, int]]]
"""Topic id → (id, number) of the suggestions that a step is about; none where it is about the topic as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Covers:
    """The ids of what an outcome covers: one thing at least, of any kind."""

    suggestions: frozenset[int] = frozenset()
    referrals: frozenset[int] = frozenset()
    summaries: frozenset[int] = frozenset()
    deliberations: frozenset[int] = frozenset()
    submissions: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return any(ids for _name, ids in self.named())

    def __sub__(self, other: Covers) -> Covers:
        return Covers(**{name: ids - getattr(other, name) for name, ids in self.named()})

    def __or__(self, other: Covers) -> Covers:
        return Covers(**{name: ids | getattr(other, name) for name, ids in self.named()})

    def named(self) -> tuple[tuple[str, frozenset[int]], ...]:
        """Each kind with its ids."""
        return (
            ("suggestions", self.suggestions),
            ("referrals", self.referrals),
            ("summaries", self.summaries),
            ("deliberations", self.deliberations),
            ("submissions", self.submissions),
        )


COLUMNS = {
    "suggestions": "suggestion_id",
    "referrals": "referral_id",
    "summaries": "summary_id",
    "deliberations": "deliberation_id",
    "submissions": "submission_id",
}


def covers_of(outcome: Outcome) -> Covers:
    """What an outcome covers now: one query."""
    rows = outcome.covers.values_list(*COLUMNS.values())
    found: dict[str, set[int]] = {name: set() for name in COLUMNS}
    for row in rows:
        for name, pk in zip(COLUMNS, row, strict=True):
            if pk is not None:
                found[name].add(pk)
    return Covers(**{name: frozenset(ids) for name, ids in found.items()})


def set_covers(outcome: Outcome, covers: Covers) -> None:
    """Make these what it covers."""
    before = covers_of(outcome)
    for name, ids in (before - covers).named():
        if ids:
            outcome.covers.filter(**{f"{COLUMNS[name]}__in": ids}).delete()
    OutcomeCover.objects.bulk_create(
        OutcomeCover(outcome=outcome, **{COLUMNS[name]: pk})
        for name, ids in (covers - before).named()
        for pk in sorted(ids)
    )


def concerned_by(covers: Covers) -> dict[int, list[tuple[int, int]]]:
    """The topics that a step of an outcome concerns: those of what it covers, and of what stands in that."""
    cited = Citation.objects.filter(
        statement__section__summary__in=covers.summaries,
        statement__removed=False,
    )
    referred = Referral.suggestions.through.objects.filter(referral__in=covers.referrals)
    submitted = Submission.suggestions.through.objects.filter(submission__in=covers.submissions)
    concerned = _by_topic(
        Q(pk__in=covers.suggestions)
        | Q(pk__in=cited.values("suggestion"))
        | Q(pk__in=referred.values("suggestion"))
        | Q(pk__in=submitted.values("suggestion"))
    )
    carries = Referral.suggestions.through.objects.filter(referral=OuterRef("pk"))
    bare = Referral.objects.filter(~Exists(carries), pk__in=covers.referrals)
    whole = Topic.objects.filter(
        Q(deliberation__in=covers.deliberations)
        | Q(deliberation__in=Summary.objects.filter(pk__in=covers.summaries).values("deliberation"))
        | Q(deliberation__in=bare.values("deliberation"))
    )
    for topic_id in whole.values_list("pk", flat=True):
        concerned.setdefault(topic_id, [])
    return concerned


def concerned_with(suggestion_ids: Collection[int]) -> dict[int, list[tuple[int, int]]]:
    """The topics of these suggestions."""
    return _by_topic(Q(pk__in=suggestion_ids))


def _by_topic(which: Q) -> dict[int, list[tuple[int, int]]]:
    rows = Suggestion.objects.filter(which).order_by("topic", "number")
    concerned: dict[int, list[tuple[int, int]]] = {}
    for topic_id, pk, number in rows.values_list("topic_id", "pk", "number"):
        concerned.setdefault(topic_id, []).append((pk, number))
    return concerned


def lock_concerned(concerned: Concerned) -> list[Topic]:
    """Lock those topics, in the order of their ids."""
    return lock_topics(concerned)


def require_open(covers: Covers, body: Body, *, added: Covers, at: dt.datetime) -> None:
    """Everything is of the body or of one below it, and what is `added` is open to others than its writers.

    Events and documents are locked meanwhile. Raises NotCoverable.
    """
    # Taking one of them out waits, and is refused then.
    list(EventRecord.objects.select_for_update().filter(deliberation__in=covers.deliberations).order_by("pk"))
    for name, found in (
        ("suggestions", _suggestions(covers)),
        ("referrals", _referrals(covers)),
        ("summaries", _summaries(covers)),
        ("deliberations", _events(covers, at)),
        ("submissions", _submissions(covers)),
    ):
        known = set[int]()
        for pk, words, host, is_open in found:
            known.add(pk)
            if body.pk not in host.lineage:
                # Not by its name: whoever names it may not know it.
                raise NotCoverable(what=_("one of these"), detail=_("it belongs to another body."))
            if pk in getattr(added, name) and not is_open:
                raise NotCoverable(what=words, detail=_("it is not published, or was taken out."))
        if known != getattr(covers, name):
            raise NotCoverable(what=_("one of these"), detail=_("it does not exist."))


def journal_each(
    step: Step,
    payload: Mapping[str, Any],
    topics: Iterable[Topic],
    concerned: Concerned,
    *,
    by: Actor,
    at: dt.datetime,
    news: News | None = None,
    told: Collection[int] | None = None,
) -> None:
    """One entry in each of the topics, and tell of it; with `news` also those who follow its suggestions, each once.

    `told`: of these suggestions alone (None: of all).
    """
    heard = frozenset((by.user_id,))
    for topic in topics:
        rows = concerned[topic.pk]
        about = {"suggestions": [pk for pk, _ in rows], "numbers": [number for _, number in rows]}
        record(topic, step, {**payload, **about}, at=at, actor=by)
        emit(FollowedUp(topic_id=topic.pk, revision=topic.revision))
        if news is not None:
            about_these = [pk for pk, _ in rows if told is None or pk in told]
            heard |= tell_followers(topic, news, about_these, topic.revision, at, but=heard)


_Found: TypeAlias = Iterable[tuple[int, str, Body, bool]]
"""(id, how it is called, the body that it belongs to, whether it is open)."""


def _suggestions(covers: Covers) -> _Found:
    rows = Suggestion.objects.filter(pk__in=covers.suggestions).select_related("topic__deliberation__host")
    for row in rows:
        words = _("suggestion no. %(number)s") % {"number": row.number}
        yield row.pk, words, row.topic.deliberation.host, row.status in PUBLIC


def _referrals(covers: Covers) -> _Found:
    rows = Referral.objects.filter(pk__in=covers.referrals).select_related("deliberation__host")
    for row in rows:
        words = _("the referral “%(item)s”") % {"item": row.item[:20]}
        yield row.pk, words, row.deliberation.host, row.state != ReferralState.WITHDRAWN


def _summaries(covers: Covers) -> _Found:
    rows = Summary.objects.filter(pk__in=covers.summaries).select_related("deliberation__host")
    for row in rows:
        yield row.pk, row.title, row.deliberation.host, row.status == SummaryStatus.SIGNED


def _events(covers: Covers, at: dt.datetime) -> _Found:
    announced = Topic.objects.filter(deliberation=OuterRef("pk"), announced_at__lte=at)
    entered = EventRecord.objects.filter(deliberation=OuterRef("pk"), withdrawn_at=None)
    rows = Deliberation.objects.filter(pk__in=covers.deliberations).select_related("host")
    for row in rows.annotate(is_open=Exists(announced) | Exists(entered)):
        yield row.pk, row.title, row.host, row.is_open


def _submissions(covers: Covers) -> _Found:
    rows = Submission.objects.select_for_update(of=("self",)).filter(pk__in=covers.submissions)
    for row in rows.select_related("body").order_by("pk"):
        yield row.pk, row.title, row.body, row.withdrawn_at is None
