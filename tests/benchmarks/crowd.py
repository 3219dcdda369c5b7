"""Everybody who votes and listens, in one thread around one selector; and what they have seen."""

from __future__ import annotations

import heapq
import random
import selectors
from collections import Counter
from collections.abc import Callable, Sequence
from time import perf_counter, process_time
from typing import Any

from tests.benchmarks import wire
from tests.benchmarks.dialects import Dialect, reference
from tests.benchmarks.voter import Lost, Voter

# Listeners who read every tally; of the others it is seen how far they have come.
ATTENTIVE = 20
# A tally that is told later than this after the last acknowledgement was not told in time.
IN_TIME = 1.0
ANSWERS_WITHIN = 30.0
WELCOME_WITHIN = 120.0
# Whoever is refused does not ask again at once.
AFTER_REFUSAL = 0.1
LONGEST_TURN = 0.25


class Vote:
    """A wish that can be sent: its frame is made once."""

    __slots__ = ("frame", "ref", "suggestion", "support")

    def __init__(self, dialect: Dialect, suggestion: int, *, support: bool) -> None:
        self.suggestion = suggestion
        self.support = support
        self.ref = reference(suggestion, support=support).encode()
        self.frame = wire.masked(dialect.vote_frame(suggestion, support=support))


class Crowd:
    """All members of one topic. Truth is what was acknowledged: nobody else votes."""

    def __init__(self, dialect: Dialect, address: tuple[str, int], path: str) -> None:
        self.voters: list[Voter] = []
        self.refused: Counter[str] = Counter()
        # By the reason: connections that the server has ended.
        self.lost: Counter[str] = Counter()
        self._gone: list[Voter] = []
        self._asking: Voter | None = None
        self.acknowledged = 0
        self.sent = 0
        self.latencies: list[float] = []
        self._dialect = dialect
        self._address = address
        self._path = path
        self._selector = selectors.DefaultSelector()
        self._dice = random.Random(7)
        self._suggestions: list[int] = []
        # Support that suggestions had before any of us voted.
        self._before: dict[int, int] = {}
        self._votes: dict[tuple[int, bool], Vote] = {}
        self._by_ref: dict[bytes, Vote] = {}
        self._until = 0.0
        # Until when, and whoever was refused; the number is only for the order.
        self._resting: list[tuple[float, int, Voter]] = []
        self._last_ack = 0.0

    # ── The selector ──────────────────────────────────────────────────────────────────────────────────────────────

    def watch(self, readable: int, heed: Callable[[], None]) -> None:
        """Call `heed` when there is something to read from that descriptor."""
        self._selector.register(readable, selectors.EVENT_READ, heed)

    def turn(self, timeout: float) -> None:
        """Deal with what has come within so many seconds."""
        for key, mask in self._selector.select(timeout):
            if not isinstance(key.data, Voter):
                key.data()
                continue
            try:
                if mask & selectors.EVENT_WRITE:
                    key.data.begin()
                    self._selector.modify(key.fileobj, selectors.EVENT_READ, key.data)
                else:
                    key.data.receive()
            except (Lost, OSError) as reason:
                self._lose(key.data, reason)

    def turn_until(self, done: Callable[[], bool], deadline: float) -> bool:
        """Turn until `done` or until that time of `perf_counter`; whether it is done."""
        while not done():
            remaining = deadline - perf_counter()
            if remaining <= 0:
                return False
            self.turn(min(remaining, LONGEST_TURN))
        return True

    def rest(self, seconds: float) -> None:
        """Only listen for so long."""
        self.turn_until(lambda: False, perf_counter() + seconds)

    # ── Coming and going ──────────────────────────────────────────────────────────────────────────────────────────

    def arrive(self, cookies: Sequence[str], *, together: int) -> float:
        """Let these in, so many at a time; seconds until all have their welcome. Raises Lost where one is not let in."""
        start = perf_counter()
        arriving = 0
        waiting: list[Voter] = []
        while arriving < len(cookies) or waiting:
            while arriving < len(cookies) and len(waiting) < together:
                waiting.append(self._enter(cookies[arriving]))
                arriving += 1
            self.turn(LONGEST_TURN)
            if self.lost:
                raise Lost("; ".join(self.lost))
            waiting = [voter for voter in waiting if not voter.welcome_at]
            if perf_counter() - start > WELCOME_WITHIN:
                raise TimeoutError(f"{len(waiting)} have no welcome after {WELCOME_WITHIN:.0f} s")
        if not self._suggestions:
            self._learn(self.voters[0])
        return perf_counter() - start

    def _enter(self, cookie: str) -> Voter:
        voter = Voter(self._dialect, self._address, self._path, cookie)
        voter.attentive = sum(other.attentive for other in self.voters) < ATTENTIVE
        voter.on_ack = self._take_ack
        voter.on_refusal = self._take_refusal
        self.voters.append(voter)
        self._selector.register(voter.socket, selectors.EVENT_WRITE, voter)
        return voter

    def _learn(self, voter: Voter) -> None:
        self._before = dict(voter.told)
        self._suggestions = list(voter.told)
        for suggestion in self._suggestions:
            for support in (False, True):
                vote = Vote(self._dialect, suggestion, support=support)
                self._votes[suggestion, support] = vote
                self._by_ref[vote.ref] = vote

    def come_back(self, count: int, *, together: int) -> float:
        """So many leave without a farewell and come back; seconds until they have their welcome."""
        leaving = self._dice.sample(self.voters, count)
        for voter in leaving:
            self._let_go(voter)
        seconds = self.arrive([voter.cookie for voter in leaving], together=together)
        for voter, back in zip(leaving, self.voters[-count:], strict=True):
            back.standing = voter.standing
        return seconds

    def _lose(self, voter: Voter, reason: Exception) -> None:
        """The server has hung up. What was acknowledged before still has to be true."""
        self._let_go(voter)
        if voter is not self._asking:
            self.lost[repr(reason)] += 1
            self._gone.append(voter)

    def close(self) -> None:
        """Everybody leaves."""
        for voter in list(self.voters):
            self._let_go(voter)
        self._selector.close()

    def _let_go(self, voter: Voter) -> None:
        self._selector.unregister(voter.socket)
        voter.close()
        self.voters.remove(voter)

    # ── Voting ────────────────────────────────────────────────────────────────────────────────────────────────────

    def storm(self, seconds: float, *, voting: int | None = None) -> dict[str, Any]:
        """So many of them (None: all) send the next vote as soon as the last is answered."""
        start, busy = self._begin()
        self._until = start + seconds
        for voter in self.voters[:voting]:
            self._cast(voter, start)
        while (now := perf_counter()) < self._until:
            while self._resting and self._resting[0][0] <= now:
                self._cast(heapq.heappop(self._resting)[2], now)
            self.turn(min(self._until - now, self._resting[0][0] - now if self._resting else LONGEST_TURN))
        self._resting.clear()
        return self._finish(start, busy)

    def offer(self, seconds: float, *, rate: float, voting: int | None = None) -> dict[str, Any]:
        """Votes come evenly at `rate` a second, whoever is answered or not; waiting counts from when each was due."""
        start, busy = self._begin()
        self._until = 0.0
        among = self.voters[:voting]
        for number in range(int(seconds * rate)):
            due = start + number / rate
            while (now := perf_counter()) < due:
                self.turn(due - now)
            self._cast(self._dice.choice(among), due)
            self.turn(0)
        return self._finish(start, busy)

    def _begin(self) -> tuple[float, float]:
        self.acknowledged = self.sent = 0
        self.refused.clear()
        self.latencies.clear()
        for voter in self.voters:
            voter.frames = voter.tallies = voter.bytes = voter.gaps = 0
        now = self._last_ack = perf_counter()
        return now, process_time()

    def _cast(self, voter: Voter, due: float) -> None:
        if voter.gone:
            return
        count = len(self._suggestions)
        first = int(self._dice.random() * count)
        for place in range(first, first + count):
            suggestion = self._suggestions[place % count]
            if suggestion not in voter.busy:
                break
        else:
            # Every suggestion waits for an answer already: this vote is lost, and `sent` shows it.
            return
        vote = self._votes[suggestion, not voter.standing.get(suggestion, False)]
        voter.busy.add(suggestion)
        voter.sent_at[vote.ref] = due
        self.sent += 1
        try:
            voter.send(vote.frame)
        except OSError as reason:
            self._lose(voter, reason)

    def _take_ack(self, voter: Voter, refs: list[bytes]) -> None:
        now = self._last_ack = perf_counter()
        for ref in refs:
            vote = self._by_ref[ref]
            self.latencies.append(now - voter.sent_at.pop(ref))
            voter.busy.discard(vote.suggestion)
            voter.standing[vote.suggestion] = vote.support
        self.acknowledged += len(refs)
        if now < self._until:
            self._cast(voter, now)

    def _take_refusal(self, voter: Voter, frame: dict[str, Any]) -> None:
        now = perf_counter()
        self.refused[frame["code"]] += 1
        ref = frame["ref"].encode()
        del voter.sent_at[ref]
        voter.busy.discard(self._by_ref[ref].suggestion)
        if now < self._until:
            heapq.heappush(self._resting, (now + AFTER_REFUSAL, self.refused.total(), voter))

    def _finish(self, start: float, busy: float) -> dict[str, Any]:
        self.turn_until(self._all_answered, perf_counter() + ANSWERS_WITHIN)
        seconds = self._last_ack - start
        self.turn_until(lambda: False, self._last_ack + IN_TIME)
        elapsed = perf_counter() - start
        spent = process_time() - busy
        return {
            "seconds": seconds,
            "votes_per_second": self.acknowledged / seconds if seconds else 0.0,
            "sent": self.sent,
            "acknowledged": self.acknowledged,
            "refused": dict(self.refused),
            "unanswered": sum(len(voter.sent_at) for voter in (*self.voters, *self._gone)),
            "lost": dict(self.lost),
            "failures": self.sent - self.acknowledged + self.lost.total(),
            "p50_ms": quantile(self.latencies, 0.5) * 1000,
            "p99_ms": quantile(self.latencies, 0.99) * 1000,
            "frames": sum(voter.frames for voter in self.voters),
            "tally_frames": sum(voter.tallies for voter in self.voters),
            "bytes": sum(voter.bytes for voter in self.voters),
            "generator_cpu_share": spent / elapsed,
            **self._judge(),
        }

    def _all_answered(self) -> bool:
        return not any(voter.sent_at for voter in self.voters)

    # ── Truth ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _judge(self) -> dict[str, Any]:
        """What everybody knows now, beside what a newcomer is told, beside what was acknowledged.

        `true_tallies`: share of suggestions whose stored tally is what was acknowledged. `told_in_time`: of all
        (attentive listener, suggestion), those whose last told number is the stored one. `up_to_date`: share of the
        other listeners whose last frame carries the topic's revision; None where frames have none.
        """
        heard = [dict(voter.told) for voter in self.voters if voter.attentive]
        others = [voter for voter in self.voters if not voter.attentive]
        for voter in others:
            voter.catch_up()
        reached = [voter.revision for voter in others]
        newcomer = self._newcomer()
        stored = newcomer.told
        truth = Counter(self._before)
        for voter in (*self.voters, *self._gone):
            truth.update(suggestion for suggestion, support in voter.standing.items() if support)
        told = [one[suggestion] == count for one in heard for suggestion, count in stored.items()]
        up_to_date = [revision == newcomer.revision for revision in reached]
        return {
            "true_tallies": sum(stored[one] == truth[one] for one in stored) / len(stored),
            "told_in_time": sum(told) / len(told),
            "up_to_date": (
                sum(up_to_date) / len(up_to_date) if up_to_date and newcomer.revision is not None else None
            ),
            "gaps": sum(voter.gaps for voter in self.voters),
        }

    def _newcomer(self) -> Voter:
        """Somebody who was welcomed just now and has left again. A server that is busy is asked until it answers."""
        deadline = perf_counter() + WELCOME_WITHIN
        while perf_counter() < deadline:
            newcomer = self._asking = self._enter(self.voters[0].cookie)
            while not (newcomer.welcome_at or newcomer.gone) and perf_counter() < deadline:
                self.turn(LONGEST_TURN)
            if newcomer.welcome_at:
                self._let_go(newcomer)
                return newcomer
        raise TimeoutError(f"no newcomer has been welcomed within {WELCOME_WITHIN:.0f} s")


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which that share of them lies; 0 of nothing."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
