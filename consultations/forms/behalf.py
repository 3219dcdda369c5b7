"""The form in which staff enter an idea for a member."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

import regex
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from ..actions.kept_files import Upload
from ..enums import Source
from ..errors import BadForm
from ..models import Topic
from ..queries.behalf import members_named

_BETWEEN_NAMES = regex.compile(r"[、,，;；\n]+")


def names_in(text: str) -> tuple[str, ...]:
    """Names with commas of any kind between them, in their order, each once."""
    parts = (" ".join(part.split()) for part in _BETWEEN_NAMES.split(text))
    return tuple(dict.fromkeys(part for part in parts if part))


def members_meant(topic: Topic, names: Sequence[str], *, at: dt.datetime) -> tuple[int, ...]:
    """The ids of the members who are called so. Raises BadForm, which says who is not known, or not known well enough."""
    named = members_named(topic, names, at=at)
    between = pgettext("between names", ", ")
    if named.unknown:
        raise BadForm(
            detail=_("no member is called so: %(names)s") % {"names": between.join(named.unknown)[:200]}
        )
    if named.ambiguous:
        raise BadForm(
            detail=_("several are called so, please add the last digits of the phone: %(names)s")
            % {"names": between.join(named.ambiguous)[:200]}
        )
    return named.ids


class NamesField(forms.CharField):
    """Names of people, separated by commas of any kind."""

    def to_python(self, value: Any) -> Any:
        """The names as a tuple."""
        return names_in(super().to_python(value) or "")


class ScanField(forms.FileField):
    """A file, read once it is known to be small enough to be looked at."""

    widget = forms.ClearableFileInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The file as an Upload, or None. What it is, and whether it is taken, is decided where it is kept."""
        file: UploadedFile[Any] | None = super().clean(data, initial) or None
        if file is None:
            return None
        if file.size is None or file.size > settings.SCAN_MOST_BYTES:
            most = settings.SCAN_MOST_BYTES // 1024 // 1024
            raise ValidationError(_("The file is larger than %(most)s MB.") % {"most": most})
        return Upload(file.name or "", file.read())


class EntryForm(forms.Form):
    """One idea of one member. What the text may be is decided by the action, as for members."""

    ref = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    source = forms.ChoiceField(
        label=gettext_lazy("How it came"),
        choices=Source.choices,
        initial=Source.PAPER,
        widget=forms.RadioSelect,
    )
    text = forms.CharField(label=gettext_lazy("The idea"), widget=forms.Textarea(attrs={"rows": 5}))
    cosigners = NamesField(
        label=gettext_lazy("Signed by others, too"),
        required=False,
        help_text=gettext_lazy(
            "Names with commas between them. Each is asked to agree. "
            "Where two have one name, write the last digits of the phone behind it."
        ),
    )
    scan = ScanField(
        label=gettext_lazy("Scan or photograph"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png"}),
    )
