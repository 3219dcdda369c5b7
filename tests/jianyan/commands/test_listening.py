"""The sockets of the site: a port is kept for several processes without anybody being let in before one is there."""

from __future__ import annotations

import socket

import pytest

from jianyan.commands.failure import WronglyConfigured
from jianyan.commands.listening import join, listen, port_of, reserve
from tests.processes import free_port, listening

HOST = "127.0.0.1"


def test_a_reserved_port_lets_nobody_in_until_somebody_joins(monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    with monkeypatch.context() as patch:
        # Not even for the moment in which it is found out whether the port is free.
        patch.setattr(socket.socket, "listen", None, raising=False)
        reserved = reserve(HOST, port)
    with reserved:
        assert not listening(port)
        with join(HOST, port):
            assert listening(port)


def test_a_port_is_reserved_by_one_alone() -> None:
    with reserve(HOST, free_port()) as reserved:
        for take in (reserve, listen):
            with pytest.raises(WronglyConfigured):
                take(HOST, port_of(reserved))


def test_a_port_at_which_somebody_listens_is_not_reserved() -> None:
    with listen(HOST, free_port()) as opened, pytest.raises(WronglyConfigured):
        reserve(HOST, port_of(opened))
