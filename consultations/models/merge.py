"""Merge 合并: a suggestion was put into another's group; undoing it restores what was before."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ..enums import Status
from .suggestion import Suggestion


class Merge(models.Model):
    """An edge of a tree: `suggestion` went into `into`, which may itself have gone into another since.

    The root of the tree is the representative, to which `Suggestion.merged_into` points from everywhere below. Votes of
    a later `revision` than an edge's are about the whole of what is below it. One open edge for each suggestion; an
    undone one stays, with the revision that undid it.
    """

    suggestion = models.ForeignKey(
        Suggestion, models.PROTECT, related_name="merges", verbose_name=_("suggestion")
    )
    into = models.ForeignKey(
        Suggestion, models.PROTECT, related_name="absorbed", verbose_name=_("merged into")
    )
    revision = models.PositiveBigIntegerField(editable=False)
    status_before = models.CharField(_("status then"), max_length=10, choices=Status.choices)
    featured_before = models.BooleanField(default=False, editable=False)
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("dealt with by")
    )
    merged_at = models.DateTimeField(_("merged"))
    undone_revision = models.PositiveBigIntegerField(null=True, blank=True, editable=False)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["suggestion"], condition=Q(undone_at__isnull=True), name="one_open_merge_each"
            ),
            models.CheckConstraint(condition=~Q(suggestion=F("into")), name="merges_join_two"),
        ]

    def __str__(self) -> str:
        return f"{self.suggestion_id} → {self.into_id}"
