"""JournalEntry 日志: one committed step of one topic."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..enums import Step
from .topic import Topic


class JournalEntry(models.Model):
    """`hash` covers the previous hash, revision, time, kind and payload; `actor` is kept for the auditor only."""

    topic = models.ForeignKey(Topic, models.PROTECT, related_name="entries", verbose_name=_("topic"))
    revision = models.PositiveBigIntegerField(_("revision"))
    at = models.DateTimeField(_("time"))
    kind = models.CharField(_("kind"), max_length=20, choices=Step.choices)
    payload = models.JSONField(_("content"))
    hash = models.CharField(_("hash"), max_length=64)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )

    class Meta:
        verbose_name = _("journal entry")
        verbose_name_plural = _("journal entries")
        ordering = ["topic", "revision"]
        constraints = [models.UniqueConstraint(fields=["topic", "revision"], name="one_entry_per_revision")]

    def __str__(self) -> str:
        return f"{self.topic_id}/{self.revision} {self.kind}"
