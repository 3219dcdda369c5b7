"""The sockets that the site listens on."""

from __future__ import annotations

import errno
import socket
import sys

from jianyan.commands.failure import WronglyConfigured
from jianyan.commands.words import reason
from jianyan.language import gettext as _

BACKLOG = 2_048
"""Connections that may wait to be accepted: a whole hall comes back within the same second."""


BALANCED = sys.platform == "linux"
"""Whether the system spreads connections over several sockets on one port (SO_REUSEPORT; elsewhere the last gets all)."""


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there, and that nobody else can listen beside. Port 0: one that the system chooses.

    Raises WronglyConfigured when the port is in use or the address not this machine's.
    """
    opened = _bound(host, port)
    try:
        opened.listen(BACKLOG)
    except OSError as error:
        opened.close()
        raise _refused(host, port, error) from error
    return opened


def reserve(host: str, port: int) -> socket.socket:
    """Keep a port for sockets that `join` it. Raises WronglyConfigured as `listen` does.

    It listens at no moment: whoever is let in then would find nobody.
    """
    with _bound(host, port) as probe:
        number = port_of(probe)
    reserved = _bound(host, number, shared=True)
    # Sockets that join are let in by SO_REUSEPORT. With this one on as well, a second site could slip in before they do.
    reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
    return reserved


def join(host: str, port: int) -> socket.socket:
    """A socket that listens on a reserved port beside others. Raises WronglyConfigured."""
    opened = _bound(host, port, shared=True)
    opened.listen(BACKLOG)
    return opened


def port_of(bound: socket.socket) -> int:
    """The port it is bound to."""
    number: int = bound.getsockname()[1]
    return number


def _bound(host: str, port: int, *, shared: bool = False) -> socket.socket:
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        opened = socket.socket(family, kind, protocol)
        try:
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if shared:
                opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            opened.bind(address)
        except OSError:
            opened.close()
            raise
    except OSError as error:
        raise _refused(host, port, error) from error
    return opened


def _refused(host: str, port: int, error: OSError) -> WronglyConfigured:
    if error.errno == errno.EADDRINUSE:
        return WronglyConfigured(_("Port {} is in use; choose another with --port or PORT.").format(port))
    return WronglyConfigured(_("Cannot listen on {}: {}").format(f"{host}:{port}", reason(error)))
