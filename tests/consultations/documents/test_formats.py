from __future__ import annotations

import dataclasses
import hashlib
import io
import os
import subprocess
import sys
from pathlib import Path

import docx as python_docx
import openpyxl
import pytest
from hypothesis import example, given, settings

from consultations.documents import FORMATS
from consultations.documents.model import Attendance, Attendee, Section, SummaryDocument, TopicPart
from consultations.documents.sealing import sealed
from consultations.documents.verify import verify

from .samples import assembled, sample, statement, two_topics
from .test_printable import HOSTILE
from .wordprocessing import body, text_of

ROOT = Path(__file__).resolve().parents[3]
TORTURE = (
    "控制\x00符\x07、孤立\ud800、反转\u202e、z"
    + "\u0301\u0302" * 200
    + "、<w:p>&amp;]]>、👨\u200d👩\u200d👧\r\n换行\t制表\x0b"
    + "长" * 10_000
)


def worded_everywhere(text: str) -> SummaryDocument:
    """The text wherever somebody could have written it."""
    rows = [
        dataclasses.replace(row, text=text or "无", author=text, sector=text, theme=text, reason=text)
        for row in sample().appendix[:3]
    ]
    statements = (statement(text, rows), statement(text, []))
    part = TopicPart(topic_id=7, title=text, sections=(Section(theme=text, statements=statements),) * 2)
    people = Attendance(
        present=(Attendee(name=text, unit=text), Attendee(name="李四", unit=text)),
        observers=(Attendee(name=text, unit=text),),
        on_leave=(Attendee(name=text),),
    )
    document = assembled([text], [part], rows, consensus=statements, people=people)
    return sealed(
        dataclasses.replace(
            document,
            title=text,
            head=dataclasses.replace(
                document.head, issuer=text, office=text, number=text or None, copied_to=(text, text)
            ),
            opening=dataclasses.replace(document.opening, host=text, channel=text, place=text, remarks=text),
        )
    )


def test_each_format_says_what_it_is() -> None:
    assert {name: (one.name, one.media_type, one.suffix) for name, one in FORMATS.items()} == {
        "docx": (
            "docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            ".docx",
        ),
        "pdf": ("pdf", "application/pdf", ".pdf"),
        "csv": ("csv", "text/csv; charset=utf-8", ".csv"),
        "html": ("html", "text/html; charset=utf-8", ".html"),
        "json": ("json", "application/json", ".json"),
        "xlsx": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"),
        "md": ("md", "text/markdown; charset=utf-8", ".md"),
    }


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_document_gives_the_same_bytes(name: str) -> None:
    render = FORMATS[name].render
    assert render(sample()) == render(sample())
    assert render(two_topics()) == render(two_topics())
    assert render(sample()) != render(two_topics())


def test_the_bytes_do_not_depend_on_process_zone_or_hash_seed() -> None:
    program = (
        "import hashlib\n"
        "from consultations.documents import FORMATS\n"
        "from tests.consultations.documents.samples import sample\n"
        "for one in FORMATS.values():\n"
        "    print(hashlib.sha256(one.render(sample())).hexdigest())\n"
    )
    environment = os.environ | {"PYTHONHASHSEED": "77", "TZ": "Pacific/Kiritimati", "PYTHONPATH": str(ROOT)}
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == [
        hashlib.sha256(one.render(sample())).hexdigest() for one in FORMATS.values()
    ]


@pytest.mark.usefixtures("unmeasured")
@settings(max_examples=40, deadline=None)
@given(HOSTILE)
@example("\xad")
def test_no_text_breaks_a_format_or_the_check_of_it(text: str) -> None:
    document = worded_everywhere(text)
    rendered = {name: one.render(document) for name, one in FORMATS.items()}
    assert python_docx.Document(io.BytesIO(rendered["docx"])).tables
    assert openpyxl.load_workbook(io.BytesIO(rendered["xlsx"])).sheetnames
    assert rendered["csv"].decode("utf-8-sig")
    assert verify(rendered["json"]) == []


def test_controls_surrogates_zalgo_and_ten_thousand_characters_are_printed() -> None:
    document = worded_everywhere(TORTURE)
    rendered = {name: one.render(document) for name, one in FORMATS.items()}
    assert verify(rendered["json"]) == []
    printed = text_of(body(rendered["docx"]))
    for words in (printed, rendered["csv"].decode("utf-8-sig"), rendered["json"].decode()):
        assert "控制\ufffd符\ufffd、孤立\ufffd、反转、z\u0301\u0302\u0301\u0302、<w:p>&amp;]]>、" in words
        assert "长" * 10_000 in words
        assert "\u202e" not in words
        assert "\x00" not in words


def test_a_deliberation_without_a_single_suggestion_is_printed() -> None:
    document = sealed(
        assembled(["停车"], [TopicPart(topic_id=7, title="停车", sections=())], [], people=Attendance())
    )
    rendered = {name: one.render(document) for name, one in FORMATS.items()}
    assert "提出建言0条，附议0次" in text_of(body(rendered["docx"]))
    assert len(rendered["csv"].splitlines()) == 1
    assert verify(rendered["json"]) == []
