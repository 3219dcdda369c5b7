"""Reading short text frames ourselves: the same as the standard's own reader says, and nothing but those."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode

from realtime.framing import read_texts, text_frame

BELOW = st.integers(0, 300)


def written(payload: bytes, opcode: Opcode = Opcode.TEXT, *, fin: bool = True, mask: bool = True) -> bytes:
    """The frame as a client's library writes it."""
    return Frame(opcode, payload, fin).serialize(mask=mask)


@given(st.lists(st.binary(max_size=300), max_size=6), st.integers(0, 400))
def test_whole_texts_are_read_and_what_is_cut_off_is_left(payloads: list[bytes], cut: int) -> None:
    frames = [written(payload) for payload in payloads]
    data = b"".join(frames)
    data = data[: max(0, len(data) - cut)]
    read, rest = read_texts(data)
    assert read == payloads[: len(read)]
    assert b"".join(frames[: len(read)]) + rest == data
    assert len(read) == len(payloads) or len(rest) < len(frames[len(read)])


@given(
    st.binary(max_size=40),
    st.sampled_from([code for code in Opcode if code is not Opcode.TEXT]),
    st.binary(max_size=40),
)
def test_everything_else_is_left_to_the_server(text: bytes, opcode: Opcode, other: bytes) -> None:
    rest = written(other, opcode) + written(text)
    assert read_texts(written(text) + rest) == ([text], rest)
    for unusual in (written(text, fin=False), written(text, mask=False)):
        assert read_texts(unusual) == ([], unusual)


def test_lengths_up_to_64_kib_are_read_and_longer_ones_left() -> None:
    for length in (0, 1, 125, 126, 127, 65_535):
        assert read_texts(written(b"x" * length)) == ([b"x" * length], b"")
    too_long = written(b"x" * 65_536)
    assert read_texts(too_long) == ([], too_long)


def test_a_length_written_longer_than_need_be_is_left_to_the_server() -> None:
    padded = bytes([0x81, 0x80 | 126]) + (5).to_bytes(2, "big") + bytes(4) + b"hello"
    assert read_texts(padded) == ([], padded)


@given(st.integers(0, 70_000))
def test_what_is_sent_is_what_the_library_would_send(length: int) -> None:
    assert text_frame(b"x" * length) == written(b"x" * length, mask=False)
