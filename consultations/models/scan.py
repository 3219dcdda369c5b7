"""Scan 扫描件: the paper that a suggestion was typed from."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .suggestion import Suggestion


class Scan(models.Model):
    """The file lies outside the web root under the name `stored`; its content is known by `digest` (SHA-256)."""

    suggestion = models.OneToOneField(
        Suggestion, models.PROTECT, related_name="scan", verbose_name=_("suggestion")
    )
    stored = models.CharField(max_length=64, unique=True, editable=False)
    name = models.CharField(_("file name"), max_length=120)
    media_type = models.CharField(_("type"), max_length=40)
    size = models.PositiveIntegerField(_("bytes"))
    digest = models.CharField(max_length=64, editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("uploaded by")
    )
    uploaded_at = models.DateTimeField(_("uploaded"))

    class Meta:
        verbose_name = _("scan")
        verbose_name_plural = _("scans")

    def __str__(self) -> str:
        return self.name
