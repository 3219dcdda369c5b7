"""The site as it runs for real: production settings, two workers, PostgreSQL, Redis, and nginx with TLS before them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from pytest_django import Settings

from tests import servers
from tests.nginx import NAME, Nginx, nginx
from tests.servers import Missing, Site, jianyan_environment, run_jianyan

SECRET_KEY = "kT5vX0bQm2LrW9sYhZ3nC7dF1gJ4pAe6uRi8oVxNqMwBzKtHyS"


class QuickHasher(PBKDF2PasswordHasher):
    """What production takes for its own and hashes again, properly, when the password is used."""

    iterations = 1


@dataclass(frozen=True)
class Production:
    """A site and the proxy before it; `url` is what people open."""

    site: Site
    proxy: Nginx

    @property
    def url(self) -> str:
        """`https://localhost:<port>`."""
        return self.proxy.url


@contextmanager
def production(
    directory: Path, *, database_url: str, redis_url: str, server: str = "daphne"
) -> Iterator[Production]:
    """Two workers on that migrated database, behind nginx. Skips where the machine has no nginx."""
    variables = {
        "JIANYAN_ENV": "prod",
        "SECRET_KEY": SECRET_KEY,
        "ALLOWED_HOSTS": NAME,
        "TRUSTED_PROXY_COUNT": "1",
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
    }
    collected = run_jianyan(
        *("manage", "collectstatic", "--noinput", "--verbosity", "0"),
        environment=jianyan_environment(JIANYAN_VAR=str(directory), **variables),
    )
    assert collected.returncode == 0, collected.stderr
    with servers.site(directory, "--workers", "2", "--server", server, port=None, **variables) as site:
        try:
            with nginx(site.port) as proxy:
                yield Production(site, proxy)
        except Missing as missing:
            pytest.skip(str(missing))


def meet_production(settings: Settings) -> None:
    """Have this test's own code make passwords and sessions that a production site takes for its own."""
    settings.SECRET_KEY = SECRET_KEY
    settings.PASSWORD_HASHERS = [f"{__name__}.QuickHasher"]
    settings.SESSION_COOKIE_NAME = "__Host-session"
    settings.CSRF_COOKIE_NAME = "__Host-csrf"
