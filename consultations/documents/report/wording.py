"""The sentences of a report that are computed, and how its days and numbers are written."""

from __future__ import annotations

import datetime as dt

from ...enums import ReportStatus
from ...rounding import exactly
from ..wording import clock_text, date_text
from . import labels
from .model import Figure, Figures, ReportDocument
from .tokens import named


def period_text(since: dt.date, until: dt.date) -> str:
    """2025年, or from which day to which: 2025年7月1日至2026年6月30日."""
    if (since.month, since.day, until.month, until.day) == (1, 1, 12, 31):
        return f"{since.year}年" if since.year == until.year else f"{since.year}年至{until.year}年"
    end = date_text(until) if until.year != since.year else f"{until.month}月{until.day}日"
    return f"{date_text(since)}至{end}" if since != until else date_text(since)


def title_of(issuer: str, since: dt.date, until: dt.date) -> str:
    """What a report is called until a secretary calls it something else: 政协越溪县委员会2025年履职答卷."""
    return f"{issuer}{period_text(since, until)}{labels.REPORT}"


def change_text(figure: Figure) -> str:
    """Against the year before: +22场, -3场, or 持平."""
    change = figure.change
    if change == 0:
        return labels.UNCHANGED
    sign, much = ("+", change) if change > 0 else ("-", -change)
    return f"{sign}{exactly(much, figure.unit)}"


def standing_text(document: ReportDocument) -> str:
    """What is said in brackets under the title: 送审稿, 第2版，替代…; empty for what is signed and replaces nothing."""
    parts = [replaced_text(document), terms_text(document.head.terms)]
    if document.status != ReportStatus.SIGNED:
        parts.append(labels.STATUS[document.status])
    return "，".join(part for part in parts if part)


def replaced_text(document: ReportDocument) -> str:
    """What a correction replaces; empty for a first version."""
    old = document.head.replaces
    if old is None:
        return ""
    return f"第{document.head.version}版，替代{date_text(old.signed_on)}签发的第{old.version}版"


def signed_text(document: ReportDocument) -> str:
    """Who signed it when; empty before."""
    head = document.head
    if document.status != ReportStatus.SIGNED:
        return ""
    return f"本答卷由{head.signed_by}于{date_text(head.date)}签发，签发后不再改动；如需更正，另行签发新版并注明所替代的版本。"


def terms_text(terms: tuple[str, ...]) -> str:
    """Where the period is of several terms, which: 跨第九届、第十届. Empty for one."""
    return f"跨{'、'.join(terms)}" if len(terms) > 1 else ""


def sources_text(document: ReportDocument) -> str:
    """Where the figures come from, and how they are rounded."""
    head, figures = document.head, document.figures
    used = {slug for passage in document.passages for slug in named(passage.text)}
    known = sum(one.slug in used for one in figures.figures)
    return (
        f"本答卷所列数字，均由系统按附件1所列统计口径，从{period_text(head.since, head.until)}的活动、建言、交办和成效"
        f"登记中计算得出，{as_of_text(figures)}；正文引用指标{known}项。“多”字一律在向下取整后使用，实数见附件1。"
        "人次为参加次数之和，人数按人计，同一人只计一次；同一件材料有多位领导批示的，计为一件。"
        + (f"报告期间{terms_text(head.terms)}，各届的活动和成效均计入。" if len(head.terms) > 1 else "")
    )


def as_of_text(figures: Figures) -> str:
    """数据截至2026年1月10日9时30分."""
    return f"{labels.AS_OF}{date_text(figures.as_of)}{clock_text(figures.as_of)}"


def checking_text() -> str:
    """How anybody can check the document."""
    return (
        "核验方法：导出本答卷的JSON文件，在平台的核验页面（/verify/）选择该文件，逐项核对数字、口径和校验码；"
        "各项数字所依据的活动和成效，可在平台答卷页面点击该数字逐条查看。"
    )
