"""Fill its database: `python -m tests.benchmarks.reference.node.prepare VOTERS SUGGESTIONS TOPICS VOTES`."""

from __future__ import annotations

import json
import os
import secrets
import sys

import psycopg

TABLES = """
    CREATE TABLE topic (revision bigint NOT NULL);
    CREATE TABLE session (key text PRIMARY KEY, voter bigint NOT NULL);
    CREATE TABLE suggestion (id bigint PRIMARY KEY, text text NOT NULL, support integer NOT NULL DEFAULT 0);
    CREATE TABLE vote (
        suggestion bigint NOT NULL REFERENCES suggestion,
        voter bigint NOT NULL,
        choice text,
        PRIMARY KEY (suggestion, voter)
    );
    INSERT INTO topic VALUES (1);
"""


def prepare(url: str, voters: int, suggestions: int) -> list[str]:
    """Make the tables, a session for each voter, and the suggestions; the Cookie headers."""
    keys = [secrets.token_urlsafe(24) for _voter in range(voters)]
    with psycopg.connect(url) as connection:
        connection.execute(TABLES)
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO session VALUES (%s, %s)", [(key, i) for i, key in enumerate(keys)]
            )
            cursor.executemany(
                "INSERT INTO suggestion VALUES (%s, %s)",
                [(number + 1, f"第{number + 1}条建言") for number in range(suggestions)],
            )
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    return [f"sessionid={key}" for key in keys]


def main() -> None:
    """Print what the load generator needs as JSON."""
    voters, suggestions, topics, votes = map(int, sys.argv[1:5])
    if (topics, votes) != (1, 0):
        raise SystemExit("the yardstick has one empty topic")
    cookies = prepare(os.environ["DATABASE_URL"], voters, suggestions)
    sys.stdout.write(json.dumps({"paths": ["/ws/topics/1/"], "cookies": cookies}))


if __name__ == "__main__":
    main()
