"""A field for several files at once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from ..actions.attachments import MOST_FILES
from ..actions.kept_files import Upload
from ..attachable import TAKEN


class SeveralFiles(forms.FileInput):
    """The browser's own picker, in which several can be chosen."""

    allow_multiple_selected = True

    def __init__(self) -> None:
        super().__init__(attrs={"accept": ",".join(TAKEN)})


class FilesField(forms.FileField):
    """Files, read once they are known to be few and small enough to be looked at; what they are, is decided later."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The files as a tuple of Upload, empty where none was chosen."""
        del initial
        files: list[UploadedFile[Any]] = [file for file in data or () if file]
        if self.required and not files:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(files) > MOST_FILES:
            raise ValidationError(_("At most %(limit)s of them.") % {"limit": MOST_FILES})
        most = settings.SCAN_MOST_BYTES
        for file in files:
            if file.size is None or file.size > most:
                raise ValidationError(
                    _("The file is larger than %(most)s MB.") % {"most": most // 1024 // 1024}
                )
        return tuple(Upload(file.name or "", file.read()) for file in files)
