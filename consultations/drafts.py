"""A text that was refused is given back: kept in the session until the form is shown again."""

from __future__ import annotations

from django.http import HttpRequest

_KEPT = 5000
"""Characters kept; far more than any topic allows."""


def _key(topic_id: int, suggestion_id: int | None) -> str:
    return f"draft-{topic_id}-{suggestion_id or 0}"


def keep_draft(request: HttpRequest, topic_id: int, text: str, *, suggestion_id: int | None = None) -> None:
    """Keep what was written for a new suggestion, or for the edit of one."""
    request.session[_key(topic_id, suggestion_id)] = text[:_KEPT]


def take_draft(request: HttpRequest, topic_id: int, *, suggestion_id: int | None = None) -> str:
    """What was kept, once; empty where nothing was."""
    key = _key(topic_id, suggestion_id)
    # Looked at first: taking would write the session of every reader.
    return str(request.session.pop(key)) if key in request.session else ""
