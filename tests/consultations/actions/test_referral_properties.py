"""Random runs of every step of a referral: the table holds, editions and steps chain, undoing restores, journals verify."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consultations.actions.referral_handling import accept_referral, send_back_referral
from consultations.actions.referrals import (
    close_referral,
    extend_referral,
    readdress_referral,
    release_referral,
    supervise_referral,
    withdraw_referral,
)
from consultations.actions.reminding import send_reminders
from consultations.actions.replies import answer_referral, contribute_to_referral
from consultations.actions.satisfaction import rate_reply
from consultations.actions.undoing import undo_last_step
from consultations.enums import Move, ReferralState
from consultations.errors import Refused
from consultations.models import JournalEntry, Referral, ReferralStep, Reply, Topic
from consultations.queries.journal_check import check_journal
from consultations.queries.referral_standing import standing_of
from consultations.referral_states import TABLE, moves_open_to, undoable
from jianyan.accounts.enums import Role
from jianyan.accounts.roles import Actor
from tests.consultations.factories import actor
from tests.consultations.referral_scene import REFERRED, Referring, make_referring
from tests.jianyan.accounts.factories import make_membership, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unmeasured")]

ONWARD = (Move.ACCEPT, Move.CONTRIBUTE, Move.ANSWER, Move.RATE, Move.CLOSE, Move.READDRESS)
Wish = tuple[str, int, int]
WISHES = st.lists(
    st.tuples(
        st.sampled_from(
            [move.value for move in Move if move not in (Move.ISSUE, Move.REOPEN)]
            + ["wait"] * 3 + ["undo"] * 6 + ["onward"] * 16
        ),
        st.integers(0, 5),
        st.integers(0, 2),
    ),
    min_size=6,
    max_size=20,
)  # fmt: skip


class Run:
    """One referral of two authors' suggestions; a wish names a step, whoever takes it, and what they say."""

    def __init__(self, scene: Referring, chair: Actor) -> None:
        self.scene = scene
        self.at = REFERRED
        ids = [scene.suggestion(1).pk, scene.suggestion(2).pk]
        self.pk = scene.refer(suggestion_ids=ids, item="研究").pk
        authors = [actor(scene.suggestion(number).author) for number in (1, 2)]
        self.people = [scene.by, scene.acting, scene.helping, *authors, chair]
        self.undo_to: dict[int, dict[str, Any]] = {}

    @property
    def referral(self) -> Referral:
        return Referral.objects.select_related("deliberation__host", "deliberation__channel").get(pk=self.pk)

    @property
    def topic(self) -> Topic:
        return Topic.objects.get(pk=self.scene.drafted.finished.topic.pk)

    def onward(self, number: int) -> tuple[str, Actor]:
        """One of the steps that somebody may take now and that lead on; where there is none, waiting."""
        standing, today = standing_of(self.referral), timezone.localdate(self.at)
        steps = [
            (move.value, by)
            for move in ONWARD
            for by in self.people
            if move in moves_open_to(by, standing, on=today)
        ]
        return steps[number % len(steps)] if steps else ("wait", self.people[0])

    def everything(self) -> dict[str, Any]:
        """The referral but for its edition, its bodies, and the replies that stand."""
        row = dict(Referral.objects.filter(pk=self.pk).values().get())
        del row["edition"]
        row["bodies"] = set(self.referral.bodies.values_list("body_id", "leads"))
        row["replies"] = set(self.referral.replies.filter(withdrawn_at=None).values_list("id", flat=True))
        return row

    def grant(self, wish: Wish) -> None:
        name, who, what = wish
        by = self.people[who]
        if name == "onward":
            name, by = self.onward(3 * who + what)
        if name == "wait":
            self.at += dt.timedelta(days=1 + 20 * what)
            return
        before, edition = self.everything(), self.referral.edition
        revision, steps = self.topic.revision, ReferralStep.objects.count()
        offered = moves_open_to(by, standing_of(self.referral), on=timezone.localdate(self.at))
        try:
            self.wish(name, by, what)()
        except Refused:
            assert self.everything() == before
            assert (self.referral.edition, self.topic.revision) == (edition, revision)
            assert ReferralStep.objects.count() == steps
            return
        taken = ReferralStep.objects.filter(referral=self.pk).count() - edition
        # The same word twice, and a reminder of nothing, are no steps.
        assert taken == 1 or (taken == 0 and name in ("rate", "remind"))
        assert self.referral.edition == edition + taken
        assert self.topic.revision == revision + taken
        if taken:
            self.check(ReferralStep.objects.latest("id"), before)
            assert name == "remind" or Move(name) in offered

    def check(self, step: ReferralStep, before: dict[str, Any]) -> None:
        assert (step.before, step.after) == (before["state"], self.referral.state)
        if step.move == Move.UNDO:
            undone = ReferralStep.objects.get(pk=step.facts["step"])
            assert undoable(ReferralState(undone.before), Move(undone.move))
            assert undone.undone_at == self.at
            assert self.everything() == self.undo_to[undone.pk]
        else:
            assert TABLE[ReferralState(step.before), Move(step.move)].after == step.after
            self.undo_to[step.pk] = before

    def wish(self, name: str, by: Actor, what: int) -> Callable[[], object]:
        one: dict[str, Any] = {"referral_id": self.pk, "by": by, "at": self.at}
        bodies = [self.scene.transport.pk, self.scene.police.pk]
        wishes: dict[str, Callable[[], object]] = {
            "accept": lambda: accept_referral(**one),
            "send_back": lambda: send_back_referral(**one, reason="不归我局管。"),
            "readdress": lambda: readdress_referral(
                **one, lead_id=bodies[what % 2], cohandling_ids=bodies[:what] if what == 1 else []
            ),
            "extend": lambda: extend_referral(**one, reason="需协调。"),
            "contribute": lambda: contribute_to_referral(**one, text=f"配合{what}。"),
            "answer": lambda: answer_referral(**one, text="已办。", grade_id=self.scene.grade.pk),
            "rate": lambda: rate_reply(
                reply_id=self.standing_answer(), degree=["yes", "mostly", "no"][what], by=by, at=self.at
            ),
            "close": lambda: close_referral(**one),
            "withdraw": lambda: withdraw_referral(**one, reason="重复。"),
            "supervise": lambda: supervise_referral(**one),
            "release": lambda: release_referral(**one),
            "remind": lambda: send_reminders(at=self.at),
            "undo": lambda: undo_last_step(**one),
        }
        return wishes[name]

    def standing_answer(self) -> int:
        answers = Reply.objects.filter(referral=self.pk, withdrawn_at=None, grade__isnull=False)
        return answers.order_by("-id").values_list("id", flat=True).first() or 0


@pytest.fixture
def scene(db: None) -> Referring:
    return make_referring()


@pytest.fixture
def chair(scene: Referring) -> Actor:
    user = make_user("周主席")
    make_membership(user, scene.county.committee, Role.CHAIR, term="")
    return actor(user)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wishes=WISHES)
def test_whatever_people_do_the_table_holds_and_the_journal_tells_it(
    scene: Referring, chair: Actor, wishes: list[Wish]
) -> None:
    with transaction.atomic():
        run = Run(scene, chair)
        for wish in wishes:
            run.grant(wish)
        steps = list(ReferralStep.objects.filter(referral=run.pk).order_by("id"))
        assert [step.before for step in steps[1:]] == [step.after for step in steps[:-1]]
        assert run.referral.edition == len(steps)
        assert run.referral.bodies.filter(leads=True).count() == 1
        entries = JournalEntry.objects.filter(topic=run.topic, kind="referred").order_by("revision")
        assert [(entry.payload["move"], entry.payload["state"]) for entry in entries] == [
            (step.move, step.after) for step in steps
        ]
        assert check_journal(run.topic.pk).faults == ()
        transaction.set_rollback(True)
