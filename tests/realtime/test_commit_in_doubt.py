"""A commit that fails: neither granted nor refused would be true, so nothing is answered, and the client comes back."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from django.db import connection

from consultations.models import Suggestion, Vote
from tests.realtime.conftest import Hall
from tests.realtime.readers import Closed, Frame, Reader, reading, sign_in

# The constraint is looked at when the transaction commits, and not before.
SPOIL = {
    "sqlite": """
        CREATE TRIGGER spoil AFTER INSERT ON consultations_journalentry
        WHEN NEW.kind IN ('votes', 'posted') BEGIN
            INSERT INTO consultations_vote (topic_id, suggestion_id, voter_id, cast_at)
            VALUES (NEW.topic_id, 999999, 999999, NEW.at);
        END
    """,
    "postgresql": """
        CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            INSERT INTO consultations_vote (topic_id, suggestion_id, voter_id, cast_at)
            VALUES (NEW.topic_id, 999999, 999999, NEW.at);
            RETURN NEW;
        END $$;
        CREATE TRIGGER spoil AFTER INSERT ON consultations_journalentry FOR EACH ROW
        WHEN (NEW.kind IN ('votes', 'posted')) EXECUTE FUNCTION spoil()
    """,
}
MEND = {
    "sqlite": "DROP TRIGGER IF EXISTS spoil",
    "postgresql": "DROP FUNCTION IF EXISTS spoil CASCADE",
}


def told(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def asked(asker: Reader, wish: Frame) -> Frame:
    """What is answered. We try again as long as we are told to: a busy database says no before it begins."""
    while True:
        asker.send(**wish)
        answer = asker.until(lambda frame: frame["type"] in ("ack", "refused"))
        if answer.get("code") != "try_again":
            return answer


@pytest.fixture
def commits_fail(hall: Hall) -> Iterator[None]:
    told(SPOIL[connection.vendor])
    yield
    told(MEND[connection.vendor])


@pytest.mark.usefixtures("commits_fail")
def test_what_may_or_may_not_be_stored_is_not_answered_and_can_be_asked_for_again(hall: Hall) -> None:
    session = sign_in(hall.member)
    vote = {"type": "vote", "ref": "v", "suggestion": hall.suggestion.pk, "choice": "support"}
    suggest = {"type": "suggest", "ref": str(uuid.uuid4()), "text": "路灯早亮半小时。"}
    for wish in (vote, suggest):
        with reading(hall.url, hall.topic.pk, session=session) as asker:
            asker.next("welcome")
            with pytest.raises(Closed) as closed:
                asked(asker, wish)
            assert closed.value.code == 1012
    assert not Vote.objects.exists()
    told(MEND[connection.vendor])
    with reading(hall.url, hall.topic.pk, session=session) as asker:
        asker.next("welcome")
        for wish in (vote, suggest):
            assert asked(asker, wish)["refs"] == [wish["ref"]]
    assert Vote.objects.get().voter == hall.member
    assert Suggestion.objects.filter(author=hall.member).count() == 1


@pytest.mark.usefixtures("commits_fail")
def test_others_of_the_same_moment_keep_their_answers(hall: Hall) -> None:
    with reading(hall.url, hall.topic.pk, session=sign_in(hall.member)) as asker:
        asker.next("welcome")
        asker.raw("no frame")
        asker.vote(hall.suggestion.pk)
        assert asker.closed() == 1012
    assert [frame["code"] for frame in asker.frames if frame["type"] == "refused"] == ["bad_frame"]
