"""Who is told of which step: in its transaction, once, and never whoever took it."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from consultations.actions.behalf import enter_suggestion
from consultations.actions.inbox import choose_news, mark_read
from consultations.actions.merging import merge_suggestions, unmerge_suggestion
from consultations.actions.moderation import (
    decline_suggestion,
    feature_suggestion,
    hide_suggestion,
    publish_suggestion,
    restore_suggestion,
    return_suggestion,
)
from consultations.actions.notifying import notify_people
from consultations.actions.proposals import propose_wording
from consultations.actions.topics import close_topic, mark_phase
from consultations.actions.votes import Ballot, cast_votes
from consultations.enums import Choice, Cosigning, News, Status
from consultations.models import Cosigner, Notification, NotificationChoice, Suggestion, Vote
from consultations.queries.desk import edition_of
from jianyan.accounts.models import User
from tests.consultations.conftest import Scene
from tests.consultations.factories import HOUR, MINUTE, NOON, actor, make_suggestion
from tests.jianyan.accounts.factories import make_member, make_membership

LATER = NOON + 5 * MINUTE


@pytest.fixture(autouse=True)
def told_of_nothing_yet(scene: Scene) -> None:
    """The scene's own suggestion was published, and its author told of it."""
    Notification.objects.all().delete()


def told() -> set[tuple[str, str, int | None]]:
    """(name, kind, number of the suggestion) of every notification there is; fails where two are alike."""
    rows = [
        (row.user.display_name, row.kind, row.suggestion.number if row.suggestion else None)
        for row in Notification.objects.select_related("user", "suggestion")
    ]
    assert len(rows) == len(set(rows))
    return set(rows)


def support(suggestion: Suggestion, *voters: User, choice: str | None = Choice.SUPPORT) -> None:
    ballots = [Ballot(actor(voter), suggestion.pk, choice) for voter in voters]
    assert not cast_votes(topic_id=suggestion.topic_id, ballots=ballots, at=LATER).refusals


def test_the_author_is_told_what_moderators_decide(scene: Scene) -> None:
    waiting = make_suggestion(scene.topic, scene.member)
    by = actor(scene.moderator)
    return_suggestion(suggestion_id=waiting.pk, reason="请只写一件事。", by=by, at=LATER)
    assert told() == {("罗小满", "returned", 2)}
    publish_suggestion(suggestion_id=waiting.pk, by=by, at=LATER)
    feature_suggestion(suggestion_id=waiting.pk, on=True, by=by, at=LATER)
    feature_suggestion(suggestion_id=waiting.pk, on=False, by=by, at=LATER)
    hide_suggestion(suggestion_id=waiting.pk, reason="含个人信息。", by=by, at=LATER)
    assert {kind for _name, kind, _number in told()} == {"returned", "published", "featured", "hidden"}
    assert {name for name, _kind, _number in told()} == {"罗小满"}
    row = Notification.objects.get(kind=News.HIDDEN)
    scene.topic.refresh_from_db()
    assert (row.topic, row.revision, row.happened_at) == (scene.topic, scene.topic.revision, LATER)
    assert (row.read_at, row.mail, row.mailed_at) == (None, False, None)


def test_the_end_of_hiding_and_of_declining_is_told_too(scene: Scene) -> None:
    by = actor(scene.moderator)
    hide_suggestion(suggestion_id=scene.suggestion.pk, reason="先核实。", by=by, at=LATER)
    restore_suggestion(suggestion_id=scene.suggestion.pk, by=by, at=LATER)
    waiting = make_suggestion(scene.topic, scene.member)
    decline_suggestion(suggestion_id=waiting.pk, reason="与议题无关。", by=by, at=LATER)
    restore_suggestion(suggestion_id=waiting.pk, by=by, at=LATER)
    kinds = list(Notification.objects.order_by("pk").values_list("user__display_name", "kind"))
    assert kinds == [
        ("林栖云", "hidden"),
        ("林栖云", "published"),
        ("罗小满", "declined"),
        ("罗小满", "declined"),
    ]


def test_who_agreed_to_be_named_is_told_as_the_author_is(scene: Scene) -> None:
    for member, state, slot in ((scene.member, Cosigning.AGREED, 1), (scene.other, Cosigning.INVITED, None)):
        Cosigner.objects.create(
            topic=scene.topic,
            suggestion=scene.suggestion,
            member=member,
            state=state,
            slot=slot,
            invited_at=NOON,
        )
    feature_suggestion(suggestion_id=scene.suggestion.pk, on=True, by=actor(scene.moderator), at=LATER)
    assert told() == {("林栖云", "featured", 1), ("罗小满", "featured", 1)}


def test_a_member_is_told_what_was_entered_for_them_and_who_is_named_in_it_is_asked(scene: Scene) -> None:
    enter_suggestion(
        topic_id=scene.topic.pk,
        member_id=scene.member.pk,
        source="paper",
        text="增设夜间公交。",
        client_ref=str(uuid.uuid4()),
        cosigner_ids=[scene.other.pk],
        by=actor(scene.moderator),
        at=LATER,
    )
    assert told() == {("罗小满", "entered", 2), ("顾南枝", "cosign", 2)}


def test_an_author_is_told_of_another_wording(scene: Scene) -> None:
    propose_wording(
        suggestion_id=scene.suggestion.pk,
        text="机关单位车位夜间向周边居民开放。",
        seen=edition_of(scene.suggestion),
        by=actor(scene.moderator),
        at=LATER,
    )
    assert told() == {("林栖云", "proposed", 1)}


def test_nobody_is_told_what_they_did_themselves(scene: Scene) -> None:
    make_membership(scene.moderator, scene.county.committee)
    own = make_suggestion(scene.topic, scene.moderator)
    publish_suggestion(suggestion_id=own.pk, by=actor(scene.moderator), at=LATER)
    assert told() == set()


def test_votes_and_what_authors_do_make_no_notification_and_votes_ask_nothing_more(scene: Scene) -> None:
    with CaptureQueriesContext(connection) as asked:
        support(scene.suggestion, scene.member, scene.other)
    assert not [query for query in asked.captured_queries if "notification" in query["sql"]]
    assert told() == set()


def test_a_merge_is_told_to_all_authors_and_to_supporters_of_what_was_merged(scene: Scene) -> None:
    first, second, third = (
        make_suggestion(scene.topic, make_member(scene.county, name), publish_by=scene.moderator)
        for name in ("甲委员", "乙委员", "丙委员")
    )
    by = actor(scene.moderator)
    merge_suggestions(
        topic_id=scene.topic.pk, suggestion_ids=[third.pk], into=scene.suggestion.pk, by=by, at=LATER
    )
    support(first, scene.member)
    support(second, scene.member, scene.other)
    support(first, first_supporter := make_member(scene.county, "丁委员"))
    support(first, first_supporter, choice=None)
    support(scene.suggestion, make_member(scene.county, "戊委员"))
    Notification.objects.all().delete()
    merge_suggestions(
        topic_id=scene.topic.pk,
        suggestion_ids=[second.pk, first.pk],
        into=scene.suggestion.pk,
        by=by,
        at=LATER,
    )
    assert told() == {
        ("甲委员", "merged", 2),
        ("乙委员", "merged", 3),
        ("丙委员", "merged", 4),
        ("林栖云", "merged", 1),
        # One for both of theirs; the supporter who took the vote back is told nothing.
        ("罗小满", "merged", 2),
        ("顾南枝", "merged", 3),
    }
    Notification.objects.all().delete()
    unmerge_suggestion(suggestion_id=second.pk, by=by, at=LATER)
    assert {(name, number) for name, kind, number in told() if kind == "unmerged"} == {
        ("乙委员", 3),
        ("罗小满", 3),
        ("顾南枝", 3),
        ("林栖云", 1),
        ("甲委员", 2),
        ("丙委员", 4),
    }


def crowd_behind(scene: Scene, suggestion: Suggestion, size: int) -> list[User]:
    crowd = User.objects.bulk_create(
        User(username=f"crowd{suggestion.pk}-{number}", display_name=f"委员{number}")
        for number in range(size)
    )
    Vote.objects.bulk_create(
        Vote(
            topic=scene.topic,
            suggestion=suggestion,
            voter=user,
            choice=Choice.SUPPORT,
            cast_at=NOON,
            revision=1,
        )
        for user in crowd
    )
    return crowd


def merging(scene: Scene, suggestion: Suggestion) -> list[str]:
    with CaptureQueriesContext(connection) as asked:
        merge_suggestions(
            topic_id=scene.topic.pk,
            suggestion_ids=[suggestion.pk],
            into=scene.suggestion.pk,
            by=actor(scene.moderator),
            at=LATER,
        )
    return [query["sql"] for query in asked.captured_queries]


def test_five_hundred_supporters_are_told_with_as_many_queries_as_three(scene: Scene) -> None:
    few, many = (
        make_suggestion(scene.topic, make_member(scene.county, name), publish_by=scene.moderator)
        for name in ("甲委员", "乙委员")
    )
    crowd_behind(scene, few, 3)
    crowd = crowd_behind(scene, many, 500)
    with_three, with_many = merging(scene, few), merging(scene, many)
    inserts = [query for query in with_many if query.startswith("INSERT") and "notification" in query]
    # SQLite takes 999 values in one statement.
    assert len(inserts) == (6 if connection.vendor == "sqlite" else 1)
    assert len(with_many) - len(inserts) == len(with_three) - 1
    assert Notification.objects.filter(kind=News.MERGED, user__in=crowd).count() == 500


def test_closing_is_told_once_to_everybody_who_took_part(scene: Scene) -> None:
    support(scene.suggestion, scene.member, scene.other)
    support(scene.suggestion, scene.other, choice=None)
    make_suggestion(scene.topic, scene.member)
    close_topic(topic_id=scene.topic.pk, by=actor(scene.moderator), at=LATER)
    assert told() == {("林栖云", "closed", None), ("罗小满", "closed", None)}
    assert mark_phase(topic_id=scene.topic.pk, at=NOON + 2 * HOUR) is False
    assert len(told()) == 2


def test_the_clock_closes_with_the_same_news(scene: Scene) -> None:
    mark_phase(topic_id=scene.topic.pk, at=LATER)
    assert told() == set()
    mark_phase(topic_id=scene.topic.pk, at=NOON + HOUR)
    mark_phase(topic_id=scene.topic.pk, at=NOON + HOUR)
    assert told() == {("林栖云", "closed", None)}


def test_what_somebody_switched_off_is_not_kept_for_them(scene: Scene) -> None:
    NotificationChoice.objects.create(user=scene.author, off=[News.HIDDEN])
    by = actor(scene.moderator)
    hide_suggestion(suggestion_id=scene.suggestion.pk, reason="先核实。", by=by, at=LATER)
    restore_suggestion(suggestion_id=scene.suggestion.pk, by=by, at=LATER)
    assert told() == {("林栖云", "published", 1)}


def test_accounts_that_are_closed_are_told_nothing(scene: Scene) -> None:
    User.objects.filter(pk=scene.author.pk).update(is_active=False)
    hide_suggestion(suggestion_id=scene.suggestion.pk, reason="先核实。", by=actor(scene.moderator), at=LATER)
    assert told() == set()


def test_a_step_that_is_undone_tells_nobody(scene: Scene) -> None:
    def fail_after(hide: Callable[[], object]) -> None:
        with transaction.atomic():
            hide()
            raise LookupError

    def hide() -> Suggestion:
        return hide_suggestion(
            suggestion_id=scene.suggestion.pk, reason="先核实。", by=actor(scene.moderator), at=LATER
        )

    with pytest.raises(LookupError):
        fail_after(hide)
    assert told() == set()
    assert Suggestion.objects.get(pk=scene.suggestion.pk).status == Status.PUBLISHED


def test_people_named_by_another_action_are_told_once_however_often_it_asks(scene: Scene) -> None:
    for _attempt in range(2):
        notify_people(scene.topic, News.COSIGN, [scene.member.pk, scene.other.pk], scene.suggestion, 7, LATER)
    assert told() == {("罗小满", "cosign", 1), ("顾南枝", "cosign", 1)}


def test_mail_is_wanted_only_where_there_is_an_address_a_wish_and_a_way(scene: Scene) -> None:
    def hidden_by_mail() -> bool:
        Notification.objects.all().delete()
        hide_suggestion(suggestion_id=scene.suggestion.pk, reason="先核实。", by=by, at=LATER)
        restore_suggestion(suggestion_id=scene.suggestion.pk, by=by, at=LATER)
        assert not Notification.objects.get(kind=News.PUBLISHED).mail
        return Notification.objects.get(kind=News.HIDDEN).mail

    by = actor(scene.moderator)
    NotificationChoice.objects.create(user=scene.author, mailed=[News.HIDDEN])
    with override_settings(MAILS=True):
        assert not hidden_by_mail()
        User.objects.filter(pk=scene.author.pk).update(email="lin@county.example")
        assert hidden_by_mail()
    with override_settings(MAILS=False):
        assert not hidden_by_mail()


def test_reading_is_of_ones_own_and_counts_once(scene: Scene) -> None:
    notify_people(scene.topic, News.COSIGN, [scene.member.pk, scene.other.pk], scene.suggestion, 7, LATER)
    mine, others = (Notification.objects.get(user=user) for user in (scene.member, scene.other))
    assert mark_read(user_id=scene.member.pk, at=LATER, ids=[mine.pk, others.pk]) == 1
    assert mark_read(user_id=scene.member.pk, at=LATER + MINUTE) == 0
    assert Notification.objects.get(pk=mine.pk).read_at == LATER
    assert Notification.objects.get(pk=others.pk).read_at is None
    assert mark_read(user_id=scene.other.pk, at=LATER) == 1


def test_whatever_is_mailed_is_told_and_unknown_kinds_are_passed_over(scene: Scene) -> None:
    choose_news(user_id=scene.member.pk, told=["returned", "weather"], mailed=["closed", "weather"])
    choice = NotificationChoice.objects.get(user=scene.member)
    assert choice.mailed == ["closed"]
    assert set(News.values) - set(choice.off) == {"returned", "closed"}
    choose_news(user_id=scene.member.pk, told=News.values, mailed=None)
    choice.refresh_from_db()
    assert (choice.off, choice.mailed) == ([], ["closed"])
