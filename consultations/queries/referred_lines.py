"""Which lines of a signed summary have been referred, in whatever version of it."""

from __future__ import annotations

from ..enums import ReferralState
from ..models import Assignment, Referral, Summary


def referred_lines(summary_id: int) -> dict[int, int]:
    """Assignment id → id of the referral that stands for it; three queries.

    A corrected version has copies of the lines: one with the same words as a line that was referred is that line.
    """
    lines = dict(Assignment.objects.filter(summary=summary_id, removed=False).values_list("id", "item"))
    summary = Summary.objects.filter(pk=summary_id).values("deliberation_id", "kind").first()
    if summary is None:
        return {}
    standing = Referral.objects.filter(
        assignment__summary__deliberation=summary["deliberation_id"],
        assignment__summary__kind=summary["kind"],
    ).exclude(state=ReferralState.WITHDRAWN)
    by_line: dict[int, int] = {}
    by_words: dict[str, int] = {}
    for pk, line_id, of_summary, words in standing.order_by("id").values_list(
        "id", "assignment_id", "assignment__summary_id", "assignment__item"
    ):
        if of_summary == summary_id and line_id is not None:
            by_line[line_id] = pk
        else:
            by_words[words] = pk
    return by_line | {
        line_id: by_words[words]
        for line_id, words in lines.items()
        if line_id not in by_line and words in by_words
    }
