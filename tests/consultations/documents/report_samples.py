"""Reports as the product builds them, from the standard indicators."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal

from consultations.documents.report.model import (
    Breakdown,
    Figure,
    Figures,
    Head,
    Passage,
    ReportDocument,
    Share,
    Source,
    Sources,
    Value,
)
from consultations.documents.report.sealing import figures_digest, sealed
from consultations.documents.report.standard import Words, standard_words
from consultations.documents.report.tokens import printed as said
from consultations.enums import Measure, ReportStatus
from consultations.indicators import standard_indicators
from consultations.rounding import exactly, printed

from .samples import BEIJING

COUNTED: Mapping[str, Value] = {
    "party_group_study": 19,
    "standing_study": 11,
    "committee_sector_study": 45,
    "reading_sessions": 75,
    "reading_attendance": 1043,
    "reading_statements": 5326,
    "network_deliberation_sessions": 3,
    "consultations": 39,
    "party_group_proposals": 24,
    "instructions": 16,
    "halls": 15,
    "hall_sessions": 63,
    "hall_accepted": 264,
    "hall_resolved": 223,
    "studios": 21,
    "studio_activities": 83,
    "live_sessions": 16,
    "live_sales_yuan": 1412000,
    "media_reports": 104,
    "referrals_issued": 13,
    "referrals_answered": 12,
    "referrals_satisfied": 9,
}


def figures(
    counted: Mapping[str, Value] = COUNTED, before: Mapping[str, Value] | None = None
) -> tuple[Figure, ...]:
    """All standard figures, 0 where nothing is said; of the year before a half."""
    made = []
    for rule in standard_indicators("zh-hans"):
        value = counted.get(rule.slug, 0)
        earlier = before.get(rule.slug, 0) if before is not None else int(value) // 2
        made.append(
            Figure(
                slug=rule.slug,
                name=rule.name,
                part=rule.part,
                measure=rule.measure,
                category=rule.category or "",
                parameters=dict(rule.parameters),
                unit=rule.unit,
                step=rule.step,
                since=rule.since,
                counts=rule.counts,
                value=value,
                printed=printed(value, rule.unit, rule.step),
                exact=exactly(value, rule.unit),
                before=earlier,
                exact_before=exactly(earlier, rule.unit),
                of=13 if rule.measure == Measure.ANSWERED else None,
            )
        )
    return tuple(made)


def months() -> Breakdown:
    """Twelve months."""
    rows = tuple(Share(name=f"2025年{month}月", values=(month, 30 * month)) for month in range(1, 13))
    return Breakdown(
        kind="month", caption="按月份统计", of="月份", measures=("活动场次", "参加人次"), rows=rows
    )


def channels() -> Breakdown:
    """Two channels."""
    rows = (Share(name="民生议事堂", values=(63, 900)), Share(name="读书活动", values=(45, 1043)))
    return Breakdown(
        kind="channel", caption="按渠道统计", of="渠道", measures=("活动场次", "参加人次"), rows=rows
    )


def problems() -> Sources:
    """223 rows of one figure."""
    return Sources(
        slug="hall_resolved",
        rows=tuple(
            Source(
                date=dt.date(2025, 1 + at % 12, 1),
                what=f"{at}",
                whose="民生议事堂·桥南街道",
                event="古道口停车",
                number=1,
            )
            for at in range(1, 224)
        ),
    )


def document(
    words: Iterable[Words] | None = None,
    *,
    of: tuple[Figure, ...] | None = None,
    status: ReportStatus = ReportStatus.DRAFT,
    breakdowns: tuple[Breakdown, ...] | None = None,
    sources: tuple[Sources, ...] | None = None,
) -> ReportDocument:
    """A report of the county on 2025: the standard text with these figures."""
    of = figures() if of is None else of
    known = {one.slug: one for one in of}
    words = standard_words(known) if words is None else words
    counted = Figures(
        as_of=dt.datetime(2026, 1, 12, 9, 30, tzinfo=BEIJING),
        figures=of,
        breakdowns=(months(), channels()) if breakdowns is None else breakdowns,
        sources=(problems(),) if sources is None else sources,
    )
    return ReportDocument(
        head=Head(
            issuer="政协越溪县委员会",
            since=dt.date(2025, 1, 1),
            until=dt.date(2025, 12, 31),
            terms=("第十届",),
            edition=3,
            date=dt.date(2026, 1, 12),
            signed_by="陆主席" if status == ReportStatus.SIGNED else "",
        ),
        title="政协越溪县委员会2025年履职答卷",
        status=status,
        passages=tuple(
            Passage(part=one.part, heading=one.heading, text=one.text, printed=said(one.text, known))
            for one in words
        ),
        figures=counted,
        figures_hash=figures_digest(counted),
    )


def signed() -> ReportDocument:
    """The same, signed."""
    return sealed(document(status=ReportStatus.SIGNED))


def empty() -> ReportDocument:
    """A year in which nothing happened."""
    return document(of=figures({}, {}), breakdowns=(), sources=())


def worded_everywhere(text: str) -> ReportDocument:
    """The text wherever somebody could have written it."""
    one = dataclasses.replace(figures()[0], name=text, counts=text, own=text)
    named = tuple(Words(one.part, text, f"{text}{{{one.slug}}}{text}") for _ in range(2))
    table = dataclasses.replace(
        channels(),
        caption=text,
        of=text,
        rows=(Share(name=text, values=(1, 2)), Share(name=f"{text}二", values=(3, 4))),
    )
    rows = Sources(
        slug=one.slug,
        rows=(Source(date=None, what=text, whose=text, event=text, number=Decimal("1.50"), note=text),),
        more=3,
    )
    made = document(named, of=(one,), breakdowns=(table,), sources=(rows,), status=ReportStatus.SIGNED)
    head = dataclasses.replace(made.head, issuer=text, signed_by=text, terms=(text, f"{text}届"))
    return sealed(dataclasses.replace(made, title=text, head=head))
