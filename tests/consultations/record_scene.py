"""A year of a county with members, one of whom changed sector in June and one of whose terms ended then."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from consultations.actions.point_rules import decide_point_rules
from consultations.enums import Level, Mode, OutcomeKind, Presence, Sponsor, SubmissionKind
from consultations.models import (
    Attendance,
    Category,
    Cosigner,
    Deliberation,
    EventRecord,
    Outcome,
    OutcomeCover,
    PointRules,
    Submission,
    Suggestion,
    Topic,
    Vote,
)
from consultations.points import Rule
from jianyan.accounts.models import User
from jianyan.accounts.roles import Actor
from tests.consultations.factories import HOUR, actor, make_channel, make_deliberation, make_topic
from tests.consultations.remembered import remembered
from tests.jianyan.accounts.factories import (
    County,
    make_county,
    make_member,
    make_membership,
    make_secretary,
    make_user,
)

YEAR = 2025
JUNE_30 = dt.date(YEAR, 6, 30)
JULY_1 = dt.date(YEAR, 7, 1)
NOW = dt.datetime(2026, 1, 20, 4, 0, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Year:
    """`lin` moved from 文艺界 to 经济界 on the first of July, `luo` stayed in 经济界, `gu`'s term ended in June."""

    county: County
    lin: User
    luo: User
    gu: User
    secretary: User

    @property
    def by(self) -> Actor:
        """The secretary."""
        return actor(self.secretary, NOW)


@remembered
def make_year() -> Year:
    """The people, and nothing done yet."""
    county = make_county()
    lin = make_user("林栖云")
    make_membership(lin, county.committee)
    make_membership(lin, county.sectors[0], until=JUNE_30)
    make_membership(lin, county.sectors[1], since=JULY_1)
    gu = make_user("顾南枝")
    make_membership(gu, county.committee, until=JUNE_30)
    make_membership(gu, county.sectors[2], until=JUNE_30)
    return Year(
        county=county,
        lin=lin,
        luo=make_member(county, "罗小满", sector=county.sectors[1]),
        gu=gu,
        secretary=make_secretary(county),
    )


def noon(month: int, day: int, *, year: int = YEAR) -> dt.datetime:
    """Noon in Shanghai on that day."""
    return dt.datetime(year, month, day, 4, 0, tzinfo=dt.UTC)


def make_event(scene: Year, title: str, at: dt.datetime, *, categories: tuple[str, ...] = ()) -> Deliberation:
    """An event that was entered from paper."""
    event = make_deliberation(
        scene.county,
        title,
        starts_at=at,
        ends_at=at + HOUR,
        mode=Mode.OFFLINE,
        channel=make_channel("读书活动", "reading"),
    )
    EventRecord.objects.create(deliberation=event, entered_by=scene.secretary, entered_at=at)
    event.categories.set(
        Category.objects.get_or_create(slug=slug, defaults={"name": slug})[0] for slug in categories
    )
    return event


def attend(
    user: User, event: Deliberation, presence: str = Presence.PRESENT, mode: str = Mode.OFFLINE
) -> None:
    """Put somebody on the list of an event."""
    Attendance.objects.create(deliberation=event, user=user, presence=presence, mode=mode)


def make_closed_topic(scene: Year, title: str, opens_at: dt.datetime, **fields: Any) -> Topic:
    """A topic that was open for an hour."""
    return make_topic(scene.county, title, opens_at=opens_at, **fields)


def make_idea(topic: Topic, author: User, *cosigners: User, **fields: Any) -> Suggestion:
    """A published suggestion, as a row; co-signers have agreed."""
    number = topic.suggestions.count() + 1
    fields = {"status": "published", "text": f"第{number}条建言", **fields}
    idea = Suggestion.objects.create(
        topic=topic,
        author=author,
        number=number,
        slot=number,
        client_ref=f"{topic.pk}-{number}",
        posted_at=topic.opens_at,
        **fields,
    )
    for slot, one in enumerate(cosigners, start=50):
        Cosigner.objects.create(
            topic=topic, suggestion=idea, member=one, state="agreed", slot=slot, invited_at=topic.opens_at
        )
    return idea


def support(idea: Suggestion, *voters: User) -> None:
    """Votes, counted in the suggestion's tally."""
    for one in voters:
        Vote.objects.create(
            topic=idea.topic, suggestion=idea, voter=one, choice="support", cast_at=idea.posted_at
        )
    Suggestion.objects.filter(pk=idea.pk).update(support=idea.votes.filter(choice="support").count())


def make_outcome(
    scene: Year,
    day: dt.date,
    *,
    kind: str = OutcomeKind.ADOPTED,
    level: str = Level.COUNTY,
    item: str = "",
    **covers: Any,
) -> Outcome:
    """An outcome; each of `covers` (suggestion, submission, referral …) is one thing or a list of them."""
    outcome = Outcome.objects.create(
        body=scene.county.committee,
        kind=kind,
        level=level,
        date=day,
        words="已采纳",
        item=item,
        reference="县政府函",
        entered_by=scene.secretary,
        entered_at=NOW,
    )
    for name, things in covers.items():
        for thing in things if isinstance(things, list) else [things]:
            OutcomeCover.objects.create(outcome=outcome, **{name: thing})
    return outcome


def make_submission(
    scene: Year,
    day: dt.date,
    *members: User,
    suggestions: tuple[Suggestion, ...] = (),
    kind: str = SubmissionKind.PROPOSAL,
    sponsor_kind: str = Sponsor.MEMBER,
) -> Submission:
    """A proposal that was filed."""
    submission = Submission.objects.create(
        body=scene.county.committee,
        kind=kind,
        number=str(Submission.objects.count() + 1),
        title="关于错时开放车位的提案",
        sponsor_kind=sponsor_kind,
        sponsor="、".join(one.display_name for one in members) or "界别小组",
        filed=day,
        entered_by=scene.secretary,
        entered_at=NOW,
    )
    submission.members.set(members)
    submission.suggestions.set(suggestions)
    return submission


STANDARD = (
    Rule(deed="attended", part="present", points=Decimal(2)),
    Rule(deed="suggested", part="lead", points=Decimal(15), group="成果"),
    Rule(deed="suggested", part="cosigner", points=Decimal(3), group="成果"),
    Rule(deed="outcome", part="lead", points=Decimal(20), group="成果"),
)


def switch_on(
    scene: Year, rules: tuple[Rule, ...] = STANDARD, *, year: int = YEAR, on: bool = True
) -> PointRules:
    """The committee's rules of the year, in a further version."""
    seen = PointRules.objects.filter(body=scene.county.committee, year=year).count()
    return decide_point_rules(
        body_id=scene.county.committee.pk,
        year=year,
        on=on,
        rules_of_points=rules,
        seen=seen,
        by=scene.by,
        at=NOW,
    )
