"""Addresses of the domain's pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from .views import desk, prepare

app_name = "consultations"

urlpatterns: list[URLPattern | URLResolver] = [
    *desk.urlpatterns,
    *prepare.urlpatterns,
]
