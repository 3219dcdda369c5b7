"""`python -m tests.benchmarks.run`: measure, print, and keep the figures in var/bench.json. `make bench` runs it.

What is compared is measured in turn, round after round, so that whatever else the machine does meets all of it. What
is not measured this time keeps its figures in that file.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.benchmarks import cores, document
from tests.benchmarks.parts import PARTS, Part, Wanted
from tests.benchmarks.sides import SIDES
from tests.benchmarks.stage import Stage
from tests.benchmarks.table import Record, Result, summary, tables, what
from tests.servers import ROOT, Missing

CAREFUL_ROUNDS = 3
SECONDS = 6.0
# For a look in between: one short round.
QUICK_SECONDS = 3.0


def main() -> None:
    """Run what is wanted."""
    options = _options()
    if not cores.are_apart():
        _say("only one processor core: the load generator and the servers take it from each other")
    taken: list[Record] = []
    try:
        with tempfile.TemporaryDirectory(prefix="jianyan-bench-") as name, ExitStack() as stack:
            stage = Stage(Path(name), stack)
            for number in range(1, options.rounds + 1):
                for part in map(PARTS.__getitem__, options.only):
                    _round(stage, part, number, options, taken)
    finally:
        # Half an hour is not to be lost to what fails, or is stopped, in its last minute.
        result = _merged(options.out, taken)
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    _say(tables(result))
    _say(f"all figures: {options.out}")
    if options.document:
        document.write(result)


def _round(stage: Stage, part: Part, number: int, options: argparse.Namespace, taken: list[Record]) -> None:
    """Measure a part once on each of its setups, and add what came of it to what was taken."""
    wanted = Wanted(seconds=options.seconds, voters=options.voters, profile=options.profile)
    for setup in part.setups(servers=options.server, databases=options.database, sides=options.side):
        try:
            figures = part.measure(stage, setup, wanted)
        except Missing as missing:
            _say(f"{part.name}: {setup}: left out. {missing}")
            continue
        record = {
            "part": part.name,
            "side": setup.side.name,
            "server": setup.server,
            "database": setup.database,
            "round": number,
            "at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            "revision": _revision(),
            "voters": options.voters,
            "each_seconds": options.seconds,
            **figures,
        }
        _say(f"round {number} of {options.rounds}, {part.name}: {setup}: {summary(record)}")
        taken.append(record)


def _merged(file: Path, taken: list[Record]) -> Result:
    """The new figures, and those of what was not measured now."""
    kept: list[Record] = json.loads(file.read_text(encoding="utf-8"))["records"] if file.exists() else []
    measured = {what(record) for record in taken}
    return {
        "machine": {
            "processor": _processor(),
            "cores": os.cpu_count(),
            "apart": cores.are_apart(),
            "python": platform.python_version(),
            "system": platform.platform(terse=True),
        },
        "records": [*(record for record in kept if what(record) not in measured), *taken],
    }


def _revision() -> str:
    """The commit that is checked out, with a `+` where something has been changed since; empty without git."""
    told = subprocess.run(
        ["git", "describe", "--always", "--dirty=+", "--exclude=*"], cwd=ROOT, capture_output=True, text=True
    )
    return told.stdout.strip()


def _processor() -> str:
    """The model of the processor, where Linux says it."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text().splitlines() if told.exists() else []
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.processor() or platform.machine())


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.run", description=__doc__)
    add = parser.add_argument
    add("--only", nargs="+", choices=list(PARTS), metavar="PART", help=" ".join(PARTS))
    add("--side", nargs="+", choices=list(SIDES), help="without it all, and with --only ours alone")
    add("--server", nargs="+", choices=["uvicorn", "daphne"], default=["uvicorn", "daphne"])
    add("--database", nargs="+", choices=["postgresql", "sqlite"], default=["postgresql", "sqlite"])
    add("--rounds", type=int)
    add("--voters", type=int, default=500)
    add("--seconds", type=float, help="of each measurement")
    add("--quick", action="store_true", help="one short round")
    add("--profile", type=Path, metavar="FILE", help="record the server with py-spy: .svg, .json, .txt")
    add("--out", type=Path, help="var/bench.json; with fewer than three rounds var/bench-quick.json")
    add("--document", action="store_true", help="write the tables into docs/performance.md, too")
    options = parser.parse_args()
    options.rounds = options.rounds or (1 if options.quick else CAREFUL_ROUNDS)
    options.seconds = options.seconds or (QUICK_SECONDS if options.quick else SECONDS)
    options.side = options.side or (["jianyan"] if options.only else list(SIDES))
    options.only = options.only or list(PARTS)
    # A look in between, or one with a profiler beside it, does not take the place of what was measured with care.
    careful = options.rounds >= CAREFUL_ROUNDS and not options.profile
    options.out = options.out or ROOT / "var" / ("bench.json" if careful else "bench-quick.json")
    return options


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
