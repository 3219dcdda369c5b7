"""What a format is: a name, what browsers and file systems call it, and a pure function to bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

Document = TypeVar("Document")


@dataclass(frozen=True, slots=True, kw_only=True)
class Format(Generic[Document]):
    """`render` gives the same bytes for the same document. `suffix` has its dot."""

    name: str
    media_type: str
    suffix: str
    render: Callable[[Document], bytes]
