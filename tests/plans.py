"""Whether the database looks rows up, or reads whole tables to find them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext


@contextmanager
def nothing_read_whole(*tables: str) -> Iterator[None]:
    """Within a test's transaction: none of these tables is read from end to end."""
    before = _scans(tables)
    with CaptureQueriesContext(connection) as queries:
        yield
    if connection.vendor == "postgresql":
        assert _scans(tables) == before
        return
    plans = []
    with connection.cursor() as cursor:
        for query in queries.captured_queries:
            if "SELECT" in query["sql"]:
                cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
                plans += [row[3] for row in cursor.fetchall()]
    assert plans
    # A table may stand there under another name; then that is the end of its own.
    assert not [
        plan
        for plan in plans
        if plan.startswith("SCAN ") and any(t.endswith(plan.split()[1]) for t in tables)
    ]


def _scans(tables: tuple[str, ...]) -> dict[str, int]:
    """By table, how often this transaction has read it whole; nothing where the database does not count."""
    if connection.vendor != "postgresql":
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, seq_scan FROM pg_stat_xact_user_tables WHERE relname = ANY(%s)", [list(tables)]
        )
        return dict(cursor.fetchall())
