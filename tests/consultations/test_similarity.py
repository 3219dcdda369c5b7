from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultations import similarity
from consultations.similarity import HINT_FROM, THEME_FROM, Index, Piece, leading_theme, pieces, shared
from consultations.terms import DATA, Phrasing, Weights, phrases, synonyms, terms

PARKING = "机关单位停车场晚上向附近居民开放。"
OPERA = "古镇周末晚上固定演两场折子戏。"
CANTEEN = "社区食堂给高龄老人上门送餐，每餐补贴三元。"
TEA = "茶叶包装贴溯源码，一盒一码可查产地。"
ROAD = "临水临崖的村道先补护栏和反光桩。"
TEXTS = {1: PARKING, 2: OPERA, 3: CANTEEN, 4: TEA, 5: ROAD}


def said(text: str) -> set[str]:
    return set(terms(text, Weights()))


# --- what a text says ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("十分钟", "10分钟"),
        ("半小时", "三十分钟"),
        ("一个半小时", "九十分钟"),
        ("1小时半", "90分钟"),
        ("两百元", "200块"),
        ("二百块", "２００元"),
        ("一万二千元", "12000元"),
        ("1.2万元", "12000元"),
        ("百分之五十", "50%"),
        ("五成", "百分之五十"),
        ("一周", "7天"),
        ("两个星期", "十四天"),
        ("半年", "六个月"),
        ("二十三路", "23路"),
        ("二三路", "23路"),
        ("八十岁", "80岁"),
    ],
)
def test_the_same_number_is_the_same_however_it_is_written(one: str, other: str) -> None:
    assert said(one) == said(other)
    assert any(term.startswith("=") for term in said(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("停車場夜間開放", "停车场夜间开放"),
        ("ＡＰＰ预约", "app预约"),
        ("建议增设公厕", "希望尽快增设公厕"),
        ("作为一名来自基层的委员,我建议:增设公厕。", "增设公厕"),
    ],
)
def test_spelling_and_politeness_make_no_difference(one: str, other: str) -> None:
    assert said(one) == said(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("车位", "泊位"),
        ("补贴", "津贴"),
        ("长者", "老年人"),
        ("学生", "孩子"),
        ("镇上", "乡镇"),
        ("夜间", "晚上"),
        ("公示", "晒出来"),
        ("食堂", "助餐"),
        ("抽头", "中介费"),
        ("村医", "乡村医生"),
        ("湿垃圾", "厨余"),
        ("水管", "管网"),
        ("游客", "旅客"),
        ("撂荒", "抛荒"),
    ],
)
def test_words_of_the_field_have_their_synonyms(one: str, other: str) -> None:
    assert {term for term in said(one) & said(other) if term.startswith("#")}


def test_reasons_count_for_less_than_what_is_asked_for() -> None:
    weights = terms("医院门口天天堵，建议挂号分时段预约。", Weights())
    assert weights["堵"] < weights["段"]
    assert terms("医院门口天天堵，挂号分时段预约。", Weights())["堵"] == Weights().character


def test_lists_are_well_formed() -> None:
    assert all(word == Phrasing(word).text for word in synonyms())
    assert all(phrase == Phrasing(phrase).text for phrase in phrases())
    first_words = {names[0] for word in synonyms() for _, names in synonyms().at(word, 0)}
    background = [row.split("\t")[0] for row in (DATA / "background.tsv").read_text("utf-8").splitlines()]
    unknown = {term for term in background if term.startswith("#") and term[1:] not in first_words}
    assert not {term for term in unknown if not _names_a_group(term[1:])}


def _names_a_group(word: str) -> bool:
    return any(word in names for end, names in synonyms().at(word, 0) if end == len(word))


# --- the index ----------------------------------------------------------------------------------------------


def test_the_nearest_says_the_same_in_other_words() -> None:
    index = Index.from_texts(TEXTS)
    for asked, wanted in [
        ("能不能让旁边的住户夜里停进机关大院的泊位？", 1),
        ("古鎮每週末安排夜場演出", 2),
        ("给八十岁以上的长者送饭，一顿补助几块钱", 3),
        ("本地茶用二维码追溯，防止外地茶冒充", 4),
        ("靠山靠水的农村公路装防护栏", 5),
    ]:
        (nearest, score), *_others = index.nearest(asked)
        assert (nearest, score > THEME_FROM) == (wanted, True), asked


def test_a_text_is_wholly_like_itself_and_scores_go_down_from_there() -> None:
    index = Index.from_texts(TEXTS)
    found = index.nearest(PARKING + OPERA, limit=5)
    assert index.nearest(PARKING, 1)[0][0] == 1
    assert index.score(PARKING, 1) == pytest.approx(1)
    assert {key for key, _ in found[:2]} == {1, 2}
    scores = [score for _, score in found]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)


def test_a_short_idea_inside_a_long_one_is_found_from_both_sides() -> None:
    long = PARKING + "门卫加班的钱从停车收入里出，早上八点前不开走的取消资格，先选三家单位试点一年再总结。"
    assert Index.from_texts({**TEXTS, 1: long}).nearest(PARKING)[0][1] >= HINT_FROM
    assert Index.from_texts(TEXTS).nearest(long)[0][1] >= HINT_FROM


def test_the_same_frame_around_another_matter_is_no_hint() -> None:
    frame = "作为一名来自基层的委员，我建议有关部门高度重视、加强统筹协调，"
    assert (
        Index.from_texts({1: frame + "把公共泊位底数摸清。"}).score(frame + "修订茶叶品牌管理办法。", 1)
        < HINT_FROM
    )


@pytest.mark.parametrize("text", ["", " \n", "。！？", "建议", "的", "\u200f\u0301", "😀"])
def test_a_text_that_says_nothing_is_like_nothing(text: str) -> None:
    index = Index.from_texts({**TEXTS, 6: text})
    assert index.nearest(text) == []
    assert Index().nearest(PARKING) == []
    assert len(index.nearest(PARKING)) <= 3


def test_other_scripts_are_compared_too() -> None:
    index = Index.from_texts(
        {1: "Open the office car parks at night.", 2: "駐車場を夜間に開放する", 3: PARKING}
    )
    assert index.nearest("office car parks open for residents")[0][0] == 1
    assert index.nearest("夜間は駐車場を開放してください")[0][0] == 2


def test_adding_again_replaces_and_removing_forgets() -> None:
    index = Index.from_texts(TEXTS)
    index.add(1, OPERA)
    assert [key for key, _ in index.nearest(OPERA, 2)] == [1, 2]
    index.remove(1)
    index.remove(99)
    assert (len(index), 1 in index, 2 in index) == (4, False, True)
    assert [key for key, _ in index.nearest(OPERA, 9)].count(2) == 1
    with pytest.raises(KeyError):
        index.score(OPERA, 1)


def test_what_came_and_went_leaves_no_trace_in_the_scores() -> None:
    kept = Index.from_texts(TEXTS)
    for key in range(100, 140):
        kept.add(key, f"{PARKING}{key}号")
    for key in range(100, 140):
        kept.remove(key)
    fresh = Index.from_texts(dict(reversed(TEXTS.items())))
    for text in (*TEXTS.values(), "机关的车位和古镇的戏"):
        assert kept.nearest(text, 5) == fresh.nearest(text, 5)


def test_only_those_that_count_are_found() -> None:
    index = Index.from_texts(TEXTS | {6: PARKING})
    assert [key for key, _ in index.nearest(PARKING, among={6, 2})] == [6, 2]
    assert index.nearest(PARKING, among=()) == []


def test_a_word_that_all_have_says_less_than_one_that_few_have() -> None:
    streets = {
        number: f"解放路{what}。" for number, what in enumerate(["修公厕", "种樟树", "装路灯", "划车位"])
    }
    index = Index.from_texts(streets)
    assert index.nearest("解放路的樟树")[0][0] == 1
    assert index.nearest("人民路多划泊位")[0][0] == 3
    alone = Index.from_texts({0: "解放路修公厕。"}).score("解放路种樟树。", 0)
    assert index.score("解放路种樟树。", 0) < alone


def test_what_is_looked_up_is_bounded_and_still_right(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a large index a question takes the rare terms first; the nearest are the same as without a bound."""
    chance = random.Random(5)
    words = [
        "停车",
        "公厕",
        "护栏",
        "食堂",
        "溯源",
        "托育",
        "垃圾",
        "电梯",
        "夜班",
        "剧团",
        "河道",
        "路灯",
        "樟树",
        "泳池",
    ]
    texts = {
        number: "，".join(chance.sample(words, 3)) + f"在{chance.choice('甲乙丙丁戊己庚辛')}村{number}号先试"
        for number in range(1_500)
    }
    index = Index.from_texts(texts)
    asked = [texts[number] for number in range(0, 1_500, 75)]
    bounded = [index.nearest(text, 1) for text in asked]
    monkeypatch.setattr(similarity, "LOOKED_UP", 10**9)
    monkeypatch.setattr(similarity, "COMPARED", 10**9)
    assert bounded == [index.nearest(text, 1) for text in asked]


@given(st.lists(st.text(max_size=40), max_size=6), st.text(max_size=40))
def test_no_text_is_too_strange(texts: list[str], asked: str) -> None:
    index = Index.from_texts(dict(enumerate(texts)))
    found = index.nearest(asked, 9)
    assert found == sorted(found, key=lambda row: (-row[1], row[0]))
    assert all(0 < score <= 1.0000001 for _, score in found)
    for key in range(len(texts)):
        index.remove(key)
    assert index.nearest(asked) == []


# --- marking ------------------------------------------------------------------------------------------------


def test_what_is_shared_is_marked_where_it_was_written() -> None:
    text = "建议：機關的停車場，夜间開放！"
    spans = shared(text, "机关车位晚上开放。")
    assert [text[start:end] for start, end in spans] == ["機關", "停車場", "夜间開放"]
    assert shared(text, OPERA.replace("晚上", "")) == []


def test_pieces_lose_nothing() -> None:
    text = "机关停车场夜间开放"
    cut = pieces(text, [(0, 2), (5, 7)])
    assert cut == (
        Piece("机关", shared=True),
        Piece("停车场", shared=False),
        Piece("夜间", shared=True),
        Piece("开放", shared=False),
    )
    assert pieces("", []) == ()


@given(st.text(max_size=60), st.text(max_size=60))
def test_spans_are_in_order_and_within_the_text(one: str, other: str) -> None:
    spans = shared(one, other)
    edges = [edge for span in spans for edge in span]
    assert edges == sorted(set(edges))
    assert not edges or (edges[0] >= 0 and edges[-1] <= len(one))
    assert "".join(piece.text for piece in pieces(one, spans)) == one


def test_a_theme_leads_only_with_more_than_all_others() -> None:
    assert leading_theme([(1, 0.3), (2, 0.2)]) == 1
    assert leading_theme([(1, 0.3), (2, 0.2), (3, 0.1)]) is None
    assert leading_theme(list[tuple[int, float]]()) is None
