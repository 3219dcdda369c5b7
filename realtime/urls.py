"""The wire over HTTP."""

from __future__ import annotations

from django.urls import path

from . import http, watch

app_name = "realtime"

urlpatterns = [
    path("topics/<int:topic_id>/state", http.state, name="state"),
    path("topics/<int:topic_id>/watch", watch.page, name="watch"),
    path("topics/<int:topic_id>/watch/state", watch.state, name="watch_state"),
    path("topics/<int:topic_id>/votes", http.votes, name="votes"),
    path("topics/<int:topic_id>/suggestions", http.suggestions, name="suggestions"),
    path("topics/<int:topic_id>/suggestions/<int:suggestion_id>/edit", http.edit, name="edit"),
    path("topics/<int:topic_id>/suggestions/<int:suggestion_id>/withdraw", http.withdraw, name="withdraw"),
]
