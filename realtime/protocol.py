"""The wire, version 1: every frame, typed and strict. docs/protocol.md says when each of them is sent.

Frames from clients are decoded here or refused with BadFrame; unknown fields and types are refused. Frames to clients
are made of the domain's facts, whose field names are those of the protocol.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias, TypeVar

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from msgspec import UNSET, DecodeError, Meta, Raw, Struct, UnsetType, ValidationError, field
from msgspec.json import Decoder, Encoder, schema_components

from consultations.errors import BadFrame, Refused
from consultations.queries.facts import (
    GoneFact,
    OwnFact,
    OwnSuggestionFact,
    PeopleFact,
    PhaseFact,
    ReadSuggestionFact,
    RulesFact,
    SuggestionFact,
    ThemeFact,
)

VERSION = 1
LARGEST_FRAME = 65_536
"""Bytes that a frame from a client may have."""
LARGEST_INTEGER = 2**53 - 1
"""What every JSON reader keeps exactly."""
UUID = "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$"

Id = Annotated[int, Meta(ge=1, le=LARGEST_INTEGER)]
Revision = Annotated[int, Meta(ge=0, le=LARGEST_INTEGER)]
Reference = Annotated[str, Meta(min_length=1, max_length=64)]
# Far above any topic's limit, so that it is the rules that say how long is too long, with both numbers.
LONGEST_TEXT = 20_000
Text = Annotated[str, Meta(max_length=LONGEST_TEXT)]

if TYPE_CHECKING:
    Shown: TypeAlias = SuggestionFact | GoneFact
    Read: TypeAlias = ReadSuggestionFact | GoneFact
    Listed: TypeAlias = tuple[Read, ...] | Raw  # or already encoded
else:

    class Shown:
        """Stands for a suggestion or for what is gone: msgspec describes no union of two dataclasses."""

    class Read:
        """The same for one reader."""

    Listed = tuple[Read, ...]


# ── From the client ───────────────────────────────────────────────────────────────────────────────────────────────


class FromClient(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type"):
    """A frame that a client sends."""


class Vote(FromClient, frozen=True, tag="vote"):
    """The wanted state of one's vote; `null` takes it back."""

    ref: Reference
    suggestion: Id
    choice: Literal["support", "neutral", "oppose"] | None


class Suggest(FromClient, frozen=True, tag="suggest"):
    """Post an idea; the same `ref` again is the same suggestion."""

    ref: Annotated[str, Meta(pattern=UUID)]
    text: Text


class Edit(FromClient, frozen=True, tag="edit"):
    """Change the text of one's own suggestion."""

    ref: Reference
    suggestion: Id
    text: Text


class Withdraw(FromClient, frozen=True, tag="withdraw"):
    """Take one's own suggestion back."""

    ref: Reference
    suggestion: Id


class Resync(FromClient, frozen=True, tag="resync"):
    """Send me what came after that revision."""

    revision: Revision


Wanted: TypeAlias = Vote | Suggest | Edit | Withdraw
ClientFrame: TypeAlias = Wanted | Resync

# ── From the server ───────────────────────────────────────────────────────────────────────────────────────────────


class FromServer(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type"):
    """A frame that the server sends."""


class Welcome(FromServer, frozen=True, kw_only=True, tag="welcome"):
    """The state, or with `full` false what of it changed. `me` is null for the audience."""

    protocol: int = VERSION
    topic: int
    revision: int
    full: bool
    now: str
    phase: PhaseFact
    rules: RulesFact
    themes: tuple[ThemeFact, ...]
    suggestions: Listed
    me: OwnFact | None
    people: PeopleFact


class Ack(FromServer, frozen=True, kw_only=True, tag="ack"):
    """These wishes are committed. `suggestion` only for `suggest` and `edit`."""

    refs: tuple[str, ...]
    revision: int
    suggestion: OwnSuggestionFact | UnsetType = UNSET


class Refusal(FromServer, frozen=True, kw_only=True, tag="refused"):
    """This wish left no trace. `ref` is null where the frame had none that could be read."""

    ref: str | None
    code: str
    message: str


class Update(FromServer, frozen=True, kw_only=True, tag="update"):
    """What changed after revision `from`; a field that is missing did not change. Numbers are absolute."""

    since: int = field(name="from")
    revision: int
    tallies: tuple[tuple[int, int, int, int], ...] | UnsetType = UNSET
    suggestions: tuple[Shown, ...] | UnsetType = UNSET
    themes: tuple[ThemeFact, ...] | UnsetType = UNSET
    phase: PhaseFact | UnsetType = UNSET
    people: PeopleFact | UnsetType = UNSET


class Beacon(FromServer, frozen=True, kw_only=True, tag="beacon"):
    """Still here, at this revision."""

    revision: int
    people: PeopleFact


class Notice(FromServer, frozen=True, kw_only=True, tag="notice"):
    """A word from the moderator; `level` is info or urgent."""

    text: str
    level: str


class Reload(FromServer, frozen=True, kw_only=True, tag="reload"):
    """The server speaks another protocol than the page: keep the draft, reload."""


ServerFrame: TypeAlias = Welcome | Ack | Refusal | Update | Beacon | Notice | Reload

# ── Reading and writing ───────────────────────────────────────────────────────────────────────────────────────────


class _Referenced(Struct):
    ref: Reference


Decoded = TypeVar("Decoded")
_frames: Decoder[Vote | Suggest | Edit | Withdraw | Resync] = Decoder(
    Vote | Suggest | Edit | Withdraw | Resync
)
_references = Decoder(_Referenced)
_encoder = Encoder()


class UnreadableFrame(BadFrame):
    """A frame that is none of the protocol's, with the reference to answer under where one was found."""

    def __init__(self, detail: Promise, ref: str | None) -> None:
        super().__init__(detail=detail)
        self.ref = ref


def decode(frame: str | bytes) -> ClientFrame:
    """The frame that a client sent. Raises UnreadableFrame."""
    try:
        return _frames.decode(frame)
    except (DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableFrame(readable(error), _reference_in(frame)) from None


def encode(frame: FromServer) -> bytes:
    """The bytes of a frame."""
    return _encoder.encode(frame)


def encode_part(part: object) -> bytes:
    """The bytes of a part of a frame, to be put into one or more frames as msgspec.Raw."""
    return _encoder.encode(part)


def refusal(refused: Refused, ref: str | None) -> Refusal:
    """What the asker is told, in the language that is active now."""
    return Refusal(ref=ref, code=refused.code, message=refused.message)


def _reference_in(frame: str | bytes) -> str | None:
    try:
        return _references.decode(frame).ref
    except (DecodeError, UnicodeDecodeError, RecursionError):
        return None


def readable(error: DecodeError | UnicodeDecodeError | RecursionError) -> Promise:
    """What is wrong with a frame, in the reader's language, and in the decoder's words for its author."""
    match error:
        case UnicodeDecodeError():
            return _("it is not UTF-8")
        case RecursionError():
            return _("it is nested too deeply")
        case ValidationError():
            said = _("it is not a frame of the protocol")
        case _:
            said = _("it is not JSON")
    # What the client wrote is not sent back at length.
    detail = str(error).replace(f"`str` matching regex {UUID!r}", "a UUID")[:200]
    return format_lazy("{} ({})", said, detail)


# ── Description ───────────────────────────────────────────────────────────────────────────────────────────────────


def json_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of all frames, under `$defs` `ClientFrame`, `ServerFrame` and one per frame."""
    ours, parts = schema_components(
        [
            Vote | Suggest | Edit | Withdraw | Resync,
            *ServerFrame.__args__,
            SuggestionFact,
            ReadSuggestionFact,
            GoneFact,
        ],
        schema_hook=_describe,
        ref_template="#/$defs/{name}",
    )
    client, *server = ours
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Jianyan's wire, version {VERSION}",
        "$defs": {
            **parts,
            "ClientFrame": client,
            "ServerFrame": {"anyOf": server[: len(ServerFrame.__args__)]},
        },
    }


def _describe(stand_in: type) -> dict[str, Any]:
    fact = {"Shown": "SuggestionFact", "Read": "ReadSuggestionFact"}[stand_in.__name__]
    return {"anyOf": [{"$ref": f"#/$defs/{fact}"}, {"$ref": "#/$defs/GoneFact"}]}
