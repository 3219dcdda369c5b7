"""From a path to a table: what kind of file it is, and whether it is small enough to look at."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext as _

from .columns import ROSTER, C, Column, Columns
from .csv_files import read_text
from .table import NotAList, Table
from .xlsx_files import read_workbook

MOST_BYTES = 10 * 1024 * 1024
ZIP = b"PK\x03\x04"
# Excel before 2007, and every Office file that asks for a password.
OLE = b"\xd0\xcf\x11\xe0"


def read_roster(path: Path, *, sheet: str | None = None) -> Table[Column]:
    """The roster in a CSV or XLSX file of at most 10 MiB. Raises NotAList with a sentence for the reader."""
    try:
        if not path.is_file():
            raise NotAList(_("There is no file %(path)s.") % {"path": path})
        with path.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise NotAList(
            _("The file %(path)s cannot be read: %(error)s.") % {"path": path, "error": error.strerror}
        ) from error
    return read_list(content, ROSTER, sheet=sheet)


def read_list(content: bytes, columns: Columns[C], *, sheet: str | None = None) -> Table[C]:
    """The list in a CSV or XLSX file, of which at most one byte more than `MOST_BYTES` need be given.

    Raises NotAList with a sentence for the reader.
    """
    if len(content) > MOST_BYTES:
        raise NotAList(
            _("The file is larger than %(most)s MiB; a list of people is not.")
            % {"most": MOST_BYTES // 1024 // 1024}
        )
    if content.startswith(ZIP):
        return read_workbook(content, columns, sheet=sheet)
    if content.startswith(OLE):
        raise NotAList(
            _("This is an old or protected Excel file. Please save it as .xlsx without a password.")
        )
    return read_text(content, columns)
