"""A bar for work that takes long, on a terminal; nothing where somebody reads the errors later."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

import click

Item = TypeVar("Item")


def watched(items: Iterable[Item], label: str, *, length: int | None = None) -> Iterator[Item]:
    """The items, and on standard error how many of them are done. `length` where `items` does not know its own."""
    with click.progressbar(
        items, length=length, label=label, file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as bar:
        yield from bar
