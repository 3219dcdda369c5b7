"""The first draft: order, wording, provenance; and that it is the same every time."""

from __future__ import annotations

import pytest

from consultations.actions.drafting import as_sentence, draft_summary, is_consensus
from consultations.actions.freezing import freeze_deliberation
from consultations.actions.merging import merge_suggestions
from consultations.actions.themes import order_themes
from consultations.actions.votes import Ballot, cast_votes
from consultations.documents.wording import statements_of, worded
from consultations.enums import Pending, StatementKind
from consultations.errors import AlreadySigned, NotAllowed, UnknownSummary
from consultations.models import Citation, JournalEntry, Statement, Suggestion, Summary, Topic
from consultations.queries.journal_check import check_journal
from consultations.queries.summary_document import summary_document
from tests.consultations.factories import (
    HOUR,
    MINUTE,
    NOON,
    actor,
    make_deliberation,
    make_suggestion,
    make_topic,
)
from tests.consultations.summary_scene import (
    EDITED,
    FROZEN,
    Drafted,
    Finished,
    freeze,
    make_drafted,
    make_finished,
    make_signed,
)

Outline = list[tuple[str | None, str, list[tuple[str, list[int]]]]]


@pytest.fixture
def drafted(db: None) -> Drafted:
    return make_drafted()


def outline(summary: Summary) -> Outline:
    return [
        (
            section.topic.title if section.topic else None,
            section.heading,
            [
                (statement.text, [citation.suggestion.number for citation in statement.citations.all()])
                for statement in section.statements.exclude(kind=StatementKind.LEAD)
            ],
        )
        for section in summary.sections.all()
    ]


def test_sections_follow_the_themes_and_statements_their_support(drafted: Drafted) -> None:
    title = "破解老城区停车难"
    assert outline(drafted.summary) == [
        (None, "", []),
        (
            title,
            "错时共享",
            [
                ("建议商场地下车库前一小时免费。", [3]),
                ("机关单位车位晚六点至早七点向周边居民错时开放。", [1]),
            ],
        ),
        (title, "医院周边", [("医院东侧两条支路改单行，腾出的路侧空间划三十分钟免费车位。", [2])]),
        (title, "", [("菜场楼顶加层停车，楼下照常卖菜！", [4]), ("清理小区“僵尸车”。", [5])]),
    ]


def test_a_citation_quotes_the_frozen_tally(drafted: Drafted) -> None:
    rows = Citation.objects.order_by("suggestion__number").values_list(
        "suggestion__number", "support", "neutral", "oppose"
    )
    tallies = [(1, 1, 0, 0), (2, 2, 0, 0), (3, 3, 0, 0), (4, 2, 0, 0), (5, 0, 0, 0)]
    assert list(rows.exclude(statement__kind=StatementKind.LEAD)) == tallies
    assert list(rows.filter(statement__kind=StatementKind.LEAD)) == tallies[:3]


def test_the_drafted_wording_is_kept_as_the_original(drafted: Drafted) -> None:
    assert {statement.original == statement.text for statement in Statement.objects.all()} == {True}
    assert {statement.reworded for statement in Statement.objects.all()} == {False}


def test_drafting_is_journalled_without_words(drafted: Drafted) -> None:
    entry = JournalEntry.objects.order_by("revision").last()
    assert entry is not None
    assert (entry.kind, entry.payload) == (
        "summary_drafted",
        {
            "summary": drafted.summary.pk,
            "edition": 1,
            "sections": 4,
            "statements": 5,
            "consensus": 0,
            "by": "secretary",
        },
    )
    assert check_journal(drafted.finished.topic.pk).faults == ()


def test_a_second_draft_leaves_what_was_edited(drafted: Drafted) -> None:
    Statement.objects.update(text="改过了")
    revision = Topic.objects.get(pk=drafted.finished.topic.pk).revision
    draft_summary(summary_id=drafted.summary.pk, by=drafted.finished.rival, at=EDITED)
    assert set(Statement.objects.values_list("text", flat=True)) == {"改过了"}
    assert Topic.objects.get(pk=drafted.finished.topic.pk).revision == revision


def test_two_drafts_of_the_same_votes_are_the_same(drafted: Drafted) -> None:
    first = outline(drafted.summary)
    drafted.summary.sections.all().delete()
    draft_summary(summary_id=drafted.summary.pk, by=drafted.finished.by, at=EDITED)
    assert outline(drafted.summary) == first


def test_the_moderators_order_of_themes_is_kept(db: None) -> None:
    finished = make_finished()
    themes = list(finished.topic.themes.values_list("id", flat=True))
    order_themes(
        topic_id=finished.topic.pk, theme_ids=themes[::-1], by=actor(finished.moderator), at=FROZEN - MINUTE
    )
    summary = draft_summary(summary_id=freeze(finished).pk, by=finished.by, at=FROZEN)
    assert [heading for _title, heading, _statements in outline(summary)] == ["", "医院周边", "错时共享", ""]


def merge(finished: Finished, suggestion: Suggestion, into: Suggestion) -> None:
    merge_suggestions(
        topic_id=into.topic_id,
        suggestion_ids=[suggestion.pk],
        into=into.pk,
        by=actor(finished.moderator),
        at=FROZEN - MINUTE,
    )


def test_merged_suggestions_are_cited_with_the_one_they_were_merged_into(db: None) -> None:
    finished = make_finished()
    # 2 and 4 were both supported by the first member: three distinct members in all, as many as support no. 3.
    merge(finished, finished.suggestion(5), finished.suggestion(4))
    merge(finished, finished.suggestion(4), finished.suggestion(2))
    summary = draft_summary(summary_id=freeze(finished).pk, by=finished.by, at=FROZEN)
    assert [
        (heading, [numbers for _text, numbers in rows]) for _title, heading, rows in outline(summary)
    ] == [
        ("", []),
        ("错时共享", [[3], [1]]),
        ("医院周边", [[2, 4, 5]]),
    ]


def test_a_merged_group_is_ordered_by_distinct_supporters(db: None) -> None:
    finished = make_finished()
    topic = make_topic(finished.county, deliberation=make_deliberation(finished.county, title="合并"))
    author, second, third, *_ = finished.members
    for user in (author, second, third):
        make_suggestion(topic, user, f"{user.display_name}的建言", publish_by=finished.moderator)
    one, two, three = topic.suggestions.order_by("number")
    votes = {one.pk: finished.members[3:5], two.pk: finished.members[3:5], three.pk: finished.members[3:6]}
    for suggestion_id, voters in votes.items():
        ballots = [Ballot(actor(voter), suggestion_id, "support") for voter in voters]
        cast_votes(topic_id=topic.pk, ballots=ballots, at=NOON + 2 * MINUTE)
    merge(finished, two, one)
    Topic.objects.update(consensus_share=100)
    at = NOON + 2 * HOUR
    summary = freeze_deliberation(deliberation_id=topic.deliberation_id, by=finished.by, at=at)
    draft_summary(summary_id=summary.pk, by=finished.by, at=at)
    # Four acts of support, but of two members: after the three members of no. 3.
    assert outline(summary)[1][2] == [("欧阳晴川的建言。", [3]), ("林栖云的建言。", [1, 2])]


def test_a_topic_without_ideas_has_an_empty_section(db: None) -> None:
    finished = make_finished()
    topic = make_topic(finished.county, "无人建言", deliberation=finished.deliberation, position=0)
    at = topic.closes_at
    summary = freeze_deliberation(deliberation_id=topic.deliberation_id, by=finished.by, at=at)
    draft_summary(summary_id=summary.pk, by=finished.by, at=at)
    assert outline(summary)[1] == ("无人建言", "", [])
    assert len(outline(summary)) == 5


def test_only_secretaries_draft_and_only_before_signing(drafted: Drafted) -> None:
    with pytest.raises(NotAllowed):
        draft_summary(summary_id=drafted.summary.pk, by=actor(drafted.finished.moderator), at=EDITED)
    make_signed(drafted)
    with pytest.raises(AlreadySigned):
        draft_summary(summary_id=drafted.summary.pk, by=drafted.finished.by, at=EDITED)
    with pytest.raises(UnknownSummary):
        draft_summary(summary_id=404, by=drafted.finished.by, at=EDITED)


# --- what opens a theme -------------------------------------------------------------------------------------


def leads(summary: Summary) -> list[str]:
    document = summary_document(summary.pk)
    return [statement.text for statement in statements_of(document) if statement.is_lead]


def test_each_theme_is_opened_by_its_figures(drafted: Drafted) -> None:
    assert leads(drafted.summary) == [
        "关于“错时共享”，共有建言2条，来自2个界别，附议4次。",
        "关于“医院周边”，共有建言1条，来自1个界别，附议2次。",
    ]
    lead = drafted.lead("错时共享")
    assert (lead.text, lead.original, lead.position, lead.reworded) == ("", "", 0, False)
    document = summary_document(drafted.summary.pk)
    first = document.topics[0].sections[0].statements[0]
    assert worded(first, {}).plain == "关于“错时共享”，共有建言2条，来自2个界别，附议4次。"


def test_a_merged_group_counts_once_in_what_opens_its_theme(db: None) -> None:
    finished = make_finished()
    merge(finished, finished.suggestion(1), finished.suggestion(3))
    summary = draft_summary(summary_id=freeze(finished).pk, by=finished.by, at=FROZEN)
    # 1 was supported by the second member, 3 by the first, second and fourth.
    assert leads(summary)[0] == "关于“错时共享”，共有建言2条，来自2个界别，附议3次。"


def test_a_draft_is_kept_as_a_version(drafted: Drafted) -> None:
    (version,) = drafted.summary.versions.all()
    assert (version.reason, version.edition, version.by_id) == ("drafted", 1, drafted.finished.secretary.pk)


# --- what says the same -------------------------------------------------------------------------------------

SAME = (
    "建议机关事业单位停车场夜间向周边居民开放。",
    "机关事业单位停车场晚上应向周边居民开放，早上八点前开走。",
    "机关事业单位停车场夜间不应向周边居民开放。",
)


def reworded_by(finished: Finished, **texts: str) -> None:
    """Let suggestions say something else, as if their authors had."""
    for number, text in texts.items():
        Suggestion.objects.filter(number=int(number.removeprefix("no"))).update(text=text)


def test_what_says_the_same_is_one_sentence_in_the_words_of_the_most_supported(db: None) -> None:
    finished = make_finished()
    reworded_by(finished, no1=SAME[1], no3=SAME[0])
    summary = draft_summary(summary_id=freeze(finished).pk, by=finished.by, at=FROZEN)
    assert outline(summary)[1][2] == [("建议机关事业单位停车场夜间向周边居民开放。", [1, 3])]
    assert leads(summary)[0] == "关于“错时共享”，共有建言2条，来自2个界别，附议4次。"


def test_who_says_the_contrary_is_not_folded(db: None) -> None:
    finished = make_finished()
    reworded_by(finished, no1=SAME[2], no3=SAME[0])
    summary = draft_summary(summary_id=freeze(finished).pk, by=finished.by, at=FROZEN)
    assert [numbers for _text, numbers in outline(summary)[1][2]] == [[3], [1]]


def test_only_within_a_theme_is_anything_folded(db: None) -> None:
    finished = make_finished()
    reworded_by(finished, no1="菜场门口划货车卸货区。", no2=SAME[1], no3=SAME[0])
    summary = draft_summary(summary_id=freeze(finished).pk, by=finished.by, at=FROZEN)
    assert [numbers for _text, numbers in outline(summary)[1][2]] == [[3], [1]]
    assert [numbers for _text, numbers in outline(summary)[2][2]] == [[2]]


def test_the_order_is_that_of_distinct_people_after_folding(db: None) -> None:
    finished = make_finished()
    # 4 and 5 become one: with two people of 4; 2 is put among them with two of its own, and a lower number.
    Suggestion.objects.filter(number=2).update(theme=None)
    reworded_by(finished, no4=SAME[0], no5=SAME[1])
    topic, voters = finished.topic, finished.members[5:7]
    Topic.objects.filter(pk=topic.pk).update(closes_at=FROZEN, marked="", consensus_share=100)
    fifth = finished.suggestion(5)
    ballots = [Ballot(actor(voter), fifth.pk, "support") for voter in (*voters, finished.members[0])]
    assert not cast_votes(topic_id=topic.pk, ballots=ballots, at=NOON + 5 * MINUTE).refusals
    summary = draft_summary(summary_id=freeze(finished).pk, by=finished.by, at=FROZEN)
    # 0, 5 and 6 support no. 5; 0 and 1 support no. 4: four people, five acts.
    assert outline(summary)[2][2] == [
        ("机关事业单位停车场晚上应向周边居民开放，早上八点前开走。", [4, 5]),
        ("医院东侧两条支路改单行，腾出的路侧空间划三十分钟免费车位。", [2]),
    ]


def test_of_equal_support_what_was_featured_comes_first(db: None) -> None:
    finished = make_finished()
    Suggestion.objects.filter(number=2).update(theme=None)
    Suggestion.objects.filter(number=4).update(featured=True)
    summary = draft_summary(summary_id=freeze(finished).pk, by=finished.by, at=FROZEN)
    assert [numbers for _text, numbers in outline(summary)[2][2]] == [[4], [2], [5]]


# --- consensus by rule --------------------------------------------------------------------------------------


def drafted_by_rule(share: int, sectors: int) -> Summary:
    finished = make_finished()
    Topic.objects.update(consensus_share=share, consensus_sectors=sectors)
    return draft_summary(summary_id=freeze(finished).pk, by=finished.by, at=FROZEN)


@pytest.mark.parametrize(
    ("share", "sectors", "proposed"),
    [
        # No. 3 has the support of three of eight people, who are from the first and the second sector.
        (37, 2, [[3]]),
        (38, 2, []),
        (37, 3, []),
        # No. 2 and 4 have two of eight: of two sectors each.
        (25, 2, [[3], [2], [4]]),
        (25, 1, [[3], [2], [4]]),
        (1, 1, [[3], [1], [2], [4]]),
        (50, 3, []),
    ],
)
def test_what_enough_people_of_enough_sectors_support_is_proposed_as_consensus(
    db: None, share: int, sectors: int, proposed: list[list[int]]
) -> None:
    summary = drafted_by_rule(share, sectors)
    consensus = summary.sections.get(topic=None)
    statements = consensus.statements.order_by("position")
    assert [
        list(statement.citations.values_list("suggestion__number", flat=True)) for statement in statements
    ] == proposed
    assert {statement.pending for statement in statements} <= {Pending.CONSENSUS}
    others = Statement.objects.filter(section__summary=summary).exclude(section=consensus)
    assert set(others.values_list("pending", flat=True)) == {""}
    entry = JournalEntry.objects.filter(kind="summary_drafted").get()
    assert (entry.payload["statements"], entry.payload["consensus"]) == (5, len(proposed))


def test_a_proposed_consensus_is_marked_in_print_and_still_counted_in_its_theme(db: None) -> None:
    summary = drafted_by_rule(37, 2)
    document = summary_document(summary.pk)
    (proposed,) = document.consensus
    assert worded(proposed, {3: "3"}).remark == "（拟列共识，待确认；教育界提出，附议3次）"
    assert leads(summary)[0] == "关于“错时共享”，共有建言2条，来自2个界别，附议4次。"


def test_the_rule_counts_distinct_people_of_what_was_folded(db: None) -> None:
    finished = make_finished()
    reworded_by(finished, no1=SAME[1], no3=SAME[0])
    Topic.objects.update(consensus_share=38, consensus_sectors=2)
    summary = draft_summary(summary_id=freeze(finished).pk, by=finished.by, at=FROZEN)
    # 1 has the second member, 3 the first, second and fourth: three people in all, of eight.
    assert outline(summary)[0][2] == []


def test_nobody_present_agrees_on_nothing() -> None:
    topic = Topic(consensus_share=1, consensus_sectors=1)
    assert not is_consensus(topic, {1}, {1: "医卫界"}, present=0)
    assert is_consensus(topic, {1}, {1: "医卫界"}, present=1)
    assert not is_consensus(topic, {1}, {}, present=1)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("增设车位", "增设车位。"),
        ("增设车位。", "增设车位。"),
        ("增设车位，", "增设车位。"),
        ("能不能增设车位？", "能不能增设车位？"),
        ("我建议：增设车位", "建议增设车位。"),
        ("本人特建议，增设车位", "建议增设车位。"),
        ("建议增设车位", "建议增设车位。"),
        ("我们建议书写规范", "建议书写规范。"),
        ("一是增设车位\n二是清理僵尸车", "一是增设车位；二是清理僵尸车。"),
        ("一是增设车位；\n二是清理僵尸车。", "一是增设车位；二是清理僵尸车。"),
        ("推广“共享车位”", "推广“共享车位”。"),
        ("他说“停车真难！”", "他说“停车真难！”"),
        ("Parking...", "Parking。"),
    ],
)
def test_words_become_a_sentence_and_stay_the_members(text: str, sentence: str) -> None:
    assert as_sentence(text) == sentence
