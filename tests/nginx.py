"""A real nginx before a running site, with our platform/deploy/nginx.conf: only ports, paths and the name are others."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import socket
import ssl
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.processes import end, free_port, listening, wait_until
from tests.servers import ROOT, Missing

CONFIGURATION = ROOT / "platform" / "deploy" / "nginx.conf"
NAME = "localhost"
"""What the site is called here: every machine knows it, and browsers take its cookies."""

# What Debian's /etc/nginx/nginx.conf says around a site, with every path in the test's own directory.
AROUND = """\
{user}
worker_processes 2;
pid {directory}/nginx.pid;
error_log {directory}/error.log;
daemon off;
events {{ worker_connections 1024; }}
http {{
    access_log {directory}/access.log;
    client_body_temp_path {directory}/body;
    proxy_temp_path {directory}/proxy;
    fastcgi_temp_path {directory}/fastcgi;
    uwsgi_temp_path {directory}/uwsgi;
    scgi_temp_path {directory}/scgi;
    include {directory}/site.conf;
}}
"""


@dataclass(frozen=True)
class Nginx:
    """A running proxy; `certificate` is what a client must trust, `plain_port` the one that leads to https."""

    port: int
    plain_port: int
    certificate: Path
    directory: Path

    @property
    def url(self) -> str:
        """`https://localhost:<port>`."""
        return f"https://{NAME}:{self.port}"

    @property
    def websocket_url(self) -> str:
        """`wss://localhost:<port>`."""
        return f"wss://{NAME}:{self.port}"

    @property
    def trust(self) -> ssl.SSLContext:
        """A client's TLS that trusts this proxy and nobody else."""
        return ssl.create_default_context(cafile=str(self.certificate))

    def errors(self) -> str:
        """What it has complained about."""
        return (self.directory / "error.log").read_text()


def nginx_binary() -> str:
    """The machine's nginx. Raises Missing."""
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if found is None:
        raise Missing("nginx: install nginx-light (or nginx)")
    return found


@contextmanager
def nginx(upstream: int) -> Iterator[Nginx]:
    """Our configuration before the site on that port of 127.0.0.1, on free ports of its own."""
    binary = nginx_binary()
    with tempfile.TemporaryDirectory(prefix="jianyan-nginx-") as name:
        directory = Path(name)
        proxy = Nginx(free_port(), free_port(), directory / "fullchain.pem", directory)
        make_certificate(proxy.certificate, directory / "key.pem")
        (directory / "site.conf").write_text(configuration(proxy, upstream))
        main = directory / "nginx.conf"
        # As root its workers would be `nobody`, who may not read this directory.
        main.write_text(AROUND.format(directory=directory, user="user root;" if os.geteuid() == 0 else ""))
        log = directory / "said.log"
        with log.open("w") as output:
            process = subprocess.Popen(
                [binary, "-c", str(main), "-p", str(directory), "-e", str(directory / "error.log")],
                stdout=output,
                stderr=subprocess.STDOUT,
                text=True,
            )
        try:
            wait_until(lambda: listening(proxy.port), process=process, log=directory / "error.log")
            yield proxy
        finally:
            end(process)


def configuration(proxy: Nginx, upstream: int) -> str:
    """platform/deploy/nginx.conf before that port; fails where it no longer says what is to be replaced."""
    text = CONFIGURATION.read_text(encoding="utf-8")
    for written, here in {
        "server 127.0.0.1:8000 ": f"server 127.0.0.1:{upstream} ",
        "jianyan.example": NAME,
        "/etc/jianyan/tls/fullchain.pem": str(proxy.certificate),
        "/etc/jianyan/tls/key.pem": str(proxy.directory / "key.pem"),
        "/var/cache/jianyan": str(proxy.directory / "cache"),
        # In this order: a free port may begin with 80.
        **_listening("80", proxy.plain_port),
        **_listening("443 ssl", proxy.port),
    }.items():
        assert written in text, written
        text = text.replace(written, here)
    return text


def _listening(written: str, port: int) -> dict[str, str]:
    """The replacements of `listen`; the machine may have no IPv6."""
    here = written.replace(written.split(maxsplit=1)[0], str(port))
    other = f"    listen [::1]:{here}" if socket.has_ipv6 and _has_ipv6_loopback() else "    #"
    return {f"    listen [::]:{written}": other, f"    listen {written}": f"    listen 127.0.0.1:{here}"}


def _has_ipv6_loopback() -> bool:
    with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
        try:
            probe.bind(("::1", 0))
        except OSError:
            return False
        return True


def make_certificate(certificate: Path, key: Path) -> None:
    """A certificate for `localhost`, signed by itself, good for a day."""
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = dt.datetime.now(dt.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(private, hashes.SHA256())
    )
    certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    key.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
