"""What a run of simulated members has measured."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from .client import Answer


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` (0 to 1) of the values do not exceed; 0.0 of none."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


@dataclass(slots=True)
class Measures:
    """Wishes sent and their answers; `seconds` are the latencies of the acknowledged ones."""

    sent: int = 0
    seconds: list[float] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    unanswered: int = 0

    @property
    def acknowledged(self) -> int:
        """How many are committed."""
        return len(self.seconds)

    def take(self, answer: Answer) -> None:
        """Count one answer."""
        if answer.accepted:
            self.seconds.append(answer.seconds)
        else:
            self.refused[answer.code] += 1

    def milliseconds(self, share: float) -> float:
        """Latency percentile of the acknowledged wishes in milliseconds."""
        return percentile(self.seconds, share) * 1000
