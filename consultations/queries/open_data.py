"""Open data: everything that is public as rows, under names that stay as they are.

What a dataset consists of is said in `DATASETS`; docs/open-data.md and `/open/v1/schema.json` are made of the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from django.db.models import Count, QuerySet, Sum
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..periods import Period
from . import open_rows
from .open_rows import Row

VERSION = "jianyan.open/1"
AT_A_TIME = 1_000
"""Rows that are read together while a file is sent."""

Type: TypeAlias = Literal["string", "integer", "number", "boolean", "date", "date-time", "uri"]


@dataclass(frozen=True, slots=True)
class Column:
    """A field of a row; `null` where there is nothing to say."""

    name: str
    type: Type
    means: str | Promise
    null: bool = False


@dataclass(frozen=True, slots=True)
class Dataset:
    """Rows of one kind. `query` gives what is public at an instant; `date` is the field that since and until restrict.

    In the rows a page is its path: on which site it is, is for the file to say.
    """

    name: str
    means: str | Promise
    columns: tuple[Column, ...]
    query: Callable[[dt.datetime], QuerySet[Any]]
    date: str
    day: bool
    rows: Callable[[list[Any], dt.datetime], Iterable[Row]]
    edition: str

    def selected(self, at: dt.datetime, period: Period | None) -> QuerySet[Any]:
        """What is public of it, in the period where there is one."""
        found = self.query(at)
        if period is None:
            return found
        if self.day:
            return found.filter(**{f"{self.date}__gte": period.since, f"{self.date}__lte": period.until})
        return found.filter(**{f"{self.date}__gte": period.starts_at, f"{self.date}__lt": period.ends_at})

    def part(self, at: dt.datetime, period: Period | None, after: int) -> tuple[list[Row], int | None]:
        """The rows with ids after that one, and where the next part begins; None: this was the last."""
        found = list(self.selected(at, period).filter(pk__gt=after).order_by("pk")[:AT_A_TIME])
        last = found[-1].pk if len(found) == AT_A_TIME else None
        return list(self.rows(found, at)), last

    def state(self, at: dt.datetime, period: Period | None) -> str:
        """A text that is another one when the rows are: one query."""
        found = self.selected(at, period).order_by()
        told = found.aggregate(rows=Count("pk"), editions=Sum(self.edition))
        return f"{self.name} {told['rows']} {told['editions']}"


_ID = Column("id", "integer", _("Stays the same for ever."))
_URL = Column("url", "uri", _("Its page."))

DATASETS: Mapping[str, Dataset] = {
    one.name: one
    for one in (
        Dataset(
            "deliberations",
            _("Deliberations and events, held or announced."),
            (
                _ID,
                _URL,
                Column("title", "string", _("Its title.")),
                Column("channel", "string", _("The form of consultation.")),
                Column("host", "string", _("The body that holds it.")),
                Column("year", "integer", _("Of its number in the series of its channel."), null=True),
                Column("number", "integer", _("In that series."), null=True),
                Column("mode", "string", _("online, offline or hybrid.")),
                Column("place", "string", _("Where, as far as it has a place.")),
                Column(
                    "starts_at", "date-time", _("When it begins; of events from paper perhaps the day alone.")
                ),
                Column("ends_at", "date-time", _("When it ends.")),
                Column("attendances", "integer", _("How often somebody took part (人次).")),
                Column("statements", "integer", _("Published suggestions, or statements counted on paper.")),
            ),
            open_rows.deliberations,
            "starts_at",
            day=False,
            rows=open_rows.deliberation_rows,
            edition="topics__revision",
        ),
        Dataset(
            "topics",
            _("Questions that members were asked."),
            (
                _ID,
                _URL,
                Column("deliberation", "integer", _("Id of its deliberation.")),
                Column("title", "string", _("Its title.")),
                Column("prompt", "string", _("The question.")),
                Column("opens_at", "date-time", _("From when suggestions are taken.")),
                Column("closes_at", "date-time", _("Until when.")),
                Column("phase", "string", _("announced, open or closed.")),
                Column("anonymous", "boolean", _("Whether authors are not named.")),
                Column("suggestions", "integer", _("Published ones; a merged group is one.")),
                Column("support", "integer", _("Supporting votes; null while counts are hidden."), null=True),
                Column(
                    "journal_head", "string", _("The last hash of its journal, once it is closed."), null=True
                ),
            ),
            open_rows.topics,
            "opens_at",
            day=False,
            rows=open_rows.topic_rows,
            edition="revision",
        ),
        Dataset(
            "suggestions",
            _("What members suggested, as far as it is published."),
            (
                _ID,
                _URL,
                Column("topic", "integer", _("Id of its topic.")),
                Column("number", "integer", _("In its topic.")),
                Column("text", "string", _("The text as everybody may read it.")),
                Column("author", "string", _("Null where the topic names no authors."), null=True),
                Column("sector", "string", _("Of the author when it was posted."), null=True),
                Column("status", "string", _("published, or merged into another one.")),
                Column("merged_into", "integer", _("Id of that one."), null=True),
                Column("theme", "string", _("The moderator's grouping."), null=True),
                Column("support", "integer", _("Null while counts are hidden."), null=True),
                Column("neutral", "integer", _("Where the ballot has it; null while hidden."), null=True),
                Column("oppose", "integer", _("Where the ballot has it; null while hidden."), null=True),
                Column("posted_at", "date-time", _("When it was posted.")),
            ),
            open_rows.suggestions,
            "posted_at",
            day=False,
            rows=open_rows.suggestion_rows,
            edition="topic__revision",
        ),
        Dataset(
            "summaries",
            _("Signed summaries, corrected versions included."),
            (
                _ID,
                _URL,
                Column("deliberation", "integer", _("Id of its deliberation.")),
                Column("kind", "string", _("minutes, overview or digest.")),
                Column("title", "string", _("Its title.")),
                Column("issuer", "string", _("The body that has issued it."), null=True),
                Column("number", "string", _("Such as 〔2026〕1号.")),
                Column("version", "integer", _("1, or higher for a correction.")),
                Column("signed_at", "date-time", _("When it was signed."), null=True),
                Column("seal", "string", _("The hash of the whole document.")),
                Column("replaced", "boolean", _("Whether a later version was signed.")),
            ),
            open_rows.summaries,
            "signed_at",
            day=False,
            rows=open_rows.summary_rows,
            edition="edition",
        ),
        Dataset(
            "referrals",
            _("What was referred to bodies that handle it, and how far it has come."),
            (
                _ID,
                _URL,
                Column("deliberation", "integer", _("Id of its deliberation.")),
                Column("item", "string", _("What is to be done.")),
                Column(
                    "suggestions", "string", _("Ids of the suggestions it rests on, with semicolons between.")
                ),
                Column("lead", "string", _("The body that leads."), null=True),
                Column("co_handling", "string", _("Bodies that help, with semicolons between.")),
                Column("state", "string", _("issued, returned, accepted, answered or closed.")),
                Column("issued", "date", _("When it was referred."), null=True),
                Column("due", "date", _("When the answer is due.")),
                Column("overdue", "boolean", _("Whether that day is past without an answer.")),
                Column("answered", "date", _("When it was answered."), null=True),
                Column("class", "string", _("The class of the answer."), null=True),
                Column("closed", "date", _("When it was closed."), null=True),
                Column("oversight", "boolean", _("Whether it is under oversight (督办).")),
            ),
            open_rows.referrals,
            "issued_at",
            day=False,
            rows=open_rows.referral_rows,
            edition="edition",
        ),
        Dataset(
            "outcomes",
            _("What came of suggestions."),
            (
                _ID,
                _URL,
                Column("kind", "string", _("instruction, adopted, converted, resolved or reported.")),
                Column("level", "string", _("town, county, city, province or nation.")),
                Column("date", "date", _("When.")),
                Column("words", "string", _("What it is.")),
                Column("document_number", "string", _("Where it has one.")),
                Column("item", "string", _("The same for several on one document: these are one (一件).")),
                Column("amount", "number", _("In yuan."), null=True),
                Column("amount_of", "string", _("What the amount is.")),
                Column("body", "string", _("To whom it is credited.")),
                Column("deliberations", "string", _("Ids of what it covers, with semicolons between.")),
                Column("suggestions", "string", _("Ids of what it covers.")),
                Column("referrals", "string", _("Ids of what it covers.")),
                Column("summaries", "string", _("Ids of what it covers.")),
                Column("submissions", "string", _("Ids of what it covers.")),
            ),
            open_rows.outcomes,
            "date",
            day=True,
            rows=open_rows.outcome_rows,
            edition="edition",
        ),
        Dataset(
            "events",
            _("Events that took place outside the platform, or were counted on paper as well."),
            (
                Column("id", "integer", _("Id of its deliberation; stays the same for ever.")),
                _URL,
                Column("title", "string", _("Its title.")),
                Column("channel", "string", _("The form of consultation.")),
                Column("host", "string", _("The body that has held it.")),
                Column("co_hosts", "string", _("Together with, with semicolons between.")),
                Column("date", "date", _("When.")),
                Column("mode", "string", _("online, offline or hybrid.")),
                Column("place", "string", _("Where, as far as it is known.")),
                Column("categories", "string", _("What it counts as, with semicolons between.")),
                Column("attendances", "integer", _("How often somebody took part (人次).")),
                Column("statements", "integer", _("Statements made.")),
                Column("accepted", "integer", _("Suggestions taken up.")),
                Column("resolved", "integer", _("Problems solved.")),
            ),
            open_rows.events,
            "deliberation__starts_at",
            day=False,
            rows=open_rows.event_rows,
            edition="edition",
        ),
        Dataset(
            "submissions",
            _("Proposals and reports of public opinion."),
            (
                _ID,
                _URL,
                Column("kind", "string", _("proposal or opinion.")),
                Column("number", "string", _("Its number, where it has one.")),
                Column("title", "string", _("Its title.")),
                Column("sponsor_kind", "string", _("group, committee, joint or member.")),
                Column("sponsor", "string", _("Who has put it forward.")),
                Column("body", "string", _("Who has received it.")),
                Column("filed", "date", _("When.")),
                Column("state", "string", _("filed, accepted, handled or closed.")),
                Column("suggestions", "string", _("Ids of what it grew out of, with semicolons between.")),
            ),
            open_rows.submissions,
            "filed",
            day=True,
            rows=open_rows.submission_rows,
            edition="edition",
        ),
        Dataset(
            "indicators",
            _("The figures of signed annual reports."),
            (
                Column("report", "integer", _("Id of the report; stays the same for ever.")),
                _URL,
                Column("body", "string", _("Whose report it is; of this body and all below it.")),
                Column("since", "date", _("The first day.")),
                Column("until", "date", _("The last day.")),
                Column("version", "integer", _("Of the report.")),
                Column("slug", "string", _("Short name of the figure; with the report it is unique.")),
                Column("name", "string", _("Its name.")),
                Column("unit", "string", _("What it is counted in.")),
                Column("value", "number", _("The exact value."), null=True),
                Column("printed", "string", _("As the report prints it.")),
                Column("counts", "string", _("What was counted.")),
                Column("rule_since", "integer", _("The year since which this is counted so.")),
            ),
            open_rows.reports,
            "until",
            day=True,
            rows=open_rows.indicator_rows,
            edition="edition",
        ),
    )
}


def schema() -> dict[str, Any]:
    """All datasets as JSON Schema: of each the object that a row is."""
    # One schema, whoever asks.
    with translation.override("en"):
        rows = {name: _row_schema(one) for name, one in DATASETS.items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": VERSION,
        "title": "Jianyan open data",
        "$defs": rows,
    }


def _row_schema(dataset: Dataset) -> dict[str, Any]:
    return {
        "type": "object",
        "description": str(dataset.means),
        "properties": {column.name: _column_schema(column) for column in dataset.columns},
        "required": [column.name for column in dataset.columns],
        "additionalProperties": False,
    }


def _column_schema(column: Column) -> dict[str, Any]:
    plain = column.type if column.type in ("integer", "number", "boolean") else "string"
    told: dict[str, Any] = {
        "type": [plain, "null"] if column.null else plain,
        "description": str(column.means),
    }
    if column.type in ("date", "date-time", "uri"):
        told["format"] = column.type
    return told
