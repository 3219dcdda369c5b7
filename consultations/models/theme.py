"""Theme 归类: a moderator's grouping inside a topic."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from .topic import Topic


class Theme(models.Model):
    """Ordered within its topic by `position`, then id."""

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="themes", verbose_name=_("topic"))
    name = models.CharField(_("name"), max_length=40)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["topic", "name"], name="one_theme_per_name")]

    def __str__(self) -> str:
        return self.name
