"""The form of an outcome. What is taken, the action decides; what it refuses is said beside the field that it is about."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy, pgettext_lazy

from jianyan.accounts.models import Body

from ..actions.outcomes import LENGTHS, OutcomeFacts
from ..enums import Level, OutcomeKind
from ..errors import (
    BadAmount,
    BadAttachment,
    CoversNothing,
    DateAhead,
    EvidenceMissing,
    NotCoverable,
    Refused,
    UnknownBody,
)
from ..importing.cells import Unclear, amount_of
from ..models import Attachment, Outcome
from ..queries.coverable import Coverable
from .covers import OutcomeCoversForm
from .fields import CleanTextField
from .files import FilesField
from .preparation import HostChoice

FIELD_OF: Mapping[type[Refused], str] = {
    BadAmount: "amount",
    BadAttachment: "attachments",
    CoversNothing: "cover",
    NotCoverable: "cover",
    DateAhead: "date",
    EvidenceMissing: "reference",
    UnknownBody: "body",
}


class AmountField(forms.CharField):
    """Yuan as people write them: 1,412,000, 141.2万元, full-width digits."""

    def clean(self, value: Any) -> Any:
        """The amount, or None."""
        try:
            return amount_of(super().clean(value) or "")
        except Unclear as refusal:
            raise ValidationError(str(refusal)) from refusal

    def prepare_value(self, value: Any) -> Any:
        """Without zeros that say nothing."""
        if isinstance(value, Decimal):
            return f"{value:,.2f}".removesuffix(".00")
        return value


class OutcomeForm(OutcomeCoversForm):
    """What came of it, of which level, when; with what proves it."""

    sent_as = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)
    edition = forms.IntegerField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(
        label=pgettext_lazy("of an outcome", "Kind"), choices=[("", "—"), *OutcomeKind.choices]
    )
    level = forms.ChoiceField(label=gettext_lazy("Level"), choices=Level.choices, initial=Level.COUNTY)
    date = forms.DateField(
        label=gettext_lazy("Date"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    words = CleanTextField(
        label=pgettext_lazy("of an outcome", "In words"),
        max_length=LENGTHS["words"],
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("In one sentence; everybody who may see what it is of reads it."),
    )
    document_number = CleanTextField(
        label=gettext_lazy("Document number"), max_length=LENGTHS["document_number"], required=False
    )
    reference = CleanTextField(
        label=gettext_lazy("Evidence, where it can be read"),
        max_length=LENGTHS["reference"],
        required=False,
        help_text=gettext_lazy("What is solved needs this or a file."),
    )
    attachments = FilesField(
        label=gettext_lazy("Files"),
        required=False,
        help_text=gettext_lazy("PDF, pictures, Word, Excel or PowerPoint without macros; at most ten."),
    )
    item = CleanTextField(
        label=gettext_lazy("Document that the instruction is on"),
        max_length=LENGTHS["item"],
        required=False,
        widget=forms.TextInput(attrs={"list": "outcome-items", "autocomplete": "off"}),
        help_text=gettext_lazy("Several instructions on one document count as one: write the same here."),
    )
    amount = AmountField(
        label=gettext_lazy("Amount in yuan"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("For instance 1,412,000 or 141.2万元."),
    )
    amount_of = CleanTextField(
        label=gettext_lazy("The amount is"),
        max_length=LENGTHS["amount_of"],
        required=False,
        help_text=gettext_lazy("For instance sales of a live stream, an investment, money saved."),
    )
    body = HostChoice(queryset=Body.objects.none(), label=gettext_lazy("Credited to"))
    without = forms.MultipleChoiceField(
        label=gettext_lazy("Take out"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self, *args: Any, within: Coverable, attached: Sequence[Attachment] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, within=within, **kwargs)
        cast(HostChoice, self.fields["body"]).queryset = within.bodies
        without = cast(forms.MultipleChoiceField, self.fields["without"])
        without.choices = [(str(one.pk), one.name) for one in attached]

    def facts(self) -> OutcomeFacts:
        """What is said, of a form that is valid."""
        said = self.cleaned_data
        return OutcomeFacts(
            body_id=said["body"].pk,
            kind=said["kind"],
            level=said["level"],
            date=said["date"],
            words=said["words"],
            document_number=said["document_number"],
            item=said["item"],
            amount=said["amount"],
            amount_of=said["amount_of"],
            reference=said["reference"],
        )

    def blame(self, refusal: Refused) -> None:
        """Say beside the field that it is about what the domain refuses."""
        self.add_error(FIELD_OF.get(type(refusal)), refusal.message)


def said_of(outcome: Outcome) -> dict[str, Any]:
    """An outcome as the form shows it at first, but for what it covers."""
    return {
        "edition": outcome.edition,
        "body": outcome.body_id,
        "kind": outcome.kind,
        "level": outcome.level,
        "date": outcome.date,
        "words": outcome.words,
        "document_number": outcome.document_number,
        "item": outcome.item,
        "amount": outcome.amount,
        "amount_of": outcome.amount_of,
        "reference": outcome.reference,
    }


def unsent(*, on: dt.date) -> dict[str, Any]:
    """A new one, of today."""
    return {"date": on, "level": Level.COUNTY.value, "sent_as": uuid.uuid4()}
