"""The message catalogues, without xgettext or msgfmt: `python -m tests.catalogues update|check [--merge FILE…]`.

`update` collects every message of the code and the templates, keeps the translations there are, takes new ones from
the merged files, and writes django.po and django.mo. `check` says what is missing, doubtful or stale.
A merged file has lines `English<TAB>中文` or `context<TAB>English<TAB>中文`; `\\n` stands for a new line.
"""

from __future__ import annotations

import argparse
import datetime as dt
import io
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LANGUAGE = "zh_Hans"
# A date that never changes: a catalogue differs only where its messages do.
WRITTEN = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    **{f"{name}_lazy": DEFAULT_KEYWORDS[name] for name in ("gettext", "ngettext", "pgettext", "npgettext")},
    "gettext_noop": None,
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")

Key = tuple[str | None, str]  # context, English
Translations = Mapping[Key, str]


@dataclass(frozen=True, slots=True)
class Part:
    """One catalogue and the folders whose messages it holds."""

    locale: Path
    sources: tuple[Path, ...]

    @property
    def po(self) -> Path:
        """The catalogue as text."""
        return self.locale / LANGUAGE / "LC_MESSAGES" / "django.po"

    @property
    def mo(self) -> Path:
        """The catalogue as Django reads it."""
        return self.po.with_suffix(".mo")


def parts(root: Path) -> tuple[Part, ...]:
    """The project's catalogues; templates that belong to no application go with the project itself."""
    templates = root / "templates"
    applications = ("consultations", "realtime")
    rest = sorted(path for path in templates.glob("*") if path.name not in applications)
    return (
        *(Part(root / name / "locale", (root / name, templates / name)) for name in applications),
        Part(root / "platform/jianyan/locale", (root / "platform/jianyan", *rest)),
    )


def messages_of(part: Part) -> set[Key]:
    """Every message that its code and templates ask for."""
    found: set[Key] = set()
    for path in _files(part.sources):
        source = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            source = _as_python(source, origin=str(path))
        lines = io.BytesIO(source.encode())
        for _line, message, _comments, context in extract("python", lines, keywords=KEYWORDS):
            text = message if isinstance(message, str) else message[0]
            if text:
                found.add((context, text))
    return found


def _files(sources: Iterable[Path]) -> Iterator[Path]:
    for source in sources:
        for path in (source,) if source.is_file() else sorted(source.rglob("*")):
            if path.suffix in {".py", ".html", ".txt"} and "migrations" not in path.parts:
                yield path


def _as_python(template: str, *, origin: str) -> str:
    # Late: importing Django's templates is all that `--help` would not need.
    from django.utils.translation.template import templatize

    # Indentation means nothing in a template and would be an error in Python.
    return "\n".join(line.lstrip() for line in templatize(template, origin=origin).split("\n"))


def read_merged(files: Sequence[Path]) -> tuple[dict[Key, str], list[str]]:
    """The translations of those files, and a complaint per line that is unreadable or contradicts an earlier one."""
    translations: dict[Key, str] = {}
    complaints = []
    for path in files:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if not line.strip() or line.startswith("#"):
                continue
            fields = [field.replace("\\n", "\n") for field in line.split("\t")]
            if len(fields) not in {2, 3}:
                complaints.append(f"{path}:{number}: not two or three columns")
                continue
            key = (fields[0] if len(fields) == 3 else None, fields[-2])
            if translations.setdefault(key, fields[-1]) != fields[-1]:
                complaints.append(
                    f"{path}:{number}: another translation of “{key[1]}” came first, and was kept"
                )
    return translations, complaints


def built(part: Part, merged: Translations) -> Catalog:
    """The catalogue as it should be: today's messages; merged translations before those that were there."""
    before: dict[Key, str] = {}
    doubtful: set[Key] = set()
    if part.po.exists():
        with part.po.open("rb") as file:
            for message in read_po(file, locale=LANGUAGE):
                if message.id and isinstance(message.id, str):
                    before[message.context, message.id] = str(message.string or "")
                    if message.fuzzy:
                        doubtful.add((message.context, message.id))
    catalog = Catalog(
        locale=LANGUAGE,
        project="Jianyan",
        version="1",
        charset="utf-8",
        fuzzy=False,
        header_comment="# Jianyan 建言",
        creation_date=WRITTEN,
        revision_date=WRITTEN,
        last_translator="",
        language_team="",
    )
    for context, text in sorted(messages_of(part), key=lambda key: (key[1], key[0] or "")):
        key = (context, text)
        new = merged.get(key) or merged.get((None, text))
        flags = ["fuzzy"] if key in doubtful and not new else []
        catalog.add(text, new or before.get(key, ""), context=context, flags=flags)
    return catalog


def as_po(catalog: Catalog) -> bytes:
    """The bytes of django.po: sorted, without line numbers, so that moving code changes nothing."""
    file = io.BytesIO()
    write_po(file, catalog, sort_output=True, no_location=True, width=100)
    return file.getvalue()


def as_mo(catalog: Catalog) -> bytes:
    """The bytes of django.mo."""
    file = io.BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def faults(root: Path) -> list[str]:
    """One sentence for everything that is missing, doubtful, contradictory or stale; empty when all is well."""
    found = []
    seen: dict[Key, str] = {}
    for part in parts(root):
        catalog = built(part, {})
        name = part.po.relative_to(root)
        for message in catalog:
            if not message.id or not isinstance(message.id, str):
                continue
            text = str(message.string or "")
            if not text:
                found.append(f"{name}: no translation of “{message.id}”")
            elif message.fuzzy:
                found.append(f"{name}: doubtful (fuzzy) translation of “{message.id}”")
            elif sorted(PLACEHOLDER.findall(message.id)) != sorted(PLACEHOLDER.findall(text)):
                found.append(f"{name}: other placeholders in the translation of “{message.id}”")
            elif seen.setdefault((message.context, message.id), text) != text:
                found.append(f"{name}: “{message.id}” is translated differently elsewhere")
        for path, wanted in ((part.po, as_po(catalog)), (part.mo, as_mo(catalog))):
            if len(catalog) and (not path.exists() or path.read_bytes() != wanted):
                found.append(f"{path.relative_to(root)} is stale: run `make messages`")
    return found


def update(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Write all catalogues; what could not be merged is returned, a sentence each."""
    merged, complaints = read_merged(files)
    used: set[str] = set()
    for part in parts(root):
        catalog = built(part, merged)
        used |= {message.id for message in catalog if isinstance(message.id, str)}
        if len(catalog):
            part.po.parent.mkdir(parents=True, exist_ok=True)
            part.po.write_bytes(as_po(catalog))
            part.mo.write_bytes(as_mo(catalog))
    return complaints + [f"nothing asks for “{text}”" for _context, text in merged if text not in used]


def main() -> int:
    """Update or check; 1 when something is wrong."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["update", "check"])
    parser.add_argument("--merge", nargs="+", type=Path, default=[], metavar="FILE")
    arguments = parser.parse_args()
    # templatize asks Django's settings for nothing but their existence.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jianyan.settings.test")
    complaints = update(ROOT, arguments.merge) if arguments.what == "update" else []
    found = faults(ROOT)
    sys.stderr.writelines(f"{line}\n" for line in [*complaints, *found])
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
