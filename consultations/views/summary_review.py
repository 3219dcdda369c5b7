"""The editor of what is under review: read, with comments at its sentences and the buttons of whoever may sign."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_safe

from .. import rules
from ..errors import NotSignedIn
from ..queries.summary_page import page_of
from ..queries.summary_signing import Comment, signing_of
from .summary_visit import elsewhere, read, to_sign_in


@require_safe
def summary_review(request: HttpRequest, summary_id: int) -> HttpResponse:
    """What was submitted, with what it rests on; before and after its review on to where it is read."""
    try:
        reading = read(request, summary_id)
    except NotSignedIn:
        return to_sign_in(request, summary_id)
    if rules.may_review_summary(reading.actor, reading.summary) is not None:
        return elsewhere(request, reverse("consultations:summary", args=[summary_id]))
    signing = signing_of(reading.summary, reading.actor)
    comments: dict[int, list[Comment]] = {}
    for comment in signing.comments:
        if comment.statement_id is not None:
            comments.setdefault(comment.statement_id, []).append(comment)
    page = page_of(reading.summary)
    context = {
        "page": page,
        "signing": signing,
        "passages": [
            (passage, [(sentence, comments.get(sentence.id, ())) for sentence in passage.sentences])
            for passage in page.passages
            if passage.sentences
        ],
    }
    response = render(request, "consultations/summary/review.html", context)
    response["Cache-Control"] = "no-store"
    return response


urlpatterns: list[URLPattern] = [
    path("summaries/<int:summary_id>/review/", summary_review, name="summary-review"),
]
