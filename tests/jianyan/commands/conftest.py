"""The live topic of the domain's tests, for commands about topics; and the language in which they answer."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from jianyan import language
from tests.consultations.conftest import county, scene

__all__ = ["county", "english", "scene"]


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The command speaks English; its language is worked out once per process, so what is remembered is forgotten."""
    monkeypatch.setenv("JIANYAN_LANG", "en")
    with translation.override("en"):
        for remembered in (language.command_language, language._catalogue):
            remembered.cache_clear()
        yield
        for remembered in (language.command_language, language._catalogue):
            remembered.cache_clear()
