"""docs/operating.md says what is so."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from tests.servers import ROOT, jianyan_environment, run_jianyan

OPERATING = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")


def test_the_table_names_every_variable_that_is_read_and_no_other() -> None:
    sources = [ROOT / "platform/jianyan/environment.py", ROOT / "platform/jianyan/language.py"]
    sources += sorted((ROOT / "platform/jianyan/settings").glob("*.py"))
    text = "".join(path.read_text(encoding="utf-8") for path in sources)
    read = set(re.findall(r'(?:env\.\w+|switch|whole_number|networks|environ\.get)\(\s*"([A-Z_]+)"', text))
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
