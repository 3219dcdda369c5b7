"""The shared cache, with a real Redis that comes and goes."""

from __future__ import annotations

import pytest

from jianyan import caching
from jianyan.caching import RedisOrMemory
from tests.servers import Redis


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caching, "AWAY", 0.0)
    monkeypatch.setattr(RedisOrMemory, "_away_until", 0.0)


def cache_at(redis: Redis) -> RedisOrMemory:
    return RedisOrMemory(redis.url, {"OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1}})


def test_what_one_process_counts_another_one_sees(own_redis: Redis, impatient: None) -> None:
    one, other = cache_at(own_redis), cache_at(own_redis)
    assert one.add("tries", 1) is True
    assert other.add("tries", 1) is False
    assert other.incr("tries") == 2
    assert one.get("tries") == 2
    one.set("tries", [1.5], 60)
    assert other.touch("tries", 60) is True
    assert other.delete("tries") is True
    assert one.get("tries", "none") == "none"
    with pytest.raises(ValueError, match="tries"):
        one.incr("tries")


def test_while_redis_is_gone_this_process_counts_alone_and_afterwards_all_do(
    own_redis: Redis, impatient: None
) -> None:
    cache = cache_at(own_redis)
    cache.set("tries", 7)
    own_redis.kill()
    assert cache.get("tries") is None
    cache.add("tries", 1)
    assert cache.incr("tries") == 2
    own_redis.start()
    assert cache.get("tries") is None
    cache.set("tries", 1)
    assert cache_at(own_redis).get("tries") == 1
    cache.clear()
    assert cache_at(own_redis).get("tries") is None


def test_a_redis_that_did_not_answer_is_left_alone_for_a_moment(
    own_redis: Redis, impatient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caching, "AWAY", 60.0)
    cache = cache_at(own_redis)
    own_redis.kill()
    cache.set("tries", 1)
    own_redis.start()
    assert cache.get("tries") == 1
    assert cache_at(own_redis).get("tries") == 1
