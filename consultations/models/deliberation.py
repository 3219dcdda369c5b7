"""Deliberation 议政: one event in a channel, hosted by a body."""

from __future__ import annotations

import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from jianyan.accounts.models import Body

from ..enums import Mode, Visibility
from .category import Category
from .channel import Channel

ALPHABET = "23456789"
"""Of join codes: digits that nobody takes for a letter, and that every keypad has."""


def new_join_code(length: int = 6) -> str:
    """Digits to be typed from a screen; that they are free is seen to by the constraint."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def new_room_key() -> str:
    """What the code on the wall of the room knows and an address that is passed on does not: 16 hexadecimal digits."""
    return secrets.token_hex(8)


class Deliberation(models.Model):
    """One event: its topics, its attendance, its summary. `year` and `number` place it in the channel's series."""

    channel = models.ForeignKey(
        Channel, models.PROTECT, related_name="deliberations", verbose_name=_("channel")
    )
    host = models.ForeignKey(Body, models.PROTECT, related_name="deliberations", verbose_name=_("host"))
    title = models.CharField(_("title"), max_length=120)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    number = models.PositiveSmallIntegerField(_("number in the series"), null=True, blank=True)
    mode = models.CharField(_("takes place"), max_length=8, choices=Mode.choices, default=Mode.ONLINE)
    place = models.CharField(_("place"), max_length=120, blank=True)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    visibility = models.CharField(
        _("visible to"), max_length=8, choices=Visibility.choices, default=Visibility.PUBLIC
    )
    # None of its own: it counts as the events of its channel do.
    categories = models.ManyToManyField(
        Category, related_name="deliberations", blank=True, verbose_name=_("counts as")
    )
    linked = models.BooleanField(_("the clocks of its topics run together"), default=False)
    join_code = models.CharField(
        _("code to join"), max_length=8, unique=True, default=new_join_code, editable=False
    )
    room_key = models.CharField(max_length=32, default=new_room_key, editable=False)

    class Meta:
        verbose_name = _("deliberation")
        verbose_name_plural = _("deliberations")
        ordering = ["-starts_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["channel", "year", "number"], name="one_deliberation_per_number"),
            models.CheckConstraint(
                condition=models.Q(starts_at__lte=models.F("ends_at")),
                name="deliberation_starts_before_it_ends",
            ),
        ]

        indexes = [models.Index(fields=["starts_at"], name="deliberations_by_date")]

    def __str__(self) -> str:
        return self.title
