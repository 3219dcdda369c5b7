"""The controls of the desk in Chromium: linked topics, themes by key and by handle, counts that follow, through axe."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from consultations.actions.moderation import assign_theme
from consultations.actions.themes import create_theme
from consultations.models import Attendance, Deliberation, JournalEntry, Suggestion, Theme, Topic
from jianyan.accounts.models import User
from tests.consultations.factories import HOUR, MINUTE, actor, make_deliberation, make_suggestion, make_topic
from tests.jianyan.accounts.factories import make_county, make_member, make_moderator
from tests.servers import Site

# What the socket does not tell is found by a look every five seconds; generous for a loaded machine.
SOON = 20_000


@dataclass(frozen=True)
class Stage:
    """Three live topics whose clocks run together; the first has three themes, two published ideas and one that waits."""

    topics: list[Topic]
    moderator: User
    themes: list[Theme]
    published: list[Suggestion]
    waiting: Suggestion

    def desk(self, topic: int = 0) -> str:
        return f"/desk/{self.topics[topic].pk}/?view=controls"

    def names(self) -> list[str]:
        return list(Theme.objects.order_by("position").values_list("name", flat=True))


@pytest.fixture
def stage(site: Site) -> Stage:
    county = make_county()
    moderator = make_moderator(county)
    by, opened = actor(moderator), timezone.now() - 20 * MINUTE
    deliberation = make_deliberation(county, starts_at=opened, ends_at=opened + HOUR, linked=True)
    titles = ("破解老城区停车难", "老旧小区加装电梯怎样谈得拢、装得上、管得好", "校园周边交通")
    topics = [
        make_topic(county, title, deliberation=deliberation, opens_at=opened, position=position)
        for position, title in enumerate(titles, 1)
    ]
    themes = [
        create_theme(topic_id=topics[0].pk, name=name, by=by, at=opened)
        for name in ("错时共享", "挖潜增位", "智能诱导与收费公示")
    ]
    authors = [make_member(county, f"委员{name}", sector=county.sectors[0]) for name in "甲乙丙"]
    texts = (
        "机关单位的停车位晚上向周边居民错时开放。",
        "机关大院的停车位夜间向附近居民开放，错时共享。",
        "晚上把机关单位的停车位错时开放给居民。",
    )
    made = [
        make_suggestion(topics[0], author, text, publish_by=publisher, at=opened + MINUTE)
        for author, text, publisher in zip(authors, texts, (moderator, moderator, None), strict=True)
    ]
    Attendance.objects.create(
        deliberation=deliberation, user=authors[0], presence="present", checked_in_at=opened
    )
    return Stage(topics, moderator, themes, made[:2], made[2])


class Enter:
    """`enter(width, **options)`: a page of a browser in which the moderator is signed in."""

    def __init__(self, browser: Browser, site: Site, stage: Stage, contexts: ExitStack) -> None:
        self.browser, self.site, self.stage, self.contexts = browser, site, stage, contexts
        self.complaints: list[str] = []

    def __call__(self, width: int = 1440, **options: Any) -> Page:
        client = Client()
        client.force_login(self.stage.moderator)
        context = self.browser.new_context(
            locale="zh-CN", viewport={"width": width, "height": 900}, base_url=self.site.url, **options
        )
        self.contexts.callback(context.close)
        context.add_cookies(
            [
                {"name": name, "value": cookie.value, "url": self.site.url}
                for name, cookie in client.cookies.items()
            ]
        )
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on(
            "console",
            lambda said: self.complaints.append(said.text) if "Security Policy" in said.text else None,
        )
        return page


@pytest.fixture
def enter(browser: Browser, site: Site, stage: Stage) -> Iterator[Enter]:
    with ExitStack() as contexts:
        enter = Enter(browser, site, stage, contexts)
        yield enter
    assert enter.complaints == []


def live(page: Page) -> None:
    """The script has begun: it has said who is here."""
    expect(page.locator("[data-number=here]")).not_to_have_text("–", timeout=SOON)


def test_a_pause_at_one_desk_is_seen_at_the_other_topics_desks(stage: Stage, enter: Enter) -> None:
    first, second = enter(), enter()
    second.goto(stage.desk(1))
    live(second)
    first.goto(stage.desk())
    live(first)
    first.locator("#step-pause").click()
    expect(first.locator("#desk-line")).to_contain_text("已暂停 3 个议题")
    expect(second.locator("#desk-phase .phase.paused").first).to_be_visible(timeout=SOON)
    expect(second.locator("#step-resume")).to_be_visible()
    second.locator("#desk-link").click()
    expect(second.locator("#desk-link")).to_have_attribute("aria-checked", "false")
    expect(first.locator("#desk-link")).to_have_attribute("aria-checked", "false", timeout=SOON)
    second.locator("#step-resume").click()
    expect(second.locator("#desk-line")).to_contain_text("议题继续进行")
    first.locator("#extend-minutes").fill("7")
    first.locator("#extend-minutes").press("Enter")
    expect(first.locator("#desk-line")).to_contain_text("结束时间已延后")
    paused = Topic.objects.order_by("position").values_list("paused_at", flat=True)
    assert [at is None for at in paused] == [False, True, False]
    assert Topic.objects.get(pk=stage.topics[0].pk).closes_at == stage.topics[0].closes_at + 7 * MINUTE


def test_a_ready_notice_goes_to_all_linked_topics(stage: Stage, enter: Enter) -> None:
    page = enter()
    page.goto(stage.desk())
    live(page)
    page.locator("#notice-text").fill("还没写完的")
    page.locator("#notice-ready summary").click()
    page.locator("#ready-1").click()
    expect(page.locator("#desk-line")).to_contain_text("通知已发到 3 个议题")
    expect(page.locator("#notice-text")).to_have_value("还没写完的")
    assert JournalEntry.objects.filter(kind="notice").count() == 3


def test_themes_are_put_in_order_by_keys_and_by_their_handles(stage: Stage, enter: Enter) -> None:
    page = enter()
    page.goto(stage.desk())
    live(page)
    first, _second, third = stage.themes
    line = page.locator("#desk-line")

    summary = page.locator(f"#theme-summary-{first.pk}")
    summary.focus()
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("Alt+ArrowDown")
    expect(line).to_contain_text("归类已保存")
    expect(page.locator("#desk-theme-list > li").last).to_have_attribute("data-theme", str(first.pk))
    expect(page.locator(f"#theme-summary-{first.pk}")).to_be_focused()
    assert stage.names() == ["挖潜增位", "智能诱导与收费公示", "错时共享"]

    grip = page.locator(f'[data-theme="{third.pk}"] .desk-theme-grip')
    revision = Topic.objects.get(pk=stage.topics[0].pk).revision
    # The list may be drawn anew until the handle is held: hovering looks for the handle again, measuring does not.
    grip.hover()
    page.mouse.down()
    expect(page.locator("#desk-themes")).to_have_attribute("data-held", "")
    at, top = grip.bounding_box(), page.locator("#desk-theme-list > li").first.bounding_box()
    assert at is not None
    assert top is not None
    page.mouse.move(at["x"], top["y"] + 4, steps=5)
    expect(page.locator("#desk-theme-list > li").first).to_have_attribute("data-theme", str(third.pk))
    page.keyboard.press("Escape")
    expect(page.locator("#desk-theme-list > li").nth(1)).to_have_attribute("data-theme", str(third.pk))
    page.mouse.up()
    assert Topic.objects.get(pk=stage.topics[0].pk).revision == revision

    page.mouse.move(at["x"] + at["width"] / 2, at["y"] + at["height"] / 2)
    page.mouse.down()
    page.mouse.move(at["x"], top["y"] + 4, steps=5)
    with page.expect_response("**/themes/order"):
        page.mouse.up()
    expect(page.locator("#desk-theme-list > li").first).to_have_attribute("data-theme", str(third.pk))
    assert stage.names() == ["智能诱导与收费公示", "挖潜增位", "错时共享"]


def test_the_counts_of_the_themes_follow_what_others_do(stage: Stage, enter: Enter) -> None:
    page = enter()
    page.goto(stage.desk())
    live(page)
    count = page.locator(f"#theme-summary-{stage.themes[1].pk} .desk-theme-count")
    expect(count).to_contain_text("0")
    assign_theme(
        suggestion_id=stage.published[0].pk,
        theme_id=stage.themes[1].pk,
        by=actor(stage.moderator),
        at=timezone.now(),
    )
    expect(count).to_contain_text("1", timeout=SOON)
    page.locator(f"#theme-summary-{stage.themes[1].pk}").click()
    page.locator(f"#theme-delete-{stage.themes[1].pk} > summary").click()
    expect(page.locator(f"#theme-delete-{stage.themes[1].pk} p")).to_contain_text("1 条建言")
    page.locator(f"#theme-delete-{stage.themes[1].pk} button").click()
    expect(page.locator("#desk-line")).to_contain_text("1 条建言现在未归类")
    assert Suggestion.objects.get(pk=stage.published[0].pk).theme_id is None


def test_the_theme_of_the_nearest_ones_is_picked_by_t_t(stage: Stage, enter: Enter) -> None:
    by = actor(stage.moderator)
    for suggestion in stage.published:
        assign_theme(suggestion_id=suggestion.pk, theme_id=stage.themes[0].pk, by=by, at=timezone.now())
    page = enter()
    page.goto(f"/desk/{stage.topics[0].pk}/?item={stage.waiting.pk}")
    live(page)
    page.keyboard.press("t")
    expect(page.locator(".pick.suggested")).to_contain_text("错时共享")
    page.keyboard.press("t")
    expect(page.locator("#desk-line")).to_contain_text("错时共享")
    assert Suggestion.objects.get(pk=stage.waiting.pk).theme_id == stage.themes[0].pk


def test_without_script_everything_but_dragging_is_there(stage: Stage, enter: Enter) -> None:
    page = enter(390, java_script_enabled=False)
    page.goto(stage.desk())
    expect(page.locator(".desk-theme-grip").first).to_be_hidden()
    page.locator("#extend-10").click()
    expect(page.locator("#desk-line")).to_contain_text("3 个议题的结束时间已延后")
    page.locator(f"#theme-summary-{stage.themes[2].pk}").click()
    page.locator(f"#up-{stage.themes[2].pk}").click()
    expect(page.locator("#desk-line")).to_contain_text("归类已保存")
    assert stage.names() == ["错时共享", "智能诱导与收费公示", "挖潜增位"]
    assert Deliberation.objects.get().linked
    assert Topic.objects.latest("position").closes_at == stage.topics[2].closes_at + dt.timedelta(minutes=10)


def test_axe_finds_nothing_in_the_controls(stage: Stage, enter: Enter) -> None:
    for width, scheme in ((390, "light"), (390, "dark"), (1440, "light"), (1440, "dark")):
        page = enter(width, color_scheme=scheme)
        page.goto(stage.desk())
        live(page)
        first = stage.themes[0].pk
        for fold in ("#turnout-sectors", "#notice-ready", "#confirm-close", f"#theme-fold-{first}"):
            page.locator(f"{fold} > summary").click()
        page.locator(".desk-sectors summary").first.click()
        page.locator(f"#theme-delete-{first} > summary").click()
        expect(page.locator(".desk-names").first).to_contain_text("委员甲")
        page.wait_for_load_state()
        results = Axe().run(page)
        assert results.violations_count == 0, f"{width} {scheme}\n{results.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.close()
