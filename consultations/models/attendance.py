"""Attendance 出席: who took part in a deliberation."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..enums import Mode, Presence
from .deliberation import Deliberation


class Attendance(models.Model):
    """One person in one deliberation. For invited deliberations a row is also the invitation."""

    deliberation = models.ForeignKey(
        Deliberation, models.CASCADE, related_name="attendances", verbose_name=_("deliberation")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="attendances", verbose_name=_("user")
    )
    presence = models.CharField(_("attendance"), max_length=10, choices=Presence.choices, blank=True)
    mode = models.CharField(_("took part"), max_length=8, choices=Mode.choices, default=Mode.ONLINE)
    # Who is printed first (领导在前), in this order; all others after them by strokes.
    precedence = models.PositiveSmallIntegerField(_("order of precedence"), null=True, blank=True)
    checked_in_at = models.DateTimeField(_("checked in"), null=True, blank=True)
    # Whoever has set it by hand knows better than any check-in, before or after.
    corrected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("corrected by"),
    )

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendance")
        constraints = [
            models.UniqueConstraint(fields=["deliberation", "user"], name="one_attendance_per_person"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.deliberation} · {self.get_presence_display()}"
