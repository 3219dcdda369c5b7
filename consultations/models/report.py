"""Indicator 指标 and the annual report 履职答卷 that is written around the figures."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jianyan.accounts.models import Body

from ..enums import Measure, ReportPart, ReportStatus, Unit
from ..errors import BadIndicator
from ..indicators import check
from .category import Category


class Indicator(models.Model):
    """A figure of the report, as data. The one with the greatest `since` that is not after the year is in force.

    A body's own stand before the standard ones (`body` None), which are in `data/indicators.json`; parameters are those
    of its measure. `step`: the figure is rounded down to a multiple of it and followed by 多; 1: printed as it is.
    """

    body = models.ForeignKey(
        Body, models.PROTECT, null=True, blank=True, related_name="indicators", verbose_name=_("body")
    )
    slug = models.SlugField(_("short name"))
    since = models.PositiveSmallIntegerField(_("in force since the year"))
    name = models.CharField(_("name"), max_length=60)
    part = models.CharField(_("part of the report"), max_length=16, choices=ReportPart.choices)
    measure = models.CharField(_("what is counted"), max_length=20, choices=Measure.choices)
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("category")
    )
    parameters = models.JSONField(_("restricted to"), default=dict, blank=True)
    unit = models.CharField(_("unit"), max_length=12, choices=Unit.choices)
    step = models.PositiveIntegerField(_("rounded down to"), default=1)
    counts = models.CharField(_("what counts"), max_length=300)
    position = models.PositiveIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ["part", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["body", "slug", "since"], name="one_indicator_per_body_and_year"),
            # The one above lets equal standard ones through: to a database, no body is never the same as no body.
            models.UniqueConstraint(
                fields=["slug", "since"],
                condition=Q(body__isnull=True),
                name="one_standard_indicator_per_year",
            ),
            models.CheckConstraint(condition=Q(step__gte=1), name="indicator_has_a_step"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """What its measure does not know is refused (raises ValidationError)."""
        category = self.category.slug if self.category is not None else None
        # What is no measure has an error of its own already.
        if self.measure in Measure.values:
            try:
                check(self.slug, Measure(self.measure), category, self.parameters)
            except BadIndicator as refusal:
                raise ValidationError({"parameters": refusal.message}) from refusal


class Report(models.Model):
    """The report of a body, and everything below it, on a period; signed like a summary.

    While it is a draft its figures are computed whenever it is shown. Submitting freezes them (`figures`, with the
    hash `digest`); signing keeps the whole document (`content`, `seal`). A correction is a further `version`.
    """

    body = models.ForeignKey(Body, models.PROTECT, related_name="reports", verbose_name=_("body"))
    since = models.DateField(_("from"))
    until = models.DateField(_("until"))
    title = models.CharField(_("title"), max_length=120)
    status = models.CharField(
        _("status"), max_length=8, choices=ReportStatus.choices, default=ReportStatus.DRAFT
    )
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    replaces = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("replaces"),
    )
    edition = models.PositiveIntegerField(_("edition"), default=1)
    made_at = models.DateTimeField(_("begun"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("begun by")
    )
    edited_at = models.DateTimeField(_("edited"))
    figures = models.JSONField(_("figures"), null=True, blank=True)
    digest = models.CharField(_("hash of the figures"), max_length=64, blank=True)
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    signed_at = models.DateTimeField(_("signed"), null=True, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    content = models.JSONField(_("document as signed"), null=True, blank=True)
    seal = models.CharField(_("hash of the document"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-until", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["body", "since", "until", "version"], name="one_report_per_period_and_version"
            ),
            models.CheckConstraint(condition=Q(since__lte=F("until")), name="report_begins_before_it_ends"),
            models.CheckConstraint(
                condition=~Q(status=ReportStatus.SIGNED) | Q(signed_at__isnull=False, content__isnull=False),
                name="signed_report_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ReportPassage(models.Model):
    """The secretary's words of one part; `{slug}` in them stands for the figure, in its rounded form, with its unit."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="passages", verbose_name=_("report"))
    part = models.CharField(_("part of the report"), max_length=16, choices=ReportPart.choices)
    heading = models.CharField(_("heading"), max_length=80)
    text = models.TextField(_("text"), blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    edition = models.PositiveIntegerField(_("edition"), default=1)

    class Meta:
        verbose_name = _("passage of a report")
        verbose_name_plural = _("passages of reports")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.heading


class ReportVersion(models.Model):
    """The words of a report as they stood at an edition."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="versions", verbose_name=_("report"))
    edition = models.PositiveIntegerField(_("edition"))
    step = models.CharField(_("step"), max_length=12)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    note = models.TextField(_("note"), blank=True)
    content = models.JSONField(_("content"))

    class Meta:
        verbose_name = _("version of a report")
        verbose_name_plural = _("versions of reports")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.report_id} · {self.edition}"
