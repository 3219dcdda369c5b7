"""The document of a summary: every figure from the snapshot, every word from where it may come."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consultations.actions.drafting import draft_summary
from consultations.actions.freezing import freeze_deliberation
from consultations.actions.moderation import hide_suggestion
from consultations.actions.statements import add_note, edit_statement, merge_statement, remove_statement
from consultations.actions.summaries import edit_head
from consultations.actions.votes import Ballot, cast_votes
from consultations.documents import FORMATS
from consultations.documents.model import SummaryDocument
from consultations.documents.verify import verify
from consultations.documents.wording import opening_text, references, worded
from consultations.enums import Mode, StatementKind, Status, SummaryKind, SummaryStatus
from consultations.errors import UnknownSummary
from consultations.models import Deliberation, Suggestion, SummarySection, Vote
from consultations.queries.journal_check import miscounts
from consultations.queries.summary_document import summary_document
from jianyan.accounts.models import User
from tests.consultations.factories import (
    HOUR,
    MINUTE,
    NOON,
    actor,
    make_deliberation,
    make_suggestion,
    make_topic,
)
from tests.consultations.summary_scene import EDITED, Drafted, make_drafted, make_signed
from tests.jianyan.accounts.factories import make_county, make_member, make_moderator, make_secretary


@pytest.fixture
def drafted(db: None) -> Drafted:
    return make_drafted()


def printed(document: SummaryDocument) -> list[tuple[str | None, list[str]]]:
    """Each section with its sentences as every format prints them."""
    numbers = references(document)
    return [
        (section.theme, [worded(statement, numbers).plain for statement in section.statements])
        for topic in document.topics
        for section in topic.sections
    ]


def findings(document: SummaryDocument) -> list[str]:
    heads = {topic.topic_id: topic.head for topic in document.snapshot.topics}
    return [finding.message for finding in verify(FORMATS["json"].render(document), journal_heads=heads)]


def test_the_opening_counts_people_sectors_ideas_and_support(drafted: Drafted) -> None:
    document = summary_document(drafted.summary.pk)
    assert opening_text(document) == (
        "2026年3月5日20时至20时30分，政协越溪县委员会以网络方式开展“微建言·献一计”协商活动，"
        "围绕“破解老城区停车难”议题协商建言。来自3个界别的8名委员参加，提出建言8条，其中公开发布5条，附议9次。"
        "现将主要意见建议纪要如下。"
    )


def test_every_sentence_says_who_how_many_and_where_from(drafted: Drafted) -> None:
    assert printed(summary_document(drafted.summary.pk)) == [
        (
            "错时共享",
            [
                "关于“错时共享”，共有建言2条，来自2个界别，附议4次。",
                "建议商场地下车库前一小时免费（教育界提出，附议3次）［3］。",
                "机关单位车位晚六点至早七点向周边居民错时开放（文艺界提出，附议1次）［1］。",
            ],
        ),
        (
            "医院周边",
            [
                "关于“医院周边”，共有建言1条，来自1个界别，附议2次。",
                "医院东侧两条支路改单行，腾出的路侧空间划三十分钟免费车位（经济界提出，附议2次）［2］。",
            ],
        ),
        (
            None,
            [
                "菜场楼顶加层停车，楼下照常卖菜！（文艺界提出，附议2次）［4］",
                "清理小区“僵尸车”（经济界提出，附议0次）［5］。",
            ],
        ),
    ]


def test_the_appendix_has_every_number_and_withholds_what_is_not_public(drafted: Drafted) -> None:
    rows = summary_document(drafted.summary.pk).appendix
    assert [(row.number, row.author, row.status, row.theme, row.tally.support) for row in rows] == [
        (1, "林栖云", Status.PUBLISHED, "错时共享", 1),
        (2, "丁一", Status.PUBLISHED, "医院周边", 2),
        (3, "欧阳晴川", Status.PUBLISHED, "错时共享", 3),
        (4, "曾小满", Status.PUBLISHED, None, 2),
        (5, "王二", Status.PUBLISHED, None, 0),
        (6, "", Status.HIDDEN, None, 1),
        (7, "", Status.RETURNED, None, 0),
        (8, "", Status.WITHDRAWN, None, 0),
    ]
    assert [row.text for row in rows[5:]] == ["", "", ""]
    assert [row.reason for row in rows[5:]] == ["用语请平和", "请写得更具体", ""]


def test_a_theme_whose_ideas_all_stand_elsewhere_is_not_opened(drafted: Drafted) -> None:
    for number in (1, 3):
        remove_statement(
            statement_id=drafted.statement(number).pk, edition=1, by=drafted.finished.by, at=EDITED
        )
    assert [theme for theme, _ in printed(summary_document(drafted.summary.pk))] == ["医院周边", None]


def test_head_and_status(drafted: Drafted) -> None:
    document = summary_document(drafted.summary.pk)
    assert (document.head.issuer, document.head.number, document.head.version, document.head.date) == (
        "政协越溪县委员会",
        None,
        1,
        dt.date(2026, 3, 5),
    )
    assert (document.head.kind, document.status) == (SummaryKind.MINUTES, SummaryStatus.DRAFT)
    make_signed(drafted)
    signed = summary_document(drafted.summary.pk)
    assert (signed.head.number, signed.head.signed_by, signed.status) == (
        "〔2026〕1号",
        "俞秘书",
        SummaryStatus.SIGNED,
    )


def test_a_meeting_on_site_has_the_time_that_was_set(drafted: Drafted) -> None:
    Deliberation.objects.update(mode=Mode.HYBRID, place="县政协三楼会议室")
    assert opening_text(summary_document(drafted.summary.pk)).startswith(
        "2026年3月5日20时至21时，政协越溪县委员会在县政协三楼会议室以线上线下相结合的方式开展"
    )


def test_edits_are_printed_and_what_was_taken_out_is_not(drafted: Drafted) -> None:
    by = drafted.finished.by
    edit_head(
        summary_id=drafted.summary.pk, title="题", opening="会前调研。", head_edition=1, by=by, at=EDITED
    )
    edit_statement(
        statement_id=drafted.statement(2).pk, text="优化医院周边交通。", edition=1, by=by, at=EDITED
    )
    remove_statement(statement_id=drafted.statement(5).pk, edition=1, by=by, at=EDITED)
    merge_statement(
        statement_id=drafted.statement(1).pk, into_id=drafted.statement(3).pk, edition=1, by=by, at=EDITED
    )
    consensus = drafted.summary.sections.get(topic=None)
    add_note(section_id=consensus.pk, text="停车难要综合治理。", by=by, at=EDITED)
    document = summary_document(drafted.summary.pk)
    assert (document.title, document.opening.remarks, document.head.edition) == ("题", "会前调研。", 6)
    assert [(one.text, one.kind) for one in document.consensus] == [
        ("停车难要综合治理。", StatementKind.NOTE)
    ]
    assert printed(document) == [
        (
            "错时共享",
            [
                "关于“错时共享”，共有建言2条，来自2个界别，附议4次。",
                "建议商场地下车库前一小时免费（文艺界、教育界提出，附议4次）［1、3］。",
            ],
        ),
        (
            "医院周边",
            [
                "关于“医院周边”，共有建言1条，来自1个界别，附议2次。",
                "优化医院周边交通（经济界提出，附议2次）［2］。",
            ],
        ),
        (None, ["菜场楼顶加层停车，楼下照常卖菜！（文艺界提出，附议2次）［4］"]),
    ]
    reworded = [one.reworded for part in document.topics for one in part.sections[1].statements]
    assert reworded == [False, True]
    assert findings(document) == []


def test_a_section_without_sentences_is_left_out(drafted: Drafted) -> None:
    SummarySection.objects.create(
        summary=drafted.summary, topic=drafted.finished.topic, heading="空的", position=9
    )
    assert [theme for theme, _ in printed(summary_document(drafted.summary.pk))] == [
        "错时共享",
        "医院周边",
        None,
    ]


def test_what_happens_to_people_and_tallies_afterwards_changes_no_figure(drafted: Drafted) -> None:
    before = summary_document(drafted.summary.pk)
    User.objects.filter(display_name="林栖云").update(display_name="改了名")
    Suggestion.objects.update(support=77)
    drafted.finished.deliberation.attendances.all().delete()
    assert summary_document(drafted.summary.pk) == before


def test_a_changed_citation_or_text_does_not_pass_the_check(drafted: Drafted) -> None:
    assert findings(summary_document(drafted.summary.pk)) == []
    drafted.statement(3).citations.update(support=4)
    assert len(findings(summary_document(drafted.summary.pk))) == 1
    Suggestion.objects.filter(number=2).update(text="换过的文字")
    assert len(findings(summary_document(drafted.summary.pk))) == 2


def test_an_anonymous_topic_names_no_author(db: None) -> None:
    rows = summary_document(make_drafted(anonymous=True).summary.pk).appendix
    assert {row.author for row in rows} == {"匿名委员", ""}


def test_two_topics_number_their_suggestions_apart(drafted: Drafted) -> None:
    finished = drafted.finished
    deliberation = make_deliberation(finished.county, title="两个议题")
    first = make_topic(finished.county, "停车", deliberation=deliberation, position=2)
    second = make_topic(finished.county, "充电", deliberation=deliberation, position=1)
    for topic in (first, second):
        make_suggestion(topic, finished.members[0], "多建一些。", publish_by=finished.moderator)
    at = NOON + HOUR
    summary = freeze_deliberation(deliberation_id=deliberation.pk, by=finished.by, at=at)
    draft_summary(summary_id=summary.pk, by=finished.by, at=at)
    document = summary_document(summary.pk)
    assert document.opening.topics == ("充电", "停车")
    assert printed(document) == [
        (None, ["多建一些（文艺界提出，附议0次）［1-1］。"]),
        (None, ["多建一些（文艺界提出，附议0次）［2-1］。"]),
    ]
    assert findings(document) == []


def test_an_unknown_summary_is_refused(db: None) -> None:
    with pytest.raises(UnknownSummary):
        summary_document(404)


def test_the_number_of_queries_does_not_grow(drafted: Drafted) -> None:
    with CaptureQueriesContext(connection) as many:
        summary_document(drafted.summary.pk)
    keep = drafted.statement(1)
    keep.section.summary.sections.exclude(pk=keep.section_id).delete()
    keep.section.statements.exclude(pk=keep.pk).delete()
    with CaptureQueriesContext(connection) as one:
        summary_document(drafted.summary.pk)
    # The last one asks whether it still stands as it was when the first was read.
    assert (len(one), len(many)) == (9, 9)


# --- the property -------------------------------------------------------------------------------------------

VOTES = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 5), st.sampled_from(["support", "neutral", "oppose", None])),
    max_size=30,
)


@pytest.mark.django_db
@pytest.mark.usefixtures("unmeasured")
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(votes=VOTES, hidden=st.sets(st.integers(0, 5), max_size=3))
def test_every_figure_of_the_document_equals_a_recount_of_the_votes(
    votes: list[tuple[int, int, str | None]], hidden: set[int]
) -> None:
    with transaction.atomic():
        _recounted(votes, hidden)
        transaction.set_rollback(True)


def _recounted(votes: list[tuple[int, int, str | None]], hidden: set[int]) -> None:
    county = make_county()
    moderator, secretary = make_moderator(county), actor(make_secretary(county))
    members = [make_member(county, f"委员{index}", sector=county.sectors[index % 2]) for index in range(6)]
    topic = make_topic(county, ballot="three_way")
    rows = [
        make_suggestion(topic, author, f"第{index}条建言", publish_by=moderator)
        for index, author in enumerate(members)
    ]
    for voter, suggestion, choice in votes:
        ballot = Ballot(actor(members[voter]), rows[suggestion].pk, choice)
        cast_votes(topic_id=topic.pk, ballots=[ballot], at=NOON + 2 * MINUTE)
    for index in hidden:
        hide_suggestion(
            suggestion_id=rows[index].pk, by=actor(moderator), at=NOON + 3 * MINUTE, reason="跑题"
        )
    at = NOON + HOUR
    summary = freeze_deliberation(deliberation_id=topic.deliberation_id, by=secretary, at=at)
    draft_summary(summary_id=summary.pk, by=secretary, at=at)
    document = summary_document(summary.pk)

    counted = Counter(
        (vote.suggestion_id, vote.choice) for vote in Vote.objects.filter(topic=topic) if vote.choice
    )
    total = Counter(choice for (_, choice), count in counted.items() for _ in range(count))
    counts = document.opening.counts
    assert (counts.tally.support, counts.tally.neutral, counts.tally.oppose) == (
        total["support"], total["neutral"], total["oppose"],
    )  # fmt: skip
    assert (counts.participants, counts.sectors, counts.suggestions) == (6, 2, 6)
    assert counts.published == 6 - len(hidden)
    statements = [one for part in document.topics for section in part.sections for one in section.statements]
    assert len(statements) == 6 - len(hidden)
    for statement in statements:
        (citation,) = statement.citations
        assert statement.support == counted[citation.suggestion_id, "support"]
    assert [one.support for one in statements] == sorted((one.support for one in statements), reverse=True)
    assert sum(row.support for row in document.statistics.sectors) == total["support"]
    assert miscounts(topic.pk) == ()
    assert findings(document) == []
