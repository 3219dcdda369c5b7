"""The operator's list of words."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from consultations.screening import findings, words_found
from consultations.wordlist import Words

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path, settings: Settings) -> Write:
    path = tmp_path / "words.txt"

    def put(text: str) -> Path:
        # Put in place whole, as an operator's tool would: a file half written must not be read.
        fresh = tmp_path / "words.new"
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(path)
        settings.SENSITIVE_WORDS = path
        return path

    return put


def found(text: str) -> list[str]:
    return [one.word for one in words_found(text)]


def test_without_a_list_there_are_no_words(settings: Settings) -> None:
    settings.SENSITIVE_WORDS = None
    assert found("推翻一切") == []


def test_a_word_a_line_comments_and_blank_lines_are_none(write: Write) -> None:
    write("# 说明：每行一个\n\n恶词\n  badword  \n")
    assert found("这里有恶词，还有badword。# 说明") == ["恶词", "badword"]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("用了恶 词。", "恶 词"),
        ("用了恶\u3000词。", "恶\u3000词"),
        ("用了恶\n词。", "恶\n词"),
        ("写作ＢａｄＷｏｒｄ吧", "ＢａｄＷｏｒｄ"),
        ("写作BAD word吧", "BAD word"),
        ("恶\u200d词", "恶\u200d词"),
    ],
)
def test_case_width_and_blanks_hide_no_word(write: Write, text: str, word: str) -> None:
    write("恶词\nbadword\n")
    assert found(text) == [word]


def test_of_two_words_the_longer_one_is_found_and_none_overlap() -> None:
    words = Words.of(["恶词", "恶词汇", "汇总"])
    assert words.spans("恶词汇总") == [(0, 3)]


def test_the_list_is_read_again_when_the_file_changes(write: Write) -> None:
    path = write("恶词\n")
    assert found("恶词和歪词") == ["恶词"]
    write("歪词\n")
    assert found("恶词和歪词") == ["歪词"]
    # Written over in place, with as many bytes as before.
    path.write_text("恶词\n", encoding="utf-8")
    os.utime(path, ns=(1, 1))
    assert found("恶词和歪词") == ["恶词"]


def test_a_list_that_is_gone_stays_as_it_was_and_the_log_says_so(
    write: Write, caplog: pytest.LogCaptureFixture
) -> None:
    path = write("恶词\n")
    assert found("恶词") == ["恶词"]
    path.unlink()
    assert found("恶词") == ["恶词"]
    assert "sensitive_words_unreadable" in caplog.text


def test_private_data_stands_where_a_word_meets_it(write: Write) -> None:
    write("8001234\n核实\n")
    assert [(str(one.kind), one.word) for one in findings("家里0571-88001234，请核实")] == [
        ("phone", "0571-88001234"),
        ("word", "核实"),
    ]
