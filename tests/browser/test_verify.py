"""Checking a summary in real Chromium: chosen, dropped, without script, and on every kind of screen."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from consultations.documents.json import render
from consultations.documents.sealing import sealed
from consultations.models import Summary
from consultations.queries.summary_document import summary_document
from tests.consultations.documents.samples import signed
from tests.consultations.summary_scene import make_drafted, make_signed
from tests.servers import Site

SOON = 30_000
DROP = """([text, name]) => {
  const dropped = new DataTransfer();
  dropped.items.add(new File([text], name, {type: "application/json"}));
  const zone = document.querySelector(".verify-drop");
  for (const type of ["dragover", "drop"])
    zone.dispatchEvent(new DragEvent(type, {bubbles: true, cancelable: true, dataTransfer: dropped}));
}"""


@pytest.fixture
def summary(site: Site) -> Summary:
    return make_signed(make_drafted())


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Page]:
    context = browser.new_context(locale="zh-CN", base_url=site.url)
    yield context.new_page()
    context.close()


def choose(page: Page, data: bytes, name: str = "纪要.json") -> None:
    page.goto("/verify/")
    page.get_by_label("纪要的 JSON 文件").set_input_files(
        {"name": name, "mimeType": "application/json", "buffer": data}
    )
    # Whole, with its stylesheets: the page before it looks much the same.
    with page.expect_navigation(wait_until="load"):
        page.get_by_role("button", name="开始核验").click()


def forged() -> bytes:
    """A summary with findings in several parts, a remark, and a name as long as names become."""
    content: Any = json.loads(render(signed()))
    content["opening"]["counts"]["participants"] = 142
    content["appendix"][0]["author"] = "阿依古丽·买买提" * 4
    content["consensus"][0]["text"] = "委员们提出建言1200条，认为要先摸清泊位底数。"
    content["topics"][0]["sections"][0]["statements"][0]["text"] += "另"
    return json.dumps(content).encode()


def test_a_file_is_chosen_and_what_was_signed_holds(visit: Page, summary: Summary) -> None:
    choose(visit, render(summary_document(summary.pk)))
    expect(visit.locator(".notice.success")).to_have_text("核验无误，与本站的议题日志一致。", timeout=SOON)
    visit.get_by_role("link", name=summary.title).click()
    expect(visit).to_have_url(f"{visit.url.partition('/summaries')[0]}/summaries/{summary.pk}/")


def test_a_file_that_is_dropped_is_checked_at_once(visit: Page, site: Site) -> None:
    visit.goto("/verify/")
    expect(visit.get_by_text("也可以把文件拖到这里。")).to_be_visible(timeout=SOON)
    visit.evaluate(DROP, [forged().decode(), "拖进来.json"])
    expect(visit.locator(".notice.error")).to_contain_text("核验未通过", timeout=SOON)
    expect(visit.locator(".verify-name")).to_have_text("拖进来.json")
    expect(visit.locator(".verify-parts > .wrong")).to_have_count(4)
    expect(visit.locator(".verify-remarks li")).to_contain_text("1200条")


def test_a_file_that_is_too_large_is_not_even_sent(visit: Page, site: Site) -> None:
    visit.goto("/verify/")
    expect(visit.get_by_text("也可以把文件拖到这里。")).to_be_visible(timeout=SOON)
    posts: list[str] = []
    visit.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    visit.evaluate(DROP, [" " * (20 * 1024 * 1024 + 1), "大.json"])
    expect(visit.locator("#verify-wrong")).to_have_text("文件超过20 MB，纪要不会有这么大。", timeout=SOON)
    assert posts == []


def test_it_works_without_script(browser: Browser, site: Site) -> None:
    context = browser.new_context(locale="zh-CN", base_url=site.url, java_script_enabled=False)
    page = context.new_page()
    choose(page, render(signed()))
    expect(page.locator(".notice.success")).to_contain_text("文件自身核验无误", timeout=SOON)
    expect(page.get_by_text("也可以把文件拖到这里。")).to_be_hidden()
    choose(page, b"<!doctype html>", "网页.json")
    expect(page.locator(".notice.error")).to_contain_text("这是网页", timeout=SOON)
    context.close()


def to_page(page: Page) -> None:
    page.goto("/verify/")


SHOWN: dict[str, Callable[[Page], None]] = {
    "form": to_page,
    "holds": lambda page: choose(page, render(sealed(dataclasses.replace(signed(), title="纪要")))),
    "does not hold": lambda page: choose(page, forged()),
    "no summary": lambda page: choose(page, b"PK\x03\x04", "很长的文件名" * 20 + ".json"),
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_phone(
    browser: Browser, site: Site, scheme: Literal["light", "dark"]
) -> None:
    context = browser.new_context(
        locale="zh-CN",
        base_url=site.url,
        bypass_csp=True,
        viewport={"width": 390, "height": 844},
        color_scheme=scheme,
        reduced_motion="reduce",
    )
    page = context.new_page()
    for size in ("standard", "large"):
        if size == "large":
            page.locator("button[name=size]").first.click()
            expect(page.locator("html")).to_have_attribute("data-size", "large")
        for name, show in SHOWN.items():
            show(page)
            expect(page.locator(".verify-result")).to_have_count(0 if show is to_page else 1)
            results = Axe().run(page)
            assert results.violations_count == 0, results.generate_report()
            assert page.evaluate("document.scrollingElement.scrollWidth - window.innerWidth") <= 0, name
    context.close()
