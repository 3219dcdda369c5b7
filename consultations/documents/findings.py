"""What a check of a summary can find, each kind with a stable code and a sentence in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop

from .printable import printable

SENTENCES = {
    "not_json": gettext_noop("The file is not JSON in UTF-8: %(detail)s"),
    "unknown_schema": gettext_noop("The file says it is %(found)s, and only %(known)s can be checked."),
    "shape": gettext_noop("The file does not have the shape of a summary: %(detail)s"),
    "unknown_field": gettext_noop("The file has something that no summary has: %(path)s"),
    "snapshot_hash": gettext_noop("The snapshot has the hash %(found)s, and the summary prints %(printed)s."),
    "topic_list": gettext_noop("The opening names the topics %(printed)s, and the snapshot has %(found)s."),
    "topic_unknown": gettext_noop("The topic %(topic)s is not in the snapshot."),
    "topic_twice": gettext_noop("The topic %(topic)s is in the snapshot more than once."),
    "count": gettext_noop("The opening prints %(printed)s for %(what)s, and the rows give %(found)s."),
    "suggestion_unknown": gettext_noop("Suggestion %(suggestion)s of the appendix is not in the snapshot."),
    "suggestion_missing": gettext_noop("Suggestion %(suggestion)s of the snapshot is not in the appendix."),
    "suggestion_twice": gettext_noop("Suggestion %(suggestion)s is listed more than once."),
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
    "suggestion_text": gettext_noop("Suggestion %(suggestion)s does not have the words that were frozen."),
    "suggestion_tally": gettext_noop(
        "Suggestion %(suggestion)s prints the tally %(printed)s, and the snapshot has %(found)s."
    ),
    "suggestion_merged": gettext_noop(
        "Suggestion %(suggestion)s is merged into %(printed)s, and the snapshot has %(found)s."
    ),
    "merged_into": gettext_noop("Suggestion %(suggestion)s is merged into one that is not listed."),
    "citation_unknown": gettext_noop("“%(statement)s” cites suggestion %(suggestion)s, which is not listed."),
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
    "statement_support": gettext_noop(
        "“%(statement)s” prints a support of %(printed)s, and its citations add up to %(found)s."
    ),
    "statement_uncited": gettext_noop(
        "“%(statement)s” cites nothing and is not marked as the secretary's note."
    ),
    "note_cites": gettext_noop("“%(statement)s” is marked as the secretary's note and cites suggestions."),
    "statistics": gettext_noop("The statistics print %(printed)s for %(what)s, and the rows give %(found)s."),
    "journal_missing": gettext_noop("There is no journal of the topic %(topic)s to compare with."),
    "journal_head": gettext_noop(
        "The journal of the topic %(topic)s has the hash %(found)s at its head, and the snapshot has %(printed)s."
    ),
}
"""By code. Every value in a sentence is a text or a number of the checked file, or one of COUNTED."""
COUNTED = {
    "participants": gettext_noop("members present"),
    "sectors": gettext_noop("sectors present"),
    "suggestions": gettext_noop("suggestions received"),
    "published": gettext_noop("suggestions made public"),
    "support": gettext_noop("acts of support"),
    "neutral": gettext_noop("neutral stands"),
    "oppose": gettext_noop("opposing stands"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not hold."""

    code: str
    message: str


def found(code: str, **values: object) -> Finding:
    """The finding of that code, in the active language; what the file says is made printable."""
    return Finding(code, printable(gettext(SENTENCES[code]) % values))
