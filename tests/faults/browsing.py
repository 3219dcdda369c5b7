"""A member's phone: the topic page in a real Chromium, on the event loop of the crowd."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Page, async_playwright, expect

from tests import servers
from tests.faults.crowd import LOOK, PATIENCE, Sight, Stalled
from tests.faults.hall import Hall, Person

SOON = 30_000
"""Milliseconds for what comes at once unless the machine is very busy."""

SHOWN = """() => ({
    ideas: Number(document.getElementById("ideas").textContent),
    votes: Number(document.getElementById("votes").textContent),
    rows: Object.fromEntries([...document.querySelectorAll("#list [id^=s]")].flatMap((row) => {
        const count = row.querySelector("[data-choice=support] .stand-count");
        return count ? [[row.id.slice(1), Number(count.textContent)]] : [];
    })),
})"""


class Phone:
    """Somebody's topic page. `page` is Playwright's."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def shows(self, sight: Sight) -> bool:
        """Whether the page says what that client sees: ideas, votes, and the support of every row."""
        shown: dict[str, Any] = await self.page.evaluate(SHOWN)
        support = {number: (tally or [0])[0] for number, tally in sight.tallies.items()}
        return (
            shown["ideas"] == len(sight.suggestions)
            and shown["votes"] == sum(support.values())
            and bool(shown["rows"])
            and all(support.get(int(number)) == count for number, count in shown["rows"].items())
        )

    async def live(self) -> None:
        """Wait until it has heard from the server who is here, and says nothing of the connection."""
        await expect(self.page.locator("#here")).to_be_visible(timeout=SOON)
        await expect(self.page.locator("#connection")).to_be_hidden(timeout=SOON)

    async def lost(self) -> None:
        """Wait until it says that it is not connected."""
        await expect(self.page.locator("#connection")).to_be_visible(timeout=SOON)

    async def tries_again(self) -> None:
        """The device says that it has no network, and the page gives its connection up and tries another one."""
        async with self.page.expect_websocket():
            await self.page.evaluate("window.dispatchEvent(new Event('offline'))")

    async def sleep(self) -> None:
        """The screen goes dark: nothing on the page runs."""
        await self._lifecycle("frozen")

    async def wake(self) -> None:
        """The screen is on again, and the page is told so."""
        await self._lifecycle("active")
        await self.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    async def _lifecycle(self, state: str) -> None:
        session = await self.page.context.new_cdp_session(self.page)
        await session.send("Page.setWebLifecycleState", {"state": state})
        await session.detach()

    async def catches_up(self, sight: Sight) -> float:
        """Wait until it shows what that client sees; seconds."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        while not await self.shows(sight):
            if loop.time() - began > PATIENCE:
                raise Stalled(f"the phone does not show it after {PATIENCE:.0f} s")
            await asyncio.sleep(LOOK)
        return loop.time() - began


@asynccontextmanager
async def phone(site: str, hall: Hall, person: Person, *, script: str = "") -> AsyncIterator[Phone]:
    """The topic page of that site, signed in; `script` runs before those of the page. Raises Missing."""
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=servers.chromium(), args=["--no-sandbox"])
        context = await chromium.new_context(locale="zh-CN", viewport={"width": 390, "height": 844})
        name, _, value = person.cookie.partition("=")
        await context.add_cookies([{"name": name, "value": value, "url": site}])
        if script:
            await context.add_init_script(script)
        page = await context.new_page()
        await page.goto(f"{site}/topics/{hall.topic}/")
        yield Phone(page)
        await chromium.close()
