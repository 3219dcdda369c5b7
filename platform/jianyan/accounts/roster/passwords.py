"""First passwords for people who have none yet, to be handed to them on paper."""

from __future__ import annotations

import csv
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from ..models import User
from .columns import Column

# Without 0 o 1 l i and the like: it is read from paper and typed on a phone.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS, GROUP_LENGTH = 3, 3
HEADING = (Column.NAME.value, Column.PHONE.value, "初始密码")


def first_password() -> str:
    """Nine characters in three groups, 44 bits of chance: `k7f-2xq-9dt`."""
    groups = ("".join(secrets.choice(LETTERS) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))
    return "-".join(groups)


def hand_out(user_ids: Sequence[int], path: Path) -> int:
    """Give each of these users who has no password one, and list them in a new CSV file that only its owner may read.

    Returns how many; without any there is no file. Raises FileExistsError for a path that is taken. Each must choose
    a new password when signing in. It may be run again after an interruption: who has a password keeps it.
    """
    users = User.objects.filter(pk__in=user_ids, is_active=True).order_by("name_strokes", "id")
    waiting = [user for user in users if not user.has_usable_password()]
    if not waiting:
        return 0
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADING)
        for user in waiting:
            password = first_password()
            # On paper before in force: the other way round, an interruption would lock somebody out.
            writer.writerow((user.display_name, user.phone, password))
            stream.flush()
            user.set_password(password)
            user.must_change_password = True
            user.save(update_fields=["password", "must_change_password"])
    return len(waiting)
