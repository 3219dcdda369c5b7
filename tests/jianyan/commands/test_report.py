"""`jianyan report`: the year's report as a file, with every figure that is expected of the demo's year."""

from __future__ import annotations

import io
import json
from pathlib import Path

import openpyxl
import pytest
import time_machine
from click.testing import CliRunner, Result
from structlog.testing import capture_logs

from consultations.actions.report_signing import correct_report
from consultations.documents.report import FORMATS
from consultations.models import EventRecord
from jianyan.commands import jianyan
from tests.consultations.report_scene import LATER, Reporting, make_reporting
from tests.jianyan.accounts.factories import make_body


@pytest.fixture
def scene(db: None) -> Reporting:
    return make_reporting()


@pytest.fixture(autouse=True)
def clock() -> object:
    with time_machine.travel(LATER, tick=False) as traveller:
        yield traveller


def run(*arguments: object) -> Result:
    return CliRunner().invoke(jianyan, ["report", *(str(argument) for argument in arguments)])


def content(out: Path, *arguments: object, year: int = 2025) -> dict[str, object]:
    done = run(year, "--format", "json", "--out", out, *arguments)
    assert done.exit_code == 0, done.output
    read: dict[str, object] = json.loads(out.read_text(encoding="utf-8"))
    return read


@pytest.mark.django_db
def test_the_demos_year_comes_out_with_every_expected_figure(tmp_path: Path) -> None:
    whole = make_reporting(whole=True)
    made = content(tmp_path / "report.json")
    figures = {one["slug"]: one for one in made["figures"]["figures"]}  # type: ignore[index]
    for slug, expected in whole.expected.items():
        assert (figures[slug]["value"], figures[slug]["printed"]) == (
            expected["value"],
            expected["printed"],
        ), slug
    text = "".join(one["printed"] for one in made["passages"])  # type: ignore[attr-defined]
    assert [one["label"] for one in whole.expected.values() if one["printed"] not in text] == []
    # The rows behind each are there, and add up.
    sources = {one["slug"]: one for one in made["figures"]["sources"]}  # type: ignore[index]
    assert len(sources["hall_resolved"]["rows"]) == 223
    for slug, expected in whole.expected.items():
        if not sources[slug]["more"]:
            assert sum(float(row["number"]) for row in sources[slug]["rows"]) == expected["value"], slug
    breakdowns = {one["kind"]: one for one in made["figures"]["breakdowns"]}  # type: ignore[index]
    assert len(breakdowns["month"]["rows"]) == 12
    assert sum(row["values"][0] for row in breakdowns["month"]["rows"]) == 310
    assert sum(row["values"][0] for row in breakdowns["body"]["rows"]) == 310


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_is_one_whole_file_and_the_same_twice(
    scene: Reporting, tmp_path: Path, name: str
) -> None:
    first, second = tmp_path / f"1.{name}", tmp_path / f"2.{name}"
    for out in (first, second):
        done = run(2025, "--format", name, "--out", out)
        assert done.exit_code == 0
        assert done.output == f"{out.stat().st_size} bytes written to {out}\n"
    assert first.read_bytes() == second.read_bytes()
    assert sorted(tmp_path.iterdir()) == [first, second]


def test_it_is_the_signed_one_unless_the_draft_is_asked_for(scene: Reporting, tmp_path: Path) -> None:
    report = scene.signed()
    EventRecord.objects.filter(attendance=120).update(attendance=205)
    out = tmp_path / "report.json"
    assert content(out)["seal"] == report.seal
    draft = content(out, "--draft")
    assert (draft["status"], draft["seal"]) == ("draft", "")
    assert "200多人次" in out.read_text(encoding="utf-8")
    correct_report(report_id=report.pk, by=scene.by, at=LATER)
    assert content(out)["seal"] == report.seal
    assert content(out, "--draft")["head"]["version"] == 2  # type: ignore[index]


def test_another_body_and_other_days(scene: Reporting, tmp_path: Path) -> None:
    make_body("民生议事堂·桥南街道", "hall", parent=scene.county.committee)
    out = tmp_path / "report.json"
    made = content(
        out, "--body", "民生议事堂·桥南街道", "--since", "2025-07-01", "--until", "2026-06-30", year=2026
    )
    assert made["title"] == "民生议事堂·桥南街道2025年7月1日至2026年6月30日履职答卷"
    assert made["passages"] == []


def test_a_workbook_has_a_sheet_for_each_figure_with_rows(scene: Reporting, tmp_path: Path) -> None:
    out = tmp_path / "report.xlsx"
    assert run(2025, "--format", "xlsx", "--out", out).exit_code == 0
    book = openpyxl.load_workbook(io.BytesIO(out.read_bytes()))
    (sheet,) = (one for one in book if one.title.endswith("民生议事堂推动解决问题"))
    assert [
        [str(cell or "") for cell in row[2:5]]
        for row in sheet.iter_rows(min_row=2, max_row=4, values_only=True)
    ] == [[f"第{at}个，共3个", "县政协", "古道口停车"] for at in (1, 2, 3)]


@pytest.mark.parametrize(
    ("arguments", "code", "line"),
    [
        (("2025", "--format", "doc", "--out", "x"), 2, "'doc' is not one of"),
        (("25", "--format", "md", "--out", "x"), 2, "1900<=x<=2199"),
        (
            ("2025", "--format", "md", "--out", "x", "--body", "没有这个单位"),
            1,
            "No body, or more than one, is named 没有这个单位.",
        ),
        (
            ("2025", "--format", "md", "--out", "x", "--until", "2024-12-31"),
            2,
            "The last day lies before the first one.",
        ),
        (("2025", "--format", "md", "--out", "/nowhere/at/all.md"), 1, "Cannot write to /nowhere/at/all.md"),
    ],
)
def test_what_is_asked_wrongly_is_told_in_a_line(
    scene: Reporting, arguments: tuple[str, ...], code: int, line: str
) -> None:
    done = run(*arguments)
    assert (done.exit_code, line in done.output) == (code, True), done.output


@pytest.mark.django_db
def test_without_any_committee_there_is_no_report(tmp_path: Path) -> None:
    done = run(2025, "--format", "md", "--out", tmp_path / "report.md")
    assert (done.exit_code, "There is no committee." in done.output) == (1, True)
    assert list(tmp_path.iterdir()) == []


def test_an_export_is_logged(scene: Reporting, tmp_path: Path) -> None:
    with capture_logs() as logs:
        run(2025, "--format", "md", "--out", tmp_path / "report.md")
    (entry,) = (entry for entry in logs if entry["event"] == "report exported")
    assert (entry["body_id"], entry["format"]) == (scene.county.committee.pk, "md")
