"""The source tree and the standard library do not get in each other's way."""

from __future__ import annotations

import platform
import sysconfig
from pathlib import Path

from tests.servers import ROOT


def test_platform_is_still_the_standard_librarys_module() -> None:
    assert platform.python_version().count(".") == 2
    assert platform.__file__ == str(Path(sysconfig.get_path("stdlib")) / "platform.py")


def test_the_platform_folder_is_no_package() -> None:
    assert (ROOT / "platform" / "jianyan" / "__init__.py").is_file()
    assert not (ROOT / "platform" / "__init__.py").exists()
