"""Notifications in Chromium: the count comes by itself, the pages are right on every screen, and need no script."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, ViewportSize, expect

from consultations.actions.merging import merge_suggestions
from consultations.actions.moderation import hide_suggestion, publish_suggestion, return_suggestion
from consultations.actions.topics import close_topic
from consultations.actions.votes import Ballot, cast_votes
from consultations.enums import News
from consultations.models import Notification, NotificationChoice
from jianyan.accounts.models import User
from tests import servers
from tests.browser.test_pages import LAPTOP, LONG_NAME, PHONE, ZALGO, entered, inspect, open_topic
from tests.conftest import database_url
from tests.consultations.factories import actor, make_suggestion
from tests.jianyan.accounts.factories import make_county, make_member, make_moderator
from tests.servers import Site

pytestmark = pytest.mark.django_db(transaction=True)
SOON = 15_000
"""Milliseconds: the site hears of what another process has committed within two seconds."""


class Hall:
    """A live topic, a moderator, and a member whose idea waits."""

    def __init__(self) -> None:
        self.county = make_county()
        self.moderator = make_moderator(self.county)
        self.member = make_member(self.county, LONG_NAME)
        self.topic = open_topic(self.county, "破解老城区停车难")
        self.waiting = make_suggestion(self.topic, self.member, at=timezone.now())

    def publish(self) -> None:
        publish_suggestion(suggestion_id=self.waiting.pk, by=actor(self.moderator), at=timezone.now())

    def have_much_happen(self) -> None:
        """To the member: published, merged, hidden, returned for a long reason, closed."""
        by, now = actor(self.moderator), timezone.now()
        self.publish()
        other = make_suggestion(
            self.topic, make_member(self.county, "甲委员"), ZALGO, publish_by=self.moderator, at=now
        )
        third = make_suggestion(
            self.topic,
            make_member(self.county, "乙委员"),
            "增设夜间公交。",
            publish_by=self.moderator,
            at=now,
        )
        ballot = Ballot(actor(self.member), other.pk, "support")
        cast_votes(topic_id=self.topic.pk, ballots=[ballot], at=now)
        merge_suggestions(topic_id=self.topic.pk, suggestion_ids=[other.pk], into=third.pk, by=by, at=now)
        hide_suggestion(suggestion_id=self.waiting.pk, reason="请先核实" * 40, by=by, at=now)
        elsewhere = make_suggestion(
            open_topic(self.county, "一个标题特别特别长的议题" * 4), self.member, at=now
        )
        return_suggestion(suggestion_id=elsewhere.pk, reason="请只写一件事。", by=by, at=now)
        close_topic(topic_id=self.topic.pk, by=by, at=now)


@pytest.fixture
def mailing_site(transactional_db: None, tmp_path: Path) -> Iterator[Site]:
    """A site with a way out for mail, so that its settings offer it."""
    variables = {
        "EMAIL_URL": "smtp://127.0.0.1:1",
        "EMAIL_FROM": "jianyan@county.example",
        "SITE_URL": "https://jianyan.example",
    }
    with servers.site(
        tmp_path / "site", port=None, JIANYAN_ENV="test", DATABASE_URL=database_url(), **variables
    ) as running:
        yield running


def test_what_happens_to_ones_idea_is_counted_while_one_looks(browser: Browser, site: Site) -> None:
    hall = Hall()
    with entered(browser, site, hall.member, viewport=PHONE) as page:
        page.goto(f"/topics/{hall.topic.pk}/")
        # The socket has said who is here: from now on news arrives over it.
        expect(page.locator("#here")).not_to_have_text("0")
        expect(page.locator(".bell-new")).to_be_hidden()
        hall.publish()
        expect(page.locator(".bell-count")).to_have_text("1", timeout=SOON)
        page.locator(".bell").click()
        expect(page.locator(".told-one.new")).to_contain_text("您的第1条建言已发布。")
        expect(page.locator(".bell-new")).to_be_hidden()
        page.get_by_role("link", name="您的第1条建言已发布。").click()
        expect(page.locator(f"#s{hall.waiting.pk}")).to_be_in_viewport()


@pytest.mark.parametrize(
    ("viewport", "look"),
    [(PHONE, "light"), (PHONE, "dark"), (PHONE, "large"), (LAPTOP, "light"), (LAPTOP, "dark")],
    ids=["phone", "phone-dark", "phone-large", "laptop", "laptop-dark"],
)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    browser: Browser, mailing_site: Site, viewport: ViewportSize, look: str
) -> None:
    hall = Hall()
    hall.have_much_happen()
    User.objects.filter(pk=hall.member.pk).update(email=f"{'a' * 60}@county.example")
    scheme = "dark" if look == "dark" else "light"
    with entered(browser, mailing_site, hall.member, viewport=viewport, color_scheme=scheme) as page:
        if look == "large":
            page.context.add_cookies([{"name": "jianyan_size", "value": "large", "url": mailing_site.url}])
        inspect(page, "/")
        expect(page.locator(".bell-count")).to_have_text("5")
        inspect(page, "/notifications/")
        expect(page.locator(".told-one")).to_have_count(5)
        inspect(page, "/notifications/settings")
        expect(page.locator("input[name=mailed]")).to_have_count(len(News))
        assert small(page) == []


def small(page: Page) -> list[str]:
    """What is to be hit with a finger and is lower than a finger."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("main button, main .way, main .button, main label")]
            .filter((one) => one.getBoundingClientRect().height < 44)
            .map((one) => one.outerHTML.slice(0, 80))"""
    )
    return found


def test_everything_works_without_a_script(browser: Browser, site: Site) -> None:
    hall = Hall()
    hall.have_much_happen()
    with entered(browser, site, hall.member, viewport=PHONE, java_script_enabled=False) as page:
        page.goto("/")
        expect(page.locator(".bell-count")).to_have_text("5")
        page.locator(".bell").click()
        expect(page.locator(".told-one.new")).to_have_count(5)
        Notification.objects.update(read_at=None)
        page.goto("/notifications/settings")
        page.get_by_role("checkbox", name="我的建言停止公开").uncheck()
        page.get_by_role("button", name="保存").click()
        expect(page.locator(".notice.success")).to_have_text("已保存。")
        expect(page.get_by_role("checkbox", name="我的建言停止公开")).not_to_be_checked()
    assert NotificationChoice.objects.get(user=hall.member).off == ["hidden"]
