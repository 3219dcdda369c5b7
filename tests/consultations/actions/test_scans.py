from __future__ import annotations

import os
import stat
import uuid
from pathlib import Path

import pytest
from django.db import DatabaseError
from pytest_django import Settings

from consultations.actions import behalf
from consultations.actions.behalf import enter_suggestion
from consultations.actions.kept_files import Upload, check_files
from consultations.actions.scans import keep_scan, read_scan
from consultations.errors import BadScan, ScanLost, TryAgain
from consultations.models import Scan
from tests.consultations.conftest import Scene
from tests.consultations.factories import MINUTE, NOON, actor
from tests.consultations.papers import jpeg, pdf, png

AT = NOON + 5 * MINUTE


@pytest.fixture(autouse=True)
def directory(settings: Settings, tmp_path: Path) -> Path:
    settings.SCANS = tmp_path / "scans"
    return tmp_path / "scans"


def enter(scene: Scene, content: bytes, name: str = "手写件.jpg") -> Scan:
    posted = enter_suggestion(
        topic_id=scene.topic.pk,
        member_id=scene.member.pk,
        source="paper",
        text="增设停靠站。",
        client_ref=str(uuid.uuid4()),
        scan=Upload(name, content),
        by=actor(scene.secretary),
        at=AT,
    )
    return Scan.objects.get(suggestion=posted.suggestion)


def age(path: Path) -> None:
    """As if it had been written two hours ago."""
    os.utime(path, (path.stat().st_mtime - 7200,) * 2)


@pytest.mark.parametrize(
    ("content", "media_type"), [(png(), "image/png"), (jpeg(), "image/jpeg"), (pdf(), "application/pdf")]
)
def test_the_type_is_what_the_content_is_whatever_the_name_says(
    scene: Scene, content: bytes, media_type: str
) -> None:
    scan = enter(scene, content, "advert.html")
    assert (scan.media_type, scan.size, scan.name) == (media_type, len(content), "advert.html")
    assert read_scan(scan) == content


def test_the_file_is_its_owners_alone_under_a_name_that_says_nothing(scene: Scene, directory: Path) -> None:
    scan = enter(scene, png(), "../../etc/罗小满.png")
    (path,) = directory.iterdir()
    assert path.name == scan.stored
    assert len(path.name) == 32
    assert set(path.name) <= set("0123456789abcdef")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert scan.name == "罗小满.png"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("C:\\扫描\\1.pdf", "1.pdf"), ("", "扫描件"), ("a\x00b.png", "扫描件"), ("长" * 300, "长" * 120)],
)
def test_a_name_is_what_people_can_read(sent: str, kept: str) -> None:
    assert keep_scan(Upload(sent, png())).name == kept


def test_what_is_larger_than_the_operator_allows_is_refused(settings: Settings) -> None:
    settings.SCAN_MOST_BYTES = len(png())
    assert keep_scan(Upload("a.png", png())).size == len(png())
    with pytest.raises(BadScan):
        keep_scan(Upload("a.jpg", jpeg()))


def test_a_full_disk_is_a_refusal_without_a_trace(
    scene: Scene, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(TryAgain):
        enter(scene, png())
    assert [*directory.iterdir()] == []
    assert scene.topic.suggestions.count() == 1


def test_a_file_whose_row_was_not_committed_is_found_and_one_that_is_new_is_left(
    scene: Scene, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_fields: object) -> None:
        raise DatabaseError("gone")

    enter(scene, png())
    with monkeypatch.context() as patch:
        patch.setattr(behalf, "_enter", broken)
        with pytest.raises(DatabaseError):
            enter(scene, jpeg())
    (directory / ".abc.part").write_bytes(b"half")
    (directory / "README").write_text("not ours")
    assert check_files().orphans == ()
    for path in directory.iterdir():
        age(path)
    stored = Scan.objects.get().stored
    orphans = {path.name for path in directory.iterdir()} - {stored, "README"}
    assert {path.name for path in check_files().orphans} == orphans
    assert len(orphans) == 2


def test_a_file_that_is_gone_or_changed_is_never_given_out(scene: Scene, directory: Path) -> None:
    scan = enter(scene, png())
    assert (check_files().files, check_files().lost) == (1, 0)
    (directory / scan.stored).write_bytes(jpeg())
    with pytest.raises(ScanLost):
        read_scan(scan)
    assert check_files().scans == (scan.suggestion_id,)
    (directory / scan.stored).unlink()
    with pytest.raises(ScanLost):
        read_scan(scan)
