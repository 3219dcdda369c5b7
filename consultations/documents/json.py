"""JSON: the whole document, with what every sentence rests on and what every number comes from."""

from __future__ import annotations

from typing import Any

import msgspec

from .content import schema_of, to_content
from .format import Format
from .model import SCHEMA, SummaryDocument
from .snapshot import snapshot_content


def content_of(document: SummaryDocument) -> dict[str, Any]:
    """The document as dicts, lists, strings and numbers, the snapshot exactly as its hash was taken."""
    content: dict[str, Any] = to_content(document)
    return {"schema": SCHEMA} | content | {"snapshot": snapshot_content(document.snapshot)}


def render(document: SummaryDocument) -> bytes:
    """Indented UTF-8 with a line feed at the end; `summary.schema.json` describes it."""
    return msgspec.json.format(msgspec.json.encode(content_of(document)), indent=2) + b"\n"


def json_schema() -> bytes:
    """The JSON Schema (draft 2020-12) of this format, as kept in `summary.schema.json`."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:jianyan:schema:summary:2",
        "title": SCHEMA,
    } | schema_of(SummaryDocument)
    return msgspec.json.format(msgspec.json.encode(schema), indent=2) + b"\n"


FORMAT = Format(name="json", media_type="application/json", suffix=".json", render=render)
