"""The sockets that the site listens on."""

from __future__ import annotations

import errno
import socket

from jianyan.commands.failure import WronglyConfigured
from jianyan.commands.words import reason
from jianyan.language import gettext as _

BACKLOG = 2_048
"""Connections that may wait to be accepted: a whole hall comes back within the same second."""


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there, and that nobody else can listen beside. Port 0: one that the system chooses.

    Raises WronglyConfigured when the port is in use or the address not this machine's.
    """
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        opened = socket.socket(family, kind, protocol)
        try:
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            opened.bind(address)
            opened.listen(BACKLOG)
        except OSError:
            opened.close()
            raise
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            message = _("Port {} is in use; choose another with --port or PORT.").format(port)
        else:
            message = _("Cannot listen on {}: {}").format(f"{host}:{port}", reason(error))
        raise WronglyConfigured(message) from error
    return opened


def port_of(listening: socket.socket) -> int:
    """The port it is bound to."""
    number: int = listening.getsockname()[1]
    return number
