"""The forms of 部门回应 and 交办清单, and of splitting, joining and moving sentences; with htmx and without."""

from __future__ import annotations

import re
from typing import Any

import pytest
import time_machine
from django.test import Client

from consultations.models import Assignment, Response, Statement, Summary
from jianyan.accounts.models import User
from tests.consultations.summary_scene import EDITED, Drafted, make_drafted

HTMX = {"HX-Request": "true"}


@pytest.fixture
def drafted(db: None) -> Drafted:
    return make_drafted()


@pytest.fixture(autouse=True)
def clock() -> object:
    with time_machine.travel(EDITED, tick=False) as traveller:
        yield traveller


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def secretary(drafted: Drafted) -> Client:
    return client_of(drafted.finished.secretary)


@pytest.fixture
def rival(drafted: Drafted) -> Client:
    return client_of(User.objects.get(display_name="俞秘书"))


def at(drafted: Drafted, rest: str) -> str:
    return f"/summaries/{drafted.summary.pk}/{rest}"


REPLY = {"department": "县公安局", "text": "四月底前划定。"}
TASK = {"text": "清理“僵尸车”", "lead": "县城管局", "cohandling": "县公安局", "due": "2026-06-30"}


def test_entries_are_added_by_plain_forms_and_shown_in_the_editor(
    drafted: Drafted, secretary: Client
) -> None:
    for address, fields, noun in (("responses/", REPLY, "response"), ("assignments/", TASK, "assignment")):
        response = secretary.post(at(drafted, address), fields)
        kind = Response if noun == "response" else Assignment
        assert response.status_code == 303
        assert response["Location"] == at(drafted, f"edit/#{noun}-{kind.objects.get().pk}")
    page = secretary.get(at(drafted, "edit/")).content.decode()
    for words in ("四月底前划定。", "牵头：县城管局", "协办：县公安局", "2026-06-30前"):
        assert words in page


def test_every_verb_of_an_entry_says_what_it_did(drafted: Drafted, secretary: Client) -> None:
    for address, fields, kind in (("responses/", REPLY, Response), ("assignments/", TASK, Assignment)):
        for _ in range(2):
            secretary.post(at(drafted, address), fields)
        first = kind.objects.earliest("pk")

        def say(verb: str, more: dict[str, str], base: str = f"{address}{first.pk}/") -> Any:
            answer = secretary.post(at(drafted, base + verb), more, headers=HTMX)
            assert answer.status_code == 200
            return answer.context["line"]

        said = [
            say("save", fields | {"text": "换了说法。", "edition": "1"}),
            say("move", {"places": "1"}),
            say("remove", {"edition": "2"}),
            say("put-back", {}),
        ]
        assert len(set(said)) == 4
        assert list(kind.objects.values_list("pk", flat=True))[1] == first.pk


def test_of_two_who_change_an_entry_both_texts_are_shown(
    drafted: Drafted, secretary: Client, rival: Client
) -> None:
    secretary.post(at(drafted, "responses/"), REPLY)
    secretary.post(at(drafted, "assignments/"), TASK)
    response, assignment = Response.objects.get().pk, Assignment.objects.get().pk
    for address, fields in ((f"responses/{response}/save", REPLY), (f"assignments/{assignment}/save", TASK)):
        secretary.post(at(drafted, address), fields | {"text": "先到的文字。", "edition": "1"})
        for headers in (None, HTMX):
            answer = rival.post(
                at(drafted, address), fields | {"text": "后到的文字。", "edition": "1"}, headers=headers
            )
            page = answer.content.decode()
            assert answer.status_code == 409
            assert '<p class="sentence-text">先到的文字。</p>' in page
            assert ">后到的文字。</textarea>" in page


@pytest.mark.parametrize(
    ("address", "fields"),
    [
        ("responses/", REPLY | {"text": "反\u202e转"}),
        ("responses/", REPLY | {"department": " "}),
        ("responses/", REPLY | {"topic": "99999"}),
        ("assignments/", TASK | {"due": "2026年6月"}),
        ("assignments/", TASK | {"lead": "局" * 61}),
    ],
)
def test_what_is_refused_stays_in_its_boxes(
    drafted: Drafted, secretary: Client, address: str, fields: dict[str, str]
) -> None:
    for headers in (None, HTMX):
        answer = secretary.post(at(drafted, address), fields, headers=headers)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert f">{fields['text']}</textarea>" in page
        assert 'role="alert"' in page
    assert Summary.objects.get().edition == 1


def test_entries_that_are_not_there_are_not_found(drafted: Drafted, secretary: Client) -> None:
    secretary.post(at(drafted, "responses/"), REPLY)
    one = Response.objects.get().pk
    for address in (
        "responses/404/save",
        f"responses/{one}/burn",
        "assignments/404/save",
        "assignments/1/burn",
    ):
        assert secretary.post(at(drafted, address)).status_code == 404


def test_a_sentence_is_put_on_the_list_once(drafted: Drafted, secretary: Client) -> None:
    statement = drafted.statement(3).pk
    for _ in range(2):
        answer = secretary.post(at(drafted, f"statements/{statement}/assign"), {}, headers=HTMX)
        assert answer.context["line"] == "条目已列入交办清单。"
    assert Assignment.objects.get().statement_id == statement
    assert f"assign-{statement}" not in secretary.get(at(drafted, "edit/")).content.decode()


# --- sentences ----------------------------------------------------------------------------------------------


def split(drafted: Drafted, client: Client, **fields: str) -> Any:
    address = at(drafted, f"statements/{drafted.statement(3).pk}/split")
    return client.post(address, {"edition": "1", **fields}, headers=HTMX)


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "车库开放，\r\n前一小时免费。", "first": "车库开放，"},
        {"text": "车库开放，前一小时免费。", "first": "车库开放，"},
        {"text": "\r\n车库开放，\r\n前一小时免费。"},
        {"text": "车库开放，\n前一小时免费。", "first": "别的"},
    ],
)
def test_a_sentence_is_split_at_the_cursor_or_at_a_new_line(
    drafted: Drafted, secretary: Client, fields: dict[str, str]
) -> None:
    answer = split(drafted, secretary, **fields)
    assert answer.status_code == 200
    section = Statement.objects.get(text="车库开放，").section
    assert [one.text for one in section.statements.all()][1:3] == ["车库开放，", "前一小时免费。"]
    # The way back is offered, and leads back.
    undo = answer.context["undo"]
    secretary.post(
        at(drafted, f"statements/{undo.statement_id}/{undo.verb}"), dict(undo.fields), headers=HTMX
    )
    assert Statement.objects.get(text="车库开放，前一小时免费。", removed=False)


@pytest.mark.parametrize(
    "fields",
    [{"text": "没有分开。"}, {"text": "全在前面。", "first": "全在前面。"}, {"text": "", "first": ""}],
)
def test_where_to_split_must_be_said(drafted: Drafted, secretary: Client, fields: dict[str, str]) -> None:
    answer = split(drafted, secretary, **fields)
    assert answer.status_code == 422
    assert "请把光标放在第二句开头" in answer.content.decode()


def test_a_move_can_be_taken_back(drafted: Drafted, secretary: Client) -> None:
    statement, there = drafted.statement(3), drafted.statement(2).section_id
    for verb, fields in (
        ("section", {"section": str(there), "place": "1"}),
        ("move", {"places": "1"}),
        ("remove", {"edition": str(statement.edition)}),
    ):
        answer = secretary.post(at(drafted, f"statements/{statement.pk}/{verb}"), fields, headers=HTMX)
        undo = answer.context["undo"]
        assert 'id="summary-undo"' in answer.content.decode()
        secretary.post(at(drafted, f"statements/{undo.statement_id}/{undo.verb}"), dict(undo.fields))
        now = Statement.objects.get(pk=statement.pk)
        assert (now.section_id, now.removed) == (statement.section_id, False)
        cited = now.section.statements.exclude(kind="lead")
        assert [one.pk for one in cited] == [statement.pk, drafted.statement(1).pk]


def test_what_was_taken_out_can_go_to_another_section(drafted: Drafted, secretary: Client) -> None:
    statement = drafted.statement(3)
    secretary.post(at(drafted, f"statements/{statement.pk}/remove"), {"edition": "1"})
    fields = {"section": str(drafted.statement(2).section_id)}
    answer = secretary.post(at(drafted, f"statements/{statement.pk}/section"), fields, headers=HTMX)
    assert (answer.status_code, answer.context["undo"]) == (200, None)


# --- what waits, and what is worth a look -------------------------------------------------------------------


def test_a_proposal_is_accepted_or_sent_back_and_blocks_until_then(
    drafted: Drafted, secretary: Client
) -> None:
    consensus = drafted.summary.sections.get(topic=None)
    for verb, line in (
        ("accept", "已采纳。"),
        ("send-back", "已退回：拟列的共识回到所属主题，其他拟稿移出。"),
    ):
        one = drafted.statement(4)
        Statement.objects.filter(pk=one.pk).update(pending="consensus", section=consensus)
        page = secretary.get(at(drafted, "edit/")).content.decode()
        assert f'<a class="remark blocking" href="#statement-{one.pk}"' in page
        address = at(drafted, f"statements/{one.pk}/{verb}")
        fields = {"edition": str(one.edition)}
        assert secretary.post(address, {"edition": "9"}, headers=HTMX).status_code == 409
        answer = secretary.post(address, fields, headers=HTMX)
        assert (answer.status_code, answer.context["line"]) == (200, line)
        assert "remark blocking" not in answer.content.decode()
    assert drafted.statement(4).section_id != consensus.pk


def test_every_remark_leads_to_a_place_on_the_page(drafted: Drafted, secretary: Client) -> None:
    section = drafted.statement(2).section_id
    secretary.post(at(drafted, f"sections/{section}/notes/"), {"text": "会后办结率达97%。"})
    answer = secretary.get(at(drafted, "edit/"))
    remarks = answer.context["page"].remarks
    assert {"unsourced", "number", "unthemed"} <= {remark.code for remark in remarks}
    for remark in remarks:
        assert f'id="{remark.anchor}"' in answer.content.decode()


# --- what is saved by itself, and what others did -----------------------------------------------------------


def test_what_is_saved_by_itself_says_when_and_nothing_more(drafted: Drafted, secretary: Client) -> None:
    address = at(drafted, f"statements/{drafted.statement(2).pk}/save")
    headers = HTMX | {"X-Autosave": "1"}
    answer = secretary.post(address, {"text": "自动保存。", "edition": "1"}, headers=headers)
    assert (answer.status_code, answer["X-Saved"], answer.context["line"]) == (200, "20:50", "")
    again = secretary.post(address, {"text": "又一次。", "edition": "1"}, headers=headers)
    assert (again.status_code, "X-Saved" in again) == (409, False)


def test_whoever_has_an_older_edition_gets_the_whole_page(drafted: Drafted, secretary: Client) -> None:
    address = at(drafted, "changes")
    assert secretary.get(f"{address}?edition=1").status_code == 204
    secretary.post(at(drafted, "responses/"), REPLY)
    answer = secretary.get(f"{address}?edition=1")
    page = answer.content.decode()
    assert (answer.status_code, answer["X-Summary"]) == (200, "regions")
    for words in ('data-edition="2"', 'id="summary-head"', 'id="summary-sections"', "四月底前划定。"):
        assert words in page
    assert secretary.get(f"{address}?edition=2").status_code == 204
    assert secretary.get(f"{address}?edition=x").status_code == 200


def test_a_kept_row_carries_the_token_of_each_request_and_what_is_refused_stays_its_own(
    drafted: Drafted, secretary: Client, rival: Client
) -> None:
    def tokens(client: Client) -> set[str]:
        page = client.get(at(drafted, "edit/")).content.decode()
        assert "\x02" not in page
        return set(re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page))

    first, second = tokens(secretary), tokens(rival)
    assert (len(first), len(second), first & second) == (1, 1, set())
    address = at(drafted, f"statements/{drafted.statement(2).pk}/save")
    refused = rival.post(address, {"text": "长" * 2001, "edition": "1"})
    assert 'class="notice error attempt' in refused.content.decode()
    assert 'class="notice error attempt' not in secretary.get(at(drafted, "edit/")).content.decode()
