"""The Atom feeds: the latest that is public, with addresses that lead there."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from defusedxml import ElementTree
from django.test import Client

from consultations.enums import Level, OutcomeKind, Visibility
from consultations.models import Deliberation, Outcome, OutcomeCover
from tests.consultations.conftest import Scene
from tests.consultations.factories import HOUR, NOON, make_topic

ATOM = "{http://www.w3.org/2005/Atom}"


def read(path: str, **headers: str) -> Any:
    """The answer an hour after the scene."""
    with time_machine.travel(NOON + HOUR, tick=False):
        return Client().get(path, headers=headers)


def entries(path: str) -> list[dict[str, Any]]:
    """title, id, link and author of each."""
    answer = read(path)
    assert answer["Content-Type"].startswith("application/atom+xml")
    found = []
    for entry in ElementTree.fromstring(answer.content).findall(f"{ATOM}entry"):
        link = entry.find(f"{ATOM}link")
        assert link is not None
        found.append(
            {
                "title": entry.findtext(f"{ATOM}title"),
                "id": entry.findtext(f"{ATOM}id"),
                "link": link.get("href"),
                "by": entry.findtext(f"{ATOM}author/{ATOM}name"),
            }
        )
    return found


def test_deliberations_are_told_of_as_they_are_announced(scene: Scene) -> None:
    Deliberation.objects.update(title="停车难网络议政")
    make_topic(scene.county, "草稿", announced_at=None)
    (entry,) = entries("/feeds/deliberations.atom")
    assert entry["title"] == "停车难网络议政"
    assert entry["link"] == entry["id"]
    assert entry["link"].endswith(f"/deliberations/{scene.topic.deliberation_id}/")
    assert entry["link"].startswith("http")
    Deliberation.objects.update(visibility=Visibility.MEMBERS)
    assert entries("/feeds/deliberations.atom") == []


def test_outcomes_are_told_of_with_whose_they_are(scene: Scene) -> None:
    outcome = Outcome.objects.create(
        body=scene.county.committee,
        kind=OutcomeKind.ADOPTED,
        level=Level.COUNTY,
        date=NOON.date(),
        words="错时开放 <写入> 年度民生实事",
        entered_by=scene.moderator,
        entered_at=NOON,
    )
    OutcomeCover.objects.create(outcome=outcome, suggestion=scene.suggestion)
    (entry,) = entries("/feeds/outcomes.atom")
    assert entry["title"] == outcome.words
    assert entry["by"] == scene.county.committee.name
    assert entry["link"].endswith(f"/outcomes/{outcome.pk}/")
    Outcome.objects.update(withdrawn_at=NOON)
    assert entries("/feeds/outcomes.atom") == []


@pytest.mark.parametrize("name", ["deliberations", "outcomes"])
def test_an_empty_feed_is_a_feed(db: None, name: str) -> None:
    assert entries(f"/feeds/{name}.atom") == []


def test_who_has_it_already_is_told_so(scene: Scene) -> None:
    etag = read("/feeds/deliberations.atom")["ETag"]
    assert read("/feeds/deliberations.atom", if_none_match=etag).status_code == 304
