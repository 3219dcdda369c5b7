"""A secretary before the summary's editor, in a browser: what several test modules begin with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

from jianyan.accounts.models import User
from tests.consultations.summary_scene import Drafted
from tests.jianyan.accounts.factories import PASSWORD
from tests.servers import Site

PHONE = {"width": 390, "height": 844}
LAPTOP = {"width": 1440, "height": 900}


@contextmanager
def signed_in(browser: Browser, site: Site, user: User, **options: Any) -> Iterator[Page]:
    """A page of that user, on which nothing is opened yet."""
    context = browser.new_context(locale="zh-CN", base_url=site.url, **{"viewport": LAPTOP, **options})
    page = context.new_page()
    page.goto("/accounts/login/")
    page.fill("input[name=login]", user.username)
    page.fill("input[name=password]", PASSWORD)
    page.locator("form.account-form button[type=submit]").click()
    expect(page.locator("form[action='/accounts/logout/']")).to_be_attached()
    yield page
    context.close()


@contextmanager
def at_work(browser: Browser, site: Site, drafted: Drafted, user: User, **options: Any) -> Iterator[Page]:
    """That user in the editor."""
    with signed_in(browser, site, user, **options) as page:
        page.goto(f"/summaries/{drafted.summary.pk}/edit/")
        yield page


def sentence(page: Page, drafted: Drafted, number: int) -> Locator:
    """The sentence that was drafted from the suggestion of that number."""
    return page.locator(f"#statement-{drafted.statement(number).pk}")


def texts(page: Page, section_id: int) -> list[str]:
    """The sentences of a section as they are shown, without its lead."""
    own = f"#section-{section_id} ol.sentences .sentence:not(.lead) > .sentence-text"
    return page.locator(own).all_inner_texts()
