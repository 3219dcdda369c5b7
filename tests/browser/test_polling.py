"""The topic page where a gateway lets no WebSocket through: it asks every few seconds, and votes count all the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, Route, WebSocketRoute, expect

from consultations.models import Suggestion, Topic, Vote
from jianyan.accounts.models import User
from tests.consultations.factories import make_suggestion, make_topic
from tests.jianyan.accounts.factories import PASSWORD, make_county, make_member, make_moderator
from tests.servers import Site

# Two failed connections, and the time between two questions.
SOON = 20_000


@dataclass(frozen=True)
class Visit:
    """A member's topic page that polls."""

    page: Page
    topic: Topic
    member: User
    suggestion: Suggestion

    @property
    def button(self) -> Locator:
        return self.page.locator(f"#s{self.suggestion.pk} [data-choice=support]")


def sign_in(page: Page, user: User) -> None:
    page.goto("/accounts/login/")
    page.fill("input[name=login]", user.username)
    page.fill("input[name=password]", PASSWORD)
    page.locator("form.account-form button[type=submit]").click()
    expect(page.locator("form[action='/accounts/logout/']")).to_be_attached()


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Visit]:
    cache.clear()
    county = make_county()
    topic = make_topic(county, opens_at=timezone.now() - dt.timedelta(minutes=10))
    suggestion = make_suggestion(topic, make_member(county, "林栖云"), publish_by=make_moderator(county))
    member = make_member(county, "罗小满", sector=county.sectors[1])
    context = browser.new_context(locale="zh-CN", base_url=site.url)
    page = context.new_page()
    sign_in(page, member)

    def cut(socket: WebSocketRoute) -> None:
        socket.close(code=1011)

    page.route_web_socket("**/ws/**", cut)
    page.goto(f"/topics/{topic.pk}/")
    expect(page.locator("#connection")).to_contain_text("实时连接", timeout=SOON)
    yield Visit(page, topic, member, suggestion)
    context.close()


def test_a_vote_counts_and_the_page_is_kept_up_to_date(visit: Visit) -> None:
    visit.button.click()
    expect(visit.button).to_have_attribute("aria-pressed", "true")
    expect(visit.button.locator(".stand-count")).to_have_text("1", timeout=SOON)
    assert Vote.objects.get().choice == "support"


def test_a_vote_that_came_too_fast_or_met_a_fault_is_sent_again(visit: Visit) -> None:
    answers = [
        (429, '{"type":"refused","ref":null,"code":"rate_limited","message":"…"}'),
        (500, '{"type":"refused","ref":null,"code":"server_error","message":"…"}'),
    ]

    def refuse(route: Route) -> None:
        if not answers:
            route.continue_()
            return
        status, body = answers.pop(0)
        route.fulfill(status=status, body=body, content_type="application/json")

    visit.page.route("**/votes", refuse)
    visit.button.click()
    expect(visit.button.locator(".stand-count")).to_have_text("1", timeout=SOON)
    assert not answers
    assert Vote.objects.get().choice == "support"


def test_whoever_signed_in_anew_in_another_window_is_told_to_load_this_one_again(visit: Visit) -> None:
    other = visit.page.context.new_page()
    other.goto("/")
    other.locator("form[action='/accounts/logout/'] button").click()
    sign_in(other, visit.member)
    said = visit.page.locator("#connection").inner_text()
    visit.button.click()
    expect(visit.page.locator("#connection")).not_to_have_text(said, timeout=SOON)
    assert not Vote.objects.exists()
    visit.page.unroute_all()
    visit.page.reload()
    # The wish was kept on the device.
    expect(visit.button.locator(".stand-count")).to_have_text("1", timeout=2 * SOON)
    assert Vote.objects.get().choice == "support"
