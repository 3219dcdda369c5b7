"""A year of events from a file: looked at first, then all of it in one go; and once more, where nothing is new."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from consultations.actions.event_import import import_events, look_at_events
from consultations.actions.event_names import Choices, likely_choices
from consultations.errors import BadForm, ListChanged, NotAllowed, Refused, UnknownBody
from consultations.importing.plan import Plan, Verdict
from consultations.models import (
    Category,
    Channel,
    Deliberation,
    EventRecord,
    Outcome,
    OutcomeCover,
    Submission,
)
from jianyan.accounts.enums import BodyKind
from jianyan.accounts.models import Body
from jianyan.accounts.roles import Actor
from jianyan.demo.county import found_county, open_channels
from tests.consultations.factories import actor
from tests.jianyan.accounts.factories import (
    County,
    make_body,
    make_county,
    make_member,
    make_membership,
    make_secretary,
    make_user,
)

YEAR = Path(__file__).resolve().parents[3] / "platform" / "jianyan" / "demo" / "data" / "offline_year.json"
AT = dt.datetime(2026, 1, 10, 9, 0, tzinfo=dt.UTC)

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Scene:
    """A committee with its secretary."""

    committee: Body
    secretary: Actor

    def look(self, content: bytes | dict[str, Any]) -> Plan:
        return look_at_events(content=_bytes(content), body_id=self.committee.pk, by=self.secretary, at=AT)

    def take(self, content: bytes | dict[str, Any], choices: Choices | None = None) -> Plan:
        plan = self.look(content)
        return import_events(
            content=_bytes(content),
            body_id=self.committee.pk,
            choices=choices or likely_choices(plan),
            seen=plan.digest,
            by=self.secretary,
            at=AT,
        )


def _bytes(content: bytes | dict[str, Any]) -> bytes:
    return content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode()


@pytest.fixture
def county() -> County:
    return make_county()


@pytest.fixture
def scene(county: County) -> Scene:
    return Scene(county.committee, actor(make_secretary(county), AT))


@pytest.fixture
def demo() -> Scene:
    """The committee of the demonstration, with its channels."""
    committee = found_county()
    open_channels()
    county = County(committee, (), (), committee)
    return Scene(committee, actor(make_secretary(county), AT))


def session(number: str = "Y25-001", **fields: Any) -> dict[str, Any]:
    """An event of the committee on 5 March 2025."""
    return {
        "id": number,
        "date": "2025-03-05",
        "channel": "读书活动",
        "title": "《茶经》共读",
        "host": "政协越溪县委员会",
        "mode": "offline",
        "attendance": 20,
        "statements": 8,
        "figures": ["reading"],
        **fields,
    }


def year(*sessions: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"year": 2025, "sessions": list(sessions), **fields}


def proposal(**fields: Any) -> dict[str, Any]:
    return {
        "no": "2025-001",
        "kind": "党派团体提案",
        "title": "关于完善公共图书馆夜间开放的建议",
        "by": "民盟越溪县支部",
        "filed": "2025-02-20",
        "status": "已办复",
        **fields,
    }


# --- the whole year


def test_the_offline_year_imports_whole_and_a_second_time_nothing_is_new(demo: Scene) -> None:
    content = YEAR.read_bytes()
    plan = demo.look(content)
    assert (len(plan.events), len(plan.outcomes), len(plan.submissions)) == (310, 248, 30)
    assert plan.faults == ()
    assert not EventRecord.objects.exists(), "looking writes nothing"

    demo.take(content)
    assert EventRecord.objects.count() == 310
    assert Outcome.objects.count() == 248
    assert OutcomeCover.objects.filter(deliberation__isnull=False).count() == 248
    assert Submission.objects.count() == 30

    again = demo.look(content)
    assert again.count(again.events) == {"new": 0, "changed": 0, "unchanged": 310, "withdrawn": 0}
    assert again.count(again.outcomes)["unchanged"] == 248
    assert again.count(again.submissions)["unchanged"] == 30
    assert (again.bodies, again.channels, again.writes) == ((), (), 0)
    demo.take(content)
    assert EventRecord.objects.count() == 310


def test_the_year_s_figures_come_out_of_the_rows(demo: Scene) -> None:
    demo.take(YEAR.read_bytes())
    expected = json.loads(YEAR.read_text(encoding="utf-8"))["expected"]

    def of(slug: str) -> Any:
        return EventRecord.objects.filter(deliberation__categories__slug=slug)

    reading = of("reading")
    halls, studios = of("hall_sessions"), of("studio_activities")
    live = Outcome.objects.filter(kind="converted", amount_of="直播间销售额")
    found = {
        "network_deliberation_sessions": of("network_deliberation").count(),
        "reading_sessions": reading.count(),
        "reading_attendance": sum(reading.values_list("attendance", flat=True)),
        "reading_statements": sum(reading.values_list("statements", flat=True)),
        "consultations": of("consultations").count(),
        "party_group_study": of("party_group_study").count(),
        "standing_study": of("standing_study").count(),
        "committee_sector_study": of("committee_sector_study").count(),
        "halls": halls.values("deliberation__host").distinct().count(),
        "hall_sessions": halls.count(),
        "hall_accepted": sum(halls.values_list("accepted", flat=True)),
        "hall_resolved": sum(halls.values_list("resolved", flat=True)),
        "studios": studios.values("deliberation__host").distinct().count(),
        "studio_activities": studios.count(),
        "live_sessions": of("live_sessions").count(),
        "live_sales_yuan": sum(one.amount or 0 for one in live),
        "party_group_proposals": Submission.objects.filter(sponsor_kind="group").count(),
        "instructions": Outcome.objects.filter(kind="instruction").values("item").distinct().count(),
        "media_reports": Outcome.objects.filter(kind="reported", level__in=["province", "nation"]).count(),
    }
    assert found == {name: one["value"] for name, one in expected.items()}


def test_hosts_are_known_by_other_names_and_what_is_not_there_is_made_as_what_it_is(demo: Scene) -> None:
    plan = demo.look(YEAR.read_bytes())
    likely = {one.name: one.likely for one in plan.bodies}
    assert all(likely.values())
    assert Counter(likely.values()) == {"studio": 21, "hall": 15, "organ": 6, "party": 6}
    assert likely["县政协党组"] == BodyKind.ORGAN
    assert likely["民生议事堂·桥南街道"] == BodyKind.HALL
    assert likely["团县委"] == BodyKind.PARTY
    demo.take(YEAR.read_bytes())
    host = Deliberation.objects.get(record__source__endswith="/Y25-003").host
    assert (host.name, host.kind) == ("提案委员会", BodyKind.SPECIAL_COMMITTEE)
    sectors = {body.name for body in Body.objects.filter(deliberations__record__isnull=False, kind="sector")}
    assert {"中共", "总工会", "农业界", "无党派人士", "社会福利和社会保障界"} <= sectors
    assert Submission.objects.get(number="2025-001").sponsor_body == Body.objects.get(
        kind="party", name="民盟"
    )


def test_channels_that_are_not_there_are_made_with_what_all_their_events_count_as(demo: Scene) -> None:
    plan = demo.look(YEAR.read_bytes())
    made = {one.name: one.counts_as for one in plan.channels}
    assert made["直播助农"] == ("live_sessions",)
    assert made["网络议政"] == ("consultations", "network_deliberation")
    assert "民生议事堂" not in made, "it is there"
    demo.take(YEAR.read_bytes())
    channel = Channel.objects.get(name="专委会和界别学习会")
    assert [one.slug for one in channel.categories.all()] == ["committee_sector_study"]
    assert not channel.is_consultation
    assert Channel.objects.get(name="对口协商会").is_consultation
    assert channel.slug == "zhuan-wei-hui-he-jie-bie-xue-xi-hui"


# --- what came of it


def test_an_outcome_is_its_host_s_covers_its_event_and_has_its_day(scene: Scene, county: County) -> None:
    converted = {"kind": "转化", "level": "县级", "note": "直播间销售额", "amount": 101200}
    solved = {"kind": "解决", "level": "县级", "note": "早晚高峰各加两班"}
    instructed = {"kind": "批示", "level": "市级", "note": "获批示", "item": "PS05"}
    scene.take(year(session(host="提案委员会", outcomes=[converted, solved, instructed])))
    first, second, third = Outcome.objects.order_by("source")
    assert first.body == county.special_committees[0]
    assert (first.kind, first.level) == ("converted", "county")
    assert (first.amount, first.amount_of) == (Decimal(101200), "直播间销售额")
    assert first.source == f"{county.committee.pk}/2025/Y25-001/1"
    assert [one.deliberation for one in first.covers.all()] == [Deliberation.objects.get()]
    assert second.date == dt.date(2025, 3, 5)
    assert second.reference == "活动登记：《《茶经》共读》（2025-03-05，Y25-001）"
    assert (third.item, third.level, third.reference) == ("PS05", "city", "")


def test_an_outcome_that_a_later_file_lacks_counts_no_more_and_stays(scene: Scene) -> None:
    outcome = {"kind": "报道", "level": "省级", "note": "茶香里的书声"}
    other = {"kind": "采用", "level": "县级", "note": "写入工作要点"}
    scene.take(year(session(outcomes=[outcome, other])))
    plan = scene.take(year(session(outcomes=[outcome])))
    assert len(plan.gone) == 1
    kept, gone = Outcome.objects.order_by("source")
    assert (kept.withdrawn_at, gone.withdrawn_at) == (None, AT)
    assert scene.look(year(session(outcomes=[outcome]))).writes == 0


# --- once more


def test_a_changed_row_changes_its_event_and_what_the_row_does_not_say_stays(scene: Scene) -> None:
    scene.take(year(session(place="县图书馆", note="与县图书馆合办")))
    changed = year(session(date="2025-03-06", attendance=23, place="县图书馆", note="与县图书馆合办"))
    plan = scene.look(changed)
    assert [(one.column, one.was, one.becomes) for one in plan.events[0].changes] == [
        ("日期", "2025-03-05", "2025-03-06"),
        ("人次", "20", "23"),
    ]
    scene.take(changed)
    record = EventRecord.objects.get()
    assert (record.attendance, record.note, record.edition) == (23, "与县图书馆合办", 2)
    # From midnight to the last minute of the day, in China.
    assert record.deliberation.starts_at == dt.datetime(2025, 3, 5, 16, 0, tzinfo=dt.UTC)
    assert record.deliberation.ends_at == dt.datetime(2025, 3, 6, 15, 59, tzinfo=dt.UTC)
    assert record.dated_only

    table = "编号,日期,渠道,活动名称,主办\nY25-001,2025-03-06,读书活动,《茶经》共读,政协越溪县委员会\n"
    assert scene.look(table.encode()).writes == 0, "a file without counts leaves them"


def test_an_event_that_was_taken_out_by_hand_stays_out(scene: Scene) -> None:
    outcome = {"kind": "报道", "level": "省级", "note": "茶香里的书声"}
    scene.take(year(session(outcomes=[outcome])))
    EventRecord.objects.update(withdrawn_at=AT)
    plan = scene.take(year(session(attendance=99, outcomes=[outcome])))
    assert [one.verdict for one in plan.events] == [Verdict.WITHDRAWN]
    assert EventRecord.objects.get().attendance == 20


def test_the_same_event_twice_in_one_file_is_told(scene: Scene) -> None:
    plan = scene.look(year(session("A"), session("B"), session("A", title="另一场")))
    assert [(one.where, one.text) for one in plan.faults] == [
        ("第2场 B", "与“第1场 A”是同一场活动。"),
        ("第3场 A", "与“第1场 A”是同一场活动。"),
    ]
    assert len(plan.events) == 1


def test_an_event_that_was_entered_by_hand_comes_in_by_no_file_once_more(
    scene: Scene, county: County
) -> None:
    channel = Channel.objects.create(slug="reading", name="读书活动")
    noon = dt.datetime(2025, 3, 5, 4, 0, tzinfo=dt.UTC)
    Deliberation.objects.create(
        channel=channel, host=county.committee, title="《茶经》共读", starts_at=noon, ends_at=noon
    )
    plan = scene.look(year(session()))
    assert [one.text for one in plan.faults] == ["同一天已有主办单位和名称都相同的活动。"]


def test_rows_without_a_number_are_known_again_by_day_host_and_title(scene: Scene) -> None:
    table = "日期,渠道,活动名称,主办,人次\n2025-03-05,读书活动,《茶经》共读,提案委员会,{count}\n"
    scene.take(table.format(count=20).encode())
    plan = scene.take(table.format(count=21).encode())
    assert [one.verdict for one in plan.events] == [Verdict.CHANGED]
    assert EventRecord.objects.get().attendance == 21


def test_a_name_that_was_given_to_an_existing_body_stays_with_it(scene: Scene, county: County) -> None:
    content = year(session(host="县政协提案工作室会"), session("B", host="夜读会", title="夜读"))
    hall = make_body("夜读会堂", BodyKind.HALL, parent=county.committee)
    plan = scene.look(content)
    assert [(one.name, one.likely) for one in plan.bodies] == [("县政协提案工作室会", ""), ("夜读会", "")]
    choices = Choices({"县政协提案工作室会": BodyKind.STUDIO, "夜读会": hall.pk}, {"读书活动": None})
    scene.take(content, choices)
    assert Deliberation.objects.get(title="夜读").host == hall
    again = scene.look(content)
    assert (again.bodies, again.writes) == ((), 0)


def test_a_file_that_has_two_members_of_one_proposal_names_them(scene: Scene, county: County) -> None:
    member = make_member(county, "罗静")
    for _same_name in range(2):
        make_member(county, "程远")
    joint = proposal(no="2025-025", kind="委员联名", by="查文博、罗静、程远")
    scene.take(year(proposals=[proposal(), joint]))
    one = Submission.objects.get(number="2025-025")
    assert (one.sponsor_kind, one.sponsor, list(one.members.all())) == (
        "joint",
        "查文博、罗静、程远",
        [member],
    )
    assert (one.state, one.body) == ("handled", county.committee)
    changed = scene.take(year(proposals=[proposal(title="关于夜间开放的建议"), joint]))
    assert changed.count(changed.submissions) == {"new": 0, "changed": 1, "unchanged": 1, "withdrawn": 0}
    assert Submission.objects.get(number="2025-001").title == "关于夜间开放的建议"


def test_a_proposal_of_a_number_that_was_entered_by_hand_is_told(scene: Scene, county: County) -> None:
    Submission.objects.create(
        body=county.committee,
        kind="proposal",
        number="2025-001",
        title="手工录入",
        sponsor_kind="group",
        sponsor="民盟",
        filed=dt.date(2025, 2, 1),
        entered_by_id=scene.secretary.user_id,
        entered_at=AT,
    )
    plan = scene.look(year(proposals=[proposal(), proposal(no="2025-002"), proposal(no="2025-002")]))
    assert [one.text for one in plan.faults] == [
        "这个编号的提案已经有了。",
        "编号与“第2件提案 2025-002”相同。",
    ]


# --- who, and what was looked at


def test_what_was_not_looked_at_is_not_done(scene: Scene) -> None:
    plan = scene.look(year(session()))
    Channel.objects.create(slug="reading", name="读书活动")
    with pytest.raises(ListChanged):
        import_events(
            content=_bytes(year(session())),
            body_id=scene.committee.pk,
            choices=likely_choices(plan),
            seen=plan.digest,
            by=scene.secretary,
            at=AT,
        )
    assert not Deliberation.objects.exists()


@pytest.mark.parametrize(
    "choices",
    [
        Choices(),
        Choices({"夜读会": BodyKind.COMMITTEE}, {"读书活动": None}),
        Choices({"夜读会": 0}, {"读书活动": None}),
        Choices({"夜读会": BodyKind.SOCIETY}, {"读书活动": 0}),
        Choices({"夜读会": BodyKind.SOCIETY}),
    ],
)
def test_a_name_that_nobody_has_waits_for_somebody_to_be_chosen(scene: Scene, choices: Choices) -> None:
    bodies = Body.objects.count()
    with pytest.raises(BadForm):
        scene.take(year(session(host="夜读会")), choices)
    assert (Body.objects.count(), Deliberation.objects.count(), Channel.objects.count()) == (bodies, 0, 0)


def test_only_who_keeps_the_books_imports_and_only_below(scene: Scene, county: County) -> None:
    elsewhere = make_body("政协别县委员会")
    other = make_user("别处秘书")
    make_membership(other, elsewhere, "secretary", term="")

    def refused(who: Scene) -> type[Refused]:
        with pytest.raises(Refused) as why:
            who.take(year(session()))
        return why.type

    assert refused(replace(scene, secretary=actor(make_member(county), AT))) is NotAllowed
    assert refused(replace(scene, secretary=actor(other, AT))) is NotAllowed
    nowhere = Body(pk=0)
    assert refused(replace(scene, committee=nowhere)) is UnknownBody
    theirs = Scene(elsewhere, actor(other, AT))
    assert [one.name for one in theirs.look(year(session())).bodies] == ["政协越溪县委员会"]


def test_two_committees_may_use_the_same_numbers(scene: Scene) -> None:
    elsewhere = make_body("政协别县委员会")
    other = make_user("别处秘书")
    make_membership(other, elsewhere, "secretary", term="")
    scene.take(year(session()))
    Scene(elsewhere, actor(other, AT)).take(year(session(host="政协别县委员会")))
    assert EventRecord.objects.count() == 2


def test_categories_that_are_not_there_are_made_and_renamed_ones_are_kept(scene: Scene) -> None:
    Category.objects.all().delete()
    Category.objects.create(slug="reading", name="书香政协")
    scene.take(year(session(figures=["书香政协"])))
    assert Category.objects.count() == 9
    assert [one.name for one in Deliberation.objects.get().categories.all()] == ["书香政协"]


@pytest.mark.parametrize("more", [1, 3])
def test_looking_takes_as_many_queries_for_one_row_as_for_many(
    scene: Scene, django_assert_num_queries: Callable[[int], Any], more: int
) -> None:
    rows = [session(f"Y25-{number}", title=f"第{number}场") for number in range(more)]
    content = year(*rows, proposals=[proposal()])
    scene.take(content)
    with django_assert_num_queries(LOOKS):
        scene.look(content)


LOOKS = 11


def test_outcomes_in_a_list_of_their_own_find_their_event_by_its_number(scene: Scene) -> None:
    scene.take(year(session("Y25-001"), session("Y25-002", title="夜读")))
    table = (
        "活动编号,成效类型,级别,成效内容,金额,佐证\n"
        "Y25-001,转化,县级,直播间销售额,141.2万元,\n"
        "Y25-001,解决,县级,早晚高峰各加两班,,县交通运输局复函\n"
        "Y25-003,报道,省级,茶香里的书声,,\n"
    ).encode()
    plan = scene.take(table)
    assert [(one.where, one.text) for one in plan.faults] == [("成效第4行", "没有编号为“Y25-003”的活动。")]
    sold, solved = Outcome.objects.order_by("source")
    assert (sold.amount, sold.amount_of, sold.date) == (Decimal(1412000), "直播间销售额", dt.date(2025, 3, 5))
    assert solved.reference == "县交通运输局复函"
    assert scene.look(table).writes == 0


def test_a_host_a_channel_and_with_whom_may_change(scene: Scene, county: County) -> None:
    first = year(
        session(co_host="文艺界", outcomes=[{"kind": "采用", "level": "县级", "note": "写入工作要点"}])
    )
    scene.take(first)
    Channel.objects.create(slug="hall", name="民生议事堂")
    changed = year(
        session(
            host="提案委员会",
            channel="民生议事堂",
            mode="hybrid",
            co_host="教育界、经济界",
            figures=["reading", "hall_sessions"],
            outcomes=[{"kind": "采用", "level": "市级", "note": "写入工作要点", "amount": 5.5}],
        )
    )
    plan = scene.take(changed)
    assert [one.column for one in plan.events[0].changes] == ["方式", "渠道", "主办", "统计口径", "合办"]
    assert [one.column for one in plan.outcomes[0].changes] == ["级别", "金额（元）"]
    record = EventRecord.objects.get()
    event = record.deliberation
    assert (event.host, event.channel.name, event.mode) == (
        county.special_committees[0],
        "民生议事堂",
        "hybrid",
    )
    assert {one.slug for one in event.categories.all()} == {"reading", "hall_sessions"}
    assert {body.name for body in record.co_hosts.all()} == {"教育界", "经济界"}
    outcome = Outcome.objects.get()
    assert (outcome.level, outcome.body) == ("city", event.host)
    assert scene.look(changed).writes == 0


def test_a_word_for_what_nothing_counts_as_is_told(scene: Scene) -> None:
    plan = scene.look(year(session(figures=["reading", "巡回演出"]), session("A/1", title="夜读")))
    assert [(one.column, one.text) for one in plan.faults] == [
        ("统计口径", "没有“巡回演出”这个统计口径。"),
        ("编号", "编号中不能有“/”。"),
    ]
