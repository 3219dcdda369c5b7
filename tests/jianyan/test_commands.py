"""The `jianyan` command: its help, its language, its exit codes and its one-line errors."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner
from django.db import OperationalError

from consultations.errors import NotAllowed
from jianyan import language
from jianyan.__main__ import main
from jianyan.commands import SUMMARIES, jianyan
from jianyan.commands.failure import CommandFailed, WronglyConfigured
from jianyan.environment import settings_module
from tests.servers import jianyan_environment, run_jianyan


@pytest.fixture(autouse=True)
def fresh_language() -> Iterator[None]:
    """The language is worked out once per process; each of these tests sets its own."""
    language.command_language.cache_clear()
    language._catalogue.cache_clear()
    yield
    language.command_language.cache_clear()
    language._catalogue.cache_clear()


def test_help_lists_every_command_in_one_line_each() -> None:
    done = run_jianyan("--help", environment=jianyan_environment())
    assert done.returncode == 0
    for name in ("serve", "secret", "manage"):
        assert f"  {name} " in done.stdout
    assert "Run the site." in done.stdout


def test_help_is_chinese_by_default() -> None:
    done = run_jianyan("--help", environment=jianyan_environment(JIANYAN_LANG="", LANG="C.UTF-8", LC_ALL=""))
    assert "启动网站" in done.stdout


def test_help_needs_no_settings_even_in_production() -> None:
    assert run_jianyan("--help", environment=jianyan_environment(JIANYAN_ENV="prod")).returncode == 0


def test_every_listed_command_loads_and_has_help() -> None:
    context = click.Context(jianyan)
    names = jianyan.list_commands(context)
    assert names == list(SUMMARIES)
    for name in names:
        command = jianyan.get_command(context, name)
        assert command is not None
        assert command.get_short_help_str()


def test_an_unknown_command_is_wrong_usage() -> None:
    done = run_jianyan("frobnicate", environment=jianyan_environment())
    assert done.returncode == 2
    assert "No such command 'frobnicate'." in done.stderr


def test_secret_makes_a_different_long_key_each_time() -> None:
    first, second = (run_jianyan("secret", environment=jianyan_environment()).stdout for _turn in range(2))
    assert len(first.strip()) == 67
    assert first != second


def test_secret_works_before_anything_is_configured() -> None:
    assert run_jianyan("secret", environment=jianyan_environment(JIANYAN_ENV="prod")).returncode == 0


def test_manage_hands_options_through_to_django() -> None:
    done = run_jianyan("manage", "check", "--help", environment=jianyan_environment())
    assert done.returncode == 0
    assert "usage: jianyan manage check" in done.stdout


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (CommandFailed("No such\n topic."), 1, "jianyan: No such topic.\n"),
        (WronglyConfigured("No disk."), 2, "jianyan: No disk.\n"),
        (NotAllowed(), 1, "jianyan: You are not allowed to do this.\n"),
        (OperationalError("disk I/O error\n"), 1, "jianyan: The database refused: disk I/O error\n"),
    ],
)
def test_a_failure_is_one_line_and_a_code(
    monkeypatch: pytest.MonkeyPatch, error: Exception, code: int, line: str
) -> None:
    @click.command()
    def command() -> None:
        raise error

    monkeypatch.setenv("JIANYAN_LANG", "en")
    monkeypatch.setattr("jianyan.commands.secret.command", command)
    # Set up first: the refusal is then in the command's language, as for a real command.
    from jianyan.commands import set_up

    set_up()
    result = CliRunner().invoke(jianyan, ["secret"])
    assert (result.exit_code, result.stderr, result.stdout) == (code, line, "")


def test_a_database_that_cannot_be_opened_is_no_traceback() -> None:
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        url = f"postgresql://u@127.0.0.1:{unheard.getsockname()[1]}/none"
        done = run_jianyan("manage", "migrate", environment=jianyan_environment(DATABASE_URL=url))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-1].startswith("jianyan: The database refused: ")


def test_main_runs_the_command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.argv", ["jianyan", "--version"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    assert capsys.readouterr().out == "jianyan, version 0.1.0\n"


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, "zh-hans"),
        ({"LANG": "C.UTF-8"}, "zh-hans"),
        ({"LANG": "POSIX"}, "zh-hans"),
        ({"LANG": "zh_CN.UTF-8"}, "zh-hans"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "JIANYAN_LANG": "zh"}, "zh-hans"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en"),
    ],
)
def test_the_language_follows_the_environment(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], expected: str
) -> None:
    for name in ("JIANYAN_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert language.command_language() == expected


def test_english_is_the_text_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIANYAN_LANG", "en")
    assert language.gettext("Run the site.") == "Run the site."


@pytest.mark.parametrize(
    ("name", "module"),
    [("", "jianyan.settings.dev"), ("dev", "jianyan.settings.dev"), ("prod", "jianyan.settings.prod")],
)
def test_jianyan_env_chooses_the_settings(monkeypatch: pytest.MonkeyPatch, name: str, module: str) -> None:
    monkeypatch.setenv("JIANYAN_ENV", name)
    assert settings_module() == module
