"""The sections of a summary: rename, add, move."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from jianyan.accounts.roles import Actor

from ..errors import UnknownPassage
from ..models import SummarySection
from .editions import save_passage, unchanged_since
from .statements import section_of
from .summaries import Opened, accept, open_summary

HEADING_LENGTH = 40


def _open(section_id: int, *, by: Actor, at: dt.datetime) -> tuple[Opened, SummarySection]:
    summary_id = SummarySection.objects.filter(pk=section_id).values_list("summary_id", flat=True).first()
    if summary_id is None:
        raise UnknownPassage
    opened = open_summary(summary_id, by=by, at=at)
    section = section_of(opened, section_id)
    if section.topic_id is None:
        # The consensus has its name from the form of the document.
        raise UnknownPassage
    return opened, section


def _heading(heading: str) -> str:
    return accept(heading, HEADING_LENGTH, what=_("a heading")).replace("\n", "")


@transaction.atomic
def rename_section(
    *, section_id: int, heading: str, edition: int, by: Actor, at: dt.datetime
) -> SummarySection:
    """Give it another heading. Raises ChangedMeanwhile where somebody else has since `edition`."""
    opened, section = _open(section_id, by=by, at=at)
    heading = _heading(heading)
    if heading == section.heading:
        return section
    unchanged_since(section, edition)
    section.heading = heading
    save_passage(section, "heading")
    opened.changed("renamed", section=section.pk)
    return section


@transaction.atomic
def add_section(
    *, summary_id: int, topic_id: int, heading: str, by: Actor, at: dt.datetime
) -> SummarySection:
    """A further section at the end of what is said on a topic. Raises UnknownPassage for a topic of others."""
    opened = open_summary(summary_id, by=by, at=at)
    if topic_id not in {topic.pk for topic in opened.topics}:
        raise UnknownPassage
    sections = list(opened.summary.sections.all())
    section = SummarySection(summary=opened.summary, topic_id=topic_id, heading=_heading(heading))
    section.save()
    of_topic = [index for index, one in enumerate(sections) if one.topic_id == topic_id]
    sections.insert(of_topic[-1] + 1 if of_topic else len(sections), section)
    _number(sections)
    opened.changed("section_added", section=section.pk)
    return section


@transaction.atomic
def move_section(*, section_id: int, places: int, by: Actor, at: dt.datetime) -> SummarySection:
    """So many places down among the sections of its topic, up where negative; at either end it stays."""
    opened, section = _open(section_id, by=by, at=at)
    sections = list(opened.summary.sections.filter(topic=section.topic))
    positions = [one.position for one in sections]
    before = [one.pk for one in sections]
    index = before.index(section.pk)
    moved = sections.pop(index)
    sections.insert(max(0, min(index + places, len(sections))), moved)
    if [one.pk for one in sections] != before:
        for one, position in zip(sections, positions, strict=True):
            one.position = position
        SummarySection.objects.bulk_update(sections, ["position"])
        opened.changed("section_moved", section=section.pk)
    return section


def _number(sections: list[SummarySection]) -> None:
    for position, section in enumerate(sections):
        section.position = position
    SummarySection.objects.bulk_update(sections, ["position"])
