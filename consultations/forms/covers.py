"""What an outcome or a document is of, in a form: what is named already stays unless it is unticked; more is added beside it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from ..actions.covering import Covers
from ..models import Deliberation, Referral, Submission, Suggestion, Summary, Topic
from ..queries.coverable import OFFERED, Coverable, Named, named
from ..queries.outcomes import Covered

if TYPE_CHECKING:
    TopicChoice = forms.ModelChoiceField[Topic]
    ReferralChoice = forms.ModelChoiceField[Referral]
    SummaryChoice = forms.ModelChoiceField[Summary]
    EventChoiceBase = forms.ModelChoiceField[Deliberation]
    SubmissionChoice = forms.ModelChoiceField[Submission]
else:
    TopicChoice = forms.ModelChoiceField
    ReferralChoice = forms.ModelChoiceField
    SummaryChoice = forms.ModelChoiceField
    EventChoiceBase = forms.ModelChoiceField
    SubmissionChoice = forms.ModelChoiceField

KINDS = ("suggestion", "referral", "summary", "deliberation", "submission")
MOST_NUMBERS = 200
LABEL = 40
"""Characters of a suggestion by which it is recognised."""
_KEY = re.compile(rf"({'|'.join(KINDS)})-([0-9]{{1,18}})")
_NUMBERS = re.compile(r"([0-9]{1,6})(?:\s*[-–~至到]\s*#?([0-9]{1,6}))?")
_BETWEEN = re.compile(r"[\s#、,;。和第号]*")


class EventChoice(EventChoiceBase):
    """Events by date and title."""

    def label_from_instance(self, obj: Deliberation) -> str:
        """As lists of events call it."""
        return f"{obj.starts_at:%Y-%m-%d} {obj.title}"


class KeysField(forms.MultipleChoiceField):
    """Keys of what is named: whatever is ticked; whether it can stand there, the action decides."""

    widget = forms.CheckboxSelectMultiple

    def valid_value(self, value: Any) -> bool:
        """Whether it is such a key at all."""
        return _KEY.fullmatch(str(value)) is not None


class NumbersField(forms.CharField):
    """Numbers of suggestions as people write them: “#3 #7”, “3、7”, “3-5”, full-width ones."""

    def clean(self, value: Any) -> Any:
        """The numbers, each once."""
        text = unicodedata.normalize("NFKC", super().clean(value) or "")
        numbers: list[int] = []
        for found in _NUMBERS.finditer(text):
            first, last = int(found[1]), int(found[2] or found[1])
            if last - first >= MOST_NUMBERS or len(numbers) > MOST_NUMBERS:
                raise ValidationError(_("At most %(limit)s of them.") % {"limit": MOST_NUMBERS})
            numbers.extend(range(first, last + 1))
        if _BETWEEN.fullmatch(_NUMBERS.sub("", text)) is None:
            raise ValidationError(_("Please write numbers, as #3 #7 or 3-5."))
        return tuple(dict.fromkeys(numbers))


class CoversForm(forms.Form):
    """Suggestions, which both outcomes and documents are of."""

    cover = KeysField(label=gettext_lazy("It is of"), required=False)
    add_topic = TopicChoice(
        queryset=Topic.objects.none(), label=gettext_lazy("Suggestions of the topic"), required=False
    )
    add_numbers = NumbersField(
        label=gettext_lazy("with the numbers"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("For instance #3 #7, or 3-5."),
    )

    def __init__(self, *args: Any, within: Coverable, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.within = within
        self._offer("add_topic", within.topics)
        self.named: tuple[Named, ...] = named(keys_of(self._ticked()), within)
        field = cast(KeysField, self.fields["cover"])
        field.choices = [(one.key, _label(one.covered)) for one in self.named]

    def _ticked(self) -> Iterable[str]:
        if not self.is_bound:
            ticked: Iterable[str] = self.initial.get("cover", ())
            return ticked
        return self.fields["cover"].widget.value_from_datadict(self.data, self.files, "cover") or ()

    def _offer(self, name: str, rows: Any) -> None:
        """The latest; one that is chosen is among them, however old."""
        field = cast(TopicChoice, self.fields[name])
        field.queryset = rows
        field.choices = [("", "—"), *((row.pk, field.label_from_instance(row)) for row in rows[:OFFERED])]

    def clean(self) -> dict[str, Any]:
        """With `keys`: ids by kind of all that is ticked and added."""
        fields = super().clean() or {}
        keys = {kind: set(ids) for kind, ids in keys_of(fields.get("cover", ())).items()}
        topic, numbers = fields.get("add_topic"), fields.get("add_numbers", ())
        if topic is not None and numbers:
            keys["suggestion"] |= self._numbered(topic, numbers)
        elif topic is not None and "add_numbers" not in self.errors:
            self.add_error("add_numbers", _("Please say which suggestions of this topic."))
        elif numbers and "add_topic" not in self.errors:
            self.add_error("add_topic", _("Please choose the topic of these suggestions."))
        for kind in KINDS:
            more = fields.get(f"add_{kind}")
            if more is not None:
                keys[kind].add(more.pk)
        fields["keys"] = {kind: frozenset(ids) for kind, ids in keys.items()}
        return fields

    def _numbered(self, topic: Topic, numbers: Iterable[int]) -> set[int]:
        known = dict(Suggestion.objects.filter(topic=topic, number__in=numbers).values_list("number", "pk"))
        missing = [number for number in numbers if number not in known]
        if missing:
            self.add_error(
                "add_numbers",
                _("There is no suggestion no. %(number)s in this topic.") % {"number": missing[0]},
            )
        return set(known.values())


class OutcomeCoversForm(CoversForm):
    """And everything else that an outcome can be of."""

    add_deliberation = EventChoice(
        queryset=Deliberation.objects.none(), label=gettext_lazy("Event"), required=False
    )
    add_referral = ReferralChoice(
        queryset=Referral.objects.none(), label=gettext_lazy("Referral"), required=False
    )
    add_summary = SummaryChoice(
        queryset=Summary.objects.none(), label=gettext_lazy("Consultation summary"), required=False
    )
    add_submission = SubmissionChoice(
        queryset=Submission.objects.none(), label=gettext_lazy("Proposal or report"), required=False
    )

    def __init__(self, *args: Any, within: Coverable, **kwargs: Any) -> None:
        super().__init__(*args, within=within, **kwargs)
        self._offer("add_deliberation", within.deliberations)
        self._offer("add_referral", within.referrals)
        self._offer("add_summary", within.summaries)
        self._offer("add_submission", within.submissions)

    def covers(self) -> Covers:
        """What the outcome covers, of a form that is valid."""
        keys: Mapping[str, frozenset[int]] = self.cleaned_data["keys"]
        return Covers(
            suggestions=keys["suggestion"],
            referrals=keys["referral"],
            summaries=keys["summary"],
            deliberations=keys["deliberation"],
            submissions=keys["submission"],
        )


def keys_of(texts: Iterable[str]) -> dict[str, frozenset[int]]:
    """Ids by kind; every kind is there."""
    ids: dict[str, set[int]] = {kind: set() for kind in KINDS}
    for text in texts:
        found = _KEY.fullmatch(text)
        if found is not None:
            ids[found[1]].add(int(found[2]))
    return {kind: frozenset(found) for kind, found in ids.items()}


def key(kind: str, pk: int) -> str:
    """How a form names something."""
    return f"{kind}-{pk}"


def _label(covered: Covered) -> str:
    """By what somebody recognises it: what it is, where it stands, how it begins."""
    words = f"{covered.kind_name} {Truncator(covered.words).chars(60)}"
    if not covered.text:
        return words
    colon = pgettext("between a word and what it names", ": ")
    return f"{words}{colon}{Truncator(covered.text).chars(LABEL)}"
