"""Single cells of a roster, as they are typed and as they are stored."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import translation

from jianyan.accounts.phones import mainland_mobile
from jianyan.accounts.roster.answers import RowRefused
from jianyan.accounts.roster.cells import clean_gender, clean_name, clean_phone, clean_text
from jianyan.accounts.roster.columns import ROSTER, Column
from jianyan.accounts.roster.dates import clean_date
from jianyan.accounts.roster.terms import clean_term, terms_in


@pytest.fixture(autouse=True)
def _in_chinese() -> Iterator[None]:
    with translation.override("zh-hans"):
        yield


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("林栖云", "林栖云"),
        (" 李　明\u200b", "李明"),
        ("努尔兰・哈力克", "努尔兰·哈力克"),
        ("努尔兰.哈力克", "努尔兰·哈力克"),
        ("John  Smith-Lee", "John Smith-Lee"),
    ],
)
def test_a_name_loses_what_is_not_part_of_it(typed: str, stored: str) -> None:
    assert clean_name(typed).value == stored


@pytest.mark.parametrize(
    ("typed", "code", "text"),
    [
        ("　", "name_missing", "姓名为空，未导入。"),
        ("@张三", "name_invalid", "姓名以“@”开头，不是有效姓名，未导入。"),
        ("张三1", "name_invalid", "姓名含有“1”，不是有效姓名，未导入。"),
        ("张<b>", "name_invalid", "姓名含有“<”，不是有效姓名，未导入。"),
        ("张", "name_invalid", "姓名应有2至40个字，这里是1个字，未导入。"),
        ("张" * 41, "name_invalid", "姓名应有2至40个字，这里是41个字，未导入。"),
    ],
)
def test_what_is_no_name_is_refused(typed: str, code: str, text: str) -> None:
    with pytest.raises(RowRefused) as refused:
        clean_name(typed)
    assert (refused.value.reason.code, refused.value.reason.text) == (code, text)


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("19900090001", "19900090001"),
        ("１９９０００９０００１", "19900090001"),
        ("+86 199-0009-0001", "19900090001"),
        ("0086 (199) 0009.0001", "19900090001"),
        ("8619900090001", "19900090001"),
        ("199\u00a00009\u20130001", "19900090001"),
        ("1.9900090001E+10", "19900090001"),
    ],
)
def test_a_phone_is_stored_as_eleven_digits(typed: str, digits: str) -> None:
    assert clean_phone(typed).value == digits


@pytest.mark.parametrize(
    ("typed", "code", "text"),
    [
        (
            "1.99E+10",
            "phone_scientific_notation",
            "手机号被Excel写成科学计数法，后几位已丢失，请把该列设为“文本”后重新填写。",
        ),
        ("1990009002", "phone_invalid", "手机号只有10位，应为11位。"),
        ("199000900011", "phone_invalid", "手机号有12位，应为11位。"),
        ("12345678901", "phone_invalid", "手机号应以13至19开头。"),
        ("无", "phone_invalid", "“无”不是手机号。"),
        (" ", "phone_missing", "手机号为空，未导入。"),
    ],
)
def test_what_is_no_phone_is_refused(typed: str, code: str, text: str) -> None:
    with pytest.raises(RowRefused) as refused:
        clean_phone(typed)
    assert (refused.value.reason.code, refused.value.reason.text) == (code, text)


def test_digits_of_other_scripts_are_no_phone() -> None:
    assert mainland_mobile("١٩٩٠٠٠٩٠٠٠١") is None


def test_genders_are_understood_in_several_spellings() -> None:
    assert [clean_gender(word).value for word in ("男", "女性", "F", " male ", "")] == [
        "男",
        "女",
        "女",
        "男",
        "",
    ]
    with pytest.raises(RowRefused) as refused:
        clean_gender("不详")
    assert refused.value.reason.text == "性别“不详”不是“男”或“女”。"


@pytest.mark.parametrize(
    ("typed", "date", "notes"),
    [
        ("2024-03-05", "2024-03-05", []),
        ("2024.3.5", "2024-03-05", []),
        ("2024/3/5", "2024-03-05", []),
        ("2024 年 3 月 5 日", "2024-03-05", []),
        ("２０２４－３－５", "2024-03-05", []),
        ("20240305", "2024-03-05", []),
        ("2024-03-05 00:00:00", "2024-03-05", []),
        ("13/05/2024", "2024-05-13", []),
        ("5/13/2024", "2024-05-13", []),
        ("05.05.2024", "2024-05-05", []),
        ("2024年3月", "2024-03-01", ["date_day_assumed"]),
        ("2024-03", "2024-03-01", ["date_day_assumed"]),
        ("45356", "2024-03-05", ["date_from_excel_serial"]),
        ("", "", []),
    ],
)
def test_dates_are_understood_in_several_spellings(typed: str, date: str, notes: list[str]) -> None:
    cleaned = clean_date(typed)
    assert cleaned.value == date
    assert [note.code for note in cleaned.notes] == notes


@pytest.mark.parametrize(
    ("typed", "code", "text"),
    [
        ("2024-02-30", "date_invalid", "2024-02-30 不是有效日期。"),
        ("2024", "date_invalid", "2024 不是有效日期。"),
        ("99999", "date_invalid", "99999 不是有效日期。"),
        ("1024-03-05", "date_invalid", "1024-03-05 不是有效日期。"),
        ("13/13/2024", "date_invalid", "13/13/2024 不是有效日期。"),
        (
            "03/05/2024",
            "date_ambiguous",
            "03/05/2024 可能是3月5日，也可能是5月3日，请按“2024-03-05”的格式填写。",
        ),
    ],
)
def test_what_is_no_date_or_could_be_two_is_refused(typed: str, code: str, text: str) -> None:
    with pytest.raises(RowRefused) as refused:
        clean_date(typed)
    assert (refused.value.reason.code, refused.value.reason.text) == (code, text)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("第十届", "第十届"),
        ("十届", "第十届"),
        ("10届", "第十届"),
        ("第 九 届", None),
        ("第9届,第10届", "第九届、第十届"),
        ("第十二届", "第十二届"),
        ("21届", "第二十一届"),
        ("20届", "第二十届"),
        ("0届", None),
        ("2022年", None),
        ("届", None),
    ],
)
def test_terms_are_numbered_in_chinese(typed: str, stored: str | None) -> None:
    if stored is not None:
        assert clean_term(typed).value == stored
        return
    with pytest.raises(RowRefused) as refused:
        clean_term(typed)
    assert refused.value.reason.code == "term_invalid"


def test_a_stored_term_may_name_several() -> None:
    assert terms_in("第九届、第十届") == {"第九届", "第十届"}
    assert terms_in("") == frozenset()


def test_text_is_kept_as_text_whatever_it_begins_with() -> None:
    cleaned = clean_text(' =HYPERLINK("http://phish.example.invalid") ', Column.POSITION)
    assert cleaned.value == '=HYPERLINK("http://phish.example.invalid")'
    assert [str(note) for note in cleaned.notes] == [
        "formula_like_text：单位及职务以“=”开头，按纯文本保存，不执行；导出表格时须写成文本单元格"
    ]
    assert clean_text("-", Column.NOTE) == ("-", ())
    assert clean_text("一\u202e二\x00\n三", Column.NOTE).value == "一二\n三"


def test_text_that_does_not_fit_is_refused_and_not_cut() -> None:
    assert clean_text("字" * 500, Column.NOTE).value == "字" * 500
    with pytest.raises(RowRefused) as refused:
        clean_text("字" * 201, Column.POSITION)
    assert refused.value.reason.text == "单位及职务有201个字，最多200个字。"


def test_headings_are_recognised_with_what_people_add_to_them() -> None:
    headings = ["\ufeff姓名", "姓 名*", "手机号码（必填）", "Phone", "政治面貌", "身份证号"]
    assert ROSTER.meant(headings) == (
        Column.NAME,
        Column.NAME,
        Column.PHONE,
        Column.PHONE,
        Column.PARTY,
        None,
    )
