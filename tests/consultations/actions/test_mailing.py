"""Notifications by e-mail, taken by a real SMTP server: bundled, never twice, and tried again when it says later."""

from __future__ import annotations

import datetime as dt
import smtplib
import threading
from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.test import override_settings

from consultations.actions.mailing import Round, send_mails
from consultations.actions.moderation import hide_suggestion, restore_suggestion
from consultations.actions.notifying import notify_people
from consultations.actions.topics import close_topic
from consultations.enums import News
from consultations.models import Notification, NotificationChoice, Topic
from jianyan.accounts.models import User
from tests.consultations.conftest import Scene
from tests.consultations.factories import HOUR, MINUTE, NOON, actor, make_suggestion
from tests.jianyan.accounts.factories import make_member
from tests.mail_server import MailServer, mail_server

LATER = NOON + 5 * MINUTE
NOTHING = Round()
ONE_SENT = Round(sent=1)


@pytest.fixture
def server() -> Iterator[MailServer]:
    with (
        mail_server() as running,
        override_settings(
            MAILS=True,
            EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
            EMAIL_HOST="127.0.0.1",
            EMAIL_PORT=running.port,
            EMAIL_FROM="建言 <jianyan@county.example>",
            SITE_URL="https://jianyan.example",
        ),
    ):
        yield running


def wants_mail(user: User, address: str, *kinds: str) -> User:
    User.objects.filter(pk=user.pk).update(email=address)
    NotificationChoice.objects.create(user=user, mailed=list(kinds or News.values))
    return user


@pytest.fixture
def author(scene: Scene, server: MailServer) -> User:
    """The author of the scene's suggestion, who wants everything by e-mail and was told of nothing yet."""
    Notification.objects.all().delete()
    return wants_mail(scene.author, "lin@county.example")


def hide(scene: Scene, at: dt.datetime = LATER, reason: str = "请先核实。") -> None:
    hide_suggestion(suggestion_id=scene.suggestion.pk, reason=reason, by=actor(scene.moderator), at=at)


def restore(scene: Scene, at: dt.datetime = LATER) -> None:
    restore_suggestion(suggestion_id=scene.suggestion.pk, by=actor(scene.moderator), at=at)


def test_a_mail_says_what_has_happened_and_where(scene: Scene, server: MailServer, author: User) -> None:
    hide(scene)
    assert send_mails(at=LATER) == ONE_SENT
    [(recipient, mail)] = server.taken
    assert recipient == "lin@county.example"
    assert mail["To"] == "lin@county.example"
    assert mail["From"] == "建言 <jianyan@county.example>"
    assert mail["Subject"] == "您的第1条建言已停止公开。"
    assert mail["List-Unsubscribe"] == "<https://jianyan.example/notifications/settings>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().splitlines() == [
        "林栖云，您好！",
        "",
        "您的第1条建言已停止公开。",
        "议题：破解老城区停车难",
        "原因：请先核实。",
        f"https://jianyan.example/topics/{scene.topic.pk}/#my-ideas",
        "",
        "全部通知：https://jianyan.example/notifications/",
        "选择接收哪些邮件，或不再接收：https://jianyan.example/notifications/settings",
        "",
    ]
    assert Notification.objects.get().mailed_at == LATER
    assert send_mails(at=LATER + HOUR) == NOTHING


def test_several_go_in_one_and_nobody_gets_two_within_ten_minutes(
    scene: Scene, server: MailServer, author: User
) -> None:
    hide(scene)
    restore(scene)
    assert send_mails(at=LATER) == ONE_SENT
    assert server.taken[0][1]["Subject"] == "2条通知"
    hide(scene, LATER + MINUTE)
    assert send_mails(at=LATER + 9 * MINUTE) == NOTHING
    assert send_mails(at=LATER + 10 * MINUTE) == ONE_SENT
    assert server.taken[1][1]["Subject"] == "您的第1条建言已停止公开。"


def test_what_waits_for_an_answer_goes_at_once_and_takes_the_rest_along(
    scene: Scene, server: MailServer, author: User
) -> None:
    hide(scene)
    assert send_mails(at=LATER) == ONE_SENT
    restore(scene, LATER + MINUTE)
    notify_people(scene.topic, News.PROPOSED, [author.pk], scene.suggestion, 7, LATER + MINUTE)
    assert send_mails(at=LATER + MINUTE) == ONE_SENT
    assert server.taken[1][1]["Subject"] == "2条通知"


def test_only_what_was_asked_for_is_sent_and_what_was_read_is_not(
    scene: Scene, server: MailServer, author: User
) -> None:
    wants_mail(scene.member, "luo@county.example", News.CLOSED)
    make_suggestion(scene.topic, scene.member, publish_by=scene.moderator)
    assert send_mails(at=LATER) == NOTHING
    close_topic(topic_id=scene.topic.pk, by=actor(scene.moderator), at=LATER)
    Notification.objects.filter(user=author).update(read_at=LATER)
    assert send_mails(at=LATER) == ONE_SENT
    assert server.recipients == ["luo@county.example"]


def test_a_mail_names_nobody_else_and_holds_no_suggestions_text(
    scene: Scene, server: MailServer, author: User
) -> None:
    notify_people(scene.topic, News.COSIGN, [author.pk], scene.suggestion, 7, LATER)
    hide(scene)
    assert send_mails(at=LATER) == ONE_SENT
    whole = server.taken[0][1].as_string() + server.taken[0][1].get_content()
    names = User.objects.exclude(pk=author.pk).values_list("display_name", flat=True)
    assert len(names) == 4
    assert not [name for name in names if name in whole]
    assert scene.suggestion.text not in whole


@pytest.mark.parametrize("answer", ["550 no such mailbox", "450 try later"])
def test_a_refusal_is_final_or_tried_again_and_holds_up_nobody(
    scene: Scene, server: MailServer, author: User, answer: str
) -> None:
    wants_mail(scene.member, "luo@county.example")
    make_suggestion(scene.topic, scene.member)
    server.answers["lin@county.example"] = answer
    close_topic(topic_id=scene.topic.pk, by=actor(scene.moderator), at=LATER)
    later = answer.startswith("4")
    assert send_mails(at=LATER) == Round(sent=1, refused=not later, put_off=later)
    assert server.recipients == ["luo@county.example"]
    del server.answers["lin@county.example"]
    assert send_mails(at=LATER + MINUTE - dt.timedelta(seconds=1)) == NOTHING
    assert send_mails(at=LATER + MINUTE) == (ONE_SENT if later else NOTHING)


def test_a_mail_that_is_put_off_waits_twice_as_long_each_time_and_a_day_at_most(
    scene: Scene, server: MailServer, author: User
) -> None:
    server.answers["lin@county.example"] = "451 greylisted"
    hide(scene)
    assert send_mails(at=LATER) == Round(put_off=1)
    for minutes in (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024):
        assert send_mails(at=LATER + minutes * MINUTE - dt.timedelta(seconds=1)) == NOTHING
        assert send_mails(at=LATER + minutes * MINUTE) == Round(put_off=1)
    server.answers.clear()
    assert send_mails(at=LATER + 2048 * MINUTE) == NOTHING


def test_a_server_that_is_not_there_loses_nothing(scene: Scene, server: MailServer, author: User) -> None:
    hide(scene)
    with override_settings(EMAIL_PORT=1), pytest.raises(ConnectionRefusedError):
        send_mails(at=LATER)
    assert Notification.objects.get().mailed_at is None
    assert send_mails(at=LATER) == ONE_SENT


def test_a_server_that_refuses_our_sender_is_tried_again(
    scene: Scene, server: MailServer, author: User
) -> None:
    hide(scene)
    server.sender_answer = "550 not from here"
    with pytest.raises(smtplib.SMTPSenderRefused):
        send_mails(at=LATER)
    server.sender_answer = "250 ok"
    assert send_mails(at=LATER + MINUTE) == ONE_SENT


def test_what_a_server_took_before_it_died_is_not_sent_twice(
    scene: Scene, server: MailServer, author: User
) -> None:
    hide(scene)
    server.dies_after_data = True
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send_mails(at=LATER)
    server.dies_after_data = False
    assert send_mails(at=LATER + HOUR) == NOTHING
    assert server.taken == []


def test_a_server_that_ends_its_service_ends_the_round_and_nobodys_address_is_told(
    scene: Scene, server: MailServer, author: User
) -> None:
    hide(scene)
    server.answers["lin@county.example"] = "421 closing"
    with pytest.raises(ConnectionAbortedError, match="421: the mail server ends its service"):
        send_mails(at=LATER)
    server.answers.clear()
    assert send_mails(at=LATER + MINUTE) == ONE_SENT


def test_no_address_and_no_reason_writes_a_header(scene: Scene, server: MailServer, author: User) -> None:
    User.objects.filter(pk=author.pk).update(email="lin@county.example\nBcc: all@county.example")
    hide(scene)
    assert send_mails(at=LATER) == Round(refused=1)
    assert server.taken == []
    User.objects.filter(pk=author.pk).update(
        email="lin@county.example", display_name="林\r\nBcc: a@b.example"
    )
    Topic.objects.update(title="停车\r\nBcc: all@county.example")
    restore(scene, LATER + HOUR)
    hide(scene, LATER + HOUR, reason="一\nBcc: all@county.example")
    assert send_mails(at=LATER + HOUR) == ONE_SENT
    [(recipient, mail)] = server.taken
    assert (recipient, mail["Bcc"], mail["Cc"]) == ("lin@county.example", None, None)


@pytest.mark.django_db(transaction=True)
def test_two_processes_send_each_mail_once(scene: Scene, server: MailServer, author: User) -> None:
    for number in range(20):
        member = wants_mail(make_member(scene.county, f"委员{number}"), f"m{number}@county.example")
        notify_people(scene.topic, News.COSIGN, [member.pk], scene.suggestion, 7, LATER)
    begin, done = threading.Barrier(3), []

    def work() -> None:
        begin.wait()
        try:
            done.append(send_mails(at=LATER))
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _worker in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(part.sent for part in done) == 20
    assert sorted(server.recipients) == sorted(f"m{number}@county.example" for number in range(20))


@pytest.mark.django_db(transaction=True)
def test_what_is_not_committed_is_not_sent(scene: Scene, server: MailServer, author: User) -> None:
    seen: list[Round] = []

    def work() -> None:
        try:
            seen.append(send_mails(at=LATER))
        finally:
            connection.close()

    worker = threading.Thread(target=work)
    with transaction.atomic():
        hide(scene)
        transaction.set_rollback(True)
    worker.start()
    worker.join()
    assert (seen, server.taken) == ([NOTHING], [])
