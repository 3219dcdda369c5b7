"""Two rows, or a row and a member: somebody else of the same name, or the same person twice?"""

from __future__ import annotations

from django.utils.translation import gettext as _

from .answers import Reason, RowRefused
from .register import Person


def named(person: Person) -> str:
    """The name in quotation marks, with the sectors where there are any."""
    params = {"name": person.name, "sectors": "、".join(person.sectors)}
    return (_("“%(name)s” (%(sectors)s)") if person.sectors else _("“%(name)s”")) % params


def same_name(same: list[Person]) -> Reason:
    """The note that these members have the same name and are somebody else."""
    sectors = "、".join(dict.fromkeys(sector for other in same for sector in other.sectors)) or "—"
    text = _(
        "there are %(count)s members of this name already (%(sectors)s), with other mobile phones and employers; "
        "imported as somebody else"
    )
    return Reason("same_name_exists", text % {"count": len(same), "sectors": sectors})


def refuse_same_person(person: Person, other: Person) -> None:
    """Raise RowRefused where name and employer, and perhaps the sector, are the same and the mobile phone is not."""
    same_sector = bool(set(person.sectors) & set(other.sectors))
    if person.position != other.position or not (same_sector or person.position):
        return
    if other.row is not None:
        where = _("row %(row)s of this file") % {"row": other.row}
    else:
        where = _("the member “%(name)s”") % {"name": other.name}
    what = _("name, sector and employer") if same_sector else _("name and employer")
    raise RowRefused(
        "person_possible_duplicate",
        _(
            "%(what)s are the same as of %(where)s, the mobile phone is not; it may be one person with a new number, "
            "please decide which one to keep."
        )
        % {"what": what, "where": where},
        {"row": other.row} if other.row is not None else {"member": other.name},
    )
