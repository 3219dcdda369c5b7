"""A crowd of scripted clients that writes down what it wished, and what it was told became of it.

The clients are the project's own (`jianyan.simulation.client`): over real WebSockets, back by themselves with the
protocol's pauses, and sending again under the old reference whatever has no answer. A crowd adds the storm and the
record. Everything runs on one event loop.

    crowd = Crowd([server.url], hall, rate=6.0, seed=1, hurried=not case.long)
    async with crowd:                # everybody is in
        crowd.begin()                # the storm: votes, ideas
        before = crowd.connections()
        …                            # the fault
        await crowd.back(before)     # seconds until everybody has a new connection and a welcome
        await crowd.served()         # seconds until everybody has had something granted that was wished from now on
        await crowd.calm()           # the storm ends; every wish has its answer
        faults = await crowd.agree() # D: everybody sees what a fresh welcome shows
    crowd.wishes, crowd.ideas        # the record, for `invariants.judge`
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from jianyan.simulation.client import Answer, TopicClient, View
from tests.faults.hall import Hall, Key, Person

LOOK = 0.02
"""Seconds between two looks at whether something has come true."""
PATIENCE = 90.0
"""Seconds until the rig gives up; the limits that are promised are judged by the rows."""
OPEN_AT_ONCE = 8
"""Wishes without an answer that one member has at most: what is sent again is below the server's limit of pace."""
IDEAS = 4
"""Ideas that one member posts at most."""
IDEA_SHARE = 0.03
"""How many of the wishes are ideas."""
HURRIED = 0.3
"""Seconds of the longest pause of clients that are told to hurry."""
CHOICES = ("support", "neutral", "oppose", None)


class Stalled(Exception):
    """What was to come true has not, within PATIENCE."""


@dataclass(slots=True)
class Wished:
    """One vote. `answer` None: never answered. `until`: how many wishes for its key there were at the answer."""

    key: Key
    choice: str | None
    made: float
    answer: Answer | None = None
    until: int = 0
    answered: float = 0.0


@dataclass(slots=True)
class Idea:
    """One suggestion; its text is unlike every other."""

    user: int
    text: str
    made: float
    answer: Answer | None = None


@dataclass(slots=True)
class Sight(View):
    """A view that keeps the themes as well."""

    themes: list[Any] = field(default_factory=list)

    def take_welcome(self, frame: Mapping[str, Any]) -> None:
        """As it is, with the themes."""
        View.take_welcome(self, frame)
        if frame["revision"] == self.revision:
            self._take_themes(frame)

    def take_update(self, frame: Mapping[str, Any]) -> bool:
        """As it is, with the themes."""
        news = frame["revision"] > self.revision
        taken = View.take_update(self, frame)
        if news and taken:
            self._take_themes(frame)
        return taken

    def _take_themes(self, frame: Mapping[str, Any]) -> None:
        self.themes = frame["themes"] if frame.get("themes") is not None else self.themes

    def state(self) -> dict[str, Any]:
        """What must be the same for everybody: all but what is one's own, or counts milliseconds or heads."""
        kept = ("name", "posting", "voting", "paused")
        return {
            "revision": self.revision,
            "phase": {name: self.phase.get(name) for name in kept},
            "themes": self.themes,
            "tallies": dict(self.tallies),
            "suggestions": {
                number: {name: value for name, value in one.items() if name not in ("mine", "tally")}
                for number, one in self.suggestions.items()
            },
            "people": {name: self.people.get(name) for name in ("posted", "voted")},
        }


class Device(TopicClient):
    """A client that counts answers nobody waits for: a second answer to one wish is a fault.

    `hurried`: its pauses before another attempt are short, where nobody is judged by them.
    """

    def __init__(
        self, site: str, topic: int, headers: Mapping[str, str], *, dice: random.Random, hurried: bool = False
    ) -> None:
        super().__init__(site, topic, headers, dice=dice)
        self.sight = Sight()
        self.view = self.sight
        self.stray = 0
        self._hurried = hurried

    def _pause(self) -> float:
        pause = super()._pause()
        return min(HURRIED, pause) if self._hurried else pause

    def _answer(self, reference: str | None, code: str, revision: int) -> None:
        if reference not in self._wishes:
            self.stray += 1
        super()._answer(reference, code, revision)


class Member:
    """One person with one device."""

    def __init__(self, person: Person, device: Device, dice: random.Random) -> None:
        self.person = person
        self.device = device
        self.dice = dice
        self.open = 0
        self.ideas = 0
        self.granted = 0.0
        """When the newest wish was made that was granted."""
        self.task: asyncio.Task[int | None] | None = None


class Crowd:
    """Members at one or more sites (spread evenly) of one topic. `rate`: wishes per second of each.

    `hurried`: they come back at once, and not with the protocol's pauses. `targets`: the suggestions that are voted on,
    where it is not every public one.
    """

    def __init__(
        self,
        sites: Sequence[str],
        hall: Hall,
        *,
        rate: float = 6.0,
        seed: int = 1,
        hurried: bool = False,
        targets: Sequence[int] | None = None,
    ) -> None:
        self._dice = random.Random(seed)
        self._hurried = hurried
        self._targets = targets
        self._sites = tuple(sites)
        self._rate = rate
        self._seed = seed
        self.hall = hall
        self.wishes: defaultdict[Key, list[Wished]] = defaultdict(list)
        self.ideas: list[Idea] = []
        self.refused: Counter[str] = Counter()
        self._storm: list[asyncio.Task[None]] = []
        self._storming = False
        self.members = [
            Member(person, self._device(index, person.headers), random.Random(seed * 10_000 + index))
            for index, person in enumerate(hall.members)
        ]

    # ── Coming and going ──────────────────────────────────────────────────────────────────────────────────────────

    async def __aenter__(self) -> Self:
        """Let everybody in."""
        for member in self.members:
            member.task = asyncio.create_task(member.device.run())
        await until(self._all_here, "everybody is in")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Everybody leaves."""
        self._storming = False
        tasks: list[asyncio.Task[Any]] = [*self._storm]
        tasks += [member.task for member in self.members if member.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def connections(self) -> list[int]:
        """How often each has been connected."""
        return [member.device.connections for member in self.members]

    async def back(self, before: Sequence[int], *, patience: float = PATIENCE) -> float:
        """Wait until everybody has another connection than `before`, and a welcome; seconds."""
        return await until(
            lambda: (
                self._all_here()
                and all(now > then for now, then in zip(self.connections(), before, strict=True))
            ),
            "everybody is back",
            patience=patience,
        )

    def _all_here(self) -> bool:
        return all(member.device.welcomed.is_set() for member in self.members)

    def _device(self, index: int, headers: Mapping[str, str]) -> Device:
        site = self._sites[index % len(self._sites)]
        return Device(site, self.hall.topic, headers, dice=self._dice, hurried=self._hurried)

    # ── The storm ─────────────────────────────────────────────────────────────────────────────────────────────────

    def begin(self) -> None:
        """From now on everybody wishes, until `calm`."""
        self._storming = True
        self._storm = [asyncio.create_task(self._take_part(member)) for member in self.members]

    async def calm(self, *, patience: float = PATIENCE) -> float:
        """No more wishes; wait until all have their answers; seconds."""
        self._storming = False
        await asyncio.gather(*self._storm)
        self._storm = []
        return await until(
            lambda: not any(member.open for member in self.members),
            "every wish is answered",
            patience=patience,
        )

    async def served(self, members: Sequence[Member] | None = None, *, patience: float = PATIENCE) -> float:
        """Wait until each has had something granted that was wished from now on; seconds."""
        now = asyncio.get_running_loop().time()
        return await until(
            lambda: all(member.granted > now for member in members or self.members),
            "everybody is granted something again",
            patience=patience,
        )

    async def refusals(self, code: str, count: int, *, patience: float = PATIENCE) -> float:
        """Wait until so many wishes in all have been refused with that code; seconds."""
        return await until(lambda: self.refused[code] >= count, f"{count} times {code}", patience=patience)

    def vote(self, member: Member, suggestion: int, choice: str | None) -> asyncio.Future[Answer]:
        """Have a member vote, and write it down."""
        made = asyncio.get_running_loop().time()
        wished = Wished((suggestion, member.person.user), choice, made)
        line = self.wishes[wished.key]
        line.append(wished)
        answer = member.device.vote(suggestion, choice)

        def take(answer: Answer) -> None:
            wished.answer = answer
            wished.until = len(line)
            wished.answered = asyncio.get_running_loop().time()

        self._write_down(member, answer, made, take)
        return answer

    def suggest(self, member: Member, text: str) -> asyncio.Future[Answer]:
        """Have a member post an idea, and write it down. The text must be unlike every other."""
        made = asyncio.get_running_loop().time()
        idea = Idea(member.person.user, text, made)
        self.ideas.append(idea)
        answer = member.device.suggest(text)

        def take(answer: Answer) -> None:
            idea.answer = answer

        self._write_down(member, answer, made, take)
        return answer

    def _write_down(
        self, member: Member, answer: asyncio.Future[Answer], made: float, take: Callable[[Answer], None]
    ) -> None:
        member.open += 1

        def answered(done: asyncio.Future[Answer]) -> None:
            member.open -= 1
            if done.cancelled():
                return
            take(done.result())
            if done.result().accepted:
                member.granted = max(member.granted, made)
            else:
                self.refused[done.result().code] += 1

        answer.add_done_callback(answered)

    async def _take_part(self, member: Member) -> None:
        while self._storming:
            await asyncio.sleep(min(1.0, member.dice.expovariate(self._rate)))
            if not self._storming or member.open >= OPEN_AT_ONCE:
                continue
            if member.ideas < IDEAS and member.dice.random() < IDEA_SHARE:
                member.ideas += 1
                self.suggest(
                    member,
                    f"第{member.person.user}号委员的第{member.ideas}条建言({self._seed}):增设夜间公交。",
                )
                continue
            view = member.device.view
            public = [number for number in self._targets or view.suggestions if number not in view.own]
            # Half of all votes go to the first three: members meet, and change their minds.
            few = public[:3] if member.dice.random() < 0.5 else public
            if few:
                self.vote(member, member.dice.choice(few), member.dice.choice(CHOICES))

    # ── The record ────────────────────────────────────────────────────────────────────────────────────────────────

    def everything(self) -> Iterator[Wished | Idea]:
        """All wishes, of votes and of ideas."""
        for line in self.wishes.values():
            yield from line
        yield from self.ideas

    @property
    def acknowledged(self) -> int:
        """How many wishes were granted so far."""
        return sum(one.answer is not None and one.answer.accepted for one in self.everything())

    @property
    def unanswered(self) -> int:
        """How many wishes have no answer so far."""
        return sum(one.answer is None for one in self.everything())

    # ── D ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    async def agree(self, *, patience: float = PATIENCE) -> tuple[float, list[str]]:
        """Wait until everybody sees what a fresh welcome of each site shows; (seconds, who does not)."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        faults = ["nobody has looked"]
        while faults and loop.time() - began < patience:
            shown = [await self.fresh(site) for site in self._sites]
            faults = _differences(self.members, shown)
            if faults:
                await asyncio.sleep(0.1)
        return loop.time() - began, faults

    async def fresh(self, site: str) -> Sight:
        """What a member of the audience sees who comes just now."""
        device = self._device(self._sites.index(site), {})
        task = asyncio.create_task(device.run())
        try:
            await until(device.welcomed.is_set, "a fresh client is welcomed")
        finally:
            task.cancel()
            await asyncio.wait([task])
        return device.sight


def _differences(members: Sequence[Member], shown: Sequence[Sight]) -> list[str]:
    truth = shown[0].state()
    faults = [
        f"the sites differ in {name}"
        for other in shown[1:]
        for name in truth
        if other.state()[name] != truth[name]
    ]
    for member in members:
        seen = member.device.sight.state()
        faults += [
            f"D: member {member.person.user} sees {name} {seen[name]!r:.300}, a fresh client {truth[name]!r:.300}"
            for name in truth
            if seen[name] != truth[name]
        ]
    return faults


async def until(ready: Callable[[], bool], what: str, *, patience: float = PATIENCE) -> float:
    """Wait until it is so; seconds. Raises Stalled, which says what has not come true."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    while not ready():
        if loop.time() - began > patience:
            raise Stalled(f"not so after {patience:.0f} s: {what}")
        await asyncio.sleep(LOOK)
    return loop.time() - began
