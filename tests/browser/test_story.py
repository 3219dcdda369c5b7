"""The whole story, from one idea to the signed file's draft, with real browsers at once; and once more without script.

On SQLite one process tells it; on PostgreSQL it is told through all that a large site has (tests/deploy/test_nginx.py).
"""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from docx import Document
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect
from pytest_django import Settings

from consultations.actions.suggestions import post_suggestion
from consultations.actions.themes import create_theme
from consultations.actions.topics import announce_topic
from consultations.models import JournalEntry, Suggestion, Topic, Vote
from jianyan.accounts.models import User
from tests.conftest import database_url
from tests.consultations.factories import actor, make_topic
from tests.deploy.production import meet_production, production
from tests.jianyan.accounts.factories import (
    PASSWORD,
    County,
    make_county,
    make_member,
    make_moderator,
    make_secretary,
)

IDEA = "机关大院的停车位晚上六点后向周边居民开放，早上七点半前开走。"
OTHER = "医院东侧两条支路改单行，腾出路侧空间划三十分钟车位。"
THEME = "错时共享"
PHONE: ViewportSize = {"width": 390, "height": 844}
LAPTOP: ViewportSize = {"width": 1440, "height": 900}


@pytest.fixture
def address(request: pytest.FixtureRequest, tmp_path: Path, settings: Settings) -> Iterator[str]:
    """Where the site is: one process, or on PostgreSQL nginx with TLS, two workers and Redis."""
    if connection.vendor != "postgresql":
        yield request.getfixturevalue("site").url
        return
    request.getfixturevalue("transactional_db")
    meet_production(settings)
    redis_url = request.getfixturevalue("redis_url")
    with production(tmp_path / "site", database_url=database_url(), redis_url=redis_url) as running:
        yield running.url


@dataclass
class Cast:
    """The people of the story, each in a browser context of their own."""

    county: County
    author: User
    supporter: User
    moderator: User
    secretary: User
    a: Page
    b: Page
    desk: Page
    office: Page


@contextmanager
def cast(browser: Browser, address: str, **options: Any) -> Iterator[Cast]:
    county = make_county()
    people = {
        "author": make_member(county, "林栖云"),
        "supporter": make_member(county, "罗小满", sector=county.sectors[1]),
        "moderator": make_moderator(county),
        "secretary": make_secretary(county),
    }
    with ExitStack() as contexts:

        def enter(user: User, viewport: ViewportSize) -> Page:
            context: BrowserContext = browser.new_context(
                locale="zh-CN", viewport=viewport, base_url=address, ignore_https_errors=True, **options
            )
            contexts.callback(context.close)
            page = context.new_page()
            page.goto("/accounts/login/")
            page.fill("input[name=login]", user.phone or user.username)
            page.fill("input[name=password]", PASSWORD)
            page.locator("form.account-form button[type=submit]").click()
            expect(page.locator("form[action='/accounts/logout/']")).to_be_attached()
            return page

        yield Cast(
            county=county,
            **people,
            a=enter(people["author"], PHONE),
            b=enter(people["supporter"], PHONE),
            desk=enter(people["moderator"], LAPTOP),
            office=enter(people["secretary"], LAPTOP),
        )


def live_topic(story: Cast, *, seconds: int) -> Topic:
    """A topic that opens now and closes by itself; one theme, and one idea of somebody else's under review."""
    now = timezone.now()
    topic = make_topic(
        story.county, opens_at=now, closes_at=now + dt.timedelta(seconds=seconds), announced_at=None
    )
    announce_topic(topic_id=topic.pk, by=actor(story.moderator, now), at=now)
    create_theme(topic_id=topic.pk, name=THEME, by=actor(story.moderator, now), at=now)
    third = make_member(story.county, "顾南枝", sector=story.county.sectors[2])
    post_suggestion(
        topic_id=topic.pk,
        by=actor(third, now),
        text=OTHER,
        client_ref="6f9a3c5e-7d8b-4f1a-9c2d-0e1f2a3b4c5d",
        at=timezone.now(),
    )
    return topic


def export(page: Page, directory: Path, deliberation_id: int, summary_id: int) -> Any:
    """The Word file as the secretary downloads it."""
    answer = page.request.get(f"/summaries/{summary_id}/export/docx/")
    assert answer.ok, answer.status
    (directory / "summary.docx").write_bytes(answer.body())
    return Document(io.BytesIO(answer.body()))


def words_of(document: Any) -> str:
    tables = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + tables)


def row(page: Page, suggestion: Suggestion) -> Any:
    return page.locator(f"#s{suggestion.pk}")


@pytest.mark.django_db(transaction=True)
def test_one_idea_from_the_phone_to_the_word_file(browser: Browser, address: str, tmp_path: Path) -> None:
    with cast(browser, address) as story:
        topic = live_topic(story, seconds=50)
        for page in (story.a, story.b):
            page.goto(f"/topics/{topic.pk}/")
        story.desk.goto(f"/desk/{topic.pk}/?open=next")

        # A writes an idea on the phone.
        story.a.fill("#text", IDEA)
        story.a.click("#write button")
        expect(story.a.locator(".own .status")).to_have_text("待审核")
        idea = Suggestion.objects.get(text=IDEA)
        other = Suggestion.objects.get(text=OTHER)

        # The moderator publishes both by key, and puts A's under a theme.
        expect(story.desk.locator("#desk-text")).to_have_text(OTHER)
        story.desk.keyboard.press("p")
        expect(story.desk.locator("#desk-text")).to_have_text(IDEA)
        story.desk.keyboard.press("t")
        story.desk.keyboard.press("1")
        expect(story.desk.locator(".desk-panel[data-panel=t] summary")).to_contain_text(THEME)
        story.desk.keyboard.press("p")

        # B sees it without loading the page again, and supports it; A sees the count move.
        fresh = story.b.locator("#fresh")
        expect(row(story.b, idea).or_(fresh).first).to_be_visible()
        if fresh.is_visible():
            fresh.click()
        expect(row(story.b, idea)).to_contain_text(IDEA)
        expect(row(story.b, idea)).to_contain_text(THEME)
        expect(story.a.locator(".own .status")).to_have_text("已发布")
        row(story.b, idea).locator("button[data-choice=support]").click()
        expect(row(story.b, idea).locator("button")).to_have_attribute("aria-pressed", "true")
        if story.a.locator("#fresh").is_visible():
            story.a.locator("#fresh").click()
        expect(row(story.a, idea).locator(".stand-count")).to_have_text("1")

        # B goes offline, votes, comes back: the vote is there, once.
        story.b.context.set_offline(True)
        expect(story.b.locator("#connection")).to_be_visible()
        row(story.b, other).locator("button[data-choice=support]").click()
        expect(row(story.b, other).locator("button")).to_have_class("button stand-button pending")
        assert not Vote.objects.filter(suggestion=other).exists()
        story.b.context.set_offline(False)
        expect(row(story.b, other).locator("button")).to_have_class("button stand-button")
        expect(row(story.a, other).locator(".stand-count")).to_have_text("1")
        assert Vote.objects.filter(suggestion=other, choice="support").count() == 1
        other.refresh_from_db()
        assert other.support == 1

        # The topic closes at its second, by itself, and refuses a late vote.
        assert timezone.now() < topic.closes_at, "the story was told too slowly for its topic"
        expect(story.b.locator("#phase")).to_have_text("已结束", timeout=60_000)
        assert timezone.now() >= topic.closes_at
        expect(row(story.b, other).locator("button")).to_be_disabled()
        assert late_vote(story.b, topic, idea) == (409, "voting_closed")
        topic.refresh_from_db()
        last = JournalEntry.objects.filter(topic=topic).latest("revision")
        assert last.payload["tallies"] == [[other.pk, 1, 0, 0], [idea.pk, 1, 0, 0]]

        # The secretary freezes and exports; the file holds the idea, its number, its theme, its support.
        summary_id = freeze(story.office, topic)
        document = export(story.office, tmp_path, topic.deliberation_id, summary_id)
        check_document(document)


def late_vote(page: Page, topic: Topic, suggestion: Suggestion) -> tuple[int, str]:
    """What the server answers to a vote that the page would no longer send."""
    answer = page.evaluate(
        """async ([url, body]) => {
            const csrf = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
            const headers = {"Content-Type": "application/json", "X-CSRFToken": csrf};
            const answer = await fetch(url, {method: "POST", headers, body});
            return [answer.status, (await answer.json()).code];
        }""",
        [
            f"/topics/{topic.pk}/votes",
            json.dumps({"ref": "late", "suggestion": suggestion.pk, "choice": None}),
        ],
    )
    return answer[0], answer[1]


def freeze(page: Page, topic: Topic) -> int:
    page.goto(f"/deliberations/{topic.deliberation_id}/")
    page.locator("form[action$='/freeze/'] button").click()
    expect(page.locator("main")).to_contain_text(IDEA)
    summary = topic.deliberation.summaries.get()
    return int(summary.pk)


def check_document(document: Any) -> None:
    text = words_of(document)
    assert IDEA.rstrip("。") in text
    assert THEME in text
    table = next(
        table for table in document.tables if IDEA in "\n".join(c.text for r in table.rows for c in r.cells)
    )
    cells = next(
        [cell.text for cell in line.cells] for line in table.rows if IDEA in [c.text for c in line.cells]
    )
    assert "2" in cells
    assert THEME in cells
    assert "1" in cells
    assert "林栖云" in "\n".join(cells)


@pytest.mark.django_db(transaction=True)
def test_the_same_story_without_a_script(browser: Browser, address: str, tmp_path: Path) -> None:
    with cast(browser, address, java_script_enabled=False) as story:
        topic = live_topic(story, seconds=45)
        story.a.goto(f"/topics/{topic.pk}/")
        story.a.fill("#text", IDEA)
        story.a.click("#write button")
        expect(story.a.locator(".own .status")).to_have_text("待审核")
        idea = Suggestion.objects.get(text=IDEA)

        # A second idea is refused in words, wherever the form comes from.
        token = story.a.locator("#write input[name=csrfmiddlewaretoken]").get_attribute("value")
        again = story.a.request.post(
            f"/topics/{topic.pk}/suggestions",
            form={
                "csrfmiddlewaretoken": token or "",
                "text": "第二条",
                "ref": "6f9a3c5e-7d8b-4f1a-9c2d-000000000000",
            },
        )
        assert "每人一条" in again.text()

        story.desk.goto(f"/desk/{topic.pk}/?open=next")
        expect(story.desk.locator("#desk-text")).to_have_text(OTHER)
        story.desk.locator("button[value=publish]").click()
        story.desk.goto(f"/desk/{topic.pk}/?open=next")
        expect(story.desk.locator("#desk-text")).to_have_text(IDEA)
        story.desk.locator(".desk-panel[data-panel=t] summary").click()
        story.desk.locator(".desk-panel[data-panel=t] button[data-pick='1']").click()
        expect(story.desk.locator(".desk-panel[data-panel=t] summary")).to_contain_text(THEME)
        story.desk.locator("button[value=publish]").click()
        expect(story.desk.locator("#desk-line")).to_contain_text("2")

        story.b.goto(f"/topics/{topic.pk}/")
        row(story.b, idea).locator("button").click()
        expect(row(story.b, idea).locator("button")).to_have_attribute("aria-pressed", "true")
        story.a.goto(f"/topics/{topic.pk}/")
        expect(row(story.a, idea).locator(".stand-count")).to_have_text("1")
        expect(story.a.locator(".own .status")).to_have_text("已发布")
        assert Vote.objects.filter(suggestion=idea, choice="support").count() == 1

        # A form that was open when the topic closed is refused and leaves no trace.
        assert timezone.now() < topic.closes_at, "the story was told too slowly for its topic"
        form = row(story.b, idea)
        wait_until_closed(story.b, topic)
        form.locator("button").click()
        expect(story.b.locator(".notice.error")).to_contain_text("附议已经结束")
        expect(story.b.locator("#phase")).to_have_text("已结束")
        assert Vote.objects.get(suggestion=idea).choice == "support"

        summary_id = freeze(story.office, topic)
        check_document(export(story.office, tmp_path, topic.deliberation_id, summary_id))


def wait_until_closed(page: Page, topic: Topic) -> None:
    """Let the browser idle until the server's clock has passed the closing."""
    while timezone.now() < topic.closes_at:
        page.wait_for_timeout(200)
