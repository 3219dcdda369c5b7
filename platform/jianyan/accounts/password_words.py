"""How long a password must be, said in the languages of the site; and what of Django's own words we say differently."""

from __future__ import annotations

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

# Our catalogue comes before Django's, which addresses the reader as no secretary would.
REWORDED = (
    gettext_noop("Your old password was entered incorrectly. Please enter it again."),
    gettext_noop("Your password can’t be too similar to your other personal information."),
    gettext_noop("Your password can’t be a commonly used password."),
    gettext_noop("Your password can’t be entirely numeric."),
    gettext_noop("The password is too similar to the %(verbose_name)s."),
    gettext_noop("This password is too common."),
    gettext_noop("This password is entirely numeric."),
)


class MinimumLength(MinimumLengthValidator):
    """Django's own, whose sentence has no Chinese translation."""

    def get_error_message(self) -> str:
        """What is said to whoever typed too little."""
        return _("This password is too short: at least %(length)s characters are needed.") % {
            "length": self.min_length
        }

    def get_help_text(self) -> str:
        """What is said beforehand."""
        return _("Your password must contain at least %(length)s characters.") % {"length": self.min_length}
