"""The sentences of the official document: dates, the opening, how a statement says what it rests on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..enums import Mode, StatementKind, SummaryStatus
from . import labels
from .model import Citation, Counts, ListedSuggestion, Statement, SummaryDocument, Tally
from .printable import printable

_DIGITS = "零一二三四五六七八九"
_INNER_QUOTES = str.maketrans("“”", "‘’")
_SENTENCE_ENDS = "。．."
SECTORS_NAMED = 3
"""A statement names so many sectors; of more it names the first ones and the number."""


def numeral(number: int) -> str:
    """1 → 一, 12 → 十二, 30 → 三十; from 100 on in figures."""
    if number >= 100:
        return str(number)
    tens, units = divmod(number, 10)
    if not tens:
        return _DIGITS[units]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[units] if units else "")


def date_text(day: dt.date) -> str:
    """2026年1月5日: months and days without a leading zero."""
    return f"{day.year}年{day.month}月{day.day}日"


def clock_text(at: dt.datetime) -> str:
    """19时30分, or 19时 on the hour."""
    return f"{at.hour}时" + (f"{at.minute}分" if at.minute else "")


def period_text(start: dt.datetime, end: dt.datetime) -> str:
    """From when to when, saying of the end only what differs: 2026年1月5日19时至20时30分."""
    until = clock_text(end)
    if end.year != start.year:
        until = date_text(end) + until
    elif end.date() != start.date():
        until = f"{end.month}月{end.day}日{until}"
    return f"{date_text(start)}{clock_text(start)}至{until}"


def quoted(text: str) -> str:
    """In quotation marks; marks inside it become single ones: “让‘四好农村路’更好走”."""
    return f"“{text.translate(_INNER_QUOTES)}”"


def mark_text(document: SummaryDocument) -> tuple[str, str]:
    """The red mark in two parts: who issues, and what."""
    return document.head.issuer, labels.KIND[document.head.kind]


def number_text(document: SummaryDocument) -> str:
    """The number, or a place to write it in."""
    return document.head.number or f"〔{document.head.date.year}〕　号"


def stands_text(tally: Tally) -> str:
    """附议612次, and the other stands where the ballot had them."""
    text = f"附议{tally.support}次"
    if tally.neutral or tally.oppose:
        text += f"，中立{tally.neutral}次，反对{tally.oppose}次"
    return text


def counts_text(counts: Counts) -> str:
    """来自12个界别的142名委员参加，提出建言80条，附议612次."""
    clauses = []
    if counts.participants:
        origin = f"来自{counts.sectors}个界别的" if counts.sectors else ""
        clauses.append(f"{origin}{counts.participants}名委员参加")
    clauses.append(f"提出建言{counts.suggestions}条")
    if counts.published != counts.suggestions:
        clauses.append(f"其中公开发布{counts.published}条")
    clauses.append(stands_text(counts.tally))
    return "，".join(clauses)


def opening_text(document: SummaryDocument) -> str:
    """The first paragraph, all of it from facts."""
    opening = document.opening
    where = {
        Mode.ONLINE: "以网络方式",
        Mode.OFFLINE: f"在{opening.place}" if opening.place else "以现场会议方式",
        Mode.HYBRID: f"在{opening.place}以线上线下相结合的方式"
        if opening.place
        else "以线上线下相结合的方式",
    }[opening.mode]
    about = "、".join(quoted(title) for title in opening.topics)
    many = f"{len(opening.topics)}个议题" if len(opening.topics) > 1 else "议题"
    return (
        f"{period_text(opening.starts_at, opening.ends_at)}，{opening.host}{where}开展“{opening.channel}”协商活动，"
        f"围绕{about}{many}协商建言。{counts_text(opening.counts)}。{labels.CLOSING_OF_OPENING[document.head.kind]}"
    )


def references(document: SummaryDocument) -> dict[int, str]:
    """Suggestion id → the number by which the text calls it: 17, or 2-17 (topic, suggestion) where topics are many."""
    positions = {topic.topic_id: at for at, topic in enumerate(document.snapshot.topics, start=1)}
    if len(positions) == 1:
        return {suggestion.id: str(suggestion.number) for suggestion in document.appendix}
    return {
        suggestion.id: f"{positions.get(suggestion.topic_id, '?')}-{suggestion.number}"
        for suggestion in document.appendix
    }


def lead_text(theme: str, citations: Sequence[Citation], support: int) -> str:
    """How a theme begins: 关于“错时共享”，共有建言12条，来自8个界别，附议230次。 `support` is that of all citations."""
    sectors = len({printable(citation.sector) for citation in citations} - {""})
    # As it is printed: whoever checks the words has no other.
    theme = printable(theme)
    about = f"关于{quoted(theme)}，" if theme else ""
    origin = f"，来自{sectors}个界别" if sectors else ""
    return f"{about}共有建言{len(citations)}条{origin}，附议{support}次。"


def sectors_text(citations: Sequence[Citation]) -> str:
    """工商联、医卫界等5个界别; empty where no sector is known."""
    names = list(dict.fromkeys(citation.sector for citation in citations if citation.sector))
    if len(names) > SECTORS_NAMED:
        return f"{'、'.join(names[:SECTORS_NAMED])}等{len(names)}个界别"
    return "、".join(names)


@dataclass(frozen=True, slots=True)
class Worded:
    """A statement as it is printed: words, what stands in brackets behind them, the numbers it rests on, the end."""

    text: str
    remark: str
    cited: tuple[tuple[int, str], ...]
    end: str

    @property
    def plain(self) -> str:
        """The whole as one text: 晚间开放车位（工商联提出，附议12次）［3、17］。"""
        numbers = "、".join(number for _, number in self.cited)
        return f"{self.text}{self.remark}{f'［{numbers}］' if numbers else ''}{self.end}"


def worded(statement: Statement, numbers: Mapping[int, str]) -> Worded:
    """Provenance goes before the full stop, as officialese has it; `numbers` from `references`."""
    text = statement.text.rstrip()
    end = "。" if text.endswith(tuple(_SENTENCE_ENDS)) else ""
    if end:
        text = text[:-1]
    if statement.kind == StatementKind.NOTE:
        return Worded(text, f"（{labels.SECRETARYS_NOTE}）", (), end)
    if statement.is_lead:
        return Worded(text, "", (), end)
    by = sectors_text(statement.citations)
    proposed = f"{labels.PENDING[statement.pending]}；" if statement.pending is not None else ""
    remark = f"（{proposed}{f'{by}提出，' if by else ''}附议{statement.support}次）"
    cited = tuple(
        (citation.suggestion_id, numbers.get(citation.suggestion_id, str(citation.number)))
        for citation in statement.citations
    )
    return Worded(text, remark, cited, end)


def name_text(name: str) -> str:
    """A two-character name takes the room of three: 李　明."""
    name = name.strip()
    return f"{name[0]}　{name[1]}" if len(name) == 2 else name


def quotation(suggestion: ListedSuggestion, numbers: Mapping[int, str]) -> Worded:
    """A suggestion in its author's words: “……”（医卫界　陈敏，附议12次）［3］."""
    by = "　".join(part for part in (suggestion.sector, suggestion.author) if part)
    remark = f"（{by}，{stands_text(suggestion.tally)}）" if by else f"（{stands_text(suggestion.tally)}）"
    text = quoted(suggestion.text.strip()) if suggestion.text else labels.WITHHELD
    return Worded(text, remark, ((suggestion.id, numbers[suggestion.id]),), "")


def statements_of(document: SummaryDocument) -> tuple[Statement, ...]:
    """Every statement, in the order in which they are printed."""
    sections = (section for topic in document.topics for section in topic.sections)
    return (*document.consensus, *(statement for section in sections for statement in section.statements))


def replaced_text(document: SummaryDocument) -> str:
    """What a correction replaces; empty for a first version."""
    old = document.head.replaces
    if old is None:
        return ""
    return f"第{document.head.version}版，替代{date_text(old.signed_on)}签发的第{old.version}版"


def signed_text(document: SummaryDocument) -> str:
    """Who signed it when; empty before."""
    head = document.head
    if document.status != SummaryStatus.SIGNED or not head.signed_by:
        return ""
    kind = labels.KIND[head.kind]
    return f"本{kind}由{head.signed_by}于{date_text(head.date)}签发，签发后不再改动；如需更正，另行签发新版并注明所替代的版本。"


def sources_text(document: SummaryDocument) -> str:
    """Where the numbers come from, and how many statements rest on suggestions."""
    statements = [statement for statement in statements_of(document) if not statement.is_lead]
    notes = sum(statement.kind == StatementKind.NOTE for statement in statements)
    reworded = sum(statement.reworded for statement in statements)
    return (
        f"本{labels.KIND[document.head.kind]}所列数字，均取自议题关闭后固定的数据快照，由系统计算得出。"
        f"方括号内数字为附件1中的建言编号。全文共{len(statements)}条，其中依据建言形成{len(statements) - notes}条"
        + (f"（经文字整理{reworded}条）" if reworded else "")
        + (f"，{labels.SECRETARYS_NOTE}{notes}条" if notes else "")
        + "。附议供协商参考，不具有表决效力。"
    )


def checking_text(document: SummaryDocument) -> str:
    """How anybody can check the document."""
    return (
        f"核验方法：导出本{labels.KIND[document.head.kind]}的JSON文件，运行“jianyan summary verify 文件名”，"
        "或者在平台的“核验纪要”页面（/verify/）选择该文件，"
        "逐项核对数字、依据、数据快照和议题日志；下列哈希值与议题日志页面公示的一致，即表明数据未被改动。"
    )


def place_text(reference: str, at: int) -> str:
    """The way back from a row of the appendix, for those who hear it: 引用建言17的正文第2处."""
    return f"引用建言{reference}的正文第{at}处"


def chart_text(names: Sequence[str], series: Sequence[tuple[str, Sequence[int]]]) -> str:
    """What a chart shows: 共21项；建言条数合计40，最多的是工商联（4）；…. Empty where there is nothing to show."""
    if not names:
        return ""
    clauses = [f"共{len(names)}项"]
    for label, values in series:
        most = max(values)
        clauses.append(f"{label}合计{sum(values)}，最多的是{names[values.index(most)]}（{most}）")
    return "；".join(clauses) + "。"


def unset_text(characters: Sequence[str]) -> str:
    """What the fonts of the page lack: 文中“〓”处的字符未收入字库，编码为：U+1F44D。 Empty where it lacks nothing."""
    if not characters:
        return ""
    codes = "、".join(f"U+{ord(character):04X}" for character in characters)
    return f"文中“〓”处的字符未收入字库，编码为：{codes}。"
