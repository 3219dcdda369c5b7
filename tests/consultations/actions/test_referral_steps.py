"""What becomes of a referral: accepted or sent back, answered, rated, reopened once, closed; and undone."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from consultations.actions.kept_files import Upload
from consultations.actions.referral_handling import accept_referral, send_back_referral
from consultations.actions.referrals import (
    close_referral,
    extend_referral,
    readdress_referral,
    release_referral,
    supervise_referral,
    withdraw_referral,
)
from consultations.actions.replies import contribute_to_referral
from consultations.actions.satisfaction import rate_reply
from consultations.actions.undoing import undo_last_step
from consultations.enums import Cosigning, Move, ReferralState
from consultations.errors import (
    AcceptanceOver,
    AlreadyReferred,
    BadAttachment,
    BadForm,
    NoExtension,
    NotAllowed,
    NotNow,
    NotUndoable,
    Refused,
    UnknownChoice,
    UnknownGrade,
    UnknownReply,
)
from consultations.models import (
    Attachment,
    Cosigner,
    JournalEntry,
    Referral,
    ReferralStep,
    Reply,
    Satisfaction,
)
from consultations.queries.journal_check import check_journal
from jianyan.accounts.models import User
from tests.consultations.factories import actor
from tests.consultations.papers import pdf
from tests.consultations.referral_scene import DAY, DUE, REFERRED, Referring, make_handler, make_referring
from tests.jianyan.accounts.factories import make_membership, make_user

S = ReferralState


@pytest.fixture
def scene(db: None) -> Referring:
    return make_referring()


def now(referral: Referral) -> Referral:
    return Referral.objects.get(pk=referral.pk)


def last(referral: Referral) -> ReferralStep:
    return ReferralStep.objects.filter(referral=referral).latest("id")


def journalled(referral: Referral) -> dict[str, Any]:
    entry = JournalEntry.objects.filter(kind="referred", payload__referral=referral.pk).latest("id")
    return dict(entry.payload)


def test_the_leading_body_accepts(scene: Referring) -> None:
    referral = scene.refer()
    at = REFERRED + DAY
    with pytest.raises(NotAllowed):
        accept_referral(referral_id=referral.pk, by=scene.helping, at=at)
    accept_referral(referral_id=referral.pk, by=scene.acting, at=at)
    assert (now(referral).state, now(referral).accepted_at, now(referral).edition) == (S.ACCEPTED, at, 2)
    step = last(referral)
    assert (step.move, step.body, step.by, step.before) == (
        Move.ACCEPT,
        scene.transport,
        scene.handler,
        S.ISSUED,
    )
    assert (journalled(referral)["move"], journalled(referral)["by"]) == ("accept", "handler")
    with pytest.raises(NotNow):
        accept_referral(referral_id=referral.pk, by=scene.acting, at=at)
    with pytest.raises(NotNow):
        send_back_referral(referral_id=referral.pk, reason="不归我局管。", by=scene.acting, at=at)


def test_it_is_sent_back_with_a_reason_within_ten_days_and_the_reason_is_not_public(scene: Referring) -> None:
    referral = scene.refer()
    wishes: dict[str, Any] = {"referral_id": referral.pk, "by": scene.acting}
    with pytest.raises(BadForm):
        send_back_referral(**wishes, reason="  ", at=REFERRED)
    with pytest.raises(AcceptanceOver):
        send_back_referral(**wishes, reason="不归我局管。", at=REFERRED + 11 * DAY)
    send_back_referral(**wishes, reason="不归我局管。", at=REFERRED + 10 * DAY)
    assert (now(referral).state, last(referral).note) == (S.RETURNED, "不归我局管。")
    assert "不归我局管" not in str(journalled(referral))
    at = REFERRED + 20 * DAY
    readdress_referral(referral_id=referral.pk, lead_id=scene.police.pk, by=scene.by, at=at)
    with pytest.raises(NotAllowed):
        accept_referral(referral_id=referral.pk, by=scene.acting, at=at)
    # Ten days of their own.
    send_back_referral(
        referral_id=referral.pk, reason="也不归我局管。", by=scene.helping, at=REFERRED + 30 * DAY
    )
    assert now(referral).state == S.RETURNED


def test_whoever_answers_for_the_body_above_or_for_several_acts_for_each(scene: Referring) -> None:
    make_membership(scene.handler, scene.police, "handler", term="")
    referral = scene.accepted()
    both = scene.acting
    contributed = contribute_to_referral(referral_id=referral.pk, text="配合执法。", by=both, at=REFERRED)
    assert contributed.reply.body == scene.police
    assert scene.answer(referral, by=both).reply.body == scene.transport


def test_the_due_date_is_put_off_once(scene: Referring) -> None:
    referral = scene.refer()
    with pytest.raises(BadForm):
        extend_referral(referral_id=referral.pk, reason="", by=scene.by, at=REFERRED)
    extend_referral(referral_id=referral.pk, reason="需协调多个小区。", by=scene.by, at=REFERRED)
    assert (now(referral).due, now(referral).first_due) == (dt.date(2026, 7, 5), DUE)
    assert journalled(referral)["due"] == "2026-07-05"
    with pytest.raises(NoExtension):
        extend_referral(referral_id=referral.pk, reason="还要一个月。", by=scene.by, at=REFERRED)
    with pytest.raises(NotAllowed):
        extend_referral(referral_id=referral.pk, reason="还要一个月。", by=scene.acting, at=REFERRED)


def test_the_answer_has_a_class_and_files(scene: Referring) -> None:
    referral = scene.accepted()
    with pytest.raises(UnknownGrade):
        scene.answer(referral, grade_id=None)
    with pytest.raises(UnknownGrade):
        scene.answer(referral, grade_id=0)
    with pytest.raises(BadForm):
        scene.answer(referral, text=" ")
    with pytest.raises(NotAllowed):
        scene.answer(referral, by=scene.helping)
    replied = scene.answer(referral, files=[Upload("答复函.pdf", pdf())])
    assert (replied.late_days, replied.reply.grade, replied.reply.by) == (0, scene.grade, scene.handler)
    assert (now(referral).state, now(referral).answered_at) == (S.ANSWERED, REFERRED + 2 * DAY)
    attachment = Attachment.objects.get(reply=replied.reply)
    assert (attachment.name, attachment.uploaded_by) == ("答复函.pdf", scene.handler)
    entry = journalled(referral)
    assert (entry["grade"], "late_days" in entry) == ("A", False)
    assert "已划定" not in str(entry)


def test_an_answer_with_a_file_that_is_a_program_is_refused_and_leaves_nothing(scene: Referring) -> None:
    referral = scene.accepted()
    with pytest.raises(BadAttachment):
        scene.answer(referral, files=[Upload("答复函.pdf", b"MZ\x90\x00" + b"\0" * 200)])
    assert (now(referral).state, Reply.objects.count(), Attachment.objects.count()) == (S.ACCEPTED, 0, 0)


def test_an_answer_after_the_extension_is_taken_and_marked_as_late(scene: Referring) -> None:
    referral = scene.accepted()
    extend_referral(referral_id=referral.pk, reason="需协调。", by=scene.by, at=REFERRED + DAY)
    replied = scene.answer(referral, at=REFERRED + 127 * DAY)
    assert (replied.late_days, last(referral).facts["late_days"]) == (5, 5)
    assert (now(referral).state, journalled(referral)["late_days"]) == (S.ANSWERED, 5)


def test_a_second_contribution_takes_the_place_of_the_first(scene: Referring) -> None:
    referral = scene.accepted()
    wishes: dict[str, Any] = {"referral_id": referral.pk, "by": scene.helping, "at": REFERRED + DAY}
    first = contribute_to_referral(**wishes, text="配合执法。").reply
    second = contribute_to_referral(**wishes, text="每周二执法。").reply
    assert list(Reply.objects.filter(withdrawn_at=None)) == [second]
    assert (second.body, second.grade) == (scene.police, None)
    assert journalled(referral)["body"] == "县公安局"
    with pytest.raises(NotAllowed):
        contribute_to_referral(**{**wishes, "by": scene.acting}, text="我来说。")
    with pytest.raises(NotAllowed):
        contribute_to_referral(**wishes, text="我来说。", body_id=scene.transport.pk)
    undo_last_step(referral_id=referral.pk, by=scene.helping, at=REFERRED + DAY)
    assert list(Reply.objects.filter(withdrawn_at=None)) == [first]
    scene.answer(referral)
    with pytest.raises(NotNow):
        contribute_to_referral(**wishes, text="补充。")


def test_an_author_who_is_satisfied_closes_it(scene: Referring) -> None:
    referral, replied = scene.answered()
    at = REFERRED + 3 * DAY
    for stranger in (scene.by, scene.acting, actor(scene.suggestion(1).author)):
        with pytest.raises(NotAllowed):
            rate_reply(reply_id=replied.reply.pk, degree="yes", by=stranger, at=at)
    with pytest.raises(UnknownChoice):
        rate_reply(reply_id=replied.reply.pk, degree="very", by=scene.author, at=at)
    with pytest.raises(UnknownReply):
        rate_reply(reply_id=0, degree="yes", by=scene.author, at=at)
    rated = rate_reply(reply_id=replied.reply.pk, degree="mostly", comment="谢谢。", by=scene.author, at=at)
    assert (rated.degree, rated.comment, rated.at) == ("mostly", "谢谢。", at)
    assert (now(referral).state, now(referral).closed_at, last(referral).move) == (S.CLOSED, at, Move.CLOSE)
    entry = journalled(referral)
    assert (entry["degree"], entry["by"], "谢谢" in str(entry)) == ("mostly", "member", False)


def test_of_several_authors_and_cosigners_the_last_one_who_is_satisfied_closes_it(scene: Referring) -> None:
    second = make_user("联名委员")
    Cosigner.objects.create(
        topic=scene.drafted.finished.topic,
        suggestion=scene.suggestion(2),
        member=second,
        state=Cosigning.AGREED,
        slot=1,
        invited_at=REFERRED,
    )
    ids = [scene.suggestion(1).pk, scene.suggestion(2).pk]
    referral, replied = scene.answered(suggestion_ids=ids, item="研究")
    authors = [scene.suggestion(1).author, scene.suggestion(2).author, second]
    states = []
    for author in authors:
        rate_reply(reply_id=replied.reply.pk, degree="yes", by=actor(author), at=REFERRED + 3 * DAY)
        states.append(now(referral).state)
    assert states == [S.ANSWERED, S.ANSWERED, S.CLOSED]


def test_closed_accounts_are_not_waited_for(scene: Referring) -> None:
    ids = [scene.suggestion(1).pk, scene.suggestion(2).pk]
    referral, replied = scene.answered(suggestion_ids=ids, item="研究")
    User.objects.filter(pk=scene.suggestion(2).author_id).update(is_active=False)
    first = actor(scene.suggestion(1).author)
    rate_reply(reply_id=replied.reply.pk, degree="yes", by=first, at=REFERRED + 3 * DAY)
    assert now(referral).state == S.CLOSED


def test_an_author_who_is_not_satisfied_reopens_it_once(scene: Referring) -> None:
    referral, replied = scene.answered()
    at = dt.datetime(2026, 6, 1, 4, 0, tzinfo=dt.UTC)
    rate_reply(reply_id=replied.reply.pk, degree="no", comment="车位没有开放。", by=scene.author, at=at)
    again = now(referral)
    assert (again.state, again.round, again.answered_at) == (S.ACCEPTED, 2, None)
    # Four days would be too few.
    assert (again.due, again.first_due) == (dt.date(2026, 7, 1), dt.date(2026, 7, 1))
    assert (last(referral).move, journalled(referral)["degree"]) == (Move.REOPEN, "no")
    with pytest.raises(NotNow):
        rate_reply(reply_id=replied.reply.pk, degree="yes", by=scene.author, at=at)
    second = scene.answer(referral, text="已于6月10日开放。", at=at + 9 * DAY)
    assert (second.reply.round, Reply.objects.filter(withdrawn_at=None).count()) == (2, 2)
    with pytest.raises(UnknownReply):
        rate_reply(reply_id=replied.reply.pk, degree="yes", by=scene.author, at=at + 10 * DAY)
    rate_reply(reply_id=second.reply.pk, degree="no", by=scene.author, at=at + 10 * DAY)
    assert (now(referral).state, last(referral).move) == (S.ANSWERED, Move.RATE)
    # The author has the last word: it changes, and is the one that counts.
    rate_reply(reply_id=second.reply.pk, degree="mostly", by=scene.author, at=at + 11 * DAY)
    assert now(referral).state == S.CLOSED
    assert Satisfaction.objects.get(reply=second.reply).degree == "mostly"


def test_the_same_rating_twice_is_one_step(scene: Referring) -> None:
    ids = [scene.suggestion(1).pk, scene.suggestion(2).pk]
    referral, replied = scene.answered(suggestion_ids=ids, item="研究")
    first = actor(scene.suggestion(1).author)
    for _attempt in range(2):
        rate_reply(reply_id=replied.reply.pk, degree="yes", by=first, at=REFERRED + 3 * DAY)
    assert ReferralStep.objects.filter(referral=referral, move=Move.RATE).count() == 1


def test_closing_early_does_not_take_the_authors_word_away(scene: Referring) -> None:
    referral, replied = scene.answered()
    close_referral(referral_id=referral.pk, by=scene.by, at=REFERRED + 3 * DAY)
    assert (now(referral).state, now(referral).closed_at) == (S.CLOSED, REFERRED + 3 * DAY)
    rate_reply(reply_id=replied.reply.pk, degree="no", by=scene.author, at=REFERRED + 4 * DAY)
    assert (now(referral).state, now(referral).closed_at, now(referral).round) == (S.ACCEPTED, None, 2)


def test_authors_cannot_close_and_nobody_closes_what_is_not_answered(scene: Referring) -> None:
    referral = scene.accepted()
    with pytest.raises(NotNow):
        close_referral(referral_id=referral.pk, by=scene.by, at=REFERRED + 3 * DAY)
    scene.answer(referral)
    # An author does so by rating the answer, and not past it.
    for by in (scene.acting, scene.author):
        with pytest.raises(NotAllowed):
            close_referral(referral_id=referral.pk, by=by, at=REFERRED + 3 * DAY)


def test_oversight_by_secretary_and_chair(scene: Referring) -> None:
    chair = make_user("周主席")
    make_membership(chair, scene.county.committee, "chair", term="")
    referral = scene.refer()
    supervise_referral(referral_id=referral.pk, note="请抓紧。", by=actor(chair), at=REFERRED)
    assert (now(referral).supervised_at, now(referral).state) == (REFERRED, S.ISSUED)
    assert (journalled(referral)["by"], "请抓紧" in str(journalled(referral))) == ("chair", False)
    with pytest.raises(NotNow):
        supervise_referral(referral_id=referral.pk, by=scene.by, at=REFERRED)
    release_referral(referral_id=referral.pk, by=scene.by, at=REFERRED)
    assert now(referral).supervised_at is None


def fields(referral: Referral) -> dict[str, Any]:
    row = dict(Referral.objects.filter(pk=referral.pk).values().get())
    del row["edition"]
    bodies = set(referral.bodies.values_list("body_id", "leads"))
    replies = set(referral.replies.filter(withdrawn_at=None).values_list("pk", flat=True))
    return {**row, "bodies": bodies, "replies": replies}


def test_steps_are_undone_one_after_the_other_each_to_exactly_what_was(scene: Referring) -> None:
    referral = scene.refer()
    was = [fields(referral)]

    def keep(_done: object) -> None:
        was.append(fields(referral))

    pk: dict[str, Any] = {"referral_id": referral.pk}
    at = REFERRED + DAY
    keep(supervise_referral(**pk, by=scene.by, at=at))
    keep(send_back_referral(**pk, reason="不归我局管。", by=scene.acting, at=at))
    keep(readdress_referral(**pk, lead_id=scene.police.pk, due=dt.date(2026, 9, 1), by=scene.by, at=at))
    keep(accept_referral(**pk, by=scene.helping, at=at))
    keep(extend_referral(**pk, reason="需协调。", by=scene.by, at=at))
    keep(scene.answer(referral, by=scene.helping))
    keep(close_referral(**pk, by=scene.by, at=REFERRED + 3 * DAY))
    steps = ReferralStep.objects.count()
    for undone in range(1, len(was)):
        undo_last_step(**pk, by=scene.by, at=REFERRED + 4 * DAY)
        assert fields(referral) == was[-1 - undone]
        assert journalled(referral)["move"] == "undo"
    with pytest.raises(NotUndoable):
        undo_last_step(**pk, by=scene.by, at=REFERRED + 4 * DAY)
    assert ReferralStep.objects.count() == steps + len(was) - 1
    assert ReferralStep.objects.filter(undone_at=None).exclude(move=Move.UNDO).count() == 1
    assert now(referral).edition == ReferralStep.objects.count()
    assert check_journal(scene.drafted.finished.topic.pk).faults == ()
    # And on from there.
    accept_referral(**pk, by=scene.acting, at=REFERRED + 5 * DAY)
    assert now(referral).state == S.ACCEPTED


def test_a_body_takes_its_own_answer_back_until_somebody_has_rated_it(scene: Referring) -> None:
    ids = [scene.suggestion(1).pk, scene.suggestion(2).pk]
    referral, replied = scene.answered(suggestion_ids=ids, item="研究")
    with pytest.raises(NotAllowed):
        undo_last_step(referral_id=referral.pk, by=scene.helping, at=REFERRED + 3 * DAY)
    undo_last_step(referral_id=referral.pk, note="有误。", by=scene.acting, at=REFERRED + 3 * DAY)
    replied.reply.refresh_from_db()
    assert (replied.reply.withdrawn_at, now(referral).state) == (REFERRED + 3 * DAY, S.ACCEPTED)
    assert (last(referral).note, journalled(referral)["undone"]) == ("有误。", "answer")
    better = scene.answer(referral, text="更正后的答复。").reply
    rate_reply(reply_id=better.pk, degree="yes", by=actor(scene.suggestion(1).author), at=REFERRED + 4 * DAY)
    with pytest.raises(NotUndoable):
        undo_last_step(referral_id=referral.pk, by=scene.acting, at=REFERRED + 4 * DAY)


def test_taking_back_is_undone_unless_it_has_been_referred_anew(scene: Referring) -> None:
    single: dict[str, Any] = {"suggestion_ids": [scene.suggestion(1).pk], "item": "研究"}
    for wishes in ({}, single):
        referral = scene.refer(**wishes)
        withdraw_referral(referral_id=referral.pk, reason="重复。", by=scene.by, at=REFERRED)
        undo_last_step(referral_id=referral.pk, by=scene.by, at=REFERRED)
        assert now(referral).state == S.ISSUED
        withdraw_referral(referral_id=referral.pk, reason="重复。", by=scene.by, at=REFERRED)
        scene.refer(**wishes)
        with pytest.raises(AlreadyReferred):
            undo_last_step(referral_id=referral.pk, by=scene.by, at=REFERRED)


def test_what_is_refused_changes_nothing(scene: Referring) -> None:
    referral = scene.accepted()
    stranger = actor(make_handler(scene.hospital, "院办"))
    before = (fields(referral), now(referral).edition, JournalEntry.objects.count())
    for refused in (
        lambda: scene.answer(referral, by=stranger),
        lambda: contribute_to_referral(
            referral_id=referral.pk, text="长" * 10_001, by=scene.helping, at=REFERRED
        ),
        lambda: withdraw_referral(referral_id=referral.pk, reason="长" * 1001, by=scene.by, at=REFERRED),
    ):
        with pytest.raises(Refused):
            refused()
    assert (fields(referral), now(referral).edition, JournalEntry.objects.count()) == before
