"""Who hears of which step of a referral: once, whoever follows, handles or referred it, and never whoever took it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from consultations.actions.mailing import send_mails
from consultations.actions.notifying import tell_followers
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
from consultations.enums import Choice, Cosigning, News
from consultations.models import Cosigner, Merge, Notification, NotificationChoice, Suggestion, Topic, Vote
from jianyan.accounts.models import User
from tests.consultations.factories import make_suggestion, make_topic
from tests.consultations.referral_scene import DAY, REFERRED, Referring, make_handler, make_referring
from tests.jianyan.accounts.factories import make_body, make_user

FOLLOWERS = {"欧阳晴川", "林栖云", "丁一", "曾小满"}
HANDLERS = {"程处长", "高警官"}
SECRETARIES = {"沈秘书", "俞秘书"}


@pytest.fixture
def scene(db: None) -> Referring:
    return make_referring()


def forget() -> None:
    """What was told of steps that are not looked at."""
    Notification.objects.all().delete()


def heard() -> dict[str, set[str]]:
    """By kind who has been told of the last steps; then they are forgotten."""
    found: dict[str, set[str]] = {}
    rows = list(Notification.objects.select_related("user"))
    for row in rows:
        found.setdefault(row.kind, set()).add(row.user.display_name)
    assert len(rows) == sum(map(len, found.values()))
    forget()
    return found


def test_referring_is_told_to_author_supporters_and_those_who_are_to_handle_it(scene: Referring) -> None:
    forget()
    scene.refer()
    row = Notification.objects.get(user=scene.suggestion(3).author)
    topic = Topic.objects.get(pk=scene.drafted.finished.topic.pk)
    assert (row.topic, row.revision, row.suggestion, row.happened_at) == (
        topic,
        topic.revision,
        scene.suggestion(3),
        REFERRED,
    )
    assert heard() == {"referred": FOLLOWERS, "to_handle": HANDLERS}


def test_each_step_is_told_to_those_whom_it_concerns(scene: Referring) -> None:
    referral = scene.refer()
    pk: dict[str, Any] = {"referral_id": referral.pk}
    at = REFERRED + DAY
    forget()
    send_back_referral(**pk, reason="不归我局管。", by=scene.acting, at=at)
    assert heard() == {"referred": FOLLOWERS, "misdirect": SECRETARIES}
    readdress_referral(**pk, lead_id=scene.transport.pk, by=scene.by, at=at)
    assert heard() == {"referred": FOLLOWERS, "to_handle": {"程处长"}}
    accept_referral(**pk, by=scene.acting, at=at)
    assert heard() == {"referred": FOLLOWERS}
    extend_referral(**pk, reason="需协调。", by=scene.by, at=at)
    assert heard() == {"referred": FOLLOWERS, "to_handle": {"程处长"}}
    supervise_referral(**pk, by=scene.by, at=at)
    assert heard() == {"referred": FOLLOWERS, "to_handle": {"程处长"}}
    release_referral(**pk, by=scene.by, at=at)
    assert heard() == {}
    replied = scene.answer(referral)
    assert heard() == {"replied": FOLLOWERS}
    rate_reply(reply_id=replied.reply.pk, degree="no", by=scene.author, at=at + 2 * DAY)
    assert heard() == {
        "replied": FOLLOWERS - {"欧阳晴川"},
        "to_handle": {"程处长"},
        "misdirect": SECRETARIES,
    }
    undone = scene.answer(referral, at=at + 3 * DAY)
    forget()
    undo_last_step(**pk, by=scene.acting, at=at + 3 * DAY)
    assert heard() == {"referred": FOLLOWERS}
    assert undone.reply.round == 2
    second = scene.answer(referral, at=at + 3 * DAY)
    forget()
    rate_reply(reply_id=second.reply.pk, degree="no", by=scene.author, at=at + 4 * DAY)
    assert heard() == {"misdirect": SECRETARIES}
    rate_reply(reply_id=second.reply.pk, degree="no", comment="仍未开放。", by=scene.author, at=at + 4 * DAY)
    assert heard() == {"misdirect": SECRETARIES}
    close_referral(**pk, by=scene.by, at=at + 5 * DAY)
    assert heard() == {"replied": FOLLOWERS}


def test_contributions_are_told_to_nobody_and_taking_back_to_all(scene: Referring) -> None:
    referral = scene.accepted()
    forget()
    contribute_to_referral(referral_id=referral.pk, text="配合执法。", by=scene.helping, at=REFERRED + DAY)
    assert heard() == {}
    withdraw_referral(referral_id=referral.pk, reason="重复。", by=scene.by, at=REFERRED + DAY)
    assert heard() == {"referred": FOLLOWERS, "to_handle": HANDLERS}


def test_whoever_answers_for_the_body_above_hears_of_it_too(scene: Referring) -> None:
    government = make_body("越溪县人民政府")
    scene.transport.parent = government
    scene.transport.save()
    make_handler(government, "县府办")
    scene.refer()
    assert heard()["to_handle"] == {*HANDLERS, "县府办"}


def merged_scene(scene: Referring) -> tuple[Suggestion, dict[str, User]]:
    """The suggestion of a new topic into which another was merged, and people who said different things."""
    topic = make_topic(scene.county, deliberation=scene.drafted.finished.deliberation, title="合并的议题")
    people = {name: make_user(name) for name in ("改口", "只附议被并", "附议代表", "收回", "反对", "联名")}
    finished = scene.drafted.finished
    into = make_suggestion(topic, finished.members[0], publish_by=finished.moderator)
    merged = make_suggestion(topic, finished.members[1], publish_by=finished.moderator)
    Suggestion.objects.filter(pk=merged.pk).update(status="merged", merged_into=into)
    Merge.objects.create(
        suggestion=merged,
        into=into,
        revision=10,
        status_before="published",
        merged_by=finished.moderator,
        merged_at=REFERRED,
    )
    Cosigner.objects.create(
        topic=topic,
        suggestion=merged,
        member=people["联名"],
        state=Cosigning.AGREED,
        slot=1,
        invited_at=REFERRED,
    )
    said = (
        ("改口", merged, Choice.SUPPORT, 5),
        ("改口", into, Choice.NEUTRAL, 12),
        ("只附议被并", merged, Choice.SUPPORT, 6),
        ("附议代表", into, Choice.SUPPORT, 7),
        ("收回", into, None, 8),
        ("反对", into, Choice.OPPOSE, 9),
    )
    for name, suggestion, choice, revision in said:
        Vote.objects.create(
            topic=topic,
            suggestion=suggestion,
            voter=people[name],
            choice=choice,
            cast_at=REFERRED,
            revision=revision,
        )
    return into, people


def test_supporters_are_those_whom_the_tally_counts_through_merges_too(scene: Referring) -> None:
    into, people = merged_scene(scene)
    forget()
    told = tell_followers(into.topic, News.OUTCOME, [into.pk], 20, REFERRED)
    names = {"林栖云", "丁一", "联名", "只附议被并", "附议代表"}
    assert set(User.objects.filter(pk__in=told).values_list("display_name", flat=True)) == names
    own = Notification.objects.get(user=people["联名"]).suggestion
    assert own is not None
    assert own.merged_into == into
    assert heard() == {"outcome": names}
    but = {people["联名"].pk}
    assert tell_followers(into.topic, News.OUTCOME, [into.pk], 20, REFERRED, but=but) == told - but
    assert tell_followers(into.topic, News.OUTCOME, [], 20, REFERRED) == frozenset()


def test_whoever_follows_suggestions_of_several_topics_is_told_once(scene: Referring) -> None:
    into, _people = merged_scene(scene)
    forget()
    scene.refer(suggestion_ids=[scene.suggestion(3).pk, into.pk], item="一并研究。")
    assert Notification.objects.get(user=scene.suggestion(3).author).suggestion == scene.suggestion(3)
    assert heard() == {
        "referred": {*FOLLOWERS, "联名", "只附议被并", "附议代表"},
        "to_handle": HANDLERS,
    }


def asked(scene: Referring, number: int) -> list[str]:
    suggestion = scene.suggestion(number)
    with CaptureQueriesContext(connection) as queries:
        tell_followers(suggestion.topic, News.REPLIED, [suggestion.pk], 900 + number, REFERRED)
    return [query["sql"] for query in queries.captured_queries]


def test_three_thousand_supporters_are_told_with_as_many_queries_as_three(scene: Referring) -> None:
    crowd = User.objects.bulk_create(
        User(username=f"crowd{number}", display_name=f"委员{number}") for number in range(3000)
    )
    many = scene.suggestion(4)
    Vote.objects.bulk_create(
        Vote(
            topic=many.topic, suggestion=many, voter=user, choice=Choice.SUPPORT, cast_at=REFERRED, revision=1
        )
        for user in crowd
    )
    with_three, with_many = asked(scene, 3), asked(scene, 4)
    inserts = [query for query in with_many if query.startswith("INSERT")]
    assert len(with_many) - len(inserts) == len(with_three) - 1
    assert Notification.objects.filter(kind=News.REPLIED, user__in=crowd).count() == 3000


def test_what_follows_up_goes_by_mail_to_whoever_never_chose_otherwise(scene: Referring) -> None:
    forget()
    User.objects.filter(display_name__in=FOLLOWERS | HANDLERS).update(email="one@county.example")
    by_name = {user.display_name: user for user in User.objects.all()}
    NotificationChoice.objects.create(user=by_name["丁一"], mailed=[])
    NotificationChoice.objects.create(user=by_name["曾小满"], mailed=[News.REFERRED])
    NotificationChoice.objects.create(user=by_name["林栖云"], off=[News.CLOSED])
    with override_settings(MAILS=True):
        scene.refer()
    mailed = Notification.objects.filter(mail=True).values_list("user__display_name", flat=True)
    assert set(mailed) == {"欧阳晴川", "曾小满", "林栖云", *HANDLERS}


def test_several_steps_are_one_mail(scene: Referring, mailoutbox: list[EmailMessage]) -> None:
    forget()
    User.objects.filter(display_name="欧阳晴川").update(email="ouyang@county.example")
    with override_settings(MAILS=True):
        referral = scene.refer()
        accept_referral(referral_id=referral.pk, by=scene.acting, at=REFERRED)
        scene.answer(referral, at=REFERRED)
        send_mails(at=REFERRED)
    assert len(mailoutbox) == 1
    body = mailoutbox[0].body
    assert body.count(f"/referrals/{referral.pk}/") == 3
