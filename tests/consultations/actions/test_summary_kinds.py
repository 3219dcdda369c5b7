"""议政综述 and 建言摘编 beside the 协商纪要: what they begin with, and that each goes its own way."""

from __future__ import annotations

import pytest
from django.test import Client

from consultations.actions.freezing import freeze_deliberation, unfreeze_deliberation
from consultations.actions.signing import sign_summary, submit_summary
from consultations.actions.statements import edit_statement
from consultations.actions.summary_kinds import begin_summary
from consultations.documents import FORMATS
from consultations.documents.outline import outline_of
from consultations.enums import Step, SummaryKind
from consultations.errors import (
    AlreadySigned,
    ChangedMeanwhile,
    InReview,
    NotAllowed,
    NotFrozen,
    UnknownDeliberation,
)
from consultations.models import JournalEntry, Summary
from consultations.queries.summary_document import summary_document
from tests.consultations.factories import HOUR, MINUTE, actor
from tests.consultations.summary_scene import (
    EDITED,
    FROZEN,
    Drafted,
    make_drafted,
    make_finished,
    make_signed,
)

LATER = FROZEN + HOUR


@pytest.fixture
def drafted(db: None) -> Drafted:
    return make_drafted()


def begin(drafted: Drafted, kind: SummaryKind = SummaryKind.OVERVIEW) -> Summary:
    return begin_summary(
        deliberation_id=drafted.finished.deliberation.pk, kind=kind, by=drafted.finished.by, at=LATER
    )


def sentences(summary: Summary) -> list[str]:
    return [block.text for block in outline_of(summary_document(summary.pk)).blocks if block.cited]


def test_it_begins_with_the_words_and_sources_of_the_minutes(drafted: Drafted) -> None:
    edit_statement(
        statement_id=drafted.statement(1).pk,
        text="推动商场车库限时免费。",
        edition=1,
        by=drafted.finished.by,
        at=EDITED,
    )
    overview = begin(drafted)
    assert overview.title == "“破解老城区停车难”议政综述"
    assert sentences(overview) == sentences(drafted.fresh())
    assert any("推动商场车库限时免费" in sentence for sentence in sentences(overview))
    document = summary_document(overview.pk)
    assert document.snapshot_hash == drafted.fresh().digest
    assert outline_of(document).lists == ()
    entry = JournalEntry.objects.filter(kind=Step.SUMMARY_DRAFTED).latest("revision")
    assert entry.payload["kind"] == "overview"
    assert entry.payload["from"] == drafted.summary.pk


def test_a_digest_quotes_the_members_in_their_own_words(drafted: Drafted) -> None:
    edit_statement(
        statement_id=drafted.statement(1).pk, text="改过的话。", edition=1, by=drafted.finished.by, at=EDITED
    )
    digest = begin(drafted, SummaryKind.DIGEST)
    blocks = outline_of(summary_document(digest.pk)).blocks
    assert not any("改过的话" in block.text for block in blocks)
    assert any("“" in block.text and "附议" in block.remark for block in blocks)
    for one in FORMATS.values():
        assert one.render(summary_document(digest.pk))


def test_each_goes_its_own_way(drafted: Drafted) -> None:
    overview = begin(drafted)
    first = Drafted(drafted.finished, overview).statement(3)
    before = sentences(drafted.fresh())
    edit_statement(
        statement_id=first.pk, text="只改综述。", edition=1, by=drafted.finished.by, at=LATER + MINUTE
    )
    assert sentences(drafted.fresh()) == before
    assert any("只改综述" in sentence for sentence in sentences(overview))
    with pytest.raises(ChangedMeanwhile):
        edit_statement(statement_id=first.pk, text="再改。", edition=1, by=drafted.finished.by, at=LATER)


def test_each_kind_has_its_own_series_of_numbers(drafted: Drafted) -> None:
    overview = begin(drafted)
    submit_summary(summary_id=overview.pk, by=drafted.finished.by, at=LATER)
    sign_summary(summary_id=overview.pk, by=drafted.finished.rival, at=LATER)
    assert make_signed(drafted).number_text == "〔2026〕1号"
    overview.refresh_from_db()
    assert overview.number_text == "〔2026〕1号"


def test_what_was_begun_is_not_begun_again(drafted: Drafted) -> None:
    assert begin(drafted).pk == begin(drafted).pk
    assert begin(drafted, SummaryKind.MINUTES).pk == drafted.summary.pk


def test_nothing_is_begun_before_the_deliberation_is_frozen(db: None) -> None:
    finished = make_finished()
    with pytest.raises(NotFrozen):
        begin_summary(
            deliberation_id=finished.deliberation.pk, kind=SummaryKind.DIGEST, by=finished.by, at=FROZEN
        )
    with pytest.raises(UnknownDeliberation):
        begin_summary(deliberation_id=9_999, kind=SummaryKind.DIGEST, by=finished.by, at=FROZEN)


def test_only_secretaries_begin_one(drafted: Drafted) -> None:
    member = actor(drafted.finished.members[0])
    with pytest.raises(NotAllowed):
        begin_summary(
            deliberation_id=drafted.finished.deliberation.pk, kind=SummaryKind.DIGEST, by=member, at=LATER
        )


def test_undoing_the_freezing_concerns_every_kind(drafted: Drafted) -> None:
    overview = begin(drafted)
    by = drafted.finished.by
    unfreeze_deliberation(summary_id=drafted.summary.pk, by=by, at=LATER)
    assert set(Summary.objects.values_list("thawed_at", flat=True)) == {LATER}
    with pytest.raises(NotFrozen):
        begin(drafted, SummaryKind.DIGEST)
    again = freeze_deliberation(deliberation_id=drafted.finished.deliberation.pk, by=by, at=LATER + MINUTE)
    assert again.pk == drafted.summary.pk
    assert set(Summary.objects.values_list("thawed_at", "digest")) == {(None, again.digest)}
    assert summary_document(overview.pk).snapshot_hash == again.digest


def test_a_summary_under_review_or_signed_keeps_all_of_them_frozen(drafted: Drafted) -> None:
    overview = begin(drafted)
    submit_summary(summary_id=overview.pk, by=drafted.finished.by, at=LATER)
    with pytest.raises(InReview):
        unfreeze_deliberation(summary_id=drafted.summary.pk, by=drafted.finished.by, at=LATER)
    sign_summary(summary_id=overview.pk, by=drafted.finished.rival, at=LATER)
    with pytest.raises(AlreadySigned):
        unfreeze_deliberation(summary_id=drafted.summary.pk, by=drafted.finished.by, at=LATER)


def test_the_page_of_the_deliberation_offers_and_lists_them(drafted: Drafted) -> None:
    client = Client()
    client.force_login(drafted.finished.secretary)
    place = f"/deliberations/{drafted.finished.deliberation.pk}/"
    page = client.get(place)
    assert [kind.value for kind in page.context["page"].may_begin] == ["overview", "digest"]
    answer = client.post(f"{place}summaries/", {"kind": "digest"})
    digest = Summary.objects.get(kind=SummaryKind.DIGEST)
    assert (answer.status_code, answer["Location"]) == (303, f"/summaries/{digest.pk}/edit/")
    listed = client.get(place).context["page"]
    assert [(line.kind, line.may_edit) for line in listed.summaries] == [("minutes", True), ("digest", True)]
    assert [kind.value for kind in listed.may_begin] == ["overview"]
    assert client.post(f"{place}summaries/", {"kind": "poem"}).status_code == 422
    assert client.post("/deliberations/9999/summaries/", {"kind": "digest"}).status_code == 404
    assert Client().post(f"{place}summaries/", {"kind": "digest"}).status_code in {302, 401, 403}
    reader = Client()
    reader.force_login(drafted.finished.members[0])
    assert reader.get(place).context["page"].summaries == ()
