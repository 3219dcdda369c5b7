"""The pages that everybody reads: home, deliberation, topic, and one's own."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from jianyan.accounts.roles import actor_of

from .. import rules
from ..drafts import take_draft
from ..errors import NotSignedIn, UnknownTopic
from ..forms.referrals import RatingForm
from ..models import Topic
from ..queries.cosigning import asked
from ..queries.deliberation_page import deliberation_page
from ..queries.home import home_page
from ..queries.mine import mine as mine_of
from ..queries.state import is_invited, load_topic
from ..queries.to_rate import to_rate
from ..queries.topic_page import topic_page
from .topic_strings import strings


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What is live, what comes, what is finished; `all` lists every finished topic."""
    at = timezone.now()
    page = home_page(actor_of(request.user, at=at), at=at, all_finished="all" in request.GET)
    return render(request, "consultations/home.html", {"page": page, "at": at})


@require_safe
def topic(request: HttpRequest, topic_id: int) -> HttpResponse:
    """The live page; `order` is one of newest, support, theme, shuffled."""
    at = timezone.now()
    page = topic_page(
        topic_for(request, topic_id, at), request.user, at=at, order=request.GET.get("order", "")
    )
    edited, text = take_draft(request, topic_id) if request.user.is_authenticated else (None, "")
    context = {
        "page": page,
        "topic": page.topic,
        "strings": strings(),
        "draft": text if edited is None else "",
        "edited": edited,
        "edit": text,
    }
    answer = render(request, "consultations/topic.html", context)
    # Going back in a browser must not show counts of an hour ago.
    patch_cache_control(answer, private=True, no_store=True)
    return answer


@require_safe
def deliberation(request: HttpRequest, deliberation_id: int) -> HttpResponse:
    """One deliberation: its topics, who took part, and its summary."""
    at = timezone.now()
    actor = actor_of(request.user, at=at)
    page = deliberation_page(deliberation_id, actor, at=at)
    if page is None:
        raise Http404
    return render(request, "consultations/deliberation.html", {"page": page})


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """One's own suggestions and votes, what has become of them, and the replies that wait for one's word."""
    at = timezone.now()
    actor = actor_of(request.user, at=at)
    if actor is None:
        return redirect_to_login(request.path)
    context = {
        "topics": mine_of(actor, at=at),
        "asked": asked(actor),
        "to_rate": [(one, RatingForm(auto_id=f"rate-{one.referral_id}-%s")) for one in to_rate(actor)],
    }
    return render(request, "consultations/mine.html", context)


def topic_for(request: HttpRequest, topic_id: int, at: dt.datetime) -> Topic:
    """The topic, for somebody who may see it; 404 for others, so that nothing is learned, or sign in first."""
    try:
        found = load_topic(topic_id)
    except UnknownTopic:
        raise Http404 from None
    actor = actor_of(request.user, at=at)
    verdict = rules.may_see(actor, found, at, invited=is_invited(actor, found))
    if isinstance(verdict, NotSignedIn):
        raise verdict
    if verdict is not None:
        raise Http404
    return found


urlpatterns: list[URLPattern] = [
    path("", home, name="home"),
    path("topics/<int:topic_id>/", topic, name="topic"),
    path("deliberations/<int:deliberation_id>/", deliberation, name="deliberation"),
    path("me/", mine, name="mine"),
]
