"""How long a password must be, said in the languages of the site."""

from __future__ import annotations

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import gettext as _


class MinimumLength(MinimumLengthValidator):
    """Django's own, whose sentence has no Chinese translation."""

    def get_error_message(self) -> str:
        """What is said to whoever typed too little."""
        return _("This password is too short: at least %(length)s characters are needed.") % {
            "length": self.min_length
        }
