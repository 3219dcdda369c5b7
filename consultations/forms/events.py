"""The form of an event that took place, and those of an import."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jianyan.accounts.models import Body

from ..actions.event_records import Counted, EventPlan
from ..enums import Mode, Visibility
from ..importing.cells import HIGHEST
from ..models import Category, Channel
from ..queries.events import bodies_named
from .fields import CleanTextField, LinesField
from .preparation import HostChoice

if TYPE_CHECKING:
    ChannelChoice = forms.ModelChoiceField[Channel]
    CategoryChoices = forms.ModelMultipleChoiceField[Category]
else:
    ChannelChoice = forms.ModelChoiceField
    CategoryChoices = forms.ModelMultipleChoiceField

LONGEST_NOTE = 2000
MOST_CO_HOSTS = 20


class CountField(forms.IntegerField):
    """A whole number from 0; left empty it is 0. Full-width digits are digits."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            min_value=0,
            max_value=HIGHEST,
            required=False,
            widget=forms.NumberInput(attrs={"inputmode": "numeric", "placeholder": "0"}),
            **kwargs,
        )

    def clean(self, value: Any) -> Any:
        """The number."""
        return super().clean(value) or 0


class CoHostsField(LinesField):
    """Names of bodies with commas between them."""

    def clean(self, value: Any) -> Any:
        """The ids of these bodies; raises ValidationError for a name that none or several have."""
        names: tuple[str, ...] = super().clean(value)
        found = bodies_named(names)
        ids = []
        for name in names:
            bodies = found[name]
            exactly = [body for body in bodies if body.name == name] or bodies
            if not exactly:
                raise ValidationError(_("There is no body “%(name)s”.") % {"name": name})
            if len(exactly) > 1:
                raise ValidationError(
                    _("Several bodies are called “%(name)s”. Please write the full name.") % {"name": name}
                )
            ids.append(exactly[0].pk)
        return tuple(ids)


class CountedForm(forms.Form):
    """What was counted on paper, and what the event counts as."""

    edition = forms.IntegerField(widget=forms.HiddenInput, required=False)
    attendance = CountField(
        label=gettext_lazy("Attendances"),
        help_text=gettext_lazy("Everybody who came, each time that they came (人次)."),
    )
    statements = CountField(label=gettext_lazy("Statements made"))
    accepted = CountField(label=gettext_lazy("Suggestions taken up"))
    resolved = CountField(label=gettext_lazy("Problems solved"))
    co_hosts = CoHostsField(
        label=gettext_lazy("Held together with"),
        separators="、，,；;",
        longest=120,
        most=MOST_CO_HOSTS,
        required=False,
        widget=forms.TextInput,
        help_text=gettext_lazy("Names of bodies with commas between them; may be left empty."),
    )
    counts_as = CategoryChoices(
        queryset=Category.objects.all(),
        label=gettext_lazy("Counts in the annual report as"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("With nothing ticked it counts as its channel says."),
    )
    note = CleanTextField(
        label=gettext_lazy("Note about the event"),
        max_length=LONGEST_NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def counted(self) -> Counted:
        """What the valid form says."""
        fields = self.cleaned_data
        return Counted(
            co_hosts=fields["co_hosts"],
            counts_as=tuple(category.pk for category in fields["counts_as"]),
            attendance=fields["attendance"],
            statements=fields["statements"],
            accepted=fields["accepted"],
            resolved=fields["resolved"],
            note=fields["note"],
        )

    @property
    def seen(self) -> int:
        """The edition that was looked at."""
        return self.cleaned_data["edition"] or 0

    def marked(self) -> CountedForm:
        """Itself, with what is wrong tied to its field for whoever hears the page."""
        for name in self.errors:
            if name in self.fields:
                self.fields[name].widget.attrs["aria-invalid"] = "true"
        return self


class EventForm(CountedForm):
    """The event itself as well."""

    title = CleanTextField(label=gettext_lazy("Name of the event"), max_length=120)
    channel = ChannelChoice(
        queryset=Channel.objects.all(),
        label=gettext_lazy("Channel"),
        empty_label=gettext_lazy("Please choose"),
    )
    host = HostChoice(
        queryset=Body.objects.none(), label=gettext_lazy("Host"), empty_label=gettext_lazy("Please choose")
    )
    day = forms.DateField(
        label=gettext_lazy("Date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    begins = forms.TimeField(
        label=gettext_lazy("From (may be left empty)"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    ends = forms.TimeField(
        label=gettext_lazy("Until (may be left empty)"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    mode = forms.ChoiceField(label=gettext_lazy("Takes place"), choices=Mode.choices, initial=Mode.OFFLINE)
    place = CleanTextField(label=gettext_lazy("Place"), max_length=120, required=False)
    visibility = forms.ChoiceField(
        label=gettext_lazy("Who may see it"), choices=Visibility.choices, initial=Visibility.PUBLIC
    )

    def __init__(self, *args: Any, hosts: QuerySet[Body], at: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = timezone.localdate(at)
        cast("HostChoice", self.fields["host"]).queryset = hosts
        self.fields["day"].widget.attrs["max"] = self.today.isoformat()
        if not self.is_bound and not self.initial.get("edition"):
            # Where typing begins: what is taken over from the last one needs no look.
            first = "title" if self.initial.get("host") else "channel"
            self.fields[first].widget.attrs["autofocus"] = True

    def clean_day(self) -> dt.date:
        """A day that has come."""
        day: dt.date = self.cleaned_data["day"]
        if day > self.today:
            raise ValidationError(_("%(date)s has not come yet.") % {"date": day.isoformat()})
        if day.year < self.today.year - 100:
            raise ValidationError(_("Please check the year."))
        return day

    def clean(self) -> dict[str, Any]:
        """Both hours or neither, and in their order."""
        fields = self.cleaned_data
        begins, ends = fields.get("begins"), fields.get("ends")
        if (begins is None) != (ends is None) and not {"begins", "ends"} & self.errors.keys():
            self.add_error("ends" if ends is None else "begins", _("Please give both hours, or neither."))
        elif begins is not None and ends is not None and ends < begins:
            self.add_error("ends", _("The end must lie after the beginning."))
        return fields

    def plan(self) -> EventPlan:
        """What the valid form says."""
        fields = self.cleaned_data
        return EventPlan(
            channel_id=fields["channel"].pk,
            host_id=fields["host"].pk,
            title=fields["title"],
            day=fields["day"],
            begins=fields["begins"],
            ends=fields["ends"],
            mode=fields["mode"],
            place=fields["place"],
            visibility=fields["visibility"],
            counted=self.counted(),
        )


def names_listed(names: Sequence[str]) -> str:
    """As CoHostsField reads them."""
    return "、".join(names)
