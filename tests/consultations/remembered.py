"""Scenes that are acted out once in a process; later tests begin with the rows that came of it."""

from __future__ import annotations

import copyreg
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, wraps
from types import MappingProxyType
from typing import Any, ParamSpec, TypeVar, cast

from django.apps import apps
from django.conf import settings
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Model

from tests.conftest import empty_tables

Wishes = ParamSpec("Wishes")
Made = TypeVar("Made")


# What an actor may do is kept in one, and no scene is without actors: pickle has no way of its own.
def _frozen(grants: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(grants)


copyreg.pickle(MappingProxyType, lambda grants: (_frozen, (dict(grants),)))


@dataclass(frozen=True)
class Memory:
    """What was made: the rows of each table, the models of these, and what the maker returned."""

    inserts: tuple[tuple[str, list[tuple[Any, ...]]], ...]
    models: tuple[type[Model], ...]
    made: bytes

    def restore(self) -> Any:
        """Put the rows into the empty database; a copy of what was returned."""
        with transaction.atomic(), connection.cursor() as cursor:
            for statement, rows in self.inserts:
                cursor.executemany(statement, rows)
            # SQLite counts on from the rows by itself.
            resets = connection.ops.sequence_reset_sql(no_style(), self.models)
            if resets:
                cursor.execute("".join(resets))
        return pickle.loads(self.made)


def remembered(make: Callable[Wishes, Made]) -> Callable[Wishes, Made]:
    """Have `make` act out its scene once for each set of plain arguments, wherever it begins with an empty database.

    The rows are those that the actions wrote, ids and all. What is made in addition to something else, or for somebody
    who is there already, is acted out each time.
    """
    memories: dict[tuple[object, ...], Memory] = {}

    @wraps(make)
    def remembering(*args: Wishes.args, **wishes: Wishes.kwargs) -> Made:
        # A place that is given nothing is as good as not given.
        plain = all(isinstance(wish, str | int | None) for wish in wishes.values())
        if any(args) or not plain or not _nothing_there():
            return make(*args, **wishes)
        # Every action writes a journal, whose hashes are of this kind.
        key = settings.JOURNAL_HASH, *sorted(wishes.items())
        if key in memories:
            return cast(Made, memories[key].restore())
        made = make(*args, **wishes)
        memories[key] = _memorise(made)
        return made

    return remembering


def _nothing_there() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_anything())
        return cursor.fetchone() is None


@cache
def _anything() -> str:
    """One question for all tables: their number is what an empty database costs."""
    quoted = connection.ops.quote_name
    asked = (f"SELECT 1 FROM {quoted(table)}" for table in empty_tables())
    return " UNION ALL ".join(asked) + " LIMIT 1"


def _memorise(made: object) -> Memory:
    quoted = connection.ops.quote_name
    inserts = []
    filled = set()
    with connection.cursor() as cursor:
        for table in empty_tables():
            cursor.execute(f"SELECT * FROM {quoted(table)}")
            rows = cursor.fetchall()
            if rows:
                names = ", ".join(quoted(column[0]) for column in cursor.description)
                places = ", ".join(["%s"] * len(cursor.description))
                inserts.append((f"INSERT INTO {quoted(table)} ({names}) VALUES ({places})", rows))
                filled.add(table)
    models = tuple(
        model for model in apps.get_models(include_auto_created=True) if model._meta.db_table in filled
    )
    return Memory(tuple(inserts), models, pickle.dumps(made))
