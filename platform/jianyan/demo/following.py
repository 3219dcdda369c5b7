"""What becomes of the signed summaries: referred, answered, rated, put under oversight, and what came of it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils import timezone

from consultations.actions.covering import Covers
from consultations.actions.grades import usual_grades
from consultations.actions.outcomes import OutcomeFacts, record_outcome
from consultations.actions.referral_handling import accept_referral, send_back_referral
from consultations.actions.referral_links import make_link, open_link
from consultations.actions.referrals import extend_referral, readdress_referral, supervise_referral
from consultations.actions.referring import refer
from consultations.actions.replies import answer_referral
from consultations.actions.satisfaction import rate_reply
from consultations.models import Assignment, Referral, Suggestion, Summary
from consultations.referral_states import Person
from jianyan.accounts.enums import Role
from jianyan.accounts.models import Body
from jianyan.accounts.roles import Actor

from . import people
from .catalogue import DATA

DAY = dt.timedelta(days=1)
LINK_DAYS = 30


@dataclass(frozen=True, slots=True)
class Happening:
    """One step at its time; several of one day keep their order."""

    after: int
    what: str
    facts: Mapping[str, Any] = field(default_factory=dict)


def follow(summary: Summary, slug: str, at: dt.datetime) -> None:
    """Refer every line of its list the morning after it was signed, and play what has happened to each until `at`."""
    written = json.loads((DATA / "followed.json").read_text(encoding="utf-8"))
    if summary.signed_at is None:
        raise ValueError(f"{summary} is not signed")
    referred_at = summary.signed_at + DAY
    bodies = {body.name: body for body in Body.objects.filter(kind="department")}
    for assignment in Assignment.objects.filter(summary=summary, removed=False).order_by("position"):
        helpers = [bodies[name].pk for name in assignment.cohandling.split("、") if name in bodies]
        referral = refer(
            deliberation_id=summary.deliberation_id,
            assignment_id=assignment.pk,
            lead_id=bodies[assignment.lead].pk,
            cohandling_ids=helpers,
            due=assignment.due,
            by=people.official(Role.SECRETARY, at=referred_at),
            at=referred_at,
        )
        story = next((one for one in written[slug] if _carries(referral, one["of"])), {"of": assignment.item})
        for happening in _in_order(story):
            moment = referred_at + happening.after * DAY
            if moment < at:
                _play(referral, happening, moment)


def refer_one_more(summary: Summary, at: dt.datetime) -> Referral:
    """Refer a single suggestion a few days ago: nobody has dealt with it yet, so that a visitor may."""
    moment = at - 3 * DAY
    one = (
        Suggestion.objects.filter(topic__deliberation=summary.deliberation_id, status="published")
        .filter(referrals=None)
        .order_by("-support", "number")
        .first()
    )
    if one is None:
        raise LookupError(summary.title)
    return refer(
        deliberation_id=summary.deliberation_id,
        suggestion_ids=[one.pk],
        item=one.text,
        lead_id=Body.objects.get(name=people.DEPARTMENT).pk,
        by=people.official(Role.SECRETARY, at=moment),
        at=moment,
    )


def _carries(referral: Referral, words: str) -> bool:
    return referral.suggestions.filter(text__contains=words).exists()


def _in_order(story: Mapping[str, Any]) -> list[Happening]:
    return sorted(_happenings(story), key=lambda one: one.after)


def _happenings(story: Mapping[str, Any]) -> Iterator[Happening]:
    for what in ("sent_back", "readdressed", "extended"):
        if what in story:
            yield Happening(story[what]["after"], what, story[what])
    for what in ("accepted", "supervised"):
        if what in story:
            yield Happening(story[what], what)
    if "answered" in story:
        yield Happening(story["answered"], "answered", story)
        if "rated" in story:
            yield Happening(story["answered"] + story["rated"]["after"], "rated", story["rated"])
    for outcome in story.get("outcomes", ()):
        yield Happening(outcome["after"], "outcome", outcome)


def _play(referral: Referral, happening: Happening, at: dt.datetime) -> None:
    office = people.official(Role.SECRETARY, at=at)
    facts = happening.facts
    match happening.what:
        case "accepted":
            accept_referral(referral_id=referral.pk, by=_for_the_lead(referral, office, at), at=at)
        case "sent_back":
            by = _for_the_lead(referral, office, at)
            send_back_referral(referral_id=referral.pk, reason=facts["reason"], by=by, at=at)
        case "readdressed":
            names = [facts["lead"], *facts["cohandling"]]
            bodies = dict(Body.objects.filter(name__in=names).values_list("name", "pk"))
            lead_id, *helpers = (bodies[name] for name in names)
            readdress_referral(
                referral_id=referral.pk,
                lead_id=lead_id,
                cohandling_ids=helpers,
                note=facts["note"],
                by=office,
                at=at,
            )
        case "extended":
            extend_referral(referral_id=referral.pk, reason=facts["reason"], by=office, at=at)
        case "supervised":
            chair = people.official(Role.CHAIR, at=at)
            supervise_referral(referral_id=referral.pk, note="列入主席会议督办事项。", by=chair, at=at)
        case "answered":
            answer_referral(
                referral_id=referral.pk,
                text=facts["text"],
                grade_id=usual_grades()[facts["grade"]].pk,
                by=_for_the_lead(referral, office, at),
                at=at,
            )
        case "rated":
            _rate(referral, facts, at)
        case _:
            _record(referral, facts, office, at)


def _for_the_lead(referral: Referral, office: Actor, at: dt.datetime) -> Person:
    """The department that visitors may be signs in; the others answer by a link."""
    lead = referral.bodies.select_related("body").get(leads=True).body
    if lead.name == people.DEPARTMENT:
        return people.official(Role.HANDLER, at=at)
    _link, token = make_link(referral_id=referral.pk, body_id=lead.pk, days=LINK_DAYS, by=office, at=at)
    return open_link(token, at=at)


def _rate(referral: Referral, facts: Mapping[str, Any], at: dt.datetime) -> None:
    """Every author says the same."""
    reply = referral.replies.get(withdrawn_at=None, grade__isnull=False)
    authors = referral.suggestions.order_by("author_id").values_list("author_id", flat=True).distinct()
    everybody = people.actors(at=at)
    for author_id in authors:
        # The first who is not satisfied reopens it, and then there is no answer to rate any more.
        if Referral.objects.get(pk=referral.pk).state == "answered":
            rate_reply(
                reply_id=reply.pk,
                degree=facts["degree"],
                comment=facts["comment"],
                by=everybody[author_id],
                at=at,
            )


def _record(referral: Referral, facts: Mapping[str, Any], office: Actor, at: dt.datetime) -> None:
    amount = facts.get("amount")
    record_outcome(
        facts=OutcomeFacts(
            body_id=referral.deliberation.host_id,
            kind=facts["kind"],
            level=facts["level"],
            date=timezone.localdate(at),
            words=facts["words"],
            document_number=facts.get("number", ""),
            item=facts.get("item", ""),
            amount=Decimal(amount) if amount is not None else None,
            amount_of=facts.get("amount_of", ""),
            reference=facts.get("reference", ""),
        ),
        covers=Covers(
            referrals=frozenset({referral.pk}),
            suggestions=frozenset(referral.suggestions.values_list("pk", flat=True)),
        ),
        by=office,
        at=at,
    )
