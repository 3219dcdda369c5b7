"""Home, topic, journal and one's own page in Chromium: axe, nothing wider than the screen, hostile texts, live order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, ViewportSize, expect

from consultations.actions.moderation import feature_suggestion, publish_suggestion, return_suggestion
from consultations.actions.suggestions import post_suggestion
from consultations.actions.themes import create_theme
from consultations.actions.topics import close_topic, pause_topic
from consultations.actions.votes import Ballot, cast_votes
from consultations.models import Topic
from jianyan.accounts.models import User
from tests.consultations.factories import MINUTE, actor, make_suggestion, make_topic
from tests.jianyan.accounts.factories import County, make_county, make_member, make_moderator
from tests.servers import Site

PHONE: ViewportSize = {"width": 390, "height": 844}
LAPTOP: ViewportSize = {"width": 1440, "height": 900}
# Marks upon marks, a word without end, text from right to left, and a name that is longer than a line.
ZALGO = "车" + "\u0301\u0323" * 20 + "位"
ENDLESS = "https://example.org/" + "a" * 170
LEFTWARDS = "محطة الحافلات أمام المستشفى"
LONG_NAME = "阿卜杜热合曼·买买提依明·玉素甫江·吾斯曼江"

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def entered(browser: Browser, site: Site, user: User | None, **options: Any) -> Iterator[Page]:
    with ExitStack() as leaving:
        context = browser.new_context(
            locale="zh-CN", base_url=site.url, bypass_csp=True, reduced_motion="reduce", **options
        )
        leaving.callback(context.close)
        if user is not None:
            client = Client()
            client.force_login(user)
            context.add_cookies(
                [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site.url}]
            )
        yield context.new_page()


def open_topic(county: County, title: str, *, opened: dt.timedelta = 10 * MINUTE, **fields: Any) -> Topic:
    return make_topic(county, title, opens_at=timezone.now() - opened, **fields)


class Town:
    """A topic in every phase, with texts and names as nobody wishes them."""

    def __init__(self) -> None:
        now = timezone.now()
        self.county = county = make_county()
        self.moderator = make_moderator(county)
        self.member = make_member(county, LONG_NAME)
        self.live = open_topic(county, "破解老城区停车难", ideas=3)
        theme = create_theme(topic_id=self.live.pk, name="错时共享", by=actor(self.moderator), at=now)
        for number, text in enumerate((ZALGO, ENDLESS, LEFTWARDS, "机关单位车位夜间向周边居民开放。")):
            one = make_suggestion(
                self.live, make_member(county, f"委员{number}"), text, publish_by=self.moderator, at=now
            )
            if number == 3:
                feature_suggestion(suggestion_id=one.pk, on=True, by=actor(self.moderator), at=now)
        assert theme.pk
        returned = make_suggestion(self.live, self.member, "两件事。一是停车，二是公交。", at=now)
        return_suggestion(
            suggestion_id=returned.pk, reason="请只写一件事。", by=actor(self.moderator), at=now
        )
        self.paused = open_topic(county, "暂停的议题")
        pause_topic(topic_id=self.paused.pk, by=actor(self.moderator), at=now)
        self.coming = make_topic(county, "即将开始的议题", opens_at=now + 60 * MINUTE)
        self.closed = open_topic(county, "已经结束的议题")
        last = make_suggestion(self.closed, make_member(county), publish_by=self.moderator, at=now)
        ballots = [Ballot(actor(self.member), last.pk, "support")]
        cast_votes(topic_id=self.closed.pk, ballots=ballots, at=now)
        close_topic(topic_id=self.closed.pk, by=actor(self.moderator), at=now)

    def addresses(self) -> list[str]:
        topics = (self.live, self.paused, self.coming, self.closed)
        return [
            "/",
            "/?q=车位",
            "/?q=没有这样的词",
            *(f"/topics/{topic.pk}/" for topic in topics),
            *(f"/topics/{topic.pk}/watch" for topic in topics),
            f"/topics/{self.live.pk}/watch?size=large",
            f"/topics/{self.closed.pk}/journal/",
            f"/deliberations/{self.closed.deliberation_id}/",
            "/me/",
            "/topics/987654321/",
        ]


@pytest.fixture
def town(site: Site) -> Town:
    return Town()


@pytest.mark.parametrize(
    ("viewport", "look"),
    [(PHONE, "light"), (PHONE, "dark"), (PHONE, "large"), (LAPTOP, "light"), (LAPTOP, "dark")],
    ids=["phone", "phone-dark", "phone-large", "laptop", "laptop-dark"],
)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    browser: Browser, site: Site, town: Town, viewport: ViewportSize, look: str
) -> None:
    scheme = "dark" if look == "dark" else "light"
    with entered(browser, site, town.member, viewport=viewport, color_scheme=scheme) as page:
        if look == "large":
            page.goto("/")
            page.locator("button[name=size]").first.click()
            expect(page.locator("html")).to_have_attribute("data-size", "large")
        for address in town.addresses():
            inspect(page, address)
    with entered(browser, site, None, viewport=viewport, color_scheme=scheme) as page:
        inspect(page, f"/topics/{town.live.pk}/")


def inspect(page: Page, address: str) -> None:
    page.goto(address)
    results = Axe().run(page)
    assert results.violations_count == 0, f"{address}\n{results.generate_report()}"
    assert page.evaluate("document.scrollingElement.scrollWidth - window.innerWidth") <= 0, address


def test_what_one_does_with_a_finger_is_large_enough_to_hit(browser: Browser, site: Site, town: Town) -> None:
    with entered(browser, site, town.member, viewport=PHONE) as page:
        for address in ("/", f"/topics/{town.live.pk}/", "/me/"):
            page.goto(address)
            small = page.evaluate(
                """() => [...document.querySelectorAll("button, a.button, summary, textarea, input:not([type=hidden])")]
                    .filter((one) => one.checkVisibility() && !one.closest(".visually-hidden"))
                    .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect().height])
                    .filter(([, height]) => height > 0 && height < 44)"""
            )
            assert small == [], address


def test_nothing_moves_under_the_finger_until_it_is_asked_to(
    browser: Browser, site: Site, town: Town
) -> None:
    with entered(browser, site, town.member, viewport=PHONE) as page:
        page.goto(f"/topics/{town.live.pk}/?order=newest")
        rows = page.locator("#list .suggestion")
        expect(rows).to_have_count(4)
        expect(page.locator("#here")).not_to_have_text("0")
        page.locator("#list").scroll_into_view_if_needed()
        page.mouse.wheel(0, 300)
        before = page.evaluate("document.querySelector('#list .suggestion').id")
        now = timezone.now()
        posted = post_suggestion(
            topic_id=town.live.pk,
            by=actor(make_member(town.county, "新委员"), now),
            text="增设夜间公交。",
            client_ref="7f0e7a52-2f2c-4f64-9d2b-0d2f3cf3a9a1",
            at=now,
        )
        publish_suggestion(suggestion_id=posted.suggestion.pk, by=actor(town.moderator, now), at=now)
        fresh = page.locator("#fresh")
        expect(fresh).to_be_visible()
        expect(fresh).to_contain_text("1")
        assert page.evaluate("document.querySelector('#list .suggestion').id") == before
        fresh.click()
        expect(rows).to_have_count(5)
        expect(rows.first).to_contain_text("增设夜间公交。")


def test_a_draft_stays_on_the_phone_and_enter_while_composing_sends_nothing(
    browser: Browser, site: Site, town: Town
) -> None:
    with entered(browser, site, make_member(town.county, "写字的"), viewport=PHONE) as page:
        page.goto(f"/topics/{town.live.pk}/")
        box = page.locator("#text")
        box.fill("还没有写完的")
        box.dispatch_event("keydown", {"key": "Enter", "isComposing": True, "bubbles": True})
        page.reload()
        expect(page.locator("#text")).to_have_value("还没有写完的")
        assert not Topic.objects.get(pk=town.live.pk).suggestions.filter(text="还没有写完的").exists()
        page.locator("#text").fill("一" * 201)
        expect(page.locator("#write")).to_contain_text("1")
        page.locator("#write button").click()
        expect(page.locator("#text")).to_have_value("一" * 201)
        assert not Topic.objects.get(pk=town.live.pk).suggestions.filter(text="一" * 201).exists()
