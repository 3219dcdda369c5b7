"""The version after this one: `python -m tests.faults.newer_version serve …` speaks protocol 2, and so do its pages."""

from __future__ import annotations

from pathlib import Path

from jianyan.__main__ import main
from jianyan.commands import set_up

NEWER = 2


def speak() -> None:
    """Speak the newer protocol, which is the present one under another number."""
    from django.conf import settings

    from realtime import consumers, protocol

    present = (Path(protocol.__file__).parent / "static/realtime/connect.js").read_text("utf-8")
    said = f"const PROTOCOL = {protocol.VERSION};"
    assert said in present
    newer = settings.VAR / "newer" / "realtime" / "connect.js"
    newer.parent.mkdir(parents=True)
    newer.write_text(present.replace(said, f"const PROTOCOL = {NEWER};"), "utf-8")
    settings.STATICFILES_DIRS.insert(0, newer.parent.parent)
    for module in (protocol, consumers):
        vars(module)["VERSION"] = NEWER


if __name__ == "__main__":
    set_up()
    speak()
    main()
