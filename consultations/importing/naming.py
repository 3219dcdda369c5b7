"""A name in a file → the body or the channel that is meant; and what a name that nobody has is probably the name of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import regex

from jianyan.accounts.enums import BodyKind
from jianyan.accounts.models import Body
from jianyan.accounts.roster.register import Register

_GROUP_OF_A_SECTOR = regex.compile(r"(?:界别)?(?:活动组|活动小组|小组)$|界别$")
_OF_THE_COMMITTEE = regex.compile(r"^[省市县区州旗]?政协")
_BRANCH = regex.compile(r"支部|总支|支社|委员会|基层委员会|联合会")
_GROUPS = (
    "支部",
    "总支",
    "支社",
    "工商联",
    "总工会",
    "妇联",
    "团县委",
    "团市委",
    "团区委",
    "科协",
    "侨联",
    "台联",
    "文联",
)
# Likeliest first: of several bodies of one name, the one that holds events.
_ORDER = (
    BodyKind.COMMITTEE,
    BodyKind.SPECIAL_COMMITTEE,
    BodyKind.ORGAN,
    BodyKind.STUDIO,
    BodyKind.HALL,
    BodyKind.SECTOR,
    BodyKind.PARTY,
    BodyKind.SOCIETY,
    BodyKind.DEPARTMENT,
)


@dataclass(slots=True)
class Names:
    """The bodies of one committee, by what they are called. Answers are kept: a name comes many times."""

    register: Register
    _by_name: dict[str, Body] = field(default_factory=dict)
    _hosts: dict[str, Body | None] = field(default_factory=dict)
    _sponsors: dict[str, Body | None] = field(default_factory=dict)

    @classmethod
    def of(cls, committee: Body, bodies: Iterable[Body]) -> Names:
        """Of these bodies, the committee among them."""
        register = Register(committee)
        ordered = sorted(bodies, key=lambda body: (_ORDER.index(BodyKind(body.kind)), body.pk))
        by_name: dict[str, Body] = {}
        for body in ordered:
            register.bodies.setdefault(body.kind, {}).setdefault(body.name, body)
            by_name.setdefault(body.name, body)
        for body in ordered:
            if body.short_name:
                by_name.setdefault(body.short_name, body)
        return cls(register, by_name)

    def host(self, name: str) -> Body | None:
        """Who holds an event: by name, with or without 县政协 before it, or as the group of a sector."""
        if name not in self._hosts:
            self._hosts[name] = self._find(name)
        return self._hosts[name]

    def sponsor(self, name: str) -> Body | None:
        """Who puts a proposal forward: a party or group, also by its branch in the county."""
        if name not in self._sponsors:
            self._sponsors[name] = self._group(name) or self.host(name)
        return self._sponsors[name]

    def _find(self, name: str) -> Body | None:
        if name in self._by_name:
            return self._by_name[name]
        stem = _OF_THE_COMMITTEE.sub("", name)
        if _GROUP_OF_A_SECTOR.search(stem):
            sector, _known = self.register.body(BodyKind.SECTOR, _GROUP_OF_A_SECTOR.sub("", stem))
            return sector
        special, _known = self.register.body(BodyKind.SPECIAL_COMMITTEE, name)
        return special or (self._by_name.get(stem) if stem else None)

    def _group(self, name: str) -> Body | None:
        parties = self.register.bodies.get(BodyKind.PARTY, {})
        if name in parties:
            return parties[name]
        if _BRANCH.search(name):
            return next((body for known, body in parties.items() if name.startswith(known)), None)
        return None


def likely_kind(name: str, *, sponsor: bool = False) -> BodyKind | None:
    """What a body of that name probably is; None where the name does not tell."""
    if sponsor or any(word in name for word in _GROUPS):
        return BodyKind.PARTY
    if "委员工作室" in name or name.endswith("工作室"):
        return BodyKind.STUDIO
    if "议事" in name or "协商驿站" in name:
        return BodyKind.HALL
    stem = _OF_THE_COMMITTEE.sub("", name)
    if stem.startswith(
        ("党组", "常委会", "常务委员会", "主席会议", "办公室", "机关", "各", "全体会议")
    ) or stem.endswith("会议"):
        return BodyKind.ORGAN
    if _GROUP_OF_A_SECTOR.search(stem):
        return BodyKind.SECTOR
    return BodyKind.SPECIAL_COMMITTEE if stem.endswith("委员会") else None


def channel_meant(name: str, channels: Mapping[str, int]) -> int | None:
    """The id of the channel of that name; blanks and dots between its words do not matter."""
    if name in channels:
        return channels[name]
    bare = _bare(name)
    return next((pk for known, pk in channels.items() if _bare(known) == bare), None)


def _bare(name: str) -> str:
    return regex.sub(r"[\s·・•.．\-—]", "", name).casefold()
