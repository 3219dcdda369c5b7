"""docs/operating.md says what is so."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
from pathlib import Path

from tests.servers import ROOT

OPERATING = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")


def test_the_table_names_every_variable_that_is_read_and_no_other() -> None:
    sources = [ROOT / "platform/jianyan/environment.py", ROOT / "platform/jianyan/language.py"]
    sources += sorted((ROOT / "platform/jianyan/settings").glob("*.py"))
    text = "".join(path.read_text(encoding="utf-8") for path in sources)
    read = set(re.findall(r'(?:env\.\w+|switch|whole_number|networks|environ\.get)\(\s*"([A-Z_]+)"', text))
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", OPERATING, re.MULTILINE))
    assert documented == read | {"JIANYAN_LANG"}


def test_the_backup_command_copies_what_is_committed_while_the_site_writes(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    [command] = re.findall(r"^python3 -c .*VACUUM INTO.*$", OPERATING, re.MULTILINE)
    (tmp_path / "var").mkdir()
    shutil.copy(migrated_sqlite, tmp_path / "var" / "jianyan.sqlite3")
    site = sqlite3.connect(tmp_path / "var" / "jianyan.sqlite3")
    site.execute("PRAGMA journal_mode=WAL")
    site.execute("CREATE TABLE fact (number INTEGER)")
    site.execute("INSERT INTO fact VALUES (7)")
    site.commit()
    site.execute("INSERT INTO fact VALUES (8)")  # begun, not committed
    subprocess.run(["sh", "-c", command], cwd=tmp_path, check=True)
    site.rollback()
    site.close()
    copy = sqlite3.connect(tmp_path / "backup.sqlite3")
    assert copy.execute("SELECT number FROM fact").fetchall() == [(7,)]
    copy.close()
