"""The bodies of the fictional county and its channels of consultation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from consultations.actions.categories import standard_categories
from consultations.models import Channel
from jianyan.accounts.enums import BodyKind
from jianyan.accounts.models import Body

COMMITTEE = "政协越溪县委员会"

SECTORS = (
    "中共", "民盟", "民建", "民进", "农工党", "九三学社", "无党派人士", "共青团", "总工会", "妇联", "工商联", "科协",
    "侨联", "文艺界", "科技界", "经济界", "农业界", "教育界", "医卫界", "社会福利和社会保障界", "少数民族界", "宗教界",
    "特邀人士",
)  # fmt: skip
SPECIAL_COMMITTEES = (
    "提案委员会", "委员工作委员会", "经济科技委员会", "农业和农村委员会", "人口资源环境委员会", "教科卫体委员会",
    "社会法制和民族宗教委员会", "文化文史和学习委员会",
)  # fmt: skip
PARTIES = ("中共", "民盟", "民建", "民进", "农工党", "九三学社")
STUDIOS = ("“茶乡”委员工作室", "南门社区委员工作室")
HALL = "越溪县民生议事堂"
# As topics name them → their own names. What topics call 各街道, 各乡镇 … is no body of its own.
DEPARTMENTS = {
    "发改": "越溪县发展和改革局",
    "经信": "越溪县经济和信息化局",
    "教育": "越溪县教育局",
    "公安（交警）": "越溪县公安局",
    "民政": "越溪县民政局",
    "财政": "越溪县财政局",
    "人社": "越溪县人力资源和社会保障局",
    "资规": "越溪县自然资源和规划局",
    "生态环境": "市生态环境局越溪分局",
    "建设": "越溪县住房和城乡建设局",
    "交通运输": "越溪县交通运输局",
    "水利": "越溪县水利局",
    "农业农村": "越溪县农业农村局",
    "文广旅游": "越溪县文化和广电旅游体育局",
    "卫健": "越溪县卫生健康局",
    "市场监管": "越溪县市场监督管理局",
    "综合执法": "越溪县综合行政执法局",
    "投资促进": "越溪县投资促进中心",
    "政务服务": "越溪县政务服务管理办公室",
    "机关事务": "越溪县机关事务服务中心",
    "消防": "越溪县消防救援大队",
    "总工会": "越溪县总工会",
}


@dataclass(frozen=True, slots=True)
class ChannelPlan:
    """A channel: `slug`, name, and what its events count as in the year's report."""

    slug: str
    name: str
    categories: tuple[str, ...] = ("consultations",)

    @property
    def is_consultation(self) -> bool:
        """Whether its events count as consultation."""
        return "consultations" in self.categories


CHANNELS = (
    ChannelPlan("micro", "微建言·献一计", ("network_deliberation", "consultations")),
    # An hour in a hall counts as such; one that a sector holds there is marked as a consultation, too.
    ChannelPlan("hall", "民生议事堂", ("hall_sessions",)),
    ChannelPlan("special", "专题协商"),
    ChannelPlan("oversight", "协商式监督"),
    ChannelPlan("reading", "读书活动", ("reading",)),
)


def found_county() -> Body:
    """Make all bodies; the committee."""
    committee = Body.objects.create(name=COMMITTEE, short_name="县政协", kind=BodyKind.COMMITTEE)
    _make(BodyKind.SECTOR, SECTORS, committee)
    _make(BodyKind.SPECIAL_COMMITTEE, SPECIAL_COMMITTEES, committee)
    _make(BodyKind.PARTY, PARTIES, committee)
    _make(BodyKind.STUDIO, STUDIOS, committee)
    _make(BodyKind.HALL, (HALL,), committee)
    for position, (short_name, name) in enumerate(DEPARTMENTS.items()):
        Body.objects.create(name=name, short_name=short_name, kind=BodyKind.DEPARTMENT, position=position)
    return committee


def open_channels() -> None:
    """Make the channels, with the rules that a new channel has."""
    categories = standard_categories()
    for position, plan in enumerate(CHANNELS):
        channel = Channel.objects.create(
            slug=plan.slug, name=plan.name, is_consultation=plan.is_consultation, position=position
        )
        channel.categories.set(categories[slug] for slug in plan.categories)


def channel_for(name: str) -> Channel:
    """The channel for the name that an issue gives it; 专题… ·会前网络议政 is 专题协商."""
    slug = next((plan.slug for plan in CHANNELS if plan.name == name), "special")
    return Channel.objects.get(slug=slug)


def host_for(channel: Channel, departments: Iterable[str]) -> Body:
    """Who hosts: the hall its own hours, a special committee oversight, the committee everything else."""
    committee = Body.objects.get(name=COMMITTEE, kind=BodyKind.COMMITTEE)
    match channel.slug:
        case "hall":
            return Body.objects.get(parent=committee, kind=BodyKind.HALL, name=HALL)
        case "oversight":
            name = "人口资源环境委员会" if "生态环境" in departments else "经济科技委员会"
            return Body.objects.get(parent=committee, kind=BodyKind.SPECIAL_COMMITTEE, name=name)
        case _:
            return committee


def _make(kind: BodyKind, names: Iterable[str], parent: Body) -> None:
    for position, name in enumerate(names):
        Body.objects.create(name=name, kind=kind, parent=parent, position=position)
