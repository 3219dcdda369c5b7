"""A cell that names a sector, a party or a special committee → the body."""

from __future__ import annotations

from django.utils.translation import gettext as _

from ..enums import BodyKind
from ..models import Body
from .answers import Reason, RowRefused
from .cells import Cleaned
from .columns import Column
from .register import Register

BELONGING = {
    Column.SECTOR: BodyKind.SECTOR,
    Column.PARTY: BodyKind.PARTY,
    Column.SPECIAL_COMMITTEE: BodyKind.SPECIAL_COMMITTEE,
}
ALIAS_CODES = {
    BodyKind.SECTOR: "sector_alias",
    BodyKind.PARTY: "party_alias",
    BodyKind.SPECIAL_COMMITTEE: "committee_alias",
}
# Said of people without a party: an answer, and no body.
NO_PARTY = frozenset({"", "群众", "无党派", "无党派人士", "无"})


def belong(register: Register, column: Column, word: str) -> tuple[Cleaned, Body | None]:
    """The body's own name, with a note where another was used, and the body; raises RowRefused for an unknown one.

    An empty cell, and the words for having no party, name no body.
    """
    if column is Column.SECTOR and not word:
        raise RowRefused("sector_missing", _("the sector is empty; not imported."))
    if (column is Column.PARTY and word in NO_PARTY) or not word:
        return Cleaned(word), None
    kind = BELONGING[column]
    body, by_its_name = register.body(kind, word)
    if body is None:
        raise _unknown(register, kind, word)
    if by_its_name:
        return Cleaned(body.name), body
    note = _("%(other)s → %(name)s, to be confirmed") % {"other": word, "name": body.name}
    return Cleaned(body.name, (Reason(ALIAS_CODES[kind], note),)), body


def _unknown(register: Register, kind: BodyKind, word: str) -> RowRefused:
    params = {"word": word, "count": len(register.bodies.get(kind, {}))}
    match kind:
        case BodyKind.SECTOR:
            text = _("there is no sector “%(word)s”; please choose one of the %(count)s sectors.")
            return RowRefused("sector_unknown", text % params)
        case BodyKind.PARTY:
            text = _("there is no party or group “%(word)s”; please choose one of the %(count)s.")
            return RowRefused("party_unknown", text % params)
        case _:
            text = _("there is no special committee “%(word)s”; please choose one of the %(count)s.")
            return RowRefused("committee_unknown", text % params)
