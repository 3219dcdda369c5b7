"""Sentences that a command passes on from elsewhere: click's, the system's, SQLite's. Here for the catalogue.

click looks them up through gettext, once `jianyan.language.speak` has told it where; the others are looked up by us.
"""

from __future__ import annotations

from jianyan.language import gettext as _

CLICK = (
    _("Usage:"),
    _("Options"),
    _("Commands"),
    _("Show this message and exit."),
    _("default: {default}"),
    _("required"),
    _("Aborted!"),
    _("Error: {message}"),
    _("Try '{command} {option}' for help."),
    _("Invalid value for {param_hint}: {message}"),
    _("Invalid value: {message}"),
    _("Missing argument"),
    _("Missing option"),
    _("Missing command."),
    _("No such command {name!r}."),
    _("No such option {name!r}."),
    _("Option {name!r} does not take a value."),
    _("{name} {filename!r} does not exist."),
    _("{name} {filename!r} is a directory."),
    _("{name} {filename!r} is not readable."),
    _("{value!r} is not a valid {number_type}."),
    _("{value} is not in the range {range}."),
    _("File"),
    _("file"),
    _("path"),
)
SYSTEM = (
    _("No such file or directory"),
    _("Not a directory"),
    _("Is a directory"),
    _("Permission denied"),
    _("Operation not permitted"),
    _("Read-only file system"),
    _("No space left on device"),
    _("File name too long"),
    _("Input/output error"),
    _("Cannot assign requested address"),
)
DATABASE = (
    _("unable to open database file"),
    _("database is locked"),
    _("file is not a database"),
    _("attempt to write a readonly database"),
    _("database or disk is full"),
    _("database disk image is malformed"),
)


def reason(error: OSError) -> str:
    """Why the system did not do it, in the command's language where we know the sentence."""
    return _(error.strerror or str(error))
