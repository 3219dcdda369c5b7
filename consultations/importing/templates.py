"""Files to fill in: headings, what to write under them, and a row that shows how; that row is never taken."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Mapping
from enum import StrEnum

from .columns import EventColumn, OutcomeColumn, SubmissionColumn
from .reading import EXAMPLE

# The lists are Chinese as their headings are, whatever language the page speaks.
NOTE = "数字只填整数，不写“约”；多个单位用顿号隔开；编号以“示例”开头的行不会导入，可以留着。"
EVENT_EXAMPLE: Mapping[StrEnum, str] = {
    EventColumn.NUMBER: f"{EXAMPLE}-001",
    EventColumn.DATE: "2025-03-05",
    EventColumn.CHANNEL: "读书活动",
    EventColumn.TITLE: "《茶经》共读",
    EventColumn.HOST: "文化文史和学习委员会",
    EventColumn.CO_HOSTS: "文艺界、教育界",
    EventColumn.MODE: "线下",
    EventColumn.PLACE: "县图书馆",
    EventColumn.COUNTS_AS: "读书活动",
    EventColumn.ATTENDANCE: "23",
    EventColumn.STATEMENTS: "41",
    EventColumn.ACCEPTED: "2",
    EventColumn.RESOLVED: "1",
    EventColumn.NOTE: "",
}
OUTCOME_EXAMPLE: Mapping[StrEnum, str] = {
    OutcomeColumn.EVENT: f"{EXAMPLE}-001",
    OutcomeColumn.KIND: "解决",
    OutcomeColumn.LEVEL: "县级",
    OutcomeColumn.WORDS: "早晚高峰各加两班",
    OutcomeColumn.ITEM: "",
    OutcomeColumn.AMOUNT: "",
    OutcomeColumn.DATE: "2025-04-01",
    OutcomeColumn.DOCUMENT: "",
    OutcomeColumn.EVIDENCE: "县交通运输局复函",
}
SUBMISSION_EXAMPLE: Mapping[StrEnum, str] = {
    SubmissionColumn.NUMBER: f"{EXAMPLE}-001",
    SubmissionColumn.KIND: "党派团体提案",
    SubmissionColumn.TITLE: "关于完善公共图书馆夜间开放的建议",
    SubmissionColumn.SPONSOR: "民盟越溪县支部",
    SubmissionColumn.FILED: "2025-02-20",
    SubmissionColumn.STATE: "已办复",
}
SHEETS: Mapping[str, Mapping[StrEnum, str]] = {
    "活动": EVENT_EXAMPLE,
    "成效": OUTCOME_EXAMPLE,
    "提案": SUBMISSION_EXAMPLE,
}
CHOICES: Mapping[StrEnum, tuple[str, ...]] = {
    EventColumn.MODE: ("线下", "线上", "线上线下"),
    OutcomeColumn.KIND: ("批示", "采用", "转化", "解决", "报道"),
    OutcomeColumn.LEVEL: ("乡镇级", "县级", "市级", "省级", "国家级"),
    SubmissionColumn.KIND: ("党派团体提案", "专委会提案", "委员联名", "委员个人"),
    SubmissionColumn.STATE: ("已提交", "已立案", "已办复", "不予立案"),
}
LAST_ROW = 10_000
# As a workbook has it: of no time zone.
MADE = dt.datetime(2026, 1, 1)  # noqa: DTZ001


def csv_template() -> bytes:
    """A list of events as UTF-8 with a byte order mark, so that every spreadsheet reads its characters."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([NOTE])
    writer.writerow([column.value for column in EVENT_EXAMPLE])
    writer.writerow(list(EVENT_EXAMPLE.values()))
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def xlsx_template() -> bytes:
    """A workbook with a sheet for each of the three lists; the same bytes every time."""
    # Loaded when it is asked for, as a server that starts has no use for openpyxl.
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation
    from openpyxl.worksheet.worksheet import Worksheet

    from ..documents.spreadsheet.workbook import saved

    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for title, example in SHEETS.items():
        sheet: Worksheet = workbook.create_sheet(title)
        sheet.append([NOTE])
        sheet["A1"].alignment = Alignment(wrap_text=False)
        sheet.append([column.value for column in example])
        sheet.append(list(example.values()))
        for number, column in enumerate(example, 1):
            letter = get_column_letter(number)
            sheet.column_dimensions[letter].width = 24 if len(example[column]) > 8 else 14
            sheet[f"{letter}2"].font = Font(bold=True)
            if column in CHOICES:
                choice = DataValidation(
                    type="list", formula1=f'"{",".join(CHOICES[column])}"', allow_blank=True
                )
                choice.add(f"{letter}3:{letter}{LAST_ROW}")
                sheet.add_data_validation(choice)
        sheet.freeze_panes = "A3"
    workbook.properties.created = workbook.properties.modified = MADE
    return saved(workbook)
