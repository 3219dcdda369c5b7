"""Outcome 成效 with its evidence, and submission 报送: the proposal or report that suggestions grew into."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jianyan.accounts.models import Body

from ..enums import Level, OutcomeKind, Sponsor, SubmissionKind, SubmissionState
from .deliberation import Deliberation
from .referral import Referral, Reply
from .suggestion import Suggestion
from .summary import Summary


class Submission(models.Model):
    """A document with number and sponsor that suggestions grew into: a proposal 提案 or a report 社情民意信息."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="submissions", verbose_name=_("received by"))
    kind = models.CharField(_("kind"), max_length=10, choices=SubmissionKind.choices)
    number = models.CharField(_("number"), max_length=40, blank=True)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"), blank=True)
    sponsor_kind = models.CharField(_("put forward by"), max_length=10, choices=Sponsor.choices)
    sponsor = models.CharField(_("name of the sponsor"), max_length=200)
    sponsor_body = models.ForeignKey(
        Body,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="sponsored",
        verbose_name=_("sponsoring body"),
    )
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="submissions", blank=True, verbose_name=_("members")
    )
    suggestions = models.ManyToManyField(
        Suggestion, related_name="submissions", blank=True, verbose_name=_("suggestions")
    )
    filed = models.DateField(_("filed"))
    state = models.CharField(
        _("state"), max_length=10, choices=SubmissionState.choices, default=SubmissionState.FILED
    )
    accepted_on = models.DateField(_("put on the list on"), null=True, blank=True)
    ended_on = models.DateField(_("handled or closed on"), null=True, blank=True)
    source = models.CharField(_("row of the import"), max_length=80, null=True, blank=True, editable=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered"))
    edition = models.PositiveIntegerField(_("edition"), default=1)
    withdrawn_at = models.DateTimeField(_("taken out"), null=True, blank=True)

    class Meta:
        verbose_name = _("proposal or report")
        verbose_name_plural = _("proposals and reports")
        ordering = ["-filed", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["body", "kind", "number"],
                condition=~Q(number="") & Q(withdrawn_at__isnull=True),
                name="one_submission_per_number",
            ),
            models.UniqueConstraint(fields=["source"], name="one_submission_per_row_of_an_import"),
        ]

    def __str__(self) -> str:
        return self.title


class Outcome(models.Model):
    """What came of it. `item` is the same for several 批示 on one document: those are one (一件).

    `amount` in yuan is of what `amount_of` says. What is solved (解决) has evidence: a reference or a file.
    """

    body = models.ForeignKey(Body, models.PROTECT, related_name="outcomes", verbose_name=_("credited to"))
    kind = models.CharField(_("kind"), max_length=12, choices=OutcomeKind.choices)
    level = models.CharField(_("level"), max_length=10, choices=Level.choices)
    date = models.DateField(_("date"))
    words = models.CharField(_("what came of it"), max_length=300)
    document_number = models.CharField(_("document number"), max_length=80, blank=True)
    item = models.CharField(_("document that several of them are about"), max_length=80, blank=True)
    amount = models.DecimalField(_("amount in yuan"), max_digits=16, decimal_places=2, null=True, blank=True)
    amount_of = models.CharField(_("the amount is"), max_length=40, blank=True)
    reference = models.CharField(_("evidence"), max_length=300, blank=True)
    files = models.PositiveSmallIntegerField(default=0, editable=False)
    source = models.CharField(_("row of the import"), max_length=80, null=True, blank=True, editable=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered"))
    edition = models.PositiveIntegerField(_("edition"), default=1)
    withdrawn_at = models.DateTimeField(_("taken out"), null=True, blank=True)

    class Meta:
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")
        ordering = ["-date", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind=OutcomeKind.RESOLVED) | ~Q(reference="") | Q(files__gt=0),
                name="what_is_solved_has_evidence",
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gte=0), name="outcome_amount_is_no_debt"
            ),
            models.UniqueConstraint(fields=["source"], name="one_outcome_per_row_of_an_import"),
        ]
        indexes = [models.Index(fields=["kind", "date"], name="outcomes_by_kind_and_date")]

    def __str__(self) -> str:
        return self.words[:24]


class OutcomeCover(models.Model):
    """An outcome covers one suggestion, referral, summary, event or submission; it may have several such rows."""

    outcome = models.ForeignKey(Outcome, models.CASCADE, related_name="covers", verbose_name=_("outcome"))
    suggestion = models.ForeignKey(
        Suggestion, models.PROTECT, null=True, blank=True, related_name="outcome_covers"
    )
    referral = models.ForeignKey(
        Referral, models.PROTECT, null=True, blank=True, related_name="outcome_covers"
    )
    summary = models.ForeignKey(Summary, models.PROTECT, null=True, blank=True, related_name="outcome_covers")
    deliberation = models.ForeignKey(
        Deliberation, models.PROTECT, null=True, blank=True, related_name="outcome_covers"
    )
    submission = models.ForeignKey(
        Submission, models.PROTECT, null=True, blank=True, related_name="outcome_covers"
    )

    class Meta:
        verbose_name = _("what an outcome covers")
        verbose_name_plural = _("what outcomes cover")
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(
                        suggestion__isnull=False,
                        referral=None,
                        summary=None,
                        deliberation=None,
                        submission=None,
                    )
                    | Q(
                        suggestion=None,
                        referral__isnull=False,
                        summary=None,
                        deliberation=None,
                        submission=None,
                    )
                    | Q(
                        suggestion=None,
                        referral=None,
                        summary__isnull=False,
                        deliberation=None,
                        submission=None,
                    )
                    | Q(
                        suggestion=None,
                        referral=None,
                        summary=None,
                        deliberation__isnull=False,
                        submission=None,
                    )
                    | Q(
                        suggestion=None,
                        referral=None,
                        summary=None,
                        deliberation=None,
                        submission__isnull=False,
                    )
                ),
                name="outcome_covers_one_thing_a_row",
            ),
            models.UniqueConstraint(
                fields=["outcome", "suggestion"], name="outcome_covers_a_suggestion_once"
            ),
            models.UniqueConstraint(fields=["outcome", "referral"], name="outcome_covers_a_referral_once"),
            models.UniqueConstraint(fields=["outcome", "summary"], name="outcome_covers_a_summary_once"),
            models.UniqueConstraint(fields=["outcome", "deliberation"], name="outcome_covers_an_event_once"),
            models.UniqueConstraint(
                fields=["outcome", "submission"], name="outcome_covers_a_submission_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.outcome_id)


class Attachment(models.Model):
    """A file beside a reply, or the evidence of an outcome; stored outside the web root as scans are.

    `stored` is its name on the disk, `digest` the SHA-256 of what is in it.
    """

    reply = models.ForeignKey(Reply, models.PROTECT, null=True, blank=True, related_name="attachments")
    outcome = models.ForeignKey(Outcome, models.PROTECT, null=True, blank=True, related_name="attachments")
    stored = models.CharField(max_length=64, unique=True, editable=False)
    name = models.CharField(_("file name"), max_length=120)
    media_type = models.CharField(_("type"), max_length=80)
    size = models.PositiveIntegerField(_("bytes"))
    digest = models.CharField(max_length=64, editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("uploaded by"),
    )
    uploaded_at = models.DateTimeField(_("uploaded"))
    withdrawn_at = models.DateTimeField(_("taken out"), null=True, blank=True)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reply__isnull=False, outcome=None) | Q(reply=None, outcome__isnull=False),
                name="attachment_of_a_reply_or_an_outcome",
            ),
        ]

    def __str__(self) -> str:
        return self.name
