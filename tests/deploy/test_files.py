"""The files of platform/deploy say what the site takes: its commands, its variables, its limits; and no secret has a default."""

from __future__ import annotations

import configparser
import json
import re
import shlex
from typing import Any

import click
import pytest
import yaml

from jianyan.commands import jianyan
from jianyan.commands.supervision import PATIENCE
from jianyan.settings import places
from tests.servers import ROOT

DEPLOY = ROOT / "platform" / "deploy"
OPERATING = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
VARIABLES = set(re.findall(r"^\| `([A-Z_]+)` \|", OPERATING, re.MULTILINE))
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")


def compose() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return content


def unit(name: str) -> configparser.RawConfigParser:
    """A unit; of a key that is there more than once, the last."""
    parser = configparser.RawConfigParser(strict=False, delimiters=["="])
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(DEPLOY / "systemd" / name, encoding="utf-8")
    return parser


def written_commands() -> list[str]:
    """Every command of ours in those files, without its path."""
    texts = [path.read_text(encoding="utf-8") for path in (DEPLOY / "systemd").glob("*.service")]
    words = [" ".join(service.get("command", ())) for service in compose()["services"].values()]
    words += [
        " ".join(json.loads(listed)) for listed in re.findall(r"^CMD (\[.+\])$", DOCKERFILE, re.MULTILINE)
    ]
    words += re.findall(r"/opt/jianyan/bin/(jianyan [^'\n]+)", "".join(texts))
    return [line for line in words if line.startswith("jianyan ")]


@pytest.mark.parametrize("command", written_commands())
def test_every_command_is_one_that_there_is(command: str) -> None:
    filled = command.replace("${WORKERS:-2}", "2").replace("$(date +%%F)", "2026-11-26")
    name, found, rest = jianyan.resolve_command(click.Context(jianyan), shlex.split(filled)[1:])
    assert found is not None
    if name != "manage":
        found.make_parser(click.Context(found)).parse_args(rest)


def test_those_commands_were_all_found() -> None:
    assert len(written_commands()) == 5


def test_every_variable_that_is_set_is_one_that_is_read() -> None:
    names = set(compose()["x-site"]["environment"])
    for service in (DEPLOY / "systemd").glob("*.service"):
        names |= set(re.findall(r"(\w+)=", unit(service.name)["Service"]["Environment"]))
    names |= set(re.findall(r"^(?:ENV|   ) (\w+)=", DOCKERFILE, re.MULTILINE))
    assert names - VARIABLES == {"PYTHONUNBUFFERED", "PATH"}
    assert {"SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL", "TRUSTED_PROXY_COUNT"} <= names


def test_no_secret_has_a_value_of_its_own() -> None:
    example = dict(
        re.findall(r"^(\w+)=(.*)$", (DEPLOY / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert {name: value for name, value in example.items() if value} == {"WORKERS": "2"}
    asked = set(re.findall(r"\$\{(\w+):\?", (DEPLOY / "compose.yaml").read_text(encoding="utf-8")))
    assert asked == example.keys() - {"WORKERS"}
    site = compose()["x-site"]["environment"]
    assert site["SECRET_KEY"].startswith("${SECRET_KEY:?")
    assert "POSTGRES_PASSWORD:?" in site["DATABASE_URL"]
    assert compose()["services"]["database"]["environment"]["POSTGRES_PASSWORD"].startswith(
        "${POSTGRES_PASSWORD:?"
    )


def test_only_the_proxy_is_reached_from_outside() -> None:
    services = compose()["services"]
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    assert [name for name, service in services.items() if "outside" in service["networks"]] == ["proxy"]
    assert compose()["networks"]["inside"] == {"internal": True}
    assert services["web"]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_whoever_stops_the_site_waits_until_its_workers_have_ended() -> None:
    assert int(unit("jianyan.service")["Service"]["TimeoutStopSec"]) > PATIENCE
    assert int(compose()["services"]["web"]["stop_grace_period"].removesuffix("s")) > PATIENCE


def test_the_image_is_installed_from_the_lock_and_run_by_nobody_in_particular() -> None:
    lines = DOCKERFILE.replace("\\\n", "").splitlines()
    installs = [line for line in lines if "pip install" in line]
    assert [("--no-deps" in line, "--require-hashes" in line) for line in installs] == [
        (True, True),
        (True, False),
    ]
    assert "--no-build-isolation ." in installs[1]
    user = lines.index("USER jianyan")
    assert any("collectstatic" in line for line in lines[user:])
    assert not any(line.startswith("USER") for line in lines[user + 1 :])
    copied = {line.split()[1] for line in lines if re.match(r"COPY [a-z]+\S* \S+$", line)}
    assert {"platform/jianyan", "consultations", "realtime", "templates"} <= copied
    assert places.TEMPLATES.name in copied
    let_in = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    assert copied <= {line.removeprefix("!") for line in let_in if line.startswith("!")}


def test_both_proxies_bound_and_deny_the_same() -> None:
    nginx = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    caddy = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
    assert re.findall(r"location = (\S+)\s+\{ return 404; \}", nginx) == ["/metrics", "/readyz"]
    assert "path /metrics /readyz" in caddy
    assert "client_max_body_size 11m;" in nginx
    assert "max_size 11MB" in caddy
    [watching] = re.findall(r"location ~ (\S*watch\S*) ", nginx)
    assert f"path_regexp {watching}" in caddy
