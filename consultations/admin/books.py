"""The books: classes, categories and indicators may be edited; what was entered, referred or reported only read."""

from __future__ import annotations

from django.contrib import admin

from ..models import (
    Appeal,
    Attachment,
    Category,
    EventRecord,
    Grade,
    Indicator,
    Outcome,
    OutcomeCover,
    PointCorrection,
    PointRules,
    RecordFreeze,
    Referral,
    ReferralBody,
    ReferralStep,
    Reply,
    Report,
    ReportPassage,
    ReportVersion,
    Satisfaction,
    Submission,
)
from .limits import Kept, ReadOnly


@admin.register(Category)
class CategoryAdmin(Kept, admin.ModelAdmin):
    """What events count as."""

    list_display = ("name", "slug", "position")
    prepopulated_fields = {"slug": ("name",)}


@admin.register(Grade)
class GradeAdmin(Kept, admin.ModelAdmin):
    """The classes of replies, with the operator's own meanings."""

    list_display = ("letter", "meaning", "solved", "position")


@admin.register(Indicator)
class IndicatorAdmin(Kept, admin.ModelAdmin):
    """The figures of the report. A change of rule is a further row with a later year, so that old reports stand."""

    list_display = ("name", "slug", "body", "since", "part", "measure", "category", "unit", "step")
    list_filter = ("part", "measure", "since")
    list_select_related = ("body", "category")
    search_fields = ("name", "slug")
    autocomplete_fields = ("body",)


@admin.register(EventRecord)
class EventRecordAdmin(ReadOnly, admin.ModelAdmin):
    """What was counted on paper, to be read."""

    list_display = ("deliberation", "attendance", "statements", "accepted", "resolved", "withdrawn_at")
    list_select_related = ("deliberation",)


class ReferralBodyInline(ReadOnly, admin.TabularInline):
    """Who leads and who helps."""

    model = ReferralBody
    extra = 0


class ReferralStepInline(ReadOnly, admin.TabularInline):
    """What has happened to it."""

    model = ReferralStep
    extra = 0
    exclude = ("facts", "link")


@admin.register(Referral)
class ReferralAdmin(ReadOnly, admin.ModelAdmin):
    """Referrals and their steps, to be read."""

    list_display = ("item", "deliberation", "state", "due", "round", "issued_at", "supervised_at")
    list_filter = ("state",)
    list_select_related = ("deliberation",)
    search_fields = ("item",)
    inlines = (ReferralBodyInline, ReferralStepInline)


class SatisfactionInline(ReadOnly, admin.TabularInline):
    """What authors said of it."""

    model = Satisfaction
    extra = 0


@admin.register(Reply)
class ReplyAdmin(ReadOnly, admin.ModelAdmin):
    """Replies, to be read."""

    list_display = ("referral", "body", "round", "grade", "at", "withdrawn_at")
    list_filter = ("grade",)
    list_select_related = ("referral", "body", "grade")
    exclude = ("link",)
    inlines = (SatisfactionInline,)


class CoverInline(ReadOnly, admin.TabularInline):
    """What an outcome covers."""

    model = OutcomeCover
    extra = 0


@admin.register(Outcome)
class OutcomeAdmin(ReadOnly, admin.ModelAdmin):
    """Outcomes, to be read."""

    list_display = ("words", "kind", "level", "date", "body", "item", "amount", "withdrawn_at")
    list_filter = ("kind", "level")
    list_select_related = ("body",)
    search_fields = ("words", "document_number")
    inlines = (CoverInline,)


@admin.register(Submission)
class SubmissionAdmin(ReadOnly, admin.ModelAdmin):
    """Proposals and reports of public opinion, to be read."""

    list_display = ("title", "kind", "number", "sponsor", "filed", "state", "withdrawn_at")
    list_filter = ("kind", "sponsor_kind", "state")
    search_fields = ("title", "sponsor")


@admin.register(Attachment)
class AttachmentAdmin(ReadOnly, admin.ModelAdmin):
    """What is kept of files, to be read; they are opened where they belong."""

    list_display = ("name", "media_type", "size", "uploaded_by", "uploaded_at", "withdrawn_at")
    list_select_related = ("uploaded_by",)


class PassageInline(ReadOnly, admin.TabularInline):
    """The words of a report."""

    model = ReportPassage
    extra = 0


class ReportVersionInline(ReadOnly, admin.TabularInline):
    """Its steps."""

    model = ReportVersion
    extra = 0
    exclude = ("content",)


@admin.register(Report)
class ReportAdmin(ReadOnly, admin.ModelAdmin):
    """Annual reports, to be read; they are written in their own editor."""

    list_display = ("title", "body", "since", "until", "version", "status", "signed_at")
    list_filter = ("status",)
    list_select_related = ("body",)
    exclude = ("figures", "content")
    inlines = (PassageInline, ReportVersionInline)


@admin.register(PointRules)
class PointRulesAdmin(ReadOnly, admin.ModelAdmin):
    """Rules of points, to be read."""

    list_display = ("body", "year", "version", "on", "decided_at", "decided_by")
    list_select_related = ("body", "decided_by")


@admin.register(PointCorrection)
class PointCorrectionAdmin(ReadOnly, admin.ModelAdmin):
    """Corrections of points, to be read."""

    list_display = ("user", "body", "year", "points", "reason", "at", "by", "withdrawn_at")
    list_select_related = ("user", "body", "by")


@admin.register(Appeal)
class AppealAdmin(ReadOnly, admin.ModelAdmin):
    """Appeals, to be read."""

    list_display = ("user", "body", "year", "state", "at", "answered_at")
    list_filter = ("state",)
    list_select_related = ("user", "body")


@admin.register(RecordFreeze)
class RecordFreezeAdmin(ReadOnly, admin.ModelAdmin):
    """Frozen years, to be read."""

    list_display = ("body", "year", "at", "by", "undone_at")
    list_select_related = ("body", "by")
    exclude = ("content",)
