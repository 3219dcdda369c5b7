from __future__ import annotations

import dataclasses
import hashlib
import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from consultations.documents import FORMATS
from consultations.documents.bundle import READ_ME, Journal, bundle
from consultations.documents.model import SummaryDocument
from consultations.documents.naming import file_name, file_stem
from consultations.documents.printable import printable

from .samples import sample, signed, two_topics
from .test_formats import TORTURE, worded_everywhere

ROOT = Path(__file__).resolve().parents[3]
FILES = {".docx": b"PK", ".json": b"{}\n"}


def packed(document: SummaryDocument, *titles: str) -> zipfile.ZipFile:
    journals = [
        Journal(title, iter(('{"revision":1}', f'{{"title":"{printable(title)}"}}'))) for title in titles
    ]
    return zipfile.ZipFile(io.BytesIO(bundle(document, FILES, journals)))


def read_me(archive: zipfile.ZipFile) -> list[str]:
    text = archive.read(READ_ME).decode("utf-8-sig")
    assert text.endswith("\r\n")
    return text.split("\r\n")


def test_it_holds_every_file_and_every_journal_under_names_that_say_what_they_are() -> None:
    archive = packed(two_topics(), "破解老城区停车难", "老旧/小区“改造”")
    assert archive.testzip() is None
    assert archive.namelist() == [
        "关于城区停车和老旧小区改造专题协商的纪要（第3稿）.docx",
        "关于城区停车和老旧小区改造专题协商的纪要（第3稿）.json",
        "议题日志1　破解老城区停车难.jsonl",
        "议题日志2　老旧小区改造.jsonl",
        "说明.txt",
    ]
    assert archive.read("议题日志2　老旧小区改造.jsonl").decode() == (
        '{"revision":1}\n{"title":"老旧/小区“改造”"}\n'
    )


def test_it_says_how_to_check_what_is_in_it() -> None:
    document = signed()
    lines = read_me(packed(document, "破解老城区停车难"))
    assert lines[0] == "关于“破解老城区停车难”网络议政的协商纪要　越政协纪〔2026〕1号"
    assert lines[1] == "（第2版，替代2026年1月17日签发的第1版）"
    assert f"{hashlib.sha256(b'PK').hexdigest()}  关于破解老城区停车难网络议政的协商纪要.docx" in lines
    topic = document.snapshot.topics[0]
    assert f"  破解老城区停车难：第{topic.revision}条  {topic.head}" in lines
    assert f"数据快照（SHA-256）：{document.snapshot_hash}" in lines
    assert f"全文校验码（SHA-256）：{document.seal}" in lines


def test_a_draft_says_so_and_has_no_seal() -> None:
    text = "\n".join(read_me(packed(two_topics())))
    assert "（草稿）" in text
    assert "全文校验码" not in text


def test_the_same_gives_the_same_bytes_in_another_process() -> None:
    program = (
        "import hashlib\n"
        "from consultations.documents.bundle import Journal, bundle\n"
        "from tests.consultations.documents.samples import signed\n"
        "data = bundle(signed(), {'.md': b'#'}, [Journal('停车', iter(['{}']))])\n"
        "print(hashlib.sha256(data).hexdigest())\n"
    )
    environment = os.environ | {"PYTHONHASHSEED": "78", "TZ": "Pacific/Kiritimati", "PYTHONPATH": str(ROOT)}
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    here = bundle(signed(), {".md": b"#"}, [Journal("停车", iter(["{}"]))])
    assert run.stdout.strip() == hashlib.sha256(here).hexdigest()


@pytest.mark.parametrize(
    "text", [TORTURE, "../../etc/passwd", "..\\..\\x", "/abs", "C:\\x", "a\nb", "", ". ."]
)
def test_no_title_makes_a_name_that_leads_elsewhere(text: str) -> None:
    archive = packed(worded_everywhere(text), text)
    for name in archive.namelist():
        assert not set(name) & set('/\\:*?"<>|\n\r\0')
        assert not name.startswith(".")
        assert len(name.encode()) <= 255
    assert read_me(archive)


def test_journals_of_topics_with_the_same_title_have_names_of_their_own() -> None:
    names = packed(sample(), "停车", "停车", "").namelist()
    assert names[2:5] == ["议题日志1　停车.jsonl", "议题日志2　停车.jsonl", "议题日志3.jsonl"]


def test_a_name_is_cut_before_any_system_refuses_it() -> None:
    document = dataclasses.replace(sample(), title="长" * 300)
    assert file_name(document, ".docx") == "长" * 60 + ".docx"
    assert file_stem('“a/b\\c:d*e?f"g<h>i|j”') == "abcdefghij"
    assert file_name(dataclasses.replace(sample(), title="..."), ".csv") == "协商纪要.csv"


def test_every_format_has_a_suffix_of_its_own() -> None:
    assert len({one.suffix for one in FORMATS.values()}) == len(FORMATS)
