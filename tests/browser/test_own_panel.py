"""What authors and supporters see of proposals and merges, live over real sockets, without a script, and through axe."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, ViewportSize, expect

from consultations.actions.merging import merge_suggestions
from consultations.actions.proposals import propose_wording
from consultations.actions.votes import Ballot, cast_votes
from consultations.models import Suggestion, Topic
from consultations.queries.desk import edition_of
from jianyan.accounts.models import User
from tests.consultations.factories import actor, make_suggestion, make_topic
from tests.jianyan.accounts.factories import make_county, make_member, make_moderator
from tests.servers import Site

PHONE: ViewportSize = {"width": 390, "height": 844}
LAPTOP: ViewportSize = {"width": 1440, "height": 900}
TEXT = "机关大院的车位晚六点后向周边居民开放。"
BETTER = "机关、学校大院的车位晚六点后向周边居民开放。"

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True)
class Stage:
    """A live topic; #1 by the author, which the supporter supports, #2 by another, and #3 without votes."""

    topic: Topic
    author: User
    supporter: User
    moderator: User
    first: Suggestion
    second: Suggestion
    third: Suggestion

    @property
    def path(self) -> str:
        return f"/topics/{self.topic.pk}/?order=newest"

    def propose(self) -> None:
        now = timezone.now()
        propose_wording(
            suggestion_id=self.first.pk,
            text=BETTER,
            reason="学校也可以开放。",
            seen=edition_of(self.first),
            by=actor(self.moderator, now),
        )

    def merge(self) -> None:
        merge_suggestions(
            topic_id=self.topic.pk,
            suggestion_ids=[self.first.pk],
            into=self.second.pk,
            by=actor(self.moderator, timezone.now()),
        )


@pytest.fixture
def stage(site: Site) -> Stage:
    county = make_county()
    moderator = make_moderator(county)
    opened = timezone.now() - dt.timedelta(minutes=20)
    topic = make_topic(county, opens_at=opened)
    people = [make_member(county, name) for name in ("林栖云", "罗小满", "顾南枝", "沈若谷")]
    author, other, third, supporter = people
    texts = (TEXT, "单位停车场下班以后给居民停车。", "路口增设行人过街信号灯。")
    made = [
        make_suggestion(topic, by, text, publish_by=moderator, at=opened + dt.timedelta(minutes=number))
        for number, (by, text) in enumerate(zip((author, other, third), texts, strict=True), 1)
    ]
    cast_votes(topic_id=topic.pk, ballots=[Ballot(actor(supporter, opened), made[0].pk, "support")])
    return Stage(topic, author, supporter, moderator, *made)


@contextmanager
def entered(browser: Browser, site: Site, user: User | None, **options: Any) -> Iterator[Page]:
    with ExitStack() as leaving:
        options.setdefault("viewport", PHONE)
        context = browser.new_context(
            locale="zh-CN", base_url=site.url, bypass_csp=True, reduced_motion="reduce", **options
        )
        leaving.callback(context.close)
        if user is not None:
            client = Client()
            client.force_login(user)
            context.add_cookies(
                [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site.url}]
            )
        yield context.new_page()


def live(page: Page) -> None:
    """Wait until the socket has been welcomed."""
    expect(page.locator("#here")).not_to_have_text("0")


def order(desk: Page, address: str, fields: dict[str, str]) -> None:
    """What the moderator's desk sends, so that the site itself is the one to tell of it."""
    token = desk.evaluate("JSON.parse(document.body.getAttribute('hx-headers'))['X-CSRFToken']")
    answer = desk.request.post(address, form={**fields, "csrfmiddlewaretoken": token})
    assert answer.ok, answer.text()


def test_a_proposal_comes_without_reloading_and_is_taken_up(
    browser: Browser, site: Site, stage: Stage
) -> None:
    with ExitStack() as rooms:
        page, desk = (
            rooms.enter_context(entered(browser, site, one)) for one in (stage.author, stage.moderator)
        )
        page.goto(stage.path)
        live(page)
        desk.goto(f"/desk/{stage.topic.pk}/")
        order(
            desk,
            f"/desk/{stage.topic.pk}/items/{stage.first.pk}/propose",
            {"text": BETTER, "reason": "学校也可以开放。", "seen": edition_of(stage.first)},
        )
        proposal = page.locator(".proposal")
        expect(proposal).to_contain_text("学校也可以开放。")
        expect(proposal.locator("ins")).to_have_text("、学校")
        proposal.locator("button[value=accept]").click()
        expect(proposal).to_have_count(0)
        expect(page.locator("#my-title")).to_be_focused()
        expect(page.locator(".own .own-text")).to_have_text(BETTER)
        expect(page.locator(f"#s{stage.first.pk} .suggestion-edited")).to_be_visible()
    stage.first.refresh_from_db()
    assert (stage.first.text, stage.first.status) == (BETTER, "published")


def test_what_is_being_written_outlives_what_comes(browser: Browser, site: Site, stage: Stage) -> None:
    stage.merge()
    with entered(browser, site, stage.author) as page:
        page.goto(stage.path)
        live(page)
        page.locator(".merged-note > summary").click()
        page.locator(".objection > summary").click()
        page.locator(".objection textarea").fill("我说的是机关，不是所有单位。")
        page.locator(".objection textarea").focus()
        with page.expect_response(re.compile("/own/$")):
            cast_votes(
                topic_id=stage.topic.pk,
                ballots=[Ballot(actor(stage.author, timezone.now()), stage.third.pk, "support")],
            )
            page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
            page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        expect(page.locator(".objection textarea")).to_have_value("我说的是机关，不是所有单位。")
        expect(page.locator(".objection textarea")).to_be_focused()
        page.locator(".objection button").click()
        expect(page.locator(".merged-note")).to_contain_text("已提出拆分请求，等待主持人处理。")
    assert stage.first.flags.get().text == "我说的是机关，不是所有单位。"


def test_a_merge_and_its_undoing_are_seen_by_everybody_at_once(
    browser: Browser, site: Site, stage: Stage
) -> None:
    with ExitStack() as rooms:
        people = (stage.author, stage.supporter, stage.moderator)
        author, supporter, desk = (rooms.enter_context(entered(browser, site, one)) for one in people)
        watcher = rooms.enter_context(entered(browser, site, None, viewport=LAPTOP))
        for page in (author, supporter):
            page.goto(stage.path)
            live(page)
            page.locator("#list").evaluate("list => list.scrollIntoView()")
        watcher.goto(f"/topics/{stage.topic.pk}/watch?order=newest")
        desk.goto(f"/desk/{stage.topic.pk}/")
        order(
            desk,
            f"/desk/{stage.topic.pk}/merge",
            {
                "of": f"{stage.first.pk}:{edition_of(stage.first)}",
                "into": f"{stage.second.pk}:{edition_of(stage.second)}",
            },
        )
        # The row keeps its place under the finger and says where it went.
        went = supporter.locator(f"#list [data-id='{stage.first.pk}'].went")
        expect(went).to_contain_text("已合并到 #2")
        expect(went.locator("button:visible")).to_have_count(0)
        button = supporter.locator(f"#s{stage.second.pk} .stand-button")
        expect(button).to_have_attribute("aria-pressed", "true")
        expect(button.locator(".stand-count")).to_have_text("1")
        went.locator(".suggestion-went a").click()
        group = supporter.locator(f"#s{stage.second.pk} .group")
        expect(group.locator("summary")).to_have_text("含 #1")
        group.locator("summary").click()
        expect(group).to_contain_text(TEXT)
        expect(group.locator(".part-joined")).to_be_visible()
        expect(supporter.locator(".merged-note")).to_contain_text("您附议的 #1 已合并到 #2")
        expect(author.locator(".own .own-into")).to_have_text("已合并到 #2")
        expect(author.locator(".merged-note")).to_contain_text("您的 #1 已合并到 #2")
        expect(author.locator(f"#s{stage.second.pk} .stand-button")).to_be_disabled()
        for page in (author, watcher):
            expect(page.locator("#ideas")).to_have_text("2")
            expect(page.locator("#votes")).to_have_text("1")
        expect(watcher.locator(f"#s{stage.second.pk} .group-of")).to_have_text("含 #1")
        # Ordered anew, it has no row of its own; undone, it has one again.
        supporter.locator('#orders [data-order="support"]').click()
        expect(supporter.locator("#list .suggestion")).to_have_count(2)
        order(desk, f"/desk/{stage.topic.pk}/unmerge", {"of": str(stage.first.pk)})
        expect(supporter.locator("#fresh")).to_be_visible()
        supporter.locator("#fresh").click()
        expect(supporter.locator("#list .suggestion")).to_have_count(3)
        own = supporter.locator(f"#s{stage.first.pk} .stand-button")
        expect(own).to_have_attribute("aria-pressed", "true")
        expect(supporter.locator(".merged-note")).to_have_count(0)
        expect(author.locator(".own .status")).to_have_text("已发布")


def test_a_whole_hall_does_not_ask_in_one_instant(browser: Browser, site: Site, stage: Stage) -> None:
    with entered(browser, site, stage.supporter) as page:
        page.goto(stage.path)
        module = page.locator("script[type=module][src*='realtime/topic']").get_attribute("src")
        assert module is not None
        within = page.evaluate(
            "async ([own, halls]) => { const { together } = await import(own); return halls.map(together); }",
            [module.replace("topic", "own"), [0, 40, 300, 100_000]],
        )
    assert within == [200, 800, 4_700, 5_000]


def test_an_address_leads_to_what_is_folded_up_in_its_group(
    browser: Browser, site: Site, stage: Stage
) -> None:
    stage.merge()
    for path in (stage.path, f"/topics/{stage.topic.pk}/watch"):
        with entered(browser, site, None) as page:
            page.goto(f"{path}#s{stage.first.pk}")
            expect(page.locator(f"#s{stage.first.pk}")).to_be_visible()


def test_without_a_script_proposals_are_answered_and_groups_unfold(
    browser: Browser, site: Site, stage: Stage
) -> None:
    stage.propose()
    with entered(browser, site, stage.author, java_script_enabled=False) as page:
        page.goto(stage.path)
        page.locator(".proposal button[value=decline]").click()
        expect(page.locator(".notice.success:visible")).to_have_text("已保留您的原文。")
        expect(page.locator(".proposal")).to_have_count(0)
    stage.merge()
    with entered(browser, site, stage.supporter, java_script_enabled=False) as page:
        page.goto(stage.path)
        page.locator(".group > summary").click()
        expect(page.locator(f"#s{stage.first.pk}")).to_contain_text("您附议过")
        page.locator(".merged-note > summary").click()
        page.locator(".objection > summary").click()
        page.fill(".objection textarea", "意思不同。")
        page.locator(".objection button").click()
        expect(page.locator(".merged-note > summary")).to_contain_text("已请求拆分")


@pytest.mark.parametrize(
    ("viewport", "look"),
    [(PHONE, "light"), (PHONE, "dark"), (PHONE, "large"), (LAPTOP, "light"), (LAPTOP, "dark")],
    ids=["phone", "phone-dark", "phone-large", "laptop", "laptop-dark"],
)
def test_axe_finds_nothing_nothing_is_too_wide_and_fingers_hit(
    browser: Browser, site: Site, stage: Stage, viewport: ViewportSize, look: str
) -> None:
    stage.propose()
    scheme = "dark" if look == "dark" else "light"
    options = {"viewport": viewport, "color_scheme": scheme}
    with entered(browser, site, stage.author, **options) as page:
        if look == "large":
            page.goto("/")
            page.locator("button[name=size]").first.click()
            expect(page.locator("html")).to_have_attribute("data-size", "large")
        inspect(page, stage.path)
        stage.merge()
        inspect(page, stage.path)
        inspect(page, "/me/")
    with entered(browser, site, None, **options) as page:
        inspect(page, f"/topics/{stage.topic.pk}/watch")


def inspect(page: Page, address: str) -> None:
    page.goto(address)
    for fold in page.locator(".merged-note, .objection, .group").all():
        fold.evaluate("fold => (fold.open = true)")
    results = Axe().run(page)
    assert results.violations_count == 0, f"{address}\n{results.generate_report()}"
    assert page.evaluate("document.scrollingElement.scrollWidth - window.innerWidth") <= 0, address
    small = page.evaluate(
        """() => [...document.querySelectorAll("#own-panel :is(button, summary, a), .group summary")]
            .filter((one) => one.checkVisibility())
            .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect().height])
            .filter(([, height]) => height < 44)"""
    )
    assert small == [], address
