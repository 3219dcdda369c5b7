"""Vote 附议: one member's stand on one suggestion."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..enums import Choice
from .suggestion import Suggestion
from .topic import Topic


class Vote(models.Model):
    """One row per suggestion and voter, for ever; a vote taken back has no `choice`.

    `revision`: of the journal entry that says so. In a merged group it tells which stand came last.
    """

    topic = models.ForeignKey(Topic, models.PROTECT, related_name="votes", verbose_name=_("topic"))
    suggestion = models.ForeignKey(
        Suggestion, models.PROTECT, related_name="votes", verbose_name=_("suggestion")
    )
    voter = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="votes", verbose_name=_("voter")
    )
    choice = models.CharField(_("choice"), max_length=8, choices=Choice.choices, null=True, blank=True)
    cast_at = models.DateTimeField(_("cast"))
    revision = models.PositiveBigIntegerField(db_default=0, editable=False)

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        constraints = [
            models.UniqueConstraint(fields=["suggestion", "voter"], name="one_vote_per_member"),
            models.CheckConstraint(
                condition=Q(choice__isnull=True) | Q(choice__in=Choice.values), name="vote_choice_is_known"
            ),
        ]
        indexes = [models.Index(fields=["topic", "voter"], name="votes_of_a_member")]

    def __str__(self) -> str:
        return f"{self.suggestion_id} · {self.choice}"
