"""Rosters into the database: every row answered, none half-written."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from jianyan.accounts.enums import BodyKind, Role
from jianyan.accounts.models import Body, Membership, User
from jianyan.accounts.roster.answers import Outcome, Report
from jianyan.accounts.roster.files import read_roster
from jianyan.accounts.roster.importing import import_roster

from .factories import make_body, make_membership, make_user
from .yuexi import DATA, MEMBERS, MEMBERS_BAD, make_yuexi

pytestmark = pytest.mark.django_db

HEADINGS = "姓名,性别,界别,党派,专委会,单位及职务,手机号,届次,任职日期,备注"


@pytest.fixture(autouse=True)
def _in_chinese() -> Iterator[None]:
    with translation.override("zh-hans"):
        yield


@pytest.fixture
def committee() -> Body:
    return make_yuexi()


def import_lines(committee: Body, tmp_path: Path, *lines: str, strict: bool = False) -> Report:
    path = tmp_path / "roster.csv"
    path.write_text("\n".join((HEADINGS, *lines)), encoding="utf-8")
    return import_roster(read_roster(path), committee, strict=strict)


def codes(report: Report) -> list[str]:
    return [answer.reason.code if answer.reason else answer.action.value for answer in report.answers]


def everything() -> list[Any]:
    fields = [field.attname for field in User._meta.concrete_fields]
    return [
        *User.objects.order_by("pk").values_list(*fields),
        *Membership.objects.order_by("pk").values_list(),
    ]


def test_the_roster_of_the_county_is_imported_as_it_is(committee: Body) -> None:
    report = import_roster(read_roster(MEMBERS), committee)
    assert report.summary == {"accept": 180, "normalise": 0, "reject": 0}
    assert report.outcome is Outcome.IMPORTED
    warned = {answer.row: str(answer.warnings[0]) for answer in report.answers if answer.warnings}
    assert warned == {
        103: "strokes_unknown：“𬭎”的笔画不详，暂排在最后，可在后台更正排序码",
        108: "strokes_unknown：“甡”的笔画不详，暂排在最后，可在后台更正排序码",
        139: "same_name_exists：已有1位同名委员（经济界），手机号与单位均不同，按不同的人导入",
        149: "same_name_exists：已有1位同名委员（经济界），手机号与单位均不同，按不同的人导入",
    }
    kinds = [BodyKind.COMMITTEE, BodyKind.SECTOR, BodyKind.SPECIAL_COMMITTEE, BodyKind.PARTY]
    # 102 of the 180 belong to a party; the others are 群众 or 无党派.
    assert [Membership.objects.filter(body__kind=kind).count() for kind in kinds] == [180, 180, 180, 102]


def test_a_row_gives_a_user_and_the_memberships(committee: Body) -> None:
    import_roster(read_roster(MEMBERS), committee)
    user = User.objects.get(phone="19900010636")
    assert user.username == "19900010636"
    assert (user.display_name, user.gender, user.position) == ("童燚", "male", "越溪县环境监测站工程师")
    assert not user.has_usable_password()
    seats = user.memberships.order_by("body__kind").values_list("body__name", "role", "term", "since")
    assert [(*seat[:3], str(seat[3])) for seat in seats] == [
        ("政协越溪县委员会", Role.MEMBER, "第十届", "2022-01-12"),
        ("民盟", Role.MEMBER, "第十届", "2022-01-12"),
        ("民盟", Role.MEMBER, "第十届", "2022-01-12"),
        ("人口资源环境委员会", Role.MEMBER, "第十届", "2022-01-12"),
    ]


def test_quotation_marks_and_line_feeds_inside_a_cell_are_kept(committee: Body) -> None:
    import_roster(read_roster(MEMBERS), committee)
    assert User.objects.get(phone="19900012819").note == '兼任"红色物业"联盟秘书长, 名片上引号请保留'
    assert User.objects.get(phone="19900013633").note == "通讯地址已变更\n以2024年登记为准"


def test_rows_as_people_really_type_them_are_answered_as_expected(committee: Body) -> None:
    import_roster(read_roster(MEMBERS), committee)
    report = import_roster(read_roster(MEMBERS_BAD), committee)

    expected = json.loads((DATA / "members_bad.expected.json").read_text(encoding="utf-8"))
    answered = report.as_json()
    assert answered["summary"] == expected["summary"] == {"accept": 3, "normalise": 9, "reject": 13}
    described = {"case", "also_acceptable"}
    for answer, wanted in zip(answered["rows"], expected["rows"], strict=True):
        assert answer == {key: value for key, value in wanted.items() if key not in described}
    assert User.objects.count() == 192


def test_the_same_file_twice_changes_nothing(committee: Body) -> None:
    import_roster(read_roster(MEMBERS), committee)
    import_roster(read_roster(MEMBERS_BAD), committee)
    before = everything()
    assert import_roster(read_roster(MEMBERS), committee).summary == {
        "accept": 0,
        "normalise": 0,
        "reject": 0,
        "unchanged": 180,
    }
    again = import_roster(read_roster(MEMBERS_BAD), committee)
    assert again.summary == {"accept": 0, "normalise": 0, "reject": 13, "unchanged": 12}
    assert again.answers[16].conflicts_with == {"row": 6}
    assert everything() == before


def test_a_dry_run_gives_the_same_answers_and_writes_nothing(committee: Body) -> None:
    import_roster(read_roster(MEMBERS), committee)
    before = everything()
    tried = import_roster(read_roster(MEMBERS_BAD), committee, dry_run=True)
    assert everything() == before
    imported = import_roster(read_roster(MEMBERS_BAD), committee)
    assert tried.outcome is Outcome.TRIED
    assert tried.as_json()["rows"] == imported.as_json()["rows"]


def test_strict_writes_all_or_nothing(committee: Body) -> None:
    withheld = import_roster(read_roster(MEMBERS_BAD), committee, strict=True)
    assert withheld.outcome is Outcome.WITHHELD
    assert everything() == []
    imported = import_roster(read_roster(MEMBERS), committee, strict=True)
    assert imported.outcome is Outcome.IMPORTED
    assert User.objects.count() == 180


def test_a_row_that_the_database_refuses_leaves_no_half_of_itself(committee: Body, tmp_path: Path) -> None:
    import_lines(committee, tmp_path, "林栖云,女,文艺界,群众,,书画院,19900090001,第十届,2022-01-12,")
    seat = Membership.objects.get(body__name="文艺界")
    seat.until = dt.date(2023, 1, 1)
    seat.save()
    before = everything()
    report = import_lines(
        committee,
        tmp_path,
        # Its seat in the committee could begin later, its seat in the sector has ended by then.
        "林栖云,女,文艺界,群众,,文化馆,19900090001,第十届,2024-03-05,",
        "周砚,男,教育界,民进,教科卫体委员会,小学,19900090002,第十届,2024-03-05,",
    )
    assert codes(report) == ["not_stored", "accept"]
    User.objects.get(display_name="周砚").delete()
    assert everything() == before


def test_news_of_a_known_member_is_written_and_nothing_is_emptied(committee: Body, tmp_path: Path) -> None:
    import_lines(
        committee, tmp_path, "林栖云,女,文艺界,群众,,书画院副院长,19900090001,第九届,2017-01-10,国画"
    )
    report = import_lines(
        committee,
        tmp_path,
        "林栖云,女,文艺界,群众,提案委员会,书画院院长,19900090001,第九届、第十届,2017-01-11,",
    )
    (answer,) = report.as_json()["rows"]
    assert (answer["action"], answer["warnings"]) == (
        "update",
        ["member_updated：更新了单位及职务、届次、任职日期、专委会"],
    )
    user = User.objects.get()
    assert (user.position, user.note) == ("书画院院长", "国画")
    seats = user.memberships.order_by("pk").values_list("body__name", "term", "since")
    assert [(name, term, str(since)) for name, term, since in seats] == [
        ("政协越溪县委员会", "第九届、第十届", "2017-01-11"),
        ("文艺界", "第九届、第十届", "2017-01-11"),
        ("提案委员会", "第九届、第十届", "2017-01-11"),
    ]


def test_the_next_term_is_another_membership_perhaps_in_another_sector(
    committee: Body, tmp_path: Path
) -> None:
    import_lines(committee, tmp_path, "林栖云,女,文艺界,群众,,,19900090001,第十届,2022-01-12,")
    report = import_lines(committee, tmp_path, "林栖云,女,教育界,群众,,,19900090001,第十一届,2027-01-12,")
    assert codes(report) == ["update"]
    assert sorted(Membership.objects.values_list("body__name", "term")) == [
        ("政协越溪县委员会", "第十一届"),
        ("政协越溪县委员会", "第十届"),
        ("教育界", "第十一届"),
        ("文艺界", "第十届"),
    ]


def test_another_sector_in_the_same_term_is_for_somebody_to_decide(committee: Body, tmp_path: Path) -> None:
    import_lines(committee, tmp_path, "林栖云,女,文艺界,群众,,,19900090001,第十届,2022-01-12,")
    before = everything()
    report = import_lines(committee, tmp_path, "林栖云,女,教育界,群众,,院长,19900090001,第十届,2022-01-12,")
    assert report.answers[0].reason is not None
    assert report.answers[0].reason.about_row(1) == {
        "code": "membership_differs",
        "message": "第1行：在册委员“林栖云”第十届属于文艺界，本行写的是教育界；请先在后台更改任职，再导入。",
    }
    assert everything() == before


def test_a_deactivated_member_stays_so_and_is_mentioned(committee: Body, tmp_path: Path) -> None:
    line = "林栖云,女,文艺界,群众,,,19900090001,第十届,2022-01-12,"
    import_lines(committee, tmp_path, line)
    User.objects.update(is_active=False)
    report = import_lines(committee, tmp_path, line)
    assert [str(warning) for warning in report.answers[0].warnings] == [
        "member_inactive：此人账号已停用，未重新启用"
    ]


def test_a_known_account_of_that_name_and_phone_becomes_a_member(committee: Body, tmp_path: Path) -> None:
    official = make_user("林栖云", phone="19900090001")
    make_membership(official, committee, Role.SECRETARY, term="")
    report = import_lines(committee, tmp_path, "林栖云,女,文艺界,群众,,,19900090001,第十届,2022-01-12,")
    assert codes(report) == ["update"]
    assert official.memberships.count() == 3


def test_a_username_that_is_taken_is_not_taken_again(committee: Body, tmp_path: Path) -> None:
    User.objects.create_user(username="19900090001", display_name="占用者")
    import_lines(committee, tmp_path, "林栖云,女,文艺界,群众,,,19900090001,第十届,2022-01-12,")
    assert User.objects.get(phone="19900090001").username == "19900090001-1"


def test_people_who_may_be_one_are_not_imported_twice(committee: Body, tmp_path: Path) -> None:
    import_lines(committee, tmp_path, "何其昌,男,科协,群众,,电机学会秘书长,19900090006,第十届,,")
    report = import_lines(
        committee,
        tmp_path,
        "何其昌,男,科协,群众,,电机学会秘书长,19900090017,第十届,,",
        "何其昌,男,经济界,群众,,电机学会秘书长,19900090018,第十届,,",
        "何其昌,男,科协,群众,,,19900090019,第十届,,",
    )
    assert codes(report) == ["person_possible_duplicate", "person_possible_duplicate", "accept"]
    messages = [answer.reason.about_row(answer.row)["message"] for answer in report.answers if answer.reason]
    assert messages == [
        "第1行：与在册委员“何其昌”姓名、界别、单位都相同而手机号不同，可能是同一人换号，请确认保留哪一个号码。",
        "第2行：与在册委员“何其昌”姓名、单位都相同而手机号不同，可能是同一人换号，请确认保留哪一个号码。",
    ]
    assert report.answers[0].conflicts_with == {"member": "何其昌"}


def test_a_corrected_row_is_taken_after_the_refused_one(committee: Body, tmp_path: Path) -> None:
    import_lines(committee, tmp_path, "何其昌,男,科协,群众,,电机学会秘书长,19900090006,第十届,,")
    report = import_lines(
        committee,
        tmp_path,
        "何其昌,男,科协,群众,,电机学会秘书长,19900090017,第十届,,换号",
        "何其昌,男,科协,群众,,轴承学会秘书长,19900090017,第十届,,换人",
        "何其昌,男,科协,群众,,轴承学会秘书长,19900090017,第十届,,又一次",
    )
    assert codes(report) == ["person_possible_duplicate", "accept", "person_duplicate_in_file"]


def test_a_phone_of_somebody_without_a_sector_is_answered_without_one(
    committee: Body, tmp_path: Path
) -> None:
    make_user("韩主持", phone="19900090001")
    report = import_lines(committee, tmp_path, "林栖云,女,文艺界,群众,,,19900090001,第十届,,")
    assert report.as_json()["rows"][0]["reason"] == {
        "code": "phone_exists",
        "message": "第1行：手机号已属于在册委员“韩主持”，请核对。",
    }


@pytest.mark.parametrize(
    ("cells", "code", "message"),
    [
        ("林栖云,女,,群众,,,19900090001,第十届,,", "sector_missing", "第1行：界别为空，未导入。"),
        (
            "林栖云,女,文艺界,青天党,,,19900090001,第十届,,",
            "party_unknown",
            "第1行：没有“青天党”这个党派，请从6个党派中选择，或填“无党派”“群众”。",
        ),
        (
            "林栖云,女,文艺界,群众,摄影委员会,,19900090001,第十届,,",
            "committee_unknown",
            "第1行：没有“摄影委员会”这个专委会，请从8个专委会中选择。",
        ),
        ("林栖云,女,文艺界,群众,,,,第十届,,", "phone_missing", "第1行：手机号为空，未导入。"),
        ("林栖云,女,文艺界,群众,,,19900090001,,,", "term_missing", "第1行：届次为空，未导入。"),
        (
            "林栖云,女,文艺界,群众,,院长,19900090001,第十届",
            "column_count",
            "第1行：应有10列，实有8列，请核对英文逗号。",
        ),
        (
            "林,栖,云,女,文艺界,群众,,,19900090001,第十届,,",
            "column_count",
            "第1行：应有10列，实有12列，请核对英文逗号。",
        ),
    ],
)
def test_what_cannot_be_taken_is_refused_with_a_code_and_a_sentence(
    committee: Body, tmp_path: Path, cells: str, code: str, message: str
) -> None:
    report = import_lines(committee, tmp_path, cells)
    assert report.as_json()["rows"][0]["reason"] == {"code": code, "message": message}
    assert everything() == []


@pytest.mark.parametrize(
    ("cells", "normalised", "warnings"),
    [
        (
            "林栖云,女,文艺界别,民盟盟员,,,19900090001,第十届,,",
            {},
            ["party_unknown"],
        ),
        (
            "林栖云,女,特邀,九三,提案委,,19900090001,第10届,,",
            {"界别": "特邀人士", "党派": "九三学社", "专委会": "提案委员会", "届次": "第十届"},
            ["sector_alias", "party_alias", "committee_alias"],
        ),
        (
            "林栖云,女,文化艺术界,无党派人士,县政协提案委员会,,19900090001,第9届/第10届,,",
            {"界别": "文艺界", "专委会": "提案委员会", "届次": "第九届、第十届"},
            ["sector_alias", "committee_alias"],
        ),
    ],
)
def test_other_names_of_bodies_are_understood_and_to_be_confirmed(
    committee: Body, tmp_path: Path, cells: str, normalised: dict[str, str], warnings: list[str]
) -> None:
    (answer,) = import_lines(committee, tmp_path, cells).answers
    assert answer.normalised == normalised
    noted = [answer.reason] if answer.reason else answer.warnings
    assert [note.code for note in noted] == warnings


def test_a_short_name_of_a_body_is_understood(committee: Body, tmp_path: Path) -> None:
    make_body("台湾同胞联谊会", BodyKind.SECTOR, parent=committee, short_name="台联")
    (answer,) = import_lines(committee, tmp_path, "林栖云,女,台联,群众,,,19900090001,第十届,,").answers
    assert answer.normalised == {"界别": "台湾同胞联谊会"}


def test_a_workbook_is_imported_although_its_lines_end_early(committee: Body, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.append(HEADINGS.split(","))
    page.append(["林栖云", "女", "文艺界", "群众", None, None, 19900090001, "第十届", dt.date(2024, 3, 5)])
    page.append(["周砚", "男", "教育界", "民进", None, None, 19900090002, "第十届", 45356, "对", "多余"])
    book.save(tmp_path / "roster.xlsx")
    report = import_roster(read_roster(tmp_path / "roster.xlsx"), committee)
    assert codes(report) == ["accept", "column_count"]
    assert str(Membership.objects.get(body__name="文艺界").since) == "2024-03-05"


def test_members_without_a_sector_or_a_phone_can_share_a_name(committee: Body, tmp_path: Path) -> None:
    user = make_user("林栖云")
    make_membership(user, committee)
    User.objects.filter(pk=user.pk).update(phone=None)
    (answer,) = import_lines(committee, tmp_path, "林栖云,女,文艺界,群众,,,19900090001,第十届,,").answers
    assert str(answer.warnings[0]) == (
        "same_name_exists：已有1位同名委员（—），手机号与单位均不同，按不同的人导入"
    )


def test_reading_what_is_known_takes_as_many_queries_for_many_as_for_one(committee: Body) -> None:
    table = read_roster(MEMBERS)
    import_roster(table, committee)

    def queries(rows: int) -> int:
        shorter = type(table)(table.headings, table.columns, table.lines[:rows], table.delimiter)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            import_roster(shorter, committee)
        return len(captured)

    # Per unchanged row: a savepoint of its own, and the look at its memberships.
    assert queries(3) - queries(2) == queries(2) - queries(1) == 3


def test_answers_in_english_are_whole_sentences(committee: Body, tmp_path: Path) -> None:
    with translation.override("en"):
        report = import_lines(committee, tmp_path, ",女,文艺界,群众,,,19900090001,第十届,,")
        assert report.as_json()["rows"][0]["reason"] == {
            "code": "name_missing",
            "message": "Row 1: the name is empty; not imported.",
        }
