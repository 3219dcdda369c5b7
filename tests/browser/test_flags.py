"""Reporting a suggestion and masked texts, in Chromium: live, without a script, by keyboard, and through axe."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, ViewportSize, expect

from consultations.actions.flags import flag_suggestion, unmask_suggestion
from consultations.enums import BallotKind
from consultations.models import Flag, Suggestion, Topic
from jianyan.accounts.models import User
from tests.consultations.factories import actor, make_suggestion, make_topic
from tests.jianyan.accounts.factories import make_county, make_member, make_moderator
from tests.servers import Site

PHONE: ViewportSize = {"width": 390, "height": 844}
LAPTOP: ViewportSize = {"width": 1440, "height": 900}
PRIVATE = "丁家弄8号车位常年被占，请联系19900088123核实。"
COVERED = "丁家弄8号车位常年被占，请联系＊＊＊＊＊＊＊＊＊＊＊核实。"
TAKEN = "已举报，待处理"

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True)
class Stage:
    """A live topic without review and with three stands to choose from; one idea of somebody else's in it."""

    topic: Topic
    idea: Suggestion
    author: User
    member: User
    moderator: User

    @property
    def path(self) -> str:
        return f"/topics/{self.topic.pk}/?order=newest"


@pytest.fixture
def stage(site: Site) -> Stage:
    county = make_county()
    opened = timezone.now() - dt.timedelta(minutes=20)
    topic = make_topic(county, opens_at=opened, premoderated=False, ballot=BallotKind.THREE_WAY, ideas=3)
    author = make_member(county, "林栖云")
    idea = make_suggestion(topic, author, "机关大院的车位晚六点后向周边居民开放。")
    return Stage(topic, idea, author, make_member(county, "罗小满"), make_moderator(county))


@contextmanager
def entered(browser: Browser, site: Site, user: User, **options: Any) -> Iterator[Page]:
    with ExitStack() as leaving:
        context = browser.new_context(
            locale="zh-CN", base_url=site.url, bypass_csp=True, reduced_motion="reduce", **options
        )
        leaving.callback(context.close)
        client = Client()
        client.force_login(user)
        session = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": site.url}])
        yield context.new_page()


def inspect(page: Page) -> None:
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("document.scrollingElement.scrollWidth - window.innerWidth") <= 0


@pytest.mark.parametrize(
    ("viewport", "look"),
    [(PHONE, "light"), (PHONE, "dark"), (PHONE, "large"), (LAPTOP, "light"), (LAPTOP, "dark")],
    ids=["phone", "phone-dark", "phone-large", "laptop", "laptop-dark"],
)
def test_axe_finds_nothing_in_the_forms_and_nothing_is_too_small_or_too_wide(
    browser: Browser, site: Site, stage: Stage, viewport: ViewportSize, look: str
) -> None:
    scheme = "dark" if look == "dark" else "light"
    make_suggestion(stage.topic, stage.member, PRIVATE)
    second = make_suggestion(stage.topic, stage.author, "路口增设行人过街信号灯。")
    flag_suggestion(suggestion_id=second.pk, kind="untrue", by=actor(stage.member, timezone.now()))
    with entered(browser, site, stage.member, viewport=viewport, color_scheme=scheme) as page:
        if look == "large":
            page.goto("/")
            page.locator("button[name=size]").first.click()
            expect(page.locator("html")).to_have_attribute("data-size", "large")
        page.goto(stage.path)
        page.locator(f"#s{stage.idea.pk} .flag summary").click()
        expect(page.locator(".flag-form")).to_be_visible()
        page.locator(".masked-note summary").click()
        expect(page.locator(".masked-note")).to_contain_text(COVERED)
        inspect(page)
        low = page.evaluate(
            """() => [...document.querySelectorAll(".flag summary, .flag-reason, .flag-form button, .flag-words input")]
                .map((one) => one.getBoundingClientRect()).filter(({ width, height }) => height < 44 || width < 44).length"""
        )
        assert low == 0
        for address in (f"suggestions/{stage.idea.pk}/flag", "policy"):
            page.goto(f"/topics/{stage.topic.pk}/{address}")
            inspect(page)


def test_a_report_is_sent_from_the_row_and_stands_there(browser: Browser, site: Site, stage: Stage) -> None:
    with entered(browser, site, stage.member, viewport=PHONE) as page:
        page.goto(stage.path)
        row = page.locator(f"#s{stage.idea.pk}")
        # By keyboard: from the summary through the reasons to the button.
        row.locator(".flag summary").press("Enter")
        row.locator(".flag-form input[value=harsh]").press("Space")
        row.locator(".flag-form input[name=text]").fill("说得太冲")
        row.locator(".flag-form input[name=text]").press("Enter")
        expect(row.locator(".flag-state")).to_have_text(TAKEN)
        expect(row.locator(".flag-state")).to_be_focused()
        expect(row.locator(".flag")).to_have_count(0)
        expect(page.locator("#own-panel .own-flag")).to_contain_text("言语不当")
        made = Flag.objects.get()
        assert (made.kind, made.text, made.member) == ("harsh", "说得太冲", stage.member)
        # What the row is redrawn for afterwards leaves it alone.
        row.locator("[data-choice=support]").click()
        expect(row.locator("[data-choice=support]")).to_have_attribute("aria-pressed", "true")
        expect(row.locator(".flag-state")).to_have_text(TAKEN)
        page.reload()
        expect(page.locator(f"#s{stage.idea.pk} .flag-state")).to_have_text(TAKEN)


def test_what_arrives_while_one_reads_can_be_reported_too_and_ones_own_cannot(
    browser: Browser, site: Site, stage: Stage
) -> None:
    with entered(browser, site, stage.member, viewport=LAPTOP) as page:
        page.goto(stage.path)
        expect(page.locator("#here")).not_to_have_text("0")
        page.locator("#text").fill("我自己的一条。")
        page.locator("#write button").click()
        expect(page.locator("#my-list .own")).to_have_count(1)
        late = make_suggestion(stage.topic, stage.author, "后来的一条。", at=timezone.now())
        fresh = page.locator("#fresh")
        expect(fresh).to_contain_text("2")
        fresh.click()
        mine = Suggestion.objects.get(text="我自己的一条。")
        expect(page.locator(f"#s{mine.pk} .flag")).to_be_hidden()
        row = page.locator(f"#s{late.pk}")
        row.locator(".flag summary").click()
        row.locator(".flag-form input[value=off_topic]").check()
        row.locator(".flag-form button").click()
        expect(row.locator(".flag-state")).to_have_text(TAKEN)
        assert Flag.objects.get(suggestion=late).kind == "off_topic"


def test_what_did_not_get_through_or_was_refused_is_said_and_kept(
    browser: Browser, site: Site, stage: Stage
) -> None:
    with entered(browser, site, stage.member, viewport=PHONE) as page:
        page.goto(stage.path)
        row = page.locator(f"#s{stage.idea.pk}")
        row.locator(".flag summary").click()
        row.locator(".flag-form input[value=other]").check()
        row.locator(".flag-form input[name=text]").fill("还没有送出")
        page.route("**/flag", lambda route: route.abort())
        row.locator(".flag-form button").click()
        expect(row.locator(".flag-form .error")).to_have_text("没有送出，请再试一次。")
        expect(row.locator(".flag-form input[name=text]")).to_have_value("还没有送出")
        page.unroute("**/flag")
        Topic.objects.filter(pk=stage.topic.pk).update(frozen_at=timezone.now())
        row.locator(".flag-form button").click()
        expect(row.locator(".flag-form .error")).to_contain_text("冻结")
        assert not Flag.objects.exists()


def test_without_a_script_it_takes_two_pages(browser: Browser, site: Site, stage: Stage) -> None:
    with entered(browser, site, stage.member, viewport=PHONE, java_script_enabled=False) as page:
        page.goto(stage.path)
        row = page.locator(f"#s{stage.idea.pk}")
        row.locator(".flag summary").click()
        row.locator(".flag a").click()
        page.locator("input[value=untrue]").check()
        page.locator(".flag-form button").click()
        expect(page.locator(f"#s{stage.idea.pk} .flag-state")).to_have_text(TAKEN)
        assert Flag.objects.get().kind == "untrue"


def test_a_number_is_masked_for_others_at_once_and_its_author_is_told(
    browser: Browser, site: Site, stage: Stage
) -> None:
    with (
        entered(browser, site, stage.author, viewport=LAPTOP) as writing,
        entered(browser, site, stage.member, viewport=LAPTOP) as reading,
    ):
        reading.goto(stage.path)
        expect(reading.locator("#here")).not_to_have_text("0")
        writing.goto(stage.path)
        writing.locator("#text").fill(PRIVATE)
        writing.locator("#write button").click()
        expect(writing.locator("#my-list .own-text").last).to_have_text(PRIVATE)
        expect(writing.locator(".masked-note")).to_contain_text("对外已遮盖")
        reading.locator("#fresh").click()
        posted = Suggestion.objects.get(text=PRIVATE)
        text = reading.locator(f"#s{posted.pk} .suggestion-text")
        expect(text).to_have_text(COVERED)
        assert "19900088123" not in reading.content()
        unmask_suggestion(suggestion_id=posted.pk, by=actor(stage.moderator, timezone.now()))
        expect(text).to_have_text(PRIVATE)
        expect(writing.locator(".masked-note")).to_have_count(0)
