"""What a format is: a name, what browsers and file systems call it, and a pure function to bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .model import SummaryDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """`render` gives the same bytes for the same document. `suffix` has its dot."""

    name: str
    media_type: str
    suffix: str
    render: Callable[[SummaryDocument], bytes]
