"""Addresses of the domain's pages."""

from __future__ import annotations

from django.urls import URLPattern

from .views import (
    attendance,
    desk,
    flags,
    joining,
    journal,
    notifications,
    own_panel,
    pages,
    policy,
    prepare,
    screen,
    similar,
    summaries,
)

app_name = "consultations"

urlpatterns: list[URLPattern] = [
    *pages.urlpatterns,
    *attendance.urlpatterns,
    *joining.urlpatterns,
    *screen.urlpatterns,
    *journal.urlpatterns,
    *desk.urlpatterns,
    *flags.urlpatterns,
    *notifications.urlpatterns,
    *own_panel.urlpatterns,
    *policy.urlpatterns,
    *prepare.urlpatterns,
    *similar.urlpatterns,
    *summaries.urlpatterns,
]
