from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

import consultations.documents
from consultations.documents.content import from_content, schema_of, to_content
from consultations.documents.findings import SENTENCES
from consultations.documents.json import json_schema, render
from consultations.documents.model import SummaryDocument
from consultations.documents.snapshot import snapshot_digest

from .samples import sample, signed, two_topics

SCHEMA_FILE = Path(consultations.documents.__file__).with_name("summary.schema.json")
SCHEMA_PAGE = Path(__file__).resolve().parents[3] / "docs" / "summary-schema.md"


@dataclasses.dataclass
class Strange:
    where: Path


def in_utc(document: SummaryDocument) -> SummaryDocument:
    topics = tuple(
        dataclasses.replace(one, closed_at=one.closed_at.astimezone(dt.UTC))
        for one in document.snapshot.topics
    )
    return dataclasses.replace(document, snapshot=dataclasses.replace(document.snapshot, topics=topics))


@pytest.mark.parametrize("document", [sample(), two_topics()], ids=["minutes", "two topics"])
def test_the_document_is_read_back_whole(document: SummaryDocument) -> None:
    assert from_content(json.loads(render(document)), SummaryDocument) == in_utc(document)


def test_every_sentence_comes_with_what_it_rests_on() -> None:
    content = json.loads(render(sample()))
    assert content["schema"] == "jianyan.summary/2"
    assert next(iter(content)) == "schema"
    assert content["topics"][0]["sections"][0]["statements"][1] == {
        "text": "由街道牵线，组织银行、商务楼与相邻小区签订“潮汐共享”协议，收益按约定分成，写入物业合同。",
        "kind": "cited",
        "reworded": True,
        "pending": None,
        "support": 41,
        "citations": [
            {
                "suggestion_id": 107,
                "number": 7,
                "sector": "民建",
                "tally": {"support": 41, "neutral": 0, "oppose": 0},
            }
        ],
    }
    assert content["opening"]["starts_at"] == "2026-01-15T19:30:00+08:00"
    assert content["snapshot"]["topics"][0]["closed_at"] == "2026-01-15T12:30:00Z"
    assert content["snapshot_hash"] == snapshot_digest(sample().snapshot)


def test_it_is_indented_utf_8_that_a_person_can_read() -> None:
    data = render(sample())
    assert data.startswith(b'{\n  "schema": "jianyan.summary/2",\n  "head": {\n')
    assert data.endswith(b"\n}\n")
    assert "政协越溪县委员会".encode() in data


def test_the_schema_file_describes_the_document_of_today() -> None:
    # Written anew with consultations.documents.json.json_schema().
    assert SCHEMA_FILE.read_bytes() == json_schema()


def fits(content: Any, schema: dict[str, Any], definitions: dict[str, Any]) -> bool:
    """The part of JSON Schema that the file uses."""
    if "$ref" in schema:
        return fits(content, definitions[schema["$ref"].rsplit("/", 1)[1]], definitions)
    if "anyOf" in schema:
        return any(fits(content, one, definitions) for one in schema["anyOf"])
    if "enum" in schema:
        return content in schema["enum"]
    match schema["type"]:
        case "object":
            properties = schema["properties"]
            return (
                isinstance(content, dict)
                and set(content) == set(schema["required"]) == set(properties)
                and all(fits(content[name], properties[name], definitions) for name in properties)
            )
        case "array":
            return isinstance(content, list) and all(
                fits(one, schema["items"], definitions) for one in content
            )
        case "integer":
            return type(content) is int and content >= schema.get("minimum", content)
        case "string":
            return isinstance(content, str)
        case "boolean":
            return isinstance(content, bool)
        case "null":
            return content is None
        case _:
            raise AssertionError(schema)


@pytest.mark.parametrize("document", [sample(), two_topics()], ids=["minutes", "two topics"])
def test_what_is_written_fits_the_schema_file_and_a_changed_one_does_not(document: SummaryDocument) -> None:
    schema = json.loads(SCHEMA_FILE.read_bytes())
    content = json.loads(render(document))
    assert fits(content, schema, schema["$defs"])
    content["opening"]["counts"]["support"] = 3
    assert not fits(content, schema, schema["$defs"])


def test_a_choice_that_the_domain_does_not_know_is_refused_with_its_place() -> None:
    content = json.loads(render(sample()))
    content["appendix"][3]["status"] = "eaten"
    with pytest.raises(msgspec.ValidationError, match=r"\$\.appendix\[3\]\.status"):
        from_content(content, SummaryDocument)


def test_what_is_neither_content_nor_a_choice_has_no_content_and_no_schema() -> None:
    with pytest.raises(TypeError):
        to_content({"a": object()})

    with pytest.raises(TypeError):
        schema_of(Strange)


def test_the_documented_check_of_snapshot_and_seal_needs_nothing_of_ours(tmp_path: Path) -> None:
    (program,) = re.findall(r"```python\n(.*?)```", SCHEMA_PAGE.read_text(encoding="utf-8"), re.DOTALL)
    checker, summary = tmp_path / "check.py", tmp_path / "summary.json"
    checker.write_text(program, encoding="utf-8")

    def check(data: bytes) -> tuple[int, str, str]:
        summary.write_bytes(data)
        run = subprocess.run(
            [sys.executable, "-I", str(checker), str(summary)], capture_output=True, text=True, check=False
        )
        return run.returncode, run.stdout, run.stderr

    holds = (0, f"7 487 {sample().snapshot.topics[0].head}\n", "")
    assert check(render(signed())) == holds
    # A draft has none.
    assert check(render(two_topics()))[0] == 0
    assert check(render(signed()).replace("张敏".encode(), "张明".encode())) == (
        1,
        "",
        "the snapshot has been changed\n",
    )
    assert check(render(signed()).replace("按月公布".encode(), "按季公布".encode())) == (
        1,
        "",
        "the document is not the one that was signed\n",
    )


def test_every_kind_of_finding_is_documented() -> None:
    page = SCHEMA_PAGE.read_text(encoding="utf-8")
    assert [code for code in SENTENCES if f"`{code}`" not in page] == []
