"""What opens a theme counts its suggestions. Frozen anew, it counts them anew."""

from __future__ import annotations

from collections import Counter

from ..enums import PUBLIC, StatementKind
from ..models import Citation, Statement, Topic
from .quoting import quotation


def recount_leads(summary_id: int) -> None:
    """Let each lead of a draft cite what belongs to its theme now; one without anything is taken out.

    Meanwhile moderators may have published, merged and sorted. The theme of a section is the one that has its name,
    and where that was changed, the one of most of what it counted.
    """
    leads = (
        Statement.objects.filter(section__summary=summary_id, kind=StatementKind.LEAD)
        .exclude(section__topic=None)
        .select_related("section__topic")
        .prefetch_related("citations__suggestion")
    )
    for lead in leads:
        topic = lead.section.topic
        theme_id = _theme_of(lead, topic) if topic is not None else None
        if topic is not None and theme_id is not None:
            _recount(lead, topic, theme_id)


def _theme_of(lead: Statement, topic: Topic) -> int | None:
    named = topic.themes.filter(name=lead.section.heading).values_list("pk", flat=True).first()
    if named is not None:
        return named
    themes = Counter(
        cited.suggestion.theme_id
        for cited in lead.citations.all()
        if cited.suggestion.merged_into_id is None and cited.suggestion.theme_id is not None
    )
    return themes.most_common(1)[0][0] if themes else None


def _recount(lead: Statement, topic: Topic, theme_id: int) -> None:
    public = topic.suggestions.filter(status__in=PUBLIC)
    alone = public.filter(merged_into=None, theme=theme_id)
    belonging = [*alone, *public.filter(merged_into__in=alone)]
    lead.citations.all().delete()
    Citation.objects.bulk_create(quotation(lead, suggestion) for suggestion in belonging)
    if not belonging and not lead.removed:
        lead.removed = True
        lead.edition += 1
        lead.save(update_fields=["removed", "edition"])
