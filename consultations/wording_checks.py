"""What can be told of a sentence from the texts that it rests on: pure.

These are hints to people, and the gate of what a language model proposes. A sentence that passes may still be wrong:
irony, and a contrary that needs knowledge of the matter, pass. Nothing that passes is printed before a person accepts.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from enum import StrEnum

import regex

from .screening import private_data
from .similarity import shared
from .terms import Phrasing, value_of

_ORDINAL = regex.compile(r"第[0-9]+|[(（][0-9]{1,2}[)）]")
_DIGITS = regex.compile(r"(?<value>[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?)(?<more>[万亿]?)")
_COUNTED = regex.compile(
    r"(?<value>[零〇一二两三四五六七八九十百千万]+)(?=[个处名位条座所家块台项份件支根套间栋幢盏班场批期种类级吨])"
)
_MORE = {"": 1, "万": 10_000, "亿": 100_000_000}


def quantities(text: str) -> dict[str, str]:
    """What a text counts or measures, in the smallest unit of its kind, and how that is written there.

    三十分钟 and 半小时 are the same; 1,200 and 1200, too; 30 and 30分钟 are not. Numbers that give an order (第3条)
    are left out, and so is 一个, which counts nothing.
    """
    phrasing = Phrasing("".join(text.split()))
    found: dict[str, str] = {}
    rest = list(phrasing.text)
    for (start, end), number in phrasing.numbers.items():
        found[number] = phrasing.text[start:end]
        rest[start:end] = " " * (end - start)
    others = _ORDINAL.sub(" ", "".join(rest))
    for match in _DIGITS.finditer(others):
        found[_plain(float(match["value"].replace(",", "")) * _MORE[match["more"]])] = match[0]
    for match in _COUNTED.finditer(others):
        value = value_of(match["value"])
        if value > 1:
            found[_plain(value)] = match[0]
    return found


def _plain(value: float) -> str:
    return f"{value:.12g}"


# --- whether it is borne out ---------------------------------------------------------------------------------

BORNE_OUT = 0.5
"""So much of a sentence must stand in what it cites, in the same words or in words that mean the same."""
CLAUSE_BORNE_OUT = 0.3
"""And so much of each of its clauses: nothing may ride along."""
_CLAUSE = regex.compile(r"[，。；：！？、,;:!?\n]+")
_CLAUSE_LETTERS = 4
"""Shorter clauses (一是) say nothing by themselves."""


def borne_out(text: str, sources: Sequence[str]) -> bool:
    """Whether what the text says stands in the sources, as a whole and clause by clause."""
    said = "\n".join(sources)
    if _share(text, said) < BORNE_OUT:
        return False
    return all(
        _share(clause, said) >= CLAUSE_BORNE_OUT
        for clause in _CLAUSE.split(text)
        if sum(Phrasing(clause).letters) >= _CLAUSE_LETTERS
    )


def _share(text: str, said: str) -> float:
    """The share of the letters of a text that the other one says, too; idle phrases and numbers left out."""
    phrasing = Phrasing(text)
    marked = [False] * len(text)
    for start, end in shared(text, said):
        marked[start:end] = [True] * (end - start)
    letters = [phrasing.at[place] for place, letter in enumerate(phrasing.letters) if letter]
    return sum(marked[place] for place in letters) / len(letters) if letters else 0.0


# --- whether it says the contrary ----------------------------------------------------------------------------

_NEGATION = regex.compile(
    r"不(?:应当?|该|要|得|能|宜|许|准|可(?!或缺|缺)|再|必|需|用|让|给|予|向|对|同意|支持|赞成|建议|允许|鼓励|开放|收费|设|建)"
    r"|无[需须]|[切请]?勿|禁止|严禁|杜绝|停止|停办|停建|暂停|叫停|取消|废除|撤销|撤除|拆除|反对|拒绝"
    r"|(?<![特分级区类性识个差辨鉴告派])别(?![的人处墅致名])"
)
# One side is what the other side denies; of the words of a side, each says the same for this purpose.
_OPPOSITES = tuple(
    (tuple(one.split()), tuple(other.split()))
    for one, other in (
        ("增加 增设 增开 增派 加密 新增 扩大 扩建", "减少 削减 压缩 缩小 缩减 裁减"),
        ("延长 延后 推迟 延迟 放缓 暂缓", "缩短 提前 提早 加快 尽快 尽早"),
        ("提高 提升 上调", "降低 下调 调低 降价"),
        ("开放 打开 放开", "关闭 封闭"),
        ("允许 准许 可以 鼓励 支持 放宽", "限制 收紧 限行 限停"),
        ("免费 免收", "收费 收取"),
        ("保留 恢复", "取消 撤销 废除 拆除 停办"),
        ("新建 建设 建成 设立 设置 增设 加装 安装", "拆除 撤除 撤销 停建"),
        ("合并 统一 集中", "拆分 分设 分散"),
        ("公开 公示", "保密 隐瞒"),
        ("必须 强制", "自愿 自主"),
        ("奖励 补贴 补助", "处罚 罚款"),
    )
)


def contradicts(text: str, sources: Sequence[str]) -> bool:
    """Whether the text says of something the contrary of what its sources say of it.

    Clause by clause: what is denied here and not there, or there and not here, in the clause of the sources that is
    nearest; and words that are each other's opposites. It sees what a table of words sees, and no irony.
    """
    theirs = [clause for source in sources for clause in _clauses(source)]
    ours = _clauses(text)
    if any(_opposed(_sides([clause]), _sides(theirs)) for clause in ours):
        return True
    return any(_against(clause, theirs) for clause in ours)


class _Clause:
    """A stretch between two stops. `denied`: for each place, whether what stands there is denied."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.negations = [match.span() for match in _NEGATION.finditer(text)]
        self.denied = [
            sum(end <= place for _, end in self.negations) % 2 == 1 for place in range(len(text) + 1)
        ]
        covered = [any(start <= place < end for start, end in self.negations) for place in range(len(text))]
        self.pairs: dict[str, bool] = {}
        phrasing = Phrasing(text)
        for first, second in phrasing.pairs:
            place = phrasing.at[first]
            if not covered[place] and not covered[phrasing.at[second]]:
                self.pairs[phrasing.text[first] + phrasing.text[second]] = self.denied[place]


def _clauses(text: str) -> list[_Clause]:
    return [_Clause(part) for part in _CLAUSE.split(text) if part.strip()]


def _sides(clauses: Iterable[_Clause]) -> set[tuple[int, bool]]:
    """(number of a pair of opposites, which side) of everything that is said; a side that is denied is the other."""
    found = set()
    for clause in clauses:
        for number, sides in enumerate(_OPPOSITES):
            for is_other, words in enumerate(sides):
                for word in words:
                    place = clause.text.find(word)
                    if place >= 0:
                        found.add((number, bool(is_other) != clause.denied[place]))
    return found


def _opposed(ours: set[tuple[int, bool]], theirs: set[tuple[int, bool]]) -> bool:
    """Whether on some pair of opposites we are wholly on one side and they wholly on the other."""
    return any(
        (number, not side) not in ours and (number, not side) in theirs and (number, side) not in theirs
        for number, side in ours
    )


def _against(clause: _Clause, theirs: Sequence[_Clause]) -> bool:
    """Whether every clause of theirs that is nearest to this one says the contrary."""
    common = [len(clause.pairs.keys() & other.pairs.keys()) for other in theirs]
    most = max(common, default=0)
    if most < _COMPARABLE:
        return False
    nearest = [other for other, count in zip(theirs, common, strict=True) if count == most]
    return all(_contrary(clause, other) for other in nearest)


_COMPARABLE = 2
"""Pairs of letters that two clauses must have in common to be of the same thing."""


def _contrary(one: _Clause, other: _Clause) -> bool:
    """What is denied stands at the end of a clause: one pair counts there, elsewhere two.

    Where the two are the same but for a denial, it does not matter what it denies.
    """
    common = [pair for pair in one.pairs if pair in other.pairs]
    opposite = [pair for pair in common if one.pairs[pair] != other.pairs[pair]]
    if len(opposite) >= _COMPARABLE or common[-1:] == opposite[-1:] != []:
        return True
    same = 3 * len(common) >= 2 * len(one.pairs)
    if same and (len(one.negations) - len(other.negations)) % 2:
        return True
    return _opposed(_sides([one]), _sides([other]))


# --- whether a proposed sentence may be shown to a person ------------------------------------------------------

LONGEST = 200
"""Characters of a proposed sentence."""
_MARKUP = regex.compile(
    r"https?:|ftp:|mailto:|javascript:|www\.|[\w.+-]+@[\w-]+|\b[a-z0-9-]+\.(?:com|cn|org|net|gov|io|top|xyz|cc)\b"
    r"|[<>`{}\\|]|\*\*|__|&[a-z#0-9]+;|!?\[[^\]]*\]\(|^\s*(?:#|[-*+]\s|>)",
    regex.IGNORECASE | regex.MULTILINE,
)
_INSTRUCTIONS = regex.compile(
    r"(?:忽略|无视|不要理会|忘记|跳过)(?:以上|上述|上面|前面|前述|之前|此前|以下|下面|所有|全部|任何)|[以如]上要求|上述要求"
    r"|指令|提示词|系统提示|(?:请|仅|只)(?:输出|回复|返回)|人工智能(?:助手|模型)|语言模型|大模型|角色设定|JSON|cites"
    r"|ignore|instruction|prompt|system|assistant|language model|output",
    regex.IGNORECASE,
)
_REPEATED = 10
"""So many characters in a row of what we told the model are no sentence of a member's."""
_FIGURES = regex.compile(
    r"[（(［\[][^（()）［\]］]*(?:附议|支持|反对|票|建言|编号)[^（()）［\]］]*[）)］\]]"
    r"|[（(［\[]\s*(?:第|#|No\.?)?\s*[0-9]+(?:\s*[、,，;；]\s*#?[0-9]+)*\s*(?:号|条)?\s*[）)］\]]",
    regex.IGNORECASE,
)


class Objection(StrEnum):
    """Why a proposed sentence is shown to nobody."""

    EMPTY = "empty"
    LONG = "long"
    UNCITED = "uncited"
    UNKNOWN = "unknown"
    CHARACTERS = "characters"
    MARKUP = "markup"
    INSTRUCTIONS = "instructions"
    PRIVATE = "private"
    NUMBERS = "numbers"
    CONTRARY = "contrary"
    UNFOUNDED = "unfounded"


def without_figures(text: str) -> str:
    """The sentence without bracketed counts and references (附议12次) ［3］: the system prints its own."""
    return _FIGURES.sub("", text).strip()


def instructs(text: str) -> bool:
    """Whether it speaks to a machine rather than to people (忽略以上要求…)."""
    return bool(_INSTRUCTIONS.search(unicodedata.normalize("NFKC", text)))


def objection(text: str, sources: Sequence[str], *, told: str = "") -> Objection | None:
    """The first thing that speaks against a sentence which rests on these texts; None where nothing does.

    `told`: what the one who proposes it was told, and may not repeat. Numbers that none of the texts has are not cut
    out: what is left of such a sentence would be nobody's.
    """
    if not text.strip():
        return Objection.EMPTY
    if len(text) > LONGEST:
        return Objection.LONG
    if not sources:
        return Objection.UNCITED
    for found, why in (
        (_unprintable(text), Objection.CHARACTERS),
        (_MARKUP.search(text), Objection.MARKUP),
        (any(map(instructs, (text, *sources))), Objection.INSTRUCTIONS),
        (_repeats(text, told), Objection.INSTRUCTIONS),
        (private_data(text), Objection.PRIVATE),
        (quantities(text).keys() - _quantities_of(sources), Objection.NUMBERS),
        (contradicts(text, sources), Objection.CONTRARY),
        (not borne_out(text, sources), Objection.UNFOUNDED),
    ):
        if found:
            return why
    return None


def _unprintable(text: str) -> bool:
    """A sentence is one line of what can be printed."""
    return any(unicodedata.category(character)[0] == "C" for character in text)


def _repeats(text: str, told: str) -> bool:
    return any(text[start : start + _REPEATED] in told for start in range(len(text) - _REPEATED + 1))


def _quantities_of(sources: Sequence[str]) -> set[str]:
    return {number for source in sources for number in quantities(source)}
