"""While a member writes in Chromium: what is there already appears below, can be supported, and never stands in the way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, WebSocketRoute, expect

from consultations.actions.votes import Ballot, cast_votes
from consultations.models import Suggestion, Topic, Vote
from jianyan.accounts.models import User
from tests.consultations.factories import actor, make_suggestion, make_topic
from tests.jianyan.accounts.factories import County, make_county, make_member, make_moderator
from tests.servers import Site

# The pause after typing, an answer, and a machine that is busy; where no socket comes through, polling, too.
SOON = 20_000
WRITTEN = "晚上机关大院的停车场空着，能不能让附近居民停进来？"


@dataclass(frozen=True)
class Desk:
    """A member's topic page, with one published suggestion like WRITTEN."""

    page: Page
    county: County
    topic: Topic
    member: User
    suggestion: Suggestion

    @property
    def box(self) -> Locator:
        return self.page.locator("#text")

    @property
    def hints(self) -> Locator:
        return self.page.locator("#similar")

    @property
    def vote(self) -> Locator:
        return self.hints.locator(".similar-vote")

    def open(self) -> None:
        self.page.goto(f"/topics/{self.topic.pk}/")


@pytest.fixture
def desk(browser: Browser, site: Site) -> Iterator[Desk]:
    cache.clear()
    county = make_county()
    topic = make_topic(county, opens_at=timezone.now() - dt.timedelta(minutes=10))
    suggestion = make_suggestion(topic, make_member(county, "林栖云"), publish_by=make_moderator(county))
    member = make_member(county, "罗小满", sector=county.sectors[1])
    client = Client()
    client.force_login(member)
    context = browser.new_context(locale="zh-CN", base_url=site.url, bypass_csp=True, reduced_motion="reduce")
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site.url}])
    page = context.new_page()
    page.set_default_timeout(SOON)
    expect.set_options(timeout=SOON)
    yield Desk(page, county, topic, member, suggestion)
    expect.set_options(timeout=5_000)
    context.close()


@pytest.mark.parametrize("socket", [True, False], ids=["socket", "polling"])
def test_what_is_there_already_can_be_supported_instead(desk: Desk, socket: bool) -> None:
    if not socket:

        def cut(route: WebSocketRoute) -> None:
            route.close(code=1011)

        desk.page.route_web_socket("**/ws/**", cut)
    desk.open()
    desk.box.press_sequentially(WRITTEN)
    expect(desk.hints).to_be_visible()
    expect(desk.hints.locator(".similar-text")).to_have_text(desk.suggestion.text)
    expect(desk.hints.locator(".similar-support")).to_have_text("0 人附议")
    expect(desk.page.locator("#similar-said")).to_have_text("下方列出 1 条相近的建言")
    assert Axe().run(desk.page).violations_count == 0
    desk.vote.click()
    expect(desk.vote).to_have_text("已附议")
    # Whoever pressed it with a key keeps their place.
    expect(desk.vote).to_have_attribute("aria-disabled", "true")
    expect(desk.vote).to_be_focused()
    expect(desk.hints.locator(".similar-after")).to_be_visible()
    assert Vote.objects.get(suggestion=desk.suggestion, voter=desk.member).choice == "support"
    # The draft is still there, can be thrown away, and brought back.
    expect(desk.box).to_have_value(WRITTEN)
    desk.hints.locator(".similar-after button").click()
    expect(desk.box).to_have_value("")
    desk.page.get_by_role("button", name="恢复刚才写的内容").click()
    expect(desk.box).to_have_value(WRITTEN)
    assert Axe().run(desk.page).violations_count == 0


def test_it_never_stands_in_the_way_of_sending(desk: Desk) -> None:
    desk.open()
    desk.page.route("**/similar", lambda route: route.abort())
    desk.box.fill(WRITTEN)
    desk.page.locator("#write button").click()
    expect(desk.page.locator("#my-list .own-text")).to_have_text(WRITTEN)
    expect(desk.hints).to_be_hidden()
    assert Suggestion.objects.get(author=desk.member).text == WRITTEN


def test_nothing_like_it_shows_nothing_and_what_was_like_it_goes(desk: Desk) -> None:
    desk.open()
    desk.box.fill(WRITTEN)
    expect(desk.hints).to_be_visible()
    desk.box.fill("古镇每周末晚上固定演两场折子戏。")
    expect(desk.hints).to_be_hidden()
    desk.box.fill(WRITTEN)
    expect(desk.hints).to_be_visible()
    desk.box.fill("")
    expect(desk.hints).to_be_hidden()
    expect(desk.page.locator("#similar-said")).to_have_text("")


def test_half_written_characters_are_not_asked_about(desk: Desk) -> None:
    asked: list[str] = []
    desk.page.on(
        "request", lambda request: asked.append(request.url) if request.url.endswith("/similar") else None
    )
    desk.page.clock.install()
    desk.open()
    desk.box.evaluate("(box, text) => { box.value = text; }", WRITTEN)
    typing = "box => box.dispatchEvent(new InputEvent('input', {isComposing: true}))"
    with desk.page.expect_request("**/similar"):
        # Composing says nothing, however long it lasts; its end does.
        desk.box.evaluate(typing)
        desk.page.clock.run_for(10_000)
        assert asked == []
        desk.box.dispatch_event("compositionend")
        desk.page.clock.run_for(1_000)
    expect(desk.hints).to_be_visible()
    assert len(asked) == 1
    # Neither the address nor the history knows what was written.
    assert all(url.endswith(f"/topics/{desk.topic.pk}/similar") for url in asked)


def test_hidden_counts_stay_hidden_and_a_draft_is_asked_about_at_once(desk: Desk) -> None:
    Topic.objects.filter(pk=desk.topic.pk).update(tallies="closed")
    desk.open()
    desk.box.fill(WRITTEN)
    expect(desk.hints).to_be_visible()
    expect(desk.hints.locator(".similar-support")).to_have_text("")
    desk.page.reload()
    expect(desk.hints).to_be_visible()


def test_a_vote_that_is_refused_says_why_here(desk: Desk) -> None:
    Topic.objects.filter(pk=desk.topic.pk).update(budget=1)
    other = make_suggestion(
        desk.topic,
        make_member(desk.county, "顾南枝"),
        "古镇每周末晚上固定演戏。",
        publish_by=make_moderator(desk.county, "卫主持"),
    )
    cast_votes(
        topic_id=desk.topic.pk,
        ballots=[Ballot(actor(desk.member, timezone.now()), other.pk, "support")],
        at=timezone.now(),
    )
    desk.open()
    desk.box.fill(WRITTEN)
    desk.vote.click()
    expect(desk.hints.locator(".similar-line")).to_be_visible()
    expect(desk.vote).to_have_text("改为附议这一条")
    expect(desk.hints.locator(".similar-after")).to_be_hidden()
