"""Static files where there is no collectstatic: in development and in the demonstration."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from pytest_django import Settings


@pytest.fixture
def static_directory(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    """A directory of static files."""
    settings.STATICFILES_DIRS = [tmp_path]
    # The finder is cached with lru_cache, which its stubs do not tell.
    finders.get_finder.cache_clear()  # type: ignore[attr-defined]
    yield tmp_path
    finders.get_finder.cache_clear()  # type: ignore[attr-defined]


def test_a_file_that_changes_while_the_site_runs_is_sent_as_it_is_now(static_directory: Path) -> None:
    style = static_directory / "changing.css"
    style.touch()
    client = Client()
    for content in (b"p { color: #123456; }\n", b"p {}\n", b"p { color: #123456; margin: 0; }\n"):
        style.write_bytes(content)
        answer = client.get("/static/changing.css")
        assert b"".join(answer) == content
        assert int(answer.headers["Content-Length"]) == len(content)
