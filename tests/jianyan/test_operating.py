"""docs/operating.md says what is so."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import click
from django.core.management import get_commands

from jianyan.commands import jianyan
from tests.servers import ROOT, jianyan_environment, run_jianyan

OPERATING = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")


def test_the_table_names_every_variable_that_is_read_and_no_other() -> None:
    sources = [ROOT / "platform/jianyan/environment.py", ROOT / "platform/jianyan/language.py"]
    sources += sorted((ROOT / "platform/jianyan/settings").glob("*.py"))
    text = "".join(path.read_text(encoding="utf-8") for path in sources)
    read = set(
        re.findall(
            r'(?:env\.\w+|switch|whole_number|networks|readable_text|environ\.get)\(\s*"([A-Z_]+)"', text
        )
    )
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", OPERATING, re.MULTILINE))
    assert documented == read | {"JIANYAN_LANG"}


def test_the_commands_for_a_backup_bring_back_what_was_there(migrated_sqlite: Path, tmp_path: Path) -> None:
    section = OPERATING.partition("## Backup and restore")[2].partition("\n## ")[0]
    back_up, restore = re.findall(r"^```sh\njianyan (.+)\n```$", section, re.MULTILINE)
    (tmp_path / "var").mkdir()
    shutil.copy(migrated_sqlite, tmp_path / "var" / "jianyan.sqlite3")
    environment = jianyan_environment(JIANYAN_VAR=str(tmp_path / "var"))
    for command in (back_up, f"{restore} --yes"):
        words = command.replace("/srv/backups", str(tmp_path)).split()
        done = run_jianyan(*words, environment=environment)
        assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "0 topics, and every journal holds."


def test_every_command_for_the_installed_site_is_one_that_there_is() -> None:
    written = re.findall(r"^site (?!\()(.+?)(?: +#.*)?$", OPERATING, re.MULTILINE)
    written += re.findall(r"`site ([^`]+)`", OPERATING)
    assert len(written) >= 6
    for line in written:
        name, *rest = line.split()
        if name == "manage":
            assert rest[0] in get_commands(), line
            continue
        found = jianyan.get_command(click.Context(jianyan), name)
        assert found is not None, line
        found.make_parser(click.Context(found)).parse_args(rest)


def test_every_file_of_the_bundle_that_is_named_is_there() -> None:
    named = re.findall(r"/opt/jianyan/share/jianyan/(deploy/[\w./-]+\w)", OPERATING)
    named += re.findall(r"platform/(deploy/[\w./-]+\w)", OPERATING)
    assert len(named) >= 6
    # Made by whoever copies the example.
    assert [name for name in named if not (ROOT / "platform" / name).exists()] == ["deploy/.env"] * 2
