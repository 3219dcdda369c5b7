from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from consultations.actions.submissions import move_submission
from consultations.models import Deliberation, Submission
from jianyan.accounts.enums import BodyKind, Role
from tests.consultations.follow_scene import LATER, TODAY, make_outcome, make_submission
from tests.consultations.summary_scene import Finished, make_finished
from tests.consultations.views.looking import look, text_of
from tests.consultations.views.test_outcomes import HOSTILE, holder, see, send
from tests.jianyan.accounts.factories import make_body, make_membership, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def finished(db: None) -> Finished:
    return make_finished()


def filled(finished: Finished, *numbers: int, **said: Any) -> dict[str, Any]:
    return {
        "sent_as": "2b1e6a4e-5a0f-4a63-9f0a-3a1f0c2d9a11",
        "cover": [f"suggestion-{finished.suggestion(number).pk}" for number in numbers],
        "kind": "proposal",
        "number": "2026-12",
        "title": "关于机关单位车位错时共享的提案",
        "text": "一、情况",
        "sponsor_kind": "group",
        "sponsor": "民进越溪支部",
        "filed": TODAY.isoformat(),
        "body": finished.county.committee.pk,
        **said,
    }


def test_a_secretary_has_two_suggestions_grow_into_a_proposal(finished: Finished) -> None:
    path = f"/submissions/new/?suggestion={finished.suggestion(1).pk}&suggestion={finished.suggestion(2).pk}"
    form = see(path, finished.secretary).content.decode()
    assert "机关单位车位晚六点至早七点" in form, "their texts are there to begin with"
    assert "医院东侧两条支路改单行" in form
    answer = send(finished.secretary, path, filled(finished, 1, 2))
    submission = Submission.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/submissions/{submission.pk}/")
    assert submission.suggestions.count() == 2
    words = text_of(see(f"/submissions/{submission.pk}/"))
    for part in ("提案", "2026-12", "民进越溪支部", "已提交", "一、情况", "机关单位车位晚六点"):
        assert part in words, part


def test_members_are_named_and_called_by_their_names(finished: Finished) -> None:
    fields = filled(finished, sponsor_kind="joint", sponsor="", members="丁一，林栖云")
    assert send(finished.secretary, "/submissions/new/", fields).status_code == 302
    submission = Submission.objects.get()
    assert submission.sponsor == "丁一、林栖云"
    form = see(f"/submissions/{submission.pk}/edit/", finished.secretary).content.decode()
    assert 'value="丁一、林栖云"' in form


def test_a_body_puts_it_forward_under_its_name(finished: Finished) -> None:
    party = make_body("中国民主促进会越溪县支部", BodyKind.PARTY, parent=finished.county.committee)
    fields = filled(finished, sponsor="", sponsor_body=party.pk)
    assert send(finished.secretary, "/submissions/new/", fields).status_code == 302
    assert Submission.objects.get().sponsor == party.name


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"title": ""}, "title"),
        ({"filed": "2027-01-01"}, "filed"),
        ({"sponsor": ""}, "sponsor"),
        ({"sponsor_kind": "member", "sponsor": ""}, "sponsor"),
        ({"members": "张三丰"}, "members"),
        ({"sponsor_body": "999999"}, "sponsor_body"),
        ({"cover": ["suggestion-999999"]}, "cover"),
        ({"add_numbers": "3"}, "add_topic"),
        ({"text": "a\u202eb"}, "text"),
        ({"kind": "letter"}, "kind"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    finished: Finished, said: dict[str, Any], field: str
) -> None:
    answer = send(finished.secretary, "/submissions/new/", filled(finished, 1) | said)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert "2026-12" in answer.content.decode()
    assert not Submission.objects.exists()


def test_a_number_that_is_taken_is_said_at_its_field(finished: Finished) -> None:
    make_submission(finished, number="2026-12", title="先到的提案")
    answer = send(finished.secretary, "/submissions/new/", filled(finished))
    assert answer.status_code == 409
    assert "先到的提案" in str(answer.context["form"].errors["number"])


def test_it_goes_its_way_on_its_page(finished: Finished) -> None:
    submission = make_submission(finished, 1)
    path = f"/submissions/{submission.pk}"
    early = send(finished.secretary, f"{path}/move", {"state": "accepted", "on": "2026-01-01"})
    assert early.status_code == 422
    assert "on" in early.context["moving"].errors
    skipped = send(finished.secretary, f"{path}/move", {"state": "handled", "on": TODAY.isoformat()})
    assert skipped.status_code == 422
    for state in ("accepted", "handled"):
        answer = send(finished.secretary, f"{path}/move", {"state": state, "on": TODAY.isoformat()})
        assert answer.status_code == 302
    assert Submission.objects.get().state == "handled"
    assert "已办复" in text_of(see(f"{path}/"))
    assert send(finished.secretary, f"{path}/back").status_code == 302
    assert Submission.objects.get().state == "accepted"


def test_it_is_corrected_and_no_older_edition_overwrites_it(finished: Finished) -> None:
    submission = make_submission(finished, 1)
    path = f"/submissions/{submission.pk}/edit/"
    assert send(finished.secretary, path, filled(finished, 1, title="新题", edition=1)).status_code == 302
    assert Submission.objects.get().title == "新题"
    late = send(finished.secretary, path, filled(finished, 1, title="旧题", edition=1))
    assert late.status_code == 409
    assert "旧题" in late.content.decode()


def test_what_outcomes_rest_on_is_not_taken_out(finished: Finished) -> None:
    submission = make_submission(finished, 1)
    path = f"/submissions/{submission.pk}"
    fields = {
        "cover": [f"submission-{submission.pk}"],
        "kind": "adopted",
        "level": "county",
        "date": TODAY.isoformat(),
        "words": "县政府采用。",
        "body": finished.county.committee.pk,
    }
    assert send(finished.secretary, "/outcomes/new/", fields).status_code == 302
    assert send(finished.secretary, f"{path}/withdraw").status_code == 302
    assert Submission.objects.get().withdrawn_at is None
    assert "县政府采用。" in see(f"{path}/").content.decode()


def test_taken_out_it_is_for_the_books_alone_and_comes_back(finished: Finished) -> None:
    submission = make_submission(finished, 1)
    path = f"/submissions/{submission.pk}"
    assert send(finished.secretary, f"{path}/withdraw").status_code == 302
    assert see(f"{path}/").status_code == 404
    assert submission.title in see("/submissions/", finished.secretary, out="1").content.decode()
    assert submission.title not in see("/submissions/", out="1").content.decode()
    assert send(finished.secretary, f"{path}/put-back").status_code == 302
    assert see(f"{path}/").status_code == 200


# --- who may -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "role", [Role.MEMBER, Role.MODERATOR, Role.CHAIR, Role.AUDITOR, Role.ADMINISTRATOR, Role.HANDLER]
)
def test_nobody_but_secretaries_finds_the_forms(finished: Finished, role: str) -> None:
    submission, somebody = make_submission(finished, 1), holder(finished, role)
    path = f"/submissions/{submission.pk}"
    for form in ("/submissions/new/", f"{path}/edit/"):
        assert see(form, somebody).status_code == 403
        assert send(somebody, form, filled(finished, 1)).status_code == 403
    for step in ("move", "back", "withdraw", "put-back"):
        assert send(somebody, f"{path}/{step}").status_code == 403
        assert Client().post(f"{path}/{step}").status_code == 403
    assert f"{path}/edit/" not in see(f"{path}/", somebody).content.decode()
    assert see(f"{path}/edit/").status_code == 302


@pytest.mark.parametrize(
    ("visibility", "reader", "seen"),
    [
        ("public", None, True),
        ("members", None, False),
        ("members", "member", True),
        ("members", "stranger", False),
        ("invited", "member", False),
        ("invited", "named", True),
        ("invited", "secretary", True),
        ("invited", "auditor", True),
    ],
)
def test_what_grew_from_suggestions_is_open_as_their_deliberation_is(
    finished: Finished, visibility: str, reader: str | None, seen: bool
) -> None:
    named = finished.members[5]
    submission = make_submission(
        finished, 1, sponsor_kind="member", sponsor="", member_ids=frozenset((named.pk,))
    )
    Deliberation.objects.update(visibility=visibility)
    people = {
        None: None,
        "member": finished.members[1],
        "named": named,
        "stranger": make_user("路人"),
        "secretary": finished.secretary,
        "auditor": holder(finished, Role.AUDITOR),
    }
    user = people[reader]
    assert (see(f"/submissions/{submission.pk}/", user).status_code == 200) is seen
    assert (submission.title in see("/submissions/", user).content.decode()) is seen


def test_the_text_of_a_report_is_for_those_who_wrote_it_and_deal_with_it(finished: Finished) -> None:
    named = finished.members[5]
    report = make_submission(
        finished,
        1,
        kind="opinion",
        text="内部情况反映",
        sponsor_kind="member",
        sponsor="",
        member_ids=frozenset((named.pk,)),
    )
    path = f"/submissions/{report.pk}/"
    readers = (finished.secretary, named, finished.members[0], holder(finished, Role.CHAIR))
    for user in readers:
        assert "内部情况反映" in see(path, user).content.decode()
    for other in (None, finished.members[1]):
        answer = see(path, other)
        assert answer.status_code == 200
        assert "内部情况反映" not in answer.content.decode()
        assert report.title in answer.content.decode()


def test_a_report_that_stands_alone_is_not_public_and_a_proposal_is(finished: Finished) -> None:
    report = make_submission(finished, kind="opinion", title="社情一则")
    proposal = make_submission(finished, title="提案一件")
    assert see(f"/submissions/{report.pk}/").status_code == 404
    assert see(f"/submissions/{report.pk}/", finished.secretary).status_code == 200
    assert see(f"/submissions/{proposal.pk}/").status_code == 200
    assert "社情一则" not in see("/submissions/").content.decode()


def test_a_secretary_of_other_books_reads_and_does_not_write(finished: Finished) -> None:
    submission = make_submission(finished, 1)
    below = make_user("界别秘书")
    make_membership(below, finished.county.sectors[0], Role.SECRETARY, term="")
    assert see(f"/submissions/{submission.pk}/", below).status_code == 200
    assert send(below, f"/submissions/{submission.pk}/withdraw").status_code == 403


# --- reading -----------------------------------------------------------------------------------------------


def test_the_list_is_filtered_counted_and_paged(finished: Finished) -> None:
    first = make_submission(finished, 1, title="第一件")
    make_submission(finished, title="第二件", sponsor_kind="committee", sponsor="提案委员会")
    for number in range(52):
        make_submission(finished, 2, kind="opinion", title=f"信息{number:02d}")
    move_submission(submission_id=first.pk, state="accepted", on=TODAY, by=finished.by, at=LATER)
    page = see("/submissions/").context["page"]
    assert (page.found, page.pages, len(page.rows)) == (54, 2, 50)
    assert [(value, count) for value, _name, count in page.kinds] == [("proposal", 2), ("opinion", 52)]
    assert [row.title for row in see("/submissions/", state="accepted").context["page"].rows] == ["第一件"]
    assert [row.title for row in see("/submissions/", sponsor="committee").context["page"].rows] == ["第二件"]
    assert see("/submissions/", kind="opinion").context["page"].found == 52
    assert not see("/submissions/", year="2025").context["page"].rows


def test_no_document_and_no_such_document(finished: Finished) -> None:
    assert "还没有提案或信息" in see("/submissions/").content.decode()
    for path in ("/submissions/1/", "/submissions/1/edit/"):
        assert see(path, finished.secretary).status_code == 404
    assert send(finished.secretary, "/submissions/1/move").status_code == 404


def test_as_many_queries_for_three_as_for_one(
    finished: Finished, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first = make_submission(finished, 1)
    with django_assert_num_queries(4):
        look("/submissions/", at=LATER)
    with django_assert_num_queries(3):
        look(f"/submissions/{first.pk}/", at=LATER)
    make_submission(finished, 2)
    third = make_submission(finished, 1, 2, 3)
    make_outcome(finished, 1)
    with django_assert_num_queries(4):
        look("/submissions/", at=LATER)
    with django_assert_num_queries(3):
        look(f"/submissions/{third.pk}/", at=LATER)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_words_stay_words(finished: Finished, hostile: str) -> None:
    fields = filled(finished, 1, title=hostile, text=hostile, number=hostile[:40], sponsor=hostile)
    assert send(finished.secretary, "/submissions/new/", fields).status_code == 302
    submission = Submission.objects.get()
    path = f"/submissions/{submission.pk}/"
    for place in ("/submissions/", path, f"{path}edit/", f"/outcomes/new/?submission={submission.pk}"):
        html = see(place, finished.secretary).content.decode()
        assert not re.search(r"<script>alert|<img src=x|(?:href|src)=\"?javascript:|14202", html), place
