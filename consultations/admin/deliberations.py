"""Channels, deliberations, topics and what happened in them; summaries.

A topic can be edited until its first journal entry; suggestions, votes, journal and summaries never.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Field
from django.http import HttpRequest

from jianyan.accounts.searched import Searched

from ..actions.categories import standard_categories
from ..forms.preparation import RULES_MEAN
from ..models import (
    Attendance,
    Channel,
    Cosigner,
    Deliberation,
    Flag,
    JournalEntry,
    Proposal,
    Scan,
    Suggestion,
    SuggestionVersion,
    Theme,
    Topic,
    Vote,
)
from ..queries.categories import CONSULTATIONS
from .limits import Kept, ReadOnly


def untouched(topic: Topic | None) -> bool:
    """Whether nothing has happened in the topic yet."""
    return topic is None or topic.revision == 0


@admin.register(Channel)
class ChannelAdmin(admin.ModelAdmin):
    """The forms of consultation and their default rules."""

    list_display = ("name", "is_consultation", "ideas", "length", "ballot", "premoderated", "position")
    prepopulated_fields = {"slug": ("name",)}

    def formfield_for_dbfield(self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        """With what the rules mean."""
        if db_field.name in RULES_MEAN:
            kwargs["help_text"] = RULES_MEAN[db_field.name]
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001 - so Django calls it
        """What counts as consultation counts so in the year's report, too, unless something else was chosen."""
        super().save_related(request, form, formsets, change)
        channel: Channel = form.instance
        if channel.is_consultation and not channel.categories.exists():
            channel.categories.add(standard_categories()[CONSULTATIONS])


class AttendanceInline(Searched, Kept, admin.TabularInline):
    """Who took part or is invited; the secretary's list may be corrected."""

    model = Attendance
    extra = 0
    autocomplete_fields = ("user",)


@admin.register(Deliberation)
class DeliberationAdmin(Searched, admin.ModelAdmin):
    """The events."""

    list_display = ("title", "channel", "host", "mode", "visibility", "starts_at", "ends_at")
    list_filter = ("channel", "visibility", "mode", "host")
    list_select_related = ("channel", "host")
    search_fields = ("title", "place")
    autocomplete_fields = ("host",)
    date_hierarchy = "starts_at"
    # Of topics that run it is set at the desk, which journals it.
    readonly_fields = ("linked",)
    inlines = (AttendanceInline,)


class ThemeInline(admin.TabularInline):
    """The themes prepared for a topic; afterwards they are the moderator's."""

    model = Theme
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Topic | None = None) -> bool:
        """While nothing has happened."""
        return untouched(obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Topic | None = None) -> bool:
        """While nothing has happened."""
        return untouched(obj) and super().has_change_permission(request, None)

    def has_delete_permission(self, request: HttpRequest, obj: Topic | None = None) -> bool:
        """While nothing has happened."""
        return untouched(obj) and super().has_delete_permission(request, None)


@admin.register(Topic)
class TopicAdmin(Searched, admin.ModelAdmin):
    """The questions, editable until the first journal entry."""

    list_display = ("title", "deliberation", "opens_at", "closes_at", "revision", "frozen_at")
    list_filter = ("deliberation__channel",)
    list_select_related = ("deliberation",)
    search_fields = ("title", "prompt")
    autocomplete_fields = ("deliberation",)
    date_hierarchy = "opens_at"
    readonly_fields = ("announced_at", "paused_at", "frozen_at", "revision", "head")
    inlines = (ThemeInline,)

    def has_change_permission(self, request: HttpRequest, obj: Topic | None = None) -> bool:
        """While nothing has happened."""
        return untouched(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Topic | None = None) -> bool:
        """A topic that was begun by mistake; never from the list, which would not ask one by one."""
        return obj is not None and untouched(obj) and super().has_delete_permission(request, obj)


class VersionInline(ReadOnly, admin.TabularInline):
    """The texts before."""

    model = SuggestionVersion
    extra = 0


@admin.register(Suggestion)
class SuggestionAdmin(ReadOnly, admin.ModelAdmin):
    """The ideas, to be read."""

    list_display = ("number", "topic", "author", "sector", "status", "support", "text")
    list_display_links = ("number", "text")
    list_filter = ("status", "topic")
    list_select_related = ("topic", "author", "sector")
    search_fields = ("text", "author__display_name")
    inlines = (VersionInline,)


@admin.register(Flag)
class FlagAdmin(ReadOnly, admin.ModelAdmin):
    """What was reported, to be read; flags are settled at the desk."""

    list_display = ("suggestion", "topic", "kind", "member", "flagged_at", "settled_at", "settled_by")
    list_filter = ("kind", "topic")
    list_select_related = ("suggestion", "topic", "member", "settled_by")


@admin.register(Proposal)
class ProposalAdmin(ReadOnly, admin.ModelAdmin):
    """Proposals for another wording, to be read."""

    list_display = ("suggestion", "state", "proposed_by", "proposed_at", "answered_at")
    list_filter = ("state",)
    list_select_related = ("suggestion", "proposed_by")


@admin.register(Cosigner)
class CosignerAdmin(ReadOnly, admin.ModelAdmin):
    """Who was named as a co-signer, to be read."""

    list_display = ("suggestion", "member", "state")
    list_filter = ("state", "topic")
    list_select_related = ("suggestion", "member")


@admin.register(Scan)
class ScanAdmin(ReadOnly, admin.ModelAdmin):
    """What is kept of scans, to be read; the papers themselves are opened at the desk."""

    list_display = ("suggestion", "name", "media_type", "size", "uploaded_by", "uploaded_at")
    list_select_related = ("suggestion", "uploaded_by")


@admin.register(Vote)
class VoteAdmin(ReadOnly, admin.ModelAdmin):
    """The votes, to be read."""

    list_display = ("suggestion", "voter", "choice", "cast_at")
    list_filter = ("topic", "choice")
    list_select_related = ("suggestion", "voter")
    search_fields = ("voter__display_name",)


@admin.register(JournalEntry)
class JournalEntryAdmin(ReadOnly, admin.ModelAdmin):
    """The journal, to be read."""

    list_display = ("revision", "topic", "kind", "at", "actor", "hash")
    list_filter = ("kind", "topic")
    list_select_related = ("topic", "actor")
