"""What is masked is read by its author and by moderators alone: every address, frame, entry and document is looked at."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

import pytest
import time_machine
from django.test import Client
from django.urls import get_resolver

from consultations.actions.drafting import draft_summary
from consultations.actions.flags import unmask_suggestion
from consultations.actions.freezing import freeze_deliberation
from consultations.actions.merging import merge_suggestions
from consultations.actions.moderation import feature_suggestion, hide_suggestion, return_suggestion
from consultations.actions.proposals import propose_wording
from consultations.actions.search_index import bring_up_to_date
from consultations.actions.suggestions import edit_suggestion
from consultations.actions.topics import close_topic
from consultations.actions.votes import Ballot, cast_votes
from consultations.documents import FORMATS
from consultations.models import JournalEntry, Notification, Suggestion, Summary, Topic
from consultations.queries.desk import edition_of
from consultations.queries.journal_check import check_journal
from consultations.queries.journal_export import journal_lines
from consultations.queries.search import Wanted, search
from consultations.queries.state import changes_since, own_part, topic_state
from jianyan.accounts.models import User
from tests.consultations.conftest import Scene
from tests.consultations.documents.pages import Pages
from tests.consultations.factories import HOUR, MINUTE, NOON, actor, make_suggestion, make_topic
from tests.jianyan.accounts.factories import make_auditor
from tests.jianyan.test_every_address import routes

NUMBER = "19900088123"
SPACED = "138 0013 8000"
ASKED = "丁家弄8号车位常年被占，请联系19900088123核实。"
ALIKE = "丁家弄8号的车位常年被人占，请打138 0013 8000核实。"
PUBLIC_TEXT = "丁家弄8号车位常年被占，请联系＊＊＊＊＊＊＊＊＊＊＊核实。"
DESKS = ("desk", "admin", "prepare", "accounts", "static")


@dataclass(frozen=True)
class Exposed:
    """A topic without review, in which two published ideas hold numbers; `merged` stands under `shown`, featured."""

    scene: Scene
    topic: Topic
    shown: Suggestion
    merged: Suggestion
    readers: tuple[User | None, ...]
    """Who wrote neither: a guest, a supporter of both, an auditor, and a moderator away from the desk."""


@pytest.fixture
def exposed(scene: Scene) -> Exposed:
    topic = make_topic(scene.county, "即时发布", premoderated=False)
    shown = make_suggestion(topic, scene.author, ASKED)
    merged = make_suggestion(topic, scene.member, ALIKE)
    voter, moderator, at = actor(scene.other), actor(scene.moderator), topic.opens_at + 2 * MINUTE
    ballots = [Ballot(voter, one.pk, "support") for one in (shown, merged)]
    cast_votes(topic_id=topic.pk, ballots=ballots, at=at)
    merge_suggestions(topic_id=topic.pk, suggestion_ids=[merged.pk], into=shown.pk, by=moderator, at=at)
    feature_suggestion(suggestion_id=shown.pk, on=True, by=moderator, at=at)
    topic.refresh_from_db()
    readers = (None, scene.other, make_auditor(scene.county), scene.moderator)
    return Exposed(scene, topic, shown, merged, readers)


def words_of(content: bytes) -> str:
    """All that stands in a page, a file of text, the pages of a PDF, or the parts of a zipped document."""
    if content[:4] == b"%PDF":
        return "".join(line.text for line in Pages(content).lines)
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = (archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
            # A workbook's characters are references: &#65290;.
            return unescape("\n".join(parts))
    return content.decode("utf-8", "replace")


def leaks(words: str) -> list[str]:
    """Which of the masked numbers stand in it, escaped or not."""
    plain = re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), words)
    return [number for number in (NUMBER, SPACED, "13800138000") if number in plain]


def addresses(**numbers: int) -> Iterator[str]:
    """Every address outside the moderators' pages, with these numbers where they belong."""
    for route in routes(get_resolver().url_patterns):
        filled = route
        for name, number in numbers.items():
            filled = filled.replace(f"<int:{name}>", str(number))
        filled = filled.replace("<slug:name>", "docx")
        # The journal as a file is streamed: it is read below as what it is made of.
        if not re.search(r"[<(]|\.jsonl$", filled) and not filled.startswith(DESKS):
            yield "/" + filled


def look(path: str, user: User | None, exposed: Exposed, **query: str) -> str:
    client = Client()
    if user is not None:
        client.force_login(user)
    with time_machine.travel(exposed.topic.opens_at + 3 * MINUTE, tick=False):
        answer = client.get(path, query)
    return words_of(answer.content)


def test_no_address_shows_it_to_anybody_else(exposed: Exposed) -> None:
    seen = 0
    for suggestion in (exposed.shown, exposed.merged):
        numbers = {
            "topic_id": exposed.topic.pk,
            "deliberation_id": exposed.topic.deliberation_id,
            "suggestion_id": suggestion.pk,
        }
        for address in addresses(**numbers):
            for reader in exposed.readers if suggestion is exposed.shown else (exposed.scene.other,):
                words = look(address, reader, exposed)
                assert leaks(words) == [], (address, reader)
                seen += PUBLIC_TEXT in words
    # It was looked at where it is, and not past it.
    assert seen >= 8


def test_its_author_sees_it_in_full_and_why_others_do_not(exposed: Exposed) -> None:
    page = look(f"/topics/{exposed.topic.pk}/", exposed.scene.author, exposed)
    assert ASKED in page
    assert "中有个人信息，对外已遮盖" in page
    assert PUBLIC_TEXT in page
    assert leaks(page) == [NUMBER]
    assert "对外已遮盖" not in look(f"/topics/{exposed.topic.pk}/", exposed.scene.other, exposed)


@pytest.mark.parametrize("digits", [NUMBER, "1990", "88123", "系199", SPACED, "0013"])
def test_the_search_does_not_find_what_is_masked(exposed: Exposed, digits: str) -> None:
    at = exposed.topic.opens_at + 3 * MINUTE
    bring_up_to_date()
    for reader in exposed.readers:
        found = search(actor(reader, at) if reader is not None else None, Wanted(digits), at=at)
        assert found.hits == ()


def test_the_search_finds_what_is_not_masked_and_shows_it_masked(exposed: Exposed) -> None:
    at = exposed.topic.opens_at + 3 * MINUTE
    plain = make_suggestion(exposed.topic, exposed.scene.other, "丁家弄装一盏路灯。")
    bring_up_to_date()
    found = search(None, Wanted("丁家弄"), at=at).hits
    assert ["".join(piece.text for piece in hit.text) for hit in found] == [
        plain.text,
        exposed.merged.public_text,
        PUBLIC_TEXT,
    ]


def test_no_state_no_change_and_no_entry_holds_it(exposed: Exposed) -> None:
    at = exposed.topic.opens_at + 3 * MINUTE
    topic_id = exposed.topic.pk
    assert leaks(repr(topic_state(topic_id, at=at))) == []
    for since in range(exposed.topic.revision):
        assert leaks(repr(topic_state(topic_id, at=at, since=since))) == []
        assert leaks(repr(changes_since(topic_id, since, at=at))) == []
    assert leaks(repr(own_part(topic_id, actor(exposed.scene.other), at=at))) == []
    for entry in JournalEntry.objects.filter(topic=exposed.topic):
        assert leaks(json.dumps(entry.payload, ensure_ascii=False)) == []
    assert leaks("\n".join(journal_lines(topic_id))) == []
    assert check_journal(topic_id).faults == ()


def test_what_people_are_notified_of_does_not_hold_it(exposed: Exposed) -> None:
    assert Notification.objects.filter(user=exposed.scene.other).exists()
    assert leaks(look("/notifications/", exposed.scene.other, exposed)) == []


def test_hints_do_not_hold_it_and_are_not_found_by_it(exposed: Exposed) -> None:
    client = Client()
    client.force_login(exposed.scene.other)
    with time_machine.travel(exposed.topic.opens_at + 3 * MINUTE, tick=False):
        alike = client.post(
            f"/topics/{exposed.topic.pk}/similar",
            json.dumps({"text": "丁家弄8号车位常年被占"}),
            content_type="application/json",
        )
        digits = client.post(
            f"/topics/{exposed.topic.pk}/similar",
            json.dumps({"text": f"{NUMBER} {NUMBER}"}),
            content_type="application/json",
        )
    assert [one["text"] for one in alike.json()["similar"]] == [PUBLIC_TEXT]
    assert digits.json()["similar"] == []


def test_no_summary_and_no_export_holds_it(exposed: Exposed) -> None:
    scene, closed = exposed.scene, exposed.topic.opens_at + 30 * MINUTE
    secretary = actor(scene.secretary)
    close_topic(topic_id=exposed.topic.pk, by=actor(scene.moderator), at=closed)
    summary = freeze_deliberation(
        deliberation_id=exposed.topic.deliberation_id, by=secretary, at=closed + MINUTE
    )
    draft_summary(summary_id=summary.pk, by=secretary, at=closed + 2 * MINUTE)
    client = Client()
    client.force_login(scene.secretary)
    pages = [f"/summaries/{summary.pk}/", f"/summaries/{summary.pk}/edit/"]
    exports = [f"/summaries/{summary.pk}/export/{name}/" for name in FORMATS]
    with time_machine.travel(closed + HOUR, tick=False):
        for address in (*pages, *exports):
            answer = client.get(address)
            assert answer.status_code == 200, address
            words = words_of(answer.content)
            assert leaks(words) == [], address
            assert "＊" in words, address
    assert leaks(json.dumps(Summary.objects.get(pk=summary.pk).snapshot, ensure_ascii=False)) == []


def test_a_reason_that_repeats_a_number_is_for_its_author_alone(exposed: Exposed) -> None:
    scene, reason = exposed.scene, f"请删去{NUMBER}。"
    waiting = make_suggestion(scene.topic, scene.other, ASKED)
    seen = edition_of(waiting)
    moderator = actor(scene.moderator)
    propose_wording(
        suggestion_id=waiting.pk, text="车位常年被占。", reason=reason, seen=seen, by=moderator, at=NOON
    )
    returned = return_suggestion(suggestion_id=waiting.pk, by=moderator, reason=reason, at=NOON)
    assert returned.reason == reason
    told = [
        entry.payload["reason"]
        for entry in JournalEntry.objects.filter(topic=scene.topic).order_by("-id")[:2]
    ]
    assert told == ["请删去＊＊＊＊＊＊＊＊＊＊＊。"] * 2
    assert check_journal(scene.topic.pk).faults == ()


def test_hidden_again_nothing_of_it_is_left(exposed: Exposed) -> None:
    idea = make_suggestion(exposed.topic, exposed.scene.other, "请打0571-88001234问问。")
    hide_suggestion(
        suggestion_id=idea.pk, by=actor(exposed.scene.moderator), at=idea.posted_at, reason="有他人电话"
    )
    for entry in JournalEntry.objects.filter(topic=exposed.topic):
        assert "88001234" not in json.dumps(entry.payload, ensure_ascii=False)


def test_shown_in_full_it_stands_everywhere_and_masked_again_after_an_edit(exposed: Exposed) -> None:
    at = exposed.topic.opens_at + 4 * MINUTE
    before = Topic.objects.get(pk=exposed.topic.pk).revision
    unmask_suggestion(suggestion_id=exposed.shown.pk, by=actor(exposed.scene.moderator), at=at)
    (changed,) = changes_since(exposed.topic.pk, before, at=at).suggestions
    assert getattr(changed, "text", "") == ASKED
    edited = edit_suggestion(
        suggestion_id=exposed.shown.pk, by=actor(exposed.scene.author), text=f"{ASKED}急。", at=at
    )
    (changed,) = changes_since(exposed.topic.pk, before, at=at).suggestions
    assert getattr(changed, "text", "") == edited.suggestion.public_text == f"{PUBLIC_TEXT}急。"
    assert check_journal(exposed.topic.pk).faults == ()
