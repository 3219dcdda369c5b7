"""The desk in Chromium over Daphne: by keyboard alone, by touch, with two moderators, without script, and through axe."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, ViewportSize, expect

from consultations.actions.flags import flag_suggestion
from consultations.actions.merging import merge_suggestions
from consultations.actions.moderation import publish_suggestion
from consultations.actions.suggestions import edit_suggestion, withdraw_suggestion
from consultations.actions.themes import create_theme
from consultations.enums import FlagKind
from consultations.models import Claim, JournalEntry, Suggestion, Topic
from jianyan.accounts.models import User
from tests.consultations.factories import actor, make_suggestion, make_topic
from tests.jianyan.accounts.factories import County, make_county, make_member, make_moderator
from tests.servers import Site

PHONE: ViewportSize = {"width": 390, "height": 844}
LAPTOP: ViewportSize = {"width": 1440, "height": 900}
# A second moderator's desk looks every five seconds; generous for a loaded machine.
SOON = 20_000


@dataclass(frozen=True)
class Stage:
    """A live topic with three themes and five suggestions that wait, the oldest first."""

    county: County
    topic: Topic
    moderator: User
    authors: list[User]
    waiting: list[Suggestion]

    @property
    def desk(self) -> str:
        return f"/desk/{self.topic.pk}/"


@pytest.fixture
def stage(site: Site) -> Stage:
    county = make_county()
    moderator = make_moderator(county)
    opened = timezone.now() - dt.timedelta(minutes=20)
    topic = make_topic(county, opens_at=opened)
    for name in ("错时共享", "挖潜增位", "智能诱导"):
        create_theme(topic_id=topic.pk, name=name, by=actor(moderator), at=opened)
    authors = [make_member(county, f"委员{name}") for name in "甲乙丙丁戊"]
    waiting = [
        make_suggestion(
            topic, author, f"第{index}条：路口增设行人过街信号灯。", at=opened + dt.timedelta(minutes=index)
        )
        for index, author in enumerate(authors, 1)
    ]
    return Stage(county, topic, moderator, authors, waiting)


Enter = Callable[..., Page]


@pytest.fixture
def enter(browser: Browser, site: Site) -> Iterator[Enter]:
    """`enter(user, viewport, **options)`: a page of a browser in which the user is signed in.

    What the browser complains about, such as a breach of the content policy, fails the test at its end.
    """
    complaints: list[str] = []
    with ExitStack() as contexts:

        def open_page(user: User, viewport: ViewportSize, **options: Any) -> Page:
            client = Client()
            client.force_login(user)
            context = browser.new_context(locale="zh-CN", viewport=viewport, base_url=site.url, **options)
            contexts.callback(context.close)
            cookies = [
                {"name": name, "value": cookie.value, "url": site.url}
                for name, cookie in client.cookies.items()
            ]
            context.add_cookies(cookies)  # type: ignore[arg-type]
            page = context.new_page()
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on(
                "console",
                lambda said: complaints.append(said.text) if "Security Policy" in said.text else None,
            )
            return page

        yield open_page
    assert complaints == []


def opened(page: Page, suggestion: Suggestion) -> None:
    expect(page.locator("#desk-item")).to_have_attribute("data-item", str(suggestion.pk))


def status(suggestion: Suggestion) -> str:
    return str(Suggestion.objects.values_list("status", flat=True).get(pk=suggestion.pk))


def test_the_queue_is_worked_by_keyboard_alone(stage: Stage, enter: Enter) -> None:
    first, second, third, fourth, fifth = stage.waiting
    page = enter(stage.moderator, LAPTOP)
    page.goto(stage.desk)
    line = page.locator("#desk-line")
    press = page.keyboard.press

    press("j")
    opened(page, first)
    expect(page.locator("#desk-item-title")).to_be_focused()
    press("p")
    opened(page, second)
    expect(line).to_contain_text("1")
    press("r")
    press("2")
    opened(page, third)
    press("d")
    press("3")
    opened(page, fourth)
    assert status(third) == "declined"
    press("z")
    opened(page, fourth)
    expect(page.locator("#desk-queue .desk-row")).to_have_count(3)
    assert status(third) == "pending"

    press("t")
    press("3")
    expect(page.locator("[data-panel=t] summary")).to_contain_text("智能诱导")
    press("ArrowDown")
    opened(page, fifth)
    press("k")
    opened(page, fourth)
    press("p")
    # What was declined and restored queues again at the end.
    opened(page, fifth)

    page.locator("#shelf-published").click()
    expect(page.locator(f"#row-{first.pk}")).to_be_visible()
    page.locator(f"#row-{first.pk}").press("Enter")
    opened(page, first)
    press("f")
    expect(page.locator("#desk-item .desk-featured")).to_be_visible()
    press("h")
    press("4")
    expect(page.locator("#desk-item-title .status.hidden")).to_be_visible()
    press("u")
    expect(page.locator("#desk-item-title .status.published")).to_be_visible()

    assert [status(one) for one in stage.waiting] == [
        "published",
        "returned",
        "pending",
        "published",
        "pending",
    ]
    second.refresh_from_db()
    assert second.reason == "请写得更具体：在哪里、做什么、由谁来做。"
    fourth.refresh_from_db()
    assert fourth.theme is not None
    assert fourth.theme.name == "智能诱导"


def test_no_key_does_anything_while_somebody_types_or_composes(stage: Stage, enter: Enter) -> None:
    first, second, *_rest = stage.waiting
    page = enter(stage.moderator, LAPTOP)
    page.goto(stage.desk)
    page.keyboard.press("j")
    opened(page, first)
    page.keyboard.press("r")
    page.keyboard.press("0")
    words = page.locator("#words-return")
    expect(words).to_be_focused()
    page.keyboard.type("p d h u 1 2 j k")
    expect(words).to_have_value("p d h u 1 2 j k")
    opened(page, first)
    page.evaluate(
        """document.body.dispatchEvent(new KeyboardEvent("keydown", {key: "p", isComposing: true, bubbles: true}))"""
    )
    page.keyboard.press("Escape")
    expect(words).not_to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("[data-panel=r]")).not_to_have_attribute("open", "")
    page.keyboard.press("Control+p")
    page.keyboard.press("?")
    expect(page.locator("#desk-sheet")).to_be_visible()
    page.keyboard.press("p")
    page.keyboard.press("Escape")
    expect(page.locator("#desk-sheet")).not_to_be_visible()
    page.keyboard.press("/")
    search = page.locator("#desk-q")
    expect(search).to_be_focused()
    page.keyboard.type("第2条")
    expect(page.locator("#desk-queue .desk-row")).to_have_count(1)
    expect(search).to_be_focused()
    assert {status(one) for one in stage.waiting} == {"pending"}
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    opened(page, second)


def test_a_phone_shows_one_part_at_a_time_and_everything_is_big_enough_to_touch(
    stage: Stage, enter: Enter
) -> None:
    first, second, *_rest = stage.waiting
    page = enter(stage.moderator, PHONE, has_touch=True, is_mobile=True)
    page.goto("/desk/")
    page.locator(".desks-row a").first.tap()
    # Nothing is measured before its stylesheet is there.
    page.wait_for_url("**/desk/*/")
    expect(page.locator(".desk-left")).to_be_visible()
    expect(page.locator(".desk-right")).to_be_hidden()
    expect(page.locator(".desk-middle")).to_be_hidden()
    too_small(page)
    page.locator(f"#row-{first.pk}").tap()
    opened(page, first)
    expect(page.locator(".desk-left")).to_be_hidden()
    page.locator("[data-panel=r] summary").tap()
    too_small(page)
    page.locator("[data-panel=r] [data-pick='1']").tap()
    opened(page, second)
    page.locator("[data-key=p]").tap()
    opened(page, stage.waiting[2])
    assert (status(first), status(second)) == ("returned", "published")
    page.locator(".desk-views [data-show=controls]").tap()
    expect(page.locator(".desk-middle")).to_be_hidden()
    too_small(page)
    page.locator("#desk-phase [value=pause]").tap()
    expect(page.locator("#desk-phase [value=resume]")).to_be_visible()
    page.locator("#confirm-close summary").tap()
    page.locator("#confirm-close button").tap()
    expect(page.locator("#desk-phase .phase")).to_have_class("phase closed")
    page.locator(".desk-views [data-show=queue]").tap()
    expect(page.locator(".desk-left")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    kinds = JournalEntry.objects.filter(topic=stage.topic).values_list("kind", flat=True)
    assert list(kinds.order_by("revision"))[-2:] == ["paused", "closed"]


def too_small(page: Page) -> None:
    """Every control of the desk that can be seen is at least 44 by 44 pixels."""
    found = page.evaluate(
        """[...document.querySelectorAll("#desk :is(button, summary, input:not([type=hidden]), select, textarea, a)")]
          .filter((control) => control.getClientRects().length && control.closest("p:not(.desk-path)") === null)
          .map((control) => [(control.closest("label") ?? control).getBoundingClientRect(), control.outerHTML])
          .filter(([box]) => box.width < 44 || box.height < 44)
          .map(([box, html]) => `${box.width} x ${box.height}: ${html.slice(0, 120)}`)"""
    )
    assert found == []


def test_what_one_moderator_has_open_the_other_sees_as_taken_and_is_told_of_decisions(
    stage: Stage, enter: Enter
) -> None:
    first, second, *_rest = stage.waiting
    colleague = make_moderator(stage.county, "孙审核")
    mine, theirs = enter(stage.moderator, LAPTOP), enter(colleague, LAPTOP)
    mine.goto(stage.desk)
    theirs.goto(stage.desk)
    mine.keyboard.press("j")
    opened(mine, first)
    taken = theirs.locator(f".desk-row:has(#row-{first.pk}) .desk-taken")
    expect(taken).to_contain_text("韩主持", timeout=SOON)
    theirs.keyboard.press("j")
    opened(theirs, second)

    theirs.locator(f"#row-{first.pk}").click()
    expect(theirs.locator(".desk-occupied")).to_contain_text("韩主持")
    theirs.keyboard.press("p")
    opened(theirs, first)
    assert status(first) == "pending"
    theirs.locator(".desk-occupied a").click()
    expect(theirs.locator("[data-key=p]")).to_be_visible()
    # Half a reason is written here while the colleague decides: it must neither vanish nor win.
    mine.keyboard.press("r")
    mine.keyboard.press("0")
    mine.keyboard.type("请写明路口。")
    theirs.keyboard.press("p")
    expect(theirs.locator("#desk-item")).not_to_have_attribute("data-item", str(first.pk))
    expect(mine.locator("#desk-stale")).to_be_visible(timeout=SOON)
    expect(mine.locator("#words-return")).to_have_value("请写明路口。")
    mine.locator("[data-panel=r] form > button:last-child").click()
    expect(mine.locator("#desk-line .refused")).to_be_visible()
    expect(mine.locator("#desk-item-title .status.published")).to_be_visible()
    first.refresh_from_db()
    assert (first.status, first.decided_by) == ("published", colleague)


def test_leaving_the_page_lets_go_of_what_was_open(stage: Stage, enter: Enter) -> None:
    mine = enter(stage.moderator, LAPTOP)
    theirs = enter(make_moderator(stage.county, "孙审核"), LAPTOP)
    theirs.goto(stage.desk)
    mine.goto(stage.desk)
    mine.keyboard.press("j")
    opened(mine, stage.waiting[0])
    expect(theirs.locator(".desk-taken")).to_have_count(1, timeout=SOON)
    mine.goto("/desk/")
    # By itself the claim would last a minute.
    expect(theirs.locator(".desk-taken")).to_have_count(0, timeout=SOON)
    assert not Claim.objects.exists()


def test_the_queue_is_live_and_leaves_what_is_being_written_and_the_focus_alone(
    stage: Stage, enter: Enter
) -> None:
    first = stage.waiting[0]
    page = enter(stage.moderator, LAPTOP)
    page.goto(f"{stage.desk}?item={first.pk}")
    notice = page.locator("#notice-text")
    notice.fill("还有两分")
    page.locator("#new-theme").fill("新的归")
    page.locator(f"#row-{stage.waiting[1].pk}").focus()
    late = make_member(stage.county, "迟到的委员")
    make_suggestion(stage.topic, late, "晚到的一条建言。", at=timezone.now())
    expect(page.locator("#desk-queue .desk-row")).to_have_count(6, timeout=SOON)
    expect(page.locator("[data-count=waiting]")).to_have_text("6")
    expect(page.locator(f"#row-{stage.waiting[1].pk}")).to_be_focused()
    expect(notice).to_have_value("还有两分")
    expect(page.locator("#new-theme")).to_have_value("新的归")
    expect(page.locator("[data-number=here]")).to_have_text("1", timeout=SOON)

    withdraw_suggestion(
        suggestion_id=stage.waiting[4].pk, by=actor(stage.authors[4], timezone.now()), at=timezone.now()
    )
    expect(page.locator("#desk-queue .desk-row")).to_have_count(5, timeout=SOON)
    edit_suggestion(
        suggestion_id=first.pk,
        by=actor(stage.authors[0], timezone.now()),
        text="改过的话。",
        at=timezone.now(),
    )
    expect(page.locator("#desk-text")).to_have_text("改过的话。", timeout=SOON)

    page.locator("#desk-phase [value=pause]").click()
    expect(page.locator("#desk-phase [value=resume]")).to_be_visible()
    expect(notice).to_have_value("还有两分")
    notice.fill("还有两分钟。")
    page.locator("#desk-notice").get_by_role("button", name="发给全体").click()
    expect(notice).to_have_value("")
    page.locator("#desk-themes > form button").click()
    expect(page.locator(".desk-theme-name").last).to_have_text("新的归")


def test_everything_works_by_plain_forms_without_script(stage: Stage, enter: Enter) -> None:
    first, second, *_rest = stage.waiting
    page = enter(stage.moderator, PHONE, java_script_enabled=False)
    page.goto(stage.desk)
    page.locator(f"#row-{first.pk}").click()
    page.locator("[data-key=p]").click()
    opened(page, second)
    expect(page.locator("#desk-line")).to_contain_text("1")
    page.locator("[data-panel=d] summary").click()
    page.locator("[data-panel=d] [data-pick='1']").click()
    page.locator("#desk-line button").click()
    assert (status(first), status(second)) == ("published", "pending")
    page.locator(".desk-views [data-show=controls]").click()
    page.locator("#new-theme").fill("另一类")
    page.locator("#desk-themes > form button").click()
    expect(page.locator(".desk-theme-name").last).to_have_text("另一类")
    page.locator("#notice-text").fill("还有两分钟。")
    page.locator("#desk-notice").get_by_role("button", name="发给全体").click()
    page.locator("#desk-phase [value='5']").click()
    page.locator(".desk-views [data-show=queue]").click()
    page.locator("#desk-q").fill("第3条")
    page.locator(".desk-search button").click()
    expect(page.locator("#desk-queue .desk-row")).to_have_count(1)
    kinds = JournalEntry.objects.filter(topic=stage.topic).order_by("revision").values_list("kind", flat=True)
    assert list(kinds)[-6:] == ["published", "declined", "restored", "themes", "notice", "extended"]


@pytest.mark.parametrize("viewport", [PHONE, LAPTOP], ids=["phone", "laptop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(stage: Stage, enter: Enter, viewport: ViewportSize, scheme: str) -> None:
    page = enter(stage.moderator, viewport, color_scheme=scheme, bypass_csp=True, reduced_motion="reduce")
    channel, deliberation = stage.topic.deliberation.channel_id, stage.topic.deliberation_id
    for address in (
        "/desk/",
        stage.desk,
        f"{stage.desk}?item={stage.waiting[0].pk}",
        f"{stage.desk}?view=controls",
        "/prepare/",
        "/prepare/new/",
        f"/prepare/new/?channel={channel}",
        f"/prepare/new/?copy={deliberation}",
        f"/prepare/{deliberation}/",
    ):
        page.goto(address)
        for fold in page.locator("summary:visible").all():
            fold.evaluate("summary => { summary.parentElement.open = true; }")
        results = Axe().run(page)
        assert results.violations_count == 0, f"{address}\n{results.generate_report()}"
    page.goto(f"/prepare/new/?channel={channel}")
    page.locator("#prepare-save").click()
    expect(page.locator("#prepare-errors")).to_be_visible()
    # axe must not look at half a page.
    page.wait_for_load_state()
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


@pytest.fixture
def published(stage: Stage) -> Suggestion:
    """What everybody can support: number 6, much like those that wait."""
    author = make_member(stage.county, "委员己")
    text = "第1条：路口增设行人过街信号灯！"
    return make_suggestion(
        stage.topic,
        author,
        text,
        publish_by=stage.moderator,
        at=stage.topic.opens_at + dt.timedelta(minutes=9),
    )


def test_merging_is_seen_before_it_is_done_and_undone_by_a_key(
    stage: Stage, published: Suggestion, enter: Enter
) -> None:
    first, second, *_rest = stage.waiting
    page = enter(stage.moderator, LAPTOP)
    page.goto(stage.desk)
    press = page.keyboard.press
    press("j")
    opened(page, first)
    expect(page.locator(".desk-alike mark.shared").first).to_be_visible()
    key = page.locator("[data-panel=m] [data-pick]", has_text="6").first.get_attribute("data-pick")
    assert key is not None
    press("m")
    press(key)
    preview = page.locator(".desk-preview")
    expect(preview).to_be_visible()
    expect(preview.locator("button")).to_be_focused()
    press("Escape")
    expect(preview).to_have_count(0)
    opened(page, first)
    assert status(first) == "pending"
    press("m")
    press("0")
    expect(page.locator("#merge-number")).to_be_focused()
    page.keyboard.type("#6")
    press("Enter")
    expect(preview).to_be_visible()
    press("Enter")
    opened(page, second)
    expect(page.locator("#desk-line")).to_contain_text("第1号已并入第6号")
    first.refresh_from_db()
    assert (first.status, first.merged_into) == ("merged", published)
    press("z")
    expect(page.locator("#desk-line")).to_contain_text("第1号已拆出")
    assert status(first) == "pending"


def test_a_group_is_split_from_its_representative(stage: Stage, published: Suggestion, enter: Enter) -> None:
    first = stage.waiting[0]
    merge_suggestions(
        topic_id=stage.topic.pk,
        suggestion_ids=[first.pk],
        into=published.pk,
        by=actor(stage.moderator, timezone.now()),
    )
    page = enter(stage.moderator, LAPTOP)
    page.goto(f"{stage.desk}?shelf=published&item={first.pk}")
    expect(page.locator(".desk-group")).to_contain_text("已并入第6号")
    page.locator(".desk-group a").click()
    opened(page, published)
    page.keyboard.press("l")
    page.keyboard.press("1")
    expect(page.locator(".desk-group")).to_have_count(0)
    assert status(first) == "pending"


def test_several_are_marked_by_key_survive_every_redraw_and_each_is_answered(
    stage: Stage, enter: Enter
) -> None:
    first, second, third, fourth, fifth = stage.waiting
    page = enter(stage.moderator, LAPTOP)
    page.goto(stage.desk)
    press = page.keyboard.press
    press("j")
    opened(page, first)
    press("x")
    press("Shift+J")
    press("Shift+J")
    bar = page.locator("#desk-several")
    expect(bar).to_contain_text("已选3条")
    expect(page.locator(f"#mark-{third.pk}")).to_be_focused()
    colleague = make_moderator(stage.county, "孙审核")
    publish_suggestion(suggestion_id=second.pk, by=actor(colleague, timezone.now()))
    expect(page.locator("#desk-queue .desk-row")).to_have_count(4, timeout=SOON)
    expect(bar).to_contain_text("已选3条")
    expect(page.locator(f"#mark-{third.pk}")).to_be_checked()
    expect(page.locator(f"#mark-{third.pk}")).to_be_focused()
    press("r")
    press("2")
    line = page.locator("#desk-line")
    expect(line).to_contain_text("2条已退回")
    expect(line).to_contain_text("孙审核")
    expect(bar).to_be_hidden()
    opened(page, fourth)
    assert [status(one) for one in stage.waiting] == [
        "returned",
        "published",
        "returned",
        "pending",
        "pending",
    ]
    page.locator(f"#mark-{fifth.pk}").check()
    press("Enter")
    opened(page, fifth)
    press("k")
    opened(page, fourth)
    expect(bar).to_contain_text("已选1条")
    press("Escape")
    expect(bar).to_be_hidden()
    expect(page.locator(f"#mark-{fifth.pk}")).not_to_be_checked()
    press("p")
    opened(page, fifth)
    assert (status(fourth), status(fifth)) == ("published", "pending")


def test_words_for_several_are_still_there_after_a_refusal(stage: Stage, enter: Enter) -> None:
    first = stage.waiting[0]
    page = enter(stage.moderator, LAPTOP)
    page.goto(stage.desk)
    page.locator(f"#mark-{first.pk}").check()
    page.keyboard.press("r")
    page.keyboard.press("0")
    words = page.locator("#several-return-words")
    expect(words).to_be_focused()
    page.keyboard.type("写明路口。")
    publish_suggestion(
        suggestion_id=first.pk, by=actor(make_moderator(stage.county, "孙审核"), timezone.now())
    )
    page.locator("#several-r button:not([data-pick])").click()
    expect(page.locator("#desk-line")).to_contain_text("孙审核")
    expect(words).to_have_value("写明路口。")
    assert status(first) == "published"


def test_several_are_merged_by_key_and_stay_marked_until_it_is_done(
    stage: Stage, published: Suggestion, enter: Enter
) -> None:
    page = enter(stage.moderator, LAPTOP)
    page.goto(stage.desk)
    press = page.keyboard.press
    page.locator(f"#mark-{stage.waiting[0].pk}").check()
    page.locator(f"#mark-{stage.waiting[2].pk}").focus()
    press("Shift+X")
    bar = page.locator("#desk-several")
    expect(bar).to_contain_text("已选3条")
    press("m")
    page.keyboard.type("6")
    press("Enter")
    expect(page.locator(".desk-preview .desk-side-one")).to_have_count(4)
    expect(bar).to_contain_text("已选3条")
    press("m")
    expect(page.locator("#desk-line")).to_contain_text("第1号和另外2条已并入第6号")
    expect(bar).to_be_hidden()
    assert [status(one) for one in stage.waiting[:3]] == ["merged", "merged", "merged"]
    press("z")
    expect(page.locator("#desk-line")).to_contain_text("已拆出")
    assert {status(one) for one in stage.waiting} == {"pending"}


def test_two_ideas_go_back_and_another_wording_is_proposed_with_a_key_each(
    stage: Stage, enter: Enter
) -> None:
    first, second, *_rest = stage.waiting
    page = enter(stage.moderator, LAPTOP)
    page.goto(stage.desk)
    page.keyboard.press("j")
    opened(page, first)
    page.keyboard.press("s")
    opened(page, second)
    first.refresh_from_db()
    assert first.reason == "一条建言请只写一件事，请拆开后重新提交。"
    page.keyboard.press("e")
    box = page.locator("#propose-text")
    expect(box).to_be_focused()
    expect(box).to_have_value(second.text)
    box.fill("路口增设信号灯。")
    page.locator("#propose-reason").fill("更短。")
    page.keyboard.press("Enter")
    expect(page.locator(".desk-proposals")).to_contain_text("路口增设信号灯。")
    opened(page, second)
    second.refresh_from_db()
    assert second.text != "路口增设信号灯。"


def test_what_is_flagged_and_masked_is_seen_and_dealt_with_by_keys(stage: Stage, enter: Enter) -> None:
    author = make_member(stage.county, "委员己")
    masked = make_suggestion(stage.topic, author, "请联系王阿姨，电话13812345678。", at=timezone.now())
    page = enter(stage.moderator, LAPTOP)
    page.goto(f"{stage.desk}?item={masked.pk}")
    expect(page.locator("#desk-text mark.private")).to_have_text("13812345678")
    page.keyboard.press("p")
    opened(page, stage.waiting[0])
    page.locator("#shelf-published").click()
    page.locator(f"#row-{masked.pk}").click()
    opened(page, masked)
    masked.refresh_from_db()
    assert "13812345678" not in masked.public_text
    page.keyboard.press("v")
    expect(page.locator("#desk-line")).to_contain_text("照原文公开")
    masked.refresh_from_db()
    assert "13812345678" in masked.public_text
    flag_suggestion(
        suggestion_id=masked.pk, kind=FlagKind.PRIVATE, by=actor(stage.authors[0], timezone.now())
    )
    page.goto(f"{stage.desk}?shelf=flagged&item={masked.pk}")
    expect(page.locator(".desk-flags")).to_contain_text("委员甲")
    page.keyboard.press("g")
    expect(page.locator(".desk-flags")).to_have_count(0)
    expect(page.locator("#desk-queue .desk-row")).to_have_count(0)


def test_a_claim_is_renewed_only_after_a_sign_of_life(stage: Stage, enter: Enter) -> None:
    first = stage.waiting[0]
    page = enter(stage.moderator, LAPTOP)
    page.clock.install()
    page.goto(f"{stage.desk}?item={first.pk}")
    renewals: list[str] = []
    page.on("request", lambda asked: renewals.append(asked.url) if asked.url.endswith("/claim") else None)
    page.clock.run_for(70_000)
    assert renewals == []
    page.keyboard.press("Shift")
    with page.expect_response(lambda answer: answer.url.endswith("/claim")) as answer:
        page.clock.run_for(11_000)
    assert answer.value.status == 204
    page.clock.run_for(70_000)
    assert len(renewals) == 1


def test_merging_and_several_at_once_work_by_plain_forms_without_script(
    stage: Stage, published: Suggestion, enter: Enter
) -> None:
    first, second, third, fourth, _fifth = stage.waiting
    page = enter(stage.moderator, LAPTOP, java_script_enabled=False)
    page.goto(f"{stage.desk}?item={first.pk}")
    page.locator("[data-panel=m] summary").click()
    page.locator("#merge-number").fill("6")
    page.locator(".desk-number button").first.click()
    page.locator(".desk-preview button").click()
    expect(page.locator("#desk-line")).to_contain_text("第1号已并入第6号")
    opened(page, second)
    bar = page.locator("#desk-several")
    expect(bar).to_be_hidden()
    page.locator(f"#mark-{third.pk}").check()
    page.locator(f"#mark-{fourth.pk}").check()
    bar.locator("[data-many-key=p]").click()
    expect(page.locator("#desk-line")).to_contain_text("2条已发布")
    opened(page, second)
    assert [status(one) for one in stage.waiting] == [
        "merged",
        "pending",
        "published",
        "published",
        "pending",
    ]


@pytest.mark.parametrize("viewport", [PHONE, LAPTOP], ids=["phone", "laptop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_merging_marks_and_flags(
    stage: Stage, published: Suggestion, enter: Enter, viewport: ViewportSize, scheme: str
) -> None:
    first = stage.waiting[0]
    masked = make_suggestion(
        stage.topic, make_member(stage.county, "委员庚"), "请拨13812345678。", at=timezone.now()
    )
    merge_suggestions(
        topic_id=stage.topic.pk,
        suggestion_ids=[stage.waiting[1].pk],
        into=published.pk,
        by=actor(stage.moderator, timezone.now()),
    )
    page = enter(stage.moderator, viewport, color_scheme=scheme, bypass_csp=True, reduced_motion="reduce")
    for address in (
        f"{stage.desk}?item={masked.pk}",
        f"{stage.desk}?shelf=all&item={published.pk}",
        f"{stage.desk}merge?item={first.pk}&of={first.pk}&into={published.pk}",
        f"{stage.desk}?view=queue&shelf=all",
    ):
        page.goto(address)
        if "view=queue" in address:
            page.locator("[data-mark]").first.check()
        for fold in page.locator("summary:visible").all():
            fold.evaluate("summary => { summary.parentElement.open = true; }")
        results = Axe().run(page)
        assert results.violations_count == 0, f"{address}\n{results.generate_report()}"
        too_small(page)
