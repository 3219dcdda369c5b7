"""The search page: its fields, its filters, and what it shows of hostile texts."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from consultations.models import SearchEntry
from consultations.pace import Limit
from tests.consultations.conftest import Scene
from tests.consultations.factories import make_suggestion
from tests.consultations.views.looking import look, text_of


def test_the_search_finds_topics_and_public_suggestions_and_nothing_else(scene: Scene) -> None:
    make_suggestion(scene.topic, scene.member, "车位还没有审核。")
    found = text_of(look("/search/", q="车位"))
    assert "机关单位 车位 晚六点" in found
    assert "车位还没有审核" not in found
    assert "没有找到" in text_of(look("/search/", q="航天飞机"))
    assert look("/search/", q="\x00<script>" * 50).status_code == 200


def test_what_was_looked_for_is_marked_and_markup_stays_text(scene: Scene) -> None:
    make_suggestion(
        scene.topic, scene.member, "<img src=x onerror=alert(1)>车位太少。", publish_by=scene.moderator
    )
    page = look("/search/", q="车位").content.decode()
    assert "<mark>车位</mark>太少" in page
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


def test_the_search_of_the_first_page_leads_here(scene: Scene) -> None:
    assert 'action="/search/"' in look("/").content.decode()


def test_an_empty_search_asks_for_words_and_makes_no_entry(scene: Scene) -> None:
    page = text_of(look("/search/"))
    assert "没有找到" not in page
    assert not SearchEntry.objects.exists()


@pytest.mark.parametrize(
    "query",
    [{"kind": "none"}, {"year": "0"}, {"year": "99999"}, {"body": "x"}, {"page": "-1"}, {"page": "9" * 30}],
)
def test_fields_that_say_nothing_restrict_nothing(scene: Scene, query: dict[str, Any]) -> None:
    assert "机关单位 车位" in text_of(look("/search/", q="车位", **query))


def test_kinds_and_years_can_be_chosen_and_keep_the_words(scene: Scene) -> None:
    page = look("/search/", q="车位").content.decode()
    assert "?q=%E8%BD%A6%E4%BD%8D&amp;kind=suggestion" in page
    chosen = look("/search/", q="车位", kind="topic").content.decode()
    assert 'aria-current="true">议题' in chosen
    assert "机关单位<mark>" not in chosen


def test_posting_to_it_is_refused(db: None) -> None:
    assert Client().post("/search/").status_code == 405


def test_whoever_asks_without_end_is_asked_to_wait(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    # All tests ask in the same window of their frozen clock.
    cache.clear()
    monkeypatch.setattr("consultations.views.search.SEARCHING", Limit("search", per_user=2, per_address=2))
    assert [look("/search/", q="车位").status_code for _turn in range(3)] == [200, 200, 429]
