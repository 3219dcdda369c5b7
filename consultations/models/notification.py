"""Notification 通知: something that happened and that somebody is to know of; and what each person wants to know."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..enums import MAILED_UNLESS_CHOSEN, News
from .suggestion import Suggestion
from .topic import Topic


class Notification(models.Model):
    """One person is told of one step of a topic, once.

    `mail`: it is to be sent by e-mail too, until `mailed_at`, and not before `mail_after`, where a server has put it off.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications", verbose_name=_("user")
    )
    kind = models.CharField(_("about"), max_length=10, choices=News.choices)
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="+", verbose_name=_("topic"))
    suggestion = models.ForeignKey(
        Suggestion, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("suggestion")
    )
    revision = models.PositiveBigIntegerField(editable=False)
    happened_at = models.DateTimeField(_("happened"))
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    mail = models.BooleanField(default=False, editable=False)
    mailed_at = models.DateTimeField(null=True, blank=True, editable=False)
    mail_after = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "topic", "revision", "kind"], name="one_notification_per_step"
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-id"], name="notifications_of_a_user"),
            models.Index(fields=["user"], condition=Q(read_at__isnull=True), name="unread_notifications"),
            models.Index(
                fields=["id"], condition=Q(mail=True, mailed_at__isnull=True), name="notifications_to_mail"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.get_kind_display()}"


class NotificationChoice(models.Model):
    """What one person wants to be told: kinds that they switched off, and kinds that they want by e-mail.

    `mailed` None: they have never chosen, and get MAILED_UNLESS_CHOSEN.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notification_choice", verbose_name=_("user")
    )
    off = models.JSONField(default=list, blank=True)
    mailed = models.JSONField(null=True, blank=True)

    class Meta:
        verbose_name = _("choice of notifications")
        verbose_name_plural = _("choices of notifications")

    def __str__(self) -> str:
        return str(self.user_id)

    def mails(self, kind: str) -> bool:
        """Whether news of that kind are to come by e-mail, too."""
        return kind in (MAILED_UNLESS_CHOSEN if self.mailed is None else self.mailed)
