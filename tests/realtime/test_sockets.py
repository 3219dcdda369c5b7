"""The protocol, over a real Daphne and real sockets."""

from __future__ import annotations

from tests.realtime.conftest import Hall
from tests.realtime.readers import reading


def test_a_vote_is_acknowledged_after_its_commit_and_told_to_everybody(
    hall: Hall, member_session: str
) -> None:
    with (
        reading(hall.url, hall.topic.pk, session=member_session) as voter,
        reading(hall.url, hall.topic.pk) as audience,
    ):
        welcome = voter.read()
        assert welcome["type"] == "welcome"
        assert welcome["full"] is True
        assert welcome["me"] == {"role": "member", "votes": {}, "suggestions": []}
        assert audience.read()["me"] is None
        ref = voter.vote(hall.suggestion.pk)
        ack = voter.next("ack")
        assert ack["refs"] == [ref]
        hall.suggestion.refresh_from_db()
        assert hall.suggestion.support == 1
        update = audience.until_revision(ack["revision"])
        assert update["tallies"] == [[hall.suggestion.pk, 1, 0, 0]]
