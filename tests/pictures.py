"""The pictures of docs/pictures, taken anew from a demonstration of their own: `make pictures`."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from tests.demonstration import Demo, running
from tests.servers import ROOT, chromium

PICTURES = ROOT / "docs" / "pictures"
MOST_BYTES = 1_500_000
PHONE: ViewportSize = {"width": 390, "height": 844}
LAPTOP: ViewportSize = {"width": 1440, "height": 900}
HALL: ViewportSize = {"width": 1280, "height": 720}
# So many of the forty are there when the first picture is taken.
CROWD = 30
IDEA = "老体育场看台下的旧仓库清出来，改成六十个立体车位，供周边三个小区夜间使用。"
# Much the same has been said before, as the desk shows beside it.
OTHER = "行政事业单位的内部停车位，夜间也对周边居民开放，早上七点前开走。"
# Of the demonstration's ideas, those that no moderator lets through: nothing for a README.
TO_DECLINE = ("电话19900088123", "那帮人就知道贴条")


@dataclass
class Studio:
    """A running demonstration and the browser that looks at it."""

    browser: Browser
    site: str
    topic: str
    passwords: dict[str, str]

    def enter(self, viewport: ViewportSize, username: str | None = None, *, dark: bool = False) -> Page:
        """A page of that size on the home page, signed in where a name is given."""
        page = self.browser.new_page(
            viewport=viewport,
            base_url=self.site,
            locale="zh-CN",
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        page.goto("/")
        if username is not None:
            page.goto("/accounts/login/")
            page.fill("input[name=login]", username)
            page.fill("input[name=password]", self.passwords[username])
            page.locator("form.account-form button[type=submit]").click()
            expect(page.locator("form[action='/accounts/logout/']")).to_be_attached()
        return page

    def at_the_topic(self, viewport: ViewportSize, username: str, *, dark: bool = False) -> Page:
        """The live topic, once the crowd is there."""
        page = self.enter(viewport, username, dark=dark)
        page.goto(self.topic)
        # Two digits, and not a one or a two at their front: at least CROWD people.
        expect(page.locator("#here")).to_have_text(re.compile(rf"^[{CROWD // 10}-9]\d$"), timeout=60_000)
        return page


def home(studio: Studio) -> Page:
    """What is live, what comes, what is over, for everybody."""
    return studio.enter(LAPTOP)


def topic_phone(studio: Studio) -> Page:
    """The live topic as a member opens it."""
    return studio.at_the_topic(PHONE, "member")


def topic_dark(studio: Studio) -> Page:
    """The list in dark colours, two of them supported."""
    page = studio.at_the_topic(PHONE, "member", dark=True)
    page.locator("#orders a[data-order=support]").click()
    buttons = page.locator("#list [data-choice=support]:not([disabled])")
    for place in (0, 2):
        button = buttons.nth(place)
        if button.get_attribute("aria-pressed") != "true":
            button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
    page.locator("#list-title").evaluate("title => { title.scrollIntoView(); scrollBy(0, -16); }")
    return page


def topic_large(studio: Studio) -> Page:
    """The same topic in large type."""
    page = studio.at_the_topic(PHONE, "member2")
    page.locator("button[name=size]").first.click()
    expect(page.locator("html")).to_have_attribute("data-size", "large")
    return page


def topic(studio: Studio) -> Page:
    """The live topic on a laptop; the member's idea awaits review."""
    page = studio.at_the_topic(LAPTOP, "member")
    _post(page, IDEA)
    return page


def desk(studio: Studio) -> Page:
    """The moderator's desk, with the other member's idea opened; what is to be declined has been declined."""
    _post(studio.at_the_topic(PHONE, "member2"), OTHER)
    page = studio.enter(LAPTOP, "moderator")
    page.goto(studio.topic.replace("/topics/", "/desk/"))
    for text in TO_DECLINE:
        row = page.locator(".desk-row a").filter(has_text=text)
        if row.count():
            # Whatever follows a decision is opened by itself: it may be this one.
            with page.expect_response(lambda answer: "/desk/" in answer.url):
                row.click()
            expect(page.locator("#desk-item")).to_contain_text(text)
            page.locator("[data-panel=d] summary").click()
            page.locator("[data-panel=d] [data-pick='1']").click()
            expect(row).to_have_count(0)
    page.locator(".desk-row a").filter(has_text=OTHER[:12]).click()
    expect(page.locator("#desk-item")).to_contain_text(OTHER)
    expect(page.locator("#desk-item [data-key=p]")).to_be_visible()
    return page


def screen(studio: Studio) -> Page:
    """The big screen, as the room sees it."""
    page = studio.enter(HALL)
    page.goto(f"{studio.topic}screen/")
    expect(page.locator("#here")).to_have_text(re.compile(rf"^[{CROWD // 10}-9]\d$"), timeout=60_000)
    return page


def summary(studio: Studio) -> Page:
    """The editor of a finished deliberation's summary beside the document, the sources of a sentence unfolded."""
    page = studio.enter(LAPTOP, "secretary")
    page.goto("/prepare/")
    page.get_by_role("link", name="编辑纪要").first.click()
    sentence = page.locator(".sentence:not(.lead)").first
    sentence.locator(".sentence-sources > summary").click()
    # Its theme's heading is above it.
    sentence.evaluate("sentence => { sentence.scrollIntoView(); scrollBy(0, -150); }")
    return page


def follow_up(studio: Studio) -> Page:
    """To whom suggestions went, and what came of them."""
    page = studio.enter(LAPTOP)
    page.goto("/follow-up/")
    return page


def report(studio: Studio) -> Page:
    """The annual report, every figure a link to its rows."""
    page = studio.enter(LAPTOP)
    page.goto("/reports/2025/")
    return page


def _post(page: Page, text: str) -> None:
    page.fill("form.write textarea", text)
    page.locator("form.write button[type=submit], form.write button:not([type])").first.click()
    expect(page.locator(".own")).to_contain_text(text)


def _take(path: Path, page: Page) -> None:
    page.evaluate("document.fonts.ready")
    page.screenshot(path=path, animations="disabled", caret="hide")
    click.echo(f"{path.relative_to(ROOT)}  {path.stat().st_size:,}")


# In the order in which they are taken: what one of them does shows in the next ones.
WANTED: dict[str, Callable[[Studio], Page]] = {
    "home": home,
    "topic-phone": topic_phone,
    "topic-dark": topic_dark,
    "topic-large": topic_large,
    "topic": topic,
    "desk": desk,
    "screen": screen,
    "summary": summary,
    "follow-up": follow_up,
    "report": report,
}


def take_all(demo: Demo, browser: Browser) -> None:
    """Every picture, in the place of the one that was there before."""
    studio = Studio(
        browser,
        site=demo.leaflet["url"],
        topic=f"/topics/{demo.leaflet['live_topic']}/",
        passwords={account["username"]: account["password"] for account in demo.leaflet["accounts"]},
    )
    PICTURES.mkdir(exist_ok=True)
    for name, prepare in WANTED.items():
        page = prepare(studio)
        _take(PICTURES / f"{name}.png", page)
        page.context.close()


def main() -> None:
    """Run a demonstration, take the pictures, and end it."""
    with (
        tempfile.TemporaryDirectory(prefix="jianyan-pictures-") as directory,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        with running(Path(directory) / "var") as demo:
            take_all(demo, browser)
        browser.close()


if __name__ == "__main__":
    main()
