"""Whether those who signed in when their socket opened still are who they were."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import CharField, Q, Value
from django.db.models.functions import Cast
from django.utils import timezone

from jianyan.accounts.enums import Role
from jianyan.accounts.models import Membership
from jianyan.accounts.roles import Actor
from jianyan.prepared import array, fetch

AT_ONCE = 500
"""Standings in one query."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a signed-in socket rests on. `password` is a fingerprint that means nothing outside this process."""

    session_key: str
    user_id: int
    password: int


def standing_of(session_key: str, user_id: int, password: str) -> Standing:
    """The standing as it is now; `password` is the stored, hashed one."""
    return Standing(session_key, user_id, hash(password))


def fallen(standings: Iterable[Standing]) -> set[Standing]:
    """Those that no longer hold: session gone or expired, user inactive, password new. One query for 500."""
    unique = list(set(standings))
    lost: set[Standing] = set()
    for start in range(0, len(unique), AT_ONCE):
        lost |= _fallen_of(unique[start : start + AT_ONCE])
    return lost


# Subqueries, so that each is looked up: joined, PostgreSQL would read all users of a large body for every batch of votes.
_STANDING = """
    SELECT session_key, (
        SELECT voter.password FROM accounts_user AS voter WHERE voter.id = wanted.user_id AND voter.is_active
    )
    FROM unnest(%s::text[], %s::bigint[]) AS wanted (session_key, user_id)
    WHERE (
        SELECT session.expire_date FROM django_session AS session WHERE session.session_key = wanted.session_key
    ) > %s::timestamptz
"""


def _fallen_of(standings: Collection[Standing]) -> set[Standing]:
    if connection.vendor == "postgresql":
        keys, ids = (
            array(column)
            for column in zip(*((one.session_key, one.user_id) for one in standings), strict=True)
        )
        rows = fetch(_STANDING, (keys, ids, timezone.now()))
        standing = {key: hash(password) for key, password in rows if password is not None}
        return {one for one in standings if standing.get(one.session_key) != one.password}
    sessions = (
        Session.objects.filter(
            session_key__in=[standing.session_key for standing in standings], expire_date__gt=timezone.now()
        )
        .order_by()
        .values_list("session_key", Value("", CharField()))
    )
    users = (
        get_user_model()
        .objects.filter(pk__in={standing.user_id for standing in standings}, is_active=True)
        .order_by()
        .values_list(Cast("pk", CharField()), "password")
    )
    # Session keys have 32 characters, so they and the ids cannot be mistaken for each other.
    found = {str(key): str(password) for key, password in sessions.union(users, all=True)}
    return {
        standing
        for standing in standings
        if standing.session_key not in found
        or hash(found.get(str(standing.user_id), "")) != standing.password
    }


def changed_roles(actors: Iterable[Actor]) -> set[int]:
    """Ids of those whose roles in force are no longer the ones they came with. One query for 500."""
    by_id = {actor.user_id: actor for actor in actors}
    ids = sorted(by_id)
    changed: set[int] = set()
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        grants = _grants(some)
        changed |= {user_id for user_id in some if grants.get(user_id, {}) != _as_sets(by_id[user_id])}
    return changed


def _grants(user_ids: Collection[int]) -> dict[int, dict[Role, set[int]]]:
    today = timezone.localdate()
    rows = (
        Membership.objects.filter(user_id__in=user_ids)
        .filter(Q(since__isnull=True) | Q(since__lte=today), Q(until__isnull=True) | Q(until__gte=today))
        .values_list("user_id", "role", "body_id")
    )
    grants: dict[int, dict[Role, set[int]]] = {}
    for user_id, role, body_id in rows:
        grants.setdefault(user_id, {}).setdefault(Role(role), set()).add(body_id)
    return grants


def _as_sets(actor: Actor) -> dict[Role, set[int]]:
    return {role: set(bodies) for role, bodies in actor.grants.items()}
