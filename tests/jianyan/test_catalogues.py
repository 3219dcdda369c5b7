"""The catalogues are complete; and the tool that says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import catalogues


def test_every_message_of_the_project_has_its_chinese_and_nothing_is_stale() -> None:
    assert catalogues.faults(catalogues.ROOT) == []


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A little project: a domain module with two messages and two templates with one each."""
    for folder in (
        "consultations",
        "realtime",
        "platform/jianyan",
        "templates/consultations",
        "templates/account",
    ):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "consultations/words.py").write_text(
        '_("Support")\npgettext_lazy("noun", "Post")\nlog("not %s" % "this")\n_("")\n'
    )
    (tmp_path / "templates/consultations/topic.html").write_text(
        "{% load i18n %}\n<p>It's\n   {% blocktranslate with n=name %}Hello {{ n }}{% endblocktranslate %}</p>\n"
    )
    (tmp_path / "templates/account/login.html").write_text(
        "{% load i18n %}<a title=\"{% translate 'Sign in' %}\">\n"
    )
    return tmp_path


def domain_po(project: Path) -> Path:
    """The domain's catalogue as text."""
    return project / "consultations/locale/zh_Hans/LC_MESSAGES/django.po"


def test_messages_come_from_code_and_templates_each_to_its_part(project: Path) -> None:
    domain, realtime, site = catalogues.parts(project)
    assert catalogues.messages_of(domain) == {(None, "Support"), ("noun", "Post"), (None, "Hello %(n)s")}
    assert catalogues.messages_of(realtime) == set()
    assert catalogues.messages_of(site) == {(None, "Sign in")}


def test_merged_translations_are_written_and_then_nothing_is_wrong(project: Path) -> None:
    merged = project / "words.tsv"
    merged.write_text("# 译文\n\nSupport\t附议\nnoun\tPost\t职务\nHello %(n)s\t您好，%(n)s\nSign in\t登录\n")
    assert catalogues.update(project, [merged]) == []
    assert catalogues.faults(project) == []
    text = domain_po(project).read_text()
    assert 'msgctxt "noun"\nmsgid "Post"\nmsgstr "职务"\n' in text
    assert "words.py" not in text
    assert domain_po(project).with_suffix(".mo").exists()
    assert not (project / "realtime/locale").exists()


def test_a_second_update_changes_nothing_and_keeps_what_was_translated(project: Path) -> None:
    merged = project / "words.tsv"
    merged.write_text("Support\t附议\n")
    catalogues.update(project, [merged])
    before = domain_po(project).read_bytes()
    catalogues.update(project)
    assert domain_po(project).read_bytes() == before
    assert 'msgstr "附议"' in before.decode()


def test_what_is_missing_doubtful_wrong_or_stale_is_said(project: Path) -> None:
    merged = project / "words.tsv"
    merged.write_text("Support\t附议\nnoun\tPost\t职务\nHello %(n)s\t您好\n")
    catalogues.update(project, [merged])
    path = domain_po(project)
    path.write_text(path.read_text().replace('msgid "Support"', '#, fuzzy\nmsgid "Support"'))
    prefix = "consultations/locale/zh_Hans/LC_MESSAGES/django"
    assert catalogues.faults(project) == [
        f"{prefix}.po: other placeholders in the translation of “Hello %(n)s”",
        f"{prefix}.po: doubtful (fuzzy) translation of “Support”",
        f"{prefix}.mo is stale: run `make messages`",
        "platform/jianyan/locale/zh_Hans/LC_MESSAGES/django.po: no translation of “Sign in”",
    ]


def test_a_message_that_is_no_longer_asked_for_goes(project: Path) -> None:
    catalogues.update(project)
    (project / "consultations/words.py").write_text("")
    assert f"{domain_po(project).relative_to(project)} is stale: run `make messages`" in catalogues.faults(
        project
    )
    catalogues.update(project)
    assert "Support" not in domain_po(project).read_text()


def test_two_translations_of_one_message_are_reported(project: Path) -> None:
    (project / "realtime/words.py").write_text('_("Support")\n')
    first = project / "words.tsv"
    first.write_text("Support\t附议\n")
    catalogues.update(project, [first])
    path = project / "realtime/locale/zh_Hans/LC_MESSAGES/django.po"
    path.write_text(path.read_text().replace("附议", "支持"))
    assert any(
        "“Support” is translated differently elsewhere" in fault for fault in catalogues.faults(project)
    )


def test_lines_that_cannot_be_merged_are_reported(project: Path) -> None:
    merged = project / "words.tsv"
    merged.write_text("Support\t附议\nSupport\t支持\nno tab\nGone\t没有了\nTwo\\nlines\t两\\n行\n")
    assert catalogues.update(project, [merged]) == [
        f"{merged}:2: another translation of “Support” came first, and was kept",
        f"{merged}:3: not two or three columns",
        "nothing asks for “Gone”",
        "nothing asks for “Two\nlines”",
    ]


@pytest.mark.parametrize("arguments", [["check"], ["update"]])
def test_the_command_line_ends_with_1_while_something_is_missing(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    monkeypatch.setattr(catalogues, "ROOT", project)
    monkeypatch.setattr("sys.argv", ["catalogues", *arguments])
    assert catalogues.main() == 1
    assert "no translation of “Sign in”" in capsys.readouterr().err
