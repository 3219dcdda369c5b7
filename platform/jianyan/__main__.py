"""The `jianyan` command."""

from __future__ import annotations

from jianyan.commands import jianyan
from jianyan.language import speak


def main() -> None:
    """Run the command; ends the process with 0 (done), 1 (refused, or a fault found) or 2 (usage, configuration)."""
    speak()
    jianyan(prog_name="jianyan")


if __name__ == "__main__":
    main()
