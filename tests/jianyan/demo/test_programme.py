"""There is always a live topic worth coming for, and something that is coming."""

from __future__ import annotations

import datetime as dt

import pytest

from consultations.actions.topics import close_topic
from consultations.models import Topic
from consultations.queries.journal_check import check_journal
from jianyan.demo import people, programme
from tests.jianyan.demo.conftest import AT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

MINUTE = dt.timedelta(minutes=1)


def live(at: dt.datetime) -> Topic:
    topic = programme.live_topic(at)
    assert topic is not None
    return topic


def test_visitors_who_come_again_within_the_hour_find_what_they_left() -> None:
    before = live(AT)
    assert programme.be_ready(AT + 40 * MINUTE) == before
    assert Topic.objects.count() == 12


def test_visitors_who_come_when_it_is_nearly_over_find_a_new_one_that_has_been_open_for_a_while() -> None:
    later = AT + 50 * MINUTE
    topic = programme.be_ready(later)
    assert topic.title == "老旧小区改造怎么改到心坎上（第2轮）"
    assert (topic.opens_at, topic.closes_at) == (later - 20 * MINUTE, later + 55 * MINUTE)
    assert topic.suggestions.filter(status="published").exists()
    assert check_journal(topic.pk).faults == ()


def test_visitors_who_come_after_a_month_find_a_live_and_a_coming_topic() -> None:
    later = AT + dt.timedelta(days=30)
    topic = programme.be_ready(later)
    assert topic.closes_at == later + 55 * MINUTE
    coming = Topic.objects.get(opens_at__gt=later)
    assert topic.title == "老旧小区改造怎么改到心坎上（第2轮）"
    assert coming.title == "让“四好农村路”更好走（第2轮）"
    assert programme.be_ready(later + MINUTE) == topic


def test_while_there_is_time_nothing_new_is_announced() -> None:
    assert programme.go_on(AT + 30 * MINUTE) == live(AT)
    assert Topic.objects.count() == 12


def test_the_next_live_topic_is_announced_once_and_opens_when_this_one_closes() -> None:
    closes = live(AT).closes_at
    for minutes in (9, 8, 1):
        programme.go_on(closes - minutes * MINUTE)
    assert Topic.objects.count() == 13
    following = programme.go_on(closes)
    assert following is not None
    assert following.opens_at == closes
    assert following.closes_at == closes + 75 * MINUTE


def test_when_a_visitor_closes_it_before_its_time_the_next_one_opens_at_once() -> None:
    before = live(AT)
    close_topic(topic_id=before.pk, by=people.on_duty(at=AT), at=AT + MINUTE)
    following = programme.go_on(AT + 2 * MINUTE)
    assert following is not None
    assert following.pk != before.pk
    assert following.opens_at == AT + 2 * MINUTE
    assert following.closes_at > AT + 60 * MINUTE


def test_when_a_visitor_closes_it_after_the_next_was_announced_that_one_opens_at_once() -> None:
    before = live(AT)
    programme.go_on(before.closes_at - 5 * MINUTE)
    close_topic(topic_id=before.pk, by=people.on_duty(at=AT), at=before.closes_at - 4 * MINUTE)
    following = programme.go_on(before.closes_at - 3 * MINUTE)
    assert following is not None
    assert following.opens_at == before.closes_at - 3 * MINUTE
    assert Topic.objects.count() == 13


def test_the_topic_that_opened_last_comes_first() -> None:
    assert programme.open_topics(AT) == [live(AT)]
    later = AT + dt.timedelta(days=3)
    titles = [topic.title for topic in (programme.be_ready(later), *programme.open_topics(later))]
    assert titles == [
        "老旧小区改造怎么改到心坎上（第2轮）",
        "老旧小区改造怎么改到心坎上（第2轮）",
        "茶产业如何提价又提量",
    ]
