"""Keeping versions of a summary, so that nothing that somebody wrote is lost by what others change."""

from __future__ import annotations

from ..enums import VersionReason
from ..models import SummaryVersion
from ..queries.summary_versions import content_now
from .summaries import Opened


def keep_version(opened: Opened, reason: VersionReason) -> SummaryVersion:
    """Keep all words and sources as they stand now."""
    return SummaryVersion.objects.create(
        summary=opened.summary,
        edition=opened.summary.edition,
        reason=reason,
        at=opened.at,
        by_id=opened.by.user_id,
        content=content_now(opened.summary),
    )
