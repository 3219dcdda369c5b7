"""Events as they are entered from paper, and outcomes: what a year's figures are counted from."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.utils import timezone

from consultations.enums import Level, OutcomeKind, Sponsor, SubmissionKind
from consultations.models import (
    Category,
    Channel,
    Deliberation,
    EventRecord,
    Outcome,
    OutcomeCover,
    Submission,
)
from jianyan.accounts.enums import BodyKind
from jianyan.accounts.models import Body, User

AFTER = dt.datetime(2026, 6, 1, 12, 0, tzinfo=dt.UTC)
"""When everything of 2025 is over."""

_numbers = itertools.count(1)


def make_category(slug: str) -> Category:
    """The category of that slug, made when it is not there."""
    return Category.objects.get_or_create(slug=slug, defaults={"name": slug})[0]


def local(day: dt.date | str, hour: int = 9) -> dt.datetime:
    """That hour of the local day."""
    day = dt.date.fromisoformat(day) if isinstance(day, str) else day
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour)))


def make_event(
    host: Body,
    day: dt.date | str,
    by: User,
    *,
    categories: Iterable[str] = (),
    co_hosts: Iterable[Body] = (),
    title: str = "活动",
    channel: Channel | None = None,
    **counted: Any,
) -> Deliberation:
    """An event from 9 to 12 o'clock of the local day with a record of what was `counted` (fields of EventRecord)."""
    event = Deliberation.objects.create(
        channel=channel or Channel.objects.get_or_create(slug="paper", defaults={"name": "线下活动"})[0],
        host=host,
        title=title,
        mode="offline",
        starts_at=local(day),
        ends_at=local(day, 12),
        # Of three hundred random codes two are often the same.
        join_code=f"e{next(_numbers)}",
    )
    event.categories.set([make_category(slug) for slug in categories])
    record = EventRecord.objects.create(
        deliberation=event, entered_by=by, entered_at=local(day, 17), **counted
    )
    record.co_hosts.set(co_hosts)
    return event


def make_outcome(
    body: Body,
    by: User,
    *,
    kind: str = OutcomeKind.ADOPTED,
    date: dt.date | str = "2025-06-01",
    level: str = Level.COUNTY,
    covers: Iterable[dict[str, Any]] = (),
    **fields: Any,
) -> Outcome:
    """An outcome of the body; `covers` are the fields of its rows, one each (`{"deliberation": event}`)."""
    date = dt.date.fromisoformat(date) if isinstance(date, str) else date
    fields = {"words": "写入年度民生实事", "reference": "越政办〔2025〕3号", **fields}
    outcome = Outcome.objects.create(
        body=body, kind=kind, level=level, date=date, entered_by=by, entered_at=local(date), **fields
    )
    for cover in covers:
        OutcomeCover.objects.create(outcome=outcome, **cover)
    return outcome


KINDS = {
    "批示": OutcomeKind.INSTRUCTION,
    "采用": OutcomeKind.ADOPTED,
    "转化": OutcomeKind.CONVERTED,
    "解决": OutcomeKind.RESOLVED,
    "报道": OutcomeKind.REPORTED,
}
LEVELS = {
    "乡镇级": Level.TOWN,
    "县级": Level.COUNTY,
    "市级": Level.CITY,
    "省级": Level.PROVINCE,
    "国家级": Level.NATION,
}
SPONSORS = {"党派团体提案": Sponsor.GROUP, "委员联名": Sponsor.JOINT, "委员个人": Sponsor.MEMBER}
OFFLINE_YEAR = Path(__file__).parents[2] / "platform/jianyan/demo/data/offline_year.json"


def load_offline_year(committee: Body, by: User) -> dict[str, Any]:
    """The demo's year as rows below the committee, made directly; the figures that are expected of it, by slug."""
    year = json.loads(OFFLINE_YEAR.read_text(encoding="utf-8"))
    bodies = {committee.name: committee}
    for session in year["sessions"]:
        for name in (session["host"], session.get("co_host")):
            if name and name not in bodies:
                bodies[name] = Body.objects.create(name=name, kind=BodyKind.ORGAN, parent=committee)
        event = make_event(
            bodies[session["host"]],
            session["date"],
            by,
            categories=session["figures"],
            co_hosts=[bodies[session["co_host"]]] if session.get("co_host") else [],
            title=session["title"],
            **{key: session[key] for key in ("attendance", "statements", "accepted", "resolved")},
        )
        for outcome in session["outcomes"]:
            make_outcome(
                committee,
                by,
                kind=KINDS[outcome["kind"]],
                date=session["date"],
                level=LEVELS[outcome["level"]],
                words=outcome["note"],
                item=outcome.get("item", ""),
                amount=outcome["amount"],
                amount_of=outcome["note"] if outcome["amount"] is not None else "",
                covers=[{"deliberation": event}],
            )
    for proposal in year["proposals"]:
        Submission.objects.create(
            body=committee,
            kind=SubmissionKind.PROPOSAL,
            number=proposal["no"],
            title=proposal["title"],
            sponsor_kind=SPONSORS[proposal["kind"]],
            sponsor=proposal["by"],
            filed=proposal["filed"],
            entered_by=by,
            entered_at=local(proposal["filed"]),
        )
    expected: dict[str, Any] = year["expected"]
    return expected
