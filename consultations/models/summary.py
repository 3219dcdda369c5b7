"""Summary 纪要, its sections and statements, and the suggestions each statement rests on; responses and assignments."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jianyan.accounts.models import Body

from ..enums import Pending, StatementKind, SummaryKind, SummaryStatus, VersionReason
from .deliberation import Deliberation
from .suggestion import Suggestion
from .topic import Topic


class Summary(models.Model):
    """The roll-up of a deliberation. Its numbers come from `snapshot`, taken when the topics were frozen.

    `edition` rises with every change of anything in it; `head_edition` with those of title and opening alone, so
    that who edits them is disturbed only by others who do. `opening` is what the secretary adds to the facts.
    While the freezing is undone (`thawed_at`), nothing in it can be edited, and no format made of it.

    A signed one has its place in the issuer's series of the year, and `content`: the document as signed, from which
    every format is made for ever; `seal` is its hash. A correction is a further `version` with the same number.
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
    thawed_at = models.DateTimeField(_("freezing undone"), null=True, blank=True)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    replaces = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("replaces"),
    )
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    signed_at = models.DateTimeField(_("signed"), null=True, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    issuer = models.ForeignKey(
        Body, models.PROTECT, null=True, blank=True, related_name="summaries", verbose_name=_("issuer")
    )
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    number = models.PositiveIntegerField(_("number in the series"), null=True, blank=True)
    content = models.JSONField(_("document as signed"), null=True, blank=True)
    seal = models.CharField(_("hash of the document"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("summary")
        verbose_name_plural = _("summaries")
        ordering = ["-frozen_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["deliberation", "kind", "version"], name="one_summary_per_kind_and_version"
            ),
            models.UniqueConstraint(
                fields=["issuer", "kind", "year", "number", "version"], name="one_summary_per_number"
            ),
            models.CheckConstraint(
                condition=~Q(status=SummaryStatus.SIGNED)
                | Q(
                    signed_at__isnull=False,
                    issuer__isnull=False,
                    year__isnull=False,
                    number__isnull=False,
                    content__isnull=False,
                    thawed_at__isnull=True,
                ),
                name="signed_summary_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def number_text(self) -> str:
        """〔2026〕1号, empty until it is signed."""
        return f"〔{self.year}〕{self.number}号" if self.number is not None else ""


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
    pending = models.CharField(_("to be accepted"), max_length=10, choices=Pending.choices, blank=True)

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


class Response(models.Model):
    """What a department answered on the spot (部门回应), on one topic or on all."""

    summary = models.ForeignKey(Summary, models.CASCADE, related_name="responses", verbose_name=_("summary"))
    topic = models.ForeignKey(
        Topic, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("topic")
    )
    department = models.CharField(_("department"), max_length=60)
    text = models.TextField(_("text"))
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    edition = models.PositiveIntegerField(_("edition"), default=1)
    removed = models.BooleanField(_("taken out"), default=False)

    class Meta:
        verbose_name = _("response")
        verbose_name_plural = _("responses")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return f"{self.department} · {self.text[:24]}"


class Assignment(models.Model):
    """A line of the list of assignments (交办清单): what, who leads, who helps, by when."""

    summary = models.ForeignKey(
        Summary, models.CASCADE, related_name="assignments", verbose_name=_("summary")
    )
    statement = models.ForeignKey(
        Statement,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="assignments",
        verbose_name=_("statement"),
    )
    item = models.TextField(_("item"))
    lead = models.CharField(_("lead"), max_length=60, blank=True)
    cohandling = models.CharField(_("co-handling"), max_length=200, blank=True)
    due = models.DateField(_("due"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    edition = models.PositiveIntegerField(_("edition"), default=1)
    removed = models.BooleanField(_("taken out"), default=False)

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.item[:24]


class SummaryVersion(models.Model):
    """All words and sources of a summary as they stood at an edition; `queries.summary_versions` gives the shape."""

    summary = models.ForeignKey(Summary, models.CASCADE, related_name="versions", verbose_name=_("summary"))
    edition = models.PositiveIntegerField(_("edition"))
    reason = models.CharField(_("why"), max_length=12, choices=VersionReason.choices)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    content = models.JSONField(_("content"))

    class Meta:
        verbose_name = _("version of a summary")
        verbose_name_plural = _("versions of summaries")
        ordering = ["-edition", "-id"]

    def __str__(self) -> str:
        return f"{self.summary_id} · {self.edition}"


class ReviewComment(models.Model):
    """What somebody remarks on a summary, or on one sentence of it."""

    summary = models.ForeignKey(Summary, models.CASCADE, related_name="comments", verbose_name=_("summary"))
    statement = models.ForeignKey(
        Statement, models.CASCADE, null=True, blank=True, related_name="comments", verbose_name=_("statement")
    )
    text = models.TextField(_("text"))
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return self.text[:24]


class NumberSeries(models.Model):
    """The last number that a body gave a kind of summary in a year. Its row is the lock under which the next is given."""

    issuer = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("issuer"))
    kind = models.CharField(_("kind"), max_length=10, choices=SummaryKind.choices)
    year = models.PositiveSmallIntegerField(_("year"))
    last = models.PositiveIntegerField(_("last number"), default=0)

    class Meta:
        verbose_name = _("series of numbers")
        verbose_name_plural = _("series of numbers")
        constraints = [
            models.UniqueConstraint(fields=["issuer", "kind", "year"], name="one_series_per_year"),
        ]

    def __str__(self) -> str:
        return f"{self.issuer} · {self.get_kind_display()}〔{self.year}〕"


class SummaryExport(models.Model):
    """Somebody who is signed in has taken a summary away as a file."""

    summary = models.ForeignKey(Summary, models.CASCADE, related_name="exports", verbose_name=_("summary"))
    edition = models.PositiveIntegerField(_("edition"))
    format = models.CharField(_("format"), max_length=10)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.summary_id} · {self.format}"
