"""What is measured. Every function may be called from any thread, never waits and never raises."""

from __future__ import annotations

import os
from collections.abc import Sequence

from jianyan.metrics import directory

# Before prometheus_client is imported: it chooses then where its numbers live.
directory.reserve()

from prometheus_client import (  # noqa: E402
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector  # noqa: E402

from jianyan.metrics.histograms import BatchHistogram  # noqa: E402
from jianyan.metrics.processes import Processes  # noqa: E402

# When each counter began is known from process_start_time_seconds.
disable_created_metrics()  # type: ignore[no-untyped-call]  # prometheus_client has no types here

_own = CollectorRegistry()

# Upper bounds in seconds. Votes are promised within a second; pages are many, so they get few.
_ACKS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
_FLUSHES = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)
_PAGES = (0.02, 0.05, 0.1, 0.25, 1, 5)
_BATCHES = (1, 2, 5, 10, 20, 50, 100, 200, 500)

_connections = Gauge("jianyan_connections", "Open topic sockets.", multiprocess_mode="livesum", registry=_own)
_votes = Counter("jianyan_votes", "Votes committed and acknowledged.", registry=_own)
_batch_size = Histogram("jianyan_batch_size", "Votes per transaction.", buckets=_BATCHES, registry=_own)
_flush_seconds = Histogram(
    "jianyan_flush_seconds", "Time a transaction of votes took.", buckets=_FLUSHES, registry=_own
)
_ack_seconds = BatchHistogram(
    "jianyan_ack_seconds", "From a vote's arrival to its acknowledgement.", buckets=_ACKS, registry=_own
)
_lag_revisions = Gauge(
    "jianyan_hub_lag_revisions",
    "How many revisions the slowest room is behind what it knows of.",
    multiprocess_mode="livemax",
    registry=_own,
)
_lag_seconds = Gauge(
    "jianyan_hub_lag_seconds",
    "For how long the slowest room has been behind what it knows of.",
    multiprocess_mode="livemax",
    registry=_own,
)
_refused = Counter("jianyan_refused", "Wishes that were refused, by code.", ["code"], registry=_own)
_queue_length = Gauge(
    "jianyan_queue_length", "Wishes that wait to be written.", multiprocess_mode="livesum", registry=_own
)
_slow_readers_closed = Counter(
    "jianyan_slow_readers_closed", "Sockets closed because they did not read.", registry=_own
)
_layer_up = Gauge(
    "jianyan_layer_up",
    "1: every process reaches the others, or is alone; 0: one does not.",
    multiprocess_mode="livemin",
    registry=_own,
)
_layer_up.set(1)
_http_seconds = Histogram(
    "jianyan_http_seconds",
    "Requests answered, by view and status.",
    ["view", "status"],
    buckets=_PAGES,
    registry=_own,
)


def connection_opened() -> None:
    """A topic socket has joined its room."""
    _connections.inc()


def connection_closed() -> None:
    """It has left; once for each `connection_opened`."""
    _connections.dec()


def observe_flush(*, votes: int, seconds: float, waited: Sequence[float]) -> None:
    """A transaction of votes was committed.

    `votes`: how many of them were granted. `seconds`: from the beginning of the transaction to its commit. `waited`:
    for each acknowledged vote, seconds from its arrival until its acknowledgement was handed to the socket.
    """
    _votes.inc(votes)
    _batch_size.observe(votes)
    _flush_seconds.observe(seconds)
    _ack_seconds.observe_all(waited)


def lagging(*, revisions: int, seconds: float) -> None:
    """How far the slowest room of this process is behind what it has heard of, and for how long; 0 and 0: nowhere."""
    _lag_revisions.set(revisions)
    _lag_seconds.set(seconds)


def refused(code: str, wishes: int = 1) -> None:
    """Wishes were refused with that code, one of those in consultations/errors.py."""
    _refused.labels(code).inc(wishes)


def queue_length(wishes: int) -> None:
    """So many wishes wait in all topics of this process."""
    _queue_length.set(wishes)


def slow_reader_closed() -> None:
    """A socket was closed with 4408."""
    _slow_readers_closed.inc()


def layer_is(*, up: bool) -> None:
    """Whether the last message to or from the channel layer went through."""
    _layer_up.set(int(up))


def observe_http(*, view: str, status: int, seconds: float) -> None:
    """A request was answered. `view` is the name of its address, never the address: those are without number."""
    _http_seconds.labels(view, str(status)).observe(seconds)


def page() -> bytes:
    """Everything in Prometheus' text format 0.0.4, summed over the processes that share a directory."""
    together = directory.shared()
    registry = CollectorRegistry()
    if together is None:
        registry.register(_own)
        registry.register(Processes([os.getpid()]))
    else:
        MultiProcessCollector(registry, str(together))  # type: ignore[no-untyped-call]  # prometheus_client has no types here
        registry.register(Processes(directory.living(together)))
    return generate_latest(registry)
