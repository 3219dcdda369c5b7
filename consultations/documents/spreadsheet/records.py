"""The records of a body's members in a year as a workbook: sums, attendance, suggestions, outcomes, points."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from django.utils import timezone

from ...enums import Deed, Level, Mode, OutcomeKind, Part, Presence, Status, SubmissionKind
from ...points import Rule
from ...queries.member_record import InForce, Kept
from ...queries.record_rows import Attended, Came, Idea, Row
from .. import labels
from .sheets import Cell, Sheet
from .workbook import book_of, describe, saved

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_KIND = "委员履职档案"
_NAME, _DAY, _SECTOR, _ROLE = "姓名", "日期", "界别", "身份"
_PRESENCE = {Presence.PRESENT: "出席", Presence.OBSERVER: "列席", Presence.ON_LEAVE: "请假"}
_MODE = {Mode.ONLINE: "线上", Mode.OFFLINE: "现场", Mode.HYBRID: "线上线下"}
_PARTS = {
    Part.PRESENT: "出席",
    Part.OBSERVER: "列席",
    Part.ON_LEAVE: "请假",
    Part.LEAD: "领衔",
    Part.COSIGNER: "联名",
}
_DEEDS = {
    Deed.ATTENDED: "参加活动",
    Deed.SUGGESTED: "发布建言",
    Deed.SUBMITTED: "报送提案、信息",
    Deed.OUTCOME: "形成成效",
}
_OUTCOMES = {
    OutcomeKind.INSTRUCTION: "批示",
    OutcomeKind.ADOPTED: "采用",
    OutcomeKind.CONVERTED: "转化",
    OutcomeKind.RESOLVED: "解决",
    OutcomeKind.REPORTED: "报道",
}
_LEVELS = {
    Level.TOWN: "乡镇级",
    Level.COUNTY: "县级",
    Level.CITY: "市级",
    Level.PROVINCE: "省级",
    Level.NATION: "国家级",
}
_SUBMISSIONS = {SubmissionKind.PROPOSAL: "提案", SubmissionKind.OPINION: "社情民意信息"}
_KINDS: dict[str, str] = {one.value: name for one, name in (*_SUBMISSIONS.items(), *_OUTCOMES.items())}
_ANONYMOUS = "（匿名议题）"


def render(
    body: str,
    year: int,
    in_force: InForce,
    records: Sequence[Kept],
    *,
    categories: Mapping[str, str],
    day: dt.date,
) -> bytes:
    """The .xlsx, made on that `day`. `categories`: short name → name. Points only where they are counted."""
    sheets = [_overview(records, on=in_force.on), _attendance(records), _ideas(records), _outcomes(records)]
    if in_force.on:
        sheets.append(_points(records, in_force.rules, categories))
    book = book_of(sheets, day=day)
    describe(book, issuer=body, title=f"{body}{year}年度{_KIND}", kind=_KIND)
    return saved(book)


def rule_text(rule: Rule, categories: Mapping[str, str]) -> str:
    """What a rule is about, as 形成成效（批示、市级）·领衔."""
    only = [_KINDS.get(rule.of) or categories.get(rule.of, rule.of)] if rule.of else []
    only += [_LEVELS[Level(rule.level)]] if rule.level else []
    restricted = f"（{'、'.join(only)}）" if only else ""
    return f"{_DEEDS[Deed(rule.deed)]}{restricted}" + (f"·{_PARTS[Part(rule.part)]}" if rule.part else "")


def _sectors(kept: Kept) -> dict[int, str]:
    return {stay.body_id: stay.body for stay in kept.rows.stays if stay.kind == "sector"}


def _overview(records: Iterable[Kept], *, on: bool) -> Sheet:
    rows: list[tuple[Cell, ...]] = []
    for kept in records:
        sums = kept.rows.totals()
        row: tuple[Cell, ...] = (
            kept.rows.name,
            "、".join(_sectors(kept).values()),
            sums.present,
            sums.observed,
            sums.on_leave,
            sums.on_site,
            sums.ideas,
            sums.cosigned,
            sums.support,
            sums.given,
            sums.filed,
            sums.outcomes,
        )
        rows.append((*row, _amount(kept.total)) if on else row)
    columns = (
        *(_NAME, _SECTOR, "出席（次）", "列席（次）", "请假（次）", "其中现场（次）"),
        *(
            "领衔建言（条）",
            "联名建言（条）",
            "获附议（人次）",
            "附议他人（条）",
            "提案、信息（件）",
            "成效（项）",
        ),
    )
    return Sheet(name="总览", columns=(*columns, "积分") if on else columns, rows=tuple(rows))


def _attendance(records: Iterable[Kept]) -> Sheet:
    return Sheet(
        name="出席活动",
        columns=(_NAME, _SECTOR, _DAY, "活动", "渠道", "出席情况", "方式"),
        rows=tuple(
            (
                kept.rows.name,
                _sectors(kept).get(one.sector, ""),
                one.day,
                one.title,
                one.channel,
                _PRESENCE[Presence(one.presence)],
                "" if one.presence == Presence.ON_LEAVE else _MODE[Mode(one.mode)],
            )
            for kept in records
            for one in kept.rows.attended
        ),
    )


def _ideas(records: Iterable[Kept]) -> Sheet:
    return Sheet(
        name="建言",
        columns=(_NAME, _SECTOR, _DAY, labels.TOPIC, labels.NUMBER, _ROLE, labels.STATUS, labels.SUPPORT),
        rows=tuple(
            (
                kept.rows.name,
                _sectors(kept).get(one.sector, ""),
                one.day,
                one.topic,
                one.number,
                _PARTS[Part.LEAD if one.lead else Part.COSIGNER],
                labels.SUGGESTION_STATUS[Status(one.status)],
                one.support,
            )
            for kept in records
            for one in kept.rows.ideas
        ),
    )


def _outcomes(records: Iterable[Kept]) -> Sheet:
    """Documents that were filed, and what came of ideas and documents."""
    rows: list[tuple[Cell, ...]] = []
    for kept in records:
        sectors = _sectors(kept)
        for one in kept.rows.filed:
            part = _PARTS[Part.LEAD if one.lead else Part.COSIGNER]
            kind = _SUBMISSIONS[SubmissionKind(one.kind)]
            rows.append(
                (kept.rows.name, sectors.get(one.sector, ""), one.day, kind, "", part, one.title, one.number)
            )
        for came in kept.rows.outcomes:
            part = _PARTS[Part.LEAD if came.lead else Part.COSIGNER]
            of = "、".join(_source(source.kind, source.number) for source in came.sources)
            rows.append(
                (
                    kept.rows.name,
                    sectors.get(came.sector, ""),
                    came.day,
                    _OUTCOMES[OutcomeKind(came.kind)],
                    _LEVELS[Level(came.level)],
                    part,
                    came.words,
                    of,
                )
            )
    return Sheet(
        name="报送和成效",
        columns=(_NAME, _SECTOR, _DAY, "类别", "级别", _ROLE, labels.CONTENT, "编号或依据"),
        rows=tuple(rows),
    )


def _source(kind: str, number: str) -> str:
    if kind == "submission":
        return f"提案、信息{number}"
    return f"建言#{number}" if number else _ANONYMOUS


def _points(records: Iterable[Kept], rules: Sequence[Rule], categories: Mapping[str, str]) -> Sheet:
    rows: list[tuple[Cell, ...]] = []
    for kept in records:
        found = {(done.deed, done.id): row for done, row in kept.rows.deeds}
        for line in kept.lines:
            row = found[line.deed, line.id]
            why = rule_text(rules[line.rule], categories)
            if line.points < line.full:
                why += "（已达年度上限）"
            rows.append((kept.rows.name, row.day, _name(row), why, _amount(line.points)))
        rows += [
            (kept.rows.name, timezone.localdate(one.at), "更正", one.reason, _amount(one.points))
            for one in kept.corrections
            if one.withdrawn_at is None
        ]
    return Sheet(name="积分明细", columns=(_NAME, _DAY, "事项", "理由", "积分"), rows=tuple(rows))


def _amount(points: Decimal) -> int | Decimal:
    """Without decimals that say nothing."""
    return points if points % 1 else int(points)


def _name(row: Row) -> str:
    match row:
        case Attended():
            return row.title
        case Idea():
            return f"建言#{row.number} {row.topic}"
        case Came():
            return row.words
        case _:
            return row.title
