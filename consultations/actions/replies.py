"""Replies 答复: the answer of the leading body with its class, and what co-handling bodies contribute to it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from ..models import Reply
from ..referral_states import Person


@dataclass(frozen=True, slots=True)
class Replied:
    """A reply that was taken, and how many days after the due date; 0: in time."""

    reply: Reply
    late_days: int


@transaction.atomic
def answer_referral(
    *, referral_id: int, text: str, grade_id: int | None, by: Person, at: dt.datetime | None = None
) -> Replied:
    """Answer it for the leading body; after the due date, too, and marked as late. Raises UnknownGrade, BadForm."""
    raise NotImplementedError


@transaction.atomic
def contribute_to_referral(
    *, referral_id: int, text: str, body_id: int | None = None, by: Person, at: dt.datetime | None = None
) -> Replied:
    """Say something for a co-handling body; a second word takes the place of the first.

    `body_id` None: the first co-handling body for which this person acts. Raises BadForm, NotAllowed.
    """
    raise NotImplementedError
