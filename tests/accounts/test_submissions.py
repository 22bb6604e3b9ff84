"""Once is once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from accounts.models import Customer, Submission
from accounts.submissions import Answer, KeyReused, fingerprint_of, once
from calcom_portal.common.errors import BadInput, RuleBroken
from tests.cast import Cast
from tests.stage import acting

SAME = fingerprint_of({"name": "New"})


def test_the_same_thing_sent_again_gets_the_first_answer(cast: Cast) -> None:
    calls: list[int] = []

    def act() -> Answer:
        calls.append(1)
        return Answer(201, {"id": len(calls)})

    with acting(cast.elena):
        first = once(cast.elena, "probe", "k", SAME, act)
        second = once(cast.elena, "probe", "k", SAME, act)
    assert (first.body, first.is_repeated) == ({"id": 1}, False)
    assert (second.status, second.body, second.is_repeated) == (201, {"id": 1}, True)


def test_another_thing_under_the_same_key_is_refused(cast: Cast) -> None:
    with acting(cast.elena):
        once(cast.elena, "probe", "k", SAME, lambda: Answer(201, {}))
        with pytest.raises(KeyReused) as refused:
            once(
                cast.elena, "probe", "k", fingerprint_of({"name": "Other"}), lambda: Answer(201, {})
            )
    assert refused.value.status == 422


def test_another_person_and_another_route_are_independent(cast: Cast) -> None:
    answers = []
    for viewer, route in ((cast.elena, "a"), (cast.elena, "b"), (cast.amit, "a"), (cast.ruth, "a")):
        with acting(viewer):
            answers.append(once(viewer, route, "k", SAME, lambda: Answer(200, None)))
    assert [answer.is_repeated for answer in answers] == [False] * 4


@pytest.mark.parametrize("key", ["", "k" * 201, "a\nb", "ü", "\x00"])
def test_a_key_has_one_to_two_hundred_visible_characters(cast: Cast, key: str) -> None:
    with acting(cast.elena), pytest.raises(BadInput):
        once(cast.elena, "probe", key, SAME, lambda: Answer(200, None))


def test_what_failed_may_be_tried_again_with_the_same_key(cast: Cast) -> None:
    def fail() -> Answer:
        raise RuleBroken("Not now.")

    with pytest.raises(RuleBroken), acting(cast.elena):
        once(cast.elena, "probe", "k", SAME, fail)
    with acting(cast.elena):
        assert not once(cast.elena, "probe", "k", SAME, lambda: Answer(200, None)).is_repeated


def test_twenty_at_the_same_time_do_it_once(committed_cast: Cast) -> None:
    ruth, together = committed_cast.ruth, Barrier(8)

    def act() -> Answer:
        made = Customer.objects.create(provider_id=ruth.provider_id, name="New", number="N-1")
        return Answer.led_to(f"/customers/{made.pk}/")

    def send(_: int) -> tuple[str, bool]:
        together.wait(timeout=30)
        try:
            with acting(ruth):
                answer = once(ruth, "probe", "k", SAME, act)
                return answer.url, answer.is_repeated
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(8)))
    assert len({url for url, _ in answers}) == 1
    assert sorted(is_repeated for _, is_repeated in answers) == [False] + [True] * 7
    with acting(ruth):
        assert Customer.objects.filter(number="N-1").count() == 1
        assert Submission.objects.count() == 1
