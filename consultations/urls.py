"""Addresses of the domain's pages."""

from __future__ import annotations

from django.urls import URLPattern

from .views import (
    attendance,
    behalf,
    cosigning,
    desk,
    flags,
    joining,
    journal,
    notifications,
    own_panel,
    pages,
    policy,
    prepare,
    scans,
    screen,
    search,
    similar,
    summaries,
    summary_lists,
    summary_review,
    summary_signing,
    summary_versions,
    summary_wordings,
    verify,
)

app_name = "consultations"

urlpatterns: list[URLPattern] = [
    *pages.urlpatterns,
    *attendance.urlpatterns,
    *joining.urlpatterns,
    *screen.urlpatterns,
    *search.urlpatterns,
    *journal.urlpatterns,
    *behalf.urlpatterns,
    *cosigning.urlpatterns,
    *desk.urlpatterns,
    *flags.urlpatterns,
    *notifications.urlpatterns,
    *own_panel.urlpatterns,
    *policy.urlpatterns,
    *prepare.urlpatterns,
    *scans.urlpatterns,
    *similar.urlpatterns,
    *summaries.urlpatterns,
    *summary_lists.urlpatterns,
    *summary_review.urlpatterns,
    *summary_signing.urlpatterns,
    *summary_versions.urlpatterns,
    *summary_wordings.urlpatterns,
    *verify.urlpatterns,
]
