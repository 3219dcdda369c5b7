"""Referral 交办 to the bodies that handle it, their replies 答复, and what the authors say of these."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jianyan.accounts.models import Body

from ..enums import Move, ReferralState, Satisfied
from .deliberation import Deliberation
from .suggestion import Suggestion
from .summary import Assignment, Summary


def new_link_key() -> str:
    """Of a link by which a department without accounts answers: 32 hexadecimal digits."""
    return secrets.token_hex(16)


class Referral(models.Model):
    """Handed to a leading and to co-handling bodies with a due date, from a signed summary or a single suggestion.

    `first_due` is the date that was set first: it may be put off once. `edition` rises with every step, which
    `ReferralStep` keeps; which step leads from which state to which is said in `referral_states`.
    """

    deliberation = models.ForeignKey(
        Deliberation, models.PROTECT, related_name="referrals", verbose_name=_("deliberation")
    )
    summary = models.ForeignKey(
        Summary, models.PROTECT, null=True, blank=True, related_name="referrals", verbose_name=_("summary")
    )
    assignment = models.ForeignKey(
        Assignment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="referrals",
        verbose_name=_("assignment"),
    )
    suggestions = models.ManyToManyField(
        Suggestion, related_name="referrals", blank=True, verbose_name=_("suggestions")
    )
    item = models.TextField(_("item"))
    state = models.CharField(
        _("state"), max_length=10, choices=ReferralState.choices, default=ReferralState.ISSUED
    )
    due = models.DateField(_("due"))
    first_due = models.DateField(_("due at first"))
    issued_at = models.DateTimeField(_("referred"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("referred by")
    )
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    # Reopened once at most, by an author who is not satisfied.
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    supervised_at = models.DateTimeField(_("under oversight since"), null=True, blank=True)
    edition = models.PositiveIntegerField(_("edition"), default=1)

    class Meta:
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        ordering = ["-issued_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment"],
                condition=Q(assignment__isnull=False) & ~Q(state=ReferralState.WITHDRAWN),
                name="one_referral_per_assignment",
            ),
            models.CheckConstraint(
                condition=Q(due__gte=models.F("first_due")), name="referral_is_only_put_off"
            ),
            models.CheckConstraint(condition=Q(round__in=(1, 2)), name="referral_reopens_once"),
        ]
        indexes = [models.Index(fields=["state", "due"], name="referrals_by_due_date")]

    def __str__(self) -> str:
        return self.item[:24]


class ReferralBody(models.Model):
    """A body that handles a referral: one leads, others help."""

    referral = models.ForeignKey(Referral, models.CASCADE, related_name="bodies", verbose_name=_("referral"))
    body = models.ForeignKey(Body, models.PROTECT, related_name="referred", verbose_name=_("body"))
    leads = models.BooleanField(_("leads"), default=False)

    class Meta:
        verbose_name = _("body of a referral")
        verbose_name_plural = _("bodies of referrals")
        ordering = ["-leads", "id"]
        constraints = [
            models.UniqueConstraint(fields=["referral", "body"], name="one_part_per_body_of_a_referral"),
            models.UniqueConstraint(
                fields=["referral"], condition=Q(leads=True), name="one_lead_per_referral"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.referral_id} · {self.body}"


class ReferralLink(models.Model):
    """By this a body without accounts answers one referral, until it expires or is revoked."""

    referral = models.ForeignKey(Referral, models.CASCADE, related_name="links", verbose_name=_("referral"))
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("body"))
    key = models.CharField(max_length=32, unique=True, default=new_link_key, editable=False)
    made_at = models.DateTimeField(_("made"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    used_at = models.DateTimeField(_("last used"), null=True, blank=True)

    class Meta:
        verbose_name = _("link of a referral")
        verbose_name_plural = _("links of referrals")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.referral_id} · {self.body}"


class ReferralStep(models.Model):
    """One dated step of a referral: who moved it from which state to which, and why."""

    referral = models.ForeignKey(Referral, models.CASCADE, related_name="steps", verbose_name=_("referral"))
    move = models.CharField(_("step"), max_length=12, choices=Move.choices)
    at = models.DateTimeField(_("at"))
    before = models.CharField(_("state before"), max_length=10, choices=ReferralState.choices, blank=True)
    after = models.CharField(_("state after"), max_length=10, choices=ReferralState.choices)
    body = models.ForeignKey(
        Body, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("for")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    link = models.ForeignKey(ReferralLink, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.TextField(_("note"), blank=True)
    # What is needed to take it back: dates and bodies as they stood before.
    facts = models.JSONField(default=dict, blank=True)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)

    class Meta:
        verbose_name = _("step of a referral")
        verbose_name_plural = _("steps of referrals")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.referral_id} · {self.get_move_display()}"


class Grade(models.Model):
    """A class of replies (A, B, C, D), with the meaning that the operator gives it: they differ from city to city."""

    letter = models.CharField(_("class"), max_length=4, unique=True)
    meaning = models.CharField(_("meaning"), max_length=120)
    solved = models.BooleanField(_("counts as solved"), default=False)
    position = models.PositiveIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("class of replies")
        verbose_name_plural = _("classes of replies")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return f"{self.letter} {self.meaning}"


class Reply(models.Model):
    """What a body answers (答复). The leading body's is the answer, with its class; others' are contributions to it."""

    referral = models.ForeignKey(Referral, models.CASCADE, related_name="replies", verbose_name=_("referral"))
    body = models.ForeignKey(Body, models.PROTECT, related_name="replies", verbose_name=_("body"))
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    text = models.TextField(_("text"))
    grade = models.ForeignKey(
        Grade, models.PROTECT, null=True, blank=True, related_name="replies", verbose_name=_("class")
    )
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    link = models.ForeignKey(ReferralLink, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    class Meta:
        verbose_name = _("reply")
        verbose_name_plural = _("replies")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["referral", "body", "round"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_reply_per_body_and_round",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body} · {self.text[:24]}"


class Satisfaction(models.Model):
    """What the author of a suggestion says of the reply (满意 / 基本满意 / 不满意)."""

    reply = models.ForeignKey(Reply, models.CASCADE, related_name="satisfactions", verbose_name=_("reply"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author")
    )
    degree = models.CharField(_("satisfied"), max_length=10, choices=Satisfied.choices)
    comment = models.TextField(_("comment"), blank=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("satisfaction")
        verbose_name_plural = _("satisfactions")
        constraints = [
            models.UniqueConstraint(fields=["reply", "user"], name="one_satisfaction_per_author"),
        ]

    def __str__(self) -> str:
        return f"{self.reply_id} · {self.get_degree_display()}"


class Reminder(models.Model):
    """A body was reminded of a referral, so many days after it was due (negative: before). Each once."""

    referral = models.ForeignKey(
        Referral, models.CASCADE, related_name="reminders", verbose_name=_("referral")
    )
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    due = models.DateField(_("due"))
    days = models.SmallIntegerField(_("days after the due date"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            models.UniqueConstraint(fields=["referral", "round", "due", "days"], name="one_reminder_per_day"),
        ]

    def __str__(self) -> str:
        return f"{self.referral_id} · {self.days}"
