"""Signing in as the people of the demonstration, each in a browser context of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TypeAlias

from playwright.sync_api import Browser, Page, ViewportSize, expect

from jianyan.demo import people
from tests.servers import Site

PHONE: ViewportSize = {"width": 390, "height": 844}
LAPTOP: ViewportSize = {"width": 1440, "height": 900}

Enter: TypeAlias = Callable[[str, ViewportSize], Page]


@contextmanager
def entrance(browser: Browser, site: Site) -> Iterator[Enter]:
    """Gives what signs somebody in; without a name it is somebody without an account."""
    with ExitStack() as contexts:

        def enter(username: str, viewport: ViewportSize) -> Page:
            context = browser.new_context(
                locale="zh-CN",
                base_url=site.url,
                viewport=viewport,
                accept_downloads=True,
            )
            contexts.callback(context.close)
            page = context.new_page()
            if username:
                page.goto("/accounts/login/")
                page.fill("input[name=login]", username)
                page.fill("input[name=password]", people.PASSWORD)
                page.locator("form.account-form button[type=submit]").click()
                expect(page.locator("form[action='/accounts/logout/']")).to_be_attached()
            return page

        yield enter
