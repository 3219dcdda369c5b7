"""What the duplicate hints are compared with: cosine of character bigrams, weighted by TF-IDF, nothing else."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping

_IDLE = re.compile(r"\W")


class Plain:
    """The same questions as `consultations.similarity.Index` answers; slow."""

    def __init__(self, texts: Mapping[int, str]) -> None:
        counted = {key: self._bigrams(text) for key, text in texts.items()}
        self._size = len(texts)
        self._texts_with = Counter(bigram for bigrams in counted.values() for bigram in bigrams)
        self._vectors = {key: self._vector(bigrams) for key, bigrams in counted.items()}

    def nearest(self, text: str, limit: int = 3) -> list[tuple[int, float]]:
        """(number, cosine), best first."""
        vector = self._vector(self._bigrams(text))
        scores = [(-self._cosine(vector, other), key) for key, other in self._vectors.items()]
        return [(key, -score) for score, key in sorted(scores)[:limit]]

    def score(self, text: str, key: int) -> float:
        """The cosine with that one."""
        return self._cosine(self._vector(self._bigrams(text)), self._vectors[key])

    def _bigrams(self, text: str) -> Counter[str]:
        kept = _IDLE.sub("", text)
        return Counter(kept[place : place + 2] for place in range(len(kept) - 1))

    def _vector(self, bigrams: Counter[str]) -> dict[str, float]:
        weights = {
            bigram: count * (math.log((1 + self._size) / (1 + self._texts_with[bigram])) + 1)
            for bigram, count in bigrams.items()
        }
        length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        return {bigram: weight / length for bigram, weight in weights.items()}

    @staticmethod
    def _cosine(one: dict[str, float], other: dict[str, float]) -> float:
        return sum(weight * other.get(bigram, 0.0) for bigram, weight in one.items())
