"""The form of a proposal or report, and of its next step. What is taken, the actions decide."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from jianyan.accounts.enums import BodyKind
from jianyan.accounts.models import Body

from ..actions.submissions import (
    NUMBER_LENGTH,
    SPONSOR_LENGTH,
    TEXT_LENGTH,
    TITLE_LENGTH,
    WAYS,
    SubmissionFacts,
)
from ..enums import Sponsor, SubmissionKind, SubmissionState
from ..errors import (
    BadDates,
    BadSponsor,
    DateAhead,
    NotCoverable,
    NumberTaken,
    Refused,
    UnknownBody,
    UnknownMember,
)
from ..models import Submission
from ..queries.coverable import Coverable
from ..queries.submissions import members_called
from .behalf import NamesField
from .covers import CoversForm
from .fields import CleanTextField
from .preparation import HostChoice

SPONSORING = (
    *(BodyKind.PARTY, BodyKind.SOCIETY, BodyKind.ORGAN, BodyKind.SPECIAL_COMMITTEE, BodyKind.SECTOR),
    *(BodyKind.STUDIO, BodyKind.HALL),
)
"""Kinds of bodies that put documents forward."""
FIELD_OF: Mapping[type[Refused], str] = {
    BadDates: "filed",
    BadSponsor: "sponsor",
    DateAhead: "filed",
    NotCoverable: "cover",
    NumberTaken: "number",
    UnknownBody: "sponsor_body",
    UnknownMember: "members",
}


class SubmissionForm(CoversForm):
    """What it is called and says, who puts it forward, and which suggestions it grew from."""

    sent_as = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)
    edition = forms.IntegerField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(
        label=pgettext_lazy("of a document", "Kind"),
        choices=SubmissionKind.choices,
        initial=SubmissionKind.PROPOSAL,
    )
    number = CleanTextField(
        label=pgettext_lazy("of a document", "Number"),
        max_length=NUMBER_LENGTH,
        required=False,
        help_text=gettext_lazy("Each number once per kind; may stay empty until there is one."),
    )
    title = CleanTextField(label=gettext_lazy("Title"), max_length=TITLE_LENGTH)
    text = CleanTextField(
        label=gettext_lazy("Text"),
        max_length=TEXT_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 12}),
    )
    sponsor_kind = forms.ChoiceField(
        label=gettext_lazy("Put forward by"), choices=Sponsor.choices, initial=Sponsor.GROUP
    )
    sponsor_body = HostChoice(
        queryset=Body.objects.none(), label=gettext_lazy("Party, group or committee"), required=False
    )
    sponsor = CleanTextField(
        label=gettext_lazy("Name of the sponsor"),
        max_length=SPONSOR_LENGTH,
        required=False,
        help_text=gettext_lazy("Empty: the body's name, or the members'."),
    )
    members = NamesField(
        label=gettext_lazy("Members"),
        required=False,
        max_length=2000,
        help_text=gettext_lazy(
            "Names with commas between them; where two have one name, with the last digits of the phone behind it."
        ),
    )
    filed = forms.DateField(
        label=gettext_lazy("Filed on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    body = HostChoice(queryset=Body.objects.none(), label=gettext_lazy("Received by"))

    def __init__(self, *args: Any, within: Coverable, **kwargs: Any) -> None:
        super().__init__(*args, within=within, **kwargs)
        cast(HostChoice, self.fields["body"]).queryset = within.bodies
        sponsoring = Body.objects.filter(kind__in=SPONSORING).order_by("path")
        cast(HostChoice, self.fields["sponsor_body"]).queryset = sponsoring

    def clean(self) -> dict[str, Any]:
        """With `member_ids`, those who were members on the day of filing."""
        fields = super().clean()
        body, filed = fields.get("body"), fields.get("filed")
        if body is None or filed is None:
            return fields
        found = members_called(body, fields.get("members", ()), on=filed)
        between = pgettext("between names", ", ")
        if found.unknown:
            names = between.join(found.unknown)[:200]
            self.add_error("members", _("No member was called so on that day: %(names)s.") % {"names": names})
        if found.ambiguous:
            names = between.join(found.ambiguous)[:200]
            self.add_error(
                "members",
                _("Several are called so, please add the last digits of the phone: %(names)s.")
                % {"names": names},
            )
        fields["member_ids"] = frozenset(found.ids)
        return fields

    def facts(self) -> SubmissionFacts:
        """What is said, of a form that is valid."""
        said = self.cleaned_data
        sponsoring = said["sponsor_body"]
        return SubmissionFacts(
            body_id=said["body"].pk,
            kind=said["kind"],
            number=said["number"],
            title=said["title"],
            text=said["text"],
            sponsor_kind=said["sponsor_kind"],
            sponsor=said["sponsor"],
            sponsor_body_id=sponsoring.pk if sponsoring is not None else None,
            member_ids=said["member_ids"],
            suggestion_ids=said["keys"]["suggestion"],
            filed=said["filed"],
        )

    def blame(self, refusal: Refused) -> None:
        """Say beside the field that it is about what the domain refuses."""
        self.add_error(FIELD_OF.get(type(refusal)), refusal.message)


class MoveForm(forms.Form):
    """Its next state, and since when."""

    state = forms.ChoiceField(label=gettext_lazy("It is now"))
    on = forms.DateField(
        label=gettext_lazy("Since"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, present: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        following = WAYS[SubmissionState(present)]
        state = cast(forms.ChoiceField, self.fields["state"])
        state.choices = [(one.value, one.label) for one in following]


def said_of(submission: Submission) -> dict[str, Any]:
    """A document as the form shows it at first, but for its suggestions: one query."""
    between = pgettext("between names", ", ")
    return {
        "edition": submission.edition,
        "body": submission.body_id,
        "kind": submission.kind,
        "number": submission.number,
        "title": submission.title,
        "text": submission.text,
        "sponsor_kind": submission.sponsor_kind,
        "sponsor": submission.sponsor,
        "sponsor_body": submission.sponsor_body_id,
        "members": between.join(member.display_name for member in submission.members.all()),
        "filed": submission.filed,
    }


def unsent(*, on: dt.date) -> dict[str, Any]:
    """A new one, of today."""
    return {"filed": on, "sent_as": uuid.uuid4()}
