"""Names in order, as plain strings."""

from __future__ import annotations

import pytest

from jianyan.accounts.names import pinyin_key, split_name, stroke_key, unknown_strokes


def in_stroke_order(*names: str) -> list[str]:
    return sorted(names, key=stroke_key)


def in_pinyin_order(*names: str) -> list[str]:
    return sorted(names, key=pinyin_key)


def test_surnames_are_ordered_by_the_number_of_strokes_then_by_heng_shu_pie_dian_zhe() -> None:
    assert in_stroke_order("马骏驰", "王舒", "万福生", "于敏", "丁立", "卜春芳") == [
        "丁立",
        "卜春芳",
        "于敏",
        "万福生",
        "马骏驰",
        "王舒",
    ]


def test_a_surname_written_wrongly_in_the_source_table_was_mended() -> None:
    assert in_stroke_order("沈国梁", "宋书墨", "汪小溪") == ["汪小溪", "沈国梁", "宋书墨"]


def test_two_character_names_come_before_three_character_ones_of_the_same_surname() -> None:
    assert in_stroke_order("张大力", "张敏", "刘一刀", "刘畅", "林陈若溪", "林婉如") == [
        "刘畅",
        "刘一刀",
        "张敏",
        "张大力",
        "林婉如",
        "林陈若溪",
    ]


def test_given_names_are_compared_character_by_character() -> None:
    assert in_stroke_order("陈伟", "陈思远", "陈茜", "陈一") == ["陈一", "陈伟", "陈茜", "陈思远"]


def test_a_compound_surname_counts_its_characters_in_turn() -> None:
    assert in_stroke_order("欧阳旭", "欧小明", "欧阳一", "夏侯明月", "夏荷", "万俟雅", "万福生") == [
        "万福生",
        "万俟雅",
        "欧小明",
        "欧阳一",
        "欧阳旭",
        "夏荷",
        "夏侯明月",
    ]


def test_surnames_of_the_same_strokes_stay_apart() -> None:
    assert in_stroke_order("田一", "由二", "田三", "由一") == ["田一", "田三", "由一", "由二"]


def test_characters_without_known_strokes_are_placed_last_and_named() -> None:
    assert in_stroke_order("王𬭎", "王鑫", "王舒", "𬭎一", "魏书香") == [
        "王舒",
        "王鑫",
        "王𬭎",
        "魏书香",
        "𬭎一",
    ]
    assert unknown_strokes("王𬭎") == "𬭎"
    assert unknown_strokes("努尔兰·哈力克") == ""


@pytest.mark.parametrize(
    ("name", "surname", "given"),
    [
        ("曾庆禾", "曾", "庆禾"),
        ("欧阳旭", "欧阳", "旭"),
        ("尉迟景行", "尉迟", "景行"),
        ("欧阳", "欧", "阳"),
        ("林陈若溪", "林", "陈若溪"),
        ("司马·哈力克", "司", "马哈力克"),
        ("李　明", "李", "明"),
    ],
)
def test_a_name_is_taken_apart(name: str, surname: str, given: str) -> None:
    assert split_name(name)[:2] == (surname, given)


@pytest.mark.parametrize(
    ("name", "syllables"),
    [
        ("曾庆禾", "zeng112曾qing4he2"),
        ("单立新", "shan408单li4xin1"),
        ("仇向阳", "qiu204仇xiang4yang2"),
        ("解春和", "xie413解chun1he2"),
        ("区海涛", "ou104区hai3tao1"),
        ("查文博", "zha109查wen2bo2"),
        ("朴成焕", "piao206朴cheng2huan4"),
        ("覃志远", "qin212覃zhi4yuan3"),
        ("盖宏宇", "ge311盖hong2yu3"),
        ("缪一舟", "miao414缪yi1zhou1"),
        ("华明轩", "hua406华ming2xuan1"),
        ("翟晓雨", "zhai214翟xiao3yu3"),
        ("纪小棠", "ji306纪xiao3tang2"),
        ("卜春芳", "bu302卜chun1fang1"),
        ("尉迟景行", "yu411尉chi207迟jing3xing2"),
        ("万俟雅", "mo403万qi209俟ya3"),
    ],
)
def test_surnames_that_libraries_misread_are_read_as_their_bearers_say_them(
    name: str, syllables: str
) -> None:
    assert pinyin_key(name) == syllables


def test_given_names_are_read_in_context_and_with_their_full_tone() -> None:
    assert pinyin_key("常乐天") == "chang211常le4tian1"
    assert pinyin_key("包子豪") == "bao105包zi3hao2"
    assert pinyin_key("陈茜") == "chen207陈qian4"


def test_pinyin_compares_syllable_then_tone_then_strokes_of_the_surname() -> None:
    assert in_pinyin_order("章若溪", "张敏", "张大力", "李寻", "林婉如", "黎民") == [
        "黎民",
        "李寻",
        "林婉如",
        "张大力",
        "张敏",
        "章若溪",
    ]


def test_umlauts_stand_where_dictionaries_put_them() -> None:
    assert in_pinyin_order("罗静", "栾一", "吕玥", "陆远征") == ["陆远征", "吕玥", "栾一", "罗静"]


def test_names_with_a_middle_dot_have_no_surname_to_be_misread() -> None:
    assert pinyin_key("努尔兰·哈力克") == "nu3er3lan2ha1li4ke4"
    assert pinyin_key("阿依古丽·买买提") == "a1yi1gu3li4mai3mai3ti2"
    assert stroke_key("努尔兰·哈力克") == stroke_key("努尔兰哈力克")


def test_what_is_not_chinese_has_keys_too() -> None:
    assert pinyin_key("John Smith") == "johnsmith"
    assert in_stroke_order("John Smith", "魏书香") == ["魏书香", "John Smith"]


def test_no_name_has_no_key() -> None:
    assert (stroke_key(""), pinyin_key("")) == ("", "")
    assert (stroke_key("·"), pinyin_key("·")) == ("", "")
