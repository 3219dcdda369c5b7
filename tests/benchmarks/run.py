"""`python -m tests.benchmarks.run`: measure, print, and keep the figures in var/bench.json. `make bench` runs it.

What is compared is measured in turn, round after round, so that whatever else the machine does meets all of it; the
figures are medians over the rounds.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.benchmarks.sides import SIDES, setups
from tests.benchmarks.stage import Contents, Stage
from tests.benchmarks.votes import votes
from tests.servers import ROOT


def main() -> None:
    """Run everything."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="jianyan-bench-") as name, ExitStack() as stack:
        directory = Path(name)
        stage = Stage(directory, stack)
        for number in range(options.rounds):
            for setup in setups(options.side, options.server, options.database):
                result = votes(
                    stage,
                    setup,
                    Contents(voters=options.voters),
                    seconds=options.seconds,
                    rate=options.rate,
                    profile=options.profile,
                )
                sys.stdout.write(f"{setup}, round {number + 1}: {json.dumps(result)}\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.run", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=["votes"])
    parser.add_argument("--side", nargs="+", choices=list(SIDES), default=["jianyan"])
    parser.add_argument("--server", nargs="+", choices=["daphne", "uvicorn"], default=["daphne", "uvicorn"])
    parser.add_argument(
        "--database", nargs="+", choices=["sqlite", "postgresql"], default=["sqlite", "postgresql"]
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--voters", type=int, default=500)
    parser.add_argument("--rate", type=float)
    parser.add_argument("--seconds", type=float, default=8.0, help="of each measurement")
    parser.add_argument("--profile", type=Path)
    parser.add_argument("--out", type=Path, default=ROOT / "var" / "bench.json")
    return parser.parse_args()


if __name__ == "__main__":
    main()
