"""How suggestions are reviewed in a topic, in the channel's words, and what has come of it so far."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from statistics import median

from ..enums import PUBLIC, Step
from ..models import JournalEntry, Topic


@dataclass(frozen=True, slots=True)
class PolicyPage:
    """`paragraphs` as the channel publishes them. Counts are those of the public journal.

    `returned`: for each of the channel's reasons that was given, how often, most often first; `otherwise` counts those
    in other words. `waited`: the median from posting to publication; None where nothing was reviewed.
    """

    paragraphs: tuple[str, ...]
    received: int
    published: int
    returned: tuple[tuple[str, int], ...]
    otherwise: int
    declined: int
    waited: dt.timedelta | None

    @property
    def waited_minutes(self) -> int | None:
        """The median in whole minutes, rounded down."""
        return int(self.waited.total_seconds()) // 60 if self.waited is not None else None


def policy_page(topic: Topic) -> PolicyPage:
    """The page of a topic that is loaded with its channel: two queries, whatever has happened."""
    channel = topic.deliberation.channel
    steps = list(
        JournalEntry.objects.filter(
            topic=topic, kind__in=(Step.POSTED, Step.RETURNED, Step.DECLINED)
        ).values_list("kind", "payload__reason")
    )
    kinds = Counter(kind for kind, _reason in steps)
    reasons = Counter(reason or "" for kind, reason in steps if kind == Step.RETURNED)
    named = Counter(
        {
            ready: sum(count for reason, count in reasons.items() if reason.startswith(ready))
            for ready in channel.reasons
        }
    )
    times = list(
        topic.suggestions.filter(status__in=PUBLIC).values_list("posted_at", "published_at", "decided_at")
    )
    waits = [
        (published - posted).total_seconds()
        for posted, published, decided in times
        if published is not None and decided is not None
    ]
    return PolicyPage(
        paragraphs=tuple(line.strip() for line in channel.policy.splitlines() if line.strip()),
        received=kinds[Step.POSTED],
        published=len(times),
        returned=tuple((reason, count) for reason, count in named.most_common() if count),
        otherwise=sum(reasons.values()) - sum(named.values()),
        declined=kinds[Step.DECLINED],
        waited=dt.timedelta(seconds=median(waits)) if waits else None,
    )
