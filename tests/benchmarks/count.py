"""Fill our database with a year and count it: `python -m tests.benchmarks.count EVENTS` prints milliseconds on the clock.

Beside the figures, the same numbers counted as one would at first: all rows are loaded and gone through in Python.
"""

from __future__ import annotations

import datetime as dt
import json
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

import django
from django.core.management import call_command

from jianyan.environment import use_settings
from tests.benchmarks.settling import settle

YEAR = 2025
PEOPLE = 600
ATTENDING = 200
SUGGESTED = 100
ROUNDS = 5
CATEGORIES = (
    "network_deliberation", "reading", "consultations", "party_group_study", "standing_study",
    "committee_sector_study", "hall_sessions", "studio_activities", "live_sessions",
)  # fmt: skip
KINDS = ("instruction", "adopted", "converted", "resolved", "reported")


def fill(events: int) -> None:
    """That many events with a topic each; two hundred came to each, a hundred suggestions were made in each."""
    from consultations.models import (
        Attendance,
        Category,
        Channel,
        Deliberation,
        EventRecord,
        Outcome,
        OutcomeCover,
        Suggestion,
        Topic,
    )
    from consultations.periods import of_year
    from jianyan.accounts.enums import BodyKind, Role
    from jianyan.accounts.models import Body, Membership, User

    committee = Body.objects.create(name="Committee", kind=BodyKind.COMMITTEE)
    hosts = [
        Body.objects.create(name=f"站点{number}", kind=BodyKind.HALL, parent=committee)
        for number in range(40)
    ]
    sectors = [
        Body.objects.create(name=f"界别{number}", kind=BodyKind.SECTOR, parent=committee)
        for number in range(30)
    ]
    channel = Channel.objects.create(slug="bench", name="Bench")
    categories = [
        Category.objects.get_or_create(slug=slug, defaults={"name": slug})[0] for slug in CATEGORIES
    ]
    people = User.objects.bulk_create(
        [
            User(
                username=f"m{number}",
                display_name=f"委员{number}",
                password="!",
                name_strokes=f"{number:04d}",
            )
            for number in range(PEOPLE)
        ]
    )
    # In the middle of the year everybody moves on to the next sector.
    june = dt.date(YEAR, 6, 15)
    Membership.objects.bulk_create(
        Membership(user=person, body=sectors[(place + half) % 30], role=Role.MEMBER, term=f"{half}", **days)
        for place, person in enumerate(people)
        for half, days in enumerate(({"until": june}, {"since": june + dt.timedelta(days=1)}))
    )
    first = of_year(YEAR).starts_at + dt.timedelta(hours=9)
    starts = [first + dt.timedelta(days=number % 360) for number in range(events)]
    held = Deliberation.objects.bulk_create(
        [
            Deliberation(
                channel=channel,
                host=hosts[number % 40],
                join_code=f"b{number}",
                title=f"第{number}场活动",
                starts_at=start,
                ends_at=start + dt.timedelta(hours=1),
            )
            for number, start in enumerate(starts)
        ],
        batch_size=500,
    )
    Deliberation.categories.through.objects.bulk_create(
        [
            Deliberation.categories.through(deliberation_id=event.pk, category_id=category.pk)
            for number, event in enumerate(held)
            for category in {categories[number % 9], categories[number * 7 % 9]}
        ],
        batch_size=500,
    )
    EventRecord.objects.bulk_create(
        [
            EventRecord(
                deliberation=event, attendance=150, statements=20, accepted=3, resolved=2,
                entered_by=people[0], entered_at=event.ends_at,
            )
            for event in held[::2]
        ],
        batch_size=500,
    )  # fmt: skip
    Attendance.objects.bulk_create(
        (
            Attendance(deliberation=event, user=people[(number * 37 + place) % PEOPLE], presence="present")
            for number, event in enumerate(held)
            for place in range(ATTENDING)
        ),
        batch_size=1000,
    )
    topics = Topic.objects.bulk_create(
        [
            Topic(
                deliberation=event, title=event.title, prompt="请您献一计。", announced_at=event.starts_at,
                opens_at=event.starts_at, closes_at=event.ends_at,
            )
            for event in held
        ],
        batch_size=500,
    )  # fmt: skip
    suggestions = Suggestion.objects.bulk_create(
        (
            Suggestion(
                topic=topic, author=people[place], sector=sectors[place % 30], number=place + 1,
                client_ref=str(place), text="机关单位车位晚六点至早七点向周边居民错时开放，由街道登记造册。" * 3,
                status="published", support=place, posted_at=topic.opens_at,
            )
            for topic in topics
            for place in range(SUGGESTED)
        ),
        batch_size=500,
    )  # fmt: skip
    outcomes = Outcome.objects.bulk_create(
        [
            Outcome(
                body=committee, kind=KINDS[number % 5], level="province", date=event.starts_at.date(),
                words="写入年度民生实事", item=f"PS{number // 3}", reference="越政办3号", amount=Decimal(1000),
                amount_of="直播间销售额", entered_by=people[0], entered_at=event.ends_at,
            )
            for number, event in enumerate(held * 3)
        ],
        batch_size=500,
    )  # fmt: skip
    OutcomeCover.objects.bulk_create(
        [
            OutcomeCover(outcome=outcome, suggestion=suggestions[number % events * SUGGESTED + number % 90])
            for number, outcome in enumerate(outcomes)
        ],
        batch_size=500,
    )


def measure() -> dict[str, Any]:
    """Milliseconds of all figures, at first and then; of the breakdowns; of a page of rows; and of a naive recount."""
    from consultations.periods import of_year
    from consultations.queries.breakdowns import breakdowns
    from consultations.queries.figure_rows import figure_page
    from consultations.queries.figures import figures
    from jianyan.accounts.models import Body

    body = Body.objects.get(parent=None)
    period, at = of_year(YEAR), of_year(YEAR + 1).ends_at
    cold = _milliseconds(partial(figures, body, period, at=at))
    found = {figure.slug: figure.value for figure in figures(body, period, at=at)}
    naive_ms = _milliseconds(partial(recount, period.since, period.until))
    naive = recount(period.since, period.until)
    assert naive == {slug: found[slug] for slug in naive}, (naive, found)
    return {
        "cold_ms": cold,
        "warm_ms": _median(partial(figures, body, period, at=at)),
        "breakdowns_ms": _median(partial(breakdowns, body, period, at=at)),
        "rows_ms": _median(partial(figure_page, "hall_resolved", body, period, actor=None, at=at)),
        "naive_ms": naive_ms,
        "figures": len(found),
    }


def recount(since: dt.date, until: dt.date) -> dict[str, int]:
    """A few of the figures, as one would count them at first: objects, relations and sets."""
    from django.utils import timezone

    from consultations.models import Attendance, Deliberation, OutcomeCover, Suggestion

    events = {
        event.pk: event
        for event in Deliberation.objects.select_related("record").prefetch_related("categories")
        if since <= timezone.localdate(event.starts_at) <= until
    }
    of = {pk: {one.slug for one in event.categories.all()} for pk, event in events.items()}
    came: Counter[int] = Counter()
    people = set()
    for row in Attendance.objects.all():
        if row.presence in ("present", "observer"):
            came[row.deliberation_id] += 1
            people.add(row.user_id)
    said: Counter[int] = Counter()
    support = 0
    for suggestion in Suggestion.objects.select_related("topic"):
        if suggestion.status in ("published", "merged"):
            said[suggestion.topic.deliberation_id] += 1
            support += suggestion.support
    solved: Counter[int] = Counter()
    for cover in OutcomeCover.objects.select_related("outcome", "suggestion__topic"):
        if cover.outcome.kind == "resolved" and cover.suggestion is not None:
            solved[cover.suggestion.topic.deliberation_id] += 1

    def paper(pk: int, number: str) -> int:
        return getattr(getattr(events[pk], "record", None), number, 0)

    reading = [pk for pk, slugs in of.items() if "reading" in slugs]
    halls = [pk for pk, slugs in of.items() if "hall_sessions" in slugs]
    return {
        "reading_sessions": len(reading),
        "reading_attendance": sum(max(paper(pk, "attendance"), came[pk]) for pk in reading),
        "reading_statements": sum(max(paper(pk, "statements"), said[pk]) for pk in reading),
        "halls": len({events[pk].host_id for pk in halls}),
        "hall_resolved": sum(max(paper(pk, "resolved"), solved[pk]) for pk in halls),
        "members_taking_part": len(people),
        "suggestions_posted": sum(said[pk] for pk in events),
        "supporting_votes": support,
    }


def _median(what: Callable[[], object]) -> float:
    return statistics.median(_milliseconds(what) for _ in range(ROUNDS))


def _milliseconds(what: Callable[[], object]) -> float:
    begun = time.perf_counter()
    what()
    return (time.perf_counter() - begun) * 1000


def main() -> None:
    """Print it as JSON; filled in another process, so that the first count has nothing kept."""
    use_settings()
    django.setup()
    events = int(sys.argv[1])
    if len(sys.argv) > 2:
        call_command("migrate", verbosity=0)
        fill(events)
        settle()
        return
    # The process that counts has done nothing else before.
    subprocess.run([sys.executable, "-m", "tests.benchmarks.count", str(events), "fill"], check=True)
    told = {"events": events, "attendances": events * ATTENDING, "suggestions": events * SUGGESTED}
    sys.stdout.write(json.dumps(told | measure()))


if __name__ == "__main__":
    main()
