"""No pages: only the sockets are measured."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
