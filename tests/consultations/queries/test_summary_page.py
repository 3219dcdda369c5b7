"""What the secretary's editor is told of a summary."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consultations.actions.statements import (
    add_citation,
    add_note,
    edit_statement,
    remove_citation,
    remove_statement,
)
from consultations.errors import UnknownSummary
from consultations.models import Suggestion
from consultations.queries.summary_page import summary_page
from consultations.queries.summary_places import place_of, statement_at
from tests.consultations.summary_scene import EDITED, FROZEN, Drafted, make_drafted


@pytest.fixture
def drafted(db: None) -> Drafted:
    return make_drafted()


def test_the_page_has_sections_sentences_and_their_sources(drafted: Drafted) -> None:
    page = summary_page(drafted.summary.pk)
    assert (page.title, page.edition, page.frozen_by, page.frozen_at) == (
        "“破解老城区停车难”协商纪要",
        1,
        "沈秘书",
        FROZEN,
    )
    assert [(one.topic_id is None, one.heading, one.first, one.last) for one in page.passages] == [
        (True, "", True, True),
        (False, "错时共享", True, False),
        (False, "医院周边", False, False),
        (False, "", False, True),
    ]
    lead, first, second = page.passages[1].sentences
    assert (lead.text, lead.lead, lead.place, page.passages[1].places) == (
        "关于“错时共享”，共有建言2条，来自2个界别，附议4次。",
        True,
        0,
        2,
    )
    assert (first.text, first.place, first.last, first.support, first.note, first.reworded) == (
        "建议商场地下车库前一小时免费。",
        1,
        False,
        3,
        False,
        False,
    )
    assert (second.place, second.last) == (2, True)
    (source,) = first.sources
    assert (source.reference, source.text, source.author, source.sector, source.theme) == (
        "3",
        "我建议：商场地下车库前一小时免费。",
        "欧阳晴川",
        "教育界",
        "错时共享",
    )
    assert (source.tally.support, source.quoted, source.merged) == (3, 1, False)
    assert (len(page.sentences), page.notes, page.reworded, page.uncited) == (5, 0, 0, 0)


def test_edits_show_in_the_overview(drafted: Drafted) -> None:
    by = drafted.finished.by
    edit_statement(statement_id=drafted.statement(2).pk, text="改写了。", edition=1, by=by, at=EDITED)
    remove_statement(statement_id=drafted.statement(5).pk, edition=1, by=by, at=EDITED)
    first = drafted.statement(1)
    remove_citation(
        statement_id=first.pk,
        suggestion_id=drafted.finished.suggestion(1).pk,
        edition=1,
        by=by,
        at=EDITED,
    )
    add_citation(
        statement_id=drafted.statement(4).pk,
        topic_id=drafted.finished.topic.pk,
        number=3,
        edition=1,
        by=by,
        at=EDITED,
    )
    add_note(section_id=drafted.summary.sections.get(topic=None).pk, text="共识。", by=by, at=EDITED)
    page = summary_page(drafted.summary.pk)
    assert (len(page.sentences), page.notes, page.reworded, page.uncited) == (5, 2, 1, 2)
    assert [source.reference for source in page.parts[0].uncited] == ["1", "5"]
    reworded = page.passages[2].sentences[1]
    assert (reworded.drafted, reworded.edition) == (True, 2)
    (removed,) = page.passages[3].removed
    assert (removed.text, removed.place) == ("清理小区“僵尸车”。", 0)
    assert page.passages[1].sentences[1].sources[0].quoted == 2
    assert page.passages[0].sentences[0].drafted is False


def test_a_merged_source_says_so(drafted: Drafted) -> None:
    assert not any(
        source.merged for one in summary_page(drafted.summary.pk).sentences for source in one.sources
    )
    lead = drafted.finished.suggestion(1)
    Suggestion.objects.filter(number=3).update(status="merged", merged_into=lead)
    content = drafted.summary.snapshot
    content["topics"][0]["suggestions"][2]["status"] = "merged"
    drafted.summary.save()
    (source,) = summary_page(drafted.summary.pk).passages[1].sentences[1].sources
    assert source.merged


def test_the_number_of_queries_does_not_grow(drafted: Drafted) -> None:
    with CaptureQueriesContext(connection) as many:
        summary_page(drafted.summary.pk)
    keep = drafted.statement(1)
    keep.section.statements.exclude(pk=keep.pk).delete()
    drafted.summary.sections.exclude(pk=keep.section_id).delete()
    with CaptureQueriesContext(connection) as one:
        page = summary_page(drafted.summary.pk)
    assert (len(one), len(many)) == (10, 10)
    assert page.consensus is None


def test_an_unknown_summary_is_refused(db: None) -> None:
    with pytest.raises(UnknownSummary):
        summary_page(404)


def test_places_count_from_one_without_what_was_taken_out(drafted: Drafted) -> None:
    first, second = drafted.statement(3), drafted.statement(1)
    assert (statement_at(second.pk, place=1), place_of(second)) == (first.pk, (2, 2))
    remove_statement(statement_id=first.pk, edition=1, by=drafted.finished.by, at=EDITED)
    assert (statement_at(second.pk, place=1), statement_at(second.pk, place=2)) == (second.pk, 0)
    assert statement_at(second.pk, place=0) == 0
