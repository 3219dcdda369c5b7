"""Following without an account, in Chromium: kept up to date by questions that cost nothing while nothing changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, Request, Response, expect

from consultations.actions.topics import close_topic, pause_topic
from consultations.actions.votes import Ballot, cast_votes
from consultations.models import Suggestion, Topic
from jianyan.accounts.models import User
from tests.consultations.factories import actor, make_suggestion, make_topic
from tests.jianyan.accounts.factories import County, make_county, make_member, make_moderator
from tests.servers import Site

SOON = 20_000
MINUTE = dt.timedelta(minutes=1)


@dataclass
class Hall:
    """A live topic, and somebody who follows it."""

    county: County
    topic: Topic
    moderator: User
    member: User
    suggestion: Suggestion
    page: Page
    answers: list[int] = field(default_factory=list)
    asked: int = 0

    def support(self) -> None:
        now = timezone.now()
        ballots = [Ballot(actor(self.member, now), self.suggestion.pk, "support")]
        assert cast_votes(topic_id=self.topic.pk, ballots=ballots, at=now).refusals == {}

    def wait_for(self, *statuses: int) -> None:
        """Until answers of these statuses have come, in this order."""
        before = len(self.answers)
        for status in statuses:
            with self.page.expect_response("**/watch/state", timeout=SOON) as answer:
                pass
            assert answer.value.status == status, self.answers[before:]


@pytest.fixture
def hall(browser: Browser, site: Site) -> Iterator[Hall]:
    county = make_county()
    moderator = make_moderator(county)
    topic = make_topic(county, opens_at=timezone.now() - 10 * MINUTE)
    suggestion = make_suggestion(topic, make_member(county, "林栖云"), publish_by=moderator)
    context = browser.new_context(locale="zh-CN", base_url=site.url, viewport={"width": 390, "height": 844})
    page = context.new_page()
    hall = Hall(county, topic, moderator, make_member(county, "罗小满"), suggestion, page)

    def heard(answer: Response) -> None:
        if answer.url.endswith("/watch/state"):
            hall.answers.append(answer.status)

    def asked(question: Request) -> None:
        hall.asked += question.url.endswith("/watch/state")

    page.on("request", asked)
    page.on("response", heard)
    yield hall
    context.close()


def test_votes_and_ideas_arrive_and_what_has_not_changed_is_not_sent(hall: Hall) -> None:
    page = hall.page
    page.goto(f"/topics/{hall.topic.pk}/watch")
    count = page.locator(f"#s{hall.suggestion.pk} .stand-count")
    expect(count).to_have_text("0")
    expect(page.locator("#remaining")).to_contain_text("剩余")
    # The page itself is the first state: not even the first question brings it again.
    hall.wait_for(304, 304)
    hall.support()
    expect(count).to_have_text("1", timeout=SOON)
    expect(page.locator("#votes")).to_have_text("1")
    make_suggestion(
        hall.topic, hall.member, "医院周边限时停放。", publish_by=hall.moderator, at=timezone.now()
    )
    fresh = page.locator("#fresh")
    page.locator("#list").scroll_into_view_if_needed()
    page.mouse.wheel(0, 200)
    expect(fresh).to_contain_text("1", timeout=SOON)
    fresh.click()
    expect(page.locator("#list .suggestion")).to_have_count(2)
    assert page.context.cookies() == []


def test_the_time_left_is_the_servers_however_old_the_state_is(hall: Hall) -> None:
    page = hall.page
    # Nothing has happened for nine minutes, and the page's own clock is an hour ahead.
    page.clock.install(time=timezone.now() + 60 * MINUTE)
    page.goto(f"/topics/{hall.topic.pk}/watch")
    hall.wait_for(304)
    page.clock.run_for(1000)
    minutes = int(page.locator("#remaining").inner_text().split()[-1].split(":")[0])
    left = (hall.topic.closes_at - timezone.now()) / MINUTE
    assert abs(minutes - left) < 2


def test_nobody_is_asked_while_the_page_is_hidden(hall: Hall) -> None:
    page = hall.page
    page.clock.install()
    page.goto(f"/topics/{hall.topic.pk}/watch")
    hall.wait_for(304)
    set_hidden = (
        "(hidden) => { Object.defineProperty(document, 'hidden', { value: hidden, configurable: true }); }"
    )
    page.evaluate(set_hidden, True)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    before = hall.asked
    page.clock.run_for(60_000)
    assert page.evaluate("document.hidden")
    assert hall.asked == before
    hall.support()
    page.evaluate(set_hidden, False)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator(f"#s{hall.suggestion.pk} .stand-count")).to_have_text("1", timeout=SOON)


def test_a_pause_and_the_end_are_shown(hall: Hall) -> None:
    page = hall.page
    page.goto(f"/topics/{hall.topic.pk}/watch?lang=en")
    pause_topic(topic_id=hall.topic.pk, by=actor(hall.moderator), at=timezone.now())
    expect(page.locator("#phase")).to_have_text("Paused", timeout=SOON)
    close_topic(topic_id=hall.topic.pk, by=actor(hall.moderator), at=timezone.now())
    expect(page.locator("#phase")).to_have_text("Closed", timeout=SOON)
    expect(page.locator("#over")).to_be_visible()
    expect(page.locator("#orders [aria-current]")).to_have_attribute("data-order", "support")


def test_a_lost_network_is_said_and_the_page_goes_on_by_itself(hall: Hall) -> None:
    page = hall.page
    page.goto(f"/topics/{hall.topic.pk}/watch")
    hall.wait_for(304)
    page.context.set_offline(True)
    expect(page.locator("#connection")).to_contain_text("网络", timeout=SOON)
    hall.support()
    page.context.set_offline(False)
    expect(page.locator(f"#s{hall.suggestion.pk} .stand-count")).to_have_text("1", timeout=SOON)
    expect(page.locator("#connection")).to_be_hidden()


def test_a_topic_that_becomes_private_says_so_and_asks_no_more(hall: Hall) -> None:
    page = hall.page
    page.clock.install()
    page.goto(f"/topics/{hall.topic.pk}/watch")
    hall.wait_for(304)
    hall.topic.deliberation.visibility = "members"
    hall.topic.deliberation.save()
    expect(page.locator("#connection")).to_contain_text("不再公开", timeout=SOON)
    asked = hall.asked
    page.clock.run_for(60_000)
    assert page.locator("#connection").is_visible()
    assert hall.asked == asked
