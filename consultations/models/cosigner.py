"""Cosigner 联名: somebody who is named beside the lead author of a suggestion."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..enums import Cosigning
from .suggestion import Suggestion
from .topic import Topic


class Cosigner(models.Model):
    """Named by the lead, shown once agreed. Whoever agrees spends a slot of their own, as if they had posted it."""

    topic = models.ForeignKey(Topic, models.PROTECT, related_name="cosigners", verbose_name=_("topic"))
    suggestion = models.ForeignKey(
        Suggestion, models.PROTECT, related_name="cosigners", verbose_name=_("suggestion")
    )
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="cosigned", verbose_name=_("user")
    )
    state = models.CharField(_("state"), max_length=8, choices=Cosigning.choices, default=Cosigning.INVITED)
    slot = models.PositiveSmallIntegerField(_("slot"), null=True, blank=True)
    invited_at = models.DateTimeField(_("invited"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    class Meta:
        verbose_name = _("co-signer")
        verbose_name_plural = _("co-signers")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["suggestion", "member"], name="one_cosigning_per_member"),
            models.CheckConstraint(
                condition=Q(state=Cosigning.AGREED, slot__isnull=False)
                | (~Q(state=Cosigning.AGREED) & Q(slot__isnull=True)),
                name="agreed_cosigners_hold_a_slot",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.suggestion_id} · {self.member}"
