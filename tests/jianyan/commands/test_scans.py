"""Scans in backups, and `jianyan scans`: none is lost on the way, and what does not belong together is found."""

from __future__ import annotations

import io
import json
import os
import stat
import tarfile
import uuid
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from consultations.actions.behalf import enter_suggestion
from consultations.actions.kept_files import Upload
from consultations.models import Scan, Topic
from tests.consultations.conftest import Scene
from tests.consultations.factories import HOUR, actor
from tests.consultations.papers import jpeg, pdf, png
from tests.jianyan.commands.conftest import county, scene
from tests.jianyan.commands.test_backup import Place, back_up, elsewhere, here

__all__ = ["county", "elsewhere", "here", "scene"]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scans(scene: Scene, here: Place, settings: Settings) -> Path:
    """Two entered suggestions with their scans, in the directory in which commands find them `here`."""
    settings.SCANS = here.var / "scans"
    now = timezone.now()
    Topic.objects.filter(pk=scene.topic.pk).update(opens_at=now - HOUR, closes_at=now + HOUR)
    for member, content in ((scene.member, png()), (scene.other, pdf())):
        enter_suggestion(
            topic_id=scene.topic.pk,
            member_id=member.pk,
            source="paper",
            text="增设停靠站。",
            client_ref=str(uuid.uuid4()),
            scan=Upload("手写件", content),
            by=actor(scene.secretary, now),
        )
    return here.var / "scans"


def contents(archive: Path) -> dict[str, bytes]:
    with tarfile.open(archive) as tar:
        return {member.name: (tar.extractfile(member) or io.BytesIO()).read() for member in tar}


def packed(out: Path, files: dict[str, bytes]) -> Path:
    with tarfile.open(out, "w") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return out


def test_a_backup_with_scans_restores_every_one_of_them(
    scans: Path, here: Place, elsewhere: Place, tmp_path: Path
) -> None:
    out = tmp_path / "jianyan.backup"
    done = here.run("backup", out)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{out.stat().st_size} bytes written to {out}\n2 files are in it.\n"
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []
    done = elsewhere.run("restore", out, "--yes")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-2:] == [
        "1 topics, and every journal holds.",
        "2 files, each as it was stored.",
    ]
    there = elsewhere.var / "scans"
    assert {path.name: path.read_bytes() for path in there.iterdir()} == {
        path.name: path.read_bytes() for path in scans.iterdir()
    }
    assert {stat.S_IMODE(path.stat().st_mode) for path in there.iterdir()} == {0o600}
    assert elsewhere.run("scans").stdout == "2 files, each as it was stored.\n"


@pytest.mark.parametrize(
    "what", ["half", "without its end", "a file less", "a byte else", "one more", "elsewhere"]
)
def test_a_backup_that_is_not_whole_restores_nothing(
    scans: Path, here: Place, elsewhere: Place, tmp_path: Path, what: str
) -> None:
    out = tmp_path / "whole"
    back_up(out)
    assert elsewhere.run("restore", out, "--yes").returncode == 0
    there = elsewhere.var / "scans"
    for path in there.iterdir():
        path.unlink()
    files = contents(out)
    scan = next(name for name in files if name.startswith("scans/"))
    match what:
        case "half":
            out.write_bytes(out.read_bytes()[: out.stat().st_size // 2])
        case "without its end":
            packed(out, {name: content for name, content in files.items() if name == "contents.json"})
        case "a file less":
            packed(out, {name: content for name, content in files.items() if name != scan})
        case "a byte else":
            packed(out, files | {scan: jpeg()})
        case "one more":
            packed(out, files | {f"scans/{'0' * 32}": png()})
        case _:
            listed = json.loads(files["contents.json"]) | {"../../escaped": ""}
            packed(out, files | {"contents.json": json.dumps(listed).encode(), "../../escaped": b"x"})
    done = elsewhere.run("restore", out, "--yes")
    assert (done.returncode, done.stderr) == (
        1,
        f"jianyan: {out} is damaged: its contents are not those that it lists\n",
    )
    assert list(there.iterdir()) == []
    assert not list(tmp_path.rglob("escaped"))
    assert not list(elsewhere.var.glob(".restore-*"))


def test_a_backup_without_a_scan_that_its_rows_name_says_so(
    scans: Path, here: Place, elsewhere: Place, tmp_path: Path
) -> None:
    (scans / Scan.objects.latest("id").stored).unlink()
    back_up(tmp_path / "out")
    done = elsewhere.run("restore", tmp_path / "out", "--yes")
    assert (done.returncode, done.stderr) == (
        1,
        "jianyan: 1 of 2 files are missing or changed: restore them from where they were kept.\n",
    )


def test_scans_that_are_missing_or_changed_are_named(scene: Scene, scans: Path, here: Place) -> None:
    first, second = Scan.objects.order_by("id")
    (scans / first.stored).unlink()
    (scans / second.stored).write_bytes(jpeg())
    done = here.run("scans")
    topic = scene.topic.pk
    assert done.stdout.splitlines() == [
        f"Topic {topic}, no. 2: the scan is missing or changed",
        f"Topic {topic}, no. 3: the scan is missing or changed",
    ]
    assert (done.returncode, done.stderr) == (1, "jianyan: 2 of 2 files are missing or changed.\n")


def test_files_of_no_suggestion_are_removed_when_asked_and_not_before_an_hour(
    scans: Path, here: Place
) -> None:
    forgotten, new = scans / ("f" * 32), scans / ("e" * 32)
    for path in (forgotten, new):
        path.write_bytes(png())
    os.utime(forgotten, (0, 0))
    assert here.run("scans").stdout.splitlines()[0] == "1 files belong to nothing."
    assert forgotten.exists()
    assert here.run("scans", "--clean").stdout.splitlines() == [
        "1 files of nothing removed.",
        "2 files, each as it was stored.",
    ]
    assert (forgotten.exists(), new.exists()) == (False, True)
