"""What a secretary should look at before a summary is submitted; few of it must be done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from ..documents.glyphs import missing
from ..documents.model import SummaryDocument
from ..documents.printable import printable
from ..documents.wording import opening_text, references
from ..enums import PUBLIC, Pending, StatementKind
from ..models import Statement, SummarySection
from ..wording_checks import quantities
from .summary_document import document_of
from .summary_rows import Rows, load_summary, read_rows

LONGEST = 500
"""Characters of a sentence that is still read to its end."""
NAMED = 12
"""So many suggestions or people are named in a remark; of more, the first ones."""
_EXCERPT = 24
_HEAD = "summary-head"
_WAITS = {
    Pending.CONSENSUS: gettext_lazy("“%(text)s” is proposed as consensus and waits to be accepted"),
    Pending.MODEL: gettext_lazy("“%(text)s” was worded by a language model and waits to be accepted"),
}


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to look at: what, where (an element's id in the editor), and whether submitting has to wait for it.

    `code`: empty, pending, empty_section, unsourced, number, long, glyphs, uncited, unthemed, absent_author, same_name.
    """

    code: str
    words: str
    anchor: str
    blocks: bool = False


def readiness(summary_id: int) -> tuple[Remark, ...]:
    """What blocks submitting first, then the rest in the order of the editor. Raises UnknownSummary."""
    return remarks_on(read_rows(load_summary(summary_id)))


def remarks_on(rows: Rows) -> tuple[Remark, ...]:
    """As `readiness`, for rows that are read already; asks nothing further."""
    document = document_of(rows)
    known = _known(rows, document)
    found = chain(
        _whole(rows),
        _people(rows),
        _opening(rows, document, known),
        chain.from_iterable(_section(rows, known, section) for section in rows.sections),
        _suggestions(rows, document),
    )
    return tuple(sorted(found, key=lambda remark: not remark.blocks))


def _sentences(rows: Rows, section: SummarySection) -> list[Statement]:
    """What stands in a section, but for its lead, whose words are computed."""
    return [
        statement
        for statement in rows.statements.get(section.pk, ())
        if not statement.removed and statement.kind != StatementKind.LEAD
    ]


def _whole(rows: Rows) -> Iterator[Remark]:
    if not any(_sentences(rows, section) for section in rows.sections):
        yield Remark("empty", _("The document has no sentence"), "summary-sections", blocks=True)


# --- sentences ----------------------------------------------------------------------------------------------


def _section(rows: Rows, known: frozenset[str], section: SummarySection) -> Iterator[Remark]:
    sentences = _sentences(rows, section)
    if not sentences and section.topic_id is not None:
        words = _("The section “%(heading)s” has no sentence") % {
            "heading": section.heading or _("Other suggestions")
        }
        yield Remark("empty_section", words, f"section-{section.pk}")
    for statement in sentences:
        yield from _sentence(rows, known, statement)


def _sentence(rows: Rows, known: frozenset[str], statement: Statement) -> Iterator[Remark]:
    anchor, text = f"statement-{statement.pk}", _excerpt(statement.text)
    if statement.pending:
        yield Remark("pending", _WAITS[Pending(statement.pending)] % {"text": text}, anchor, blocks=True)
    if statement.kind == StatementKind.NOTE:
        words = _("“%(text)s” rests on no suggestion and is printed as the secretary's note") % {"text": text}
        yield Remark("unsourced", words, anchor)
    if len(statement.text) > LONGEST:
        words = _("“%(text)s” has %(length)s characters; more than %(most)s are hard to read") % {
            "text": text,
            "length": len(statement.text),
            "most": LONGEST,
        }
        yield Remark("long", words, anchor)
    rare = _missing(statement.text)
    if rare:
        words = _("“%(text)s” has characters that the fonts of the PDF lack: %(characters)s")
        yield Remark("glyphs", words % {"text": text, "characters": _listed(rare)}, anchor)
    if statement.kind == StatementKind.NOTE or statement.reworded:
        citations = rows.citations.get(statement.pk, ())
        sources = [rows.suggestions[citation.suggestion_id].public_text for citation in citations]
        strange = _strange(statement.text, sources, known)
        if strange:
            words = _("“%(text)s” names %(numbers)s, which neither its sources nor the figures have") % {
                "text": text,
                "numbers": _listed(strange),
            }
            yield Remark("number", words, anchor)


def _opening(rows: Rows, document: SummaryDocument, known: frozenset[str]) -> Iterator[Remark]:
    rare = _missing(f"{document.title}{opening_text(document)}{rows.summary.opening}")
    if rare:
        words = _("Title or opening have characters that the fonts of the PDF lack: %(characters)s")
        yield Remark("glyphs", words % {"characters": _listed(rare)}, _HEAD)
    strange = _strange(rows.summary.opening, (), known)
    if strange:
        words = _("What you added to the opening names %(numbers)s, which the figures do not have") % {
            "numbers": _listed(strange)
        }
        yield Remark("number", words, _HEAD)


def _strange(text: str, sources: Iterable[str], known: frozenset[str]) -> list[str]:
    """The numbers of a text that neither its sources have nor is known anyway, as they are written."""
    named = quantities(text)
    if not named:
        return []
    known = known.union(*map(_quantities, sources))
    return [written for number, written in named.items() if number not in known]


def _known(rows: Rows, document: SummaryDocument) -> frozenset[str]:
    """The numbers of question and background, of the opening, and of the figures."""
    asked = (f"{topic.prompt}\n{topic.background}" for topic in rows.topics.values())
    stated = map(_quantities, (*asked, opening_text(document)))
    return frozenset(map(str, _figures(document))).union(*stated)


@lru_cache(maxsize=2048)
def _quantities(text: str) -> frozenset[str]:
    # A page is drawn after every edit, and its sources stay the same.
    return frozenset(quantities(text))


def _figures(document: SummaryDocument) -> Iterator[int]:
    """Every number of the tables, and the support of every sentence."""
    for sector in document.statistics.sectors:
        yield from (sector.participants, sector.suggestions, sector.support)
    for theme in document.statistics.themes:
        yield from (theme.suggestions, theme.support)
    parts = [section.statements for topic in document.topics for section in topic.sections]
    for statement in chain(document.consensus, *parts):
        yield from (statement.support, len(statement.citations))


# --- suggestions and people ---------------------------------------------------------------------------------


def _suggestions(rows: Rows, document: SummaryDocument) -> Iterator[Remark]:
    calls = references(document)
    cited = {
        citation.suggestion_id
        for section in rows.sections
        for statement in _sentences(rows, section)
        for citation in rows.citations.get(statement.pk, ())
    }
    for topic_id in rows.topics:
        public = [
            one for one in rows.suggestions.values() if one.topic_id == topic_id and one.status in PUBLIC
        ]
        anchor = f"uncited-{topic_id}"
        uncited = [calls[one.pk] for one in public if one.pk not in cited]
        if uncited:
            words = _("Suggestions that no sentence rests on (%(count)s): %(numbers)s")
            yield Remark("uncited", words % {"numbers": _listed(uncited), "count": len(uncited)}, anchor)
        unthemed = [calls[one.pk] for one in public if one.theme_id is None]
        if unthemed:
            words = _("Suggestions without a theme (%(count)s): %(numbers)s")
            yield Remark("unthemed", words % {"numbers": _listed(unthemed), "count": len(unthemed)}, anchor)
        rare = {calls[one.pk]: _missing(one.public_text) for one in public}
        lacking = [number for number, characters in rare.items() if characters]
        if lacking:
            words = _("Suggestions with characters that the fonts of the PDF lack (%(count)s): %(numbers)s")
            yield Remark("glyphs", words % {"numbers": _listed(lacking), "count": len(lacking)}, anchor)


def _people(rows: Rows) -> Iterator[Remark]:
    attendance = rows.snapshot.attendance
    names = Counter(
        attendee.name for attendee in (*attendance.present, *attendance.observers, *attendance.on_leave)
    )
    rare = _missing("".join(names))
    if rare:
        words = _("Names have characters that the fonts of the PDF lack: %(characters)s")
        yield Remark("glyphs", words % {"characters": _listed(rare)}, _HEAD)
    twice = [name for name, count in names.items() if count > 1]
    if twice:
        words = _("The attendance has more than one %(names)s") % {"names": _listed(twice)}
        yield Remark("same_name", words, _HEAD)
    came = {attendee.name for attendee in (*attendance.present, *attendance.observers)}
    absent = {
        one.author.display_name: rows.topics[one.topic_id].anonymous
        for one in rows.suggestions.values()
        if one.status in PUBLIC and one.author.display_name not in came
    }
    if absent:
        yield Remark("absent_author", _absent(absent), _HEAD)


def _absent(authors: dict[str, bool]) -> str:
    """Who has a suggestion in the document and did not come; nobody by name where a topic does not name them."""
    words = _("Authors who are not among those who attended: %(count)s") % {"count": len(authors)}
    if any(authors.values()):
        return words
    return _("%(words)s (%(names)s)") % {"words": words, "names": _listed(authors)}


def _missing(text: str) -> list[str]:
    return sorted(missing(printable(text)))


def _listed(named: Collection[str]) -> str:
    shown = pgettext("between names", ", ").join(list(named)[:NAMED])
    return shown + "…" if len(named) > NAMED else shown


def _excerpt(text: str) -> str:
    return text if len(text) <= _EXCERPT else text[:_EXCERPT] + "…"
