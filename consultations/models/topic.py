"""Topic 议题: the question, its times, its rules, and the counter that orders everything in it."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ..enums import JournalHash
from .channel import RuleSet
from .deliberation import Deliberation

GENESIS = "0" * 64
"""The head of a journal without entries."""


def new_secret() -> str:
    """32 random bytes in hexadecimal: the key of this topic's pseudonyms."""
    return secrets.token_hex(32)


def chosen_hash() -> str:
    """The hash of journals that begin now: a topic keeps it for life, whatever is set later."""
    chosen: str = settings.JOURNAL_HASH
    return chosen


class Topic(RuleSet):
    """Stores times, never a phase. Its row is the unit of ordering: every write to the topic takes its lock."""

    deliberation = models.ForeignKey(
        Deliberation, models.PROTECT, related_name="topics", verbose_name=_("deliberation")
    )
    position = models.PositiveSmallIntegerField(_("order"), default=1)
    title = models.CharField(_("title"), max_length=120)
    prompt = models.TextField(_("question"), max_length=1000)
    background = models.TextField(_("background"), blank=True)
    departments = models.JSONField(_("departments"), default=list, blank=True)

    announced_at = models.DateTimeField(_("announced"), null=True, blank=True)
    opens_at = models.DateTimeField(_("opens"))
    posting_until = models.DateTimeField(_("new ideas until"), null=True, blank=True)
    voting_from = models.DateTimeField(_("voting from"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"))
    paused_at = models.DateTimeField(_("paused"), null=True, blank=True)
    frozen_at = models.DateTimeField(_("frozen"), null=True, blank=True)

    revision = models.PositiveBigIntegerField(default=0, editable=False)
    head = models.CharField(max_length=64, default=GENESIS, editable=False)
    hash_algorithm = models.CharField(
        _("hash of the journal"),
        max_length=10,
        choices=JournalHash.choices,
        default=chosen_hash,
        editable=False,
    )
    secret = models.CharField(max_length=64, default=new_secret, editable=False)
    numbered = models.PositiveIntegerField(default=0, editable=False)
    marked = models.CharField(max_length=40, blank=True, editable=False)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["deliberation", "position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_at__lte=F("closes_at")), name="topic_opens_before_it_closes"
            ),
            models.CheckConstraint(condition=Q(ideas__gte=1), name="topic_allows_an_idea"),
            models.CheckConstraint(condition=Q(length__gte=1), name="topic_allows_a_text"),
            models.CheckConstraint(
                condition=Q(hash_algorithm__in=JournalHash.values), name="topic_hashes_with_what_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.title
