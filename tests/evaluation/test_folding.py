"""What folding does to the texts of which people have said whether they say the same; docs/duplicates.md quotes it."""

from __future__ import annotations

import itertools

from consultations.folding import FOLD_FROM, differs
from consultations.similarity import HINT_FROM, Index
from tests.evaluation.labelled import pairs, texts_of, topics


def test_nothing_that_says_something_else_is_folded_and_half_of_what_says_the_same() -> None:
    among = pairs()
    texts = texts_of(among)
    index = Index.from_texts(texts)
    numbers = {text: number for number, text in texts.items()}
    alike = [pair for pair in among if index.score(pair.a, numbers[pair.b]) >= FOLD_FROM]
    folded = [pair for pair in alike if not differs(pair.a, pair.b)]
    counts = {
        label: sum(pair.label == label for pair in folded) for label in ("duplicate", "related", "different")
    }
    assert counts == {"duplicate": 31, "related": 0, "different": 0}
    # By the score alone three that are about something else would be.
    assert sum(pair.label == "related" for pair in alike) == 3
    assert FOLD_FROM > HINT_FROM


def test_in_the_demonstration_nothing_else_is_folded_within_a_theme() -> None:
    same: list[bool] = []
    other: list[bool] = []
    for topic in topics():
        index = Index.from_texts(topic.numbered)
        for one, two in itertools.combinations(topic.numbered, 2):
            if topic.themes[one] != topic.themes[two]:
                continue
            is_folded = index.score(topic.texts[one], two) >= FOLD_FROM and not differs(
                topic.texts[one], topic.texts[two]
            )
            (same if topic.says_the_same(one, two) else other).append(is_folded)
    assert (sum(same), sum(other)) == (4, 0)
    assert len(other) > 500
