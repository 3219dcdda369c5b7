"""The words of a report: its title, a form for each passage, and one for a further passage in each part."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jianyan.accounts.models import Body

from ..actions.reports import HEADING_LENGTH, TEXT_LENGTH, TITLE_LENGTH, Wording
from ..documents.report.standard import Words
from ..documents.report.tokens import Forms, unknown
from ..enums import ReportPart
from ..models import Report, ReportPassage
from ..periods import YEARS, Period, of_year
from .fields import CleanTextField

_ROWS = 5


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class TitleForm(forms.Form):
    """`seen`: the title as the writer saw it."""

    title = CleanTextField(label=gettext_lazy("Title"), max_length=TITLE_LENGTH)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class NewPassageForm(forms.Form):
    """A further passage; nothing typed, nothing added. In its text `{name}` stands for a figure; other names are errors."""

    heading = CleanTextField(label=gettext_lazy("Heading"), max_length=HEADING_LENGTH)
    text = CleanTextField(
        label=gettext_lazy("Text"),
        max_length=TEXT_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": _ROWS}),
    )

    def __init__(self, *args: Any, known: Forms, **kwargs: Any) -> None:
        self.known = known
        super().__init__(*args, **kwargs)

    def clean_text(self) -> str:
        """The text, in which every name in braces is that of a figure."""
        text: str = self.cleaned_data["text"]
        wrong = unknown(text, self.known)
        if wrong:
            raise ValidationError(
                _(
                    "There is no figure %(tokens)s. Choose one from the list of figures, or take the braces out."
                )
                % {"tokens": "、".join(wrong)}
            )
        return text


class PassageForm(NewPassageForm):
    """A passage as it was seen at `edition`. `seen` tells what its writer has changed from what somebody else has."""

    edition = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def is_reworded(self) -> bool:
        """Whether its writer has changed anything, of a form that was sent."""
        if not self.is_valid():
            return True
        data = self.cleaned_data
        return bool(data["seen"] != _digest(data["heading"], data["text"]))


def _digest(heading: str, text: str) -> str:
    return hashlib.sha256(f"{heading}\n\n{text}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class ReportForms:
    """All forms of the editor. `passages` by id; `gone`: what was typed into passages that somebody has taken out."""

    title: TitleForm
    passages: Mapping[int, PassageForm]
    new: Mapping[ReportPart, NewPassageForm]
    known: Forms
    gone: tuple[tuple[str, str], ...] = ()

    def are_valid(self) -> bool:
        """Whether everything that was sent can be saved; what was not sent is left as it is."""
        forms = (self.title, *self.passages.values(), *self.new.values())
        # All of them are asked, so that each says what is wrong with it.
        wrong = [form for form in forms if form.is_bound and not form.is_valid()]
        return not wrong and not self.gone

    @property
    def wrong(self) -> tuple[tuple[str, str, str], ...]:
        """(id of the field, its label, what is wrong) of everything that was sent."""
        forms = (self.title, *self.passages.values(), *self.new.values())
        return tuple(
            (form[name].auto_id, str(form[name].label), str(message))
            for form in forms
            if form.is_bound
            for name, messages in form.errors.items()
            for message in messages
        )

    def wordings(self) -> tuple[Wording, ...]:
        """What the passages are to say."""
        return tuple(
            Wording(pk, data["heading"], data["text"], data["edition"])
            for pk, form in self.passages.items()
            if form.is_bound and form.is_reworded()
            for data in [form.cleaned_data]
        )

    def added(self) -> tuple[Words, ...]:
        """Further passages."""
        return tuple(
            Words(part, form.cleaned_data["heading"], form.cleaned_data["text"])
            for part, form in self.new.items()
            if form.is_bound and form.has_changed()
        )


def shown(report: Report, passages: Iterable[ReportPassage], known: Forms) -> ReportForms:
    """What stands."""
    return ReportForms(
        title=TitleForm(initial={"title": report.title, "seen": report.title}),
        passages={row.pk: _passage(row, known) for row in passages},
        new={part: NewPassageForm(prefix=_new(part), known=known) for part in ReportPart},
        known=known,
    )


def sent(data: QueryDict, report: Report, passages: Iterable[ReportPassage], known: Forms) -> ReportForms:
    """What somebody has typed, beside what stands where they have not seen it."""
    rows = {row.pk: row for row in passages}
    return ReportForms(
        title=TitleForm(data) if "title" in data else TitleForm(initial={"title": report.title}),
        passages={
            pk: PassageForm(data, prefix=_of(pk), known=known)
            if f"{_of(pk)}-edition" in data
            else _passage(row, known)
            for pk, row in rows.items()
        },
        new={
            part: NewPassageForm(
                data, prefix=_new(part), known=known, empty_permitted=True, use_required_attribute=False
            )
            for part in ReportPart
        },
        known=known,
        gone=tuple(_gone(data, rows)),
    )


def _gone(data: QueryDict, rows: Mapping[int, ReportPassage]) -> Iterable[tuple[str, str]]:
    """(heading, text) of passages that were sent and are no longer there."""
    for name in data:
        prefix, _dash, field = name.partition("-")
        pk = prefix.removeprefix("passage")
        if field == "edition" and pk.isascii() and pk.isdecimal() and int(pk) not in rows:
            yield data.get(f"{prefix}-heading", ""), data.get(f"{prefix}-text", "")


def _passage(row: ReportPassage, known: Forms) -> PassageForm:
    initial = {
        "edition": row.edition,
        "seen": _digest(row.heading, row.text),
        "heading": row.heading,
        "text": row.text,
    }
    return PassageForm(prefix=_of(row.pk), initial=initial, known=known)


def _of(passage_id: int) -> str:
    return f"passage{passage_id}"


def _new(part: ReportPart) -> str:
    return f"new-{part}"


class PeriodForm(forms.Form):
    """A body and the days, both inclusive, that a report is to be on."""

    body_id = forms.TypedChoiceField(label=gettext_lazy("Body"), coerce=int)
    since = forms.DateField(label=gettext_lazy("From"), widget=_day())
    until = forms.DateField(label=gettext_lazy("Until"), widget=_day())

    def __init__(self, data: QueryDict | None, *, bodies: Sequence[Body], at: dt.datetime) -> None:
        self.bodies = {body.pk: body for body in bodies}
        last = of_year(timezone.localdate(at).year - 1)
        super().__init__(data, initial={"since": last.since, "until": last.until})
        choices = [(pk, "　" * (len(body.lineage) - 1) + body.name) for pk, body in self.bodies.items()]
        cast(forms.TypedChoiceField, self.fields["body_id"]).choices = choices

    def clean(self) -> dict[str, Any]:
        """The end does not come before the beginning, nor lie in another century."""
        data = super().clean() or self.cleaned_data
        since, until = data.get("since"), data.get("until")
        for field, day in (("since", since), ("until", until)):
            if day is not None and day.year not in YEARS:
                self.add_error(field, _("Please give a year with four digits, such as 2025."))
        if since and until and until < since:
            self.add_error("until", _("This day lies before the first one."))
        return data

    @property
    def body(self) -> Body:
        """The body chosen."""
        return self.bodies[self.cleaned_data["body_id"]]

    @property
    def period(self) -> Period:
        """The days chosen."""
        return Period(self.cleaned_data["since"], self.cleaned_data["until"])
