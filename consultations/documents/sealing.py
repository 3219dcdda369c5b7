"""The hash of a whole document, by which anybody can tell that it is the one that was signed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..journal import canonical
from .json import content_of
from .model import SummaryDocument


def digest_of(content: Mapping[str, Any]) -> str:
    """Hexadecimal SHA-256 of the content as canonical JSON (sorted keys, no blanks, UTF-8)."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def seal_of(document: SummaryDocument) -> str:
    """The hash of the document without its seal."""
    content = content_of(replace(document, seal=""))
    del content["seal"]
    return digest_of(content)


def sealed(document: SummaryDocument) -> SummaryDocument:
    """The same document with its seal."""
    return replace(document, seal=seal_of(document))
