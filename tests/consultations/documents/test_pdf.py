from __future__ import annotations

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest

from consultations.documents import FORMATS
from consultations.documents.model import (
    Attendance,
    Attendee,
    DepartmentResponse,
    Section,
    SummaryDocument,
    TopicPart,
)
from consultations.documents.outline import APPENDICES, Block, outline_of
from consultations.documents.pdf.content import content_of
from consultations.documents.pdf.setting import SUMMARY, compiler_of
from consultations.enums import SummaryKind, SummaryStatus

from .pages import BODY, BOTTOM, CLOSING, LEFT, PITCH, POINTS, RIGHT, TOP, Line, Pages, bare
from .samples import assembled, large, sample, signed, statement, two_topics
from .test_formats import TORTURE, worded_everywhere

render = FORMATS["pdf"].render
NEAR = 0.5 * POINTS
"""Half a millimetre."""
CHARACTER = 442.2 / 28
MARKUP = '#read("/etc/passwd") *粗* _斜_ $x^2$ <标> @引 `生` = 题 \\u{41} // 注 #image("a.png") [括] {花} ~'


def close(value: float) -> object:
    return pytest.approx(value, abs=NEAR)


@pytest.fixture(scope="module")
def minutes() -> Pages:
    return Pages(render(signed()))


@pytest.fixture(scope="module")
def draft() -> Pages:
    return Pages(render(two_topics()))


def answered(*texts: str) -> SummaryDocument:
    """The sample with these responses."""
    responses = tuple(DepartmentResponse(topic_id=None, department="县公安局", text=text) for text in texts)
    return dataclasses.replace(sample(), responses=responses)


def line_of(block: Block) -> str:
    cited = f"［{'、'.join(number for _, number in block.cited)}］" if block.cited else ""
    return f"{block.label}{block.text}{block.remark}{cited}{block.end}"


def in_order(text: str, parts: list[str]) -> None:
    """Every part is there, behind the one before."""
    at = 0
    for part in parts:
        found = text.find(bare(part), at)
        assert found >= 0, part
        at = found + len(bare(part))


# --- the page -----------------------------------------------------------------------------------------------


def test_pages_are_a4_with_the_margins_of_the_standard(minutes: Pages, draft: Pages) -> None:
    for pages in (minutes, draft):
        assert {(round(page.width), round(page.height)) for page in pages.pages} == {(595, 842)}
        for line in pages.block:
            assert line.left > LEFT - NEAR
            assert line.right < RIGHT + NEAR
            assert line.top > TOP - 1
            assert line.baseline + 0.12 * line.size < BOTTOM + 1


def test_lines_of_the_text_stand_on_the_grid(minutes: Pages, draft: Pages) -> None:
    first = TOP + (PITCH - BODY) / 2 + 0.88 * BODY
    for pages in (minutes, draft):
        start = pages.saying("2026年1月15日19时30分至").baseline
        end = pages.saying("附件1").page
        lines = [
            line
            for line in pages.block
            if line.size == BODY and line.page < end and (line.page > 1 or line.baseline >= start)
        ]
        assert len(lines) > 30
        for line in lines:
            assert (line.baseline - first) / PITCH == pytest.approx(
                round((line.baseline - first) / PITCH), abs=0.01
            )


def test_a_full_page_has_22_lines_of_28_characters() -> None:
    pages = Pages(render(answered("停" * 3000)))
    full = [
        [line for line in pages.block if line.page == number]
        for number in range(1, len(pages.pages))
        if all(line.text.strip("停") == "" for line in pages.block if line.page == number)
    ]
    assert len(full) >= 2
    for lines in full:
        assert len(lines) == 22
        assert {len(line.text) for line in lines} == {28}
        assert all(line.left == close(LEFT) and line.right == close(RIGHT) for line in lines)
    assert pages.text.count("停" * 3000) == 1


def test_page_numbers_stand_outside_with_dashes_7_mm_below_the_text(minutes: Pages) -> None:
    numbers = [line for line in minutes.lines if line.baseline > BOTTOM]
    assert [line.text for line in numbers] == [f"— {at} —" for at in range(1, len(minutes.pages) + 1)]
    for line in numbers:
        assert (line.size, line.face) == (14.0, "FandolSong-Regular")
        # The dash is a little less than two fifths of the type above its baseline.
        assert line.baseline - 0.38 * line.size == close(BOTTOM + 7 * POINTS)
        if line.page % 2:
            assert line.right == close(RIGHT - line.size)
        else:
            assert line.left == close(LEFT + line.size)


def test_the_red_mark_stands_35_mm_below_the_top_of_the_text(minutes: Pages) -> None:
    mark = minutes.saying("政协越溪县委员会协商纪要")
    assert (mark.page, mark.colour, mark.face) == (1, (1.0, 0.0, 0.0), "FandolSong-Bold")
    assert mark.top == close(TOP + 35 * POINTS)
    assert (mark.left + mark.right) / 2 == close((LEFT + RIGHT) / 2)
    (rule,) = minutes.pages[0].lines
    assert (rule["x0"], rule["x1"]) == (close(LEFT), close(RIGHT))
    assert rule["stroking_color"] == (1.0, 0.0, 0.0)
    number, issued = (
        minutes.saying("越政协纪〔2026〕1号"),
        minutes.saying("政协越溪县委员会办公室2026年1月19日"),
    )
    assert issued.left == close(LEFT + CHARACTER)
    assert issued.right == close(RIGHT - CHARACTER)
    assert rule["top"] == close(issued.baseline + 0.12 * BODY + (PITCH - BODY) / 2 + 4 * POINTS)
    assert issued.baseline - number.baseline == close(PITCH)
    title = minutes.saying("关于“破解老城区停车难”")
    assert (title.size, title.face) == (22.0, "FandolSong-Bold")
    assert 2 * PITCH < title.top - rule["top"] < 3.3 * PITCH


def test_a_long_issuer_stands_above_the_kind() -> None:
    document = sample()
    long = dataclasses.replace(document.head, issuer="中国人民政治协商会议越溪县委员会", office="")
    pages = Pages(render(dataclasses.replace(document, head=long)))
    issuer, kind = [line for line in pages.lines if line.colour == (1.0, 0.0, 0.0)]
    assert (issuer.text, kind.text) == ("中国人民政治协商会议越溪县委员会", "协商纪要")
    assert issuer.top == close(TOP + 35 * POINTS + 0.075 * issuer.size)


def test_sizes_and_faces_are_those_of_the_standard(minutes: Pages) -> None:
    for words, size, face in (
        ("一、共识", 16.0, "FandolHei"),
        ("（一）错时共享", 16.0, "FandolKai"),
        ("1.推动机关事业单位内部泊位", 16.0, "FandolFang"),
        ("（第2版，替代2026年1月17日签发的第1版）", 16.0, "FandolKai"),
        ("县住房和城乡建设局：泊位底数", 16.0, "FandolHei"),
        ("出席：", 16.0, "FandolHei"),
        ("附件1", 16.0, "FandolHei"),
        ("建言统计表", 22.0, "FandolSong-Bold"),
        ("开展城区泊位普查", 10.5, "FandolFang"),
        ("抄送：", 14.0, "FandolFang"),
    ):
        last = [line for line in minutes.lines if bare(line.text).startswith(bare(words))][-1]
        assert (last.size, last.face.startswith(face)) == (size, True), (words, last)


def test_the_imprint_is_at_the_foot_of_the_last_page(minutes: Pages, draft: Pages) -> None:
    rules = sorted(minutes.pages[-1].lines, key=lambda rule: rule["top"])
    assert [rule["linewidth"] / POINTS for rule in rules] == pytest.approx([0.35, 0.25, 0.35], abs=0.01)
    assert rules[-1]["top"] == close(BOTTOM)
    copied, printed = minutes.saying("抄送：县委办公室"), minutes.saying("2026年1月19日印发")
    assert rules[0]["top"] < copied.top < rules[1]["top"] < printed.top < rules[2]["top"]
    assert copied.left == close(LEFT + 14)
    assert (printed.left, printed.right) == (close(LEFT + 14), close(RIGHT - 14))
    assert len([rule for rule in draft.pages[-1].lines if rule["top"] > BOTTOM - 30]) == 2


def test_an_imprint_higher_than_a_page_follows_the_text() -> None:
    document = sample()
    head = dataclasses.replace(document.head, copied_to=tuple(f"第{at}街道办事处" for at in range(120)))
    pages = Pages(render(dataclasses.replace(document, head=head)))
    assert bare("，".join(head.copied_to)) in pages.text
    assert pages.saying("2026年1月19日印发").page == len(pages.pages)


# --- what it says -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", SummaryKind)
def test_all_blocks_are_there_in_their_order(kind: SummaryKind) -> None:
    for one in (signed(), two_topics()):
        document = dataclasses.replace(one, head=dataclasses.replace(one.head, kind=kind))
        outline = outline_of(document)
        pages = Pages(render(document))
        parts = [*outline.mark, outline.number, outline.issuer, outline.date, outline.title, outline.standing]
        parts += [line_of(block) for block in outline.blocks]
        parts += [f"附件：1.{APPENDICES[0]}2.{APPENDICES[1]}3.{APPENDICES[2]}"]
        parts += [f"{label}：" for label, _ in outline.lists]
        parts += [f"附件{at}{name}" for at, name in enumerate(APPENDICES, start=1)]
        parts += [outline.journals.caption, *(name for name, _ in outline.hashes), outline.printed]
        in_order(pages.text, parts)
        assert "〓" not in pages.text
        assert [words for level, words, *_ in pages.file.doc.get_outlines() if level] == [
            *(block.text for block in outline.blocks if block.level),
            *APPENDICES,
        ]


def test_the_appendices_have_every_row_and_every_number(minutes: Pages) -> None:
    outline = outline_of(signed())
    parts = [
        "".join(
            (
                row.reference,
                row.text,
                row.remark,
                row.author,
                row.sector,
                row.theme,
                *map(str, row.stands),
                row.status,
            )
        )
        for row in outline.suggestions[0].rows
    ]
    for grid in (outline.sectors, outline.themes):
        parts += [grid.caption, *grid.columns, *("".join(map(str, row)) for row in grid.rows)]
    parts += [*outline.grounds, *("".join(map(str, row)) for row in outline.journals.rows)]
    parts += [f"{name}{digits}" for name, digits in outline.hashes]
    in_order(minutes.text, parts)


def test_assignments_are_a_table_with_a_heading(minutes: Pages) -> None:
    grid = outline_of(signed()).assignments
    assert grid is not None
    in_order(minutes.text, ["四、交办清单", *grid.columns, *("".join(map(str, row)) for row in grid.rows)])


def test_headings_of_a_table_are_repeated_and_short_rows_stay_whole() -> None:
    pages = Pages(render(large(suggestions=60)))
    starts = [line for line in pages.block if line.text.startswith("编号建言内容")]
    assert [line.page for line in starts] == list(range(starts[0].page, starts[0].page + len(starts)))
    assert len(starts) > 2
    assert all(line.baseline < TOP + PITCH for line in starts[1:])
    rules = [
        min(rule["top"] for rule in page.lines) for page in pages.pages[starts[1].page - 1 : starts[-1].page]
    ]
    assert rules == [close(TOP)] * len(rules)


def test_every_citation_leads_to_the_row_that_it_names() -> None:
    for document in (signed(), two_topics()):
        pages = Pages(render(document))
        cited = [number for block in outline_of(document).blocks for _, number in block.cited]
        links = list(pages.links())
        assert [link.text for link in links] == cited
        assert len(cited) > 5
        for link in links:
            # A reader shows a little of what is above the row.
            row = next(
                line
                for line in pages.block
                if (line.page, line.size) == (link.target_page, 10.5)
                and line.left < LEFT + 12 * POINTS
                and line.baseline > link.target_top + 10
            )
            shown = zip(row.text, row.starts, strict=True)
            assert "".join(one for one, start in shown if start < LEFT + 12 * POINTS) == link.text
            assert row.page > link.page


def test_a_citation_of_what_is_in_no_table_leads_nowhere() -> None:
    document = sample()
    elsewhere = [dataclasses.replace(document.appendix[0], id=999)]
    document = dataclasses.replace(document, consensus=(statement("两项工作都要先征求意见。", elsewhere),))
    pages = Pages(render(document))
    assert "两项工作都要先征求意见（经济界提出，附议5次）［1］。" in pages.text
    assert [link.text for link in pages.links() if link.page == 1] == []


def test_names_stand_in_columns_behind_a_label() -> None:
    names = (
        "丁立",
        "上官云裳",
        "王舒",
        "阿依古丽·买买提",
        "甲乙丙丁戊己庚辛壬癸",
        "王一凡",
        "李四",
        "Ann Lee",
    )
    document = sample()
    people = dataclasses.replace(
        document.snapshot.attendance, present=tuple(Attendee(name=name) for name in names)
    )
    snapshot = dataclasses.replace(document.snapshot, attendance=people)
    pages = Pages(render(dataclasses.replace(document, snapshot=snapshot)))
    at = pages.block.index(pages.saying("出席："))
    lines = pages.block[at : at + 2]
    assert [bare(line.text) for line in lines] == [
        "出席：丁立上官云裳王舒阿依古丽·买买提",
        "甲乙丙丁戊己庚辛壬癸王一凡李四",
    ]
    columns = [LEFT + (5 + 4.75 * at) * CHARACTER for at in range(5)]
    first, second = lines
    assert first.left == close(LEFT + 2 * CHARACTER)
    starts = [first.starts[first.text.index(name)] for name in ("丁", "上", "王", "阿")]
    assert starts == [close(place) for place in columns[:4]]
    starts = [second.starts[second.text.index(name)] for name in ("甲", "王", "李")]
    assert starts == [close(columns[0]), close(columns[3]), close(columns[4])]
    observers = pages.saying("列席：")
    following = pages.block[pages.block.index(observers) + 1]
    assert following.left == close(LEFT + 5 * CHARACTER)


@pytest.mark.parametrize(
    ("status", "words"), [(SummaryStatus.DRAFT, "草稿"), (SummaryStatus.REVIEW, "送审稿")]
)
def test_what_is_not_signed_says_so_on_every_page(status: SummaryStatus, words: str, minutes: Pages) -> None:
    pages = Pages(render(dataclasses.replace(sample(), status=status)))
    above = [line for line in pages.lines if line.baseline < TOP]
    assert [(line.page, line.text) for line in above] == [
        (at, words) for at in range(1, len(pages.pages) + 1)
    ]
    assert f"（{words}）" in pages.text
    assert [line for line in minutes.lines if line.baseline < TOP] == []


def test_bars_are_as_long_as_their_numbers(minutes: Pages) -> None:
    figures = sample().statistics.sectors
    page = minutes.pages[minutes.saying("按界别统计：建言条数").page - 1]
    bars = sorted(page.rects, key=lambda bar: (bar["top"], bar["x0"]))
    left = [bar["width"] for bar in bars if bar["x0"] < (LEFT + RIGHT) / 2][: len(figures)]
    most = max(one.suggestions for one in figures)
    made = [one.suggestions for one in figures if one.suggestions]
    assert left[: len(made)] == [close(40 * POINTS * count / most) for count in made]


def test_one_who_listens_hears_what_it_is(minutes: Pages) -> None:
    assert minutes.catalog["Lang"] == b"zh-CN"
    assert minutes.catalog["MarkInfo"]["Marked"] is True
    assert minutes.catalog["ViewerPreferences"]["DisplayDocTitle"] is True
    tags = minutes.tags()
    assert tags[0] == "Document"
    headings = [block.level for block in outline_of(signed()).blocks if block.level] + [1, 1, 1]
    assert [tag for tag in tags if tag in {"H1", "H2", "H3"}] == [f"H{level}" for level in headings]
    tables = 1 + 1 + 2 + 1
    assert tags.count("Table") == tags.count("THead") == tables
    assert tags.count("TH") == 6 + 6 + 4 + 3 + 4
    assert tags.count("Figure") == 2
    assert tags.count("Link") == len(list(minutes.links()))
    assert minutes.file.metadata["Title"] == "关于“破解老城区停车难”网络议政的协商纪要"
    assert minutes.file.metadata["CreationDate"] == "D:20260119000000Z"


# --- whatever is written in it ------------------------------------------------------------------------------


def test_markup_is_printed_as_it_stands() -> None:
    pages = Pages(render(worded_everywhere(MARKUP)))
    assert pages.text.count(bare(MARKUP)) > 20
    assert "root:" not in pages.text


def test_what_no_font_has_is_named_by_its_code() -> None:
    document = answered("好👍，谢谢가", "再说一次👍")
    text = Pages(render(document)).text
    assert "好〓，谢谢〓" in text
    assert "文中“〓”处的字符未收入字库，编码为：U+AC00、U+1F44D。" in text
    assert "𬭎" in text


def test_torture_stays_on_the_paper() -> None:
    document = worded_everywhere(TORTURE[:-9_800])
    pages = Pages(render(document))
    assert "控制〓符〓、孤立〓、反转、z" in pages.text
    for line in pages.lines:
        assert line.left > LEFT - NEAR
        assert line.right < RIGHT + NEAR
        assert line.baseline < BOTTOM or line.text.startswith("— ")


@pytest.mark.parametrize("text", ["a" * 150, "，" * 100, "https://example.com/" * 6, "9" * 100, "甲\n" * 60])
def test_nothing_runs_over_the_edge(text: str) -> None:
    pages = Pages(render(worded_everywhere(text)))
    wide = [line for line in pages.lines if line.size != 10.5]
    assert max(line.right for line in wide) < RIGHT + NEAR
    for line in pages.lines:
        assert line.baseline < BOTTOM or line.text.startswith("— ")
    assert pages.text.count(text.replace("\n", "")[:20]) > 10


def test_no_line_begins_with_what_may_not_and_none_has_holes(minutes: Pages) -> None:
    def widest(line: Line) -> float:
        return max((after - before for before, after in pairwise(line.starts)), default=0)

    wordy = "接入WiFi和jianyan平台的https://example.com/open/data/parking接口，" * 20
    for pages in (minutes, Pages(render(answered(wordy)))):
        end = pages.saying("附件：1.").page
        lines = [line for line in pages.block if line.size == BODY and 1 < line.page < end]
        assert lines
        assert [line.text for line in lines if line.text[0] in CLOSING] == []
        assert max(map(widest, lines)) < 1.25 * BODY


def test_a_deliberation_without_a_single_suggestion_is_printed() -> None:
    parts = [TopicPart(topic_id=7, title="停车", sections=())]
    pages = Pages(render(assembled(["停车"], parts, [], people=Attendance())))
    in_order(
        pages.text, ["提出建言0条，附议0次", "建言一览表", "编号建言内容", "合计000", "数据来源与核验说明"]
    )
    assert not any(page.rects for page in pages.pages)


def test_a_section_without_statements_is_printed() -> None:
    document = sample()
    part = TopicPart(topic_id=7, title="停车", sections=(Section(theme="错时共享", statements=()),))
    document = dataclasses.replace(document, topics=(part,), consensus=(), title="")
    assert "一、错时共享" in Pages(render(document)).text


# --- the work -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [sample, signed, two_topics])
def test_typst_has_nothing_to_warn_of(make: object) -> None:
    assert callable(make)
    _, warnings = compiler_of(SUMMARY).compile_with_warnings(
        format="pdf", sys_inputs={"document": content_of(make())}
    )
    assert [warning.message for warning in warnings] == []


def test_threads_may_ask_at_the_same_time() -> None:
    documents = [sample(), two_topics(), signed()] * 2
    alone = [render(document) for document in documents[:3]] * 2
    with ThreadPoolExecutor(6) as threads:
        assert list(threads.map(render, documents)) == alone
