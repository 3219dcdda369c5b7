"""The three lists that a file may have, events, outcomes and submissions, and how people head their columns."""

from __future__ import annotations

from enum import StrEnum

from jianyan.accounts.roster.columns import Columns

MOST_ROWS = 10_000


class EventColumn(StrEnum):
    """An event that took place, with what was counted."""

    NUMBER = "编号"
    DATE = "日期"
    CHANNEL = "渠道"
    TITLE = "活动名称"
    HOST = "主办"
    CO_HOSTS = "合办"
    MODE = "方式"
    PLACE = "地点"
    COUNTS_AS = "统计口径"
    ATTENDANCE = "人次"
    STATEMENTS = "发言条数"
    ACCEPTED = "采纳条数"
    RESOLVED = "解决问题数"
    NOTE = "备注"


class OutcomeColumn(StrEnum):
    """What came of an event. `EVENT` is the number of its row, in this file or in an earlier one."""

    EVENT = "活动编号"
    KIND = "成效类型"
    LEVEL = "级别"
    WORDS = "成效内容"
    ITEM = "批示件编号"
    AMOUNT = "金额（元）"
    DATE = "成效日期"
    DOCUMENT = "文号"
    EVIDENCE = "佐证"


class SubmissionColumn(StrEnum):
    """A proposal that was put forward."""

    NUMBER = "提案编号"
    KIND = "提案类别"
    TITLE = "提案题目"
    SPONSOR = "提出者"
    FILED = "提交日期"
    STATE = "办理状态"


EVENTS = Columns(
    tuple(EventColumn),
    (EventColumn.DATE, EventColumn.CHANNEL, EventColumn.TITLE, EventColumn.HOST),
    {column.value: column for column in EventColumn}
    | {
        "number": EventColumn.NUMBER,
        "活动日期": EventColumn.DATE,
        "时间": EventColumn.DATE,
        "date": EventColumn.DATE,
        "活动类型": EventColumn.CHANNEL,
        "channel": EventColumn.CHANNEL,
        "名称": EventColumn.TITLE,
        "主题": EventColumn.TITLE,
        "标题": EventColumn.TITLE,
        "title": EventColumn.TITLE,
        "主办单位": EventColumn.HOST,
        "承办单位": EventColumn.HOST,
        "host": EventColumn.HOST,
        "合办单位": EventColumn.CO_HOSTS,
        "协办单位": EventColumn.CO_HOSTS,
        "co-hosts": EventColumn.CO_HOSTS,
        "举行方式": EventColumn.MODE,
        "mode": EventColumn.MODE,
        "活动地点": EventColumn.PLACE,
        "place": EventColumn.PLACE,
        "计入": EventColumn.COUNTS_AS,
        "countsas": EventColumn.COUNTS_AS,
        "参加人次": EventColumn.ATTENDANCE,
        "参与人次": EventColumn.ATTENDANCE,
        "参加人数": EventColumn.ATTENDANCE,
        "人数": EventColumn.ATTENDANCE,
        "attendances": EventColumn.ATTENDANCE,
        "发言": EventColumn.STATEMENTS,
        "交流发言": EventColumn.STATEMENTS,
        "statements": EventColumn.STATEMENTS,
        "采纳": EventColumn.ACCEPTED,
        "采纳建议": EventColumn.ACCEPTED,
        "accepted": EventColumn.ACCEPTED,
        "解决": EventColumn.RESOLVED,
        "解决问题": EventColumn.RESOLVED,
        "resolved": EventColumn.RESOLVED,
        "说明": EventColumn.NOTE,
        "note": EventColumn.NOTE,
    },
    most_rows=MOST_ROWS,
)

OUTCOMES = Columns(
    tuple(OutcomeColumn),
    (OutcomeColumn.EVENT, OutcomeColumn.KIND, OutcomeColumn.LEVEL, OutcomeColumn.WORDS),
    {column.value: column for column in OutcomeColumn}
    | {
        "event": OutcomeColumn.EVENT,
        "类型": OutcomeColumn.KIND,
        "kind": OutcomeColumn.KIND,
        "level": OutcomeColumn.LEVEL,
        "成效": OutcomeColumn.WORDS,
        "内容": OutcomeColumn.WORDS,
        "outcome": OutcomeColumn.WORDS,
        "件号": OutcomeColumn.ITEM,
        "item": OutcomeColumn.ITEM,
        # What stands in brackets is no part of a heading.
        "金额": OutcomeColumn.AMOUNT,
        "amount": OutcomeColumn.AMOUNT,
        "日期": OutcomeColumn.DATE,
        "date": OutcomeColumn.DATE,
        "文件编号": OutcomeColumn.DOCUMENT,
        "document": OutcomeColumn.DOCUMENT,
        "佐证材料": OutcomeColumn.EVIDENCE,
        "evidence": OutcomeColumn.EVIDENCE,
    },
    most_rows=MOST_ROWS,
)

SUBMISSIONS = Columns(
    tuple(SubmissionColumn),
    (
        SubmissionColumn.NUMBER,
        SubmissionColumn.KIND,
        SubmissionColumn.TITLE,
        SubmissionColumn.SPONSOR,
        SubmissionColumn.FILED,
    ),
    {column.value: column for column in SubmissionColumn}
    | {
        "案号": SubmissionColumn.NUMBER,
        "类别": SubmissionColumn.KIND,
        "题目": SubmissionColumn.TITLE,
        "提案人": SubmissionColumn.SPONSOR,
        "提案者": SubmissionColumn.SPONSOR,
        "状态": SubmissionColumn.STATE,
    },
    most_rows=MOST_ROWS,
)
