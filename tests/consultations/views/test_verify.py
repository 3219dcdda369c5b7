"""The page on which anybody checks an exported summary."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from consultations.actions.signing import correct_summary, sign_summary, submit_summary
from consultations.documents.json import render
from consultations.documents.model import SummaryDocument
from consultations.documents.sealing import sealed
from consultations.enums import Visibility
from consultations.models import Deliberation, JournalEntry, Suggestion, Summary, Vote
from consultations.queries.summary_document import document_for
from consultations.views import verify as page
from jianyan.accounts.models import User
from tests.consultations.documents.samples import sample, signed
from tests.consultations.factories import MINUTE, NOON
from tests.consultations.summary_scene import FROZEN, Drafted, make_drafted, make_finished, make_signed

pytestmark = pytest.mark.django_db
LATER = NOON + 90 * MINUTE


@pytest.fixture(autouse=True)
def uncounted() -> None:
    cache.clear()


@pytest.fixture
def drafted(db: None) -> Drafted:
    return make_drafted()


def check(data: bytes, by: User | None = None, name: str = "纪要.json") -> str:
    """What the page says of that file, tags left out."""
    client = Client()
    if by is not None:
        client.force_login(by)
    with time_machine.travel(LATER, tick=False):
        answer = client.post("/verify/", {"file": SimpleUploadedFile(name, data)})
    assert answer.status_code == 200
    return words(answer.content.decode())


def words(html: str) -> str:
    """The main part of a page, tags left out."""
    (main,) = re.findall(r"(?s)<main[^>]*>(.*)</main>", html)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def of(summary: Summary) -> bytes:
    return render(document_for(Summary.objects.get(pk=summary.pk)))


def changed(data: bytes, change: Callable[[Any], None]) -> bytes:
    content = json.loads(data)
    change(content)
    return json.dumps(content, ensure_ascii=False).encode()


def test_the_form_says_what_is_checked_and_needs_no_account() -> None:
    answer = Client().get("/verify/")
    said = words(answer.content.decode())
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert "无需登录，文件内容不会保存" in said
    for part in (
        "文件",
        "全文",
        "数据快照",
        "开头",
        "建言一览表",
        "各条意见",
        "部门回应和交办清单",
        "统计表",
        "议题日志",
    ):
        assert part in said


def test_nothing_chosen_is_said_beside_the_field() -> None:
    answer = Client().post("/verify/")
    assert answer.status_code == 422
    assert "请先选择文件。" in words(answer.content.decode())


def test_what_was_signed_here_holds_and_is_named_with_its_page(drafted: Drafted) -> None:
    summary = make_signed(drafted)
    said = check(of(summary))
    assert "核验无误，与本站的议题日志一致。" in said
    assert "这就是本站签发的文件，为现行版本。 “破解老城区停车难”协商纪要" in said
    assert "有问题" not in said
    assert said.count(" 无误 ") == 9
    assert Summary.objects.count() == 1


def test_a_link_leads_to_it(drafted: Drafted) -> None:
    summary = make_signed(drafted)
    answer = Client().post("/verify/", {"file": SimpleUploadedFile("纪要.json", of(summary))})
    assert f'href="/summaries/{summary.pk}/"' in answer.content.decode()


def test_a_summary_of_another_site_holds_in_itself() -> None:
    said = check(render(signed()))
    assert "文件自身核验无误；没有可供比对的议题日志。" in said
    assert "本站没有这份文件，它可能来自其他平台。" in said
    assert "议题日志 未比对 本站没有其中的议题，或者您无权查看。" in said


def test_each_finding_says_what_is_printed_and_what_is_right(drafted: Drafted) -> None:
    def tamper(content: Any) -> None:
        content["opening"]["counts"]["participants"] = 142

    said = check(changed(of(drafted.summary), tamper), drafted.finished.secretary)
    assert "核验未通过，发现1处问题。" in said
    assert "开头 有问题" in said
    assert "142" in said
    assert "8" in said


def test_of_many_findings_the_first_are_shown_and_the_others_counted() -> None:
    def disown(content: Any) -> None:
        for row in content["appendix"]:
            row["author"] = "他人"

    said = check(changed(render(signed()), disown))
    assert "核验未通过，发现41处问题。" in said
    assert said.count("他人") == 20
    assert "……另有同类问题20处" in said


def test_remarks_are_shown_apart_from_faults() -> None:
    def count(content: Any) -> None:
        content["consensus"][0]["text"] = "委员提出建言99条。"
        content.update(status="draft")

    said = check(changed(render(sample()), count))
    assert "文件自身核验无误" in said
    assert "请人工查看" in said
    assert "“委员提出建言99条。”中的“99条”" in said


def test_a_document_sealed_anew_is_not_the_one_in_the_journal(drafted: Drafted) -> None:
    summary = make_signed(drafted)
    forged = sealed(dataclasses.replace(document_for(Summary.objects.get()), title="另一个标题"))
    said = check(render(forged))
    assert "核验未通过，发现1处问题。" in said
    assert "日志中没有签发这一全文校验码的记录。" in said
    assert "这不是本站的文件。依据同一份数据形成的文件是： “破解老城区停车难”协商纪要" in said
    assert summary.pk


def test_what_was_corrected_is_an_older_version(drafted: Drafted) -> None:
    first = make_signed(drafted)
    old = of(first)
    finished = drafted.finished
    at = FROZEN + 40 * MINUTE
    second = correct_summary(summary_id=first.pk, by=finished.by, at=at)
    # What is begun is not in force yet.
    assert "为现行版本" in check(old)
    submit_summary(summary_id=second.pk, by=finished.by, at=at)
    sign_summary(summary_id=second.pk, by=finished.rival, at=at)
    assert "属旧版，已被更正后的新版替代。" in check(old)
    assert "为现行版本" in check(of(second))


def test_drafts_are_known_to_secretaries_alone(drafted: Drafted) -> None:
    draft = of(drafted.summary)
    assert "本站没有这份文件" in check(draft)
    secretary = drafted.finished.secretary
    assert "这是本站目前的草稿，尚未签发。" in check(draft, secretary)
    Summary.objects.update(edition=7)
    assert "这是较早的一稿，此后又有修改" in check(draft, secretary)
    make_signed(drafted)
    assert "这是一份草稿，正式文件已经签发： “破解老城区停车难”协商纪要" in check(draft)

    def ahead(content: Any) -> None:
        content["head"]["edition"] = 99

    assert "这不是本站的文件" in check(changed(draft, ahead))


def test_who_may_not_see_the_deliberation_learns_nothing_of_its_journal() -> None:
    finished = make_finished()
    Deliberation.objects.update(visibility=Visibility.INVITED)
    guessed = dataclasses.replace(sample().snapshot.topics[0], topic_id=finished.topic.pk)
    document = with_topics(sample(), guessed)
    assert "议题日志 未比对" in check(render(document))
    assert "议题日志 有问题" in check(render(document), finished.secretary)
    Deliberation.objects.update(visibility=Visibility.PUBLIC)
    assert "议题日志 有问题" in check(render(document))


def test_who_holds_the_very_snapshot_may_have_it_compared(drafted: Drafted) -> None:
    Deliberation.objects.update(visibility=Visibility.INVITED)
    said = check(of(drafted.summary))
    assert "核验无误，与本站的议题日志一致。" in said
    assert "本站没有这份文件" in said


def test_a_signed_summary_is_recognised_but_not_linked_for_who_may_not_see_it(drafted: Drafted) -> None:
    summary = make_signed(drafted)
    Deliberation.objects.update(visibility=Visibility.INVITED)
    answer = Client().post("/verify/", {"file": SimpleUploadedFile("纪要.json", of(summary))})
    assert "这就是本站签发的文件" in words(answer.content.decode())
    assert f"/summaries/{summary.pk}/" not in answer.content.decode()


def test_a_topic_that_is_live_is_not_compared() -> None:
    finished = make_finished()
    topic = dataclasses.replace(sample().snapshot.topics[0], topic_id=finished.topic.pk)
    type(finished.topic).objects.update(marked="open", closes_at=NOON + 600 * MINUTE)
    assert "议题日志 未比对" in check(render(with_topics(sample(), topic)))


def with_topics(document: SummaryDocument, *topics: Any) -> SummaryDocument:
    return dataclasses.replace(document, snapshot=dataclasses.replace(document.snapshot, topics=topics))


def test_journals_and_tables_that_were_changed_are_named(drafted: Drafted) -> None:
    data = of(make_signed(drafted))
    Vote.objects.filter(suggestion__number=3).update(choice=None)
    Suggestion.objects.filter(number=3).update(support=0)
    said = check(data)
    assert "核验未通过，发现1处问题。" in said
    assert "3 votes" not in said
    JournalEntry.objects.filter(revision=2).update(payload={})
    assert "议题日志 有问题" in check(data)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "文件是空的。"),
        (b"[" * 10_000, "文件的层次过深，不是纪要。"),
        (b"7" * (20 * 1024 * 1024), "文件中有超过100位的数字。"),
        (b"7" * (20 * 1024 * 1024 + 1), "文件超过20 MB，纪要不会有这么大。"),
        (b'{"a": NaN}', "文件中应为数字的地方是NaN。"),
        (b'{"a": 1, "a": 2}', "文件中有重复的项目，内容可能不一致：a"),
        ("{“停车”}".encode("gb18030"), "文件不是 UTF-8 文本，请选择导出时的 JSON 文件。"),
        (b"PK\x03\x04" + b"\0" * 500, "这是Word、Excel 文件或其他压缩包，能够核验的是导出的 JSON 文件。"),
        (b"<!doctype html><script>alert(1)</script>", "这是网页，能够核验的是导出的 JSON 文件。"),
        (b'{"schema": "jianyan.summary/1"}', "文件是旧版格式jianyan.summary/1"),
        (b"{\n 'a': 1}", "文件不是 JSON：第2行第2个字符处无法读取。"),
    ],
)
def test_whatever_is_sent_gets_a_clear_sentence(data: bytes, sentence: str) -> None:
    assert f"无法核验。 {sentence}" in check(data)


def test_what_a_file_says_is_text_and_nothing_else() -> None:
    def inject(content: Any) -> None:
        content["topics"][0]["title"] = content["title"] = "<script>alert(1)</script>"

    data = changed(render(signed()), inject)
    answer = Client().post("/verify/", {"file": SimpleUploadedFile("<b>x</b>.json", data)})
    assert "<script>alert" not in answer.content.decode()
    assert "<b>x" not in answer.content.decode()


@pytest.mark.parametrize("number", [0, -1, 2**63, 10**40])
def test_numbers_that_no_table_has_are_no_topics(drafted: Drafted, number: int) -> None:
    def elsewhere(content: Any) -> None:
        content["snapshot"]["topics"][0]["topic_id"] = number
        content["snapshot"]["topics"][0]["revision"] = abs(number)

    assert "议题日志 未比对" in check(changed(of(drafted.summary), elsewhere), drafted.finished.secretary)

    def beyond(content: Any) -> None:
        content["snapshot"]["topics"][0]["revision"] = 10**40

    assert "没有议题" in check(changed(of(drafted.summary), beyond), drafted.finished.secretary)


def test_somebody_who_asks_too_often_waits() -> None:
    client = Client()
    with time_machine.travel(LATER, tick=False):
        for _turn in range(page.CHECKING.per_address):
            assert client.post("/verify/").status_code == 422
        assert client.post("/verify/").status_code == 429


def test_one_file_at_a_time_is_read_and_who_waits_too_long_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "_PATIENCE", 0.01)
    with page._one_at_a_time:
        answer = Client().post("/verify/", {"file": SimpleUploadedFile("x.json", b"{}")})
    assert answer.status_code == 429
    assert "无法核验" in check(b"{}")
