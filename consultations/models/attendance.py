"""Attendance 出席: who took part in a deliberation."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..enums import Mode, Presence
from .deliberation import Deliberation


class Attendance(models.Model):
    """One person in one deliberation. For invited deliberations a row is also the invitation.

    A guest has no account, only a name and the unit that they come from.
    """

    deliberation = models.ForeignKey(
        Deliberation, models.CASCADE, related_name="attendances", verbose_name=_("deliberation")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="attendances",
        verbose_name=_("user"),
    )
    guest_name = models.CharField(_("guest without an account"), max_length=40, blank=True)
    guest_unit = models.CharField(_("unit of the guest"), max_length=60, blank=True)
    presence = models.CharField(_("attendance"), max_length=10, choices=Presence.choices, blank=True)
    mode = models.CharField(_("took part"), max_length=8, choices=Mode.choices, default=Mode.ONLINE)
    # Who is printed first (领导在前), in this order; all others after them by strokes.
    precedence = models.PositiveSmallIntegerField(_("order of precedence"), null=True, blank=True)
    checked_in_at = models.DateTimeField(_("checked in"), null=True, blank=True)
    # Who has asked for leave themselves and comes after all has come; what is set by hand stays.
    leave_asked_at = models.DateTimeField(_("leave asked for"), null=True, blank=True, editable=False)
    leave_reason = models.CharField(_("reason for the leave"), max_length=200, blank=True, editable=False)
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
            models.UniqueConstraint(
                fields=["deliberation", "guest_name", "guest_unit"],
                condition=models.Q(user__isnull=True),
                name="one_attendance_per_guest",
            ),
            models.CheckConstraint(
                condition=models.Q(user__isnull=False, guest_name="", guest_unit="")
                | (models.Q(user__isnull=True) & ~models.Q(guest_name="")),
                name="attendance_of_a_user_or_a_guest",
                violation_error_message=_("Either a user, or the name of a guest without an account."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.deliberation} · {self.get_presence_display()}"

    @property
    def name(self) -> str:
        """What the person is called."""
        return self.user.display_name if self.user is not None else self.guest_name

    @property
    def is_on_own_leave(self) -> bool:
        """Whether they have asked for it themselves: whoever comes after all has come."""
        return (
            self.presence == Presence.ON_LEAVE
            and self.leave_asked_at is not None
            and self.corrected_by_id is None
        )

    @property
    def is_noted(self) -> bool:
        """Whether they have come, or somebody else has said how they take part."""
        told = bool(self.presence) and self.leave_asked_at is None
        return told or self.checked_in_at is not None or self.corrected_by_id is not None
