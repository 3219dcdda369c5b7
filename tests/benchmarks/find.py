"""Fill our database and search it: `python -m tests.benchmarks.find SUGGESTIONS` prints milliseconds on the clock.

Beside the index, what a database offers by itself: a pattern of LIKE, and on PostgreSQL its trigrams.
"""

from __future__ import annotations

import datetime as dt
import json
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import django
from django.core.management import call_command

from jianyan.environment import use_settings
from tests.benchmarks.settling import settle
from tests.benchmarks.similar import made

PER_TOPIC = 100
ROUNDS = 7
WORDS = {
    "one character": "桥",
    "one character that is everywhere": "车",
    "two characters": "停车",
    "two characters that are rare": "渡口",
    "a word of four": "错时共享",
    "two words": "停车 夜间",
    "what is nowhere": "航天飞机",
}


def fill(suggestions: int) -> None:
    """Published suggestions in closed topics, a hundred in each, in the words of real ones."""
    from django.utils import timezone

    from consultations.models import Channel, Deliberation, JournalEntry, Suggestion, Topic
    from jianyan.accounts.enums import BodyKind
    from jianyan.accounts.models import Body, User

    now = timezone.now()
    host = Body.objects.create(name="Committee", kind=BodyKind.COMMITTEE)
    channel = Channel.objects.create(slug="bench", name="Bench")
    author = User.objects.create(username="author", display_name="林栖云", password="!")
    texts = list(made(suggestions).values())
    topics = []
    for number in range(len(texts) // PER_TOPIC):
        opened = now - dt.timedelta(days=number % 1500 + 1)
        deliberation = Deliberation.objects.create(
            channel=channel,
            host=host,
            join_code=f"b{number}",
            title=f"第{number}次议政",
            starts_at=opened,
            ends_at=opened + dt.timedelta(hours=1),
        )
        topics.append(
            Topic(
                deliberation=deliberation,
                title=f"第{number}次议政",
                prompt="请您献一计。",
                announced_at=opened,
                opens_at=opened,
                closes_at=opened + dt.timedelta(hours=1),
                revision=1,
            )
        )
    topics = Topic.objects.bulk_create(topics, batch_size=500)
    JournalEntry.objects.bulk_create(
        (
            JournalEntry(topic=topic, revision=1, at=topic.opens_at, kind="prepared", payload={}, hash="")
            for topic in topics
        ),
        batch_size=500,
    )
    Suggestion.objects.bulk_create(
        (
            Suggestion(
                topic=topics[number // PER_TOPIC],
                author=author,
                number=number % PER_TOPIC + 1,
                slot=number % PER_TOPIC + 1,
                client_ref=str(number),
                text=text,
                status="published",
                posted_at=topics[number // PER_TOPIC].opens_at,
            )
            for number, text in enumerate(texts)
        ),
        batch_size=500,
    )


def measure() -> dict[str, Any]:
    """Word → milliseconds of ours, of LIKE and of trigrams (None: not there), and how many were found."""
    from django.db import connection
    from django.utils import timezone

    from consultations.models import Suggestion
    from consultations.queries.search import Wanted, search

    now = timezone.now()
    trigrams = connection.vendor == "postgresql" and _with_trigrams()
    found = {}
    for name, words in WORDS.items():
        page = search(None, Wanted(words), at=now)

        def pattern(words: str = words) -> list[Any]:
            rows = Suggestion.objects.filter(topic__announced_at__lte=now, status="published")
            for word in words.split():
                rows = rows.filter(text__contains=word)
            return list(rows.order_by("-posted_at").values_list("id", "text")[:2_000])

        ours = _median(partial(search, None, Wanted(words), at=now))
        with_index = _median(pattern) if trigrams else None
        if trigrams:
            connection.cursor().execute("DROP INDEX by_trigrams")
        found[name] = {
            "words": words,
            "found": page.total,
            "capped": page.capped,
            "ours_ms": ours,
            "like_ms": _median(pattern),
            "trigrams_ms": with_index,
        }
        if trigrams:
            _with_trigrams()
    return found


def _with_trigrams() -> bool:
    from django.db import DatabaseError, connection

    try:
        with connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            cursor.execute(
                "CREATE INDEX by_trigrams ON consultations_suggestion USING gin (text gin_trgm_ops)"
            )
            cursor.execute("ANALYZE consultations_suggestion")
    except DatabaseError as error:
        sys.stderr.write(f"without trigrams: {error}\n")
        return False
    return True


def _median(what: Callable[[], object]) -> float:
    what()
    return statistics.median(_milliseconds(what) for _ in range(ROUNDS))


def _milliseconds(what: Callable[[], object]) -> float:
    begun = time.perf_counter()
    what()
    return (time.perf_counter() - begun) * 1000


def main() -> None:
    """Print it as JSON."""
    use_settings()
    django.setup()
    from consultations.actions.search_index import rebuild

    call_command("migrate", verbosity=0)
    suggestions = int(sys.argv[1])
    fill(suggestions)
    begun = time.perf_counter()
    entries = rebuild()
    indexing = time.perf_counter() - begun
    settle()
    told = {"suggestions": suggestions, "entries": entries, "index_seconds": indexing, "searches": measure()}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
