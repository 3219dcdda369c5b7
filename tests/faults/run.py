"""`python -m tests.faults.run`: every row in its long form, a table, and 1 where one does not hold. `make faults` runs it.

python -m tests.faults.run --row 1 --row 3 --database postgresql --server uvicorn
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from time import monotonic

from tests.faults.rig import DAPHNE, POSTGRESQL, SQLITE, UVICORN, Case, Ground, Outcome, Row, ground
from tests.faults.rows import ROWS

HEAD = ("fault", "database", "server", "acknowledged", "lost", "recovery s", "verdict")
WIDTHS = (58, 10, 7, 12, 5, 10)


@dataclass(frozen=True)
class Result:
    """A case that was run."""

    row: Row
    case: Case
    outcome: Outcome

    @property
    def verdict(self) -> str:
        """`holds`, or in a few words what does not."""
        slowest = self.outcome.slowest
        if self.outcome.lost:
            return "FAILS: lost"
        if self.outcome.faults:
            return "FAILS"
        if self.row.seconds is not None and slowest is not None and slowest > self.row.seconds:
            return f"FAILS: more than {self.row.seconds:.0f} s"
        return "holds"

    @property
    def line(self) -> str:
        """Its line of the table."""
        slowest = self.outcome.slowest
        return _line(
            f"{self.row.number} {self.row.fault}",
            self.case.database,
            self.case.server,
            f"{self.outcome.acknowledged:,}",
            str(len(self.outcome.lost)),
            "–" if slowest is None else f"{slowest:.1f}",
            self.verdict,
        )


def main() -> int:
    """Run what was asked for; 1 where a case fails."""
    options = _options()
    say = sys.stdout.write
    results: list[Result] = []
    with tempfile.TemporaryDirectory(prefix="jianyan-faults-") as name, ground(Path(name)) as where:
        for row, case in _cases(where, options):
            say(f"{row.number} {row.fault}, {case.database}, {case.server} …\n")
            sys.stdout.flush()
            began = monotonic()
            result = Result(row, case, _run(row, case))
            results.append(result)
            for told in (*result.outcome.notes, result.outcome.told()):
                say("".join(f"    {line}\n" for line in told.splitlines()))
            refused = dict(result.outcome.refused) or "none"
            say(f"    {result.verdict}; refused: {refused}; {monotonic() - began:.0f} s\n")
            sys.stdout.flush()
    say("\n" + _line(*HEAD) + "\n" + "".join(f"{result.line}\n" for result in results))
    busy = os.getloadavg()[1]
    say(f"\n{busy:.1f} processes wanted one of {os.cpu_count()} processors in the last five minutes.\n")
    return 0 if all(result.verdict == "holds" for result in results) else 1


def _options() -> argparse.Namespace:
    known = sorted({row.number for row in ROWS})
    parser = argparse.ArgumentParser(
        prog="python -m tests.faults.run", description="Run the rows of the fault table."
    )
    parser.add_argument(
        "--row", type=int, action="append", choices=known, help="this row only; may be repeated"
    )
    parser.add_argument("--database", action="append", choices=[SQLITE, POSTGRESQL])
    parser.add_argument("--server", action="append", choices=[DAPHNE, UVICORN])
    parser.add_argument("--short", action="store_true", help="the form that the test suite runs")
    return parser.parse_args()


def _cases(where: Ground, options: argparse.Namespace) -> Iterator[tuple[Row, Case]]:
    servers = options.server or ([DAPHNE, UVICORN] if find_spec("uvicorn") is not None else [DAPHNE])
    for row in sorted(ROWS, key=lambda row: row.number):
        if options.row and row.number not in options.row:
            continue
        for database in row.databases:
            if options.database and database not in options.database:
                continue
            for server in row.servers:
                if server in servers:
                    directory = where.directory / f"{row.number}-{database}-{server}"
                    yield row, Case(where, directory, database, server, long=not options.short)


def _run(row: Row, case: Case) -> Outcome:
    try:
        return row.run(case)
    except Exception:  # noqa: BLE001  # a row that breaks off has failed, and the others are to be run
        return Outcome(faults=[traceback.format_exc()])


def _line(*cells: str) -> str:
    padded = [cell.ljust(width) for cell, width in zip(cells, WIDTHS, strict=False)]
    return " ".join([*padded, cells[-1]])


if __name__ == "__main__":
    sys.exit(main())
