"""What a browser says of itself, in words that people know."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import translation

from jianyan.accounts.templatetags.devices import device

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0"


@pytest.fixture(autouse=True)
def _in_chinese() -> Iterator[None]:
    with translation.override("zh-hans"):
        yield


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (f"{IPHONE} Mobile MicroMessenger/8.0.50", "微信 · iPhone"),
        (f"{IPHONE} Version/18.0 Mobile Safari/604.1", "Safari · iPhone"),
        (f"{WINDOWS} Safari/537.36 Edg/140.0", "Edge · Windows"),
        (f"{WINDOWS} Safari/537.36", "Chrome · Windows"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/140.0 HuaweiBrowser/15", "华为浏览器 · 安卓手机"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox · Linux"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("", "未知设备"),
    ],
)
def test_a_device_is_named(user_agent: str, words: str) -> None:
    assert device(user_agent) == words
