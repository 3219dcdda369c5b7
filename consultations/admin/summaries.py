"""Summaries, to be read: they are written in their own editor."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from ..models import (
    Assignment,
    Citation,
    NumberSeries,
    Response,
    ReviewComment,
    Statement,
    Summary,
    SummaryExport,
    SummarySection,
    SummaryVersion,
)
from .limits import ReadOnly


class SectionInline(ReadOnly, admin.TabularInline):
    """The headings of a summary."""

    model = SummarySection
    extra = 0
    fields = ("heading", "topic", "position")


class ResponseInline(ReadOnly, admin.TabularInline):
    """What departments answered."""

    model = Response
    extra = 0


class AssignmentInline(ReadOnly, admin.TabularInline):
    """What is to be done by whom."""

    model = Assignment
    extra = 0


class CommentInline(ReadOnly, admin.TabularInline):
    """What was remarked in the review."""

    model = ReviewComment
    extra = 0


@admin.register(Summary)
class SummaryAdmin(ReadOnly, admin.ModelAdmin):
    """The summaries, to be read; they are written in their own editor."""

    list_display = ("title", "deliberation", "kind", "version", "status", "year", "number", "signed_at")
    list_filter = ("kind", "status")
    list_select_related = ("deliberation",)
    search_fields = ("title",)
    exclude = ("snapshot", "content")
    inlines = (SectionInline, ResponseInline, AssignmentInline, CommentInline)


class CitationInline(ReadOnly, admin.TabularInline):
    """What a statement rests on."""

    model = Citation
    extra = 0


@admin.register(Statement)
class StatementAdmin(ReadOnly, admin.ModelAdmin):
    """The sentences of the summaries and their sources, to be read."""

    list_display = ("text", "section", "kind", "removed")
    list_filter = ("kind", "removed")
    search_fields = ("text",)
    inlines = (CitationInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Statement]:
        """With the section and its summary."""
        return super().get_queryset(request).select_related("section__summary")


@admin.register(SummaryVersion)
class SummaryVersionAdmin(ReadOnly, admin.ModelAdmin):
    """What was kept of a summary while it was written, to be read."""

    list_display = ("summary", "edition", "reason", "at", "by")
    list_filter = ("reason",)
    list_select_related = ("summary", "by")


@admin.register(NumberSeries)
class NumberSeriesAdmin(ReadOnly, admin.ModelAdmin):
    """The numbers that were given, to be read: a number is given by signing, and by nothing else."""

    list_display = ("issuer", "kind", "year", "last")
    list_filter = ("kind", "year")
    list_select_related = ("issuer",)


@admin.register(SummaryExport)
class SummaryExportAdmin(ReadOnly, admin.ModelAdmin):
    """Who took which summary away, to be read."""

    list_display = ("summary", "edition", "format", "at", "by")
    list_filter = ("format",)
    list_select_related = ("summary", "by")
