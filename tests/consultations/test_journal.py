"""The chain: which hash it is made with, for how long, and what the standard says of it."""

from __future__ import annotations

import hashlib

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import StateApps
from pytest_django import Settings

from consultations.actions.topics import close_topic
from consultations.journal import entry_hash, published
from consultations.models import JournalEntry, Topic
from consultations.queries.journal_check import check_journal
from consultations.queries.summary_check import against_journals, journal_heads
from consultations.queries.summary_document import summary_document
from tests.consultations.conftest import Scene
from tests.consultations.factories import NOON, actor, make_suggestion, make_topic
from tests.consultations.summary_scene import make_drafted

# GB/T 32905-2016, appendix A.
STANDARD = {
    b"abc": "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
    b"abcd" * 16: "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732",
}


@pytest.mark.parametrize("message", STANDARD)
def test_sm3_is_that_of_the_standard(message: bytes) -> None:
    assert hashlib.new("sm3", message).hexdigest() == STANDARD[message]


def test_an_entry_is_hashed_with_what_was_before_it() -> None:
    entry = '{"at":"2026-03-05T12:00:00.000000Z","kind":"notice","payload":{"text":"好"},"revision":1}'
    for algorithm in ("sha256", "sm3"):
        digest = hashlib.new(algorithm, ("0" * 64 + entry).encode()).hexdigest()
        assert entry_hash("0" * 64, 1, NOON, "notice", {"text": "好"}, algorithm=algorithm) == digest, (
            algorithm
        )


def test_only_what_is_not_sha_256_says_what_it_is() -> None:
    assert published("ab", "sha256") == "ab"
    assert published("ab", "sm3") == "sm3:ab"


def test_a_topic_keeps_its_hash_for_life(scene: Scene, settings: Settings) -> None:
    settings.JOURNAL_HASH = "sm3"
    newer = make_topic(scene.county, "新议题")
    make_suggestion(newer, scene.member)
    make_suggestion(scene.topic, scene.other)
    settings.JOURNAL_HASH = "sha256"
    for topic, algorithm in ((scene.topic, "sha256"), (newer, "sm3")):
        close_topic(topic_id=topic.pk, by=actor(scene.moderator), at=NOON.replace(minute=30))
        topic.refresh_from_db()
        assert topic.hash_algorithm == algorithm
        found = check_journal(topic.pk)
        assert (found.faults, found.head) == ((), published(topic.head, algorithm))
    # Taken for the other kind, its first entry no longer fits.
    Topic.objects.filter(pk=newer.pk).update(hash_algorithm="sha256")
    assert check_journal(newer.pk).faults[0].revision == 1


def test_the_database_takes_no_other_hash(scene: Scene) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Topic.objects.filter(pk=scene.topic.pk).update(hash_algorithm="md5")
    scene.topic.hash_algorithm = "md5"
    with pytest.raises(ValidationError):
        scene.topic.full_clean()


def test_a_summary_names_the_kind_of_its_journals(db: None, settings: Settings) -> None:
    settings.JOURNAL_HASH = "sm3"
    drafted = make_drafted()
    document = summary_document(drafted.summary.pk)
    [topic] = document.snapshot.topics
    entry = JournalEntry.objects.get(topic_id=topic.topic_id, revision=topic.revision)
    assert topic.head == f"sm3:{entry.hash}"
    assert journal_heads(document.snapshot) == {topic.topic_id: topic.head}
    assert list(against_journals(document)) == []


@pytest.mark.usefixtures("unmeasured")
@pytest.mark.django_db(transaction=True)
def test_journals_from_before_are_taken_for_what_they_are(settings: Settings) -> None:
    settings.JOURNAL_HASH = "sm3"
    executor = MigrationExecutor(connection)
    try:
        executor.migrate([("consultations", "0002_summary_editions")])
        old = executor.loader.project_state([("consultations", "0002_summary_editions")]).apps
        topic = _old_topic(old)
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
    assert Topic.objects.get(pk=topic).hash_algorithm == "sha256"


def _old_topic(apps: StateApps) -> int:
    body = apps.get_model("accounts", "Body").objects.create(name="县政协", kind="committee", path="1/")
    channel = apps.get_model("consultations", "Channel").objects.create(name="微建言", slug="micro")
    deliberation = apps.get_model("consultations", "Deliberation").objects.create(
        title="网络议政", channel=channel, host=body, starts_at=NOON, ends_at=NOON.replace(hour=13)
    )
    topic = apps.get_model("consultations", "Topic").objects.create(
        deliberation=deliberation, title="停车", prompt="?", opens_at=NOON, closes_at=NOON.replace(hour=13)
    )
    pk: int = topic.pk
    return pk
