"""The big screen in Chromium: legible and whole at every size, true to the second, and there for the whole day."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, Page, ViewportSize, WebSocketRoute, expect

from consultations.actions.moderation import feature_suggestion
from consultations.actions.topics import close_topic, give_notice, pause_topic, resume_topic
from consultations.actions.votes import Ballot, cast_votes
from consultations.enums import Tallies
from consultations.models import JournalEntry, Suggestion, Topic
from jianyan.accounts.models import User
from tests import servers
from tests.conftest import database_url
from tests.consultations.factories import MINUTE, actor, make_suggestion, make_topic
from tests.jianyan.accounts.factories import County, make_county, make_member, make_moderator
from tests.processes import free_port
from tests.servers import Site

SOON = 20_000
WIDE: ViewportSize = {"width": 1920, "height": 1080}
SMALL: ViewportSize = {"width": 1280, "height": 720}
OLD: ViewportSize = {"width": 1024, "height": 768}
LONG = "越溪县老城区停车难问题涉及机关单位商务楼宇医院学校和三十七个无物业小区" * 4
FULL = "一" * 200
ENDLESS = "https://example.org/" + "a" * 180
LONG_NAME = "阿卜杜热合曼·买买提依明·玉素甫江·吾斯曼江·阿不都热依木"

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Hall:
    """A live topic with two suggestions, and everybody that it needs."""

    county: County
    topic: Topic
    moderator: User
    members: list[User]
    first: Suggestion
    second: Suggestion

    @property
    def address(self) -> str:
        return f"/topics/{self.topic.pk}/screen/"

    def support(self, suggestion: Suggestion, *members: User) -> None:
        now = timezone.now()
        ballots = [Ballot(actor(member, now), suggestion.pk, "support") for member in members]
        assert cast_votes(topic_id=self.topic.pk, ballots=ballots, at=now).refusals == {}


def open_topic(county: County, title: str, **fields: Any) -> Topic:
    return make_topic(county, title, opens_at=timezone.now() - 10 * MINUTE, **fields)


@pytest.fixture
def hall(transactional_db: None) -> Hall:
    county = make_county()
    moderator = make_moderator(county)
    topic = open_topic(county, "破解老城区停车难")
    members = [make_member(county, name) for name in ("林栖云", "罗小满", "顾南枝", "丁一")]
    first, second = (
        make_suggestion(topic, member, text, publish_by=moderator, at=timezone.now())
        for member, text in zip(members, ("机关单位车位夜间向居民开放。", "医院周边限时停放。"), strict=False)
    )
    return Hall(county, topic, moderator, members, first, second)


@contextmanager
def opened(browser: Browser, url: str, address: str, **options: Any) -> Iterator[Page]:
    options = {"viewport": SMALL, "reduced_motion": "reduce", "bypass_csp": True, **options}
    context = browser.new_context(locale="zh-CN", base_url=url, **options)
    try:
        page = context.new_page()
        page.goto(address)
        # The script has its first state.
        expect(page.locator("#here")).not_to_have_text("–", timeout=SOON)
        yield page
    finally:
        context.close()


def count_of(page: Page, suggestion: Suggestion) -> Any:
    return page.locator(f'[data-id="{suggestion.pk}"] .screen-row-count')


# --- what it looks like -------------------------------------------------------------------------------------


class Town:
    """A topic for each view, with texts and names as nobody wishes them, five hundred of them in one."""

    def __init__(self) -> None:
        now = timezone.now()
        self.county = county = make_county("中国人民政治协商会议越溪县委员会社会法制和民族宗教委员会联席会议")
        sector = county.sectors[0]
        sector.name = sector.short_name = "特别邀请人士和港澳台侨界与少数民族界联合组"
        sector.save()
        self.moderator = make_moderator(county)
        self.author = make_member(county, LONG_NAME)
        self.voters = [make_member(county, f"委员{number}") for number in range(3)]
        self.crowded = self.crowd(open_topic(county, LONG[:120], prompt="问" * 1000), FULL)
        self.endless = self.crowd(open_topic(county, ENDLESS[:120]), ENDLESS)
        self.plain = open_topic(county, "停车")
        self.empty = open_topic(county, "还没有建言的议题", prompt="问" * 1000)
        self.hidden = self.crowd(open_topic(county, "附议数截止后公布", tallies=Tallies.CLOSED), FULL)
        self.paused = self.crowd(open_topic(county, LONG[:120]), FULL)
        pause_topic(topic_id=self.paused.pk, by=actor(self.moderator), at=now)
        self.coming = make_topic(county, LONG[:120], opens_at=now + 60 * MINUTE, prompt="问" * 300)
        self.closed = self.crowd(open_topic(county, LONG[:120]), FULL)
        close_topic(topic_id=self.closed.pk, by=actor(self.moderator), at=now)
        self.nothing = open_topic(county, "没有收到建言的议题")
        close_topic(topic_id=self.nothing.pk, by=actor(self.moderator), at=now)

    def crowd(self, topic: Topic, text: str) -> Topic:
        """Five hundred suggestions of one text, the fourth featured."""
        now = timezone.now()
        made = Suggestion.objects.bulk_create(
            Suggestion(
                topic=topic,
                author=self.author,
                sector=self.county.sectors[0],
                number=number,
                slot=number,
                client_ref=str(number),
                text=text,
                status="published",
                support=10_000 - number,
                posted_at=now,
                published_at=now,
            )
            for number in range(1, 501)
        )
        Topic.objects.filter(pk=topic.pk).update(numbered=500)
        feature_suggestion(suggestion_id=made[3].pk, on=True, by=actor(self.moderator), at=now)
        return topic

    @property
    def topics(self) -> list[Topic]:
        return [
            *(self.crowded, self.endless, self.plain, self.empty, self.hidden),
            *(self.paused, self.coming, self.closed, self.nothing),
        ]


WRONG = """() => {
  const wrong = [];
  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.checkVisibility({ visibilityProperty: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    const size = parseFloat(getComputedStyle(element).fontSize);
    if (size < innerHeight / 40) wrong.push(["small", element.className || element.id, size]);
  }
  const parts = [".screen-head", ".screen-clock", ".screen-question", ".screen-featured", ".screen-paused",
    ".screen-board", ".screen-join", ".screen-numbers", ".screen-seal", ".screen-notice"]
    .map((name) => document.querySelector(name)).filter((one) => one.checkVisibility());
  for (const one of parts) {
    const box = one.getBoundingClientRect();
    if (box.left < -1 || box.top < -1 || box.right > innerWidth + 1 || box.bottom > innerHeight + 1)
      wrong.push(["outside", one.className, box.bottom, innerHeight, box.right, innerWidth]);
    for (const other of parts) {
      if (one === other) continue;
      const its = other.getBoundingClientRect();
      if (box.left < its.right - 1 && its.left < box.right - 1 && box.top < its.bottom - 1 && its.top < box.bottom - 1)
        wrong.push(["over", one.className, other.className]);
    }
  }
  for (const one of document.querySelectorAll(".screen-row, .screen-words, .screen-numbers dd, .screen-time, .screen-code")) {
    if (!one.checkVisibility()) continue;
    const box = one.getBoundingClientRect();
    if (box.right > innerWidth + 1 || box.bottom > innerHeight + 1) wrong.push(["cut off", one.className]);
  }
  for (const one of document.querySelectorAll(".screen-words:not(.cut)")) {
    if (one.scrollHeight - one.clientHeight > 0.2 * parseFloat(getComputedStyle(one).fontSize)) wrong.push(["clipped", one.id]);
  }
  const { scrollHeight, scrollWidth } = document.documentElement;
  if (scrollHeight > innerHeight || scrollWidth > innerWidth) wrong.push(["scrolls", scrollHeight, scrollWidth]);
  return wrong;
}"""


NOTICE = """() => {
  const notice = document.getElementById("notice");
  notice.textContent = "还有两分钟，请把正在写的建言提交上来。";
  notice.hidden = false;
  dispatchEvent(new Event("resize"));
}"""


@pytest.mark.parametrize("viewport", [WIDE, SMALL, OLD], ids=["1080", "720", "4:3"])
def test_everything_is_large_enough_and_in_its_place(
    browser: Browser, site: Site, viewport: ViewportSize
) -> None:
    for topic in Town().topics:
        with opened(browser, site.url, f"/topics/{topic.pk}/screen/", viewport=viewport) as page:
            assert page.evaluate(WRONG) == [], topic.title
            page.evaluate(NOTICE)
            assert page.evaluate(WRONG) == [], f"{topic.title}, with a word from the moderator"


@pytest.mark.parametrize("look", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, site: Site, look: str) -> None:
    for topic in Town().topics:
        with opened(browser, site.url, f"/topics/{topic.pk}/screen/?look={look}") as page:
            results = Axe().run(page)
            assert results.violations_count == 0, f"{topic.title}\n{results.generate_report()}"


# --- as it happens ------------------------------------------------------------------------------------------


def test_votes_move_the_bars_and_the_order_and_the_featured_one_follows_the_moderator(
    browser: Browser, site: Site, hall: Hall
) -> None:
    with opened(browser, site.url, hall.address) as page:
        rows = page.locator("#rows .screen-row")
        expect(rows).to_have_count(2)
        expect(page.locator("#question")).to_be_visible()
        hall.support(hall.second, *hall.members[2:])
        hall.support(hall.first, hall.members[2])
        expect(count_of(page, hall.second)).to_have_text("2", timeout=SOON)
        expect(rows.first).to_contain_text(hall.second.text)
        share = page.locator(f'[data-id="{hall.first.pk}"] .screen-row-share')
        expect(share).to_have_attribute("style", "transform: scaleX(0.5);", timeout=SOON)
        expect(page.locator("#voted")).to_have_text("2", timeout=SOON)
        feature_suggestion(suggestion_id=hall.first.pk, on=True, by=actor(hall.moderator), at=timezone.now())
        expect(page.locator("#featured")).to_contain_text(hall.first.text, timeout=SOON)
        expect(page.locator("#featured")).to_contain_text("林栖云")
        expect(page.locator("#question")).to_be_hidden()
        assert page.evaluate("document.querySelectorAll('#rows > *').length") == 2


def test_a_thousand_steps_leave_no_more_elements_behind(browser: Browser, site: Site, hall: Hall) -> None:
    def elements() -> Any:
        return page.evaluate("document.querySelectorAll('*').length")

    def publish(number: int) -> Suggestion:
        now = timezone.now()
        author = make_member(hall.county, f"委员{number}")
        return make_suggestion(hall.topic, author, f"第{number}条", publish_by=hall.moderator, at=now)

    with opened(browser, site.url, hall.address) as page:
        for number in range(3, 6):
            publish(number)
        expect(page.locator("#rows .screen-row")).to_have_count(5, timeout=SOON)
        before = elements()
        for number in range(6, 12):
            newest = publish(number)
            hall.support(newest, *hall.members)
            hall.support(hall.first, *hall.members[1 : 2 + number % 3])
        # Of equal ones the first stay: the last of them is nowhere to be seen.
        expect(page.locator("#posted")).to_have_text("11", timeout=SOON)
        expect(page.locator(f'[data-id="{newest.pk}"]')).to_have_count(0)
        assert elements() == before


def test_a_pause_a_word_from_the_moderator_and_the_end_with_its_seal(
    browser: Browser, site: Site, hall: Hall
) -> None:
    moderator = actor(hall.moderator)
    hall.support(hall.second, hall.members[2])
    with opened(browser, site.url, hall.address) as page:
        screen, notice = page.locator("#screen"), page.locator("#notice")
        page.evaluate("window.kept = true")
        pause_topic(topic_id=hall.topic.pk, by=moderator, at=timezone.now())
        expect(screen).to_have_attribute("data-view", "paused", timeout=SOON)
        expect(page.locator(".screen-paused")).to_be_visible()
        expect(page.locator("#clock-word")).to_have_text("已暂停")
        resume_topic(topic_id=hall.topic.pk, by=moderator, at=timezone.now())
        expect(screen).to_have_attribute("data-view", "live", timeout=SOON)
        give_notice(
            topic_id=hall.topic.pk, by=moderator, at=timezone.now(), text="请只写一件事。", level="info"
        )
        expect(notice).to_have_text("请只写一件事。", timeout=SOON)
        calm = notice.evaluate("(one) => getComputedStyle(one).backgroundColor")
        give_notice(topic_id=hall.topic.pk, by=moderator, at=timezone.now(), text="词" * 200, level="urgent")
        expect(notice).to_have_text("词" * 200, timeout=SOON)
        assert notice.evaluate("(one) => getComputedStyle(one).backgroundColor") != calm
        assert notice.evaluate("(one) => one.scrollHeight <= one.clientHeight + 12")
        close_topic(topic_id=hall.topic.pk, by=moderator, at=timezone.now())
        expect(screen).to_have_attribute("data-view", "closed", timeout=SOON)
        entry = JournalEntry.objects.get(topic=hall.topic, kind="closed")
        seal = page.locator("#seal")
        expect(seal).to_contain_text(f"第{entry.revision}条", timeout=SOON)
        assert seal.locator(".screen-hash").inner_text().replace(" ", "").replace("\n", "") == entry.hash
        expect(page.locator("#votes")).to_have_text("1")
        expect(page.locator("#rows .screen-row").first).to_contain_text(hall.second.text)
        assert page.evaluate("window.kept")


def test_a_notice_goes_by_itself(browser: Browser, site: Site, hall: Hall) -> None:
    with opened(browser, site.url, hall.address) as page:
        page.clock.install()
        page.reload()
        expect(page.locator("#here")).not_to_have_text("–", timeout=SOON)
        give_notice(
            topic_id=hall.topic.pk, by=actor(hall.moderator), at=timezone.now(), text="请坐。", level="info"
        )
        expect(page.locator("#notice")).to_be_visible(timeout=SOON)
        page.clock.run_for(31_000)
        expect(page.locator("#notice")).to_be_hidden()


def test_hidden_counts_are_shown_with_the_end(browser: Browser, site: Site, hall: Hall) -> None:
    Topic.objects.filter(pk=hall.topic.pk).update(tallies=Tallies.CLOSED)
    hall.support(hall.first, *hall.members[1:])
    with opened(browser, site.url, hall.address) as page:
        rows = page.locator("#rows .screen-row")
        expect(page.locator("#board-title .when-hidden")).to_be_visible()
        expect(rows.first).to_contain_text(hall.second.text)
        expect(count_of(page, hall.first)).to_have_text("")
        close_topic(topic_id=hall.topic.pk, by=actor(hall.moderator), at=timezone.now())
        expect(count_of(page, hall.first)).to_have_text("3", timeout=SOON)
        expect(rows.first).to_contain_text(hall.first.text)


# --- time ---------------------------------------------------------------------------------------------------

SHIFTED = """
const Real = Date;
globalThis.Date = class extends Real {
  constructor(...given) { super(...(given.length ? given : [Real.now() + HOURS * 3600000])); }
  static now() { return Real.now() + HOURS * 3600000; }
};
"""


def seconds_on(page: Page) -> int:
    parts = [int(part) for part in page.locator("#time").inner_text().split(":")]
    return sum(part * 60**place for place, part in enumerate(reversed(parts)))


@pytest.mark.parametrize("hours", [-1, 1])
def test_the_countdown_is_true_whatever_the_projectors_clock_says(
    browser: Browser, site: Site, hall: Hall, hours: int
) -> None:
    coming = make_topic(hall.county, "即将开始", opens_at=timezone.now() + 30 * MINUTE)
    for topic, instant in ((hall.topic, hall.topic.closes_at), (coming, coming.opens_at)):
        with opened(browser, site.url, f"/topics/{topic.pk}/screen/") as page:
            page.add_init_script(SHIFTED.replace("HOURS", str(hours)))
            page.reload()
            expect(page.locator("#here")).not_to_have_text("–", timeout=SOON)
            left = (instant - timezone.now()).total_seconds()
            assert abs(seconds_on(page) - left) < 15
            before = seconds_on(page)
            expect(page.locator("#time")).not_to_have_text(page.locator("#time").inner_text())
            assert 0 < before - seconds_on(page) < 60


def test_vermilion_is_for_the_last_two_minutes(browser: Browser, site: Site, hall: Hall) -> None:
    for seconds, soon in ((110, True), (170, False)):
        closes_at = timezone.now() + dt.timedelta(seconds=seconds)
        topic = open_topic(hall.county, "快要结束", closes_at=closes_at)
        with opened(browser, site.url, f"/topics/{topic.pk}/screen/") as page:
            assert page.evaluate("document.getElementById('time').matches('.soon')") is soon


def test_the_end_comes_by_itself_at_the_servers_second(browser: Browser, site: Site, hall: Hall) -> None:
    Topic.objects.filter(pk=hall.topic.pk).update(closes_at=timezone.now() + dt.timedelta(seconds=6))
    with opened(browser, site.url, hall.address) as page:
        expect(page.locator("#screen")).to_have_attribute("data-view", "closed", timeout=SOON)
        expect(page.locator("#seal .screen-hash")).to_be_visible(timeout=SOON)


# --- for the whole day --------------------------------------------------------------------------------------


def test_it_comes_back_after_the_server_has_been_started_anew(
    browser: Browser, hall: Hall, tmp_path: Path
) -> None:
    port = free_port()
    options: dict[str, Any] = {"port": port, "JIANYAN_ENV": "test", "DATABASE_URL": database_url()}
    with servers.site(tmp_path / "first", **options) as first:
        context = browser.new_context(locale="zh-CN", base_url=first.url, viewport=SMALL)
        page = context.new_page()
        page.goto(hall.address)
        expect(page.locator("#here")).not_to_have_text("–", timeout=SOON)
        page.evaluate("window.kept = true")
    expect(page.locator("#connection")).to_be_visible(timeout=SOON)
    hall.support(hall.second, *hall.members[2:])
    with servers.site(tmp_path / "second", **options):
        expect(count_of(page, hall.second)).to_have_text("2", timeout=2 * SOON)
        expect(page.locator("#connection")).to_be_hidden(timeout=SOON)
        hall.support(hall.first, *hall.members[1:])
        expect(count_of(page, hall.first)).to_have_text("3", timeout=SOON)
        assert page.evaluate("window.kept")
        context.close()


def test_a_lost_network_is_said_quietly_and_after_a_while(browser: Browser, site: Site, hall: Hall) -> None:
    with opened(browser, site.url, hall.address) as page:
        page.context.set_offline(True)
        assert page.locator("#connection").is_hidden()
        expect(page.locator("#connection")).to_have_text("正在连接……", timeout=SOON)
        expect(page.locator("#connection")).to_be_visible(timeout=SOON)
        hall.support(hall.second, *hall.members[2:])
        page.context.set_offline(False)
        expect(count_of(page, hall.second)).to_have_text("2", timeout=2 * SOON)
        expect(page.locator("#connection")).to_be_hidden(timeout=SOON)


def test_where_sockets_are_blocked_it_asks_every_few_seconds(
    browser: Browser, site: Site, hall: Hall
) -> None:
    context = browser.new_context(locale="zh-CN", base_url=site.url, viewport=SMALL)
    page = context.new_page()

    def cut(socket: WebSocketRoute) -> None:
        socket.close(code=1011)

    page.route_web_socket("**/ws/**", cut)
    page.goto(hall.address)
    expect(page.locator("#here")).not_to_have_text("–", timeout=SOON)
    hall.support(hall.second, *hall.members[2:])
    expect(count_of(page, hall.second)).to_have_text("2", timeout=SOON)
    expect(page.locator("#connection")).to_be_hidden()
    context.close()


def test_what_is_prepared_anew_before_the_opening_is_shown(browser: Browser, site: Site, hall: Hall) -> None:
    from consultations.actions.deliberations import settings_of
    from consultations.actions.recording import record
    from consultations.enums import Step

    topic = make_topic(hall.county, "旧题目", opens_at=timezone.now() + 60 * MINUTE)
    with opened(browser, site.url, f"/topics/{topic.pk}/screen/") as page:
        page.evaluate("window.kept = true")
        topic.refresh_from_db()
        topic.title, topic.opens_at = "新题目", topic.opens_at - 30 * MINUTE
        topic.save(update_fields=["title", "opens_at"])
        record(topic, Step.PREPARED, settings_of(topic), at=timezone.now(), actor=actor(hall.moderator))
        expect(page.locator("h1")).to_have_text("新题目", timeout=SOON)
        expect(page.locator("#time")).to_have_text(re.compile(r"^(29|30):\d\d$"), timeout=SOON)
        assert page.evaluate("window.kept")


def test_a_newer_version_is_loaded(browser: Browser, site: Site, hall: Hall) -> None:
    context = browser.new_context(locale="zh-CN", base_url=site.url, viewport=SMALL, bypass_csp=True)
    page = context.new_page()
    sockets: list[WebSocketRoute] = []

    def hold(socket: WebSocketRoute) -> None:
        socket.connect_to_server()
        sockets.append(socket)

    page.route_web_socket("**/ws/**", hold)
    page.goto(hall.address)
    expect(page.locator("#here")).not_to_have_text("–", timeout=SOON)
    page.evaluate("window.kept = true")
    sockets[0].send('{"type":"reload"}')
    page.wait_for_function("window.kept === undefined", timeout=SOON)
    expect(page.locator("#here")).not_to_have_text("–", timeout=SOON)
    context.close()


def test_the_screen_of_a_deliberation_goes_on_to_the_next_topic(
    browser: Browser, site: Site, hall: Hall
) -> None:
    coming = make_topic(
        hall.county,
        "下一个议题",
        deliberation=hall.topic.deliberation,
        opens_at=timezone.now() + 5 * MINUTE,
    )
    with opened(browser, site.url, f"/deliberations/{coming.deliberation_id}/screen/") as page:
        expect(page.locator("h1")).to_have_text(hall.topic.title)
        close_topic(topic_id=hall.topic.pk, by=actor(hall.moderator), at=timezone.now())
        expect(page.locator("h1")).to_have_text("下一个议题", timeout=2 * SOON)
        expect(page.locator("#screen")).to_have_attribute("data-view", "waiting")
