"""Random runs of every action: what clients see, what the votes say and what the journal proves always agree."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consultations.actions import flags, moderation, suggestions, themes, topics
from consultations.actions.merging import merge_suggestions, unmerge_suggestion
from consultations.actions.votes import Ballot, cast_votes
from consultations.enums import PUBLIC, Status, Step, Tallies
from consultations.errors import Refused
from consultations.journal import entry_hash
from consultations.models import JournalEntry, Merge, Suggestion, Topic, Vote
from consultations.models.topic import GENESIS
from consultations.queries.journal_check import check_journal
from consultations.queries.state import changes_since, own_part, topic_state
from jianyan.accounts.roles import Actor
from tests.consultations.factories import HOUR, MINUTE, NOON, actor, make_topic
from tests.consultations.replay import Replica
from tests.jianyan.accounts.factories import (
    County,
    make_county,
    make_member,
    make_moderator,
    make_secretary,
)

Voter = TypeVar("Voter", int, str)
Wish = tuple[str, int, int]
WISHES = st.lists(
    st.tuples(
        st.sampled_from(
            ["post", "edit", "withdraw", "publish", "return", "decline", "hide", "restore", "theme", "feature"]
            + ["unfeature", "create_theme", "rename_theme", "order_themes", "delete_theme", "pause", "resume", "extend"]
            + ["notice", "mark", "flag", "settle", "unmask"] + ["merge", "unmerge"] * 2 + ["vote"] * 8
        ),
        st.integers(0, 5),
        st.integers(0, 5),
    ),
    max_size=40,
)  # fmt: skip


class Run:
    """One topic of three members; each wish picks its person and thing by number, refusals are part of the game."""

    def __init__(self, county: County | None = None, **rules: Any) -> None:
        county = county or make_county()
        self.topic_id = make_topic(county, **rules).pk
        self.members = [actor(make_member(county, name)) for name in ("林栖云", "罗小满", "顾南枝")]
        self.moderator = actor(make_moderator(county))
        self.secretary = actor(make_secretary(county))
        self.at = NOON + MINUTE
        self.unmerged = False
        self.numbers: list[str] = []
        self.revealed: set[str] = set()

    def words(self, text: str, two: int) -> str:
        """The text; every second one with a telephone number that stands nowhere else."""
        if two % 2 == 0:
            return text
        self.numbers.append(f"139{len(self.numbers):08d}")
        return f"{text}，请打{self.numbers[-1]}。"

    def grant(self, wish: Wish) -> bool:
        name, one, two = wish
        try:
            self.do(name)(one, two)
        except Refused:
            return False
        return True

    def do(self, name: str) -> Callable[[int, int], Any]:
        return getattr(self, f"do_{name}")  # type: ignore[no-any-return]

    @property
    def topic(self) -> Topic:
        return Topic.objects.get(pk=self.topic_id)

    def some(self, number: int) -> int:
        ids = list(Suggestion.objects.filter(topic_id=self.topic_id).values_list("id", flat=True))
        return ids[number % len(ids)] if ids else 0

    def someone(self, number: int) -> Actor:
        return self.members[number % len(self.members)]

    def author_of(self, number: int) -> Actor:
        author = Suggestion.objects.filter(pk=self.some(number)).values_list("author_id", flat=True).first()
        return next((one for one in self.members if one.user_id == author), self.members[0])

    def do_post(self, one: int, two: int) -> None:
        suggestions.post_suggestion(
            topic_id=self.topic_id,
            by=self.someone(one),
            text=self.words(f"建言{two}", two),
            client_ref=str(uuid.uuid4()),
            at=self.at,
        )

    def do_edit(self, one: int, two: int) -> None:
        suggestions.edit_suggestion(
            suggestion_id=self.some(one),
            by=self.author_of(one),
            text=self.words(f"改为{two}", two),
            at=self.at,
        )

    def do_withdraw(self, one: int, two: int) -> None:
        suggestions.withdraw_suggestion(suggestion_id=self.some(one), by=self.author_of(one), at=self.at)

    def do_publish(self, one: int, two: int) -> None:
        moderation.publish_suggestion(suggestion_id=self.some(one), by=self.moderator, at=self.at)

    def do_return(self, one: int, two: int) -> None:
        moderation.return_suggestion(
            suggestion_id=self.some(one), by=self.moderator, at=self.at, reason="请写具体"
        )

    def do_decline(self, one: int, two: int) -> None:
        moderation.decline_suggestion(
            suggestion_id=self.some(one), by=self.moderator, at=self.at, reason="与议题无关"
        )

    def do_hide(self, one: int, two: int) -> None:
        moderation.hide_suggestion(
            suggestion_id=self.some(one), by=self.moderator, at=self.at, reason="含个人信息"
        )

    def do_restore(self, one: int, two: int) -> None:
        moderation.restore_suggestion(suggestion_id=self.some(one), by=self.moderator, at=self.at)

    def do_theme(self, one: int, two: int) -> None:
        ids = [None, *self.topic.themes.values_list("id", flat=True)]
        moderation.assign_theme(
            suggestion_id=self.some(one), theme_id=ids[two % len(ids)], by=self.moderator, at=self.at
        )

    def do_feature(self, one: int, two: int) -> None:
        moderation.feature_suggestion(suggestion_id=self.some(one), on=True, by=self.moderator, at=self.at)

    def do_unfeature(self, one: int, two: int) -> None:
        moderation.feature_suggestion(suggestion_id=self.some(one), on=False, by=self.moderator, at=self.at)

    def do_create_theme(self, one: int, two: int) -> None:
        themes.create_theme(topic_id=self.topic_id, name=f"归类{one}", by=self.moderator, at=self.at)

    def do_rename_theme(self, one: int, two: int) -> None:
        ids = [*self.topic.themes.values_list("id", flat=True), 0]
        themes.rename_theme(theme_id=ids[two % len(ids)], name=f"新归类{one}", by=self.moderator, at=self.at)

    def do_order_themes(self, one: int, two: int) -> None:
        ids = list(self.topic.themes.values_list("id", flat=True))
        themes.order_themes(topic_id=self.topic_id, theme_ids=ids[::-1], by=self.moderator, at=self.at)

    def do_delete_theme(self, one: int, two: int) -> None:
        ids = [*self.topic.themes.values_list("id", flat=True), 0]
        themes.delete_theme(theme_id=ids[two % len(ids)], by=self.moderator, at=self.at)

    def do_pause(self, one: int, two: int) -> None:
        topics.pause_topic(topic_id=self.topic_id, by=self.moderator, at=self.at)

    def do_resume(self, one: int, two: int) -> None:
        topics.resume_topic(topic_id=self.topic_id, by=self.moderator, at=self.at)

    def do_extend(self, one: int, two: int) -> None:
        topics.extend_topic(topic_id=self.topic_id, by=self.moderator, at=self.at, minutes=one)

    def do_notice(self, one: int, two: int) -> None:
        topics.give_notice(topic_id=self.topic_id, by=self.moderator, at=self.at, text=f"请注意{one}")

    def do_mark(self, one: int, two: int) -> None:
        topics.mark_phase(topic_id=self.topic_id, at=self.at)

    def do_merge(self, one: int, two: int) -> None:
        before = stood(self.topic)
        merge_suggestions(
            topic_id=self.topic_id,
            suggestion_ids=[self.some(one)],
            into=self.some(two),
            by=self.moderator,
            at=self.at,
        )
        # Nobody has said anything else than before.
        assert stood(self.topic) == before

    def do_unmerge(self, one: int, two: int) -> None:
        unmerge_suggestion(suggestion_id=self.some(one), by=self.moderator, at=self.at)
        self.unmerged = True

    def do_flag(self, one: int, two: int) -> None:
        kind = ["private", "harsh", "split"][two % 3]
        flags.flag_suggestion(suggestion_id=self.some(one), kind=kind, by=self.someone(two), at=self.at)

    def do_settle(self, one: int, two: int) -> None:
        flags.settle_flags(suggestion_id=self.some(one), by=self.moderator, at=self.at)

    def do_unmask(self, one: int, two: int) -> None:
        shown = flags.unmask_suggestion(suggestion_id=self.some(one), by=self.moderator, at=self.at)
        self.revealed.update(number for number in self.numbers if number in shown.text)

    def do_vote(self, one: int, two: int) -> None:
        choice = ["support", "support", "oppose", "neutral", None, "unknown"][two]
        ballots = [Ballot(self.someone(one + n), self.some(two + n), choice) for n in range(3)]
        cast_votes(topic_id=self.topic_id, ballots=ballots, at=self.at)


RULES = st.fixed_dictionaries(
    {
        "ideas": st.sampled_from([1, 2]),
        "ballot": st.sampled_from(["support", "three_way"]),
        "budget": st.sampled_from([None, 1, 2]),
        "tallies": st.sampled_from([Tallies.LIVE, Tallies.CLOSED]),
        "premoderated": st.booleans(),
        "anonymous": st.booleans(),
    }
)
SETTINGS = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def check_chain(topic: Topic) -> None:
    """Revisions without gaps, each hash over the one before; the head is the last one."""
    head, expected = GENESIS, 0
    for entry in JournalEntry.objects.filter(topic=topic).order_by("revision"):
        expected += 1
        assert entry.revision == expected
        head = entry_hash(head, entry.revision, entry.at, entry.kind, entry.payload, algorithm="sha256")
        assert entry.hash == head
    assert (topic.revision, topic.head) == (expected, head)


def stood(topic: Topic) -> set[tuple[int, int, str | None, int]]:
    """Every vote row as it stands: suggestion, voter, choice, revision."""
    rows = Vote.objects.filter(topic=topic)
    return set(rows.values_list("suggestion_id", "voter_id", "choice", "revision"))


def standing(topic: Topic) -> dict[tuple[int, int], str]:
    """(representative, voter) → what the voter stands for there."""
    merges = Merge.objects.filter(suggestion__topic=topic, undone_at=None)
    edges = {merge.suggestion_id: (merge.into_id, merge.revision) for merge in merges}
    return together(stood(topic), edges)


def together(
    rows: Iterable[tuple[int, Voter, str | None, int]], edges: Mapping[int, tuple[int, int]]
) -> dict[tuple[int, Voter], str]:
    """(representative, voter) → what the voter stands for there, by the rule as it is told.

    A vote for a representative that came after a merge replaces what its voter had said below that merge; of what is
    left and standing, the latest counts. `rows`: suggestion, voter, choice, revision; `edges`: suggestion → what it was
    merged into, and in which revision.
    """
    rows = list(rows)
    revisions = {(suggestion, voter): revision for suggestion, voter, _choice, revision in rows}
    latest: dict[tuple[int, Voter], tuple[int, int, str]] = {}
    for suggestion, voter, choice, revision in rows:
        above, replaced, depth = suggestion, choice is None, 0
        while above in edges:
            above, merged = edges[above]
            depth -= 1
            replaced = replaced or revisions.get((above, voter), 0) > merged
        if not replaced and choice is not None:
            key = (above, voter)
            latest[key] = max(latest.get(key, (0, -99, "")), (revision, depth, choice))
    return {key: choice for key, (_revision, _depth, choice) in latest.items()}


def check_tallies(topic: Topic, members: Sequence[Actor], *, at: dt.datetime, unmerged: bool = False) -> None:
    """Tallies equal a recount of the votes; nobody holds more standing votes than the budget; none on one's own."""
    votes = list(Vote.objects.filter(topic=topic).exclude(choice=None).select_related("suggestion"))
    own = Counter((vote.suggestion_id, vote.choice) for vote in votes)
    stands = standing(topic)
    together = Counter((representative, choice) for (representative, _voter), choice in stands.items())
    for suggestion in topic.suggestions.all():
        recount = own if suggestion.status == Status.MERGED else together
        counts = tuple(recount[suggestion.pk, choice] for choice in ("support", "neutral", "oppose"))
        assert (suggestion.support, suggestion.neutral, suggestion.oppose) == counts
    assert all(vote.voter_id != vote.suggestion.author_id for vote in votes)
    for member in members:
        votes_of = own_part(topic.pk, member, at=at).votes
        assert votes_of == {
            str(pk): choice for (pk, voter), choice in stands.items() if voter == member.user_id
        }
    # An undone merge gives back votes that were spent together.
    if topic.budget is not None and not unmerged:
        assert max(Counter(voter for _suggestion, voter in stands).values(), default=0) <= topic.budget
    assert check_journal(topic.pk).faults == ()


@pytest.mark.django_db
@pytest.mark.usefixtures("unmeasured")
@SETTINGS
@given(rules=RULES, wishes=WISHES)
def test_changes_on_any_old_snapshot_equal_the_fresh_snapshot(
    rules: dict[str, Any], wishes: list[Wish]
) -> None:
    with transaction.atomic():
        run = Run(**rules)
        snapshots = [topic_state(run.topic_id, at=run.at)]
        for wish in wishes:
            before = run.topic.revision
            granted = run.grant(wish)
            after = run.topic
            assert after.revision in ((before, before + 1) if granted else (before,))
            snapshots.append(topic_state(run.topic_id, at=run.at))
        closing = run.at + 2 * HOUR * 24 * 7
        topics.mark_phase(topic_id=run.topic_id, at=closing)
        fresh = Replica.of(topic_state(run.topic_id, at=closing))
        for snapshot in snapshots:
            updated = Replica.of(snapshot)
            updated.apply(changes_since(run.topic_id, snapshot.revision, at=closing))
            assert updated == fresh
            resynced = Replica.of(snapshot)
            resynced.welcome(topic_state(run.topic_id, at=closing, since=snapshot.revision))
            assert resynced == fresh
        check_chain(run.topic)
        check_tallies(run.topic, run.members, at=closing, unmerged=run.unmerged)
        transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.usefixtures("unmeasured")
@SETTINGS
@given(rules=RULES, wishes=WISHES)
def test_what_is_not_public_never_reaches_the_public_state(rules: dict[str, Any], wishes: list[Wish]) -> None:
    with transaction.atomic():
        run = Run(**rules)
        shown_once: set[int] = set()
        for wish in wishes:
            run.grant(wish)
            public = set(
                Suggestion.objects.filter(topic_id=run.topic_id, status__in=PUBLIC).values_list(
                    "id", flat=True
                )
            )
            shown_once |= public
            state = topic_state(run.topic_id, at=run.at)
            assert {fact.id for fact in state.suggestions} == public
            whole_way = changes_since(run.topic_id, 0, at=run.at)
            assert {fact.id for fact in whole_way.suggestions} <= shown_once
            payloads = JournalEntry.objects.filter(topic_id=run.topic_id).values_list("payload", flat=True)
            told = repr((state, whole_way, *payloads))
            assert {number for number in run.numbers if number in told} <= run.revealed
        for entry in JournalEntry.objects.filter(topic_id=run.topic_id, kind=Step.POSTED):
            assert ("text" in entry.payload) == (entry.payload["status"] == Status.PUBLISHED)
        transaction.set_rollback(True)
