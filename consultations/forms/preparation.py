"""Preparing a deliberation: one form for it and one for each of its topics, checked together."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.db.models import QuerySet
from django.forms.formsets import BaseFormSet, formset_factory
from django.http import QueryDict
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jianyan.accounts.models import Body

from ..actions.deliberations import DeliberationPlan, TopicPlan
from ..enums import BallotKind, Mode, Tallies, Visibility
from ..models import Channel
from ..queries.prepare import number_taken
from .fields import CleanTextField, InstantField, LinesField
from .starting import Start, blank_topic

if TYPE_CHECKING:
    BodyChoiceField = forms.ModelChoiceField[Body]
    TopicFormSet = BaseFormSet["TopicForm"]
else:
    # Generic for the type checker alone.
    BodyChoiceField = forms.ModelChoiceField
    TopicFormSet = BaseFormSet

MOST_TOPICS = 20

RULES_MEAN = {
    "tallies": gettext_lazy(
        "After closing: until then nobody sees how many support what, moderators neither; then nobody follows the "
        "crowd."
    ),
    "rotated": gettext_lazy(
        "Until the topic closes the list begins shuffled, for each member in an order of their own that stays, so "
        "that no idea gains from standing first."
    ),
    "consensus_share": gettext_lazy(
        "So many per cent of those present must support an idea for the summary to propose it as consensus; a "
        "secretary decides."
    ),
    "consensus_sectors": gettext_lazy("And its supporters must come from so many sectors."),
}
"""What some rules mean, for whoever sets them: for a topic here, as a channel's defaults in the administration."""


class HostChoice(BodyChoiceField):
    """A body by its full name: short ones are alike."""

    def label_from_instance(self, obj: Any) -> str:
        """The name, set in by its depth in the tree."""
        return "　" * (len(obj.lineage) - 1) + str(obj.name)


class DeliberationForm(forms.Form):
    """The event itself."""

    known = forms.CharField(widget=forms.HiddenInput, required=False)
    title = CleanTextField(label=gettext_lazy("Title"), max_length=120)
    host = HostChoice(queryset=None, label=gettext_lazy("Host"), empty_label=None)
    number = forms.IntegerField(
        label=gettext_lazy("Number in this year's series"),
        required=False,
        min_value=1,
        max_value=9999,
        help_text=gettext_lazy("May be left empty."),
    )
    starts_at = InstantField(label=gettext_lazy("Starts"))
    ends_at = InstantField(label=gettext_lazy("Ends"))
    mode = forms.ChoiceField(label=gettext_lazy("Takes place"), choices=Mode.choices, initial=Mode.ONLINE)
    place = CleanTextField(
        label=gettext_lazy("Place"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Where people meet; empty if it is online only."),
    )
    visibility = forms.ChoiceField(
        label=gettext_lazy("Who may see it"), choices=Visibility.choices, initial=Visibility.PUBLIC
    )
    linked = forms.BooleanField(
        label=gettext_lazy("The clocks of its topics run together"),
        required=False,
        help_text=gettext_lazy(
            "Pausing, resuming, extending or closing one topic then does the same to the others. Moderators can "
            "switch it at the desk at any time."
        ),
    )

    def __init__(
        self,
        *args: Any,
        hosts: QuerySet[Body],
        channel_id: int,
        deliberation_id: int | None = None,
        fixed: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.disabled = fixed and name != "known"
        self.channel_id = channel_id
        self.deliberation_id = deliberation_id
        cast("HostChoice", self.fields["host"]).queryset = hosts

    def clean_known(self) -> frozenset[int]:
        """Ids of the topics that were there when the form was first shown."""
        return frozenset(int(number) for number in re.findall(r"\b[0-9]{1,18}\b", self.cleaned_data["known"]))

    def clean(self) -> dict[str, Any]:
        """Ends after it starts; on site it has a place; its number is free."""
        fields = self.cleaned_data
        starts_at, ends_at = fields.get("starts_at"), fields.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", _("The end must lie after the beginning."))
        if fields.get("mode") in (Mode.OFFLINE, Mode.HYBRID) and not fields.get("place"):
            self.add_error("place", _("Please say where people meet."))
        number = fields.get("number")
        if number and starts_at:
            year = timezone.localdate(starts_at).year
            if number_taken(self.channel_id, year, number, but=self.deliberation_id):
                self.add_error(
                    "number",
                    _("Number %(number)s of %(year)s is taken.") % {"number": number, "year": year},
                )
        return fields


class TopicForm(forms.Form):
    """One question with its times and rules. Times left empty are those of the deliberation."""

    topic_id = forms.IntegerField(widget=forms.HiddenInput, required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    title = CleanTextField(label=gettext_lazy("Topic"), max_length=120)
    prompt = CleanTextField(
        label=gettext_lazy("Question to the members"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("What is asked, in two or three sentences."),
    )
    background = CleanTextField(
        label=gettext_lazy("Background"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Facts that members should know; folded away on phones."),
    )
    departments = LinesField(
        label=gettext_lazy("Departments concerned"),
        separators="、，,；;",
        longest=60,
        most=30,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("One per line, or separated by commas."),
    )
    themes = LinesField(
        label=gettext_lazy("Themes"),
        separators="；;",
        longest=40,
        most=30,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy(
            "One per line. Moderators put suggestions under them; more can be added later."
        ),
    )
    opens_at = InstantField(
        label=gettext_lazy("Opens"),
        required=False,
        help_text=gettext_lazy("Empty: when the deliberation starts."),
    )
    closes_at = InstantField(
        label=gettext_lazy("Closes"),
        required=False,
        help_text=gettext_lazy("Empty: when the deliberation ends."),
    )
    posting_until = InstantField(
        label=gettext_lazy("New ideas until"),
        required=False,
        help_text=gettext_lazy("Empty: until the topic closes."),
    )
    voting_from = InstantField(
        label=gettext_lazy("Voting from"),
        required=False,
        help_text=gettext_lazy("Empty: from the opening on."),
    )
    ideas = forms.IntegerField(label=gettext_lazy("Ideas per member"), min_value=1, max_value=20)
    length = forms.IntegerField(label=gettext_lazy("Characters per idea"), min_value=10, max_value=5000)
    ballot = forms.ChoiceField(label=gettext_lazy("Ballot"), choices=BallotKind.choices)
    budget = forms.IntegerField(
        label=gettext_lazy("Votes per member"),
        required=False,
        min_value=1,
        max_value=1000,
        help_text=gettext_lazy("Empty: as many as they like."),
    )
    tallies = forms.ChoiceField(
        label=gettext_lazy("Counts are shown"),
        choices=Tallies.choices,
        help_text=RULES_MEAN["tallies"],
    )
    premoderated = forms.BooleanField(
        label=gettext_lazy("Ideas are reviewed before they are shown"), required=False
    )
    anonymous = forms.BooleanField(
        label=gettext_lazy("Authors are not named to other members"), required=False
    )
    rotated = forms.BooleanField(
        label=gettext_lazy("Every member sees another order"),
        required=False,
        help_text=RULES_MEAN["rotated"],
    )
    consensus_share = forms.IntegerField(
        label=gettext_lazy("Consensus: per cent of those present"),
        min_value=1,
        max_value=100,
        help_text=RULES_MEAN["consensus_share"],
    )
    consensus_sectors = forms.IntegerField(
        label=gettext_lazy("Consensus: sectors"),
        min_value=1,
        max_value=40,
        help_text=RULES_MEAN["consensus_sectors"],
    )

    def complete(self, starts_at: dt.datetime, ends_at: dt.datetime, *, at: dt.datetime) -> None:
        """Fill in empty times from the deliberation, and say what is wrong with them. After `is_valid`."""
        fields = self.cleaned_data
        opens_at = fields["opens_at"] = fields.get("opens_at") or starts_at
        closes_at = fields["closes_at"] = fields.get("closes_at") or ends_at
        if closes_at <= opens_at:
            self.add_error("closes_at", _("The topic must close after it opens."))
        elif closes_at <= at:
            self.add_error("closes_at", _("This time is over; the topic would be closed at once."))
        if opens_at < starts_at or opens_at >= ends_at:
            self.add_error("opens_at", _("The topic must open during the deliberation."))
        if closes_at > ends_at:
            self.add_error("closes_at", _("The topic must close before the deliberation ends, or with it."))
        posting_until, voting_from = fields.get("posting_until"), fields.get("voting_from")
        if posting_until and not opens_at < posting_until <= closes_at:
            self.add_error("posting_until", _("This must lie between the opening and the closing."))
        if voting_from and not opens_at <= voting_from < closes_at:
            self.add_error("voting_from", _("This must lie between the opening and the closing."))

    def plan(self) -> TopicPlan:
        """The topic as it shall be."""
        return TopicPlan(**self.cleaned_data | {"seen": self.cleaned_data["seen"] or 0})


class BaseTopicForms(TopicFormSet):
    """Every form that was sent is meant: none may be left empty."""

    def initial_form_count(self) -> int:
        """All of them, so that no form counts as a spare one."""
        return self.total_form_count() if self.is_bound else super().initial_form_count()


TopicForms = formset_factory(
    TopicForm,
    BaseTopicForms,
    extra=0,
    absolute_max=MOST_TOPICS + 1,
    max_num=MOST_TOPICS,
    validate_max=True,
)


class Preparation:
    """The deliberation's form and those of its topics.

    Without `data` they show the start. With `data` they are checked; unless it asks for another topic (`add`) or for
    one less (`remove`, its place): then they show what was typed, right or wrong, with that change, and are `retyped`.
    Once a topic has opened, the deliberation's own fields are fixed.
    """

    def __init__(
        self,
        start: Start,
        *,
        hosts: QuerySet[Body],
        deliberation_id: int | None = None,
        data: QueryDict | None = None,
    ) -> None:
        own, topics = start.deliberation, start.topics
        self.opened = start.opened
        self.retyped = data is not None and ("add" in data or "remove" in data)
        if data is not None and self.retyped:
            typed = _as_typed(DeliberationForm, data, "deliberation")
            own = own | ({"known": typed["known"]} if self.opened else typed)
            topics = _retyped_topics(data, start.channel)
            data = None
        self.deliberation = DeliberationForm(
            data,
            initial=own,
            hosts=hosts,
            channel_id=start.channel.pk,
            deliberation_id=deliberation_id,
            fixed=bool(self.opened),
            prefix="deliberation",
        )
        self.topics = TopicForms(data, initial=list(topics), prefix="topic")

    @property
    def removable(self) -> bool:
        """Whether a topic may be taken out: at least one must remain."""
        return len(self.topics.forms) + len(self.opened) > 1

    def is_valid(self, *, at: dt.datetime) -> bool:
        """Whether everything fits together; otherwise the forms carry what is wrong."""
        own, rest = self.deliberation.is_valid(), self.topics.is_valid()
        if own:
            starts_at, ends_at = (self.deliberation.cleaned_data[name] for name in ("starts_at", "ends_at"))
            for form in self.topics.forms:
                if form.is_valid():
                    form.complete(starts_at, ends_at, at=at)
        return own and rest and not self._empty and all(form.is_valid() for form in self.topics.forms)

    def plan(self) -> DeliberationPlan:
        """The whole as it shall be; after `is_valid`."""
        fields = dict(self.deliberation.cleaned_data)
        host = fields.pop("host")
        return DeliberationPlan(
            **fields, host_id=host.pk, topics=tuple(form.plan() for form in self.topics.forms)
        )

    @property
    def errors(self) -> list[tuple[str, str, str]]:
        """(id of the field, its label, what is wrong), in the order of the page; empty where nothing was checked."""
        if not self.deliberation.is_bound:
            return []
        found = []
        for counter, form in enumerate((self.deliberation, *self.topics.forms)):
            where = _("Topic %(counter)s") % {"counter": counter} + " · " if counter else ""
            for name, wrong in form.errors.items():
                found += [
                    (form[name].auto_id, f"{where}{form[name].label}", str(message)) for message in wrong
                ]
        found += [("", "", str(message)) for message in self.topics.non_form_errors()]
        return [*found, ("", "", _("A deliberation needs at least one topic."))] if self._empty else found

    @property
    def _empty(self) -> bool:
        return not self.topics.forms and not self.opened


def _as_typed(form: type[forms.Form], data: QueryDict, prefix: str) -> dict[str, Any]:
    return {
        name: field.widget.value_from_datadict(data, MultiValueDict(), f"{prefix}-{name}")
        for name, field in form.base_fields.items()
    }


def _retyped_topics(data: QueryDict, channel: Channel) -> list[dict[str, Any]]:
    total = data.get("topic-TOTAL_FORMS", "")
    count = min(int(total), MOST_TOPICS) if total.isascii() and total.isdecimal() else 0
    topics = [_as_typed(TopicForm, data, f"topic-{index}") for index in range(count)]
    if "add" in data:
        return [*topics, blank_topic(channel)][:MOST_TOPICS]
    return [topic for index, topic in enumerate(topics) if str(index) != data["remove"]]
