"""What may be attached, by its content: what a scan may be, and documents of Office without anything that runs. Pure."""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext as _

from .office_documents import DOCX, PPTX, XLSX, Fault, NotWhole, office_document
from .recognition import JPEG, PDF, PNG, Recognised, recognise

ENDINGS = {PDF: ".pdf", JPEG: ".jpg", PNG: ".png", DOCX: ".docx", XLSX: ".xlsx", PPTX: ".pptx"}
"""The ending with which each type is given out."""
TAKEN = (*ENDINGS.values(), ".jpeg")

LONGEST_STEM = 112
"""Characters of a name before an ending that is put behind it."""

# A number at the end is a date or a version, no ending; letters after a dot may make a computer run the file.
_ENDING = re.compile(r"\.[0-9]*[a-z][a-z0-9_]*$")
_BEGINNINGS = (
    (b"PK\x03\x04", "office"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old"),
    *(
        (sign, "archive")
        for sign in (b"PK", b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
    ),
    *((sign, "program") for sign in (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")),
)
_MARKUP = re.compile(rb"<(?:!doctype|html|script|svg|\?xml|iframe)[\s>]", re.IGNORECASE)


class NotTaken(Exception):
    """Why a file is not taken, as the end of a sentence in the language that is active."""


def recognise_attachment(content: bytes) -> Recognised:
    """The file as what it is. Raises NotTaken for everything else, for half a file, and for one that is two things."""
    kind = next((kind for sign, kind in _BEGINNINGS if content.startswith(sign)), "")
    match kind:
        case "office":
            return _office(content)
        case "old":
            raise NotTaken(
                _(
                    "it is in an old format of Office, or needs a password. Please save it as DOCX, XLSX or PDF."
                )
            )
        case "archive":
            raise NotTaken(_archive())
        case "program":
            raise NotTaken(_("it is a program."))
    recognised = recognise(content)
    if recognised is not None:
        return recognised
    if _MARKUP.search(content[:1024]):
        raise NotTaken(_("it is a page or drawing that can contain programs. Please save it as PDF."))
    raise NotTaken(
        _("it is not a whole PDF, JPEG, PNG, DOCX, XLSX or PPTX, or there is something else in it.")
    )


def forbidden_ending(name: str) -> str | None:
    """The ending of a name that stands for another kind of file than what is taken; None where there is none."""
    # Windows takes no notice of dots and blanks at the end, and a full-width dot looks like one.
    plain = unicodedata.normalize("NFKC", name).lower().rstrip(". \t\r\n\x00")
    found = _ENDING.search("".join(sign for sign in plain if sign.isprintable()))
    return found[0] if found is not None and found[0] not in TAKEN else None


def named_as(media_type: str, name: str) -> str:
    """The name with an ending of that type, which it may have already."""
    endings = (ENDINGS[media_type], *((".jpeg",) if media_type == JPEG else ()))
    return name if name.lower().endswith(endings) else f"{name[:LONGEST_STEM]}{endings[0]}"


def _office(content: bytes) -> Recognised:
    try:
        return Recognised(office_document(content), content)
    except NotWhole as error:
        match error.fault:
            case Fault.OTHER:
                raise NotTaken(_archive()) from error
            case Fault.ACTIVE:
                raise NotTaken(
                    _("there are macros or other programs in it. Please save it without them, or as PDF.")
                ) from error
            case Fault.SWOLLEN:
                raise NotTaken(_("it unpacks to far more than a document needs.")) from error
            case Fault.DAMAGED:
                raise NotTaken(
                    _(
                        "it is damaged, or there is something else in it. Please save it again in Office or WPS."
                    )
                ) from error


def _archive() -> str:
    return _("it is an archive. Please attach the files in it one by one.")
