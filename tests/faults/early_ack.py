"""A build that is wrong on purpose: `python -m tests.faults.early_ack serve …` acknowledges before it commits.

What was wished is tried and rolled back to know the answer, which is given at once; the commit follows LATE seconds
after. To its members it looks like the real thing, and faster. The rig must find out when it is killed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection, transaction

from jianyan.__main__ import main
from jianyan.commands import set_up

LATE = 0.5


def answer_early(fulfil: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, which returns before anything is committed."""

    def early(topic_id: int, requests: Sequence[Any]) -> Any:
        with transaction.atomic():
            outcome = fulfil(topic_id, requests)
            transaction.set_rollback(True)

        def late() -> None:
            try:
                fulfil(topic_id, requests)
            finally:
                connection.close()

        threading.Timer(LATE, late).start()
        return outcome

    return early


if __name__ == "__main__":
    set_up()
    from realtime import intake

    patched = vars(intake)
    patched["fulfil"] = answer_early(patched["fulfil"])
    main()
