"""Forms of referrals: to whom and until when, and what each of its steps asks for. What is taken, the actions decide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jianyan.accounts.models import Body

from ..enums import Satisfied
from ..errors import (
    BadAttachment,
    BadDue,
    BadForm,
    BodyTwice,
    LeadMissing,
    NotAHandler,
    Refused,
    UnknownBody,
    UnknownChoice,
    UnknownGrade,
)
from .files import FilesField

LONGEST = 4000
"""Characters that a field takes; the actions may take fewer, and say so."""


def day_field(**options: Any) -> forms.DateField:
    """A day, with the browser's own picker."""
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)


class StepForm(forms.Form):
    """A step that asks for nothing. `text_field`: where a refusal of a text belongs."""

    text_field = ""
    wide = False
    """Whether it is laid out in full, as what somebody has come for."""

    def blame(self, refusal: Refused) -> None:
        """Say beside the field that it is about what the domain refuses."""
        named: Mapping[type[Refused], str] = {
            LeadMissing: "lead",
            NotAHandler: "lead",
            UnknownBody: "lead",
            BodyTwice: "cohandling",
            BadDue: "due",
            UnknownGrade: "grade",
            UnknownChoice: "degree",
            BadAttachment: "attachments",
            BadForm: self.text_field,
        }
        field = named.get(type(refusal), "")
        self.add_error(field if field in self.fields else None, refusal.message)


class ReasonForm(StepForm):
    """A step for which a reason is given."""

    text_field = "reason"
    reason = forms.CharField(label=_("Reason"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}))


class NoteForm(StepForm):
    """A step to which something may be noted, for staff and handlers."""

    text_field = "note"
    note = forms.CharField(
        label=_("Note for staff and handlers"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class AddressForm(StepForm):
    """Who leads, who helps, and by when."""

    text_field = "note"
    lead = forms.TypedChoiceField(label=_("Body in charge"), coerce=int)
    cohandling = forms.TypedMultipleChoiceField(
        label=_("Bodies that help"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    due = day_field(label=_("Due date"), required=False)

    def __init__(self, *args: Any, bodies: Iterable[Body], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = [(body.pk, body.name) for body in bodies]
        lead: Any = self.fields["lead"]
        cohandling: Any = self.fields["cohandling"]
        lead.choices = [("", _("Choose a body")), *chosen]
        cohandling.choices = chosen

    @property
    def helping(self) -> Sequence[str]:
        """Names of the co-handling bodies that are chosen now."""
        wanted = {str(value) for value in self["cohandling"].value() or ()}
        choices: Any = self["cohandling"].field
        return [name for pk, name in choices.choices if str(pk) in wanted]


class ReaddressForm(AddressForm):
    """To others; where no day is given, the due date stays or is set anew."""

    note = forms.CharField(
        label=_("Note for staff and handlers"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class LineForm(AddressForm):
    """A line of a signed summary: its words stand."""

    chosen = forms.BooleanField(label=_("Refer this line"), required=False)


class SuggestionForm(AddressForm):
    """What is asked for on the ground of one suggestion."""

    text_field = "item"
    item = forms.CharField(
        label=_("What is to be done"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3})
    )
    field_order = ("item", "lead", "cohandling", "due")


class AnswerForm(StepForm):
    """The leading body's answer."""

    text_field = "text"
    wide = True
    text = forms.CharField(label=_("Reply"), max_length=3 * LONGEST, widget=forms.Textarea(attrs={"rows": 8}))
    grade = forms.TypedChoiceField(label=_("Class of the reply"), coerce=int, widget=forms.RadioSelect)
    attachments = FilesField(
        label=_("Files"), required=False, help_text=_("PDF, Word, Excel, PowerPoint, JPEG or PNG.")
    )

    def __init__(self, *args: Any, grades: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grade: Any = self.fields["grade"]
        grade.choices = grades


class ContributionForm(StepForm):
    """What a co-handling body has to say."""

    text_field = "text"
    wide = True
    body = forms.TypedChoiceField(label=_("Answering for"), coerce=int)
    text = forms.CharField(
        label=_("Contribution"), max_length=3 * LONGEST, widget=forms.Textarea(attrs={"rows": 6})
    )
    attachments = FilesField(
        label=_("Files"), required=False, help_text=_("PDF, Word, Excel, PowerPoint, JPEG or PNG.")
    )

    def __init__(self, *args: Any, bodies: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        body: Any = self.fields["body"]
        body.choices = bodies
        if len(bodies) == 1:
            body.initial = bodies[0][0]
            body.widget = forms.HiddenInput()


class RatingForm(StepForm):
    """What an author says of the reply."""

    text_field = "comment"
    wide = True
    degree = forms.ChoiceField(
        label=_("Are you satisfied with the reply?"), choices=Satisfied.choices, widget=forms.RadioSelect
    )
    comment = forms.CharField(
        label=_("Comment"), required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 2})
    )


class LinkForm(StepForm):
    """A signed link for a body without accounts."""

    text_field = "days"
    body = forms.TypedChoiceField(label=_("Handling body"), coerce=int)
    days = forms.IntegerField(label=_("Opens for so many days"), initial=30, min_value=1, max_value=180)

    def __init__(self, *args: Any, bodies: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        body: Any = self.fields["body"]
        body.choices = bodies
