"""`.ci/environment`, which make calls: it says what is wrong with the machine, in both languages."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.servers import ROOT

SCRIPT = ROOT / ".ci" / "environment"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A directory with the Makefile, its script and empty locks, and a `bin` for made-up interpreters."""
    (tmp_path / ".ci").mkdir()
    (tmp_path / "tests").mkdir()
    (tmp_path / "bin").mkdir()
    shutil.copy(SCRIPT, tmp_path / ".ci" / "environment")
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("requirements.lock", "tests/requirements.lock", "pyproject.toml"):
        (tmp_path / name).touch()
    return tmp_path


def pretend(project: Path, name: str, *, version: str, new_enough: bool, complete: bool = True) -> None:
    """Put an interpreter of that name on the PATH that answers the script's questions like this."""
    path = project / "bin" / name
    path.write_text(
        f"""#!/bin/sh
case "$2" in
  *python_version*) echo {version} ;;
  *version_info*) exit {0 if new_enough else 1} ;;
  *ensurepip*) exit {0 if complete else 1} ;;
  *) exit 1 ;;
esac
"""
    )
    path.chmod(0o755)


def make(project: Path) -> subprocess.CompletedProcess[str]:
    """`make demo` with nothing on the PATH but made-up interpreters and the most basic tools."""
    for tool in ("sh", "make", "touch", "mkdir"):
        (project / "bin" / tool).symlink_to(shutil.which(tool) or "")
    environment = {
        name: value for name, value in os.environ.items() if name not in {"MAKEFLAGS", "MAKELEVEL"}
    }
    return subprocess.run(
        ["make", "demo"],
        cwd=project,
        env={**environment, "PATH": str(project / "bin"), "PYTHON": ""},
        capture_output=True,
        text=True,
        check=False,
    )


def test_only_an_old_python_is_said_in_both_languages(project: Path) -> None:
    pretend(project, "python3", version="3.9.2", new_enough=False)
    pretend(project, "python3.11", version="3.10.1", new_enough=False)
    done = make(project)
    assert done.returncode == 2
    assert done.stderr.splitlines()[:2] == [
        "需要 Python 3.11 或更高版本，这台机器上只有：3.9.2 3.10.1。可用 PYTHON=路径 指定。",
        "Python 3.11 or newer is needed, and this machine has only: 3.9.2 3.10.1. PYTHON=path names another.",
    ]


def test_no_python_at_all_is_said_in_both_languages(project: Path) -> None:
    done = make(project)
    assert done.returncode == 2
    assert done.stderr.splitlines()[:2] == [
        "找不到 Python，需要 3.11 或更高版本。可用 PYTHON=路径 指定。",
        "No Python was found; 3.11 or newer is needed. PYTHON=path names one.",
    ]


def test_a_python_without_venv_is_said_in_both_languages(project: Path) -> None:
    pretend(project, "python3", version="3.11.2", new_enough=True, complete=False)
    done = make(project)
    assert done.returncode == 2
    assert done.stderr.splitlines()[:2] == [
        "“python3” 缺少 venv 或 ensurepip，请先安装（Debian、Ubuntu：apt install python3-venv）。",
        "'python3' lacks venv or ensurepip; install them first (Debian, Ubuntu: apt install python3-venv).",
    ]


def test_a_virtual_environment_that_cannot_be_made_is_said_in_both_languages(project: Path) -> None:
    pretend(project, "python3", version="3.11.2", new_enough=True)
    done = make(project)
    assert done.returncode == 2
    assert done.stderr.splitlines()[:2] == [
        "无法创建虚拟环境 .venv。",
        "The virtual environment .venv could not be created.",
    ]


def test_an_unwritable_directory_is_said_in_both_languages() -> None:
    # Not below tmp_path: the account that root lends the script may not even look in there.
    with tempfile.TemporaryDirectory(prefix="jianyan-") as name:
        script = Path(shutil.copy(SCRIPT, name))
        Path(name).chmod(0o555)
        done = subprocess.run(
            [script, "requirements.lock"],
            cwd=name,
            capture_output=True,
            text=True,
            check=False,
            user="nobody" if os.geteuid() == 0 else None,
        )
        Path(name).chmod(0o755)
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        f"当前目录不可写：{name}",
        f"This directory cannot be written to: {name}",
    ]
