"""What people read of a referral's steps: in their notifications and in the public journal, in Chinese and English."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

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
from consultations.actions.replies import contribute_to_referral
from consultations.actions.satisfaction import rate_reply
from consultations.actions.undoing import undo_last_step
from consultations.enums import Move
from consultations.models import Notification, Referral, Topic
from consultations.queries.journal_page import journal_page
from consultations.queries.notifications import inbox
from consultations.referral_states import TABLE
from jianyan.accounts.models import User
from tests.consultations.referral_scene import DAY, REFERRED, Referring, make_referring


@pytest.fixture
def scene(db: None) -> Referring:
    return make_referring()


def read(user: User) -> list[str]:
    """What this person was told since they last looked, the oldest first; as a person they read and forget it."""
    told = [one.words for one in inbox(user.pk).told]
    Notification.objects.filter(user=user).delete()
    return told[::-1]


def whole_way(scene: Referring) -> Referral:
    """Every step that there is, at least once."""
    finished = scene.drafted.finished
    Notification.objects.all().delete()
    referral = scene.refer()
    one, at = referral.pk, REFERRED + DAY
    send_back_referral(referral_id=one, reason="不归我局管。", by=scene.acting, at=at)
    readdress_referral(
        referral_id=one, lead_id=scene.transport.pk, cohandling_ids=[scene.police.pk], by=scene.by, at=at
    )
    accept_referral(referral_id=one, by=scene.acting, at=at)
    extend_referral(referral_id=one, reason="需协调。", by=scene.by, at=at)
    send_reminders(at=REFERRED + 115 * DAY)
    supervise_referral(referral_id=one, by=scene.by, at=at)
    release_referral(referral_id=one, by=scene.by, at=at)
    contribute_to_referral(referral_id=one, text="配合执法。", by=scene.helping, at=at)
    send_reminders(at=REFERRED + 123 * DAY)
    late = scene.answer(referral, at=REFERRED + 125 * DAY)
    rate_reply(reply_id=late.reply.pk, degree="no", by=scene.author, at=REFERRED + 126 * DAY)
    second = scene.answer(referral, at=REFERRED + 127 * DAY)
    rate_reply(reply_id=second.reply.pk, degree="no", by=scene.author, at=REFERRED + 128 * DAY)
    close_referral(referral_id=one, by=scene.by, at=REFERRED + 129 * DAY)
    undo_last_step(referral_id=one, by=finished.rival, at=REFERRED + 130 * DAY)
    rate_reply(reply_id=second.reply.pk, degree="mostly", by=scene.author, at=REFERRED + 131 * DAY)
    other = scene.refer(suggestion_ids=[scene.suggestion(1).pk], item="研究", cohandlers=[])
    withdraw_referral(referral_id=other.pk, reason="重复。", by=scene.by, at=REFERRED)
    return Referral.objects.get(pk=one)


def test_each_reads_what_concerns_them(scene: Referring) -> None:
    n = whole_way(scene).pk
    author, supporter = scene.suggestion(3).author, scene.drafted.finished.members[1]
    assert read(author) == [
        "您的第 3 号建言：已交办（县交通运输局主办，县公安局会办，2026-06-05 前办结）。",
        "您的第 3 号建言：县交通运输局表示不属其职责，将改交其他单位。",
        "您的第 3 号建言：已改交（县交通运输局主办，县公安局会办，2026-06-05 前办结）。",
        "您的第 3 号建言：县交通运输局已接收办理。",
        "您的第 3 号建言：办理期限延至 2026-07-05。",
        "您的第 3 号建言：已列为督办件。",
        "您的第 3 号建言：县交通运输局已答复，属 A 类。",
        "您的第 3 号建言：县交通运输局已答复，属 A 类。",
        "您的第 3 号建言：已办结。",
        "您的第 3 号建言：交办的上一步已撤销。",
    ]
    assert read(supporter)[-5:] == [
        "您附议的第 3 号建言：已办结。",
        "您附议的第 3 号建言：交办的上一步已撤销。",
        "您附议的第 3 号建言：建言人对答复表示满意，已办结。",
        "您附议的第 1 号建言：已交办（县交通运输局主办，2026-06-05 前办结）。",
        "您附议的第 1 号建言：交办已撤回。",
    ]
    assert read(scene.officer) == [
        f"第 {n} 号交办件已交给您单位：县交通运输局主办，县公安局会办，2026-06-05 前办结。",
        f"第 {n} 号交办件已交给您单位：县交通运输局主办，县公安局会办，2026-06-05 前办结。",
        f"第 {n} 号交办件的办理期限改为 2026-07-05。",
        f"第 {n} 号交办件的办理期限是 2026-07-05，请按期答复。",
        f"第 {n} 号交办件已列为督办件。",
        f"第 {n} 号交办件已于 2026-07-05 到期，请尽快答复。",
        f"建言人对第 {n} 号交办件的答复不满意，请重新办理，2026-08-09 前答复。",
        f"第 {n} 号交办件的上一步已撤销，请再看一下。",
    ]
    assert read(scene.handler)[-2:] == [
        f"第 {n + 1} 号交办件已交给您单位：县交通运输局主办，2026-06-05 前办结。",
        f"第 {n + 1} 号交办件已撤回，不必再办理。",
    ]
    assert read(scene.drafted.finished.secretary) == [
        f"县交通运输局把第 {n} 号交办件作为误交退回，请改交其他单位。",
        f"建言人对第 {n} 号交办件的答复不满意，已转入重新办理。",
        f"建言人对第 {n} 号交办件的再次答复仍不满意，请研究下一步怎么办。",
    ]


def test_every_notification_leads_to_its_referral_in_as_many_queries_as_one(scene: Referring) -> None:
    referral = scene.refer()
    author = scene.suggestion(3).author
    first = inbox(author.pk).told[0]
    assert (first.path, first.text) == (f"/referrals/{referral.pk}/", scene.suggestion(3).text)
    with CaptureQueriesContext(connection) as alone:
        inbox(author.pk)
    whole_way_of_another(scene)
    with CaptureQueriesContext(connection) as many:
        assert len(inbox(author.pk).told) > 3
    assert len(many) == len(alone) == 3


def whole_way_of_another(scene: Referring) -> None:
    referral = Referral.objects.get()
    accept_referral(referral_id=referral.pk, by=scene.acting, at=REFERRED)
    replied = scene.answer(referral)
    rate_reply(reply_id=replied.reply.pk, degree="yes", by=scene.author, at=REFERRED + 3 * DAY)


def test_the_journal_says_every_step_in_words(scene: Referring) -> None:
    n = whole_way(scene).pk
    topic = Topic.objects.get(pk=scene.drafted.finished.topic.pk)
    page = journal_page(topic, at=REFERRED)
    said = [(entry.role, " · ".join(entry.words)) for entry in page.entries[::-1] if entry.kind == "referred"]
    assert said == [
        ("秘书", f"第 {n} 号交办件：已交办 · 第3号 · 县交通运输局主办，县公安局会办，2026-06-05 前办结"),
        ("承办人", f"第 {n} 号交办件：退回（误交） · 第3号"),
        ("秘书", f"第 {n} 号交办件：改交 · 第3号 · 县交通运输局主办，县公安局会办，2026-06-05 前办结"),
        ("承办人", f"第 {n} 号交办件：已接收 · 第3号"),
        ("秘书", f"第 {n} 号交办件：延期 · 第3号 · 期限 2026-07-05"),
        ("", f"第 {n} 号交办件：催办 · 第3号 · 距期限 7 天"),
        ("秘书", f"第 {n} 号交办件：列为督办 · 第3号"),
        ("秘书", f"第 {n} 号交办件：解除督办 · 第3号"),
        ("承办人", f"第 {n} 号交办件：会办意见 · 第3号 · 县公安局"),
        ("", f"第 {n} 号交办件：催办 · 第3号 · 逾期 1 天"),
        ("承办人", f"第 {n} 号交办件：已答复 · 第3号 · A 类，逾期 3 天"),
        ("委员", f"第 {n} 号交办件：重新办理 · 第3号 · 期限 2026-08-09"),
        ("承办人", f"第 {n} 号交办件：已答复 · 第3号 · A 类"),
        ("委员", f"第 {n} 号交办件：建言人评价 · 第3号 · 不满意"),
        ("秘书", f"第 {n} 号交办件：已办结 · 第3号"),
        ("秘书", f"第 {n} 号交办件：撤销上一步 · 第3号 · 已办结"),
        ("委员", f"第 {n} 号交办件：已办结 · 第3号 · 基本满意"),
        ("秘书", f"第 {n + 1} 号交办件：已交办 · 第1号 · 县交通运输局主办，2026-06-05 前办结"),
        ("秘书", f"第 {n + 1} 号交办件：{Move.WITHDRAW.label} · 第1号"),
    ]
    steps = Referral.objects.values_list("steps__move", flat=True)
    assert set(steps) == {*(move.value for _state, move in TABLE), Move.UNDO.value}


def test_in_english_too(scene: Referring) -> None:
    referral = scene.refer()
    with translation.override("en"):
        assert inbox(scene.suggestion(3).author.pk).told[0].words == (
            "Your suggestion no. 3: referred (县交通运输局 leads, 县公安局 help; due on 2026-06-05)."
        )
        assert inbox(scene.handler.pk).told[0].words == (
            f"Referral {referral.pk} has come to you: 县交通运输局 leads, 县公安局 help; due on 2026-06-05."
        )
