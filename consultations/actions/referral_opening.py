"""The common part of every step of a referral: locked, decided by the table, kept, journalled, told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from jianyan.accounts.enums import Role
from jianyan.accounts.roles import Actor

from .. import rules
from ..enums import Move, ReferralState, Step
from ..errors import LinkExpired, LinkRevoked, UnknownLink, UnknownReferral
from ..events import FollowedUp, emit
from ..models import Referral, ReferralBody, ReferralLink, ReferralStep, Topic
from ..queries.referral_standing import standing_of
from ..referral_states import (
    TABLE,
    Handling,
    LinkHolder,
    Party,
    Person,
    Standing,
    bodies_of,
    may_move,
    next_state,
    parties_of,
)
from .locking import lock_topics
from .recording import record
from .referral_news import tell_of_step
from .summaries import accept

NOTE_LENGTH = 1000
"""Characters of a reason or note."""

_DATES = ("due", "first_due")
_INSTANTS = ("accepted_at", "answered_at", "closed_at", "supervised_at")
_OFFICES = (
    (Party.SECRETARY, Role.SECRETARY),
    (Party.CHAIR, Role.CHAIR),
    (Party.LEAD, Role.HANDLER),
    (Party.HELPER, Role.HANDLER),
    (Party.AUTHOR, Role.MEMBER),
)


@dataclass(frozen=True, slots=True)
class OpenedReferral:
    """A referral under its lock and those of its topics, with how it stood. `by` None: the clock.

    Whoever changes its fields calls `step` afterwards, once, which saves them.
    """

    referral: Referral
    topics: tuple[Topic, ...]
    standing: Standing
    by: Person | None
    at: dt.datetime
    before: Mapping[str, Any]

    @property
    def on(self) -> dt.date:
        """The day, where the site is."""
        return timezone.localdate(self.at)

    @property
    def user_id(self) -> int | None:
        """Of whoever has an account."""
        return self.by.user_id if isinstance(self.by, Actor) else None

    @property
    def link_id(self) -> int | None:
        """Of whoever has none."""
        return self.by.link_id if isinstance(self.by, LinkHolder) else None

    def step(
        self,
        move: Move,
        *,
        after: ReferralState | None = None,
        body: Handling | None = None,
        note: str = "",
        facts: Mapping[str, Any] | None = None,
        public: Mapping[str, Any] | None = None,
    ) -> ReferralStep:
        """Save the referral in the state that follows, its next edition; keep the step, journal it, tell people.

        `after` is of UNDO alone: the table says where all others lead. `facts` stay inside, `public` everybody reads.
        """
        referral = self.referral
        referral.state = after or next_state(self.standing.state, move)
        referral.edition += 1
        referral.save()
        step = ReferralStep.objects.create(
            referral=referral,
            move=move,
            at=self.at,
            before=self.standing.state,
            after=referral.state,
            body_id=body.body_id if body is not None else None,
            by_id=self.user_id,
            link_id=self.link_id,
            note=note,
            facts={"before": self.before, **(facts or {}), **(public or {})},
        )
        office = self._office(move)
        journal_step(referral, self.topics, step, by=self.by, office=office, public=public or {})
        return step

    def _office(self, move: Move) -> str:
        """In which role the step was taken; never who took it. Empty for the clock."""
        way = TABLE.get((self.standing.state, move))
        parties = parties_of(self.by, self.standing)
        if way is not None:
            parties &= way.who
        return next((role.value for party, role in _OFFICES if party in parties), "")


def open_referral(
    referral_id: int, move: Move, *, by: Person | None, at: dt.datetime | None
) -> OpenedReferral:
    """Lock the topics of a referral, then it, and decide whether this person may take that step now.

    `by` None: the clock, which is not asked. Raises UnknownReferral, LinkExpired, LinkRevoked and what `may_move` says.
    """
    topics = lock_topics(topics_of(referral_id))
    referral = (
        Referral.objects.select_for_update(of=("self",))
        .select_related("deliberation__host", "deliberation__channel")
        .filter(pk=referral_id)
        .first()
    )
    if referral is None:
        raise UnknownReferral
    at = at or timezone.now()
    if isinstance(by, LinkHolder):
        _use_link(by, referral, at)
    standing = standing_of(referral)
    if by is not None:
        rules.require(may_move(by, standing, move, on=timezone.localdate(at)))
    return OpenedReferral(referral, tuple(topics), standing, by, at, snapshot(referral, standing))


def topics_of(referral_id: int) -> list[int]:
    """Ids of the topics of what it carries; of all of the deliberation where it carries no suggestion."""
    of_suggestions = Topic.objects.filter(suggestions__referrals=referral_id).order_by()
    ids = list(of_suggestions.values_list("pk", flat=True).distinct())
    return ids or list(Topic.objects.filter(deliberation__referrals=referral_id).values_list("pk", flat=True))


def journal_step(
    referral: Referral,
    topics: Iterable[Topic],
    step: ReferralStep,
    *,
    by: Person | None,
    office: str,
    public: Mapping[str, Any],
) -> None:
    """One entry in each of the topics, in which names of bodies stand, and none of people; then tell of it."""
    actor = by if isinstance(by, Actor) else None
    bodies = list(referral.bodies.select_related("body").order_by("-leads", "id"))
    carried: dict[int, list[tuple[int, int]]] = {}
    for topic_id, pk, number in referral.suggestions.order_by("topic", "number").values_list(
        "topic_id", "id", "number"
    ):
        carried.setdefault(topic_id, []).append((pk, number))
    common: dict[str, Any] = {
        "referral": referral.pk,
        "edition": referral.edition,
        "move": step.move,
        "state": step.after,
        "due": referral.due.isoformat(),
        "lead": str(bodies[0].body),
        "cohandling": [str(row.body) for row in bodies[1:]],
        **public,
    }
    if office:
        common["by"] = office
    for topic in topics:
        rows = carried.get(topic.pk, [])
        payload = common | {"suggestions": [pk for pk, _ in rows], "numbers": [number for _, number in rows]}
        record(topic, Step.REFERRED, payload, at=step.at, actor=actor)
        emit(FollowedUp(topic_id=topic.pk, revision=topic.revision))
    tell_of_step(
        referral,
        step,
        public,
        {topic: [pk for pk, _ in carried.get(topic.pk, [])] for topic in topics},
        bodies=[row.body for row in bodies],
    )


def snapshot(referral: Referral, standing: Standing) -> dict[str, Any]:
    """What a step may change, as JSON: enough to restore it exactly."""
    return {
        **{name: getattr(referral, name).isoformat() for name in _DATES},
        **{name: _text(getattr(referral, name)) for name in _INSTANTS},
        "round": referral.round,
        "bodies": [[body.body_id, body.leads] for body in standing.bodies],
    }


def restore(referral: Referral, kept: Mapping[str, Any]) -> None:
    """Set what a snapshot says, unsaved but for the bodies."""
    for name in _DATES:
        setattr(referral, name, dt.date.fromisoformat(kept[name]))
    for name in _INSTANTS:
        setattr(referral, name, dt.datetime.fromisoformat(kept[name]) if kept[name] is not None else None)
    referral.round = kept["round"]
    set_bodies(referral, [(pk, leads) for pk, leads in kept["bodies"]])


def set_bodies(referral: Referral, bodies: Iterable[tuple[int, bool]]) -> None:
    """Make these, with whether they lead, the bodies of a referral; without effect where they are."""
    wanted = list(bodies)
    if set(referral.bodies.values_list("body_id", "leads")) == set(wanted):
        return
    referral.bodies.all().delete()
    ReferralBody.objects.bulk_create(
        ReferralBody(referral=referral, body_id=pk, leads=leads) for pk, leads in wanted
    )


def accept_reason(text: str, *, what: str) -> str:
    """A reason that has to be given. Raises BadForm, BadCharacters."""
    return accept(text, NOTE_LENGTH, what=what)


def accept_note(text: str, *, what: str) -> str:
    """A note that may be empty. Raises BadForm, BadCharacters."""
    return accept(text, NOTE_LENGTH, what=what) if text.strip() else ""


def acting_body(opened: OpenedReferral, *, leads: bool, body_id: int | None = None) -> Handling | None:
    """For which body of the referral the step is taken; None where it is for none of that kind."""
    held = bodies_of(opened.by, opened.standing)
    return next(
        (body for body in held if body.leads is leads and body_id in (None, body.body_id)),
        None,
    )


def _use_link(by: LinkHolder, referral: Referral, at: dt.datetime) -> None:
    link = ReferralLink.objects.filter(pk=by.link_id, referral=referral, body_id=by.body_id).first()
    if link is None:
        raise UnknownLink
    require_open_link(link, at)
    ReferralLink.objects.filter(pk=link.pk).update(used_at=at)


def require_open_link(link: ReferralLink, at: dt.datetime) -> None:
    """Raise LinkRevoked or LinkExpired where the link opens nothing any more."""
    if link.revoked_at is not None:
        raise LinkRevoked
    if at >= link.expires_at:
        raise LinkExpired


def _text(at: dt.datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
