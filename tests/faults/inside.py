"""The child that knows the tables: `python -m tests.faults.inside ORDER ARGUMENTS`, its answer as JSON on standard output.

- `fill MEMBERS SUGGESTIONS`: a live topic in a migrated database; everybody is signed in.
- `audit TOPIC`: what the database holds of it, and what `journal` and `recount` say.
- `hurry TOPIC SECONDS`: it closes by the clock after so many seconds.
- `finish TOPIC`: closed and frozen; the number of its summary.

It runs under the environment of the site whose database it looks at, and dies with its answer: whatever a server that
was killed has left in its memory cannot reach it.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import uuid
from collections.abc import Callable
from typing import Any

from click.testing import CliRunner
from django.db import connections

from jianyan.commands import jianyan, set_up

HOURS = 8
IDEAS = 50
"""Ideas that one member may have: enough that a storm of them is not refused."""


def fill(members: int, suggestions: int) -> dict[str, Any]:
    """A topic that is open for hours, three-way ballot, ideas shown at once; its suggestions are of non-voters."""
    from django.db import transaction
    from django.utils import timezone

    from consultations.actions.suggestions import post_suggestion
    from consultations.actions.topics import announce_topic
    from consultations.enums import BallotKind
    from consultations.models import Channel, Deliberation, Topic
    from jianyan.accounts.enums import BodyKind, Role
    from jianyan.accounts.models import Body
    from jianyan.simulation.sessions import cookie_for
    from tests.consultations.factories import actor
    from tests.joining import join

    now = timezone.now()

    with transaction.atomic():
        host = Body.objects.create(name="政协越溪县委员会", kind=BodyKind.COMMITTEE)
        moderator = join(host, "moderator", Role.MODERATOR)
        secretary = join(host, "secretary", Role.SECRETARY)
        deliberation = Deliberation.objects.create(
            channel=Channel.objects.create(slug="faults", name="微建言·献一计"),
            host=host,
            title="网络议政",
            starts_at=now,
            ends_at=now + dt.timedelta(hours=HOURS),
        )
        topic = Topic.objects.create(
            deliberation=deliberation,
            title="破解老城区停车难",
            prompt="请您就一件事献一计。",
            opens_at=now - dt.timedelta(minutes=5),
            closes_at=now + dt.timedelta(hours=HOURS),
            ballot=BallotKind.THREE_WAY,
            ideas=IDEAS,
            premoderated=False,
        )
        opened = now - dt.timedelta(minutes=4)
        announce_topic(topic_id=topic.pk, by=actor(moderator, now), at=now - dt.timedelta(days=1))
        numbers = [
            post_suggestion(
                topic_id=topic.pk,
                by=actor(join(host, f"author{number}", Role.MEMBER), now),
                text=f"第{number + 1}条建言:把白天空着的车位让给来办事的人。",
                client_ref=str(uuid.uuid4()),
                at=opened,
            ).suggestion.pk
            for number in range(suggestions)
        ]
        voters = [join(host, f"voter{number}", Role.MEMBER) for number in range(members)]
        return {
            "topic": topic.pk,
            "suggestions": numbers,
            "members": [{"user": voter.pk, "cookie": cookie_for(voter)} for voter in voters],
            "moderator": {"user": moderator.pk, "cookie": cookie_for(moderator)},
            "secretary": {"user": secretary.pk, "cookie": cookie_for(secretary)},
        }


def audit(topic_id: int) -> dict[str, Any]:
    """Rows, the pseudonym of everybody, and exit codes and words of the three commands that tell of them."""
    from consultations.journal import pseudonym
    from consultations.models import Suggestion, Topic, Vote
    from jianyan.accounts.models import User

    topic = Topic.objects.get(pk=topic_id)
    rows = list(Vote.objects.filter(topic_id=topic_id).values_list("suggestion_id", "voter_id", "choice"))
    return {
        "revision": topic.revision,
        "head": topic.head,
        "votes": rows,
        "suggestions": [
            {
                "id": one.pk,
                "author": one.author_id,
                "text": one.text,
                "status": one.status,
                "tally": [one.support, one.neutral, one.oppose],
            }
            for one in Suggestion.objects.filter(topic_id=topic_id)
        ],
        "pseudonyms": {
            user: pseudonym(topic.secret, user) for user in User.objects.values_list("pk", flat=True)
        },
        "export": _command("journal", "export", str(topic_id)),
        "verify": _command("journal", "verify", str(topic_id)),
        "recount": _command("recount", str(topic_id)),
    }


def hurry(topic_id: int, seconds: int) -> dict[str, Any]:
    """Bring the closing nearer; a pause that ends at once tells everybody, and the journal, of the new times."""
    from django.db import transaction
    from django.utils import timezone

    from consultations.actions.topics import pause_topic, resume_topic
    from consultations.models import Topic
    from jianyan.accounts.models import User
    from jianyan.accounts.roles import actor_of

    with transaction.atomic():
        now = timezone.now()
        moderator = actor_of(User.objects.get(username="moderator"), at=now)
        assert moderator is not None
        Topic.objects.filter(pk=topic_id).update(closes_at=now + dt.timedelta(seconds=seconds))
        for step in (pause_topic, resume_topic):
            step(topic_id=topic_id, by=moderator, at=now)
    return {}


def finish(topic_id: int) -> dict[str, Any]:
    """Close the topic and freeze its deliberation, through the actions that the pages use."""
    from django.utils import timezone

    from consultations.actions.freezing import freeze_deliberation
    from consultations.actions.topics import close_topic
    from consultations.models import Topic
    from jianyan.accounts.models import User
    from jianyan.accounts.roles import actor_of

    now = timezone.now()
    topic = Topic.objects.get(pk=topic_id)
    moderator = actor_of(User.objects.get(username="moderator"), at=now)
    secretary = actor_of(User.objects.get(username="secretary"), at=now)
    assert moderator is not None
    assert secretary is not None
    close_topic(topic_id=topic_id, by=moderator, at=now)
    summary = freeze_deliberation(deliberation_id=topic.deliberation_id, by=secretary, at=timezone.now())
    return {"summary": summary.pk}


def _command(*arguments: str) -> list[Any]:
    done = CliRunner().invoke(jianyan, arguments)
    return [done.exit_code, done.stdout if done.exit_code == 0 else done.stderr]


ORDERS: dict[str, Callable[..., dict[str, Any]]] = {
    "fill": fill,
    "audit": audit,
    "hurry": hurry,
    "finish": finish,
}


def main() -> None:
    """Carry out one order."""
    set_up()
    connections.settings["default"]["OPTIONS"].pop("pool", None)
    order, *arguments = sys.argv[1:]
    sys.stdout.write(json.dumps(ORDERS[order](*map(int, arguments))))


if __name__ == "__main__":
    main()
