"""Flag 举报: somebody asks the moderators to look at a suggestion."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..enums import FlagKind
from .suggestion import Suggestion
from .topic import Topic


class Flag(models.Model):
    """One person's, or with no `member` that of the screening of texts. Open until moderators have settled it."""

    topic = models.ForeignKey(Topic, models.PROTECT, related_name="flags", verbose_name=_("topic"))
    suggestion = models.ForeignKey(
        Suggestion, models.PROTECT, related_name="flags", verbose_name=_("suggestion")
    )
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="flags",
        verbose_name=_("user"),
    )
    kind = models.CharField(_("reason"), max_length=10, choices=FlagKind.choices)
    text = models.CharField(_("in their words"), max_length=200, blank=True)
    flagged_at = models.DateTimeField(_("flagged"))
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("dealt with by"),
    )

    class Meta:
        verbose_name = _("flag")
        verbose_name_plural = _("flags")
        ordering = ["id"]
        constraints = [
            # NULL is unlike NULL: the screening has a constraint of its own.
            models.UniqueConstraint(
                fields=["suggestion", "member"],
                condition=Q(settled_at__isnull=True),
                name="one_open_flag_per_member",
            ),
            models.UniqueConstraint(
                fields=["suggestion", "kind"],
                condition=Q(settled_at__isnull=True, member__isnull=True),
                name="one_open_flag_per_screening",
            ),
        ]
        indexes = [
            models.Index(fields=["topic"], condition=Q(settled_at__isnull=True), name="open_flags"),
        ]

    def __str__(self) -> str:
        return f"{self.suggestion_id} · {self.get_kind_display()}"
