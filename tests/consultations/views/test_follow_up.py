"""建言落实: what everybody reads of what was referred, filtered, sorted, paged and taken away as a file."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import openpyxl
import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consultations.actions.covering import Covers
from consultations.actions.outcomes import record_outcome
from consultations.actions.referrals import supervise_referral, withdraw_referral
from consultations.actions.satisfaction import rate_reply
from consultations.enums import Visibility
from consultations.models import Deliberation, Referral, Suggestion
from consultations.queries.follow_up import PER_PAGE
from jianyan.accounts.models import User
from tests.consultations.factories import actor
from tests.consultations.follow_scene import make_event, make_outcome, make_submission, outcome_facts
from tests.consultations.referral_scene import DAY, REFERRED, Referring, make_referring
from tests.consultations.views.looking import look, text_of
from tests.jianyan.accounts.factories import make_auditor, make_member, make_moderator, make_user

LATER = REFERRED + 100 * DAY
"""Eight days after what is due by the rule was due."""


@pytest.fixture(autouse=True)
def own_pace() -> None:
    """Nobody has asked anything before, as all tests come from one address at one instant."""
    cache.clear()


@pytest.fixture
def scene(db: None) -> Referring:
    return make_referring()


def place(scene: Referring) -> str:
    return f"/deliberations/{scene.drafted.finished.deliberation.pk}/follow-up/"


def refer_one(scene: Referring, number: int, item: str, **wishes: Any) -> Referral:
    return scene.refer(assignment_id=None, suggestion_ids=[scene.suggestion(number).pk], item=item, **wishes)


def shown(answer: Any) -> list[int]:
    found = re.findall(r'<a class="way" href="/referrals/(\d+)/" dir', answer.content.decode())
    return [int(pk) for pk in found]


def figures(answer: Any) -> dict[str, str]:
    found = re.findall(r"<dt>(.*?)</dt>\s*<dd[^>]*>(.*?)</dd>", answer.content.decode(), re.DOTALL)
    return {name: " ".join(re.sub(r"<[^>]+>", " ", words).split()) for name, words in found}


def test_an_empty_page_says_so(scene: Referring) -> None:
    for path in ("/follow-up/", place(scene)):
        answer = look(path, at=LATER)
        assert (answer.status_code, "还没有交办事项" in text_of(answer)) == (200, True)


def test_it_says_what_was_said_to_whom_it_went_and_what_came_of_it(scene: Referring) -> None:
    answered, replied = scene.answered()
    rate_reply(reply_id=replied.reply.pk, degree="mostly", by=scene.author, at=REFERRED + 3 * DAY)
    late = refer_one(scene, 1, "错时开放机关车位", lead_id=scene.police.pk, cohandlers=[])
    supervise_referral(referral_id=late.pk, by=scene.by, at=REFERRED)
    gone = refer_one(scene, 2, "单行道")
    withdraw_referral(referral_id=gone.pk, reason="另行安排", by=scene.by, at=REFERRED)
    record_outcome(
        facts=outcome_facts(scene.county.committee, words="县长批示请各单位开放车位"),
        covers=Covers(referrals=frozenset([answered.pk])),
        by=scene.by,
        at=LATER,
    )
    for path in ("/follow-up/", place(scene)):
        answer = look(path, at=LATER)
        assert figures(answer) == {
            "已交办": "2",
            "已答复": "1",
            "逾期": "1",
            "已办结": "1",
            "成效": "1",
            "作者评价": "满意 0 基本满意 1 不满意 0",
        }
        assert sorted(shown(answer)) == sorted([answered.pk, late.pk])
        text = text_of(answer)
        for word in (
            "错时开放机关车位",
            "县公安局",
            "逾期8天",
            "督办",
            "A类",
            "县长批示请各单位开放车位",
            "#3",
        ):
            assert word in text


def test_what_came_of_the_deliberation_beside_its_referrals_stands_below(scene: Referring) -> None:
    finished = scene.drafted.finished
    refer_one(scene, 1, "错时开放机关车位")
    make_outcome(finished, 1, words="已在表中")
    make_outcome(finished, 2, words="支路已改单行")
    record_outcome(
        facts=outcome_facts(scene.county.committee, words="整份纪要得到批示"),
        covers=Covers(summaries=frozenset([scene.summary.pk])),
        by=scene.by,
        at=LATER,
    )
    answer = look(place(scene), at=LATER)
    below = text_of(answer).partition("其他成效")[2]
    assert "支路已改单行" in below
    assert "整份纪要得到批示" in below
    assert "已在表中" not in below
    assert figures(answer)["成效"] == "3"
    assert "其他成效" not in text_of(look("/follow-up/", at=LATER))


def test_what_came_of_a_document_counts_for_the_suggestion_that_grew_into_it(scene: Referring) -> None:
    finished = scene.drafted.finished
    refer_one(scene, 1, "错时开放机关车位")
    submission = make_submission(finished, 1)
    record_outcome(
        facts=outcome_facts(scene.county.committee, words="提案被采用"),
        covers=Covers(submissions=frozenset([submission.pk])),
        by=scene.by,
        at=LATER,
    )
    answer = look(place(scene), at=LATER)
    assert "提案被采用" in text_of(answer)
    assert figures(answer)["成效"] == "1"
    assert "其他成效" not in text_of(answer)


def test_of_what_covers_something_closed_as_well_only_those_hear_to_whom_all_is_open(
    scene: Referring,
) -> None:
    referral = scene.refer()
    closed = make_event(scene.county.committee, scene.drafted.finished.secretary)
    Deliberation.objects.filter(pk=closed.pk).update(visibility=Visibility.MEMBERS)
    record_outcome(
        facts=outcome_facts(scene.county.committee, words="两件事一并批示"),
        covers=Covers(referrals=frozenset([referral.pk]), deliberations=frozenset([closed.pk])),
        by=scene.by,
        at=LATER,
    )
    for path in ("/follow-up/", place(scene), f"/referrals/{referral.pk}/", "/follow-up/export/csv"):
        assert "两件事一并批示" not in look(path, at=LATER).content.decode()
        assert "两件事一并批示" in look(path, scene.suggestion(1).author, at=LATER).content.decode()
    assert figures(look("/follow-up/", at=LATER))["成效"] == "0"
    assert figures(look("/follow-up/", scene.suggestion(1).author, at=LATER))["成效"] == "1"


def test_it_is_filtered_and_sorted(scene: Referring) -> None:
    answered = scene.answered()[0].pk
    late = refer_one(scene, 1, "错时开放机关车位", lead_id=scene.police.pk, cohandlers=[]).pk
    soon = refer_one(scene, 2, "支路改单行", due=LATER.date() + 30 * DAY, at=REFERRED + DAY).pk
    Suggestion.objects.filter(number=1).update(masked=[[0, 4]])

    def found(path: str = "/follow-up/", **fields: str) -> list[int]:
        return shown(look(path, None, at=LATER, **fields))

    assert found() == [soon, late, answered]
    assert found(sort="due") == [answered, late, soon]
    assert found(sort="-due") == [soon, late, answered]
    assert found(sort="answered")[0] == answered
    assert found(state="overdue") == [late]
    assert found(state="answered") == [answered]
    assert found(state="withdrawn") == [soon, late, answered]
    assert found(body=str(scene.transport.pk)) == [soon, answered]
    assert found(theme="错时共享") == [late, answered]
    assert found(theme="医院周边", state="issued") == [soon]
    assert found(q="单行") == [soon]
    assert found(q="公安") == [soon, late, answered]
    assert found(q="一小时免费") == [answered]
    # Of what is masked in public nothing is found, not even what stands beside it.
    assert found(q="向周边居民") == []
    assert found(q="\x00\x07") == [soon, late, answered]
    assert found(place(scene), q="单行") == [soon]
    assert found(q="没有这样的") == []
    assert "没有找到" in text_of(look("/follow-up/", at=LATER, q="没有这样的"))
    for nonsense in (
        {"state": "x"},
        {"sort": "x; drop"},
        {"page": "9999"},
        {"body": "x"},
        {"body": "9" * 30},
    ):
        assert found(**nonsense) == [soon, late, answered]


def test_it_is_paged(scene: Referring) -> None:
    first = scene.refer()
    bodies = list(first.bodies.all())
    copies = []
    for number in range(PER_PAGE):
        copy = Referral.objects.get(pk=first.pk)
        copy.pk, copy.assignment, copy.item = None, None, f"第{number}件"
        copies.append(copy)
    for copy in Referral.objects.bulk_create(copies):
        for part in bodies:
            copy.bodies.create(body=part.body, leads=part.leads)
    one, two = (look("/follow-up/", at=LATER, page=page) for page in ("1", "2"))
    assert (len(shown(one)), len(shown(two))) == (PER_PAGE, 1)
    assert not set(shown(one)) & set(shown(two))
    assert "第2页，共2页" in text_of(two)
    assert 'rel="next"' in one.content.decode()
    filtered = look("/follow-up/", at=LATER, page="1", state="overdue", q="件")
    assert 'href="?q=%E4%BB%B6&amp;state=overdue&amp;' in filtered.content.decode()


@pytest.mark.parametrize(
    ("visibility", "readers"),
    [
        (Visibility.PUBLIC, {"nobody", "stranger", "member", "absent", "staff", "auditor"}),
        (Visibility.MEMBERS, {"member", "absent", "staff", "auditor"}),
        # Whoever took part is on the list.
        (Visibility.INVITED, {"member", "staff", "auditor"}),
    ],
)
def test_everybody_reads_what_their_deliberations_are_about_and_nothing_else(
    scene: Referring, visibility: Visibility, readers: set[str]
) -> None:
    scene.refer()
    Deliberation.objects.update(visibility=visibility)
    people: dict[str, User | None] = {
        "nobody": None,
        "stranger": make_user("外人"),
        "member": scene.suggestion(1).author,
        "absent": make_member(scene.county, "白若溪"),
        "staff": make_moderator(scene.county),
        "auditor": make_auditor(scene.county),
    }
    for name, person in people.items():
        may = name in readers
        assert bool(shown(look("/follow-up/", person, at=LATER))) is may, name
        status = look(place(scene), person, at=LATER).status_code
        assert status == (200 if may else 302 if person is None else 404), name
        rows = look("/follow-up/export/csv", person, at=LATER).content.decode().count("\r\n")
        assert rows == (2 if may else 1), name
        status = look(f"{place(scene)}export/csv", person, at=LATER).status_code
        assert status == (200 if may else 302 if person is None else 404), name
    assert look("/deliberations/987654321/follow-up/", at=LATER).status_code == 404


def test_only_the_secretary_is_offered_to_refer_a_single_suggestion(scene: Referring) -> None:
    finding = f'action="/deliberations/{scene.drafted.finished.deliberation.pk}/refer/"'
    assert finding in look(place(scene), scene.drafted.finished.secretary, at=LATER).content.decode()
    for nobody in (None, scene.suggestion(1).author, make_moderator(scene.county)):
        assert finding not in look(place(scene), nobody, at=LATER).content.decode()


def test_a_file_has_the_same_rows_and_nothing_in_it_is_computed(scene: Referring) -> None:
    hostile = '=HYPERLINK("http://x")'
    answered, _replied = scene.answered()
    referral = refer_one(scene, 1, hostile)
    Referral.objects.filter(pk=answered.pk).update(item="\u202e+1+1\ttext")
    Suggestion.objects.filter(number=1).update(text="@SUM(A1)")
    text = look("/follow-up/export/csv", at=LATER, q="HYPERLINK").content
    assert text.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))
    assert rows[0][:6] == ["交办编号", "议政", "纪要文号", "交办事项", "建言", "归类"]
    assert [row[3] for row in rows[1:]] == [f"'{hostile}"]
    assert rows[1][0] == str(referral.pk)
    everything = look(f"{place(scene)}export/xlsx", at=LATER)
    assert "attachment" in everything["Content-Disposition"]
    sheet = openpyxl.load_workbook(io.BytesIO(everything.content)).worksheets[0]
    cells = {str(cell.value): cell for row in sheet.iter_rows(min_row=2) for cell in row}
    assert cells[hostile].data_type == "s"
    assert cells["+1+1 text"].data_type == "s"
    assert not [cell for cell in cells.values() if cell.data_type == "f"]
    assert look("/follow-up/export/exe", at=LATER).status_code == 404


def test_files_are_not_made_at_any_pace(scene: Referring) -> None:
    answers = [look("/follow-up/export/csv", at=LATER).status_code for _ in range(61)]
    assert (answers[0], answers[-1]) == (200, 429)


def test_it_asks_as_often_for_many_as_for_one(scene: Referring) -> None:
    def queries(path: str, reader: User | None) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert look(path, reader, at=LATER).status_code == 200
        return len(asked)

    pages = (("/follow-up/", None), (place(scene), None), ("/follow-up/", scene.suggestion(1).author))
    scene.answered()
    make_outcome(scene.drafted.finished, 3)
    one = [queries(*page) for page in pages]
    for number in (1, 2, 4):
        refer_one(scene, number, f"第{number}条")
        make_outcome(scene.drafted.finished, number)
    assert [queries(*page) for page in pages] == one
    assert one[0] <= 14


# --- the department's desk ----------------------------------------------------------------------------------


def laid(scene: Referring, by: User, shelf: str = "") -> list[int]:
    return shown(look("/department/", by, at=REFERRED + 3 * DAY, **({"shelf": shelf} if shelf else {})))


def test_a_handler_sees_what_is_theirs_on_its_shelf(scene: Referring) -> None:
    waiting = refer_one(scene, 1, "等待接收", cohandlers=[]).pk
    answered = scene.answered()[0].pk
    late = refer_one(scene, 2, "已经逾期", lead_id=scene.police.pk, cohandlers=[], due=REFERRED.date()).pk
    assert laid(scene, scene.handler) == [waiting]
    assert laid(scene, scene.handler, "to_accept") == [waiting]
    assert laid(scene, scene.handler, "answered") == [answered]
    assert laid(scene, scene.handler, "overdue") == []
    assert laid(scene, scene.handler, "nonsense") == [waiting]
    assert laid(scene, scene.officer) == [late]
    assert laid(scene, scene.officer, "overdue") == [late]
    page = text_of(look("/department/", scene.officer, at=REFERRED + 3 * DAY))
    assert "等待接收" not in page
    assert "待办 1" in page
    assert "逾期 1" in page
    assert "已答复 1" in page


def test_who_helps_has_something_to_do_once_it_is_accepted_and_until_they_have_said_it(
    scene: Referring,
) -> None:
    from consultations.actions.replies import contribute_to_referral

    referral = scene.refer()
    assert laid(scene, scene.officer) == []
    referral = scene.accepted(
        assignment_id=None, suggestion_ids=[scene.suggestion(1).pk], item="错时开放机关车位"
    )
    assert laid(scene, scene.officer) == [referral.pk]
    contribute_to_referral(
        referral_id=referral.pk, text="已增派警力", by=actor(scene.officer), at=REFERRED + 2 * DAY
    )
    assert laid(scene, scene.officer) == []
    assert laid(scene, scene.officer, "in_hand") == [referral.pk]


def test_the_desk_is_for_those_who_answer_for_a_body(scene: Referring) -> None:
    scene.refer()
    assert look("/department/", at=LATER)["Location"] == "/accounts/login/?next=/department/"
    for nobody in (scene.suggestion(1).author, scene.drafted.finished.secretary, make_user("外人")):
        assert look("/department/", nobody, at=LATER).status_code == 403


def test_the_desk_asks_as_often_for_many_as_for_one(scene: Referring) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            look("/department/", scene.handler, at=LATER)
        return len(asked)

    scene.accepted()
    one = queries()
    for number in (1, 2, 4):
        refer_one(scene, number, f"第{number}条")
    assert queries() == one
