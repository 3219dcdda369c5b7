"""What a check of a summary can find, each kind with a stable code and a sentence in the reader's language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext, gettext_noop

from .printable import printable

LONGEST = 200
"""Characters of a value of the file that a sentence repeats."""
KEPT = 20
"""Findings of one kind that are named; the others are counted."""
QUOTED = 24
"""Characters of a statement by which a sentence calls it."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the check: its name, what holds where nothing is found, and the sentences of what can be found by code.

    Every value in a sentence is a text or a number of the checked file, one of COUNTED or FILES, or what
    `queries.summary_check` says of a journal.
    """

    name: str
    holds: str
    sentences: dict[str, str]
    needs_journals: bool = False


FILE = Part(
    gettext_noop("The file"),
    gettext_noop("The file is a whole summary, and has nothing in it that no summary has."),
    {
        "empty": gettext_noop("The file is empty."),
        "too_large": gettext_noop("The file has more than %(most)s MB. No summary is that large."),
        "other_file": gettext_noop("This is %(found)s. What can be checked is the summary exported as JSON."),
        "encoding": gettext_noop(
            "The file is not text in UTF-8. Please choose the JSON file as it was exported."
        ),
        "too_many": gettext_noop("The file has more than %(most)s values. No summary is that large."),
        "too_deep": gettext_noop("The file is nested more deeply than any summary."),
        "key_twice": gettext_noop("The file says more than once, and possibly differently: %(keys)s"),
        "no_number": gettext_noop("The file has %(found)s in the place of a number."),
        "long_number": gettext_noop("The file has a number of more than %(most)s digits."),
        "not_json": gettext_noop("The file is not JSON: line %(line)s, column %(column)s cannot be read."),
        "older_schema": gettext_noop(
            "The file is of an older version, %(found)s. Here %(known)s is checked: please export the summary anew."
        ),
        "unknown_schema": gettext_noop("The file says it is %(found)s, and only %(known)s can be checked."),
        "shape": gettext_noop("The file does not have the shape of a summary: %(detail)s"),
        "unknown_field": gettext_noop("The file has something that no summary has: %(path)s"),
        "missing_field": gettext_noop("The file lacks something that every summary has: %(path)s"),
        "other_writing": gettext_noop(
            "At %(path)s the file says “%(found)s” otherwise than an export does: in another form, or with unseen characters."
        ),
    },
)
SEAL = Part(
    gettext_noop("The document as a whole"),
    gettext_noop("A signed document is what was signed, to the last character; a draft claims nothing."),
    {
        "seal": gettext_noop(
            "The document is not the one that was signed: its content has the seal %(found)s, and it carries %(printed)s."
        ),
        "seal_missing": gettext_noop("The document says that it is signed, and has no seal."),
        "draft_sealed": gettext_noop("The document is not signed, and carries a seal."),
        "version": gettext_noop(
            "The document says it is version %(printed)s, and names none that it replaces."
        ),
        "replaces": gettext_noop(
            "The document says it is version %(printed)s and replaces version %(found)s, which cannot be."
        ),
    },
)
SNAPSHOT = Part(
    gettext_noop("The snapshot"),
    gettext_noop("What was frozen has the hash that is printed."),
    {
        "snapshot_hash": gettext_noop(
            "The snapshot has the hash %(found)s, and the summary prints %(printed)s."
        ),
        "topic_twice": gettext_noop("The topic %(topic)s is in the snapshot more than once."),
    },
)
OPENING = Part(
    gettext_noop("The opening"),
    gettext_noop(
        "The topics are those that were frozen; members, sectors, suggestions and stands are counted."
    ),
    {
        "topic_list": gettext_noop(
            "The opening names the topics %(printed)s, and the snapshot has %(found)s."
        ),
        "topic_unknown": gettext_noop("The topic %(topic)s is not in the snapshot."),
        "topic_parts": gettext_noop(
            "The summary treats the topics %(printed)s in this order, and the snapshot has %(found)s."
        ),
        "count": gettext_noop("The opening prints %(printed)s for %(what)s, and the rows give %(found)s."),
    },
)
SUGGESTIONS = Part(
    gettext_noop("The suggestions"),
    gettext_noop(
        "Every suggestion that was frozen is listed once, with its number, author, sector, status, words and tally."
    ),
    {
        "suggestion_unknown": gettext_noop(
            "Suggestion %(suggestion)s of the appendix is not in the snapshot."
        ),
        "suggestion_missing": gettext_noop(
            "Suggestion %(suggestion)s of the snapshot is not in the appendix."
        ),
        "suggestion_twice": gettext_noop("Suggestion %(suggestion)s is listed more than once."),
        "suggestion_order": gettext_noop(
            "Suggestion %(printed)s is listed where the snapshot has suggestion %(found)s."
        ),
        "suggestion_number": gettext_noop(
            "Suggestion %(suggestion)s had the number %(found)s when it was frozen."
        ),
        "suggestion_author": gettext_noop(
            "Suggestion %(suggestion)s prints the author %(printed)s, and the snapshot has %(found)s."
        ),
        "suggestion_sector": gettext_noop(
            "Suggestion %(suggestion)s prints the sector %(printed)s, and the snapshot has %(found)s."
        ),
        "suggestion_status": gettext_noop(
            "Suggestion %(suggestion)s prints the status %(printed)s, and the snapshot has %(found)s."
        ),
        "suggestion_text": gettext_noop(
            "Suggestion %(suggestion)s does not have the words that were frozen."
        ),
        "suggestion_tally": gettext_noop(
            "Suggestion %(suggestion)s prints the tally %(printed)s, and the snapshot has %(found)s."
        ),
        "suggestion_merged": gettext_noop(
            "Suggestion %(suggestion)s is merged into %(printed)s, and the snapshot has %(found)s."
        ),
        "merged_into": gettext_noop("Suggestion %(suggestion)s is merged into one that is not listed."),
    },
)
STATEMENTS = Part(
    gettext_noop("The sentences"),
    gettext_noop(
        "Every sentence says what it rests on; the tallies that it quotes are those that were frozen, and add up."
    ),
    {
        "citation_unknown": gettext_noop(
            "“%(statement)s” cites suggestion %(suggestion)s, which is not listed."
        ),
        "citation_twice": gettext_noop("“%(statement)s” cites suggestion %(suggestion)s more than once."),
        "citation_number": gettext_noop(
            "“%(statement)s” calls suggestion %(suggestion)s number %(printed)s, and the appendix says %(found)s."
        ),
        "citation_sector": gettext_noop(
            "“%(statement)s” names the sector %(printed)s for suggestion %(suggestion)s, and the appendix says %(found)s."
        ),
        "citation_tally": gettext_noop(
            "“%(statement)s” quotes the tally %(printed)s of suggestion %(suggestion)s, and the snapshot has %(found)s."
        ),
        "lead_words": gettext_noop(
            "A theme begins with “%(printed)s”, and its suggestions give “%(found)s”."
        ),
        "statement_support": gettext_noop(
            "“%(statement)s” prints a support of %(printed)s, and its citations add up to %(found)s."
        ),
        "statement_uncited": gettext_noop(
            "“%(statement)s” cites nothing and is not marked as the secretary's note."
        ),
        "statement_pending": gettext_noop(
            "“%(statement)s” has yet to be accepted, in a document that is no draft any more."
        ),
        "note_cites": gettext_noop(
            "“%(statement)s” is marked as the secretary's note and cites suggestions."
        ),
    },
)
REFERRALS = Part(
    gettext_noop("Responses and assignments"),
    gettext_noop("They are on topics and suggestions that there are."),
    {
        "response_topic": gettext_noop(
            "The response of %(department)s is on a topic that is not in the snapshot."
        ),
        "assignment_unknown": gettext_noop(
            "The assignment “%(item)s” rests on a suggestion that is not listed (id %(suggestion)s)."
        ),
        "assignment_twice": gettext_noop(
            "The assignment “%(item)s” names a suggestion more than once (id %(suggestion)s)."
        ),
    },
)
STATISTICS = Part(
    gettext_noop("The statistics"),
    gettext_noop("The tables by sector and by theme are counted anew."),
    {
        "statistics": gettext_noop(
            "The statistics print %(printed)s for %(what)s, and the rows give %(found)s."
        ),
    },
)
JOURNALS = Part(
    gettext_noop("The journals"),
    gettext_noop("The journals here are whole, and their votes add up to what was frozen."),
    {
        "journal_missing": gettext_noop("There is no journal of the topic %(topic)s to compare with."),
        "journal_head": gettext_noop(
            "The journal of the topic %(topic)s has the hash %(found)s at its head, and the snapshot has %(printed)s."
        ),
        "journal_fault": gettext_noop("Topic %(topic)s: %(sentence)s"),
    },
    needs_journals=True,
)
PARTS = (FILE, SEAL, SNAPSHOT, OPENING, SUGGESTIONS, STATEMENTS, REFERRALS, STATISTICS, JOURNALS)
"""In the order of the check."""
REMARKS = {
    "number_unsourced": gettext_noop(
        "“%(statement)s” says “%(number)s”, which is neither in the suggestions that it rests on nor in their figures."
    ),
}
"""What is no fault, and a person should look at: what the secretary writes is nobody's to recompute."""
SENTENCES = {code: sentence for part in PARTS for code, sentence in part.sentences.items()} | REMARKS
"""By code."""
COUNTED = {
    "participants": gettext_noop("members present"),
    "sectors": gettext_noop("sectors present"),
    "suggestions": gettext_noop("suggestions received"),
    "published": gettext_noop("suggestions made public"),
    "support": gettext_noop("acts of support"),
    "neutral": gettext_noop("neutral stands"),
    "oppose": gettext_noop("opposing stands"),
}
FILES = {
    b"PK\x03\x04": gettext_noop("a Word or Excel file, or another archive"),
    b"%PDF-": gettext_noop("a PDF"),
    b"<": gettext_noop("a web page"),
}
"""How other files begin that somebody may take for the JSON."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not hold. `values` fill its sentence."""

    code: str
    values: tuple[tuple[str, str], ...] = ()

    @property
    def message(self) -> str:
        """The sentence, in the active language; what the file says is made printable."""
        return printable(gettext(SENTENCES[self.code]) % dict(self.values))


@dataclass(slots=True)
class Findings:
    """The first ones of each kind in the order of the check, and how many of each there are."""

    named: list[Finding] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, findings: Iterable[Finding]) -> None:
        """Name them, as long as there are not too many alike."""
        for finding in findings:
            self.counts[finding.code] += 1
            if self.counts[finding.code] <= KEPT:
                self.named.append(finding)

    @property
    def total(self) -> int:
        """How many there are, named or not."""
        return sum(self.counts.values())

    def unnamed(self, codes: Iterable[str]) -> int:
        """How many of these kinds are counted alone."""
        return sum(max(0, self.counts[code] - KEPT) for code in codes)


def found(code: str, **values: object) -> Finding:
    """The finding of that code. However long a value of the file is, its beginning will do."""
    return Finding(code, tuple((name, brief(str(value))) for name, value in values.items()))


def brief(value: str) -> str:
    """The beginning of a text, of which a file may have twenty million characters."""
    return value if len(value) <= LONGEST else f"{value[:LONGEST]}…"
