"""The register of events in the browser: the list, the form, the import, and what an event's own page shows."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from consultations.actions.categories import standard_categories
from consultations.forms.event_import import sealed
from consultations.models import Channel, Deliberation, EventRecord, Outcome, Submission
from jianyan.accounts.models import Body, User
from jianyan.demo.county import found_county, open_channels
from tests.consultations.factories import HOUR, make_topic
from tests.jianyan.accounts.factories import (
    County,
    make_auditor,
    make_county,
    make_member,
    make_moderator,
    make_secretary,
)

YEAR = Path(__file__).resolve().parents[3] / "platform" / "jianyan" / "demo" / "data" / "offline_year.json"
FIELD = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
CHOSEN = re.compile(r'name="(\w+)_name" value="([^"]*)">.*?<select[^>]*>(.*?)</select>', re.DOTALL)

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Scene:
    """A committee, its secretary at a browser, and a channel that counts as reading."""

    county: County
    secretary: User
    channel: Channel
    client: Client

    def enter(self, **fields: Any) -> Any:
        return self.client.post("/events/new/", self.fields(**fields))

    def fields(self, **fields: Any) -> dict[str, Any]:
        return {
            "title": "《茶经》共读",
            "channel": self.channel.pk,
            "host": self.county.committee.pk,
            "day": "2025-03-05",
            "mode": "offline",
            "visibility": "public",
            "attendance": "23",
            "statements": "41",
            **fields,
        }


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def scene() -> Scene:
    county = make_county()
    secretary = make_secretary(county)
    channel = Channel.objects.create(slug="reading", name="读书活动", is_consultation=False)
    channel.categories.set([standard_categories()["reading"]])
    return Scene(county, secretary, channel, signed_in(secretary))


def text_of(answer: Any) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


# --- entering


def test_an_event_is_entered_and_stands_on_its_page_and_in_the_register(scene: Scene) -> None:
    answer = scene.enter(co_hosts="文艺界、教育界", place="县图书馆")
    event = Deliberation.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/deliberations/{event.pk}/")
    page = text_of(Client().get(f"/deliberations/{event.pk}/"))
    assert "2025-03-05" in page
    assert "00:00" not in page, "no hour is known"
    assert "参加人次 23" in page
    assert "政协越溪县委员会、文艺界、教育界" in page
    assert "还没有议题" not in page
    register = text_of(scene.client.get("/events/"))
    assert "《茶经》共读" in register
    assert "发言条数 41" in register


def test_of_one_like_the_last_three_fields_at_most_are_typed(scene: Scene) -> None:
    scene.enter(co_hosts="文艺界", place="县图书馆", begins="14:30", ends="16:00")
    first = Deliberation.objects.get()
    form = scene.client.get(f"/events/new/?copy={first.pk}").context["form"]
    begun = {name: form[name].value() for name in form.fields}
    today = timezone.localdate()
    assert begun["day"] == today
    typed = {"title": "《茶经》共读（下）", "attendance": "19", "statements": "30"}
    assert len(typed) <= 3
    sent = {name: value for name, value in {**begun, **typed}.items() if value not in (None, "", [])}
    assert scene.client.post("/events/new/", sent).status_code == 302
    second = Deliberation.objects.latest("pk")
    assert (second.title, second.place, second.host) == ("《茶经》共读（下）", "县图书馆", first.host)
    assert timezone.localtime(second.starts_at) == timezone.localtime(first.starts_at).replace(
        year=today.year, month=today.month, day=today.day
    )
    assert [body.name for body in second.record.co_hosts.all()] == ["文艺界"]
    assert (second.record.attendance, second.record.resolved) == (19, 0)


def test_and_then_another_one_keeps_channel_host_and_day(scene: Scene) -> None:
    answer = scene.enter(next="1")
    form = scene.client.get(answer["Location"]).context["form"]
    assert (form["channel"].value(), form["host"].value()) == (scene.channel.pk, scene.county.committee.pk)
    assert form["day"].value() == "2025-03-05"
    assert not form["title"].value()


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("title", "", "这个字段是必填项。"),
        ("host", "0", "选择一个有效的选项"),
        ("day", "2199-01-01", "2199-01-01 还没有到。"),
        ("day", "0001-01-01", "请核对年份。"),
        ("attendance", "约50人", "输入整数。"),
        ("attendance", "-1", "确保该值大于或等于0。"),
        ("co_hosts", "无此单位", "没有名为“无此单位”的单位。"),
        ("begins", "14:30", "开始和结束时间请都填，或者都不填。"),
        ("ends", "14:30", "开始和结束时间请都填，或者都不填。"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    scene: Scene, field: str, typed: str, sentence: str
) -> None:
    answer = scene.enter(**{"note": "与县图书馆合办", field: typed})
    assert answer.status_code == 422
    errors = [str(error) for error in answer.context["form"].errors.values()]
    assert sentence in text_of(answer), errors
    assert "与县图书馆合办" in answer.content.decode()
    assert not Deliberation.objects.exists()


def test_the_end_comes_after_the_beginning_and_a_name_of_several_is_asked_about(scene: Scene) -> None:
    answer = scene.enter(begins="16:00", ends="14:30")
    assert list(answer.context["form"].errors) == ["ends"]
    for kind in ("society", "studio"):
        Body.objects.create(name="银龄", kind=kind, parent=scene.county.committee)
    assert "有几个单位都叫“银龄”，请写全称。" in text_of(scene.enter(co_hosts="银龄"))


def test_an_event_is_corrected_and_a_stale_form_is_told(scene: Scene) -> None:
    scene.enter()
    event = Deliberation.objects.get()
    form = scene.client.get(f"/events/{event.pk}/").context["form"]
    assert (form["title"].value(), form["attendance"].value(), form["edition"].value()) == (
        "《茶经》共读",
        23,
        1,
    )
    fields = scene.fields(attendance="25", edition="1")
    assert scene.client.post(f"/events/{event.pk}/", fields).status_code == 302
    assert EventRecord.objects.get().attendance == 25
    stale = scene.client.post(f"/events/{event.pk}/", {**fields, "title": "旧的"})
    assert stale.status_code == 409
    assert "旧的" in stale.content.decode()


def test_an_event_is_taken_out_and_put_back(scene: Scene) -> None:
    scene.enter()
    event = Deliberation.objects.get()
    scene.client.post(f"/events/{event.pk}/withdraw", {"edition": "1"})
    assert Client().get(f"/deliberations/{event.pk}/").status_code == 404
    assert "已撤出" in text_of(scene.client.get("/events/"))
    assert scene.client.get("/events/").context["page"].events == 0
    scene.client.post(f"/events/{event.pk}/withdraw", {"edition": "2", "back": "1"})
    assert Client().get(f"/deliberations/{event.pk}/").status_code == 200


def test_beside_topics_only_the_counts_of_the_room_are_asked_for(scene: Scene) -> None:
    opened = timezone.now() - 2 * HOUR
    event = make_topic(scene.county, opens_at=opened).deliberation
    form = scene.client.get(f"/events/{event.pk}/").context["form"]
    assert "title" not in form.fields
    assert scene.client.post(f"/events/{event.pk}/", {"attendance": "57"}).status_code == 302
    page = text_of(scene.client.get(f"/deliberations/{event.pk}/"))
    assert "参加人次 57" in page
    assert "破解老城区停车难" in page


# --- the register


def test_the_register_is_found_by_year_channel_host_and_category(scene: Scene) -> None:
    scene.enter()
    scene.enter(title="夜读", day="2024-06-01", host=scene.county.special_committees[0].pk)
    counted = standard_categories()["consultations"].pk
    scene.enter(title="议事", day="2025-04-01", counts_as=[counted], co_hosts="提案委员会")

    def found(query: str = "") -> list[str]:
        return [line.title for line in scene.client.get(f"/events/{query}").context["page"].lines]

    assert found() == ["议事", "《茶经》共读"], "the latest year"
    assert found("?year=all") == ["议事", "《茶经》共读", "夜读"]
    assert found("?year=2024") == ["夜读"]
    assert found("?year=all&category=reading") == ["《茶经》共读", "夜读"]
    assert found("?category=consultations") == ["议事"]
    assert found(f"?year=all&host={scene.county.special_committees[0].pk}") == ["议事", "夜读"]
    assert found("?channel=0") == ["议事", "《茶经》共读"]
    assert found(f"?channel={scene.channel.pk + 1}") == []
    assert found("?year=x&page=99&host=-1&category=%00") == ["议事", "《茶经》共读", "夜读"]
    totals = scene.client.get("/events/?year=all").context["page"].totals
    assert (totals.attendance, totals.statements) == (69, 123)


def test_fifty_events_are_on_a_page(scene: Scene) -> None:
    for number in range(51):
        scene.enter(title=f"第{number}场")
    page = scene.client.get("/events/").context["page"]
    assert (len(page.lines), page.pages, page.events) == (50, 2, 51)
    assert [line.title for line in scene.client.get("/events/?page=2").context["page"].lines] == ["第0场"]


@pytest.mark.parametrize("more", [1, 3])
def test_the_number_of_queries_does_not_depend_on_the_events(
    scene: Scene, django_assert_num_queries: Callable[[int], Any], more: int
) -> None:
    for number in range(more):
        scene.enter(title=f"第{number}场", co_hosts="文艺界")
    scene.client.get("/events/")
    with django_assert_num_queries(LISTED):
        scene.client.get("/events/")
    event = Deliberation.objects.earliest("pk")
    with django_assert_num_queries(OPENED):
        scene.client.get(f"/events/{event.pk}/")


LISTED = 22
OPENED = 16


def test_who_reads_and_who_enters(scene: Scene) -> None:
    scene.enter()
    event = Deliberation.objects.get()
    auditor, moderator = signed_in(make_auditor(scene.county)), signed_in(make_moderator(scene.county))
    member = signed_in(make_member(scene.county))
    assert auditor.get("/events/").status_code == 200
    assert "登记活动" not in text_of(auditor.get("/events/"))
    for client in (auditor, moderator, member):
        assert client.get("/events/new/").status_code == 403
        assert client.get(f"/events/{event.pk}/").status_code == 403
        assert client.get("/events/import/").status_code == 403
        assert client.post("/events/new/", scene.fields()).status_code == 403
    for client in (moderator, member):
        assert client.get("/events/").status_code == 403
    for address in ("/events/", "/events/new/", "/events/import/", f"/events/{event.pk}/"):
        assert Client().get(address)["Location"].startswith("/accounts/login/")
    elsewhere = signed_in(make_secretary(make_county("政协别县委员会"), "别处秘书"))
    assert elsewhere.get(f"/events/{event.pk}/").status_code == 404
    assert elsewhere.get("/events/").context["page"].lines == ()
    assert Deliberation.objects.count() == 1


def test_an_event_for_members_is_seen_by_members_alone(scene: Scene) -> None:
    scene.enter(visibility="members")
    address = f"/deliberations/{Deliberation.objects.get().pk}/"
    assert Client().get(address).status_code == 404
    assert signed_in(make_member(scene.county)).get(address).status_code == 200


# --- the import


def look(client: Client, body: Body, content: bytes, name: str = "events.json") -> Any:
    file = SimpleUploadedFile(name, content)
    return client.post("/events/import/", {"body": body.pk, "file": file})


def confirmed(answer: Any) -> dict[str, Any]:
    """What the browser would send of the page as it is, with the consent ticked."""
    html = answer.content.decode()
    fields: dict[str, Any] = {"agreed": "1"}
    for name, value in FIELD.findall(html):
        if not name.endswith("_name"):
            fields[name] = unescape(value)
    for kind, name, options in CHOSEN.findall(html):
        selected = re.search(r'value="([^"]*)" selected', options)
        fields.setdefault(f"{kind}_name", []).append(unescape(name))
        fields.setdefault(f"{kind}_choice", []).append(selected.group(1) if selected else "")
    return fields


def test_the_offline_year_is_imported_whole_and_then_known() -> None:
    committee = found_county()
    open_channels()
    client = signed_in(make_secretary(County(committee, (), (), committee)))
    looked = look(client, committee, YEAR.read_bytes())
    assert looked.status_code == 200
    assert "活动 310 0 0 0" in text_of(looked)
    assert not EventRecord.objects.exists()
    fields = confirmed(looked)
    without = {name: value for name, value in fields.items() if name != "agreed"}
    refused = client.post("/events/import/", without)
    assert refused.status_code == 422
    assert "请勾选确认新建这些单位和渠道。" in text_of(refused)
    assert not EventRecord.objects.exists()

    done = client.post("/events/import/", fields)
    assert (done.status_code, done["Location"]) == (302, "/events/")
    assert (EventRecord.objects.count(), Outcome.objects.count(), Submission.objects.count()) == (
        310,
        248,
        30,
    )
    page = client.get("/events/").context["page"]
    assert (page.events, page.pages) == (310, 7)
    again = look(client, committee, YEAR.read_bytes())
    assert "活动 0 0 310 0" in text_of(again)
    assert "没有可导入的内容" in text_of(again)
    event = Deliberation.objects.get(record__source__endswith="/Y25-005")
    shown = text_of(Client().get(f"/deliberations/{event.pk}/"))
    assert "委员带货年味浓" in shown


def test_rows_that_cannot_be_taken_are_named_and_the_others_come_in(scene: Scene) -> None:
    good = "2025-03-05,读书活动,夜读,提案委员会,12\n"
    table = f"日期,渠道,活动名称,主办,人次\n{good}2025-03-06,读书活动,<b>晨读</b>,提案委员会,约50人\n"
    looked = look(scene.client, scene.county.committee, table.encode("gb18030"), "活动.csv")
    assert "第3行 人次 “约50人”不是不小于 0 的整数。" in text_of(looked)
    assert scene.client.post("/events/import/", confirmed(looked)).status_code == 302
    assert [one.title for one in Deliberation.objects.all()] == ["夜读"]


def test_a_change_is_shown_before_it_is_made(scene: Scene) -> None:
    table = "编号,日期,渠道,活动名称,主办,人次\nA,2025-03-05,读书活动,夜读,提案委员会,{}\n"
    first = look(scene.client, scene.county.committee, table.format(12).encode())
    scene.client.post("/events/import/", confirmed(first))
    second = look(scene.client, scene.county.committee, table.format(13).encode())
    assert "夜读 人次 12 → 13" in text_of(second)
    assert EventRecord.objects.get().attendance == 12


def test_what_has_changed_meanwhile_is_looked_at_again(scene: Scene) -> None:
    table = "编号,日期,渠道,活动名称,主办,人次\nA,2025-03-05,读书活动,夜读,提案委员会,12\n".encode()
    looked = look(scene.client, scene.county.committee, table)
    scene.client.post("/events/import/", confirmed(looked))
    late = scene.client.post("/events/import/", confirmed(looked))
    assert late.status_code == 409
    assert "没有可导入的内容" in text_of(late)
    assert Deliberation.objects.count() == 1


def test_a_name_without_a_choice_keeps_everything_out(scene: Scene) -> None:
    table = "日期,渠道,活动名称,主办\n2025-03-05,读书活动,夜读,夜读会\n".encode()
    looked = look(scene.client, scene.county.committee, table)
    refused = scene.client.post("/events/import/", confirmed(looked))
    assert refused.status_code == 422
    assert "还没有为夜读会指定单位或渠道" in text_of(refused)
    chosen = confirmed(refused) | {"body_choice": [str(scene.county.sectors[0].pk)]}
    assert scene.client.post("/events/import/", chosen).status_code == 302
    assert Deliberation.objects.get().host == scene.county.sectors[0]


def test_what_nobody_has_looked_at_is_refused(scene: Scene) -> None:
    table = "日期,渠道,活动名称,主办\n2025-03-05,读书活动,夜读,提案委员会\n".encode()
    looked = confirmed(look(scene.client, scene.county.committee, table))
    other = sealed(b"other", scene.secretary.pk + 1)
    for change in ({"sealed": other}, {"sealed": "x"}, {"seen": ""}, {"body": "0"}, {"sealed": ""}):
        refused = scene.client.post("/events/import/", looked | change)
        assert refused.status_code == 422, change
        assert "请重新选择文件。" in text_of(refused)
    refused = scene.client.post("/events/import/", looked | {"seen": "0" * 64})
    assert refused.status_code == 409
    assert not Deliberation.objects.exists()


@pytest.mark.parametrize("content", [b"", b"MZ\x90\x00", b"{", b"\xd0\xcf\x11\xe0"])
def test_what_is_no_list_gets_one_sentence(scene: Scene, content: bytes) -> None:
    answer = look(scene.client, scene.county.committee, content)
    assert answer.status_code == 422
    assert len(answer.context["form"].errors["file"]) == 1


def test_a_file_that_no_page_can_carry_is_for_the_administrator(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("consultations.forms.event_import.LONGEST_SEALED", 10)
    table = "日期,渠道,活动名称,主办\n2025-03-05,读书活动,夜读,提案委员会\n".encode()
    answer = look(scene.client, scene.county.committee, table)
    assert "jianyan events import FILE" in text_of(answer)
    assert "sealed" not in confirmed(answer) or not confirmed(answer)["sealed"]


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_a_template_can_be_taken_away_and_brings_nothing_by_itself(scene: Scene, suffix: str) -> None:
    template = scene.client.get(f"/events/import/template.{suffix}")
    assert "attachment" in template["Content-Disposition"]
    answer = look(scene.client, scene.county.committee, template.content, f"template.{suffix}")
    assert answer.status_code == 200
    assert "模板自带的示例行" in text_of(answer)


def test_what_the_file_says_is_shown_as_text(scene: Scene) -> None:
    session = {"id": "A", "date": "2025-03-05", "channel": "<script>", "title": "t", "host": "<img src=x>"}
    answer = look(scene.client, scene.county.committee, json.dumps({"sessions": [session]}).encode())
    html = answer.content.decode()
    assert "<img src=x>" not in html
    assert "&lt;img src=x&gt;" in html
