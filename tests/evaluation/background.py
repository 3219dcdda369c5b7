"""Write the background of the duplicate hints: in how many of the demonstration's suggestions each term occurs.

    python -m tests.evaluation.background

Needed again where `consultations/terms.py` or its words change what a term is.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import jianyan.demo
from consultations.terms import DATA, Weights, terms

LEAST = 2
"""Texts in which a term must occur: one that is in a single text is as good as unknown."""


def suggestions() -> list[str]:
    """The texts of the demonstration, in order."""
    topics = json.loads(
        Path(jianyan.demo.__file__).with_name("data").joinpath("topics.json").read_text("utf-8")
    )
    return [suggestion["text"] for topic in topics for suggestion in topic["suggestions"]]


def main() -> None:
    """Count and write."""
    texts = suggestions()
    counts = Counter(term for text in texts for term in terms(text, Weights()))
    rows = [("texts", len(texts)), *sorted(row for row in counts.items() if row[1] >= LEAST)]
    (DATA / "background.tsv").write_text("".join(f"{term}\t{count}\n" for term, count in rows), "utf-8")


if __name__ == "__main__":
    main()
