"""Row 16: a newer version takes over while pages of the old one are open."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from playwright.async_api import expect

from tests.faults.browsing import SOON, phone
from tests.faults.crowd import Crowd
from tests.faults.hall import Hall
from tests.faults.proxy import Proxy
from tests.faults.rig import Case, Outcome, Row, Server, Stage, conclude, stage

DRAFT = "写到一半的建言:在医院东侧两条支路划三十分钟车位。"


def upgraded(case: Case) -> Outcome:
    """A page with a draft, and a vote that it could not send, loads itself again: the draft is there, the vote counts."""
    with stage(case) as here:
        hall = here.fill(members=case.pick(short=6, long=30))
        return asyncio.run(_upgraded(here, hall, here.serve()))


async def _upgraded(here: Stage, hall: Hall, old: Server) -> Outcome:
    outcome = Outcome()
    loop = asyncio.get_running_loop()
    writer, *others = hall.members
    crowd = Crowd([old.url], replace(hall, members=tuple(others)))
    async with Proxy(old.port) as proxy, phone(proxy.url, hall, writer) as device:
        page = device.page
        await device.live()
        await page.evaluate("document.documentElement.dataset.old = 'yes'")
        await page.fill("#text", DRAFT)
        async with crowd:
            crowd.begin()
            await crowd.served()
            await crowd.calm()
        code = await asyncio.to_thread(old.stop)
        if code:
            outcome.faults.append(f"the old version ended with {code}")
        button = page.locator("#list button[data-choice=support]").first
        suggestion = await button.get_attribute("value")
        await button.click()
        began = loop.time()
        new = await asyncio.to_thread(here.serve, module="tests.faults.newer_version")
        proxy.target = new.port
        await expect(page.locator("html[data-old]")).to_have_count(0, timeout=2 * SOON)
        await device.live()
        outcome.notes.append(f"loaded again {loop.time() - began:.1f} s after the upgrade began")
        try:
            await expect(page.locator("#text")).to_have_value(DRAFT, timeout=SOON)
        except AssertionError:
            outcome.faults.append(f"of the draft there is {await page.input_value('#text')!r}")
        sent = page.locator(f"#list button[data-choice=support][value='{suggestion}']")
        await expect(sent).to_have_class("button stand-button", timeout=SOON)
        await expect(sent).to_have_attribute("aria-pressed", "true", timeout=SOON)
        await page.click("#write button")
        await expect(page.locator("#text")).to_have_value("", timeout=SOON)
        found = await asyncio.to_thread(here.audit, hall)
        if (int(suggestion or 0), writer.user, "support") not in found.votes:
            outcome.faults.append("the vote that could not be sent is not stored")
        if (writer.user, DRAFT) not in {(one.author, one.text) for one in found.suggestions}:
            outcome.faults.append("the draft that was sent is not stored")
        await conclude_with(here, new, crowd, outcome)
    return outcome


async def conclude_with(here: Stage, new: Server, before: Crowd, outcome: Outcome) -> None:
    """What was acknowledged before the upgrade and what is after it: A to D."""
    async with Crowd([new.url], before.hall, seed=2) as crowd:
        crowd.wishes.update(before.wishes)
        crowd.ideas += before.ideas
        crowd.begin()
        await crowd.served()
        await conclude(here, crowd, outcome)


UPGRADED = Row(16, "an upgrade with old pages open", upgraded)
