"""The loaded demonstration, once for all tests here; these are marked django_db, which undoes each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from django.core.management.color import no_style
from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from jianyan.accounts.models import User
from jianyan.demo import loading

# A Tuesday noon in the county.
AT = dt.datetime(2026, 11, 24, 4, 0, tzinfo=dt.UTC)


@pytest.fixture(scope="package")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        # Who likes what hangs on the members' ids. Visitors load it into an empty database; here others were before.
        ids = [{"table": User._meta.db_table, "column": User._meta.pk.column}]
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_by_name_sql(no_style(), ids):
                cursor.execute(statement)
        loading.load(AT)
        yield
        transaction.set_rollback(True)
