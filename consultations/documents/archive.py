"""ZIP archives that tell nothing of when and where they were made."""

from __future__ import annotations

import io
import zipfile

# The first instant that a ZIP archive can tell.
_DATE = (1980, 1, 1, 0, 0, 0)


def entry(name: str) -> zipfile.ZipInfo:
    """What is written under that name, compressed."""
    alike = zipfile.ZipInfo(name, _DATE)
    alike.compress_type = zipfile.ZIP_DEFLATED
    alike.external_attr = 0o600 << 16
    # The one who wrote it: 3, Unix, on whatever system this runs.
    alike.create_system = 3
    return alike


def fixed(archive: bytes) -> bytes:
    """The same archive with every entry dated alike, in the order in which it was written."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as source, zipfile.ZipFile(out, "w") as target:
        for one in source.infolist():
            target.writestr(entry(one.filename), source.read(one.filename))
    return out.getvalue()
