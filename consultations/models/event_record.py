"""Event record 活动登记: what was counted of an event that took place outside the platform, or partly."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from jianyan.accounts.models import Body

from .deliberation import Deliberation


class EventRecord(models.Model):
    """The numbers that were counted on paper. Where rows are there too, the larger of the two counts.

    `attendance` are attendances (人次), not persons; `accepted` suggestions that were taken up, `resolved` problems
    that were solved. `dated_only`: no hour is known, the event is kept as its whole day. `source` names the row of an
    import, so that a file read twice is there once.
    """

    deliberation = models.OneToOneField(
        Deliberation, models.CASCADE, related_name="record", verbose_name=_("event")
    )
    co_hosts = models.ManyToManyField(
        Body, related_name="co_hosted", blank=True, verbose_name=_("held together with")
    )
    dated_only = models.BooleanField(_("only the date is known"), default=False)
    attendance = models.PositiveIntegerField(_("attendances"), default=0)
    statements = models.PositiveIntegerField(_("statements made"), default=0)
    accepted = models.PositiveIntegerField(_("suggestions taken up"), default=0)
    resolved = models.PositiveIntegerField(_("problems solved"), default=0)
    note = models.TextField(_("note"), blank=True)
    source = models.CharField(_("row of the import"), max_length=80, null=True, blank=True, editable=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered"))
    edition = models.PositiveIntegerField(_("edition"), default=1)
    # Nothing is deleted: what was entered by mistake counts no more, and can be put back.
    withdrawn_at = models.DateTimeField(_("taken out"), null=True, blank=True)

    class Meta:
        verbose_name = _("record of an event")
        verbose_name_plural = _("records of events")
        constraints = [
            models.UniqueConstraint(fields=["source"], name="one_event_per_row_of_an_import"),
        ]

    def __str__(self) -> str:
        return str(self.deliberation)
