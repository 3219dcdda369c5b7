"""Files of every kind that somebody may take for a roster."""

from __future__ import annotations

import csv
import datetime as dt
import errno
import io
import os
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import openpyxl
import pytest
from django.utils import translation
from openpyxl.worksheet.worksheet import Worksheet

from jianyan.accounts.roster.columns import Column
from jianyan.accounts.roster.files import read_roster
from jianyan.accounts.roster.table import NotAList, Table

from .yuexi import MEMBERS, MEMBERS_BAD

HEADINGS = ["姓名", "界别", "手机号", "届次", "任职日期"]
ROW = ["林栖云", "文艺界", "19900090001", "第十届", "2024-03-05"]


@pytest.fixture(autouse=True)
def _in_chinese() -> Iterator[None]:
    with translation.override("zh-hans"):
        yield


def cells(table: Table[Column]) -> list[list[str]]:
    return [list(line.cells) for line in table.lines]


def refusal(path: Path, *, sheet: str | None = None) -> str:
    with pytest.raises(NotAList) as refused:
        read_roster(path, sheet=sheet)
    return str(refused.value)


def workbook(path: Path, *sheets: tuple[str, Sequence[Sequence[object]]]) -> Path:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.remove(book.active)
    for title, rows in sheets:
        page: Worksheet = book.create_sheet(title)
        for row in rows:
            page.append(list(row))
    book.save(path)
    return path


def repacked(path: Path, **parts: bytes) -> Path:
    """The workbook with some parts replaced or added; `__` stands for a slash, `_` before the end for a dot."""
    source = io.BytesIO(path.read_bytes())
    renamed = {name.replace("__", "/").replace("_xml", ".xml"): content for name, content in parts.items()}
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in renamed:
                new.writestr(name, old.read(name))
        for name, content in renamed.items():
            new.writestr(name, content)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_text_is_read_in_every_usual_encoding_and_delimiter(
    tmp_path: Path, encoding: str, delimiter: str, ending: str
) -> None:
    path = tmp_path / "roster.csv"
    text = ending.join(delimiter.join(line) for line in (HEADINGS, ROW)) + ending
    path.write_bytes(text.encode(encoding))
    table = read_roster(path)
    assert cells(table) == [ROW]
    assert table.delimiter == delimiter
    assert table.lines[0].number == 2


def test_the_roster_of_the_county_survives_gb18030_with_its_rare_characters(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_bytes(MEMBERS.read_text(encoding="utf-8-sig").encode("gb18030"))
    assert cells(read_roster(path)) == cells(read_roster(MEMBERS))
    assert "王𬭎" in path.read_text(encoding="gb18030")


def test_lines_are_counted_as_the_file_has_them(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text(
        '姓名,界别,手机号,届次\n\n"林\n栖云",文艺界,1,十届\n,,,\n周砚,教育界,2,十届\n', encoding="utf-8"
    )
    table = read_roster(path)
    assert [line.number for line in table.lines] == [3, 6]
    assert len(read_roster(MEMBERS_BAD).lines) == 25


def test_a_title_above_the_headings_and_columns_of_no_use_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text(
        "政协越溪县委员会委员名册,,,,\n序号,姓名*,界别,手机号码,届次\n1,林栖云,文艺界,1,十届\n",
        encoding="utf-8",
    )
    table = read_roster(path)
    assert table.columns == (None, Column.NAME, Column.SECTOR, Column.PHONE, Column.TERM)
    assert table.ignored == ("序号",)
    assert table.row(table.lines[0].cells)[Column.NAME] == "林栖云"


def test_a_workbook_gives_what_was_typed_into_it(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "roster.xlsx",
        (
            "名册",
            [
                [*HEADINGS, "备注", None],
                ["林栖云", "文艺界", 19900090001, "第十届", dt.date(2024, 3, 5), None],
                [],
                [
                    "周砚",
                    None,
                    19900090002.0,
                    "第十届",
                    45356,
                    '=HYPERLINK("http://phish.example.invalid")',
                ],
                ["罗小满", "农业界", "19900090005", "第十届", 45356.5, True],
            ],
        ),
    )
    table = read_roster(path)
    assert table.delimiter == ""
    assert len(table.headings) == 6
    assert [(line.number, [*line.cells[2:]]) for line in table.lines] == [
        (2, ["19900090001", "第十届", "2024-03-05"]),
        (4, ["19900090002", "第十届", "45356", '=HYPERLINK("http://phish.example.invalid")']),
        (5, ["19900090005", "第十届", "45356.5", "True"]),
    ]


def test_the_sheet_with_the_roster_is_found_among_others(tmp_path: Path) -> None:
    path = workbook(tmp_path / "roster.xlsx", ("填表说明", [["请逐项填写"]]), ("名册", [HEADINGS, ROW]))
    assert cells(read_roster(path)) == [ROW]
    assert refusal(path, sheet="填表说明").startswith("这不是所需的名单：没有一行表头是 姓名、性别、")
    assert refusal(path, sheet="附件") == "工作簿里没有工作表“附件”，只有：填表说明、名册。"


def test_among_several_rosters_one_must_be_named(tmp_path: Path) -> None:
    path = workbook(tmp_path / "roster.xlsx", ("九届", [HEADINGS, ROW]), ("十届", [HEADINGS, ROW, ROW]))
    assert refusal(path) == "有多张工作表可能是名单：九届、十届。请用 --sheet 指定一张，或只保留一张。"
    assert len(read_roster(path, sheet="十届").lines) == 2


def test_a_workbook_without_any_roster_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "roster.xlsx", ("一", [["a"]]), ("二", [["b"]]))
    assert refusal(path) == "工作簿里没有一张工作表是所需的名单：一、二。"


def test_a_hidden_sheet_is_not_read(tmp_path: Path) -> None:
    path = workbook(tmp_path / "roster.xlsx", ("名册", [HEADINGS, ROW]), ("旧", [HEADINGS, ROW]))
    book = openpyxl.load_workbook(path)
    book["旧"].sheet_state = "hidden"
    book.save(path)
    assert cells(read_roster(path)) == [ROW]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "文件是空的。"),
        ("\ufeff\n \n,,\n".encode(), "文件是空的。"),
        ("姓名,界别,手机号,届次\n,,,\n".encode(), "名单里只有表头，没有人员。"),
        ("姓名,界别\n林栖云,文艺界\n".encode(), "名单缺少这些列：手机号、届次。"),
        (
            "姓名,姓 名,界别,手机,届次\n林栖云,林栖云,文艺界,1,十届\n".encode(),
            "名单里这些列出现了两次：姓名。",
        ),
        (
            '姓名,界别,手机号,届次\n林栖云,文艺界,1,十届\n"周砚,教育界,2,十届\n'.encode(),
            "文件从第3行起引号不成对，请改正后再导入。",
        ),
        (
            b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00",
            "这不是名单，而是其他类型的文件，请提供 Excel（.xlsx）或 CSV 文件。",
        ),
        (
            b"%PDF-1.7\n\x01\x02 1 0 obj",
            "这不是名单，而是其他类型的文件，请提供 Excel（.xlsx）或 CSV 文件。",
        ),
        (b"\xff\xff\xff\xff", "无法识别这个文件的文字编码，请另存为“CSV UTF-8”或 .xlsx。"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "这是旧版或加了密码的 Excel 文件，请另存为不带密码的 .xlsx。"),
        (b"PK\x03\x04 and then nothing", "工作簿已损坏，无法读取，请在 Excel 中重新保存。"),
    ],
)
def test_what_is_no_roster_gets_one_clear_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "roster"
    path.write_bytes(content)
    assert refusal(path) == sentence


def test_text_of_another_kind_is_told_what_headings_a_roster_has(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text("红豆生南国\n春来发几枝\n", encoding="utf-8")
    assert refusal(path) == (
        "这不是所需的名单：没有一行表头是 姓名、性别、界别、党派、专委会、单位及职务、手机号、届次、任职日期、备注。"
    )


def test_a_file_that_is_not_there_or_cannot_be_read_is_said_so(tmp_path: Path) -> None:
    assert refusal(tmp_path / "nobody.csv") == f"找不到文件 {tmp_path / 'nobody.csv'}。"
    assert refusal(tmp_path) == f"找不到文件 {tmp_path}。"
    # Linux opens it and then fails to read it.
    assert refusal(Path("/proc/self/mem")) == f"无法读取文件 /proc/self/mem：{os.strerror(errno.EIO)}。"


def test_a_hundred_megabytes_are_refused_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    with path.open("wb") as stream:
        stream.truncate(100 * 1024 * 1024)
    assert refusal(path) == "文件超过 10 MiB，不像是名单，未读取。"


def test_too_many_rows_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([HEADINGS, *[ROW] * 10_000])
    assert len(read_roster(path).lines) == 10_000
    with path.open("a", encoding="utf-8") as stream:
        stream.write("一,二,三,四,五\n")
    assert refusal(path) == "名单超过 10000 行，请分成几个文件。"


def test_an_archive_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "roster.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    assert refusal(path) == "这个压缩文件不是 Excel 工作簿。"


def test_a_workbook_that_unpacks_to_gigabytes_is_not_opened(tmp_path: Path) -> None:
    path = workbook(tmp_path / "roster.xlsx", ("名册", [HEADINGS, ROW]))
    bomb = b"<worksheet>" + b" " * 20_000_000 + b"</worksheet>"
    assert refusal(repacked(path, xl__worksheets__sheet9_xml=bomb)) == (
        "工作簿解压后远远超出名单所需，已拒绝打开。"
    )


def test_a_workbook_of_thousands_of_parts_is_not_opened(tmp_path: Path) -> None:
    path = workbook(tmp_path / "roster.xlsx", ("名册", [HEADINGS, ROW]))
    repacked(path, **{f"xl__part{number}_xml": b"<a/>" for number in range(500)})
    assert refusal(path) == "工作簿解压后远远超出名单所需，已拒绝打开。"


def test_a_workbook_that_declares_entities_is_not_opened(tmp_path: Path) -> None:
    path = workbook(tmp_path / "roster.xlsx", ("名册", [HEADINGS, ROW]))
    laughs = b'<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;">]><worksheet>&c;</worksheet>'
    assert refusal(repacked(path, xl__worksheets__sheet1_xml=laughs)) == (
        "工作簿里有名单不应有的实体声明，已拒绝打开。"
    )


@pytest.mark.parametrize(
    ("part", "content"),
    [
        ("xl__workbook_xml", b"<workbook><unclosed>"),
        ("xl__workbook_xml", b"<other/>"),
        ("xl__workbook_xml", b""),
        ("[Content_Types]_xml", b"<Types/>"),
        (
            "xl__worksheets__sheet1_xml",
            (
                b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
                b'<sheetData><row r="1"><c r="A1" t="n"><v>abc</v></c></row></sheetData></worksheet>'
            ),
        ),
    ],
)
def test_a_damaged_workbook_is_refused(tmp_path: Path, part: str, content: bytes) -> None:
    path = workbook(tmp_path / "roster.xlsx", ("名册", [HEADINGS, ROW]))
    assert refusal(repacked(path, **{part: content})) == "工作簿已损坏，无法读取，请在 Excel 中重新保存。"


def test_a_picture_in_a_workbook_does_no_harm(tmp_path: Path) -> None:
    path = workbook(tmp_path / "roster.xlsx", ("名册", [HEADINGS, ROW]))
    assert cells(read_roster(repacked(path, **{"xl__media__seal.png": b"\x89PNG"}))) == [ROW]


def test_a_whole_number_stored_as_a_power_of_ten_is_read_in_full(tmp_path: Path) -> None:
    path = workbook(tmp_path / "roster.xlsx", ("名册", [HEADINGS, [*ROW[:2], 19900090001, *ROW[3:]]]))
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    assert b"<v>19900090001</v>" in sheet
    repacked(path, xl__worksheets__sheet1_xml=sheet.replace(b"<v>19900090001</v>", b"<v>1.9900090001E10</v>"))
    assert cells(read_roster(path)) == [ROW]
