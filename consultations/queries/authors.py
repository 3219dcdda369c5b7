"""Who an idea is by, as everybody reads it: the lead author, then those who have agreed to sign with them."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ..enums import Cosigning
from ..models import Cosigner, Suggestion, Topic

WRITTEN_OUT = 3
"""Names that a line of the list has room for; of more people, only the first is named."""


def with_authors(rows: QuerySet[Suggestion]) -> QuerySet[Suggestion]:
    """The rows with author, sector and those who co-signed: one query more than the rows, however many they are."""
    agreed = Cosigner.objects.filter(state=Cosigning.AGREED).select_related("member")
    return rows.select_related("author", "sector").prefetch_related(
        Prefetch("cosigners", agreed.order_by("id"))
    )


def author_name(suggestion: Suggestion, topic: Topic) -> str:
    """The authors in a few words, in the site's language, since the same bytes go to everybody.

    What was typed by staff is marked as that (代录). Load the rows `with_authors`, or each of them asks the database.
    """
    # Nearly all are by one person, and to change the language for each of five hundred rows takes a while.
    if not topic.anonymous and suggestion.entered_by_id is None and not suggestion.cosigners.all():
        return suggestion.author.display_name
    with translation.override(settings.LANGUAGE_CODE):
        names = _names(suggestion, topic)
        written_out = len(names) <= WRITTEN_OUT and not topic.anonymous
        author = pgettext("between names", ", ").join(names) if written_out else _and_others(names)
        if suggestion.entered_by_id is None:
            return author
        return _("%(author)s (typed by staff)") % {"author": author}


def author_names(suggestion: Suggestion, topic: Topic) -> str:
    """Every author by name, as documents print them; in the site's language."""
    with translation.override(settings.LANGUAGE_CODE):
        names = _names(suggestion, topic)
        return _and_others(names) if topic.anonymous else pgettext("between names", ", ").join(names)


def cosigners_of(suggestion_ids: Iterable[int]) -> frozenset[tuple[int, int]]:
    """(suggestion id, user id) of all who have agreed to sign these; no query where there are none."""
    ids = list(suggestion_ids)
    if not ids:
        return frozenset()
    agreed = Cosigner.objects.filter(suggestion__in=ids, state=Cosigning.AGREED)
    return frozenset(agreed.values_list("suggestion_id", "member_id"))


def _names(suggestion: Suggestion, topic: Topic) -> list[str]:
    signed = [one for one in suggestion.cosigners.all() if one.state == Cosigning.AGREED]
    if topic.anonymous:
        return [_("Anonymous member")] * (1 + len(signed))
    return [suggestion.author.display_name, *(one.member.display_name for one in signed)]


def _and_others(names: list[str]) -> str:
    if len(names) == 1:
        return names[0]
    return _("%(name)s and others, %(count)s people") % {"name": names[0], "count": len(names)}
