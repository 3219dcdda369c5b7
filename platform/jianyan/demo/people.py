"""The people of the demonstration: 180 members from the roster, the staff, and whom visitors may be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from jianyan.accounts.enums import Role
from jianyan.accounts.models import Body, Membership, User
from jianyan.accounts.roles import Actor, actor_of, actors_of
from jianyan.accounts.roster.files import read_roster
from jianyan.accounts.roster.importing import import_roster

from .catalogue import MEMBERS

# One for all, easy to type on a phone: it is printed, and there is nothing to protect.
PASSWORD = "yuexi-2026"  # noqa: S105

TERM = "第十届"
DEPARTMENT = "越溪县民政局"
"""Whose clerk visitors may be; other departments answer by signed links."""


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody whom a visitor may be; `chinese` and `english` say what they come to do."""

    username: str
    role: Role
    chinese: str
    english: str


@dataclass(frozen=True, slots=True)
class Official:
    """Staff of the committee, or of a department; no member."""

    username: str
    name: str
    role: Role


ON_DUTY = Official("duty-moderator", "骆值班", Role.MODERATOR)
OFFICIALS = (
    Official("moderator", "韩静文", Role.MODERATOR),
    Official("moderator2", "石明远", Role.MODERATOR),
    ON_DUTY,
    Official("secretary", "沈若谷", Role.SECRETARY),
    Official("secretary2", "叶知秋", Role.SECRETARY),
    Official("chair", "宗怀瑾", Role.CHAIR),
    Official("department", "柳月琴", Role.HANDLER),
    Official("administrator", "管理员", Role.ADMINISTRATOR),
    Official("auditor", "审计员", Role.AUDITOR),
)
# Members whom visitors may be, by their mobile phone in the roster → username.
VISITORS = {"19900014780": "member", "19900015372": "member2"}

ACCOUNTS = (
    Account("member", Role.MEMBER, "委员：建言、附议", "member: post an idea, support others"),
    Account("member2", Role.MEMBER, "另一位委员", "a second member, in another browser"),
    Account("moderator", Role.MODERATOR, "主持人：审核、归类、控场", "moderator: publish, group, steer"),
    Account("moderator2", Role.MODERATOR, "另一位主持人", "a second moderator"),
    Account("secretary", Role.SECRETARY, "秘书：筹备、协商纪要", "secretary: prepare, write the summary"),
    Account("secretary2", Role.SECRETARY, "另一位秘书", "a second secretary"),
    Account("chair", Role.CHAIR, "主席：审阅、签发纪要", "chair: review and sign the summary"),
    Account(
        "department", Role.HANDLER, "承办单位：接收、答复交办", "department: accept and answer referrals"
    ),
    Account("administrator", Role.ADMINISTRATOR, "管理员：组织、人员", "administrator: bodies and people"),
    Account("auditor", Role.AUDITOR, "审计员：只读核查", "auditor: reads, changes nothing"),
)


class RosterRefused(Exception):
    """The roster that comes with the demonstration was not taken whole; the message says which row and why."""


def import_members(committee: Body) -> None:
    """Import the roster as a secretary would. Raises RosterRefused."""
    report = import_roster(read_roster(MEMBERS), committee, strict=True)
    refused = [str(answer.reason) for answer in report.answers if answer.reason is not None]
    if refused:
        raise RosterRefused("; ".join(refused))


def appoint_staff(committee: Body) -> None:
    """Make the accounts of the staff, and give visitors theirs."""
    encoded = make_password(PASSWORD)
    for official in OFFICIALS:
        administers = official.role is Role.ADMINISTRATOR
        user = User.objects.create(
            username=official.username,
            display_name=official.name,
            # Nobody signs in as who is on duty: the demonstration itself is that person.
            password=make_password(None) if official is ON_DUTY else encoded,
            is_staff=administers,
            is_superuser=administers,
        )
        handles = official.role is Role.HANDLER
        body = Body.objects.get(name=DEPARTMENT) if handles else committee
        Membership.objects.create(user=user, body=body, role=official.role)
    for phone, username in VISITORS.items():
        user = User.objects.get(phone=phone)
        user.username, user.password = username, encoded
        user.save(update_fields=["username", "password"])


def official(role: Role, *, at: dt.datetime) -> Actor:
    """The first holder of that role among the staff."""
    username = next(one.username for one in OFFICIALS if one.role is role)
    return _acting(User.objects.get(username=username), at)


def on_duty(*, at: dt.datetime) -> Actor:
    """The moderator whom the demonstration itself plays."""
    return _acting(User.objects.get(username=ON_DUTY.username), at)


def members_by_sector() -> Mapping[str, list[int]]:
    """Sector → ids of its members, in the order of the roster."""
    found: dict[str, list[int]] = {}
    rows = Membership.objects.filter(role=Role.MEMBER, body__kind="sector").order_by("id")
    for sector, user_id in rows.values_list("body__name", "user_id"):
        found.setdefault(sector, []).append(user_id)
    return found


def visitors() -> frozenset[int]:
    """Ids of the members whom visitors may be."""
    return frozenset(User.objects.filter(username__in=VISITORS.values()).values_list("id", flat=True))


def actors(*, at: dt.datetime) -> dict[int, Actor]:
    """Every member as an actor at that instant, by id."""
    users = User.objects.filter(memberships__role=Role.MEMBER, memberships__body__kind="sector").distinct()
    return actors_of(users, at=at)


def _acting(user: User, at: dt.datetime) -> Actor:
    actor = actor_of(user, at=at)
    if actor is None:
        raise LookupError(user.username)
    return actor
