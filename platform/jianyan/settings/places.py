"""Where things are on disk: the source tree when there is one, otherwise the installed package."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
SOURCE_TREE = PACKAGE.parents[1]
IN_SOURCE_TREE = (SOURCE_TREE / "pyproject.toml").is_file()

# The wheel carries templates/ inside the package; the source tree keeps them at the top.
TEMPLATES = SOURCE_TREE / "templates" if IN_SOURCE_TREE else PACKAGE / "templates"
DEFAULT_VAR = (SOURCE_TREE if IN_SOURCE_TREE else Path.cwd()) / "var"
