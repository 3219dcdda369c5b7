"""The summary's pages over HTTP: who may open what, what the files are called and hold, and what forms answer."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from docx import Document

from consultations.documents.outline import outline_of
from consultations.documents.verify import verify
from consultations.models import Attendance, Deliberation, Statement, Summary, Topic
from consultations.queries.summary_document import summary_document
from jianyan.accounts.models import User
from tests.consultations.factories import MINUTE, NOON
from tests.consultations.summary_scene import EDITED, Drafted, make_drafted, make_finished, make_signed
from tests.jianyan.accounts.factories import make_administrator, make_auditor, make_secretary, make_user

HTMX = {"HX-Request": "true"}


@pytest.fixture
def drafted(db: None) -> Drafted:
    return make_drafted()


@pytest.fixture(autouse=True)
def clock() -> object:
    with time_machine.travel(EDITED, tick=False) as traveller:
        yield traveller


def client_of(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def people(drafted: Drafted) -> dict[str, User | None]:
    county = drafted.finished.county
    elsewhere = make_secretary(county, "别处秘书")
    elsewhere.memberships.update(body=county.department)
    return {
        "secretary": drafted.finished.secretary,
        "moderator": drafted.finished.moderator,
        "member": drafted.finished.members[0],
        "auditor": make_auditor(county),
        "administrator": make_administrator(county),
        "secretary elsewhere": elsewhere,
        "nobody": None,
    }


def addresses(drafted: Drafted) -> dict[str, tuple[str, str, dict[str, object]]]:
    """Name → (method, address, fields) of every page and form."""
    one = drafted.summary.pk
    statement = drafted.statement(1)
    section = statement.section_id
    topic = drafted.finished.topic.pk
    posts: dict[str, tuple[str, dict[str, object]]] = {
        "summary-head": (f"/summaries/{one}/head", {"text": "题", "opening": "", "edition": 1}),
        "summary-sections": (f"/summaries/{one}/sections/", {"text": "新的一节", "topic": topic}),
        "summary-section": (f"/summaries/{one}/sections/{section}/", {"text": "换名", "edition": 1}),
        "summary-note": (f"/summaries/{one}/sections/{section}/notes/", {"text": "补充。"}),
        "freeze": (f"/deliberations/{drafted.finished.deliberation.pk}/freeze/", {}),
    }
    verbs: dict[str, dict[str, object]] = {
        "save": {"text": "改写。", "edition": 1},
        "original": {"edition": 1},
        "remove": {"edition": 1},
        "put-back": {},
        "move": {"places": "-1"},
        "section": {"section": drafted.statement(2).section_id},
        "merge": {"place": 1, "edition": 1},
        "cite": {"topic": topic, "number": 2, "edition": 1},
        "uncite": {"suggestion": drafted.finished.suggestion(1).pk, "edition": 1},
    }
    for verb, fields in verbs.items():
        posts[verb] = (f"/summaries/{one}/statements/{statement.pk}/{verb}", fields)
    gets = {
        "summary": f"/summaries/{one}/",
        "summary-edit": f"/summaries/{one}/edit/",
        **{f"export {name}": f"/summaries/{one}/export/{name}/" for name in ("docx", "csv", "json")},
    }
    return {name: ("GET", address, {}) for name, address in gets.items()} | {
        name: ("POST", address, fields) for name, (address, fields) in posts.items()
    }


def ask(
    client: Client,
    method: str,
    address: str,
    fields: dict[str, object],
    headers: dict[str, str] | None = None,
) -> Any:
    if method == "GET":
        return client.get(address, headers=headers)
    return client.post(address, fields, headers=headers)


# --- who ----------------------------------------------------------------------------------------------------


def test_only_secretaries_of_the_host_open_a_draft(drafted: Drafted) -> None:
    # `secretary` comes last: its requests change something.
    users = people(drafted)
    revision = Topic.objects.get(pk=drafted.finished.topic.pk).revision
    for role in [name for name in users if name not in ("secretary", "nobody")]:
        client = client_of(users[role])
        for name, (method, address, fields) in addresses(drafted).items():
            assert (role, name, ask(client, method, address, fields).status_code) == (role, name, 403)
    assert Topic.objects.get(pk=drafted.finished.topic.pk).revision == revision
    client = client_of(users["secretary"])
    for name, (method, address, _fields) in addresses(drafted).items():
        if method == "GET":
            assert (name, client.get(address).status_code) == (name, 200)


def test_whoever_is_not_signed_in_is_asked_to(drafted: Drafted) -> None:
    edit = f"/summaries/{drafted.summary.pk}/edit/"
    for name, (method, address, fields) in addresses(drafted).items():
        if name == "freeze":
            continue
        response = ask(Client(), method, address, fields)
        assert response.status_code == (302 if method == "GET" else 303)
        assert (
            unquote(response["Location"]) == f"/accounts/login/?next={address if method == 'GET' else edit}"
        )
        fragment = ask(Client(), method, address, fields, headers=HTMX)
        assert fragment["HX-Redirect"].startswith("/accounts/login/")
    assert Client().post(addresses(drafted)["freeze"][1]).status_code == 403


@pytest.mark.parametrize(("visibility", "status"), [("public", 403), ("members", 404), ("invited", 404)])
def test_a_draft_of_what_one_may_not_even_see_is_not_there(
    drafted: Drafted, visibility: str, status: int
) -> None:
    Deliberation.objects.update(visibility=visibility)
    client = client_of(make_user("路人"))
    for name, (method, address, fields) in addresses(drafted).items():
        if name != "freeze":
            assert (name, ask(client, method, address, fields).status_code) == (name, status)


def test_a_signed_summary_is_read_by_whoever_may_see_the_deliberation(drafted: Drafted) -> None:
    make_signed(drafted)
    Deliberation.objects.update(visibility="invited")
    guest = make_user("应邀者")
    read = f"/summaries/{drafted.summary.pk}/"
    assert client_of(guest).get(read).status_code == 404
    Attendance.objects.create(deliberation=drafted.finished.deliberation, user=guest)
    assert client_of(guest).get(read).status_code == 200
    assert client_of(guest).get(f"{read}export/json/").status_code == 200
    assert client_of(guest).get(f"{read}edit/").status_code == 403
    Deliberation.objects.update(visibility="public")
    page = Client().get(read).content.decode()
    assert "（草稿）" not in page
    assert f"{read}edit/" not in page


def test_a_signed_summary_has_no_editor(drafted: Drafted) -> None:
    make_signed(drafted)
    client = client_of(drafted.finished.secretary)
    read = reverse("consultations:summary", args=[drafted.summary.pk])
    for name, (method, address, fields) in addresses(drafted).items():
        if name in ("summary", "freeze") or name.startswith("export"):
            continue
        response = ask(client, method, address, fields)
        assert (name, response["Location"]) == (name, read)
        assert ask(client, method, address, fields, headers=HTMX)["HX-Redirect"] == read
    assert client.post(addresses(drafted)["freeze"][1])["Location"] == f"{read}edit/"
    assert Summary.objects.get().edition == 1


def test_only_forms_change_and_only_pages_are_got(drafted: Drafted) -> None:
    client = client_of(drafted.finished.secretary)
    for method, address, _fields in addresses(drafted).values():
        other = client.post(address) if method == "GET" else client.get(address)
        assert other.status_code == 405


def test_what_is_not_there_is_not_found(drafted: Drafted) -> None:
    client = client_of(drafted.finished.secretary)
    one = drafted.summary.pk
    for address in ("/summaries/404/", "/summaries/404/edit/", f"/summaries/{one}/export/doc/"):
        assert client.get(address).status_code == 404
    for address in (
        "/deliberations/404/freeze/",
        f"/summaries/{one}/statements/404/save",
        f"/summaries/{one}/statements/{drafted.statement(1).pk}/burn",
        f"/summaries/{one}/sections/404/",
        f"/summaries/{one}/sections/404/notes/",
    ):
        assert client.post(address).status_code == 404


# --- freezing -----------------------------------------------------------------------------------------------


def test_freezing_drafts_and_leads_to_the_editor(db: None) -> None:
    finished = make_finished()
    client = client_of(finished.secretary)
    address = f"/deliberations/{finished.deliberation.pk}/freeze/"
    response = client.post(address, follow=True)
    assert response.redirect_chain == [(f"/summaries/{Summary.objects.get().pk}/edit/", 303)]
    assert "建议商场地下车库前一小时免费。" in response.content.decode()
    assert Statement.objects.count() == 7
    client.post(address)
    assert (Summary.objects.count(), Statement.objects.count()) == (1, 7)


def test_freezing_before_the_closing_is_refused(db: None) -> None:
    finished = make_finished()
    # As if the clock had not yet reached the closing.
    Topic.objects.update(closes_at=EDITED + MINUTE, marked="")
    response = client_of(finished.secretary).post(f"/deliberations/{finished.deliberation.pk}/freeze/")
    assert response.status_code == 409
    assert Summary.objects.count() == 0


# --- files --------------------------------------------------------------------------------------------------


def download(drafted: Drafted, name: str) -> tuple[bytes, str, str]:
    """(content, type, file name as RFC 5987 says it)."""
    address = f"/summaries/{drafted.summary.pk}/export/{name}/"
    response = client_of(drafted.finished.secretary).get(address)
    assert response.status_code == 200
    disposition = response["Content-Disposition"]
    assert disposition.startswith("attachment; filename*=utf-8''")
    return response.content, response["Content-Type"], unquote(disposition.partition("''")[2])


def test_the_docx_holds_the_idea_its_number_theme_and_support(drafted: Drafted) -> None:
    content, media_type, name = download(drafted, "docx")
    assert media_type == "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    assert name == "破解老城区停车难协商纪要（第1稿）.docx"
    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
    document = Document(io.BytesIO(content))
    lines = [paragraph.text.replace("\u200b", "") for paragraph in document.paragraphs]
    at = lines.index("一、错时共享")
    assert lines[at + 1] == "关于“错时共享”，共有建言2条，来自2个界别，附议4次。"
    assert lines[at + 2] == "1.建议商场地下车库前一小时免费（教育界提出，附议3次）［3］。"
    cells = [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]
    row = next(row for row in cells if row[0] == "3")
    assert "我建议：商场地下车库前一小时免费。" in row[1]
    assert {"错时共享", "3"} <= set(row)
    everything = "".join(lines) + "".join("".join(row) for row in cells).replace("\n", "")
    frozen = drafted.summary.snapshot["topics"][0]
    assert frozen["head"] in everything
    assert drafted.summary.digest in everything


def test_the_csv_has_a_row_for_every_number(drafted: Drafted) -> None:
    content, media_type, name = download(drafted, "csv")
    assert (media_type, name) == ("text/csv; charset=utf-8", "破解老城区停车难协商纪要（第1稿）.csv")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert len(rows) == 9
    assert "欧阳晴川" in rows[3]


def test_the_json_passes_the_check(drafted: Drafted) -> None:
    content, media_type, name = download(drafted, "json")
    assert (media_type, name) == ("application/json", "破解老城区停车难协商纪要（第1稿）.json")
    frozen = json.loads(content)["snapshot"]["topics"][0]
    assert verify(content, journal_heads={frozen["topic_id"]: frozen["head"]}) == []


@pytest.mark.parametrize(
    ("title", "stem"),
    [
        ('a/b\\c:d*e?f"g<h>i|j', "abcdefghij（第1稿）"),
        ("...", "协商纪要（第1稿）"),
        ("长" * 120, "长" * 60 + "（第1稿）"),
    ],
)
def test_a_file_name_is_one_that_every_system_takes(drafted: Drafted, title: str, stem: str) -> None:
    Summary.objects.update(title=title)
    assert download(drafted, "csv")[2] == f"{stem}.csv"


def test_a_signed_file_says_nothing_of_editions(drafted: Drafted) -> None:
    make_signed(drafted)
    assert download(drafted, "csv")[2] == "破解老城区停车难协商纪要.csv"


# --- the preview --------------------------------------------------------------------------------------------


def test_the_preview_reads_as_the_docx_does(drafted: Drafted) -> None:
    client = client_of(drafted.finished.secretary)
    consensus = drafted.summary.sections.get(topic=None).pk
    client.post(f"/summaries/{drafted.summary.pk}/sections/{consensus}/notes/", {"text": "综合治理。"})
    client.post(
        f"/summaries/{drafted.summary.pk}/head",
        {"text": "题目", "opening": "第一段。\n第二段。", "edition": 1},
    )
    outline = outline_of(summary_document(drafted.summary.pk))
    shown = [
        block.text
        + block.remark
        + (f"［{'、'.join(number for _, number in block.cited)}］" if block.cited else "")
        + block.end
        for block in outline.blocks
    ]
    document = Document(io.BytesIO(download(drafted, "docx")[0]))
    lines = [paragraph.text.replace("\u200b", "") for paragraph in document.paragraphs]
    start = next(index for index, line in enumerate(lines) if line.startswith("2026年3月5日20时至"))
    assert lines[start : start + len(shown)] == shown
    assert shown[3:5] == ["一、共识", "综合治理（秘书补充）。"]
    assert shown[5:9] == [
        "二、意见建议",
        "（一）错时共享",
        "关于“错时共享”，共有建言2条，来自2个界别，附议4次。",
        "1.建议商场地下车库前一小时免费（教育界提出，附议3次）［3］。",
    ]


def test_the_preview_lists_people_suggestions_and_the_record(drafted: Drafted) -> None:
    page = client_of(drafted.finished.secretary).get(f"/summaries/{drafted.summary.pk}/").content.decode()
    for words in (
        "（草稿）",
        "<b>出席：</b><span>丁一</span>",
        "（内容不予刊载）",
        "隐藏理由：用语请平和",
    ):
        assert words in page
    assert drafted.summary.digest in page
    assert drafted.summary.snapshot["topics"][0]["head"] in page
    assert "这条有人身攻击" not in page


# --- forms --------------------------------------------------------------------------------------------------


def statement_at(drafted: Drafted, verb: str, number: int = 1) -> str:
    return f"/summaries/{drafted.summary.pk}/statements/{drafted.statement(number).pk}/{verb}"


def test_a_plain_form_leads_back_to_the_sentence(drafted: Drafted) -> None:
    client = client_of(drafted.finished.secretary)
    response = client.post(statement_at(drafted, "save"), {"text": "改写了。", "edition": 1})
    edit = f"/summaries/{drafted.summary.pk}/edit/"
    assert (response.status_code, response["Location"]) == (
        303,
        f"{edit}#statement-{drafted.statement(1).pk}",
    )
    page = client.get(edit).content.decode()
    assert "改写了。" in page
    assert 'class="notice success"' in page


def test_htmx_gets_only_what_has_changed(drafted: Drafted) -> None:
    client = client_of(drafted.finished.secretary)
    target = drafted.statement(2).section_id
    response = client.post(statement_at(drafted, "section"), {"section": target}, headers=HTMX)
    page = response.content.decode()
    assert (response.status_code, response["X-Summary"]) == (200, "regions")
    for section in drafted.summary.sections.all():
        changed = section.pk in (target, drafted.statement(3).section_id)
        assert (f'id="section-{section.pk}"' in page) is changed
    assert 'id="summary-head"' not in page
    assert "<html" not in page


def test_every_form_answers_in_words(drafted: Drafted) -> None:
    client = client_of(drafted.finished.secretary)
    one, first = drafted.summary.pk, drafted.statement(1)
    section, other = first.section_id, drafted.statement(2).section_id
    topic = drafted.finished.topic.pk

    def line(address: str, **fields: object) -> str:
        response = client.post(address, fields, headers=HTMX)
        assert response.status_code == 200
        return str(response.context["line"])

    def statement(verb: str, **fields: object) -> str:
        edition = Statement.objects.get(pk=first.pk).edition
        return line(f"/summaries/{one}/statements/{first.pk}/{verb}", **{"edition": edition, **fields})

    said = [
        statement("save", text="改写。"),
        statement("original"),
        statement("move", places="-1"),
        statement("cite", topic=topic, number=2),
        statement("uncite", suggestion=drafted.finished.suggestion(2).pk),
        statement("remove"),
        statement("put-back"),
        statement("section", section=other),
        statement("merge", place=1),
        line(f"/summaries/{one}/head", text="题", opening="", edition=1),
        line(f"/summaries/{one}/sections/", text="新的一节", topic=topic),
        line(f"/summaries/{one}/sections/{section}/", text="换名", edition=1),
        line(f"/summaries/{one}/sections/{section}/", places="1"),
        line(f"/summaries/{one}/sections/{section}/", places="-1"),
        line(f"/summaries/{one}/sections/{section}/notes/", text="补充。"),
    ]
    assert len(set(said)) == 14
    assert all(said)
    assert Summary.objects.get().edition == 16


def test_of_two_secretaries_both_texts_are_shown_and_the_second_can_still_be_saved(drafted: Drafted) -> None:
    first, second = client_of(drafted.finished.secretary), client_of(User.objects.get(display_name="俞秘书"))
    first.post(statement_at(drafted, "save"), {"text": "先到的文字。", "edition": 1})
    for headers in (None, HTMX):
        response = second.post(
            statement_at(drafted, "save"), {"text": "后到的文字。", "edition": 1}, headers=headers
        )
        page = response.content.decode()
        assert response.status_code == 409
        assert '<p class="sentence-text">先到的文字。</p>' in page
        assert ">后到的文字。</textarea>" in page
    assert drafted.statement(1).text == "先到的文字。"
    second.post(statement_at(drafted, "save"), {"text": "后到的文字。", "edition": 2})
    assert drafted.statement(1).text == "后到的文字。"


def test_words_for_what_was_taken_out_meanwhile_are_not_lost(drafted: Drafted) -> None:
    first, second = client_of(drafted.finished.secretary), client_of(User.objects.get(display_name="俞秘书"))
    first.post(statement_at(drafted, "remove"), {"edition": 1})
    response = second.post(
        statement_at(drafted, "save"), {"text": "后到的文字。", "edition": 1}, headers=HTMX
    )
    assert response.status_code == 409
    assert ">后到的文字。</textarea>" in response.content.decode()


def test_of_two_titles_both_are_shown(drafted: Drafted) -> None:
    client = client_of(drafted.finished.secretary)
    address = f"/summaries/{drafted.summary.pk}/head"
    client.post(address, {"text": "先到的标题", "opening": "先到的开头。", "edition": 1})
    response = client.post(
        address, {"text": "后到的标题", "opening": "后到的开头。", "edition": 1}, headers=HTMX
    )
    page = response.content.decode()
    assert response.status_code == 409
    for words in ("<p>先到的标题</p>", "先到的开头。</p>", 'value="后到的标题"', ">后到的开头。</textarea>"):
        assert words in page


Form = Callable[[Drafted], str]


@pytest.mark.parametrize(
    ("form", "fields", "typed"),
    [
        (lambda drafted: statement_at(drafted, "save"), {"text": "长" * 2001, "edition": 1}, "长" * 2001),
        (
            lambda drafted: (
                f"/summaries/{drafted.summary.pk}/sections/{drafted.statement(1).section_id}/notes/"
            ),
            {"text": "反\u202e转"},
            "反\u202e转",
        ),
        (
            lambda drafted: f"/summaries/{drafted.summary.pk}/sections/{drafted.statement(1).section_id}/",
            {"text": "题" * 41, "edition": 1},
            "题" * 41,
        ),
        (
            lambda drafted: f"/summaries/{drafted.summary.pk}/head",
            {"text": "题" * 121, "opening": "", "edition": 1},
            "题" * 121,
        ),
    ],
)
def test_what_is_refused_stays_in_its_box(
    drafted: Drafted, form: Form, fields: dict[str, object], typed: str
) -> None:
    client = client_of(drafted.finished.secretary)
    for headers in (None, HTMX):
        response = client.post(form(drafted), fields, headers=headers)
        assert response.status_code == 422
        assert typed in response.content.decode()
        assert 'role="alert"' in response.content.decode()
    assert Summary.objects.get().edition == 1


def test_a_new_section_without_a_heading_is_refused_at_its_form(drafted: Drafted) -> None:
    client = client_of(drafted.finished.secretary)
    fields = {"text": " ", "topic": drafted.finished.topic.pk}
    address = f"/summaries/{drafted.summary.pk}/sections/"
    for headers in (None, HTMX):
        response = client.post(address, fields, headers=headers)
        assert response.status_code == 422
        assert 'role="alert"' in response.content.decode()


@pytest.mark.parametrize(
    ("verb", "fields"),
    [
        ("cite", {"number": "6", "edition": "1"}),
        ("cite", {"number": "9" * 30, "edition": "1"}),
        ("cite", {"number": "-1", "edition": "1"}),
        ("cite", {"number": "²", "edition": "1"}),
        ("merge", {"place": "9", "edition": "1"}),
        ("section", {"section": "x"}),
    ],
)
def test_numbers_that_lead_nowhere_are_refused(drafted: Drafted, verb: str, fields: dict[str, str]) -> None:
    client = client_of(drafted.finished.secretary)
    fields = {"topic": str(drafted.finished.topic.pk), **fields}
    assert client.post(statement_at(drafted, verb), fields, headers=HTMX).status_code == 422
    assert Summary.objects.get().edition == 1


def test_no_page_of_a_draft_is_kept_by_a_browser(drafted: Drafted) -> None:
    client = client_of(drafted.finished.secretary)
    for method, address, _fields in addresses(drafted).values():
        if method == "GET":
            assert client.get(address)["Cache-Control"] == "no-store"


def test_the_editor_says_nothing_of_ideas_that_are_not_public(drafted: Drafted) -> None:
    page = (
        client_of(drafted.finished.secretary).get(f"/summaries/{drafted.summary.pk}/edit/").content.decode()
    )
    for text in ("这条有人身攻击", "这条写得太笼统", "这条不要了"):
        assert text not in page
    assert NOON < EDITED
