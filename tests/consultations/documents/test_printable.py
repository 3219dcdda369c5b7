from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from consultations.documents.printable import printable, printable_content

HOSTILE = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(
            "\x00\x07\x0b\x0c\x1b\x85\u200b\u200e\u202e\u2028\u2066\ufeff\ufffe\uffff\u0301\u0489\u200d"
        ),
        st.characters(categories=["Cs"]),
    )
)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("机关车位“晚间”开放——10％，①②③ A/B & <c>", "机关车位“晚间”开放——10％，①②③ A/B & <c>"),
        ("a\x00b\x07c\x7fd\x9fe", "a\ufffdb\ufffdc\ufffdd\ufffde"),
        ("孤\ud800立", "孤\ufffd立"),
        ("\ud83d\ude00", "😀"),
        ("\u202e倒过来\u202c\u2066\u200f", "倒过来"),
        ("\ufeff头\u200b中\u2060尾", "头中尾"),
        ("一\r\n二\r三\u2028四\x0b五\x85六", "一\n二\n三\n四\n五\n六"),
        ("一\t二", "一 二"),
        ("\ufffe\U0001ffff", "\ufffd\ufffd"),
        ("e" + "\u0301" * 90, "e" + "\u0301" * 4),
        ("a" + "\u0301\u200d" * 40 + "b", "a\u0301\u200d\u0301\u200db"),
        ("👨\u200d👩\u200d👧 👍🏽 𬭎 👁\ufe0f", "👨\u200d👩\u200d👧 👍🏽 𬭎 👁\ufe0f"),
        ("藏\U000e0041\U000e0042字", "藏字"),
        ("", ""),
    ],
)
def test_what_cannot_be_printed_becomes_what_can(text: str, printed: str) -> None:
    assert printable(text) == printed


def test_ten_thousand_characters_keep_their_length() -> None:
    assert len(printable("长" * 10_000)) == 10_000


@given(HOSTILE)
def test_a_printable_text_stays_as_it_is_and_fits_xml_and_utf8(text: str) -> None:
    printed = printable(text)
    assert printable(printed) == printed
    element = etree.Element("text")
    element.text = printed
    assert (etree.fromstring(etree.tostring(element, encoding="UTF-8")).text or "") == printed
    assert printed.encode().decode() == printed


def test_content_is_made_printable_to_its_depth() -> None:
    assert printable_content({"a": ["\x00", {"b": "\u202ec"}], "n": 3, "none": None, "t": ("\t",)}) == {
        "a": ["\ufffd", {"b": "c"}],
        "n": 3,
        "none": None,
        "t": [" "],
    }
