"""Telling people, inside the site and where they wish by e-mail, of a step that concerns them.

Their rows are written in the transaction of the step itself: no step without its news, no news of what was rolled back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any, TypeAlias

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from jianyan.accounts.enums import Role
from jianyan.accounts.models import Membership, User
from jianyan.accounts.roles import in_force_on

from ..enums import MAILED_UNLESS_CHOSEN, Choice, Cosigning, News, Phase, Status, Step, VersionReason
from ..grouping import by_voter
from ..models import Cosigner, JournalEntry, Notification, Suggestion, SummaryVersion, Topic, Vote
from ..queries.groups import forest_of

About: TypeAlias = Mapping[int, int | None]
"""User id → id of the suggestion that their news is about; None: the topic as a whole."""

TO_THE_AUTHOR = {
    Step.PUBLISHED: News.PUBLISHED,
    Step.RETURNED: News.RETURNED,
    Step.DECLINED: News.DECLINED,
    Step.HIDDEN: News.HIDDEN,
    Step.PROPOSED: News.PROPOSED,
    Step.FEATURED: News.FEATURED,
    Step.POSTED: News.ENTERED,
    Step.MERGED: News.MERGED,
    Step.UNMERGED: News.UNMERGED,
}
OF_A_SUMMARY = {
    Step.SUMMARY_SUBMITTED: News.TO_SIGN,
    Step.SUMMARY_RETURNED: News.SENT_BACK,
    Step.SUMMARY_SIGNED: News.SIGNED,
}


def notify(topic: Topic, entry: JournalEntry) -> None:
    """Tell those whom a step of the journal concerns, but for whoever took it. Of votes, nobody is told."""
    step, payload = Step(entry.kind), entry.payload
    about: About
    match step:
        case Step.PUBLISHED | Step.RETURNED | Step.DECLINED | Step.HIDDEN | Step.PROPOSED:
            about = _authors(payload["suggestions"])
        case Step.RESTORED:
            about = _authors(payload["suggestions"])
        case Step.FEATURED if payload["featured"] is not None:
            about = _authors([payload["featured"]])
        case Step.POSTED if "entered" in payload:
            about = _authors(payload["suggestions"])
        case Step.MERGED | Step.UNMERGED:
            about = _grouped(payload)
        case Step.SUMMARY_SUBMITTED | Step.SUMMARY_RETURNED | Step.SUMMARY_SIGNED:
            about = dict.fromkeys(_concerned(topic, step, payload["summary"], entry.at))
        case Step.CLOSED | Step.PHASE if payload["window"] == Phase.CLOSED:
            about = _participants(topic)
        case _:
            return
    told = {user_id: pk for user_id, pk in about.items() if user_id != entry.actor_id}
    _tell(topic, _news(step, payload), told, revision=entry.revision, at=entry.at)


def notify_people(
    topic: Topic,
    kind: News,
    user_ids: Iterable[int],
    suggestion: Suggestion | None,
    revision: int,
    at: dt.datetime,
) -> None:
    """Tell these people of a step that is already in the journal, at that revision; each once, however often asked."""
    pk = suggestion.pk if suggestion is not None else None
    _tell(topic, kind, dict.fromkeys(user_ids, pk), revision=revision, at=at)


def tell_followers(
    topic: Topic,
    kind: News,
    suggestion_ids: Collection[int],
    revision: int,
    at: dt.datetime,
    *,
    but: Collection[int] = (),
) -> frozenset[int]:
    """Tell the authors, the agreed co-signers and every supporter of these suggestions and of what was merged into them.

    Nobody in `but`; the ids of all others who follow them. As many queries for thousands as for three, in SQLite's
    portions. Of several suggestions that somebody follows, they are told of the one nearest to them.
    """
    about = {user_id: pk for user_id, pk in _followers(topic, suggestion_ids).items() if user_id not in but}
    _tell(topic, kind, about, revision=revision, at=at)
    return frozenset(about)


def _followers(topic: Topic, suggestion_ids: Collection[int]) -> About:
    if not suggestion_ids:
        return {}
    forest = forest_of(topic.pk)
    below = {pk: forest.members(pk) for pk in sorted(suggestion_ids, reverse=True)}
    everything = {pk for members in below.values() for pk in members}
    votes = Vote.objects.filter(suggestion__in=everything).order_by()
    said = by_voter(votes.values_list("suggestion_id", "voter_id", "choice", "revision"))
    supporters: dict[int, int | None] = {
        voter: pk
        for pk in below
        for voter, stands in said.items()
        if forest.stand(pk, stands) == Choice.SUPPORT
    }
    return {**supporters, **_authors(everything), **_authors(suggestion_ids)}


def _news(step: Step, payload: Mapping[str, Any]) -> News:
    if step is Step.RESTORED:
        # Whoever does not want to hear of declining need not hear of its end either.
        return News.PUBLISHED if payload["status"] == Status.PUBLISHED else News.DECLINED
    return TO_THE_AUTHOR.get(step) or OF_A_SUMMARY.get(step, News.CLOSED)


def _tell(topic: Topic, kind: News, about: About, *, revision: int, at: dt.datetime) -> None:
    if not about:
        return
    people = User.objects.filter(pk__in=about, is_active=True).values_list(
        "pk", "email", "notification_choice__off", "notification_choice__mailed"
    )
    Notification.objects.bulk_create(
        (
            Notification(
                user_id=user_id,
                kind=kind,
                topic=topic,
                suggestion_id=about[user_id],
                revision=revision,
                happened_at=at,
                # Without a way out, nothing is kept for sending: it would all leave at once when there is one.
                mail=settings.MAILS
                and bool(email)
                and kind in (MAILED_UNLESS_CHOSEN if mailed is None else mailed),
            )
            for user_id, email, off, mailed in people
            if kind not in (off or ())
        ),
        # Told already of this very step: once is enough.
        ignore_conflicts=True,
    )


def _authors(suggestion_ids: Collection[int]) -> dict[int, int | None]:
    """Lead authors and those who have agreed to be named beside them."""
    cosigners = Cosigner.objects.filter(suggestion__in=suggestion_ids, state=Cosigning.AGREED)
    leads = Suggestion.objects.filter(pk__in=suggestion_ids)
    # The last one counts: of several of theirs, the one with the lowest number.
    return {
        **dict(cosigners.order_by("-suggestion__number").values_list("member_id", "suggestion_id")),
        **dict(leads.order_by("-number").values_list("author_id", "pk")),
    }


def _grouped(payload: Mapping[str, Any]) -> dict[int, int | None]:
    """Whose suggestion is in either group or who stands for one that moved; in doubt, about the one nearest to them."""
    moved: list[int] = payload["moved"]
    representative = payload["into"] if "into" in payload else payload["from"]
    rest = Suggestion.objects.filter(Q(pk=representative) | Q(merged_into=representative)).exclude(
        pk__in=moved
    )
    voted = Vote.objects.filter(suggestion__in=moved, choice__isnull=False).order_by("-suggestion__number")
    return {
        **dict(voted.values_list("voter_id", "suggestion_id")),
        **_authors(rest.values_list("pk", flat=True)),
        **_authors(moved),
    }


def _concerned(topic: Topic, step: Step, summary_id: int, at: dt.datetime) -> set[int]:
    """A step of a summary stands in the journal of each of its topics; people are told of it in the first one."""
    deliberation = topic.deliberation
    if deliberation.topics.filter(pk__lt=topic.pk).exists():
        return set()
    match step:
        case Step.SUMMARY_SUBMITTED:
            reviewers = Membership.objects.filter(
                in_force_on(timezone.localdate(at)),
                body__in=deliberation.host.lineage,
                role__in=(Role.SECRETARY, Role.CHAIR),
            )
            return set(reviewers.values_list("user_id", flat=True))
        case Step.SUMMARY_RETURNED:
            return set(_submitters(summary_id))
        case _:
            took_part = (person for one in deliberation.topics.all() for person in _participants(one))
            return {*took_part, *_submitters(summary_id)}


def _submitters(summary_id: int) -> Iterable[int]:
    """Who has submitted it, however often it came back meanwhile."""
    kept = SummaryVersion.objects.filter(summary=summary_id, reason=VersionReason.SUBMITTED)
    return kept.order_by().values_list("by_id", flat=True)


def _participants(topic: Topic) -> dict[int, int | None]:
    posted = topic.suggestions.order_by().values_list("author_id", flat=True)
    agreed = topic.cosigners.filter(state=Cosigning.AGREED).order_by()
    cosigned = agreed.values_list("member_id", flat=True)
    voted = Vote.objects.filter(topic=topic, choice__isnull=False).order_by()
    return dict.fromkeys(posted.union(cosigned, voted.values_list("voter_id", flat=True)))
