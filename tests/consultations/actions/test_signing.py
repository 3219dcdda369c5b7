"""From draft to signature: who, when, in which order; the number; what is signed never changes; corrections."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial

import pytest

from consultations.actions.freezing import freeze_deliberation, unfreeze_deliberation
from consultations.actions.moderation import hide_suggestion
from consultations.actions.signing import (
    comment_on_summary,
    correct_summary,
    return_summary,
    settle_comment,
    sign_summary,
    submit_summary,
    take_back_summary,
)
from consultations.actions.statements import edit_statement, remove_statement
from consultations.actions.summaries import edit_head
from consultations.documents.model import SummaryDocument
from consultations.documents.sealing import seal_of
from consultations.enums import News, Pending, SummaryStatus
from consultations.errors import (
    AlreadyReplaced,
    AlreadySigned,
    BadForm,
    Frozen,
    InReview,
    NotAllowed,
    NotInReview,
    NotReady,
    NotSigned,
    OwnSignature,
    Thawed,
    UnknownPassage,
    UnknownSummary,
)
from consultations.models import JournalEntry, Notification, Statement, Suggestion, Summary, Topic
from consultations.queries.journal_check import check_journal
from consultations.queries.notifications import inbox
from consultations.queries.summary_check import against_journals
from consultations.queries.summary_document import summary_document
from jianyan.accounts.enums import Role
from jianyan.accounts.roles import Actor
from tests.consultations.factories import HOUR, MINUTE, actor, make_topic
from tests.consultations.summary_scene import EDITED, FROZEN, Drafted, make_drafted
from tests.consultations.test_concurrency import at_once
from tests.jianyan.accounts.factories import make_body, make_membership, make_moderator, make_user

SUBMITTED = FROZEN + 20 * MINUTE
SIGNED = FROZEN + 30 * MINUTE


@pytest.fixture
def drafted(db: None) -> Drafted:
    return make_drafted()


def submit(drafted: Drafted, by: Actor | None = None) -> Summary:
    return submit_summary(summary_id=drafted.summary.pk, by=by or drafted.finished.by, at=SUBMITTED)


def sign(drafted: Drafted, by: Actor | None = None) -> Summary:
    return sign_summary(summary_id=drafted.summary.pk, by=by or drafted.finished.rival, at=SIGNED)


def signed(drafted: Drafted) -> Summary:
    submit(drafted)
    return sign(drafted)


def kinds(drafted: Drafted) -> list[str]:
    """The last kinds of journal entry from the draft on."""
    entries = JournalEntry.objects.filter(topic=drafted.finished.topic).order_by("revision")
    every = list(entries.values_list("kind", flat=True))
    return every[every.index("summary_drafted") + 1 :]


def test_what_one_submits_another_signs(drafted: Drafted) -> None:
    summary = signed(drafted)
    assert (summary.status, summary.year, summary.number, summary.version) == ("signed", 2026, 1, 1)
    assert (summary.signed_at, summary.signed_by_id) == (SIGNED, drafted.finished.rival.user_id)
    assert kinds(drafted) == ["summary_submitted", "summary_signed"]
    entry = JournalEntry.objects.get(kind="summary_signed")
    assert entry.payload == {
        "summary": summary.pk,
        "edition": summary.edition,
        "number": "〔2026〕1号",
        "version": 1,
        "seal": summary.seal,
        "by": "secretary",
    }
    assert [version.reason for version in summary.versions.order_by("id")] == [
        "drafted",
        "submitted",
        "signed",
    ]
    assert check_journal(drafted.finished.topic.pk).faults == ()
    document = summary_document(summary.pk)
    assert (document.head.number, document.head.signed_by) == ("〔2026〕1号", "俞秘书")
    assert document.seal == seal_of(document) == summary.seal
    assert list(against_journals(document)) == []


def test_nobody_signs_what_they_submitted_unless_one_person_is_enough(drafted: Drafted) -> None:
    submit(drafted)
    with pytest.raises(OwnSignature):
        sign(drafted, drafted.finished.by)
    channel = drafted.finished.deliberation.channel
    channel.two_persons = False
    channel.save()
    assert sign(drafted, drafted.finished.by).status == SummaryStatus.SIGNED


def test_a_chair_may_sign_and_comment_but_not_edit(drafted: Drafted) -> None:
    user = make_user("主席")
    make_membership(user, drafted.finished.county.committee, Role.CHAIR)
    chair = actor(user)
    with pytest.raises(NotInReview):
        sign(drafted, chair)
    with pytest.raises(NotAllowed):
        submit(drafted, chair)
    submit(drafted)
    comment_on_summary(summary_id=drafted.summary.pk, statement_id=None, text="很好。", by=chair, at=SIGNED)
    with pytest.raises(NotAllowed):
        take_back_summary(summary_id=drafted.summary.pk, by=chair, at=SIGNED)
    assert sign(drafted, chair).signed_by_id == user.pk
    assert JournalEntry.objects.get(kind="summary_signed").payload["by"] == "chair"


@pytest.mark.parametrize("what", ["submit", "sign", "return", "comment", "take_back"])
def test_others_have_no_part_in_it(drafted: Drafted, what: str) -> None:
    outsiders = [actor(make_moderator(drafted.finished.county, "新主持")), actor(drafted.finished.members[0])]
    other_body = make_user("别县秘书")
    make_membership(other_body, make_body("committee", "别县政协"), Role.SECRETARY)
    if what != "submit":
        submit(drafted)
    summary = drafted.summary.pk
    steps: dict[str, Callable[..., object]] = {
        "submit": submit_summary,
        "sign": sign_summary,
        "return": partial(return_summary, comment="不行"),
        "comment": partial(comment_on_summary, statement_id=None, text="不行"),
        "take_back": take_back_summary,
    }
    for outsider in (*outsiders, actor(other_body)):
        with pytest.raises(NotAllowed):
            steps[what](summary_id=summary, by=outsider, at=SIGNED)
    assert drafted.fresh().status == ("draft" if what == "submit" else "review")


def test_what_is_under_review_is_edited_by_nobody_until_it_is_taken_back(drafted: Drafted) -> None:
    statement = drafted.statement(1)
    submit(drafted)
    edit = partial(
        edit_statement,
        statement_id=statement.pk,
        text="另一句。",
        edition=1,
        by=drafted.finished.by,
        at=SIGNED,
    )
    with pytest.raises(InReview):
        edit()
    with pytest.raises(InReview):
        submit(drafted)
    take_back_summary(summary_id=drafted.summary.pk, by=drafted.finished.rival, at=SIGNED)
    assert edit().text == "另一句。"
    assert drafted.fresh().submitted_by is None
    assert kinds(drafted)[:2] == ["summary_submitted", "summary_returned"]


def test_it_goes_back_with_a_comment_that_the_secretary_settles(drafted: Drafted) -> None:
    submit(drafted)
    by, rival, summary = drafted.finished.by, drafted.finished.rival, drafted.summary.pk
    first = drafted.statement(1).pk
    comment_on_summary(summary_id=summary, statement_id=first, text="“错时”写明时段。", by=rival, at=SIGNED)
    with pytest.raises(BadForm):
        return_summary(summary_id=summary, comment="  ", by=rival, at=SIGNED)
    assert return_summary(summary_id=summary, comment="请改后再报。", by=rival, at=SIGNED).status == "draft"
    comments = list(drafted.summary.comments.all())
    assert [(one.statement_id, one.text) for one in comments] == [
        (first, "“错时”写明时段。"),
        (None, "请改后再报。"),
    ]
    settled = settle_comment(summary_id=summary, comment_id=comments[0].pk, by=by, at=SIGNED)
    again = settle_comment(summary_id=summary, comment_id=comments[0].pk, by=rival, at=SIGNED + MINUTE)
    assert (settled.settled_at, again.settled_by_id) == (SIGNED, by.user_id)
    payload = JournalEntry.objects.get(kind="summary_returned").payload
    assert "请改后再报" not in str(payload)


def test_comments_are_on_sentences_of_that_summary_and_not_too_long(drafted: Drafted) -> None:
    submit(drafted)
    remark = partial(comment_on_summary, summary_id=drafted.summary.pk, by=drafted.finished.rival, at=SIGNED)
    with pytest.raises(UnknownPassage):
        remark(statement_id=99_999, text="哪一句？")
    with pytest.raises(BadForm):
        remark(statement_id=None, text="长" * 501)
    take_back_summary(summary_id=drafted.summary.pk, by=drafted.finished.by, at=SIGNED)
    with pytest.raises(UnknownPassage):
        settle_comment(summary_id=drafted.summary.pk, comment_id=99_999, by=drafted.finished.by, at=SIGNED)


def test_what_is_not_ready_is_not_submitted(drafted: Drafted) -> None:
    statement = drafted.statement(1)
    statement.pending = Pending.CONSENSUS
    statement.save()
    with pytest.raises(NotReady, match=r"“机关单位车位.+”拟列共识，待确认。"):
        submit(drafted)
    Statement.objects.filter(pk=drafted.statement(5).pk).update(pending=Pending.MODEL)
    with pytest.raises(NotReady, match="共2项"):
        submit(drafted)
    Statement.objects.filter(section__summary=drafted.summary).update(removed=True)
    with pytest.raises(NotReady, match="纪要还没有正文"):
        submit(drafted)
    with pytest.raises(UnknownSummary):
        submit_summary(summary_id=99_999, by=drafted.finished.by, at=SUBMITTED)


def test_what_is_signed_says_the_same_whatever_happens_afterwards(drafted: Drafted) -> None:
    before = summary_document(signed(drafted).pk)
    member = drafted.finished.members[0]
    member.display_name = "改了名字"
    member.save()
    Statement.objects.filter(section__summary=drafted.summary).update(text="篡改")
    Suggestion.objects.update(text="篡改")
    assert summary_document(drafted.summary.pk) == before
    with pytest.raises(AlreadySigned):
        edit_head(
            summary_id=drafted.summary.pk,
            title="新标题",
            opening="",
            head_edition=1,
            by=drafted.finished.by,
            at=SIGNED,
        )
    for step in (submit_summary, sign_summary, take_back_summary):
        with pytest.raises(AlreadySigned):
            step(summary_id=drafted.summary.pk, by=drafted.finished.rival, at=SIGNED)


def test_a_correction_is_a_new_version_with_the_same_number_and_names_what_it_replaces(
    drafted: Drafted,
) -> None:
    by, rival = drafted.finished.by, drafted.finished.rival
    with pytest.raises(NotSigned):
        correct_summary(summary_id=drafted.summary.pk, by=by, at=SIGNED)
    old = signed(drafted)
    signed_before = summary_document(old.pk)
    new = correct_summary(summary_id=old.pk, by=by, at=SIGNED + MINUTE)
    with pytest.raises(AlreadyReplaced):
        correct_summary(summary_id=old.pk, by=rival, at=SIGNED + MINUTE)
    assert (new.version, new.status, new.number, new.replaces_id) == (2, "draft", 1, old.pk)
    draft = summary_document(new.pk)
    assert (draft.topics, draft.appendix, draft.opening) == (
        signed_before.topics,
        signed_before.appendix,
        signed_before.opening,
    )
    first = Drafted(drafted.finished, new).statement(1)
    edit_statement(statement_id=first.pk, text="更正后的说法。", edition=1, by=by, at=SIGNED + 2 * MINUTE)
    submit_summary(summary_id=new.pk, by=by, at=SIGNED + 3 * MINUTE)
    sign_summary(summary_id=new.pk, by=rival, at=SIGNED + 4 * MINUTE)
    document = summary_document(new.pk)
    assert (document.head.number, document.head.version) == ("〔2026〕1号", 2)
    assert document.head.replaces is not None
    assert document.head.replaces.seal == old.seal
    assert summary_document(old.pk) == signed_before
    assert list(against_journals(document)) == []
    assert kinds(drafted)[2:] == [
        "summary_reopened",
        "summary_edited",
        "summary_submitted",
        "summary_signed",
    ]


def test_the_freezing_is_undone_until_somebody_submits(drafted: Drafted) -> None:
    finished, summary = drafted.finished, drafted.summary.pk
    digest = drafted.fresh().digest
    moderator = actor(finished.moderator)
    hide = partial(
        hide_suggestion, suggestion_id=finished.suggestion(2).pk, by=moderator, at=EDITED, reason="用语请平和"
    )
    with pytest.raises(Frozen):
        hide()
    unfreeze_deliberation(summary_id=summary, by=finished.by, at=EDITED)
    assert Topic.objects.get(pk=finished.topic.pk).frozen_at is None
    with pytest.raises(Thawed):
        submit(drafted)
    hide()
    again = freeze_deliberation(
        deliberation_id=finished.deliberation.pk, by=finished.by, at=EDITED + 5 * MINUTE
    )
    assert (again.pk, again.thawed_at) == (summary, None)
    assert again.digest != digest
    document = summary_document(summary)
    cited = {
        citation.number
        for topic in document.topics
        for section in topic.sections
        for statement in section.statements
        for citation in statement.citations
    }
    assert cited == {1, 3, 4, 5}
    assert list(against_journals(document)) == []
    assert "unfrozen" in kinds(drafted)
    submit(drafted)
    with pytest.raises(InReview):
        unfreeze_deliberation(summary_id=summary, by=finished.by, at=SIGNED)
    sign(drafted)
    with pytest.raises(AlreadySigned):
        unfreeze_deliberation(summary_id=summary, by=finished.by, at=SIGNED)
    further = correct_summary(summary_id=summary, by=finished.by, at=SIGNED)
    with pytest.raises(AlreadySigned):
        unfreeze_deliberation(summary_id=further.pk, by=finished.by, at=SIGNED)


def test_a_sentence_whose_sources_are_all_gone_is_the_secretarys_own(drafted: Drafted) -> None:
    finished = drafted.finished
    statement = drafted.statement(2)
    unfreeze_deliberation(summary_id=drafted.summary.pk, by=finished.by, at=EDITED)
    hide_suggestion(
        suggestion_id=finished.suggestion(2).pk, by=actor(finished.moderator), at=EDITED, reason="用语请平和"
    )
    freeze_deliberation(deliberation_id=finished.deliberation.pk, by=finished.by, at=EDITED + MINUTE)
    statement.refresh_from_db()
    assert (statement.kind, statement.removed, statement.citations.count()) == ("note", False, 0)
    remove_statement(
        statement_id=statement.pk, edition=statement.edition, by=finished.by, at=EDITED + 2 * MINUTE
    )


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_sign_at_once_one_does_and_the_number_is_given_once() -> None:
    drafted = make_drafted()
    submit(drafted)
    answers = at_once(
        [partial(sign_summary, summary_id=drafted.summary.pk, by=drafted.finished.rival, at=SIGNED)] * 8
    )
    assert sum(isinstance(answer, AlreadySigned) for answer in answers) == 7
    assert drafted.fresh().number == 1
    assert check_journal(drafted.finished.topic.pk).faults == ()


def submitted_ones(count: int, at: dt.datetime) -> list[Drafted]:
    """So many deliberations of one body, each with its summary submitted."""
    first = make_drafted()
    every = [
        first,
        *(make_drafted(county=first.finished.county, number=10 + more) for more in range(count - 1)),
    ]
    for one in every:
        submit_summary(summary_id=one.summary.pk, by=one.finished.by, at=at)
    return every


@pytest.mark.django_db(transaction=True)
def test_numbers_have_neither_gaps_nor_doubles_and_begin_anew_each_year() -> None:
    every = submitted_ones(6, SUBMITTED)
    at_once(
        [
            partial(sign_summary, summary_id=one.summary.pk, by=one.finished.rival, at=SIGNED)
            for one in every[:5]
        ]
    )
    numbers = list(Summary.objects.exclude(number=None).order_by("number").values_list("number", flat=True))
    assert numbers == [1, 2, 3, 4, 5]
    late = every[5]
    year_later = sign_summary(summary_id=late.summary.pk, by=late.finished.rival, at=SIGNED + 365 * 24 * HOUR)
    assert (year_later.year, year_later.number) == (2027, 1)


def test_a_document_reads_back_as_it_was_kept(drafted: Drafted) -> None:
    summary = signed(drafted)
    document = summary_document(summary.pk)
    assert isinstance(document, SummaryDocument)
    assert document.snapshot_hash == summary.digest


# --- who is told --------------------------------------------------------------------------------------------


def told(kind: News) -> set[str]:
    return set(Notification.objects.filter(kind=kind).values_list("user__display_name", flat=True))


def test_those_who_may_sign_are_told_that_it_is_submitted(drafted: Drafted) -> None:
    county = drafted.finished.county
    chair = make_user("周主席")
    make_membership(chair, county.committee, Role.CHAIR)
    former = make_user("前主席")
    make_membership(
        former, county.committee, Role.CHAIR, since=dt.date(2017, 1, 1), until=dt.date(2021, 1, 1)
    )
    submit_summary(summary_id=drafted.summary.pk, by=drafted.finished.by, at=SUBMITTED)
    assert told(News.TO_SIGN) == {"俞秘书", "周主席"}
    (one,) = inbox(chair.pk).told
    assert one.path == f"/summaries/{drafted.summary.pk}/"
    assert one.words == "有纪要送审，请审阅后签发或退回。"


def test_whoever_submitted_it_is_told_that_it_came_back(drafted: Drafted) -> None:
    submit_summary(summary_id=drafted.summary.pk, by=drafted.finished.by, at=SUBMITTED)
    return_summary(
        summary_id=drafted.summary.pk, comment="请补充回应。", by=drafted.finished.rival, at=SIGNED
    )
    assert told(News.SENT_BACK) == {"沈秘书"}


def test_everybody_who_took_part_is_told_once_that_it_is_signed(drafted: Drafted) -> None:
    make_topic(drafted.finished.county, "第二个议题", deliberation=drafted.finished.deliberation)
    submit_summary(summary_id=drafted.summary.pk, by=drafted.finished.by, at=SUBMITTED)
    sign_summary(summary_id=drafted.summary.pk, by=drafted.finished.rival, at=SIGNED)
    took_part = {user.display_name for user in drafted.finished.members}
    assert "沈秘书" in told(News.SIGNED)
    assert told(News.SIGNED) - {"沈秘书"} <= took_part
    assert "林栖云" in told(News.SIGNED)
    assert Notification.objects.filter(kind=News.SIGNED).count() == len(told(News.SIGNED))
