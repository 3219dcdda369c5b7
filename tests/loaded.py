"""What sites need, loaded: importing this is what the process does of which `tests.forking` forks them."""

from __future__ import annotations

import gc
import importlib
import sys

import daphne.server
from django.template.loader import get_template
from django.urls import get_resolver
from django.utils import translation

from jianyan.commands import set_up
from jianyan.settings import places


def load() -> None:
    """Everything that a site comes to load sooner or later, and nothing that it opens."""
    set_up()
    for module in ("jianyan.asgi", "jianyan.commands.serve", "jianyan.commands.daphne_server"):
        importlib.import_module(module)
    get_resolver()._populate()
    for path in places.TEMPLATES.rglob("*.html"):
        get_template(str(path.relative_to(places.TEMPLATES)))
    for language in ("zh-hans", "en"):
        with translation.override(language):
            translation.gettext("")
    gc.collect()
    # What is forked need not copy what only the collector would touch.
    gc.freeze()


def serve(port: int) -> None:
    """`jianyan serve` on that port, with an event loop that is not its siblings'."""
    # Daphne makes one as it is imported: the same descriptors in all that are forked.
    del sys.modules["twisted.internet.reactor"]
    importlib.reload(daphne.server)
    from jianyan.__main__ import main

    sys.argv = ["jianyan", "serve", "--port", str(port)]
    main()


load()
