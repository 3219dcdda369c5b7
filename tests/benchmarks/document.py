"""`python -m tests.benchmarks.document`: the tables of var/bench.json into docs/performance.md, between the markers."""

from __future__ import annotations

import json
import sys
from typing import Any

from tests.benchmarks.table import tables
from tests.servers import ROOT

PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- measured: written by make bench -->", "<!-- end of measured -->"


def write(result: dict[str, Any]) -> None:
    """Put the tables in the place of the old ones."""
    before, _begin, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"{PAGE} lacks its markers")
    PAGE.write_text(f"{before}{BEGIN}\n\n{measured(result)}\n{END}{after}", encoding="utf-8")


def measured(result: dict[str, Any]) -> str:
    """Where and when it was measured, and the tables."""
    machine = result["machine"]
    apart = "servers on one core, load generator on another" if machine["apart"] else "all on the one core"
    days = sorted({record["at"][:10] for record in result["records"]})
    revisions = sorted({record["revision"] for record in result["records"]})
    where = (
        f"Machine: {machine['processor']}, {machine['cores']} cores ({apart}), {machine['system']}, "
        f"Python {machine['python']}."
    )
    what = ", ".join(f"`{revision}`" for revision in revisions)
    return f"{where}\nMeasured on {', '.join(days)}, commit {what} (+: with changes).\n\n{tables(result)}"


def main() -> None:
    """Write the page."""
    file = ROOT / "var" / "bench.json"
    if not file.exists():
        raise SystemExit(f"{file} is not there yet: make bench")
    write(json.loads(file.read_text(encoding="utf-8")))
    sys.stdout.write(f"{PAGE}\n")


if __name__ == "__main__":
    main()
