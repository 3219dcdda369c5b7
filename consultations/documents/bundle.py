"""Everything of a summary in one ZIP archive: every format, the journals of its topics, and how to check them."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO

from . import labels
from .archive import entry
from .content import printed
from .model import SummaryDocument
from .naming import file_name, file_stem
from .outline import outline_of

NAME, MEDIA_TYPE, SUFFIX = "zip", "application/zip", ".zip"
READ_ME = "说明.txt"


@dataclass(frozen=True, slots=True)
class Journal:
    """A topic's public journal, its lines without their line feeds; they are read once, and never held as a whole."""

    title: str
    lines: Iterable[str]


def bundle(document: SummaryDocument, files: Mapping[str, bytes], journals: Iterable[Journal]) -> bytes:
    """The archive. `files`: suffix → the document in that format. The same of all three gives the same bytes."""
    out = BytesIO()
    digests: list[tuple[str, str]] = []
    with zipfile.ZipFile(out, "w") as archive:
        for name, parts in _contents(document, files, journals):
            digest = hashlib.sha256()
            with archive.open(entry(name), "w") as file:
                for part in parts:
                    file.write(part)
                    digest.update(part)
            digests.append((name, digest.hexdigest()))
        # With a mark and the line ends of Windows, whose editor is what opens it.
        text = "\r\n".join(_read_me(document, digests))
        archive.writestr(entry(READ_ME), f"\ufeff{text}\r\n".encode())
    return out.getvalue()


def _contents(
    document: SummaryDocument, files: Mapping[str, bytes], journals: Iterable[Journal]
) -> Iterator[tuple[str, Iterable[bytes]]]:
    for suffix, content in files.items():
        yield file_name(document, suffix), (content,)
    for at, journal in enumerate(journals, start=1):
        name = f"{labels.JOURNALS}{at}　{file_stem(journal.title)}".rstrip() + ".jsonl"
        yield name, (f"{line}\n".encode() for line in journal.lines)


def _read_me(document: SummaryDocument, digests: Iterable[tuple[str, str]]) -> Iterator[str]:
    """In Chinese, as the documents are."""
    outline = outline_of(printed(document))
    kind = labels.KIND[document.head.kind]
    data = file_name(document, ".json")
    yield f"{' '.join(outline.title.split())}　{outline.number}"
    if outline.standing:
        yield f"（{outline.standing}）"
    yield from ("", f"一、本压缩包内有同一份{kind}的各种格式，以及各议题的公开日志。文件及其 SHA-256：", "")
    yield from (f"{digest}  {name}" for name, digest in digests)
    yield from ("", "二、核验", "")
    yield f"1.数字与依据：在网站的核验页面选择“{data}”，或运行 jianyan summary verify “{data}”。"
    yield "2.议题日志：在议题的“公开日志”页面点“校验”，或自行验算。日志每行一条，其中 hash 等于下列内容的哈希值："
    yield "  上一条的 hash（首条之前为64个0），后接本条去掉 hash 之后的 JSON（键按序排列，不加空格，UTF-8）。"
    yield "  哈希算法为 SHA-256；hash 以 sm3: 开头的议题为 SM3，参与下一条计算的只是其后的64位。"
    yield f"3.相互印证：{kind}的数字取自各议题截至下列一条的日志，该条的 hash 应为："
    for title, _closed, revision, head in outline.journals.rows:
        yield f"  {' '.join(str(title).split())}：第{revision}条  {head}"
    yield from ("", "三、校验码", "")
    yield from (f"{caption}：{digits}" for caption, digits in outline.hashes)
