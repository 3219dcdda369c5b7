"""`jianyan backup` and `jianyan restore`, on the database of the tests: whole, consistent in a storm, never by half."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner
from django.db import connection
from psycopg import sql

from consultations.actions.votes import Ballot, cast_votes
from consultations.models import JournalEntry, Vote
from jianyan.commands import backup
from jianyan.commands.copies import POSTGRESQL, CopyFailed, copy_postgresql
from tests.conftest import database_url
from tests.consultations.conftest import Scene
from tests.consultations.factories import MINUTE, NOON, actor
from tests.jianyan.commands.conftest import county, scene
from tests.servers import jianyan_environment, run_jianyan, site

__all__ = ["county", "scene"]

AT = NOON + 5 * MINUTE
STORM = 30.0
"""Seconds within which a few votes must have been written, on however busy a machine."""

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True)
class Place:
    """A database, and what a command in it needs."""

    url: str
    var: Path

    def run(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        """A `jianyan` command there."""
        environment = jianyan_environment(JIANYAN_VAR=str(self.var), DATABASE_URL=self.url)
        return run_jianyan(*map(str, arguments), environment=environment)

    def revision(self, topic: int) -> int:
        """The topic's revision, as its row says."""
        question = f"SELECT revision FROM consultations_topic WHERE id = {topic}"
        if self.url.startswith("sqlite:///"):
            database = sqlite3.connect(self.url.removeprefix("sqlite:///"))
            [(number,)] = database.execute(question).fetchall()
            database.close()
        else:
            with psycopg.connect(self.url) as server:
                [(number,)] = server.execute(question.encode()).fetchall()
        return int(number)


@pytest.fixture
def here(transactional_db: None, tmp_path: Path) -> Place:
    """The database of the test itself."""
    return Place(database_url(), tmp_path / "here")


def back_up(out: Path) -> None:
    """A backup of the test's own database, by this very process."""
    done = CliRunner().invoke(backup.command, [str(out)])
    assert done.exit_code == 0, done.output


@pytest.fixture
def elsewhere(here: Place, tmp_path: Path) -> Iterator[Place]:
    """An empty database of the same kind."""
    if connection.vendor == "sqlite":
        (tmp_path / "elsewhere").mkdir()
        yield Place(f"sqlite:///{tmp_path / 'elsewhere' / 'jianyan.sqlite3'}", tmp_path / "elsewhere")
        return
    name = f"elsewhere_{os.getpid()}"
    with psycopg.connect(here.url, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    yield Place(here.url.rpartition("/")[0] + f"/{name}", tmp_path / "elsewhere")
    with psycopg.connect(here.url, autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def vote(scene: Scene, choice: str | None) -> None:
    cast_votes(
        topic_id=scene.topic.pk,
        ballots=[Ballot(actor(scene.member), scene.suggestion.pk, choice)],
        at=AT,
    )


@contextmanager
def storm(scene: Scene) -> Iterator[Callable[[int], None]]:
    """Somebody votes without a pause; what is given waits until there are that many more votes."""
    over = threading.Event()
    written = threading.Condition()
    done = 0

    def cast() -> None:
        nonlocal done
        try:
            while not over.is_set():
                vote(scene, None if done % 2 else "support")
                with written:
                    done += 1
                    written.notify_all()
        finally:
            connection.close()

    def wait(more: int) -> None:
        with written:
            least = done + more
            assert written.wait_for(lambda: done >= least, STORM)

    voter = threading.Thread(target=cast)
    voter.start()
    try:
        yield wait
    finally:
        over.set()
        voter.join()


def test_a_backup_in_a_storm_is_one_instant_of_it_and_its_journals_hold(
    scene: Scene, here: Place, elsewhere: Place, tmp_path: Path
) -> None:
    out = tmp_path / "jianyan.backup"
    with storm(scene) as wait:
        wait(5)
        before = here.revision(scene.topic.pk)
        done = here.run("backup", out)
        assert done.returncode == 0, done.stderr
        wait(5)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert done.stdout == f"{out.stat().st_size} bytes written to {out}\n"
    assert [path.name for path in tmp_path.iterdir() if "part" in path.name] == []

    done = elsewhere.run("restore", out, "--yes")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "1 topics, and every journal holds."
    restored = elsewhere.revision(scene.topic.pk)
    assert before <= restored < here.revision(scene.topic.pk)
    assert elsewhere.run("recount").returncode == 0


def test_what_came_after_the_backup_is_gone_once_it_is_restored(
    scene: Scene, here: Place, elsewhere: Place, tmp_path: Path
) -> None:
    out = tmp_path / "jianyan.backup"
    vote(scene, "support")
    back_up(out)
    assert elsewhere.run("restore", out, "--yes").returncode == 0
    # As if a later version had been there, too: its tables must not be in the way of its next coming.
    code = (
        "from django.db import connection\n"
        "from consultations.models import Vote\n"
        "connection.cursor().execute('CREATE TABLE consultations_later (id integer)')\n"
        "Vote.objects.update(choice=None)\n"
    )
    assert elsewhere.run("manage", "shell", "-c", code).returncode == 0
    assert elsewhere.run("restore", out, "--yes").returncode == 0
    assert elsewhere.run("recount").returncode == 0
    code = "from django.db import connection; print('later' in str(connection.introspection.table_names()))"
    assert elsewhere.run("manage", "shell", "-v", "0", "-c", code).stdout == "False\n"


def test_a_journal_that_does_not_hold_is_named_after_restoring(
    scene: Scene, here: Place, elsewhere: Place, tmp_path: Path
) -> None:
    vote(scene, "support")
    entry = JournalEntry.objects.filter(topic=scene.topic).latest("revision")
    JournalEntry.objects.filter(pk=entry.pk).update(payload={**entry.payload, "votes": []})
    back_up(tmp_path / "out")
    done = elsewhere.run("restore", tmp_path / "out", "--yes")
    assert (done.returncode, done.stderr) == (1, "jianyan: 1 of 1 journals do not hold.\n")
    assert f"Topic {scene.topic.pk}: " in done.stdout


def test_nothing_is_restored_without_a_yes(scene: Scene, here: Place, tmp_path: Path) -> None:
    back_up(tmp_path / "out")
    vote(scene, "support")
    done = here.run("restore", tmp_path / "out")
    assert done.returncode == 1
    assert "Everything that is in the database now will be lost. Go on?" in done.stdout
    assert Vote.objects.get().choice == "support"


def test_a_running_site_is_not_restored_over(
    scene: Scene, here: Place, elsewhere: Place, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    back_up(out)
    assert elsewhere.run("restore", out, "--yes").returncode == 0
    with site(elsewhere.var, port=None, DATABASE_URL=elsewhere.url):
        done = elsewhere.run("restore", out, "--yes")
    assert (done.returncode, done.stderr) == (
        1,
        "jianyan: The database is in use; stop the site first.\n",
    )


def test_what_is_no_whole_backup_changes_nothing(
    scene: Scene, here: Place, elsewhere: Place, tmp_path: Path
) -> None:
    out, other, damaged = (tmp_path / name for name in ("out", "other", "damaged"))
    back_up(out)
    assert elsewhere.run("restore", out, "--yes").returncode == 0
    damaged.write_bytes(out.read_bytes()[: out.stat().st_size // 2])
    done = elsewhere.run("restore", damaged, "--yes")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)

    other.write_bytes(b"no database at all")
    done = elsewhere.run("restore", other, "--yes")
    assert (done.returncode, done.stderr) == (1, f"jianyan: {other} is no backup.\n")

    sqlite3.connect(other.with_suffix(".sqlite3")).executescript("CREATE TABLE a (b); PRAGMA user_version=1")
    foreign = other.with_suffix(".sqlite3")
    if connection.vendor == "sqlite":
        foreign.write_bytes(POSTGRESQL + b"\1\16")
    done = elsewhere.run("restore", foreign, "--yes")
    assert (done.returncode, done.stderr) == (
        1,
        f"jianyan: {foreign} is a backup of another kind of database than DATABASE_URL names.\n",
    )
    assert elsewhere.run("recount").stdout == "1 topics counted, 0 tallies set right.\n"


def test_where_nothing_can_be_written_the_backup_ends_with_1(here: Place, tmp_path: Path) -> None:
    done = here.run("backup", tmp_path / "missing" / "out")
    assert (done.returncode, done.stderr) == (
        1,
        f"jianyan: Cannot write to {tmp_path / 'missing' / 'out'}: No such file or directory\n",
    )


SERVER = {
    "HOST": "db.example",
    "PORT": 5432,
    "USER": "jianyan",
    "PASSWORD": "top-secret",
    "NAME": "deliberations",
    "OPTIONS": {"sslmode": "verify-full", "pool": {}},
}


def test_a_password_is_not_among_the_arguments_that_everybody_sees(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool = tmp_path / "pg_dump"
    tool.write_text(f'#!/bin/sh\necho "$@" "$PGPASSWORD" "$PGSSLMODE" > {tmp_path}/called\n')
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    copy_postgresql(SERVER, tmp_path / "out")
    *arguments, password, sslmode = (tmp_path / "called").read_text().split()
    assert (password, sslmode) == ("top-secret", "verify-full")
    assert arguments[:6] == ["-U", "jianyan", "-h", "db.example", "-p", "5432"]
    assert arguments[-2:] == [f"--file={tmp_path / 'out'}", "deliberations"]


def test_a_tool_that_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CopyFailed, match=r"^pg_dump: command not found$"):
        copy_postgresql(SERVER, tmp_path / "out")
