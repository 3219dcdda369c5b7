"""Search entry: what the search finds, in pieces that an index of either database can look up."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from jianyan.accounts.models import Body

from ..enums import Findable
from .deliberation import Deliberation
from .topic import Topic


class SearchEntry(models.Model):
    """One thing that can be found, in the words that everybody who may open it may read.

    `folded` is title and text without differences of width and case, `grams` its pieces (`consultations.grams`), apart
    by blanks: the index over them is made in a migration. `edition`: of what it stands for, when the row was made.
    """

    kind = models.CharField(_("kind"), max_length=12, choices=Findable.choices)
    object_id = models.PositiveBigIntegerField()
    edition = models.PositiveBigIntegerField(default=0)
    deliberation = models.ForeignKey(
        Deliberation, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("deliberation")
    )
    topic = models.ForeignKey(
        Topic, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("topic")
    )
    body = models.ForeignKey(Body, models.CASCADE, related_name="+", verbose_name=_("body"))
    title = models.CharField(_("title"), max_length=200, blank=True)
    text = models.TextField(_("text"), blank=True)
    folded = models.TextField(editable=False)
    grams = models.TextField(editable=False)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("search entry")
        verbose_name_plural = _("search entries")
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_id"], name="one_search_entry_per_object"),
        ]
        indexes = [models.Index(fields=["at"], name="search_entries_by_time")]

    def __str__(self) -> str:
        return self.title or self.text[:24]


class SearchMark(models.Model):
    """Up to which revision the entries of a topic are made."""

    topic = models.OneToOneField(Topic, models.CASCADE, related_name="search_mark", verbose_name=_("topic"))
    revision = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("mark of the search")
        verbose_name_plural = _("marks of the search")

    def __str__(self) -> str:
        return f"{self.topic_id} · {self.revision}"
