"""The loaded demonstration, once for all tests here; these are marked django_db, which undoes each."""

from __future__ import annotations

import datetime as dt
import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management.color import no_style
from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from jianyan.accounts.models import User
from jianyan.demo import loading
from tests.conftest import empty_tables
from tests.once import once

# A Tuesday noon in the county.
AT = dt.datetime(2026, 11, 24, 4, 0, tzinfo=dt.UTC)


@pytest.fixture(scope="package")
def loaded(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        rows = once(tmp_path_factory, "demonstration", load)
        if not User.objects.exists():
            fill(rows)
        yield
        transaction.set_rollback(True)


def load(rows: Path) -> None:
    """Load it, and write every row of it into that file."""
    # Who likes what hangs on the members' ids. Visitors load it into an empty database; here others were before.
    ids = [{"table": User._meta.db_table, "column": User._meta.pk.column}]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_by_name_sql(no_style(), ids):
            cursor.execute(statement)
        loading.load(AT)
        tables = {}
        for table in empty_tables():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            tables[table] = [column[0] for column in cursor.description], cursor.fetchall()
    rows.write_bytes(pickle.dumps(tables))


def fill(rows: Path) -> None:
    """Put the rows of that file into the database."""
    quoted = connection.ops.quote_name
    with connection.cursor() as cursor:
        for table, (columns, found) in pickle.loads(rows.read_bytes()).items():
            names = ", ".join(quoted(column) for column in columns)
            places = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {quoted(table)} ({names}) VALUES ({places})", found)
