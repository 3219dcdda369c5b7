"""Fill the yardstick's database: `python -m tests.benchmarks.reference.prepare VOTERS SUGGESTIONS TOPICS VOTES`.

It prints how to come in. It has one topic, and no votes are stored beforehand.
"""

from __future__ import annotations

import json
import os
import sys

import django
from django.core.management import call_command

from tests.benchmarks.settling import settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.benchmarks.reference.settings")


def prepare(voters: int, suggestions: int) -> list[str]:
    """Make the tables, the voters with a session each, and the suggestions; the Cookie headers."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
    from django.contrib.sessions.backends.db import SessionStore
    from django.db import transaction

    from tests.benchmarks.reference.models import Suggestion

    call_command("migrate", verbosity=0)
    # The yardstick has no migrations; its tables refer to those of the others.
    call_command("migrate", run_syncdb=True, verbosity=0)
    cookies = []
    with transaction.atomic():
        for number in range(suggestions):
            Suggestion.objects.create(text=f"第{number + 1}条建言")
        for number in range(voters):
            user = get_user_model().objects.create(username=f"voter{number}", password="!")
            session = SessionStore()
            session[SESSION_KEY] = str(user.pk)
            session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
            session[HASH_SESSION_KEY] = user.get_session_auth_hash()
            session.create()
            cookies.append(f"{settings.SESSION_COOKIE_NAME}={session.session_key}")
    return cookies


def main() -> None:
    """Print what the load generator needs as JSON."""
    django.setup()
    voters, suggestions, topics, votes = map(int, sys.argv[1:5])
    if (topics, votes) != (1, 0):
        raise SystemExit("the yardstick has one empty topic")
    cookies = prepare(voters, suggestions)
    settle()
    sys.stdout.write(json.dumps({"paths": ["/ws/topic/"], "cookies": cookies}))


if __name__ == "__main__":
    main()
