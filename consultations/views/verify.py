"""Checking an exported summary, for anybody: a file is read, judged, and forgotten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from jianyan.accounts.roles import Actor, actor_of

from ..documents.findings import FILE, PARTS, Findings, Part, found
from ..documents.model import SummaryDocument
from ..documents.reading import MEGABYTES, MOST_BYTES
from ..documents.report.verify import Verdict
from ..documents.report.verify import examine as examine_report
from ..documents.verify import against_heads, examine
from ..errors import TryAgain
from ..pace import Limit, require_pace
from ..periods import Period
from ..queries.report_check import report_here
from ..queries.reports import committee
from ..queries.summary_check import (
    Known,
    Standing,
    against_journals,
    comparable,
    journal_heads,
    standing_here,
)
from .report_place import place_of

CHECKING = Limit("verify", per_user=20, per_address=30, window=300)
"""Each counts all votes of a deliberation anew."""
# Seconds. One at a time in each process: a file may take some hundred megabytes while it is read.
_PATIENCE = 20
_one_at_a_time = Lock()


@dataclass(frozen=True, slots=True)
class CheckedPart:
    """A part of the check: what was found in it, in sentences, and how many more of the same kinds there are."""

    part: Part
    sentences: tuple[str, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Checked:
    """What the page says of a file. Of what is no summary there is no `document`, and one part says why.

    `compared`: whether there were journals to compare with.
    """

    document: SummaryDocument | None
    known: Known
    compared: bool
    faults: int
    parts: tuple[CheckedPart, ...]
    remarks: tuple[str, ...]
    more_remarks: int


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """The form, and what came of the file that it sends (`file`)."""
    if request.method != "POST":
        return _page(request)
    require_pace(request, CHECKING)
    sent = request.FILES.get("file")
    if sent is None:
        return _page(request, missing=True, status=422)
    at = timezone.now()
    with _alone():
        # One byte more than may be: it is not read further to be refused.
        data = sent.read(MOST_BYTES + 1)
        report = examine_report(data)
        checked = None if report is not None else _check(data, actor_of(request.user, at=at), at=at)
    about = _of_a_report(report) if report is not None else {"checked": checked}
    return _page(request, name=sent.name, **about)


def _page(request: HttpRequest, *, status: int = 200, **context: object) -> HttpResponse:
    about = {
        "parts": PARTS,
        "most_bytes": MOST_BYTES,
        "too_large": found("too_large", most=MEGABYTES).message,
    }
    return render(request, "consultations/verify.html", about | context, status=status)


def _of_a_report(report: Verdict) -> dict[str, object]:
    known = report_here(report.document) if report.document is not None else None
    if known is None:
        return {"report": report}
    period = Period(known.report.since, known.report.until)
    url = place_of(known.report.body, period, committee()).url("report")
    return {"report": report, "known": known, "known_url": url}


@contextmanager
def _alone() -> Iterator[None]:
    if not _one_at_a_time.acquire(timeout=_PATIENCE):
        raise TryAgain
    try:
        yield
    finally:
        _one_at_a_time.release()


def _check(data: bytes, actor: Actor | None, *, at: dt.datetime) -> Checked:
    verdict = examine(data)
    document, faults, remarks = verdict.document, verdict.faults, verdict.remarks
    known, compared = Known(Standing.UNKNOWN), False
    if document is not None:
        topics = comparable(document, actor, at=at)
        heads = journal_heads(document.snapshot, topics)
        compared = heads is not None
        faults.add(against_heads(document, heads) if heads is not None else ())
        faults.add(against_journals(document, topics))
        known = standing_here(document, actor)
    return Checked(
        document=document,
        known=known,
        compared=compared,
        faults=faults.total,
        parts=tuple(_part(one, faults) for one in (PARTS if document is not None else (FILE,))),
        remarks=tuple(one.message for one in remarks.named),
        more_remarks=remarks.unnamed(remarks.counts),
    )


def _part(part: Part, faults: Findings) -> CheckedPart:
    sentences = tuple(one.message for one in faults.named if one.code in part.sentences)
    return CheckedPart(part, sentences, faults.unnamed(part.sentences))


urlpatterns: list[URLPattern] = [path("verify/", verify, name="verify")]
