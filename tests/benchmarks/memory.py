"""Memory: what an open connection of a member takes, with all that we remember for it."""

from __future__ import annotations

from typing import Any

from tests.benchmarks import observed
from tests.benchmarks.generator import generator
from tests.benchmarks.sides import Setup
from tests.benchmarks.stage import Contents, Stage

CONNECTIONS = 1000
WARMING_UP = 50
# Seconds in which what was needed for coming in is given back.
SETTLING = 3.0


def memory(stage: Stage, setup: Setup) -> dict[str, Any]:
    """KiB of the server's own memory for each of 1,000 idle connections, its garbage collected before and after."""
    database = stage.database(setup, Contents(voters=CONNECTIONS + WARMING_UP))
    cookies = database.facts["cookies"]
    with stage.serving(setup, database, observed=True) as server, generator(server) as crowd:
        # What is loaded and made once is there, and what the allocator keeps for the next ones.
        crowd.arrive(cookies[:WARMING_UP])
        crowd.ask("rest", seconds=SETTLING)
        before, _said = observed.look(server.process, server.observations)
        crowd.arrive(cookies[WARMING_UP:])
        crowd.ask("rest", seconds=SETTLING)
        after, _said = observed.look(server.process, server.observations)
    return {
        "connections": CONNECTIONS,
        "kib_each": (after.uss - before.uss) / CONNECTIONS,
        "kib_at_first": before.uss,
    }
