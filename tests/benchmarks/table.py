"""From figures to tables: what was reached beside what is to be reached, and the votes in detail."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

Record = dict[str, Any]
Result = dict[str, Any]

LABELS = {
    "postgresql": "PostgreSQL",
    "sqlite": "SQLite",
    "uvicorn": "uvicorn",
    "daphne": "Daphne",
    "node": "Node",
}
SIDE_LABELS = {
    "jianyan": "Jianyan",
    "node": "`ws` and `pg`, no journal, no rules",
    "ticking": "tutorial with ticks",
    "tutorial": "tutorial",
}


@dataclass(frozen=True)
class Goal:
    """What a figure of a part shall be: at most `limit`, or with `more` at least."""

    what: str
    part: str
    server: str
    key: str
    limit: float
    form: str
    more: bool = False

    def is_reached(self, value: float) -> bool:
        """Whether that will do."""
        return value >= self.limit if self.more else value <= self.limit


GOALS = (
    Goal("CPU s per 1,000 votes", "votes", "uvicorn", "cpu_seconds_per_1000", 0.09, "{:.3f}"),
    Goal("CPU s per 1,000 votes", "votes", "daphne", "cpu_seconds_per_1000", 0.20, "{:.3f}"),
    Goal(
        "votes per CPU s, times the tutorial with ticks",
        "votes",
        "uvicorn",
        "times_ticking",
        80,
        "{:.0f}",
        more=True,
    ),
    Goal(
        "votes per CPU s, times the tutorial with ticks",
        "votes",
        "daphne",
        "times_ticking",
        30,
        "{:.0f}",
        more=True,
    ),
    Goal("acknowledged at 1,500 votes/s, p99 ms", "pace", "uvicorn", "p99_ms", 40, "{:.0f}"),
    Goal("acknowledged at 1,500 votes/s, p99 ms", "pace", "daphne", "p99_ms", 100, "{:.0f}"),
    Goal("CPU ms per tally frame and listener", "fanout", "uvicorn", "ms_per_delivery", 0.016, "{:.4f}"),
    Goal("CPU ms per tally frame and listener", "fanout", "daphne", "ms_per_delivery", 0.10, "{:.4f}"),
    Goal("KiB per idle connection", "memory", "uvicorn", "kib_each", 40, "{:.1f}"),
    Goal("KiB per idle connection", "memory", "daphne", "kib_each", 40, "{:.1f}"),
    Goal("300 join a topic of 500, s", "joins", "uvicorn", "seconds", 3, "{:.2f}"),
    Goal("300 join a topic of 500, s", "joins", "daphne", "seconds", 3, "{:.2f}"),
    Goal("CPU per vote after 1,000,000 votes, more by", "growth", "uvicorn", "growth", 0.10, "{:.1%}"),
    Goal("all figures of a year at first, ms", "report", "uvicorn", "cold_ms", 2000, "{:,.0f}"),
    Goal(
        "the slowest search among 100,000 suggestions, ms", "search", "uvicorn", "slowest_ms", 100, "{:,.0f}"
    ),
    Goal("two processes beside one and one", "processes", "uvicorn", "ratio", 0.9, "{:.2f}", more=True),
)

DOCUMENT_LIMITS = {
    "docx": 1000,
    "xlsx": 1000,
    "json": 200,
    "csv": 200,
    "pdf_warm_ms": 300,
    "pdf_cold_ms": 1500,
}
"""Milliseconds, by format."""

# Key of a figure of the votes, its column, and how it is written.
COLUMNS = (
    ("votes_per_second", "votes/s", "{:,.0f}"),
    ("p50_ms", "p50 ms", "{:,.0f}"),
    ("p99_ms", "p99 ms", "{:,.0f}"),
    ("cpu_seconds_per_1000", "CPU s / 1,000", "{:.3f}"),
    ("failures", "not served", "{:,.0f}"),
    ("told_in_time", "told within 1 s", "{:.0%}"),
    ("true_tallies", "tallies true", "{:.0%}"),
    ("generator_cpu_share", "generator busy", "{:.0%}"),
    ("disturbance", "others on the core", "{:.0%}"),
)


def tables(result: Result) -> str:
    """All tables, as Markdown that can also be read as it is."""
    parts = (
        goals_table(result),
        _titled(
            "Everybody votes again as soon as the last vote is acknowledged:", votes_table(result, "votes")
        ),
        _titled("1,500 votes a second, offered evenly:", votes_table(result, "pace")),
        documents_table(result),
        _titled(
            "Searching among 100,000 suggestions, ms on the clock; ours is the whole answer (what the reader may open, "
            "in order, excerpts), the others fetch rows and nothing else:",
            searches_table(result),
        ),
        other_figures(result),
    )
    return "\n".join(part for part in parts if part)


def _titled(title: str, table: str) -> str:
    return f"{title}\n\n{table}" if table else ""


def summary(record: Record) -> str:
    """The main figures of one measurement, in one line."""
    return ", ".join(
        f"{key} {value:.4g}"
        for key, value in record.items()
        if isinstance(value, float) and key != "each_seconds"
    )


def goals_table(result: Result) -> str:
    """What | reached | to reach."""
    rows = []
    for goal in GOALS:
        found = defaultdict(list)
        for record in with_ratios(records_of(result, goal.part)):
            if record["side"] == "jianyan" and record["server"] == goal.server and goal.key in record:
                found[record["database"]].append(record[goal.key])
        for database, values in found.items():
            limit = f"{'≥' if goal.more else '≤'} {goal.limit:{'.0%' if '%' in goal.form else 'g'}}"
            mark = "" if goal.is_reached(statistics.median(values)) else " **no**"
            what = f"{goal.what}: {LABELS[goal.server]}, {LABELS[database]}"
            rows.append((what, spread(values, goal.form), limit + mark))
    return markdown(("what", "reached", "to reach"), rows)


def votes_table(result: Result, part: str) -> str:
    """Everything about votes, by what was measured."""
    groups: defaultdict[tuple[str, str, str, str], list[Record]] = defaultdict(list)
    for record in records_of(result, part):
        groups[what(record)].append(record)
    rows = []
    for (_part, side, server, database), records in groups.items():
        figures = [
            form.format(statistics.median(record[key] for record in records)) for key, _title, form in COLUMNS
        ]
        rows.append((SIDE_LABELS[side], LABELS[server], LABELS[database], *figures))
    return markdown(("built as", "server", "database", *(title for _key, title, _form in COLUMNS)), rows)


def documents_table(result: Result) -> str:
    """Each format of a summary, the PDF in a new process, and WeasyPrint with the same document where it was."""
    records = records_of(result, "documents")
    if not records:
        return ""
    rows = []
    for name in records[-1]["formats"]:
        of_format = [record["formats"][name] for record in records]
        small, large = ([one[key] for one in of_format] for key in ("ms", "more_ms"))
        times = statistics.median(large) / statistics.median(small)
        rows.append(
            (
                name,
                spread(small, "{:,.0f}"),
                _limit(statistics.median(small), DOCUMENT_LIMITS.get(name)),
                spread(large, "{:,.0f}"),
                f"{times:.1f}",
                f"{of_format[-1]['bytes'] / 1024:,.0f}",
            )
        )
    for key, label in (
        ("pdf_warm_ms", "pdf in a process that has made one (on the clock)"),
        ("pdf_cold_ms", "pdf in a new process (on the clock)"),
        ("weasyprint_ms", "the HTML through WeasyPrint"),
    ):
        values = [record[key] for record in records if record[key] is not None]
        if values:
            limit = _limit(statistics.median(values), DOCUMENT_LIMITS.get(key))
            rows.append((label, spread(values, "{:,.0f}"), limit, "", "", ""))
    last = records[-1]
    title = (
        f"A summary of {last['suggestions']} suggestions, {last['statements']} statements, {last['people']} people "
        "attending, and one with ten times the suggestions and statements; milliseconds of CPU:"
    )
    columns = ("format", "ms", "to reach", "ten times, ms", "times", "KiB")
    return _titled(title, markdown(columns, rows))


def searches_table(result: Result) -> str:
    """Each search on each database, beside what the database offers by itself: a pattern of LIKE, and trigrams."""
    rows = []
    for database in ("postgresql", "sqlite"):
        records = [record for record in records_of(result, "search") if record["database"] == database]
        for name, last in records[-1]["searches"].items() if records else ():
            asked = [record["searches"][name] for record in records]
            trigrams = [one["trigrams_ms"] for one in asked if one["trigrams_ms"] is not None]
            rows.append(
                (
                    f"{LABELS[database]}: {last['words']}",
                    f"{last['found']:,}" + ("+" if last["capped"] else ""),
                    spread([one["ours_ms"] for one in asked], "{:,.0f}"),
                    spread([one["like_ms"] for one in asked], "{:,.0f}"),
                    spread(trigrams, "{:,.0f}") if trigrams else "",
                )
            )
    return markdown(("words", "found", "ours", "LIKE alone", "trigrams alone"), rows)


def _limit(value: float, limit: float | None) -> str:
    if limit is None:
        return ""
    return f"≤ {limit:,.0f}" + ("" if value <= limit else " **no**")


def other_figures(result: Result) -> str:
    """Sentences with what the tables do not say."""
    lines = []
    for server in ("uvicorn", "daphne"):
        for key, part, text in (
            (
                "idle_ms_per_second",
                "fanout",
                "1,000 idle connections cost {} ms of CPU a second (pings, beacons)",
            ),
            ("cpu_ms_each", "joins", "one of 300 who join at once costs {} ms of CPU"),
            ("kib_at_first", "memory", "the process with 50 connections holds {} KiB"),
            ("empty_uss_kib", "growth", "after the storm in an empty topic the process holds {} KiB"),
            ("grown_uss_kib", "growth", "after the storm in a topic of 1,000,000 votes it holds {} KiB"),
        ):
            values = [record[key] for record in records_of(result, part) if record["server"] == server]
            if values:
                lines.append(f"- {LABELS[server]}: {text.format(spread(values, '{:,.1f}'))}.")
    lines += [
        f"- The topic page with {record['suggestions']} suggestions: {record['queries']} queries, "
        f"{record['cpu_ms']:.0f} ms of CPU, {record['bytes'] / 1024:.0f} KiB."
        for record in records_of(result, "page")[-1:]
    ]
    lines += [
        f"- Among {record['suggestions']:,} suggestions the nearest are found in {record['question_ms']:.1f} ms of CPU "
        f"(p99 {record['question_p99_ms']:.1f} ms), a change takes {record['change_ms']:.2f} ms; the index holds "
        f"{record['mebibytes']:.1f} MiB and is built in {record['build_seconds']:.1f} s."
        for record in records_of(result, "similar")[-1:]
    ]
    lines += [
        f"- The {record['figures']} figures of a year of {record['attendances']:,} attendances and "
        f"{record['suggestions']:,} suggestions: on {LABELS[record['database']]} at first {record['cold_ms']:,.0f} ms, "
        f"then {record['warm_ms']:,.0f} ms; by month, channel, host and sector {record['breakdowns_ms']:,.0f} ms; a "
        f"page of the rows behind one {record['rows_ms']:,.0f} ms. Eight of them counted by going through all rows in "
        f"Python: {record['naive_ms']:,.0f} ms, {record['times_naive']:.0f} times as long."
        for record in records_of(result, "report")[-2:]
    ]
    return "\n".join(lines) + "\n" if lines else ""


def records_of(result: Result, part: str) -> list[Record]:
    """All measurements of a part."""
    return [record for record in result["records"] if record["part"] == part]


def what(record: Record) -> tuple[str, str, str, str]:
    """What was measured, whenever and in whatever round."""
    return record["part"], record["side"], record["server"], record["database"]


def with_ratios(records: Sequence[Record]) -> Iterable[Record]:
    """The same, ours with how many times cheaper a vote is than the tutorial's with ticks in the same round."""
    theirs = {
        (record["server"], record["database"], record["round"]): record["cpu_seconds_per_1000"]
        for record in records
        if record["side"] == "ticking"
    }
    for record in records:
        dear = theirs.get((record["server"], record["database"], record["round"]))
        if record["side"] == "jianyan" and dear is not None:
            yield {**record, "times_ticking": dear / record["cpu_seconds_per_1000"]}
        else:
            yield record


def spread(values: Sequence[float], form: str) -> str:
    """The median, with the least and the greatest where there are several."""
    middle = form.format(statistics.median(values))
    if len(values) == 1:
        return middle
    return f"{middle} ({form.format(min(values))}–{form.format(max(values))})"


def markdown(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table whose columns are aligned; nothing where it has no rows."""
    if not rows:
        return ""
    widths = [max(len(row[column]) for row in (titles, *rows)) for column in range(len(titles))]

    def line(cells: Iterable[str]) -> str:
        return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"

    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join((line(titles), rule, *map(line, rows))) + "\n"
