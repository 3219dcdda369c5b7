"""`jianyan serve`: the site."""

from __future__ import annotations

import asyncio
import socket
import sys

import click
from channels.routing import get_default_application
from django.conf import settings

from jianyan import metrics
from jianyan.commands import preflight, servers, supervision
from jianyan.commands.listening import BALANCED, join, listen, port_of, reserve
from jianyan.language import gettext as _


@click.command(help=_("Run the site until it is stopped with Ctrl-C or SIGTERM."))
@click.option("--host", default="127.0.0.1", show_default=True, help=_("The address to listen on."))
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=settings.PORT,
    show_default=True,
    help=_("The port to listen on; $PORT by default; 0: any that is free."),
)
@click.option(
    "--server",
    type=click.Choice(list(servers.SERVERS)),
    default="daphne",
    show_default=True,
    help=_("The web server; uvicorn is the faster one."),
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help=_("How many processes; more than one needs REDIS_URL."),
)
@click.option(
    "--access-log", type=click.Path(dir_okay=False, allow_dash=True), help=_("Log requests there; -: here.")
)
@click.option("--listening", type=int, hidden=True)
@click.option("--worker", type=int, hidden=True)
def command(
    host: str,
    port: int,
    server: str,
    workers: int,
    access_log: str | None,
    listening: int | None,
    worker: int | None,
) -> None:
    """Check what must hold, say where the site is, and serve.

    A worker is this command with `--worker` (its end of the supervisor's channel) and, where sockets cannot share a
    port, `--listening` (the one socket of all); both are descriptors.
    """
    servers.require_server(server)
    preflight.require_possible(workers)
    preflight.require_writable(settings.VAR)
    preflight.require_database()
    preflight.require_static_files()
    if worker is None:
        preflight.warn(workers)
    with servers.requests_log(access_log) as log:
        if worker is not None:
            begun = supervision.attend(socket.socket(fileno=worker))
            # Before the socket is open: what is to be loaded is not waited for by members.
            get_default_application()
            own = join(host, port) if listening is None else socket.socket(fileno=listening)
            servers.run(server, servers.Post(own, log, begun))
        elif workers > 1:
            supervise(host, port, server, workers, access_log)
        else:
            with listen(host, port) as alone:
                announce(host, alone)
                servers.run(server, servers.Post(alone, log))


def supervise(host: str, port: int, server: str, workers: int, access_log: str | None) -> None:
    """Serve with several processes until SIGINT or SIGTERM."""
    with (reserve if BALANCED else listen)(host, port) as bound:
        announce(host, bound)
        metrics.prepare(port_of(bound))
        arguments = ["--host", host, "--port", str(port_of(bound)), "--server", server]
        if access_log is not None:
            arguments += ["--access-log", access_log]
        inherited = [] if BALANCED else [bound.fileno()]
        arguments += [f"--listening={descriptor}" for descriptor in inherited]
        # -P: the directory we happen to be in has no part in what is imported.
        command = [sys.executable, "-P", "-m", "jianyan", "serve", *arguments, "--worker"]
        asyncio.run(supervision.Supervisor(workers, command, inherited).run())


def announce(host: str, bound: socket.socket) -> None:
    """Say where the site is."""
    click.echo(_("Jianyan is running at {} (Ctrl-C stops it)").format(site_address(host, port_of(bound))))


def site_address(host: str, port: int) -> str:
    """The address to open in a browser on this machine."""
    reachable = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{reachable}:{port}/"
