"""Attendance: members check in by joining, online or in the room; a secretary corrects what that does not know."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from jianyan.accounts.models import User
from jianyan.accounts.roles import Actor, actor_of

from .. import rules
from ..enums import Mode, Phase, Presence
from ..errors import BadForm, UnknownPerson
from ..models import Attendance, Topic
from .attendance_rows import is_frozen, lock_deliberation, lock_row, require_open, set_presence

_UNDECIDED = Q(presence="") | Q(presence=Presence.ON_LEAVE, leave_asked_at__isnull=False)
"""Nothing is known of them, or what they have said themselves."""


@transaction.atomic
def check_in(*, topic_id: int, people: Iterable[Actor], at: dt.datetime) -> set[int]:
    """Note that members with a voice are present online: the ids of those who have come for the first time.

    A crowd takes as many queries as one person. What a secretary has set stays.
    """
    topic = Topic.objects.select_related("deliberation__host").filter(pk=topic_id).first()
    if topic is None or rules.phase(topic, at) is not Phase.OPEN:
        return set()
    here = {actor.user_id for actor in people if rules.has_voice(actor, topic)}
    listed = Attendance.objects.filter(deliberation_id=topic.deliberation_id, user_id__in=here)
    checked_in = dict(listed.values_list("user_id", "checked_in_at"))
    awaited = {user_id for user_id, checked in checked_in.items() if checked is None}
    if awaited:
        # Locked in one order: two who note the same people would otherwise wait for each other.
        coming = list(
            listed.filter(checked_in_at=None)
            .select_for_update(no_key=True)
            .order_by("pk")
            .values_list("pk", flat=True)
        )
        rows = Attendance.objects.filter(pk__in=coming)
        rows.filter(_UNDECIDED, corrected_by=None).update(
            presence=Presence.PRESENT, mode=Mode.ONLINE, leave_asked_at=None, leave_reason=""
        )
        rows.update(checked_in_at=at)
    unlisted = here - checked_in.keys()
    Attendance.objects.bulk_create(
        [
            Attendance(
                deliberation_id=topic.deliberation_id,
                user_id=user_id,
                presence=Presence.PRESENT,
                mode=Mode.ONLINE,
                checked_in_at=at,
            )
            for user_id in sorted(unlisted)
        ],
        # Another process may have listed somebody in this moment.
        ignore_conflicts=True,
    )
    return awaited | unlisted


@transaction.atomic
def check_in_on_site(*, deliberation_id: int, by: Actor, at: dt.datetime | None = None) -> Attendance | None:
    """Note that somebody has come to the room: members with a voice are present, invited others observers.

    Whoever was online before is on site from now on, and never the other way. What a secretary has set stays.
    None where nothing is noted: outside the time of the deliberation, once it is frozen for its summary, or for
    somebody who is neither of the two.
    """
    deliberation = lock_deliberation(deliberation_id)
    at = at or timezone.now()
    until = deliberation.topics.aggregate(last=Max("closes_at"))["last"] or deliberation.ends_at
    if not rules.doors_open(deliberation, at, until=until) or is_frozen(deliberation):
        return None
    voice = rules.takes_part(by, deliberation)
    if not voice and not deliberation.attendances.filter(user_id=by.user_id).exists():
        return None
    row = lock_row(deliberation, by.user_id)
    if row.corrected_by_id is None:
        # What was set before anybody had come was set by hand, too: on leave, say. But not by the person.
        if not row.presence or row.is_on_own_leave:
            set_presence(row, Presence.PRESENT if voice else Presence.OBSERVER)
        row.mode = Mode.OFFLINE
    row.checked_in_at = row.checked_in_at or at
    row.save()
    return row


@transaction.atomic
def correct_attendance(
    *,
    deliberation_id: int,
    user_id: int,
    presence: str | None = None,
    mode: str | None = None,
    by: Actor,
    at: dt.datetime | None = None,
) -> Attendance:
    """Set how a member or invited person took part; no check-in changes it afterwards.

    `presence` empty: not at all. `mode` is online or offline. None: that stays as it is.
    Raises UnknownDeliberation, NotAllowed, Frozen, UnknownPerson, BadForm.
    """
    deliberation = lock_deliberation(deliberation_id)
    rules.require(rules.may_summarise(by, deliberation))
    if presence not in {None, "", *Presence.values} or mode not in {None, Mode.ONLINE, Mode.OFFLINE}:
        raise BadForm(detail=_("how the person took part"))
    require_open(deliberation)
    if not deliberation.attendances.filter(user_id=user_id).exists():
        # As on the page: of a past one, those who were members then.
        then = min(at or timezone.now(), deliberation.ends_at)
        person = actor_of(User.objects.filter(pk=user_id).first(), at=then)
        if person is None or not rules.takes_part(person, deliberation):
            raise UnknownPerson
    row = lock_row(deliberation, user_id)
    if presence is not None:
        set_presence(row, presence)
    if mode is not None:
        row.mode = mode
    row.corrected_by_id = by.user_id
    row.save()
    return row
