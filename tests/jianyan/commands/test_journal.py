"""`jianyan journal` and `jianyan recount`, and the verifier of docs/verify.md, which needs nothing of ours."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pytest_django import Settings

from consultations.actions import merging
from consultations.actions.topics import close_topic
from consultations.actions.votes import Ballot, cast_votes
from consultations.models import JournalEntry, Suggestion, Topic, Vote
from jianyan.commands import jianyan
from tests.consultations.actions.test_merging import Group
from tests.consultations.conftest import Scene
from tests.consultations.factories import MINUTE, NOON, actor
from tests.servers import ROOT


@pytest.fixture
def topic(scene: Scene) -> Topic:
    """Finished, with two votes of which one was taken back."""
    for minutes, choice in ((3, "support"), (4, None), (5, "support")):
        cast_votes(
            topic_id=scene.topic.pk,
            ballots=[Ballot(actor(scene.member), scene.suggestion.pk, choice)],
            at=NOON + minutes * MINUTE,
        )
    return close_topic(topic_id=scene.topic.pk, by=actor(scene.moderator), at=NOON + 6 * MINUTE)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(jianyan, [str(argument) for argument in arguments])


def verifier(tmp_path: Path) -> Path:
    """The verifier as the document prints it."""
    found = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "verify.md").read_text("utf-8"), re.DOTALL)
    assert len(found) == 1
    path = tmp_path / "verifier.py"
    path.write_text(found[0], "utf-8")
    return path


def check_alone(tmp_path: Path, export: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", verifier(tmp_path), export], capture_output=True, text=True, check=False
    )


def test_verify_prints_what_holds_and_the_head(topic: Topic) -> None:
    done = run("journal", "verify", topic.pk)
    assert done.exit_code == 0
    assert done.output.splitlines()[-1].endswith(Topic.objects.get(pk=topic.pk).head)


def test_verify_ends_with_1_and_names_the_first_broken_entry(topic: Topic) -> None:
    for revision in (4, 5):
        JournalEntry.objects.filter(topic=topic, revision=revision).update(
            payload={"votes": [], "tallies": []}
        )
    done = run("journal", "verify", topic.pk)
    assert done.exit_code == 1
    assert "4 (votes)" in done.output
    assert len(done.output.splitlines()) == 2


def test_an_unknown_topic_ends_with_1_and_one_line(db: None) -> None:
    for arguments in (("journal", "verify", 404), ("journal", "export", 404), ("recount", 404)):
        done = run(*arguments)
        assert done.exit_code == 1
        assert done.output.startswith("jianyan: ")
        assert len(done.output.splitlines()) == 1


def test_an_export_is_one_line_per_entry_with_or_without_a_file(topic: Topic, tmp_path: Path) -> None:
    out = tmp_path / "topic.jsonl"
    assert run("journal", "export", topic.pk, "--out", out).exit_code == 0
    assert run("journal", "export", topic.pk).stdout_bytes == out.read_bytes()
    entries = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert [entry["revision"] for entry in entries] == [1, 2, 3, 4, 5, 6]
    assert [entry["kind"] for entry in entries] == [
        "posted",
        "published",
        "votes",
        "votes",
        "votes",
        "closed",
    ]
    assert sorted(entries[0]) == ["at", "hash", "kind", "payload", "revision"]


def test_an_export_to_where_nothing_can_be_written_ends_with_1(topic: Topic, tmp_path: Path) -> None:
    done = run("journal", "export", topic.pk, "--out", tmp_path / "missing" / "topic.jsonl")
    assert done.exit_code == 1
    assert len(done.output.splitlines()) == 1


def test_the_verifier_of_the_document_accepts_an_export(topic: Topic, tmp_path: Path) -> None:
    out = tmp_path / "topic.jsonl"
    run("journal", "export", topic.pk, "--out", out)
    done = check_alone(tmp_path, out)
    assert done.returncode == 0, done.stderr
    suggestion = Suggestion.objects.get(topic=topic)
    assert done.stdout.splitlines() == [
        f"{suggestion.pk} {{'support': 1, 'neutral': 0, 'oppose': 0}}",
        f"6 entries hold; head {Topic.objects.get(pk=topic.pk).head}",
    ]


def regrouped(group: Group) -> None:
    """Merged twice over, voted on before and after, and taken apart in part."""
    for member, idea in ((2, 0), (3, 0), (3, 1), (4, 1), (0, 2)):
        group.vote(member, idea)
    group.merge(2, into=1)
    group.merge(1, into=0)
    group.vote(4, 1, None)
    group.vote(1, 3)
    group.unmerge(2)


def test_the_verifier_of_the_document_counts_merged_ones_as_we_do(db: None, tmp_path: Path) -> None:
    group = Group()
    regrouped(group)
    out = tmp_path / "topic.jsonl"
    run("journal", "export", group.topic.pk, "--out", out)
    done = check_alone(tmp_path, out)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[:-1] == [
        f"{pk} {{'support': {count}, 'neutral': 0, 'oppose': 0}}"
        # The first: of 顾南枝 and 周知夏, since 沈禾 took hers back from the group.
        for pk, count in zip(group.ideas, (2, 2, 1, 1), strict=False)
    ]


def test_a_group_that_was_counted_wrongly_is_named_by_both(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = Group()
    group.vote(2, 1)
    monkeypatch.setattr(merging, "group_tally", lambda *_: (9, 0, 0))
    group.merge(1, into=0)
    out = tmp_path / "topic.jsonl"
    run("journal", "export", group.topic.pk, "--out", out)
    revision = group.fresh().revision
    assert f"entry {revision} states a tally" in check_alone(tmp_path, out).stderr
    assert f" {revision} " in run("journal", "verify", group.topic.pk).output


@pytest.mark.parametrize(
    ("find", "replace", "complaint"),
    [
        ('"number":1', '"number":2', "entry 1 has been changed"),
        ('"kind":"closed"', '"kind":"paused"', "entry 6 has been changed"),
        ('"revision":2', '"revision":3', "entry 2 is missing"),
    ],
)
def test_the_verifier_of_the_document_names_the_first_broken_entry(
    topic: Topic, tmp_path: Path, find: str, replace: str, complaint: str
) -> None:
    out = tmp_path / "topic.jsonl"
    run("journal", "export", topic.pk, "--out", out)
    text = out.read_text("utf-8")
    assert find in text
    out.write_text(text.replace(find, replace), "utf-8")
    done = check_alone(tmp_path, out)
    assert (done.returncode, done.stderr.strip()) == (1, complaint)


def test_the_verifier_of_the_document_notices_a_tally_that_was_made_up(topic: Topic, tmp_path: Path) -> None:
    Vote.objects.filter(topic=topic).update(choice=None)
    Topic.objects.filter(pk=topic.pk).update(closes_at=NOON + 60 * MINUTE, marked="")
    suggestion = Suggestion.objects.get(topic=topic)
    Suggestion.objects.filter(pk=suggestion.pk).update(support=41)
    vote = Vote.objects.get(topic=topic)
    by = actor(vote.voter)
    cast_votes(topic_id=topic.pk, ballots=[Ballot(by, suggestion.pk, "support")], at=NOON + 8 * MINUTE)
    out = tmp_path / "topic.jsonl"
    run("journal", "export", topic.pk, "--out", out)
    done = check_alone(tmp_path, out)
    assert (done.returncode, done.stderr.strip()) == (
        1,
        "entry 7 states a tally that its votes do not add up to",
    )


@pytest.fixture
def sm3(settings: Settings) -> None:
    """New topics are chained with SM3."""
    settings.JOURNAL_HASH = "sm3"


def test_a_journal_chained_with_sm3_says_so_and_verifies_everywhere(
    sm3: None, topic: Topic, tmp_path: Path
) -> None:
    head = "sm3:" + Topic.objects.get(pk=topic.pk).head
    assert run("journal", "verify", topic.pk).output.splitlines()[-1].endswith(head)
    out = tmp_path / "topic.jsonl"
    run("journal", "export", topic.pk, "--out", out)
    text = out.read_text("utf-8")
    assert [line.count('"hash":"sm3:') for line in text.splitlines()] == [1] * 6
    done = check_alone(tmp_path, out)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, f"6 entries hold; head {head}")
    for find, replace, complaint in (
        ('"number":1', '"number":2', "entry 1 has been changed"),
        ('"hash":"sm3:', '"hash":"', "entry 1 has been changed"),
        ('"hash":"sm3:', '"hash":"sm4:', "entry 1 has been changed"),
        ('"kind":"closed"', '"kind":"paused"', "entry 6 has been changed"),
    ):
        assert find in text
        out.write_text(text.replace(find, replace), "utf-8")
        done = check_alone(tmp_path, out)
        assert (done.returncode, done.stderr.strip()) == (1, complaint)


def test_the_verifier_of_the_document_takes_no_chain_of_two_hashes(
    sm3: None, topic: Topic, tmp_path: Path
) -> None:
    out = tmp_path / "topic.jsonl"
    run("journal", "export", topic.pk, "--out", out)
    lines = out.read_text("utf-8").splitlines()
    last = json.loads(lines[5])
    del last["hash"]
    content = json.dumps(last, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    before = json.loads(lines[4])["hash"].removeprefix("sm3:")
    lines[5] = json.dumps(last | {"hash": hashlib.sha256((before + content).encode()).hexdigest()})
    out.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    done = check_alone(tmp_path, out)
    assert (done.returncode, done.stderr.strip()) == (1, "entry 6 has been changed")


def test_recount_finds_every_topic_sound(topic: Topic) -> None:
    done = run("recount")
    assert (done.exit_code, len(done.output.splitlines())) == (0, 1)


def test_recount_names_a_wrong_tally_and_sets_it_right_when_asked(topic: Topic) -> None:
    Suggestion.objects.filter(topic=topic).update(support=9)
    done = run("recount", topic.pk)
    assert done.exit_code == 1
    assert "[9, 0, 0]" in done.output
    assert "[1, 0, 0]" in done.output
    assert run("recount", topic.pk, "--fix").exit_code == 0
    assert run("recount", topic.pk).exit_code == 0
    assert Suggestion.objects.get(topic=topic).support == 1
    assert run("journal", "verify", topic.pk).exit_code == 0
