"""A summary's page as its readers see it, and what they take away: files, the archive, who took what."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import html as lxml_html

from consultations.actions.exports import record_export
from consultations.actions.freezing import unfreeze_deliberation
from consultations.actions.signing import correct_summary, sign_summary, submit_summary
from consultations.documents import FORMATS
from consultations.documents.format import Format
from consultations.documents.paper import paper
from consultations.documents.verify import verify
from consultations.models import Deliberation, Summary, SummaryExport
from consultations.queries.exports import EXPORTS, SHOWN, exports_of
from consultations.queries.journal_export import journal_lines
from consultations.queries.summary_document import summary_document
from consultations.queries.summary_rows import load_summary
from jianyan.accounts.models import User
from tests.consultations.factories import HOUR, MINUTE, actor
from tests.consultations.summary_scene import EDITED, Drafted, make_drafted, make_signed
from tests.jianyan.accounts.factories import make_auditor

WECHAT = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Mobile/15E148 MicroMessenger/8.0.50 NetType/WIFI"
)
HINT = "请先点右上角“…”，选择“在浏览器打开”"


@pytest.fixture
def drafted(db: None) -> Drafted:
    return make_drafted()


@pytest.fixture
def signed(drafted: Drafted) -> Drafted:
    make_signed(drafted)
    Deliberation.objects.update(visibility="public")
    return drafted


@pytest.fixture(autouse=True)
def clock() -> object:
    with time_machine.travel(EDITED + HOUR, tick=False) as traveller:
        yield traveller


def client_of(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def address(drafted: Drafted, name: str = "") -> str:
    return f"/summaries/{drafted.summary.pk}/" + (f"export/{name}/" if name else "")


def page_of(user: User | None, drafted: Drafted, **headers: str) -> lxml_html.HtmlElement:
    response = client_of(user).get(address(drafted), headers=headers)
    assert response.status_code == 200
    return lxml_html.document_fromstring(response.content.decode())


def links(page: lxml_html.HtmlElement, within: str = "") -> list[str]:
    return [str(link.get("href")) for link in page.iterfind(f".//{within}a[@href]")]


def offered(page: lxml_html.HtmlElement) -> list[str]:
    return [str(link.get("href")).split("/")[-2] for link in page.iterfind(".//a[@download]")]


def kept() -> list[tuple[str, int, str]]:
    """(format, edition, who) of every export, in the order in which they were made."""
    rows = SummaryExport.objects.order_by("id").select_related("by")
    return [(row.format, row.edition, row.by.display_name) for row in rows]


# --- who takes what -----------------------------------------------------------------------------------------


def test_every_file_that_somebody_signed_in_takes_is_kept_with_its_edition(drafted: Drafted) -> None:
    client = client_of(drafted.finished.secretary)
    for name in EXPORTS:
        assert client.get(address(drafted, name)).status_code == 200
    assert kept() == [(name, 1, drafted.finished.secretary.display_name) for name in EXPORTS]
    assert SummaryExport.objects.values_list("at", flat=True).distinct().get() == EDITED + HOUR


def test_of_a_signed_one_members_are_kept_and_readers_without_an_account_are_not(signed: Drafted) -> None:
    member = signed.finished.members[0]
    for user in (member, None):
        for name in ("docx", "zip"):
            assert client_of(user).get(address(signed, name)).status_code == 200
    assert kept() == [("docx", 1, member.display_name), ("zip", 1, member.display_name)]


def test_what_is_not_given_is_not_kept(drafted: Drafted) -> None:
    client_of(drafted.finished.members[0]).get(address(drafted, "docx"))
    secretary = client_of(drafted.finished.secretary)
    secretary.get(address(drafted, "doc"))
    secretary.head(address(drafted, "docx"))
    secretary.post(address(drafted, "docx"))
    assert kept() == []


def test_secretaries_and_auditors_read_who_took_it_and_nobody_else(signed: Drafted) -> None:
    member = signed.finished.members[0]
    client_of(member).get(address(signed, "csv"))
    auditor = make_auditor(signed.finished.county)
    for user in (signed.finished.secretary, auditor):
        rows = page_of(user, signed).xpath("//details[@id='summary-exported']//tbody/tr")
        cells = [cell.text_content() for cell in rows[0].xpath("./td")]
        assert cells == ["2026-03-05 21:50", member.display_name, "CSV", "1"]
    for other in (member, signed.finished.moderator, None):
        page = page_of(other, signed)
        assert page.xpath("//*[@id='summary-exported']") == []


def test_of_many_exports_the_latest_are_listed_and_the_others_counted(signed: Drafted) -> None:
    by, summary = actor(signed.finished.secretary), load_summary(signed.summary.pk)
    for at in range(SHOWN + 3):
        record_export(summary_id=summary.pk, edition=at, name="pdf", by=by, at=EDITED + at * MINUTE)
    found = exports_of(summary, by)
    assert found is not None
    assert [one.edition for one in found.latest] == list(range(SHOWN + 2, 2, -1))
    assert (found.count, found.more) == (SHOWN + 3, 3)
    with CaptureQueriesContext(connection) as queries:
        exports_of(summary, by)
    assert len(queries) == 2
    panel = page_of(signed.finished.secretary, signed).get_element_by_id("summary-exported")
    assert panel.findtext("summary") == "导出记录（53）"
    assert "更早的另有3次。" in panel.text_content()


# --- the files ----------------------------------------------------------------------------------------------


def test_the_archive_holds_every_format_and_the_public_journal(signed: Drafted) -> None:
    response = client_of(None).get(address(signed, "zip"))
    assert response["Content-Type"] == "application/zip"
    archive = zipfile.ZipFile(io.BytesIO(response.content))
    assert archive.testzip() is None
    document = summary_document(signed.summary.pk)
    for one in FORMATS.values():
        assert archive.read(f"破解老城区停车难协商纪要{one.suffix}") == one.render(document)
    journal = archive.read("议题日志1　破解老城区停车难.jsonl")
    assert journal.decode().splitlines() == list(journal_lines(signed.finished.topic.pk))
    frozen = document.snapshot.topics[0]
    entry = json.loads(journal.splitlines()[frozen.revision - 1])
    assert (entry["revision"], entry["hash"]) == (frozen.revision, frozen.head)
    assert verify(archive.read("破解老城区停车难协商纪要.json")) == []
    assert client_of(None).get(address(signed, "zip")).content == response.content


def test_what_was_signed_is_made_once_however_many_ask_for_it(
    signed: Drafted, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []

    def render(document: object) -> bytes:
        made.append(document)
        return b"once"

    monkeypatch.setitem(
        FORMATS, "once", Format(name="once", media_type="text/plain", suffix=".txt", render=render)
    )
    monkeypatch.setattr("consultations.views.summaries.EXPORTS", ("once",))
    for user in (signed.finished.secretary, signed.finished.members[0], None):
        assert client_of(user).get(address(signed, "once")).content == b"once"
    assert len(made) == 1


def test_a_draft_is_made_anew_each_time(drafted: Drafted) -> None:
    client = client_of(drafted.finished.secretary)
    before = client.get(address(drafted, "md")).content.decode()
    client.post(f"/summaries/{drafted.summary.pk}/head", {"text": "改了题", "opening": "", "edition": 1})
    assert before.startswith("# “破解老城区停车难”协商纪要\n")
    assert client.get(address(drafted, "md")).content.decode().startswith("# 改了题\n")


def test_while_the_freezing_is_undone_no_file_is_offered_or_given(drafted: Drafted) -> None:
    unfreeze_deliberation(summary_id=drafted.summary.pk, by=drafted.finished.by, at=EDITED)
    client = client_of(drafted.finished.secretary)
    for name in EXPORTS:
        assert client.get(address(drafted, name)).status_code == 409
    assert offered(page_of(drafted.finished.secretary, drafted)) == []
    assert kept() == []


# --- the page -----------------------------------------------------------------------------------------------


def test_the_page_offers_every_format_and_the_archive(signed: Drafted) -> None:
    assert sorted(offered(page_of(None, signed))) == sorted(EXPORTS)


def test_the_page_is_the_document_with_its_charts(signed: Drafted) -> None:
    response = client_of(None).get(address(signed))
    assert str(paper(summary_document(signed.summary.pk))) in response.content.decode()
    page = lxml_html.document_fromstring(response.content.decode())
    assert len(page.findall(".//article[@class='paper']//figure/svg")) == 2
    # The policy of the site's pages allows no style beside its own stylesheets.
    assert page.xpath("//article//@style") == []


def test_the_page_says_how_it_is_checked(signed: Drafted) -> None:
    panel = page_of(None, signed).get_element_by_id("summary-check")
    seal = Summary.objects.get(pk=signed.summary.pk).seal
    assert [value.text_content() for value in panel.xpath(".//dd")] == ["〔2026〕1号", "1", seal]
    assert panel.xpath(".//a/@href") == ["/verify/", f"/topics/{signed.finished.topic.pk}/journal/"]


def test_a_draft_has_no_seal_yet(drafted: Drafted) -> None:
    panel = page_of(drafted.finished.secretary, drafted).get_element_by_id("summary-check")
    assert panel.xpath(".//dd") == []


def test_a_corrected_version_and_the_one_before_lead_to_each_other(signed: Drafted) -> None:
    at = EDITED + 40 * MINUTE
    new = correct_summary(summary_id=signed.summary.pk, by=signed.finished.by, at=at)
    assert "已有更正" not in page_of(None, signed).text_content()
    submit_summary(summary_id=new.pk, by=signed.finished.by, at=at)
    sign_summary(summary_id=new.pk, by=signed.finished.rival, at=at)
    old = page_of(None, signed)
    assert f"/summaries/{new.pk}/" in links(old, "*[@id='summary-signing']//")
    response = client_of(None).get(f"/summaries/{new.pk}/")
    page = lxml_html.document_fromstring(response.content.decode())
    assert address(signed) in links(page, "*[@id='summary-signing']//")
    assert page.xpath("//*[@class='paper-standing']/text()") == ["（第2版，替代2026年3月5日签发的第1版）"]


def test_in_wechat_the_page_says_where_files_can_be_saved_and_is_read_as_anywhere(signed: Drafted) -> None:
    page = page_of(None, signed, **{"User-Agent": WECHAT})
    assert HINT in page.text_content()
    assert page.xpath("//article[@class='paper']//h1/text()") == ["“破解老城区停车难”协商纪要"]
    assert HINT not in page_of(None, signed, **{"User-Agent": "Mozilla/5.0 Firefox/140.0"}).text_content()
    assert HINT not in page_of(None, signed).text_content()


def test_topic_and_deliberation_lead_to_it_once_it_is_signed(drafted: Drafted) -> None:
    Deliberation.objects.update(visibility="public")
    pages = (f"/deliberations/{drafted.finished.deliberation.pk}/", f"/topics/{drafted.finished.topic.pk}/")
    for signed in (False, True):
        if signed:
            make_signed(drafted)
        for user in (drafted.finished.members[0], None):
            for page in pages:
                answer = client_of(user).get(page)
                assert answer.status_code == 200
                read = lxml_html.document_fromstring(answer.content.decode())
                assert (address(drafted) in links(read)) is signed, page


def test_the_topic_leads_to_the_latest_version_of_the_minutes(signed: Drafted) -> None:
    at = EDITED + 40 * MINUTE
    new = correct_summary(summary_id=signed.summary.pk, by=signed.finished.by, at=at)
    topic = f"/topics/{signed.finished.topic.pk}/"
    assert address(signed) in client_of(None).get(topic).content.decode()
    submit_summary(summary_id=new.pk, by=signed.finished.by, at=at)
    sign_summary(summary_id=new.pk, by=signed.finished.rival, at=at)
    page = client_of(None).get(topic).content.decode()
    assert f"/summaries/{new.pk}/" in page
    assert address(signed) not in page
