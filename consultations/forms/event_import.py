"""The forms of an import: the file that is to be looked at, and the same bytes once more with what was chosen."""

from __future__ import annotations

import base64
import binascii
import zlib
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jianyan.accounts.enums import BodyKind
from jianyan.accounts.models import Body
from jianyan.accounts.roster.files import MOST_BYTES

from ..actions.event_names import Choices

if TYPE_CHECKING:
    BodyChoice = forms.ModelChoiceField[Body]
else:
    BodyChoice = forms.ModelChoiceField

LONGEST_SEALED = 2_000_000
"""Characters that a page can carry from the first step to the second."""
MOST_NAMES = 400
"""Names that are settled on a page: each is two fields of a form, of which Django takes a thousand."""


class EventFileForm(forms.Form):
    """A file, and the body whose events are in it."""

    body = BodyChoice(queryset=Body.objects.none(), label=gettext_lazy("Whose events"), empty_label=None)
    file = forms.FileField(
        label=gettext_lazy("File (CSV, Excel or JSON)"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.json,text/csv,application/json"}),
    )

    def __init__(self, *args: Any, bodies: QuerySet[Body], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("BodyChoice", self.fields["body"]).queryset = bodies

    def clean_file(self) -> bytes:
        """Its bytes, of a file that is too large one more than may be."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        content: bytes = file.read(MOST_BYTES + 1)
        return content


class ConfirmedForm(forms.Form):
    """What was looked at, by whom; nobody else can send it, and nothing else in its place."""

    body = BodyChoice(queryset=Body.objects.none())
    sealed = forms.CharField(max_length=LONGEST_SEALED)
    seen = forms.CharField(max_length=64)
    agreed = forms.BooleanField(required=False)

    def __init__(self, *args: Any, bodies: QuerySet[Body], user_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user_id = user_id
        cast("BodyChoice", self.fields["body"]).queryset = bodies

    def clean_sealed(self) -> bytes:
        """The bytes of the file."""
        try:
            packed = _signer(self.user_id).unsign(self.cleaned_data["sealed"])
            return zlib.decompress(base64.urlsafe_b64decode(packed))
        except (signing.BadSignature, binascii.Error, zlib.error):
            raise ValidationError(_("Please choose the file again.")) from None

    def choices(self) -> Choices:
        """Who was chosen for each name; what is no choice is left out."""
        post = cast("Any", self.data)
        bodies: dict[str, int | BodyKind] = {}
        for name, chosen in list(zip(post.getlist("body_name"), post.getlist("body_choice"), strict=False))[
            :MOST_NAMES
        ]:
            if chosen in BodyKind.values:
                bodies[name] = BodyKind(chosen)
            elif _is_id(chosen):
                bodies[name] = int(chosen)
        channels: dict[str, int | None] = {}
        for name, chosen in list(
            zip(post.getlist("channel_name"), post.getlist("channel_choice"), strict=False)
        )[:MOST_NAMES]:
            if chosen == "new" or _is_id(chosen):
                channels[name] = None if chosen == "new" else int(chosen)
        return Choices(bodies, channels)


def sealed(content: bytes, user_id: int) -> str:
    """The bytes packed and signed for this person; empty where a page cannot carry so much."""
    packed = base64.urlsafe_b64encode(zlib.compress(content, 9)).decode()
    text = _signer(user_id).sign(packed)
    return text if len(text) <= LONGEST_SEALED else ""


def _signer(user_id: int) -> signing.Signer:
    return signing.Signer(salt=f"events-import-{user_id}")


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 18
