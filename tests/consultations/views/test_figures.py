"""The page of a figure: whose it is to see, what it says it counts, and the very rows."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from dataclasses import dataclass
from typing import Any

import pytest
import time_machine
from django.test import Client

from consultations.documents.content import to_content
from consultations.enums import (
    Level,
    Measure,
    OutcomeKind,
    Presence,
    ReportPart,
    ReportStatus,
    Sponsor,
    SubmissionKind,
    Unit,
    Visibility,
)
from consultations.models import Attendance, Deliberation, Indicator, Report, Submission
from consultations.periods import of_year
from consultations.queries.report_figures import counted
from jianyan.accounts.models import User
from tests.consultations.factories import make_suggestion, make_topic
from tests.consultations.year_scene import AFTER, load_offline_year, local, make_event, make_outcome
from tests.jianyan.accounts.factories import (
    County,
    make_auditor,
    make_county,
    make_member,
    make_moderator,
    make_secretary,
)

pytestmark = pytest.mark.django_db
EXPORT = "export/csv/"


@dataclass(frozen=True)
class Year:
    county: County
    secretary: User


@pytest.fixture
def year() -> Year:
    county = make_county()
    return Year(county, make_secretary(county))


def sign(year: Year, **fields: Any) -> Report:
    """A report on 2025 that everybody may read."""
    return Report.objects.create(
        body=year.county.committee,
        title="履职答卷",
        made_at=AFTER,
        made_by=year.secretary,
        edited_at=AFTER,
        **{
            "since": dt.date(2025, 1, 1),
            "until": dt.date(2025, 12, 31),
            "status": ReportStatus.SIGNED,
            "signed_at": AFTER,
            "content": {},
            **fields,
        },
    )


def get(slug: str, user: User | None = None, *, rest: str = "", at: dt.datetime = AFTER, **query: Any) -> Any:
    client = Client()
    with time_machine.travel(at, tick=False):
        if user is not None:
            client.force_login(user)
        return client.get(f"/reports/2025/figures/{slug}/{rest}", query)


def text_of(answer: Any) -> str:
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def rows_of(answer: Any) -> list[list[str]]:
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_220_odd_problems_open_to_the_223_rows(year: Year) -> None:
    load_offline_year(year.county.committee, year.secretary)
    first, last = get("hall_resolved", year.secretary), get("hall_resolved", year.secretary, page=3)
    text = text_of(first)
    assert "223个" in text
    assert "220多个" in text
    assert "民生议事堂活动推动解决的问题" in text
    assert "按自2020年起执行的标准口径" in text
    assert "共223行，合计223个。" in text
    assert first.content.decode().count('id="row-') == 100
    assert last.content.decode().count('id="row-') == 23
    assert 'id="row-223"' in last.content.decode()
    # What an outcome tells is told by it, the rest of the same event is numbered.
    assert re.search(r"早晚高峰各加两班 去园区的公交太少 第1个，共3个", text)
    assert re.search(r"第3个，共3个 去园区的公交太少 纸质登记，未列名", text)
    (head, *rows) = rows_of(get("hall_resolved", year.secretary, rest=EXPORT))
    assert head == ["序号", "日期", "内容", "单位", "活动", "说明", "明细", "数量"]
    assert [row[0] for row in rows] == [str(number) for number in range(1, 224)]
    assert {row[-1] for row in rows} == {"1"}


def test_documents_open_to_their_instructions(year: Year) -> None:
    load_offline_year(year.county.committee, year.secretary)
    answer = get("instructions", year.secretary)
    assert answer.content.decode().count('id="row-') == 16
    assert "同一件共2项" in text_of(answer)
    rows = rows_of(get("instructions", year.secretary, rest=EXPORT))[1:]
    assert sum(row[6].count("\n") + 1 for row in rows if row[6]) == 8
    assert sum(int(row[-1]) for row in rows) == 16


def test_money_opens_to_its_parts(year: Year) -> None:
    load_offline_year(year.county.committee, year.secretary)
    assert "140多万元" in text_of(get("live_sales_yuan", year.secretary))
    rows = rows_of(get("live_sales_yuan", year.secretary, rest=EXPORT))[1:]
    assert len(rows) == 16
    assert sum(int(row[-1]) for row in rows) == 1_412_000


@pytest.mark.parametrize("kind", ["nobody", "member", "moderator", "secretary", "auditor"])
def test_before_the_report_is_signed_only_who_reads_the_books_sees_its_figures(year: Year, kind: str) -> None:
    people = {
        "nobody": (None, 302),
        "member": (make_member(year.county), 404),
        "moderator": (make_moderator(year.county), 404),
        "secretary": (year.secretary, 200),
        "auditor": (make_auditor(year.county), 200),
    }
    user, status = people[kind]
    assert get("consultations", user).status_code == status
    assert get("consultations", user, rest=EXPORT).status_code == status
    sign(year)
    assert get("consultations", user).status_code == 200
    assert get("consultations", user, rest=EXPORT).status_code == 200
    # Another period is another report.
    period: dict[str, Any] = {"since": "2025-01-01", "until": "2025-06-30"}
    assert get("consultations", user, **period).status_code == status


@pytest.mark.parametrize(
    "query",
    [
        {"body": "999999"},
        {"body": "x"},
        {"since": "2025-02-30", "until": "2025-12-31"},
        {"since": "2025-06-01", "until": "2025-01-01"},
        {"since": "2025-06-01"},
    ],
)
def test_a_body_or_period_that_there_cannot_be_is_not_found(year: Year, query: dict[str, Any]) -> None:
    assert get("consultations", year.secretary, **query).status_code == 404


def test_an_unknown_figure_is_not_found(year: Year) -> None:
    assert get("nothing", year.secretary).status_code == 404
    assert get("nothing", year.secretary, rest=EXPORT).status_code == 404


def test_a_page_beyond_the_last_is_the_last(year: Year) -> None:
    make_event(
        year.county.committee, "2025-03-01", year.secretary, categories=["consultations"], title="座谈"
    )
    for page in ("0", "7", "-1", "x"):
        assert "座谈" in text_of(get("consultations", year.secretary, page=page))


def test_a_body_and_a_period_may_be_chosen(year: Year) -> None:
    sector = year.county.sectors[0]
    for day, title, host in (
        ("2025-03-01", "春", sector),
        ("2025-09-01", "秋", sector),
        ("2025-04-01", "县里", year.county.committee),
    ):
        make_event(host, day, year.secretary, categories=["consultations"], title=title)
    text = text_of(
        get("consultations", year.secretary, body=sector.pk, since="2025-01-01", until="2025-06-30")
    )
    assert "1次" in text
    assert "春" in text
    assert "秋" not in text
    assert "县里" not in text


def test_what_is_not_public_counts_and_is_not_named(year: Year) -> None:
    sign(year)
    event = make_event(
        year.county.committee, "2025-03-01", year.secretary, categories=["consultations"], title="闭门会"
    )
    Deliberation.objects.filter(pk=event.pk).update(visibility=Visibility.INVITED)
    make_outcome(
        year.county.committee,
        year.secretary,
        kind=OutcomeKind.REPORTED,
        level=Level.PROVINCE,
        words="不可外传",
        covers=[{"deliberation": event}],
    )
    member = make_member(year.county)
    for reader in (None, member):
        assert "一场不公开的活动" in text_of(get("consultations", reader))
        assert "闭门会" not in get("consultations", reader, rest=EXPORT).content.decode()
        text = text_of(get("media_reports", reader))
        assert "一项不公开的成效" in text
        assert "不可外传" not in text
    assert "闭门会" in text_of(get("consultations", year.secretary))
    assert "不可外传" in text_of(get("media_reports", year.secretary))
    Attendance.objects.create(deliberation=event, user=member)
    assert "闭门会" in text_of(get("consultations", member))


def test_a_document_that_is_not_public_is_not_named(year: Year) -> None:
    sign(year)
    for kind, title in ((SubmissionKind.PROPOSAL, "公开的提案"), (SubmissionKind.OPINION, "内部的信息")):
        Submission.objects.create(
            body=year.county.committee,
            kind=kind,
            title=title,
            sponsor_kind=Sponsor.GROUP,
            sponsor="民盟支部",
            filed=dt.date(2025, 3, 1),
            entered_by=year.secretary,
            entered_at=AFTER,
        )
    Indicator.objects.create(
        slug="documents",
        since=2025,
        name="材料",
        part=ReportPart.CONSULTATION,
        measure=Measure.SUBMISSIONS,
        unit=Unit.PIECES,
        counts="提案和信息",
    )
    text = text_of(get("documents"))
    assert "公开的提案" in text
    assert "内部的信息" not in text
    assert "一份不公开的材料" in text
    assert "内部的信息" in text_of(get("documents", year.secretary))


def test_who_took_part_is_named_to_those_who_keep_the_books_alone(year: Year) -> None:
    sign(year)
    event = make_event(
        year.county.committee, "2025-03-01", year.secretary, categories=["reading"], attendance=5
    )
    member = make_member(year.county, "林栖云")
    Attendance.objects.create(deliberation=event, user=member, presence=Presence.PRESENT)
    Attendance.objects.create(deliberation=event, guest_name="来宾甲", presence=Presence.OBSERVER)
    assert "林栖云、来宾甲" in text_of(get("reading_attendance", year.secretary))
    assert "另有3人次为纸质登记，未列名" in text_of(get("reading_attendance", year.secretary))
    people = text_of(get("members_taking_part", year.secretary))
    assert "林栖云" in people
    assert "文艺界" in people
    for reader in (None, member):
        assert "林栖云" not in text_of(get("reading_attendance", reader)).replace("我的页面", "")
        hidden = text_of(get("members_taking_part", reader))
        assert "林栖云" not in hidden
        assert "姓名只向管理台账的人员显示" in hidden


def test_suggestions_open_to_their_texts_and_votes_to_suggestions(year: Year) -> None:
    sign(year)
    topic = make_topic(year.county, opens_at=local("2025-04-01"))
    suggestion = make_suggestion(topic, make_member(year.county), publish_by=make_moderator(year.county))
    type(suggestion).objects.filter(pk=suggestion.pk).update(support=7)
    assert "机关单位车位晚六点" in text_of(get("suggestions_posted"))
    assert "7次" in text_of(get("supporting_votes"))
    assert rows_of(get("supporting_votes", rest=EXPORT))[1][-1] == "7"


def test_what_is_masked_stays_masked(year: Year) -> None:
    topic = make_topic(year.county, opens_at=local("2025-04-01"))
    suggestion = make_suggestion(
        topic, make_member(year.county), "请打13800138000联系。", publish_by=make_moderator(year.county)
    )
    assert suggestion.masked
    for answer in (
        get("suggestions_posted", year.secretary),
        get("suggestions_posted", year.secretary, rest=EXPORT),
    ):
        assert "13800138000" not in answer.content.decode()
        assert "＊＊＊" in answer.content.decode()


def test_a_report_that_says_otherwise_is_told(year: Year) -> None:
    make_event(year.county.committee, "2025-03-01", year.secretary, categories=["consultations"])
    frozen = counted(year.county.committee, of_year(2025), at=AFTER)
    sign(year, figures=to_content(frozen))
    assert "数据固定以后" not in text_of(get("consultations"))
    make_event(year.county.committee, "2025-03-02", year.secretary, categories=["consultations"])
    assert "答卷写的是1次：数据固定以后，又有登记增加或撤下。" in text_of(get("consultations"))


def test_hostile_words_are_only_words(year: Year) -> None:
    make_event(
        year.county.committee,
        "2025-03-01",
        year.secretary,
        categories=["consultations"],
        title="=cmd|'/c calc'!A1<script>alert(1)</script>",
    )
    page = get("consultations", year.secretary).content.decode()
    assert "<script>alert(1)" not in page
    (_head, row) = rows_of(get("consultations", year.secretary, rest=EXPORT))
    assert row[2].startswith("'=cmd")


@pytest.mark.parametrize("number", [1, 3])
def test_queries_do_not_grow_with_rows(year: Year, number: int, django_assert_num_queries: Any) -> None:
    sign(year)
    for day in range(1, number + 1):
        event = make_event(
            year.county.committee, f"2025-03-0{day}", year.secretary, categories=["hall_sessions"], resolved=2
        )
        make_outcome(
            year.county.committee,
            year.secretary,
            kind=OutcomeKind.RESOLVED,
            covers=[{"deliberation": event}],
        )
    # One of them for what the report was signed with.
    with django_assert_num_queries(15):
        answer = get("hall_resolved")
    assert answer.content.decode().count('id="row-') == 2 * number


def test_the_page_is_in_english_too(year: Year) -> None:
    make_event(year.county.committee, "2025-03-01", year.secretary, categories=["reading"], attendance=1043)
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    with time_machine.travel(AFTER, tick=False):
        client.force_login(year.secretary)
        text = text_of(client.get("/reports/2025/figures/reading_attendance/"))
    assert "Attendances of reading events" in text
    assert "over 1,000 attendances" in text
    assert "somebody who came three times counts three times" in text
