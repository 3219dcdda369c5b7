"""A member's own year 履职档案: the rules of its points, appeals, corrections, and the freezing of a year."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jianyan.accounts.models import Body

from ..enums import AppealState


class PointRules(models.Model):
    """What counts how many points in a year, as the body has decided; nothing counts until it has rules that are on.

    `rules`: a list whose shape `consultations.points` says. The one with the greatest `version` is in force.
    """

    body = models.ForeignKey(Body, models.PROTECT, related_name="point_rules", verbose_name=_("body"))
    year = models.PositiveSmallIntegerField(_("year"))
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    on = models.BooleanField(_("points are counted"), default=False)
    rules = models.JSONField(_("rules"), default=list, blank=True)
    decided_at = models.DateTimeField(_("decided"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("decided by")
    )

    class Meta:
        verbose_name = _("rules of points")
        verbose_name_plural = _("rules of points")
        ordering = ["-year", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["body", "year", "version"], name="one_version_of_point_rules"),
        ]

    def __str__(self) -> str:
        return f"{self.body} · {self.year}"


class PointCorrection(models.Model):
    """Points that a secretary adds or takes, with the reason; taken back, it counts no more."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("body"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="point_corrections", verbose_name=_("member")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    points = models.DecimalField(_("points"), max_digits=6, decimal_places=1)
    reason = models.CharField(_("reason"), max_length=300)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    withdrawn_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("correction of points")
        verbose_name_plural = _("corrections of points")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(points=0), name="correction_changes_something"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.points}"


class Appeal(models.Model):
    """A member says that something in their record of a year is wrong or missing."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("body"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="appeals", verbose_name=_("member")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    about = models.CharField(_("about"), max_length=120, blank=True)
    text = models.TextField(_("text"))
    at = models.DateTimeField(_("at"))
    state = models.CharField(_("state"), max_length=10, choices=AppealState.choices, default=AppealState.OPEN)
    answer = models.TextField(_("answer"), blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    correction = models.ForeignKey(
        PointCorrection, models.PROTECT, null=True, blank=True, related_name="appeals"
    )

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.text[:24]


class RecordFreeze(models.Model):
    """The records of a body's members in a year, as they were when the year was closed."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("body"))
    year = models.PositiveSmallIntegerField(_("year"))
    at = models.DateTimeField(_("frozen"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    content = models.JSONField(_("records"))
    digest = models.CharField(_("hash of the records"), max_length=64)
    undone_at = models.DateTimeField(_("freezing undone"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("frozen year")
        verbose_name_plural = _("frozen years")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["body", "year"], condition=Q(undone_at__isnull=True), name="one_freezing_of_a_year"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body} · {self.year}"
