"""A signed summary, and what came of it: facts of outcomes and documents as a secretary enters them."""

from __future__ import annotations

from typing import Any

from consultations.actions.covering import Covers
from consultations.actions.outcomes import OutcomeFacts, record_outcome
from consultations.actions.submissions import SubmissionFacts, file_submission
from consultations.models import Channel, Deliberation, EventRecord, Outcome, Submission, Suggestion
from jianyan.accounts.models import Body, User
from tests.consultations.factories import HOUR, NOON, make_channel
from tests.consultations.summary_scene import FROZEN, Finished

LATER = FROZEN + 24 * HOUR
TODAY = LATER.date()


def outcome_facts(body: Body, **said: Any) -> OutcomeFacts:
    """An instruction of a county leader of the day, unless told."""
    facts = {
        "body_id": body.pk,
        "kind": "instruction",
        "level": "county",
        "date": TODAY,
        "words": "县委主要领导批示:请交通局研究落实。",
        **said,
    }
    return OutcomeFacts(**facts)


def submission_facts(body: Body, **said: Any) -> SubmissionFacts:
    """A proposal of a party, filed on the day, unless told."""
    facts = {
        "body_id": body.pk,
        "kind": "proposal",
        "title": "关于机关单位车位错时共享的提案",
        "sponsor_kind": "group",
        "sponsor": "民进越溪支部",
        "filed": TODAY,
        **said,
    }
    return SubmissionFacts(**facts)


def covering(*suggestions: Suggestion) -> Covers:
    """These suggestions."""
    return Covers(suggestions=frozenset(suggestion.pk for suggestion in suggestions))


def make_outcome(finished: Finished, *numbers: int, **said: Any) -> Outcome:
    """An outcome of the suggestions with these numbers, entered by the secretary."""
    return record_outcome(
        facts=outcome_facts(finished.county.committee, **said),
        covers=covering(*(finished.suggestion(number) for number in numbers)),
        by=finished.by,
        at=LATER,
    )


def make_submission(finished: Finished, *numbers: int, **said: Any) -> Submission:
    """A document that grew from the suggestions with these numbers, entered by the secretary."""
    ids = frozenset(finished.suggestion(number).pk for number in numbers)
    facts = submission_facts(finished.county.committee, suggestion_ids=ids, **said)
    return file_submission(facts=facts, by=finished.by, at=LATER)


def make_event(host: Body, by: User, title: str = "读书会", channel: Channel | None = None) -> Deliberation:
    """An event from paper, on record."""
    deliberation = Deliberation.objects.create(
        channel=channel or make_channel(),
        host=host,
        title=title,
        mode="offline",
        starts_at=NOON,
        ends_at=NOON,
    )
    EventRecord.objects.create(deliberation=deliberation, attendance=20, entered_by=by, entered_at=LATER)
    return deliberation
