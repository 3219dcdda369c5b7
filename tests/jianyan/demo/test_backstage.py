"""The process behind the scenes: it ends with its standard input, and a failure of its own is one line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.servers import ROOT, jianyan_environment


def test_a_play_that_fails_while_its_input_is_open_ends_with_one_line(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "jianyan", "demo", "--backstage", "http://127.0.0.1:9"],
        env=jianyan_environment(JIANYAN_VAR=str(tmp_path)),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        # The input stays open: nobody has told it to end.
        said = process.stdout.read()
        assert process.wait(60) == 2
    assert said.startswith("jianyan: ")
    assert said.count("\n") == 1
