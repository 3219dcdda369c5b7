"""A text that was refused is given back: kept in the session until the form is shown again."""

from __future__ import annotations

from django.http import HttpRequest

_KEPT = 20_000
"""Characters kept; far more than any topic allows."""
_KEY = "refused-texts"


def keep_draft(request: HttpRequest, topic_id: int, text: str, *, suggestion_id: int | None = None) -> None:
    """Keep what was written for a new suggestion, or for the edit of one. One text per member is enough."""
    request.session[_KEY] = [topic_id, suggestion_id, text[:_KEPT]]


def take_draft(request: HttpRequest, topic_id: int) -> tuple[int | None, str]:
    """What was kept for this topic, once: the suggestion that it was an edit of (None: a new one), and the text."""
    # Looked at first: taking would write the session of every reader.
    if _KEY not in request.session or request.session[_KEY][0] != topic_id:
        return None, ""
    _topic_id, suggestion_id, text = request.session.pop(_KEY)
    return suggestion_id, str(text)
