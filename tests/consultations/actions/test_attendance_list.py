"""The list corrected as a whole: what a file would change, all of it or nothing; guests; and who is named first."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from consultations.actions.attendance import check_in, check_in_on_site
from consultations.actions.attendance_list import correct_by_list, set_leaders
from consultations.actions.guests import add_guest, correct_guest
from consultations.enums import Mode, Presence
from consultations.errors import BadForm, Frozen, ListChanged, NotAllowed, UnknownDeliberation, UnknownPerson
from consultations.models import Attendance, Topic
from consultations.queries.attendance import listed_people
from consultations.queries.attendance_plan import Plan, Row, Standing, in_words, plan_of, rows_of
from consultations.queries.attending import people_of, usual_mode
from consultations.queries.summary_snapshot import attendance_of
from jianyan.accounts.enums import Role
from jianyan.accounts.models import Body, User
from tests.consultations.conftest import Scene
from tests.consultations.factories import MINUTE, NOON, actor
from tests.consultations.test_concurrency import at_once
from tests.jianyan.accounts.factories import make_member, make_membership

LATER = NOON + 10 * MINUTE


def plan(scene: Scene, *rows: Row) -> Plan:
    deliberation = scene.topic.deliberation
    return plan_of(rows, people_of(deliberation, at=LATER), usual=usual_mode(deliberation))


def faults(scene: Scene, *rows: Row) -> list[str]:
    with translation.override("zh-hans"):
        return [fault.text for fault in plan(scene, *rows).faults]


def correct(scene: Scene, *rows: Row) -> Plan:
    seen = plan(scene, *rows)
    assert not seen.faults
    return correct_by_list(
        deliberation_id=scene.topic.deliberation_id,
        rows=rows,
        seen=seen.digest,
        by=actor(scene.secretary),
        at=LATER,
    )


def lead(scene: Scene, *names: str, by: User | None = None) -> None:
    set_leaders(
        deliberation_id=scene.topic.deliberation_id, names=names, by=actor(by or scene.secretary), at=LATER
    )


def guest(scene: Scene, name: str = "周砚", unit: str = "县交通运输局", **fields: str) -> Attendance:
    wanted = {"presence": Presence.OBSERVER, "mode": Mode.OFFLINE, **fields}
    return add_guest(
        deliberation_id=scene.topic.deliberation_id,
        name=name,
        unit=unit,
        presence=wanted["presence"],
        mode=wanted["mode"],
        by=actor(scene.secretary),
    )


def standings() -> dict[str, tuple[str, str, int | None, bool]]:
    rows = Attendance.objects.select_related("user")
    return {
        row.name: (row.presence, row.mode, row.precedence, row.corrected_by_id is not None) for row in rows
    }


def names(scene: Scene) -> list[str]:
    return [person.name for person in listed_people(scene.topic.deliberation, at=LATER)]


def as_rows(scene: Scene) -> list[Row]:
    return rows_of(listed_people(scene.topic.deliberation, at=LATER))


# ── A file ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_sets_what_it_says_and_leaves_alone_who_is_not_in_it(scene: Scene) -> None:
    check_in(topic_id=scene.topic.pk, people=[actor(scene.author), actor(scene.other)], at=LATER)
    done = correct(
        scene,
        Row(2, "罗小满", "请假"),
        Row(3, "林栖云", "出席", mode="现场", order="1"),
        Row(4, "沈观澜", "列席", unit="县住建局"),
    )
    assert [(change.line, change.was is None) for change in done.changes] == [
        (2, False),
        (3, False),
        (4, True),
    ]
    assert standings() == {
        "罗小满": (Presence.ON_LEAVE, Mode.ONLINE, None, True),
        "林栖云": (Presence.PRESENT, Mode.OFFLINE, 1, True),
        "顾南枝": (Presence.PRESENT, Mode.ONLINE, None, False),
        "沈观澜": (Presence.OBSERVER, Mode.ONLINE, None, True),
    }


def test_the_same_file_again_changes_nothing(scene: Scene) -> None:
    rows = [Row(2, "罗小满", "请假"), Row(3, "沈观澜", "列席", unit="县住建局"), Row(4, "林栖云", "未到")]
    correct(scene, *rows)
    before = list(Attendance.objects.order_by("id").values())
    again = correct(scene, *rows)
    assert (again.changes, again.unchanged) == ((), 3)
    assert list(Attendance.objects.order_by("id").values()) == before


def test_an_order_alone_is_no_correction_of_how_somebody_took_part(scene: Scene) -> None:
    correct(scene, Row(2, "罗小满", "", order="3"))
    assert standings()["罗小满"] == ("", Mode.ONLINE, 3, False)
    check_in(topic_id=scene.topic.pk, people=[actor(scene.member)], at=LATER)
    assert standings()["罗小满"] == (Presence.PRESENT, Mode.ONLINE, 3, False)


def test_what_it_leaves_empty_stays_but_an_empty_order_takes_the_place_away(scene: Scene) -> None:
    correct(scene, Row(2, "罗小满", "列席", mode="现场", order="3"))
    correct(scene, Row(2, "罗小满", ""))
    assert standings()["罗小满"] == (Presence.OBSERVER, Mode.OFFLINE, 3, True)
    correct(scene, Row(2, "罗小满", "", mode="", order=" "))
    assert standings()["罗小满"] == (Presence.OBSERVER, Mode.OFFLINE, None, True)


def test_the_list_as_it_is_taken_away_changes_nothing(scene: Scene) -> None:
    twin = make_member(scene.county, "罗小满", sector=scene.county.sectors[1])
    make_member(scene.county, "罗小满", sector=scene.county.sectors[2])
    make_membership(scene.other, scene.county.committee, Role.CHAIR, term="")
    guest(scene, "罗小满", "县住建局", presence=Presence.PRESENT)
    guest(scene)
    check_in_on_site(deliberation_id=scene.topic.deliberation_id, by=actor(twin), at=LATER)
    lead(scene, "周砚", f"罗小满 {(twin.phone or '')[-4:]}")
    rows = as_rows(scene)
    assert [row.name for row in rows][:3] == ["周砚", f"罗小满 {(twin.phone or '')[-4:]}", "林栖云"]
    found = plan(scene, *rows)
    assert (found.changes, found.faults, found.unchanged) == ((), (), 7)


def test_a_guest_set_to_not_there_is_off_the_list_and_comes_back_as_the_same(scene: Scene) -> None:
    row = guest(scene)
    off = [Row(2, "周砚", "未到", unit="县交通运输局")]
    correct(scene, *off)
    assert "周砚" not in names(scene)
    assert correct(scene, *off).unchanged == 1
    correct(scene, Row(2, "周砚", "列席", unit="县交通运输局"))
    assert "周砚" in names(scene)
    assert Attendance.objects.get().pk == row.pk


def test_what_was_not_looked_at_is_not_done(scene: Scene) -> None:
    rows = [Row(2, "罗小满", "请假"), Row(3, "林栖云", "列席")]
    seen = plan(scene, *rows).digest
    check_in(topic_id=scene.topic.pk, people=[actor(scene.member)], at=LATER)
    with pytest.raises(ListChanged):
        correct_by_list(
            deliberation_id=scene.topic.deliberation_id,
            rows=rows,
            seen=seen,
            by=actor(scene.secretary),
            at=LATER,
        )
    assert standings() == {"罗小满": (Presence.PRESENT, Mode.ONLINE, None, False)}


def test_nothing_is_done_while_one_row_cannot_be_taken(scene: Scene) -> None:
    rows = [Row(2, "罗小满", "请假"), Row(3, "某某某", "出席")]
    with pytest.raises(ListChanged):
        correct_by_list(
            deliberation_id=scene.topic.deliberation_id,
            rows=rows,
            seen=plan(scene, *rows).digest,
            by=actor(scene.secretary),
            at=LATER,
        )
    assert not Attendance.objects.exists()


@pytest.mark.parametrize("act", ["file", "leaders", "guest", "guest-row"])
def test_only_secretaries_do_it_and_only_before_the_list_is_in_a_summary(scene: Scene, act: str) -> None:
    row = guest(scene)
    before = standings()

    def wish(by: User, deliberation_id: int) -> object:
        common = {"deliberation_id": deliberation_id, "by": actor(by)}
        match act:
            case "file":
                return correct_by_list(rows=[], seen=plan(scene).digest, at=LATER, **common)  # type: ignore[arg-type]
            case "leaders":
                return set_leaders(names=["罗小满"], at=LATER, **common)  # type: ignore[arg-type]
            case "guest":
                return add_guest(name="沈观澜", unit="", presence="present", mode="online", **common)  # type: ignore[arg-type]
            case _:
                return correct_guest(guest_id=row.pk, presence="", **common)  # type: ignore[arg-type]

    for user in (scene.moderator, scene.member):
        with pytest.raises(NotAllowed):
            wish(user, scene.topic.deliberation_id)
    with pytest.raises(UnknownDeliberation):
        wish(scene.secretary, 10**6)
    Topic.objects.update(frozen_at=LATER)
    with pytest.raises(Frozen):
        wish(scene.secretary, scene.topic.deliberation_id)
    assert standings() == before


# ── Whom a row means, and what is wrong with it ───────────────────────────────────────────────────────────────────


def test_the_same_name_is_told_apart_by_sector_position_or_phone(scene: Scene) -> None:
    second = make_member(scene.county, "罗小满", sector=scene.county.sectors[2])
    User.objects.filter(pk=second.pk).update(position="县第二中学校长")
    tail = (second.phone or "")[-4:]
    assert faults(scene, Row(2, "罗小满", "请假")) == [
        "有几位都叫“罗小满”（经济界、教育界），请填写单位，或者在姓名后写手机尾号。"
    ]
    for row in (
        Row(2, "罗小满", "请假", unit="教育界"),
        Row(2, "罗小满", "请假", unit="教育"),
        Row(2, "罗 小 满", "请假", unit="县第二中学校长"),
        Row(2, f"罗小满 {tail}", "请假"),
        Row(2, f"罗小满（尾号{tail}）", "请假", unit="随便写的"),
        Row(2, f"罗小满({tail})", "请假"),
    ):
        assert [change.user_id for change in plan(scene, row).changes] == [second.pk], row


def test_a_unit_that_is_nobody_s_of_that_name_is_not_guessed_about(scene: Scene) -> None:
    assert faults(scene, Row(2, "罗小满", "列席", unit="县交通运输局")) == [
        "名单上的“罗小满”属于经济界，不是“县交通运输局”。请改正单位或留空；与名单上的人同名的来宾，请在页面上添加。"
    ]
    guest(scene, "罗小满")
    rows = [
        Row(2, "罗小满", "列席", unit="县交通运输局", mode="线上"),
        Row(3, "罗小满", "出席", unit="经济界"),
    ]
    assert [change.user_id for change in plan(scene, *rows).changes] == [None, scene.member.pk]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (Row(2, "某某某", "出席"), "名单上没有“某某某”；只有列席的来宾可以新增。"),
        (Row(2, "罗小满 0000000", "出席"), "名单上没有“罗小满 0000000”；只有列席的来宾可以新增。"),
        (Row(2, "", "出席"), "姓名为空，未导入。"),
        (Row(2, "=HYPERLINK(1)", "列席"), "姓名以“=”开头，不是有效姓名，未导入。"),
        (Row(2, "罗小满", "睡着了"), "“睡着了”不是出席、列席、请假、未到之一。"),
        (Row(2, "罗小满", "出席", mode="路上"), "“路上”不是现场、线上之一。"),
        (Row(2, "罗小满", "出席", order="第一"), "顺序“第一”不是1至999的数字。"),
        (Row(2, "罗小满", "出席", order="0"), "顺序“0”不是1至999的数字。"),
        (Row(2, "罗小满", "出席", order="1000"), "顺序“1000”不是1至999的数字。"),
        (Row(2, "罗小满", "出席", order="-1"), "顺序“-1”不是1至999的数字。"),
        (Row(2, "沈观澜", "列席", unit="县" * 61), "来宾单位最多60字。"),
    ],
)
def test_what_is_wrong_with_a_row_is_said_in_a_sentence(scene: Scene, row: Row, sentence: str) -> None:
    assert faults(scene, row) == [sentence]


def test_a_person_and_a_new_guest_have_one_row_each(scene: Scene) -> None:
    rows = [
        Row(2, "罗小满", "出席"),
        Row(3, "沈观澜", "列席", unit="县住建局"),
        Row(5, "罗小满", "请假", unit="经济界"),
        Row(6, "沈观澜", "列席", unit="县住建局"),
    ]
    found = plan(scene, *rows)
    assert [fault.line for fault in found.faults] == [5, 6]
    with translation.override("en"):
        assert plan(scene, *rows).faults[0].text == "the same person as in line 2 of the file."


def test_english_words_and_full_width_digits_are_understood(scene: Scene) -> None:
    row = Row(2, "罗小满", " On leave", mode="On site", order="１２")
    [change] = plan(scene, row).changes
    assert change.becomes == Standing(Presence.ON_LEAVE, Mode.OFFLINE, 12)
    with translation.override("en"):
        assert (in_words(change.was or change.becomes), in_words(change.becomes)) == (
            "Not there",
            "On leave · order 12",
        )


@pytest.mark.usefixtures("unmeasured")
def test_a_file_may_add_three_thousand_guests(scene: Scene) -> None:
    called = [f"来宾{first}{second}" for first in "甲乙丙丁戊己庚辛" for second in "天地玄黄"]
    rows = [Row(line, called[line % 32], "列席", unit=f"第{line}单位") for line in range(2, 3002)]
    correct(scene, *rows)
    assert correct(scene, *rows).unchanged == Attendance.objects.count() == 3000


@pytest.mark.parametrize("more", [0, 3])
def test_it_takes_as_many_queries_for_one_as_for_many(scene: Scene, more: int) -> None:
    rows = [Row(2, "罗小满", "请假"), Row(3, "沈观澜", "列席")]
    for number in range(more):
        make_member(scene.county, f"委员{'甲乙丙'[number]}")
        rows += [
            Row(10 + number, f"委员{'甲乙丙'[number]}", "出席"),
            Row(20 + number, f"来宾{'甲乙丙'[number]}", "列席"),
        ]
    seen = plan(scene, *rows).digest
    by = actor(scene.secretary)
    with CaptureQueriesContext(connection) as asked:
        correct_by_list(deliberation_id=scene.topic.deliberation_id, rows=rows, seen=seen, by=by, at=LATER)
    # Deliberation, rows, frozen topics; what people_of asks; who is new, rows, new guests, everybody; savepoints.
    assert len(asked) == 13


# ── Who is named first ────────────────────────────────────────────────────────────────────────────────────────────


def test_chairs_come_first_by_their_appointment_those_of_the_bodies_above_before_the_host_s(
    scene: Scene,
) -> None:
    hall = Body.objects.create(name="文艺界议事堂", kind="hall", parent=scene.county.committee)
    deliberation = scene.topic.deliberation
    deliberation.host = hall
    deliberation.save()
    make_membership(scene.other, hall, Role.CHAIR, term="")
    make_membership(scene.member, scene.county.committee, Role.CHAIR, term="")
    assert names(scene) == ["罗小满", "顾南枝", "林栖云"]
    lead(scene, "林栖云")
    assert names(scene) == ["林栖云", "罗小满", "顾南枝"]
    lead(scene)
    assert names(scene) == ["罗小满", "顾南枝", "林栖云"]


def test_a_chair_whose_time_is_over_is_named_like_everybody(scene: Scene) -> None:
    make_membership(
        scene.other, scene.county.committee, Role.CHAIR, term="", until=(NOON - 48 * 60 * MINUTE).date()
    )
    assert names(scene) == ["林栖云", "罗小满", "顾南枝"]


def test_the_order_that_is_given_holds_on_the_list_and_in_the_document(scene: Scene) -> None:
    guest(scene, "沈观澜", "省政协", presence=Presence.PRESENT)
    guest(scene, "周砚", "县交通运输局")
    guest(scene, "丁一", "县住建局")
    everybody = [actor(user) for user in (scene.author, scene.member, scene.other)]
    check_in(topic_id=scene.topic.pk, people=everybody, at=LATER)
    lead(scene, "沈观澜 省政协", "顾南枝", "周砚", "顾南枝")
    assert names(scene) == ["沈观澜", "顾南枝", "周砚", "丁一", "林栖云", "罗小满"]
    printed = attendance_of(scene.topic.deliberation)
    assert [(one.name, one.unit) for one in printed.present] == [
        ("沈观澜", ""),
        ("顾南枝", "教育界"),
        ("林栖云", "文艺界"),
        ("罗小满", "经济界"),
    ]
    assert [(one.name, one.unit) for one in printed.observers] == [
        ("周砚", "县交通运输局"),
        ("丁一", "县住建局"),
    ]


def test_a_name_that_nobody_or_several_have_is_refused_and_the_order_stays(scene: Scene) -> None:
    make_member(scene.county, "罗小满", sector=scene.county.sectors[2])
    gone = guest(scene)
    correct_guest(
        deliberation_id=scene.topic.deliberation_id, guest_id=gone.pk, presence="", by=actor(scene.secretary)
    )
    lead(scene, "林栖云")
    for wrong in ("某某某", "罗小满", "周砚 县交通运输局", "罗小满 文艺界"):
        with pytest.raises(BadForm):
            lead(scene, "顾南枝", wrong)
    with pytest.raises(BadForm):
        lead(scene, *(f"第{number}人" for number in range(1000)))
    lead_of = {name: order for name, (_presence, _mode, order, _by) in standings().items()}
    assert lead_of == {"周砚": None, "林栖云": 1}


def test_a_guest_who_is_off_the_list_leads_nobody(scene: Scene) -> None:
    make_membership(scene.other, scene.county.committee, Role.CHAIR, term="")
    row = guest(scene)
    lead(scene, "周砚")
    assert names(scene)[:2] == ["周砚", "林栖云"]
    correct_guest(
        deliberation_id=scene.topic.deliberation_id, guest_id=row.pk, presence="", by=actor(scene.secretary)
    )
    assert names(scene) == ["顾南枝", "林栖云", "罗小满"]


# ── Guests ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_guest_is_added_once_corrected_and_taken_off(scene: Scene) -> None:
    row = guest(scene)
    assert guest(scene, " 周 砚", mode=Mode.ONLINE).pk == row.pk
    correct_guest(
        deliberation_id=scene.topic.deliberation_id,
        guest_id=row.pk,
        mode=Mode.OFFLINE,
        by=actor(scene.secretary),
    )
    assert standings() == {"周砚": (Presence.OBSERVER, Mode.OFFLINE, None, True)}
    assert str(Attendance.objects.get()).startswith("周砚 · 网络议政")
    correct_guest(
        deliberation_id=scene.topic.deliberation_id, guest_id=row.pk, presence="", by=actor(scene.secretary)
    )
    assert "周砚" not in names(scene)


@pytest.mark.parametrize(
    "fields",
    [
        {"name": ""},
        {"name": "=1+1"},
        {"name": "名" * 41},
        {"unit": "县" * 61},
        {"presence": ""},
        {"presence": "asleep"},
        {"mode": "hybrid"},
    ],
)
def test_nonsense_makes_no_guest(scene: Scene, fields: dict[str, str]) -> None:
    with pytest.raises(BadForm):
        guest(scene, **fields)
    assert not Attendance.objects.exists()


def test_a_guest_s_row_is_corrected_and_nobody_else_s(scene: Scene) -> None:
    row = guest(scene)
    own = check_in_on_site(deliberation_id=scene.topic.deliberation_id, by=actor(scene.member), at=LATER)
    assert own is not None
    by = actor(scene.secretary)
    with pytest.raises(UnknownPerson):
        correct_guest(deliberation_id=scene.topic.deliberation_id, guest_id=own.pk, presence="", by=by)
    with pytest.raises(BadForm):
        correct_guest(deliberation_id=scene.topic.deliberation_id, guest_id=row.pk, presence="asleep", by=by)
    assert [row.presence for row in Attendance.objects.order_by("id")] == ["observer", "present"]


def test_the_database_wants_either_a_user_or_a_guest_and_each_guest_once(scene: Scene) -> None:
    guest(scene)
    deliberation = scene.topic.deliberation
    for fields in (
        {},
        {"user": scene.member, "guest_name": "周砚"},
        {"user": scene.member, "guest_unit": "县交通运输局"},
        {"guest_unit": "县交通运输局"},
        {"guest_name": "周砚", "guest_unit": "县交通运输局"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Attendance.objects.create(deliberation=deliberation, **fields)
    make = Attendance.objects.create
    make(deliberation=deliberation, guest_name="周砚", guest_unit="县住建局")
    make(deliberation=deliberation, user=scene.other)
    with pytest.raises(IntegrityError), transaction.atomic():
        make(deliberation=deliberation, user=scene.other)


@pytest.mark.django_db(transaction=True)
def test_a_file_and_those_who_come_at_the_same_moment_end_with_a_row_each(scene: Scene) -> None:
    people = [actor(user) for user in (scene.member, scene.other, scene.author)]
    rows = [Row(2, "罗小满", "请假"), Row(3, "林栖云", "", order="1"), Row(4, "沈观澜", "列席")]
    outcomes: list[str] = []

    def take_over() -> None:
        try:
            correct(scene, *rows)
        except ListChanged:
            outcomes.append("changed")
        else:
            outcomes.append("done")

    jobs: list[Callable[[], object]] = []
    for _round in range(3):
        jobs.append(take_over)
        jobs.append(partial(check_in, topic_id=scene.topic.pk, people=people, at=LATER))
        jobs += [
            partial(check_in_on_site, deliberation_id=scene.topic.deliberation_id, by=by, at=LATER)
            for by in people
        ]
    at_once(jobs)
    correct(scene, *rows)
    assert len(outcomes) == 3
    found = standings()
    assert found["罗小满"][0] == Presence.ON_LEAVE
    assert found["林栖云"][:3] == (Presence.PRESENT, Mode.OFFLINE, 1)
    assert sorted(found) == sorted(["罗小满", "林栖云", "顾南枝", "沈观澜"])
