"""The report's pages over HTTP: who may open what in which state, what its editor keeps, and how often it asks."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import unquote

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from consultations.actions.report_signing import correct_report
from consultations.actions.reports import edit_report
from consultations.documents.content import from_content
from consultations.documents.report import FORMATS
from consultations.documents.report.model import ReportDocument
from consultations.documents.report.sealing import seal_of
from consultations.documents.report.standard import Words
from consultations.enums import ReportPart, ReportStatus
from consultations.models import EventRecord, Report
from jianyan.accounts.models import User
from tests.consultations.report_scene import LATER, Reporting, make_reporting
from tests.consultations.views.looking import text_of
from tests.jianyan.accounts.factories import (
    make_administrator,
    make_auditor,
    make_body,
    make_member,
    make_membership,
    make_moderator,
    make_secretary,
    make_user,
)

PAGE, EDIT = "/reports/2025/", "/reports/2025/edit/"


@pytest.fixture
def scene(db: None) -> Reporting:
    return make_reporting()


@pytest.fixture(autouse=True)
def clock() -> object:
    with time_machine.travel(LATER, tick=False) as traveller:
        yield traveller


def client_of(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def people(scene: Reporting) -> dict[str, User | None]:
    elsewhere = make_secretary(scene.county, "别处秘书")
    elsewhere.memberships.update(body=scene.county.department)
    return {
        "secretary": scene.secretary,
        "chair": scene.chair,
        "moderator": make_moderator(scene.county),
        "member": make_member(scene.county),
        "auditor": make_auditor(scene.county),
        "administrator": make_administrator(scene.county),
        "secretary elsewhere": elsewhere,
        "nobody": None,
    }


STAFF = {"secretary", "chair"}


def reach(scene: Reporting, state: str) -> None:
    """Make a report as far as that, if at all."""
    if state != "nothing written":
        {"draft": scene.begin, "review": scene.submitted, "signed": scene.signed}[state]()


def opened(path: str, user: User | None) -> int:
    return client_of(user).get(path).status_code


@pytest.mark.parametrize("state", ["nothing written", "draft", "review", "signed"])
def test_who_may_open_a_report_in_each_state(scene: Reporting, state: str) -> None:
    reach(scene, state)
    for who, user in people(scene).items():
        expected = 200 if state == "signed" or who in STAFF else (302 if who == "nobody" else 404)
        assert opened(PAGE, user) == expected, who
        for name in FORMATS if who in STAFF | {"nobody"} else ("json",):
            assert opened(f"{PAGE}export/{name}/", user) == expected, (who, name)


@pytest.mark.parametrize("state", ["draft", "review", "signed"])
def test_who_may_edit_a_report_in_each_state(scene: Reporting, state: str) -> None:
    reach(scene, state)
    for who, user in people(scene).items():
        if who == "nobody":
            expected = 302
        elif who == "secretary":
            expected = 200 if state == "draft" else 302
        else:
            expected = 403
        assert opened(EDIT, user) == expected, who


def test_nobody_edits_what_nobody_has_begun(scene: Reporting) -> None:
    assert opened(EDIT, scene.secretary) == 404


@pytest.mark.parametrize(
    "step", ["begin", "submit", "take-back", "send-back", "sign", "correct", "standard", "restore", "edit/"]
)
def test_no_step_is_open_to_those_who_neither_write_nor_sign(scene: Reporting, step: str) -> None:
    report = scene.begin()
    for who, user in people(scene).items():
        if who in STAFF:
            continue
        answer = client_of(user).post(f"{PAGE}{step}", {"edition": "1", "title": "改过", "text": "理由"})
        assert answer.status_code in (302, 303, 403, 404), (who, step)
    fresh = Report.objects.get()
    assert (fresh.edition, fresh.status, fresh.title) == (1, ReportStatus.DRAFT, report.title)


@pytest.mark.parametrize(
    "query",
    [
        "?body=999999",
        "?body=",
        "?body=x",
        "?since=2025-07-01",
        "?since=2025-07-01&until=2025-06-30",
        "?since=2025-13-01&until=2025-12-31",
        "?since=0001-01-01&until=2025-12-31",
        "?version=9",
        "?version=x",
    ],
)
def test_what_there_cannot_be_is_not_found(scene: Reporting, query: str) -> None:
    scene.signed()
    assert opened(f"{PAGE}{query}", scene.secretary) == 404
    assert opened(f"{EDIT}{query}", scene.secretary) in (404, 302)


@pytest.mark.parametrize("year", ["0", "1", "1899", "2200", "99999999999999999999"])
def test_there_is_no_report_on_every_number(scene: Reporting, year: str) -> None:
    assert opened(f"/reports/{year}/", scene.secretary) == 404


def test_the_page_says_every_figure_with_what_it_counts_and_leads_to_its_rows(scene: Reporting) -> None:
    scene.signed()
    page = client_of(None).get(PAGE)
    found = re.search(r'<a class="paper-figure" href="([^"]+)" title="([^"]+)">100多人次</a>', page.text)
    assert found is not None
    assert found[1] == "/reports/2025/figures/reading_attendance/"
    assert found[2].startswith("读书活动参与：120人次（")
    assert client_of(None).get(found[1]).status_code == 200
    assert "上年同期" in page.text
    assert "80人次" in page.text


def test_another_body_and_other_days_have_addresses_of_their_own(scene: Reporting) -> None:
    hall = make_body("民生议事堂·桥南街道", "hall", parent=scene.county.committee)
    client = client_of(scene.secretary)
    answer = client.get("/reports/", {"body_id": str(hall.pk), "since": "2025-01-01", "until": "2025-12-31"})
    assert answer["Location"] == f"/reports/2025/?body={hall.pk}"
    assert "本期没有登记的履职活动。" in client.get(answer["Location"]).text
    address = "/reports/2026/?since=2025-07-01&until=2026-06-30"
    answer = client.get(
        "/reports/", {"body_id": str(scene.county.committee.pk), "since": "2025-07-01", "until": "2026-06-30"}
    )
    assert answer["Location"] == address
    begun = client.post(address.replace("/2026/", "/2026/begin"))
    assert begun["Location"] == address.replace("/2026/", "/2026/edit/")
    assert Report.objects.get().title == "政协越溪县委员会2025年7月1日至2026年6月30日履职答卷"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"since": "2025-07-01", "until": "2025-06-30"}, "结束日期早于开始日期。"),
        ({"since": "25-07-01", "until": "2025-06-30"}, "输入一个有效的日期。"),
        ({"since": "0025-07-01", "until": "2025-06-30"}, "请填写四位数的年份，例如2025。"),
    ],
)
def test_days_that_cannot_be_are_said_at_their_field(
    scene: Reporting, fields: dict[str, str], words: str
) -> None:
    answer = client_of(scene.secretary).get("/reports/", fields | {"body_id": str(scene.county.committee.pk)})
    assert answer.status_code == 422
    assert words in answer.text
    assert fields["since"] in answer.text


def test_a_period_of_two_terms_names_both(scene: Reporting) -> None:
    for name, since, until, term in (
        ("老委员", "2021-01-01", "2025-06-30", "第九届"),
        ("新委员", "2025-07-01", None, "第十届"),
    ):
        make_membership(make_user(name), scene.county.committee, term=term, since=since, until=until)  # type: ignore[arg-type]
    page = client_of(scene.secretary).get(PAGE).text
    assert "跨第九届、第十届" in page
    assert "第十届、第十届" not in page


def test_whoever_sits_for_a_second_term_makes_no_year_one_of_two_terms(scene: Reporting) -> None:
    make_membership(make_user("连任委员"), scene.county.committee, term="第九届、第十届")
    make_membership(make_user("新任委员"), scene.county.committee, term="第十届")
    assert "跨第" not in client_of(scene.secretary).get(PAGE).text


# --- the editor ---------------------------------------------------------------------------------------------


def typed(client: Client, **changes: str) -> dict[str, str]:
    """The fields of the editor as a browser would send them, but for these."""
    page = client.get(EDIT).text
    form = page[page.index('id="report-words"') : page.index('<aside class="report-side">')]
    fields = {}
    for tag in re.findall(r"<input[^>]+>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name is not None:
            fields[name[1]] = value[1] if value is not None else ""
    fields |= dict(re.findall(r'<textarea name="([^"]+)"[^>]*>\n?([^<]*)</textarea>', form))
    fields.pop("csrfmiddlewaretoken", None)
    return fields | changes


def first_passage(report: Report) -> str:
    return f"passage{report.passages.all()[0].pk}"


def test_the_editor_saves_what_is_typed_and_shows_what_it_prints(scene: Reporting) -> None:
    report = scene.begin()
    client, name = client_of(scene.secretary), first_passage(report)
    answer = client.post(
        EDIT, typed(client, **{f"{name}-text": "读书{reading_sessions:exact}，到场120人次。"})
    )
    assert (answer.status_code, answer["Location"]) == (303, EDIT)
    page = client.get(EDIT)
    assert '<span class="report-chip">1场</span>' in page.text
    # What was typed by hand is hinted at, with the figure that says the same.
    assert "“120人次”是手工输入的。" in text_of(page)
    assert "{reading_attendance}" in text_of(page).replace("&#123;", "{").replace("&#125;", "}")


def test_a_name_that_is_no_figure_is_said_at_its_field_and_nothing_typed_is_lost(scene: Reporting) -> None:
    report = scene.begin()
    client, name = client_of(scene.secretary), first_passage(report)
    sent = typed(
        client,
        **{
            f"{name}-text": "读书{nothing}。",
            f"{name}-heading": "新标题",
            "new-innovation-text": "只写了正文",
        },
    )
    answer = client.post(EDIT, sent)
    assert answer.status_code == 422
    assert "没有{nothing}这个指标" in answer.text
    for words in ("读书{nothing}。", "新标题", "只写了正文"):
        assert words in answer.text
    assert f'href="#id_{name}-text"' in answer.text
    assert Report.objects.get().edition == 1


def test_two_who_write_different_passages_do_not_disturb_each_other(scene: Reporting) -> None:
    report = scene.begin()
    client = client_of(scene.secretary)
    first, second = (f"passage{row.pk}" for row in report.passages.all()[:2])
    earlier, later = typed(client), typed(client)
    assert client.post(EDIT, earlier | {f"{first}-text": "甲写的。"}).status_code == 303
    assert client.post(EDIT, later | {f"{second}-text": "乙写的。"}).status_code == 303
    assert list(report.passages.values_list("text", flat=True))[:2] == ["甲写的。", "乙写的。"]


def test_two_who_write_the_same_passage_both_find_their_words(scene: Reporting) -> None:
    report = scene.begin()
    client, name = client_of(scene.secretary), first_passage(report)
    earlier, later = typed(client), typed(client)
    client.post(EDIT, earlier | {f"{name}-text": "甲写的。"})
    answer = client.post(EDIT, later | {f"{name}-text": "乙写的。"})
    assert answer.status_code == 409
    assert "甲写的。" in answer.text
    assert "乙写的。" in answer.text
    (edition,) = re.findall(rf'name="{name}-edition" value="(\d+)"', answer.text)
    answer = client.post(EDIT, later | {f"{name}-text": "乙写的。", f"{name}-edition": edition})
    assert answer.status_code == 303
    assert report.passages.all()[0].text == "乙写的。"


def test_what_was_typed_into_a_passage_that_is_gone_is_shown(scene: Reporting) -> None:
    report = scene.begin()
    client, name = client_of(scene.secretary), first_passage(report)
    sent = typed(client, **{f"{name}-text": "白写了吗？"})
    report.passages.all()[0].delete()
    answer = client.post(EDIT, sent)
    assert answer.status_code == 422
    assert "白写了吗？" in answer.text


def test_passages_are_moved_taken_out_and_added_by_the_same_form(scene: Reporting) -> None:
    report = scene.begin()
    client = client_of(scene.secretary)
    new = {"new-learning-heading": "加强自身建设", "new-learning-text": "学习{reading_sessions}。"}
    client.post(EDIT, typed(client, **new))
    learning = report.passages.filter(part=ReportPart.LEARNING)
    added = learning.last()
    assert added is not None
    answer = client.post(EDIT, typed(client, do=f"up:{added.pk}"))
    assert answer["Location"] == f"{EDIT}#passage-{added.pk}"
    assert [row.heading for row in learning] == ["加强自身建设", "推进书香政协建设"]
    client.post(EDIT, typed(client, do=f"remove:{added.pk}"))
    assert [row.heading for row in learning.all()] == ["推进书香政协建设"]
    for nonsense in ("up:", "remove:x", "explode:1", "down:99999999999999999999"):
        assert client.post(EDIT, typed(client, do=nonsense)).status_code in (303, 422)


def test_versions_and_the_standard_text_come_back(scene: Reporting) -> None:
    report = scene.begin()
    client, name = client_of(scene.secretary), first_passage(report)
    begun = report.passages.all()[0].text
    client.post(EDIT, typed(client, **{f"{name}-text": "另起炉灶。"}))
    client.post(f"{PAGE}standard", {"edition": "2"})
    assert report.passages.all()[0].text == begun
    kept = report.versions.all()[1]
    client.post(f"{PAGE}restore", {"edition": "3", "of": str(kept.pk)})
    assert report.passages.all()[0].text == "另起炉灶。"
    # As seen long ago: nothing happens.
    client.post(f"{PAGE}standard", {"edition": "2"})
    assert report.passages.all()[0].text == "另起炉灶。"


# --- from draft to signature --------------------------------------------------------------------------------


def test_a_report_goes_from_draft_to_signature_and_to_a_correction(scene: Reporting) -> None:
    secretary, chair, reader = client_of(scene.secretary), client_of(scene.chair), client_of(None)
    assert "尚未撰写" in secretary.get(PAGE).text
    assert secretary.post(f"{PAGE}begin")["Location"] == EDIT
    assert secretary.post(f"{PAGE}submit", {"edition": "1"})["Location"] == PAGE
    assert "送审人不能签发" in secretary.get(PAGE).text
    assert "report-sign" in chair.get(PAGE).text
    chair.post(f"{PAGE}send-back", {"text": "请核对口径。"})
    assert "请核对口径。" in secretary.get(EDIT).text
    secretary.post(f"{PAGE}submit", {"edition": "1"})
    secretary.post(f"{PAGE}take-back")
    secretary.post(f"{PAGE}submit", {"edition": "1"})
    assert reader.get(PAGE).status_code == 302
    chair.post(f"{PAGE}sign")
    assert reader.get(PAGE).status_code == 200
    EventRecord.objects.filter(attendance=120).update(attendance=205)
    assert "参与委员100多人次" in text_of(reader.get(PAGE)).replace(" ", "")
    moved = text_of(secretary.get(PAGE))
    assert "与签发时不同的数字：1项" in moved
    assert "读书活动参与 120人次 205人次" in moved
    assert "与签发时不同的数字" not in reader.get(PAGE).text
    assert secretary.post(f"{PAGE}correct")["Location"] == EDIT
    # Until it is signed readers have the version before.
    assert "参与委员100多人次" in text_of(reader.get(PAGE)).replace(" ", "")
    secretary.post(f"{PAGE}submit", {"edition": "1"})
    chair.post(f"{PAGE}sign")
    assert "参与委员200多人次" in text_of(reader.get(PAGE)).replace(" ", "")
    assert "第2版，替代2026年1月12日签发的第1版" in reader.get(PAGE).text
    old = reader.get(f"{PAGE}?version=1")
    assert "更正版" in text_of(old)
    assert "参与委员100多人次" in text_of(old).replace(" ", "")


def test_a_refusal_is_a_line_on_the_page(scene: Reporting) -> None:
    scene.submitted()
    answer = client_of(scene.secretary).post(f"{PAGE}sign", follow=True)
    assert "送审人不能签发，须由另一人签发。" in answer.text
    assert Report.objects.get().status == ReportStatus.REVIEW


def test_what_is_downloaded_is_what_was_signed(scene: Reporting) -> None:
    report = scene.signed()
    EventRecord.objects.filter(attendance=120).update(attendance=999)
    answer = client_of(None).get(f"{PAGE}export/json/")
    assert (
        unquote(answer["Content-Disposition"])
        == "attachment; filename*=utf-8''政协越溪县委员会2025年履职答卷.json"
    )
    document = from_content(json.loads(answer.content), ReportDocument)
    assert (document.seal, seal_of(document)) == (report.seal, report.seal)
    (rows,) = (one.rows for one in document.figures.sources if one.slug == "hall_resolved")
    assert len(rows) == 3
    for name in FORMATS:
        once, again = (client_of(None).get(f"{PAGE}export/{name}/").content for _ in range(2))
        assert once == again


def test_a_draft_is_downloaded_with_its_edition_in_its_name(scene: Reporting) -> None:
    client = client_of(scene.secretary)
    name = unquote(client.get(f"{PAGE}export/md/")["Content-Disposition"])
    assert name.endswith("政协越溪县委员会2025年履职答卷（草稿）.md")
    scene.begin()
    name = unquote(client.get(f"{PAGE}export/md/")["Content-Disposition"])
    assert name.endswith("政协越溪县委员会2025年履职答卷（第1稿）.md")
    assert client.get(f"{PAGE}export/exe/").status_code == 404


# --- the list -----------------------------------------------------------------------------------------------


def test_the_list_has_signed_reports_for_all_and_drafts_for_those_who_work_on_them(scene: Reporting) -> None:
    scene.begin()
    for who, user in people(scene).items():
        page = client_of(user).get("/reports/")
        assert page.status_code == 200
        assert ("2025年履职答卷" in page.text) == (who in STAFF), who
        assert ('name="body_id"' in page.text) == (who in {*STAFF, "secretary elsewhere"}), who
    report = Report.objects.get()
    client_of(scene.secretary).post(f"{PAGE}submit", {"edition": "1"})
    client_of(scene.chair).post(f"{PAGE}sign")
    assert "2025年履职答卷" in client_of(None).get("/reports/").text
    correct_report(report_id=report.pk, by=scene.by, at=LATER)
    assert text_of(client_of(None).get("/reports/")).count("2025年履职答卷") == 1
    assert text_of(client_of(scene.secretary).get("/reports/")).count("2025年履职答卷") == 2


def asked(client: Client, path: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def test_the_list_asks_as_often_for_three_reports_as_for_one(scene: Reporting) -> None:
    scene.signed()
    reader, secretary = client_of(None), client_of(scene.secretary)
    counts = asked(reader, "/reports/"), asked(secretary, "/reports/")
    for position, name in enumerate(("提案委员会", "经济科技委员会")):
        body = scene.county.special_committees[position]
        assert body.name == name
        secretary.post(f"{PAGE}begin?body={body.pk}")
        secretary.post(f"{PAGE}submit?body={body.pk}", {"edition": "1"})
    Report.objects.filter(status=ReportStatus.DRAFT).update(status=ReportStatus.REVIEW)
    assert (asked(reader, "/reports/"), asked(secretary, "/reports/")) == counts
    assert counts[0] <= 3


def test_the_pages_ask_as_often_for_many_passages_as_for_few(scene: Reporting) -> None:
    report = scene.begin()
    secretary = client_of(scene.secretary)
    counts = asked(secretary, PAGE), asked(secretary, EDIT)
    edit_report(
        report_id=report.pk,
        title=report.title,
        seen_title=report.title,
        wordings=[],
        added=[Words(ReportPart.LEARNING, f"第{at}段", "学习{reading_sessions}。") for at in range(20)],
        by=scene.by,
        at=LATER,
    )
    assert (asked(secretary, PAGE), asked(secretary, EDIT)) == counts


def test_a_signed_report_is_read_without_counting_anything(scene: Reporting) -> None:
    scene.signed()
    assert asked(client_of(None), PAGE) <= 5


def test_hostile_words_stay_words(scene: Reporting) -> None:
    scene.begin()
    client = client_of(scene.secretary)
    hostile = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    fields: dict[str, Any] = typed(client, title=hostile)
    name = next(key for key in fields if key.endswith("-text") and key.startswith("passage"))
    client.post(EDIT, fields | {name: hostile, name.replace("-text", "-heading"): hostile})
    for path in (PAGE, EDIT, "/reports/"):
        page = client.get(path).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "&lt;img src=x" in page


# --- checking -----------------------------------------------------------------------------------------------


def checked(content: bytes) -> str:
    answer = Client().post("/verify/", {"file": SimpleUploadedFile("report.json", content)})
    assert answer.status_code == 200
    return text_of(answer)


def test_anybody_checks_a_reports_json(scene: Reporting) -> None:
    report = scene.signed()
    content = client_of(None).get(f"{PAGE}export/json/").content
    page = checked(content)
    assert "内容自洽" in page
    assert "这就是本站签发的文件，为现行版本。" in page
    assert report.title in page
    changed = checked(content.replace("陆主席".encode(), "别主席".encode()))
    assert "不是签发的那一份" in changed
    correct_report(report_id=report.pk, by=scene.by, at=LATER)
    client_of(scene.secretary).post(f"{PAGE}submit", {"edition": "1"})
    client_of(scene.chair).post(f"{PAGE}sign")
    assert "但属旧版" in checked(content)
    draft = client_of(scene.secretary).get("/reports/2024/export/json/").content
    assert "这是草稿，尚未签发。" in checked(draft)
