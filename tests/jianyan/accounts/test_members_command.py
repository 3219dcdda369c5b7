"""`jianyan members import` as it is typed."""

from __future__ import annotations

import csv
import json
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from jianyan.accounts.models import Body, User
from jianyan.commands import jianyan

from .factories import make_body
from .yuexi import MEMBERS, MEMBERS_BAD, make_yuexi

pytestmark = pytest.mark.django_db


@pytest.fixture
def committee() -> Body:
    return make_yuexi()


def run(*arguments: object) -> Result:
    return CliRunner(env={"JIANYAN_LANG": "zh"}).invoke(jianyan, ["members", "import", *map(str, arguments)])


def test_a_good_roster_ends_with_zero_and_a_summary(committee: Body) -> None:
    result = run(MEMBERS)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-2:] == [
        "政协越溪县委员会 — 照原样接收 180 · 规范化后接收 0 · 未导入 0",
        "已导入。",
    ]
    assert result.stdout.splitlines()[0] == (
        "! 第103行 strokes_unknown：“𬭎”的笔画不详，暂排在最后，可在后台更正排序码"
    )


def test_refused_rows_are_listed_and_end_with_one(committee: Body) -> None:
    run(MEMBERS)
    result = run(MEMBERS_BAD)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0] == "✗ 第2行：姓名为空，未导入。 [name_missing]"
    assert "~ 第5行 任职日期 → 2024-03-05" in lines
    assert lines[-2] == "政协越溪县委员会 — 照原样接收 3 · 规范化后接收 9 · 未导入 13"
    assert User.objects.count() == 192


def test_answers_as_json_have_standard_output_for_themselves(committee: Body, tmp_path: Path) -> None:
    result = run(MEMBERS_BAD, "--json", "--body", committee.pk)
    answers = json.loads(result.stdout)
    assert answers["file"] == "members_bad.csv"
    assert answers["body"] == "政协越溪县委员会"
    assert answers["outcome"] == "imported"
    # Without the county's roster before it, nobody has the phone of row 20 yet.
    assert answers["summary"] == {"accept": 4, "normalise": 9, "reject": 12}
    assert answers["rows"][2]["conflicts_with"] == {"row": 1}


def test_strict_and_dry_run_say_that_nothing_was_written(committee: Body) -> None:
    strict = run(MEMBERS_BAD, "--strict")
    assert strict.exit_code == 1
    assert strict.stdout.splitlines()[-1] == "因有未通过的行，且使用了 --strict，全部未写入。"
    tried = run(MEMBERS, "--dry-run")
    assert tried.exit_code == 0
    assert tried.stdout.splitlines()[-1] == "仅为试导入，未写入。"
    assert User.objects.count() == 0


def test_columns_of_no_use_are_named(committee: Body, tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text("序号,姓名,界别,手机号,届次\n1,林栖云,文艺界,19900090001,十届\n", encoding="utf-8")
    assert "未读取的列：序号" in run(path).stdout.splitlines()


def test_a_file_that_is_no_roster_ends_with_one_and_one_line(committee: Body, tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_bytes(b"")
    result = run(path)
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", "jianyan: 文件是空的。\n")


def test_the_committee_is_found_by_name_short_name_or_id(committee: Body) -> None:
    make_body("政协临川县委员会")
    several = run(MEMBERS)
    assert several.exit_code == 2
    assert several.stderr.startswith("jianyan: 有多个委员会，请用 --body 指定一个：")
    assert run(MEMBERS, "--body", "没有").stderr == "jianyan: 没有委员会“没有”，或不止一个。\n"
    assert run(MEMBERS, "--body", "99999").exit_code == 2
    for name in ("政协越溪县委员会", "越溪县政协", committee.pk):
        assert run(MEMBERS, "--body", name).exit_code == 0


def test_without_a_committee_the_way_to_one_is_told() -> None:
    result = run(MEMBERS)
    assert result.exit_code == 2
    assert result.stderr == "jianyan: 还没有委员会。请先在后台建立委员会和界别，或运行：jianyan demo\n"


def test_first_passwords_are_written_once_for_the_owner_alone(committee: Body, tmp_path: Path) -> None:
    passwords = tmp_path / "passwords.csv"
    result = run(MEMBERS, "--initial-passwords", passwords)
    assert result.exit_code == 0
    assert result.stderr == "已生成初始密码：180 人\n"
    assert stat.S_IMODE(passwords.stat().st_mode) == 0o600
    with passwords.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows[0] == ["姓名", "手机号", "初始密码"]
    assert [row[0] for row in rows[1:5]] == ["丁立", "卜春芳", "于敏", "万福生"]
    user = User.objects.get(phone=rows[1][1])
    assert user.check_password(rows[1][2])
    assert user.must_change_password
    assert len({row[2] for row in rows[1:]}) == 180

    again = tmp_path / "again.csv"
    assert run(MEMBERS, "--initial-passwords", again).stderr == "已生成初始密码：0 人\n"
    assert not again.exists()


def test_a_place_where_passwords_cannot_go_is_refused_before_anything_is_written(
    committee: Body, tmp_path: Path
) -> None:
    taken = tmp_path / "taken.csv"
    taken.touch()
    nowhere = tmp_path / "nowhere"
    assert run(MEMBERS, "--initial-passwords", taken).stderr == (
        f"jianyan: 文件 {taken} 已存在；密码只写入新文件。\n"
    )
    assert (
        run(MEMBERS, "--initial-passwords", nowhere / "a.csv").stderr
        == f"jianyan: 找不到文件夹 {nowhere}。\n"
    )
    both = run(MEMBERS, "--initial-passwords", tmp_path / "b.csv", "--dry-run")
    assert (both.exit_code, both.stderr) == (2, "jianyan: --initial-passwords 与 --dry-run 不能同时使用。\n")
    assert run(MEMBERS, "--initial-passwords", tmp_path / ("x" * 300)).exit_code == 2
    assert User.objects.count() == 0


def test_passwords_that_cannot_be_written_are_not_given(committee: Body) -> None:
    result = run(MEMBERS, "--initial-passwords", "/proc/passwords.csv")
    assert result.exit_code == 1
    assert result.stderr.startswith("jianyan: 密码无法写入 /proc/passwords.csv：")
    # The roster itself was imported; running it again gives the passwords.
    assert [user.has_usable_password() for user in User.objects.all()] == [False] * 180


def test_strict_gives_no_passwords_when_it_writes_nobody(committee: Body, tmp_path: Path) -> None:
    passwords = tmp_path / "passwords.csv"
    run(MEMBERS_BAD, "--strict", "--initial-passwords", passwords)
    assert not passwords.exists()
