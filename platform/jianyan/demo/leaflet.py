"""What visitors are handed: how to sign in, in Chinese and English, on the terminal; the same for programs as a file."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

from django.conf import settings

from .people import ACCOUNTS, PASSWORD

ACCOUNT_WIDTH = 16
LABEL_WIDTH = 30


def path() -> Path:
    """Where the file is."""
    directory: Path = settings.VAR
    return directory / "demo.json"


def note(site: str, topic_id: int) -> None:
    """Write the file: `{url, live_topic, accounts: [{role, username, password}]}`, whole or not at all."""
    content = {
        "url": site,
        "live_topic": topic_id,
        "accounts": [
            {"role": account.role.value, "username": account.username, "password": PASSWORD}
            for account in ACCOUNTS
        ],
    }
    draft = path().with_suffix(".new")
    draft.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    draft.replace(path())


def text(site: str, topic_id: int, title: str) -> str:
    """What the terminal shows."""
    accounts = [
        f"  {_pad(account.username, ACCOUNT_WIDTH)}{_pad(account.chinese, LABEL_WIDTH)}{account.english}"
        for account in ACCOUNTS
    ]
    return "\n".join(
        [
            "",
            "  建言 · 演示：越溪县（虚构）    Jianyan, a demonstration: the fictional county of Yuexi",
            "",
            f"  首页 Home        {site}/",
            f"  正在进行 Live    {site}/topics/{topic_id}/    {title}",
            f"  审核台 Desk      {site}/desk/{topic_id}/",
            f"  登录 Sign in     {site}/accounts/login/",
            "",
            f"  密码都是 the password of all:  {PASSWORD}",
            *accounts,
            "",
            "  40 位模拟委员正在参与；议题到点自动截止，下一个议题随即开始。",
            "  Forty simulated members take part. The topic closes on time, and the next one opens.",
            "  按 Ctrl-C 结束，再次运行接着上次；RESET=1 从头开始。",
            "  Ctrl-C ends it, running it again goes on where it was, RESET=1 begins anew.",
            "",
        ]
    )


def _pad(words: str, width: int) -> str:
    """Fill up with blanks; a Chinese character is two columns wide."""
    columns = sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in words)
    return words + " " * max(1, width - columns)
