"""What was told compared with what is stored: A, B and C. (D is the crowd's: `Crowd.agree`.)

A: the wish of a member for a suggestion that was acknowledged last stands, unless a later one without an answer (or
refused with `try_again`, of which nobody knows whether the commit was the last thing that succeeded) has taken its
place. And at every acknowledgement the journal must have said so at the revision that was acknowledged: what a crash
has taken back is found even where the member has voted anew since.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.faults.crowd import Crowd, Idea, Wished
from tests.faults.hall import CHOICES, Audit, Key


@dataclass(slots=True)
class Judgement:
    """`lost`: a sentence for each acknowledged wish that is not stored; `faults`: whatever else does not hold.

    `undecided`: how many members stand where a wish put them that was refused with `try_again`.
    """

    lost: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    undecided: int = 0


def judge(crowd: Crowd, found: Audit) -> Judgement:
    """Compare the crowd's record with an audit of the database that was taken while nobody wrote."""
    judgement = Judgement()
    _votes(crowd.wishes, found, judgement)
    _ideas(crowd.ideas, found, judgement)
    judgement.faults += _one_vote_each(found)
    judgement.faults += _tallies(found)
    stray = sum(member.device.stray for member in crowd.members)
    if stray:
        judgement.faults.append(f"{stray} answers that nobody waited for")
    return judgement


def judge_copy(crowd: Crowd, found: Audit, *, before: float) -> list[str]:
    """What is wrong with a copy of the database, begun at that time (of the loop), in which the crowd went on.

    Whatever was acknowledged by then is in it, and it is consistent.
    """
    faults = [*_one_vote_each(found), *_tallies(found)]
    for line in crowd.wishes.values():
        faults += [
            _told(line, index, "what an older copy says")
            for index, one in enumerate(line)
            if _is_granted(one) and one.answered <= before and not _was_journalled(line, index, found)
        ]
    return faults


def _is_open(wished: Wished | Idea) -> bool:
    """Whether nobody can tell if it was done."""
    return wished.answer is None or wished.answer.code == "try_again"


def possible_ends(line: Sequence[Wished]) -> set[str | None]:
    """The stands of which one must be stored after these wishes of one device for one key."""
    ends: set[str | None] = {None}
    for wished in line:
        if _is_granted(wished):
            ends = {wished.choice}
        elif _is_open(wished):
            ends.add(wished.choice)
    return ends


def _is_granted(wished: Wished | Idea) -> bool:
    return wished.answer is not None and wished.answer.accepted


def _votes(wishes: dict[Key, list[Wished]], found: Audit, judgement: Judgement) -> None:
    stored = {(suggestion, voter): choice for suggestion, voter, choice in found.votes}
    for key, line in wishes.items():
        granted = [index for index, one in enumerate(line) if _is_granted(one)]
        lost = {index for index in granted if not _was_journalled(line, index, found)}
        if stored.get(key) not in possible_ends(line):
            if granted:
                lost.add(granted[-1])
            else:
                judgement.faults.append(f"a refused vote has left a trace: {key} is {stored.get(key)}")
        elif stored.get(key) not in possible_ends(
            [one for one in line if one.answer is None or _is_granted(one)]
        ):
            judgement.undecided += 1
        judgement.lost += [_told(line, index, stored.get(key)) for index in sorted(lost)]


def _told(line: Sequence[Wished], index: int, stored: str | None) -> str:
    wished = line[index]
    revision = wished.answer.revision if wished.answer is not None else None
    return (
        f"A: vote {index + 1} of {len(line)} for {wished.key} was {wished.choice}, acknowledged at revision {revision}; "
        f"stored is {stored}"
    )


def _was_journalled(line: Sequence[Wished], index: int, found: Audit) -> bool:
    """Whether the journal, at the acknowledged revision, says what was wished, or what was wished meanwhile."""
    wished = line[index]
    assert wished.answer is not None
    if wished.answer.revision > found.revision:
        return False
    said = found.journalled(wished.key, wished.answer.revision)
    return said in {later.choice for later in line[index : max(wished.until, index + 1)]}


def _ideas(ideas: Sequence[Idea], found: Audit, judgement: Judgement) -> None:
    stored = Counter((one.author, one.text) for one in found.suggestions)
    for idea in ideas:
        times = stored[idea.user, idea.text]
        if _is_granted(idea) and not times:
            judgement.lost.append(f"A: the idea {idea.text!r} was acknowledged and is not stored")
        elif times > 1:
            judgement.faults.append(f"the idea {idea.text!r} is stored {times} times")
        elif times and not _is_granted(idea) and not _is_open(idea):
            judgement.faults.append(f"the idea {idea.text!r} was refused and is stored")


def _one_vote_each(found: Audit) -> list[str]:
    rows = Counter((suggestion, voter) for suggestion, voter, _choice in found.votes)
    return [f"B: {key} has {count} votes" for key, count in rows.items() if count > 1]


def _tallies(found: Audit) -> list[str]:
    """C: rows of suggestions = count of the votes = journal's votes = journal's tallies; and what the commands say."""
    faults = [f"C: {sentence}" for sentence in found.chain_faults]
    for name, (code, said) in found.commands.items():
        if code:
            faults.append(f"C: jianyan {name} ended with {code}: {said.strip()}")
    counted: dict[int, list[int]] = {one.id: [0, 0, 0] for one in found.suggestions}
    for suggestion, _voter, choice in found.votes:
        if choice is not None:
            counted[suggestion][CHOICES.index(choice)] += 1
    replayed = found.replayed()
    for one in found.suggestions:
        same = (
            counted[one.id],
            replayed.get(one.id, [0, 0, 0]),
            found.stated.get(one.id, [0, 0, 0]),
        )
        if any(tally != list(one.tally) for tally in same):
            faults.append(
                f"C: suggestion {one.id} states {list(one.tally)}; counted {same[0]}, journal {same[1]}, {same[2]}"
            )
    return faults
