"""The bundle of `make bundle` is whole, names no registry, and installs and serves where there is no network."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import warnings
import zipfile
from pathlib import Path
from typing import Any

import pytest
from packaging.markers import Marker

from tests.servers import ROOT

# Where packages come from, and how somebody would point at it.
REGISTRIES = re.compile(
    r"\bpypi\b|--(extra-)?index-url|--find-links[ =](https?|file):|/simple\b", re.IGNORECASE
)
ISOLATED = ("unshare", "--net", *(() if os.geteuid() == 0 else ("--map-root-user",)))


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unpacked bundle of this very tree."""
    directory = tmp_path_factory.mktemp("bundle")
    done = subprocess.run(
        [sys.executable, str(ROOT / "platform/deploy/bundle.py"), str(directory)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"the bundle needs its packages from a registry: {done.stderr}"
    [archive] = directory.glob("jianyan-*-offline-*.tar.gz")
    assert str(archive) in done.stdout
    with tarfile.open(archive) as packed:
        packed.extractall(directory, filter="data")
    [unpacked] = [path for path in directory.iterdir() if path.is_dir()]
    return unpacked


def test_make_bundle_makes_it() -> None:
    said = subprocess.run(
        ["make", "--no-print-directory", "-n", "bundle"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert said.stdout.splitlines()[-1].endswith("python platform/deploy/bundle.py")


def test_its_sums_are_those_of_all_its_files(bundle: Path) -> None:
    subprocess.run(["sha256sum", "--check", "--quiet", "--strict", "SHA256SUMS"], cwd=bundle, check=True)
    summed = {line.split("  ", 1)[1] for line in (bundle / "SHA256SUMS").read_text().splitlines()}
    files = {str(path.relative_to(bundle)) for path in bundle.rglob("*") if path.is_file()}
    assert files - summed == {"SHA256SUMS"}
    assert os.access(bundle / "install", os.X_OK)
    assert {"deploy/nginx.conf", "deploy/README.md", "docs/operating.md", "LICENSE", "README.md"} <= files


def test_its_wheel_holds_what_is_not_python(bundle: Path) -> None:
    [wheel] = (bundle / "wheels").glob("jianyan-*.whl")
    held = set(zipfile.ZipFile(wheel).namelist())
    kinds = {
        ROOT / "templates": "jianyan/templates",
        ROOT / "platform/jianyan": "jianyan",
        ROOT / "consultations": "consultations",
        ROOT / "realtime": "realtime",
    }
    tracked = subprocess.run(
        ["git", "ls-files", "-z", *map(str, kinds)], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    for name in filter(None, tracked.split("\0")):
        source = ROOT / name
        if source.exists():
            [(root, inside)] = [item for item in kinds.items() if source.is_relative_to(item[0])]
            assert f"{inside}/{source.relative_to(root)}" in held, name
    assert {
        "jianyan/templates/base.html",
        "jianyan/demo/data/members.csv",
        "jianyan/demo/data/topics.json",
    } <= held
    assert "jianyan/locale/zh_Hans/LC_MESSAGES/django.mo" in held
    assert not [name for name in held if name.startswith(("tests/", "platform/"))]


def test_it_holds_what_any_release_of_its_python_needs(bundle: Path) -> None:
    wheels = [path.name for path in (bundle / "wheels").iterdir()]
    for patch in ("0", "99"):
        release = {"python_full_version": f"{sys.version_info.major}.{sys.version_info.minor}.{patch}"}
        for line in (bundle / "requirements.txt").read_text(encoding="utf-8").splitlines():
            found = re.match(r"(\S+)==([^\s;]+)(?: ; (.+?))? (?:\\|--hash)", line)
            if found and (found[3] is None or Marker(found[3]).evaluate(release)):
                name = re.sub(r"[-_.]+", "_", found[1])
                assert [wheel for wheel in wheels if wheel.lower().startswith(f"{name}-{found[2]}-")], line


def test_it_names_no_registry(bundle: Path) -> None:
    named = {}
    for path in sorted(bundle.rglob("*")):
        if path.suffix in {".whl", ".png"} or path.is_dir():
            continue
        named[path.name] = REGISTRIES.findall(path.read_text(encoding="utf-8"))
    [wheel] = (bundle / "wheels").glob("jianyan-*.whl")
    with zipfile.ZipFile(wheel) as ours:
        for name in ours.namelist():
            if ".dist-info/" in name:
                named[name] = REGISTRIES.findall(ours.read(name).decode())
    assert {name: found for name, found in named.items() if found} == {}


def can_be_isolated() -> bool:
    """Whether this machine lets us have a network namespace of our own."""
    if shutil.which(ISOLATED[0]) is None:
        return False
    return subprocess.run([*ISOLATED, "true"], capture_output=True, check=False).returncode == 0


def install_offline(bundle: Path, directory: Path) -> dict[str, Any]:
    """What offline.py has seen; with the network cut off where that is permitted."""
    isolated = can_be_isolated()
    if not isolated:
        warnings.warn(
            "unshare --net is not permitted here: the network is NOT cut off, only proxies are broken",
            stacklevel=1,
        )
    words = [sys.executable, "-I", str(Path(__file__).with_name("offline.py")), str(bundle), str(directory)]
    done = subprocess.run(
        [*ISOLATED, *words, "--isolated"] if isolated else words, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    seen: dict[str, Any] = json.loads(done.stdout)
    if isolated:
        assert seen["interfaces"] == ["lo"]
    return seen


def test_it_installs_and_serves_without_a_network(bundle: Path, tmp_path: Path) -> None:
    seen = install_offline(bundle, tmp_path)
    assert "Installed: jianyan, version" in seen["installed"]
    for package in seen["packages"]:
        assert Path(package).is_relative_to(tmp_path / "opt"), package
    assert (seen["health"], seen["page"], seen["sheet"]) == (200, 200, 200)
    assert seen["is_chinese"]
    assert seen["ended_with"] == 0


def refused(bundle: Path, *arguments: str, **variables: str) -> tuple[int, str]:
    """Exit code and the English line of an `install` that does not begin."""
    done = subprocess.run(
        ["./install", *arguments],
        cwd=bundle,
        env={"PATH": os.environ["PATH"], **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr.splitlines()[-1]


def test_what_is_missing_is_said_before_anything_is_changed(bundle: Path, tmp_path: Path) -> None:
    target = tmp_path / "opt"
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert refused(bundle) == (2, "install: Usage: ./install DIRECTORY, such as ./install /opt/jianyan")
    code, said = refused(bundle, str(target), PYTHON="/bin/false")
    assert code == 2
    assert said.startswith(
        f"install: Python {version} is needed, which this bundle's packages are compiled for."
    )
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "something").touch()
    assert refused(bundle, str(tmp_path / "full"), PYTHON=sys.executable) == (
        2,
        f"install: {tmp_path / 'full'} is there already and is no installation of Jianyan.",
    )
    damaged = tmp_path / "damaged"
    shutil.copytree(bundle, damaged)
    (damaged / "requirements.txt").write_text("jianyan\n")
    assert refused(damaged, str(target)) == (2, "install: The bundle is damaged; copy it again.")
    assert not target.exists()
