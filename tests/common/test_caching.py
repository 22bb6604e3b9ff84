"""The cache may vanish between any two calls."""

from __future__ import annotations

import uuid

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from calcom_portal.common.caching import ForgivingRedisCache


def test_a_counter_that_was_emptied_away_starts_again() -> None:
    key = f"test:{uuid.uuid4()}"
    assert cache.incr(key) == 1
    cache.add(key, 4, timeout=10)
    assert cache.incr(key) == 5


def test_a_count_begins_at_one_and_is_forgotten() -> None:
    key, counter = (
        f"test:{uuid.uuid4()}",
        ForgivingRedisCache(settings.CACHES["default"]["LOCATION"], {}),
    )
    assert [counter.count_up(key, 10), counter.count_up(key, 10)] == [1, 2]
    assert [counter.count_up(key, 10, by=5), counter.count_up(key, 10)] == [7, 8]
    assert counter.count_up(f"{key}:once", 0) == 1
    assert counter.get(f"{key}:once") is None


@pytest.fixture
def away() -> ForgivingRedisCache:
    """Give a cache whose server nobody runs."""
    absent = ForgivingRedisCache("redis://127.0.0.1:1/0", {})
    absent._meanwhile.clear()
    return absent


def test_while_the_server_is_away_the_process_remembers(away: ForgivingRedisCache) -> None:
    assert away.get("a", "nothing") == "nothing"
    away.set("a", 1)
    assert (away.get("a"), away.add("a", 2), away.incr("a"), away.incr("b")) == (1, False, 2, 1)
    assert (away.delete("a"), away.get("a")) == (True, None)
    assert [away.count_up("c", 10), away.count_up("c", 10, by=5)] == [1, 6]


@pytest.mark.django_db
def test_guessing_passwords_is_slowed_down_without_the_server_too(
    away: ForgivingRedisCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("allauth.core.internal.ratelimit.cache", away)
    form = {"login": "elena@people.example", "password": "wrong password"}
    answers = [Client().post("/account/login/", form).content.decode() for _ in range(7)]
    refused = ["Too many failed" in answer for answer in answers]
    assert refused == [False] * 5 + [True] * 2
