"""The fictional county of the demonstration roster: its committee, sectors, parties and special committees."""

from __future__ import annotations

from pathlib import Path

from jianyan.accounts.enums import BodyKind
from jianyan.accounts.models import Body

from .factories import make_body

DATA = Path(__file__).resolve().parent / "data"
MEMBERS = DATA / "members.csv"
MEMBERS_BAD = DATA / "members_bad.csv"

SECTORS = [
    "中共",
    "民盟",
    "民建",
    "民进",
    "农工党",
    "九三学社",
    "无党派人士",
    "共青团",
    "总工会",
    "妇联",
    "工商联",
    "科协",
    "侨联",
    "文艺界",
    "科技界",
    "经济界",
    "农业界",
    "教育界",
    "医卫界",
    "社会福利和社会保障界",
    "少数民族界",
    "宗教界",
    "特邀人士",
]
PARTIES = ["中共", "民盟", "民建", "民进", "农工党", "九三学社"]
SPECIAL_COMMITTEES = [
    "提案委员会",
    "经济科技委员会",
    "农业和农村委员会",
    "人口资源环境委员会",
    "教科卫体委员会",
    "社会法制和民族宗教委员会",
    "文化文史和学习委员会",
    "委员工作委员会",
]


def make_yuexi() -> Body:
    """The committee, with 23 sectors, 6 parties and 8 special committees below it, and nobody in them."""
    committee = make_body("政协越溪县委员会", short_name="越溪县政协")
    for kind, names in (
        (BodyKind.SECTOR, SECTORS),
        (BodyKind.PARTY, PARTIES),
        (BodyKind.SPECIAL_COMMITTEE, SPECIAL_COMMITTEES),
    ):
        for name in names:
            make_body(name, kind, parent=committee)
    return committee
