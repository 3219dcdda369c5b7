"""From whatever is in the data directory to a demonstration that can run."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from . import leaflet, loading

ACCOUNTS = "accounts_user"


class HoldsOtherData(Exception):
    """The database holds something else than the demonstration, which is not to be mixed with it or deleted."""


def is_prepared() -> bool:
    """Whether the demonstration is in the database; migrates it first. Raises HoldsOtherData."""
    call_command("migrate", verbosity=0)
    if loading.is_loaded():
        return True
    if not loading.is_empty():
        raise HoldsOtherData
    return False


def clear() -> None:
    """Delete the demonstration that is there. Raises HoldsOtherData."""
    if not _is_ours():
        raise HoldsOtherData
    leaflet.path().unlink(missing_ok=True)
    name = connection.settings_dict["NAME"]
    if connection.vendor != "sqlite":
        call_command("migrate", verbosity=0)
        call_command("flush", interactive=False, verbosity=0)
        return
    connection.close()
    for ending in ("", "-wal", "-shm"):
        Path(f"{name}{ending}").unlink(missing_ok=True)


def _is_ours() -> bool:
    # The leaflet also tells when the tables are those of an older version and cannot be asked.
    if leaflet.path().exists() and connection.vendor == "sqlite" and _in_var():
        return True
    if ACCOUNTS not in connection.introspection.table_names():
        return True
    return loading.is_empty() or loading.is_loaded()


def _in_var() -> bool:
    return Path(connection.settings_dict["NAME"]).resolve().is_relative_to(Path(settings.VAR).resolve())
