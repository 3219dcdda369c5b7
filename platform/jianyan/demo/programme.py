"""What the county deliberates about, and when: a year that has been, one topic that is live, what comes next.

There is always one live topic that closes within the hour, so that visitors can watch it to the end. While it nears
its closing the next one is announced, and opens when it closes.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import F, QuerySet
from django.utils import timezone

from consultations.actions.deliberations import (
    DeliberationPlan,
    TopicPlan,
    announce_deliberation,
    create_deliberation,
)
from consultations.actions.topics import mark_phase, open_topic
from consultations.enums import Mode, Visibility
from consultations.models import Deliberation, Topic
from jianyan.accounts.enums import Role

from . import concluding, following, people
from .casting import Cast
from .catalogue import Issue, issue, issues
from .county import channel_for, host_for
from .performance import Performance
from .script import Hour, write

MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)

# What visitors find when they come: so long it has been open, so long it will be.
HEAD_START = 20 * MINUTE
REMAINS = 55 * MINUTE
# A live topic with less than this left is not worth coming for: another one is opened beside it.
NEARLY_OVER = 10 * MINUTE
# Whatever is open for no longer than this is a live hour; other topics stay open for days.
LIVE_AT_MOST = dt.timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class Past:
    """A finished deliberation: so many days ago, at that hour of the day, with so many voters."""

    slug: str
    days_ago: int
    hour: int
    voters: int


Watch = Callable[[Sequence[Past]], Iterable[Past]]


@dataclass(frozen=True, slots=True)
class Coming:
    """A topic that opens in so many days, for a week."""

    slug: str
    in_days: int


PAST = (
    Past("old-communities", 243, 14, 121),
    Past("rural-roads", 214, 9, 52),
    Past("opera-tourism", 180, 19, 61),
    Past("investment", 151, 14, 74),
    Past("jobs", 117, 15, 58),
    Past("community-canteen", 76, 19, 83),
    Past("elderly-alone", 41, 14, 79),
    Past("school-nap", 6, 15, 88),
)
LIVE = "parking"
COMING = (Coming("tea", 2), Coming("rivers", 9), Coming("gov-service", 16))
LASTS = 75 * MINUTE
LIVE_VOTERS = 64
SATURDAY = 5


def play_the_past(at: dt.datetime, watch: Watch = iter) -> None:
    """All that has happened before today; the last one has closed and waits for a secretary to freeze it.

    `watch` gives the events again, and sees them pass: each takes a second or two.
    """
    for past in watch(PAST):
        topic = play(past, at)
        # The last one waits for a visitor to freeze it, the one before for a visitor to sign it.
        if past is PAST[-1]:
            continue
        morning = topic.closes_at + 18 * 60 * MINUTE
        summary = concluding.draft(topic, past.slug, morning)
        if past is PAST[-2]:
            continue
        signed = concluding.sign(summary, past.slug, morning)
        following.follow(signed, past.slug, at)
        if past is PAST[-3]:
            following.refer_one_more(signed, at)


def play(past: Past, at: dt.datetime) -> Topic:
    """One of them from its announcement to its closing; the closed topic."""
    cast = read_cast()
    opens = _working_day(at - past.days_ago * DAY, past.hour)
    topic = prepare(issue(past.slug), opens, opens + LASTS, announced=opens - 3 * DAY)
    hour = Hour(opens, topic.closes_at, closed=True)
    dice = random.Random(past.slug)  # noqa: S311 - a play to be repeated
    voters = dice.sample(cast.everybody(), past.voters)
    script = write(cast.finished(issue(past.slug)), voters, hour, dice)
    mark_phase(topic_id=topic.pk, at=opens)
    Performance(topic, people.actors(at=at), people.on_duty(at=at)).perform(script)
    mark_phase(topic_id=topic.pk, at=topic.closes_at)
    return topic


def announce_what_comes(at: dt.datetime) -> None:
    """The topics of the next weeks."""
    for coming in COMING:
        opens = _working_day(at + coming.in_days * DAY, 9)
        prepare(issue(coming.slug), opens, opens + 7 * DAY, announced=at - 2 * DAY)


def go_live(at: dt.datetime) -> Topic:
    """Open the first live topic as if visitors came when it has been open for a while."""
    return _open_with_a_head_start(issue(LIVE), at)


def live_topic(at: dt.datetime) -> Topic | None:
    """The live hour that lasts longest; None where none is open."""
    return _live_hours().filter(opens_at__lte=at, closes_at__gt=at).order_by("-closes_at").first()


def be_ready(at: dt.datetime) -> Topic:
    """The live topic that visitors shall find: the one there is, or a new one where that is over or nearly so."""
    topic = live_topic(at)
    if topic is None or topic.closes_at - at < NEARLY_OVER:
        topic = _open_with_a_head_start(_next_issue(), at)
    if not Topic.objects.filter(announced_at__lte=at, opens_at__gt=at).exists():
        opens = _working_day(at + 3 * DAY, 9)
        prepare(_next_issue(), opens, opens + 7 * DAY, announced=at)
    return topic


def go_on(at: dt.datetime) -> Topic | None:
    """Called again and again: announces the next live topic in time, and opens it. The live one; None for a moment."""
    topic = live_topic(at)
    following = _live_hours().filter(opens_at__gt=at).order_by("opens_at").first()
    if topic is not None:
        if following is None and topic.closes_at - at < NEARLY_OVER:
            prepare(_next_issue(), topic.closes_at, topic.closes_at + LASTS, announced=at)
        return topic
    if following is None:
        following = prepare(_next_issue(), at + MINUTE, at + LASTS, announced=at)
    # Somebody has closed the other one before its time, or it was not to be foreseen.
    open_topic(topic_id=following.pk, by=people.on_duty(at=at), at=at)
    return live_topic(at)


def open_topics(at: dt.datetime) -> list[Topic]:
    """Every topic of the county that is open, the one opened last first."""
    topics = Topic.objects.filter(announced_at__lte=at, opens_at__lte=at, closes_at__gt=at)
    return list(topics.order_by("-opens_at", "-id"))


def read_cast() -> Cast:
    """The members as they are in the database."""
    return Cast(people.members_by_sector(), people.visitors())


def _live_hours() -> QuerySet[Topic]:
    return Topic.objects.filter(closes_at__lte=F("opens_at") + LIVE_AT_MOST, announced_at__isnull=False)


def _open_with_a_head_start(subject: Issue, at: dt.datetime) -> Topic:
    cast = read_cast()
    opens = at - HEAD_START
    topic = prepare(subject, opens, at + REMAINS, announced=opens - DAY)
    said, _held = cast.live(subject)
    dice = random.Random(subject.slug)  # noqa: S311 - a play to be repeated
    others = [member for member in cast.everybody() if member not in cast.visitors]
    script = write(said, dice.sample(others, LIVE_VOTERS), Hour(opens, at, closed=False), dice)
    mark_phase(topic_id=topic.pk, at=opens)
    Performance(topic, people.actors(at=at), people.on_duty(at=at)).perform(script)
    return Topic.objects.get(pk=topic.pk)


def _next_issue() -> Issue:
    """The issue that was not asked yet, or longest ago."""
    asked: dict[str, dt.datetime] = dict(Topic.objects.order_by("opens_at").values_list("prompt", "opens_at"))
    never = dt.datetime.min.replace(tzinfo=dt.UTC)
    return min(issues(), key=lambda one: asked.get(one.prompt, never))


def prepare(subject: Issue, opens: dt.datetime, closes: dt.datetime, *, announced: dt.datetime) -> Topic:
    """Write the deliberation with its topic and themes, and announce it."""
    channel = channel_for(subject.channel)
    year = timezone.localdate(opens).year
    earlier = Topic.objects.filter(prompt=subject.prompt).count()
    title = f"{subject.title}（第{earlier + 1}轮）" if earlier else subject.title
    topic = TopicPlan(
        title=title,
        prompt=subject.prompt,
        background=subject.background,
        departments=subject.departments,
        themes=subject.themes,
        opens_at=opens,
        posting_until=None,
        voting_from=None,
        closes_at=closes,
        ideas=channel.ideas,
        length=channel.length,
        ballot=channel.ballot,
        budget=channel.budget,
        tallies=channel.tallies,
        premoderated=channel.premoderated,
        anonymous=channel.anonymous,
        rotated=channel.rotated,
        consensus_share=channel.consensus_share,
        consensus_sectors=channel.consensus_sectors,
    )
    plan = DeliberationPlan(
        host_id=host_for(channel, subject.departments).pk,
        title=title,
        number=Deliberation.objects.filter(channel=channel, year=year).count() + 1,
        mode=Mode.ONLINE,
        place="",
        starts_at=opens,
        ends_at=closes,
        visibility=Visibility.PUBLIC,
        linked=False,
        topics=(topic,),
    )
    by = people.official(Role.SECRETARY, at=announced)
    deliberation = create_deliberation(channel_id=channel.pk, plan=plan, by=by, at=announced)
    announce_deliberation(deliberation_id=deliberation.pk, by=by, at=announced)
    return deliberation.topics.get()


def _working_day(at: dt.datetime, hour: int) -> dt.datetime:
    """That hour of that day in the site's time zone, or of the Monday after a weekend."""
    day = timezone.localtime(at)
    if day.weekday() >= SATURDAY:
        day += (7 - day.weekday()) * DAY
    return day.replace(hour=hour, minute=30, second=0, microsecond=0)
