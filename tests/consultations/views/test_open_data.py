"""Open data: what is public and nothing else, in files whose shape is the one that the schema says."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import AsyncIterator
from typing import Any, cast

import jsonschema
import pytest
import time_machine
from django.http import HttpResponseBase, StreamingHttpResponse
from django.test import Client

from consultations.enums import Level, Mode, OutcomeKind, Sponsor, SubmissionKind, Visibility
from consultations.models import (
    Category,
    Deliberation,
    EventRecord,
    Outcome,
    OutcomeCover,
    Referral,
    ReferralBody,
    Report,
    Submission,
    Topic,
)
from consultations.queries import open_data
from consultations.queries.open_data import DATASETS, VERSION, schema
from tests.consultations.conftest import Scene
from tests.consultations.factories import (
    HOUR,
    NOON,
    make_channel,
    make_deliberation,
    make_suggestion,
    make_topic,
)
from tests.consultations.summary_scene import make_drafted, make_signed
from tests.jianyan.accounts.factories import make_secretary

# Streams are read in threads of their own, which see only what is committed.
pytestmark = pytest.mark.django_db(transaction=True)


def take(path: str, **headers: str) -> HttpResponseBase:
    """The answer to somebody who is not signed in, an hour after the scene."""
    with time_machine.travel(NOON + HOUR, tick=False):
        return cast(HttpResponseBase, Client().get(path, headers=headers))


def content_of(answer: HttpResponseBase) -> str:
    """All of a stream."""
    assert isinstance(answer, StreamingHttpResponse)
    parts = cast(AsyncIterator[bytes], answer.streaming_content)

    async def whole() -> bytes:
        return b"".join([part async for part in parts])

    return asyncio.run(whole()).decode()


def rows_of(name: str, query: str = "") -> list[dict[str, Any]]:
    """The rows of a dataset as JSON, checked against the schema."""
    told = json.loads(content_of(take(f"/open/v1/{name}.json{query}")))
    assert (told["schema"], told["dataset"]) == (VERSION, name)
    for row in told["rows"]:
        jsonschema.validate(row, schema()["$defs"][name])
    return cast(list[dict[str, Any]], told["rows"])


@pytest.fixture
def filled(scene: Scene) -> Scene:
    """The scene with something in every dataset that needs no summary."""
    clerk = make_secretary(scene.county)
    facts: dict[str, Any] = {"entered_by": clerk, "entered_at": NOON}
    event = make_deliberation(
        scene.county, "渡口现场协商", mode=Mode.OFFLINE, channel=make_channel("民生议事堂", "hall")
    )
    event.categories.add(
        Category.objects.get_or_create(slug="hall_sessions", defaults={"name": "民生议事堂"})[0]
    )
    record = EventRecord.objects.create(
        deliberation=event, attendance=24, statements=15, accepted=3, resolved=2, **facts
    )
    record.co_hosts.add(scene.county.sectors[0])
    submission = Submission.objects.create(
        body=scene.county.committee,
        kind=SubmissionKind.PROPOSAL,
        number="2026-001",
        title="关于渡口安全的提案",
        sponsor_kind=Sponsor.GROUP,
        sponsor="民盟支部",
        filed=NOON.date(),
        **facts,
    )
    submission.suggestions.add(scene.suggestion)
    referral = Referral.objects.create(
        deliberation=scene.topic.deliberation,
        item="先选三家机关试点",
        due=NOON.date(),
        first_due=NOON.date(),
        issued_at=NOON,
        issued_by=clerk,
    )
    referral.suggestions.add(scene.suggestion)
    ReferralBody.objects.create(referral=referral, body=scene.county.department, leads=True)
    outcome = Outcome.objects.create(
        body=scene.county.committee,
        kind=OutcomeKind.CONVERTED,
        level=Level.COUNTY,
        date=NOON.date(),
        words="=HYPERLINK 车位开放",
        amount=101200,
        amount_of="销售额",
        **facts,
    )
    for covered in ({"suggestion": scene.suggestion}, {"deliberation": event}, {"submission": submission}):
        OutcomeCover.objects.create(outcome=outcome, **covered)
    Report.objects.create(
        body=scene.county.committee,
        since="2025-01-01",
        until="2025-12-31",
        title="2025年履职答卷",
        status="signed",
        made_at=NOON,
        made_by=clerk,
        edited_at=NOON,
        signed_at=NOON,
        content={},
        figures={
            "figures": [
                {
                    "slug": "halls",
                    "name": "民生议事堂",
                    "unit": "units",
                    "value": 15,
                    "printed": "15个",
                    "counts": "不同的主办单位",
                    "since": 2025,
                }
            ]
        },
    )
    return scene


def test_every_dataset_has_rows_as_its_schema_says(filled: Scene) -> None:
    make_signed(make_drafted(county=filled.county))
    for name in DATASETS:
        assert rows_of(name), name


def test_a_suggestion_is_there_as_everybody_reads_it(filled: Scene) -> None:
    (row,) = rows_of("suggestions")
    assert row == {
        "id": filled.suggestion.pk,
        "url": f"http://testserver/topics/{filled.topic.pk}/#s{filled.suggestion.pk}",
        "topic": filled.topic.pk,
        "number": 1,
        "text": "机关单位车位晚六点至早七点向周边居民错时开放。",
        "author": "林栖云",
        "sector": "文艺界",
        "status": "published",
        "merged_into": None,
        "theme": None,
        "support": 0,
        "neutral": 0,
        "oppose": 0,
        "posted_at": row["posted_at"],
    } | {"url": row["url"]}
    assert row["url"].endswith(f"/topics/{filled.topic.pk}/#s{filled.suggestion.pk}")


def test_an_event_and_what_came_of_it_lead_to_one_another(filled: Scene) -> None:
    (event,) = rows_of("events")
    assert (event["attendances"], event["statements"], event["accepted"], event["resolved"]) == (24, 15, 3, 2)
    assert (event["categories"], event["co_hosts"]) == ("hall_sessions", "文艺界")
    (outcome,) = rows_of("outcomes")
    assert outcome["deliberations"] == str(event["id"])
    assert outcome["suggestions"] == str(filled.suggestion.pk)
    assert outcome["amount"] == 101200
    (referral,) = rows_of("referrals")
    assert (referral["lead"], referral["state"], referral["overdue"]) == (
        filled.county.department.name,
        "issued",
        False,
    )


def test_nothing_is_in_it_that_is_not_open_to_everybody(filled: Scene) -> None:
    make_suggestion(filled.topic, filled.member, "还没有审核的建言。")
    for visibility in (Visibility.MEMBERS, Visibility.INVITED):
        closed = make_deliberation(filled.county, f"不公开{visibility.value}", visibility=visibility)
        topic = make_topic(filled.county, f"不公开{visibility.value}", deliberation=closed)
        make_suggestion(topic, filled.member, "不公开的建言。", publish_by=filled.moderator)
    make_topic(filled.county, "不公开的草稿", announced_at=None)
    OutcomeCover.objects.create(
        outcome=Outcome.objects.create(
            body=filled.county.committee,
            kind=OutcomeKind.ADOPTED,
            level=Level.COUNTY,
            date=NOON.date(),
            words="不公开的成效",
            entered_by=filled.moderator,
            entered_at=NOON,
        ),
        deliberation=closed,
    )
    Submission.objects.create(
        body=filled.county.committee,
        kind=SubmissionKind.OPINION,
        title="不公开的社情民意",
        sponsor_kind=Sponsor.MEMBER,
        sponsor="林栖云",
        filed=NOON.date(),
        entered_by=filled.moderator,
        entered_at=NOON,
    )
    for name in DATASETS:
        told = content_of(take(f"/open/v1/{name}.csv"))
        assert "不公开" not in told, name
        assert "没有审核" not in told, name
    Deliberation.objects.update(visibility=Visibility.MEMBERS)
    for name in ("deliberations", "topics", "suggestions", "referrals", "events"):
        assert rows_of(name) == [], name


def test_authors_and_hidden_counts_stay_hidden(filled: Scene) -> None:
    Topic.objects.update(anonymous=True, tallies="closed", closes_at=NOON + 3 * HOUR)
    (row,) = rows_of("suggestions")
    assert [row[name] for name in ("author", "sector", "support", "neutral", "oppose")] == [None] * 5
    (topic,) = rows_of("topics")
    assert (topic["support"], topic["journal_head"], topic["phase"]) == (None, None, "open")


def test_a_file_for_spreadsheets_has_a_mark_a_header_and_no_formula(filled: Scene) -> None:
    text = content_of(take("/open/v1/outcomes.csv"))
    assert text.startswith("\ufeffid,url,kind,level")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [row["words"] for row in rows] == ["'=HYPERLINK 车位开放"]
    assert rows[0]["amount"] == "101200"
    referrals = csv.DictReader(io.StringIO(content_of(take("/open/v1/referrals.csv")).removeprefix("\ufeff")))
    assert [(row["overdue"], row["answered"]) for row in referrals] == [("false", "")]


def test_a_period_restricts_it_and_what_is_no_day_is_refused(filled: Scene) -> None:
    assert len(rows_of("outcomes", "?since=2026-03-05&until=2026-03-05")) == 1
    assert rows_of("outcomes", "?since=2026-03-06") == []
    assert rows_of("suggestions", "?until=2026-03-04") == []
    assert len(rows_of("suggestions", "?since=2026-03-05")) == 1
    for query in (
        "?since=yesterday",
        "?since=2026-02-30",
        "?until=0001-01-01",
        "?since=2026-03-06&until=2026-03-05",
    ):
        assert take(f"/open/v1/outcomes.json{query}").status_code == 422, query


def test_many_rows_come_in_parts_and_each_once(filled: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_data, "AT_A_TIME", 2)
    for number in range(5):
        make_topic(filled.county, f"议题{number}")
    ids = [row["id"] for row in rows_of("topics")]
    assert ids == sorted(Topic.objects.values_list("id", flat=True))
    assert len(ids) == 6


def test_who_has_it_already_is_told_so_until_something_changes(filled: Scene) -> None:
    first = take("/open/v1/outcomes.json")
    etag = first["ETag"]
    assert first["Access-Control-Allow-Origin"] == "*"
    assert "public" in first["Cache-Control"]
    assert take("/open/v1/outcomes.json", if_none_match=etag).status_code == 304
    assert take("/open/v1/outcomes.csv", if_none_match=etag).status_code == 200
    Outcome.objects.update(words="别的", edition=2)
    assert take("/open/v1/outcomes.json", if_none_match=etag).status_code == 200


def test_the_page_names_every_file_and_every_column(filled: Scene) -> None:
    answer = take("/open/")
    page = cast(Any, answer).content.decode()
    for dataset in DATASETS.values():
        assert f"/open/v1/{dataset.name}.csv" in page
        assert all(f"<code>{column.name}</code>" in page for column in dataset.columns)


def test_the_schema_is_one_and_unknown_files_are_not_there(db: None) -> None:
    told = cast(Any, take("/open/v1/schema.json")).json()
    jsonschema.Draft202012Validator.check_schema(told)
    assert set(told["$defs"]) == set(DATASETS)
    assert take("/open/v1/votes.json").status_code == 404
    assert take("/open/v1/../settings.json").status_code == 404
    assert Client().post("/open/v1/topics.json").status_code == 405
