"""How the measured servers speak: ours, which the Node server speaks as well, and the tutorial's."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

Frame = dict[str, Any]
Told = Iterable[tuple[int, int]]


def reference(suggestion: int, *, support: bool) -> str:
    """What a wish is answered under: as long as the page's, and the same for the same wish."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{suggestion} {support}"))


@dataclass(frozen=True)
class Dialect:
    """Frames are recognised by how they begin; only those that somebody looks into are parsed.

    `vote` has places for ref, suggestion and choice. An acknowledgement is `ack`, references with `between` them, and
    `ack_end`. `in_welcome` and `in_tally` give (suggestion, support); `revision` is None where frames have none.
    """

    vote: str
    choices: tuple[str, str]
    ack: bytes
    between: bytes
    ack_end: bytes
    refused: bytes
    tally: bytes
    in_welcome: Callable[[Frame], Told]
    in_tally: Callable[[Frame], Told]
    revision: Callable[[Frame], int | None]

    def vote_frame(self, suggestion: int, *, support: bool) -> bytes:
        """The payload of a vote, or of one that is taken back."""
        ref = reference(suggestion, support=support)
        return (self.vote % (ref, suggestion, self.choices[support])).encode()

    def references(self, payload: bytes) -> list[bytes]:
        """What an acknowledgement acknowledges."""
        return payload[len(self.ack) : payload.index(self.ack_end)].split(self.between)


def _our_tallies(frame: Frame) -> Told:
    return [(suggestion, support) for suggestion, support, *_rest in frame.get("tallies", ())]


def _our_welcome(frame: Frame) -> Told:
    return [(one["id"], one["tally"][0]) for one in frame["suggestions"]]


JIANYAN = Dialect(
    vote='{"type":"vote","ref":"%s","suggestion":%d,"choice":%s}',
    choices=("null", '"support"'),
    ack=b'{"type":"ack","refs":["',
    between=b'","',
    ack_end=b'"]',
    refused=b'{"type":"refused"',
    tally=b'{"type":"update"',
    in_welcome=_our_welcome,
    in_tally=_our_tallies,
    revision=lambda frame: frame.get("revision"),
)
# As `json.dumps` writes it.
TUTORIAL = Dialect(
    vote='{"ref": "%s", "suggestion": %d, "support": %s}',
    choices=("false", "true"),
    ack=b'{"type": "ack", "ref": "',
    between=b",",
    ack_end=b'"}',
    refused=b'{"type": "refused"',
    tally=b'{"type": "tall',
    in_welcome=lambda frame: [(suggestion, support) for suggestion, _text, support in frame["suggestions"]],
    in_tally=lambda frame: frame["tallies"],
    revision=lambda frame: None,
)
DIALECTS = {"jianyan": JIANYAN, "tutorial": TUTORIAL}
