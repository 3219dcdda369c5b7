"""The page of versions: who may open it, what it shows, and going back."""

from __future__ import annotations

import pytest
import time_machine
from django.test import Client

from consultations.models import SummaryVersion
from jianyan.accounts.models import User
from tests.consultations.summary_scene import EDITED, Drafted, make_drafted, make_signed
from tests.jianyan.accounts.factories import make_auditor


@pytest.fixture
def drafted(db: None) -> Drafted:
    return make_drafted()


@pytest.fixture(autouse=True)
def clock() -> object:
    with time_machine.travel(EDITED, tick=False) as traveller:
        yield traveller


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def reword(drafted: Drafted, text: str) -> None:
    statement = drafted.statement(2)
    client_of(drafted.finished.secretary).post(
        f"/summaries/{drafted.summary.pk}/statements/{statement.pk}/save",
        {"text": text, "edition": str(statement.edition)},
    )


def test_the_difference_is_marked_in_words_too(drafted: Drafted) -> None:
    reword(drafted, "医院东侧两条支路改单行，路侧空间划三十分钟免费车位。")
    first = SummaryVersion.objects.get().pk
    client = client_of(drafted.finished.secretary)
    page = client.get(f"/summaries/{drafted.summary.pk}/versions/?from={first}&to=now")
    assert '<del><span class="change-mark">删</span>腾出的</del>' in page.content.decode()
    same = client.get(f"/summaries/{drafted.summary.pk}/versions/?from=now&to=now")
    assert "两个版本内容相同。" in same.content.decode()
    assert page["Cache-Control"] == "no-store"
    for address in ("?from=404&to=now", f"?from={first}&to=9999"):
        assert client.get(f"/summaries/{drafted.summary.pk}/versions/{address}").status_code == 404
    alone = client.get(f"/summaries/{drafted.summary.pk}/versions/?from=x&to=now")
    assert alone.context["comparison"] is None


def test_a_version_is_restored_once_and_only_as_it_was_seen(drafted: Drafted) -> None:
    reword(drafted, "改写了。")
    version = SummaryVersion.objects.get().pk
    client = client_of(drafted.finished.secretary)
    address = f"/summaries/{drafted.summary.pk}/versions/{version}/restore"
    refused = client.post(address, {"edition": "1"}, follow=True)
    (message,) = refused.context["messages"]
    assert message.message == "其间已有他人改动。请看过新的文字后再保存。"
    assert drafted.statement(2).text == "改写了。"
    done = client.post(address, {"edition": "2"}, follow=True)
    assert "已恢复该版本。" in done.content.decode()
    assert drafted.statement(2).text == "医院东侧两条支路改单行，腾出的路侧空间划三十分钟免费车位。"
    assert client.post(f"/summaries/{drafted.summary.pk}/versions/404/restore").status_code == 303


def test_versions_are_for_secretaries_alone(drafted: Drafted) -> None:
    address = f"/summaries/{drafted.summary.pk}/versions/"
    finished = drafted.finished
    others = (finished.members[0], finished.moderator, make_auditor(finished.county))
    for user in others:
        assert client_of(user).get(address).status_code == 403
    assert Client().get(address)["Location"].startswith("/accounts/login/")
    make_signed(drafted)
    for user in others:
        assert client_of(user).get(address).status_code == 403
    assert Client().get(address)["Location"].startswith("/accounts/login/")
    page = client_of(finished.secretary).get(address).content.decode()
    assert "签发" in page
    assert "/restore" not in page
