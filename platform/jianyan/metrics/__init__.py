"""What is measured while the site runs, for Prometheus: `from jianyan import metrics`, then `metrics.observe_flush(…)`.

Imports nothing of the site, so that every part of it may measure.
"""

from jianyan.metrics.directory import forget, prepare
from jianyan.metrics.measures import (
    connection_closed,
    connection_opened,
    lagging,
    layer_is,
    observe_flush,
    observe_http,
    page,
    queue_length,
    refused,
    slow_reader_closed,
)

__all__ = [
    "connection_closed",
    "connection_opened",
    "forget",
    "lagging",
    "layer_is",
    "observe_flush",
    "observe_http",
    "page",
    "prepare",
    "queue_length",
    "refused",
    "slow_reader_closed",
]
