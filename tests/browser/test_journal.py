"""The public journal, verified in real Chromium: with the browser's own hash, and with the page's where there is none."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, Page, Route, expect

from consultations.actions.topics import close_topic
from consultations.actions.votes import Ballot, cast_votes
from consultations.models import JournalEntry, Suggestion, Topic
from tests import servers
from tests.consultations.actions.test_merging import Group
from tests.consultations.factories import MINUTE, actor, make_suggestion, make_topic
from tests.jianyan.accounts.factories import make_county, make_member, make_moderator
from tests.jianyan.commands.test_journal import regrouped
from tests.servers import Site

SOON = 30_000
# What JSON writes in several ways.
ODD = '/ \\ " \b\f\n\r\t \x01\x1f \x7f \x85 \u2028 \ufeff é 😀'
INTRANET = "http://intranet.example"
"""A name of the site that is neither https nor the machine itself: no secure context."""


@pytest.fixture
def topic(site: Site) -> Topic:
    return make_closed()


def make_closed(**fields: str) -> Topic:
    """Two ideas, three votes of which one was taken back; closed, after nine entries."""
    county = make_county()
    moderator, member = make_moderator(county), make_member(county, "罗小满")
    topic = make_topic(county, opens_at=timezone.now() - 30 * MINUTE, **fields)
    ideas = [
        make_suggestion(topic, make_member(county), text, publish_by=moderator)
        for text in ("机关车位夜间开放。\n“七点”前\t开走 <b>&amp;\\ 😀", "医院周边限时停放。")
    ]
    for idea, choice in ((0, "support"), (1, "support"), (1, None)):
        ballots = [Ballot(actor(member), ideas[idea].pk, choice)]
        assert cast_votes(topic_id=topic.pk, ballots=ballots, at=timezone.now()).refusals == {}
    close_topic(topic_id=topic.pk, by=actor(moderator), at=timezone.now())
    return Topic.objects.get(pk=topic.pk)


def verify(page: Page, topic: Topic, site: str = "") -> None:
    page.goto(f"{site}/topics/{topic.pk}/journal/")
    page.locator("#check button").click()


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Page]:
    context = browser.new_context(locale="zh-CN", base_url=site.url)
    yield context.new_page()
    context.close()


@contextmanager
def on_the_intranet(browser: Browser) -> Iterator[Page]:
    """A page in a browser to which the site is `INTRANET`."""
    other = browser.browser_type.launch(
        executable_path=servers.chromium(),
        args=["--no-sandbox", "--host-resolver-rules=MAP intranet.example 127.0.0.1"],
    )
    try:
        yield other.new_page(locale="zh-CN")
    finally:
        other.close()


def holds(page: Page, topic: Topic, *, own: bool) -> None:
    said = page.locator("#check .notice.success")
    expect(said).to_contain_text(f"全部 {topic.revision} 条日志校验无误", timeout=SOON)
    expect(said).to_contain_text("有效附议共 1 次")
    head = f"sm3:{topic.head}" if topic.hash_algorithm == "sm3" else topic.head
    expect(said).to_contain_text(head)
    expect(page.locator("#check .check-hash")).to_contain_text("本页自带" if own else "浏览器自带")
    expect(page.locator("#check button")).to_be_enabled()


def test_a_sound_journal_holds_by_the_browsers_own_hash(visit: Page, topic: Topic) -> None:
    verify(visit, topic)
    holds(visit, topic, own=False)


def test_merged_suggestions_are_counted_together(visit: Page, site: Site) -> None:
    group = Group(
        opens_at=timezone.now() - 30 * MINUTE,
        at=timezone.now() - 20 * MINUTE,
        closes_at=timezone.now() + 30 * MINUTE,
    )
    regrouped(group)
    verify(visit, group.topic)
    expect(visit.locator("#check .notice.success")).to_be_visible(timeout=SOON)
    merged = JournalEntry.objects.filter(topic=group.topic, kind="merged").last()
    assert merged is not None
    wrong = merged.payload | {"tallies": [[group.ideas[0], 9, 0, 0]]}
    rechain(group.topic, merged.revision, wrong, "merged")
    visit.locator("#check button").click()
    expect(visit.locator("#check .notice.error")).to_contain_text(
        f"第 {merged.revision} 条日志", timeout=SOON
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_a_verdict(
    browser: Browser, site: Site, topic: Topic, scheme: Literal["light", "dark"]
) -> None:
    context = browser.new_context(
        locale="zh-CN",
        base_url=site.url,
        bypass_csp=True,
        viewport={"width": 390, "height": 844},
        color_scheme=scheme,
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(f"/topics/{topic.pk}/journal/")
    page.locator("button[name=size]").first.click()
    expect(page.locator("html")).to_have_attribute("data-size", "large")
    for changed, verdict in ((topic.head, "success"), ("0" * 64, "error")):
        Topic.objects.filter(pk=topic.pk).update(head=changed)
        verify(page, topic)
        expect(page.locator(f"#check .notice.{verdict}")).to_be_visible(timeout=SOON)
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()
        assert page.evaluate("document.scrollingElement.scrollWidth - window.innerWidth") <= 0
    context.close()


def test_a_sound_journal_holds_where_the_browser_offers_no_hash(
    browser: Browser, site: Site, topic: Topic
) -> None:
    with on_the_intranet(browser) as page:
        verify(page, topic, f"{INTRANET}:{site.port}")
        assert page.evaluate("[isSecureContext, crypto.subtle === undefined]") == [False, True]
        holds(page, topic, own=True)
        JournalEntry.objects.filter(topic=topic, revision=6).update(kind="themes")
        page.locator("#check button").click()
        expect(page.locator("#check .notice.error")).to_have_text(
            "第 6 条日志已被改动：哈希值与内容不符。", timeout=SOON
        )


def test_a_journal_of_sm3_holds_and_its_first_changed_entry_is_named(visit: Page, site: Site) -> None:
    sm3 = make_closed(hash_algorithm="sm3")
    verify(visit, sm3)
    holds(visit, sm3, own=True)
    entry = JournalEntry.objects.get(topic=sm3, revision=3)
    JournalEntry.objects.filter(pk=entry.pk).update(payload={**entry.payload, "number": 3})
    visit.locator("#check button").click()
    expect(visit.locator("#check .notice.error")).to_contain_text("第 3 条日志已被改动", timeout=SOON)


def test_what_does_not_hold_is_named(visit: Page, topic: Topic) -> None:
    error = visit.locator("#check .notice.error")
    rows = JournalEntry.objects.filter(topic=topic)

    def said(sentence: str) -> None:
        verify(visit, topic)
        expect(error).to_have_text(sentence, timeout=SOON)

    # From the last to the first: what was broken before is named before.
    Suggestion.objects.filter(topic=topic, number=2).update(support=9)
    said("第 2 号建言：本站显示的附议数与日志清点结果不一致。")
    Topic.objects.filter(pk=topic.pk).update(head="0" * 64)
    said(f"第 {topic.revision} 条日志的哈希值与本页显示的最新哈希不符。")
    rechain(topic, 7, {"votes": [], "tallies": [[1, 5, 0, 0]]})
    said("第 7 条日志所记的附议数与此前的附议记录之和不符。")
    for revision in (6, 5):
        entry = rows.get(revision=revision)
        rows.filter(pk=entry.pk).update(at=entry.at + MINUTE)
        said(f"第 {revision} 条日志已被改动：哈希值与内容不符。")
    rows.get(revision=4).delete()
    said("缺少第 4 条日志。")


def rechain(topic: Topic, revision: int, payload: object, kind: str = "votes") -> None:
    """Give an entry another content, and it and all that follow the hashes that fit, as a forger would."""
    from consultations.journal import entry_hash

    previous = JournalEntry.objects.get(topic=topic, revision=revision - 1).hash
    for entry in JournalEntry.objects.filter(topic=topic, revision__gte=revision).order_by("revision"):
        if entry.revision == revision:
            entry.payload = payload
            entry.kind = kind
        previous = entry.hash = entry_hash(
            previous, entry.revision, entry.at, entry.kind, entry.payload, algorithm="sha256"
        )
        entry.save()


def test_a_download_that_breaks_off_is_no_proof_of_anything(visit: Page, topic: Topic) -> None:
    def cut(route: Route) -> None:
        body = route.fetch().text()
        route.fulfill(status=200, content_type="application/x-ndjson", body=body[:-40])

    visit.route("**/journal.jsonl**", cut)
    verify(visit, topic)
    error = visit.locator("#check .notice.error")
    expect(error).to_have_text("日志未能完整读取，请重试。", timeout=SOON)
    visit.unroute_all()
    visit.route("**/journal.jsonl**", lambda route: route.abort())
    visit.locator("#check button").click()
    expect(error).to_have_text("日志未能完整读取，请重试。", timeout=SOON)


def test_a_topic_that_goes_on_is_verified_up_to_what_is_shown(visit: Page, site: Site) -> None:
    county = make_county()
    topic = make_topic(county, opens_at=timezone.now() - 10 * MINUTE)
    idea = make_suggestion(topic, make_member(county), publish_by=make_moderator(county))
    voters = [make_member(county, f"委员{number}") for number in range(3)]

    def go_on(route: Route) -> None:
        """Between the download and the comparison somebody votes."""
        if voters:
            ballots = [Ballot(actor(voters.pop()), idea.pk, "support")]
            assert cast_votes(topic_id=topic.pk, ballots=ballots, at=timezone.now()).refusals == {}
        route.continue_()

    visit.route("**/state", go_on)
    verify(visit, topic)
    expect(visit.locator("#check .notice.success")).to_contain_text("有效附议共 1 次", timeout=SOON)


def test_the_pages_own_hashes_are_those_of_the_standards(visit: Page, site: Site) -> None:
    visit.goto("/")
    # The lengths at which a message needs another block.
    messages = [
        "",
        "abc",
        "abcd" * 16,
        *("一" * n + "a" * (n % 3) for n in (18, 21, 40)),
        *("x" * n for n in range(54, 66)),
    ]
    found = visit.evaluate(
        """async ([address, messages]) => {
            const { sha256, sm3 } = await import(address);
            const utf8 = new TextEncoder();
            return messages.map((message) => [sha256(utf8.encode(message)), sm3(utf8.encode(message))]);
        }""",
        [f"{site.url}/static/consultations/journal/hashes.js", messages],
    )
    # GB/T 32905-2016, appendix A.
    assert found[1][1] == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert found[2][1] == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"
    assert found == [
        [hashlib.sha256(message.encode()).hexdigest(), hashlib.new("sm3", message.encode()).hexdigest()]
        for message in messages
    ]


def test_the_page_is_alive_meanwhile_and_says_how_far_it_is(visit: Page, topic: Topic) -> None:
    """A long journal: between two spells of work the page hears its timers, and shows what is done."""
    lines = lengthened(topic, 20_000)
    visit.route(
        "**/journal.jsonl**",
        lambda route: route.fulfill(status=200, content_type="application/x-ndjson", body=lines),
    )
    visit.goto(f"/topics/{topic.pk}/journal/")
    seen, said = visit.evaluate(
        """async () => {
            const button = document.querySelector("#check button");
            const progress = document.querySelector("#check progress");
            const seen = new Set();
            button.click();
            while (button.disabled) {
                await new Promise((done) => setTimeout(done));
                seen.add(progress.value);
            }
            return [[...seen], document.querySelector("#check [role=status]").textContent];
        }"""
    )
    assert [done for done in seen if 0 < done < 20_000]
    assert seen == sorted(seen)
    assert "全部 20000 条" in said


def lengthened(topic: Topic, entries: int) -> str:
    """A journal that goes on after that of the topic, in notices."""
    from consultations.queries.journal_export import journal_lines

    lines = list(journal_lines(topic.pk))
    previous = topic.head
    for revision in range(len(lines) + 1, entries + 1):
        entry = {
            "at": "2026-03-05T12:00:00.000000Z",
            "kind": "notice",
            "payload": {"level": "info", "text": "请大家抓紧时间。" * 10 + ODD},
            "revision": revision,
        }
        text = json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        previous = hashlib.sha256((previous + text).encode()).hexdigest()
        lines.append(json.dumps(entry | {"hash": previous}, ensure_ascii=False))
    return "".join(f"{line}\n" for line in lines)
