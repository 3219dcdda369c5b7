"""A moderator proposes another wording; the author takes it up or keeps their own."""

from __future__ import annotations

import datetime as dt

import pytest

from consultations.actions.moderation import decline_suggestion, hide_suggestion, publish_suggestion
from consultations.actions.moderation import return_suggestion as give_back
from consultations.actions.proposals import answer_proposal, propose_wording
from consultations.actions.suggestions import edit_suggestion, withdraw_suggestion
from consultations.actions.votes import Ballot, cast_votes
from consultations.errors import (
    AlreadyDecided,
    ChangedMeanwhile,
    Empty,
    Frozen,
    NotAllowed,
    NotEditable,
    Refused,
    SameText,
    TooLong,
    UnknownProposal,
    UnknownSuggestion,
)
from consultations.events import Event, SuggestionsChanged, forget, listen
from consultations.journal import sealed
from consultations.models import JournalEntry, Proposal, Suggestion
from consultations.queries.desk import edition_of
from consultations.queries.journal_check import check_journal
from consultations.queries.state import changes_since, topic_state
from tests.consultations.conftest import Scene
from tests.consultations.factories import HOUR, MINUTE, NOON, actor, make_suggestion
from tests.consultations.replay import Replica
from tests.consultations.test_concurrency import at_once

AT = NOON + 5 * MINUTE
BETTER = "机关单位车位晚六点至早七点向周边居民开放。"


def propose(scene: Scene, suggestion: Suggestion, text: str = BETTER, at: dt.datetime = AT) -> Proposal:
    suggestion.refresh_from_db()
    return propose_wording(
        suggestion_id=suggestion.pk,
        text=text,
        reason="更简洁",
        seen=edition_of(suggestion),
        by=actor(scene.moderator),
        at=at,
    )


def answer(scene: Scene, proposal: Proposal, *, accept: bool, at: dt.datetime = AT + MINUTE) -> Proposal:
    return answer_proposal(proposal_id=proposal.pk, accept=accept, by=actor(scene.author), at=at)


def last_entry(scene: Scene) -> JournalEntry:
    entry = JournalEntry.objects.filter(topic=scene.topic).order_by("revision").last()
    assert entry is not None
    return entry


def test_a_proposal_changes_nothing_and_its_words_stay_out_of_the_journal(scene: Scene) -> None:
    before = scene.suggestion.text
    proposal = propose(scene, scene.suggestion)
    scene.suggestion.refresh_from_db()
    scene.topic.refresh_from_db()
    assert (proposal.state, proposal.text, proposal.of_text) == ("open", BETTER, before)
    assert (scene.suggestion.text, scene.suggestion.status) == (before, "published")
    entry = last_entry(scene)
    assert entry.kind == "proposed"
    assert entry.payload["proposed"] == sealed(scene.topic.secret, BETTER)
    assert entry.payload["reason"] == "更简洁"
    assert BETTER not in str(entry.payload)
    assert check_journal(scene.topic.pk).faults == ()


def test_an_accepted_wording_of_a_published_idea_is_an_edit_that_everybody_sees(scene: Scene) -> None:
    before = scene.suggestion.text
    cast_votes(
        topic_id=scene.topic.pk,
        ballots=[Ballot(actor(scene.member), scene.suggestion.pk, "support")],
        at=AT,
    )
    proposal = answer(scene, propose(scene, scene.suggestion), accept=True)
    scene.suggestion.refresh_from_db()
    assert proposal.state == "accepted"
    assert (scene.suggestion.text, scene.suggestion.status) == (BETTER, "published")
    assert (scene.suggestion.edited_at, scene.suggestion.support) == (AT + MINUTE, 1)
    assert [version.text for version in scene.suggestion.versions.all()] == [before]
    entry = last_entry(scene)
    assert (entry.kind, entry.payload["accepted"], entry.payload["text"]) == ("answered", True, BETTER)
    assert check_journal(scene.topic.pk).faults == ()


def test_a_published_idea_without_votes_stays_published_when_its_author_accepts(scene: Scene) -> None:
    answer(scene, propose(scene, scene.suggestion), accept=True)
    scene.suggestion.refresh_from_db()
    assert scene.suggestion.status == "published"


def test_a_declined_wording_leaves_the_text_as_it_was(scene: Scene) -> None:
    before = scene.suggestion.text
    proposal = answer(scene, propose(scene, scene.suggestion), accept=False)
    scene.suggestion.refresh_from_db()
    assert (proposal.state, proposal.answered_at) == ("declined", AT + MINUTE)
    assert (scene.suggestion.text, scene.suggestion.edited_at) == (before, None)
    assert not scene.suggestion.versions.exists()
    assert last_entry(scene).payload["accepted"] is False


def test_a_returned_idea_is_sent_again_with_the_accepted_wording_and_a_waiting_one_goes_on_waiting(
    scene: Scene,
) -> None:
    returned = make_suggestion(scene.topic, scene.member, "晚上开放停车位。")
    give_back(suggestion_id=returned.pk, by=actor(scene.moderator), at=AT, reason="请写得更具体。")
    waiting = make_suggestion(scene.topic, scene.other, "学校操场周末开放停车。")
    for suggestion, author in ((returned, scene.member), (waiting, scene.other)):
        proposal = propose(scene, suggestion, text=suggestion.text + "试行一年。")
        answer_proposal(proposal_id=proposal.pk, accept=True, by=actor(author), at=AT + MINUTE)
        suggestion.refresh_from_db()
        assert (suggestion.status, suggestion.edited_at, suggestion.reason) == ("pending", None, "")
        assert suggestion.text.endswith("试行一年。")


def test_the_same_answer_twice_is_one_step_and_the_other_answer_is_too_late(scene: Scene) -> None:
    proposal = answer(scene, propose(scene, scene.suggestion), accept=True)
    revision = last_entry(scene).revision
    answer(scene, proposal, accept=True)
    with pytest.raises(ChangedMeanwhile):
        answer(scene, proposal, accept=False)
    assert last_entry(scene).revision == revision


def test_a_new_proposal_overtakes_the_one_that_waits_and_the_same_again_is_the_same(scene: Scene) -> None:
    first = propose(scene, scene.suggestion)
    second = propose(scene, scene.suggestion, text="机关车位夜间向居民开放。")
    again = propose(scene, scene.suggestion, text="机关车位夜间向居民开放。")
    first.refresh_from_db()
    assert (first.state, second.state, again.pk) == ("overtaken", "open", second.pk)
    with pytest.raises(ChangedMeanwhile):
        answer(scene, first, accept=True)


def test_an_edit_of_the_text_overtakes_the_proposal(scene: Scene) -> None:
    proposal = propose(scene, scene.suggestion)
    edit_suggestion(suggestion_id=scene.suggestion.pk, by=actor(scene.author), text="夜间开放车位。", at=AT)
    proposal.refresh_from_db()
    assert proposal.state == "overtaken"
    with pytest.raises(ChangedMeanwhile):
        answer(scene, proposal, accept=True)
    scene.suggestion.refresh_from_db()
    assert scene.suggestion.text == "夜间开放车位。"


@pytest.mark.parametrize("becomes", ["declined", "hidden", "withdrawn"])
def test_a_decision_that_takes_the_idea_away_overtakes_the_proposal(scene: Scene, becomes: str) -> None:
    waiting = make_suggestion(scene.topic, scene.member, "学校操场周末开放停车。")
    proposal = propose(scene, waiting)
    if becomes == "declined":
        decline_suggestion(suggestion_id=waiting.pk, by=actor(scene.moderator), at=AT, reason="与议题无关。")
    elif becomes == "hidden":
        publish_suggestion(suggestion_id=waiting.pk, by=actor(scene.moderator), at=AT)
        proposal.refresh_from_db()
        assert proposal.state == "open"
        hide_suggestion(suggestion_id=waiting.pk, by=actor(scene.moderator), at=AT, reason="重复。")
    else:
        withdraw_suggestion(suggestion_id=waiting.pk, by=actor(scene.member), at=AT)
    proposal.refresh_from_db()
    assert proposal.state == "overtaken"
    with pytest.raises(NotEditable):
        answer_proposal(proposal_id=proposal.pk, accept=True, by=actor(scene.member), at=AT)


def test_it_is_answered_after_closing_until_the_topic_is_frozen(scene: Scene) -> None:
    late = NOON + 2 * HOUR
    answer(scene, propose(scene, scene.suggestion, at=late), accept=True, at=late)
    scene.suggestion.refresh_from_db()
    assert scene.suggestion.text == BETTER
    second = propose(scene, scene.suggestion, text="车位夜间开放。", at=late)
    scene.topic.refresh_from_db()
    scene.topic.frozen_at = late
    scene.topic.save(update_fields=["frozen_at"])
    with pytest.raises(Frozen):
        answer(scene, second, accept=True, at=late)
    with pytest.raises(Frozen):
        propose(scene, scene.suggestion, text="车位夜间一律开放。", at=late)


def test_who_may_not_propose_or_answer_is_refused_without_a_trace(scene: Scene) -> None:
    seen = edition_of(scene.suggestion)
    with pytest.raises(NotAllowed):
        propose_wording(
            suggestion_id=scene.suggestion.pk, text=BETTER, seen=seen, by=actor(scene.author), at=AT
        )
    published = propose(scene, scene.suggestion)
    waiting = propose(scene, make_suggestion(scene.topic, scene.member, "学校操场周末开放停车。"))
    revision = last_entry(scene).revision
    with pytest.raises(NotAllowed):
        answer_proposal(proposal_id=published.pk, accept=True, by=actor(scene.moderator), at=AT)
    with pytest.raises(UnknownSuggestion):
        answer_proposal(proposal_id=waiting.pk, accept=True, by=actor(scene.author), at=AT)
    with pytest.raises(UnknownProposal):
        answer_proposal(proposal_id=waiting.pk + 1000, accept=True, by=actor(scene.author), at=AT)
    assert last_entry(scene).revision == revision


@pytest.mark.parametrize(("text", "refusal"), [("", Empty), ("停" * 201, TooLong), (None, SameText)])
def test_a_wording_that_is_no_text_or_no_other_text_is_refused(
    scene: Scene, text: str | None, refusal: type[Refused]
) -> None:
    with pytest.raises(refusal):
        propose(scene, scene.suggestion, text=scene.suggestion.text if text is None else text)
    assert not Proposal.objects.exists()


def test_what_was_seen_must_still_be_there(scene: Scene) -> None:
    waiting = make_suggestion(scene.topic, scene.member, "学校操场周末开放停车。")
    seen = edition_of(waiting)
    edit_suggestion(suggestion_id=waiting.pk, by=actor(scene.member), text="学校操场夜间开放停车。", at=AT)
    with pytest.raises(ChangedMeanwhile):
        propose_wording(suggestion_id=waiting.pk, text=BETTER, seen=seen, by=actor(scene.moderator), at=AT)
    decline_suggestion(suggestion_id=waiting.pk, by=actor(scene.moderator), at=AT, reason="与议题无关。")
    with pytest.raises(AlreadyDecided):
        propose(scene, waiting)


@pytest.mark.django_db(transaction=True)
def test_the_author_is_told_at_once(scene: Scene) -> None:
    told: list[Event] = []
    listen(told.append)
    try:
        answer(scene, propose(scene, scene.suggestion), accept=False)
    finally:
        forget(told.append)
    assert [event.authors for event in told if isinstance(event, SuggestionsChanged)] == [
        (scene.author.pk,),
        (scene.author.pk,),
    ]


@pytest.mark.django_db(transaction=True)
def test_of_answers_that_come_at_once_the_first_one_holds(scene: Scene) -> None:
    proposal = propose(scene, scene.suggestion)

    def say(accept: bool) -> Proposal:
        return answer(scene, proposal, accept=accept)

    said = at_once([lambda a=number % 2 == 0: say(a) for number in range(12)])  # type: ignore[misc]
    proposal.refresh_from_db()
    scene.suggestion.refresh_from_db()
    taken = proposal.state == "accepted"
    assert [isinstance(one, ChangedMeanwhile) for one in said] == [
        (number % 2 == 0) != taken for number in range(12)
    ]
    assert (scene.suggestion.text == BETTER, scene.suggestion.versions.count()) == (taken, int(taken))
    assert JournalEntry.objects.filter(topic=scene.topic, kind="answered").count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_edit_and_an_acceptance_at_once_lose_no_text(scene: Scene) -> None:
    before = scene.suggestion.text
    for turn in range(6):
        proposal = propose(scene, scene.suggestion, text=f"{BETTER}{turn}")
        own = f"夜间开放车位，第{turn}稿。"
        jobs = [
            lambda p=proposal: answer(scene, p, accept=True),
            lambda text=own: edit_suggestion(
                suggestion_id=scene.suggestion.pk, by=actor(scene.author), text=text, at=AT
            ),
        ]
        at_once(jobs if turn % 2 else jobs[::-1], threads=2)
        proposal.refresh_from_db()
        scene.suggestion.refresh_from_db()
        texts = {version.text for version in scene.suggestion.versions.all()} | {scene.suggestion.text}
        assert scene.suggestion.text == own
        assert (f"{BETTER}{turn}" in texts) == (proposal.state == "accepted")
        assert proposal.state in ("accepted", "overtaken")
        assert before in texts
    assert check_journal(scene.topic.pk).faults == ()


def test_what_is_proposed_of_an_idea_under_review_is_told_to_its_author_alone(scene: Scene) -> None:
    waiting = make_suggestion(scene.topic, scene.member, "学校操场周末开放停车。")
    since = last_entry(scene).revision
    proposal = propose(scene, waiting)
    changes = changes_since(scene.topic.pk, since, at=AT)
    assert (changes.suggestions, changes.authors) == ((), (scene.member.pk,))
    answer_proposal(proposal_id=proposal.pk, accept=True, by=actor(scene.member), at=AT)
    changes = changes_since(scene.topic.pk, since, at=AT)
    assert (changes.suggestions, changes.authors) == ((), (scene.member.pk,))


def test_proposals_and_answers_on_an_old_state_make_the_present_one(scene: Scene) -> None:
    replica = Replica.of(topic_state(scene.topic.pk, at=AT))
    for accept, text in ((False, BETTER), (True, BETTER), (True, "机关车位夜间开放。")):
        proposal = propose(scene, scene.suggestion, text=text)
        replica.apply(changes_since(scene.topic.pk, replica.revision, at=AT))
        answer(scene, proposal, accept=accept)
        replica.apply(changes_since(scene.topic.pk, replica.revision, at=AT))
        assert replica == Replica.of(topic_state(scene.topic.pk, at=AT))
    assert replica.suggestions[scene.suggestion.pk].text == "机关车位夜间开放。"


def test_private_data_in_a_proposed_wording_is_masked_once_it_is_taken_up(scene: Scene) -> None:
    answer(scene, propose(scene, scene.suggestion, text="车位开放请致电13912345678。"), accept=True)
    scene.suggestion.refresh_from_db()
    assert scene.suggestion.public_text == "车位开放请致电＊＊＊＊＊＊＊＊＊＊＊。"
    assert "13912345678" not in str(last_entry(scene).payload)
