"""Search entry: what the search finds, in pieces that an index of either database can look up."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..enums import Findable
from .deliberation import Deliberation
from .topic import Topic


class SearchEntry(models.Model):
    """One thing that can be found. `grams` are its single characters and pairs, apart by spaces.

    Rows are made anew from what they stand for whenever that has changed; nothing else reads them.
    """

    kind = models.CharField(_("kind"), max_length=12, choices=Findable.choices)
    object_id = models.PositiveBigIntegerField()
    deliberation = models.ForeignKey(
        Deliberation, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("deliberation")
    )
    topic = models.ForeignKey(
        Topic, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("topic")
    )
    title = models.CharField(_("title"), max_length=200, blank=True)
    text = models.TextField(_("text"))
    grams = models.TextField(editable=False)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("search entry")
        verbose_name_plural = _("search entries")
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_id"], name="one_search_entry_per_object"),
        ]

    def __str__(self) -> str:
        return self.title or self.text[:24]
