"""Fields of the administration in which a row is searched for by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import ForeignKey
from django.forms import ModelChoiceField
from django.http import HttpRequest


class SearchedSelect(AutocompleteSelect):
    """Django's own asks the database for whatever was sent; only numbers are asked for here."""

    def optgroups(self, name: str, value: Sequence[Any], attr: dict[str, Any] | None = None) -> Any:
        """The row that was chosen; none for what is no number, about which the field's error tells."""
        numbers = [one for one in map(str, value) if one.isascii() and one.isdigit() and len(one) < 19]
        return super().optgroups(name, numbers, attr)


if TYPE_CHECKING:
    Base = BaseModelAdmin[Any]
else:
    Base = BaseModelAdmin


class Searched(Base):
    """For an administration with autocomplete_fields."""

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **options: Any
    ) -> ModelChoiceField[Any] | None:
        """With a select that survives what was made up."""
        if db_field.name in self.get_autocomplete_fields(request):
            options.setdefault("widget", SearchedSelect(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **options)
