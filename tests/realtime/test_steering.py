"""Two topics whose clocks run together: whoever listens to either is told of every change at the next tick."""

from __future__ import annotations

from statistics import median
from time import monotonic
from typing import Any

from consultations.models import Deliberation, Topic
from tests.consultations.factories import make_topic
from tests.realtime.asking import Asker
from tests.realtime.conftest import Hall
from tests.realtime.readers import Reader, reading, sign_in

STEPS = ({"step": "pause"}, {"step": "resume"}, {"step": "extend", "minutes": "3"})


def test_every_change_reaches_the_sockets_of_both_topics_at_the_next_tick(hall: Hall) -> None:
    Deliberation.objects.filter(pk=hall.topic.deliberation_id).update(linked=True)
    other = make_topic(
        hall.county,
        "老旧小区加装电梯",
        deliberation=hall.topic.deliberation,
        opens_at=hall.topic.opens_at,
        closes_at=hall.topic.closes_at,
    )
    desk = Asker(hall.site.port, sign_in(hall.moderator))
    waits = []
    with reading(hall.url, hall.topic.pk) as here, reading(hall.url, other.pk) as there:
        revisions = [one.next("welcome")["revision"] for one in (here, there)]
        for step in (*STEPS, *STEPS, {"step": "close"}):
            assert desk.post_form(f"/desk/{hall.topic.pk}/phase", **step).status == 303
            told = monotonic()
            revisions = [revision + 1 for revision in revisions]
            phases = [_phase(one, revision) for one, revision in zip((here, there), revisions, strict=True)]
            waits.append(monotonic() - told)
            assert phases[0] == phases[1], step
    assert phases[0] == ("closed", False, True)
    assert {topic.closes_at for topic in Topic.objects.all()} == {Topic.objects.get(pk=other.pk).closes_at}
    # A tick is a quarter of a second. Were they not told, they would find out within two: one, half of the time.
    assert median(waits) < 0.9, waits


def _phase(reader: Reader, revision: int) -> tuple[Any, ...]:
    frame = reader.until_revision(revision)
    assert frame["revision"] == revision
    phase = frame["phase"]
    return phase["name"], phase["paused"], phase["closes_ms"] == 0
