"""The register of events: the list, a new one, and each of them with what can be done to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jianyan.accounts.roles import Actor, actor_of

from ..actions.event_records import (
    change_event,
    enter_event,
    note_counts,
    put_back_event,
    withdraw_event,
)
from ..errors import NotAllowed, NotSignedIn, Refused
from ..forms.events import CountedForm, EventForm, names_listed
from ..keeping import keeps_anywhere, may_keep, reads_anywhere
from ..models import Deliberation, EventRecord
from ..queries.events import Sought, event_to_keep, events_page, hosts_kept, latest_year, usual_categories
from .desk_place import whole

Rest = ParamSpec("Rest")
FOLDED = frozenset({"begins", "ends", "place", "co_hosts", "note"})
"""What is folded away on the form as long as it says nothing."""
Answer = Callable[Concatenate[HttpRequest, Actor, dt.datetime, Rest], HttpResponse]


def keeping(answer: Answer[Rest]) -> Callable[..., HttpResponse]:
    """For those who keep the books of any body; with who they are, and one instant for the request."""

    @wraps(answer)
    def view(request: HttpRequest, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        at = timezone.now()
        actor = actor_of(request.user, at=at)
        if actor is None:
            if request.method == "POST":
                raise NotSignedIn
            return redirect_to_login(request.get_full_path())
        if not keeps_anywhere(actor):
            raise NotAllowed
        return answer(request, actor, at, *args, **kwargs)

    return view


@require_safe
def events(request: HttpRequest) -> HttpResponse:
    """What is on record, for those who read the books: `year` (a number, or all), `channel`, `host`, `category`, `page`."""
    actor = actor_of(request.user)
    if actor is None:
        return redirect_to_login(request.get_full_path())
    if not reads_anywhere(actor):
        raise NotAllowed
    wanted = request.GET.get("year", "")
    sought = Sought(
        year=_year(wanted) if wanted else latest_year(actor),
        channel=whole(request.GET.get("channel")),
        host=whole(request.GET.get("host")),
        category=request.GET.get("category", "")[:50].replace("\x00", ""),
        page=whole(request.GET.get("page")) or 1,
    )
    page = events_page(actor, sought)
    return render(request, "consultations/event/list.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@keeping
def event_new(request: HttpRequest, actor: Actor, at: dt.datetime) -> HttpResponse:
    """Enter an event; `copy` (an id) begins as that one, `channel` and `host` with these. `next`: and then another."""
    hosts = hosts_kept(actor)
    if request.method != "POST":
        form = EventForm(initial=_begun(request, actor, at), hosts=hosts, at=at)
        return _form(request, form)
    form = EventForm(request.POST, hosts=hosts, at=at)
    if not form.is_valid():
        return _form(request, form, status=422)
    try:
        record = enter_event(plan=form.plan(), by=actor, at=at)
    except Refused as refusal:
        return _form(request, form, refused=refusal.message, status=refusal.status)
    messages.success(request, _("Entered: %(title)s") % {"title": record.deliberation.title})
    if "next" in request.POST:
        event = record.deliberation
        again = urlencode({"channel": event.channel_id, "host": event.host_id, "day": form.plan().day})
        return redirect(f"{reverse('consultations:event-new')}?{again}")
    return redirect("consultations:deliberation", record.deliberation_id)


@require_http_methods(["GET", "HEAD", "POST"])
@keeping
def event(request: HttpRequest, actor: Actor, at: dt.datetime, deliberation_id: int) -> HttpResponse:
    """Correct an event; of one with topics only what was counted on paper beside them."""
    found = _event(deliberation_id, actor)
    whole_event = not found.topics.all() and hasattr(found, "record")
    if request.method != "POST":
        return _form(request, _filled(found, actor, at, whole_event=whole_event), found)
    form = (
        EventForm(request.POST, hosts=hosts_kept(actor), at=at) if whole_event else CountedForm(request.POST)
    )
    if not form.is_valid():
        return _form(request, form, found, status=422)
    try:
        if isinstance(form, EventForm):
            change_event(deliberation_id=found.pk, plan=form.plan(), edition=form.seen, by=actor, at=at)
        else:
            note_counts(deliberation_id=found.pk, counted=form.counted(), edition=form.seen, by=actor, at=at)
    except Refused as refusal:
        return _form(request, form, found, refused=refusal.message, status=refusal.status)
    messages.success(request, _("Saved."))
    return redirect("consultations:deliberation", found.pk)


@require_POST
@keeping
def event_withdraw(request: HttpRequest, actor: Actor, at: dt.datetime, deliberation_id: int) -> HttpResponse:
    """Take an event out of what counts, or put it back (`back`); `edition` is what was looked at."""
    found = _event(deliberation_id, actor)
    edition = whole(request.POST.get("edition")) or 0
    if "back" in request.POST:
        put_back_event(deliberation_id=found.pk, edition=edition, by=actor)
        messages.success(request, _("It counts again."))
    else:
        withdraw_event(deliberation_id=found.pk, edition=edition, by=actor, at=at)
        messages.success(request, _("It counts no more. Nothing was deleted; it can be put back."))
    return redirect("consultations:event", found.pk)


def _event(deliberation_id: int, actor: Actor) -> Deliberation:
    """Http404 also for somebody else's."""
    found = event_to_keep(deliberation_id)
    if found is None or may_keep(actor, found.host.lineage) is not None:
        raise Http404
    return found


def _begun(request: HttpRequest, actor: Actor, at: dt.datetime) -> dict[str, Any]:
    """What a new event begins with: today, and what is taken over from another one."""
    copied = event_to_keep(whole(request.GET.get("copy")) or 0)
    if copied is not None and may_keep(actor, copied.host.lineage) is None:
        begun = _initial(copied)
        counts = ("edition", "attendance", "statements", "accepted", "resolved", "note")
        return {name: value for name, value in begun.items() if name not in counts} | {
            "day": timezone.localdate(at)
        }
    return {
        "channel": whole(request.GET.get("channel")),
        "host": whole(request.GET.get("host")),
        "day": request.GET.get("day", "")[:10] or timezone.localdate(at),
    }


def _filled(found: Deliberation, actor: Actor, at: dt.datetime, *, whole_event: bool) -> CountedForm:
    initial = _initial(found)
    if whole_event:
        return EventForm(initial=initial, hosts=hosts_kept(actor), at=at)
    return CountedForm(initial=initial)


def _initial(found: Deliberation) -> dict[str, Any]:
    record: EventRecord | None = getattr(found, "record", None)
    starts_at, ends_at = timezone.localtime(found.starts_at), timezone.localtime(found.ends_at)
    own = {
        "title": found.title,
        "channel": found.channel_id,
        "host": found.host_id,
        "day": starts_at.date(),
        "mode": found.mode,
        "place": found.place,
        "visibility": found.visibility,
        "counts_as": [category.pk for category in found.categories.all()],
    }
    if record is None:
        return own
    if not record.dated_only:
        own |= {"begins": starts_at.time(), "ends": ends_at.time()}
    return own | {
        "edition": record.edition,
        "attendance": record.attendance or None,
        "statements": record.statements or None,
        "accepted": record.accepted or None,
        "resolved": record.resolved or None,
        "co_hosts": names_listed([body.name for body in record.co_hosts.all()]),
        "note": record.note,
    }


def _form(
    request: HttpRequest,
    form: CountedForm,
    found: Deliberation | None = None,
    *,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form.marked() if form.is_bound else form,
        "event": found,
        "record": getattr(found, "record", None),
        "whole": isinstance(form, EventForm),
        "usual": usual_categories() if isinstance(form, EventForm) else {},
        "folded": not (
            set(form.errors) & FOLDED or any(form[name].value() for name in FOLDED & set(form.fields))
        ),
        "refused": refused,
    }
    return render(request, "consultations/event/form.html", context, status=status)


def _year(wanted: str) -> int | None:
    year = whole(wanted)
    return year if year is not None and 1900 <= year <= 2200 else None


urlpatterns: list[URLPattern] = [
    path("events/", events, name="events"),
    path("events/new/", event_new, name="event-new"),
    path("events/<int:deliberation_id>/", event, name="event"),
    path("events/<int:deliberation_id>/withdraw", event_withdraw, name="event-withdraw"),
]
