"""Suggestion 建言: one idea by one member; its versions; and who is looking at it at the desk."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jianyan.accounts.models import Body

from ..enums import LIVE, Source, Status
from .theme import Theme
from .topic import Topic


class Suggestion(models.Model):
    """One idea. Never deleted: a withdrawn or declined one keeps its row and its number, and frees its slot."""

    topic = models.ForeignKey(Topic, models.PROTECT, related_name="suggestions", verbose_name=_("topic"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="suggestions", verbose_name=_("author")
    )
    sector = models.ForeignKey(
        Body, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sector")
    )
    number = models.PositiveIntegerField(_("number"))
    slot = models.PositiveSmallIntegerField(_("slot"), default=1)
    client_ref = models.CharField(max_length=64)
    text = models.TextField(_("text"))
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.PENDING)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    theme = models.ForeignKey(
        Theme, models.SET_NULL, null=True, blank=True, related_name="suggestions", verbose_name=_("theme")
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", verbose_name=_("merged into")
    )
    featured = models.BooleanField(_("featured"), default=False)
    support = models.PositiveIntegerField(_("support"), default=0)
    neutral = models.PositiveIntegerField(_("neutral"), default=0)
    oppose = models.PositiveIntegerField(_("opposed"), default=0)
    masked = models.JSONField(_("passages masked in public"), default=list, blank=True, editable=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("typed by"),
    )
    entered_from = models.CharField(_("came"), max_length=8, choices=Source.choices, blank=True)
    posted_at = models.DateTimeField(_("posted"))
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    edited_at = models.DateTimeField(_("edited after publication"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("dealt with by"),
    )
    decided_at = models.DateTimeField(_("dealt with"), null=True, blank=True)

    class Meta:
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["topic", "number"], name="one_suggestion_per_number"),
            models.UniqueConstraint(
                fields=["topic", "author", "slot"],
                condition=Q(status__in=[status.value for status in LIVE]),
                name="one_live_suggestion_per_slot",
            ),
            models.UniqueConstraint(fields=["topic", "author", "client_ref"], name="one_suggestion_per_ref"),
            models.CheckConstraint(condition=Q(slot__gte=1), name="slots_count_from_one"),
            models.CheckConstraint(
                condition=Q(status=Status.MERGED, merged_into__isnull=False)
                | (~Q(status=Status.MERGED) & Q(merged_into__isnull=True)),
                name="merged_suggestions_name_their_representative",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")), name="no_merge_into_itself"
            ),
        ]
        indexes = [models.Index(fields=["topic", "status", "number"], name="suggestion_queue")]

    def __str__(self) -> str:
        return f"{self.number} {self.text[:24]}"

    @property
    def public_text(self) -> str:
        """The text as everybody may read it: what is masked stands as one ＊ for each character."""
        text = self.text
        for start, end in self.masked:
            text = text[:start] + "＊" * (end - start) + text[end:]
        return text


class SuggestionVersion(models.Model):
    """A text that a suggestion had before an edit; the first one is the author's original."""

    suggestion = models.ForeignKey(
        Suggestion, models.CASCADE, related_name="versions", verbose_name=_("suggestion")
    )
    text = models.TextField(_("text"))
    status = models.CharField(_("status then"), max_length=10, choices=Status.choices)
    replaced_at = models.DateTimeField(_("replaced"))

    class Meta:
        verbose_name = _("earlier text")
        verbose_name_plural = _("earlier texts")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text[:24]


class Claim(models.Model):
    """A moderator has this suggestion open at the desk; others see it as taken until `until`."""

    suggestion = models.OneToOneField(Suggestion, models.CASCADE, related_name="claim")
    moderator = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    until = models.DateTimeField()

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")

    def __str__(self) -> str:
        return f"{self.suggestion_id} · {self.moderator}"
