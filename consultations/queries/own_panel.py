"""What only one person is to see and do in a topic beyond what the wire tells them of their own part.

Proposals for another wording of their ideas; what of theirs, or of what they support, was merged; what they flagged.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Case, Exists, OuterRef, Q, When

from jianyan.accounts.roles import Actor

from ..differences import differences
from ..enums import LIVE, Cosigning, FlagKind, Proposed, Status
from ..models import Cosigner, Flag, Proposal, Suggestion, Topic, Vote
from ..rules import PROPOSABLE
from .cosigning import CosigningPart, cosigning_part
from .marking import Segment, segments

OBJECTION_LENGTH = 200
"""Characters in which somebody says why a merge is wrong."""


@dataclass(frozen=True, slots=True)
class ProposedWording:
    """Another wording that waits for its author. What differs between the two texts has the mark `changed`."""

    id: int
    number: int
    before: tuple[Segment, ...]
    after: tuple[Segment, ...]
    reason: str
    status: str


@dataclass(frozen=True, slots=True)
class MergedIdea:
    """A merged suggestion that is one's own (`mine`), alone or with others, or that one supports. `into…`: its representative.

    `objection`: empty, `open` while the moderators have not dealt with it, or `settled`.
    """

    id: int
    number: int
    mine: bool
    into: int
    into_number: int
    into_text: str
    objection: str
    may_object: bool


@dataclass(frozen=True, slots=True)
class OwnFlag:
    """Somebody's own flag on a suggestion that is shown. `suggestion` is its id, `number` that of the suggestion."""

    id: int
    suggestion: int
    number: int
    kind_name: str
    settled: bool


@dataclass(frozen=True, slots=True)
class MaskedIdea:
    """An idea of one's own in which the screening has found private data; `text` is what others read or will read."""

    id: int
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class OwnPanel:
    """All of it; the order is that of the suggestions' numbers."""

    proposals: tuple[ProposedWording, ...]
    merged: tuple[MergedIdea, ...]
    flags: tuple[OwnFlag, ...]
    masked: tuple[MaskedIdea, ...]
    cosigning: CosigningPart

    @property
    def flagged(self) -> frozenset[int]:
        """Suggestions that this person has flagged and the moderators have not dealt with."""
        return frozenset(one.suggestion for one in self.flags if not one.settled)

    @property
    def own_merges(self) -> tuple[MergedIdea, ...]:
        """What of one's own was merged."""
        return tuple(one for one in self.merged if one.mine)

    @property
    def supported_merges(self) -> tuple[MergedIdea, ...]:
        """What one supports of others and was merged."""
        return tuple(one for one in self.merged if not one.mine)

    @property
    def joined(self) -> frozenset[int]:
        """Merged suggestions of others that this person supports."""
        return frozenset(one.id for one in self.supported_merges)


def own_panel(topic: Topic, actor: Actor, *, at: dt.datetime) -> OwnPanel:
    """The panel of one person in a loaded topic: six queries, ten where ideas are signed by several.

    A frozen topic leaves nothing to be done.
    """
    flags = list(
        Flag.objects.filter(topic=topic, member_id=actor.user_id).select_related("suggestion").order_by("id")
    )
    return OwnPanel(
        proposals=() if topic.frozen_at is not None else _proposals(topic, actor),
        merged=_merged(topic, actor, flags),
        flags=tuple(
            OwnFlag(
                flag.pk,
                flag.suggestion_id,
                flag.suggestion.number,
                str(flag.get_kind_display()),
                flag.settled_at is not None,
            )
            for flag in flags
            if flag.kind != FlagKind.SPLIT
        ),
        masked=tuple(
            MaskedIdea(row.pk, row.number, row.public_text)
            for row in topic.suggestions.filter(author_id=actor.user_id, status__in=LIVE)
            .exclude(masked=[])
            .order_by("number")
        ),
        cosigning=cosigning_part(topic, actor, at=at),
    )


def _proposals(topic: Topic, actor: Actor) -> tuple[ProposedWording, ...]:
    rows = (
        Proposal.objects.filter(
            suggestion__topic=topic,
            suggestion__author_id=actor.user_id,
            suggestion__status__in=PROPOSABLE,
            state=Proposed.OPEN,
        )
        .select_related("suggestion")
        .order_by("suggestion__number")
    )
    return tuple(_proposal(row) for row in rows)


def _proposal(row: Proposal) -> ProposedWording:
    gone, come = differences(row.of_text, row.text)
    return ProposedWording(
        id=row.pk,
        number=row.suggestion.number,
        before=segments(row.of_text, changed=gone),
        after=segments(row.text, changed=come),
        reason=row.reason,
        status=str(row.suggestion.status),
    )


def _merged(topic: Topic, actor: Actor, flags: list[Flag]) -> tuple[MergedIdea, ...]:
    objections = {
        flag.suggestion_id: "settled" if flag.settled_at is not None else "open"
        for flag in flags
        if flag.kind == FlagKind.SPLIT
    }
    signed = Cosigner.objects.filter(
        suggestion=OuterRef("pk"), member_id=actor.user_id, state=Cosigning.AGREED
    )
    stands = Vote.objects.filter(suggestion=OuterRef("pk"), voter_id=actor.user_id).exclude(choice=None)
    rows = (
        topic.suggestions.filter(status=Status.MERGED)
        .annotate(own=Case(When(author_id=actor.user_id, then=True), default=Exists(signed)))
        .filter(Q(own=True) | Exists(stands))
        .select_related("merged_into")
        .order_by("number")
    )
    return tuple(
        _merged_idea(row, row.merged_into, topic, mine=row.own, objection=objections.get(row.pk, ""))
        for row in rows
        if row.merged_into is not None
    )


def _merged_idea(
    row: Suggestion, into: Suggestion, topic: Topic, *, mine: bool, objection: str
) -> MergedIdea:
    return MergedIdea(
        id=row.pk,
        number=row.number,
        mine=mine,
        into=into.pk,
        into_number=into.number,
        into_text=into.public_text,
        objection=objection,
        may_object=objection != "open" and topic.frozen_at is None,
    )
