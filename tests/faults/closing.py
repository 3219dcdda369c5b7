"""Row 11: a topic that closes in the middle of a storm, by the moderator's hand or by the clock."""

from __future__ import annotations

import asyncio
import json
import urllib.request
from typing import Any
from urllib.parse import urlencode

from tests.faults.crowd import Crowd
from tests.faults.hall import Audit, Hall, Person, hurry
from tests.faults.rig import Case, Outcome, Row, Server, Stage, compare, stage

TOKEN = "t" * 32
WRITTEN = {"votes", "posted", "edited", "withdrawn"}
"""What members do, as the journal calls it."""


def closed_by_hand(case: Case) -> Outcome:
    """The moderator closes it at the desk: whatever comes later is refused and leaves no trace."""
    with stage(case) as here:
        hall = here.fill(members=case.pick(short=10, long=100))
        return asyncio.run(_closed(case, here, hall, here.serve(), by_hand=True))


def closed_by_clock(case: Case) -> Outcome:
    """It closes at its time: whatever comes later is refused and leaves no trace."""
    with stage(case) as here:
        hall = here.fill(members=case.pick(short=10, long=100))
        return asyncio.run(_closed(case, here, hall, here.serve(), by_hand=False))


async def _closed(case: Case, here: Stage, hall: Hall, server: Server, *, by_hand: bool) -> Outcome:
    outcome = Outcome()
    loop = asyncio.get_running_loop()
    async with Crowd([server.url], hall, rate=case.pick(short=8, long=6)) as crowd:
        crowd.begin()
        await crowd.served()
        if by_hand:
            await asyncio.to_thread(steer, server.url, hall.topic, hall.moderator, "close")
            over = loop.time()
        else:
            await asyncio.to_thread(hurry, here.environment, hall.topic, case.pick(short=4, long=15))
        await crowd.refusals("voting_closed", crowd.refused["voting_closed"] + len(crowd.members))
        await crowd.calm()
        # Whoever comes has the closing journalled, should no timer have done so yet.
        await crowd.fresh(server.url)
        found = await asyncio.to_thread(here.audit, hall)
        compare(crowd, found, outcome)
        outcome.faults += after_closing(crowd, found)
        if by_hand:
            late = [one for one in crowd.everything() if one.made > over]
            granted = sum(one.answer is not None and one.answer.accepted for one in late)
            outcome.notes.append(f"{len(late)} wishes were made after the closing")
            if granted:
                outcome.faults.append(f"{granted} wishes that were made after the closing were granted")
        _seconds, differences = await crowd.agree()
        outcome.faults += differences
    return outcome


def steer(site: str, topic: int, moderator: Person, step: str) -> None:
    """Have the moderator take the topic to another phase, through the form of the desk. Raises HTTPError."""
    request = urllib.request.Request(
        f"{site}/desk/{topic}/phase",
        data=urlencode({"csrfmiddlewaretoken": TOKEN, "step": step}).encode(),
        headers={"Cookie": f"{moderator.cookie}; csrftoken={TOKEN}", "Origin": site},
    )
    urllib.request.urlopen(request).close()


def after_closing(crowd: Crowd, found: Audit) -> list[str]:
    """What the closing promises: nothing written behind its entry or at a later time, and final totals."""
    entries: list[dict[str, Any]] = [json.loads(line) for line in found.journal]
    end = next((one for one in entries if one["payload"].get("window") == "closed"), None)
    if end is None:
        return ["the journal does not say that the topic has closed"]
    faults = [
        f"entry {one['revision']} ({one['kind']}) stands behind the closing, {end['revision']}"
        for one in entries
        if one["kind"] in WRITTEN and one["revision"] > end["revision"]
    ]
    faults += [
        f"entry {one['revision']} ({one['kind']}) is of {one['at']}, and the topic closed at {end['payload']['closes_at']}"
        for one in entries
        if one["kind"] in WRITTEN and one["at"] >= end["payload"]["closes_at"]
    ]
    faults += [
        f"acknowledged at revision {one.answer.revision}, behind the closing: {one}"
        for one in crowd.everything()
        if one.answer is not None and one.answer.accepted and one.answer.revision >= end["revision"]
    ]
    final = {number: tally for number, *tally in end["payload"]["tallies"]}
    counted = {one.id: list(one.tally) for one in found.suggestions if any(one.tally)}
    if final != counted:
        faults.append(f"the closing states {final}, counted are {counted}")
    return faults


CLOSED_BY_HAND = Row(11, "closed by the moderator in a storm", closed_by_hand)
CLOSED_BY_CLOCK = Row(11, "closed by the clock in a storm", closed_by_clock)
