"""What is read and written, frame by frame; no socket is needed for it."""

from __future__ import annotations

import json

import pytest
from django.utils import translation

from consultations.errors import VotingClosed
from consultations.queries.facts import GoneFact, PeopleFact
from realtime.protocol import (
    Ack,
    Beacon,
    Edit,
    Notice,
    Refusal,
    Reload,
    Resync,
    Suggest,
    UnreadableFrame,
    Update,
    Vote,
    Withdraw,
    decode,
    encode,
    json_schema,
    refusal,
)
from tests.realtime.readers import FROM_SERVER

UUID = "6f1c7c7e-0e5c-4c7e-9f65-0d6f3c1f2a10"
NESTED = "[" * 30_000 + "]" * 30_000

READABLE = [
    ('{"type":"vote","ref":"r","suggestion":17,"choice":"support"}', Vote("r", 17, "support")),
    ('{"type":"vote","ref":"r","suggestion":17,"choice":null}', Vote("r", 17, None)),
    (
        '{"choice":"oppose","suggestion":1,"ref":"' + "r" * 64 + '","type":"vote"}',
        Vote("r" * 64, 1, "oppose"),
    ),
    (f'{{"type":"suggest","ref":"{UUID}","text":"增设车位"}}', Suggest(UUID, "增设车位")),
    (f'{{"type":"suggest","ref":"{UUID.upper()}","text":""}}', Suggest(UUID.upper(), "")),
    ('{"type":"edit","ref":"e","suggestion":17,"text":"改"}', Edit("e", 17, "改")),
    ('{"type":"withdraw","ref":"w","suggestion":9007199254740991}', Withdraw("w", 9007199254740991)),
    ('{"type":"resync","revision":0}', Resync(0)),
]

UNREADABLE = [
    # (frame, ref that is echoed, what the detail says)
    ("", None, "truncated"),
    ("null", None, "object"),
    ("17", None, "object"),
    ('"vote"', None, "object"),
    ("[]", None, "object"),
    ("{", None, "truncated"),
    ("{}", None, "type"),
    ("NaN", None, "malformed"),
    ('{"type":"vote","ref":"r","suggestion":17,"choice":"support"} x', None, "trailing"),
    ('{"type":"shout","ref":"r"}', "r", "shout"),
    ('{"type":7,"ref":"r"}', "r", "type"),
    ('{"type":"welcome","ref":"r"}', "r", "welcome"),
    ('{"ref":"r","suggestion":17,"choice":null}', "r", "type"),
    ('{"type":"vote","ref":"r","suggestion":17}', "r", "choice"),
    ('{"type":"vote","ref":"r","suggestion":17,"choice":null,"voter":3}', "r", "voter"),
    ('{"type":"vote","ref":"r","suggestion":17,"choice":"like"}', "r", "like"),
    ('{"type":"vote","ref":"r","suggestion":17,"choice":1}', "r", "choice"),
    ('{"type":"vote","ref":"r","suggestion":"17","choice":null}', "r", "suggestion"),
    ('{"type":"vote","ref":"r","suggestion":17.0,"choice":null}', "r", "float"),
    ('{"type":"vote","ref":"r","suggestion":true,"choice":null}', "r", "bool"),
    ('{"type":"vote","ref":"r","suggestion":0,"choice":null}', "r", ">= 1"),
    ('{"type":"vote","ref":"r","suggestion":-1,"choice":null}', "r", ">= 1"),
    ('{"type":"vote","ref":"r","suggestion":9007199254740992,"choice":null}', "r", "<= 9007199254740991"),
    ('{"type":"vote","ref":"r","suggestion":1e400,"choice":null}', "r", "out of range"),
    ('{"type":"vote","ref":"r","suggestion":' + "9" * 400 + ',"choice":null}', "r", "suggestion"),
    ('{"type":"vote","ref":"","suggestion":17,"choice":null}', None, "ref"),
    ('{"type":"vote","ref":"' + "r" * 65 + '","suggestion":17,"choice":null}', None, "ref"),
    ('{"type":"vote","ref":5,"suggestion":17,"choice":null}', None, "ref"),
    ('{"type":"vote","ref":null,"suggestion":17,"choice":null}', None, "ref"),
    ('{"type":"vote","suggestion":17,"choice":null}', None, "ref"),
    ('{"type":"suggest","ref":"not-a-uuid","text":"x"}', "not-a-uuid", "a UUID"),
    (f'{{"type":"suggest","ref":"{UUID}"}}', UUID, "text"),
    (f'{{"type":"suggest","ref":"{UUID}","text":17}}', UUID, "text"),
    (f'{{"type":"suggest","ref":"{UUID}","text":"{"字" * 20_001}"}}', UUID, "20000"),
    (f'{{"type":"suggest","ref":"{UUID}","text":"\\ud800"}}', None, "truncated"),
    (f'{{"type":"suggest","ref":"{UUID}","text":{NESTED}}}', None, "text"),
    ('{"type":"edit","ref":"r","suggestion":17,"text":"x","more":' + NESTED + "}", None, "more"),
    ('{"type":"resync","revision":-1}', None, ">= 0"),
    ('{"type":"resync","revision":"0"}', None, "revision"),
    ('{"type":"resync"}', None, "revision"),
    (NESTED, None, "object"),
]


@pytest.mark.parametrize(("frame", "read"), READABLE)
def test_every_frame_of_a_client_is_read(frame: str, read: object) -> None:
    assert decode(frame) == read
    assert decode(frame.encode()) == read


@pytest.mark.parametrize(
    ("frame", "ref", "detail"), UNREADABLE, ids=[frame[:70] for frame, _, _ in UNREADABLE]
)
def test_what_is_not_a_frame_is_refused_with_its_reference(frame: str, ref: str | None, detail: str) -> None:
    with pytest.raises(UnreadableFrame) as refused:
        decode(frame)
    assert refused.value.code == "bad_frame"
    assert refused.value.ref == ref
    assert detail in refused.value.message
    assert len(refused.value.message) < 300


def test_bytes_that_are_no_text_are_no_frame() -> None:
    with pytest.raises(UnreadableFrame, match="不是UTF-8编码"):
        decode(b'{"type":"suggest","ref":"' + UUID.encode() + b'","text":"\xff"}')


def test_a_nest_where_an_object_is_to_be_read_over_is_refused_too() -> None:
    with pytest.raises(UnreadableFrame) as refused:
        decode('{"z":' + NESTED + ',"type":"vote"}')
    assert "嵌套过深" in refused.value.message


@pytest.mark.parametrize(
    ("frame", "text"),
    [
        (Ack(refs=("a", "b"), revision=346), '{"type":"ack","refs":["a","b"],"revision":346}'),
        (
            Refusal(ref=None, code="bad_frame", message="否"),
            '{"type":"refused","ref":null,"code":"bad_frame","message":"否"}',
        ),
        (Update(since=345, revision=352), '{"type":"update","from":345,"revision":352}'),
        (
            Update(since=1, revision=2, tallies=((17, 13, 0, 0),), suggestions=(GoneFact(4),)),
            '{"type":"update","from":1,"revision":2,"tallies":[[17,13,0,0]],"suggestions":[{"id":4,"status":"hidden"}]}',
        ),
        (
            Beacon(revision=352, people=PeopleFact(142, 80, 120)),
            '{"type":"beacon","revision":352,"people":{"here":142,"posted":80,"voted":120}}',
        ),
        (Notice(text="还有五分钟", level="info"), '{"type":"notice","text":"还有五分钟","level":"info"}'),
        (Reload(), '{"type":"reload"}'),
    ],
)
def test_frames_are_written_as_the_protocol_has_them(frame: Ack, text: str) -> None:
    assert encode(frame).decode() == text
    FROM_SERVER.validate(json.loads(text))


def test_a_refusal_speaks_the_language_of_its_reader() -> None:
    with translation.override("en"):
        assert refusal(VotingClosed(), "r") == Refusal(
            ref="r", code="voting_closed", message="Voting is closed. Your vote was not counted."
        )


def test_the_schema_describes_every_frame_of_both_sides() -> None:
    schema = json_schema()
    assert [part["$ref"] for part in schema["$defs"]["ServerFrame"]["anyOf"]] == [
        "#/$defs/Welcome",
        "#/$defs/Ack",
        "#/$defs/Refusal",
        "#/$defs/Update",
        "#/$defs/Beacon",
        "#/$defs/Notice",
        "#/$defs/Reload",
    ]
    assert {"Vote", "Suggest", "Edit", "Withdraw", "Resync", "SuggestionFact", "GoneFact"} < schema[
        "$defs"
    ].keys()
    assert schema["$defs"]["Welcome"]["additionalProperties"] is False
