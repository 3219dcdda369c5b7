"""Random runs of posting, entering, signing together, and everything that makes an idea live or not: one idea each."""

from __future__ import annotations

import uuid
from collections import Counter
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from consultations.actions.behalf import enter_suggestion
from consultations.actions.cosigning import answer_cosigning, name_cosigners, withdraw_cosigning
from consultations.enums import LIVE, Cosigning
from consultations.models import Cosigner, Suggestion, Topic, Vote
from consultations.queries.authors import cosigners_of
from consultations.queries.journal_check import check_journal
from consultations.queries.state import changes_since, topic_state
from tests.consultations.replay import Replica
from tests.consultations.test_properties import SETTINGS, Run, Wish

WISHES = st.lists(
    st.tuples(
        st.sampled_from(
            ["enter", "publish", "hide", "merge", "unmerge", "vote", "leave"]
            + ["post", "withdraw", "decline", "restore", "name", "agree"] * 3
        ),
        st.integers(0, 5),
        st.integers(0, 5),
    ),
    min_size=10,
    max_size=40,
)  # fmt: skip


class SigningRun(Run):
    """The same game, with staff who enter and members who sign together.

    It begins with an idea of the first member, which both others are asked to sign.
    """

    def __init__(self, **rules: Any) -> None:
        super().__init__(**rules)
        self.do_post(0, 0)
        self.do_name(0, 1)
        self.do_name(0, 2)

    def do_enter(self, one: int, two: int) -> None:
        enter_suggestion(
            topic_id=self.topic_id,
            member_id=self.someone(one).user_id,
            source="paper",
            text=f"代录{two}",
            client_ref=str(uuid.uuid4()),
            cosigner_ids=[self.someone(two).user_id],
            by=self.secretary,
            at=self.at,
        )

    def do_name(self, one: int, two: int) -> None:
        name_cosigners(
            suggestion_id=self.some(one),
            member_ids=[self.someone(two).user_id],
            by=self.author_of(one),
            at=self.at,
        )

    def do_agree(self, one: int, two: int) -> None:
        answer_cosigning(suggestion_id=self.some(one), agree=True, by=self.someone(two), at=self.at)

    def do_leave(self, one: int, two: int) -> None:
        withdraw_cosigning(suggestion_id=self.some(one), by=self.someone(two), at=self.at)


def check_slots(topic: Topic) -> None:
    """Of each member at most as many live ideas as the topic allows, signed ones counted, each in a slot of its own."""
    held = [
        *topic.suggestions.filter(status__in=LIVE).values_list("author_id", "slot"),
        *Cosigner.objects.filter(
            topic=topic, state=Cosigning.AGREED, suggestion__status__in=LIVE
        ).values_list("member_id", "slot"),
    ]
    assert len(held) == len(set(held))
    assert max(Counter(member for member, _slot in held).values(), default=0) <= topic.ideas
    assert all(slot is not None and 1 <= slot <= topic.ideas for _member, slot in held)


def check_signers(topic: Topic) -> None:
    """Nobody's stand is on what they have signed, and no author has signed their own."""
    ids = list(topic.suggestions.values_list("id", flat=True))
    stands = set(
        Vote.objects.filter(topic=topic).exclude(choice=None).values_list("suggestion_id", "voter_id")
    )
    authors = set(Suggestion.objects.filter(topic=topic).values_list("id", "author_id"))
    signed = cosigners_of(ids)
    assert not signed & stands
    assert not signed & authors


@pytest.mark.usefixtures("unmeasured")
@pytest.mark.django_db
@settings(SETTINGS, max_examples=20)
@given(ideas=st.sampled_from([1, 2, 3]), premoderated=st.booleans(), wishes=WISHES)
def test_nobody_ever_holds_more_live_ideas_than_the_topic_allows(
    ideas: int, premoderated: bool, wishes: list[Wish]
) -> None:
    with transaction.atomic():
        run = SigningRun(ideas=ideas, premoderated=premoderated)
        for wish in wishes:
            before = run.topic.revision
            granted = run.grant(wish)
            assert run.topic.revision in ((before, before + 1) if granted else (before,))
            check_slots(run.topic)
            check_signers(run.topic)
        assert check_journal(run.topic_id).faults == ()
        transaction.set_rollback(True)


@pytest.mark.django_db
@settings(SETTINGS, max_examples=20)
@given(rules=st.fixed_dictionaries({"anonymous": st.booleans()}), wishes=WISHES)
def test_who_signs_reaches_whoever_follows(rules: dict[str, Any], wishes: list[Wish]) -> None:
    with transaction.atomic():
        run = SigningRun(ideas=2, premoderated=False, **rules)
        first = topic_state(run.topic_id, at=run.at)
        for wish in wishes:
            run.grant(wish)
        followed = Replica.of(first)
        followed.apply(changes_since(run.topic_id, first.revision, at=run.at))
        assert followed == Replica.of(topic_state(run.topic_id, at=run.at))
        transaction.set_rollback(True)
