"""Into an empty database, all at once: an interrupted load leaves nothing behind."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from consultations.actions.point_rules import decide_point_rules
from consultations.models import Notification
from consultations.points import standard_rules
from jianyan.accounts.enums import Role
from jianyan.accounts.models import Body, User

from . import last_year, people, programme
from .county import COMMITTEE, found_county, open_channels


def is_loaded() -> bool:
    """Whether the database holds the demonstration."""
    return Body.objects.filter(name=COMMITTEE, parent=None).exists() and (
        User.objects.filter(username=people.ON_DUTY.username).exists()
    )


def is_empty() -> bool:
    """Whether nobody has an account yet."""
    return not User.objects.exists()


@transaction.atomic
def load(at: dt.datetime, watch: programme.Watch = iter) -> None:
    """The county, its people and its year on paper, a year of deliberations, the live topic, and what comes next."""
    committee = found_county()
    open_channels()
    people.import_members(committee)
    people.appoint_staff(committee)
    last_year.enter(committee, at)
    last_year.report(committee, at)
    _count_points(committee, at)
    programme.play_the_past(at, watch)
    # What came of earlier ideas was read long ago.
    Notification.objects.update(read_at=F("happened_at"))
    programme.go_live(at)
    programme.announce_what_comes(at)


def _count_points(committee: Body, at: dt.datetime) -> None:
    """As the committee has decided for this year: by the standard rules."""
    decide_point_rules(
        body_id=committee.pk,
        year=timezone.localdate(at).year,
        on=True,
        rules_of_points=standard_rules(),
        seen=0,
        by=people.official(Role.SECRETARY, at=at),
        at=at,
    )
