"""docs/protocol.md says what is so: examples, fields and their types, codes, addresses and limits."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.test import Client
from django.urls import URLPattern
from jsonschema import Draft202012Validator

from consultations.errors import Refused
from consultations.queries.state import BACKLOG
from realtime import consumers, hub, intake, limits, protocol, room, urls, watch
from realtime.protocol import ClientFrame, ServerFrame, decode, json_schema
from tests.consultations.factories import make_suggestion, make_topic
from tests.jianyan.accounts.factories import County, make_county, make_member, make_moderator
from tests.realtime.conftest import Hall, open_topic
from tests.realtime.readers import FROM_CLIENT, FROM_SERVER, reading
from tests.servers import ROOT

DOCUMENT = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
SCHEMA = json_schema()
# How the document names the parts of frames.
PARTS = {
    "SuggestionFact": "SUGGESTION",
    "ReadSuggestionFact": "READ",
    "GoneFact": "GONE",
    "OwnSuggestionFact": "OWN",
    "PhaseFact": "PHASE",
    "RulesFact": "RULES",
    "ThemeFact": "THEME",
    "OwnFact": "ME",
    "PeopleFact": "PEOPLE",
}


def _tag(frame: type[msgspec.Struct]) -> str:
    return str(frame.__struct_config__.tag)


FROM_CLIENTS = {_tag(frame): frame.__name__ for frame in ClientFrame.__args__}
FROM_THE_SERVER = {_tag(frame): frame.__name__ for frame in ServerFrame.__args__}
NAMES = {**FROM_CLIENTS, **FROM_THE_SERVER, **{title: name for name, title in PARTS.items()}}


# ── Reading the document ──────────────────────────────────────────────────────────────────────────────────────────


def sections(level: int, text: str = DOCUMENT) -> dict[str, str]:
    """The text under each heading of that level, up to the next heading of the same level."""
    _before, *parts = re.split(rf"^{'#' * level} (.+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def tables(text: str) -> Iterator[list[list[str]]]:
    """The tables in a text: rows of cells, without the line of dashes; the first row is the head."""
    for block in re.findall(r"(?:^\|.*\n)+", text, flags=re.MULTILINE):
        rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in block.splitlines()]
        yield [row for row in rows if set(row[0]) != {"-"}]


def examples(text: str) -> list[str]:
    """The JSON in fenced blocks."""
    return re.findall(r"^```json\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


CHAPTERS = sections(2)
DESCRIBED = {
    title: text
    for chapter in ("From the client", "From the server", "Parts of frames")
    for title, text in sections(3, CHAPTERS[chapter]).items()
}


def described_type(schema: dict[str, Any]) -> str:
    """A type of the JSON Schema in the document's words."""
    match schema:
        case {"$ref": reference}:
            return PARTS[reference.rpartition("/")[2]]
        case {"anyOf": kinds}:
            return " or ".join(described_type(kind) for kind in kinds)
        case {"enum": _}:
            return "string"
        case {"type": "array", "prefixItems": items}:
            return "[" + ", ".join(described_type(item) for item in items) + "]"
        case {"type": "array", "items": items}:
            kind = described_type(items)
            return f"list of {'strings' if kind == 'string' else kind}"
        case {"type": "object", "additionalProperties": items}:
            return f"object of {described_type(items)}s"
        case {"type": str(kind)}:
            return kind
        case _:
            raise AssertionError(schema)


# ── Frames ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_frame_and_every_part_is_described_and_no_other() -> None:
    assert list(sections(3, CHAPTERS["From the client"])) == list(FROM_CLIENTS)
    assert list(sections(3, CHAPTERS["From the server"])) == list(FROM_THE_SERVER)
    assert set(sections(3, CHAPTERS["Parts of frames"])) == set(PARTS.values())
    assert f"# The wire, version {protocol.VERSION}\n" in DOCUMENT


@pytest.mark.parametrize("title", DESCRIBED)
def test_every_field_is_described_with_its_type(title: str) -> None:
    described = [row for table in tables(DESCRIBED[title]) for row in table[1:]]
    schema = SCHEMA["$defs"][NAMES[title]]
    # A dataclass's field with a default is always sent; a frame's is left out where nothing changed.
    optional = set() if title in PARTS.values() else set(schema["properties"]) - set(schema["required"])
    expected = {
        name: described_type(kind) + (", optional" if name in optional - {"protocol"} else "")
        for name, kind in schema["properties"].items()
        if name != "type"
    }
    assert {name.strip("`"): kind for name, kind, _meaning in described} == expected


@pytest.mark.parametrize("title", FROM_CLIENTS)
def test_every_example_of_a_client_is_read_as_that_frame(title: str) -> None:
    found = examples(DESCRIBED[title])
    assert found
    for example in found:
        FROM_CLIENT.validate(json.loads(example))
        frame = decode(example)
        assert _tag(type(frame)) == title
        assert msgspec.to_builtins(frame) == json.loads(example)


@pytest.mark.parametrize("title", FROM_THE_SERVER)
def test_every_example_of_the_server_is_that_frame_with_every_field(title: str) -> None:
    found = [json.loads(example) for example in examples(DESCRIBED[title])]
    assert found
    for example in found:
        assert example["type"] == title
        FROM_SERVER.validate(example)
        # Parts of frames allow more fields in the schema than are ever sent.
        for name, part in parts_of(example, SCHEMA["$defs"][NAMES[title]]):
            schema = SCHEMA["$defs"][name]
            Draft202012Validator({**SCHEMA, "$ref": f"#/$defs/{name}"}).validate(part)
            assert set(part) == set(schema["properties"]), name
    shown = {field for example in found for field in example}
    assert shown == set(SCHEMA["$defs"][NAMES[title]]["properties"])


def parts_of(value: Any, schema: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The parts in a frame, each with its name in the schema, all the way down."""
    match schema:
        case {"$ref": reference}:
            name = reference.rpartition("/")[2]
            yield name, value
            yield from parts_of(value, SCHEMA["$defs"][name])
        case {"anyOf": kinds}:
            for kind in kinds:
                name = kind.get("$ref", "").rpartition("/")[2]
                if name and value is not None and set(value) == set(SCHEMA["$defs"][name]["properties"]):
                    yield from parts_of(value, kind)
        case {"properties": fields}:
            for field, content in value.items():
                yield from parts_of(content, fields[field])
        case {"items": dict(items)}:
            for item in value:
                yield from parts_of(item, items)


def test_there_is_no_example_elsewhere_that_nothing_checks() -> None:
    assert len(examples(DOCUMENT)) == sum(len(examples(text)) for text in DESCRIBED.values())


def test_the_client_that_is_shown_follows_a_topic(hall: Hall, member_session: str, tmp_path: Path) -> None:
    [program] = re.findall(r"^```python\n(.*?)^```$", DOCUMENT, flags=re.MULTILINE | re.DOTALL)
    script = tmp_path / "follow.py"
    script.write_text(program, encoding="utf-8")
    number = hall.suggestion.number
    command = [sys.executable, "-I", str(script), hall.site.url, str(hall.topic.pk)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as client:
        try:
            assert client.stdout is not None
            assert client.stdout.readline() == f"3 {{{number}: [0, 0, 0]}}\n"
            with reading(hall.url, hall.topic.pk, session=member_session) as voter:
                voter.next("welcome")
                voter.vote(hall.suggestion.pk)
                assert client.stdout.readline() == f"4 {{{number}: [1, 0, 0]}}\n"
        finally:
            client.kill()


# ── Codes ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_refusal_is_listed_with_its_status_and_no_other() -> None:
    on_the_wire, on_pages = [
        {code.strip("`"): int(status) for code, status, _meaning in table[1:]}
        for table in tables(CHAPTERS["Refusals"])
    ]
    kinds = set(Refused.__subclasses__())
    assert on_the_wire.keys().isdisjoint(on_pages)
    assert on_the_wire | on_pages == {kind.code: kind.status for kind in kinds}
    assert "frozen" in on_pages


def test_every_code_that_a_socket_is_closed_with_is_listed_and_no_other() -> None:
    [table] = tables(CHAPTERS["Close codes"])
    assert [row[0] for row in table[1:]] == [str(code) for code in sorted(closing_codes())]


def closing_codes() -> set[int]:
    """Codes in `close(…)`, `stop(…)` and in what `admission` gives back, all over the realtime package."""
    codes: set[int] = set()
    for path in sorted((ROOT / "realtime").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Attribute(attr="close" | "stop"), args=[ast.Constant(value=int(code))]
                ):
                    codes.add(code)
                case ast.Return(value=ast.Constant(value=int(code))) if code >= 1000:
                    codes.add(code)
    return codes


# ── Over HTTP ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_address_is_listed() -> None:
    [table] = tables(CHAPTERS["The same over HTTP"])
    listed = [address.strip("`") for _method, address, _fields, _answer in table[1:]]
    patterns = [pattern for pattern in urls.urlpatterns if isinstance(pattern, URLPattern)]
    assert listed == [re.sub(r"<int:\w+>", "<id>", f"/{pattern.pattern}") for pattern in patterns]


def test_what_caches_are_told_is_as_described() -> None:
    chapter = CHAPTERS["The same over HTTP"]
    assert f"`Cache-Control: {watch.CACHING}`" in chapter
    assert f"`{watch.CLOCK}`" in chapter


@pytest.fixture
def county(db: None) -> County:
    return make_county()


def test_the_exchange_over_http_is_as_described(county: County) -> None:
    topic = open_topic(county)
    suggestion = make_suggestion(topic, make_member(county), publish_by=make_moderator(county))
    client = Client()
    address = f"/topics/{topic.pk}"
    vote = {"ref": "b7f2", "suggestion": suggestion.pk, "choice": "support"}

    def post(what: str, fields: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        answer = client.post(f"{address}/{what}", json.dumps(fields), content_type="application/json")
        frame = answer.json()
        FROM_SERVER.validate(frame)
        return answer.status_code, frame

    status, refused = post("votes", vote)
    assert (status, refused["code"]) == (403, "not_signed_in")
    client.force_login(make_member(county, "罗小满"))
    status, ack = post("votes", vote)
    assert (status, ack["type"], ack["refs"]) == (200, "ack", ["b7f2"])
    status, refused = post("votes", vote | {"choice": "oppose"})
    assert (status, refused["code"], refused["ref"]) == (422, "unknown_choice", "b7f2")
    status, refused = post("votes", {"suggestion": suggestion.pk, "choice": None})
    assert (status, refused["code"], refused["ref"]) == (422, "bad_frame", None)

    welcome = client.get(f"{address}/state").json()
    FROM_SERVER.validate(welcome)
    assert (welcome["type"], welcome["full"], welcome["me"]["votes"]) == (
        "welcome",
        True,
        {str(suggestion.pk): "support"},
    )
    unchanged = client.get(f"{address}/state", {"revision": welcome["revision"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    changed = client.get(f"{address}/state", {"revision": ack["revision"] - 1}).json()
    assert (changed["full"], [one["tally"] for one in changed["suggestions"]]) == (False, [[1, 0, 0]])
    not_announced = make_topic(county, announced_at=None)
    for unknown in (not_announced.pk, 999_999):
        assert client.get(f"/topics/{unknown}/state").status_code == 404


def test_a_plain_form_may_leave_out_its_reference(county: County) -> None:
    topic = open_topic(county)
    suggestion = make_suggestion(topic, make_member(county), publish_by=make_moderator(county))
    client = Client(headers={"Accept": "application/json"})
    client.force_login(make_member(county, "罗小满"))
    address = f"/topics/{topic.pk}"
    assert client.post(f"{address}/votes", {"suggestion": suggestion.pk, "choice": ""}).status_code == 200
    posted = client.post(f"{address}/suggestions", {"text": "夜间公交延长到十一点。"})
    assert posted.status_code == 200
    own = posted.json()["suggestion"]["id"]
    assert client.post(f"{address}/suggestions/{own}/withdraw").status_code == 200


def test_a_plain_form_is_sent_back(county: County) -> None:
    topic = open_topic(county)
    client = Client()
    client.force_login(make_member(county, "罗小满"))
    answer = client.post(f"/topics/{topic.pk}/suggestions", {"text": ""})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/topics/{topic.pk}/")


# ── Limits ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_limit_is_the_one_of_the_code() -> None:
    [table] = tables(CHAPTERS["Limits"])
    values = {name: value for name, value, _beyond in table[1:]}
    ref, text = (SCHEMA["$defs"]["Edit"]["properties"][name]["maxLength"] for name in ("ref", "text"))
    dear = f"a vote counts as 1, anything else as {consumers.DEAR}"
    assert values == {
        "bytes of a frame or a JSON request": f"{protocol.LARGEST_FRAME:,}",
        "characters of a `ref`": f"{ref}",
        "characters of a `text` before the topic's own limit is looked at": f"{text:,}",
        "largest integer": f"{protocol.LARGEST_INTEGER:,}",
        "frames of one socket": f"{consumers.BURST} at once, {consumers.RATE} a second for ever; {dear}",
        "such refusals of one socket": (
            f"{consumers.PATIENCE} at once, {consumers.PATIENCE_RATE} a second for ever"
        ),
        "frames that are none of this protocol": f"{consumers.BAD_FRAMES}",
        "sockets of one person, in one process": f"{hub.SOCKETS_PER_USER}",
        "wishes that wait in one topic": f"{intake.WAITING:,}",
        "steps that a client may be behind": f"{BACKLOG}",
        f"GET `state` in {limits.WINDOW} s": pace(limits.READING),
        f"POST of votes in {limits.WINDOW} s": pace(limits.VOTING),
        f"POST of texts in {limits.WINDOW} s": pace(limits.WRITING),
    }


def pace(limit: limits.Limit) -> str:
    return f"{limit.per_user} a person, {limit.per_address:,} an address"


def test_every_module_of_the_sockets_is_in_the_architecture() -> None:
    architecture = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    [table] = tables(sections(2, architecture)["The sockets, file by file"])
    named = {name for files, _what in table[1:] for name in re.findall(r"`(\w+\.py)`", files)}
    assert named == {path.name for path in (ROOT / "realtime").glob("*.py")} - {"__init__.py"}


def test_times_and_sizes_in_the_text_are_those_of_the_code() -> None:
    assert (room.TICK, room.BEACON, room.PEOPLE, room.TOO_SLOW) == (0.25, 5.0, 1.0, 15.0)
    assert "at most four times a second" in DESCRIBED["update"]
    assert (
        "after five seconds without an update or another beacon, and at most once a second"
        in (DESCRIBED["beacon"])
    )
    assert "for 15 s the client did not read" in CHAPTERS["Close codes"]
    script = (ROOT / "realtime/static/realtime/connect.js").read_text(encoding="utf-8")
    for line, said in {
        "const SILENCE = 20_000;": "No frame for 20 s",
        "const FIRST = 1_000;": "After 1 s, then 2, 4, 8 and at most 15",
        "const LONGEST = 15_000;": "at most 15",
        "const GIVE_UP = new Set([4401, 4403, 4404]);": "Not after 4401, 4403 and 4404",
        "this.failures >= 2": "After two failed connections use HTTP",
    }.items():
        assert line in script
        assert said in CHAPTERS["What a client does"]
    assert "const POLL = 3_000;" in script
    assert "Poll `state` every 3 s" in CHAPTERS["The same over HTTP"]
