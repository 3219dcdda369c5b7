"""What a socket does not grant, and how it says so."""

from __future__ import annotations

import json
import uuid
from contextlib import ExitStack
from time import monotonic
from typing import Any

import pytest
from django.utils import timezone
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from consultations.enums import Visibility
from consultations.models import Suggestion, Topic, Vote
from tests.consultations.factories import HOUR, MINUTE, make_deliberation, make_suggestion, make_topic
from tests.jianyan.accounts.factories import make_county, make_member, make_user
from tests.realtime.conftest import Hall, open_topic
from tests.realtime.readers import FROM_CLIENT, Closed, Reader, cookie, reading, sign_in
from tests.realtime.test_protocol import UNREADABLE


@pytest.mark.parametrize("origin", [None, "null", "https://evil.example", "http://127.0.0.1.evil.example"])
def test_a_page_that_is_not_ours_gets_no_socket(hall: Hall, member_session: str, origin: str | None) -> None:
    with (
        pytest.raises(InvalidStatus) as refused,
        connect(
            f"{hall.url}/ws/topics/{hall.topic.pk}/",
            origin=origin,  # type: ignore[arg-type]
            additional_headers={"Cookie": cookie(member_session)},
        ),
    ):
        pass
    assert refused.value.response.status_code == 403


def test_an_unknown_topic_and_an_unknown_address_close_with_4404(hall: Hall) -> None:
    with reading(hall.url, 10**17) as reader:
        assert reader.closed() == 4404
    with reading(f"{hall.url}/elsewhere", hall.topic.pk, origin=hall.site.url) as reader:
        assert reader.closed() == 4404


def test_a_topic_for_members_closes_with_4401_or_4403(hall: Hall) -> None:
    now = timezone.now()
    deliberation = make_deliberation(
        hall.county, visibility=Visibility.MEMBERS, starts_at=now, ends_at=now + HOUR
    )
    topic = make_topic(hall.county, deliberation=deliberation, opens_at=now)
    with reading(hall.url, topic.pk) as nobody:
        assert nobody.closed() == 4401
    with reading(hall.url, topic.pk, session=sign_in(make_user("外人"))) as stranger:
        assert stranger.closed() == 4403
    with reading(hall.url, topic.pk, session=sign_in(hall.member)) as member:
        assert member.read()["type"] == "welcome"


def test_one_person_has_at_most_twenty_sockets(hall: Hall, member_session: str) -> None:
    with ExitStack() as open_ones:
        for _ in range(20):
            reader = open_ones.enter_context(reading(hall.url, hall.topic.pk, session=member_session))
            reader.next("welcome")
        with reading(hall.url, hall.topic.pk, session=member_session) as one_more:
            assert one_more.closed() == 4429


# Text frames only: what JSON cannot carry is a frame of the transport, not of the protocol.
@pytest.mark.parametrize(
    ("frame", "ref", "detail"), UNREADABLE, ids=[frame[:70] for frame, _, _ in UNREADABLE]
)
def test_a_bad_frame_is_refused_and_the_socket_goes_on(
    hall: Hall, frame: str, ref: str | None, detail: str
) -> None:
    with reading(hall.url, hall.topic.pk) as reader:
        reader.next("welcome")
        reader.raw(frame)
        refused = reader.next("refused")
        assert (refused["ref"], refused["code"]) == (ref, "bad_frame")
        assert detail in refused["message"]
        reader.send(type="resync", revision=0)
        assert reader.next("welcome")["revision"] == 3


def test_three_bad_frames_are_answered_and_the_fourth_closes_with_4422(hall: Hall) -> None:
    with reading(hall.url, hall.topic.pk) as reader:
        reader.next("welcome")
        reader.raw("{")
        reader.raw(b"\x00\x01")
        reader.raw("[]")
        answers = [reader.next("refused")["message"] for _ in range(3)]
        assert answers == [
            "This message was not understood: it is not JSON (Input data was truncated)",
            "This message was not understood: it is binary, not text",
            "This message was not understood: it is not a frame of the protocol (Expected `object`, got `array`)",
        ]
        reader.raw("{}")
        assert reader.closed() == 4422


@pytest.mark.parametrize(("size", "codes"), [(65_537, {4413}), (131_072, {4413}), (131_073, {1006, 1009})])
def test_a_frame_that_is_too_large_closes_the_socket(hall: Hall, size: int, codes: set[int]) -> None:
    """Up to 128 KiB we say so; beyond, the server ends the connection before anything is kept of the frame."""
    with reading(hall.url, hall.topic.pk) as reader:
        reader.next("welcome")
        reader.raw("x" * size)
        assert reader.closed() in codes


def test_the_limit_counts_bytes_and_the_largest_frame_is_read(hall: Hall) -> None:
    with reading(hall.url, hall.topic.pk) as reader:
        reader.next("welcome")
        reader.raw("字" * 21_845 + "x")
        assert reader.next("refused")["code"] == "bad_frame"
        reader.raw("字" * 21_845 + "xy")
        assert reader.closed() == 4413
    with reading(hall.url, hall.topic.pk) as reader:
        reader.next("welcome")
        reader.raw(b"\x00" * 65_537)
        assert reader.closed() == 4413


def one_after_the_other(voter: Reader, suggestion: Suggestion) -> None:
    """Votes, each once the one before has its answer.

    Where this client's goodbye meets a connection that was reset, it loses what it has not read yet.
    """
    for _ in range(2_000):
        ref = voter.vote(suggestion.pk)
        frame = voter.read()
        while ref != frame.get("ref") and ref not in frame.get("refs", ()):
            frame = voter.read()


def test_who_asks_too_much_is_refused_and_then_closed_with_4429(hall: Hall, member_session: str) -> None:
    begun = monotonic()
    with reading(hall.url, hall.topic.pk, session=member_session) as voter:
        voter.next("welcome")
        voter.votes([hall.suggestion.pk] * 120)
        with pytest.raises(Closed) as closed:
            one_after_the_other(voter, hall.suggestion)
    assert closed.value.code == 4429
    refused = [frame for frame in voter.frames if frame["type"] == "refused"]
    assert {frame["code"] for frame in refused} == {"rate_limited"}
    # Forty at once, and one more for each second.
    assert 40 <= len(refused) <= 41 + monotonic() - begun
    acknowledged = [ref for frame in voter.frames if frame["type"] == "ack" for ref in frame["refs"]]
    assert not set(acknowledged) & {frame["ref"] for frame in refused}


def test_the_audience_and_strangers_have_no_voice(hall: Hall) -> None:
    with reading(hall.url, hall.topic.pk) as nobody:
        nobody.next("welcome")
        nobody.vote(hall.suggestion.pk)
        assert nobody.next("refused")["code"] == "not_signed_in"
    with reading(hall.url, hall.topic.pk, session=sign_in(hall.moderator)) as moderator:
        moderator.next("welcome")
        moderator.vote(hall.suggestion.pk)
        assert moderator.next("refused")["code"] == "not_allowed"
    assert Vote.objects.count() == 0


def test_each_wish_that_the_rules_do_not_grant_is_refused_by_its_code(
    hall: Hall, member_session: str
) -> None:
    other_topic = open_topic(hall.county, title="另一个议题")
    elsewhere = make_suggestion(other_topic, hall.member, publish_by=hall.moderator)
    pending = make_suggestion(hall.topic, hall.other)
    own = make_suggestion(hall.topic, hall.member, publish_by=hall.moderator)
    wishes: list[tuple[str, dict[str, Any]]] = [
        ("own_suggestion", {"type": "vote", "suggestion": own.pk, "choice": "support"}),
        ("unknown_choice", {"type": "vote", "suggestion": hall.suggestion.pk, "choice": "oppose"}),
        ("unknown_suggestion", {"type": "vote", "suggestion": pending.pk, "choice": "support"}),
        ("unknown_suggestion", {"type": "vote", "suggestion": elsewhere.pk, "choice": None}),
        ("unknown_suggestion", {"type": "vote", "suggestion": 2**53 - 1, "choice": "support"}),
        ("slot_taken", {"type": "suggest", "text": "第二条"}),
        ("not_allowed", {"type": "edit", "suggestion": hall.suggestion.pk, "text": "改别人的"}),
        ("unknown_suggestion", {"type": "edit", "suggestion": pending.pk, "text": "改别人的"}),
        ("unknown_suggestion", {"type": "edit", "suggestion": elsewhere.pk, "text": "别的议题"}),
        ("unknown_suggestion", {"type": "withdraw", "suggestion": elsewhere.pk}),
        ("too_long", {"type": "edit", "suggestion": own.pk, "text": "字" * 201}),
        ("empty", {"type": "edit", "suggestion": own.pk, "text": " "}),
        ("bad_characters", {"type": "edit", "suggestion": own.pk, "text": "a\u202eb"}),
    ]
    with reading(hall.url, hall.topic.pk, session=member_session) as member:
        revision = member.next("welcome")["revision"]
        for code, frame in wishes:
            ref = str(uuid.uuid4())
            member.send(ref=ref, **frame)
            refused = member.next("refused")
            assert (refused["ref"], refused["code"]) == (ref, code)
    assert Topic.objects.get(pk=hall.topic.pk).revision == revision
    assert Vote.objects.count() == 0
    assert Suggestion.objects.get(pk=elsewhere.pk).text == elsewhere.text


def test_refusals_speak_the_language_of_the_reader(hall: Hall, member_session: str) -> None:
    closed = open_topic(hall.county, opened=2 * HOUR, closes_at=timezone.now() - MINUTE)
    said = []
    for language in ("en", "zh-CN"):
        with reading(hall.url, closed.pk, session=member_session, language=language) as member:
            member.next("welcome")
            member.vote(hall.suggestion.pk)
            refused = member.next("refused")
            assert refused["code"] == "voting_closed"
            said.append(refused["message"])
    assert said[0] == "Voting is closed. Your vote was not counted."
    assert said[1] != said[0]


def test_the_schema_of_what_clients_send_agrees_with_what_is_read() -> None:
    for frame, _, _ in UNREADABLE:
        try:
            content = json.loads(frame)
        except (ValueError, RecursionError):
            continue
        # JSON Schema takes 17.0 for an integer, and knows nothing of half characters.
        if '"suggestion":17.0' not in frame and "ud800" not in frame:
            assert not FROM_CLIENT.is_valid(content), frame[:100]


def test_a_member_of_another_body_has_no_voice_here(hall: Hall) -> None:
    with reading(
        hall.url, hall.topic.pk, session=sign_in(make_member(make_county("政协远山县委员会")))
    ) as guest:
        assert guest.next("welcome")["me"]["role"] == "observer"
        guest.vote(hall.suggestion.pk)
        assert guest.next("refused")["code"] == "not_allowed"
