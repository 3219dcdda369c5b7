"""What the report says of waiting times and outcomes, read from a journal that the real actions wrote."""

from __future__ import annotations

import datetime as dt

import pytest

from consultations.actions.merging import merge_suggestions, unmerge_suggestion
from consultations.actions.moderation import publish_suggestion, return_suggestion
from consultations.models import Suggestion
from jianyan.commands.rehearse import words
from jianyan.demo.catalogue import issue
from jianyan.rehearsal.plan import Turn, plan
from jianyan.rehearsal.report import Report, report_on
from tests.consultations.factories import MINUTE, NOON, actor, make_suggestion, make_topic
from tests.jianyan.accounts.factories import make_county, make_member, make_moderator

AT = NOON + MINUTE
POSITIONS = (1, 4, 43)


class Rehearsed:
    """Three ideas at one instant: a good one, one that says the same, and one that says two things."""

    def __init__(self) -> None:
        county = make_county()
        self.topic = make_topic(county)
        self.by = actor(make_moderator(county))
        self.turns: tuple[Turn, ...] = plan(issue("parking"), per_minute=30, positions=POSITIONS)
        self.ids = {
            turn.position: make_suggestion(
                self.topic, make_member(county, f"委员{turn.position}"), turn.idea.text, at=AT
            ).pk
            for turn in self.turns
        }

    def publish(self, position: int, after: float) -> None:
        publish_suggestion(suggestion_id=self.ids[position], by=self.by, at=AT + dt.timedelta(seconds=after))

    def merge(self, position: int, into: int, after: float) -> None:
        merge_suggestions(
            topic_id=self.topic.pk,
            suggestion_ids=[self.ids[position]],
            into=self.ids[into],
            by=self.by,
            at=AT + dt.timedelta(seconds=after),
        )

    def send_back(self, position: int, after: float) -> None:
        return_suggestion(
            suggestion_id=self.ids[position],
            by=self.by,
            at=AT + dt.timedelta(seconds=after),
            reason="一条建言请只写一件事，请拆开后重新提交。",
        )

    def report(self) -> Report:
        return report_on(self.topic.pk, self.turns)


@pytest.fixture
def rehearsed(db: None) -> Rehearsed:
    return Rehearsed()


def test_all_done_right_in_time_passes(rehearsed: Rehearsed) -> None:
    rehearsed.publish(1, after=3)
    rehearsed.merge(4, into=1, after=5)
    rehearsed.send_back(43, after=19)
    report = rehearsed.report()
    assert (report.median, report.longest, report.wrong, report.sound) == (5.0, 19.0, (), True)
    assert report.passed
    assert "最长19.0秒" in words(report, 30) or "longest 19.0 s" in words(report, 30)


def test_whoever_waits_twenty_seconds_waits_too_long(rehearsed: Rehearsed) -> None:
    rehearsed.publish(1, after=3)
    rehearsed.merge(4, into=1, after=5)
    rehearsed.send_back(43, after=20)
    assert not rehearsed.report().passed


def test_what_still_waits_waits_for_ever(rehearsed: Rehearsed) -> None:
    rehearsed.publish(1, after=3)
    report = rehearsed.report()
    assert report.longest == float("inf")
    assert [one.turn.position for one in report.wrong] == [4, 43]


def test_what_was_published_for_itself_or_merged_elsewhere_is_named(rehearsed: Rehearsed) -> None:
    rehearsed.publish(1, after=3)
    rehearsed.publish(4, after=4)
    rehearsed.merge(43, into=1, after=5)
    report = rehearsed.report()
    assert [(one.turn.position, one.status) for one in report.wrong] == [(4, "published"), (43, "merged")]
    assert not report.passed
    said = words(report, 30)
    assert all(turn.idea.text[:24] in said for turn in rehearsed.turns[1:])


def test_the_first_decision_ends_the_waiting(rehearsed: Rehearsed) -> None:
    rehearsed.publish(1, after=3)
    rehearsed.merge(4, into=1, after=5)
    unmerge_suggestion(suggestion_id=rehearsed.ids[4], by=rehearsed.by, at=AT + MINUTE)
    rehearsed.merge(4, into=1, after=90)
    rehearsed.send_back(43, after=6)
    assert rehearsed.report().longest == 6.0


def test_what_never_came_in_is_missed(rehearsed: Rehearsed) -> None:
    Suggestion.objects.filter(pk=rehearsed.ids[43]).update(text="别的")
    (missed,) = [one for one in rehearsed.report().wrong if one.turn.position == 43]
    assert (missed.number, missed.waited, missed.status) == (None, None, "")


def test_a_broken_journal_does_not_pass(rehearsed: Rehearsed) -> None:
    rehearsed.publish(1, after=3)
    rehearsed.merge(4, into=1, after=5)
    rehearsed.send_back(43, after=6)
    Suggestion.objects.filter(pk=rehearsed.ids[1]).update(support=7)
    report = rehearsed.report()
    assert (report.sound, report.passed) == (False, False)
