"""Taking a summary away: who did is kept, and it is never half one edition and half another."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import Event
from typing import Any

import pytest

from consultations.actions.exports import record_export
from consultations.actions.freezing import unfreeze_deliberation
from consultations.actions.signing import sign_summary, submit_summary
from consultations.actions.statements import edit_statement
from consultations.documents.model import SummaryDocument
from consultations.documents.sealing import seal_of
from consultations.documents.wording import statements_of
from consultations.enums import SummaryStatus
from consultations.errors import Thawed, TryAgain
from consultations.models import JournalEntry, Summary, SummaryExport
from consultations.queries import summary_document as reading
from consultations.queries import summary_rows
from consultations.queries.exports import EXPORTS, export_of
from consultations.queries.summary_document import summary_document
from consultations.queries.summary_rows import load_summary
from tests.consultations.factories import MINUTE
from tests.consultations.summary_scene import EDITED, FROZEN, Drafted, make_drafted, make_signed
from tests.consultations.test_concurrency import at_once

SIGNED = FROZEN + 30 * MINUTE


@pytest.fixture
def drafted(db: None) -> Drafted:
    return make_drafted()


def edit(drafted: Drafted, number: int) -> None:
    """The edition `number` + 1 says so in the sentence on suggestion no. 1."""
    edit_statement(
        statement_id=drafted.statement(1).pk,
        text=f"第{number}种说法。",
        edition=number,
        by=drafted.finished.by,
        at=EDITED,
    )


def submit(drafted: Drafted) -> None:
    submit_summary(summary_id=drafted.summary.pk, by=drafted.finished.by, at=SIGNED)


def sign(drafted: Drafted) -> None:
    sign_summary(summary_id=drafted.summary.pk, by=drafted.finished.rival, at=SIGNED)


def is_whole(document: SummaryDocument) -> bool:
    """Whether edition and words belong together, as `edit` has it, and a seal fits what it seals."""
    words = f"第{document.head.edition - 1}种说法。"
    signed = document.status == SummaryStatus.SIGNED
    return (
        any(statement.text == words for statement in statements_of(document))
        and (document.head.number is not None) == signed
        and document.seal == (seal_of(document) if signed else "")
    )


def meanwhile(monkeypatch: pytest.MonkeyPatch, *steps: Callable[[], Any]) -> None:
    """Somebody takes the steps, one for each reading, between its first rows and its last."""
    waiting = list(steps)
    whole = summary_rows.read_passages

    def interrupted(summary: Summary) -> Any:
        if waiting:
            waiting.pop(0)()
        return whole(summary)

    monkeypatch.setattr(summary_rows, "read_passages", interrupted)


def test_who_takes_which_edition_in_which_format_is_kept_and_in_no_journal(drafted: Drafted) -> None:
    entries = JournalEntry.objects.count()
    by = drafted.finished.by
    record_export(summary_id=drafted.summary.pk, edition=3, name="docx", by=by, at=EDITED)
    row = SummaryExport.objects.get()
    assert (row.summary_id, row.edition, row.format, row.by_id, row.at) == (
        drafted.summary.pk,
        3,
        "docx",
        by.user_id,
        EDITED,
    )
    assert JournalEntry.objects.count() == entries


def test_what_is_saved_while_it_is_read_is_in_it_as_a_whole(
    drafted: Drafted, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(drafted, 1)
    meanwhile(monkeypatch, partial(edit, drafted, 2), partial(edit, drafted, 3))
    document = summary_document(drafted.summary.pk)
    assert document.head.edition == 4
    assert is_whole(document)


def test_what_is_signed_while_it_is_read_comes_as_it_was_signed(
    drafted: Drafted, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(drafted, 1)
    submit(drafted)
    meanwhile(monkeypatch, partial(sign, drafted))
    document = summary_document(drafted.summary.pk)
    assert (document.status, document.head.number) == (SummaryStatus.SIGNED, "〔2026〕1号")
    assert is_whole(document)


def test_where_somebody_saves_time_after_time_the_reader_is_asked_to_try_again(
    drafted: Drafted, monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile(monkeypatch, *(partial(edit, drafted, number) for number in range(1, reading.READINGS + 1)))
    with pytest.raises(TryAgain):
        summary_document(drafted.summary.pk)
    assert is_whole(summary_document(drafted.summary.pk))


@pytest.mark.parametrize("name", EXPORTS)
def test_no_file_is_made_of_it_while_the_freezing_is_undone(drafted: Drafted, name: str) -> None:
    unfreeze_deliberation(summary_id=drafted.summary.pk, by=drafted.finished.by, at=EDITED)
    with pytest.raises(Thawed):
        export_of(load_summary(drafted.summary.pk), name)


@pytest.mark.parametrize("name", EXPORTS)
def test_every_file_of_what_is_signed_is_the_same_again(drafted: Drafted, name: str) -> None:
    summary = make_signed(drafted)
    first = export_of(load_summary(summary.pk), name)
    assert first == export_of(load_summary(summary.pk), name)
    assert first.content
    assert first.edition == summary.edition


@pytest.mark.django_db(transaction=True)
def test_eight_who_read_while_one_edits_and_another_signs_each_get_a_whole_document() -> None:
    drafted = make_drafted()
    edit(drafted, 1)
    found: list[SummaryDocument] = []
    signed = Event()

    def write() -> None:
        try:
            for number in range(2, 6):
                edit(drafted, number)
            submit(drafted)
            sign(drafted)
        finally:
            signed.set()

    def read() -> None:
        while not signed.is_set():
            found.append(summary_document(drafted.summary.pk))

    answers = at_once([write, *([read] * 7)])
    assert [answer for answer in answers if answer is not None and not isinstance(answer, TryAgain)] == []
    found.append(summary_document(drafted.summary.pk))
    assert found[-1].status == SummaryStatus.SIGNED
    assert all(map(is_whole, found))
