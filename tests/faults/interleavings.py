"""Random interleavings: every action, in any order, by people whose pages hear of it late, twice, out of order or never.

The actions, their rules and the database are the real ones, and so are the frames: each is encoded, decoded and taken
by the client of `jianyan.simulation`. After every step the votes are those that were acknowledged, and any page would,
with what came after its revision, show what a fresh one shows.

On PostgreSQL, or for longer than the suite has time for, on an empty migrated database that it fills:

    DATABASE_URL=postgresql://… python -m tests.faults.interleavings --examples 200 --steps 80
"""

from __future__ import annotations

import argparse
import copy
import datetime as dt
import json
import sys
import uuid
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, assert_never

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from jianyan.environment import use_settings

if __name__ == "__main__":
    import django

    use_settings()
    django.setup()

from consultations import events, rules
from consultations.actions.freezing import freeze_deliberation
from consultations.actions.suggestions import post_suggestion
from consultations.actions.topics import close_topic, mark_phase
from consultations.actions.verifying import compare_tallies, verify_journal
from consultations.actions.votes import Ballot, cast_votes
from consultations.enums import Phase
from consultations.errors import Refused
from consultations.events import Event
from consultations.models import Suggestion, Topic, Vote
from consultations.queries.journal_export import journal_lines
from consultations.queries.state import changes_of, load_topic
from realtime import looks
from realtime.protocol import encode
from tests.consultations.test_properties import RULES, Run, standing, stood, together
from tests.faults.carried import Page, Process, welcome
from tests.faults.crowd import Sight
from tests.jianyan.accounts.factories import make_county

Wish = tuple[int, int, str | None]
"""(member, suggestion, choice), the first two as numbers that pick one."""


@dataclass(frozen=True)
class Post:
    """Somebody posts an idea, or sends their last one again."""

    who: int
    text: int
    again: bool


@dataclass(frozen=True)
class Moderate:
    """Whatever else authors and moderators do; the numbers pick what it is done to."""

    what: str
    one: int
    two: int


@dataclass(frozen=True)
class Votes:
    """Several wishes in one batch."""

    wishes: list[Wish]


MODERATING = (
    "edit", "withdraw", "publish", "publish", "return", "decline", "hide", "restore", "theme", "feature", "unfeature",
    "create_theme", "rename_theme", "order_themes", "pause", "resume", "resume", "extend", "notice", "mark",
    "merge", "merge", "merge", "unmerge",
)  # fmt: skip

FEW = st.integers(0, 5)
CHOICES = st.sampled_from(["support", "support", "support", "oppose", "neutral", None])
VOTES = st.builds(Votes, st.lists(st.tuples(FEW, FEW, CHOICES), min_size=1, max_size=6))
DEEDS = st.one_of(
    VOTES,
    VOTES,
    st.builds(Post, FEW, FEW, st.booleans()),
    st.builds(Moderate, st.sampled_from(MODERATING), FEW, FEW),
)
GOING_BY = ("a second", "a minute", "ten minutes", "set back", "set right", "close", "freeze")
HINT_FATES = ("comes", "comes", "comes again", "waits", "is lost")
FRAME_FATES = ("comes", "comes", "comes", "comes again", "is lost")


class Interleavings(RuleBasedStateMachine):
    """Three members, a moderator and a secretary in one topic; two processes; three pages."""

    granted = 0
    """Votes and ideas, in all runs."""

    @initialize(topic_rules=RULES)
    def begin(self, topic_rules: dict[str, Any]) -> None:
        """A topic that is open, and everybody looks at it."""
        # What is committed stays: each run has a county of its own.
        self.people = Run(make_county(f"政协越溪县委员会 {uuid.uuid4()}"), **topic_rules)
        self.acknowledged: dict[tuple[int, int], str] = {}
        self.posted: dict[tuple[int, str], int] = {}
        self.final: list[Any] | None = None
        self.hours_off = 0
        self.processes = [Process(), Process()]
        self.pages = [Page(None), Page(self.people.members[0]), Page(self.people.members[1])]
        events.listen(self.heard)
        for who in (0, 1):
            self.post(who, who, again=False)
            self.people.grant(("publish", who, 0))
        for number in range(len(self.pages)):
            self.reconnect(number, number, afresh=True)

    def teardown(self) -> None:
        """However it went: once all is quiet, everybody sees the same, and every count agrees."""
        if not hasattr(self, "people"):
            return
        self.settle()
        events.forget(self.heard)

    def heard(self, event: Event) -> None:
        """A committed step is told to both processes."""
        for process in self.processes:
            process.hints.append(event)

    @property
    def topic(self) -> Topic:
        return load_topic(self.people.topic_id)

    # ── What people do ────────────────────────────────────────────────────────────────────────────────────────────

    @rule(deeds=st.lists(DEEDS, min_size=1, max_size=5))
    def act(self, deeds: list[Post | Moderate | Votes]) -> None:
        """Members and moderators do something, and something else before anybody hears of it."""
        for deed in deeds:
            match deed:
                case Post():
                    self.post(deed.who, deed.text, again=deed.again)
                case Moderate():
                    self.moderate(deed.what, deed.one, deed.two)
                case Votes():
                    self.vote(deed.wishes)
                case _:
                    assert_never(deed)

    def post(self, who: int, text: int, *, again: bool) -> None:
        """Post an idea, or send the last one of that person again under its reference."""
        author = self.people.someone(who)
        mine = [key for key in self.posted if key[0] == author.user_id]
        reference = mine[-1][1] if again and mine else str(uuid.uuid4())
        try:
            posted = post_suggestion(
                topic_id=self.people.topic_id,
                by=author,
                text=f"建言{text}",
                client_ref=reference,
                at=self.people.at,
            )
        except Refused:
            return
        Interleavings.granted += 1
        key = (author.user_id, reference)
        assert self.posted.setdefault(key, posted.suggestion.pk) == posted.suggestion.pk

    def moderate(self, what: str, one: int, two: int) -> None:
        """Whatever else authors and moderators do; a refusal leaves no trace."""
        before = self.topic.revision
        granted = self.people.grant((what, one, two))
        assert self.topic.revision in ((before, before + 1) if granted else (before,))
        if granted and what in ("merge", "unmerge"):
            # Not one vote has changed (`Run` sees to that), but what they stand for together has.
            self.acknowledged = standing(self.topic)

    def vote(self, wishes: list[Wish]) -> None:
        """Several members at once, some of them the same wish twice."""
        ballots = [Ballot(self.people.someone(a), self.people.some(b), choice) for a, b, choice in wishes]
        merged = Suggestion.objects.filter(topic_id=self.people.topic_id).exclude(merged_into=None)
        into = dict(merged.values_list("id", "merged_into_id"))
        before = self.topic.revision
        counted = cast_votes(topic_id=self.people.topic_id, ballots=ballots, at=self.people.at)
        assert counted.revision in (before, before + 1)
        for index, ballot in enumerate(ballots):
            if index in counted.refusals:
                continue
            Interleavings.granted += 1
            key = (into.get(ballot.suggestion_id) or ballot.suggestion_id, ballot.actor.user_id)
            self.acknowledged.pop(key, None)
            if ballot.choice is not None:
                self.acknowledged[key] = ballot.choice

    @rule(what=st.sampled_from(GOING_BY), seldom=FEW)
    def goes_by(self, what: str, seldom: int) -> None:
        """Time passes, or the clock is set; the moderator may end the topic, and the secretary freeze it."""
        match what:
            case "a second":
                self.people.at += dt.timedelta(seconds=1)
            case "a minute":
                self.people.at += dt.timedelta(minutes=1)
            case "ten minutes" if not seldom:
                self.people.at += dt.timedelta(minutes=10)
            case "set back" if not seldom:
                self.people.at -= dt.timedelta(hours=1)
                self.hours_off += 1
            case "set right":
                self.people.at += dt.timedelta(hours=self.hours_off)
                self.hours_off = 0
            case "close" if not seldom:
                with suppress(Refused):
                    close_topic(topic_id=self.people.topic_id, by=self.people.moderator, at=self.people.at)
            case "freeze" if rules.phase(self.topic, self.people.at) is Phase.CLOSED:
                self.freeze()

    def freeze(self) -> None:
        """What is frozen says what was acknowledged."""
        summary = freeze_deliberation(
            deliberation_id=self.topic.deliberation_id, by=self.people.secretary, at=self.people.at
        )
        (topic,) = summary.snapshot["topics"]
        frozen = {
            one["id"]: (one["support"], one["neutral"], one["oppose"])
            for one in topic["suggestions"]
            if one["support"] or one["neutral"] or one["oppose"]
        }
        assert frozen == self.counted()

    # ── What the network does ─────────────────────────────────────────────────────────────────────────────────────

    @rule(
        process=st.integers(0, 1),
        fates=st.lists(st.sampled_from(HINT_FATES), min_size=1),
        polls=st.booleans(),
        told=st.booleans(),
    )
    def hints_travel(self, process: int, fates: list[str], polls: bool, told: bool) -> None:
        """Hints arrive, in order or not, arrive again, or never; the process may ask the database, and tell its pages."""
        there = self.processes[process]
        for fate in fates[: len(there.hints)]:
            hint = there.hints.pop(0)
            if fate in ("comes", "comes again"):
                there.hear(hint)
            if fate in ("waits", "comes again"):
                there.hints.append(hint)
        if polls:
            there.poll(self.topic)
        if told:
            there.tick(self.topic, self.people.at)

    @rule(page=st.integers(0, 2), fates=st.lists(st.sampled_from(FRAME_FATES), min_size=1))
    def read(self, page: int, fates: list[str]) -> None:
        """What is under way to a page arrives; updates may be missing or come twice. A gap is asked about at once."""
        reader = self.pages[page]
        for fate in fates:
            if not reader.inbox:
                return
            message = reader.inbox.pop(0)
            if fate == "is lost" and message.startswith(b'{"type":"update"'):
                continue
            if fate == "comes again":
                reader.inbox.append(message)
            if reader.take(message):
                self.resync(page)

    def resync(self, page: int) -> None:
        """A page asks for what it has missed."""
        reader = self.pages[page]
        for process in self.processes:
            if reader in process.pages:
                process.welcome(reader, max(0, reader.sight.revision), self.topic, self.people.at)

    @rule(page=st.integers(0, 2), process=st.integers(0, 1), afresh=st.booleans())
    def reconnect(self, page: int, process: int, afresh: bool) -> None:
        """A page loses what was under way, and comes back, perhaps elsewhere, from where it was or loaded anew."""
        reader = self.pages[page]
        for one in self.processes:
            if reader in one.pages:
                one.pages.remove(reader)
        if afresh:
            reader.sight = Sight()
        reader.inbox.clear()
        to = self.processes[process % 2]
        to.pages.append(reader)
        since = reader.sight.revision if reader.sight.revision >= 0 else None
        to.welcome(reader, since, self.topic, self.people.at)

    # ── What always holds ─────────────────────────────────────────────────────────────────────────────────────────

    def counted(self) -> dict[int, tuple[int, int, int]]:
        """What the acknowledged votes add up to by suggestion, and what those add up to that were cast for merged ones."""
        stands = Vote.objects.filter(topic_id=self.people.topic_id).exclude(suggestion__merged_into=None)
        rows = stands.exclude(choice=None).values_list("suggestion_id", "choice")
        below = [(suggestion, str(choice)) for suggestion, choice in rows]
        return tallies_of(
            [*((suggestion, choice) for (suggestion, _), choice in self.acknowledged.items()), *below]
        )

    @invariant()
    def the_votes_are_those_that_were_acknowledged(self) -> None:
        """A, B and C: the acknowledged votes, no others, each once, and the tallies are their sum."""
        assert standing(self.topic) == self.acknowledged
        keys = Vote.objects.filter(topic_id=self.people.topic_id).values_list("suggestion_id", "voter_id")
        assert len(set(keys)) == len(keys)
        rows = Suggestion.objects.filter(topic_id=self.people.topic_id)
        stated = {
            number: tuple(tally) for number, *tally in rows.values_list("id", "support", "neutral", "oppose")
        }
        assert {number: tally for number, tally in stated.items() if any(tally)} == self.counted()
        assert set(stated) == set(self.posted.values())

    @invariant()
    def what_came_after_makes_any_page_fresh(self) -> None:
        """D: events on an old snapshot equal the fresh snapshot, as an update and as a welcome that catches up."""
        mark_phase(topic_id=self.people.topic_id, at=self.people.at)
        topic, at = self.topic, self.people.at
        fresh = Page(None)
        fresh.take(encode(welcome(topic, None, None, at)))
        for page in self.pages:
            since = page.sight.revision
            if since < 0:
                continue
            caught_up = (
                welcome(topic, None, since, at),
                *([looks.update_of(changes_of(topic, since, at=at))] if since < topic.revision else []),
            )
            for frame in caught_up:
                updated = Page(None, copy.deepcopy(page.sight))
                assert not updated.take(encode(frame))
                assert updated.sight.state() == fresh.sight.state()

    @invariant()
    def nothing_moves_once_it_is_closed(self) -> None:
        """The totals of a closed topic are final."""
        if rules.phase(self.topic, self.people.at) is not Phase.CLOSED:
            assert self.final is None
            return
        totals = sorted(stood(self.topic), key=str)
        self.final = totals if self.final is None else self.final
        assert totals == self.final

    def settle(self) -> None:
        """Time goes by without anybody doing anything: hints or not, everybody is told."""
        mark_phase(topic_id=self.people.topic_id, at=self.people.at)
        for process in self.processes:
            process.poll(self.topic)
            process.tick(self.topic, self.people.at)
        fresh = Page(None)
        fresh.take(encode(welcome(self.topic, None, None, self.people.at)))
        for number, page in enumerate(self.pages):
            while page.inbox:
                self.read(number, ["comes"])
            # A beacon that is ahead.
            if page.sight.revision < self.topic.revision:
                self.resync(number)
                self.read(number, ["comes"])
            assert page.sight.state() == fresh.sight.state()
        assert verify_journal(topic_id=self.people.topic_id).faults == ()
        assert compare_tallies(topic_id=self.people.topic_id) == ()
        assert exported_tallies(journal_lines(self.people.topic_id)) == self.counted()


def exported_tallies(lines: Iterable[str]) -> dict[int, tuple[int, int, int]]:
    """The votes of an exported journal, counted by itself as docs/verify.md does."""
    said: dict[tuple[int, str], tuple[str | None, int]] = {}
    edges: dict[int, tuple[int, int]] = {}
    for line in lines:
        entry = json.loads(line)
        for suggestion, voter, choice in entry["payload"].get("votes", ()):
            said[suggestion, voter] = (choice, entry["revision"])
        for child, parent in entry["payload"].get("edges", ()):
            if entry["kind"] == "merged":
                edges[child] = (parent, entry["revision"])
            else:
                del edges[child]
    rows = [(suggestion, voter, *stand) for (suggestion, voter), stand in said.items()]
    below = [
        (suggestion, choice)
        for suggestion, _voter, choice, _revision in rows
        if suggestion in edges and choice
    ]
    return tallies_of(
        [*((suggestion, choice) for (suggestion, _voter), choice in together(rows, edges).items()), *below]
    )


def tallies_of(votes: Iterable[tuple[int, str]]) -> dict[int, tuple[int, int, int]]:
    """(support, neutral, oppose) by suggestion, of those that have any."""
    counts = Counter(votes)
    return {
        number: (counts[number, "support"], counts[number, "neutral"], counts[number, "oppose"])
        for number in {suggestion for suggestion, _ in counts}
    }


def bounds(*, examples: int, steps: int) -> settings:
    """So many runs of at most so many steps."""
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
    )


def main() -> None:
    """Print how many wishes were granted; ends with an error that shows the shortest run that breaks something."""
    parser = argparse.ArgumentParser(description="Random interleavings on the database of DATABASE_URL.")
    parser.add_argument("--examples", type=int, default=200)
    parser.add_argument("--steps", type=int, default=80)
    chosen = parser.parse_args()
    run_state_machine_as_test(Interleavings, settings=bounds(examples=chosen.examples, steps=chosen.steps))
    sys.stdout.write(f"{Interleavings.granted}\n")


if __name__ == "__main__":
    main()
