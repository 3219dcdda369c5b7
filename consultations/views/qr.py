"""Square codes to be scanned from a screen or a card."""

from __future__ import annotations

import segno
from django.utils.safestring import SafeString, mark_safe


def qr_svg(address: str) -> SafeString:
    """The address as an SVG that is as large as its place: black on white, whatever the page looks like."""
    code = segno.make(address, error="m", micro=False)
    svg: str = code.svg_inline(omitsize=True, border=2, dark="#000", light="#fff")
    return mark_safe(svg)  # noqa: S308  # segno's own markup: the address is in its squares alone
