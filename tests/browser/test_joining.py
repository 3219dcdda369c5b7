"""Coming in by a code, in Chromium: from the scan to the topic; and the pages that the staff have for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, FilePayload, Page, ViewportSize, expect

from consultations.actions.attendance import check_in_on_site
from consultations.enums import Mode, Presence
from consultations.models import Attendance, Deliberation
from jianyan.accounts.models import User
from tests.consultations.factories import HOUR, MINUTE, actor, make_topic
from tests.jianyan.accounts.factories import PASSWORD, County, make_county, make_member, make_secretary
from tests.servers import Site

PHONE: ViewportSize = {"width": 390, "height": 844}
LAPTOP: ViewportSize = {"width": 1440, "height": 900}
SOON = 20_000

pytestmark = pytest.mark.django_db(transaction=True)


class Meeting:
    """A hybrid deliberation with a live topic, a member and a secretary."""

    def __init__(self) -> None:
        cache.clear()
        self.county: County = make_county()
        self.topic = make_topic(self.county, opens_at=timezone.now() - 10 * MINUTE)
        self.deliberation: Deliberation = self.topic.deliberation
        self.deliberation.mode, self.deliberation.place = Mode.HYBRID, "县政协三楼会议室"
        self.deliberation.save()
        self.member = make_member(self.county, "林栖云")
        self.secretary = make_secretary(self.county)

    @property
    def room(self) -> str:
        return f"/j/{self.deliberation.join_code}/{self.deliberation.room_key}"


@pytest.fixture
def meeting(site: Site) -> Meeting:
    return Meeting()


@contextmanager
def entered(browser: Browser, site: Site, user: User | None = None, **options: Any) -> Iterator[Page]:
    context = browser.new_context(locale="zh-CN", base_url=site.url, **{"viewport": PHONE, **options})
    try:
        if user is not None:
            client = Client()
            client.force_login(user)
            session = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": session, "url": site.url}])
        yield context.new_page()
    finally:
        context.close()


def sign_in(page: Page, user: User, password: str = PASSWORD) -> None:
    page.fill("input[name=login]", user.username)
    page.fill("input[name=password]", password)
    page.locator("form.account-form button[type=submit]").click()


def test_from_the_scan_in_the_room_over_signing_in_to_the_topic(
    browser: Browser, site: Site, meeting: Meeting
) -> None:
    with entered(browser, site) as page:
        page.goto(meeting.room)
        sign_in(page, meeting.member)
        page.wait_for_url(f"**/topics/{meeting.topic.pk}/", timeout=SOON)
        expect(page.locator("#notices")).to_contain_text("签到成功：现场出席")
    row = Attendance.objects.get(user=meeting.member)
    assert (row.presence, row.mode) == (Presence.PRESENT, Mode.OFFLINE)


def test_a_first_password_is_changed_on_the_way(browser: Browser, site: Site, meeting: Meeting) -> None:
    meeting.member.must_change_password = True
    meeting.member.save()
    with entered(browser, site) as page:
        page.goto(meeting.room)
        sign_in(page, meeting.member)
        page.fill("input[name=oldpassword]", PASSWORD)
        page.fill("input[name=password1]", "越溪-new-2026")
        page.fill("input[name=password2]", "越溪-new-2026")
        page.locator("form.account-form button[type=submit]").click()
        page.wait_for_url(f"**/topics/{meeting.topic.pk}/", timeout=SOON)
    assert Attendance.objects.get(user=meeting.member).mode == Mode.OFFLINE


def test_the_code_is_typed_and_a_wrong_one_typed_again(
    browser: Browser, site: Site, meeting: Meeting
) -> None:
    with entered(browser, site, meeting.member) as page:
        page.goto("/j")
        page.fill("#join-code", "11 11 11")
        page.keyboard.press("Enter")
        expect(page.locator("#join-wrong")).to_contain_text("没有这个参会码")
        code = meeting.deliberation.join_code
        page.fill("#join-code", f"{code[:3]} {code[3:]}")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/topics/{meeting.topic.pk}/", timeout=SOON)


def test_the_secretary_corrects_without_a_script(browser: Browser, site: Site, meeting: Meeting) -> None:
    check_in_on_site(deliberation_id=meeting.deliberation.pk, by=actor(meeting.member, timezone.now()))
    with entered(browser, site, meeting.secretary, viewport=LAPTOP, java_script_enabled=False) as page:
        page.goto(f"/deliberations/{meeting.deliberation.pk}/attendance/")
        line = page.locator(f"#p{meeting.member.pk}")
        expect(line.get_by_role("button", name="现场")).to_have_attribute("aria-pressed", "true")
        line.get_by_role("button", name="请假").click()
        expect(line.get_by_role("button", name="请假")).to_have_attribute("aria-pressed", "true")
        expect(line.get_by_role("button", name="现场")).to_be_disabled()
    assert Attendance.objects.get(user=meeting.member).presence == Presence.ON_LEAVE


def test_the_secretary_corrects_by_a_file_without_a_script(
    browser: Browser, site: Site, meeting: Meeting
) -> None:
    lines = f"姓名,出席情况,方式,单位\n{meeting.member.display_name},列席,现场,\n周砚,列席,现场,县住建局\n"
    with entered(browser, site, meeting.secretary, viewport=PHONE, java_script_enabled=False) as page:
        page.goto(f"/deliberations/{meeting.deliberation.pk}/attendance/")
        page.get_by_role("link", name="用文件更正").click()
        file: FilePayload = {"name": "名单.csv", "mimeType": "text/csv", "buffer": lines.encode("gb18030")}
        page.get_by_label("更正后的名单").set_input_files(file)
        page.get_by_role("button", name="查看将作的更改").click()
        expect(page.get_by_role("heading", name="将更改2人")).to_be_visible()
        page.get_by_role("button", name="全部导入").click()
        line = page.locator(f"#p{meeting.member.pk}")
        expect(line.get_by_role("button", name="列席")).to_have_attribute("aria-pressed", "true")
        expect(page.get_by_text("县住建局")).to_be_visible()
    assert sorted(row.name for row in Attendance.objects.all()) == sorted(
        [meeting.member.display_name, "周砚"]
    )


def test_a_member_asks_for_leave_and_takes_it_back(browser: Browser, site: Site, meeting: Meeting) -> None:
    coming = make_topic(meeting.county, opens_at=timezone.now() + HOUR).deliberation_id
    options = {"viewport": PHONE, "bypass_csp": True, "reduced_motion": "reduce"}
    with entered(browser, site, meeting.member, **options) as page:
        page.goto(f"/deliberations/{coming}/")
        page.get_by_text("我不能参加").click()
        assert Axe().run(page).violations_count == 0
        page.get_by_label("请假事由").fill("赴省城参加培训")
        page.get_by_role("button", name="提交请假").click()
        expect(page.locator(".leave")).to_contain_text("赴省城参加培训")
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()
        page.get_by_role("button", name="撤回请假").click()
        expect(page.get_by_text("我不能参加")).to_be_visible()
    assert Attendance.objects.get(deliberation_id=coming).presence == ""


@pytest.mark.parametrize(
    ("viewport", "look"),
    [(PHONE, "light"), (PHONE, "dark"), (PHONE, "large"), (LAPTOP, "light")],
    ids=["phone", "phone-dark", "phone-large", "laptop"],
)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    browser: Browser, site: Site, meeting: Meeting, viewport: ViewportSize, look: str
) -> None:
    make_member(meeting.county, "阿卜杜热合曼·买买提依明·玉素甫江·吾斯曼江")
    deliberation = meeting.deliberation.pk
    scheme = "dark" if look == "dark" else "light"
    options = {"viewport": viewport, "color_scheme": scheme, "bypass_csp": True, "reduced_motion": "reduce"}
    with entered(browser, site, meeting.secretary, **options) as page:
        page.goto("/")
        if look == "large":
            page.locator("button[name=size]").first.click()
            expect(page.locator("html")).to_have_attribute("data-size", "large")
        for address in (
            "/j/",
            "/j/111111",
            f"/deliberations/{deliberation}/",
            f"/deliberations/{deliberation}/attendance/",
            f"/deliberations/{deliberation}/attendance/file",
            f"/deliberations/{deliberation}/cards/",
        ):
            page.goto(address)
            page.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")
            results = Axe().run(page)
            assert results.violations_count == 0, f"{address}\n{results.generate_report()}"
            assert page.evaluate("document.scrollingElement.scrollWidth - window.innerWidth") <= 0, address
