"""`jianyan rehearse`: a flood of ideas by members who do not exist, for whoever will sit at the desk."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import click
from django.conf import settings
from django.utils import timezone

from jianyan.accounts.models import User
from jianyan.commands import preflight
from jianyan.commands.failure import CommandFailed, WronglyConfigured
from jianyan.commands.serve import site_address
from jianyan.demo.catalogue import issue, issues
from jianyan.language import gettext as _
from jianyan.rehearsal import hall, plan, report
from jianyan.rehearsal.crowd import Crowd, NotLetIn
from jianyan.simulation.sessions import headers_for

# Names the directory that a rehearsal has to itself, for the process that runs in it.
STAGE = "JIANYAN_REHEARSAL"
MARK = ".rehearsal"
STARTS_WITHIN = 60.0
ENDS_WITHIN = 10.0
# Seconds between two looks at what still waits.
LOOK = 0.5


@click.command(
    help=_(
        "Rehearse a session: fake members send in ideas at a pace, you moderate them, and a report says how long "
        "each waited and what was missed. It has a database of its own, nothing of yours is touched."
    )
)
@click.option(
    "--topic",
    type=click.Choice([one.slug for one in issues()]),
    default="parking",
    show_default=True,
    help=_("What is deliberated about."),
)
@click.option(
    "--per-minute", type=click.FloatRange(1, 600), default=30.0, show_default=True, help=_("Ideas a minute.")
)
@click.option(
    "--voters", type=click.IntRange(0, 120), default=40, show_default=True, help=_("Who support them.")
)
@click.option("--host", default="127.0.0.1", show_default=True, help=_("The address to listen on."))
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    help=_("The port to listen on; any that is free by default."),
)
@click.option(
    "--scripted",
    is_flag=True,
    help=_(
        "Let a scripted moderator do it, with the keyboard of a real browser (needs Playwright and Chromium)."
    ),
)
@click.option(
    "--reads",
    type=click.FloatRange(0, 60),
    default=0.8,
    show_default=True,
    help=_("Seconds for which the scripted moderator reads each."),
)
@click.option("--only", hidden=True, default="")
def command(
    topic: str,
    per_minute: float,
    voters: int,
    host: str,
    port: int,
    only: str,
    reads: float,
    *,
    scripted: bool,
) -> None:
    """Begin anew in a directory of its own, in a process of its own."""
    if os.environ.get(STAGE) != str(settings.VAR):
        process = subprocess.Popen(_again(), env=_own_environment())
        # Ctrl-C ends the rehearsal, which then reports.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        raise SystemExit(process.wait())
    positions = tuple(int(word) for word in only.split(",") if word)
    turns = plan.plan(issue(topic), per_minute=per_minute, positions=positions)
    scene = hall.found(issue(topic), timezone.now(), voters=voters)
    free = preflight.free_port(host, port)
    site = site_address(host, free).rstrip("/")
    with _serving(host, free, site):
        members = {*(scene.authors[turn.idea.text] for turn in turns), *scene.voters}
        users = list(User.objects.filter(pk__in=members))
        headers = dict(zip((user.pk for user in users), headers_for(users), strict=True))
        crowd = Crowd(site, scene.topic.pk, turns, scene.authors, scene.voters, headers)
        click.echo(_leaflet(site, scene))
        moderate = _scripted(site, scene, turns, reads) if scripted else _by_hand
        with _performing(crowd) as begin:
            told = moderate(begin, lambda: _waiting(scene, len(turns)))
    found = report.report_on(scene.topic.pk, turns)
    click.echo(words(found, per_minute))
    click.echo(told)
    if scripted and not found.passed:
        raise SystemExit(1)


def _again() -> list[str]:
    return [sys.executable, "-P", "-m", "jianyan", "rehearse", *sys.argv[2:]]


def _own_environment() -> dict[str, str]:
    """An empty directory, and neither the site's database nor its Redis. Raises WronglyConfigured."""
    own: Path = settings.VAR / "rehearsal"
    if own.exists():
        if any(own.iterdir()) and not (own / MARK).exists():
            raise WronglyConfigured(_("{} holds something else than a rehearsal.").format(own))
        shutil.rmtree(own)
    own.mkdir(parents=True)
    (own / MARK).touch()
    without = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "DJANGO_SETTINGS_MODULE")
    kept = {name: value for name, value in os.environ.items() if name not in without}
    return kept | {"JIANYAN_ENV": "dev", "JIANYAN_VAR": str(own), STAGE: str(own)}


@contextmanager
def _serving(host: str, port: int, site: str) -> Iterator[None]:
    """The site, in a process that ends with this one."""
    command = [sys.executable, "-P", "-m", "jianyan", "serve", "--host", host, "--port", str(port)]
    with (settings.VAR / "serve.log").open("wb") as log:
        # In a session of its own: the members leave before it when somebody presses Ctrl-C.
        server = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
    try:
        deadline = time.monotonic() + STARTS_WITHIN
        while not _answers(site):
            if server.poll() is not None or time.monotonic() > deadline:
                raise CommandFailed(_("The site did not start; see {}.").format(settings.VAR / "serve.log"))
            time.sleep(0.1)
        yield
    finally:
        server.terminate()
        try:
            server.wait(ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _answers(site: str) -> bool:
    with suppress(URLError, OSError), urlopen(f"{site}/healthz", timeout=2) as answer:  # noqa: S310 - our own
        return bool(answer.status == 200)
    return False


@contextmanager
def _performing(crowd: Crowd) -> Iterator[Callable[[], None]]:
    """The members, in a thread; what is yielded lets them begin. Raises CommandFailed where they were not let in."""
    loop = asyncio.new_event_loop()
    begun, over = asyncio.Event(), asyncio.Event()
    failed: list[BaseException] = []

    def perform() -> None:
        try:
            loop.run_until_complete(crowd.perform(begun, over))
        except BaseExceptionGroup as group:
            failed.extend(group.exceptions)

    def begin() -> None:
        loop.call_soon_threadsafe(begun.set)

    thread = threading.Thread(target=perform)
    thread.start()
    try:
        yield begin
    finally:
        begin()
        loop.call_soon_threadsafe(over.set)
        thread.join()
        loop.close()
    for failure in failed:
        if isinstance(failure, NotLetIn):
            raise CommandFailed(_("The site refused the fake members ({}).").format(failure)) from failure
        raise failure


def _waiting(scene: hall.Hall, expected: int) -> int:
    """How many are still to come or to be decided."""
    decided = scene.topic.suggestions.exclude(status="pending").count()
    return expected - decided


def _by_hand(begin: Callable[[], None], waiting: Callable[[], int]) -> str:
    """Somebody at the desk; ends when everything is decided, or with Ctrl-C."""
    click.prompt(_("Open the desk, then press Enter here to begin"), default="", show_default=False)
    begin()
    with suppress(KeyboardInterrupt):
        while left := waiting():
            click.echo("\r" + _("{} to go").format(left).ljust(20), nl=False)
            time.sleep(LOOK)
    return ""


def _scripted(
    site: str, scene: hall.Hall, turns: tuple[plan.Turn, ...], reads: float
) -> Callable[[Callable[[], None], Callable[[], int]], str]:
    """A moderator with the keyboard of a real browser. Raises WronglyConfigured where there is no browser."""
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError as missing:
        raise WronglyConfigured(_("--scripted needs Playwright: pip install playwright.")) from missing
    from jianyan.rehearsal.moderator import Moderator

    chromium = next((path for name in _BROWSERS if (path := shutil.which(name))), None)
    if chromium is None:
        raise WronglyConfigured(_("--scripted needs Chromium or Chrome on the PATH."))

    by_text = {turn.idea.text: turn for turn in turns}
    seen: list[Moderator] = []

    def at_the_desk(begin: Callable[[], None], over: threading.Event) -> None:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            moderator = Moderator(browser, site, scene.topic.pk, by_text, reads=reads)
            seen.append(moderator)
            moderator.sign_in(hall.MODERATOR, scene.password)
            begin()
            while not over.is_set():
                if not moderator.look():
                    over.wait(0.1)
            browser.close()

    def moderate(begin: Callable[[], None], waiting: Callable[[], int]) -> str:
        over = threading.Event()
        # In a thread of its own: Playwright runs an event loop, in which Django does not ask the database.
        with ThreadPoolExecutor(1) as pool:
            working = pool.submit(at_the_desk, begin, over)
            try:
                while not working.done() and waiting():
                    time.sleep(LOOK)
            finally:
                over.set()
            working.result()
        (moderator,) = seen
        return _("Of {} merges the desk had offered {} by itself.").format(moderator.merged, moderator.hinted)

    return moderate


_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def _leaflet(site: str, scene: hall.Hall) -> str:
    return "\n".join(
        [
            "",
            _("Rehearsal: {}").format(scene.topic.title),
            _("The desk: {}").format(f"{site}/desk/{scene.topic.pk}/"),
            _("The big screen: {}").format(f"{site}/topics/{scene.topic.pk}/screen/"),
            _("Sign in as: {}   password: {}").format(hall.MODERATOR, scene.password),
            "",
        ]
    )


def words(found: report.Report, per_minute: float) -> str:
    """The report as it is printed."""
    names = {
        plan.Remedy.PUBLISH: _("to be published"),
        plan.Remedy.RETURN: _("to be returned"),
        plan.Remedy.DECLINE: _("to be declined"),
        plan.Remedy.MERGE: _("to be merged"),
    }
    waits = found.waits
    slow = waits[int(len(waits) * 0.95)] if waits else 0.0
    lines = [
        "",
        _("{} ideas at {:g} a minute, {} votes").format(len(found.outcomes), per_minute, found.votes),
        _(
            "Waiting time: median {:.1f} s, 95 % within {:.1f} s, longest {:.1f} s (to stay below {:g} s)"
        ).format(found.median, slow, found.longest, report.LONGEST),
    ]
    for remedy, name in names.items():
        concerned = found.of(remedy)
        if concerned:
            right = sum(one.right for one in concerned)
            lines.append(_("{}: {} of {} right").format(name, right, len(concerned)))
    lines.extend(
        _("No. {} {}: {} (right: {})").format(
            one.number or "–",
            one.turn.idea.text[:24],
            one.status or "–",
            _(" or ").join(names[remedy] for remedy in one.turn.right),
        )
        for one in found.wrong
    )
    lines.append(_("The journal holds.") if found.sound else _("The journal does NOT hold."))
    return "\n".join(lines)
