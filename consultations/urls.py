"""Addresses of the domain's pages."""

from __future__ import annotations

from django.urls import URLPattern

from .views import (
    attendance,
    desk,
    joining,
    journal,
    notifications,
    own_panel,
    pages,
    prepare,
    screen,
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
    *notifications.urlpatterns,
    *own_panel.urlpatterns,
    *prepare.urlpatterns,
    *summaries.urlpatterns,
]
