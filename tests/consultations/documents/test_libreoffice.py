"""A real office program opens what we write: the Word file page for page as the PDF, the workbook sheet by sheet."""

from __future__ import annotations

import csv
import io
import subprocess
from collections.abc import Callable
from pathlib import Path

import pdfplumber
import pytest

from consultations.documents import FORMATS
from consultations.documents.model import SummaryDocument
from tests.servers import Missing, libreoffice

from .samples import large, sample, signed, two_topics

SAMPLES: dict[str, Callable[[], SummaryDocument]] = {
    "minutes": sample,
    "signed": signed,
    "topics": two_topics,
    # As a county's hour: the longer a table, the more its rules add up, which the two draw differently.
    "hour": lambda: large(suggestions=50, statements=45, people=140),
}
SHEETS = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with NAME.pdf of each Word file and NAME-SHEET.csv of one workbook, as LibreOffice has read them."""
    try:
        program = libreoffice()
    except Missing as missing:
        pytest.skip(str(missing))
    directory = tmp_path_factory.mktemp("office")
    words = []
    for name, make in SAMPLES.items():
        file = directory / f"{name}.docx"
        file.write_bytes(FORMATS["docx"].render(make()))
        words.append(str(file))
    workbook = directory / "signed.xlsx"
    workbook.write_bytes(FORMATS["xlsx"].render(signed()))
    for target, files in (("pdf", words), (SHEETS, [str(workbook)])):
        subprocess.run(
            [
                *(program, "--headless", f"-env:UserInstallation={(directory / 'profile').as_uri()}"),
                *("--convert-to", target, "--outdir", str(directory), *files),
            ],
            check=True,
            capture_output=True,
            timeout=240,
        )
    return directory


@pytest.mark.parametrize("name", SAMPLES)
def test_the_word_file_has_the_pages_of_the_pdf(opened: Path, name: str) -> None:
    document = SAMPLES[name]()
    with (
        pdfplumber.open(opened / f"{name}.pdf") as word,
        pdfplumber.open(io.BytesIO(FORMATS["pdf"].render(document))) as ours,
    ):
        assert abs(len(word.pages) - len(ours.pages)) <= 1
        text = "".join(page.extract_text() for page in word.pages)
    squeezed = "".join(text.split())
    assert document.opening.host in squeezed
    assert document.snapshot_hash in squeezed
    assert all(suggestion.author in squeezed for suggestion in document.appendix if suggestion.author)


def test_the_workbook_opens_with_all_its_sheets_and_rows(opened: Path) -> None:
    document = signed()
    sheets = {file.stem.removeprefix("signed-"): file for file in opened.glob("signed-*.csv")}
    assert len(sheets) == 8
    with sheets["建言"].open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    shown = {cell for row in rows for cell in row}
    assert {suggestion.text for suggestion in document.appendix if suggestion.text} <= shown
    assert len(rows) == len(document.appendix) + 1
