"""The forms of signing in and of passwords."""

from __future__ import annotations

from typing import Any

from allauth.account import forms
from allauth.mfa.base import forms as second_factor
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django.forms import Form
from django.utils.translation import gettext_lazy as _


class LabelledOnce(Form):
    """Every field has its label above it; the same words inside the field would be taken for an answer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class LoginForm(LabelledOnce, forms.LoginForm):
    """Phone or username, and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login = self.fields["login"]
        login.label = _("Mobile phone or username")
        # Phones would capitalise and correct a username.
        login.widget.attrs.update(
            {"autocapitalize": "none", "autocorrect": "off", "spellcheck": "false", "enterkeyhint": "next"}
        )
        password = self.fields["password"]
        password.label = _("Password")
        # It would lead to a reset by e-mail, which the site does not offer.
        password.help_text = ""
        password.widget.attrs["enterkeyhint"] = "go"


class ChangePasswordForm(LabelledOnce, forms.ChangePasswordForm):
    """The present password, and a new one twice."""


class SetPasswordForm(LabelledOnce, forms.SetPasswordForm):
    """A first password of one's own, twice."""


class ReauthenticateForm(LabelledOnce, forms.ReauthenticateForm):
    """The password once more, before something that matters."""


class CodeForm(LabelledOnce, second_factor.AuthenticateForm):
    """A code of the second factor."""


class CodeAgainForm(LabelledOnce, second_factor.ReauthenticateForm):
    """A code of the second factor once more, before something that matters."""


class ActivateCodesForm(LabelledOnce, totp.ActivateTOTPForm):
    """A first code, to prove that the app makes them."""


class NamedKey(Form):
    """Of a security key, what its owner calls it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("What you call it")


class AddKeyForm(NamedKey, webauthn.AddWebAuthnForm):
    """A new security key."""


class EditKeyForm(NamedKey, webauthn.EditWebAuthnForm):
    """Another name for a security key."""
