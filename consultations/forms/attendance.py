"""The forms beside an attendance list: its file, who is named first, a guest, and a member's own leave."""

from __future__ import annotations

from typing import Any

import msgspec
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jianyan.accounts.roster.files import MOST_BYTES, read_list
from jianyan.accounts.roster.table import Line, NotAList, Table

from ..actions.leave import LONGEST_REASON
from ..documents.csv import inert
from ..enums import Mode, Presence
from ..queries.attendance_plan import COLUMNS, LONGEST_CELL, LONGEST_UNIT, ListColumn, Row
from .behalf import NamesField
from .fields import CleanTextField

_ROWS = msgspec.json.Decoder(list[Row])


class ListField(forms.FileField):
    """A CSV or XLSX file of attendance."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Its rows, as a list of Row. Raises ValidationError with a sentence for a file that is none."""
        file: UploadedFile[Any] = super().clean(data, initial)
        try:
            table = read_list(file.read(MOST_BYTES + 1), COLUMNS)
            return [_row(table, line) for line in table.lines]
        except NotAList as refusal:
            raise ValidationError(str(refusal)) from None


class RowsField(forms.CharField):
    """The rows of a file that was looked at, as JSON."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> Any:
        """The rows, as a list of Row. Raises ValidationError for what no page of ours has written."""
        try:
            rows = _ROWS.decode(super().clean(value))
        except (msgspec.DecodeError, UnicodeEncodeError):
            raise ValidationError(_("Please choose the file again.")) from None
        if len(rows) > COLUMNS.most_rows:
            raise ValidationError(_("Please choose the file again."))
        return rows


class ListForm(forms.Form):
    """The file that is to be looked at."""

    file = ListField(
        label=gettext_lazy("Corrected list (CSV or Excel)"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,text/csv"}),
    )


class LookedAtForm(forms.Form):
    """The same rows once more, and which changes were shown of them."""

    rows = RowsField()
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)


class LeadersForm(forms.Form):
    """Who is named first."""

    names = NamesField(
        label=gettext_lazy("Named first, in this order"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy(
            "Names with commas between them; left empty, the chairs come first. Where two have one name, write "
            "the unit or the last digits of the phone behind it, after a blank."
        ),
    )


class GuestForm(forms.Form):
    """Somebody without an account. What the name may be is decided by the action."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=40)
    unit = forms.CharField(label=gettext_lazy("Unit"), max_length=LONGEST_UNIT, required=False)
    presence = forms.ChoiceField(
        label=gettext_lazy("Present or observing"),
        choices=[(one.value, one.label) for one in (Presence.OBSERVER, Presence.PRESENT, Presence.ON_LEAVE)],
        initial=Presence.OBSERVER,
    )
    mode = forms.ChoiceField(
        label=gettext_lazy("took part"),
        choices=[(one.value, one.label) for one in (Mode.OFFLINE, Mode.ONLINE)],
        initial=Mode.OFFLINE,
    )


class LeaveForm(forms.Form):
    """Why a member cannot come."""

    reason = CleanTextField(
        label=gettext_lazy("Reason"), max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 2})
    )


def rows_as_json(rows: list[Row]) -> str:
    """What RowsField reads."""
    return msgspec.json.encode(rows).decode()


def _row(table: Table[ListColumn], line: Line) -> Row:
    """A line that is shorter than the headings ends with empty cells; raises NotAList for one that is longer."""
    width = len(table.headings)
    if any(cell.strip() for cell in line.cells[width:]):
        raise NotAList(
            _("Line %(line)s has more cells than there are headings. Please check its commas.")
            % {"line": line.number}
        )
    cells = table.row([*line.cells[:width], *[""] * (width - len(line.cells))])
    written = {column: _unguarded(cell[:LONGEST_CELL]) for column, cell in cells.items()}
    return Row(
        line=line.number,
        name=written[ListColumn.NAME],
        presence=written.get(ListColumn.PRESENCE),
        mode=written.get(ListColumn.MODE),
        unit=written.get(ListColumn.UNIT),
        order=written.get(ListColumn.ORDER),
    )


def _unguarded(cell: str) -> str:
    """Without the apostrophe that our own files put before what a spreadsheet would take for a formula."""
    bare = cell.removeprefix("'")
    return bare if inert(bare) != bare else cell
