"""What somebody signed in with, in words that they know."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

register = template.Library()

# The first that occurs counts: WeChat's browser calls itself Chrome and Safari too, Edge calls itself Chrome.
BROWSERS = (
    ("MicroMessenger", gettext_lazy("WeChat")),
    ("DingTalk", gettext_lazy("DingTalk")),
    ("Edg", "Edge"),
    ("HuaweiBrowser", gettext_lazy("Huawei browser")),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("HarmonyOS", "HarmonyOS"),
    ("Android", gettext_lazy("Android phone")),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


@register.filter
def device(user_agent: str) -> str:
    """`微信 · iPhone` for what a browser says of itself; whatever it says where that is not known."""
    names = [
        str(next((name for sign, name in signs if sign in user_agent), "")) for signs in (BROWSERS, SYSTEMS)
    ]
    return " · ".join(name for name in names if name) or user_agent[:80] or _("unknown device")
