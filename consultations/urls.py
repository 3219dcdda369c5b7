"""Addresses of the domain's pages."""

from __future__ import annotations

from django.urls import URLPattern

from .views import desk, journal, notifications, pages, prepare, summaries

app_name = "consultations"

urlpatterns: list[URLPattern] = [
    *pages.urlpatterns,
    *journal.urlpatterns,
    *desk.urlpatterns,
    *notifications.urlpatterns,
    *prepare.urlpatterns,
    *summaries.urlpatterns,
]
