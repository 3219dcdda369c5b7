"""`jianyan recount`: are the tallies what the votes add up to?"""

from __future__ import annotations

import click
from django.utils import timezone

from consultations.actions.recount import recount_topic
from consultations.actions.verifying import compare_tallies
from consultations.errors import UnknownTopic
from consultations.models import Topic
from jianyan.commands.failure import CommandFailed
from jianyan.commands.progress import watched
from jianyan.language import gettext as _


@click.command(help=_("Compare the tallies of topics, all of them by default, with a count of their votes."))
@click.argument("topics", nargs=-1, type=click.IntRange(min=1), metavar="[TOPIC]…")
@click.option("--fix", is_flag=True, help=_("Set wrong tallies right, and journal it."))
def command(topics: tuple[int, ...], *, fix: bool) -> None:
    """One line per wrong suggestion; ends with 1 where there is one, unless it was set right."""
    known = tuple(Topic.objects.order_by("id").values_list("id", flat=True))
    if not set(topics) <= set(known):
        raise UnknownTopic
    lines = []
    for topic_id in watched(topics or known, _("Counting")):
        found = (
            recount_topic(topic_id=topic_id, at=timezone.now()) if fix else compare_tallies(topic_id=topic_id)
        )
        lines += [
            _("Topic {}, no. {}: stated {}, counted {}").format(
                topic_id, row.number, list(row.stated), list(row.counted)
            )
            for row in found
        ]
    for line in lines:
        click.echo(line)
    wrong = len(lines)
    if wrong and not fix:
        raise CommandFailed(_("{} tallies are wrong; --fix sets them right.").format(wrong))
    click.echo(_("{} topics counted, {} tallies set right.").format(len(topics or known), wrong))
