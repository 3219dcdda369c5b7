"""The hashes by which anybody can tell that figures, or a whole report, are those that were signed."""

from __future__ import annotations

from dataclasses import replace

from ..content import to_content
from ..sealing import digest_of
from .json import content_of
from .model import Figures, ReportDocument


def figures_digest(figures: Figures) -> str:
    """The hash of everything that was counted."""
    return digest_of(to_content(figures))


def seal_of(document: ReportDocument) -> str:
    """The hash of the document without its seal."""
    content = content_of(document)
    del content["seal"]
    return digest_of(content)


def sealed(document: ReportDocument) -> ReportDocument:
    """The same document with its seal."""
    return replace(document, seal=seal_of(document))
