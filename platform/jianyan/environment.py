"""Which settings apply, and how a wrong environment is refused. Imports nothing of Django: it runs before it."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

SETTINGS = {
    "dev": "jianyan.settings.dev",
    "test": "jianyan.settings.test",
    "prod": "jianyan.settings.prod",
}
EXIT_CONFIGURATION = 2


def refuse(variable: str, *, zh: str, en: str) -> NoReturn:
    """Say what is wrong with an environment variable, in both languages, and end the process with code 2.

    SystemExit rather than ImproperlyConfigured: whatever server imported the settings, there is no traceback.
    """
    sys.stderr.write(f"{variable}：{zh}\n{variable}: {en}\n")
    raise SystemExit(EXIT_CONFIGURATION)


def settings_module() -> str:
    """The settings module that JIANYAN_ENV names: `dev` when it is unset or empty; exits with 2 on another word."""
    name = os.environ.get("JIANYAN_ENV") or "dev"
    if name not in SETTINGS:
        refuse(
            "JIANYAN_ENV",
            zh=f"只能是 dev、test 或 prod，现在是“{name}”。",
            en=f"must be dev, test or prod, not '{name}'.",
        )
    return SETTINGS[name]


def use_settings() -> None:
    """Set DJANGO_SETTINGS_MODULE from JIANYAN_ENV unless it is set already."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings_module())
