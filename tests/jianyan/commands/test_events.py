"""`jianyan events import` as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from consultations.models import Deliberation, EventRecord, Outcome, Submission
from jianyan.accounts.models import Body, User
from jianyan.commands import jianyan
from jianyan.demo.county import found_county, open_channels
from tests.jianyan.accounts.factories import County, make_secretary

YEAR = Path(__file__).resolve().parents[3] / "platform" / "jianyan" / "demo" / "data" / "offline_year.json"
LIST = "日期,渠道,活动名称,主办,人次\n2025-03-05,读书活动,《茶经》共读,县政协提案委员会,{count}\n"

pytestmark = pytest.mark.django_db


@pytest.fixture
def secretary() -> User:
    committee = found_county()
    open_channels()
    return make_secretary(County(committee, (), (), committee))


def run(*arguments: object) -> Result:
    return CliRunner(env={"JIANYAN_LANG": "zh"}).invoke(jianyan, ["events", "import", *map(str, arguments)])


def test_the_offline_year_is_tried_then_imported_then_known(secretary: User) -> None:
    bodies = Body.objects.count()
    tried = run(YEAR, "--by", secretary.username, "--dry-run")
    assert (tried.exit_code, EventRecord.objects.count(), Body.objects.count()) == (0, 0, bodies), (
        tried.output
    )
    assert "活动 — 新增 310" in tried.output
    assert "? 县政协党组 → organ (19)" in tried.output
    assert "仅为试导入，未写入。" in tried.output

    done = run(YEAR, "--by", secretary.username, "--create")
    assert done.exit_code == 0, done.output
    assert (EventRecord.objects.count(), Outcome.objects.count(), Submission.objects.count()) == (
        310,
        248,
        30,
    )

    again = run(YEAR, "--by", secretary.username, "--json")
    assert again.exit_code == 0, again.output
    answer = json.loads(again.output)
    assert answer["events"] == {"new": 0, "changed": 0, "unchanged": 310, "withdrawn": 0}
    assert (answer["bodies"], answer["faults"]) == ([], [])
    assert EventRecord.objects.count() == 310


def test_names_that_are_not_there_are_made_only_where_that_is_asked(secretary: User, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text(LIST.format(count=20).replace("县政协提案委员会", "银龄委员工作室"), encoding="utf-8")
    refused = run(file, "--by", secretary.display_name)
    assert refused.exit_code == 1
    assert "未写入：有些名称尚未建立，可用 --create 新建。" in refused.output
    assert not Deliberation.objects.exists()
    assert run(file, "--by", secretary.display_name, "--create").exit_code == 0
    assert Deliberation.objects.get().host.name == "银龄委员工作室"


def test_rows_that_cannot_be_taken_are_named_and_end_with_1(secretary: User, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    more = "2025-03-06,读书活动,夜读,县政协提案委员会,约50人\n"
    file.write_text(LIST.format(count=20) + more, encoding="gb18030")
    done = run(file, "--by", secretary.username)
    assert done.exit_code == 1
    assert "✗ 第3行 人次 “约50人”不是不小于 0 的整数。" in done.output
    assert [one.title for one in Deliberation.objects.all()] == ["《茶经》共读"]


def test_wrong_use_is_told_in_a_line(secretary: User, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("姓名,手机号\n李明,13800000000\n", encoding="utf-8")
    assert run(file, "--by", "无此人").exit_code == 2
    assert run(file).exit_code == 2
    refused = run(file, "--by", secretary.username)
    assert (refused.exit_code, refused.output.count("\n")) == (1, 1)
