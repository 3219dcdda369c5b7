"""Members' records of a year: what they did, from rows, for one of them or for all; nine queries at most."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import CharField, Count, F, Q, QuerySet, Value
from django.utils import timezone

from jianyan.accounts.enums import BodyKind, Role
from jianyan.accounts.models import Body, Membership, User

from ..enums import PUBLIC, Choice, Cosigning, Sponsor
from ..models import (
    Attendance,
    Channel,
    Cosigner,
    Deliberation,
    OutcomeCover,
    Referral,
    Submission,
    Suggestion,
    Vote,
)
from ..periods import Period, of_year
from .event_counts import events_in, held_by
from .record_rows import Attended, Came, Filed, Given, Idea, Rows, Source, Stay

FIRST_YEAR, LAST_YEAR = 1950, 2199
"""Years that there can be records of."""

Row = TypeVar("Row", Attended, Idea, Filed, Came)


def overlapping(year: int) -> Q:
    """Filters memberships: those that were in force on any day of the year."""
    period = of_year(year)
    begun = Q(since=None) | Q(since__lte=period.until)
    return begun & (Q(until=None) | Q(until__gte=period.since))


def memberships_in(body: Body, year: int) -> QuerySet[Membership]:
    """Memberships of members of the body or of one below it that were in force on any day of the year."""
    return Membership.objects.filter(overlapping(year), role=Role.MEMBER, body__path__startswith=body.path)


def records_of(
    body: Body, year: int, users: Collection[User], *, at: dt.datetime | None = None
) -> dict[int, Rows]:
    """By user id what each of these did for the body in the year, as far as it has taken place by `at` (now)."""
    if not users:
        return {}
    return _Loading(body, year, {user.pk: user for user in users}, at or timezone.now()).records()


def given_by(body: Body, year: int, user_id: int, *, at: dt.datetime) -> list[Suggestion]:
    """The suggestions that somebody supports, latest first, with their topics; only for themselves. One query."""
    return list(
        Suggestion.objects.filter(
            votes__voter_id=user_id,
            votes__choice=Choice.SUPPORT,
            status__in=PUBLIC,
            topic__deliberation__in=events_in(body, of_year(year), at=at),
        )
        .select_related("topic")
        .order_by("-topic__closes_at", "number")
    )


@dataclass(frozen=True, slots=True)
class _Owner:
    """Whose a suggestion is: in the role of its lead author or not, and which of theirs that is."""

    user_id: int
    lead: bool
    idea: Suggestion


@dataclass(frozen=True, slots=True)
class _Share:
    """What somebody has in a document: whether they lead, and which of their ideas it grew out of."""

    lead: bool
    grown: tuple[int, ...] = ()


class _Loading:
    """One pass over the tables for some members."""

    def __init__(self, body: Body, year: int, users: Mapping[int, User], at: dt.datetime) -> None:
        self.body, self.users, self.at = body, users, at
        self.period: Period = of_year(year)
        self.events = events_in(body, self.period, at=at).values("pk")
        self.stays: dict[int, list[Stay]] = defaultdict(list)
        self.owners: dict[int, list[_Owner]] = defaultdict(list)
        stays = memberships_in(body, year).filter(user__in=users).select_related("body")
        for one in stays.order_by(F("since").asc(nulls_first=True), "id"):
            self.stays[one.user_id].append(
                Stay(one.body_id, one.body.name, one.body.kind, one.term, one.since, one.until)
            )

    def records(self) -> dict[int, Rows]:
        attended = self.attended()
        ideas = self.ideas()
        filed, outcomes = self.consequences()
        given = self.given()
        return {
            pk: Rows(
                user_id=pk,
                name=user.display_name,
                stays=tuple(self.stays[pk]),
                attended=_by_day(attended[pk]),
                ideas=_by_day(ideas[pk]),
                filed=_by_day(filed[pk]),
                outcomes=_by_day(outcomes[pk]),
                given=tuple(given[pk]),
            )
            for pk, user in self.users.items()
        }

    def sector_on(self, user_id: int, day: dt.date) -> int:
        """The sector that the member was in on that day, the latest where there are two; 0: in none."""
        sectors = (stay for stay in self.stays[user_id] if stay.kind == BodyKind.SECTOR)
        held = [stay.body_id for stay in sectors if stay.holds_on(day)]
        return held[-1] if held else 0

    def attended(self) -> dict[int, list[Attended]]:
        found: dict[int, list[Attended]] = defaultdict(list)
        # Not as models: of a large body these are tens of thousands.
        rows = list(
            Attendance.objects.filter(user__in=self.users, deliberation__in=self.events)
            .exclude(presence="")
            .values_list(
                "user_id",
                "presence",
                "mode",
                "deliberation_id",
                "deliberation__title",
                "deliberation__starts_at",
                "deliberation__channel_id",
                "deliberation__channel__name",
            )
        )
        categories = self.categories() if rows else {}
        days: dict[int, dt.date] = {}
        for user_id, presence, mode, event_id, title, starts_at, channel_id, channel in rows:
            day = days.get(event_id) or days.setdefault(event_id, timezone.localdate(starts_at))
            # Before and after their membership people come as guests, which is no part of this record.
            if user_id is None or not any(stay.holds_on(day) for stay in self.stays[user_id]):
                continue
            found[user_id].append(
                Attended(
                    id=event_id,
                    title=title,
                    channel=channel,
                    day=day,
                    presence=presence,
                    mode=mode,
                    # Its own, or where it has none those of its channel.
                    categories=categories.get(("event", event_id))
                    or categories.get(("channel", channel_id), ()),
                    sector=self.sector_on(user_id, day),
                )
            )
        return found

    def categories(self) -> dict[tuple[str, int], tuple[str, ...]]:
        """Short names by ("event", id) and ("channel", id)."""
        of_events = Deliberation.categories.through.objects.filter(deliberation__in=self.events)
        of_channels = Channel.categories.through.objects.all()
        rows = of_events.values_list(_kind("event"), "deliberation_id", "category__slug").union(
            of_channels.values_list(_kind("channel"), "channel_id", "category__slug")
        )
        found: dict[tuple[str, int], list[str]] = defaultdict(list)
        for kind, pk, slug in rows:
            found[kind, pk].append(slug)
        return {key: tuple(sorted(slugs)) for key, slugs in found.items()}

    def ideas(self) -> dict[int, list[Idea]]:
        """Published ones of the year; notes whose those of any year are, since outcomes may come later."""
        held = held_by(self.body, at=self.at)
        authored = Suggestion.objects.filter(
            author__in=self.users, status__in=PUBLIC, topic__deliberation__in=held
        ).select_related("topic__deliberation")
        cosigned = Cosigner.objects.filter(
            member__in=self.users,
            state=Cosigning.AGREED,
            suggestion__status__in=PUBLIC,
            topic__deliberation__in=held,
        ).select_related("suggestion__topic__deliberation")
        owned = [(one.author_id, one, True) for one in authored.order_by("pk")]
        owned += [(one.member_id, one.suggestion, False) for one in cosigned.order_by("pk")]
        found: dict[int, list[Idea]] = defaultdict(list)
        for user_id, idea, lead in owned:
            self.owners[idea.pk].append(_Owner(user_id, lead=lead, idea=idea))
            if idea.merged_into_id is not None:
                # What comes of a group comes of everything in it.
                self.owners[idea.merged_into_id].append(_Owner(user_id, lead=False, idea=idea))
            if timezone.localdate(idea.topic.deliberation.starts_at) in self.period:
                found[user_id].append(self._idea(user_id, idea, lead=lead))
        return found

    def _idea(self, user_id: int, idea: Suggestion, *, lead: bool) -> Idea:
        day = timezone.localdate(idea.posted_at)
        return Idea(
            id=idea.pk,
            number=idea.number,
            topic_id=idea.topic_id,
            topic=idea.topic.title,
            day=day,
            status=idea.status,
            lead=lead,
            support=idea.support,
            anonymous=idea.topic.anonymous,
            sector=self.sector_on(user_id, day),
        )

    def concerning(self) -> Q:
        """Filters what has a `suggestion`: where that is one of these members', or one of theirs was merged into it."""
        agreed = Cosigner.objects.filter(member__in=self.users, state=Cosigning.AGREED)
        merged = Suggestion.objects.filter(author__in=self.users).exclude(merged_into=None)
        return (
            Q(suggestion__author__in=list(self.users))
            | Q(suggestion__in=agreed.values("suggestion"))
            | Q(suggestion__in=merged.values("merged_into"))
        )

    def consequences(self) -> tuple[dict[int, list[Filed]], dict[int, list[Came]]]:
        """What grew out of ideas and documents of theirs, and what came of it."""
        members: dict[int, list[int]] = defaultdict(list)
        grown: dict[int, list[int]] = defaultdict(list)
        referred: dict[int, list[int]] = defaultdict(list)
        put_forward = Submission.members.through.objects.filter(user__in=self.users)
        out_of = Submission.suggestions.through.objects.filter(self.concerning())
        handed = Referral.suggestions.through.objects.filter(self.concerning())
        links = put_forward.values_list(_kind("member"), "submission_id", "user_id").union(
            out_of.values_list(_kind("grown"), "submission_id", "suggestion_id"),
            handed.values_list(_kind("referred"), "referral_id", "suggestion_id"),
        )
        kinds = {"member": members, "grown": grown, "referred": referred}
        for kind, pk, other in links:
            kinds[kind][pk].append(other)
        documents = self.documents({*members, *grown})
        filed: dict[int, list[Filed]] = defaultdict(list)
        whose = {one.pk: self._sponsors(one, members[one.pk], grown[one.pk]) for one in documents.values()}
        for one in documents.values():
            if one.filed in self.period:
                for user_id, share in whose[one.pk].items():
                    filed[user_id].append(self._filed(user_id, one, share))
        return filed, self.outcomes(documents, whose, referred)

    def documents(self, ids: Collection[int]) -> dict[int, Submission]:
        if not ids:
            return {}
        rows = Submission.objects.filter(pk__in=ids, withdrawn_at=None, body__path__startswith=self.body.path)
        return {one.pk: one for one in rows.defer("text")}

    def _sponsors(self, one: Submission, members: Iterable[int], grown: Iterable[int]) -> dict[int, _Share]:
        """By user id; who puts it forward alone leads, and who wrote an idea that it grew out of."""
        found = {user_id: _Share(lead=one.sponsor_kind == Sponsor.MEMBER) for user_id in members}
        for owner in (owner for pk in sorted(grown) for owner in self.owners[pk]):
            share = found.get(owner.user_id, _Share(lead=False))
            found[owner.user_id] = _Share(lead=share.lead or owner.lead, grown=(*share.grown, owner.idea.pk))
        return found

    def _filed(self, user_id: int, one: Submission, share: _Share) -> Filed:
        return Filed(
            id=one.pk,
            kind=one.kind,
            number=one.number,
            title=one.title,
            day=one.filed,
            state=one.state,
            lead=share.lead,
            sector=self.sector_on(user_id, one.filed),
            grown=share.grown,
        )

    def outcomes(
        self,
        documents: Mapping[int, Submission],
        whose: Mapping[int, Mapping[int, _Share]],
        referred: Mapping[int, list[int]],
    ) -> dict[int, list[Came]]:
        covers = OutcomeCover.objects.filter(
            self.concerning() | Q(submission__in=list(documents)) | Q(referral__in=list(referred)),
            outcome__withdrawn_at=None,
            outcome__body__path__startswith=self.body.path,
            outcome__date__range=(self.period.since, self.period.until),
        ).select_related("outcome")
        outcomes = {}
        sources: dict[tuple[int, int], dict[Source, bool]] = defaultdict(dict)
        for cover in covers.order_by("pk"):
            outcomes[cover.outcome_id] = cover.outcome
            if cover.submission_id is not None:
                document = documents[cover.submission_id]
                for user_id, share in whose[document.pk].items():
                    source = Source(
                        "submission",
                        document.pk,
                        document.number,
                        document.title,
                        topic_id=0,
                        anonymous=False,
                        grown=share.grown,
                    )
                    sources[user_id, cover.outcome_id][source] = share.lead
                continue
            ids = referred[cover.referral_id] if cover.referral_id is not None else [cover.suggestion_id]
            for owner in (owner for pk in ids if pk is not None for owner in self.owners[pk]):
                topic = owner.idea.topic
                source = Source(
                    "suggestion",
                    owner.idea.pk,
                    str(owner.idea.number),
                    topic.title,
                    topic_id=topic.pk,
                    anonymous=topic.anonymous,
                )
                of_it = sources[owner.user_id, cover.outcome_id]
                of_it[source] = of_it.get(source, False) or owner.lead
        found: dict[int, list[Came]] = defaultdict(list)
        for (user_id, outcome_id), of_it in sources.items():
            one = outcomes[outcome_id]
            found[user_id].append(
                Came(
                    id=one.pk,
                    kind=one.kind,
                    level=one.level,
                    day=one.date,
                    words=one.words,
                    item=one.item,
                    lead=any(of_it.values()),
                    sources=tuple(sorted(of_it, key=lambda source: (source.kind, source.id))),
                    sector=self.sector_on(user_id, one.date),
                )
            )
        return found

    def given(self) -> dict[int, list[Given]]:
        found: dict[int, list[Given]] = defaultdict(list)
        rows = (
            Vote.objects.filter(
                voter__in=self.users, choice=Choice.SUPPORT, topic__deliberation__in=self.events
            )
            .order_by("voter", "topic__deliberation")
            .values_list("voter", "topic__deliberation", "topic__deliberation__starts_at")
            .annotate(votes=Count("pk"))
        )
        for user_id, event_id, starts_at, votes in rows:
            sector = self.sector_on(user_id, timezone.localdate(starts_at))
            found[user_id].append(Given(event_id, votes, sector))
        return found


def _kind(name: str) -> Value:
    return Value(name, output_field=CharField())


def _by_day(rows: Iterable[Row]) -> tuple[Row, ...]:
    return tuple(sorted(rows, key=lambda one: (one.day, one.id)))
