"""Fill our database: `python -m tests.benchmarks.prepare VOTERS SUGGESTIONS TOPICS VOTES` prints how to come in.

Live topics with published suggestions of authors who do not vote, and as many members signed in as shall vote.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import uuid
from typing import Any

import django
from django.core.management import call_command

from jianyan.environment import use_settings
from tests.benchmarks.settling import settle

MODERATION = dt.timedelta(seconds=1)


BATCH = 500  # rows of a statement, and votes of a journal entry
STORED_VOTES = """
    INSERT INTO consultations_vote (topic_id, suggestion_id, voter_id, choice, cast_at)
    SELECT suggestion.topic_id, suggestion.id, voter.id, 'support', %s
    FROM consultations_suggestion AS suggestion CROSS JOIN accounts_user AS voter
    WHERE suggestion.topic_id = %s AND voter.username LIKE 'past%%'
"""


def prepare(voters: int, suggestions: int, topics: int) -> dict[str, Any]:
    """Migrate, make the topics through the real actions, sign the voters in."""
    from django.db import transaction
    from django.utils import timezone

    from consultations.actions.moderation import publish_suggestion
    from consultations.actions.suggestions import post_suggestion
    from consultations.actions.topics import announce_topic
    from consultations.models import Channel, Deliberation, Topic
    from jianyan.accounts.enums import BodyKind, Role
    from jianyan.accounts.models import Body
    from jianyan.simulation.sessions import cookie_for
    from tests.consultations.factories import actor
    from tests.joining import join

    call_command("migrate", verbosity=0)
    now = timezone.now()
    opened = now - dt.timedelta(minutes=4)

    def open_topic() -> Topic:
        topic = Topic.objects.create(
            deliberation=deliberation,
            title="Bench",
            prompt="?",
            opens_at=now - dt.timedelta(minutes=5),
            closes_at=now + dt.timedelta(hours=8),
        )
        announce_topic(topic_id=topic.pk, by=moderator, at=opened)
        for number, author in enumerate(authors, start=1):
            posted = post_suggestion(
                topic_id=topic.pk,
                by=author,
                text=f"第{number}条建言:把白天空着的车位让给来办事的人,晚上让给附近住户。",
                client_ref=str(uuid.uuid4()),
                at=opened,
            )
            publish_suggestion(suggestion_id=posted.suggestion.pk, by=moderator, at=opened + MODERATION)
        return topic

    with transaction.atomic():
        host = Body.objects.create(name="Committee", kind=BodyKind.COMMITTEE)
        moderator = actor(join(host, "moderator", Role.MODERATOR), now)
        authors = [actor(join(host, f"author{number}", Role.MEMBER), now) for number in range(suggestions)]
        deliberation = Deliberation.objects.create(
            channel=Channel.objects.create(slug="bench", name="Bench"),
            host=host,
            title="Bench",
            starts_at=now,
            ends_at=now + dt.timedelta(hours=8),
        )
        opened_topics = [open_topic() for _turn in range(topics)]
        cookies = [cookie_for(join(host, f"voter{number}", Role.MEMBER)) for number in range(voters)]
    return {
        "topics": [topic.pk for topic in opened_topics],
        "paths": [f"/ws/topics/{topic.pk}/" for topic in opened_topics],
        "cookies": cookies,
    }


def store_votes(topic_id: int, votes: int) -> None:
    """Have so many votes in the topic as if they had been cast: rows, tallies, and journal entries that hold.

    Not through cast_votes, which would take minutes.
    """
    from django.db import connection, transaction
    from django.utils import timezone

    from consultations.actions.locking import lock_topic
    from consultations.actions.recording import record
    from consultations.enums import Step
    from consultations.journal import pseudonym
    from jianyan.accounts.models import User

    now = timezone.now()
    with transaction.atomic(), connection.cursor() as cursor:
        topic = lock_topic(topic_id)
        suggestions = list(topic.suggestions.order_by("id").values_list("id", flat=True))
        past = [User(username=f"past{number}", password="!") for number in range(votes // len(suggestions))]
        User.objects.bulk_create(past, batch_size=BATCH)
        cursor.execute(STORED_VOTES, [connection.ops.adapt_datetimefield_value(now), topic_id])
        topic.suggestions.update(support=len(past))
        pseudonyms = [pseudonym(topic.secret, user.pk) for user in past]
        for suggestion in suggestions:
            for first in range(0, len(past), BATCH):
                batch = [[suggestion, name, "support"] for name in pseudonyms[first : first + BATCH]]
                tally = [suggestion, first + len(batch), 0, 0]
                record(topic, Step.VOTES, {"votes": batch, "tallies": [tally]}, at=now, actor=None)


def main() -> None:
    """Print it as JSON."""
    use_settings()
    django.setup()
    voters, suggestions, topics, votes = map(int, sys.argv[1:5])
    prepared = prepare(voters, suggestions, topics)
    if votes:
        store_votes(prepared["topics"][0], votes)
    settle()
    sys.stdout.write(json.dumps(prepared))


if __name__ == "__main__":
    main()
