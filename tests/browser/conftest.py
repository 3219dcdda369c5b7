"""For the browser: a site for each test, at little cost."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import database_url
from tests.forking import Forge
from tests.servers import Site


@pytest.fixture(scope="session")
def site_var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data directory of one site after the other."""
    return tmp_path_factory.mktemp("var")


@pytest.fixture(scope="session")
def forge(django_db_setup: None, site_var: Path) -> Forge:
    """Where this process's sites are forked."""
    # The test's own settings: passwords that the test has set are hashed as they say.
    return Forge(site_var, JIANYAN_ENV="test", DATABASE_URL=database_url())


@pytest.fixture
def site(forge: Forge, transactional_db: None, site_var: Path, tmp_path: Path) -> Iterator[Site]:
    """A running site on this test's database: rows that the test commits are what the site shows."""
    with forge.site(tmp_path / "site") as running:
        yield running
    shutil.rmtree(site_var)
    site_var.mkdir()
