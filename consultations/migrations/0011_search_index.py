"""The index over the pieces of what can be found: FTS5 on SQLite, GIN on PostgreSQL.

A migration that alters the entries on SQLite makes their table anew and loses its triggers: it has to make them again.
"""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# The entries themselves are the content; triggers keep the index in step with every way of writing them.
SQLITE = (
    "CREATE VIRTUAL TABLE consultations_searchindex USING fts5("
    "grams, content='consultations_searchentry', content_rowid='id', detail='none', columnsize=0, "
    'tokenize="unicode61 remove_diacritics 0")',
    "CREATE TRIGGER consultations_searchindex_insert AFTER INSERT ON consultations_searchentry BEGIN "
    "INSERT INTO consultations_searchindex (rowid, grams) VALUES (new.id, new.grams); END",
    "CREATE TRIGGER consultations_searchindex_delete AFTER DELETE ON consultations_searchentry BEGIN "
    "INSERT INTO consultations_searchindex (consultations_searchindex, rowid, grams) "
    "VALUES ('delete', old.id, old.grams); END",
    "CREATE TRIGGER consultations_searchindex_update AFTER UPDATE OF grams ON consultations_searchentry BEGIN "
    "INSERT INTO consultations_searchindex (consultations_searchindex, rowid, grams) "
    "VALUES ('delete', old.id, old.grams); "
    "INSERT INTO consultations_searchindex (rowid, grams) VALUES (new.id, new.grams); END",
)
SQLITE_BACK = (
    "DROP TRIGGER consultations_searchindex_insert",
    "DROP TRIGGER consultations_searchindex_delete",
    "DROP TRIGGER consultations_searchindex_update",
    "DROP TABLE consultations_searchindex",
)
# No parser takes part: what that of PostgreSQL makes of Chinese depends on the locale of the database.
POSTGRESQL = (
    "CREATE INDEX consultations_searchindex ON consultations_searchentry "
    "USING gin (array_to_tsvector(string_to_array(grams, ' ')))",
)
POSTGRESQL_BACK = ("DROP INDEX consultations_searchindex",)


def make(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Make the index of this database."""
    for statement in SQLITE if editor.connection.vendor == "sqlite" else POSTGRESQL:
        editor.execute(statement, params=None)


def unmake(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Take it away again."""
    for statement in SQLITE_BACK if editor.connection.vendor == "sqlite" else POSTGRESQL_BACK:
        editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("consultations", "0010_follow_through")]

    operations = [migrations.RunPython(make, unmake)]
