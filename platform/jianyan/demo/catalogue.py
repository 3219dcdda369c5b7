"""What is written in data/topics.json: issues of the fictional county, and ideas of varied quality for each.

data/same_as.json says which of them say the same, where somebody has looked: by positions in the issue from 1, the one
that stands for the others first.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

DATA = Path(__file__).resolve().parent / "data"
MEMBERS = DATA / "members.csv"

# Where a text that holds two ideas goes over to the second one.
_SECOND_IDEA = re.compile(r"[；;]|，二[是要]|\n2、")
_FIRST_ORDINAL = re.compile(r"^(一[是要]|1、)")


class Quality(StrEnum):
    """What a moderator will find in an idea; everything but GOOD needs a decision."""

    GOOD = "good"
    TWO_IDEAS = "two_ideas"
    OFF_TOPIC = "off_topic"
    PRIVATE_DATA = "private_data"
    HARSH = "harsh"


@dataclass(frozen=True, slots=True)
class Idea:
    """A text, the sector whose member wrote it, and the theme it belongs to; None where it fits none."""

    text: str
    sector: str
    theme: str | None
    quality: Quality

    @property
    def first_half(self) -> str:
        """The first of two ideas, as its author would send it again; the whole text where there is one."""
        first = _SECOND_IDEA.split(self.text, maxsplit=1)[0]
        return _FIRST_ORDINAL.sub("", first).strip().rstrip("，。") + "。"


@dataclass(frozen=True, slots=True)
class Issue:
    """A question with everything that has been said to it. `same_as`: position of an idea → of the one that says it too."""

    slug: str
    title: str
    prompt: str
    background: str
    channel: str
    departments: tuple[str, ...]
    themes: tuple[str, ...]
    ideas: tuple[Idea, ...]
    same_as: Mapping[int, int]


@cache
def issues() -> tuple[Issue, ...]:
    """All issues in the order of the file."""
    groups = json.loads((DATA / "same_as.json").read_text(encoding="utf-8"))
    return tuple(
        Issue(
            slug=entry["slug"],
            title=entry["title"],
            prompt=entry["prompt"],
            background=entry["background"],
            channel=entry["channel"],
            departments=tuple(entry["departments"]),
            themes=tuple(entry["themes"]),
            ideas=tuple(
                Idea(idea["text"], idea["sector"], idea["theme"], Quality(idea["quality"]))
                for idea in entry["suggestions"]
            ),
            same_as={other: first for first, *others in groups.get(entry["slug"], ()) for other in others},
        )
        for entry in json.loads((DATA / "topics.json").read_text(encoding="utf-8"))
    )


def issue(slug: str) -> Issue:
    """The issue of that slug; KeyError where there is none."""
    return {one.slug: one for one in issues()}[slug]


def issue_of_prompt(prompt: str) -> Issue | None:
    """The issue that a topic asks about; None for a topic that somebody else has written."""
    return {one.prompt: one for one in issues()}.get(prompt)


@cache
def idea_of_text(text: str) -> Idea | None:
    """The idea with that text in whatever issue; None for what somebody has typed."""
    return {idea.text: idea for one in issues() for idea in one.ideas}.get(text)


@cache
def said_before(text: str) -> str | None:
    """The text that says the same as this one and stands for it; None where nobody has found one."""
    for one in issues():
        for position, idea in enumerate(one.ideas, start=1):
            if idea.text == text and position in one.same_as:
                return one.ideas[one.same_as[position] - 1].text
    return None
