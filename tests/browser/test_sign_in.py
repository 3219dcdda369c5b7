"""The sign-in page in Chromium: on a phone and a laptop, light and dark, with and without script."""

from __future__ import annotations

from functools import partial
from itertools import product
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Error, Page, ViewportSize, expect

from jianyan.accounts.models import User
from tests.jianyan.accounts.factories import PASSWORD, make_user
from tests.servers import Site

PHONE: ViewportSize = {"width": 390, "height": 844}
LAPTOP: ViewportSize = {"width": 1440, "height": 900}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
NEW = "another-advice-2026"


@pytest.fixture
def member(site: Site) -> User:
    return make_user("周砚", phone="19900090001")


def note(said: list[str], error: Error) -> None:
    said.append(error.message)


def sign_in(page: Page, site: Site, password: str = PASSWORD) -> None:
    page.goto(f"{site.url}/accounts/login/")
    page.get_by_label("手机号或用户名").fill("+86 199 0009 0001")
    page.get_by_label("密码").fill(password)
    page.locator("main").get_by_role("button", name="登录").click()


def test_the_form_is_clear_in_every_size_and_light(browser: Browser, site: Site) -> None:
    for viewport, scheme in product((PHONE, LAPTOP), SCHEMES):
        context = browser.new_context(
            locale="zh-CN", viewport=viewport, color_scheme=scheme, reduced_motion="reduce"
        )
        page = context.new_page()
        said: list[str] = []
        page.on("pageerror", partial(note, said))
        page.goto(f"{site.url}/accounts/login/")
        assert page.evaluate("document.documentElement.scrollWidth") == viewport["width"]
        controls = page.locator("main input:not([type=hidden]), main button")
        heights = [box["height"] for box in (each.bounding_box() for each in controls.all()) if box]
        assert len(heights) == 4
        assert min(heights) >= 44
        found = Axe().run(page)
        assert found.response["violations"] == [], (viewport, scheme)
        assert said == []
        context.close()


def test_a_member_sees_the_password_that_was_typed_and_is_signed_in(
    page: Page, site: Site, member: User
) -> None:
    page.goto(f"{site.url}/accounts/login/?next=/accounts/sessions/")
    page.get_by_label("手机号或用户名").fill("１９９０００９０００１")
    password = page.get_by_label("密码")
    password.fill(PASSWORD)
    page.get_by_role("button", name="显示").click()
    expect(password).to_have_attribute("type", "text")
    page.get_by_role("button", name="隐藏").click()
    expect(password).to_have_attribute("type", "password")
    password.press("Enter")
    expect(page.get_by_role("heading", name="登录设备")).to_be_visible()
    expect(page.get_by_text("本机")).to_be_visible()


def test_a_wrong_password_says_so_and_keeps_the_name(page: Page, site: Site, member: User) -> None:
    sign_in(page, site, "wrong")
    expect(page.get_by_role("alert")).to_have_text("手机号、用户名或密码不正确，请重新输入。")
    expect(page.get_by_label("手机号或用户名")).to_have_value("+86 199 0009 0001")
    expect(page.get_by_label("密码")).to_have_value("")


def test_without_script_a_first_password_is_changed_and_the_site_opens(
    browser: Browser, site: Site, member: User
) -> None:
    User.objects.update(must_change_password=True)
    context = browser.new_context(locale="zh-CN", viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, site)
    expect(page.get_by_role("heading", name="修改密码")).to_be_visible()
    page.get_by_label("当前密码").fill(PASSWORD)
    page.get_by_label("新密码", exact=True).fill(NEW)
    page.get_by_label("新密码（重复）").fill(NEW)
    page.get_by_role("button", name="修改密码").click()
    expect(page).to_have_url(f"{site.url}/")
    member.refresh_from_db()
    assert member.check_password(NEW)
    context.close()
