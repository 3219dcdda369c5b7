"""What is known before the first row: the bodies to belong to, and the people already there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from django.db.models import Prefetch, Q

from ..enums import BodyKind, Role
from ..models import Body, Membership, User

DATA = Path(__file__).resolve().parents[1] / "data"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody known. `row` is the row of this file that named them; None for who was known before."""

    name: str
    phone: str
    sectors: tuple[str, ...]
    position: str
    row: int | None = None
    user: User | None = None


@cache
def _other_names() -> dict[tuple[str, str], str]:
    lines = (DATA / "other_body_names.tsv").read_text(encoding="utf-8").splitlines()
    return {(kind, other): name for kind, other, name in (line.split("\t") for line in lines)}


@dataclass(slots=True)
class Register:
    """The bodies below one committee, and everybody with a phone or a seat in it. Rows of the file are added to it."""

    committee: Body
    bodies: dict[str, dict[str, Body]] = field(default_factory=dict)
    by_phone: dict[str, Person] = field(default_factory=dict)
    by_name: dict[str, list[Person]] = field(default_factory=dict)

    @classmethod
    def load(cls, committee: Body) -> Register:
        """Read all of it from the database in four queries, however long the roster is."""
        register = cls(committee)
        for body in Body.objects.filter(path__startswith=committee.path):
            register.bodies.setdefault(body.kind, {}).setdefault(body.name, body)
        memberships = Membership.objects.select_related("body").order_by("id")
        users = (
            User.objects.filter(Q(phone__isnull=False) | Q(memberships__body=committee))
            .distinct()
            .order_by("id")
            .prefetch_related(Prefetch("memberships", memberships))
        )
        for user in users:
            register._add_user(user)
        return register

    def _add_user(self, user: User) -> None:
        held = [seat for seat in user.memberships.all() if seat.role == Role.MEMBER]
        sectors = dict.fromkeys(seat.body.name for seat in held if seat.body.kind == BodyKind.SECTOR)
        person = Person(user.display_name, user.phone or "", tuple(sectors), user.position, user=user)
        if person.phone:
            self.by_phone[person.phone] = person
        # Only members can be mistaken for members; a secretary of the same name is somebody else.
        if any(seat.body_id == self.committee.pk for seat in held):
            self.by_name.setdefault(person.name, []).append(person)

    def add(self, person: Person, *, known: Person | None) -> None:
        """A row of this file was taken: later rows are compared with it, and no longer with who it was before."""
        same = self.by_name.setdefault(person.name, [])
        if known in same:
            same.remove(known)
        same.append(person)

    def body(self, kind: BodyKind, word: str) -> tuple[Body | None, bool]:
        """The body that a cell names, and whether it does so by its own name."""
        known = self.bodies.get(kind, {})
        if word in known:
            return known[word], True
        by_short_name = {body.short_name: body for body in known.values() if body.short_name}
        if word in by_short_name:
            return by_short_name[word], False
        return next((known[other] for other in _variants(kind, word) if other in known), None), False


def _variants(kind: BodyKind, word: str) -> Iterable[str]:
    """Other ways to name a body of that kind, likeliest first."""
    listed = _other_names().get((kind, word))
    if listed:
        yield listed
    match kind:
        case BodyKind.SECTOR:
            stem = word.removesuffix("别").removesuffix("界")
            yield from (stem, f"{stem}界", f"{stem}人士")
        case BodyKind.SPECIAL_COMMITTEE:
            stem = word.removeprefix("县政协").removeprefix("政协")
            yield from (stem, f"{stem.removesuffix('委')}委员会")
        case _:
            yield f"中国{word}"
