from __future__ import annotations

import re

from consultations.documents.glyphs import COVERAGE, missing, settable
from consultations.documents.lines import has_long_word, name_lines, with_seams
from tests.coverage_table import code_points, table


def test_the_table_says_what_the_fonts_have() -> None:
    codes = code_points()
    assert COVERAGE.read_text(encoding="ascii") == table(codes)
    everything = {chr(code) for code in range(0x20, 0x32000) if not 0xD800 <= code < 0xE000}
    shown = everything - missing("".join(everything))
    had = {chr(code) for code in codes if code >= 0x20}
    assert shown >= had
    # What no font has and is not missing leaves no trace.
    assert {settable(one) for one in shown - had} <= {"", " ", "\u200b"}


def test_rare_characters_of_names_are_there() -> None:
    assert missing("喆堃甡燚玥彧赟𬭎𠮷㛃䶮㎡①℃·々") == frozenset()


def test_what_no_font_has_is_missing() -> None:
    assert missing("王👍一\n가 \u3000\u2003") == {"👍", "가"}


def test_what_is_missing_is_printed_as_a_geta() -> None:
    assert settable("好👍👨\u200d👩\u200d👧！가") == "好〓〓〓〓！〓"
    assert settable("葛\U000e0100\u2003城\u00a0区\u3000甲") == "葛 城 区\u3000甲"
    assert settable("停车难") == "停车难"


def test_long_words_get_seams_and_numbers_do_not() -> None:
    assert (
        with_seams("见https://example.com/path。")
        == "见http\u200bs://\u200bexam\u200bple.\u200bcom/\u200bpath。"
    )
    assert with_seams("电话13912345678，小写verify") == "电话13912345678，小写verify"
    assert with_seams("9" * 25) == "\u200b".join(["9999"] * 6 + ["9"])
    assert max(map(len, re.split("\u200b", with_seams("！" * 100)))) == 4
    assert with_seams("“停车”，（好）。") == "“停车”，（好）。"


def test_a_long_word_is_known() -> None:
    assert [has_long_word(one) for one in ("2026年1月", "接入WiFi", "运行jianyan", "")] == [
        False,
        False,
        True,
        False,
    ]


def test_names_take_the_columns_that_they_need() -> None:
    lines = name_lines(["丁立", "上官云裳", "阿依古丽·买买提", "王五", "甲乙丙丁戊己庚辛壬癸", "李\n四"])
    assert [[(one.name, one.columns) for one in line] for line in lines] == [
        [("丁　立", 1), ("上官云裳", 1), ("阿依古丽·买买提", 2), ("王　五", 1)],
        [("甲乙丙丁戊己庚辛壬癸", 3), ("李 四", 1)],
    ]
