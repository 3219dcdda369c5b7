"""Row 15: killed during an export. Under the name that was asked for there is the old file or the whole new one."""

from __future__ import annotations

import asyncio
import json
import random
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

from tests.faults.crowd import Crowd
from tests.faults.hall import Hall, finish
from tests.faults.halting import HALTED, POINTS
from tests.faults.rig import SQLITE, Case, Outcome, Row, Stage, compare, stage
from tests.servers import ROOT

OLD = b"what was there before\n"


def interrupted(case: Case) -> Outcome:
    """Kill exports at the worst moments, and in the long form at many others, each over a file that is there."""
    with stage(case) as here:
        hall = here.fill(members=8)
        here.serve()
        outcome = asyncio.run(_voted(here, hall))
        summary = finish(here.environment, hall.topic)
        for kind, arguments, is_whole in _exports(hall.topic, summary):
            out = case.directory / f"export.{kind}"
            for point in POINTS:
                for number in (signal.SIGKILL, signal.SIGTERM):
                    outcome.faults += _halted(here, arguments, out, point, number)
            for _time in range(case.pick(short=0, long=20)):
                outcome.faults += _at_random(here, arguments, out, is_whole)
            if not case.long:
                break
    return outcome


async def _voted(here: Stage, hall: Hall) -> Outcome:
    """Something to export."""
    outcome = Outcome()
    async with Crowd([here.servers[0].url], hall) as crowd:
        crowd.begin()
        await crowd.served()
        await crowd.calm()
        compare(crowd, await asyncio.to_thread(here.audit, hall), outcome)
    return outcome


def _exports(topic: int, summary: int) -> list[tuple[str, list[str], Callable[[Path], bool]]]:
    """Kind, command without its file, and what tells a whole file."""
    export = ["summary", "export", str(summary), "--format"]
    return [
        ("json", [*export, "json", "--out"], _is_json),
        ("docx", [*export, "docx", "--out"], _is_zip),
        ("zip", [*export, "zip", "--out"], _is_zip),
        ("jsonl", ["journal", "export", str(topic), "--out"], _are_json_lines),
    ]


def _halted(here: Stage, arguments: list[str], out: Path, point: str, number: signal.Signals) -> list[str]:
    """Stop the export at that point with that signal: the old file must be as it was."""
    out.write_bytes(OLD)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.halting", point, *arguments, str(out)],
        env=here.environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    with process.stdout:
        said = process.stdout.readline().strip()
        process.send_signal(number)
        process.wait()
    if said != HALTED:
        return [f"the export to {out.name} never came to {point}: {said}"]
    faults = []
    if out.read_bytes() != OLD:
        faults.append(f"{out.name} was changed by an export that was stopped at {point}")
    begun = _begun(out)
    if begun and number is signal.SIGTERM:
        faults.append(f"{begun[0].name} was left behind by an export that was told to end at {point}")
    for part in begun:
        part.unlink()
    return faults


def _at_random(here: Stage, arguments: list[str], out: Path, is_whole: Callable[[Path], bool]) -> list[str]:
    """Kill the export somewhere: the old file, or a whole new one."""
    out.write_bytes(OLD)
    process = subprocess.Popen(
        [sys.executable, "-m", "jianyan", *arguments, str(out)],
        env=here.environment,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )
    # Any moment will do, so this sleep decides nothing.
    time.sleep(random.uniform(0.2, 2.0))
    process.kill()
    process.wait()
    for part in _begun(out):
        part.unlink()
    if out.read_bytes() != OLD and not is_whole(out):
        return [f"{out.name} is neither the old file nor a whole new one"]
    return []


def _begun(out: Path) -> list[Path]:
    return list(out.parent.glob(f".{out.name}.*"))


def _is_json(out: Path) -> bool:
    try:
        json.loads(out.read_bytes())
    except ValueError:
        return False
    return True


def _are_json_lines(out: Path) -> bool:
    data = out.read_bytes()
    try:
        return data.endswith(b"\n") and all(json.loads(line) for line in data.splitlines())
    except ValueError:
        return False


def _is_zip(out: Path) -> bool:
    try:
        with zipfile.ZipFile(out) as file:
            return file.testzip() is None
    except zipfile.BadZipFile:
        return False


INTERRUPTED = Row(15, "killed during an export", interrupted, databases=(SQLITE,), servers=("daphne",))
