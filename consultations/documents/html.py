"""HTML as one file that needs nothing else: to read in any browser, to print, to keep. It holds no script."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from django.utils.html import format_html
from django.utils.safestring import SafeString

from .format import Format
from .model import SummaryDocument
from .paper import paper
from .printable import printable

_STYLES = (
    ("jianyan", "static/jianyan/tokens.css"),
    ("consultations", "documents/standalone.css"),
    ("consultations", "static/consultations/paper.css"),
)
# Should a text ever come through as markup: nothing is run and nothing is fetched.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def render(document: SummaryDocument) -> bytes:
    """A page with its styles inside and no address outside of it; UTF-8."""
    return page_of(document.title, paper(document))


def page_of(title: str, content: SafeString) -> bytes:
    """The file round a paper."""
    page = format_html(
        "<!DOCTYPE html>\n"
        '<html lang="zh-Hans">\n'
        "<head>\n"
        '<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" content="{}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        '<meta name="format-detection" content="telephone=no">\n'
        "<title>{}</title>\n"
        "<style>\n{}</style>\n"
        "</head>\n"
        "<body>\n<main>\n{}</main>\n</body>\n"
        "</html>\n",
        _POLICY,
        printable(title),
        _styles(),
        content,
    )
    return page.encode()


@cache
def _styles() -> SafeString:
    """The stylesheets of the site that the paper needs, which are ours and hold no text of anybody."""
    return SafeString(
        "\n".join(files(package).joinpath(path).read_text("utf-8") for package, path in _STYLES)
    )


FORMAT = Format(name="html", media_type="text/html; charset=utf-8", suffix=".html", render=render)
