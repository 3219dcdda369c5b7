"""Writing a summary in a real browser: words save themselves, two at once, splitting, dragging, undoing, two lists."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from consultations.actions.signing import submit_summary
from consultations.actions.statements import edit_statement, remove_statement
from consultations.actions.summaries import edit_head
from consultations.models import Assignment, Response, Statement
from tests.browser.summary_office import PHONE, at_work, sentence, texts
from tests.consultations.factories import NOON
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


def box(one: Locator) -> Locator:
    """The field in which the sentence is reworded, opened."""
    one.locator(".sentence-words > summary").click()
    return one.locator(".sentence-words textarea")


def by_colleague(drafted: Drafted, number: int, text: str) -> None:
    statement = drafted.statement(number)
    edit_statement(
        statement_id=statement.pk, text=text, edition=statement.edition, by=drafted.finished.rival, at=NOON
    )


# --- words save themselves ----------------------------------------------------------------------------------


def test_words_save_themselves_after_a_pause_and_typing_goes_on(office: Page, drafted: Drafted) -> None:
    one = sentence(office, drafted, 2)
    words = box(one)
    words.press("End")
    words.press_sequentially("并加强引导。")
    expect(one.locator(".saved")).to_contain_text("已保存", timeout=20_000)
    expect(one.locator("> .sentence-text")).to_contain_text("并加强引导。")
    expect(words).to_be_focused()
    words.press_sequentially("再保存一次。")
    expect(one.locator("> .sentence-text")).to_contain_text("再保存一次。", timeout=20_000)
    assert drafted.statement(2).text.endswith("并加强引导。再保存一次。")
    # What is saved can be left.
    office.goto("/")
    expect(office.locator(".summary")).to_have_count(0)


def test_words_are_saved_when_their_box_is_left(office: Page, drafted: Drafted) -> None:
    one = sentence(office, drafted, 2)
    box(one).fill("离开就保存。")
    office.locator("#summary-title").focus()
    expect(one.locator("> .sentence-text")).to_have_text("离开就保存。", timeout=20_000)
    office.locator("#summary-title").fill("自动保存的标题")
    office.locator("#summary-opening").fill("自动保存的开头。")
    expect(office.locator("#saved-head")).to_contain_text("已保存", timeout=20_000)
    summary = drafted.fresh()
    assert (summary.title, summary.opening) == ("自动保存的标题", "自动保存的开头。")


def test_of_two_texts_none_is_lost_while_one_is_being_typed(office: Page, drafted: Drafted) -> None:
    one = sentence(office, drafted, 1)
    words = box(one)
    by_colleague(drafted, 1, "同事先保存的文字。")
    words.fill("我的文字")
    words.press_sequentially("还没写完")
    attempt = one.locator(".attempt textarea")
    expect(attempt).to_be_focused(timeout=20_000)
    office.keyboard.type("，接着写。")
    expect(attempt).to_have_value("我的文字还没写完，接着写。")
    expect(one.locator("> .sentence-text")).to_have_text("同事先保存的文字。")
    # Nothing is decided by itself: the other text stands until the button is pressed.
    office.locator("#summary-title").focus()
    one.locator(".attempt button.primary").click()
    expect(one.locator("> .sentence-text")).to_have_text("我的文字还没写完，接着写。")
    expect(one.locator(".attempt")).to_have_count(0)


def test_what_is_not_wanted_of_two_texts_is_put_aside(office: Page, drafted: Drafted) -> None:
    one = sentence(office, drafted, 2)
    words = box(one)
    by_colleague(drafted, 2, "同事的文字。")
    words.fill("我的文字。")
    one.locator(".sentence-words button.primary").click()
    one.get_by_role("link", name="保留现在的文字").click()
    expect(one.locator(".attempt")).to_have_count(0)
    expect(one.locator("> .sentence-text")).to_have_text("同事的文字。")
    expect(one).to_be_focused()


def test_without_a_network_the_words_stay_and_are_saved_later(office: Page, drafted: Drafted) -> None:
    one = sentence(office, drafted, 2)
    words = box(one)
    office.context.set_offline(True)
    words.fill("断网时写的。")
    expect(one.locator(".saved")).to_contain_text("尚未保存", timeout=20_000)
    office.context.set_offline(False)
    expect(one.locator("> .sentence-text")).to_have_text("断网时写的。", timeout=30_000)


# --- others -------------------------------------------------------------------------------------------------


def test_what_others_do_appears_but_never_in_a_box_that_is_being_used(office: Page, drafted: Drafted) -> None:
    one, other = sentence(office, drafted, 2), sentence(office, drafted, 4)
    note = office.locator("#summary-sections > .passage").first
    note.get_by_text("添加秘书补充").click()
    note.locator("textarea").fill("还没添加的补充。")
    words = box(one)
    words.focus()
    by_colleague(drafted, 4, "同事改了这一句。")
    edit_head(
        summary_id=drafted.summary.pk,
        title="同事改的标题",
        opening="",
        head_edition=1,
        by=drafted.finished.rival,
        at=NOON,
    )
    expect(other.locator("> .sentence-text")).to_have_text("同事改了这一句。", timeout=30_000)
    expect(office.locator("#summary-title")).to_have_value("同事改的标题")
    expect(note.locator("textarea")).to_have_value("还没添加的补充。")
    expect(words).to_be_focused()
    # The sentence that I am at: its words appear beside the box, not in it.
    original = words.input_value()
    by_colleague(drafted, 2, "同事也改了我这一句。")
    expect(one.locator("> .sentence-text")).to_have_text("同事也改了我这一句。", timeout=30_000)
    expect(words).to_have_value(original)


def test_words_for_a_sentence_that_others_take_out_are_not_lost(office: Page, drafted: Drafted) -> None:
    one = sentence(office, drafted, 2)
    words = box(one)
    statement = drafted.statement(2)
    remove_statement(statement_id=statement.pk, edition=1, by=drafted.finished.rival, at=NOON)
    words.fill("写给被移出的条目。")
    words.press("End")
    attempt = office.locator(f"#statement-{statement.pk} .attempt textarea")
    expect(attempt.first).to_have_value("写给被移出的条目。", timeout=20_000)


def test_a_summary_that_is_submitted_meanwhile_takes_no_words_away(office: Page, drafted: Drafted) -> None:
    note = office.locator("#summary-sections > .passage").first
    note.get_by_text("添加秘书补充").click()
    note.locator("textarea").fill("还没添加的补充。")
    submit_summary(summary_id=drafted.summary.pk, by=drafted.finished.rival)
    expect(office.locator("#summary-line")).to_contain_text("纪要现在不能修改", timeout=30_000)
    expect(note.locator("textarea")).to_have_value("还没添加的补充。")


# --- split, undo, keys, drag --------------------------------------------------------------------------------


def test_a_sentence_is_split_at_the_cursor_and_put_together_again(office: Page, drafted: Drafted) -> None:
    one = sentence(office, drafted, 3)
    words = box(one)
    words.fill("商场地下车库开放。前一小时免费。")
    words.evaluate("field => field.setSelectionRange(9, 9)")
    one.get_by_role("button", name="在光标处拆分").click()
    expect(office.locator("#summary-line p")).to_have_text("已拆分：两句依据相同的建言。")
    section = drafted.statement(2).section_id
    section = Statement.objects.get(text="前一小时免费。").section_id
    assert texts(office, section)[:2] == ["商场地下车库开放。", "前一小时免费。"]
    second = office.locator(f"#statement-{Statement.objects.get(text='前一小时免费。').pk}")
    expect(second.locator(".sentence-sources summary")).to_have_text("依据建言 3")
    expect(second.locator(".sentence-facts")).to_contain_text("改写")
    office.get_by_role("button", name="撤销").click()
    expect(second).not_to_be_visible()
    assert texts(office, section)[0] == "商场地下车库开放。前一小时免费。"


def test_a_form_never_leads_where_another_did(office: Page, drafted: Drafted) -> None:
    # Without a next sentence there is nothing to join: the buttons behind it move up.
    second = sentence(office, drafted, 1)
    sentence(office, drafted, 3).locator(".sentence-more > summary").click()
    sentence(office, drafted, 3).locator(".button.urgent").click()
    office.get_by_role("button", name="撤销").click()
    expect(office.locator("#summary-line p")).to_have_text("条目已放回。")
    first = sentence(office, drafted, 3)
    first.focus()
    office.keyboard.press("Alt+ArrowDown")
    expect(office.locator("#summary-line p")).to_have_text("已移动：现为本节第2条，共2条。")
    first.locator(".sentence-more > summary").click()
    expect(first.get_by_role("button", name="与下一句连接")).to_have_count(0)
    first.get_by_role("button", name="列入交办清单").click()
    expect(office.locator("#summary-assignments .sentence-text")).to_have_text(
        "建议商场地下车库前一小时免费。"
    )
    expect(second).to_be_visible()


def test_alt_shift_and_an_arrow_lead_to_the_next_section_and_undo_back(
    office: Page, drafted: Drafted
) -> None:
    one, here = drafted.statement(3), drafted.statement(3).section_id
    there = drafted.statement(2).section_id
    office.locator(f"#statement-{one.pk}").focus()
    office.keyboard.press("Alt+Shift+ArrowDown")
    expect(office.locator(f"#section-{there} #statement-{one.pk}")).to_be_visible()
    assert texts(office, there)[0] == one.text
    expect(office.locator(f"#statement-{one.pk}")).to_be_focused()
    office.keyboard.press("Alt+Shift+ArrowUp")
    expect(office.locator(f"#section-{here} #statement-{one.pk}")).to_be_visible()
    assert texts(office, here)[-1] == one.text
    office.get_by_role("button", name="撤销").click()
    expect(office.locator(f"#section-{there} #statement-{one.pk}")).to_be_visible()


def hold(page: Page, row: Locator, onto: Locator, *, below: bool) -> None:
    """Take the row by its handle and hold it over the upper or lower edge of another."""
    grip = row.locator(".grip")
    grip.scroll_into_view_if_needed()
    start, end = grip.bounding_box(), onto.bounding_box()
    assert start is not None
    assert end is not None
    page.mouse.move(start["x"] + 10, start["y"] + 10)
    page.mouse.down()
    page.mouse.move(end["x"] + 10, end["y"] + (end["height"] - 4 if below else 4), steps=5)
    expect(page.locator(".landing-line, .passage.landing")).to_have_count(1)


def drag(page: Page, row: Locator, onto: Locator, *, below: bool) -> None:
    # What the last one has changed is drawn before the next is taken up.
    page.wait_for_load_state("networkidle")
    page.wait_for_function("!document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')")
    hold(page, row, onto, below=below)
    page.mouse.up()


def test_a_sentence_is_dragged_within_and_between_sections(office: Page, drafted: Drafted) -> None:
    first, second = sentence(office, drafted, 3), sentence(office, drafted, 1)
    here, there = drafted.statement(3).section_id, drafted.statement(2).section_id
    drag(office, first, second, below=True)
    expect(office.locator("#summary-line p")).to_have_text("已移动：现为本节第2条，共2条。")
    assert texts(office, here)[1] == "建议商场地下车库前一小时免费。"
    drag(office, first, sentence(office, drafted, 2), below=False)
    expect(office.locator("#summary-line p")).to_have_text("已移动：现为本节第1条，共2条。")
    assert texts(office, there)[0] == "建议商场地下车库前一小时免费。"
    consensus = office.locator("#summary-sections > .passage").first
    drag(office, first, consensus, below=True)
    expect(consensus.locator(f"#statement-{drafted.statement(3).pk}")).to_be_visible()


def test_escape_drops_nothing(office: Page, drafted: Drafted) -> None:
    first, second = sentence(office, drafted, 3), sentence(office, drafted, 1)
    hold(office, first, second, below=True)
    office.keyboard.press("Escape")
    office.mouse.up()
    expect(office.locator(".landing-line")).to_have_count(0)
    assert drafted.fresh().edition == 1


# --- the two lists ------------------------------------------------------------------------------------------


def test_responses_and_assignments_are_written_ordered_and_taken_out(office: Page, drafted: Drafted) -> None:
    replies = office.locator("#summary-responses")
    for name in ("县公安局", "县住建局"):
        replies.get_by_text("添加部门回应").click()
        replies.locator("#new-response-department").fill(name)
        replies.locator("#new-response-text").fill(f"{name}：四月底前完成。")
        replies.get_by_role("button", name="添加回应").click()
        expect(replies.locator(".line-about b").last).to_have_text(name)
        expect(replies.locator("#new-response-text")).to_have_value("")
    first, second = Response.objects.order_by("pk")
    drag(
        office,
        replies.locator(f"#response-{second.pk}"),
        replies.locator(f"#response-{first.pk}"),
        below=False,
    )
    expect(replies.locator(".line-about b").first).to_have_text("县住建局")
    replies.locator(f"#response-{second.pk}").focus()
    office.keyboard.press("Alt+ArrowDown")
    expect(replies.locator(".line-about b").first).to_have_text("县公安局")
    one = sentence(office, drafted, 3)
    one.locator(".sentence-more > summary").click()
    one.get_by_role("button", name="列入交办清单").click()
    tasks = office.locator("#summary-assignments")
    expect(tasks.locator(".sentence-text")).to_have_text("建议商场地下车库前一小时免费。")
    tasks.locator(".line-words > summary").click()
    task = Assignment.objects.get()
    tasks.locator(f"#assignment-{task.pk}-lead").fill("县城管局")
    tasks.locator(f"#assignment-{task.pk}-due").fill("2026-06-30")
    tasks.get_by_role("button", name="保存", exact=True).click()
    expect(tasks.locator(".sentence-facts")).to_contain_text("牵头：县城管局")
    expect(one.locator(".sentence-facts")).to_contain_text("已交办")
    tasks.locator(".line-words > summary").click()
    tasks.get_by_role("button", name="移出").click()
    expect(tasks.locator(".hint")).to_be_visible()


def test_everything_of_the_lists_works_without_a_script(
    browser: Browser, site: Site, drafted: Drafted
) -> None:
    secretary = drafted.finished.secretary
    with at_work(browser, site, drafted, secretary, java_script_enabled=False, viewport=PHONE) as page:
        replies = page.locator("#summary-responses")
        replies.get_by_text("添加部门回应").click()
        replies.locator("#new-response-department").fill("县公安局")
        replies.locator("#new-response-text").fill("四月底前划定。")
        replies.get_by_role("button", name="添加回应").click()
        expect(page.locator("#summary-responses .sentence-text")).to_have_text("四月底前划定。")
        one = sentence(page, drafted, 3)
        box(one).fill("第一句。\n第二句。")
        one.get_by_role("button", name="在光标处拆分").click()
        expect(page.locator(".notice.success")).to_have_text("已拆分：两句依据相同的建言。")
        expect(page.get_by_text("第二句。", exact=True).first).to_be_visible()
        expect(page.locator(".grip").first).not_to_be_visible()
