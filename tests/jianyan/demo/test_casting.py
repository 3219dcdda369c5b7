"""Who says what: fair, repeatable, and never in a visitor's name while they watch."""

from __future__ import annotations

from collections import Counter

import pytest

from jianyan.demo.casting import HELD_BACK, Cast, appeal, likes
from jianyan.demo.catalogue import Quality, idea_of_text, issue, issue_of_prompt, issues

SIZES = {
    "中共": 12, "民盟": 6, "民建": 6, "民进": 6, "农工党": 6, "九三学社": 6, "无党派人士": 8, "共青团": 6, "总工会": 6,
    "妇联": 8, "工商联": 12, "科协": 6, "侨联": 6, "文艺界": 8, "科技界": 8, "经济界": 14, "农业界": 14, "教育界": 10,
    "医卫界": 10, "社会福利和社会保障界": 6, "少数民族界": 4, "宗教界": 4, "特邀人士": 8,
}  # fmt: skip


@pytest.fixture
def cast() -> Cast:
    """180 members with ids 1 to 180 in the county's sectors; two of them are visitors."""
    members, first = {}, 1
    for sector, size in SIZES.items():
        members[sector] = range(first, first + size)
        first += size
    return Cast(members, frozenset({members["农业界"][5], members["教育界"][7]}))


def test_there_are_twelve_issues_with_283_ideas() -> None:
    assert len(issues()) == 12
    assert sum(len(one.ideas) for one in issues()) == 283


def test_an_issue_and_an_idea_are_found_by_what_they_say() -> None:
    parking = issue("parking")
    assert issue_of_prompt(parking.prompt) is parking
    assert issue_of_prompt("别的问题？") is None
    assert idea_of_text(parking.ideas[0].text) is parking.ideas[0]
    assert idea_of_text("自己写的一句话。") is None


@pytest.mark.parametrize(
    ("begins", "half"),
    [
        ("老城商户", "老城商户自家的车占了顾客的位，建议商会统一到城外租停车场。"),
        ("一是小区周边", "小区周边增设夜间限时停车位。"),
        ("1、小区北门", "小区北门要拓宽。"),
        ("机关单位车位", "机关单位车位晚六点至早七点向周边居民错时开放，统一接入停车诱导屏，先选三家试点。"),
    ],
)
def test_of_two_ideas_the_first_is_what_an_author_sends_again(begins: str, half: str) -> None:
    idea = next(idea for one in issues() for idea in one.ideas if idea.text.startswith(begins))
    assert idea.first_half == half


def test_the_crowd_is_forty_members_of_every_sector_and_no_visitor(cast: Cast) -> None:
    assert len(set(cast.crowd)) == 40
    assert not set(cast.crowd) & cast.visitors
    assert all(set(cast.crowd) & set(members) for members in cast.members.values())


def test_in_a_finished_issue_everybody_speaks_for_their_sector_and_only_once(cast: Cast) -> None:
    for one in issues():
        parts = cast.finished(one)
        assert len(parts) == len(one.ideas)
        assert max(Counter(part.author for part in parts).values()) == 1
        assert all(part.author in cast.members[part.idea.sector] for part in parts)


def test_visitors_have_spoken_wherever_their_sector_has(cast: Cast) -> None:
    parts = cast.finished(issue("old-communities"))
    farmer = cast.members["农业界"][5]
    assert [part.idea.sector for part in parts if part.author == farmer] == ["农业界"]


def test_a_live_issue_is_split_into_what_was_said_and_what_the_crowd_will_say(cast: Cast) -> None:
    said, held = cast.live(issue("parking"))
    assert len(held) == HELD_BACK
    assert {part.author for part in held} <= set(cast.crowd)
    assert len({part.author for part in said + held}) == len(said) + len(held)
    assert not {part.author for part in said + held} & cast.visitors
    assert [part.idea.quality for part in held].count(Quality.TWO_IDEAS) == 1
    assert {part.idea.quality for part in said} >= {Quality.HARSH, Quality.PRIVATE_DATA, Quality.OFF_TOPIC}


def test_members_stay_themselves(cast: Cast) -> None:
    assert cast.live(issue("tea")) == cast.live(issue("tea"))
    text = issue("tea").ideas[0].text
    assert [likes(member, text) for member in range(50)] == [likes(member, text) for member in range(50)]


def test_every_idea_pleases_some_and_none_pleases_all() -> None:
    texts = [idea.text for one in issues() for idea in one.ideas]
    assert all(0.07 <= appeal(text) <= 0.65 for text in texts)
    shares = [sum(likes(member, text) for member in range(180)) / 180 for text in texts]
    assert max(shares) > 0.5
    assert sorted(shares)[len(shares) // 2] < 0.3
