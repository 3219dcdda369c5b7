"""What the files are called that a document is exported as."""

from __future__ import annotations

import re

from ..enums import SummaryStatus
from .labels import KIND
from .model import SummaryDocument
from .printable import printable

_NOT_IN_FILE_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')
_LONGEST = 60
"""Characters; three times as many bytes, and no system takes more than 255."""


def file_stem(text: str) -> str:
    """The text as every system takes it for a file's name; empty where nothing of it can stand."""
    text = printable(text).translate({ord("“"): None, ord("”"): None})
    return _NOT_IN_FILE_NAMES.sub("", text).strip(" .")[:_LONGEST]


def file_name(document: SummaryDocument, suffix: str) -> str:
    """The title, of a draft with its edition: …协商纪要（第3稿）.docx."""
    edition = "" if document.status == SummaryStatus.SIGNED else f"（第{document.head.edition}稿）"
    return f"{file_stem(document.title) or KIND[document.head.kind]}{edition}{suffix}"
