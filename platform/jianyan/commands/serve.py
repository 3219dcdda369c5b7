"""`jianyan serve`: the site, in this process."""

from __future__ import annotations

import click
from daphne.cli import CommandLineInterface
from django.conf import settings

from jianyan.commands import preflight
from jianyan.language import gettext as _

# Twice the protocol's 64 KiB: what is a little too long still reaches the consumer, which closes with 4413.
# Beyond this Daphne drops the connection without a close frame, and the client would only come back.
LARGEST_FRAME = 131_072
# Seconds: a half-open connection is gone after their sum.
PING_INTERVAL = 5
PING_TIMEOUT = 10


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
    "--access-log", type=click.Path(dir_okay=False, allow_dash=True), help=_("Log requests there; -: here.")
)
def command(host: str, port: int, access_log: str | None) -> None:
    """Check what must hold, say where the site is, and serve."""
    preflight.require_writable(settings.VAR)
    preflight.require_database()
    preflight.require_static_files()
    port = preflight.free_port(host, port)
    click.echo(_("Jianyan is running at {} (Ctrl-C stops it)").format(site_address(host, port)))
    serve(host=host, port=port, access_log=access_log)


def site_address(host: str, port: int) -> str:
    """The address to open in a browser on this machine."""
    reachable = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{reachable}:{port}/"


def serve(*, host: str, port: int, access_log: str | None = None) -> None:
    """Run Daphne with our limits; returns after SIGINT or SIGTERM."""
    CommandLineInterface().run(
        [
            *("--bind", host, "--port", str(port)),
            *("--websocket-max-message-size", str(LARGEST_FRAME)),
            *("--websocket-max-frame-size", str(LARGEST_FRAME)),
            *("--ping-interval", str(PING_INTERVAL), "--ping-timeout", str(PING_TIMEOUT)),
            *("--verbosity", "0", "--no-server-name"),
            *(("--access-log", access_log) if access_log else ()),
            "jianyan.asgi:application",
        ]
    )
