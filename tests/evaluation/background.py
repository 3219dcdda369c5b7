"""Write the background of the duplicate hints: in how many of the demonstration's suggestions each term occurs.

    python -m tests.evaluation.background

Needed again where `consultations/terms.py` or its words change what a term is.
"""

from __future__ import annotations

from collections import Counter

from consultations.terms import DATA, Weights, terms
from tests.evaluation.labelled import topics

LEAST = 2
"""Texts in which a term must occur: one that is in a single text is as good as unknown."""


def main() -> None:
    """Count and write."""
    texts = [text for topic in topics() for text in topic.texts]
    counts = Counter(term for text in texts for term in terms(text, Weights()))
    rows = [("texts", len(texts)), *sorted(row for row in counts.items() if row[1] >= LEAST)]
    (DATA / "background.tsv").write_text("".join(f"{term}\t{count}\n" for term, count in rows), "utf-8")


if __name__ == "__main__":
    main()
