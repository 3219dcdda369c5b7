"""Summaries of a fictional county, built as the product builds them: figures from the rows, hashes from the snapshot."""
# ruff: noqa: E501 - what members wrote stands in one line

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence

from consultations.documents.figures import (
    citation_of,
    cited_support,
    counts_of,
    merged_in,
    statistics_of,
    supports,
)
from consultations.documents.model import (
    Assignment,
    Attendance,
    Attendee,
    DepartmentResponse,
    Head,
    ListedSuggestion,
    Opening,
    Replaced,
    Section,
    Snapshot,
    Statement,
    SummaryDocument,
    Tally,
    TopicPart,
    TopicSnapshot,
)
from consultations.documents.sealing import sealed as seal
from consultations.documents.snapshot import frozen_suggestion, snapshot_digest, text_hash
from consultations.documents.wording import lead_text
from consultations.enums import Mode, StatementKind, Status, SummaryKind, SummaryStatus

BEIJING = dt.timezone(dt.timedelta(hours=8))

# Text, author, sector, theme, support.
_SUGGESTIONS: tuple[tuple[str, str, str, str | None, int], ...] = (
    (
        "机关单位车位晚六点至早七点向周边居民错时开放，统一接入停车诱导屏，先选三家试点。",
        "张大力",
        "经济界",
        "错时共享",
        5,
    ),
    (
        "医院东侧两条支路改单行，腾出的路侧空间划三十分钟免费车位，方便接送病人。",
        "翁伯安",
        "医卫界",
        "医院学校周边",
        56,
    ),
    (
        "小区“僵尸车”由社区、交警、物业每季联合公示清理，腾出的车位优先给新能源车。",
        "龙在天",
        "社会福利和社会保障界",
        "秩序与执法",
        3,
    ),
    (
        "晚上机关大院的停车场基本空着，能不能让附近住户停进来？早上上班前开走就行。",
        "冼国权",
        "工商联",
        "错时共享",
        5,
    ),
    (
        "建议行政事业单位内部停车位夜间对社会开放，签一份承诺书，到点不挪车的取消资格。",
        "孔维仪",
        "无党派人士",
        "错时共享",
        26,
    ),
    (
        "我们单位四十个车位，下班后常年只停五六辆，很愿意放给隔壁丁家弄的居民过夜。可门卫担心两件事：车子剐蹭了算谁的，早上有人不走怎么办。请县里出一个统一的免责协议范本和清场办法，各单位照着签，这件事才推得动，否则光发文件号召，谁也不敢第一个开门。另外门卫夜里多值一个班，一个月多发的四百块加班费从哪里出，也要说清楚，最好由停车收入里列支。",
        "于敏",
        "总工会",
        "错时共享",
        5,
    ),
    (
        "银行、商务楼白天紧晚上松，小区正好反过来。由街道牵线签“潮汐共享”协议，收费五五分成，写进物业合同。",
        "田家和",
        "民建",
        "错时共享",
        41,
    ),
    (
        "学校教师停车场周末和寒暑假向社会开放，走独立出入口，与教学区隔开，增加的保安费由财政贴一点。",
        "陈伟",
        "教育界",
        "错时共享",
        5,
    ),
    ("双休日学校停车的地方也闲着，登记车牌就让居民停，周日晚八点清场。", "吕玥", "共青团", "错时共享", 41),
    (
        "县人民医院门口天天堵。旁边两条小路改成单向通行，路边就能多停二三十辆，接送的限停半小时。",
        "盛夏",
        "医卫界",
        "医院学校周边",
        33,
    ),
    (
        "医院院内车位八成留给患者，职工的车统一停到老汽车站，早晚开摆渡车接。",
        "解春和",
        "农工党",
        "医院学校周边",
        17,
    ),
    (
        "本院职工带个头：上班不把车开进院子，一天能让出一百六十个位子给病人，单位补公交卡就行",
        "张敏",
        "医卫界",
        "医院学校周边",
        5,
    ),
    ("分年级错开十分钟放学，家长车即停即走，比多画几个车位管用。", "纪小棠", "教育界", "医院学校周边", 41),
    (
        "接孩子那半小时最难停。下午四点到五点，实验小学西侧辅道能不能允许临时停一停，不贴单？",
        "高洁",
        "妇联",
        "医院学校周边",
        8,
    ),
    ("做一个“越溪停车”小程序,哪里有空位一眼看清,缴费、开票都在上面", "白露", "共青团", "智能诱导与收费", 17),
    (
        "把全城公共停车场的余位数据接到一张图上，导航软件直接能搜到，不要再各建各的系统。",
        "柯甡",
        "科技界",
        "智能诱导与收费",
        26,
    ),
    ("主要路口装余位显示屏，红黄绿三色就够，上了年纪的人也看得懂。", "盖宏宇", "科协", "智能诱导与收费", 5),
    (
        "路内泊位前30分钟免费，第二小时起阶梯加价，用价格把长停的车引到地下库去。",
        "庄严",
        "经济界",
        "智能诱导与收费",
        26,
    ),
    (
        "拉开路面和地库的价差：路上贵、地下便宜，停得越久差得越多，自然有人往下停。",
        "宋书墨",
        "民盟",
        "智能诱导与收费",
        26,
    ),
    (
        "老城区晚上八点以后路边停车一律不收钱，别让居民半夜下楼挪车。",
        "邹小平",
        "特邀人士",
        "智能诱导与收费",
        5,
    ),
    (
        "路边收费全改成扫码以后，老人付现金没地方付。保留人工收费点，每条街至少一个。",
        "单立新",
        "中共",
        "智能诱导与收费",
        5,
    ),
    (
        "老轴承厂地块闲置六年，先平整出来做临时停车场，估计能停两百辆，将来开发了再收回。",
        "范思源",
        "工商联",
        "挖潜增位",
        14,
    ),
    (
        "凡是一年内不动工的闲置地，都可以铺碎石当临时停车场，签临时用地协议，到期无条件归还。",
        "潘逸飞",
        "九三学社",
        "挖潜增位",
        8,
    ),
    ("东门菜场屋顶加两层钢结构停车，约120个位，楼下照常卖菜。", "郑可人", "民进", "挖潜增位", 3),
    (
        "人民公园地下建车库，上面恢复绿化，位置正好在老城当中，可以跟人防工程一并立项。",
        "罗静",
        "九三学社",
        "挖潜增位",
        33,
    ),
    (
        "机械式立体车库占地小，一亩地能停上百辆。老城选三块边角地试建，社会资本投钱，政府给用地政策。",
        "毛小燕",
        "民建",
        "挖潜增位",
        8,
    ),
    (
        "老城边角地多，上塔库！我在国外见过，十几米见方停四五十辆，关键是审批要快。",
        "宁小远",
        "侨联",
        "挖潜增位",
        33,
    ),
    ("解放路绿化带太宽，压缩一米五，两边各能多划一排车位。", "蓝春生", "农业界", "挖潜增位", 33),
    (
        "不要打行道树的主意。老街的香樟砍了就没有了，宁可少几个车位，划线只划在没树的路段。",
        "温庭月",
        "文艺界",
        "挖潜增位",
        56,
    ),
    ("占消防通道的车，先打电话，１０分钟不来挪就直接拖！！！", "石磊", "总工会", "秩序与执法", 14),
    (
        "无障碍车位老被普通车占。装感应地锁，残疾人车辆登记车牌，到了自动降锁，占用的抓拍处罚。",
        "武小松",
        "社会福利和社会保障界",
        "秩序与执法",
        17,
    ),
    (
        "长年不动的废旧车占着公共车位，贴条三十天没人认就拖走，一个季度集中搞一次。",
        "任天行",
        "共青团",
        "秩序与执法",
        17,
    ),
    (
        "店家拿锥桶、破凳子霸占门前公共车位的，接到举报当天清走，屡教不改记入信用。",
        "扎西多吉",
        "少数民族界",
        "秩序与执法",
        33,
    ),
    (
        "地锁、石墩、废轮胎占公家车位，群众意见很大，应开展专项清理，举报有奖。",
        "尤佳",
        "无党派人士",
        "秩序与执法",
        33,
    ),
    (
        "初一十五普济寺周边车多，请交警提前发停车指引，引导志愿者由我们来出。",
        "皇甫约翰",
        "宗教界",
        "秩序与执法",
        56,
    ),
    (
        "停车到底缺多少，没人讲得清：有的材料说缺八千，有的说缺两万，口径都不一样。建议三个月内搞一次泊位普查，分白天和夜间两个时段，路内、小区、单位内部、闲置地块都画到一张图上，一街一册。底数清了，再谈哪里该建、哪里该管、哪里该收费，否则花了钱也可能建在没人停的地方，老城照样堵。",
        "夏侯明月",
        "特邀人士",
        None,
        41,
    ),
    ("新建小区配建标准从每户1个车位提高到1.3个，把欠账卡在源头。", "姚清扬", "科协", None, 11),
    (
        "把新增停车泊位数列入年度民生实事，分解到四个街道，每季度公布进度，年底请委员和居民代表一起打分，分数垫底的向常委会作说明。停车难年年提、年年难，缺的不是办法，是有人盯到底。",
        "丁立",
        "中共",
        None,
        11,
    ),
    ("停车。难。建议多建。", "苏晓白", "民进", None, 33),
    (
        "老城商户自家的车占了顾客的位，建议商会统一到城外租停车场；另外步行街公厕太少，游客找不到，也请一起解决。",
        "贾晓峰",
        "工商联",
        None,
        17,
    ),
)
_PRESENT: tuple[tuple[str, str], ...] = (
    ("丁立", "中共"),
    ("上官云裳", "文艺界"),
    ("王舒", "无党派人士"),
    ("王𬭎", "科技界"),
    ("王一凡", "无党派人士"),
    ("韦东来", "无党派人士"),
    ("毛小燕", "民建"),
    ("邓舟", "无党派人士"),
    ("石磊", "总工会"),
    ("白露", "共青团"),
    ("丛林", "医卫界"),
    ("宁小远", "侨联"),
    ("司徒南", "侨联"),
    ("朱晨曦", "共青团"),
    ("乔一峰", "社会福利和社会保障界"),
    ("任天行", "共青团"),
    ("庄严", "经济界"),
    ("刘一刀", "经济界"),
    ("江一帆", "民进"),
    ("安然", "科协"),
    ("阮文昌", "农业界"),
    ("李寻", "经济界"),
    ("吴晓岚", "中共"),
    ("何丽君", "中共"),
    ("应有根", "农业界"),
    ("沈国梁", "中共"),
    ("张敏", "经济界"),
    ("陆远征", "民进"),
    ("阿依古丽·买买提", "少数民族界"),
    ("林陈若溪", "特邀人士"),
    ("尚可", "科技界"),
    ("明真", "宗教界"),
    ("郑可人", "民进"),
    ("孟昭阳", "教育界"),
    ("项飞", "农业界"),
    ("胡玉兰", "妇联"),
    ("柯甡", "科技界"),
    ("查文博", "九三学社"),
    ("秦堃", "科技界"),
    ("袁小田", "农业界"),
    ("顾盼", "工商联"),
    ("徐静", "妇联"),
    ("诸葛明", "经济界"),
    ("梅香", "社会福利和社会保障界"),
    ("符志高", "农业界"),
    ("阎正", "教育界"),
    ("盖宏宇", "科协"),
    ("梁思远", "科协"),
    ("尉迟景行", "工商联"),
    ("葛小山", "农业界"),
    ("蒋若琳", "侨联"),
    ("覃志远", "中共"),
    ("程远", "九三学社"),
    ("傅泽", "农工党"),
    ("释慧明", "宗教界"),
    ("鲁大地", "农业界"),
    ("温庭月", "文艺界"),
    ("游四海", "特邀人士"),
    ("谢婉清", "农工党"),
    ("颜如玉", "文艺界"),
)
_OBSERVERS = (
    ("县公安局", "周志强"),
    ("县住房和城乡建设局", "陆敏"),
    ("县综合行政执法局", "何建平"),
    ("县机关事务管理中心", "方圆"),
    ("县人民医院", "欧阳静文"),
)
_ON_LEAVE = (("王海", "经济界"), ("司马长风", "教育界"), ("陈晓梅", "农工党"))

# Theme, then text, whether it was reworded, and the numbers it rests on.
_STATEMENTS: tuple[tuple[str | None, tuple[tuple[str, bool, tuple[int, ...]], ...]], ...] = (
    (
        "错时共享",
        (
            ("推动机关事业单位内部泊位夜间向周边居民开放，晚六点至早七点错时停放，统一接入停车诱导屏，先选三家单位试点。", True, (1, 4, 5)),
            ("由街道牵线，组织银行、商务楼与相邻小区签订“潮汐共享”协议，收益按约定分成，写入物业合同。", True, (7,)),
            ("学校停车场周末和寒暑假向社会开放，设独立出入口与教学区隔开，登记车牌、定时清场。", True, (8, 9)),
            ("制定统一的免责协议范本和清场办法，明确加班值守经费来源，解除开放单位的后顾之忧。", True, (6,)),
        ),
    ),
    (
        "挖潜增位",
        (
            ("一年内不动工的闲置地块先行平整，签订临时用地协议，建成临时停车场，到期无条件归还。", True, (22, 23)),
            ("利用老城边角地试建机械式立体车库和塔库，引入社会资本，简化审批手续。", True, (26, 27)),
            ("划设路内泊位要保护行道树，只划在没有树的路段。", False, (29,)),
        ),
    ),
    (
        "医院学校周边",
        (
            ("医院东侧两条支路改为单向通行，腾出路侧空间设三十分钟限时免费车位，方便接送病人。", False, (2, 10)),
            ("中小学分年级错峰十分钟放学，接送车辆即停即走。", True, (13, 14)),
            ("县人民医院周边道路微循环改造方案已列入今年城建计划，可与上述建议统筹实施。", False, ()),
        ),
    ),
    (
        "智能诱导与收费",
        (
            ("将全城公共停车场余位数据接入一张图，向导航软件开放，主要路口设置余位显示屏。", True, (15, 16, 17)),
            ("拉开路面与地下停车的价差，路内泊位前三十分钟免费、其后阶梯加价，引导车辆往地下停放；保留人工收费点，方便老年人使用现金。", True, (18, 19, 21)),
        ),
    ),
    (
        "秩序与执法",
        (
            ("社区、交警、物业每季度联合公示清理“僵尸车”，腾出的车位优先保障新能源车辆。", True, (3, 32)),
            ("开展地锁、石墩、锥桶等霸占公共车位行为专项清理，实行举报奖励。", True, (33, 34)),
        ),
    ),
    (None, (("三个月内完成泊位普查，分白天和夜间两个时段，形成一街一册，摸清底数后再定建设、管理和收费方案。", True, (36,)),)),
)  # fmt: skip


def _suggestion(
    at: int, *, topic_id: int, first_id: int, stands: tuple[int, int] = (0, 0)
) -> ListedSuggestion:
    text, author, sector, theme, support = _SUGGESTIONS[at % len(_SUGGESTIONS)]
    return ListedSuggestion(
        id=first_id + at,
        topic_id=topic_id,
        number=at + 1,
        text=text,
        author=author,
        sector=sector,
        status=Status.PUBLISHED,
        theme=theme,
        tally=Tally(support=support, neutral=stands[0], oppose=stands[1]),
    )


def statement(text: str, suggestions: Sequence[ListedSuggestion], *, reworded: bool = False) -> Statement:
    citations = tuple(citation_of(suggestion) for suggestion in suggestions)
    return Statement(
        text=text,
        kind=StatementKind.CITED if citations else StatementKind.NOTE,
        reworded=reworded,
        support=cited_support(supports(citations), merged_in(suggestions)),
        citations=citations,
    )


def topic_snapshot(topic_id: int, title: str, suggestions: Sequence[ListedSuggestion]) -> TopicSnapshot:
    return TopicSnapshot(
        topic_id=topic_id,
        title=title,
        revision=487,
        head=text_hash(title),
        closed_at=dt.datetime(2026, 1, 15, 20, 30, tzinfo=BEIJING),
        suggestions=tuple(frozen_suggestion(suggestion) for suggestion in suggestions),
    )


def attendance() -> Attendance:
    return Attendance(
        present=tuple(Attendee(name=name, unit=sector) for name, sector in _PRESENT),
        observers=tuple(Attendee(name=name, unit=unit) for unit, name in _OBSERVERS),
        on_leave=tuple(Attendee(name=name, unit=sector) for name, sector in _ON_LEAVE),
    )


def recounted(document: SummaryDocument) -> SummaryDocument:
    """The document with counts, statistics and hash computed anew from its rows and snapshot."""
    people = document.snapshot.attendance
    opening = dataclasses.replace(document.opening, counts=counts_of(people, document.appendix))
    return dataclasses.replace(
        document,
        opening=opening,
        statistics=statistics_of(people, document.appendix),
        snapshot_hash=snapshot_digest(document.snapshot),
    )


def assembled(
    titles: Sequence[str],
    parts: Sequence[TopicPart],
    appendix: Sequence[ListedSuggestion],
    *,
    consensus: Sequence[Statement] = (),
    people: Attendance | None = None,
) -> SummaryDocument:
    people = attendance() if people is None else people
    snapshot = Snapshot(
        topics=tuple(
            topic_snapshot(part.topic_id, title, [row for row in appendix if row.topic_id == part.topic_id])
            for part, title in zip(parts, titles, strict=True)
        ),
        attendance=people,
    )
    return SummaryDocument(
        head=Head(
            issuer="政协越溪县委员会",
            office="政协越溪县委员会办公室",
            kind=SummaryKind.MINUTES,
            number="越政协纪〔2026〕1号",
            edition=3,
            date=dt.date(2026, 1, 19),
            copied_to=(
                "县委办公室",
                "县人大常委会办公室",
                "县政府办公室",
                "县公安局",
                "县住房和城乡建设局",
                "县综合行政执法局",
                "县机关事务管理中心",
            ),
        ),
        title="关于“破解老城区停车难”网络议政的协商纪要",
        status=SummaryStatus.SIGNED,
        opening=Opening(
            starts_at=dt.datetime(2026, 1, 15, 19, 30, tzinfo=BEIJING),
            ends_at=dt.datetime(2026, 1, 15, 20, 30, tzinfo=BEIJING),
            mode=Mode.ONLINE,
            channel="微建言·献一计",
            host="政协越溪县委员会",
            topics=tuple(titles),
            counts=counts_of(people, appendix),
        ),
        consensus=tuple(consensus),
        topics=tuple(parts),
        appendix=tuple(appendix),
        statistics=statistics_of(people, appendix),
        snapshot=snapshot,
        snapshot_hash=snapshot_digest(snapshot),
    )


def _sections(rows: Sequence[ListedSuggestion]) -> tuple[Section, ...]:
    return tuple(
        Section(
            theme=theme,
            statements=tuple(
                statement(text, [rows[number - 1] for number in numbers], reworded=reworded)
                for text, reworded, numbers in statements
            ),
        )
        for theme, statements in _STATEMENTS
    )


def sample() -> SummaryDocument:
    """One topic, five themes and what has none, 40 suggestions, 60 members present; signed."""
    rows = [_suggestion(at, topic_id=7, first_id=101) for at in range(len(_SUGGESTIONS))]
    rows[38] = dataclasses.replace(
        rows[38], status=Status.RETURNED, reason="请写明具体地点和做法后重新提交", tally=Tally()
    )
    rows[4] = dataclasses.replace(rows[4], tally=Tally(support=rows[3].tally.support + rows[4].tally.support))
    rows[3] = dataclasses.replace(rows[3], status=Status.MERGED, merged_into=101, tally=Tally())
    rows[39] = dataclasses.replace(rows[39], status=Status.HIDDEN, reason="一条建言只谈一件事", tally=Tally())
    consensus = (
        statement("委员们认为，破解老城区停车难要坚持挖潜与共享并重、建设与管理并举，优先盘活存量泊位。", [rows[0], rows[6], rows[21]], reworded=True),
        statement("要先摸清泊位底数，再安排建设项目，防止重复投入。", [rows[35], rows[37]], reworded=True),
    )  # fmt: skip
    part = TopicPart(topic_id=7, title="破解老城区停车难", sections=_sections(rows))
    return assembled(["破解老城区停车难"], [part], rows, consensus=consensus)


def signed() -> SummaryDocument:
    """The sample with every part there is: a lead, proposals, responses, assignments; a sealed second version."""
    document = sample()
    part = document.topics[0]
    first, *others = part.sections
    cited = tuple(citation for one in first.statements for citation in one.citations)
    citations = tuple(sorted({one.suggestion_id: one for one in cited}.values(), key=lambda one: one.number))
    support = cited_support(supports(citations), merged_in(document.appendix))
    lead = Statement(
        text=lead_text(first.theme or "", citations, support),
        kind=StatementKind.LEAD,
        support=support,
        citations=citations,
    )
    sections = (dataclasses.replace(first, statements=(lead, *first.statements)), *others)
    return seal(
        dataclasses.replace(
            document,
            head=dataclasses.replace(
                document.head,
                version=2,
                replaces=Replaced(version=1, signed_on=dt.date(2026, 1, 17), seal=text_hash("first")),
                signed_by="周砚",
            ),
            topics=(dataclasses.replace(part, sections=sections),),
            responses=(
                DepartmentResponse(
                    topic_id=7,
                    department="县公安局",
                    text="中山路、解放街的错时停车已在试行，三月底前把共享泊位接入停车诱导屏。",
                ),
                DepartmentResponse(
                    topic_id=None,
                    department="县住房和城乡建设局",
                    text="泊位底数正在普查，结果六月底前向社会公布。\n建设项目安排将以普查结果为准。",
                ),
            ),
            assignments=(
                Assignment(
                    item="开展城区泊位普查，按月公布进度",
                    lead="县住房和城乡建设局",
                    cohandling="县公安局、县综合行政执法局",
                    due=dt.date(2026, 6, 30),
                    suggestions=(136, 138),
                ),
                Assignment(
                    item="推动机关单位车位夜间错时开放",
                    lead="县机关事务管理中心",
                    cohandling="",
                    due=None,
                    suggestions=(101,),
                ),
            ),
        )
    )


def two_topics() -> SummaryDocument:
    """Two topics that both count their suggestions from 1, with a three-way ballot; a draft without a number."""
    first = [_suggestion(at, topic_id=7, first_id=101, stands=(2, 1)) for at in range(12)]
    second = [_suggestion(at, topic_id=8, first_id=301, stands=(1, 0)) for at in range(6)]
    parts = [
        TopicPart(
            topic_id=7,
            title="破解老城区停车难",
            sections=(
                Section(
                    theme="错时共享",
                    statements=(statement("机关车位晚间向居民开放。", [first[0], first[3]]),),
                ),
                Section(
                    theme=None, statements=(statement("医院周边支路改为单向通行。", [first[1], second[1]]),)
                ),
            ),
        ),
        TopicPart(
            topic_id=8,
            title="老旧小区改造",
            sections=(
                Section(
                    theme=None,
                    statements=(
                        statement("清理长期占用公共空间的车辆。", [second[2]]),
                        statement("改造计划由县住建局另行通报。", []),
                    ),
                ),
            ),
        ),
    ]
    consensus = (statement("两项工作都要先征求居民意见。", [first[4], second[4]]),)
    document = assembled(["破解老城区停车难", "老旧小区改造"], parts, [*first, *second], consensus=consensus)
    return dataclasses.replace(
        document,
        head=dataclasses.replace(document.head, number=None, copied_to=()),
        title="关于城区停车和老旧小区改造专题协商的纪要",
        status=SummaryStatus.DRAFT,
        opening=dataclasses.replace(
            document.opening,
            mode=Mode.HYBRID,
            place="县政协议事厅",
            channel="专题协商",
            remarks="会前，委员分组走访了六个小区。",
        ),
    )


def large(*, suggestions: int = 500, statements: int = 40, people: int = 180) -> SummaryDocument:
    """As large as a county's busiest hour becomes."""
    rows = [_suggestion(at, topic_id=7, first_id=101) for at in range(suggestions)]
    sentences = [
        statement(f"{rows[at].text}", rows[at :: max(1, statements)][:9], reworded=True)
        for at in range(statements)
    ]
    sections = tuple(
        Section(theme=f"归类{at + 1}", statements=tuple(sentences[at::8])) for at in range(min(8, statements))
    )
    present = tuple(
        Attendee(name=_PRESENT[at % len(_PRESENT)][0], unit=_PRESENT[at % len(_PRESENT)][1])
        for at in range(people)
    )
    part = TopicPart(topic_id=7, title="破解老城区停车难", sections=sections)
    return assembled(["破解老城区停车难"], [part], rows, people=Attendance(present=present))
