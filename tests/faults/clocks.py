"""Row 12: clocks that are off by an hour, at the client or at the server, and are set while votes come in."""

from __future__ import annotations

import asyncio
import json
from itertools import pairwise
from pathlib import Path

from playwright.async_api import expect

from tests.faults.browsing import SOON, phone
from tests.faults.closing import after_closing, steer
from tests.faults.crowd import Crowd
from tests.faults.hall import Audit, Hall
from tests.faults.rig import Case, Outcome, Row, Server, Stage, compare, stage
from tests.faults.shifted_clock import HOUR, set_clock

EARLY = f"""(() => {{
    const Right = Date;
    const shifted = Right.now() + {HOUR * 1000};
    const began = performance.now();
    globalThis.Date = class extends Right {{
        constructor(...parts) {{ parts.length ? super(...parts) : super(Date.now()); }}
        static now() {{ return Math.round(shifted + performance.now() - began); }}
    }};
}})();"""
"""A browser on a device whose clock is an hour fast."""


def set_back(case: Case) -> Outcome:
    """A member's clock is an hour fast; then the server's is set back by an hour, while it is open and once closed."""
    with stage(case) as here:
        hall = here.fill(members=case.pick(short=8, long=40))
        server = here.serve(module="tests.faults.shifted_clock")
        return asyncio.run(_set_back(case, here, hall, server))


async def _set_back(case: Case, here: Stage, hall: Hall, server: Server) -> Outcome:
    outcome = Outcome()
    loop = asyncio.get_running_loop()
    directory = Path(server.site.environment["JIANYAN_VAR"])
    async with Crowd([server.url], hall, rate=case.pick(short=8, long=6)) as crowd:
        await _member_is_early(server, crowd, outcome)
        crowd.begin()
        await crowd.served()
        # The topic opened five minutes ago: by that clock, in an hour. The server's clock decides.
        set_clock(directory, -HOUR)
        await crowd.refusals("not_open", len(crowd.members))
        set_clock(directory, 0)
        began = loop.time()
        await crowd.served()
        outcome.recovery.append(loop.time() - began)
        # Closed is closed, whichever clock says that it is not.
        await asyncio.to_thread(steer, server.url, hall.topic, hall.moderator, "close")
        for seconds in (-1, -HOUR):
            set_clock(directory, seconds)
            await crowd.refusals("voting_closed", crowd.refused["voting_closed"] + len(crowd.members))
        set_clock(directory, 0)
        await crowd.calm()
        found = await asyncio.to_thread(here.audit, hall)
        compare(crowd, found, outcome)
        outcome.faults += after_closing(crowd, found)
        outcome.notes.append(f"times of the journal run backwards {_backwards(found)} times")
        _seconds, differences = await crowd.agree()
        outcome.faults += differences
    return outcome


async def _member_is_early(server: Server, crowd: Crowd, outcome: Outcome) -> None:
    """Whose clock is an hour fast sees the time that really remains, and their vote counts."""
    async with phone(server.url, crowd.hall, crowd.hall.members[0], script=EARLY) as device:
        await device.live()
        remaining = await device.page.locator("#remaining").inner_text()
        # It closes eight hours after it was made, just now.
        if "7:5" not in remaining:
            outcome.faults.append(f"a clock that is fast is told that {remaining!r}")
        button = device.page.locator("#list button[data-choice=support]").first
        await button.click()
        await expect(button).to_have_attribute("aria-pressed", "true", timeout=SOON)
        await expect(button.locator(".stand-count")).to_have_text("1", timeout=SOON)
        await button.click()
        await expect(button.locator(".stand-count")).to_have_text("0", timeout=SOON)


def _backwards(found: Audit) -> int:
    times = [json.loads(line)["at"] for line in found.journal]
    return sum(later < earlier for earlier, later in pairwise(times))


SET_BACK = Row(12, "clocks off by an hour, and set back", set_back)
