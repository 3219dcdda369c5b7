"""What the screening finds in texts, and what it leaves alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consultations.models import Suggestion
from consultations.screening import findings, masks, private_data
from consultations.text import clean
from jianyan.settings import places
from tests.consultations.screening_cases import HARMLESS, PRIVATE

DEMO = json.loads(Path(places.PACKAGE / "demo/data/topics.json").read_text())
IDEAS = [idea for issue in DEMO for idea in issue["suggestions"]]

numbers = st.sampled_from([passage for _text, kind, passage in PRIVATE if kind in ("phone", "plate")])
texts = st.lists(
    st.one_of(st.text("电话联系他13579 -（）+浙A幺零微信号", max_size=12), numbers), max_size=8
).map("".join)


def test_there_are_enough_cases() -> None:
    assert len(PRIVATE) >= 60
    assert len(HARMLESS) >= 60


@pytest.mark.parametrize(("text", "kind", "passage"), PRIVATE)
def test_private_data_is_found(text: str, kind: str, passage: str) -> None:
    assert (kind, passage) in [(str(one.kind), one.word) for one in private_data(text)]


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_looks_like_it_is_left_alone(text: str) -> None:
    assert [one.word for one in private_data(text)] == []


def test_of_the_demonstration_exactly_the_private_ones_are_found() -> None:
    expected = [idea["text"] for idea in IDEAS if idea["quality"] == "private_data"]
    assert len(expected) == 4
    assert [idea["text"] for idea in IDEAS if private_data(idea["text"])] == expected


def test_several_numbers_in_one_text_are_each_found() -> None:
    text = "她叫吴某芬，身份证330000195001010000，手机19900033417，车牌浙A12345，请后台帮她通过。"
    assert [(str(one.kind), one.word) for one in private_data(text)] == [
        ("id_card", "330000195001010000"),
        ("phone", "19900033417"),
        ("plate", "浙A12345"),
    ]


def test_what_is_masked_is_the_passage_and_nothing_else() -> None:
    text = "请联系１３８－１２３４－５６７８核实。"
    assert masks(text) == [[3, 16]]
    assert Suggestion(text=text, masked=masks(text)).public_text == "请联系＊＊＊＊＊＊＊＊＊＊＊＊＊核实。"


@given(texts)
@settings(max_examples=300, deadline=None)
def test_findings_are_in_order_do_not_overlap_and_say_what_stands_there(text: str) -> None:
    end = 0
    for one in findings(text):
        assert end <= one.start < one.end <= len(text)
        assert one.word == text[one.start : one.end]
        end = one.end


@given(texts, numbers)
@settings(max_examples=300, deadline=None)
def test_a_number_that_is_set_apart_is_covered_whatever_stands_before_it(text: str, number: str) -> None:
    whole = clean(f"{text}。电话：{number}。")
    covered = "＊" * len(clean(number))
    assert Suggestion(text=whole, masked=masks(whole)).public_text.endswith(f"。电话：{covered}。")


@pytest.mark.parametrize(
    "part",
    ["1 ", "138-1234-", "a@", "a.", "一三", "6222 ", "浙A1234", "a-", "110101199003070", "(0571)", "8 "],
)
def test_long_rows_of_what_nearly_is_a_number_take_no_time(part: str) -> None:
    # Were any rule to try anew from each character on, this would be hours and not a test.
    text = part * (20_000 // len(part))
    assert len(masks(text)) <= len(text)
