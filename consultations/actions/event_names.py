"""Names in an import that nobody has: who was chosen for them, and the bodies and channels that are made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from pypinyin import lazy_pinyin

from jianyan.accounts.enums import BodyKind
from jianyan.accounts.models import Body

from ..errors import BadForm
from ..importing.known import Known
from ..importing.plan import NewChannel, Plan
from ..models import Category, Channel
from ..queries.categories import CONSULTATIONS
from .categories import standard_categories

CREATABLE = tuple(kind for kind in BodyKind if kind is not BodyKind.COMMITTEE)
"""Kinds of bodies that an import may make; a committee is founded, not imported."""
NAMED = 5
"""Names that a refusal lists."""


@dataclass(frozen=True, slots=True)
class Choices:
    """Who is meant by names that nobody has: the id of what is there, or what shall be made of that name.

    `bodies`: name → id or kind. `channels`: name → id, or None for a new one.
    """

    bodies: Mapping[str, int | BodyKind] = field(default_factory=dict)
    channels: Mapping[str, int | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Made:
    """By the names that nobody had, the ids of bodies and channels; and all categories by short name."""

    bodies: Mapping[str, int]
    channels: Mapping[str, int]
    categories: Mapping[str, Category]


def likely_choices(plan: Plan) -> Choices:
    """That each of them is made as what it probably names, where that can be told."""
    bodies = {one.name: BodyKind(one.likely) for one in plan.bodies if one.likely}
    return Choices(bodies, {one.name: None for one in plan.channels})


def make_missing(plan: Plan, choices: Choices, known: Known) -> Made:
    """Make what was chosen to be made. Raises BadForm for a name for which nothing was chosen that can be."""
    undecided = [one.name for one in plan.bodies if not _may_be(choices.bodies.get(one.name), known)]
    undecided += [
        one.name
        for one in plan.channels
        if one.name not in choices.channels or choices.channels[one.name] not in (None, *known.channel_names)
    ]
    if undecided:
        names = pgettext("between names", ", ").join(undecided[:NAMED])
        raise BadForm(
            detail=_("nobody was chosen for %(names)s (%(count)s)")
            % {"names": names, "count": len(undecided)}
        )
    categories = standard_categories()
    channels = {
        one.name: choices.channels[one.name] or _make_channel(one, categories).pk for one in plan.channels
    }
    return Made(
        _make_bodies([one.name for one in plan.bodies], choices, known.committee), channels, categories
    )


def _may_be(choice: int | BodyKind | None, known: Known) -> bool:
    return choice in CREATABLE if isinstance(choice, BodyKind) else choice in known.body_names


def _make_bodies(names: Sequence[str], choices: Choices, committee: Body) -> dict[str, int]:
    made = {}
    for name in names:
        choice = choices.bodies[name]
        if isinstance(choice, BodyKind):
            choice = Body.objects.create(name=name, kind=choice, parent=committee).pk
        made[name] = choice
    return made


def _make_channel(one: NewChannel, categories: Mapping[str, Category]) -> Channel:
    """With what all its events count as; consultation where that is among it."""
    last = Channel.objects.order_by("-position").first()
    channel = Channel.objects.create(
        slug=_free_slug(one.name),
        name=one.name,
        is_consultation=CONSULTATIONS in one.counts_as,
        position=last.position + 1 if last is not None else 0,
    )
    channel.categories.set([categories[slug] for slug in one.counts_as])
    return channel


def _free_slug(name: str) -> str:
    """The name in pinyin, with a number where that is taken."""
    letters = "-".join(lazy_pinyin(name, errors="ignore"))
    stem = (
        "".join(one for one in letters if (one.isascii() and one.isalnum()) or one == "-")[:40] or "channel"
    )
    taken = set(Channel.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    return next(
        slug for slug in (stem, *(f"{stem}-{n}" for n in range(2, len(taken) + 3))) if slug not in taken
    )
