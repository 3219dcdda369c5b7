"""How good the duplicate hints are: `make eval-duplicates` prints it, docs/duplicates.md quotes it, a test holds it.

Whatever is chosen by looking at labels (weights, words or none, the score from which a hint is shown) is chosen on four
fifths of the pairs and measured on the last fifth, five times: those figures are the headline. The words themselves
were written by somebody who had read the pairs, so that even they flatter; the demonstration's suggestions do so less.
"""

from __future__ import annotations

import itertools
import random
import statistics
import sys
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from unittest.mock import patch

from consultations import terms
from consultations.similarity import DEFAULT, DESK_FROM, HINT_FROM, THEME_FROM, Index, Settings, leading_theme
from consultations.terms import Weights
from tests.evaluation.labelled import LABELS, Judge, Label, Pair, Topic, pairs, texts_of, topics
from tests.evaluation.plain import Plain

FOLDS = 5
UNRELATED = 0.04
"""Hints on so many of the different pairs at most, when the score is chosen: a little below what is promised."""
WITHOUT_WORDS = 0.0
DRAWS = 6
CONSULTED = 12
"""Nearest texts whose themes are considered, as `queries.similar` does."""

SETTINGS = tuple(
    Settings(Weights(pair=pair, word=word, reason=reason), smaller_rest=smaller, larger_rest=larger)
    for pair, word, reason, (smaller, larger) in itertools.product(
        (0.2, 0.4), (WITHOUT_WORDS, 1.0, 1.5, 2.0), (0.4, 1.0), ((0.6, 0.4), (0.8, 0.2))
    )
)
"""What is chosen among."""


@dataclass(frozen=True)
class Answers:
    """What one judge said: for each pair its score, and at which place each member found the other (None: not)."""

    scores: tuple[float, ...]
    places: tuple[tuple[int | None, int | None], ...]


@dataclass
class Outcome:
    """What became of the pairs that were measured. `found`: of both members of each duplicate, their places."""

    found: list[tuple[Pair, str, int | None]] = field(default_factory=list)
    hinted: list[tuple[Pair, float, bool]] = field(default_factory=list)

    def add(self, measured: Iterable[int], among: Sequence[Pair], answers: Answers, hint_from: float) -> None:
        """These pairs, judged by these answers."""
        for number in measured:
            pair, score = among[number], answers.scores[number]
            self.hinted.append((pair, score, score >= hint_from))
            if pair.label == "duplicate":
                members = zip((pair.a, pair.b), answers.places[number], strict=True)
                self.found += [(pair, text, place) for text, place in members]

    def recall(self, within: int, difficulty: str = "") -> float:
        """The share of members of duplicates that find the other among their nearest so many."""
        places = [place for pair, _, place in self.found if difficulty in ("", pair.difficulty)]
        return _share(place is not None and place <= within for place in places)

    def hints(self, label: Label, difficulty: str = "") -> float:
        """The share of such pairs of which one is a hint for the other."""
        return _share(
            hinted
            for pair, _, hinted in self.hinted
            if pair.label == label and difficulty in ("", pair.difficulty)
        )

    @property
    def precision(self) -> float:
        """The share of hints that are duplicates."""
        return _share(pair.label == "duplicate" for pair, _, hinted in self.hinted if hinted)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and the share of duplicates that are hinted."""
        precision, recall = self.precision, self.hints("duplicate")
        return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def ask(judge: Judge, among: Sequence[Pair]) -> Answers:
    """All the questions that the pairs hold."""
    numbers = {text: number for number, text in texts_of(tuple(among)).items()}

    def place(text: str, other: str) -> int | None:
        # One more than wanted: the text itself is in the index.
        nearest = [key for key, _ in judge.nearest(text, 4) if key != numbers[text]]
        return nearest.index(numbers[other]) + 1 if numbers[other] in nearest else None

    return Answers(
        scores=tuple(judge.score(pair.a, numbers[pair.b]) for pair in among),
        places=tuple(
            (place(pair.a, pair.b), place(pair.b, pair.a)) if pair.label == "duplicate" else (None, None)
            for pair in among
        ),
    )


def best_hint_from(
    measured: Collection[int], among: Sequence[Pair], answers: Answers, *, unrelated: float = UNRELATED
) -> tuple[float, Outcome]:
    """The score of the best F1 with hints on so many unrelated pairs at most, and what comes of it on those pairs."""
    best: tuple[float, Outcome] | None = None
    for hint_from in sorted({answers.scores[number] for number in measured}):
        outcome = Outcome()
        outcome.add(measured, among, answers, hint_from)
        if outcome.hints("different") <= unrelated and (best is None or outcome.f1 > best[1].f1):
            best = hint_from, outcome
    assert best is not None
    return best


def cross_validated(
    among: Sequence[Pair], answers: Sequence[Answers]
) -> tuple[Outcome, list[tuple[int, float]]]:
    """Each fifth judged by the answers and the score that were best on the others; and which those were."""
    outcome, chosen = Outcome(), []
    folds = _folds(among)
    for fold in range(FOLDS):
        training = [number for number in range(len(among)) if folds[number] != fold]
        options = [(*best_hint_from(training, among, each), number) for number, each in enumerate(answers)]
        hint_from, _, number = max(
            options, key=lambda option: (option[1].recall(3) + option[1].f1, -option[2])
        )
        outcome.add([n for n in range(len(among)) if folds[n] == fold], among, answers[number], hint_from)
        chosen.append((number, hint_from))
    return outcome, chosen


def shipped(among: Sequence[Pair]) -> Outcome:
    """As the site does it."""
    outcome = Outcome()
    answers = ask(Index.from_texts(texts_of(tuple(among))), among)
    outcome.add(range(len(among)), among, answers, HINT_FROM)
    return outcome


def with_part_of_the_words(among: Sequence[Pair], kept: float) -> tuple[float, float, float, float]:
    """Means over DRAWS random parts of the table: recall within three, F1, hints on related and on different.

    As for texts that the table knows less of than of these, with what is shipped otherwise.
    """
    outcomes = []
    whole = terms.synonyms()
    names = {word: next(found for end, found in whole.at(word, 0) if end == len(word)) for word in whole}
    heads = sorted({name for found in names.values() for name in found})
    for seed in range(DRAWS):
        chance = random.Random(seed)
        stay = {head for head in heads if chance.random() < kept}
        part = {word: tuple(name for name in found if name in stay) for word, found in names.items()}
        lexicon = terms.Lexicon({word: found for word, found in part.items() if found})
        with patch.object(terms, "synonyms", lambda lexicon=lexicon: lexicon):
            outcomes.append(shipped(among))
    return (
        statistics.mean(outcome.recall(3) for outcome in outcomes),
        statistics.mean(outcome.f1 for outcome in outcomes),
        statistics.mean(outcome.hints("related") for outcome in outcomes),
        statistics.mean(outcome.hints("different") for outcome in outcomes),
    )


def _folds(among: Sequence[Pair]) -> list[int]:
    """The fold of each pair: every label is dealt out evenly, in the order of the file."""
    counters = {label: itertools.count() for label in LABELS}
    return [next(counters[pair.label]) % FOLDS for pair in among]


# --- the demonstration --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Hall:
    """What the demonstration says, each topic in an index of its own."""

    recall: float
    hinted_same: tuple[int, int]
    hinted_other: tuple[int, int]
    themes_right: int
    themes_wrong: int
    themes_unsure: int


def demonstration(judge_of: Callable[[dict[int, str]], Judge], hint_from: float) -> Hall:
    """Recall within three; (hints, pairs) of those that say the same, and of all others of one topic; themes."""
    found: list[bool] = []
    same: list[bool] = []
    other: list[bool] = []
    themes: list[bool | None] = []
    for topic in topics():
        judge = judge_of(topic.numbered)
        for group in topic.groups:
            for number in sorted(group):
                nearest = [key for key, _ in judge.nearest(topic.texts[number], 4) if key != number][:3]
                found.append(not group.isdisjoint(nearest))
        for one, two in itertools.combinations(topic.numbered, 2):
            score = judge.score(topic.texts[one], two)
            (same if topic.says_the_same(one, two) else other).append(score >= hint_from)
        themes += [_right_theme(topic, judge, number) for number in topic.numbered if topic.themes[number]]
    return Hall(
        recall=_share(found),
        hinted_same=(sum(same), len(same)),
        hinted_other=(sum(other), len(other)),
        themes_right=themes.count(True),
        themes_wrong=themes.count(False),
        themes_unsure=themes.count(None),
    )


def _right_theme(topic: Topic, judge: Judge, number: int) -> bool | None:
    """Whether all the others, already grouped, lead to the right theme; None where they lead to none."""
    nearest = judge.nearest(topic.texts[number], CONSULTED + 1)
    theme = leading_theme(
        (theme, score)
        for key, score in nearest
        if key != number and score >= THEME_FROM and (theme := topic.themes[key]) is not None
    )
    return None if theme is None else theme == topic.themes[number]


# --- in words -----------------------------------------------------------------------------------------------


def main() -> None:
    """Print everything."""
    among = pairs()
    texts = texts_of(among)
    answers = [ask(Index.from_texts(texts, settings), among) for settings in SETTINGS]
    counts = {label: sum(pair.label == label for pair in among) for label in LABELS}
    _say(f"{len(among)} pairs: " + ", ".join(f"{count} {label}" for label, count in counts.items()))
    outcome, chosen = cross_validated(among, answers)
    _say("\nHeadline: everything chosen on four fifths, measured on the last, five times")
    _tell(outcome)
    for number, hint_from in chosen:
        _say(f"    chosen: hints from {hint_from:.3f}, {_in_words(SETTINGS[number])}")
    bare = [a for a, s in zip(answers, SETTINGS, strict=True) if s.weights.word == WITHOUT_WORDS]
    _say("\nThe same without the table of words")
    _tell(cross_validated(among, bare)[0])
    plain = ask(Plain(texts), among)
    _say("\nBaseline: cosine of character bigrams with TF-IDF, the score chosen in the same way")
    _tell(cross_validated(among, [plain])[0])
    score, outcome = best_hint_from(range(len(among)), among, plain, unrelated=1.0)
    _say(
        f"The same with the score of the best F1 on these very pairs, {score:.3f}, however many unrelated ones it hints"
    )
    _tell(outcome)
    _say(
        f"\nAs shipped: {_in_words(DEFAULT)}, hints from {HINT_FROM} (these pairs were seen when it was chosen)"
    )
    out = shipped(among)
    _tell(out)
    _tell_misses(out)
    _say(f"\nAs shipped, with a random part of the table of words (means of {DRAWS} draws)")
    for kept in (0.7, 0.5, 0.3):
        recall, f1, related, different = with_part_of_the_words(among, kept)
        _say(
            f"  {kept:.0%} of the groups: recall@3 {recall:.3f}, F1 {f1:.3f};"
            f" hints on related {related:.1%}, on different {different:.1%}"
        )
    _say(
        "\nThe demonstration: 12 topics, each in an index of its own; looked at only where settings were level on the pairs"
    )
    for name, judge_of, hint_from in (
        ("as shipped", partial(Index.from_texts, settings=DEFAULT), HINT_FROM),
        ("at the desk", partial(Index.from_texts, settings=DEFAULT), DESK_FROM),
        ("without the table of words", _without_words, HINT_FROM),
        ("baseline", Plain, 0.1),
    ):
        hall = demonstration(judge_of, hint_from)
        _say(
            f"  {name}: recall@3 {hall.recall:.3f}; from {hint_from} hints on {hall.hinted_same[0]} of"
            f" {hall.hinted_same[1]} that say the same and {hall.hinted_other[0]} of {hall.hinted_other[1]} others;"
            f" themes: {hall.themes_right} right, {hall.themes_wrong} wrong, {hall.themes_unsure} not said"
        )


def _without_words(texts: dict[int, str]) -> Index:
    return Index.from_texts(texts, Settings(Weights(word=WITHOUT_WORDS, covered=1.0)))


def _tell(outcome: Outcome) -> None:
    _say(
        f"  recall@1 {outcome.recall(1):.3f}  recall@3 {outcome.recall(3):.3f}"
        f"  hints: precision {outcome.precision:.3f}, recall {outcome.hints('duplicate'):.3f}, F1 {outcome.f1:.3f};"
        f" on related {outcome.hints('related'):.1%}, on different {outcome.hints('different'):.1%}"
    )
    for difficulty in "易中难":
        _say(
            f"    {difficulty}: recall@1 {outcome.recall(1, difficulty):.3f}, recall@3"
            f" {outcome.recall(3, difficulty):.3f}, hints on {outcome.hints('duplicate', difficulty):.1%}"
        )


def _tell_misses(outcome: Outcome) -> None:
    _say("  not among the nearest three:")
    for pair, text, place in outcome.found:
        if place is None or place > 3:
            _say(f"    {pair.difficulty}  {text}  does not find  {pair.b if text == pair.a else pair.a}")
    for words, label, wanted in (
        ("duplicates without a hint", "duplicate", False),
        ("related, with a hint", "related", True),
        ("different, with a hint", "different", True),
    ):
        _say(f"  {words}:")
        rows = [
            (score, pair) for pair, score, hinted in outcome.hinted if (pair.label, hinted) == (label, wanted)
        ]
        for score, pair in sorted(rows, key=lambda row: -row[0]):
            _say(f"    {score:.3f}  {pair.a}  |  {pair.b}")


def _in_words(settings: Settings) -> str:
    weights = settings.weights
    return (
        f"pairs {weights.pair}, words {weights.word}, reasons {weights.reason},"
        f" rests {settings.smaller_rest}/{settings.larger_rest}"
    )


def _share(hits: Iterable[bool]) -> float:
    counted = list(hits)
    return sum(counted) / len(counted) if counted else 0.0


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
