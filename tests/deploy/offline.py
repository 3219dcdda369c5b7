"""Installs an unpacked bundle and serves from it, where there is no network. Run by test_bundle.py, in a process of its own:

    python offline.py BUNDLE DIRECTORY [--isolated]

prints one JSON object with what it saw. With --isolated it is in a network namespace of its own, and proves it.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import socket
import struct
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

NAME = "jianyan.example"
SIOCSIFFLAGS = 0x8914
IFF_UP = 1
DEADLINE = 60.0


def raise_loopback() -> None:
    """A new namespace has a loopback that is down, and nothing else."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sH22x", b"lo", IFF_UP))


def run(*words: str, cwd: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(words, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(words)}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def get(port: int, path: str) -> tuple[int, bytes]:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", headers={"Host": NAME, "X-Forwarded-Proto": "https"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.status, answer.read()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main(bundle: Path, directory: Path, *, isolated: bool) -> None:
    if isolated:
        raise_loopback()
    target = directory / "opt"
    # Nothing of the checkout or of its environment: only what a bare machine has.
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(directory),
        "LANG": "C.UTF-8",
        # Where the namespace is the machine's own, whoever tries to reach out is turned away.
        **dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9"),
        "PYTHON": sys.executable,
    }
    installed = run("./install", str(target), cwd=bundle, environment=environment)
    jianyan = str(target / "bin" / "jianyan")
    environment |= {
        "JIANYAN_ENV": "prod",
        "SECRET_KEY": run(jianyan, "secret", cwd=directory, environment=environment).strip(),
        "ALLOWED_HOSTS": NAME,
        "TRUSTED_PROXY_COUNT": "1",
        "JIANYAN_VAR": str(directory / "var"),
        "JIANYAN_LANG": "en",
    }
    (directory / "var").mkdir()
    run(jianyan, "manage", "migrate", "--verbosity", "0", cwd=directory, environment=environment)
    run(jianyan, "manage", "collectstatic", "--noinput", cwd=directory, environment=environment)
    port = free_port()
    with (directory / "serve.log").open("w") as log:
        server = subprocess.Popen(
            [jianyan, "serve", "--port", str(port)],
            cwd=directory,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    deadline = time.monotonic() + DEADLINE
    while True:
        try:
            health, _body = get(port, "/healthz")
            break
        except OSError:
            if server.poll() is not None or time.monotonic() > deadline:
                sys.exit((directory / "serve.log").read_text())
            time.sleep(0.1)
    page, body = get(port, "/accounts/login/")
    [sheet, *_others] = re.findall(r'href="(/static/[^"]+\.css)"', body.decode())
    seen = {
        "interfaces": [name for _number, name in socket.if_nameindex()],
        "installed": installed,
        "version": run(jianyan, "--version", cwd=directory, environment=environment).strip(),
        "packages": run(
            str(target / "bin" / "python"),
            *("-c", "import jianyan, consultations; print(jianyan.__file__, consultations.__file__)"),
            cwd=directory,
            environment=environment,
        ).split(),
        "health": health,
        "page": page,
        "is_chinese": "登录" in body.decode(),
        "sheet": get(port, sheet)[0],
    }
    server.terminate()
    seen["ended_with"] = server.wait(30)
    sys.stdout.write(json.dumps(seen))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), isolated="--isolated" in sys.argv)
