"""The secretary's editor in a real browser: sources, keys, moves, files, and no script at all."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from consultations.actions.signing import submit_summary
from consultations.models import Summary, SummaryVersion
from jianyan.accounts.models import User
from tests.browser.summary_office import LAPTOP, PHONE, at_work, sentence, signed_in, texts
from tests.consultations.summary_scene import Drafted, make_drafted
from tests.servers import Site

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def drafted(site: Site) -> Drafted:
    return make_drafted()


@pytest.fixture
def office(browser: Browser, site: Site, drafted: Drafted) -> Iterator[Page]:
    with at_work(browser, site, drafted, drafted.finished.secretary) as page:
        yield page


def test_sources_open_to_their_words_and_tallies(office: Page, drafted: Drafted) -> None:
    one = sentence(office, drafted, 3)
    expect(one.locator(".sentence-sources summary")).to_have_text("依据建言 3")
    one.locator(".sentence-sources summary").click()
    expect(one.locator(".source")).to_contain_text("我建议：商场地下车库前一小时免费。")
    expect(one.locator(".source-facts")).to_contain_text("欧阳晴川")
    expect(one.locator(".source-facts")).to_contain_text("附议3次")


def test_alt_and_an_arrow_move_the_sentence_and_the_focus_with_it(office: Page, drafted: Drafted) -> None:
    assert texts(office, drafted.statement(3).section_id)[0] == "建议商场地下车库前一小时免费。"
    sentence(office, drafted, 3).focus()
    office.keyboard.press("Alt+ArrowDown")
    expect(office.locator("#summary-line p")).to_have_text("已移动：现为本节第2条，共2条。")
    assert texts(office, drafted.statement(3).section_id)[1] == "建议商场地下车库前一小时免费。"
    expect(sentence(office, drafted, 3).locator("[aria-keyshortcuts='Alt+ArrowDown']")).to_be_focused()
    # At the end of the section nothing is asked of the server.
    office.keyboard.press("Alt+ArrowDown")
    office.keyboard.press("Alt+ArrowUp")
    expect(office.locator("#summary-line p")).to_have_text("已移动：现为本节第1条，共2条。")
    assert Summary.objects.get().edition == 3


def test_a_sentence_is_reworded_marked_and_given_back(office: Page, drafted: Drafted) -> None:
    one = sentence(office, drafted, 2)
    one.locator(".sentence-words summary").click()
    one.locator(".sentence-words textarea").fill("优化医院周边交通组织。")
    one.locator(".sentence-words button.primary").click()
    expect(one.locator("> .sentence-text")).to_have_text("优化医院周边交通组织。")
    expect(one.locator(".status")).to_have_text("改写")
    expect(office.locator("#summary-overview dd").nth(2)).to_have_text("1")
    one.locator(".sentence-words summary").click()
    one.get_by_role("button", name="恢复初稿原文").click()
    expect(one.locator("> .sentence-text")).to_have_text(
        "医院东侧两条支路改单行，腾出的路侧空间划三十分钟免费车位。"
    )
    expect(one.locator(".status")).to_have_count(0)
    assert office.url.endswith("/edit/")


def test_a_source_added_beside_unsaved_words_does_not_stand_in_their_way(
    office: Page, drafted: Drafted
) -> None:
    one = sentence(office, drafted, 2)
    one.locator(".sentence-words summary").click()
    one.locator(".sentence-words textarea").fill("我的文字。")
    one.locator(".sentence-sources summary").click()
    one.locator("input[name=number]").fill("4")
    one.get_by_role("button", name="添加依据").click()
    expect(one.locator(".sentence-sources summary")).to_have_text("依据建言 2、4")
    expect(one.locator(".source")).to_have_count(2)
    expect(one.locator(".sentence-words textarea")).to_have_value("我的文字。")
    one.locator(".sentence-words button.primary").click()
    expect(one.locator("> .sentence-text")).to_have_text("我的文字。")


def test_sentences_move_merge_go_and_come_back(office: Page, drafted: Drafted) -> None:
    one = sentence(office, drafted, 1)
    one.locator(".sentence-more > summary").click()
    one.locator("input[name=place]").fill("1")
    one.get_by_role("button", name="并入", exact=True).click()
    expect(sentence(office, drafted, 3).locator(".sentence-sources summary")).to_have_text("依据建言 1、3")
    expect(sentence(office, drafted, 3).locator("> .sentence-facts")).to_contain_text("附议4次")
    office.get_by_text("已移出（1条）").click()
    office.get_by_role("button", name="放回").click()
    expect(office.locator("#summary-line")).to_have_text("条目已放回。")
    moved = sentence(office, drafted, 2)
    moved.locator(".sentence-more > summary").click()
    moved.get_by_label("移到小节").select_option("其他意见建议")
    moved.get_by_role("button", name="移过去").click()
    expect(office.locator("#summary-line p")).to_have_text("已移动：现为本节第3条，共3条。")
    expect(office.locator(".passage .empty")).to_contain_text("除开头语外没有条目")


def test_a_note_and_a_new_section_appear_where_they_belong(office: Page, drafted: Drafted) -> None:
    consensus = office.locator("#summary-sections > .passage").first
    consensus.get_by_text("添加秘书补充").click()
    consensus.locator("textarea[name=text]").fill("停车难要综合治理。")
    consensus.get_by_role("button", name="添加补充").click()
    expect(consensus.locator(".sentence.note > .sentence-text")).to_have_text("停车难要综合治理。")
    office.get_by_text("添加小节").first.click()
    office.get_by_label("新小节标题").fill("体制机制")
    office.locator(".new-section button").click()
    expect(office.locator(".passage h3").last).to_have_text("体制机制")
    expect(office.locator(".summary-contents a", has_text="体制机制")).to_be_visible()


def test_a_server_that_fails_loses_no_word(office: Page, drafted: Drafted) -> None:
    one = sentence(office, drafted, 2)
    one.locator(".sentence-words summary").click()
    one.locator(".sentence-words textarea").fill("没有丢的文字。")
    office.route("**/statements/**", lambda route: route.fulfill(status=502, body="<h1>Bad Gateway</h1>"))
    one.locator(".sentence-words button.primary").click()
    expect(office.locator("#summary-line")).to_contain_text("您写的内容还在")
    expect(one.locator(".sentence-words textarea")).to_have_value("没有丢的文字。")
    office.unroute("**/statements/**")
    office.context.set_offline(True)
    one.locator(".sentence-words button.primary").click()
    expect(office.locator("#summary-line")).to_contain_text("您写的内容还在")
    office.context.set_offline(False)
    one.locator(".sentence-words button.primary").click()
    expect(one.locator("> .sentence-text")).to_have_text("没有丢的文字。")


def test_everything_works_without_a_script(browser: Browser, site: Site, drafted: Drafted) -> None:
    with signed_in(browser, site, drafted.finished.secretary, java_script_enabled=False) as page:
        page.goto(f"/summaries/{drafted.summary.pk}/edit/")
        one = sentence(page, drafted, 2)
        one.locator(".sentence-words summary").click()
        one.locator(".sentence-words textarea").fill("没有脚本也能改。")
        one.locator(".sentence-words button.primary").click()
        expect(page.locator(".notice.success")).to_have_text("条目已保存。")
        expect(sentence(page, drafted, 2).locator("> .sentence-text")).to_have_text("没有脚本也能改。")
        sentence(page, drafted, 3).locator("[aria-keyshortcuts='Alt+ArrowDown']").click()
        assert texts(page, drafted.statement(3).section_id)[1] == "建议商场地下车库前一小时免费。"
        page.get_by_role("link", name="预览").click()
        expect(page.locator(".paper-title")).to_have_text("“破解老城区停车难”协商纪要")


def test_the_document_beside_the_editor_follows_it_and_keeps_its_place(
    office: Page, drafted: Drafted
) -> None:
    pane = office.locator("#summary-pane")
    expect(pane.locator(".paper-title")).to_have_text("“破解老城区停车难”协商纪要", timeout=20_000)
    pane.evaluate("pane => { pane.scrollTop = 300; }")
    office.locator("#summary-title").fill("另一个题目")
    office.locator("#head-save").click()
    expect(pane.locator(".paper-title")).to_have_text("另一个题目", timeout=20_000)
    assert pane.evaluate("pane => pane.scrollTop") == 300
    office.set_viewport_size({"width": 1200, "height": 900})
    expect(pane).not_to_be_visible()


def test_files_come_down_with_their_chinese_names(office: Page, drafted: Drafted) -> None:
    office.locator(".summary-formats > summary").click()
    for name in ("DOCX", "CSV", "JSON"):
        with office.expect_download() as download:
            office.get_by_role("link", name=f"导出 {name}").click()
        assert download.value.suggested_filename == f"破解老城区停车难协商纪要（第1稿）.{name.lower()}"


@pytest.mark.parametrize("viewport", [PHONE, LAPTOP], ids=["phone", "laptop"])
@pytest.mark.parametrize(("theme", "size"), [("light", "normal"), ("dark", "normal"), ("light", "large")])
def test_the_pages_have_no_violation_and_fit_their_screen(
    browser: Browser, site: Site, drafted: Drafted, viewport: dict[str, int], theme: str, size: str
) -> None:
    with signed_in(browser, site, drafted.finished.secretary, viewport=viewport) as page:
        for field, value in (("theme", theme), ("size", size)):
            page.context.add_cookies([{"name": f"jianyan_{field}", "value": value, "url": site.url}])
        first = SummaryVersion.objects.get().pk
        for address in ("edit/", "", f"versions/?from={first}&to=now"):
            page.goto(f"/summaries/{drafted.summary.pk}/{address}")
            assert page.locator("html").get_attribute("data-theme") == theme
            for details in page.locator("main details").all():
                details.evaluate("details => details.open = true")
            assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
            results = Axe().run(page)
            assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("viewport", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_what_is_under_review_is_commented_on_at_its_sentence(
    browser: Browser, site: Site, drafted: Drafted, viewport: dict[str, int]
) -> None:
    one = drafted.summary.pk
    submit_summary(summary_id=one, by=drafted.finished.by)
    signer = User.objects.get(display_name="俞秘书")
    with signed_in(browser, site, signer, viewport=viewport) as page:
        page.goto(f"/summaries/{one}/edit/")
        expect(page).to_have_url(f"{site.url}/summaries/{one}/review/")
        row = sentence(page, drafted, 3)
        row.get_by_text("意见", exact=True).click()
        row.locator("textarea").fill("请写明时段。")
        row.get_by_role("button", name="保存意见").click()
        expect(sentence(page, drafted, 3).locator(".sentence-comments")).to_contain_text("请写明时段。")
        for details in page.locator("main details").all():
            details.evaluate("details => details.open = true")
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()
