"""The sentences of a summary: reword, add, take out, put back, move, split, join, merge, and say what each rests on.

`edition` is the one that the secretary saw. Where somebody has changed the statement since, nothing is done and
ChangedMeanwhile is raised; a wish that is already fulfilled is granted whatever its edition.

A lead (the opening of a theme) is computed: it stays first in its section, and can be taken out and put back; for
anything else ComputedWords is raised.
"""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

from django.db import transaction
from django.utils.translation import gettext as _

from jianyan.accounts.roles import Actor

from ..enums import PUBLIC, StatementKind
from ..errors import ComputedWords, NotCitable, UnknownPassage
from ..models import Statement, Suggestion, SummarySection
from .editions import save_passage, unchanged_since
from .one_statement import open_statement
from .quoting import quotation
from .summaries import Opened, accept, open_summary

TEXT_LENGTH = 2000


def section_of(opened: Opened, section_id: int) -> SummarySection:
    """That section of the opened summary. Raises UnknownPassage."""
    section = opened.summary.sections.filter(pk=section_id).first()
    if section is None:
        raise UnknownPassage
    return section


def _open_own(statement_id: int, *, by: Actor, at: dt.datetime) -> tuple[Opened, Statement]:
    """As `open_statement`, for what a secretary may word and place."""
    opened, statement = open_statement(statement_id, by=by, at=at)
    if statement.kind == StatementKind.LEAD:
        raise ComputedWords
    return opened, statement


def _text(text: str) -> str:
    return accept(text, TEXT_LENGTH, what=_("a statement"))


@transaction.atomic
def edit_statement(*, statement_id: int, text: str, edition: int, by: Actor, at: dt.datetime) -> Statement:
    """Reword it. The drafted wording stays beside it, one step away."""
    opened, statement = _open_own(statement_id, by=by, at=at)
    return _reword(opened, statement, _text(text), edition=edition)


@transaction.atomic
def restore_wording(*, statement_id: int, edition: int, by: Actor, at: dt.datetime) -> Statement:
    """Give it the drafted wording again. A statement that a secretary wrote has none: nothing changes."""
    opened, statement = _open_own(statement_id, by=by, at=at)
    return _reword(opened, statement, statement.original or statement.text, edition=edition)


def _reword(opened: Opened, statement: Statement, text: str, *, edition: int) -> Statement:
    if text == statement.text:
        return statement
    unchanged_since(statement, edition)
    statement.text = text
    save_passage(statement, "text")
    opened.changed("reworded", statement=statement.pk, reworded=statement.reworded)
    return statement


@transaction.atomic
def add_note(*, section_id: int, text: str, by: Actor, at: dt.datetime) -> Statement:
    """A sentence of the secretary's own (秘书补充), at the end of the section. It rests on nothing until it cites."""
    summary_id = SummarySection.objects.filter(pk=section_id).values_list("summary_id", flat=True).first()
    if summary_id is None:
        raise UnknownPassage
    opened = open_summary(summary_id, by=by, at=at)
    section = section_of(opened, section_id)
    statement = Statement.objects.create(
        section=section, kind=StatementKind.NOTE, text=_text(text), position=_end_of(section)
    )
    opened.changed("noted", statement=statement.pk)
    return statement


@transaction.atomic
def remove_statement(*, statement_id: int, edition: int, by: Actor, at: dt.datetime) -> Statement:
    """Leave it out of the document; it can be put back as it was."""
    opened, statement = open_statement(statement_id, by=by, at=at)
    if not statement.removed:
        unchanged_since(statement, edition)
        statement.removed = True
        save_passage(statement, "removed")
        opened.changed("removed", statement=statement.pk)
    return statement


@transaction.atomic
def put_back_statement(*, statement_id: int, by: Actor, at: dt.datetime) -> Statement:
    """Put it back where it was."""
    opened, statement = open_statement(statement_id, by=by, at=at)
    if statement.removed:
        statement.removed = False
        save_passage(statement, "removed")
        opened.changed("put_back", statement=statement.pk)
    return statement


@transaction.atomic
def move_statement(*, statement_id: int, places: int, by: Actor, at: dt.datetime) -> Statement:
    """So many places down its section, up where negative; at either end it stays. Its edition does not rise."""
    opened, statement = _open_own(statement_id, by=by, at=at)
    shown = _standing(statement.section)
    before = [one.pk for one in shown]
    if statement.pk not in before:
        raise UnknownPassage
    index = [one.pk for one in shown if one.kind != StatementKind.LEAD].index(statement.pk)
    moved = shown.pop(before.index(statement.pk))
    _insert(shown, moved, index + places)
    if [one.pk for one in shown] != before:
        _number(shown)
        opened.changed("moved", statement=statement.pk)
    return statement


@transaction.atomic
def move_to_section(
    *, statement_id: int, section_id: int, place: int | None = None, by: Actor, at: dt.datetime
) -> Statement:
    """To that place (from 1, leads do not count) of a section of the same summary, its own too; or to its end."""
    opened, statement = _open_own(statement_id, by=by, at=at)
    section = section_of(opened, section_id)
    shown = _standing(section)
    before = [one.pk for one in shown]
    others = [one for one in shown if one.pk != statement.pk]
    if place is None and statement.section_id == section.pk:
        return statement
    _insert(others, statement, len(others) if place is None else place - 1)
    if [one.pk for one in others] != before:
        statement.section = section
        statement.save(update_fields=["section"])
        _number(others)
        opened.changed("moved", statement=statement.pk, section=section.pk)
    return statement


@transaction.atomic
def split_statement(
    *, statement_id: int, first: str, second: str, edition: int, by: Actor, at: dt.datetime
) -> tuple[Statement, Statement]:
    """Make two sentences of one, the second right behind the first; both rest on what the one rested on.

    The drafted wording stays with the first; the second has none, and so is marked as reworded.
    """
    opened, statement = _open_own(statement_id, by=by, at=at)
    unchanged_since(statement, edition)
    shown = _standing(statement.section)
    if statement.pk not in [one.pk for one in shown]:
        raise UnknownPassage
    statement.text = _text(first)
    behind = Statement.objects.create(
        section=statement.section, kind=statement.kind, text=_text(second), pending=statement.pending
    )
    for citation in statement.citations.select_related("suggestion"):
        _cite(behind, citation.suggestion)
    save_passage(statement, "text")
    shown.insert([one.pk for one in shown].index(statement.pk) + 1, behind)
    _number(shown)
    opened.changed("split", statement=statement.pk, behind=behind.pk, reworded=statement.reworded)
    return statement, behind


@transaction.atomic
def join_statement(*, statement_id: int, edition: int, by: Actor, at: dt.datetime) -> Statement:
    """Put the words of the next sentence of the section behind this one's, which rests on the sources of both.

    The next one is taken out, and can be put back. Raises UnknownPassage for the last sentence.
    """
    opened, statement = _open_own(statement_id, by=by, at=at)
    unchanged_since(statement, edition)
    shown = _standing(statement.section)
    behind = next(
        (after for before, after in pairwise(shown) if before.pk == statement.pk),
        None,
    )
    if behind is None:
        raise UnknownPassage
    statement.text = _text(statement.text + behind.text)
    statement.save(update_fields=["text"])
    _rest_on_both(statement, behind)
    opened.changed("joined", statement=behind.pk, into=statement.pk)
    return statement


@transaction.atomic
def merge_statement(
    *, statement_id: int, into_id: int, edition: int, by: Actor, at: dt.datetime
) -> Statement:
    """Let another statement of the summary rest on this one's suggestions too, and take this one out.

    The words of the other stay; this one can be put back. Returns the other.
    """
    opened, statement = _open_own(statement_id, by=by, at=at)
    into = (
        Statement.objects.filter(pk=into_id, section__summary=opened.summary, removed=False)
        .exclude(pk=statement_id)
        .first()
    )
    if into is None:
        raise UnknownPassage
    if into.kind == StatementKind.LEAD:
        raise ComputedWords
    unchanged_since(statement, edition)
    _rest_on_both(into, statement)
    opened.changed("merged", statement=statement.pk, into=into.pk)
    return into


@transaction.atomic
def add_citation(
    *, statement_id: int, topic_id: int, number: int, edition: int, by: Actor, at: dt.datetime
) -> Statement:
    """Let it rest on the suggestion of that number too. Raises NotCitable unless that is published there."""
    opened, statement = _open_own(statement_id, by=by, at=at)
    suggestion = Suggestion.objects.filter(
        topic_id=topic_id, topic__in=opened.topics, number=number, status__in=PUBLIC
    ).first()
    if suggestion is None:
        raise NotCitable
    if not statement.citations.filter(suggestion=suggestion).exists():
        unchanged_since(statement, edition)
        _cite(statement, suggestion)
        _set_kind(statement)
        opened.changed("cited", statement=statement.pk, suggestion=suggestion.pk)
    return statement


@transaction.atomic
def remove_citation(
    *, statement_id: int, suggestion_id: int, edition: int, by: Actor, at: dt.datetime
) -> Statement:
    """Let it no longer rest on that suggestion. Without any it is the secretary's own, and is marked so."""
    opened, statement = _open_own(statement_id, by=by, at=at)
    citation = statement.citations.filter(suggestion_id=suggestion_id).first()
    if citation is not None:
        unchanged_since(statement, edition)
        citation.delete()
        _set_kind(statement)
        opened.changed("uncited", statement=statement.pk, suggestion=suggestion_id)
    return statement


def _rest_on_both(stays: Statement, goes: Statement) -> None:
    """The one cites what the other does too; that is taken out."""
    cited = set(stays.citations.values_list("suggestion_id", flat=True))
    for citation in goes.citations.select_related("suggestion"):
        if citation.suggestion_id not in cited:
            _cite(stays, citation.suggestion)
    goes.removed = True
    save_passage(goes, "removed")
    _set_kind(stays)


def _cite(statement: Statement, suggestion: Suggestion) -> None:
    quotation(statement, suggestion).save()


def _set_kind(statement: Statement) -> None:
    rests = statement.citations.exists()
    statement.kind = StatementKind.CITED if rests else StatementKind.NOTE
    save_passage(statement, "kind")


def _end_of(section: SummarySection) -> int:
    last = section.statements.order_by("-position").values_list("position", flat=True).first()
    return 0 if last is None else last + 1


def _standing(section: SummarySection) -> list[Statement]:
    """The sentences of the section that are in the document, in order."""
    return list(section.statements.filter(removed=False))


def _insert(statements: list[Statement], statement: Statement, index: int) -> None:
    """At that index among those that are no lead, or the nearest that there is."""
    leads = sum(one.kind == StatementKind.LEAD for one in statements)
    statements.insert(leads + max(0, min(index, len(statements) - leads)), statement)


def _number(statements: list[Statement]) -> None:
    for position, statement in enumerate(statements):
        statement.position = position
    Statement.objects.bulk_update(statements, ["position"])
