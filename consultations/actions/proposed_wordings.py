"""Sentences that a language model proposes for a section: asked for by a secretary, and marked until they accept them.

The model is asked before anything is locked: it may take half a minute, and nobody shall wait for that.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from jianyan.accounts.roles import Actor

from .. import rules
from ..enums import Pending, StatementKind
from ..errors import BadForm, NoModel, NoWordings, UnknownPassage
from ..models import Citation, Statement, Suggestion, SummarySection
from ..screening import covered
from ..wording_checks import instructs
from ..wordings import ASKED, CHARACTERS, Proposal, Rejected, endpoint, judge
from .drafting import as_sentence
from .quoting import quotation
from .statements import section_of
from .summaries import open_summary


@dataclass(frozen=True, slots=True)
class Proposed:
    """What came of asking: the statements that wait in the section now, and what was rejected."""

    statements: tuple[Statement, ...]
    rejected: tuple[Rejected, ...]


def propose_wordings(*, section_id: int, by: Actor, at: dt.datetime) -> Proposed:
    """Ask the operator's model for sentences that rest on the section's suggestions; put in those that hold.

    Raises NoModel where the settings name none, NoWordings where it does not answer as it should, BadForm where the
    section rests on nothing, UnknownPassage, and what `rules.may_edit_summary` answers.
    """
    section = (
        SummarySection.objects.select_related("summary__deliberation__host").filter(pk=section_id).first()
    )
    if section is None:
        raise UnknownPassage
    rules.require(rules.may_edit_summary(by, section.summary))
    model = endpoint()
    if model is None:
        raise NoModel
    texts = material(section)
    if not texts:
        raise BadForm(detail=_("the section rests on no suggestion"))
    proposals = model.propose(texts)
    if proposals is None:
        raise NoWordings
    return _put_in(section, proposals, by=by, at=at)


def material(section: SummarySection) -> dict[int, str]:
    """What the model is told of a section: id → masked text of what it rests on, the most supported first.

    So many suggestions and characters as a question holds. What speaks to a machine is for people alone.
    """
    cited = Suggestion.objects.filter(
        citations__statement__section=section, citations__statement__removed=False
    )
    texts: dict[int, str] = {}
    room = CHARACTERS
    for suggestion in cited.distinct().order_by("-support", "topic_id", "number")[:ASKED]:
        text = covered(suggestion.public_text)
        if len(text) <= room and not instructs(text):
            texts[suggestion.pk] = text
            room -= len(text)
    return texts


@transaction.atomic
def _put_in(
    section: SummarySection, proposals: tuple[Proposal, ...], *, by: Actor, at: dt.datetime
) -> Proposed:
    opened = open_summary(section.summary_id, by=by, at=at)
    section = section_of(opened, section.pk)
    # Judged under the lock by what stands there now: meanwhile somebody may have changed what the section rests on.
    good, bad = judge(proposals, material(section))
    there = set(section.statements.filter(removed=False).values_list("text", flat=True))
    cites = {as_sentence(proposal.text): proposal.cites for proposal in good}
    texts = [text for text in cites if text not in there]
    statements = [
        Statement(
            section=section,
            kind=StatementKind.CITED,
            text=text,
            position=position,
            pending=Pending.MODEL,
        )
        for position, text in enumerate(texts, start=_end_of(section))
    ]
    if statements:
        Statement.objects.bulk_create(statements)
        _cite(statements, cites)
        opened.changed("proposed", section=section.pk, statements=[statement.pk for statement in statements])
    return Proposed(tuple(statements), tuple(bad))


def _cite(statements: list[Statement], cites: dict[str, tuple[int, ...]]) -> None:
    suggestions = Suggestion.objects.in_bulk({pk for cited in cites.values() for pk in cited})
    Citation.objects.bulk_create(
        quotation(statement, suggestions[pk]) for statement in statements for pk in cites[statement.text]
    )


def _end_of(section: SummarySection) -> int:
    last = section.statements.order_by("-position").values_list("position", flat=True).first()
    return 0 if last is None else last + 1
