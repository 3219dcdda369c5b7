"""From bytes that anybody may have sent to a document, in bounded time and memory; or why they are none."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any, NoReturn

import msgspec
from django.utils.translation import gettext

from .content import from_content
from .findings import FILES, Finding, found
from .json import content_of
from .model import SCHEMA, SummaryDocument

MEGABYTES = 20
MOST_BYTES = MEGABYTES * 1024 * 1024
MOST_VALUES = 300_000
"""Numbers, texts, lists and objects of a file: fifteen times what a county's busiest hour becomes."""
MOST_DIGITS = 100
_OLDER = frozenset({"jianyan.summary/1"})


class Unreadable(ValueError):
    """The bytes are no summary, for the reason that `finding` says."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code)
        self.finding = finding


def read(data: bytes) -> tuple[Any, SummaryDocument]:
    """(content as it stands in the file, the document that it says). Raises Unreadable."""
    content = parsed(data)
    schema = content.get("schema") if isinstance(content, dict) else None
    if schema != SCHEMA:
        raise Unreadable(_of_another_schema(schema))
    try:
        document = from_content(content, SummaryDocument)
        # Instants at the end of time have no name in UTC.
        content_of(document)
    except (msgspec.ValidationError, OverflowError) as problem:
        raise Unreadable(found("shape", detail=problem)) from None
    except UnicodeEncodeError as problem:
        # Half a surrogate pair where there is a choice or an instant.
        raise Unreadable(found("shape", detail=problem.reason)) from None
    return content, document


def parsed(data: bytes) -> Any:
    """What the file says as JSON. Raises Unreadable for what is none, or too large."""
    return _parsed(_text(data))


def differences(content: Any, known: Any, path: str = "$") -> Iterator[Finding]:
    """Where the file is not what an export of its document would be: others would check something else than we did."""
    if content == known:
        return
    if isinstance(content, dict):
        for key, value in content.items():
            if key not in known:
                yield found("unknown_field", path=f"{path}.{key}")
            else:
                yield from differences(value, known[key], f"{path}.{key}")
        for key in known:
            if key not in content:
                yield found("missing_field", path=f"{path}.{key}")
    elif isinstance(content, list):
        for at, (value, read_back) in enumerate(zip(content, known, strict=True)):
            yield from differences(value, read_back, f"{path}[{at}]")
    else:
        yield found("other_writing", path=path, found=known)


def _text(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        raise Unreadable(found("too_large", most=MEGABYTES))
    begins = data.removeprefix(b"\xef\xbb\xbf")[:1024].lstrip()
    if not begins:
        raise Unreadable(found("empty"))
    for mark, name in FILES.items():
        if begins.startswith(mark):
            raise Unreadable(found("other_file", found=gettext(name)))
    # A pair of brackets is three bytes, and fifty in memory: counted before any of them is there.
    if sum(data.count(mark) for mark in (b",", b"[", b"{")) > MOST_VALUES:
        raise Unreadable(found("too_many", most=MOST_VALUES))
    try:
        # Editors on Windows lead a text with a byte order mark when it is saved.
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable(found("encoding")) from None


def _parsed(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_number, parse_int=_whole)
    except json.JSONDecodeError as problem:
        raise Unreadable(found("not_json", line=problem.lineno, column=problem.colno)) from None
    except RecursionError:
        raise Unreadable(found("too_deep")) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A key said twice is read differently by different readers."""
    content = dict(pairs)
    if len(content) != len(pairs):
        times = Counter(key for key, _ in pairs)
        raise Unreadable(found("key_twice", keys="、".join(key for key in times if times[key] > 1)))
    return content


def _no_number(constant: str) -> NoReturn:
    raise Unreadable(found("no_number", found=constant))


def _whole(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise Unreadable(found("long_number", most=MOST_DIGITS))
    return int(digits)


def _of_another_schema(schema: object) -> Finding:
    older = isinstance(schema, str) and schema in _OLDER
    # Whatever else stands there may be as large as the file.
    said = schema if isinstance(schema, str) else "—"
    return found("older_schema" if older else "unknown_schema", found=said, known=SCHEMA)
