"""`jianyan rehearse` as a whole: its own site, its own members, and a moderator."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests import servers
from tests.processes import DEADLINE, wait_until

pytestmark = pytest.mark.usefixtures("unmeasured_module")


def rehearse(var: Path, *arguments: str) -> subprocess.Popen[str]:
    log = (var / "said.txt").open("w", encoding="utf-8")
    return subprocess.Popen(
        [sys.executable, "-m", "jianyan", "rehearse", *arguments],
        env={**os.environ, "JIANYAN_VAR": str(var), "JIANYAN_LANG": "en"},
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=log,
        text=True,
        start_new_session=True,
    )


def said(var: Path) -> str:
    return (var / "said.txt").read_text(encoding="utf-8")


def test_a_moderator_with_nothing_but_a_keyboard_does_everything_right(tmp_path: Path) -> None:
    servers.chromium()
    process = rehearse(tmp_path, "--scripted", "--only", "1,2,4,10,43,45,46,47", "--voters", "5")
    code = process.wait(timeout=4 * DEADLINE)
    report = said(tmp_path)
    assert code == 0, report
    assert "8 ideas at 30 a minute" in report
    assert "to be published: 2 of 2 right" in report
    assert "to be returned: 3 of 3 right" in report
    assert "to be declined: 1 of 1 right" in report
    assert "to be merged: 2 of 2 right" in report
    assert "The journal holds." in report
    # Nothing of the site's own was touched.
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rehearsal", "said.txt"]


def test_whoever_rehearses_by_hand_begins_and_ends_when_they_like(tmp_path: Path) -> None:
    process = rehearse(tmp_path, "--only", "1,2", "--voters", "0", "--per-minute", "600")
    log = tmp_path / "said.txt"
    wait_until(lambda: "press Enter" in said(tmp_path), process=process, log=log, patience=4 * DEADLINE)
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()
    wait_until(lambda: "2 to go" in said(tmp_path), process=process, log=log, patience=2 * DEADLINE)
    os.killpg(process.pid, signal.SIGINT)
    process.wait(timeout=2 * DEADLINE)
    assert "to be published: 0 of 2 right" in said(tmp_path)


@pytest.mark.parametrize("mark", [True, False])
def test_only_what_a_rehearsal_left_is_cleared_away(tmp_path: Path, mark: bool) -> None:
    own = tmp_path / "rehearsal"
    own.mkdir()
    (own / "minutes.docx").touch()
    if mark:
        (own / ".rehearsal").touch()
    process = rehearse(tmp_path, "--topic", "nothing" if mark else "parking")
    assert process.wait(timeout=2 * DEADLINE) == 2
    assert (own / "minutes.docx").exists()
    if not mark:
        assert "holds something else than a rehearsal" in said(tmp_path)
