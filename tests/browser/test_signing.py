"""From a closed deliberation of the demonstration to its signed, numbered, downloaded summary: two persons, and a reader."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pdfplumber
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from docx import Document
from playwright.sync_api import Browser, Page, expect

from consultations.documents.verify import verify
from consultations.models import Statement, Summary, Topic
from jianyan.demo import people, programme
from jianyan.demo.county import found_county, open_channels
from tests.browser.demonstration_office import LAPTOP, PHONE, entrance
from tests.servers import Site

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def topic(site: Site) -> Topic:
    """The last finished topic of the demonstration's county, which waits for a secretary."""
    committee = found_county()
    open_channels()
    people.import_members(committee)
    people.appoint_staff(committee)
    return programme.play(programme.PAST[-1], timezone.now())


def write(office: Page, topic: Topic) -> Summary:
    """What the secretary does: freeze, settle what is proposed, add an answer and a task, submit."""
    office.goto(f"/deliberations/{topic.deliberation_id}/")
    office.get_by_role("button", name="冻结数据并起草纪要").click()
    expect(office).to_have_url(re.compile(r"/summaries/\d+/edit/$"))
    summary = topic.deliberation.summaries.get()

    # Nothing is submitted while something that a rule has proposed waits for a person.
    proposed = Statement.objects.filter(section__summary=summary).exclude(pending="")
    for statement in proposed:
        office.locator(f"#accept-{statement.pk}").click()
        expect(office.locator(f"#accept-{statement.pk}")).to_have_count(0)

    office.locator("#summary-responses-new > summary").click()
    office.fill("#new-response-department", "越溪县教育局")
    office.fill("#new-response-text", "今年新采购的课桌椅一律可躺式，三年全覆盖。")
    office.click("#new-response-save")
    expect(office.locator("#summary-responses")).to_contain_text("越溪县教育局")
    office.locator("#summary-assignments-new > summary").click()
    office.fill("#new-assignment-text", "制定午休看护纳入课后服务的补贴办法")
    office.fill("#new-assignment-lead", "越溪县教育局")
    office.fill("#new-assignment-due", "2027-03-31")
    office.click("#new-assignment-save")
    expect(office.locator("#summary-assignments")).to_contain_text("补贴办法")

    office.get_by_role("button", name="送审", exact=True).click()
    expect(office.locator("#summary-signing")).to_contain_text("审签中")
    # The secretary has submitted it, and cannot sign it as well.
    expect(office.get_by_text("纪要须由送审人以外的人签发")).to_be_visible()
    expect(office.locator("#summary-sign")).to_have_count(0)
    return summary


def sign(chair: Page, summary: Summary) -> None:
    """What the chair does: hear of it, read it, sign it."""
    chair.goto("/notifications/")
    chair.get_by_role("link", name="有纪要送审，请审阅后签发或退回。").click()
    expect(chair).to_have_url(re.compile(rf"/summaries/{summary.pk}/$"))
    expect(chair.locator(".paper")).to_contain_text("越溪县教育局")
    chair.locator(".summary-sign > summary").click()
    chair.locator("#summary-sign").click()
    year = timezone.localdate().year
    expect(chair.locator("#summary-signing")).to_contain_text(f"〔{year}〕1号，宗怀瑾于")


def download(page: Page, name: str, directory: Path) -> bytes:
    """The file as the browser keeps it."""
    link = page.locator(f"a[href$='/export/{name}/']")
    if not link.is_visible():
        page.locator(".summary-formats > summary").click()
    with page.expect_download() as download:
        link.click()
    file = directory / name
    download.value.save_as(file)
    return file.read_bytes()


def check(reader: Page, summary: Summary, directory: Path) -> None:
    """What anybody does: read it on the phone, take it away, check it."""
    expect(reader.locator(".paper-mark")).to_contain_text("协商纪要")
    number = f"〔{timezone.localdate().year}〕1号"
    word = Document(io.BytesIO(download(reader, "docx", directory)))
    assert number in "\n".join(paragraph.text for paragraph in word.paragraphs)
    with pdfplumber.open(io.BytesIO(download(reader, "pdf", directory))) as file:
        assert number in file.pages[0].extract_text()
    data = download(reader, "json", directory)
    assert verify(data) == []
    assert Summary.objects.get(pk=summary.pk).seal.encode() in data
    with zipfile.ZipFile(io.BytesIO(download(reader, "zip", directory))) as archive:
        assert archive.testzip() is None
        assert sum(name.endswith((".docx", ".pdf", ".json")) for name in archive.namelist()) >= 3
    reader.goto("/verify/")
    reader.locator("input[type=file]").set_input_files(
        {"name": "纪要.json", "mimeType": "application/json", "buffer": data}
    )
    with reader.expect_navigation(wait_until="load"):
        reader.get_by_role("button", name="开始核验").click()
    expect(reader.locator("main")).to_contain_text("这就是本站签发的文件，为现行版本。")


def test_a_closed_deliberation_becomes_a_signed_numbered_downloaded_summary(
    browser: Browser, site: Site, topic: Topic, tmp_path: Path
) -> None:
    with entrance(browser, site) as enter:
        summary = write(enter("secretary", LAPTOP), topic)
        sign(enter("chair", PHONE), summary)

        # The deliberation leads every member to it.
        reader = enter("member", PHONE)
        reader.goto(f"/deliberations/{topic.deliberation_id}/")
        reader.get_by_role("link", name=re.compile("协商纪要$")).click()
        check(reader, summary, tmp_path)


def test_the_pages_of_signing_are_accessible(browser: Browser, site: Site, topic: Topic) -> None:
    with entrance(browser, site) as enter:
        office = enter("secretary", LAPTOP)
        summary = write(office, topic)
        chair = enter("chair", PHONE)
        chair.goto(f"/summaries/{summary.pk}/")
        for details in chair.locator("#summary-signing details").all():
            details.locator("> summary").click()
        assert Axe().run(chair).response["violations"] == []
        chair.fill("#summary-comment", "第三条说得再具体一些。")
        chair.get_by_role("button", name="保存意见").click()
        expect(chair.locator(".summary-comments")).to_contain_text("第三条说得再具体一些。")
        chair.locator("#summary-signing summary", has_text="附意见退回").click()
        chair.fill("#summary-send-back", "请补充数据来源。")
        chair.get_by_role("button", name="退回", exact=True).click()
        office.goto(f"/summaries/{summary.pk}/edit/")
        expect(office.locator(".summary-comments")).to_contain_text("请补充数据来源。")
        assert Axe().run(office).response["violations"] == []
