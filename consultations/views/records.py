"""Members' records of a year: one's own, and for those who keep a body's books the list, each record, and the workbook."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import structlog
from django.contrib.auth.views import redirect_to_login
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.formats import date_format
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jianyan.accounts.models import Body, User
from jianyan.accounts.roles import Actor, actor_of

from .. import keeping, rules
from ..documents.naming import file_stem
from ..enums import Deed
from ..errors import NotAllowed, NotSignedIn, UnknownRecord
from ..forms.records import AppealForm, CorrectionForm
from ..models import Category
from ..queries.member_record import RecordPage, record_bodies, record_page
from ..queries.member_records import (
    differences,
    kept_bodies,
    member_of,
    records_page,
    year_records,
)
from ..queries.record_loading import FIRST_YEAR, LAST_YEAR, given_by
from ..queries.record_rows import Attended, Came, Filed, Idea, Row
from .desk_place import whole

log = structlog.get_logger(__name__)


@require_safe
def my_records(_request: HttpRequest) -> HttpResponse:
    """One's own record of this year."""
    return redirect("consultations:my-record", timezone.localdate().year)


@require_safe
def my_record(request: HttpRequest, year: int) -> HttpResponse:
    """One's own record; `body` where there are several."""
    reader = request.user
    if not isinstance(reader, User):
        return redirect_to_login(request.get_full_path())
    return show_own(request, reader, require_year(year), at=timezone.now())


def show_own(
    request: HttpRequest,
    reader: User,
    year: int,
    *,
    at: dt.datetime,
    form: Form | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of one's own record, with an appeal that could not be taken where there is one."""
    bodies = record_bodies(reader, year)
    chosen = whole(request.POST.get("body") or request.GET.get("body"))
    body = next((one for one in bodies if one.pk == chosen), bodies[0] if bodies else None)
    if body is None:
        context: dict[str, Any] = {"year": year, "years": years_around(year, at)}
        return private(render(request, "consultations/record/none.html", context))
    page = record_page(body, reader, year, at=at)
    context = {
        "page": page,
        "own": True,
        "bodies": bodies,
        "years": years_around(year, at),
        "given": given_by(body, year, reader.pk, at=at),
        "categories": category_names(),
        "appeal_form": form or AppealForm(lines=appeal_lines(page)),
    }
    return private(render(request, "consultations/record/page.html", context, status=status))


@require_safe
def all_records(request: HttpRequest) -> HttpResponse:
    """The list of this year."""
    query = request.GET.urlencode()
    address = reverse("consultations:records", args=[timezone.localdate().year])
    return HttpResponseRedirect(f"{address}?{query}" if query else address)


@require_safe
def records(request: HttpRequest, year: int) -> HttpResponse:
    """The members of a body with the sums of their year, by strokes; `sector`, `page`, and `body` where there are several."""
    at = timezone.now()
    actor = actor_of(request.user, at=at)
    if actor is None:
        return redirect_to_login(request.get_full_path())
    body, bodies = body_for(request, actor)
    page = records_page(
        body,
        require_year(year),
        actor,
        sector=whole(request.GET.get("sector")),
        number=whole(request.GET.get("page")) or 1,
        bodies=bodies,
        at=at,
    )
    context = {"page": page, "years": years_around(year, at)}
    return private(render(request, "consultations/record/list.html", context))


@require_safe
def record(request: HttpRequest, year: int, user_id: int) -> HttpResponse:
    """One member's record, for those who may read the body's books."""
    at = timezone.now()
    actor = actor_of(request.user, at=at)
    if actor is None:
        return redirect_to_login(request.get_full_path())
    body, _bodies = body_for(request, actor)
    return show_record(request, actor, body, require_year(year), user_id, at=at)


def show_record(
    request: HttpRequest,
    actor: Actor,
    body: Body,
    year: int,
    user_id: int,
    *,
    at: dt.datetime,
    form: Form | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of a member's record, with a correction that could not be taken where there is one."""
    member = member_of(body, year, user_id)
    if member is None:
        raise UnknownRecord
    keeps = keeping.may_keep(actor, body.lineage) is None
    page = record_page(body, member, year, at=at, discreet=not keeps)
    corrects = keeps and page.total is not None and page.frozen is None and user_id != actor.user_id
    context = {
        "page": page,
        "own": False,
        "keeps": keeps,
        "years": years_around(year, at),
        "categories": category_names(),
        "correction_form": (form or CorrectionForm()) if corrects else None,
    }
    return private(render(request, "consultations/record/page.html", context, status=status))


@require_safe
def record_differences(request: HttpRequest, year: int) -> HttpResponse:
    """What has changed since the year was frozen; 404 where it is not."""
    at = timezone.now()
    actor = actor_of(request.user, at=at)
    if actor is None:
        return redirect_to_login(request.get_full_path())
    body, _bodies = body_for(request, actor)
    page = records_page(body, require_year(year), actor, at=at)
    if page.frozen is None:
        raise UnknownRecord
    found = differences(body, year, page.frozen, at=at)
    context = {"page": page, "differences": found}
    return private(render(request, "consultations/record/differences.html", context))


@require_safe
def records_workbook(request: HttpRequest, year: int) -> HttpResponse:
    """All records of the year as an Excel workbook, for secretaries; who takes it away is logged."""
    from ..documents.spreadsheet import records as workbook

    at = timezone.now()
    actor = actor_of(request.user, at=at)
    if actor is None:
        return redirect_to_login(request.get_full_path())
    body, _bodies = body_for(request, actor)
    rules.require(keeping.may_keep(actor, body.lineage))
    in_force, kept, frozen = year_records(body, require_year(year), at=at)
    content = workbook.render(
        body.name,
        year,
        in_force,
        kept,
        categories=category_names(),
        day=timezone.localdate(frozen.at if frozen is not None else at),
    )
    answer = HttpResponse(content, content_type=workbook.MEDIA_TYPE)
    name = f"{file_stem(str(body))}{_('records')}{year}.xlsx"
    disposition = content_disposition_header(as_attachment=True, filename=name)
    answer["Content-Disposition"] = disposition or "attachment"
    log.info("records taken away", body_id=body.pk, year=year, user_id=actor.user_id, members=len(kept))
    return private(answer)


# --- what the pages of records share -------------------------------------------------------------------------


def body_for(request: HttpRequest, actor: Actor) -> tuple[Body, tuple[Body, ...]]:
    """The body whose records are asked for (`body`, else the reader's highest), and all of the reader's.

    Raises NotAllowed, UnknownRecord.
    """
    bodies = kept_bodies(actor)
    asked = request.POST.get("body") or request.GET.get("body")
    if not asked:
        if not bodies:
            raise NotAllowed
        return bodies[0], bodies
    body = Body.objects.filter(pk=whole(asked) or 0).first()
    if body is None:
        raise UnknownRecord
    rules.require(keeping.may_read_books(actor, body.lineage))
    return body, bodies


def require_year(year: int) -> int:
    """The year, if there can be records of it; else 404."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404
    return year


def years_around(year: int, at: dt.datetime) -> tuple[int | None, int | None]:
    """The year before and the one after; None where that is still to come, or there are no records."""
    after = year + 1 if year < timezone.localdate(at).year else None
    return (year - 1 if year > FIRST_YEAR else None), after


def private(answer: HttpResponse) -> HttpResponse:
    """Kept by no cache."""
    patch_cache_control(answer, private=True, no_store=True)
    return answer


def signed_in(request: HttpRequest, at: dt.datetime) -> Actor:
    """Whoever sends a form. Raises NotSignedIn."""
    actor = actor_of(request.user, at=at)
    if actor is None:
        raise NotSignedIn
    return actor


def category_names() -> dict[str, str]:
    """Short name → name."""
    return dict(Category.objects.values_list("slug", "name"))


def appeal_lines(page: RecordPage) -> list[tuple[str, list[tuple[str, str]]]]:
    """What an appeal can be about, by kind: the value is what is kept, and says it to whoever reads it."""
    lists: tuple[tuple[Deed, tuple[Row, ...]], ...] = (
        (Deed.ATTENDED, page.rows.attended),
        (Deed.SUGGESTED, page.rows.ideas),
        (Deed.SUBMITTED, page.rows.filed),
        (Deed.OUTCOME, page.rows.outcomes),
    )
    return [(str(deed.label), list(_appealable(deed, rows))) for deed, rows in lists if rows]


def _appealable(deed: Deed, rows: tuple[Row, ...]) -> Iterator[tuple[str, str]]:
    for row in rows:
        day = date_format(row.day, "Y-m-d")
        yield f"{deed.value}:{row.id}", f"{day} {_title(row)}"


def _title(row: Row) -> str:
    match row:
        case Attended() | Filed():
            return row.title
        case Idea():
            return _("no. %(number)s, %(topic)s") % {"number": row.number, "topic": row.topic}
        case Came():
            return row.words


urlpatterns: list[URLPattern] = [
    path("my/record/", my_records, name="my-records"),
    path("my/record/<int:year>/", my_record, name="my-record"),
    path("records/", all_records, name="all-records"),
    path("records/<int:year>/", records, name="records"),
    path("records/<int:year>/records.xlsx", records_workbook, name="records-workbook"),
    path("records/<int:year>/differences/", record_differences, name="record-differences"),
    path("records/<int:year>/<int:user_id>/", record, name="record"),
]
