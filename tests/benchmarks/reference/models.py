"""A suggestion and a member's vote for it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class Suggestion(models.Model):
    """An idea with the number of members who support it."""

    text = models.TextField()
    support = models.PositiveIntegerField(default=0)

    objects: ClassVar[models.Manager[Suggestion]] = models.Manager()

    def __str__(self) -> str:
        return self.text


class Vote(models.Model):
    """One row per suggestion and voter."""

    suggestion = models.ForeignKey(Suggestion, models.CASCADE, related_name="votes")
    voter = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    supports = models.BooleanField()

    objects: ClassVar[models.Manager[Vote]] = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["suggestion", "voter"], name="one_vote_per_member"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} · {self.supports}"
