"""Plain functions that make a county, its bodies and its people."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass

from jianyan.accounts.enums import BodyKind, Role
from jianyan.accounts.models import Body, Membership, User

PASSWORD = "越溪-advice-2026"
TERM = "第十届"
SINCE = dt.date(2022, 1, 12)

_numbers = itertools.count(1)


@dataclass(frozen=True)
class County:
    """A root committee with what hangs below it; the department stands beside it."""

    committee: Body
    sectors: tuple[Body, ...]
    special_committees: tuple[Body, ...]
    department: Body


def make_body(
    name: str, kind: str = BodyKind.COMMITTEE, *, parent: Body | None = None, short_name: str = ""
) -> Body:
    """A body below `parent`, or a root."""
    return Body.objects.create(name=name, short_name=short_name, kind=kind, parent=parent)


def make_county(name: str = "政协越溪县委员会") -> County:
    """A committee with three sectors and two special committees, and one department."""
    committee = make_body(name, short_name="县政协")
    return County(
        committee=committee,
        sectors=tuple(
            make_body(sector, BodyKind.SECTOR, parent=committee) for sector in ("文艺界", "经济界", "教育界")
        ),
        special_committees=tuple(
            make_body(special, BodyKind.SPECIAL_COMMITTEE, parent=committee)
            for special in ("提案委员会", "经济科技委员会")
        ),
        department=make_body(f"{name}联系的交通运输局", BodyKind.DEPARTMENT, short_name="县交通运输局"),
    )


def make_user(name: str, *, phone: str | None = None, password: str | None = PASSWORD) -> User:
    """An account without memberships, signing in by phone; `password` None: it cannot sign in."""
    phone = phone or f"199{next(_numbers):08d}"
    return User.objects.create_user(username=phone, password=password, display_name=name, phone=phone)


def make_membership(
    user: User,
    body: Body,
    role: str = Role.MEMBER,
    *,
    term: str = TERM,
    since: dt.date | None = SINCE,
    until: dt.date | None = None,
) -> Membership:
    """`user` holds `role` in `body`."""
    return Membership.objects.create(user=user, body=body, role=role, term=term, since=since, until=until)


def make_member(county: County, name: str = "林栖云", *, sector: Body | None = None) -> User:
    """A member of the committee and of a sector, the first one unless told."""
    user = make_user(name)
    make_membership(user, county.committee)
    make_membership(user, sector or county.sectors[0])
    return user


def make_moderator(county: County, name: str = "韩主持") -> User:
    """Holds the role moderator in the committee, and nothing else."""
    return _make_official(county, name, Role.MODERATOR)


def make_secretary(county: County, name: str = "沈秘书") -> User:
    """Holds the role secretary in the committee, and nothing else."""
    return _make_official(county, name, Role.SECRETARY)


def make_administrator(county: County, name: str = "管理员") -> User:
    """Holds the role administrator in the committee, and nothing else."""
    return _make_official(county, name, Role.ADMINISTRATOR)


def make_auditor(county: County, name: str = "审计员") -> User:
    """Holds the role auditor in the committee, and nothing else."""
    return _make_official(county, name, Role.AUDITOR)


def _make_official(county: County, name: str, role: str) -> User:
    user = make_user(name)
    make_membership(user, county.committee, role, term="")
    return user
