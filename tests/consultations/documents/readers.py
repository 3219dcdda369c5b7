"""What each format says, read back by what its readers use: words, tables, and from these the same facts for all."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import docx as python_docx
import openpyxl
from lxml import html as lxml_html

from .pages import Pages, bare
from .wordprocessing import body, text_of

Table = list[list[str]]
Tally = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Facts:
    """Numbers and citations; None where the format does not speak of them.

    `counts` of the opening: sectors, participants, suggestions, acts of support. `statements`: support and the references
    of each that cites anything, in order. `rows`: reference → tally. `sectors`: name → participants, suggestions, support.
    """

    rows: dict[str, Tally]
    counts: tuple[int, int, int, int] | None = None
    statements: tuple[tuple[int, tuple[str, ...]], ...] | None = None
    sectors: dict[str, tuple[int, int, int]] | None = None


_COUNTS = re.compile(
    r"来自(\d+)个界别的(\d+)名委员参加，提出建言(\d+)条(?:，其中公开发布\d+条)?，附议(\d+)次"
)
_CITED = re.compile(r"附议(\d+)次）(［[^］]+］|(?:\[[\d-]+\])+)")
_REFERENCE = re.compile(r"\d+(?:-\d+)?")


def facts_of(words: str, tables: Iterable[Table]) -> Facts:
    """Of a format that sets the document: from its running text and its tables."""
    tables = list(tables)
    words = bare(words)
    (counts,) = _COUNTS.findall(words)
    sectors, participants, suggestions, support = map(int, counts)
    return replace(
        listed(tables),
        counts=(sectors, participants, suggestions, support),
        statements=tuple(
            (int(support), tuple(_REFERENCE.findall(cited))) for support, cited in _CITED.findall(words)
        ),
        sectors=sectors_of(tables),
    )


def sectors_of(tables: Iterable[Table]) -> dict[str, tuple[int, int, int]]:
    """By sector: participants, suggestions, support."""
    return {
        row["界别"]: (int(row["参加人数"]), int(row["建言条数"]), int(row["附议次数"]))
        for row in rows_of(tables, "参加人数")
        if row["界别"] != "合计"
    }


def listed(tables: Iterable[Table]) -> Facts:
    """Of a table of suggestions alone."""
    rows: dict[str, Tally] = {}
    for row in rows_of(tables, "编号"):
        (reference,) = _REFERENCE.findall(row["编号"])
        assert reference not in rows, f"twice: {reference}"
        rows[reference] = (int(row["附议"]), int(row.get("中立", 0)), int(row.get("反对", 0)))
    return Facts(rows)


def rows_of(tables: Iterable[Table], column: str) -> list[dict[str, str]]:
    """The rows of all tables with that column, by heading."""
    found = []
    for heading, *rows in ([[bare(cell) for cell in row] for row in table] for table in tables):
        if column in heading:
            found += [dict(zip(heading, row, strict=True)) for row in rows]
    return found


def read_docx(data: bytes) -> Facts:
    tables = python_docx.Document(io.BytesIO(data)).tables
    return facts_of(
        text_of(body(data)), ([[cell.text for cell in row.cells] for row in table.rows] for table in tables)
    )


def read_pdf(data: bytes) -> Facts:
    pages = Pages(data)
    tables = [
        [[cell or "" for cell in row] for row in table]
        for page in pages.pages
        for table in page.extract_tables()
    ]
    return facts_of(pages.text, tables)


def read_html(data: bytes) -> Facts:
    page = lxml_html.document_fromstring(data.decode())
    tables = [
        [["".join(map(str, cell.itertext())) for cell in row.iter("th", "td")] for row in table.iter("tr")]
        for table in page.iter("table")
    ]
    return facts_of("".join(map(str, page.itertext())), tables)


def read_markdown(data: bytes) -> Facts:
    text = data.decode()
    tables: list[Table] = [[]]
    for line in text.splitlines():
        if line.startswith("|"):
            cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
            if not all(re.fullmatch(r":?-+:?", cell) for cell in cells):
                tables[-1].append(cells)
        elif tables[-1]:
            tables.append([])
    return facts_of(text, (table for table in tables if table))


def read_csv(data: bytes) -> Facts:
    return listed([_with_references(list(csv.reader(io.StringIO(data.decode("utf-8-sig")))))])


def read_xlsx(data: bytes) -> Facts:
    book = openpyxl.load_workbook(io.BytesIO(data))
    tables = [
        [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
        for sheet in book
    ]
    entries = {row["项目"]: row["内容"] for row in rows_of(tables, "项目")}
    names = ("参加界别数", "参加人数", "建言条数", "附议")
    sectors, participants, suggestions, support = (int(entries[name]) for name in names)
    return replace(
        listed(map(_with_references, tables)),
        counts=(sectors, participants, suggestions, support),
        statements=tuple(
            (int(row["附议"]), tuple(row["依据建言"].split("、")))
            for row in rows_of(tables, "性质")
            if row["依据建言"] and row["性质"] != "引语"
        ),
        sectors=sectors_of(tables),
    )


def _with_references(table: Table) -> Table:
    """The numbers of a table that has the topic beside them as the text calls them: 2-17 where topics are several."""
    heading, *rows = table
    if "编号" not in heading or "议题" not in heading:
        return table
    number, topic = heading.index("编号"), heading.index("议题")
    topics = list(dict.fromkeys(row[topic] for row in rows))
    if len(topics) > 1:
        for row in rows:
            row[number] = f"{topics.index(row[topic]) + 1}-{row[number]}"
    return table


def read_json(data: bytes) -> Facts:
    content = json.loads(data)
    counts = content["opening"]["counts"]
    topics = [topic["topic_id"] for topic in content["snapshot"]["topics"]]

    def reference(row: dict[str, int]) -> str:
        before = f"{topics.index(row['topic_id']) + 1}-" if len(topics) > 1 else ""
        return f"{before}{row['number']}"

    references = {row["id"]: reference(row) for row in content["appendix"]}
    sections = [section for topic in content["topics"] for section in topic["sections"]]
    statements = [
        *content["consensus"],
        *(statement for section in sections for statement in section["statements"]),
    ]
    return Facts(
        rows={
            references[row["id"]]: (row["tally"]["support"], row["tally"]["neutral"], row["tally"]["oppose"])
            for row in content["appendix"]
        },
        counts=(
            counts["sectors"],
            counts["participants"],
            counts["suggestions"],
            counts["tally"]["support"],
        ),
        statements=tuple(
            (
                statement["support"],
                tuple(references[citation["suggestion_id"]] for citation in statement["citations"]),
            )
            for statement in statements
            if statement["citations"] and statement["kind"] != "lead"
        ),
        sectors={
            row["sector"] or "未注明界别": (row["participants"], row["suggestions"], row["support"])
            for row in content["statistics"]["sectors"]
        },
    )


READERS: dict[str, Callable[[bytes], Facts]] = {
    "docx": read_docx,
    "pdf": read_pdf,
    "html": read_html,
    "xlsx": read_xlsx,
    "csv": read_csv,
    "json": read_json,
    "md": read_markdown,
}
"""By the name of the format. One that is missing here is read by nobody, and the round trip fails."""
LISTS_ALONE: Sequence[str] = ("csv",)
"""Formats that have the suggestions and nothing else."""
