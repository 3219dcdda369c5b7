"""One referral, for whoever reads it: everybody sees what is public; staff and handlers the notes; each their own next steps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch
from django.utils import timezone

from jianyan.accounts.roles import Actor

from .. import rules
from ..enums import Move, ReferralState, Satisfied
from ..errors import NotSignedIn
from ..models import Attachment, Grade, Referral, ReferralLink, ReferralStep, Reply, Satisfaction
from ..referral_states import (
    LinkHolder,
    Party,
    Person,
    Standing,
    bodies_of,
    moves_open_to,
    parties_of,
    undoable,
)
from .attachments import may_read_reply_files
from .authors import author_name, with_authors
from .referral_rows import CitedIdea, ReferralRow, cited, rows_of, with_all
from .referral_standing import standing_of
from .visible import visible_deliberations

OF_THE_OFFICE = (Move.REMIND, Move.UNDO)
"""Steps that only staff and handlers are shown, as those that were undone."""


@dataclass(frozen=True, slots=True)
class StepLine:
    """A dated step. `late`: days after the due date, of an answer. `note` is empty for those who may not read it."""

    move: str
    words: str
    at: dt.datetime
    body: str
    note: str
    late: int
    undone: bool


@dataclass(frozen=True, slots=True)
class IdeaLine:
    """A suggestion as everybody reads it. `support` None: counts are hidden."""

    idea: CitedIdea
    author: str
    support: int | None


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file beside a reply; `size` in bytes."""

    id: int
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Rating:
    """What one author says: to handlers its comment, too, and to staff, who know all authors, the name."""

    degree: str
    degree_name: str
    name: str
    comment: str
    own: bool


@dataclass(frozen=True, slots=True)
class ReplyLine:
    """What a body has answered in one round. `stands`: it is the answer that authors rate now."""

    id: int
    body: str
    leads: bool
    round: int
    text: str
    letter: str
    meaning: str
    at: dt.datetime
    late: int
    stands: bool
    files: tuple[FileLine, ...]
    ratings: tuple[Rating, ...]


@dataclass(frozen=True, slots=True)
class LinkLine:
    """A signed link that was made. `state`: open, expired or revoked. `key`: what its token is made of."""

    id: int
    key: str
    body: str
    made_at: dt.datetime
    expires_at: dt.datetime
    used_at: dt.datetime | None
    state: str


@dataclass(frozen=True, slots=True)
class ReferralPage:
    """The page. `moves` are what this reader may do now, `undoable` those of them that can be undone afterwards.

    `inside`: the reader handles it or is of the staff; `reads_files`: they, or an author. `undoes`: the step that would
    be undone. `helps_for`: bodies for which the reader may contribute, (id, name).
    """

    row: ReferralRow
    standing: Standing
    steps: tuple[StepLine, ...]
    ideas: tuple[IdeaLine, ...]
    replies: tuple[ReplyLine, ...]
    links: tuple[LinkLine, ...]
    moves: tuple[Move, ...]
    undoable: frozenset[Move]
    undoes: str
    helps_for: tuple[tuple[int, str], ...]
    grades: tuple[tuple[int, str], ...]
    rated: Rating | None
    inside: bool
    reads_files: bool
    secretary: bool
    sees_deliberation: bool

    @property
    def standing_reply(self) -> ReplyLine | None:
        """The answer that authors rate now."""
        return next((one for one in self.replies if one.stands), None)


def referral_page(referral_id: int, by: Person | None, *, at: dt.datetime) -> ReferralPage | None:
    """The page for somebody who may see it; None for others, and where there is none.

    Raises NotSignedIn where signing in may help.
    """
    found = with_all(Referral.objects.filter(pk=referral_id)).select_related(
        "deliberation__host", "deliberation__channel"
    )
    referral = found.first()
    if referral is None:
        return None
    standing = standing_of(referral)
    actor = by if isinstance(by, Actor) else None
    handles = bool(bodies_of(by, standing))
    seen = visible_deliberations(actor, at).filter(pk=referral.deliberation_id).exists()
    if not seen and not handles:
        if by is None:
            raise NotSignedIn
        return None
    staff = _is_staff(actor, referral)
    return _page(referral, standing, by, at=at, staff=staff, inside=handles or staff, seen=seen)


def _is_staff(actor: Actor | None, referral: Referral) -> bool:
    lineage = referral.deliberation.host.lineage
    return actor is not None and any(actor.holds(role, lineage) for role in rules.STAFF)


def _page(
    referral: Referral,
    standing: Standing,
    by: Person | None,
    *,
    at: dt.datetime,
    staff: bool,
    inside: bool,
    seen: bool,
) -> ReferralPage:
    today = timezone.localdate(at)
    moves = moves_open_to(by, standing, on=today)
    parties = parties_of(by, standing)
    steps = list(referral.steps.select_related("body").order_by("id"))
    replies = _replies(referral, standing, by, steps, staff=staff, inside=inside)
    own = [one for reply in replies if reply.stands for one in reply.ratings if one.own]
    secretary = Party.SECRETARY in parties
    return ReferralPage(
        row=rows_of([referral], by if isinstance(by, Actor) else None, at=at)[0],
        standing=standing,
        steps=tuple(
            _step(one, inside=inside)
            for one in steps
            if inside or not (one.undone_at or one.move in OF_THE_OFFICE)
        ),
        ideas=_ideas(referral, at),
        replies=replies,
        links=_links(referral, at) if secretary else (),
        moves=moves,
        undoable=frozenset(move for move in moves if undoable(standing.state, move)),
        undoes=str(standing.last.move.label) if standing.last is not None else "",
        helps_for=tuple((one.body_id, one.name) for one in bodies_of(by, standing) if not one.leads),
        grades=_grades() if Move.ANSWER in moves else (),
        rated=own[0] if own else None,
        inside=inside,
        reads_files=isinstance(by, LinkHolder) or may_read_reply_files(by, referral),
        secretary=secretary,
        sees_deliberation=seen,
    )


def _grades() -> tuple[tuple[int, str], ...]:
    return tuple((one.pk, str(one)) for one in Grade.objects.order_by("position", "id"))


def _step(step: ReferralStep, *, inside: bool) -> StepLine:
    return StepLine(
        move=step.move,
        words=str(step.get_move_display()),
        at=step.at,
        body=str(step.body) if step.body is not None else "",
        note=step.note if inside else "",
        late=step.facts.get("late_days", 0),
        undone=step.undone_at is not None,
    )


def _ideas(referral: Referral, at: dt.datetime) -> tuple[IdeaLine, ...]:
    rows = with_authors(referral.suggestions.all()).select_related("topic", "theme")
    return tuple(
        IdeaLine(
            idea=cited(row),
            author=author_name(row, row.topic),
            support=row.support if rules.tallies_shown(row.topic, at) else None,
        )
        for row in rows.order_by("topic__position", "topic_id", "number")
    )


def _replies(
    referral: Referral,
    standing: Standing,
    by: Person | None,
    steps: Iterable[ReferralStep],
    *,
    staff: bool,
    inside: bool,
) -> tuple[ReplyLine, ...]:
    late = {
        one.at: one.facts.get("late_days", 0)
        for one in steps
        if one.move in (Move.ANSWER, Move.CONTRIBUTE) and one.undone_at is None
    }
    rows = referral.replies.filter(withdrawn_at=None).select_related("body", "grade")
    rows = rows.prefetch_related(
        Prefetch("attachments", Attachment.objects.filter(withdrawn_at=None)),
        Prefetch("satisfactions", Satisfaction.objects.select_related("user").order_by("at", "id")),
    )
    me = by.user_id if isinstance(by, Actor) else None
    return tuple(
        _reply(
            row,
            leads=row.body_id == standing.lead.body_id,
            late=late.get(row.at, 0),
            stands=row.body_id == standing.lead.body_id
            and row.round == standing.round
            and standing.state in (ReferralState.ANSWERED, ReferralState.CLOSED),
            ratings=tuple(_rating(one, me, staff=staff, inside=inside) for one in row.satisfactions.all()),
        )
        for row in rows.order_by("round", "at", "id")
    )


def _reply(row: Reply, *, leads: bool, late: int, stands: bool, ratings: tuple[Rating, ...]) -> ReplyLine:
    return ReplyLine(
        id=row.pk,
        body=str(row.body),
        leads=leads,
        round=row.round,
        text=row.text,
        letter=row.grade.letter if row.grade is not None else "",
        meaning=row.grade.meaning if row.grade is not None else "",
        at=row.at,
        late=late,
        stands=stands,
        files=tuple(FileLine(one.pk, one.name, one.size) for one in row.attachments.all()),
        ratings=ratings,
    )


def _rating(row: Satisfaction, me: int | None, *, staff: bool, inside: bool) -> Rating:
    own = row.user_id == me
    return Rating(
        degree=row.degree,
        degree_name=str(Satisfied(row.degree).label),
        name=row.user.display_name if staff else "",
        comment=row.comment if inside or own else "",
        own=own,
    )


def _links(referral: Referral, at: dt.datetime) -> tuple[LinkLine, ...]:
    return tuple(
        LinkLine(
            id=one.pk,
            key=one.key,
            body=str(one.body),
            made_at=one.made_at,
            expires_at=one.expires_at,
            used_at=one.used_at,
            state=_state(one, at),
        )
        for one in referral.links.select_related("body").order_by("-id")
    )


def _state(link: ReferralLink, at: dt.datetime) -> str:
    if link.revoked_at is not None:
        return "revoked"
    return "expired" if link.expires_at <= at else "open"
