"""The rows of the summary's editor. Of hundreds all but one or two are as they were in the last answer."""

from __future__ import annotations

from functools import lru_cache

from django.template import Library
from django.template.context import RequestContext
from django.template.loader import get_template
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from ..queries.summary_page import Heading, Passage, Sentence, SummaryPage

register = Library()

KEPT = 2048
"""Rows that a process keeps, of some 7 KB each."""
# In what is kept, where the request's own goes. No text of a row can have these characters.
_HERE = "\x02csrf\x03"


@register.simple_tag(takes_context=True)
def sentence_row(context: RequestContext) -> SafeString:
    """The `sentence` of the `passage`; where something was refused in it (`attempt`), with that."""
    page: SummaryPage = context["page"]
    passage: Passage = context["passage"]
    sentence: Sentence = context["sentence"]
    attempt = context.get("attempt")
    refused = attempt is not None and (attempt.what, attempt.id) == ("statement", sentence.id)
    row = (_row.__wrapped__ if refused else _row)(
        sentence,
        page.id,
        page.titles,
        page.headings,
        topic_id=passage.topic_id,
        places=passage.places,
        assigned=sentence.id in page.lists.assigned,
        language=get_language(),
        attempt=attempt if refused else None,
    )
    # Made by a template, which has escaped what is typed.
    return SafeString(row.replace(_HERE, str(context["csrf_token"])))


@lru_cache(maxsize=KEPT)
def _row(
    sentence: Sentence,
    page_id: int,
    topics: tuple[tuple[int, str], ...],
    sections: tuple[Heading, ...],
    *,
    topic_id: int | None,
    places: int,
    assigned: bool,
    language: str | None,
    attempt: object | None,
) -> str:
    del language  # It is active already; the key has it.
    return get_template("consultations/summary/sentence.html").render(
        {
            "sentence": sentence,
            "page_id": page_id,
            # One for all verbs: to look each up would be a fifth of the work.
            "address": reverse("consultations:summary-statement", args=[page_id, sentence.id, "-"])[:-1],
            "topics": topics,
            "sections": sections,
            "topic_id": topic_id,
            "places": places,
            "assigned": assigned,
            "attempt": attempt,
            "csrf_token": _HERE,
        }
    )
