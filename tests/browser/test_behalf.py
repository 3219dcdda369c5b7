"""Entering for members and signing together in Chromium: with a real picture, live, without a script, and through axe."""

from __future__ import annotations

import datetime as dt

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import ViewportSize, expect

from consultations.actions.cosigning import answer_cosigning, name_cosigners
from consultations.models import Suggestion
from tests.browser.test_desk import LAPTOP, PHONE, SOON, Enter, Stage, enter, stage
from tests.consultations.factories import actor, make_suggestion
from tests.jianyan.accounts.factories import make_member, make_secretary

__all__ = ["enter", "stage"]

TEXT = "在老年大学门口增设公交停靠站。"


def test_a_secretary_finds_the_member_while_typing_and_keeps_the_paper(stage: Stage, enter: Enter) -> None:
    member = make_member(stage.county, "令狐靖")
    page = enter(make_secretary(stage.county), LAPTOP)
    page.goto(stage.desk)
    page.get_by_role("link", name="代录建言").click()
    page.wait_for_url("**/behalf/")
    page.wait_for_load_state()
    # The cursor is there already.
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("lhj")
    page.locator("#behalf-found").get_by_role("link", name="令狐靖").click()
    page.get_by_label("建言内容").fill(TEXT)
    photograph = page.screenshot(type="jpeg", quality=60)
    page.get_by_label("扫描件或照片").set_input_files(
        {"name": "第一张.html", "mimeType": "text/html", "buffer": photograph}
    )
    page.get_by_role("button", name="录入").click()
    expect(page.locator("#notices")).to_contain_text("已为令狐靖录入")
    entered = Suggestion.objects.get(author=member)
    assert (entered.text, entered.scan.media_type) == (TEXT, "image/jpeg")
    # In a page of its own: the browser complains that it may not style the picture's page, which it need not.
    scan = page.context.new_page()
    scan.goto(str(page.get_by_role("link", name="扫描件").get_attribute("href")))
    assert scan.evaluate("document.images[0].naturalWidth") == LAPTOP["width"]


def test_it_is_entered_without_a_script_and_nothing_typed_is_lost(stage: Stage, enter: Enter) -> None:
    make_member(stage.county, "令狐靖")
    page = enter(stage.moderator, PHONE, java_script_enabled=False)
    page.goto(f"{stage.desk}behalf/")
    page.get_by_role("searchbox").fill("令狐")
    page.get_by_role("button", name="搜索").click()
    page.locator("#behalf-found").get_by_role("link", name="令狐靖").click()
    page.get_by_label("口头").check()
    page.get_by_label("建言内容").fill(TEXT)
    page.get_by_label("联名委员").fill("查无此人")
    page.get_by_role("button", name="录入").click()
    expect(page.locator("#behalf-refused")).to_contain_text("没有这个姓名的委员：查无此人")
    expect(page.get_by_label("建言内容")).to_have_value(TEXT)
    expect(page.get_by_label("口头")).to_be_checked()
    page.get_by_label("联名委员").fill("")
    page.get_by_role("button", name="录入").click()
    expect(page.locator(".behalf-list")).to_contain_text(TEXT)


def test_an_invitation_appears_while_the_page_is_open_and_the_names_go_to_everybody(
    stage: Stage, enter: Enter
) -> None:
    lead, member = make_member(stage.county, "林栖云"), make_member(stage.county, "罗小满")
    idea = make_suggestion(
        stage.topic, lead, TEXT, publish_by=stage.moderator, at=timezone.now() - dt.timedelta(minutes=1)
    )
    author, invited, other = (enter(user, PHONE) for user in (lead, member, stage.authors[0]))
    for page in (author, invited, other):
        page.goto(f"/topics/{stage.topic.pk}/")
    row = f"#s{idea.pk}"
    expect(invited.locator("#write")).to_be_visible()
    author.get_by_text("邀请联名").click()
    author.get_by_label("委员姓名").fill("罗小满")
    author.get_by_role("button", name="发出邀请").click()
    asked = invited.get_by_role("button", name="同意联名")
    expect(asked).to_be_visible(timeout=SOON)
    expect(author.get_by_label("委员姓名")).to_have_value("")
    asked.click()
    expect(other.locator(f"{row} .suggestion-author")).to_have_text("林栖云、罗小满", timeout=SOON)
    expect(invited.locator("#own-panel")).to_contain_text("您与林栖云联名提出了", timeout=SOON)
    # It is one's own from now on: no further idea, and no support for it.
    expect(invited.locator("#write")).to_be_hidden(timeout=SOON)
    expect(invited.locator(f"{row} .stand button").first).to_be_disabled(timeout=SOON)
    invited.get_by_text("您与林栖云联名提出了").click()
    invited.get_by_role("button", name="退出联名").click()
    expect(other.locator(f"{row} .suggestion-author")).to_have_text("林栖云", timeout=SOON)
    expect(invited.locator("#write")).to_be_visible(timeout=SOON)


@pytest.mark.parametrize("viewport", [PHONE, LAPTOP], ids=["phone", "laptop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(stage: Stage, enter: Enter, viewport: ViewportSize, scheme: str) -> None:
    options = {"color_scheme": scheme, "bypass_csp": True, "reduced_motion": "reduce"}
    lead, member = make_member(stage.county, "林栖云"), make_member(stage.county, "罗小满")
    at = timezone.now() - dt.timedelta(minutes=1)
    ideas = [make_suggestion(stage.topic, who, TEXT, at=at) for who in (lead, member)]
    for idea, others in ((ideas[0], [stage.authors[0], member]), (ideas[1], [lead])):
        name_cosigners(
            suggestion_id=idea.pk,
            member_ids=[one.pk for one in others],
            by=actor(lead if idea == ideas[0] else member, at),
        )
    answer_cosigning(suggestion_id=ideas[1].pk, agree=False, by=actor(lead, at))
    visits = (
        (stage.moderator, f"{stage.desk}behalf/?q=l"),
        (stage.moderator, f"{stage.desk}behalf/?member={make_member(stage.county, '令狐靖').pk}"),
        (lead, f"/topics/{stage.topic.pk}/"),
        (member, f"/topics/{stage.topic.pk}/"),
        (member, "/me/"),
    )
    for user, address in visits:
        page = enter(user, viewport, **options)
        page.goto(address)
        for fold in page.locator("#own-panel summary:visible").all():
            fold.evaluate("summary => { summary.parentElement.open = true; }")
        results = Axe().run(page)
        assert results.violations_count == 0, f"{address}\n{results.generate_report()}"
