"""The lines of a summary's two lists, 部门回应 and 交办清单: what changing either has in common."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import transaction

from jianyan.accounts.roles import Actor

from ..errors import UnknownPassage
from ..models import Assignment, Response
from .editions import save_passage, unchanged_since
from .summaries import Opened, open_summary

Line = TypeVar("Line", Response, Assignment)


def open_line(kind: type[Line], line_id: int, *, by: Actor, at: dt.datetime) -> tuple[Opened, Line]:
    """The line of that id as it is under the lock, and its summary. Raises UnknownPassage."""
    summary_id = kind.objects.filter(pk=line_id).values_list("summary_id", flat=True).first()
    if summary_id is None:
        raise UnknownPassage
    opened = open_summary(summary_id, by=by, at=at)
    return opened, kind.objects.get(pk=line_id)


def add_line(opened: Opened, line: Line) -> Line:
    """Put a new line at the end of its list."""
    last = type(line).objects.filter(summary=opened.summary).order_by("-position").first()
    line.position = 0 if last is None else last.position + 1
    line.save()
    _changed(opened, line, "added")
    return line


def edit_line(opened: Opened, line: Line, words: Mapping[str, Any], *, edition: int) -> Line:
    """Set fields. What says the same already is left as it is; raises ChangedMeanwhile for an older `edition`."""
    if all(getattr(line, field) == value for field, value in words.items()):
        return line
    unchanged_since(line, edition)
    for field, value in words.items():
        setattr(line, field, value)
    save_passage(line, *words)
    _changed(opened, line, "edited")
    return line


@transaction.atomic
def remove_line(kind: type[Line], line_id: int, *, edition: int, by: Actor, at: dt.datetime) -> Line:
    """Leave it out of the document; it can be put back as it was."""
    opened, line = open_line(kind, line_id, by=by, at=at)
    if not line.removed:
        unchanged_since(line, edition)
        line.removed = True
        save_passage(line, "removed")
        _changed(opened, line, "removed")
    return line


@transaction.atomic
def put_back_line(kind: type[Line], line_id: int, *, by: Actor, at: dt.datetime) -> Line:
    """Put it back where it was."""
    opened, line = open_line(kind, line_id, by=by, at=at)
    if line.removed:
        line.removed = False
        save_passage(line, "removed")
        _changed(opened, line, "put_back")
    return line


@transaction.atomic
def move_line(kind: type[Line], line_id: int, *, places: int, by: Actor, at: dt.datetime) -> Line:
    """So many places down its list, up where negative; at either end it stays. Its edition does not rise."""
    opened, line = open_line(kind, line_id, by=by, at=at)
    shown = list(kind.objects.filter(summary=opened.summary, removed=False))
    before = [one.pk for one in shown]
    if line.pk not in before:
        raise UnknownPassage
    index = before.index(line.pk)
    moved = shown.pop(index)
    shown.insert(max(0, min(index + places, len(shown))), moved)
    if [one.pk for one in shown] != before:
        for position, one in enumerate(shown):
            one.position = position
        kind.objects.bulk_update(shown, ["position"])
        _changed(opened, line, "moved")
    return line


def _changed(opened: Opened, line: Line, how: str) -> None:
    noun = "response" if isinstance(line, Response) else "assignment"
    opened.changed(f"{noun}_{how}", **{noun: line.pk})
