"""Fields of our forms: texts that are cleaned as everywhere else, instants, and lists typed as lines."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ..errors import Refused
from ..text import clean


class CleanTextField(forms.CharField):
    """One paragraph or several; refuses control and direction characters."""

    def to_python(self, value: Any) -> str:
        """The text in NFC with blanks collapsed; empty stays empty."""
        text = super().to_python(value) or ""
        if not text:
            return text
        try:
            return clean(text)
        except Refused as refusal:
            raise ValidationError(_("This text cannot be read: %(why)s") % {"why": refusal.message}) from None


class InstantField(forms.DateTimeField):
    """Date and time to the minute, in the site's time zone, with the browser's own picker."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "widget", forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        )
        super().__init__(**kwargs)


class LinesField(CleanTextField):
    """Several short texts, separated by line breaks or `separators`; a text that comes twice counts once."""

    def __init__(self, *, separators: str = "", longest: int, most: int, **kwargs: Any) -> None:
        self.pattern = re.compile(f"[\n{re.escape(separators)}]")
        self.longest = longest
        self.most = most
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        """The tuple of texts in their order. Raises ValidationError for one that is too long, or too many."""
        text: str = super().clean(value)
        parts = tuple(dict.fromkeys(part.strip() for part in self.pattern.split(text) if part.strip()))
        for part in parts:
            if len(part) > self.longest:
                raise ValidationError(
                    _("“%(text)s” is too long: at most %(limit)s characters each.")
                    % {"text": f"{part[:12]}…", "limit": self.longest}
                )
        if len(parts) > self.most:
            raise ValidationError(_("At most %(limit)s of them.") % {"limit": self.most})
        return parts
