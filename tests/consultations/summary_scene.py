"""A finished deliberation with themes, votes, and ideas in every state: what summaries are made of."""

from __future__ import annotations

from dataclasses import dataclass

from consultations.actions.drafting import draft_summary
from consultations.actions.freezing import freeze_deliberation
from consultations.actions.moderation import assign_theme, hide_suggestion, return_suggestion
from consultations.actions.signing import sign_summary, submit_summary
from consultations.actions.suggestions import withdraw_suggestion
from consultations.actions.themes import create_theme
from consultations.actions.topics import close_topic
from consultations.actions.votes import Ballot, cast_votes
from consultations.enums import StatementKind
from consultations.models import Deliberation, Statement, Suggestion, Summary, Topic
from jianyan.accounts.models import User
from jianyan.accounts.roles import Actor
from tests.consultations.factories import MINUTE, NOON, actor, make_deliberation, make_suggestion, make_topic
from tests.consultations.remembered import remembered
from tests.jianyan.accounts.factories import County, make_county, make_member, make_moderator, make_secretary

CLOSED = NOON + 30 * MINUTE
FROZEN = NOON + 40 * MINUTE
EDITED = NOON + 50 * MINUTE

TEXTS = (
    "机关单位车位晚六点至早七点向周边居民错时开放",
    "医院东侧两条支路改单行，腾出的路侧空间划三十分钟免费车位。",
    "我建议：商场地下车库前一小时免费。",
    "菜场楼顶加层停车，\n楼下照常卖菜！",
    "清理小区“僵尸车”",
    "这条有人身攻击",
    "这条写得太笼统",
    "这条不要了",
)


@dataclass(frozen=True)
class Finished:
    """One topic, closed: numbers 1–5 are public, 6 hidden, 7 returned, 8 withdrawn.

    Theme 错时共享 holds 1 and 3, 医院周边 holds 2; 4 and 5 have none. Support: 1 → 1, 2 → 2, 3 → 3, 4 → 2, 6 → 1.
    The secretary is `by`, a second one `rival`.
    """

    county: County
    deliberation: Deliberation
    topic: Topic
    members: tuple[User, ...]
    moderator: User
    secretary: User
    by: Actor
    rival: Actor

    def suggestion(self, number: int) -> Suggestion:
        """The suggestion of that number."""
        return Suggestion.objects.get(topic=self.topic, number=number)


@dataclass(frozen=True)
class Drafted:
    """A finished deliberation, frozen and drafted."""

    finished: Finished
    summary: Summary

    def statement(self, number: int) -> Statement:
        """The drafted statement that rests on the suggestion of that number; the lead of its theme counts for none."""
        cited = Statement.objects.exclude(kind=StatementKind.LEAD)
        return cited.get(section__summary=self.summary, citations__suggestion__number=number)

    def lead(self, heading: str) -> Statement:
        """The opening of that theme."""
        leads = Statement.objects.filter(section__summary=self.summary, kind=StatementKind.LEAD)
        return leads.get(section__heading=heading)

    def fresh(self) -> Summary:
        """The summary as it is now."""
        return Summary.objects.get(pk=self.summary.pk)


@remembered
def make_finished(*, anonymous: bool = False, county: County | None = None, number: int = 3) -> Finished:
    """See Finished; closed at NOON + 30 min. `number` is the deliberation's in its channel's series."""
    county = county or make_county()
    deliberation = make_deliberation(county, title="破解老城区停车难", year=2026, number=number)
    topic = make_topic(county, deliberation=deliberation, anonymous=anonymous)
    names = ("林栖云", "丁一", "欧阳晴川", "曾小满", "王二", "顾南枝", "白若溪", "韦青")
    members = tuple(
        make_member(county, name, sector=county.sectors[index % 3]) for index, name in enumerate(names)
    )
    moderator = make_moderator(county)
    secretary = make_secretary(county)
    rows = [
        make_suggestion(topic, author, text, publish_by=moderator if index != 6 else None)
        for index, (author, text) in enumerate(zip(members, TEXTS, strict=True))
    ]
    by = actor(moderator)
    for name, numbers in (("错时共享", (1, 3)), ("医院周边", (2,))):
        theme = create_theme(topic_id=topic.pk, name=name, by=by, at=NOON + 2 * MINUTE)
        for number in numbers:
            assign_theme(suggestion_id=rows[number - 1].pk, theme_id=theme.pk, by=by, at=NOON + 2 * MINUTE)
    voters = {1: (1,), 2: (0, 2), 3: (0, 1, 3), 4: (0, 1), 6: (0,)}
    ballots = [
        Ballot(actor(members[voter]), rows[number - 1].pk, "support")
        for number, indexes in voters.items()
        for voter in indexes
    ]
    assert not cast_votes(topic_id=topic.pk, ballots=ballots, at=NOON + 3 * MINUTE).refusals
    at = NOON + 4 * MINUTE
    hide_suggestion(suggestion_id=rows[5].pk, by=by, at=at, reason="用语请平和")
    return_suggestion(suggestion_id=rows[6].pk, by=by, at=at, reason="请写得更具体")
    withdraw_suggestion(suggestion_id=rows[7].pk, by=actor(members[7]), at=at)
    close_topic(topic_id=topic.pk, by=by, at=CLOSED)
    return Finished(
        county=county,
        deliberation=deliberation,
        topic=topic,
        members=members,
        moderator=moderator,
        secretary=secretary,
        by=actor(secretary),
        rival=actor(make_secretary(county, "俞秘书")),
    )


def freeze(finished: Finished) -> Summary:
    """Frozen by the secretary ten minutes after closing."""
    return freeze_deliberation(deliberation_id=finished.deliberation.pk, by=finished.by, at=FROZEN)


@remembered
def make_drafted(*, anonymous: bool = False, county: County | None = None, number: int = 3) -> Drafted:
    """Finished, frozen and drafted."""
    finished = make_finished(anonymous=anonymous, county=county, number=number)
    summary = freeze(finished)
    return Drafted(finished, draft_summary(summary_id=summary.pk, by=finished.by, at=FROZEN))


def make_signed(drafted: Drafted) -> Summary:
    """Submitted by the secretary and signed by the second one, half an hour after freezing."""
    at = FROZEN + 30 * MINUTE
    submit_summary(summary_id=drafted.summary.pk, by=drafted.finished.by, at=at)
    return sign_summary(summary_id=drafted.summary.pk, by=drafted.finished.rival, at=at)
