"""Django's administration of the domain: prepared things are edited, what has happened is only read."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from consultations.actions.categories import standard_categories
from consultations.actions.votes import Ballot, cast_votes
from consultations.models import (
    Attendance,
    Channel,
    Cosigner,
    Deliberation,
    Flag,
    JournalEntry,
    Proposal,
    Scan,
    Statement,
    Suggestion,
    Summary,
    Theme,
    Topic,
    Vote,
)
from jianyan.accounts.models import User
from tests.consultations.factories import MINUTE, NOON, actor, make_deliberation, make_suggestion, make_topic
from tests.consultations.summary_scene import make_drafted
from tests.jianyan.accounts import factories
from tests.jianyan.accounts.factories import PASSWORD

pytestmark = pytest.mark.django_db

READ_ONLY = (Suggestion, Vote, JournalEntry, Summary, Statement)
WRITTEN_ELSEWHERE = (Flag, Proposal, Cosigner, Scan)


@pytest.fixture
def office(client: Client) -> Client:
    """Signed in as somebody who may do everything."""
    client.force_login(User.objects.create_superuser("office", password=PASSWORD, display_name="机关"))
    return client


@pytest.fixture
def topic() -> Topic:
    """A topic with a published suggestion and a vote for it."""
    county = factories.make_county()
    topic = make_topic(county)
    Theme.objects.create(topic=topic, name="车位")
    suggestion = make_suggestion(
        topic, factories.make_member(county), publish_by=factories.make_moderator(county)
    )
    voter = factories.make_member(county, "周砚")
    ballot = Ballot(actor(voter), suggestion.pk, "support")
    cast_votes(topic_id=topic.pk, ballots=[ballot], at=NOON + 2 * MINUTE)
    topic.refresh_from_db()
    return topic


def pages(thing: Topic | Suggestion | Vote | JournalEntry | Deliberation | Channel) -> list[str]:
    name = f"admin:consultations_{type(thing)._meta.model_name}"
    verbs = [reverse(f"{name}_{verb}", args=[thing.pk]) for verb in ("change", "delete")]
    return [reverse(f"{name}_changelist"), reverse(f"{name}_add"), *verbs]


def test_every_list_opens(office: Client, topic: Topic) -> None:
    models = [model for model in admin.site._registry if model._meta.app_label == "consultations"]
    assert len(models) == 29
    for model in models:
        assert (
            office.get(reverse(f"admin:consultations_{model._meta.model_name}_changelist")).status_code == 200
        )


@pytest.mark.parametrize("model", READ_ONLY)
def test_votes_journal_suggestions_and_summaries_can_only_be_read(
    office: Client, model: type[Suggestion | Vote | JournalEntry | Summary | Statement]
) -> None:
    make_drafted()
    thing = model.objects.first()
    assert thing is not None
    name = f"admin:consultations_{model._meta.model_name}"
    assert office.get(reverse(f"{name}_add")).status_code == 403
    assert "delete_selected" not in office.get(reverse(f"{name}_changelist")).text
    change = reverse(f"{name}_change", args=[thing.pk])
    page = office.get(change)
    assert page.status_code == 200
    assert 'name="_save"' not in page.text
    assert office.post(change, {"choice": "oppose", "text": "改过"}).status_code == 403
    assert office.post(reverse(f"{name}_delete", args=[thing.pk]), {"post": "yes"}).status_code == 403
    assert model.objects.filter(pk=thing.pk).exists()


@pytest.mark.parametrize("model", WRITTEN_ELSEWHERE)
def test_what_the_actions_write_is_neither_made_nor_deleted_here(
    office: Client, model: type[Flag | Proposal | Cosigner | Scan]
) -> None:
    name = f"admin:consultations_{model._meta.model_name}"
    assert office.get(reverse(f"{name}_add")).status_code == 403
    assert "delete_selected" not in office.get(reverse(f"{name}_changelist")).text


def test_a_topic_in_which_something_has_happened_can_only_be_read(office: Client, topic: Topic) -> None:
    assert topic.revision == 3
    _, _, change, delete = pages(topic)
    page = office.get(change)
    assert page.status_code == 200
    assert 'name="_save"' not in page.text
    assert topic.secret not in page.text
    assert topic.head in page.text
    assert office.post(change, {"title": "改过"}).status_code == 403
    assert office.post(delete, {"post": "yes"}).status_code == 403


def test_a_topic_in_which_nothing_has_happened_is_edited_with_its_themes(office: Client) -> None:
    topic = make_topic(factories.make_county())
    _, add, change, delete = pages(topic)
    assert office.get(add).status_code == 200
    response = office.post(
        change,
        {
            "deliberation": topic.deliberation_id,
            "position": 1,
            "title": "改过",
            "prompt": topic.prompt,
            "departments": "[]",
            "opens_at_0": "2026-03-05",
            "opens_at_1": "20:00",
            "closes_at_0": "2026-03-05",
            "closes_at_1": "21:00",
            "ideas": 1,
            "length": 200,
            "ballot": "support",
            "tallies": "live",
            "consensus_share": 50,
            "consensus_sectors": 3,
            "themes-TOTAL_FORMS": 1,
            "themes-INITIAL_FORMS": 0,
            "themes-0-name": "车位",
            "themes-0-position": 0,
        },
    )
    assert response.status_code == 302
    topic.refresh_from_db()
    assert topic.title == "改过"
    assert [theme.name for theme in topic.themes.all()] == ["车位"]
    topic.themes.all().delete()
    assert office.post(delete, {"post": "yes"}).status_code == 302
    assert not Topic.objects.exists()


def test_topics_are_not_deleted_from_the_list(office: Client) -> None:
    topic = make_topic(factories.make_county())
    listed = reverse("admin:consultations_topic_changelist")
    office.post(listed, {"action": "delete_selected", "_selected_action": topic.pk, "post": "yes"})
    assert Topic.objects.filter(pk=topic.pk).exists()


def test_attendance_is_corrected_and_never_deleted(office: Client, topic: Topic) -> None:
    deliberation = topic.deliberation
    member = factories.make_user("李明")
    row = Attendance.objects.create(deliberation=deliberation, user=member, presence="present")
    change = pages(deliberation)[2]
    form = {
        "channel": deliberation.channel_id,
        "host": deliberation.host_id,
        "title": deliberation.title,
        "mode": "online",
        "visibility": "public",
        "starts_at_0": "2026-03-05",
        "starts_at_1": "20:00",
        "ends_at_0": "2026-03-05",
        "ends_at_1": "21:00",
        "attendances-TOTAL_FORMS": 1,
        "attendances-INITIAL_FORMS": 1,
        "attendances-0-id": row.pk,
        "attendances-0-deliberation": deliberation.pk,
        "attendances-0-user": member.pk,
        "attendances-0-presence": "on_leave",
        "attendances-0-mode": "online",
        "attendances-0-DELETE": "on",
    }
    assert office.get(change).status_code == 200
    assert office.post(change, form).status_code == 302
    row.refresh_from_db()
    assert row.presence == "on_leave"
    refused = office.post(change, {**form, "attendances-0-guest_name": "周砚"})
    assert "要么选择用户，要么填写没有账号的来宾姓名。" in refused.text
    row.refresh_from_db()
    assert row.guest_name == ""


def test_a_channel_says_what_its_rules_mean_and_a_deliberation_s_link_is_only_read(
    office: Client, topic: Topic
) -> None:
    channel = pages(topic.deliberation.channel)[2]
    shown = office.get(channel).content.decode()
    assert "以免跟风" in shown
    assert "避免靠前的建言占便宜" in shown
    form = office.get(pages(topic.deliberation)[2]).context["adminform"].form
    assert "linked" not in form.fields


@pytest.mark.parametrize(
    ("consultation", "chosen", "counts_as"),
    [(True, None, ["consultations"]), (False, None, []), (True, "hall_sessions", ["hall_sessions"])],
)
def test_a_channel_of_consultation_counts_as_that_unless_something_else_is_chosen(
    office: Client, consultation: bool, chosen: str | None, counts_as: list[str]
) -> None:
    standard = standard_categories()
    form = {
        "slug": "forum",
        "name": "协商论坛",
        "reasons": "[]",
        "two_persons": "on",
        "policy": "",
        "position": 1,
        "ideas": 1,
        "length": 200,
        "ballot": "support",
        "tallies": "live",
        "consensus_share": 50,
        "consensus_sectors": 3,
        "referral_months": 3,
        "extension_months": 1,
        "acceptance_days": 10,
        "reminder_days": "[-7, 1]",
    }
    if consultation:
        form["is_consultation"] = "on"
    if chosen is not None:
        form["categories"] = standard[chosen].pk
    assert office.post(reverse("admin:consultations_channel_add"), form).status_code == 302
    channel = Channel.objects.get(slug="forum")
    assert list(channel.categories.values_list("slug", flat=True)) == counts_as


def test_days_of_reminders_that_are_none_are_refused_at_their_field(office: Client, topic: Topic) -> None:
    channel = pages(topic.deliberation.channel)[2]
    for days in ("[1.5]", '["morgen"]', "[9999]", "7", "[true]"):
        answer = office.post(channel, {"reminder_days": days})
        assert "请在方括号内填写整数天数" in answer.text, days


def test_a_body_with_a_history_is_not_deleted_and_what_keeps_it_is_named(office: Client) -> None:
    county = factories.make_county()
    deliberation = make_deliberation(county, "渡口现场协商", host=county.sectors[0])
    delete = reverse("admin:accounts_body_delete", args=[county.sectors[0].pk])
    page = office.get(delete).text
    assert "渡口现场协商" in page
    office.post(delete, {"post": "yes"})
    listed = reverse("admin:accounts_body_changelist")
    office.post(
        listed, {"action": "delete_selected", "_selected_action": county.sectors[0].pk, "post": "yes"}
    )
    deliberation.refresh_from_db()
    assert deliberation.host == county.sectors[0]
