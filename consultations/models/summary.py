"""Summary 纪要, its sections and statements, and the suggestions each statement rests on."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..enums import StatementKind, SummaryKind, SummaryStatus
from .deliberation import Deliberation
from .suggestion import Suggestion
from .topic import Topic


class Summary(models.Model):
    """The roll-up of a deliberation. Its numbers come from `snapshot`, taken when the topics were frozen.

    `edition` rises with every change of anything in it; `head_edition` with those of title and opening alone, so
    that who edits them is disturbed only by others who do. `opening` is what the secretary adds to the facts.
    """

    deliberation = models.ForeignKey(
        Deliberation, models.PROTECT, related_name="summaries", verbose_name=_("deliberation")
    )
    kind = models.CharField(
        _("kind"), max_length=10, choices=SummaryKind.choices, default=SummaryKind.MINUTES
    )
    status = models.CharField(
        _("status"), max_length=8, choices=SummaryStatus.choices, default=SummaryStatus.DRAFT
    )
    title = models.CharField(_("title"), max_length=200)
    opening = models.TextField(_("opening"), blank=True)
    edition = models.PositiveIntegerField(_("edition"), default=1)
    head_edition = models.PositiveIntegerField(_("edition of title and opening"), default=1)
    snapshot = models.JSONField(_("snapshot"))
    digest = models.CharField(_("hash of the snapshot"), max_length=64)
    frozen_at = models.DateTimeField(_("frozen"))
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    edited_at = models.DateTimeField(_("edited"))

    class Meta:
        verbose_name = _("summary")
        verbose_name_plural = _("summaries")
        ordering = ["-frozen_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["deliberation", "kind"], name="one_summary_per_kind"),
        ]

    def __str__(self) -> str:
        return self.title


class SummarySection(models.Model):
    """Statements under one heading; one per theme of a topic, in order.

    The one without a topic is the consensus (共识). An empty heading: what belongs to no theme (其他意见建议).
    """

    summary = models.ForeignKey(Summary, models.CASCADE, related_name="sections", verbose_name=_("summary"))
    topic = models.ForeignKey(
        Topic, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("topic")
    )
    heading = models.CharField(_("heading"), max_length=80, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    edition = models.PositiveIntegerField(_("edition"), default=1)

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["summary"], condition=Q(topic__isnull=True), name="one_consensus_per_summary"
            ),
        ]

    def __str__(self) -> str:
        return self.heading


class Statement(models.Model):
    """One sentence. `original` is the drafted wording; `edition` rises with each change (optimistic locking).

    A removed one keeps its row, its place and its citations, and is left out of the document.
    """

    section = models.ForeignKey(
        SummarySection, models.CASCADE, related_name="statements", verbose_name=_("section")
    )
    kind = models.CharField(
        _("kind"), max_length=5, choices=StatementKind.choices, default=StatementKind.CITED
    )
    text = models.TextField(_("text"))
    original = models.TextField(_("original wording"), blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    edition = models.PositiveIntegerField(_("edition"), default=1)
    removed = models.BooleanField(_("taken out"), default=False)

    class Meta:
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.text[:24]

    @property
    def reworded(self) -> bool:
        """Whether it rests on suggestions in words that are not the drafted ones (改写)."""
        return self.kind == StatementKind.CITED and self.text != self.original


class Citation(models.Model):
    """A statement rests on a suggestion; the tally is the frozen one that it quotes."""

    statement = models.ForeignKey(
        Statement, models.CASCADE, related_name="citations", verbose_name=_("statement")
    )
    suggestion = models.ForeignKey(
        Suggestion, models.PROTECT, related_name="citations", verbose_name=_("suggestion")
    )
    support = models.PositiveIntegerField(_("support"))
    neutral = models.PositiveIntegerField(_("neutral"))
    oppose = models.PositiveIntegerField(_("opposed"))

    class Meta:
        verbose_name = _("citation")
        verbose_name_plural = _("citations")
        ordering = ["suggestion"]
        constraints = [
            models.UniqueConstraint(fields=["statement", "suggestion"], name="one_citation_per_suggestion"),
            models.CheckConstraint(condition=Q(support__gte=0), name="citation_quotes_a_count"),
        ]

    def __str__(self) -> str:
        return f"{self.statement_id} · {self.suggestion_id}"
