"""What opens a theme counts anew when a deliberation is frozen anew."""

from __future__ import annotations

import pytest

from consultations.actions.freezing import freeze_deliberation, unfreeze_deliberation
from consultations.actions.merging import merge_suggestions
from consultations.actions.moderation import assign_theme, hide_suggestion
from consultations.actions.summary_sections import rename_section
from consultations.documents.wording import statements_of
from consultations.models import Statement, Theme
from consultations.queries.summary_document import summary_document
from tests.consultations.factories import MINUTE, actor
from tests.consultations.summary_scene import EDITED, Drafted, make_drafted

LATER = EDITED + MINUTE


@pytest.fixture
def thawed(db: None) -> Drafted:
    """Drafted, one section renamed, then the freezing undone."""
    drafted = make_drafted()
    rename_section(
        section_id=drafted.lead("医院周边").section_id,
        heading="医院门口",
        edition=1,
        by=drafted.finished.by,
        at=EDITED,
    )
    unfreeze_deliberation(summary_id=drafted.summary.pk, by=drafted.finished.by, at=EDITED)
    return drafted


def sort(drafted: Drafted, number: int, theme: str | None) -> None:
    assign_theme(
        suggestion_id=drafted.finished.suggestion(number).pk,
        theme_id=Theme.objects.get(name=theme).pk if theme is not None else None,
        by=actor(drafted.finished.moderator),
        at=LATER,
    )


def leads(drafted: Drafted) -> list[str]:
    freeze_deliberation(
        deliberation_id=drafted.finished.deliberation.pk, by=drafted.finished.by, at=LATER + MINUTE
    )
    document = summary_document(drafted.summary.pk)
    return [one.text for one in statements_of(document) if one.is_lead]


def test_nothing_has_changed(thawed: Drafted) -> None:
    assert leads(thawed) == [
        "关于“错时共享”，共有建言2条，来自2个界别，附议4次。",
        "关于“医院门口”，共有建言1条，来自1个界别，附议2次。",
    ]


def test_what_was_sorted_meanwhile_is_counted_where_it_belongs_now(thawed: Drafted) -> None:
    sort(thawed, 4, "错时共享")
    sort(thawed, 5, "医院周边")
    assert leads(thawed) == [
        "关于“错时共享”，共有建言3条，来自2个界别，附议6次。",
        "关于“医院门口”，共有建言2条，来自1个界别，附议2次。",
    ]


def test_what_was_merged_counts_with_what_it_was_merged_into(thawed: Drafted) -> None:
    finished = thawed.finished
    merge_suggestions(
        topic_id=finished.topic.pk,
        suggestion_ids=[finished.suggestion(4).pk],
        into=finished.suggestion(3).pk,
        by=actor(finished.moderator),
        at=LATER,
    )
    # 3 has the first, second and fourth member, 4 the first and second.
    assert leads(thawed)[0] == "关于“错时共享”，共有建言3条，来自2个界别，附议4次。"


def test_a_theme_that_has_nothing_any_more_is_not_opened(thawed: Drafted) -> None:
    hide_suggestion(
        suggestion_id=thawed.finished.suggestion(2).pk,
        by=actor(thawed.finished.moderator),
        at=LATER,
        reason="用语请平和",
    )
    sort(thawed, 1, None)
    sort(thawed, 3, None)
    lead = thawed.lead("错时共享")
    assert leads(thawed) == []
    again = Statement.objects.get(pk=lead.pk)
    assert (again.removed, again.edition) == (True, lead.edition + 1)
