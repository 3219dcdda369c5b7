"""Whether a language model can be asked for wordings."""

from __future__ import annotations

from urllib.parse import urlsplit

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def language_model() -> str:
    """The host of the operator's language model; empty where the settings name none."""
    return urlsplit(settings.WORDING_URL).hostname or ""
