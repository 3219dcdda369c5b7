"""The forms beside members' records: the rules of points, corrections, appeals and their answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import points
from ..actions.point_rules import LONGEST_REASON
from ..actions.record_appeals import LONGEST
from ..enums import Deed, Level, OutcomeKind, SubmissionKind
from ..points import LONGEST_GROUP, MOST_RULES, Rule
from .fields import CleanTextField

EMPTY_ROWS = 3
"""Rows to fill in below the rules that there are."""


class PointsField(forms.DecimalField):
    """Points, to one tenth; written with a comma, a full-width digit or a minus sign of print as well."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=5, decimal_places=1, **kwargs)

    def to_python(self, value: Any) -> Any:
        """The number, or None where nothing was typed."""
        if isinstance(value, str):
            value = value.strip().replace("−", "-").replace("－", "-").replace("．", ".").removeprefix("+")
        return super().to_python(value)


def things_done() -> list[tuple[Any, Any]]:
    """What can be chosen to earn points, as `deed:part`, by deed."""
    return [
        ("", _("— nothing —")),
        *(
            (
                deed.label,
                [
                    (f"{deed.value}:", _("%(deed)s, in any role") % {"deed": deed.label}),
                    *(
                        (f"{deed.value}:{part.value}", f"{deed.label} · {part.label}")
                        for part in points.PARTS[deed]
                    ),
                ],
            )
            for deed in Deed
        ),
    ]


def kinds(categories: Mapping[str, str]) -> list[tuple[Any, Any]]:
    """What a rule can be restricted to: categories of events (short name → name), kinds of documents and outcomes."""
    return [
        ("", _("any")),
        (_("Events"), list(categories.items())),
        (_("Documents"), SubmissionKind.choices),
        (_("Outcomes"), OutcomeKind.choices),
    ]


class RuleForm(forms.Form):
    """One row of the rules; without `what` it is none."""

    what = forms.ChoiceField(label=gettext_lazy("What earns points"), required=False)
    of = forms.ChoiceField(label=gettext_lazy("Only of this kind"), required=False)
    level = forms.ChoiceField(
        label=gettext_lazy("Only of this level"),
        required=False,
        choices=[("", gettext_lazy("any")), *Level.choices],
    )
    points = PointsField(label=gettext_lazy("Points"), required=False)
    group = CleanTextField(
        label=gettext_lazy("Highest counts once in"), required=False, max_length=LONGEST_GROUP
    )
    cap = PointsField(label=gettext_lazy("Most in a year"), required=False)

    def __init__(self, *args: Any, categories: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rule: Rule | None = None
        self._choices("what").choices = things_done()
        self._choices("of").choices = kinds(categories)

    def _choices(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        if not isinstance(field, forms.ChoiceField):
            raise TypeError(name)
        return field

    def clean(self) -> dict[str, Any]:
        """`rule` is what the row says; faults stand at their fields."""
        filled: dict[str, Any] = super().clean() or {}
        what = filled.get("what")
        if not what or self.errors:
            return filled
        if filled["points"] is None:
            self.add_error("points", _("How many points?"))
            return filled
        deed, _colon, part = what.partition(":")
        rule = Rule(
            deed=deed,
            part=part,
            of=filled["of"],
            level=filled["level"],
            points=filled["points"],
            group=filled["group"],
            cap=filled["cap"],
        )
        for field, sentence in points.faults(rule):
            self.add_error("what" if field == "deed" else field, sentence)
        self.rule = rule
        return filled


if TYPE_CHECKING:
    _Rows: TypeAlias = forms.BaseFormSet[RuleForm]
else:
    # Not to be subscripted outside the stubs.
    _Rows = forms.BaseFormSet


class RuleRows(_Rows):
    """All rows; two about the same thing are told at the second."""

    def clean(self) -> None:
        """Raises ValidationError for two rules about the same thing."""
        seen = set()
        for row in self.forms:
            if row.rule is None:
                continue
            if row.rule.about in seen:
                row.add_error("what", points.same_fault())
                raise ValidationError(points.same_fault())
            seen.add(row.rule.about)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Of the rows that were filled in, in their order."""
        return tuple(row.rule for row in self.forms if row.rule is not None)


RuleFormSet = cast(
    "type[RuleRows]",
    forms.formset_factory(
        RuleForm,
        formset=RuleRows,
        extra=EMPTY_ROWS,
        max_num=MOST_RULES,
        validate_max=True,
        absolute_max=MOST_RULES + 20,
    ),
)


def initial_rows(rules: Iterable[Rule]) -> list[dict[str, Any]]:
    """What the rows begin with."""
    return [
        {
            "what": f"{rule.deed}:{rule.part}",
            "of": rule.of,
            "level": rule.level,
            "points": points.shown(rule.points),
            "group": rule.group,
            "cap": points.shown(rule.cap) if rule.cap is not None else "",
        }
        for rule in rules
    ]


class DecidingForm(forms.Form):
    """Beside the rows: whether points are counted, and which version was looked at."""

    on = forms.BooleanField(label=gettext_lazy("Count points in this year"), required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=32_000)


class CorrectionForm(forms.Form):
    """Points by hand."""

    amount = PointsField(
        label=gettext_lazy("Points to add"), help_text=gettext_lazy("With a minus before it: to take off.")
    )
    reason = CleanTextField(
        label=gettext_lazy("Reason"),
        max_length=LONGEST_REASON,
        help_text=gettext_lazy("The member reads it."),
    )

    def clean_amount(self) -> Decimal:
        """Not 0."""
        amount: Decimal = self.cleaned_data["amount"]
        if not amount or abs(amount) > points.MOST_POINTS:
            raise ValidationError(points.amount_fault())
        return amount


class AppealForm(forms.Form):
    """What a member says is wrong; `about` one of the lines of the record."""

    about = forms.ChoiceField(label=gettext_lazy("About"), required=False)
    text = CleanTextField(
        label=gettext_lazy("What is wrong or missing"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, lines: Sequence[tuple[Any, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["about"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("something else, or something missing")), *lines]


class AnswerForm(forms.Form):
    """What a secretary answers."""

    accepted = forms.ChoiceField(
        label=gettext_lazy("The appeal is"),
        choices=[("yes", gettext_lazy("accepted")), ("no", gettext_lazy("declined"))],
        widget=forms.RadioSelect,
    )
    answer = CleanTextField(
        label=gettext_lazy("Answer"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("The member reads it; with points it is their reason as well."),
    )
    amount = PointsField(
        label=gettext_lazy("Points to add"),
        required=False,
        help_text=gettext_lazy(
            "Only where it is accepted; left empty where the list of attendance was corrected."
        ),
    )

    def clean_amount(self) -> Decimal | None:
        """None where nothing is added."""
        amount: Decimal | None = self.cleaned_data["amount"]
        if amount is not None and abs(amount) > points.MOST_POINTS:
            raise ValidationError(points.amount_fault())
        return amount or None
