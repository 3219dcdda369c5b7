"""The forms of signing in and of passwords."""

from __future__ import annotations

from typing import Any

from allauth.account import forms
from django.utils.translation import gettext_lazy as _


class LoginForm(forms.LoginForm):
    """Phone or username, and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login = self.fields["login"]
        login.label = _("Mobile phone or username")
        login.widget.attrs.pop("placeholder", None)
        # Phones would capitalise and correct a username.
        login.widget.attrs.update(
            {"autocapitalize": "none", "autocorrect": "off", "spellcheck": "false", "enterkeyhint": "next"}
        )
        password = self.fields["password"]
        password.label = _("Password")
        password.help_text = None
        password.widget.attrs.pop("placeholder", None)
        password.widget.attrs["enterkeyhint"] = "go"
