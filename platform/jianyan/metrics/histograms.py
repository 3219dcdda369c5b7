"""A histogram that takes a whole batch of observations at once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from prometheus_client import Histogram


class BatchHistogram(Histogram):
    """The only place that knows how prometheus_client keeps its buckets; a test compares the two ways."""

    def observe_all(self, amounts: Sequence[float]) -> None:
        """The same as `observe` for each. One vote then costs a comparison, not a lock for each of its numbers."""
        if not amounts:
            return
        ordered = sorted(amounts)
        below = 0
        for bucket, bound in zip(self._buckets, self._upper_bounds, strict=True):
            within = bisect_right(ordered, bound, below)
            if within > below:
                bucket.inc(within - below)
                below = within
        self._sum.inc(sum(ordered))
