"""The hash chain of a topic: pure. Tamper-evident and recountable; not a secret-ballot cryptosystem.

`hash = H(previous hash ‖ canonical JSON of the entry)`, both as UTF-8 text, H = SHA-256 or SM3 (GB/T 32905), as the
topic says. Pseudonyms and seals are HMAC-SHA-256 everywhere.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from .enums import JournalHash, Step

Payload = Mapping[str, Any]


def instant(at: dt.datetime) -> str:
    """The instant in UTC with microseconds: 2026-11-24T03:44:00.000000Z."""
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def canonical(content: object) -> str:
    """JSON with sorted keys, no blanks and no escapes of what is not ASCII; the same text for the same content."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def entry_hash(
    previous: str,
    revision: int,
    at: dt.datetime,
    kind: str,
    payload: Payload,
    *,
    algorithm: str,
) -> str:
    """Hexadecimal hash of an entry that follows the one with hash `previous`; `algorithm` is a JournalHash."""
    return entry_digest(previous, revision, at, kind, canonical(payload), algorithm=algorithm)


def entry_digest(
    previous: str, revision: int, at: dt.datetime, kind: str, content: str, *, algorithm: str
) -> str:
    """As `entry_hash`, of a payload that is canonical JSON already: in the canonical entry it stands as it is."""
    entry = f'{{"at":"{instant(at)}","kind":"{kind}","payload":{content},"revision":{revision}}}'
    return hashlib.new(algorithm, (previous + entry).encode()).hexdigest()


def published(digest: str, algorithm: str) -> str:
    """A hash as it is shown and exported: one of SM3 says so before its digits."""
    return digest if algorithm == JournalHash.SHA256 else f"{algorithm}:{digest}"


def line(
    revision: int, at: dt.datetime, kind: str, payload: Payload, entry_digest: str, *, algorithm: str
) -> str:
    """The entry as one line of the JSON Lines export; `hash`, as published, is not part of what is hashed."""
    digest = published(entry_digest, algorithm)
    return canonical(
        {"revision": revision, "at": instant(at), "kind": kind, "payload": payload, "hash": digest}
    )


@lru_cache(maxsize=65536)
def pseudonym(secret: str, user_id: int) -> str:
    """How a person appears in one topic's journal: 16 hexadecimal digits of HMAC-SHA-256(secret, id)."""
    return hmac.new(bytes.fromhex(secret), str(user_id).encode(), "sha256").hexdigest()[:16]


def sealed(secret: str, text: str) -> str:
    """A commitment to a text that is not public (yet): HMAC-SHA-256 in hexadecimal."""
    return hmac.new(bytes.fromhex(secret), text.encode(), "sha256").hexdigest()


@dataclass(slots=True)
class Touched:
    """What a run of entries has changed; whoever saw the state before needs no more than this.

    `regrouped`: suggestions whose group changed, so that what their voters stand for has changed too.
    """

    suggestions: set[int] = field(default_factory=set)
    tallies: set[int] = field(default_factory=set)
    regrouped: set[int] = field(default_factory=set)
    themes: bool = False
    phase: bool = False
    notices: list[tuple[str, str]] = field(default_factory=list)


def touched(entries: Iterable[tuple[str, Payload]]) -> Touched:
    """Fold (kind, payload) pairs in order of revision."""
    seen = Touched()
    for kind, payload in entries:
        match Step(kind):
            case Step.VOTES:
                seen.tallies.update(row[0] for row in payload["tallies"])
            case Step.NOTICE:
                seen.notices.append((payload["text"], payload["level"]))
            case Step.THEMES:
                seen.themes = True
                # Of a theme that was taken away.
                seen.suggestions.update(payload.get("suggestions", ()))
            case Step.PREPARED:
                seen.phase = True
                seen.themes = True
            case (
                Step.POSTED
                | Step.EDITED
                | Step.WITHDRAWN
                | Step.PUBLISHED
                | Step.RETURNED
                | Step.DECLINED
                | Step.HIDDEN
                | Step.RESTORED
                | Step.THEMED
                | Step.FEATURED
                | Step.PROPOSED
                | Step.ANSWERED
                | Step.UNMASKED
                | Step.COSIGNED
            ):
                seen.suggestions.update(payload["suggestions"])
            case Step.MERGED | Step.UNMERGED:
                seen.suggestions.update(payload["suggestions"])
                seen.regrouped.update(payload["moved"])
            case (
                Step.ANNOUNCED
                | Step.OPENED
                | Step.PAUSED
                | Step.RESUMED
                | Step.EXTENDED
                | Step.CLOSED
                | Step.PHASE
                | Step.FROZEN
                | Step.UNFROZEN
            ):
                seen.phase = True
            case (
                Step.FLAGGED
                | Step.SETTLED
                | Step.SUMMARY_DRAFTED
                | Step.SUMMARY_EDITED
                | Step.SUMMARY_SUBMITTED
                | Step.SUMMARY_RETURNED
                | Step.SUMMARY_SIGNED
                | Step.SUMMARY_REOPENED
                | Step.REFERRED
                | Step.OUTCOME
                | Step.SUBMITTED
            ):
                pass
    return seen
