"""Token buckets and what is done sparingly, with a clock of our own."""

from __future__ import annotations

from realtime.pace import Bucket, Sparing


class Clock:
    """Seconds, set by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_is_allowed_and_then_the_rate() -> None:
    clock = Clock()
    bucket = Bucket(rate=2, burst=3, clock=clock)
    assert [bucket.take() for _ in range(4)] == [True, True, True, False]
    clock.now += 0.5
    assert [bucket.take() for _ in range(2)] == [True, False]


def test_tokens_do_not_pile_up_beyond_the_burst() -> None:
    clock = Clock()
    bucket = Bucket(rate=2, burst=3, clock=clock)
    clock.now += 3600
    assert [bucket.take() for _ in range(4)] == [True, True, True, False]


def test_what_is_dear_takes_more_and_is_not_taken_in_part() -> None:
    clock = Clock()
    bucket = Bucket(rate=1, burst=6, clock=clock)
    assert bucket.take(5) is True
    assert bucket.take(5) is False
    assert bucket.take(1) is True


def test_what_took_long_rests_for_long() -> None:
    clock = Clock()
    counting = Sparing(share=0.1, clock=clock)
    assert counting.may_begin()
    clock.now += 0.5
    counting.done()
    clock.now += 4.9
    assert not counting.may_begin()
    clock.now += 0.2
    assert counting.may_begin()
    counting.done()
    assert counting.may_begin()
