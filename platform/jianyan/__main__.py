"""The `jianyan` command."""

from __future__ import annotations

import sys
from io import TextIOWrapper

from jianyan.commands import jianyan
from jianyan.language import speak


def main() -> None:
    """Run the command; ends the process with 0 (done), 1 (refused, or a fault found) or 2 (usage, configuration)."""
    speak()
    # A terminal that lacks a character shows another one in its place; that is no reason to stop.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    jianyan(prog_name="jianyan")


if __name__ == "__main__":
    main()
