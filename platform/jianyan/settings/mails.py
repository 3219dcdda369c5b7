"""From EMAIL_URL to Django's settings for sending mail."""

from __future__ import annotations

from email.utils import parseaddr
from typing import NamedTuple, NoReturn
from urllib.parse import unquote, urlsplit

from jianyan.environment import refuse

# smtps is not among them: some mean STARTTLS by it, others TLS from the first byte.
DEFAULT_PORTS = {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}


class Outgoing(NamedTuple):
    """The server that takes our mail. `starttls` and `tls` exclude each other; without either, nothing is encrypted."""

    host: str
    port: int
    user: str
    password: str
    starttls: bool
    tls: bool


def from_url(url: str) -> Outgoing:
    """The server of `smtp://…`, `smtp+tls://…` or `smtp+ssl://…`; anything else ends the process with code 2."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        _refuse_url()
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname or port == 0:
        _refuse_url()
    return Outgoing(
        host=parts.hostname,
        port=port or DEFAULT_PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        starttls=parts.scheme == "smtp+tls",
        tls=parts.scheme == "smtp+ssl",
    )


def require_sender(sender: str) -> None:
    """Exits with 2 where it is not one address, with or without a name before it."""
    _name, address = parseaddr(sender)
    if "@" not in address or not sender.isprintable():
        refuse(
            "EMAIL_FROM",
            zh="设置了 EMAIL_URL 时必须写明发件人，如 建言 <jianyan@county.example>。",
            en="must name the sender where EMAIL_URL is set, such as Jianyan <jianyan@county.example>.",
        )


def _refuse_url() -> NoReturn:
    refuse(
        "EMAIL_URL",
        zh="应形如 smtp+tls://用户:口令@主机:587，或 smtp+ssl://…:465、smtp://…:25。",
        en="must look like smtp+tls://user:password@host:587, or smtp+ssl://…:465, or smtp://…:25.",
    )
