"""The language of the `jianyan` command: Chinese unless JIANYAN_LANG or the terminal's locale asks otherwise.

It reads the same catalogue as the site, through the standard library, so that `--help` needs no settings.
"""

from __future__ import annotations

import gettext as catalogues
import os
from functools import cache
from pathlib import Path

LOCALE = Path(__file__).resolve().parent / "locale"


@cache
def command_language() -> str:
    """`zh-hans` or `en`: JIANYAN_LANG first, then LC_ALL, LC_MESSAGES, LANG; `C` and `POSIX` say nothing."""
    for variable in ("JIANYAN_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        word = os.environ.get(variable, "").split(".")[0].lower()
        if word not in {"", "c", "posix"}:
            return "zh-hans" if word.startswith("zh") else "en"
    return "zh-hans"


@cache
def _catalogue() -> catalogues.NullTranslations:
    languages = ["zh_Hans"] if command_language() == "zh-hans" else []
    return catalogues.translation("django", localedir=LOCALE, languages=languages, fallback=True)


def speak() -> None:
    """Let click find its own sentences in our catalogue: it asks the standard library, which asks the environment."""
    os.environ["LANGUAGE"] = "zh_Hans" if command_language() == "zh-hans" else "en"
    catalogues.bindtextdomain("django", LOCALE)
    catalogues.textdomain("django")


def gettext(message: str) -> str:
    """The English sentence in the command's language."""
    return _catalogue().gettext(message)
