"""From an idea on the phone to a solved problem with its proof; and from a printed figure to the rows behind it."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from consultations.actions.topics import close_topic, mark_phase
from consultations.models import Outcome, Referral, Suggestion, Topic, Vote
from jianyan.accounts.enums import Role
from jianyan.accounts.models import Body
from jianyan.demo import last_year, people, programme
from jianyan.demo.catalogue import issue
from jianyan.demo.county import found_county, open_channels
from tests.browser.demonstration_office import LAPTOP, PHONE, Enter, entrance
from tests.consultations.papers import png
from tests.servers import Site

IDEA = "社区食堂给八十岁以上老人送餐上门，每餐补贴三元。"
ANSWER = "高龄老人送餐补贴办法已经印发，首批覆盖六个社区，每餐补贴三元。"
SOLVED = "六个社区开通高龄老人送餐上门"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def committee(site: Site) -> Body:
    """The demonstration's county with its people, and nothing that has happened."""
    county = found_county()
    open_channels()
    people.import_members(county)
    people.appoint_staff(county)
    return county


def live_topic() -> Topic:
    """An hour about the canteens, open now."""
    now = timezone.now()
    hour = dt.timedelta(hours=1)
    topic = programme.prepare(issue("community-canteen"), now, now + hour, announced=now - hour)
    mark_phase(topic_id=topic.pk, at=now)
    return topic


def news(page: Page, words: str) -> None:
    """Open what somebody was told in those words."""
    page.goto("/notifications/")
    page.get_by_role("link", name=re.compile(words)).first.click()


def put_forward(enter: Enter, topic: Topic) -> Suggestion:
    """A member writes it, the moderator publishes it, another member supports it, and the hour is over."""
    author, supporter, desk = enter("member", PHONE), enter("member2", PHONE), enter("moderator", LAPTOP)
    author.goto(f"/topics/{topic.pk}/")
    author.fill("#text", IDEA)
    author.click("#write button")
    expect(author.locator(".own .status")).to_have_text("待审核")
    idea = Suggestion.objects.get(text=IDEA)
    desk.goto(f"/desk/{topic.pk}/?open=next")
    expect(desk.locator("#desk-text")).to_have_text(IDEA)
    desk.keyboard.press("p")
    expect(author.locator(".own .status")).to_have_text("已发布")
    supporter.goto(f"/topics/{topic.pk}/")
    button = supporter.locator(f"#s{idea.pk} button[data-choice=support]")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    # The button is pressed at once; the topic may close only when the vote is in.
    for _ in range(300):
        if Vote.objects.filter(suggestion=idea).exists():
            break
        supporter.wait_for_timeout(100)
    assert Vote.objects.get(suggestion=idea).choice == "support"
    now = timezone.now()
    close_topic(topic_id=topic.pk, by=people.official(Role.MODERATOR, at=now), at=now)
    return idea


def refer(office: Page, idea: Suggestion) -> Referral:
    """The secretary refers it by its number."""
    office.goto(f"/deliberations/{idea.topic.deliberation_id}/follow-up/")
    office.fill("#find-number", str(idea.number))
    office.get_by_role("button", name="交办", exact=True).click()
    expect(office).to_have_url(re.compile(rf"/suggestions/{idea.pk}/refer/"))
    assert Axe().run(office).response["violations"] == []
    office.get_by_label("主办单位").select_option(label=people.DEPARTMENT)
    office.locator("main form button.primary").click()
    expect(office).to_have_url(re.compile(r"/referrals/\d+/"))
    return Referral.objects.get()


def answer(desk: Page) -> None:
    """The department finds it, takes it on, and answers."""
    desk.goto("/department/")
    assert Axe().run(desk).response["violations"] == []
    desk.get_by_role("link", name=re.compile("送餐上门")).first.click()
    desk.get_by_role("button", name="接收", exact=True).click()
    expect(desk.locator(".referral-states")).to_contain_text("办理中")
    form = desk.locator("#step-answer")
    if not form.get_by_role("button", name="答复").is_visible():
        form.locator("> summary").click()
    form.locator("textarea").fill(ANSWER)
    form.get_by_role("radio", name=re.compile("^A")).check()
    form.locator("form button").click()
    expect(desk.locator(".referral-states")).to_contain_text("已答复")
    assert Axe().run(desk).response["violations"] == []


def prove(office: Page, referral: Referral) -> Outcome:
    """The secretary records that it is solved: not without a proof, which nothing typed is lost over."""
    office.goto(f"/referrals/{referral.pk}/")
    office.get_by_role("link", name="登记成效").click()
    office.locator("select[name=kind]").select_option(label="解决")
    office.locator("select[name=level]").select_option(label="县级")
    office.locator("[name=words]").fill(SOLVED)
    office.get_by_role("button", name="保存", exact=True).click()
    expect(office.locator(".notice.error")).to_be_visible()
    expect(office.locator("[name=words]")).to_have_value(SOLVED)
    assert Axe().run(office).response["violations"] == []
    assert not Outcome.objects.exists()
    office.locator("input[type=file]").set_input_files(
        {"name": "送餐照片.png", "mimeType": "image/png", "buffer": png()}
    )
    office.get_by_role("button", name="保存", exact=True).click()
    expect(office).to_have_url(re.compile(r"/outcomes/\d+/$"))
    expect(office.locator("main")).to_contain_text("送餐照片.png")
    return Outcome.objects.get()


def test_an_idea_becomes_a_solved_problem_and_its_author_hears_of_every_step(
    browser: Browser, site: Site, committee: Body
) -> None:
    topic = live_topic()
    with entrance(browser, site) as enter:
        idea = put_forward(enter, topic)
        office = enter("secretary", LAPTOP)
        referral = refer(office, idea)

        author = enter("member", PHONE)
        news(author, "交办")
        expect(author).to_have_url(re.compile(rf"/referrals/{referral.pk}/"))
        expect(author.locator("main")).to_contain_text("民政")

        answer(enter("department", LAPTOP))

        news(author, "答复")
        expect(author.locator("main")).to_contain_text(ANSWER)
        rating = author.locator("#step-rate")
        if not rating.locator("form button").is_visible():
            rating.locator("> summary").click()
        rating.get_by_role("radio", name="满意", exact=True).check()
        assert Axe().run(author).response["violations"] == []
        rating.locator("form button").click()
        # All authors are satisfied: there is one.
        expect(author.locator(".referral-states")).to_contain_text("已办结")

        outcome = prove(office, referral)

        # The author and whoever has supported it are told, and both see the whole way.
        for name in ("member", "member2"):
            reader = enter(name, PHONE)
            news(reader, "成效")
            expect(reader.locator("main")).to_contain_text(SOLVED)
            reader.goto("/me/")
            if name == "member2":
                reader.locator(".mine-topic summary").first.click()
            way = reader.locator(".mine-topic .stations").first
            for step in ("交办", "答复", "解决"):
                expect(way).to_contain_text(step)

        # Without an account: what was said, to whom it went, what came of it. The proof is for those concerned.
        public = enter("", PHONE)
        public.goto("/follow-up/")
        for words in (IDEA[:12], "民政", "已办结", SOLVED):
            expect(public.locator("main")).to_contain_text(words)
        assert Axe().run(public).response["violations"] == []
        public.goto(f"/outcomes/{outcome.pk}/")
        expect(public.locator("main")).to_contain_text("县级")
        assert public.request.get(f"/attachments/{outcome.attachments.get().pk}/").status in (403, 404)
        public.goto("/search/?q=送餐")
        expect(public.locator(".found")).to_contain_text(SOLVED)
        assert Axe().run(public).response["violations"] == []


def test_a_printed_figure_opens_to_the_rows_behind_it(browser: Browser, site: Site, committee: Body) -> None:
    now = timezone.now()
    last_year.enter(committee, now)
    last_year.report(committee, now)
    with entrance(browser, site) as enter:
        reader = enter("", LAPTOP)
        reader.goto("/")
        reader.get_by_role("link", name="履职答卷").click()
        reader.get_by_role("link", name=re.compile("2025年")).first.click()
        paper = reader.locator("main")
        for printed in ("1000多人次", "5300多条", "60多场", "260多条", "140多万元", "100多篇"):
            expect(paper).to_contain_text(printed)
        assert Axe().run(reader).response["violations"] == []
        reader.get_by_role("link", name=re.compile("220多个")).first.click()
        expect(reader.locator("main")).to_contain_text("223个")
        assert Axe().run(reader).response["violations"] == []
        rows = 0
        while True:
            rows += reader.locator("main table tbody tr").count()
            onward = reader.locator("main a[rel=next]")
            if onward.count() == 0:
                break
            with reader.expect_navigation():
                onward.first.click()
        assert rows == 223


def test_the_pages_of_the_books_are_accessible(browser: Browser, site: Site, committee: Body) -> None:
    now = timezone.now()
    last_year.enter(committee, now)
    draft = last_year.begin(committee, now)
    with entrance(browser, site) as enter:
        office, member = enter("secretary", PHONE), enter("member", PHONE)
        for path in (
            "/books/",
            "/events/",
            "/events/new/",
            "/events/import/",
            "/outcomes/",
            "/submissions/",
            "/submissions/new/",
            "/referrals/",
            "/reports/",
            f"/reports/{draft.until.year}/edit/",
            f"/records/{draft.until.year}/",
            f"/records/{draft.until.year}/points/",
            "/open/",
        ):
            office.goto(path)
            assert Axe().run(office).response["violations"] == [], path
            width = office.evaluate("document.documentElement.scrollWidth")
            assert width <= PHONE["width"], path
        member.goto(f"/my/record/{now.year}/")
        assert Axe().run(member).response["violations"] == []
