"""The subcommands of `jianyan`, each in a module of its own that exposes `command`, loaded when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module, util
from typing import Any

import click
import django
from click.exceptions import NoArgsIsHelpError
from django.db import DatabaseError, connections
from django.utils import translation

from consultations.errors import Refused
from jianyan.commands.failure import CommandFailed, WronglyConfigured
from jianyan.environment import use_settings
from jianyan.language import command_language
from jianyan.language import gettext as _

# Name → one line for `jianyan --help`, which therefore loads none of them.
SUMMARIES = {
    "serve": _("Run the site."),
    "demo": _("Set up the demonstration and run it."),
    "rehearse": _("Rehearse a session at the desk with fake members."),
    "simulate": _("Let simulated members deliberate on a running site."),
    "members": _("Import a roster of members."),
    "events": _("Import events that took place outside the platform."),
    "journal": _("Verify or export a topic's journal."),
    "summary": _("Export or verify a signed summary."),
    "report": _("Write the annual report as a file."),
    "recount": _("Count a topic's votes again from its journal."),
    "mail": _("Send the e-mails that wait."),
    "remind": _("Remind of referrals whose day has come."),
    "search": _("Make the entries of the search anew."),
    "scans": _("Check scans and attachments."),
    "backup": _("Write the whole database to one file."),
    "restore": _("Put a backup in the place of the database."),
    "secret": _("Make a SECRET_KEY."),
    "manage": _("Run one of Django's management commands, such as migrate."),
}
# These run before there are settings to load.
WITHOUT_SETTINGS = frozenset({"secret"})
# These serve many threads. Any other command has one, and is told at once why it gets no connection.
POOLED = frozenset({"serve", "demo"})


def set_up() -> None:
    """Load the settings and the applications, and speak the command's language; exits with 2 on bad settings."""
    use_settings()
    django.setup()
    translation.activate(command_language())


class Subcommands(click.Group):
    """Lists the subcommands without loading them, and turns a refusal into one line."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Those whose module is installed, in the order of SUMMARIES."""
        return [name for name in SUMMARIES if util.find_spec(f"{__name__}.{name}")]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load that subcommand; None where there is none of this name."""
        if cmd_name not in self.list_commands(ctx):
            return None
        if cmd_name not in WITHOUT_SETTINGS:
            set_up()
        if cmd_name not in WITHOUT_SETTINGS | POOLED:
            connections.settings["default"]["OPTIONS"].pop("pool", None)
        command: click.Command = import_module(f"{__name__}.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list for `--help`."""
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, SUMMARIES[name]) for name in self.list_commands(ctx)])

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Read the options before the subcommand."""
        with _told_in_one_line():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Run it; a refusal of the domain or of the database ends as one line and code 1."""
        try:
            with _told_in_one_line():
                return super().invoke(ctx)
        except Refused as refusal:
            raise CommandFailed(refusal.message) from refusal
        except DatabaseError as error:
            if ctx.invoked_subcommand != "manage":
                # It knows better what is wrong, where nothing can be done: no server, no tables.
                import_module(f"{__name__}.preflight").require_database()
            raise CommandFailed(_("The database refused: {}").format(_(str(error).strip()))) from error


@contextmanager
def _told_in_one_line() -> Iterator[None]:
    """Wrong usage, without the synopsis that click prints above it."""
    try:
        yield
    except NoArgsIsHelpError:
        raise
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx is not None else "jianyan"
        hint = _("Try '{command} {option}' for help.").format(command=command, option="--help")
        raise WronglyConfigured(f"{error.format_message()} {hint}") from error


@click.group(
    cls=Subcommands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help=_("Jianyan 建言: online deliberation. Settings come from the environment, see docs/operating.md."),
    epilog=_(
        "Ends with 0 when done, 1 when refused or a fault was found, 2 on wrong usage or configuration."
    ),
)
@click.version_option(package_name="jianyan", help=_("Show the version and exit."))
def jianyan() -> None:
    """Hold the subcommands together; does nothing by itself."""
