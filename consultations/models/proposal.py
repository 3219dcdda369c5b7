"""Proposal 修改建议: another wording that a moderator proposes; only the author can take it up."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..enums import Proposed
from .suggestion import Suggestion


class Proposal(models.Model):
    """At most one waits for the author of a suggestion. `of_text`: the wording that it was made for."""

    suggestion = models.ForeignKey(
        Suggestion, models.PROTECT, related_name="proposals", verbose_name=_("suggestion")
    )
    of_text = models.TextField(_("text then"))
    text = models.TextField(_("text"))
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=Proposed.choices, default=Proposed.OPEN)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["suggestion"], condition=Q(state=Proposed.OPEN), name="one_open_proposal_each"
            ),
        ]

    def __str__(self) -> str:
        return self.text[:24]
