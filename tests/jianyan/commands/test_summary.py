"""`jianyan summary export` and `jianyan summary verify`."""

from __future__ import annotations

import io
import os
import re
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from docx import Document
from structlog.testing import capture_logs

from consultations.actions.freezing import unfreeze_deliberation
from consultations.documents import FORMATS
from consultations.models import Statement, Suggestion, SummaryExport, Topic, Vote
from consultations.queries.exports import EXPORTS
from jianyan.commands import jianyan
from jianyan.commands.whole_file import replace_file
from tests.consultations.documents.samples import signed
from tests.consultations.summary_scene import Drafted, make_drafted
from tests.servers import ROOT, jianyan_environment


@pytest.fixture
def drafted(db: None) -> Drafted:
    return make_drafted()


def run(*arguments: object) -> Result:
    return CliRunner().invoke(jianyan, [str(argument) for argument in arguments])


def export(drafted: Drafted, out: Path, name: str = "json") -> Result:
    return run("summary", "export", drafted.summary.pk, "--format", name, "--out", out)


def test_an_export_is_one_whole_file_that_others_may_read(drafted: Drafted, tmp_path: Path) -> None:
    out = tmp_path / "纪要.docx"
    done = export(drafted, out, "docx")
    assert done.exit_code == 0
    lines = [paragraph.text for paragraph in Document(io.BytesIO(out.read_bytes())).paragraphs]
    assert "“破解老城区停车难”协商纪要" in lines
    assert done.output == f"{out.stat().st_size} bytes written to {out}\n"
    assert list(tmp_path.iterdir()) == [out]
    beside = tmp_path / "beside"
    beside.touch()
    assert out.stat().st_mode == beside.stat().st_mode


def test_the_same_export_has_the_same_bytes(drafted: Drafted, tmp_path: Path) -> None:
    for name in EXPORTS:
        first, second = tmp_path / f"1.{name}", tmp_path / f"2.{name}"
        assert export(drafted, first, name).exit_code == 0
        assert export(drafted, second, name).exit_code == 0
        assert first.read_bytes() == second.read_bytes()


def test_an_export_is_said_in_the_log_and_kept_under_nobodys_name(drafted: Drafted, tmp_path: Path) -> None:
    with capture_logs() as lines:
        assert export(drafted, tmp_path / "纪要.zip", "zip").exit_code == 0
    said = [line for line in lines if line["event"] == "summary exported"]
    assert [(line["summary"], line["format"], line["edition"]) for line in said] == [
        (drafted.summary.pk, "zip", 1)
    ]
    assert zipfile.ZipFile(tmp_path / "纪要.zip").testzip() is None
    assert SummaryExport.objects.count() == 0


def test_while_the_freezing_is_undone_nothing_is_written(drafted: Drafted, tmp_path: Path) -> None:
    unfreeze_deliberation(summary_id=drafted.summary.pk, by=drafted.finished.by)
    done = export(drafted, tmp_path / "纪要.docx", "docx")
    assert (done.exit_code, len(done.output.splitlines())) == (1, 1)
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_summary_or_format_writes_nothing(drafted: Drafted, tmp_path: Path) -> None:
    out = tmp_path / "纪要.json"
    unknown = run("summary", "export", 404, "--format", "json", "--out", out)
    assert (unknown.exit_code, len(unknown.output.splitlines())) == (1, 1)
    assert export(drafted, out, "exe").exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_where_nothing_can_be_written_the_export_ends_with_1(drafted: Drafted, tmp_path: Path) -> None:
    done = export(drafted, tmp_path / "missing" / "纪要.json")
    assert (done.exit_code, len(done.output.splitlines())) == (1, 1)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGKILL, -9)])
def test_a_killed_export_leaves_the_file_as_it_was(tmp_path: Path, number: int, code: int) -> None:
    out = tmp_path / "纪要.json"
    out.write_bytes(b"before")
    program = (
        "import os, pathlib, sys\n"
        "from jianyan.commands.whole_file import replace_file\n"
        "os.fsync = lambda handle: os.kill(os.getpid(), int(sys.argv[2]))\n"
        "replace_file(pathlib.Path(sys.argv[1]), b'half')\n"
    )
    environment = jianyan_environment(DJANGO_SETTINGS_MODULE="jianyan.settings.test")
    done = subprocess.run(
        [sys.executable, "-c", program, str(out), str(int(number))], cwd=ROOT, env=environment, check=False
    )
    assert done.returncode == code
    assert out.read_bytes() == b"before"
    if number == signal.SIGTERM:
        assert list(tmp_path.iterdir()) == [out]


def test_an_export_that_fails_half_way_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        replace_file(tmp_path / "纪要.json", b"half")
    assert list(tmp_path.iterdir()) == []


def test_verify_says_what_was_checked(drafted: Drafted, tmp_path: Path) -> None:
    out = tmp_path / "纪要.json"
    export(drafted, out)
    done = run("summary", "verify", out)
    assert (done.exit_code, done.output) == (
        0,
        "Every number and citation holds.\nThe journals of 1 topics hold and agree.\n",
    )


def test_verify_works_where_nobody_knows_the_topics(db: None, tmp_path: Path) -> None:
    out = tmp_path / "纪要.json"
    out.write_bytes(FORMATS["json"].render(signed()))
    done = run("summary", "verify", out)
    assert (done.exit_code, done.output) == (
        0,
        (
            "Every number and citation holds.\n"
            "No topic of this summary is in this database: no journal was compared.\n"
        ),
    )


def test_verify_names_everything_that_does_not_hold_in_a_line_each(drafted: Drafted, tmp_path: Path) -> None:
    out = tmp_path / "纪要.json"
    export(drafted, out)
    text = out.read_text("utf-8")
    out.write_text(text.replace('"participants": 8', '"participants": 142'), "utf-8")
    done = run("summary", "verify", out)
    assert done.exit_code == 1
    assert done.stdout.splitlines()[0] == "The opening prints 142 for members present, and the rows give 8."
    assert done.stderr.startswith("jianyan: ")
    assert "findings" in done.stderr


def test_verify_compares_with_the_journals(drafted: Drafted, tmp_path: Path) -> None:
    out = tmp_path / "纪要.json"
    export(drafted, out)
    Vote.objects.filter(suggestion__number=3).update(choice=None)
    Suggestion.objects.filter(number=3).update(support=0)
    done = run("summary", "verify", out)
    assert done.exit_code == 1
    assert done.stdout.splitlines() == [
        "Topic 破解老城区停车难: Suggestion no. 3: 3 votes in the table are not those of the journal."
    ]
    Topic.objects.update(title="改了名")
    assert run("summary", "verify", out).exit_code == 1


def test_verify_remarks_on_numbers_that_nothing_bears_out_and_ends_well(
    drafted: Drafted, tmp_path: Path
) -> None:
    Statement.objects.filter(pk=drafted.statement(2).pk).update(text="医院周边99条支路改单行。")
    out = tmp_path / "纪要.json"
    export(drafted, out)
    done = run("summary", "verify", out)
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "No faults, but worth a look:",
        "“医院周边99条支路改单行。” says “99条”, which is neither in the suggestions that it rests on nor in their figures.",
        "Every number and citation holds.",
        "The journals of 1 topics hold and agree.",
    ]


def test_verify_names_twenty_alike_and_counts_the_others(db: None, tmp_path: Path) -> None:
    out = tmp_path / "纪要.json"
    out.write_bytes(
        re.sub(rb'"author": "[^"]*"', b'"author": "-"', FORMATS["json"].render(signed()), count=40)
    )
    done = run("summary", "verify", out)
    assert done.exit_code == 1
    lines = done.stdout.splitlines()
    assert len([line for line in lines if "prints the author -" in line]) == 20
    assert lines[-1] == "… and 20 more of the same kinds."
    assert "41 findings" in done.stderr


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b'{"schema": "jianyan.summary/1"}'])
def test_what_is_no_summary_is_said_in_one_line(tmp_path: Path, db: None, content: bytes) -> None:
    out = tmp_path / "x.json"
    out.write_bytes(content)
    done = run("summary", "verify", out)
    assert (done.exit_code, len(done.stdout.splitlines())) == (1, 1)


def test_a_file_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    assert run("summary", "verify", tmp_path / "missing.json").exit_code == 2
    directory = run("summary", "verify", tmp_path)
    assert directory.exit_code == 2
