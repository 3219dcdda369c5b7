"""The rehearsal's own county: the demonstration's bodies and people, one topic, nothing of a past."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import transaction

from consultations.actions.topics import mark_phase
from consultations.models import Topic
from jianyan.accounts.models import User
from jianyan.demo import people, programme
from jianyan.demo.catalogue import Issue
from jianyan.demo.county import found_county, open_channels

MODERATOR = "moderator"
LASTS = dt.timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Hall:
    """`authors`: who has each idea of the issue, by its text. `password`: the moderator's, made for this rehearsal."""

    topic: Topic
    authors: dict[str, int]
    voters: tuple[int, ...]
    password: str


def found(issue: Issue, at: dt.datetime, *, voters: int) -> Hall:
    """Into an empty database that this migrates: the people, and a topic that has just opened."""
    call_command("migrate", verbosity=0)
    with transaction.atomic():
        return _found(issue, at, voters)


def _found(issue: Issue, at: dt.datetime, voters: int) -> Hall:
    committee = found_county()
    open_channels()
    people.import_members(committee)
    people.appoint_staff(committee)
    password = secrets.token_hex(4)
    User.objects.filter(username=MODERATOR).update(password=make_password(password))
    topic = programme.prepare(issue, at, at + LASTS, announced=at)
    mark_phase(topic_id=topic.pk, at=at)
    cast = programme.read_cast()
    authors = {part.idea.text: part.author for part in cast.finished(issue)}
    others = [member for member in cast.everybody() if member not in authors.values()]
    # What finds nobody of its sector any more is said by somebody else: all of it is to come in.
    for idea in issue.ideas:
        authors.setdefault(idea.text, others.pop())
    return Hall(topic, authors, tuple(others[:voters]), password)
