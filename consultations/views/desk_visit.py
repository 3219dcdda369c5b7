"""A moderator's request at one topic's desk: who, where, when; and what happens when something is refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from jianyan.accounts.roles import Actor, actor_of

from .. import rules
from ..errors import NotSignedIn, Refused, UnknownTopic
from ..models import Topic
from ..queries.state import is_invited, load_topic
from .desk_place import Place, from_htmx

Rest = ParamSpec("Rest")


@dataclass(frozen=True, slots=True)
class Visit:
    """Everything in the request was asked at the one instant `at`."""

    request: HttpRequest
    topic: Topic
    actor: Actor
    place: Place
    at: dt.datetime


def enter(request: HttpRequest, topic_id: int) -> Visit:
    """The visit of a moderator of the host.

    Raises NotSignedIn; Http404 for those who may not even see the topic, NotAllowed for others.
    """
    at = timezone.now()
    actor = actor_of(request.user, at=at)
    if actor is None:
        raise NotSignedIn
    try:
        topic = load_topic(topic_id)
    except UnknownTopic:
        raise Http404 from None
    verdict = rules.may_moderate(actor, topic)
    if verdict is not None:
        if rules.may_see(actor, topic, at, invited=is_invited(actor, topic)) is not None:
            raise Http404
        raise verdict
    return Visit(request, topic, actor, Place.of(request, topic_id), at)


def desk_view(
    refuse: Callable[[Visit, Refused], HttpResponse],
    *,
    at_controls: bool = False,
) -> Callable[
    [Callable[Concatenate[Visit, Rest], HttpResponse]],
    Callable[..., HttpResponse],
]:
    """Make a view of what a moderator's visit leads to; what the domain refuses is answered by `refuse`.

    A suggestion in the address (`suggestion_id`) is the opened one; Http404 if the topic has no such one.
    Not being allowed is not answered there: such a person has no desk to be shown.
    """

    def decorate(
        answer: Callable[Concatenate[Visit, Rest], HttpResponse],
    ) -> Callable[..., HttpResponse]:
        @wraps(answer)
        def view(
            request: HttpRequest, topic_id: int, *args: Rest.args, **kwargs: Rest.kwargs
        ) -> HttpResponse:
            try:
                visit = enter(request, topic_id)
                visit = replace(
                    visit, place=_place(visit, kwargs.get("suggestion_id"), at_controls=at_controls)
                )
            except NotSignedIn:
                return to_sign_in(request)
            try:
                return answer(visit, *args, **kwargs)
            except Refused as refusal:
                if refusal.status == 403:
                    raise
                return refuse(visit, refusal)

        return view

    return decorate


def _place(visit: Visit, suggestion_id: object, *, at_controls: bool) -> Place:
    if at_controls:
        return replace(visit.place, view="controls")
    if not isinstance(suggestion_id, int):
        return visit.place
    if not visit.topic.suggestions.filter(pk=suggestion_id).exists():
        raise Http404
    return visit.place.at_item(suggestion_id)


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in and come back: a redirect, or what makes htmx load the sign-in page as a whole."""
    answer = redirect_to_login(request.get_full_path() if request.method == "GET" else "/desk/")
    if not from_htmx(request):
        return answer
    return HttpResponse(status=403, headers={"HX-Redirect": answer.url})
