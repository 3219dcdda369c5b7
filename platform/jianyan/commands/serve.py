"""`jianyan serve`: the site."""

from __future__ import annotations

import click
from django.conf import settings

from jianyan.commands import preflight, servers
from jianyan.commands.listening import listen, port_of
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
    "--access-log", type=click.Path(dir_okay=False, allow_dash=True), help=_("Log requests there; -: here.")
)
def command(host: str, port: int, server: str, access_log: str | None) -> None:
    """Check what must hold, say where the site is, and serve."""
    servers.require_server(server)
    preflight.require_writable(settings.VAR)
    preflight.require_database()
    preflight.require_static_files()
    with servers.requests_log(access_log) as log, listen(host, port) as listening:
        click.echo(
            _("Jianyan is running at {} (Ctrl-C stops it)").format(site_address(host, port_of(listening)))
        )
        servers.run(server, servers.Post(listening, log))


def site_address(host: str, port: int) -> str:
    """The address to open in a browser on this machine."""
    reachable = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{reachable}:{port}/"
