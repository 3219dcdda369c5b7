"""JSON: the whole report, with the rule behind every figure and the rows that it was counted from."""

from __future__ import annotations

from typing import Any

import msgspec

from ..content import schema_of, to_content
from ..format import Format
from .model import SCHEMA, ReportDocument


def content_of(document: ReportDocument) -> dict[str, Any]:
    """The document as dicts, lists, strings and numbers."""
    content: dict[str, Any] = to_content(document)
    return {"schema": SCHEMA} | content


def render(document: ReportDocument) -> bytes:
    """Indented UTF-8 with a line feed at the end; `report.schema.json` describes it."""
    return msgspec.json.format(msgspec.json.encode(content_of(document)), indent=2) + b"\n"


def json_schema() -> bytes:
    """The JSON Schema (draft 2020-12) of this format, as kept in `report.schema.json`."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:jianyan:schema:report:1",
        "title": SCHEMA,
    } | schema_of(ReportDocument)
    return msgspec.json.format(msgspec.json.encode(schema), indent=2) + b"\n"


FORMAT: Format[ReportDocument] = Format(
    name="json", media_type="application/json", suffix=".json", render=render
)
