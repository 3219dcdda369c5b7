"""Preparing deliberations: make one, copy an earlier one, change what has not opened, announce."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jianyan.accounts.roles import Actor, actor_of

from .. import rules
from ..actions.deliberations import announce_deliberation, change_deliberation, create_deliberation
from ..enums import Phase
from ..errors import NotAllowed, Refused
from ..forms.preparation import Preparation
from ..forms.starting import Start, copy_of, fresh, present
from ..models import Deliberation
from ..queries import prepare as queries
from .desk_place import whole

Rest = ParamSpec("Rest")


def preparing(
    answer: Callable[Concatenate[HttpRequest, Actor, dt.datetime, Rest], HttpResponse],
) -> Callable[..., HttpResponse]:
    """For those who hold a role that prepares, anywhere; with who they are, and one instant for the request."""

    @wraps(answer)
    def view(request: HttpRequest, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        at = timezone.now()
        actor = actor_of(request.user, at=at)
        if actor is None:
            return redirect_to_login(request.get_full_path())
        if not rules.prepares_anywhere(actor):
            raise NotAllowed
        return answer(request, actor, at, *args, **kwargs)

    return view


@require_safe
@preparing
def preparations(request: HttpRequest, actor: Actor, at: dt.datetime) -> HttpResponse:
    """What this person prepares or has prepared."""
    return render(request, "consultations/prepare/list.html", {"rows": queries.preparations(actor, at=at)})


@require_http_methods(["GET", "HEAD", "POST"])
@preparing
def prepare_new(request: HttpRequest, actor: Actor, at: dt.datetime) -> HttpResponse:
    """A new deliberation in a channel (`channel`), or copied from one (`copy`): ids in the address; else a choice."""
    copied = whole(request.GET.get("copy"))
    channel = queries.channel(whole(request.GET.get("channel")) or 0)
    if copied is not None:
        start = copy_of(_deliberation(copied, actor), at=at)
    elif channel is not None:
        start = fresh(channel, at=at)
    else:
        rows = queries.preparations(actor, at=at)
        return render(
            request, "consultations/prepare/choose.html", {"channels": queries.channels(), "rows": rows}
        )
    return _work_on(request, actor, at, start)


@require_http_methods(["GET", "HEAD", "POST"])
@preparing
def prepare(request: HttpRequest, actor: Actor, at: dt.datetime, deliberation_id: int) -> HttpResponse:
    """Change what has not opened yet; once everything has, there is nothing left to prepare."""
    deliberation = _deliberation(deliberation_id, actor)
    start = present(deliberation, at=at)
    if not start.topics:
        return render(request, "consultations/prepare/over.html", {"deliberation": deliberation})
    return _work_on(request, actor, at, start, deliberation)


@require_POST
@preparing
def prepare_announce(
    request: HttpRequest, actor: Actor, at: dt.datetime, deliberation_id: int
) -> HttpResponse:
    """Announce every topic of the deliberation that is not announced yet."""
    _deliberation(deliberation_id, actor)
    try:
        announced = announce_deliberation(deliberation_id=deliberation_id, by=actor, at=at)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        text = _("Announced: everybody who may see the deliberation sees it now with its times.")
        messages.success(request, text if announced else _("Everything was announced already."))
    return redirect("consultations:prepare", deliberation_id)


def _deliberation(deliberation_id: int, actor: Actor) -> Deliberation:
    """Http404 also for somebody else's: what is not announced is nobody's business."""
    deliberation = queries.load_deliberation(deliberation_id)
    if deliberation is None or rules.may_prepare(actor, deliberation) is not None:
        raise Http404
    return deliberation


def _work_on(
    request: HttpRequest,
    actor: Actor,
    at: dt.datetime,
    start: Start,
    deliberation: Deliberation | None = None,
) -> HttpResponse:
    """The forms; once they are sent and right, what they say is done. What was typed is never lost."""
    form = Preparation(
        start,
        hosts=queries.hosts_for(actor),
        deliberation_id=deliberation.pk if deliberation is not None else None,
        data=request.POST if request.method == "POST" else None,
    )
    status, refused = 200, ""
    if request.method == "POST" and not form.retyped:
        status = 422
        if form.is_valid(at=at):
            try:
                saved = _save(form, actor, at, start, deliberation)
            except Refused as refusal:
                status, refused = refusal.status, refusal.message
            else:
                messages.success(request, _("Saved. What is not announced yet is seen by nobody else."))
                return redirect("consultations:prepare", saved.pk)
    context = {
        "form": form,
        "channel": start.channel,
        "deliberation": deliberation,
        "drafts": deliberation is not None
        and any(rules.phase(topic, at) is Phase.DRAFT for topic in deliberation.topics.all()),
        "refused": refused,
    }
    return render(request, "consultations/prepare/form.html", context, status=status)


def _save(
    form: Preparation, actor: Actor, at: dt.datetime, start: Start, deliberation: Deliberation | None
) -> Deliberation:
    if deliberation is None:
        return create_deliberation(channel_id=start.channel.pk, plan=form.plan(), by=actor, at=at)
    return change_deliberation(deliberation_id=deliberation.pk, plan=form.plan(), by=actor, at=at)


urlpatterns: list[URLPattern] = [
    path("prepare/", preparations, name="preparations"),
    path("prepare/new/", prepare_new, name="prepare-new"),
    path("prepare/<int:deliberation_id>/", prepare, name="prepare"),
    path("prepare/<int:deliberation_id>/announce", prepare_announce, name="prepare-announce"),
]
