"""Statements that PostgreSQL reads and plans once per connection, within Django's own connection and transaction.

Django's cursor sends the values inside the text of a statement, which PostgreSQL then has to plan anew each time; for
the few statements of the hot path that costs more than carrying them out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING, Any

from django.db import connection

if TYPE_CHECKING:
    from psycopg import Cursor


def fetch(statement: str, parameters: Sequence[object]) -> list[tuple[Any, ...]]:
    """The rows of a statement that answers with rows. Raises DatabaseError as Django does."""
    with _carried_out(statement, parameters) as cursor:
        return cursor.fetchall()


def execute(statement: str, parameters: Sequence[object]) -> None:
    """Carry out a statement that has no rows to answer with. Raises DatabaseError as Django does."""
    with _carried_out(statement, parameters):
        pass


@contextmanager
def _carried_out(statement: str, parameters: Sequence[object]) -> Iterator[Cursor[Any]]:
    # Sites on SQLite start without it.
    from psycopg import Cursor

    begun = monotonic()
    with connection.wrap_database_errors:
        connection.ensure_connection()
        with Cursor(connection.connection) as cursor:
            cursor.execute(statement, parameters, prepare=True)
            if connection.queries_logged:
                connection.queries_log.append({"sql": statement, "time": f"{monotonic() - begun:.3f}"})
            yield cursor


def array(values: Iterable[int | str | None]) -> str:
    """The text of an array of numbers, or of words that need no quotes; cast it, as in `%s::bigint[]`."""
    return "{" + ",".join(["NULL" if value is None else str(value) for value in values]) + "}"
