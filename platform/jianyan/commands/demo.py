"""`jianyan demo`: the fictional county, live, in one command."""

from __future__ import annotations

import sys

import click
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from jianyan.commands import preflight, servers
from jianyan.commands.failure import WronglyConfigured
from jianyan.commands.listening import listen
from jianyan.commands.progress import watched
from jianyan.commands.serve import site_address
from jianyan.demo import backstage, leaflet, loading, preparing, programme
from jianyan.language import gettext as _


@click.command(help=_("Set up the demonstration, a fictional county with a live topic, and run it."))
@click.option("--reset", is_flag=True, help=_("Delete what was done in the demonstration and begin anew."))
@click.option("--host", default="127.0.0.1", show_default=True, help=_("The address to listen on."))
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=settings.PORT,
    show_default=True,
    help=_("The port to listen on; $PORT by default; 0: any that is free."),
)
@click.option("--backstage", "behind", metavar="SITE", hidden=True)
def command(host: str, port: int, behind: str | None, *, reset: bool) -> None:
    """Prepare, tell visitors how to sign in, and serve until Ctrl-C."""
    if behind is not None:
        backstage.run(behind, sys.stdin.buffer)
        return
    if settings.SETTINGS_MODULE == "jianyan.settings.prod":
        raise WronglyConfigured(_("The demonstration is not for production: everybody knows its passwords."))
    port = preflight.free_port(host, port)
    preflight.require_writable(settings.VAR)
    prepare(reset=reset)
    with transaction.atomic():
        topic = programme.be_ready(timezone.now())
    site = site_address(host, port).rstrip("/")
    leaflet.note(site, topic.pk)
    click.echo(leaflet.text(site, topic.pk, topic.title))
    with backstage.backstage(site):
        servers.run("daphne", servers.Post(listen(host, port)))


def prepare(*, reset: bool) -> None:
    """Load the demonstration unless it is there; raises WronglyConfigured where something else is."""
    try:
        if reset:
            preparing.clear()
        if preparing.is_prepared():
            return
    except preparing.HoldsOtherData as other:
        raise WronglyConfigured(
            _("The database of {} holds other data; set JIANYAN_VAR to another directory.").format(
                settings.VAR
            )
        ) from other
    click.echo(_("Preparing the demonstration, once; this takes about a quarter of a minute …"))
    loading.load(timezone.now(), lambda past: watched(past, _("Deliberations of the past year")))
