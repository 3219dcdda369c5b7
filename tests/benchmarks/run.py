"""`python -m tests.benchmarks.run`: measure, print, and keep the figures in var/bench.json. `make bench` runs it.

Both servers are measured in turn, round after round, so that whatever else the machine does meets both; the figures
are medians over the rounds.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks.page import topic_page
from tests.benchmarks.sides import JIANYAN, REFERENCE, Side, running
from tests.benchmarks.storms import storm
from tests.servers import ROOT

SUGGESTIONS = 50
# Votes a second of the whole crowd: people who are reading.
STEADY = 20.0

# Key of a measurement, what it is called, how it is printed, and whether more is better.
ROWS = (
    ("votes_per_second", "votes/s", "{:,.0f}", True),
    ("p50_ms", "acknowledged, p50 ms", "{:,.0f}", False),
    ("p99_ms", "acknowledged, p99 ms", "{:,.0f}", False),
    ("delivered_in_time", "tallies told within 1 s", "{:.1%}", True),
    ("cpu_seconds_per_1000", "server CPU s / 1,000 votes", "{:.2f}", False),
)


def main() -> None:
    """Run everything."""
    options = _options()
    say = sys.stdout.write
    with tempfile.TemporaryDirectory(prefix="jianyan-bench-") as name:
        directory = Path(name)
        rounds: dict[str, dict[str, list[dict[str, Any]]]] = {
            side.name: {"storm": [], "steady": []} for side in (JIANYAN, REFERENCE)
        }
        for number in range(options.rounds):
            for side in (JIANYAN, REFERENCE):
                say(f"round {number + 1} of {options.rounds}: {side.name} …\n")
                for kind, figures in _round(side, directory / f"{side.name}-{number}", options).items():
                    rounds[side.name][kind].append(figures)
        result: dict[str, Any] = {
            "at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            "machine": {
                "processors": os.cpu_count(),
                "python": platform.python_version(),
                "system": platform.platform(),
            },
            "voters": options.voters,
            "suggestions": SUGGESTIONS,
            "seconds": options.seconds,
            "steady_rate": STEADY,
            "rounds": rounds,
            "median": {
                side: {kind: _medians(results) for kind, results in kinds.items()}
                for side, kinds in rounds.items()
            },
        }
        if not options.without_page:
            say("the topic page …\n")
            result["topic_page"] = topic_page(directory / "page")
    say(report(result))
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(result, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    say(f"\nall figures: {options.out}\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.run", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--voters", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=8.0, help="of each measurement")
    parser.add_argument("--without-page", action="store_true")
    parser.add_argument("--out", type=Path, default=ROOT / "var" / "bench.json")
    return parser.parse_args()


def _round(side: Side, directory: Path, options: argparse.Namespace) -> dict[str, dict[str, Any]]:
    with running(side, directory, voters=options.voters, suggestions=SUGGESTIONS) as server:
        steady = storm(side, server, seconds=options.seconds, rate=STEADY)
        return {"steady": steady, "storm": storm(side, server, seconds=options.seconds, rate=None)}


def _medians(results: Sequence[dict[str, Any]]) -> dict[str, float]:
    return {key: statistics.median(result[key] for result in results) for key, *_row in ROWS}


def report(result: dict[str, Any]) -> str:
    """The table that is printed."""
    lines = [
        "",
        (
            f"{result['voters']} voters on {result['suggestions']} suggestions, SQLite, one Daphne; "
            f"medians of {len(result['rounds'][JIANYAN.name]['storm'])} rounds"
        ),
    ]
    titles = {
        "storm": "everybody votes again as soon as the last vote is acknowledged",
        "steady": f"{result['steady_rate']:.0f} votes a second",
    }
    for kind, title in titles.items():
        ours, theirs = (result["median"][side.name][kind] for side in (JIANYAN, REFERENCE))
        lines += ["", f"{title:<66}{'jianyan':>10}{'tutorial':>10}{'ratio':>9}"]
        for key, label, form, more_is_better in ROWS:
            ratio = _ratio(ours[key], theirs[key], more_is_better=more_is_better)
            lines.append(f"  {label:<64}{form.format(ours[key]):>10}{form.format(theirs[key]):>10}{ratio:>9}")
    if "topic_page" in result:
        page = result["topic_page"]
        lines += [
            "",
            (
                f"topic page with {page['suggestions']} suggestions: {page['queries']} queries, "
                f"{page['cpu_ms']:.0f} ms of CPU, {page['bytes'] / 1024:.0f} KiB"
            ),
        ]
    return "\n".join(lines) + "\n"


def _ratio(ours: float, theirs: float, *, more_is_better: bool) -> str:
    """How many times better ours is."""
    better, worse = (ours, theirs) if more_is_better else (theirs, ours)
    return f"{better / worse:,.1f} ×" if worse else "–"


if __name__ == "__main__":
    main()
