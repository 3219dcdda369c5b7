"""Makes dist/jianyan-<version>-offline-<platform>.tar.gz: everything that an installation without a network needs.

Run by `make bundle`, with the interpreter that the bundle is for; another directory than dist/ may be given.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path

from packaging.markers import Marker

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "requirements.lock"
BESIDE = ("LICENSE", "README.md", "docs")
# What a bundle is installed with, not run with.
NOT_DEPLOYED = frozenset({"bundle.py", "install", "__pycache__"})


def main(out: Path) -> None:
    """Fetch, build, pack, and say where it is; ends with 1 where it cannot."""
    with tempfile.TemporaryDirectory(prefix="jianyan-bundle-") as directory:
        wheels = Path(directory) / "wheels"
        wanted = Path(directory) / "wanted.txt"
        wanted.write_text(_for_every_patch(LOCK.read_text(encoding="utf-8")), encoding="utf-8")
        _pip(
            ["download", "--require-hashes", "--no-deps", "--only-binary=:all:"],
            [f"--requirement={wanted}", f"--dest={wheels}"],
            failure="the packages of requirements.lock could not be fetched; is there a network?",
        )
        _pip(
            ["wheel", "--no-deps", "--no-build-isolation", "--no-index"],
            [f"--wheel-dir={wheels}", str(ROOT)],
            failure="Jianyan's own wheel could not be built",
        )
        [own] = wheels.glob("jianyan-*.whl")
        version = own.name.split("-")[1]
        bundle = Path(directory) / f"jianyan-{version}"
        bundle.mkdir()
        wheels.rename(bundle / "wheels")
        _lay_out(bundle, version)
        _write_sums(bundle)
        target = out / f"{bundle.name}-offline-{_platform()}.tar.gz"
        _pack(bundle, target)
    sys.stdout.write(f"{target} ({target.stat().st_size / 1_000_000:.0f} MB)\n")


def _pip(command: Sequence[str], arguments: Sequence[str], *, failure: str) -> None:
    words = [sys.executable, "-m", "pip", *command, "--quiet", "--disable-pip-version-check", "--no-input"]
    done = subprocess.run([*words, *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or [""])[-1]
        sys.exit(f"bundle: {failure}\n{last}")


def _for_every_patch(lock: str) -> str:
    """The lock, with what only the first releases of this minor version need: the machine may have one of those."""
    first = {"python_full_version": f"{sys.version_info.major}.{sys.version_info.minor}.0"}

    def loosened(found: re.Match[str]) -> str:
        return found["name"] if Marker(found["marker"]).evaluate(first) else found[0]

    return re.sub(r"^(?P<name>\S+==\S+) ; (?P<marker>.+?)(?= \\$)", loosened, lock, flags=re.MULTILINE)


def _platform() -> str:
    """The system, machine and Python that the wheels are for: `linux-x86_64-cp311`."""
    return f"{sysconfig.get_platform()}-cp{sys.version_info.major}{sys.version_info.minor}"


def _lay_out(bundle: Path, version: str) -> None:
    """Everything but the wheels, and which wheels they must be."""
    shutil.copy(ROOT / "platform" / "deploy" / "install", bundle / "install")
    for name in BESIDE:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, bundle / name)
        else:
            shutil.copy(source, bundle / name)
    deploy = bundle / "deploy"
    shutil.copytree(
        ROOT / "platform" / "deploy", deploy, ignore=lambda _directory, names: NOT_DEPLOYED & set(names)
    )
    [own] = (bundle / "wheels").glob("jianyan-*.whl")
    (bundle / "requirements.txt").write_text(
        f"{LOCK.read_text(encoding='utf-8')}jianyan=={version} --hash=sha256:{_sum(own)}\n", encoding="utf-8"
    )
    (bundle / "PYTHON").write_text(f"{sys.version_info.major}.{sys.version_info.minor}\n")
    (bundle / "PLATFORM").write_text(f"{platform.system()} {platform.machine()}\n")


def _write_sums(bundle: Path) -> None:
    """SHA256SUMS of every other file, as sha256sum reads it."""
    files = sorted(path for path in bundle.rglob("*") if path.is_file())
    lines = [f"{_sum(path)}  {path.relative_to(bundle)}\n" for path in files]
    (bundle / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _pack(bundle: Path, target: Path) -> None:
    """One archive, there only once it is whole, of files that belong to whoever unpacks it."""

    def anybody(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = ""
        entry.mode = 0o755 if entry.isdir() or entry.mode & 0o100 else 0o644
        return entry

    target.parent.mkdir(exist_ok=True)
    # Wheels and pictures are compressed already.
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with tarfile.open(part, "w:gz", compresslevel=1) as archive:
            archive.add(bundle, arcname=bundle.name, filter=anybody)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "dist")
