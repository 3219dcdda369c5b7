"""What members do over a socket: real servers, real sockets, SQLite."""

from __future__ import annotations

import uuid
from time import monotonic

import pytest
from django.utils import timezone

from consultations.actions.moderation import publish_suggestion
from consultations.models import Attendance, Suggestion, Topic
from tests.consultations.factories import actor, make_suggestion
from tests.jianyan.accounts.factories import make_member
from tests.realtime.conftest import Hall, open_topic
from tests.realtime.readers import reading, sign_in


def test_the_welcome_says_everything_that_the_page_shows(hall: Hall, member_session: str) -> None:
    with reading(hall.url, hall.topic.pk, session=member_session) as reader:
        welcome = reader.read()
    now, phase = welcome.pop("now"), welcome.pop("phase")
    suggestion = welcome["suggestions"][0]
    assert suggestion.pop("at").endswith("Z")
    assert now.startswith(f"{timezone.now():%Y-}")
    assert now.endswith("Z")
    assert (phase["name"], phase["posting"], phase["voting"], phase["paused"]) == ("open", True, True, False)
    assert 2_900_000 < phase["closes_ms"] <= 3_000_000
    assert welcome == {
        "type": "welcome",
        "protocol": 1,
        "topic": hall.topic.pk,
        "revision": 3,
        "full": True,
        "rules": {"ideas": 1, "length": 200, "ballot": ["support"], "budget": None, "tallies": "live"},
        "themes": [],
        "suggestions": [
            {
                "id": hall.suggestion.pk,
                "number": 1,
                "text": "机关单位车位晚六点至早七点向周边居民错时开放。",
                "author": "林栖云",
                "sector": "文艺界",
                "theme": None,
                "status": "published",
                "merged_into": None,
                "featured": False,
                "edited": False,
                "tally": [0, 0, 0],
                "mine": False,
            }
        ],
        "me": {"role": "member", "votes": {}, "suggestions": []},
        "people": {"here": 1, "posted": 1, "voted": 0},
    }


def test_a_vote_is_acknowledged_after_its_commit_and_told_to_everybody(
    hall: Hall, member_session: str
) -> None:
    with (
        reading(hall.url, hall.topic.pk, session=member_session) as voter,
        reading(hall.url, hall.topic.pk) as audience,
    ):
        voter.next("welcome")
        assert audience.next("welcome")["me"] is None
        ref = voter.vote(hall.suggestion.pk)
        ack = voter.next("ack")
        hall.suggestion.refresh_from_db()
        assert ack == {"type": "ack", "refs": [ref], "revision": 4}
        assert hall.suggestion.support == 1
        update = audience.until_revision(4)
        assert update["from"] == 3
        assert update["tallies"] == [[hall.suggestion.pk, 1, 0, 0]]


def test_the_welcome_says_which_of_the_shown_suggestions_are_the_readers(hall: Hall) -> None:
    other = make_suggestion(hall.topic, hall.other, "增设夜间公交。", publish_by=hall.moderator)
    for session, mine in (
        (sign_in(hall.author), [True, False]),
        (sign_in(hall.other), [False, True]),
        (None, [False, False]),
    ):
        with reading(hall.url, hall.topic.pk, session=session) as reader:
            shown = reader.next("welcome")["suggestions"]
        assert [one["id"] for one in shown] == [hall.suggestion.pk, other.pk]
        assert [one["mine"] for one in shown] == mine


def test_votes_of_one_moment_share_one_acknowledgement_and_one_journal_entry(
    hall: Hall, member_session: str
) -> None:
    others = [
        make_suggestion(hall.topic, make_member(hall.county), publish_by=hall.moderator) for _ in range(3)
    ]
    with reading(hall.url, hall.topic.pk, session=member_session) as voter:
        before = voter.next("welcome")["revision"]
        refs = voter.votes(one.pk for one in [hall.suggestion, *others])
        ack = voter.next("ack")
    assert ack["refs"] == refs
    assert ack["revision"] == before + 1


def test_a_vote_that_is_sent_again_is_acknowledged_again_and_counts_once(
    hall: Hall, member_session: str
) -> None:
    frame = {"type": "vote", "ref": "the-same", "suggestion": hall.suggestion.pk, "choice": "support"}
    with reading(hall.url, hall.topic.pk, session=member_session) as voter:
        voter.next("welcome")
        voter.send(**frame)
        first = voter.next("ack")
        voter.send(**frame)
        assert voter.next("ack") == first
    hall.suggestion.refresh_from_db()
    assert hall.suggestion.support == 1
    assert Topic.objects.get().revision == 4


def test_an_idea_is_posted_edited_and_withdrawn_and_each_is_answered(hall: Hall, member_session: str) -> None:
    ref = str(uuid.uuid4())
    with reading(hall.url, hall.topic.pk, session=member_session) as member:
        member.next("welcome")
        member.send(type="suggest", ref=ref, text="增设夜间公交。")
        ack = member.next("ack")
        assert ack["refs"] == [ref]
        mine = ack["suggestion"]
        assert (mine["mine"], mine["status"], mine["text"]) == (True, "pending", "增设夜间公交。")
        member.send(type="suggest", ref=ref.upper(), text="增设夜间公交。")
        assert member.next("ack")["suggestion"]["id"] == mine["id"]
        member.send(type="edit", ref="e", suggestion=mine["id"], text="增设夜间公交两条。")
        assert member.next("ack")["suggestion"]["text"] == "增设夜间公交两条。"
        member.send(type="withdraw", ref="w", suggestion=mine["id"])
        withdrawn = member.next("ack")
        assert withdrawn["refs"] == ["w"]
        assert "suggestion" not in withdrawn
    assert Suggestion.objects.get(pk=mine["id"]).status == "withdrawn"


def test_what_waits_for_review_is_told_to_nobody_but_its_author(hall: Hall, member_session: str) -> None:
    with (
        reading(hall.url, hall.topic.pk, session=member_session) as member,
        reading(hall.url, hall.topic.pk) as audience,
    ):
        member.next("welcome")
        audience.next("welcome")
        member.send(type="suggest", ref=str(uuid.uuid4()), text="增设夜间公交。")
        revision = member.next("ack")["revision"]
        update = audience.until_revision(revision)
    assert (update["from"], update["revision"]) == (3, 4)
    assert "suggestions" not in update
    assert "公交" not in str(audience.frames)


def test_a_decision_is_told_to_the_author_with_their_own_part_and_to_others_without(
    hall: Hall, member_session: str
) -> None:
    pending = make_suggestion(hall.topic, hall.member, "增设夜间公交。")
    with (
        reading(hall.url, hall.topic.pk, session=member_session) as author,
        reading(hall.url, hall.topic.pk) as audience,
    ):
        assert author.next("welcome")["me"]["suggestions"][0]["status"] == "pending"
        assert len(audience.next("welcome")["suggestions"]) == 1
        now = timezone.now()
        publish_suggestion(suggestion_id=pending.pk, by=actor(hall.moderator, now), at=now)
        personal = author.next("welcome")
        update = audience.next("update")
    assert (personal["full"], personal["revision"]) == (False, 5)
    assert personal["me"]["suggestions"][0]["status"] == "published"
    assert [one["id"] for one in personal["suggestions"]] == [pending.pk]
    assert [one["text"] for one in update["suggestions"]] == ["增设夜间公交。"]
    assert "mine" not in update["suggestions"][0]


def test_another_tab_of_the_voter_learns_of_the_vote(hall: Hall, member_session: str) -> None:
    with (
        reading(hall.url, hall.topic.pk, session=member_session) as phone,
        reading(hall.url, hall.topic.pk, session=sign_in(hall.member)) as desk,
    ):
        phone.next("welcome")
        desk.next("welcome")
        phone.vote(hall.suggestion.pk)
        phone.next("ack")
        told = desk.next("welcome")
        assert told["full"] is False
        assert told["me"]["votes"] == {str(hall.suggestion.pk): "support"}
        assert told["suggestions"][0]["tally"] == [1, 0, 0]
        assert phone.next("update")["tallies"] == [[hall.suggestion.pk, 1, 0, 0]]


def test_two_tabs_are_one_person_and_each_anonymous_reader_is_one(hall: Hall, member_session: str) -> None:
    with (
        reading(hall.url, hall.topic.pk, session=member_session) as first,
        reading(hall.url, hall.topic.pk, session=member_session) as second,
        reading(hall.url, hall.topic.pk) as third,
        reading(hall.url, hall.topic.pk) as fourth,
    ):
        second.next("welcome")
        third.next("welcome")
        assert fourth.next("welcome")["people"]["here"] == 3
        told = first.until(lambda frame: frame.get("people", {}).get("here") == 3)
        assert told["type"] in ("welcome", "beacon")


def test_whoever_reconnects_is_sent_what_came_after_their_revision(hall: Hall, member_session: str) -> None:
    other = make_suggestion(hall.topic, make_member(hall.county), publish_by=hall.moderator)
    with reading(hall.url, hall.topic.pk, session=member_session) as voter:
        seen = voter.next("welcome")["revision"]
        voter.vote(other.pk)
        voter.next("ack")
    with reading(hall.url, hall.topic.pk, query=f"?revision={seen}") as back:
        welcome = back.next("welcome")
    assert (welcome["full"], welcome["revision"]) == (False, seen + 1)
    assert [(one["id"], one["tally"]) for one in welcome["suggestions"]] == [(other.pk, [1, 0, 0])]


@pytest.mark.parametrize("revision", ["99999", "-1", "x", "", "٣", "9" * 30])
def test_a_revision_that_is_none_of_ours_gets_the_whole_state(hall: Hall, revision: str) -> None:
    with reading(hall.url, hall.topic.pk, query=f"?revision={revision}") as reader:
        welcome = reader.next("welcome")
    assert welcome["full"] is True
    assert len(welcome["suggestions"]) == 1


def test_a_resync_is_answered_with_a_welcome(hall: Hall) -> None:
    with reading(hall.url, hall.topic.pk) as reader:
        reader.next("welcome")
        reader.send(type="resync", revision=1)
        part = reader.next("welcome")
        reader.send(type="resync", revision=3)
        nothing = reader.next("welcome")
        reader.send(type="resync", revision=4000)
        whole = reader.next("welcome")
    assert (part["full"], len(part["suggestions"])) == (False, 1)
    assert (nothing["full"], nothing["suggestions"]) == (False, [])
    assert (whole["full"], whole["revision"]) == (True, 3)


def test_a_sign_of_life_comes_after_five_quiet_seconds(hall: Hall) -> None:
    with reading(hall.url, hall.topic.pk) as reader:
        reader.next("welcome")
        started = monotonic()
        beacon = reader.next("beacon")
        assert beacon == {
            "type": "beacon",
            "revision": 3,
            "people": {"here": 1, "posted": 1, "voted": 0},
        }
        assert 3.5 < monotonic() - started < 8


def test_a_member_who_joins_an_open_topic_is_present_at_its_deliberation(
    hall: Hall, member_session: str
) -> None:
    with (
        reading(hall.url, hall.topic.pk) as audience,
        reading(hall.url, hall.topic.pk, session=sign_in(hall.moderator)) as moderator,
        reading(hall.url, hall.topic.pk, session=member_session) as member,
    ):
        for reader in (audience, moderator, member):
            reader.next("welcome")
        # The arrival is written before a vote that comes after it.
        member.vote(hall.suggestion.pk)
        member.next("ack")
        member.vote(hall.suggestion.pk)
        member.next("ack")
    assert [(one.user_id, one.presence, one.mode) for one in Attendance.objects.all()] == [
        (hall.member.pk, "present", "online")
    ]


def test_a_reader_of_one_topic_hears_nothing_of_another(hall: Hall, member_session: str) -> None:
    quiet = open_topic(hall.county, title="另一个议题")
    with (
        reading(hall.url, quiet.pk) as elsewhere,
        reading(hall.url, hall.topic.pk, session=member_session) as voter,
    ):
        elsewhere.next("welcome")
        voter.next("welcome")
        voter.vote(hall.suggestion.pk)
        voter.next("update")
        with pytest.raises(TimeoutError):
            elsewhere.next("update", patience=0.6)


def test_a_page_of_another_protocol_is_told_to_reload(hall: Hall) -> None:
    with reading(hall.url, hall.topic.pk, query="?revision=1&protocol=0") as old:
        assert old.read() == {"type": "reload"}
        assert old.closed() == 1000
    with reading(hall.url, hall.topic.pk, query="?protocol=1") as present:
        assert present.read()["type"] == "welcome"


def test_a_screen_on_the_wall_listens_and_is_nobody_who_is_here(hall: Hall, member_session: str) -> None:
    with reading(hall.url, hall.topic.pk, session=member_session, query="?counted=no") as screen:
        assert screen.read()["people"]["here"] == 0
        with reading(hall.url, hall.topic.pk) as reader:
            assert reader.read()["people"]["here"] == 1
    assert not Attendance.objects.exists()
