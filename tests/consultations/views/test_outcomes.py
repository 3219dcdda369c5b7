from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from consultations.actions.covering import Covers, covers_of
from consultations.actions.kept_files import Upload
from consultations.actions.outcomes import record_outcome, withdraw_outcome
from consultations.models import Attachment, Deliberation, EventRecord, Outcome
from jianyan.accounts.enums import Role
from jianyan.accounts.models import User
from tests.consultations.follow_scene import (
    LATER,
    TODAY,
    covering,
    make_event,
    make_outcome,
    make_submission,
    outcome_facts,
)
from tests.consultations.office_samples import docx_file
from tests.consultations.papers import pdf, png
from tests.consultations.summary_scene import Finished, make_finished
from tests.consultations.views.looking import look, text_of
from tests.jianyan.accounts.factories import make_member, make_membership, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def directory(settings: Settings, tmp_path: Path) -> Path:
    settings.SCANS = tmp_path / "scans"
    return tmp_path / "scans"


@pytest.fixture
def finished(db: None) -> Finished:
    return make_finished()


def send(user: User, path: str, fields: dict[str, Any] | None = None) -> Any:
    client = Client()
    client.force_login(user)
    with time_machine.travel(LATER, tick=False):
        return client.post(path, fields or {})


def see(path: str, user: User | None = None, **query: str) -> Any:
    return look(path, user, at=LATER, **query)


def filled(finished: Finished, *numbers: int, **said: Any) -> dict[str, Any]:
    return {
        "sent_as": "2b1e6a4e-5a0f-4a63-9f0a-3a1f0c2d9a11",
        "cover": [f"suggestion-{finished.suggestion(number).pk}" for number in numbers],
        "kind": "instruction",
        "level": "county",
        "date": TODAY.isoformat(),
        "words": "县委主要领导批示:请交通局研究落实。",
        "body": finished.county.committee.pk,
        **said,
    }


def holder(finished: Finished, role: str) -> User:
    somebody = make_user("某人")
    make_membership(somebody, finished.county.committee, role)
    return somebody


# --- entering -----------------------------------------------------------------------------------------------


def test_a_secretary_enters_an_outcome_of_two_suggestions_from_the_form(finished: Finished) -> None:
    path = f"/outcomes/new/?suggestion={finished.suggestion(1).pk}&suggestion={finished.suggestion(3).pk}"
    form = see(path, finished.secretary)
    assert form.status_code == 200
    assert form["Cache-Control"] == "no-store"
    for number in (1, 3):
        assert f'value="suggestion-{finished.suggestion(number).pk}"' in form.content.decode()
    answer = send(finished.secretary, path, filled(finished, 1, 3, amount="１４１.2万元", amount_of="投资"))
    outcome = Outcome.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/outcomes/{outcome.pk}/")
    assert covers_of(outcome).suggestions == {finished.suggestion(number).pk for number in (1, 3)}
    assert outcome.amount == Decimal(1_412_000)


def test_sent_twice_it_is_one(finished: Finished) -> None:
    for _time in range(2):
        send(finished.secretary, "/outcomes/new/", filled(finished, 1))
    assert Outcome.objects.count() == 1


@pytest.mark.parametrize("typed", ["#1 #3", "1、3", "＃１，３", "1-1 3", "第1号和第3号"])
def test_suggestions_are_named_by_topic_and_numbers(finished: Finished, typed: str) -> None:
    fields = filled(finished, add_topic=finished.topic.pk, add_numbers=typed)
    assert send(finished.secretary, "/outcomes/new/", fields).status_code == 302
    assert covers_of(Outcome.objects.get()).suggestions == {
        finished.suggestion(number).pk for number in (1, 3)
    }


@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        ({"cover": []}, "cover", "至少"),
        ({"kind": "resolved"}, "reference", "佐证"),
        ({"date": "2027-01-01"}, "date", "2027-01-01"),
        ({"amount": "-5", "amount_of": "投资"}, "amount", ""),
        ({"amount": "5"}, "amount", ""),
        ({"amount_of": "投资"}, "amount", ""),
        ({"words": ""}, "words", ""),
        ({"words": "a\u202eb"}, "words", ""),
        ({"kind": "praise"}, "kind", ""),
        ({"body": "999999"}, "body", ""),
        ({"add_numbers": "3"}, "add_topic", ""),
        ({"add_topic": "1"}, "add_numbers", ""),
        ({"add_numbers": "三"}, "add_numbers", ""),
        ({"cover": ["suggestion-999999"]}, "cover", ""),
        ({"cover": ["topic-1"]}, "cover", ""),
        ({"cover": ["suggestion-x"]}, "cover", ""),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    finished: Finished, said: dict[str, Any], field: str, words: str
) -> None:
    fields = filled(finished, 1, document_number="越政办〔2026〕12号", reference="") | said
    if said.get("add_topic") == "1":
        fields["add_topic"] = finished.topic.pk
    answer = send(finished.secretary, "/outcomes/new/", fields)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert words in str(answer.context["form"].errors[field])
    assert "越政办〔2026〕12号" in answer.content.decode()
    assert not Outcome.objects.exists()


def test_a_hidden_suggestion_is_refused_at_its_field(finished: Finished) -> None:
    answer = send(finished.secretary, "/outcomes/new/", filled(finished, 6))
    assert answer.status_code == 422
    assert "cover" in answer.context["form"].errors


def test_a_program_is_refused_at_its_field(finished: Finished) -> None:
    program = SimpleUploadedFile("竣工.exe", b"MZ" + bytes(64))
    answer = send(finished.secretary, "/outcomes/new/", filled(finished, 1, attachments=program))
    assert answer.status_code == 422
    assert "竣工.exe" in str(answer.context["form"].errors["attachments"])
    assert not Attachment.objects.exists()


def test_evidence_is_kept_with_the_outcome(finished: Finished) -> None:
    files = [SimpleUploadedFile("现场.png", png()), SimpleUploadedFile("说明.docx", docx_file())]
    fields = filled(finished, 1, kind="resolved", attachments=files)
    assert send(finished.secretary, "/outcomes/new/", fields).status_code == 302
    assert {one.name for one in Outcome.objects.get().attachments.all()} == {"现场.png", "说明.docx"}


def test_what_stands_in_other_books_is_not_named_in_the_form(finished: Finished) -> None:
    sector = finished.county.sectors[0]
    below = make_user("界别秘书")
    make_membership(below, sector, Role.SECRETARY, term="")
    form = see(f"/outcomes/new/?suggestion={finished.suggestion(1).pk}", below)
    assert form.status_code == 200
    assert finished.topic.title not in form.content.decode()
    fields = filled(finished, 1, body=sector.pk)
    answer = send(below, "/outcomes/new/", fields)
    assert answer.status_code == 422
    assert finished.topic.title not in answer.content.decode()


def test_correcting_keeps_what_is_covered_though_it_is_hidden_by_now(finished: Finished) -> None:
    outcome = make_outcome(finished, 1)
    finished.topic.suggestions.filter(number=1).update(status="hidden")
    path = f"/outcomes/{outcome.pk}/edit/"
    form = see(path, finished.secretary)
    assert f'value="suggestion-{finished.suggestion(1).pk}"' in form.content.decode()
    answer = send(finished.secretary, path, filled(finished, 1, words="更正", edition=1))
    assert answer.status_code == 302
    assert Outcome.objects.get().words == "更正"
    late = send(finished.secretary, path, filled(finished, 1, words="更晚", edition=1))
    assert late.status_code == 409
    assert "更晚" in late.content.decode()


def test_a_file_is_taken_out_in_the_form(finished: Finished) -> None:
    fields = filled(finished, 1, attachments=SimpleUploadedFile("现场.png", png()))
    send(finished.secretary, "/outcomes/new/", fields)
    outcome, file = Outcome.objects.get(), Attachment.objects.get()
    fields = filled(finished, 1, without=[file.pk], edition=1)
    assert send(finished.secretary, f"/outcomes/{outcome.pk}/edit/", fields).status_code == 302
    assert Outcome.objects.get().files == 0
    assert Attachment.objects.get().withdrawn_at == LATER


def test_taking_out_and_putting_back(finished: Finished) -> None:
    outcome = make_outcome(finished, 1)
    assert send(finished.secretary, f"/outcomes/{outcome.pk}/withdraw").status_code == 302
    assert see(f"/outcomes/{outcome.pk}/").status_code == 404
    assert see(f"/outcomes/{outcome.pk}/", finished.secretary).status_code == 200
    assert outcome.words not in see("/outcomes/", finished.secretary).content.decode()
    assert outcome.words in see("/outcomes/", finished.secretary, out="1").content.decode()
    assert outcome.words not in see("/outcomes/", out="1").content.decode()
    assert send(finished.secretary, f"/outcomes/{outcome.pk}/put-back").status_code == 302
    assert see(f"/outcomes/{outcome.pk}/").status_code == 200


# --- who may -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "role", [Role.MEMBER, Role.MODERATOR, Role.CHAIR, Role.AUDITOR, Role.ADMINISTRATOR, Role.HANDLER]
)
def test_nobody_but_secretaries_finds_the_forms(finished: Finished, role: str) -> None:
    outcome, somebody = make_outcome(finished, 1), holder(finished, role)
    for path in ("/outcomes/new/", f"/outcomes/{outcome.pk}/edit/"):
        assert see(path, somebody).status_code == 403
        assert send(somebody, path, filled(finished, 1)).status_code == 403
    for step in ("withdraw", "put-back"):
        assert send(somebody, f"/outcomes/{outcome.pk}/{step}").status_code == 403
    assert "/outcomes/new/" not in see("/outcomes/", somebody).content.decode()
    assert f"/outcomes/{outcome.pk}/edit/" not in see(f"/outcomes/{outcome.pk}/", somebody).content.decode()


def test_a_secretary_of_other_books_may_read_and_not_write(finished: Finished) -> None:
    outcome = make_outcome(finished, 1)
    below = make_user("界别秘书")
    make_membership(below, finished.county.sectors[0], Role.SECRETARY, term="")
    assert see(f"/outcomes/{outcome.pk}/", below).status_code == 200
    assert see(f"/outcomes/{outcome.pk}/edit/", below).status_code == 403
    assert send(below, f"/outcomes/{outcome.pk}/withdraw").status_code == 403
    assert Outcome.objects.get().withdrawn_at is None


def test_without_an_account_one_signs_in_before_entering(finished: Finished) -> None:
    outcome = make_outcome(finished, 1)
    for path in ("/outcomes/new/", f"/outcomes/{outcome.pk}/edit/"):
        assert see(path).status_code == 302
    assert Client().post("/outcomes/new/").status_code == 403


@pytest.mark.parametrize(
    ("visibility", "reader", "seen"),
    [
        ("public", None, True),
        ("members", None, False),
        ("members", "member", True),
        ("members", "stranger", False),
        ("invited", "member", False),
        ("invited", "secretary", True),
        ("invited", "auditor", True),
    ],
)
def test_an_outcome_is_open_as_its_deliberation_is(
    finished: Finished, visibility: str, reader: str | None, seen: bool
) -> None:
    outcome = make_outcome(finished, 1)
    Deliberation.objects.update(visibility=visibility)
    people = {
        None: None,
        "member": finished.members[0],
        "stranger": make_user("路人"),
        "secretary": finished.secretary,
        "auditor": holder(finished, Role.AUDITOR),
    }
    user = people[reader]
    assert (see(f"/outcomes/{outcome.pk}/", user).status_code == 200) is seen
    assert (outcome.words in see("/outcomes/", user).content.decode()) is seen


def test_an_outcome_that_covers_one_closed_thing_among_open_ones_is_closed(finished: Finished) -> None:
    event = make_event(finished.county.committee, finished.secretary)
    Deliberation.objects.filter(pk=event.pk).update(visibility="members")
    outcome = record_outcome(
        facts=outcome_facts(finished.county.committee),
        covers=covering(finished.suggestion(1)) | Covers(deliberations=frozenset((event.pk,))),
        by=finished.by,
        at=LATER,
    )
    assert see(f"/outcomes/{outcome.pk}/").status_code == 404
    assert see(f"/outcomes/{outcome.pk}/", finished.members[0]).status_code == 200


def test_an_outcome_of_an_event_that_was_taken_out_is_for_the_books_alone(finished: Finished) -> None:
    event = make_event(finished.county.committee, finished.secretary)
    outcome = record_outcome(
        facts=outcome_facts(finished.county.committee),
        covers=Covers(deliberations=frozenset((event.pk,))),
        by=finished.by,
        at=LATER,
    )
    assert see(f"/outcomes/{outcome.pk}/").status_code == 200
    EventRecord.objects.update(withdrawn_at=LATER)
    assert see(f"/outcomes/{outcome.pk}/").status_code == 404
    assert see(f"/outcomes/{outcome.pk}/", finished.secretary).status_code == 200


# --- reading -----------------------------------------------------------------------------------------------


def test_the_page_says_everything_and_leads_to_what_it_is_of(finished: Finished) -> None:
    submission = make_submission(finished, 2, title="关于错时停车的提案")
    outcome = record_outcome(
        facts=outcome_facts(
            finished.county.committee,
            document_number="越政办〔2026〕12号",
            item="专报第3期",
            amount=Decimal(1412000),
            amount_of="新增投资",
            reference="县政府网2026年3月8日",
        ),
        covers=covering(finished.suggestion(1)) | Covers(submissions=frozenset((submission.pk,))),
        by=finished.by,
        at=LATER,
    )
    make_outcome(finished, 3, item="专报第3期")
    answer = see(f"/outcomes/{outcome.pk}/")
    words = text_of(answer)
    for part in (
        *(outcome.words, "批示", "县级", "越政办〔2026〕12号", "专报第3期", "1,412,000", "新增投资"),
        *("县政府网2026年3月8日", "机关单位车位晚六点", "关于错时停车的提案", "2 项批示"),
    ):
        assert part in words, part
    html = answer.content.decode()
    assert f"/topics/{finished.topic.pk}/#s{finished.suggestion(1).pk}" in html
    assert f"/submissions/{submission.pk}/" in html


def test_the_list_is_filtered_counted_and_paged(finished: Finished) -> None:
    make_outcome(finished, 1, words="县批示")
    make_outcome(finished, 1, words="市采用", kind="adopted", level="city")
    for number in range(55):
        make_outcome(finished, 2, words=f"报道{number:02d}", kind="reported")
    first = see("/outcomes/", kind="reported")
    assert (first.context["page"].found, first.context["page"].pages) == (55, 2)
    assert {value: count for value, _name, count in first.context["page"].kinds} == {
        "instruction": 1,
        "adopted": 1,
        "converted": 0,
        "resolved": 0,
        "reported": 55,
    }
    assert "kind=reported&amp;page=2" in first.content.decode()
    second = see("/outcomes/", kind="reported", page="2")
    assert len(second.context["page"].rows) == 5
    assert len(see("/outcomes/", page="99").context["page"].rows) == 7, "beyond the last there is the last"
    assert [row.words for row in see("/outcomes/", level="city").context["page"].rows] == ["市采用"]
    assert not see("/outcomes/", year="2025").context["page"].rows
    assert see("/outcomes/", year="2026").context["page"].found == 57
    assert see("/outcomes/", body=str(finished.county.committee.pk)).context["page"].found == 57
    assert not see("/outcomes/", body=str(finished.county.sectors[0].pk)).context["page"].rows


@pytest.mark.parametrize(
    "query",
    [
        *({"kind": "x"}, {"level": "\x00"}, {"year": "0"}, {"year": "99999999999999999999"}, {"body": "a"}),
        *({"page": "-1"}, {"page": "0"}, {"page": "9" * 30}, {"out": "1"}),
    ],
)
def test_nonsense_in_the_address_is_nothing(finished: Finished, query: dict[str, str]) -> None:
    make_outcome(finished, 1)
    assert see("/outcomes/", None, **query).status_code == 200
    assert see("/submissions/", None, **query).status_code == 200


def test_no_outcome_and_no_such_outcome(finished: Finished) -> None:
    assert see("/outcomes/").status_code == 200
    for path in ("/outcomes/1/", "/outcomes/1/edit/", "/attachments/1/"):
        assert see(path, finished.secretary).status_code == 404
    assert send(finished.secretary, "/outcomes/1/withdraw").status_code == 404


def test_as_many_queries_for_three_as_for_one(
    finished: Finished, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first = make_outcome(finished, 1)
    with django_assert_num_queries(5):
        see("/outcomes/")
    with django_assert_num_queries(2):
        see(f"/outcomes/{first.pk}/")
    event = make_event(finished.county.committee, finished.secretary)
    for numbers in ((1, 2), (3, 4, 5)):
        record_outcome(
            facts=outcome_facts(finished.county.committee),
            covers=covering(*(finished.suggestion(number) for number in numbers))
            | Covers(deliberations=frozenset((event.pk,))),
            by=finished.by,
            at=LATER,
        )
    last = Outcome.objects.latest("id")
    with django_assert_num_queries(5):
        see("/outcomes/")
    with django_assert_num_queries(2):
        see(f"/outcomes/{last.pk}/")


# --- files -------------------------------------------------------------------------------------------------


@pytest.fixture
def file(finished: Finished) -> Attachment:
    outcome = record_outcome(
        facts=outcome_facts(finished.county.committee),
        covers=covering(finished.suggestion(1)),
        files=(Upload("../../说明\r\n.html.pdf", pdf()),),
        by=finished.by,
        at=LATER,
    )
    return outcome.attachments.get()


def test_a_file_is_downloaded_and_runs_nothing(finished: Finished, file: Attachment) -> None:
    answer = see(f"/attachments/{file.pk}/", finished.secretary)
    assert answer.content == pdf()
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert "\r" not in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'; frame-ancestors 'none'"
    assert "no-store" in answer["Cache-Control"]


def test_evidence_is_for_those_who_keep_handle_or_wrote_it(finished: Finished, file: Attachment) -> None:
    path = f"/attachments/{file.pk}/"
    author, other = finished.members[0], finished.members[1]
    assert see(path, author).status_code == 200
    for role in (Role.CHAIR, Role.AUDITOR, Role.SECRETARY):
        assert see(path, holder(finished, role)).status_code == 200
    for somebody in (None, other, make_member(finished.county, "路人"), holder(finished, Role.MODERATOR)):
        assert see(path, somebody).status_code == 404
    assert "/attachments/" not in see(f"/outcomes/{file.outcome_id}/").content.decode()
    assert path in see(f"/outcomes/{file.outcome_id}/", author).content.decode()


def test_what_was_taken_out_is_for_the_books_alone(finished: Finished, file: Attachment) -> None:
    path = f"/attachments/{file.pk}/"
    assert file.outcome_id is not None
    withdraw_outcome(outcome_id=file.outcome_id, by=finished.by, at=LATER)
    assert see(path, finished.members[0]).status_code == 404
    assert see(path, finished.secretary).status_code == 200
    Outcome.objects.update(withdrawn_at=None)
    Attachment.objects.update(withdrawn_at=LATER)
    assert see(path, finished.members[0]).status_code == 404
    assert see(path, finished.secretary).status_code == 200


def test_a_file_that_was_changed_on_the_disk_is_not_given_out(
    finished: Finished, file: Attachment, directory: Path
) -> None:
    (directory / file.stored).write_bytes(png())
    assert see(f"/attachments/{file.pk}/", finished.secretary).status_code == 404


# --- hostile words -----------------------------------------------------------------------------------------

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7|add:7 }}{% now 'Y' %}",
    "'; DROP TABLE consultations_outcome; --",
    "javascript:alert(1)",
    "</textarea><script>alert(1)</script>",
)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_words_stay_words(finished: Finished, hostile: str) -> None:
    fields = filled(
        finished,
        1,
        words=hostile,
        document_number=hostile,
        reference=hostile,
        item=hostile,
        amount="1",
        amount_of=hostile[:40],
        attachments=SimpleUploadedFile(f"{hostile}.png", png()),
    )
    assert send(finished.secretary, "/outcomes/new/", fields).status_code == 302
    outcome = Outcome.objects.get()
    for path in ("/outcomes/", f"/outcomes/{outcome.pk}/", f"/outcomes/{outcome.pk}/edit/", "/outcomes/new/"):
        html = see(path, finished.secretary).content.decode()
        assert not re.search(r"<script>alert|<img src=x|(?:href|src)=\"?javascript:|14202", html), path
    refused = send(finished.secretary, "/outcomes/new/", fields | {"kind": "", "sent_as": ""})
    assert refused.status_code == 422
    assert not re.search(r"<script>alert|<img src=x", refused.content.decode())
