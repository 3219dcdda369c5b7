"""The document in a real browser: the page that everybody reads, and the file that needs nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, expect

from consultations.documents.html import render
from consultations.models import Deliberation
from tests.consultations.documents.samples import signed
from tests.consultations.summary_scene import Drafted, make_drafted, make_signed
from tests.servers import Site

PHONE = ViewportSize(width=390, height=844)
LAPTOP = ViewportSize(width=1440, height=900)
WECHAT = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Mobile/15E148 MicroMessenger/8.0.50 NetType/WIFI"
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    out = tmp_path / "纪要.html"
    out.write_bytes(render(signed()))
    return out


@pytest.fixture
def published(site: Site) -> Drafted:
    drafted = make_drafted()
    make_signed(drafted)
    Deliberation.objects.update(visibility="public")
    return drafted


@pytest.fixture(params=[(PHONE, "light"), (PHONE, "dark"), (LAPTOP, "light"), (LAPTOP, "dark")])
def reader(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page without any network."""
    viewport, scheme = request.param
    context = browser.new_context(locale="zh-CN", viewport=viewport, color_scheme=scheme, offline=True)
    yield context.new_page()
    context.close()


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def without_violation(page: Page) -> None:
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


def test_the_file_is_read_anywhere_without_a_network(reader: Page, file: Path) -> None:
    asked: list[str] = []
    said: list[str] = []
    reader.on("request", lambda request: asked.append(request.url))
    reader.on("console", lambda message: said.append(message.text))
    reader.goto(file.as_uri())
    expect(reader.locator("h1")).to_have_text("关于“破解老城区停车难”网络议政的协商纪要")
    assert fits(reader)
    assert asked == [file.as_uri()]
    assert said == []
    # Beside the paper's colours nothing tells that the styles have come.
    paint = reader.locator(".paper").evaluate("paper => getComputedStyle(paper).backgroundColor")
    assert paint in ("rgb(255, 253, 248)", "rgb(28, 35, 34)")


def test_numbers_lead_to_their_row_and_back(reader: Page, file: Path) -> None:
    reader.goto(file.as_uri())
    sentence = reader.locator(".paper-text", has_text="要先摸清泊位底数")
    sentence.get_by_role("link", name="36", exact=True).click()
    row = reader.locator("tr", has_text="停车到底缺多少")
    expect(row).to_be_in_viewport()
    assert row.evaluate("row => row === document.querySelector(':target')")
    row.get_by_role("link", name="引用建言36的正文第1处").click()
    expect(sentence).to_be_in_viewport()


def test_on_paper_it_has_no_links_and_each_appendix_begins_a_page(page: Page, file: Path) -> None:
    page.goto(file.as_uri())
    page.emulate_media(media="print")
    expect(page.locator(".paper-back").first).to_be_hidden()
    assert page.locator(".paper-appendix").first.evaluate(
        "appendix => getComputedStyle(appendix).breakBefore"
    ) == ("page")
    pages = len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))
    assert 6 <= pages <= 16


def test_the_file_has_no_violation(page: Page, file: Path) -> None:
    # Axe is a script, and the file's own policy lets none run.
    text = file.read_text("utf-8")
    file.write_text(re.sub(r"<meta http-equiv[^>]+>", "", text), "utf-8")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.goto(file.as_uri())
        without_violation(page)


@pytest.mark.django_db(transaction=True)
def test_the_signed_page_is_read_without_an_account_in_wechat_too(
    browser: Browser, site: Site, published: Drafted
) -> None:
    said: list[str] = []
    looks = ((PHONE, "light", "normal"), (PHONE, "light", "large"), (PHONE, "dark", "large"))
    for viewport, theme, size in (*looks, (LAPTOP, "light", "normal"), (LAPTOP, "dark", "normal")):
        context = browser.new_context(locale="zh-CN", base_url=site.url, viewport=viewport, user_agent=WECHAT)
        for field, value in (("theme", theme), ("size", size)):
            context.add_cookies([{"name": f"jianyan_{field}", "value": value, "url": site.url}])
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.goto(f"/summaries/{published.summary.pk}/")
        expect(page.locator(".paper-title")).to_have_text("“破解老城区停车难”协商纪要")
        expect(page.locator(".summary-tools .notice")).to_contain_text("在浏览器打开")
        expect(page.locator("figure svg")).to_have_count(2)
        for details in page.locator("main details").all():
            details.evaluate("details => details.open = true")
        assert fits(page)
        assert said == []
        without_violation(page)
        with page.expect_download() as download:
            page.get_by_role("link", name="导出 ZIP").click()
        assert download.value.suggested_filename == "破解老城区停车难协商纪要.zip"
        context.close()
