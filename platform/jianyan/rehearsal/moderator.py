"""A moderator who has nothing but a keyboard: reads what the desk shows in a real browser, and decides as the data says."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from jianyan.demo.catalogue import Quality

from .plan import Remedy, Turn

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PATIENCE = 15_000
"""Milliseconds for the desk to show what a key asked for."""
# Which of the channel's reasons is meant for what.
_REASONS = {Quality.OFF_TOPIC: "3", Quality.PRIVATE_DATA: "4", Quality.HARSH: "5"}
_SHOWN = """item => {
    const article = document.getElementById("desk-item");
    return !article.hasAttribute("data-preview") && article.dataset.item !== item;
}"""


class Moderator:
    """At the desk of one topic. `hinted` counts the merges that the desk itself had offered, of `merged`."""

    def __init__(
        self, browser: Browser, site: str, topic_id: int, turns: Mapping[str, Turn], *, reads: float
    ) -> None:
        self._site = site
        self._topic_id = topic_id
        self._turns = turns
        self._reads = reads
        self._page: Page = browser.new_context(locale="zh-CN", base_url=site).new_page()
        self._page.set_default_timeout(PATIENCE)
        self._numbers: dict[int, str] = {}
        self.merged = 0
        self.hinted = 0

    def sign_in(self, username: str, password: str) -> None:
        """As everybody does, and on to the desk."""
        page = self._page
        page.goto(f"/accounts/login/?next=/desk/{self._topic_id}/")
        page.locator("[name=login]").focus()
        page.keyboard.type(username)
        page.locator("[name=password]").focus()
        page.keyboard.type(password)
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/desk/{self._topic_id}/**")
        page.locator("#desk-item").wait_for()

    def look(self) -> bool:
        """Deal with one suggestion; False where nothing is there to be dealt with."""
        opened = self._opened()
        if opened is None:
            return False
        item, text = opened
        turn = self._turns[text]
        self._numbers[turn.position] = self._number()
        time.sleep(self._reads)
        self._decide(turn)
        self._page.wait_for_function(_SHOWN, arg=item)
        return True

    def _opened(self) -> tuple[str, str] | None:
        article = self._page.locator("#desk-item")
        if article.get_attribute("data-item") is None:
            if self._page.locator("#desk-queue .desk-row").count() == 0:
                return None
            self._page.keyboard.press("j")
            self._page.wait_for_function(
                "() => document.getElementById('desk-item').dataset.item !== undefined"
            )
        item = article.get_attribute("data-item") or ""
        return item, self._page.locator("#desk-text").text_content() or ""

    def _number(self) -> str:
        title = self._page.locator("#desk-item-title").text_content() or ""
        return "".join(re.findall(r"\d+", title)[:1])

    def _decide(self, turn: Turn) -> None:
        press = self._page.keyboard.press
        match turn.right[0]:
            case Remedy.PUBLISH:
                press("p")
            case Remedy.RETURN if turn.idea.quality is Quality.TWO_IDEAS:
                press("s")
            case Remedy.RETURN:
                press("r")
                press(_REASONS[turn.idea.quality])
            case Remedy.DECLINE:
                press("d")
                press(_REASONS[turn.idea.quality])
            case Remedy.MERGE:
                self._merge(self._numbers[turn.same_as or 0])

    def _merge(self, into: str) -> None:
        """With a similar one that the desk offers, or else by its number."""
        page = self._page
        page.keyboard.press("m")
        offers = page.locator('details[data-panel="m"] [data-pick]').evaluate_all(
            "links => links.map(link => [link.dataset.pick, link.textContent])"
        )
        key = _offered(offers, into)
        if key is not None:
            page.keyboard.press(key)
            self.hinted += 1
        else:
            page.keyboard.press("0")
            page.keyboard.type(into)
            page.keyboard.press("Enter")
        page.locator("#desk-item[data-preview] .desk-preview").wait_for()
        page.keyboard.press("Enter")
        self.merged += 1


def _offered(offers: list[Any], into: str) -> str | None:
    """The key of the offer “into no. …”; those the other way round have letters."""
    for key, words in offers:
        if key.isdigit() and re.findall(r"\d+", words)[1:2] == [into]:
            return str(key)
    return None
